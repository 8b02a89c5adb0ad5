/* SPDX-License-Identifier: MIT */
/*
 * doctor: what the files of `hobnob doctor` share: the report, and the sections that fill it.
 *
 * A section lists its findings, one per line, and the problems, each with its fix. A failure
 * becomes a problem and the next section continues with what is left: rt->settings are then those
 * that could be read.
 */
#ifndef HOBNOB_CLI_DOCTOR_H
#define HOBNOB_CLI_DOCTOR_H

#include "cli/cli.h"

struct finding {
	const char *area;            /* the section's name */
	char *name, *value;
	int ok;                      /* 0: a problem says more */
};

struct problem {
	const char *area;
	int32_t code;                /* HN_ERR_*; 0: it need not be a mistake, and fails nothing */
	char *what, *cure;           /* a line; a line or more, safe to show */
};

struct doctor {
	struct runtime *rt;
	const struct cli *cli;
	const char *area;            /* of the section that runs */
	struct finding *findings;
	size_t n_findings, cap_findings;
	struct problem *problems;
	size_t n_problems, cap_problems;
	unsigned without;            /* WITHOUT_*: sources that could not be read */
	char **names;                /* the environment without the names of hobnob */
	struct instance *provider;   /* that would answer; NULL if none can */
};

#define WITHOUT_CONFIG 1u
#define WITHOUT_ENV_FILE 2u
#define WITHOUT_NAMES 4u    /* HOBNOB_ names of the environment */
#define WITHOUT_SHIPPED 8u  /* defaults.yaml */

/* Adds a finding. */
void found(struct doctor *, int ok, const char *name, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* A cure as one line (allocated). */
char *cure_joined(const char *cure);
/* Adds a problem, once. */
void problem(struct doctor *, int32_t code, const char *cure, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* The same of a fault, which is freed; its hint is the cure, else `cure`. */
void problem_fault(struct doctor *, struct fault *, const char *cure);

/* ---- the sections, in the order of the report; each takes what the ones before it have left ---- */
void doctor_program(struct doctor *);   /* doctor_files.c: version, places */
void doctor_sources(struct doctor *);   /* doctor_settings.c: config file, .env, profiles; opens them */
void doctor_settings(struct doctor *);  /* doctor_settings.c: what is not as it is by default */
void doctor_plugins(struct doctor *);   /* doctor_provider.c: found, refused, shadowed */
void doctor_keys(struct doctor *);      /* doctor_keys.c: by name and source, never value */
void doctor_provider(struct doctor *);  /* doctor_provider.c: who would answer, which model */
void doctor_network(struct doctor *);   /* doctor_network.c: http module, certificates, proxy */
void doctor_journal(struct doctor *);   /* doctor_files.c */
void doctor_terminal(struct doctor *);  /* doctor_files.c */
void doctor_connect(struct doctor *);   /* doctor_provider.c: asks the provider */


#endif
