/* SPDX-License-Identifier: MIT */
/* doctor_report: findings and problems, as the sections add them. */
#include <stdlib.h>
#include <string.h>

#include "cli/doctor.h"
#include "util/buf.h"
#include "util/mem.h"

void found(struct doctor *d, int ok, const char *name, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	d->findings = xgrow(d->findings, d->n_findings, &d->cap_findings, sizeof *d->findings);
	d->findings[d->n_findings++] =
		(struct finding){ d->area, xstrdup(name), xvasprintf(fmt, ap), ok };
	va_end(ap);
}

/* Adds a problem whose texts are taken, unless it is known. */
static void add_problem(struct doctor *d, int32_t code, char *what, char *cure)
{
	for (size_t i = 0; i < d->n_problems; i++) {
		if (strcmp(d->problems[i].what, what) != 0)
			continue;
		free(what);
		free(cure);
		return;
	}
	d->problems = xgrow(d->problems, d->n_problems, &d->cap_problems, sizeof *d->problems);
	d->problems[d->n_problems++] = (struct problem){ d->area, code, what, cure };
}

void problem(struct doctor *d, int32_t code, const char *cure, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	add_problem(d, code, xvasprintf(fmt, ap), xstrdup(cure));
	va_end(ap);
}

static void add_squeezed(struct buf *out, const char *line, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (line[i] != ' ' || (i + 1 < n && line[i + 1] != ' '))
			buf_addc(out, line[i]);
}

static char *join_lines(const char *text)
{
	struct buf out = BUF(BUF_NO_CAP);
	while (*text) {
		text += strspn(text, " ");
		size_t n = strcspn(text, "\n");
		if (n && out.n)
			buf_adds(&out, out.p[out.n - 1] == ':' ? " " : "; ");
		add_squeezed(&out, text, n);
		text += n + (text[n] == '\n');
	}
	return buf_take(&out);
}

/* core/config makes no faults yet: the cure is in the words of what it says. A line that announces what
 * follows it ("no key. Any of these gives it:") is cut to what it says; without anything that follows, the
 * cure is a command behind a colon, or an option or a guess in parentheses at the end. To go with config's
 * `char **error`. */
static void part_words(struct fault *f)
{
	char *line = f->message;
	size_t n = strlen(line);
	char *stop = strstr(line, ". "), *command = strstr(line, ": chmod ");
	char *open = n && line[n - 1] == ')' ? strrchr(line, '(') : NULL;
	if (f->hint && n && line[n - 1] == ':') {
		*(stop ? stop : line + n - 1) = '\0';
	} else if (!f->hint && command) {
		*command = '\0';
		f->hint = xstrdup(command + 2);
	} else if (!f->hint && open && open > line + 1 &&
		   (strstr(open, "--") || strstr(open, "did you mean"))) {
		open[-1] = '\0';
		f->hint = xmemdup0(open + 1, (size_t)(line + n - 1 - open - 1));
	}
}

void problem_fault(struct doctor *d, struct fault *f, const char *cure)
{
	part_words(f);
	char *all = f->hint && *f->hint ? join_lines(f->hint) : xstrdup(cure);
	add_problem(d, f->kind, f->message, all);
	f->message = NULL;
	fault_free(f);
}
