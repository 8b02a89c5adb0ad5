/* SPDX-License-Identifier: MIT */
/*
 * finish: what a server's word for the end of a reply means.
 *
 * Servers take these words from OpenAI, Anthropic, Gemini, Cohere or nowhere, in any case and with any
 * separators. So a word is taken apart, and its parts are judged: "MAX_TOKENS", "max-output-tokens"
 * and "TokenLimit" are one thing. Only what surely means a whole reply counts as one.
 */
#include "wire/wire.h"

#include <string.h>

#define PARTS_MOST 64 /* bytes of a word that are looked at */

/* Writes the parts of a word in lower case, with a blank before and after each. */
static void take_apart(hn_str word, char out[2 * PARTS_MOST + 3])
{
	size_t n = 0;
	char last = '_';
	out[n++] = ' ';
	for (size_t i = 0; i < word.n && i < PARTS_MOST; i++) {
		char c = word.p[i];
		int upper = c >= 'A' && c <= 'Z';
		int letter = upper || (c >= 'a' && c <= 'z');
		/* camelCase is two parts */
		if ((!letter || (upper && last >= 'a' && last <= 'z')) && out[n - 1] != ' ')
			out[n++] = ' ';
		if (letter)
			out[n++] = upper ? (char)(c - 'A' + 'a') : c;
		last = c;
	}
	if (out[n - 1] != ' ')
		out[n++] = ' ';
	out[n] = '\0';
}

/* What parts mean, the first that fits: `all` separates what has to be there by '&', each is a
 * stem, or with '=' a whole word. */
static const struct {
	const char *all;
	int32_t finish;
} meanings[] = {
	{ " filter", HN_FINISH_CONTENT_FILTER },
	{ " safety", HN_FINISH_CONTENT_FILTER },
	{ " sensitive", HN_FINISH_CONTENT_FILTER },
	{ " recitation", HN_FINISH_CONTENT_FILTER },
	{ " block", HN_FINISH_CONTENT_FILTER },
	{ " prohibit", HN_FINISH_CONTENT_FILTER },
	{ " spii", HN_FINISH_CONTENT_FILTER },
	{ " refus", HN_FINISH_CONTENT_FILTER },
	{ " guardrail", HN_FINISH_CONTENT_FILTER },
	{ " moderat", HN_FINISH_CONTENT_FILTER },
	{ " toxic", HN_FINISH_CONTENT_FILTER },
	{ " censor", HN_FINISH_CONTENT_FILTER },
	{ " flagged ", HN_FINISH_CONTENT_FILTER },
	{ " violat", HN_FINISH_CONTENT_FILTER },
	{ " policy ", HN_FINISH_CONTENT_FILTER },
	{ " escalat", HN_FINISH_CONTENT_FILTER },
	{ " armor ", HN_FINISH_CONTENT_FILTER },
	{ " length ", HN_FINISH_LENGTH },
	{ " truncat", HN_FINISH_LENGTH },
	{ " continuation ", HN_FINISH_LENGTH },
	{ " token& max", HN_FINISH_LENGTH },
	{ " token& limit", HN_FINISH_LENGTH },
	{ " token& exceed", HN_FINISH_LENGTH },
	{ " token& budget", HN_FINISH_LENGTH },
	{ " context& exceed", HN_FINISH_LENGTH },
	{ " context& full", HN_FINISH_LENGTH },
	{ " context& window", HN_FINISH_LENGTH },
	{ " tool& call", HN_FINISH_TOOL_CALLS },
	{ " tool& use ", HN_FINISH_TOOL_CALLS },
	{ " function& call", HN_FINISH_TOOL_CALLS },
};

/* Words for a whole reply, their parts joined by blanks. */
static const char *const whole[] = { "stop", "stopped", "eos", "eos token", "eos found", "end",
	"ended", "end turn", "end of turn", "end of text", "end of sequence", "end of stream",
	"stop sequence", "stop token", "stop word", "stop string", "stop reason stop", "done",
	"complete", "completed", "finish", "finished", "normal", "success", "succeeded" };

/* Says whether a word's parts hold every stem of an entry. */
static int holds_all(const char *parts, const char *all)
{
	char stem[32];
	while (*all) {
		size_t n = strcspn(all, "&");
		memcpy(stem, all, n);
		stem[n] = '\0';
		if (!strstr(parts, stem))
			return 0;
		all += n + (all[n] == '&');
	}
	return 1;
}

/* Skips a prefix that only says that this is a finish reason, as in Gemini's enumeration. */
static const char *without_prefix(const char *parts)
{
	static const char prefix[] = " finish reason ";
	size_t n = sizeof prefix - 1;
	return strncmp(parts, prefix, n) == 0 && parts[n] ? parts + n - 1 : parts; /* NOLINT(clang-analyzer-core.uninitialized.Branch): the prefix is before it */
}

/* Says whether parts are these words and nothing else. */
static int are(const char *parts, const char *words)
{
	size_t n = strlen(words);
	return strncmp(parts + 1, words, n) == 0 && strcmp(parts + 1 + n, " ") == 0;
}

int32_t wire_finish_of(hn_str word)
{
	char room[2 * PARTS_MOST + 3];
	take_apart(word, room);
	const char *parts = without_prefix(room);
	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
		if (are(parts, whole[i]))
			return HN_FINISH_STOP;
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
		if (holds_all(parts, meanings[i].all))
			return meanings[i].finish;
	return HN_FINISH_UNKNOWN;
}

int wire_is_failure(hn_str word)
{
	char room[2 * PARTS_MOST + 3];
	take_apart(word, room);
	return are(without_prefix(room), "error");
}

/* Some servers write null as text. */
int wire_is_unfinished(hn_str word)
{
	static const char *const none[] = { "null", "none", "unspecified" };
	char room[2 * PARTS_MOST + 3];
	take_apart(word, room);
	const char *parts = without_prefix(room);
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		if (are(parts, none[i]))
			return 1;
	return word.n == 0;
}
