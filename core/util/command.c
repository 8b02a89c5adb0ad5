/* SPDX-License-Identifier: MIT */
/*
 * command: a shell command in the reply of a model.
 *
 * What somebody is asked to run has to be what they see. So a character that shows as nothing, or as another one, is
 * looked for in the whole command; the general categories of Unicode say which these are.
 */
#include "util/command.h"

#include <string.h>

#include "util/ascii.h"
#include "util/fenced.h"
#include "util/utf8.h"

static hn_str trimmed(hn_str text)
{
	while (text.n && ascii_is_space(*text.p))
		text = (hn_str){ text.p + 1, text.n - 1 };
	while (text.n && ascii_is_space(text.p[text.n - 1]))
		text.n--;
	return text;
}

/* The text without backticks, if they stand around all of it and nowhere else. */
static hn_str unquoted(hn_str text)
{
	size_t ticks = 0;

	for (size_t i = 0; i < text.n; i++)
		ticks += text.p[i] == '`';
	if (ticks != 2 || text.p[0] != '`' || text.p[text.n - 1] != '`')
		return text;
	return trimmed((hn_str){ text.p + 1, text.n - 2 });
}

/* A single line without the prompt that it is often shown after. */
static hn_str unprompted(hn_str text)
{
	if (text.n < 2 || text.p[0] != '$' || text.p[1] != ' ' || memchr(text.p, '\n', text.n))
		return text;
	return trimmed((hn_str){ text.p + 2, text.n - 2 });
}

/* 1 if each line is empty or a comment. */
static int is_remark(hn_str text)
{
	int begins = 1;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\n')
			begins = 1;
		else if (begins && !ascii_is_space(text.p[i])) {
			if (text.p[i] != '#')
				return 0;
			begins = 0;
		}
	}
	return 1;
}

/* Appends the text, CR LF as LF. */
static void add_lines(hn_str text, struct buf *out)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '\r' || i + 1 == text.n || text.p[i + 1] != '\n')
			buf_addc(out, text.p[i]);
}

int32_t command_trim(hn_str text, struct buf *out, struct fault *f)
{
	text = trimmed(text);
	if (!text.n)
		return fault_set(f, HN_ERR_PROTOCOL, NULL, "no command came");
	if (text.n > COMMAND_MOST)
		return fault_set(f, HN_ERR_PROTOCOL, NULL, "%zu bytes came, which nobody reads before they run: a command has %zu at most",
			text.n, COMMAND_MOST);
	add_lines(text, out);
	return 0;
}

int32_t command_take(hn_str reply, struct buf *out, struct fault *f)
{
	struct buf code = BUF(BUF_NO_CAP);
	struct fenced block;

	if (fenced_find(reply, 1, &block)) {
		fenced_add(&block, &code);
		reply = buf_str(&code);
	}
	hn_str text = unprompted(unquoted(trimmed(reply)));
	int32_t bad;
	if (text.n && text.n <= COMMAND_MOST && is_remark(text))
		bad = fault_set(f, HN_ERR_PROTOCOL, NULL, "no command came: %.*s", (int)text.n, text.p);
	else
		bad = command_trim(text, out, f);
	buf_free(&code);
	return bad;
}

int32_t command_hides(hn_str command, struct fault *f)
{
	unsigned line = 1, column = 1;

	for (size_t i = 0, k; i < command.n; i += k, column++) {
		uint32_t cp = UTF8_BAD;

		k = utf8_decode(command.p + i, command.n - i, &cp);
		k = k ? k : command.n - i;
		if (cp == '\n') {
			line++;
			column = 0;
		} else if (cp == UTF8_BAD || (cp != '\t' && !utf8_is_seen(cp))) {
			return fault_set(f, HN_ERR_PROTOCOL, NULL, "the command holds U+%04X (line %u, character %u), which does not show as what it is",
				(unsigned)cp, line, column);
		}
	}
	return 0;
}

size_t command_lines(hn_str command)
{
	size_t n = command.n > 0;

	for (size_t i = 0; i < command.n; i++)
		n += command.p[i] == '\n';
	return n;
}
