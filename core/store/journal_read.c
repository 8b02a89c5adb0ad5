/* SPDX-License-Identifier: MIT */
/*
 * journal_read: all that a journal says of a conversation; docs/journal.md describes the file.
 *
 * Messages are gathered line by line and put into the history when all are there, in order of their
 * ids: so that a parent is known before what follows it, and the time is the same whatever the order
 * in the file. hobnob writes them in that order; where a file departs from it a line is damaged.
 */
#include "store/journal_read.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conversation/message_json.h"
#include "store/journal.h"
#include "util/json_walk.h"
#include "util/line_reader.h"
#include "util/mem.h"

#define FAULTS_TOLD 5
#define FIRST_LINES 100 /* in which a file without a first line has to show what it is */
#define WORD_ROOM 64

/* A message, and where it stood. */
struct entry {
	struct message *m;
	size_t line;
	int kin; /* how many of those beside it, and its parent, have the ids beside its own */
};

/* What is wrong with a line. */
struct fault {
	size_t line;
	char *text;
};

/* What a record says of a message that may come after it. */
struct pin {
	uint64_t id;
	int on;
	size_t line;
};

/* A journal that is being read. */
struct reader {
	struct conversation *c;
	struct journal_reading *state; /* the conversation's */
	struct line_reader lines;
	struct entry *all; /* in order of the file */
	size_t n, cap;
	int ordered;
	size_t head_line; /* of the head that came after the last message; 0: none did */
	uint64_t head;
	struct fault faults[FAULTS_TOLD]; /* the first, in order of their lines */
	size_t n_faults;
	const char *bad; /* why the line before is no JSON, until what follows is seen; or NULL */
	struct message
		*piece; /* a reply of which only pieces came so far, without its text; or NULL */
	struct buf pieces; /* its text */
	struct pin *pins; /* in order of the file */
	size_t n_pins, cap_pins;
	int headless; /* the first line is not that of a journal */
	int unread; /* errno of what could not be read, or 0 */
	char **error;
};

/* ---- faults ---- */

/* Counts a damaged line, and keeps what is to be told of it if it is among the first. */
__attribute__((format(printf, 3, 4))) static void fault(
	struct reader *r, size_t line, const char *fmt, ...)
{
	struct fault *f = r->faults;
	size_t n = r->n_faults;
	va_list ap;
	r->state->damaged++;
	if (n == FAULTS_TOLD && line >= f[n - 1].line)
		return;
	if (n == FAULTS_TOLD)
		free(f[--n].text);
	for (; n > 0 && f[n - 1].line > line; n--)
		f[n] = f[n - 1];
	va_start(ap, fmt);
	f[n] = (struct fault){ line, xvasprintf(fmt, ap) };
	va_end(ap);
	if (r->n_faults < FAULTS_TOLD)
		r->n_faults++;
}

/* The line before, if it was no JSON, is damaged; or a crash tore it, as the program said that went
 * on behind it. */
static void settle_bad(struct reader *r, size_t line, int torn)
{
	if (r->bad && !torn)
		fault(r, line, "not JSON (%s)", r->bad);
	r->bad = NULL;
}

/* Writes the faults as text. */
static void tell_faults(struct reader *r)
{
	struct buf *out = &r->state->faults;
	for (size_t i = 0; i < r->n_faults; i++) {
		buf_addf(out, "line %zu: %s\n", r->faults[i].line, r->faults[i].text);
		free(r->faults[i].text);
	}
	if (r->state->damaged > r->n_faults)
		buf_addf(out, "... and %zu more\n", r->state->damaged - r->n_faults);
}

/* ---- records ---- */

/* What is looked for in a record that is no message. */
enum { TYPE, ID, TEXT, PINNED, HOBNOB, VERSION, CREATED, FORKED_FROM, N_RAW };
static const char *const raw_names[] = { "type", "id", "text", "pinned", "hobnob", "version",
	"created", "forked_from" };

/* A record's members as they stand; empty if they do not. */
struct record {
	hn_str raw[N_RAW];
};

