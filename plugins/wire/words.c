/* SPDX-License-Identifier: MIT */
/*
 * words: which concepts the sentences of an error name.
 *
 * A text becomes words in lower case, one space around each: "maxOutputTokens" and
 * "max_output_tokens" are three words, a number is '#', and '.' ends a sentence. A concept is a
 * list of stems; what a sentence says is the set of the concepts that it names, as bits.
 */
#include "wire/words.h"

#include <string.h>

#include "util/ascii.h"

/* Says whether a byte belongs to a word: a letter, a digit, or part of a character beyond ASCII. */
static int is_word(char c)
{
	return ascii_is_alnum(c) || (unsigned char)c >= 0x80;
}

/* Appends a byte, while there is room. */
static void put(struct wire_text *t, char c)
{
	if (t->n + 1 < sizeof t->p)
		t->p[t->n++] = c;
}

/* Ends a word: at most one space stands between two. */
static void put_space(struct wire_text *t)
{
	if (t->n && t->p[t->n - 1] != ' ')
		put(t, ' ');
}

/* Appends a word of its own. */
static void put_word(struct wire_text *t, const char *word)
{
	put_space(t);
	while (*word)
		put(t, *word++);
	put(t, ' ');
}

/* Measures a number such as 4097, 4,097, 1.5 or 128k; 0 if there is none. */
static size_t number_at(hn_str s, size_t i)
{
	size_t from = i;
	while (i < s.n && (ascii_is_digit(s.p[i]) || ((s.p[i] == ',' || s.p[i] == '.') && i > from &&
						       i + 1 < s.n && ascii_is_digit(s.p[i + 1]))))
		i++;
	if (i > from && i < s.n && strchr("kKmM", s.p[i]) && s.p[i])
		i++;
	return i < s.n && is_word(s.p[i]) ? 0 : i - from;
}

/* Appends a sign that compares, and gives its length; an arrow compares nothing. */
static size_t put_sign(struct wire_text *t, hn_str s, size_t i)
{
	int equal = i + 1 < s.n && s.p[i + 1] == '=';
	if (s.p[i] == '>' && i && (s.p[i - 1] == '-' || s.p[i - 1] == '='))
		return 1;
	put_word(t, s.p[i] == '>' ? (equal ? ">=" : ">") : (equal ? "<=" : "<"));
	return equal ? 2 : 1;
}

/* Appends a byte of a word; a capital after a small letter begins another word, and so does the last of
 * several before small ones: "invalidAPIKey". One small letter is a plural's: "IDs". */
static void put_letter(struct wire_text *t, hn_str s, size_t i)
{
	char c = s.p[i], before = i ? s.p[i - 1] : ' ';
	int last = ascii_is_upper(before) && i + 2 < s.n && ascii_is_lower(s.p[i + 1]) &&
		   ascii_is_lower(s.p[i + 2]);
	if (ascii_is_upper(c) && (ascii_is_lower(before) || last))
		put_space(t);
	put(t, ascii_lower(c));
}

static int ends_sentence(hn_str s, size_t i)
{
	return strchr(".!?", s.p[i]) && s.p[i] && (i + 1 == s.n || !is_word(s.p[i + 1]));
}

void wire_text_add(struct wire_text *t, hn_str s)
{
	if (!t->n)
		put(t, ' ');
	for (size_t i = 0, n; i < s.n; i += n) {
		int begins = !i || !is_word(s.p[i - 1]);
		n = 1;
		if (begins && ascii_is_digit(s.p[i]) && number_at(s, i)) {
			n = number_at(s, i);
			put_word(t, "#");
		} else if (s.p[i] == '<' || s.p[i] == '>') {
			n = put_sign(t, s, i);
		} else if (is_word(s.p[i])) {
			put_letter(t, s, i);
		} else if (ends_sentence(s, i)) {
			put_word(t, ".");
		} else if (s.p[i] != '\'') {
			put_space(t);
		}
	}
	put_word(t, ".");
	t->p[t->n] = '\0';
}

/* Measures a stem that the text continues with, 0: it does not. '_' is a space, or joins words; '*'
 * is any end of a word. A stem beyond ASCII belongs to a script that puts no spaces between words. */
static size_t stem_at(const char *at, const char *end, const char *stem, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (stem[i] == '*') {
			while (at + i < end && at[i] != ' ')
				i++;
			return i;
		}
		if (at + i >= end || (at[i] != stem[i] && (stem[i] != '_' || at[i] != ' ')))
			return 0;
	}
	return (unsigned char)stem[0] >= 0x80 || at + n >= end || at[n] == ' ' ? n : 0;
}

/* Measures the longest of some stems that the text continues with; 0: none. */
static size_t any_at(hn_str part, const char *at, const char *stems)
{
	size_t most = 0;
	int begins = at == part.p || at[-1] == ' ';
	for (const char *stem = stems; *stem;) {
		size_t n = strcspn(stem, " ");
		size_t found = begins || (unsigned char)stem[0] >= 0x80
				       ? stem_at(at, part.p + part.n, stem, n)
				       : 0;
		most = found > most ? found : most;
		stem += n + (stem[n] == ' ');
	}
	return most;
}

/* Skips the word that stands there, and the space after it. */
static const char *next_word(const char *at, const char *end)
{
	while (at < end && *at != ' ')
		at++;
	return at < end ? at + 1 : end;
}

const char *wire_names_but(hn_str part, const char *stems, const char *heads)
{
	const char *end = part.p + part.n;
	for (const char *at = part.p; at < end; at++) {
		size_t n = any_at(part, at, stems);
		if (!n)
			continue;
		const char *one = next_word(at + n, end), *two = next_word(one, end);
		if (!(one < end && any_at(part, one, heads)) && !(two < end && any_at(part, two, heads)))
			return at;
	}
	return NULL;
}

const char *wire_names(hn_str part, const char *stems)
{
	return wire_names_but(part, stems, "");
}

int wire_beside(hn_str part, const char *one, const char *other, const char *glue)
{
	const char *end = part.p + part.n, *last = NULL;
	for (const char *at = part.p; at < end; at++) {
		size_t first = any_at(part, at, one), n = first ? first : any_at(part, at, other);
		const char *now = first ? one : other;
		if (n && last && last != now)
			return 1;
		if (n)
			last = now;
		else if (*at != ' ' && !(n = any_at(part, at, glue)))
			last = NULL;
		at += n;
		while (at < end && *at != ' ')
			at++;
	}
	return 0;
}

void wire_text_join(struct wire_text *t, const char *stems)
{
	for (const char *stem = stems; *stem;) {
		size_t n = strcspn(stem, " ");
		for (size_t i = 0; i < t->n; i++)
			if ((i == 0 || t->p[i - 1] == ' ') &&
				stem_at(t->p + i, t->p + t->n, stem, n))
				for (size_t k = 0; k < n; k++)
					t->p[i + k] = stem[k] == '_' ? '_' : t->p[i + k];
		stem += n + (stem[n] == ' ');
	}
}

int wire_sentence(hn_str *rest, hn_str *out)
{
	while (rest->n && (rest->p[0] == ' ' || rest->p[0] == '.'))
		*rest = (hn_str){ rest->p + 1, rest->n - 1 };
	const char *end = rest->n ? memmem(rest->p, rest->n, " . ", 3) : NULL;
	size_t n = end ? (size_t)(end - rest->p) : rest->n;
	*out = (hn_str){ rest->p, n };
	*rest = (hn_str){ rest->p + n, rest->n - n };
	return n > 0;
}
