/* SPDX-License-Identifier: MIT */
/*
 * journal_read: all that a journal says of a conversation; docs/journal.md describes the file.
 *
 * What the lines say is gathered by journal_mend and put into the history when all of it is there.
 * hobnob writes messages in order of their ids; where a file departs from it a line is damaged.
 */
#include "store/journal_read.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conversation/message_json.h"
#include "store/journal.h"
#include "store/journal_mend.h"
#include "util/json_walk.h"
#include "util/line_reader.h"
#include "util/mem.h"

#define FIRST_LINES 100 /* in which a file without a first line has to show what it is */

/* A journal that is being read. */
struct reader {
	struct conversation *c;
	struct journal_reading *state; /* the conversation's */
	struct line_reader lines;
	struct mend mend;
	const char *bad; /* why the line before is not JSON, until the next line is read; or NULL */
	struct message *piece; /* a reply of which only pieces came so far, without its whole text; or NULL */
	struct buf pieces; /* its text */
	int headless; /* the first line is not that of a journal */
	int unread; /* errno of what could not be read, or 0 */
	struct fault *fault;
};

/* ---- faults ---- */

/* If the line before was not JSON, it is damaged; or a crash tore it, as the program that continued
 * after it wrote. */
static void settle_bad(struct reader *r, size_t line, int torn)
{
	if (r->bad && !torn)
		mend_fault(&r->mend, line, "not JSON (%s)", r->bad);
	r->bad = NULL;
}

/* ---- records ---- */

/* The wanted members of a record that is not a message. */
enum { TYPE, ID, TEXT, PINNED, HOBNOB, VERSION, CREATED, FORKED_FROM, N_RAW };
static const char *const raw_names[] = { "type", "id", "text", "pinned", "hobnob", "version",
	"created", "forked_from" };

/* A record's members as they stand; empty if they do not. */
struct record {
	hn_str raw[N_RAW];
};

/* json_walk's callback: notes a member; 1 ends the walk, for it is a message. */
static int note_member(void *ud, hn_str name, hn_str raw)
{
	struct record *record = ud;
	for (size_t i = 0; i < N_RAW; i++)
		if (str_is(name, raw_names[i]))
			record->raw[i] = raw;
	return str_is(name, raw_names[TYPE]) && (json_says(raw, "message") || json_says(raw, "piece"));
}

/* json_walk's callback that wants nothing. */
static int pass_member(void *ud, hn_str name, hn_str raw)
{
	(void)ud, (void)name, (void)raw;
	return 0;
}

/* The text of a value (allocated), or NULL if it is not a text. */
static char *text_of(hn_str raw)
{
	const char *why;
	char *text = xmalloc(raw.n + 1);
	if (json_unquote(raw, text, &why) >= 0)
		return text;
	free(text);
	return NULL;
}

/* A text takes the place of one that is there. */
static void replace(char **text, char *by)
{
	free(*text);
	*text = by;
}

/* No more pieces of a reply come: they are all there is of it, unless they became the message m. */
static void settle_pieces(struct reader *r, const struct message *m)
{
	struct message *reply = r->piece;
	if (!reply)
		return;
	r->piece = NULL;
	if (m && m->id == reply->id) {
		message_free(reply);
		buf_free(&r->pieces);
		return;
	}
	free(reply->text);
	reply->n = r->pieces.n;
	reply->text = buf_take(&r->pieces);
	mend_message(&r->mend, reply, r->lines.number);
}

/* Adds what a piece has to those before it. */
static void take_piece(struct reader *r, struct message *m)
{
	if (!r->piece || r->piece->id != m->id) {
		settle_pieces(r, NULL);
		r->pieces = BUF(CONVERSATION_RECORD_MAX);
		r->piece = m;
	}
	for (size_t i = 0; i < m->n_parts && r->piece != m; i++) {
		hn_part part = part_lend(&m->parts[i]);

		message_add_part(r->piece, &part, r->pieces.n + m->parts[i].at);
	}
	buf_add(&r->pieces, m->text, m->n);
	if (r->piece != m)
		message_free(m);
}

