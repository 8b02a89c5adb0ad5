/* SPDX-License-Identifier: MIT */
/*
 * take: which parts of an answer are saved and shown.
 *
 * The reply ends with the first finish: what a provider emits of it afterwards is dropped, but counts, a
 * model's name and opaque bytes, which some servers send last, are taken. Remarks are no part of the reply:
 * a failed attempt that made only these is repeated.
 */
#include "chat/chat_private.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/said.h"
#include "util/text.h"
#include "util/utf8.h"

#define PIECE_MS 500 /* how much of a reply is lost at most, if the program is killed */
#define NAME_MOST 1024 /* bytes of a model's name and the like */
#define REMARK_COLUMNS 500 /* of a notice, or of what is waited for */
#define DONE_WHOLE 1000 /* thousandths */
#define TOKENS_ABSURD ((int64_t)1 << 40) /* no usage is larger */

/* ---- what the journal gets before the reply is whole ---- */

/* Adds the parts of a message from the i-th on: what was at byte `began` of the text is at `begins`. An image or
 * a file is not worth being written twice. */
static void add_parts(struct message *to, const struct message *from, size_t i, size_t began, size_t begins)
{
	for (; i < from->n_parts; i++) {
		const struct part *p = &from->parts[i];
		hn_part lent = part_lend(p);

		if (p->type != HN_PART_IMAGE && p->type != HN_PART_FILE)
			message_add_part(to, &lent, p->at - began + begins);
	}
}

/* What came since the last piece, and before the first one the reply that is continued. is_draft: but for the text that
 * came. */
static void fill_piece(const struct turn *t, struct message *m, int is_draft)
{
	const struct incoming *in = &t->in;
	struct buf text = BUF(BUF_NO_CAP);
	size_t begun = 0;

	if (t->begun && in->kept.text == 0 && in->kept.parts == 0) {
		buf_add(&text, t->begun->text, t->begun->n);
		add_parts(m, t->begun, 0, 0, 0);
		begun = text.n;
	}
	add_parts(m, in->beside, in->kept.parts, in->kept.text, begun);
	if (!is_draft)
		buf_add(&text, in->text.p + in->kept.text, in->text.n - in->kept.text);
	m->n = text.n;
	m->text = buf_take(&text);
}

/* The reply as far as it has come. */
static struct message *piece_of(const struct turn *t, int is_draft)
{
	const struct history *h = &t->chat->talk.history;
	struct message *m = message_new();

	m->id = h->next_id;
	m->parent = t->begun ? t->begun->parent : history_head(h);
	m->continues = t->begun ? t->begun->id : 0;
	m->role = HN_ROLE_ASSISTANT;
	m->state = MESSAGE_INTERRUPTED;
	m->finish = HN_FINISH_INTERRUPTED;
	m->error = HN_ERR_INTERRUPTED;
	m->instance = xstrdup(t->chat->answerer->provider->name);
	m->model = xstrdup(t->chat->answerer->model);
	m->time_ms = t->chat->rt->clock->wall(t->chat->rt->clock->ud);
	fill_piece(t, m, is_draft);
	return m;
}

/* attend's on_due: the journal gets what came since the last time. */
static void write_piece(void *ud)
{
	struct turn *t = ud;
	struct message *m = piece_of(t, 0);

	talk_hold();
	journal_piece(t->chat->keeper->journal, m);
	t->in.kept.text = t->in.text.n;
	t->in.kept.parts = t->in.beside->n_parts;
	t->chat->keeper->talk.save = NULL;
	talk_release();
	t->chat->listener->attend.due = 0;
	message_free(m);
}

/* The talk's save(): the program ends at once. */
static void save_piece(void *ud)
{
	const struct turn *t = ud;
	const struct incoming *in = &t->in;

	journal_draft_write(t->chat->keeper->journal, (hn_str){ in->text.p + in->kept.text, in->text.n - in->kept.text });
}

/* Prepares for an end before the piece is due. */
static void draft_piece(struct turn *t)
{
	struct talk *talk = &t->chat->keeper->talk;
	struct message *m = piece_of(t, 1);

	t->in.kept.drafted = t->in.beside->n_parts;
	if (!journal_draft(t->chat->keeper->journal, m)) {
		talk->ud = t;
		talk->save = save_piece;
	}
	message_free(m);
}

