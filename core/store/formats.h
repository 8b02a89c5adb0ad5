/* SPDX-License-Identifier: MIT */
/*
 * formats: a conversation as a file for the user: lossless, readable, or for other programs. A
 * table; /save, /load, and `sessions export` and `import` all use it.
 */
#ifndef HOBNOB_STORE_FORMATS_H
#define HOBNOB_STORE_FORMATS_H

#include "conversation/conversation.h"
#include "util/fault.h"
#include "util/json.h"

#define FORMAT_CAP (256u << 20) /* bytes of a file that is read whole */

struct format {
	const char *ending;  /* ".json"; the longest that fits a file's name counts */
	const char *help;    /* "lossless" */
	void (*write)(const struct conversation *, struct buf *out);
};
extern const struct format format_table[];
extern const size_t format_count;
/* The format of a file's name, or NULL. */
const struct format *format_of(const char *path);
/* The format of that ending, which there is. */
const struct format *format_named(const char *ending);
/* ".json (lossless), .md (readable), ..." for messages. */
void formats_list(struct buf *out);
/* 1 if a name ends so, and is more than that. */
int format_ends(const char *path, const char *ending);

/* What .md holds, a paragraph or more at a time. */
enum format_piece {
	FORMAT_HEAD,      /* a line of hobnob's, as Markdown */
	FORMAT_NOTE,      /* lines of hobnob's about what is not text */
	FORMAT_SYSTEM,    /* the system prompt */
	FORMAT_WORDS,     /* what the user wrote */
	FORMAT_REASONING, /* of a reply, before it; .md leaves it out */
	FORMAT_REPLY,
};
/* Puts them in order; the text is borrowed until put() returns. */
void format_readable(const struct conversation *, void (*put)(void *ud, enum format_piece, hn_str text), void *ud);

/* The lossless object (the caller puts it). */
struct json_object *format_json(const struct conversation *);

/* 1 if a text, or a file's beginning that holds its first line, is a journal's. */
int format_is_journal(hn_str text);
/* Reads what hobnob saved as .json, a journal, or OpenAI's messages (an array of them, or an object
 * that contains one): the contents decide which. Messages without a time get now_ms. 0, or -1 with
 * a fault (HN_ERR_USAGE) without the file's name. The caller frees *out either way. */
int format_read(hn_str text, int64_t now_ms, struct conversation *out, struct fault *);

#endif