/* Reads a message, or a piece of one. */
static void read_message(struct reader *r, hn_str line, int is_piece)
{
	const char *why;
	struct message *m = message_read(line, &why);
	if (m && m->id > CONVERSATION_ID_MAX) {
		message_free(m);
		m = NULL;
		why = "its id is out of range";
	}
	if (!m) {
		if (json_walk(line, &r->bad, pass_member, NULL) == 0)
			mend_fault(&r->mend, r->lines.number, "no message (%s)", why);
		return;
	}
	if (is_piece) {
		take_piece(r, m);
		return;
	}
	settle_pieces(r, m);
	mend_message(&r->mend, m, r->lines.number);
}

/* The conversation continues elsewhere. */
static void read_head(struct reader *r, const struct record *record)
{
	int64_t id = json_number(record->raw[ID], -1);
	if (id < 0) {
		mend_fault(&r->mend, r->lines.number, "no head (no id)");
		return;
	}
	mend_head(&r->mend, (uint64_t)id, r->lines.number);
}

/* A record that is no more than a text; an empty one takes it back. */
static void read_text(struct reader *r, const struct record *record, const char *what, char **into)
{
	char *text = text_of(record->raw[TEXT]);
	if (!text)
		mend_fault(&r->mend, r->lines.number, "no %s (no text)", what);
	else if (*text)
		replace(into, text);
	else {
		replace(into, NULL);
		free(text);
	}
}

static void read_pin(struct reader *r, const struct record *record)
{
	int64_t id = json_number(record->raw[ID], -1);
	int on = str_is(record->raw[PINNED], "true");
	if (id <= 0 || (!on && !str_is(record->raw[PINNED], "false"))) {
		mend_fault(&r->mend, r->lines.number, "no pin (no %s)", id <= 0 ? "id" : "pinned");
		return;
	}
	mend_pin(&r->mend, (uint64_t)id, on, r->lines.number);
}

/* A record that is not a message; one of a later version is skipped. */
static void read_other(struct reader *r, const struct record *record)
{
	hn_str type = record->raw[TYPE];
	if (type.n == 0 || type.p[0] != '"')
		mend_fault(&r->mend, r->lines.number, "no record (no type)");
	else if (json_says(type, "head")) {
		settle_pieces(r, NULL);
		read_head(r, record);
	} else if (json_says(type, "system"))
		read_text(r, record, "system prompt", &r->c->system);
	else if (json_says(type, "title"))
		read_text(r, record, "title", &r->c->title);
	else if (json_says(type, "pin"))
		read_pin(r, record);
}

/* 1 if a line says that a crash tore the one before; be it torn itself. */
static int is_torn_mark(const struct reader *r, hn_str line, const struct record *record)
{
	static const char mark[] = "{\"type\":\"torn\"}";
	return json_says(record->raw[TYPE], "torn") ||
	       (r->bad && line.n > 0 && line.n < sizeof mark && !memcmp(line.p, mark, line.n));
}

/* One line. 1 if it is a whole object. */
static int read_line(struct reader *r, hn_str line)
{
	struct record record = { 0 };
	const char *why = NULL;
	int walked = r->lines.too_long ? -1 : json_walk(line, &why, note_member, &record);
	settle_bad(r, r->lines.number - 1, is_torn_mark(r, line, &record));
	if (r->lines.too_long)
		mend_fault(&r->mend, r->lines.number, "too long to be a record");
	else if (walked < 0)
		r->bad = why;
	else if (walked > 0)
		read_message(r, line, json_says(record.raw[TYPE], "piece"));
	else
		read_other(r, &record);
	return !r->bad && !r->lines.too_long;
}

/* ---- the first line ---- */

