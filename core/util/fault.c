/* SPDX-License-Identifier: MIT */
/* fault: why something failed. */
#include "util/fault.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

int32_t fault_set(struct fault *f, int32_t kind, const char *hint, const char *fmt, ...)
{
	struct fault made = { .kind = kind };
	va_list ap;

	if (!f)
		return kind;
	va_start(ap, fmt);
	made.message = xvasprintf(fmt, ap);
	va_end(ap);
	made.hint = xstrdup(hint);
	fault_free(f);
	*f = made;
	return kind;
}

void fault_name(struct fault *f, const char *name)
{
	char *before;

	if (!f)
		return;
	before = f->message;
	f->message = xasprintf("%s: %s", name, before);
	free(before);
}

void fault_aside(struct fault *f, const char *text)
{
	char *before;

	if (!f)
		return;
	before = f->message;
	f->message = xasprintf("%s%s", before, text);
	f->aside = strlen(text);
	free(before);
}

void fault_hint(struct fault *f, const char *fmt, ...)
{
	char *line, *before;
	va_list ap;

	if (!f)
		return;
	va_start(ap, fmt);
	line = xvasprintf(fmt, ap);
	va_end(ap);
	before = f->hint;
	f->hint = before ? xasprintf("%s\n%s", before, line) : xstrdup(line);
	free(before);
	free(line);
}

char *fault_text(const struct fault *f)
{
	return xasprintf("%s%s%s", f->message, f->hint ? "\n" : "", f->hint ? f->hint : "");
}

void fault_free(struct fault *f)
{
	if (!f)
		return;
	free(f->message);
	free(f->hint);
	*f = (struct fault){ 0 };
}
