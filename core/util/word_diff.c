/* SPDX-License-Identifier: MIT */
/* word_diff: what differs between two texts, word by word. */
#include "util/word_diff.h"

#include <stdlib.h>
#include <string.h>

#include "util/ascii.h"
#include "util/diff.h"
#include "util/mem.h"
#include "util/utf8.h"

#define EFFORT ((uint64_t)1 << 25) /* steps: a tenth of a second */
#define SHARED_LEAST 30            /* percent of the shorter text's words that make a comparison by words readable */

/* A word, or a paragraph; number is equal for equal ones. */
struct token {
	const char *p;
	size_t n;
	uint32_t number;
};

struct side {
	hn_str text;
	struct token *tokens;
	size_t n, cap;
	uint32_t *numbers;
	unsigned char *marks;
};

/* Both texts, cut in the same way. */
struct cut { struct side old, now; };

const char *word_by_name(enum word_by by)
{
	static const char *const names[] = { "words", "paragraphs", "whole" };

	return names[by];
}

/* ---- how pieces are shown ---- */

static const struct { const char *key, *open, *close; } looks[WORD_PIECES] = {
	[WORD_SAME] = { "same", "", "" },
	[WORD_GONE] = { "removed", "[-", "-]" },
	[WORD_COME] = { "added", "{+", "+}" },
	[WORD_GAP] = { "gap", "", "" },
};

const char *word_piece_key(enum word_piece piece)
{
	return looks[piece].key;
}

void word_marked(enum word_piece piece, hn_str text, void (*put)(void *ud, hn_str), void *ud)
{
	while (text.n) {
		const char *newline = memchr(text.p, '\n', text.n);
		size_t n = newline ? (size_t)(newline - text.p) : text.n;

		if (n) {
			put(ud, str_of(looks[piece].open));
			put(ud, (hn_str){ text.p, n });
			put(ud, str_of(looks[piece].close));
		}
		if (newline)
			put(ud, str_of("\n"));
		n += newline != NULL;
		text = (hn_str){ text.p + n, text.n - n };
	}
}

/* ---- cutting ---- */

/* Bytes of the word at p: to the next blank, or one wide character. */
static size_t word_at(const char *p, size_t n)
{
	size_t at = 0;

	while (at < n && !ascii_is_space(p[at])) {
		uint32_t cp = (unsigned char)p[at];
		size_t length = cp < 0x80 ? 1 : utf8_decode(p + at, n - at, &cp);

		length = length ? length : n - at;
		if (cp >= 0x80 && utf8_columns(cp) == 2)
			return at ? at : length;
		at += length;
	}
	return at;
}

/* Bytes of the line at p, without blanks at its end. */
static size_t line_at(const char *p, size_t n)
{
	const char *newline = memchr(p, '\n', n);
	size_t at = newline ? (size_t)(newline - p) : n;

	while (at && ascii_is_space(p[at - 1]))
		at--;
	return at;
}

/* Cuts a text. -1: there are too many pieces. */
static int cut_text(struct side *s, size_t most, size_t (*piece_at)(const char *, size_t))
{
	for (size_t i = 0; i < s->text.n;) {
		size_t n;

		if (ascii_is_space(s->text.p[i])) {
			i++;
			continue;
		}
		if (s->n == most)
			return -1;
		n = piece_at(s->text.p + i, s->text.n - i);
		s->tokens = xgrow(s->tokens, s->n, &s->cap, sizeof *s->tokens);
		s->tokens[s->n++] = (struct token){ s->text.p + i, n, 0 };
		i += n;
	}
	return 0;
}

static int by_text(const void *a, const void *b)
{
	const struct token *x = *(struct token *const *)a, *y = *(struct token *const *)b;

	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	return memcmp(x->p, y->p, x->n);
}

/* Numbers the tokens of both sides by their texts. They are sorted for it: whatever the texts are, that does not
 * take long, as a table of hashes may. */
static void number(struct cut *c)
{
	size_t n = c->old.n + c->now.n, k = 0;
	struct token **all = xcalloc(n + 1, sizeof *all);
	uint32_t next = 0;

	for (size_t i = 0; i < c->old.n; i++)
		all[k++] = &c->old.tokens[i];
	for (size_t i = 0; i < c->now.n; i++)
		all[k++] = &c->now.tokens[i];
	qsort(all, n, sizeof(struct token *), by_text);
	for (size_t i = 0; i < n; i++) {
		next += i && by_text(&all[i - 1], &all[i]) != 0;
		all[i]->number = next;
	}
	free(all);
}

static void list(struct side *s)
{
	s->numbers = xcalloc(s->n + 1, sizeof *s->numbers);
	s->marks = xcalloc(s->n + 1, 1);
	for (size_t i = 0; i < s->n; i++)
		s->numbers[i] = s->tokens[i].number;
}

static void side_free(struct side *s)
{
	free(s->tokens);
	free(s->numbers);
	free(s->marks);
	*s = (struct side){ .text = s->text };
}