/* Has the journal get what came soon, even if nothing more comes: a program that is killed loses the end
 * of a reply, not the reply. */
static void keep_piece(struct turn *t, int64_t now)
{
	struct attend *attend = &t->chat->listener->attend;

	if (t->in.kept.text == t->in.text.n && t->in.kept.parts == t->in.beside->n_parts)
		return;
	if (attend->due != 0 && now >= attend->due) {
		write_piece(t);
	} else if (attend->due == 0) {
		attend->due = now + PIECE_MS;
		attend->on_due = write_piece;
		attend->due_ud = t;
		draft_piece(t);
	} else if (t->in.kept.drafted != t->in.beside->n_parts) {
		draft_piece(t);
	}
}

/* ---- what the frontend gets ---- */

/* Appends a chunk's complete UTF-8 characters. 0, or -1: that is too much. */
static int add_text(struct turn *t, int reasoning, hn_str piece, int64_t now)
{
	int rc;

	talk_hold();
	rc = utf8_feed(&t->in.streams[reasoning], piece.p, piece.n, reasoning ? &t->in.reasoning : &t->in.text);
	if (!rc && !reasoning)
		keep_piece(t, now);
	talk_release();
	return rc;
}

/* Appends a chunk and emits the complete UTF-8 characters. */
static int32_t take_text(struct turn *t, hn_call *call, int reasoning, hn_str piece)
{
	struct buf *kept = reasoning ? &t->in.reasoning : &t->in.text;
	hn_session_event event = event_of(reasoning ? HN_ON_REASONING : HN_ON_TEXT);
	size_t before = kept->n;

	if (piece.n == 0)
		return 0;
	t->in.emitted = 1;
	if (t->in.first_ms < 0)
		t->in.first_ms = call_now(call);
	if (add_text(t, reasoning, piece, call_now(call)))
		return call_failf(call, HN_ERR_PROTOCOL, NULL, "the reply is longer than %u MiB",
			REPLY_CAP >> 20);
	event.text = (hn_str){ kept->p + before, kept->n - before };
	return event.text.n && !(t->chat->code && !reasoning) ? tell(t->chat, &event) : 0;
}

/* Text for the frontend: valid UTF-8. What has to be made is in room. */
static hn_str clean(hn_str text, struct buf *room)
{
	if (utf8_valid(text.p, text.n))
		return text;
	utf8_clean(text, room);
	return buf_str(room);
}

/* Keeps a part after the text that came. */
static int32_t keep_part(struct turn *t, hn_call *call, const hn_part *part)
{
	t->in.emitted = 1;
	t->in.beside_size += part_size(part);
	if (t->in.beside_size > REPLY_CAP)
		return call_failf(call, HN_ERR_PROTOCOL, NULL, "the reply is longer than %u MiB",
			REPLY_CAP >> 20);
	talk_hold();
	message_add_part(t->in.beside, part, t->in.text.n);
	keep_piece(t, call_now(call));
	talk_release();
	return 0;
}

/* Bytes of the provider's own, which nobody else looks at; but who relays a request has to return them. */
static int32_t take_opaque(struct turn *t, hn_call *call, const hn_event *e)
{
	const hn_part part = {
		.type = HN_PART_OPAQUE, .id = e->id, .name = e->name, .mime = e->mime, .data = e->text
	};

	hn_session_event event = event_of(HN_ON_PART);
	int32_t code = e->text.n ? keep_part(t, call, &part) : 0;

	if (code || !e->text.n || !t->chat->relayed)
		return code;
	event.part = &part;
	return tell(t->chat, &event);
}

