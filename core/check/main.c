/* SPDX-License-Identifier: MIT */
/*
 * plugin-check: `hobnob plugins check`, a program of its own, since it has functions of libc that plugins are bound to.
 *
 * The parent never loads the plugin. Each rule is tried in a child; rules that the strict host notices by itself share one. A rule
 * that needs an instance, or an answer, is skipped without one.
 *
 * Exit status: 0 all rules hold that must or should, 1 one does not, 2 usage, 3 the file cannot be loaded.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check/child.h"
#include "check/frontend.h"
#include "check/load.h"
#include "check/report.h"
#include "check/scenario.h"
#include "check/where.h"
#include "util/eintr.h"
#include "util/mem.h"

struct check {
	const char *path, *only, *answers_path, *wires;
	int json, in_process, way;
	struct answers answers;
	int has_answers;
	int no_descriptor;                     /* 1: it cannot be used */
	int no_return;                         /* 1: chat() or run() ended the process, or did not end */
	struct report report;
	struct findings *loaded, *everyday; /* NULL until they were made */
	char no_instance[240], no_answer[240]; /* why; empty: there is one */
};

static int fail(int status, const char *what, const char *why)
{
	fprintf(stderr, "hobnob: %s%s%s\n", what, why ? ": " : "", why ? why : "");
	return status;
}

/* ---- one run ---- */

struct trial { struct check *c; void (*try)(const struct run *); const struct answers *answers; int first; };

static void go(void *ud)
{
	const struct trial *t = ud;
	struct subject s;
	int loaded = !(t->first ? subject_load_watched : subject_load)(&s, t->c->path);
	const struct run run = { &s, t->answers, t->c->way };
	if (loaded && t->try)
		t->try(&run);
	free(s.name);
}

static struct findings *try_it(struct check *c, enum rule_id rule, int seconds, void (*try)(const struct run *), const struct answers *answers, int here)
{
	struct trial t = { c, try, answers, try == NULL };
	const struct errand_of_child e = { rule, seconds, go, &t };
	return child_run(&e, here && c->in_process);
}

static const struct answers *answers_of(const struct check *c)
{
	return c->has_answers ? &c->answers : NULL;
}

/* ---- verdicts ---- */

static int is_asked(const struct check *c, enum rule_id rule)
{
	return (!c->only || rule_find(c->only) == rule) && rule_of(rule)->whose & c->loaded->whose && scenario_of(rule);
}

/* Any run may find a breach of any rule; the first one counts. */
static void take_others(struct check *c, const struct findings *f)
{
	for (int i = 0; i < RULES_N; i++) {
		struct verdict *v = &c->report.of[i];
		if (f->of[i].found && v->outcome != BROKEN && is_asked(c, (enum rule_id)i))
			*v = (struct verdict){ .outcome = BROKEN, .finding = f->of[i] };
	}
}

static void skip(struct check *c, enum rule_id rule, const char *why)
{
	struct verdict *v = &c->report.of[rule];
	if (v->outcome == BROKEN)
		return;
	v->outcome = SKIPPED;
	snprintf(v->why, sizeof v->why, "%s", why);
}

/* The verdict of a rule by its own run. */
static void judge(struct check *c, enum rule_id rule, const struct findings *f)
{
	struct verdict *v = &c->report.of[rule];
	char why[200];
	if (v->outcome == BROKEN)
		return;
	if (f->of[rule].found) {
		*v = (struct verdict){ .outcome = BROKEN, .finding = f->of[rule] };
	} else if (f->ended_by) {
		snprintf(why, sizeof why, "cut short: see %s", rule_of((enum rule_id)(f->ended_by - 1))->name);
		skip(c, rule, why);
	} else if (f->skip[0]) {
		skip(c, rule, f->skip);
	} else {
		v->outcome = HOLDS;
	}
}

/* ---- what comes first ---- */

/* 0, or the exit status: it cannot be loaded. */
static int load(struct check *c)
{
	c->loaded = try_it(c, RULE_ENTRY_PURE, 5, NULL, NULL, 0);
	const struct findings *f = c->loaded;
	if (f->ended_by) {
		const struct finding *why = &f->of[f->ended_by - 1];
		char *text = xasprintf("it cannot be loaded: in %s: %s", why->function[0] ? why->function : "a constructor", why->what);
		int status = fail(3, c->path, text);
		free(text);
		return status;
	}
	if (f->unloadable[0])
		return fail(3, c->path, f->unloadable);
	c->report.name = f->name;
	c->report.version = f->version;
	c->report.type = f->whose == RULE_OF_PROVIDER ? "provider" : "frontend";
	return 0;
}