/* 1 if a value is that text. */
static int says(hn_str raw, const char *word)
{
	char room[WORD_ROOM];
	const char *why;
	return raw.n <= sizeof room && json_unquote(raw, room, &why) >= 0 && !strcmp(room, word);
}

/* json_walk's callback: notes a member; 1 ends the walk, for it is a message. */
static int note_member(void *ud, hn_str name, hn_str raw)
{
	struct record *record = ud;
	for (size_t i = 0; i < N_RAW; i++)
		if (str_is(name, raw_names[i]))
			record->raw[i] = raw;
	return str_is(name, raw_names[TYPE]) && (says(raw, "message") || says(raw, "piece"));
}

/* json_walk's callback that wants nothing. */
static int pass_member(void *ud, hn_str name, hn_str raw)
{
	(void)ud, (void)name, (void)raw;
	return 0;
}

/* The text of a value (allocated), or NULL if it is none. */
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

/* Says why a line that should be a message is none. */
static void no_message(struct reader *r, hn_str line, const char *why)
{
	if (json_walk(line, &r->bad, pass_member, NULL) == 0)
		fault(r, r->lines.number, "no message (%s)", why);
}

/* Puts a message behind those that are there. */
static void gather(struct reader *r, struct message *m)
{
	struct entry *before = r->n > 0 ? &r->all[r->n - 1] : NULL;
	int kin = m->id == (before ? before->m->id : 0) + 1;
	if (before) {
		before->kin += kin;
		r->ordered &= before->m->id < m->id;
	}
	r->all = xgrow(r->all, r->n, &r->cap, sizeof *r->all);
	r->all[r->n++] = (struct entry){
		.m = m, .line = r->lines.number, .kin = kin + (m->parent + 1 == m->id)
	};
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
	gather(r, reply);
	r->head_line = 0;
}

/* Takes a piece of a reply. */
static void take_piece(struct reader *r, struct message *m)
{
	if (!r->piece || r->piece->id != m->id) {
		settle_pieces(r, NULL);
		r->pieces = BUF(CONVERSATION_RECORD_MAX);
		r->piece = m;
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
		no_message(r, line, why);
		return;
	}
	if (is_piece) {
		take_piece(r, m);
		return;
	}
	settle_pieces(r, m);
	gather(r, m);
	r->head_line = 0;
}

/* The conversation goes on elsewhere. */
static void read_head(struct reader *r, const struct record *record)
{
	int64_t id = json_number(record->raw[ID], -1);
	if (id < 0) {
		fault(r, r->lines.number, "no head (no id)");
		return;
	}
	r->head = (uint64_t)id;
	r->head_line = r->lines.number;
}

/* There is another system prompt. */
static void read_system(struct reader *r, const struct record *record)
{
	char *text = text_of(record->raw[TEXT]);
	if (!text)
		fault(r, r->lines.number, "no system prompt (no text)");
	else if (*text)
		replace(&r->c->system, text);
	else {
		replace(&r->c->system, NULL);
		free(text);
	}
}

/* A message is pinned, or no longer. */
static void read_pin(struct reader *r, const struct record *record)
{
	int64_t id = json_number(record->raw[ID], -1);
	int on = str_is(record->raw[PINNED], "true");
	if (id <= 0 || (!on && !str_is(record->raw[PINNED], "false"))) {
		fault(r, r->lines.number, "no pin (no %s)", id <= 0 ? "id" : "pinned");
		return;
	}
	r->pins = xgrow(r->pins, r->n_pins, &r->cap_pins, sizeof *r->pins);
	r->pins[r->n_pins++] = (struct pin){ (uint64_t)id, on, r->lines.number };
}

/* A record of a kind that is no message; one of a later version is passed over. */
static void read_other(struct reader *r, const struct record *record)
{
	hn_str type = record->raw[TYPE];
	if (type.n == 0 || type.p[0] != '"')
		fault(r, r->lines.number, "no record (no type)");
	else if (says(type, "head")) {
		settle_pieces(r, NULL);
		read_head(r, record);
	} else if (says(type, "system"))
		read_system(r, record);
	else if (says(type, "pin"))
		read_pin(r, record);
}

