/* SPDX-License-Identifier: MIT */
/* report: what came of each rule, as TAP or as one JSON document. */
#ifndef HOBNOB_CHECK_REPORT_H
#define HOBNOB_CHECK_REPORT_H

#include "check/findings.h"
#include "util/buf.h"

enum outcome { OUTSIDE, HOLDS, BROKEN, SKIPPED }; /* OUTSIDE: not a rule of this plugin, or not asked for */

struct verdict {
	enum outcome outcome;
	struct finding finding; /* BROKEN */
	char why[240];          /* SKIPPED */
};

struct report {
	const char *path, *type, *name, *version;
	const char *answers;    /* where they are from; NULL: there are none */
	struct verdict of[RULES_N];
};

void report_tap(const struct report *, struct buf *out);
void report_json(const struct report *, struct buf *out);
/* The table of rules that can be checked, for `list`. */
void report_rules(int json, struct buf *out);
/* 1 if all that must and should hold do. */
int report_good(const struct report *);

#endif
