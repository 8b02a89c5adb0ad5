/* SPDX-License-Identifier: MIT */
/*
 * search: which conversations speak of some words, or are named so.
 *
 * Letters are compared without their case, one by one: a text is folded character for character,
 * so that the place of a find in the folded text is its place in the text itself.
 */
#include "store/store_private.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#include "util/mem.h"
#include "util/utf8.h"

#define LINE_COLUMNS 60 /* of what is shown around a find */
#define BEFORE_COLUMNS 20 /* of them before it */

/* What is looked for. */
struct query {
	struct buf *words; /* folded */
	size_t n;
	locale_t letters; /* 0: none that knows more than ASCII's */
};

/* ---- folding ---- */

static uint32_t fold_char(const struct query *q, uint32_t cp)
{
	if (cp < 0x80)
		return cp >= 'A' && cp <= 'Z' ? cp + 'a' - 'A' : cp;
	return q->letters ? (uint32_t)towlower_l((wint_t)cp, q->letters) : cp;
}

/* Length of the character at i, and which it is: one that is cut off counts as one. */
static size_t char_at(hn_str text, size_t i, uint32_t *cp)
{
	size_t n = utf8_decode(text.p + i, text.n - i, cp);
	if (n)
		return n;
	*cp = UTF8_BAD;
	return text.n - i;
}

/* Appends a text's small form. */
static void fold(const struct query *q, hn_str text, struct buf *out)
{
	uint32_t cp;
	char bytes[4];
	for (size_t i = 0; i < text.n;) {
		i += char_at(text, i, &cp);
		buf_add(out, bytes, utf8_encode(fold_char(q, cp), bytes));
	}
}

/* Characters of n bytes of a folded text. */
static size_t chars_of(const char *p, size_t n)
{
	size_t chars = 0;
	for (size_t i = 0; i < n; i++)
		chars += ((unsigned char)p[i] & 0xC0) != 0x80;
	return chars;
}

/* ---- what is shown ---- */

/* Where that many characters of a text end. */
static size_t skip_chars(hn_str text, size_t chars)
{
	size_t i = 0;
	uint32_t cp;
	while (chars-- && i < text.n)
		i += char_at(text, i, &cp);
	return i;
}

/* 1 for what is shown as a blank; NUL, too. */
static int is_blank(char c)
{
	return memchr(" \n\t\r", c, 5) != NULL;
}

/* The first word that begins from `from` on, and not after the find; `from` where none does, as in Chinese. */
static size_t word_from(hn_str text, size_t from, size_t find)
{
	size_t i = from;
	if (from == 0 || is_blank(text.p[from - 1]))
		return from;
	while (i < find && !is_blank(text.p[i]))
		i++;
	while (i < find && is_blank(text.p[i]))
		i++;
	return i < find || (i > from && is_blank(text.p[i - 1])) ? i : from;
}

/* Where the text around a find begins: so many columns before it at most, at a word or a character. */
static size_t step_back(hn_str text, size_t find)
{
	unsigned columns = 0;
	size_t at = find;
	while (at > 0 && columns < BEFORE_COLUMNS) {
		uint32_t cp;
		at--;
		while (at > 0 && ((unsigned char)text.p[at] & 0xC0) == 0x80)
			at--;
		char_at(text, at, &cp);
		columns += utf8_columns(cp);
	}
	return word_from(text, at, find);
}

/* The text around a find, on one line (allocated). */
static char *surroundings(hn_str text, size_t at)
{
	struct buf out = BUF(BUF_NO_CAP);
	size_t i = step_back(text, at);
	unsigned columns = 0;
	buf_adds(&out, i > 0 ? "…" : "");
	while (i < text.n && columns < LINE_COLUMNS) {
		unsigned wide;
		size_t n = utf8_cluster(text.p + i, text.n - i, &wide);
		int blank = is_blank(text.p[i]);
		if (blank)
			buf_addc(&out, ' ');
		else
			buf_add(&out, text.p + i, n);
		columns += blank ? 1 : wide;
		i += n;
	}
	buf_adds(&out, i < text.n ? "…" : "");
	return buf_take(&out);
}

/* ---- searching ---- */

/* Where the first word is in a text that holds them all, as an offset in its folded form, which is left in *folded; -1. */
static long find_words(const struct query *q, hn_str text, struct buf *folded)
{
	const char *first = NULL;
	buf_cut(folded, 0);
	fold(q, text, folded);
	for (size_t i = q->n; i-- > 0;) {
		first = folded->n ? memmem(folded->p, folded->n, q->words[i].p, q->words[i].n) : NULL;
		if (!first)
			return -1;
	}
	return first - folded->p;
}

/* Looks through one conversation. What put() returned, or 0. */
static int search_one(const struct query *q, const struct kept *kept, const struct conversation *c,
	int (*put)(void *ud, const struct hit *), void *ud)
{
	struct buf folded = BUF(BUF_NO_CAP);
	struct hit hit = { .kept = kept };
	char *line = NULL;
	int result = 0;
	for (size_t i = 0; i < c->history.n && !line; i++) {
		const struct message *m = c->history.all[i];
		hn_str text = { m->text, m->n };
		long at = find_words(q, text, &folded);
		if (at >= 0)
			line = surroundings(text, skip_chars(text, chars_of(folded.p, (size_t)at)));
		hit.message = at >= 0 ? m->id : 0;
	}
	hit.line = line;
	if (line || (c->title && find_words(q, str_of(c->title), &folded) >= 0))
		result = put(ud, &hit);
	free(line);
	buf_free(&folded);
	return result;
}

static int search_list(const struct paths *paths, const struct query *q,
	const struct kept_list *list, int (*put)(void *ud, const struct hit *), void *ud,
	struct buf *odd)
{
	int result = 0;
	for (size_t i = 0; i < list->n && result == 0; i++) {
		struct conversation c;
		struct fault f = { 0 };
		if (store_read(paths, list->all[i].id, &c, &f) == 0)
			result = search_one(q, &list->all[i], &c, put, ud);
		else if (errno != 0) /* it was not just removed */
			buf_addf(odd, "%s\n", f.message + strlen(paths->state) + sizeof "/sessions/" - 1);
		conversation_free(&c);
		fault_free(&f);
	}
	return result;
}

int store_search(const struct paths *paths, char *const *words, size_t n,
	int (*put)(void *ud, const struct hit *), void *ud, struct buf *odd, struct fault *f)
{
	struct kept_list list;
	int result = store_list(paths, &list, odd, f);
	if (result)
		return result;
	struct query q = { .words = xcalloc(n + 1, sizeof *q.words),
		.n = n,
		.letters = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0) };
	for (size_t i = 0; i < n; i++) {
		q.words[i] = BUF(BUF_NO_CAP);
		fold(&q, str_of(words[i]), &q.words[i]);
	}
	result = search_list(paths, &q, &list, put, ud, odd);
	for (size_t i = 0; i < n; i++)
		buf_free(&q.words[i]);
	free(q.words);
	if (q.letters)
		freelocale(q.letters);
	kept_list_free(&list);
	return result;
}
