/* SPDX-License-Identifier: MIT */
/*
 * answered: whether anybody has answered in a conversation. The first reply usually decides, so no
 * more than that is read of a journal.
 */
#include "store/journal_read.h"

#include <errno.h>

#include "conversation/message_json.h"
#include "util/json_walk.h"
#include "util/line_reader.h"

/* The members of a record that decide. */
enum { TYPE, ROLE, TEXT, PARTS, MEMBERS };
static const char *const names[MEMBERS] = { "type", "role", "text", "parts" };

/* json_walk's callback: notes a member. */
static int note(void *ud, hn_str name, hn_str raw)
{
	hn_str *record = ud;

	for (int i = 0; i < MEMBERS; i++)
		if (str_is(name, names[i]))
			record[i] = raw;
	return 0;
}

/* 1 if a message without text shows something nevertheless: an image, say. */
static int shows(hn_str line)
{
	const char *why;
	struct message *m = message_read(line, &why);
	int is = m && message_shows(m);

	message_free(m);
	return is;
}

/* 1 if a line is a reply of which something came that a person would see. One without is not sent again
 * either, nor is its question. */
static int is_answer(hn_str line)
{
	hn_str record[MEMBERS] = { { NULL, 0 } };
	const char *why;

	if (json_walk(line, &why, note, record) != 0 || !str_is(record[ROLE], "\"assistant\""))
		return 0;
	if (!str_is(record[TYPE], "\"piece\"") && !str_is(record[TYPE], "\"message\""))
		return 0;
	return record[TEXT].n > 2 || (record[PARTS].n && shows(line));
}

int journal_is_answered(int fd)
{
	struct line_reader lines = { .fd = fd, .max = CONVERSATION_RECORD_MAX, .begin = '{' };
	int got, answered = 0;
	hn_str line;

	while (!answered && (got = line_reader_next(&lines, &line)) > 0)
		answered = !lines.too_long && is_answer(line);
	int error = errno;
	line_reader_free(&lines);
	errno = error;
	return answered ? 1 : got;
}