/* Takes the first line's members. 0, or HN_ERR_*: the version is unknown. */
static int read_header(struct reader *r, const struct record *record)
{
	int64_t version = json_number(record->raw[VERSION], 0);
	int64_t created = json_number(record->raw[CREATED], 0);
	if (version > JOURNAL_VERSION)
		return fault_set(r->fault, HN_ERR_OUTPUT, NULL,
			"it is a journal of version %" PRId64 ", which only a newer hobnob can read",
			version);
	if (version <= 0)
		mend_fault(&r->mend, 1, "no version; read as %d", JOURNAL_VERSION);
	r->state->version = version;
	r->c->created = created > 0 ? created : 0;
	r->c->id = text_of(record->raw[ID]);
	r->c->forked_from = text_of(record->raw[FORKED_FROM]);
	return 0;
}

/* The first line. 0, or HN_ERR_*. Where it is not what it should be it may be a record. */
static int read_first(struct reader *r, hn_str line)
{
	struct record record = { 0 };
	const char *why;
	if (!r->lines.too_long && json_walk(line, &why, note_member, &record) == 0 &&
		json_says(record.raw[HOBNOB], "journal")) {
		r->state->body = r->lines.end;
		return read_header(r, &record);
	}
	r->headless = 1;
	mend_fault(&r->mend, 1, "not the first line of a journal");
	if (!r->lines.too_long && json_walk(line, &why, note_member, &record) == 1)
		read_message(r, line, json_says(record.raw[TYPE], "piece"));
	r->state->body = r->mend.n > 0 ? 0 : r->lines.end;
	return 0;
}

/* ---- the whole ---- */

static void note_end(struct reader *r, int whole)
{
	r->state->lines = r->lines.number;
	r->state->torn = !r->lines.ended;
	if (r->lines.ended || whole)
		r->state->whole = r->lines.end;
	else
		r->bad = NULL; /* a line torn by a crash is not damage */
}

/* Reads all lines. 0, or HN_ERR_*. */
static int read_lines(struct reader *r)
{
	hn_str line;
	int got;
	while ((got = line_reader_next(&r->lines, &line)) > 0) {
		int whole = 1;
		if (r->lines.number == 1) {
			if (read_first(r, line) != 0)
				return -1;
		} else if (r->lines.too_long || !line_is_blank(line)) {
			whole = read_line(r, line);
		}
		note_end(r, whole);
		if (r->headless && r->mend.n == 0 && r->lines.number == FIRST_LINES)
			break;
	}
	if (got < 0) {
		r->unread = errno;
		return fault_set(
			r->fault, HN_ERR_OUTPUT, NULL, "it cannot be read: %s", strerror(r->unread));
	}
	settle_bad(r, r->lines.number, 0);
	if (r->lines.number == 0)
		return fault_set(r->fault, HN_ERR_OUTPUT, NULL, "it is empty");
	return r->headless && r->mend.n == 0
		       ? fault_set(r->fault, HN_ERR_OUTPUT, NULL, "not a hobnob journal")
		       : 0;
}

/* Reads the lines of a journal, wherever they come from. */
static int read_whole(struct line_reader lines, struct conversation *out, struct fault *f)
{
	struct reader r = {
		.c = out, .state = &out->reading, .lines = lines, .mend = MEND(out), .fault = f
	};
	conversation_init(out);
	int result = read_lines(&r) ? -1 : 0;
	settle_pieces(&r, NULL);
	mend_finish(&r.mend);
	line_reader_free(&r.lines);
	errno = r.unread;
	return result;
}

int journal_read(int fd, struct conversation *out, struct fault *f)
{
	return read_whole(
		(struct line_reader){ .fd = fd, .max = CONVERSATION_RECORD_MAX, .begin = '{' }, out,
		f);
}

int journal_read_text(hn_str text, struct conversation *out, struct fault *f)
{
	return read_whole((struct line_reader){ .fd = -1, .p = text.p, .n = text.n }, out, f);
}