/* NAME.answers.json beside the file, or what the command line says. 0, or the exit status. */
static int find_answers(struct check *c)
{
	struct fault f = { 0 };
	const char *slash = strrchr(c->path, '/');
	char *stem = subject_stem(c->path);
	char *beside = xasprintf("%.*s%s.answers.json", slash ? (int)(slash + 1 - c->path) : 0, c->path, stem);
	const char *path = c->answers_path ? c->answers_path : !access(beside, F_OK) ? beside : NULL;
	int status = 0;
	if (path && answers_read(&c->answers, path, &f)) {
		status = fail(2, f.message, NULL);
	} else if (path) {
		c->has_answers = 1;
		c->report.answers = xstrdup(path);
	}
	fault_free(&f);
	free(beside);
	free(stem);
	return status;
}

/* Tries a wire: 1 if the plugin makes a text of its answers. */
static int try_one_wire(struct check *c)
{
	struct findings *f = try_it(c, RULE_ANSWERS, 5, try_wire, &c->answers, 0);
	int answers = f->text[0] != 0;
	findings_free(f);
	return answers;
}

/* Tries the wires of the folder on a provider that asks a server and brings no answers. */
static void find_wire(struct check *c)
{
	struct fault fault = { 0 };
	char *name;
	if (c->has_answers || c->loaded->whose != RULE_OF_PROVIDER)
		return;
	struct findings *f = try_it(c, RULE_ANSWERS, 5, try_wire, NULL, 0);
	int answers = !f->uses_http || f->text[0];
	findings_free(f);
	for (size_t i = 0; !answers && answers_wire(&c->answers, c->wires, i, &name, &fault) > 0; i++) {
		answers = c->has_answers = try_one_wire(c);
		if (answers) {
			c->report.answers = name;
			return;
		}
		answers_free(&c->answers);
		free(name);
	}
	if (fault.kind)
		fail(2, fault.message, NULL);
	fault_free(&fault);
}

/* Tries how a frontend gets what a user types. */
static void find_way(struct check *c)
{
	int found = 0;
	for (c->way = 1; c->way < WAYS && !found; c->way += !found) {
		struct findings *f = try_it(c, RULE_RUNS, 5, try_ways, answers_of(c), 0);
		found = f->text[0] != 0;
		findings_free(f);
	}
	if (!found)
		c->way = WAY_NONE;
}

/* Whether there is an instance, and an answer: the runs of the rules for that. */
static void try_gate(struct check *c, enum rule_id rule, char why[240])
{
	const struct scenario *s = scenario_of(rule);
	struct findings *f = try_it(c, rule, s->seconds, scenario_try(s, c->loaded->whose), answers_of(c), 0);
	c->no_return |= rule != RULE_CREATES && f->ended_by;
	if (f->of[rule].found || f->ended_by)
		snprintf(why, 240, "see %s", rule_of(f->of[rule].found ? rule : (enum rule_id)(f->ended_by - 1))->name);
	else if (f->skip[0])
		snprintf(why, 240, "%s", f->skip);
	take_others(c, f);
	if (is_asked(c, rule))
		judge(c, rule, f);
	findings_free(f);
}

/* ---- the rest ---- */

/* Which rule a crash in everyday life breaks: that whose own run meets it, too. */
static void blame_crash(struct findings *f)
{
	static const struct { const char *function; enum rule_id rule; } by[] = { { "create()", RULE_CREATES }, { "destroy()", RULE_CREATES },
		{ "models()", RULE_MODELS }, { "credit()", RULE_CREDIT }, { "", RULE_ANSWERS } };
	struct finding *crash = &f->of[f->rule];
	size_t i = 0;
	if (!f->ended_by || f->ended_by - 1 != (int)f->rule)
		return;
	while (by[i].function[0] && strcmp(crash->function, by[i].function) != 0 && strncmp(crash->what, by[i].function, strlen(by[i].function)) != 0)
		i++;
	f->of[by[i].rule] = *crash;
	f->ended_by = (int)by[i].rule + 1;
	if (by[i].rule != f->rule)
		*crash = (struct finding){ 0 };
}

static void try_everyday_once(struct check *c)
{
	if (c->everyday)
		return;
	c->everyday = try_it(c, RULE_THREADS, 20, try_everyday, answers_of(c), 1);
	blame_crash(c->everyday);
	take_others(c, c->everyday);
}

static void try_rule(struct check *c, const struct scenario *s)
{
	if (s->rule == RULE_CREATES || s->rule == RULE_ANSWERS || s->rule == RULE_RUNS)
		return;
	const char *why = (s->flags & NEEDS_INSTANCE && c->no_instance[0]) || (s->flags & NEEDS_DESCRIPTOR && c->no_descriptor) ? c->no_instance
			  : (s->flags & NEEDS_ANSWER && c->no_answer[0]) || (s->flags & NEEDS_RETURN && c->no_return) ? c->no_answer
														      : NULL;
	if (why) {
		skip(c, s->rule, why);
	} else if (s->rule == RULE_ENTRY_PURE) {
		judge(c, s->rule, c->loaded);
	} else if (s->flags & BY_WATCHING) {
		try_everyday_once(c);
		judge(c, s->rule, c->everyday);
	} else {
		struct findings *f = try_it(c, s->rule, s->seconds, scenario_try(s, c->loaded->whose), answers_of(c), 1);
		if (!(s->flags & ALONE))
			take_others(c, f);
		judge(c, s->rule, f);
		findings_free(f);
	}
}