/* Cuts both and marks what differs. -1: too much, or too different. */
static int compare(struct cut *c, size_t (*piece_at)(const char *, size_t))
{
	if (cut_text(&c->old, DIFF_MOST, piece_at) || cut_text(&c->now, DIFF_MOST - c->old.n, piece_at))
		return -1;
	number(c);
	list(&c->old);
	list(&c->now);
	const struct diff d = { c->old.numbers, c->now.numbers, c->old.n, c->now.n, c->old.marks, c->now.marks };
	return diff_lists(&d, EFFORT);
}

static size_t unmarked(const struct side *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += !s->marks[i];
	return n;
}

/* 1 if the words that both have are so few that they are there by chance. */
static int shares_little(const struct cut *c)
{
	size_t shorter = c->old.n < c->now.n ? c->old.n : c->now.n;

	return unmarked(&c->now) * 100 < shorter * SHARED_LEAST;
}

static void cut_free(struct cut *c)
{
	side_free(&c->old);
	side_free(&c->now);
}

/* Each text as one piece. */
static size_t all_at(const char *p, size_t n)
{
	while (n && ascii_is_space(p[n - 1]))
		n--;
	return n;
}

/* Compares in the finest way that says something. */
static enum word_by choose(struct cut *c)
{
	if (!compare(c, word_at) && !shares_little(c))
		return WORD_BY_WORDS;
	cut_free(c);
	if (!compare(c, line_at))
		return WORD_BY_PARAGRAPHS;
	cut_free(c);
	compare(c, all_at);
	return WORD_BY_WHOLE;
}

/* ---- the pieces ---- */

struct writer {
	void (*put)(void *ud, enum word_piece, hn_str);
	void *ud;
	enum word_by by;
	size_t words[WORD_PIECES]; /* of each kind of piece */
};

static void put(struct writer *w, enum word_piece what, const char *from, const char *to)
{
	if (to == from)
		return;
	for (const char *p = from; p < to;) {
		size_t n = word_at(p, (size_t)(to - p));

		w->words[what] += n > 0;
		p += n ? n : 1;
	}
	w->put(w->ud, what, (hn_str){ from, (size_t)(to - from) });
}

static const char *end_of(const struct token *t)
{
	return t->p + t->n;
}

/* Where token i begins; the text's end after the last. */
static const char *begin_at(const struct side *s, size_t i)
{
	return i < s->n ? s->tokens[i].p : s->text.p + s->text.n;
}

/* Where the white space before token i begins. */
static const char *gap_before(const struct side *s, size_t i)
{
	return i ? end_of(&s->tokens[i - 1]) : s->text.p;
}

/* How many tokens from i on have that mark. */
static size_t run(const struct side *s, size_t i, int mark)
{
	size_t n = 0;

	while (i + n < s->n && s->marks[i + n] == mark)
		n++;
	return n;
}

/* Tokens [i, i + n) of the old text are gone, and nothing comes in their place but, unless it is the end, what follows
 * in both: the white space of the old text keeps them apart. */
static void put_gone(struct writer *w, const struct side *s, size_t i, size_t n, int is_end)
{
	if (is_end && i)
		put(w, WORD_GAP, gap_before(s, i), begin_at(s, i));
	put(w, WORD_GONE, begin_at(s, i), gap_before(s, i + n));
	if (!is_end)
		put(w, WORD_GAP, gap_before(s, i + n), begin_at(s, i + n));
}

/* They are gone, and others come in their place; what is longer than a few words, on a row of its own. */
static void put_instead(struct writer *w, const struct side *s, size_t i, size_t n)
{
	static const char newline[] = "\n";

	put(w, WORD_GONE, begin_at(s, i), gap_before(s, i + n));
	if (w->by != WORD_BY_WORDS)
		put(w, WORD_GAP, newline, newline + 1);
}

static void put_all(struct writer *w, const struct side *old, const struct side *now)
{
	const char *at = now->text.p; /* the new text up to here is written */
	size_t i = 0, k = 0;

	while (i < old->n || k < now->n) {
		size_t gone = run(old, i, 1), come = run(now, k, 1), same = run(old, i, 0), as_well = run(now, k, 0);
		const char *from = k < now->n ? begin_at(now, k) : gap_before(now, k);

		if (!gone && !come) {
			same = same < as_well ? same : as_well;
			i += same;
			k += same;
			continue;
		}
		put(w, WORD_SAME, at, from);
		if (gone && come)
			put_instead(w, old, i, gone);
		else if (gone)
			put_gone(w, old, i, gone, k == now->n);
		at = come ? gap_before(now, k + come) : from;
		put(w, WORD_COME, from, at);
		i += gone;
		k += come;
	}
	put(w, WORD_SAME, at, now->text.p + now->text.n);
}

struct word_diff word_diff(hn_str old, hn_str now, void (*take)(void *ud, enum word_piece, hn_str text), void *ud)
{
	struct cut c = { { .text = old.n ? old : str_of("") }, { .text = now.n ? now : str_of("") } };
	struct writer w = { .put = take, .ud = ud, .by = choose(&c) };

	put_all(&w, &c.old, &c.now);
	cut_free(&c);
	return (struct word_diff){ w.by, w.words[WORD_SAME], w.words[WORD_GONE], w.words[WORD_COME] };
}
