/* SPDX-License-Identifier: MIT */
/* roff: text in which roff sees no macro and no request. */
#include "pages/roff.h"

#include <string.h>

#include "util/ascii.h"

#define COLUMNS 78

/* Adds a character so that roff shows exactly that character. A pair of backticks becomes quotes. */
static void add_char(struct buf *out, const char *text, size_t i, int *quoted)
{
	int begins_word = i == 0 || strchr(" (\"`-=", text[i - 1]) != NULL;
	switch (text[i]) {
	case '\\':
		buf_adds(out, "\\e");
		break;
	case '"':
		buf_adds(out, "\\(dq");
		break;
	case '`':
		buf_adds(out, *quoted ? "\\(rq" : "\\(lq");
		*quoted = !*quoted;
		break;
	case '-':
		buf_adds(out, begins_word ? "\\-" : "-");
		break;
	default:
		buf_addc(out, text[i]);
	}
}

void roff_text(struct buf *out, const char *text)
{
	int quoted = 0;
	if (*text == '.' || *text == '\'')
		buf_adds(out, "\\&");
	for (size_t i = 0; text[i]; i++)
		add_char(out, text, i, &quoted);
}

void roff_arg(struct buf *out, const char *text)
{
	buf_adds(out, " \"\\&");
	roff_text(out, text);
	buf_addc(out, '"');
}

/* 1 if the text begins with a word whose first letter a sentence may change: not "text: ...", a member's name, nor a name. */
static int is_word(const char *text)
{
	size_t n = 0;
	while (ascii_is_lower(text[n]) || (n && text[n] == '\''))
		n++;
	return n && text[n] == ' ' && (n > 1 || *text == 'a') && strncmp(text, "hobnob ", 7) != 0 && strncmp(text, "const ", 6) != 0;
}

/* 1 if a sentence ends with the n bytes of text. */
static int is_end(const char *text, size_t n)
{
	while (n && strchr(")\"`", text[n - 1]))
		n--;
	return n && strchr(".?!", text[n - 1]) != NULL;
}

void roff_sentence(struct buf *out, const char *text)
{
	size_t n = strlen(text);
	char first[] = { ascii_upper(*text), '\0' };
	int word = n > 1 && (ascii_is_lower(text[1]) || text[1] == ' ');
	roff_text(out, word ? first : "");
	roff_text(out, word ? text + 1 : text);
	buf_adds(out, n && strchr(".?!", text[n - 1]) ? "\n" : ".\n");
}

/* Adds one word; "chat()" so that mandoc does not ask for a macro. */
static void add_word(struct buf *out, const char *text, size_t i, size_t n, int *quoted)
{
	for (size_t k = i; k < i + n; k++) {
		if (k > i && text[k] == '(' && text[k + 1] == ')')
			buf_adds(out, "\\&");
		if (k == 0 && is_word(text))
			buf_addc(out, ascii_upper(*text));
		else
			add_char(out, text, k, quoted);
	}
}

void roff_paragraph(struct buf *out, const char *text)
{
	struct buf word = BUF(BUF_NO_CAP);
	size_t column = 0;
	int quoted = 0;
	for (size_t i = 0, n; text[i]; i += n + (text[i + n] == ' ')) {
		n = strcspn(text + i, " ");
		buf_cut(&word, 0);
		add_word(&word, text, i, n, &quoted);
		if (column && column + 1 + word.n > COLUMNS) {
			buf_addc(out, '\n');
			column = 0;
		}
		if (column)
			buf_addc(out, ' ');
		else if (strchr(".'", text[i]))
			buf_adds(out, "\\&");
		column += word.n + (column > 0);
		buf_addstr(out, buf_str(&word));
		if (text[i + n] && is_end(text + i, n)) {
			buf_addc(out, '\n');
			column = 0;
		}
	}
	size_t all = strlen(text);
	if (all)
		buf_adds(out, is_end(text, all) || text[all - 1] == ']' ? "\n" : ".\n");
	buf_free(&word);
}

void roff_list(struct buf *out)
{
	buf_adds(out, ".Bl -tag -width Ds\n");
}

void roff_list_end(struct buf *out)
{
	buf_adds(out, ".El\n");
}
