/* SPDX-License-Identifier: MIT */
/*
 * formats: a conversation as a file of one's own: lossless, readable, or as other programs take it.
 * A table; /save, /load, and `sessions export` and `import` all go by it.
 */
#ifndef HOBNOB_CHAT_FORMATS_H
#define HOBNOB_CHAT_FORMATS_H

#include "chat/conversation.h"

struct format {
	const char *ending;  /* ".json"; the longest that fits a file's name counts */
	const char *help;    /* "lossless" */
	void (*write)(const struct conversation *, struct buf *out);
};
extern const struct format format_table[];
extern const size_t format_count;
/* The format of a file's name, or NULL. */
const struct format *format_of(const char *path);
/* ".json (lossless), .md (readable), ..." for messages. */
void formats_list(struct buf *out);

/* Reads what hobnob saved as .json, a journal, or OpenAI's messages (an array of them, or an object
 * that holds one): told apart by what is in it. 0, or -1 with *why (static). *out is to be freed
 * either way. */
int format_read(hn_str text, struct conversation *out, const char **why);

#endif
