/* SPDX-License-Identifier: MIT */
/* output: what sub-commands print. */
#include "cli/output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "util/mem.h"
#include "util/text.h"

/* Writes the text to stdout; a reader that went away is no news. */
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
	return cli_error_take(rt, HN_ERR_OUTPUT, xasprintf("standard output: %s", strerror(why)));
}

/* Writes a JSON document. */
int output_json(struct runtime *rt, struct json_object *o)
{
	struct buf out = BUF(BUF_NO_CAP);
	json_write(o, &out);
	buf_addc(&out, '\n');
	json_object_put(o);
	return output_write(rt, &out);
}

/* Adds a member that may be null. */
void output_member(struct json_object *o, const char *key, const char *text)
{
	if (text && *text)
		json_add_text(o, key, str_of(text));
	else
		json_add_null(o, key);
}

/* Writes to stderr. */
void output_stderr(hn_str text)
{
	if (text.n)
		fwrite(text.p, 1, text.n, stderr);
	fflush(stderr);
}

/* Adds the next cell. */
void table_cell(struct table *t, const char *text)
{
	struct buf safe = BUF(BUF_NO_CAP);
	text_add_safe(&safe, str_of(text), HN_TEXT_LINE);
	t->cells = xgrow(t->cells, t->n, &t->cap, sizeof *t->cells);
	t->cells[t->n++] = buf_take(&safe);
}

/* The widest cell of a column, in columns of a terminal. */
static size_t width(const struct table *t, size_t column)
{
	size_t widest = 0;
	for (size_t i = column; i < t->n; i += t->columns) {
		size_t w = text_columns(str_of(t->cells[i]));
		if (w > widest)
			widest = w;
	}
	return widest;
}

/* Appends cell i, padded to its column unless nothing but empty cells follow in its row. */
static void print_cell(const struct table *t, size_t i, size_t column_width, struct buf *out)
{
	size_t last = i;
	for (size_t k = i + 1; k < t->n && k % t->columns; k++)
		if (*t->cells[k])
			last = k;
	buf_adds(out, t->cells[i]);
	if (last > i)
		buf_addf(out, "%*s", (int)(column_width - text_columns(str_of(t->cells[i])) + 2),
			"");
}

/* Appends all rows. */
void table_print(struct table *t, struct buf *out)
{
	size_t *widths = xcalloc(t->columns, sizeof *widths);
	for (size_t c = 0; c < t->columns; c++)
		widths[c] = width(t, c);
	for (size_t i = 0; i < t->n; i++) {
		print_cell(t, i, widths[i % t->columns], out);
		if ((i + 1) % t->columns == 0)
			buf_addc(out, '\n');
	}
	for (size_t i = 0; i < t->n; i++)
		free(t->cells[i]);
	free(t->cells);
	free(widths);
	*t = (struct table){ .columns = t->columns };
}