/* 1 if a line says that a crash tore the one before; be it torn itself. */
static int is_torn_mark(const struct reader *r, hn_str line, const struct record *record)
{
	static const char mark[] = "{\"type\":\"torn\"}";
	return says(record->raw[TYPE], "torn") ||
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
		fault(r, r->lines.number, "too long to be a record");
	else if (walked < 0)
		r->bad = why;
	else if (walked > 0)
		read_message(r, line, says(record.raw[TYPE], "piece"));
	else
		read_other(r, &record);
	return !r->bad && !r->lines.too_long;
}

/* ---- the first line ---- */

/* Refuses the file; -1. */
static int refuse(struct reader *r, char *error)
{
	*r->error = error;
	return -1;
}

/* Takes what the first line says. 0, or -1: the version is not known. */
static int read_header(struct reader *r, const struct record *record)
{
	int64_t version = json_number(record->raw[VERSION], 0);
	int64_t created = json_number(record->raw[CREATED], 0);
	if (version > 0 && version != JOURNAL_VERSION)
		return refuse(r, xasprintf("it is a journal of version %" PRId64
					   ", which only a newer hobnob can read",
					 version));
	if (version <= 0)
		fault(r, 1, "no version; read as %d", JOURNAL_VERSION);
	r->c->created = created > 0 ? created : 0;
	r->c->id = text_of(record->raw[ID]);
	r->c->forked_from = text_of(record->raw[FORKED_FROM]);
	return 0;
}

/* The first line. 0, or -1 with the error. Where it is not what it should be it may be a record. */
static int read_first(struct reader *r, hn_str line)
{
	struct record record = { 0 };
	const char *why;
	if (!r->lines.too_long && json_walk(line, &why, note_member, &record) == 0 &&
		says(record.raw[HOBNOB], "journal")) {
		r->state->body = r->lines.end;
		return read_header(r, &record);
	}
	r->headless = 1;
	fault(r, 1, "not the first line of a journal");
	if (!r->lines.too_long && json_walk(line, &why, note_member, &record) == 1)
		read_message(r, line, says(record.raw[TYPE], "piece"));
	r->state->body = r->n > 0 ? 0 : r->lines.end;
	return 0;
}

/* ---- the whole ---- */

/* 1 if there is nothing in a line. */
static int is_blank(hn_str line)
{
	while (line.n > 0 && memchr(" \t\r", line.p[line.n - 1], 3))
		line.n--;
	return line.n == 0;
}

/* Notes how far the file is whole. */
static void note_end(struct reader *r, int whole)
{
	r->state->lines = r->lines.number;
	r->state->torn = !r->lines.ended;
	if (r->lines.ended || whole)
		r->state->whole = r->lines.end;
	else
		r->bad = NULL; /* what a crash has torn is no damage */
}

/* Reads all lines. 0, or -1 with the error. */
static int read_lines(struct reader *r)
{
	hn_str line;
	int got;
	while ((got = line_reader_next(&r->lines, &line)) > 0) {
		int whole = 1;
		if (r->lines.number == 1) {
			if (read_first(r, line) != 0)
				return -1;
		} else if (r->lines.too_long || !is_blank(line)) {
			whole = read_line(r, line);
		}
		note_end(r, whole);
		if (r->headless && r->n == 0 && r->lines.number == FIRST_LINES)
			break;
	}
	if (got < 0) {
		r->unread = errno;
		return refuse(r, xasprintf("it cannot be read: %s", strerror(r->unread)));
	}
	settle_bad(r, r->lines.number, 0);
	if (r->lines.number == 0)
		return refuse(r, xstrdup("it is empty"));
	return r->headless && r->n == 0 ? refuse(r, xstrdup("not a hobnob journal")) : 0;
}

/* ---- from lines to a history ---- */

