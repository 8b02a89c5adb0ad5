/* SPDX-License-Identifier: MIT */
/* doctor_report: findings and problems, as the sections add them. */
#include <stdlib.h>
#include <string.h>

#include "cli/doctor.h"
#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

void found(struct doctor *d, int ok, const char *name, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	d->findings = xgrow(d->findings, d->n_findings, &d->cap_findings, sizeof *d->findings);
	d->findings[d->n_findings++] =
		(struct finding){ d->area, xstrdup(name), xvasprintf(fmt, ap), ok };
	va_end(ap);
}

/* A text, which is freed, that cannot act on a terminal; flags: HN_TEXT_LINE, or 0 where it may have lines. */
static char *made_safe(char *text, int flags)
{
	struct buf out = BUF(BUF_NO_CAP);
	text_add_safe(&out, str_of(text), flags);
	free(text);
	return buf_take(&out);
}

/* Adds a problem whose texts are taken, unless it is known. */
static void add_problem(struct doctor *d, int32_t code, char *what, char *cure)
{
	what = made_safe(what, HN_TEXT_LINE);
	cure = made_safe(cure, 0);
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

char *cure_joined(const char *text)
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

/* A hint, or an aside: without the parentheses that keep it on the line of a message. */
static char *cure_of(const char *hint)
{
	size_t n;
	if (strchr(hint, '\n'))
		return xstrdup(hint);
	hint += strspn(hint, " ");
	n = strlen(hint);
	return *hint == '(' && hint[n - 1] == ')' ? xmemdup0(hint + 1, n - 2) : xstrdup(hint);
}

void problem_fault(struct doctor *d, struct fault *f, const char *cure)
{
	char *end = f->message + strlen(f->message) - f->aside;
	char *all = cure_of(f->hint && *f->hint ? f->hint : *end ? end : cure);
	*end = '\0';
	add_problem(d, f->kind, f->message, all);
	f->message = NULL;
	fault_free(f);
}
