/* SPDX-License-Identifier: MIT */
/* output: what sub-commands print. */
#include "cli/output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "call/kind.h"
#include "util/mem.h"
#include "util/text.h"
#include "util/wrapped.h"

void output_stderr(hn_str text)
{
	struct buf rows = BUF(BUF_NO_CAP);
	wrapped_add(&rows, &(struct wrapped){ .columns = wrapped_columns(STDERR_FILENO) }, text);
	if (rows.n)
		fwrite(rows.p, 1, rows.n, stderr);
	fflush(stderr);
	buf_free(&rows);
}

void output_lines(struct buf *out, const char *lead, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");
		buf_adds(out, n ? lead : "");
		text_add_safe(out, (hn_str){ text, n }, HN_TEXT_LINE);
		buf_adds(out, n ? "\n" : "");
		lead = "  ";
		text += n + (text[n] == '\n');
	}
}

int cli_fault(struct runtime *rt, struct fault *f)
{
	struct buf raw = BUF(BUF_NO_CAP), out = BUF(BUF_NO_CAP);
	int status = kind_exit(f->kind);
	buf_addf(&raw, "%s\n%s", f->message, f->hint ? f->hint : "");
	if (rt->secrets)
		secrets_redact(rt->secrets, &raw);
	output_lines(&out, "hobnob: ", raw.p);
	output_stderr(buf_str(&out));
	buf_free(&raw);
	buf_free(&out);
	fault_free(f);
	return status;
}

int cli_error(struct runtime *rt, int32_t kind, const char *hint, const char *fmt, ...)
{
	struct fault f = { .kind = kind, .hint = xstrdup(hint) };
	va_list ap;
	va_start(ap, fmt);
	f.message = xvasprintf(fmt, ap);
	va_end(ap);
	return cli_fault(rt, &f);
}

/* Writes the text to stdout; a reader that went away is not an error. */
int output_write(struct runtime *rt, struct buf *text)
{
	if (rt->secrets) /* a server's list of models may quote one */
		secrets_redact(rt->secrets, text);
	errno = 0;
	int bad = text->n && fwrite(text->p, 1, text->n, stdout) != text->n;
	bad |= fflush(stdout) != 0;
	int why = errno;
	buf_free(text);
	if (!bad)
		return 0;
	if (why == EPIPE)
		return 1;
	return cli_error(rt, HN_ERR_OUTPUT, NULL, "standard output: %s", strerror(why));
}

void output_add(struct buf *out, hn_str text)
{
	if (isatty(STDOUT_FILENO))
		text_add_safe(out, text, 0);
	else
		buf_addstr(out, text);
}

int output_json(struct runtime *rt, struct json_object *o)
{
	struct buf out = BUF(BUF_NO_CAP);
	json_write(o, &out);
	buf_addc(&out, '\n');
	json_object_put(o);
	return output_write(rt, &out);
}

size_t output_width(void)
{
	return wrapped_columns(STDOUT_FILENO);
}