/* A part that is shown: a call of a tool, an image or a file. The bytes of the last two are what they are. */
static int32_t take_part(struct turn *t, hn_call *call, const hn_event *e, uint32_t type)
{
	struct buf room[4] = { BUF(BUF_NO_CAP), BUF(BUF_NO_CAP), BUF(BUF_NO_CAP), BUF(BUF_NO_CAP) };
	int is_text = type == HN_PART_TOOL_CALL || e->flags & HN_PARTFLAG_URL;
	hn_session_event event = event_of(HN_ON_PART);
	const hn_part part = {
		.type = type,
		.flags = type == HN_PART_TOOL_CALL ? 0 : e->flags & HN_PARTFLAG_URL,
		.id = clean(e->id, &room[0]),
		.name = clean(e->name, &room[1]),
		.mime = clean(e->mime, &room[2]),
		.data = is_text ? clean(e->text, &room[3]) : e->text,
	};
	int32_t code = keep_part(t, call, &part);

	event.part = &part;
	if (code == 0)
		code = tell(t->chat, &event);
	for (size_t i = 0; i < sizeof room / sizeof *room; i++)
		buf_free(&room[i]);
	return code;
}

/* A piece of a call's arguments, for show: whole characters of one call at a time. */
static int32_t take_tool_piece(struct turn *t, const hn_event *e)
{
	hn_session_event event = event_of(HN_ON_TOOL_PIECE);
	struct buf text = BUF(BUF_NO_CAP);
	int32_t code = 0;

	if (e->number != t->remarks.call)
		t->in.streams[2] = (struct utf8_stream){ .n = 0 };
	t->remarks.call = e->number;
	utf8_feed(&t->in.streams[2], e->text.p, e->text.n, &text);
	event.id = e->id;
	event.command = e->name;
	event.number = e->number;
	event.text = buf_str(&text);
	if (text.n)
		code = tell(t->chat, &event);
	buf_free(&text);
	return code;
}

/* ---- remarks ---- */

/* A provider's remark as one line without secrets that cannot act on a terminal (allocated). */
static char *remark(const struct chat *chat, hn_str said)
{
	struct buf copy = BUF(BUF_NO_CAP), line = BUF(BUF_NO_CAP), safe = BUF(BUF_NO_CAP);

	utf8_clean(said, &copy);
	if (chat->rt->secrets)
		secrets_redact(chat->rt->secrets, &copy);
	text_add_line(&line, buf_str(&copy), REMARK_COLUMNS);
	text_add_safe(&safe, buf_str(&line), HN_TEXT_LINE);
	buf_free(&copy);
	buf_free(&line);
	return buf_take(&safe);
}

/* 1 if the turn told that notice before. */
static int is_told(const struct remarks *r, const char *text)
{
	for (size_t at = 0; at < r->notices.n; at += strlen(r->notices.p + at) + 1)
		if (!strcmp(r->notices.p + at, text))
			return 1;
	return 0;
}

static int32_t take_notice(struct turn *t, hn_str said)
{
	struct remarks *r = &t->remarks;
	char *text = remark(t->chat, said);
	int32_t code = 0;

	if (!*text || is_told(r, text)) {
		;
	} else if (r->n_notices == NOTICES_MOST) {
		log_line(t->chat->rt->log, LOG_STEP, "%s: %s", t->chat->answerer->provider->name, text);
	} else {
		r->n_notices++;
		buf_add(&r->notices, text, strlen(text) + 1);
		code = tell_notice(t->chat, "%s", text);
	}
	free(text);
	return code;
}

static int32_t take_progress(struct turn *t, hn_str said, uint32_t done)
{
	struct remarks *r = &t->remarks;
	hn_session_event event = event_of(HN_ON_PROGRESS);
	char *text = remark(t->chat, said);

	done = done < DONE_WHOLE ? done : DONE_WHOLE;
	if (!*text || (r->progress && r->done == done && !strcmp(r->progress, text))) {
		free(text);
		return 0;
	}
	free(r->progress);
	r->progress = text;
	r->done = done;
	event.text = str_of(text);
	event.number = done;
	return tell(t->chat, &event);
}

/* ---- what is known of a reply ---- */

/* A count of tokens, or -1 if it is invalid. */
static int64_t sane(int64_t v)
{
	return v < 0 || v > TOKENS_ABSURD ? -1 : v;
}