static void try_all(struct check *c)
{
	const struct verdict *descriptor = &c->report.of[RULE_DESCRIPTOR], *options = &c->report.of[RULE_OPTIONS];
	static const enum rule_id first[] = { RULE_DESCRIPTOR, RULE_OPTIONS };
	const char *only = c->only;
	for (size_t i = 0; i < 2; i++) { /* whatever was asked for: nothing else can be tried without */
		c->only = NULL;
		try_rule(c, scenario_of(first[i]));
		c->only = only;
	}
	if (descriptor->outcome == BROKEN || options->outcome == BROKEN) {
		c->no_descriptor = 1;
		snprintf(c->no_instance, sizeof c->no_instance, "see %s", descriptor->outcome == BROKEN ? "descriptor" : "options");
	} else {
		find_wire(c);
		try_gate(c, RULE_CREATES, c->no_instance);
		if (!c->no_instance[0] && c->loaded->whose == RULE_OF_FRONTEND)
			find_way(c);
		if (!c->no_instance[0])
			try_gate(c, c->loaded->whose == RULE_OF_PROVIDER ? RULE_ANSWERS : RULE_RUNS, c->no_answer);
	}
	if (c->no_instance[0]) {
		memcpy(c->no_answer, c->no_instance, sizeof c->no_answer);
		if (c->report.of[RULE_CREATES].outcome == OUTSIDE && is_asked(c, RULE_CREATES))
			skip(c, RULE_CREATES, c->no_instance);
		if (is_asked(c, RULE_ANSWERS))
			skip(c, RULE_ANSWERS, c->no_instance);
		if (is_asked(c, RULE_RUNS))
			skip(c, RULE_RUNS, c->no_instance);
	}
	for (int i = 0; i < RULES_N; i++)
		if (is_asked(c, (enum rule_id)i) && c->report.of[i].outcome == OUTSIDE)
			try_rule(c, scenario_of((enum rule_id)i));
	for (size_t i = 0; i < 2; i++)
		if (!is_asked(c, first[i]))
			c->report.of[first[i]].outcome = OUTSIDE;
}

/* ---- the command line: that of `hobnob plugins check` ---- */

static int parse(struct check *c, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const char **value = !strcmp(argv[i], "--only") ? &c->only : !strcmp(argv[i], "--answers") ? &c->answers_path
				     : !strcmp(argv[i], "--wires")   ? &c->wires
								     : NULL;
		if (value && i + 1 < argc)
			*value = argv[++i];
		else if (!strcmp(argv[i], "--json"))
			c->json = 1;
		else if (!strcmp(argv[i], "--in-process"))
			c->in_process = 1;
		else if (!strcmp(argv[i], "--") && i + 1 < argc && !c->path)
			c->path = argv[++i];
		else if (argv[i][0] == '-' || c->path)
			return fail(2, "usage: hobnob plugins check FILE.so|list [--only RULE] [--json] [--in-process] [--answers FILE]", NULL);
		else
			c->path = argv[i];
	}
	if (!c->path)
		return fail(2, "usage: hobnob plugins check FILE.so|list [--only RULE] [--json] [--in-process] [--answers FILE]", NULL);
	if (c->only && (rule_find(c->only) == RULES_N || !scenario_of(rule_find(c->only))))
		return fail(2, "--only: there is no such rule; `hobnob plugins check list` lists them", NULL);
	if (c->in_process && !c->only)
		return fail(2, "--in-process goes with --only RULE", NULL);
	return 0;
}

/* Writes the report. 0, or the exit status. */
static int print(struct buf *out)
{
	size_t n = eintr_write(1, out->p, out->n);
	int status = n == out->n ? 0 : fail(1, "standard output", strerror(errno));
	buf_free(out);
	return status;
}

static int check_file(struct check *c)
{
	struct buf out = BUF(BUF_NO_CAP);
	int status = access(c->path, R_OK) ? fail(3, c->path, strerror(errno)) : load(c);
	if (!status)
		status = find_answers(c);
	if (status)
		return status;
	if (c->only && !is_asked(c, rule_find(c->only)))
		return fail(2, "--only: that is a rule of another type of plugin", NULL);
	try_all(c);
	(c->json ? report_json : report_tap)(&c->report, &out);
	status = print(&out);
	return status ? status : !report_good(&c->report);
}

int main(int argc, char **argv)
{
	static struct check c;
	struct buf out = BUF(BUF_NO_CAP);
	where_ours();
	int status = parse(&c, argc, argv);
	if (status)
		return status;
	if (!strcmp(c.path, "list")) {
		report_rules(c.json, &out);
		return print(&out);
	}
	c.report.path = c.path;
	return check_file(&c);
}
