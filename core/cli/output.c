/* SPDX-License-Identifier: MIT */
/* output: what sub-commands print. */
#include "cli/output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "call/kind.h"
#include "util/mem.h"
#include "util/text.h"
#include "util/utf8.h"

void output_stderr(hn_str text)
{
	if (text.n)
		fwrite(text.p, 1, text.n, stderr);
	fflush(stderr);
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

/* Adds a member that may be null. */
void output_member(struct json_object *o, const char *key, const char *text)
{
	if (text && *text)
		json_add_text(o, key, str_of(text));
	else
		json_add_null(o, key);
}

void table_cell(struct table *t, const char *text)
{
	struct buf safe = BUF(BUF_NO_CAP);
	text_add_safe(&safe, str_of(text), HN_TEXT_LINE);
	t->cells = xgrow(t->cells, t->n, &t->cap, sizeof *t->cells);
	t->cells[t->n++] = buf_take(&safe);
}

/* The terminal's columns. */
size_t output_width(void)
{
	struct winsize size;
	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
		return 0;
	return size.ws_col;
}

void output_cut(struct buf *out, const char *text, size_t columns)
{
	size_t n = strlen(text), i = 0, used = 0;
	if (utf8_text_columns(str_of(text)) <= columns) {
		buf_adds(out, text);
		return;
	}
	while (i < n) {
		unsigned wide;
		size_t length = utf8_cluster(text + i, n - i, &wide);
		used += wide;
		if (used >= columns)
			break;
		i += length;
	}
	buf_add(out, text, i);
	buf_adds(out, columns ? "…" : "");
}

/* How a table is laid out: the columns of each cell, and of each column of the table; 0: it gave way. */
struct layout {
	size_t *cells, *widths;
	size_t left; /* columns for the last cell of a row */
};

/* Measures all cells; where a terminal is narrow some columns give way to the last. */
static struct layout lay_out(const struct table *t)
{
	struct layout l = { xcalloc(t->n + 1, sizeof(size_t)), xcalloc(t->columns, sizeof(size_t)), 0 };
	size_t sum = 0;
	for (size_t i = 0; i < t->n; i++) {
		size_t *width = &l.widths[i % t->columns];
		l.cells[i] = utf8_text_columns(str_of(t->cells[i]));
		if (l.cells[i] + 2 > *width)
			*width = l.cells[i] + 2;
	}
	for (size_t c = 0; c + 1 < t->columns; c++)
		sum += l.widths[c];
	for (size_t i = 0; t->fit && i < t->n_giving_way && sum + t->least > t->fit; i++) {
		sum -= l.widths[t->giving_way[i]];
		l.widths[t->giving_way[i]] = 0;
	}
	l.left = t->fit > sum ? t->fit - sum : 0;
	return l;
}

/* Appends cell i, padded to its column unless nothing but empty cells follow in its row; the last one cut
 * to what is left of the terminal. */
static void print_cell(const struct table *t, const struct layout *l, size_t i, struct buf *out)
{
	size_t last = i;
	for (size_t k = i + 1; k < t->n && k % t->columns; k++)
		if (*t->cells[k])
			last = k;
	if (t->fit && (i + 1) % t->columns == 0)
		output_cut(out, t->cells[i], l->left);
	else
		buf_adds(out, t->cells[i]);
	for (size_t n = l->cells[i]; last > i && n < l->widths[i % t->columns]; n++)
		buf_addc(out, ' ');
}

void table_print(struct table *t, struct buf *out)
{
	struct layout l = lay_out(t);
	for (size_t i = 0; i < t->n; i++) {
		if (l.widths[i % t->columns])
			print_cell(t, &l, i, out);
		if ((i + 1) % t->columns == 0)
			buf_addc(out, '\n');
		free(t->cells[i]);
	}
	free(t->cells);
	free(l.widths);
	free(l.cells);
	t->cells = NULL;
	t->n = t->cap = 0;
}
