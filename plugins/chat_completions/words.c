/* SPDX-License-Identifier: MIT */
/*
 * words: which concepts the sentences of an error name.
 *
 * A text becomes words in lower case, one space around each: "maxOutputTokens" and
 * "max_output_tokens" are three words, a number is '#', and '.' ends a sentence. A concept is a
 * list of stems; what a sentence says is the set of the concepts that it names, as bits.
 */
#include "words.h"

#include <string.h>

#include "util/ascii.h"

/* Says whether a byte belongs to a word: a letter, a digit, or part of a character beyond ASCII. */
static int is_word(char c)
{
	return ascii_is_alnum(c) || (unsigned char)c >= 0x80;
}

/* Appends a byte, while there is room. */
static void put(struct cc_text *t, char c)
{
	if (t->n + 1 < sizeof t->p)
		t->p[t->n++] = c;
}

/* Ends a word: at most one space stands between two. */
static void put_space(struct cc_text *t)
{
	if (t->n && t->p[t->n - 1] != ' ')
		put(t, ' ');
}

/* Appends a word of its own. */
static void put_word(struct cc_text *t, const char *word)
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
static size_t put_sign(struct cc_text *t, hn_str s, size_t i)
{
	int equal = i + 1 < s.n && s.p[i + 1] == '=';
	if (s.p[i] == '>' && i && (s.p[i - 1] == '-' || s.p[i - 1] == '='))
		return 1;
	put_word(t, s.p[i] == '>' ? (equal ? ">=" : ">") : (equal ? "<=" : "<"));
	return equal ? 2 : 1;
}

/* Appends a byte of a word; a capital after a small letter begins another word. */
static void put_letter(struct cc_text *t, hn_str s, size_t i)
{
	char c = s.p[i], before = i ? s.p[i - 1] : ' ';
	if (ascii_is_upper(c) && before >= 'a' && before <= 'z')
		put_space(t);
	put(t, ascii_lower(c));
}

/* Says whether a byte ends a sentence. */
static int ends_sentence(hn_str s, size_t i)
{
	return strchr(".!?", s.p[i]) && s.p[i] && (i + 1 == s.n || !is_word(s.p[i + 1]));
}

/* Appends a text as one or more sentences. */
void cc_text_add(struct cc_text *t, hn_str s)
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

/* Says whether the text goes on with a stem: '_' is a space, or joins words; '*' is any end of a word.
 * A stem beyond ASCII stands in writing that puts no spaces between words. */
static int is_stem(const char *at, const char *end, const char *stem, size_t n)
{
	for (size_t i = 0; i < n; i++, at++) {
		if (stem[i] == '*')
			return 1;
		if (at >= end || (*at != stem[i] && (stem[i] != '_' || *at != ' ')))
			return 0;
	}
	return (unsigned char)stem[0] >= 0x80 || at >= end || *at == ' ';
}

/* Finds the first place in a part of the text that names a concept; NULL if none does. */
const char *cc_names(hn_str part, const char *stems)
{
	const char *end = part.p + part.n;
	for (const char *at = part.p; at < end; at++) {
		for (const char *stem = stems; *stem;) {
			size_t n = strcspn(stem, " ");
			int begins =
				at == part.p || at[-1] == ' ' || (unsigned char)stem[0] >= 0x80;
			if (begins && is_stem(at, end, stem, n))
				return at;
			stem += n + (stem[n] == ' ');
		}
	}
	return NULL;
}

/* Makes one word of what names a concept in several. */
void cc_text_join(struct cc_text *t, const char *stems)
{
	for (const char *stem = stems; *stem;) {
		size_t n = strcspn(stem, " ");
		for (size_t i = 0; i < t->n; i++)
			if ((i == 0 || t->p[i - 1] == ' ') &&
				is_stem(t->p + i, t->p + t->n, stem, n))
				for (size_t k = 0; k < n; k++)
					t->p[i + k] = stem[k] == '_' ? '_' : t->p[i + k];
		stem += n + (stem[n] == ' ');
	}
}

/* Takes the next sentence off a text; 0 at its end. */
int cc_sentence(hn_str *rest, hn_str *out)
{
	while (rest->n && (rest->p[0] == ' ' || rest->p[0] == '.'))
		*rest = (hn_str){ rest->p + 1, rest->n - 1 };
	const char *end = rest->n ? memmem(rest->p, rest->n, " . ", 3) : NULL;
	size_t n = end ? (size_t)(end - rest->p) : rest->n;
	*out = (hn_str){ rest->p, n };
	*rest = (hn_str){ rest->p + n, rest->n - n };
	return n > 0;
}
