/* SPDX-License-Identifier: MIT */
/* complete: turns the session's completions into readline's array. */
#include "complete.h"

#include <stdlib.h>
#include <string.h>

#include "matches.h"
#include "util/mem.h"

struct words {
	const hn_text *text;
	char **list; /* list[0] is reserved for the common prefix */
	size_t n, cap; /* cap: bytes */
};

/* Counts the bytes of a safe form. */
static void count(void *ud, hn_str piece)
{
	*(size_t *)ud += piece.n;
}

/* 1 if a word is shown unchanged: safe() has nothing to replace, and readline can store it. */
static int is_plain(const hn_text *text, hn_str word)
{
	size_t n = 0;

	text->safe(word, HN_TEXT_LINE, count, &n);
	return word.n && n == word.n && !memchr(word.p, '\0', word.n);
}

/* Makes room for one more word and the NULL after it. 0, or -1 without memory. */
static int grow(struct words *words)
{
	char **list = mem_room(words->list, (words->n + 2) * sizeof *list, &words->cap);

	words->list = list ? list : words->list;
	return list ? 0 : -1;
}

static void put(void *ud, hn_str word, hn_str help)
{
	struct words *words = ud;
	char *copy = NULL;

	if (is_plain(words->text, word) && grow(words) == 0)
		copy = strndup(word.p, word.n);
	if (!copy)
		return;
	words->list[words->n++] = copy;
	matches_note(words->text, copy, help);
}

/* The common prefix of all words, cut at a whole character. */
static char *common(char *const *list, size_t n)
{
	size_t length = strlen(list[0]);

	for (size_t i = 1; i < n; i++) {
		size_t same = 0;
		while (same < length && list[i][same] == list[0][same])
			same++;
		length = same;
	}
	while (length && ((unsigned char)list[0][length] & 0xC0) == 0x80)
		length--;
	return strndup(list[0], length);
}

char **complete_words(
	const struct services *services, hn_session *session, hn_str line, size_t cursor)
{
	struct words words = { .text = services->text, .n = 1 };

	matches_begin();
	services->session->complete(session, line, cursor, put, &words);
	if (words.n > 1)
		words.list[0] = common(words.list + 1, words.n - 1);
	if (!words.list || words.n < 2 || !words.list[0]) {
		while (words.n-- > 1)
			free(words.list[words.n]);
		free(words.list);
		return NULL;
	}
	if (words.n == 2)
		free(words.list[--words.n]); /* a single one stands alone */
	words.list[words.n] = NULL;
	return words.list;
}