/* qsort's: by id. Of two with one id that comes first which the ids beside it speak for: the other
 * one's has been changed by damage. */
static int by_id(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	if (x->m->id != y->m->id)
		return x->m->id < y->m->id ? -1 : 1;
	if (x->kin != y->kin)
		return y->kin - x->kin;
	return x->line < y->line ? -1 : 1;
}

/* Puts a message whose parent is not there behind the one before it. */
static void mend_parent(struct reader *r, const struct entry *e, uint64_t before)
{
	const char *what = e->m->parent < e->m->id ? "is missing" : "comes after it";
	if (before > 0)
		fault(r, e->line,
			"message %" PRIu64
			" follows one that %s; it was put after message %" PRIu64,
			e->m->id, what, before);
	else
		fault(r, e->line, "message %" PRIu64 " follows one that %s; it begins a branch",
			e->m->id, what);
	e->m->parent = before;
}

/* Puts a message into the history, behind all whose ids are smaller. 1, or 0: its id is taken. */
static int adopt(struct reader *r, const struct entry *e)
{
	struct history *h = &r->c->history;
	uint64_t before = h->n > 0 ? h->all[h->n - 1]->id : 0;
	if (e->m->id == before) {
		fault(r, e->line, "a second message with the id %" PRIu64 " was passed over",
			e->m->id);
		message_free(e->m);
		return 0;
	}
	if (e->m->parent != 0 && !history_find(h, e->m->parent))
		mend_parent(r, e, before);
	return history_adopt(h, e->m) == 0;
}

/* Puts all messages into the history. The id of the one that stands last in the file. */
static uint64_t adopt_all(struct reader *r)
{
	size_t line = 0;
	uint64_t last = 0;
	if (!r->ordered)
		qsort(r->all, r->n, sizeof *r->all, by_id);
	for (size_t i = 0; i < r->n; i++) {
		if (!adopt(r, &r->all[i]) || r->all[i].line < line)
			continue;
		line = r->all[i].line;
		last = r->all[i].m->id;
	}
	return last;
}

/* Pins messages, in the order in which that was said. */
static void apply_pins(struct reader *r)
{
	for (size_t i = 0; i < r->n_pins; i++) {
		struct message *m = history_find(&r->c->history, r->pins[i].id);
		if (m)
			m->pinned = r->pins[i].on;
		else
			fault(r, r->pins[i].line, "message %" PRIu64 ", which was %spinned, is missing",
				r->pins[i].id, r->pins[i].on ? "" : "un");
	}
}

/* Makes the history, and its view. */
static void make_history(struct reader *r)
{
	uint64_t last = adopt_all(r);
	apply_pins(r);
	if (r->head_line == 0 || history_go(&r->c->history, r->head) != 0)
		history_go(&r->c->history, last);
	if (r->head_line != 0 && history_head(&r->c->history) != r->head)
		fault(r, r->head_line,
			"message %" PRIu64 ", in which the conversation was to end, is missing",
			r->head);
}

/* Reads the lines of a journal, wherever they come from. */
static int read_whole(struct line_reader lines, struct conversation *out, char **error)
{
	struct reader r = { .c = out, .state = &out->reading, .lines = lines, .ordered = 1, .error = error };
	conversation_init(out);
	*error = NULL;
	int result = read_lines(&r);
	settle_pieces(&r, NULL);
	make_history(&r);
	tell_faults(&r);
	line_reader_free(&r.lines);
	free(r.all);
	free(r.pins);
	errno = r.unread;
	return result;
}

/* Reads a journal from a file. */
int journal_read(int fd, struct conversation *out, char **error)
{
	return read_whole(
		(struct line_reader){ .fd = fd, .max = CONVERSATION_RECORD_MAX, .begin = '{' }, out,
		error);
}

/* Reads a journal that is there as text. */
int journal_read_text(hn_str text, struct conversation *out, char **error)
{
	return read_whole((struct line_reader){ .fd = -1, .p = text.p, .n = text.n }, out, error);
}