/* Keeps a usage report; it replaces what was reported before. */
static int32_t take_usage(struct turn *t, const hn_usage *said)
{
	hn_session_event event = event_of(HN_ON_USAGE);
	hn_usage heard, *u = &heard;

	if (!said)
		return 0;
	heard = *said;
	usage_hear(u);
	t->in.usage = (hn_usage){
		.struct_size = sizeof t->in.usage,
		.prompt = sane(u->prompt),
		.completion = sane(u->completion),
		.cached = sane(u->cached),
		.cache_write = sane(u->cache_write),
		.reasoning = sane(u->reasoning),
		.cost = u->cost < 0 ? -1 : u->cost,
	};
	usage_say(&t->in.usage);
	event.usage = &t->in.usage;
	return tell(t->chat, &event);
}

/* Keeps a name that the server said, less any secret: some servers quote one. A long one is cut: it goes into each
 * record of the journal. */
static void take_name(struct chat *chat, char **name, hn_str said)
{
	struct buf copy = BUF(BUF_NO_CAP);

	if (!said.n)
		return;
	buf_addstr(&copy, said);
	if (chat->rt->secrets)
		secrets_redact(chat->rt->secrets, &copy);
	if (copy.n > NAME_MOST) {
		size_t n = NAME_MOST;
		while (n && ((unsigned char)copy.p[n] & 0xC0) == 0x80) /* not inside a character */
			n--;
		buf_cut(&copy, n);
	}
	free(*name);
	*name = buf_take(&copy);
}

/* The first finish counts. */
static void take_finish(struct turn *t, const hn_event *e)
{
	int known = e->finish == HN_FINISH_STOP || e->finish == HN_FINISH_LENGTH ||
		    e->finish == HN_FINISH_CONTENT_FILTER || e->finish == HN_FINISH_TOOL_CALLS;

	if (t->in.finish != HN_FINISH_NONE)
		return;
	t->in.finish = known ? e->finish : HN_FINISH_UNKNOWN;
	take_name(t->chat, &t->in.word, e->text);
}

/* 1 if the reply has ended, and the event is one of those that would add to it. */
static int is_late(struct turn *t, const hn_event *e)
{
	int adds = e->type == HN_EV_TEXT || e->type == HN_EV_REASONING || e->type == HN_EV_TOOL_CALL ||
		   e->type == HN_EV_TOOL_PIECE || e->type == HN_EV_PART;

	if (t->in.finish == HN_FINISH_NONE || !adds)
		return 0;
	if (!t->remarks.late && e->text.n)
		log_line(t->chat->rt->log, LOG_STEP, "%s: dropped what came after the finish",
			t->chat->answerer->provider->name);
	t->remarks.late |= e->text.n > 0;
	return 1;
}

void take_begin(struct turn *t)
{
	struct incoming *in = &t->in;
	char **names[] = { &in->model, &in->upstream, &in->word, &in->unshown };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		free(*names[i]);
		*names[i] = NULL;
	}
	in->finish = HN_FINISH_NONE;
	usage_clear(&in->usage);
}

int32_t take_event(struct turn *t, hn_call *call, const hn_event *event)
{
	if (is_late(t, event))
		return 0;
	switch (event->type) {
	case HN_EV_TEXT:
		return take_text(t, call, 0, event->text);
	case HN_EV_REASONING:
		return take_text(t, call, 1, event->text);
	case HN_EV_USAGE:
		return take_usage(t, event->usage);
	case HN_EV_FINISH:
		take_finish(t, event);
		return 0;
	case HN_EV_UNSHOWN:
		take_name(t->chat, &t->in.unshown, event->text);
		return 0;
	case HN_EV_MODEL:
		take_name(t->chat, &t->in.model, event->text);
		take_name(t->chat, &t->in.upstream, event->name);
		return 0;
	case HN_EV_OPAQUE:
		return take_opaque(t, call, event);
	case HN_EV_NOTICE:
		return take_notice(t, event->text);
	case HN_EV_PROGRESS:
		return take_progress(t, event->text, event->number);
	case HN_EV_TOOL_CALL:
		return take_part(t, call, event, HN_PART_TOOL_CALL);
	case HN_EV_TOOL_PIECE:
		return take_tool_piece(t, event);
	case HN_EV_PART:
		if (event->number != HN_PART_IMAGE && event->number != HN_PART_FILE)
			return 0;
		return event->text.n ? take_part(t, call, event, event->number) : 0;
	default:
		return 0;
	}
}
