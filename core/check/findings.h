/* SPDX-License-Identifier: MIT */
/* findings: what a run found, in memory that the checker shares with the child that runs. The first breach of a rule counts. */
#ifndef HOBNOB_CHECK_FINDINGS_H
#define HOBNOB_CHECK_FINDINGS_H

#include <stdint.h>

#include "call/rules.h"

struct finding {
	int found;
	char function[48]; /* of the plugin's that ran; may be empty */
	char what[480];
};

struct findings {
	struct finding of[RULES_N];
	enum rule_id rule;  /* whose run it is: a crash is a breach of this one */
	char now[48];       /* the plugin's function that runs; empty: none does */
	char skip[240];     /* why the rule could not be tried; empty: it was */
	char text[4096];    /* what the plugin answered, for the run that looks for a wire */
	int uses_http;      /* it asked for hobnob.http/1 */
	char unloadable[400]; /* why the file cannot be loaded; empty: it can */
	unsigned whose;     /* RULE_OF_PROVIDER or RULE_OF_FRONTEND, once it is loaded */
	char name[64], version[64];
	int ended_by;       /* a rule's id + 1: its breach ended the child */
	int done;           /* 1: the run came to its end */
};

/* Of the run that this process makes. The one global: signal handlers and interposed functions write there. */
extern struct findings *findings;

struct findings *findings_new(void); /* shared, all zero; never NULL */
void findings_free(struct findings *);

/* A rule was broken: what happened, one sentence without its end. */
void breach(enum rule_id, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same, and the process ends. */
void breach_end(enum rule_id, const char *fmt, ...) __attribute__((format(printf, 2, 3), noreturn));
int breached(enum rule_id);
/* The rule of this run cannot be tried: why. */
void skip_rule(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
