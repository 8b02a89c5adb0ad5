/* SPDX-License-Identifier: MIT */
/* doctor: `hobnob doctor` says what was found, what is wrong, and the cure. */
#include "cli/doctor.h"

#include <stdlib.h>
#include <string.h>

#include "call/kind.h"
#include "cli/output.h"
#include "util/mem.h"

/* A part of the report. */
struct section {
	const char *area;
	void (*look)(struct doctor *);
	int connects; /* 1: with --connect only */
};

static const struct section sections[] = {
	{ "program", doctor_program, 0 },
	{ "files", doctor_sources, 0 },
	{ "settings", doctor_settings, 0 },
	{ "plugins", doctor_plugins, 0 },
	{ "keys", doctor_keys, 0 },
	{ "provider", doctor_provider, 0 },
	{ "network", doctor_network, 0 },
	{ "journal", doctor_journal, 0 },
	{ "terminal", doctor_terminal, 0 },
	{ "connection", doctor_connect, 1 },
};

/* A warning that something gives on the way is a problem as well. A remark fails nothing. */
static void take_warning(void *ud, hn_str text, hn_str hint, int is_remark)
{
	struct fault f = { .kind = is_remark ? 0 : HN_ERR_CONFIG,
		.message = str_dup(text),
		.hint = hint.n ? str_dup(hint) : NULL };
	problem_fault(ud, &f, "correct it, or take it out");
}

/* ---- showing it ---- */

static struct json_object *json_findings(const struct doctor *d)
{
	struct json_object *array = json_new_array();
	for (size_t i = 0; i < d->n_findings; i++) {
		const struct finding *f = &d->findings[i];
		struct json_object *o = json_new_object();
		json_add_text(o, "area", str_of(f->area));
		json_add_text(o, "name", str_of(f->name));
		json_add_text(o, "value", str_of(f->value));
		json_set(o, "ok", json_new_flag(f->ok));
		json_append(array, o);
	}
	return array;
}

static struct json_object *json_problems(const struct doctor *d)
{
	struct json_object *array = json_new_array();
	for (size_t i = 0; i < d->n_problems; i++) {
		const struct problem *p = &d->problems[i];
		struct json_object *o = json_new_object();
		json_add_text(o, "area", str_of(p->area));
		json_add_text(o, "what", str_of(p->what));
		char *cure = cure_joined(p->cure);
		json_add_text(o, "cure", str_of(cure));
		free(cure);
		json_append(array, o);
	}
	return array;
}

static int print_json(const struct doctor *d)
{
	struct json_object *o = json_new_object();
	json_set(o, "findings", json_findings(d));
	json_set(o, "problems", json_problems(d));
	return output_json(d->rt, o);
}

/* The findings of one section below its name; what is not well is marked. */
static void add_section(const struct doctor *d, const char *area, struct buf *out)
{
	struct table t = { .columns = 2 };
	for (size_t i = 0; i < d->n_findings; i++) {
		const struct finding *f = &d->findings[i];
		if (strcmp(f->area, area) != 0)
			continue;
		char *name = xasprintf("%s %s", f->ok ? " " : "!", f->name);
		table_cell(&t, name);
		table_cell(&t, f->value);
		free(name);
	}
	if (t.n)
		buf_addf(out, "%s\n", area);
	table_print(&t, out);
}

/* One problem: a cure of one line beside it, lines below it as an error has its hint. */
static void add_problem(const struct problem *p, struct buf *out)
{
	const char *line = p->cure, *end = strchr(line, '\n');

	buf_addf(out, "%s: %s", p->area, p->what);
	if (!end) {
		buf_addf(out, "; %s\n", line);
		return;
	}
	buf_addc(out, '\n');
	for (; *line; line += strcspn(line, "\n"), line += *line == '\n')
		buf_addf(out, "  %.*s\n", (int)strcspn(line, "\n"), line);
}

static void add_problems(const struct doctor *d, struct buf *out)
{
	buf_adds(out, d->n_problems ? "\n" : "\nno problem found\n");
	for (size_t i = 0; i < d->n_problems; i++)
		add_problem(&d->problems[i], out);
}

static int print_text(const struct doctor *d)
{
	struct buf out = BUF(BUF_NO_CAP);
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
		add_section(d, sections[i].area, &out);
	add_problems(d, &out);
	return output_write(d->rt, &out);
}

static void doctor_free(struct doctor *d)
{
	for (size_t i = 0; i < d->n_findings; i++) {
		free(d->findings[i].name);
		free(d->findings[i].value);
	}
	for (size_t i = 0; i < d->n_problems; i++) {
		free(d->problems[i].what);
		free(d->problems[i].cure);
	}
	free(d->findings);
	free(d->problems);
	free(d->names);
	instance_free(d->provider);
}

/* ---- the sub-command ---- */

/* The exit status: of the first problem's kind that has one. */
static int status_of(const struct doctor *d)
{
	for (size_t i = 0; i < d->n_problems; i++)
		if (d->problems[i].code)
			return kind_exit(d->problems[i].code);
	return 0;
}

int subcommand_doctor(struct runtime *rt, const struct cli *cli)
{
	struct doctor d = { .rt = rt, .cli = cli };
	if (cli->n_words)
		return cli_error(rt, HN_ERR_USAGE, NULL, "usage: hobnob doctor [--connect] [--json]");
	rt->log->on_warning = take_warning;
	rt->log->warning_ud = &d;
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
		d.area = sections[i].area;
		if (!sections[i].connects || cli->connect)
			sections[i].look(&d);
	}
	rt->log->on_warning = NULL;
	int status = status_of(&d);
	int shown = cli->json ? print_json(&d) : print_text(&d);
	doctor_free(&d);
	return shown ? shown : status;
}
