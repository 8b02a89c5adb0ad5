/* SPDX-License-Identifier: MIT */
/* take: which parts of an answer are saved and shown. */
#include "chat/chat_private.h"

#include <stdlib.h>

#include "util/mem.h"
#include "util/said.h"
#include "util/utf8.h"

#define PIECE_MS 500 /* how much of a reply is lost at most, if the program is killed */
#define TOKENS_ABSURD ((int64_t)1 << 40) /* no usage is larger */

/* ---- what the journal gets before the reply is whole ---- */

/* Adds the parts of a message from the i-th on, each so many bytes farther on in the text. An image or a
 * file is not worth being written twice. */
static void add_parts(struct message *to, const struct message *from, size_t i, size_t farther)
{
	for (; i < from->n_parts; i++) {
		const struct part *p = &from->parts[i];
		hn_part lent = part_lend(p);

		if (p->type != HN_PART_IMAGE && p->type != HN_PART_FILE)
			message_add_part(to, &lent, p->at + farther);
	}
}

/* What came since the last piece, and before the first one the reply that is continued. */
static void fill_piece(const struct turn *t, struct message *m)
{
	const struct incoming *in = &t->in;
	struct buf text = BUF(BUF_NO_CAP);
	size_t begun = 0;

	if (t->begun && in->kept == 0 && in->kept_parts == 0) {
		buf_add(&text, t->begun->text, t->begun->n);
		add_parts(m, t->begun, 0, 0);
		begun = text.n;
	}
	for (size_t i = in->kept_parts; i < in->beside->n_parts; i++)
		in->beside->parts[i].at -= in->kept;
	add_parts(m, in->beside, in->kept_parts, begun);
	for (size_t i = in->kept_parts; i < in->beside->n_parts; i++)
		in->beside->parts[i].at += in->kept;
	buf_add(&text, in->text.p + in->kept, in->text.n - in->kept);
	m->n = text.n;
	m->text = buf_take(&text);
}

/* attend's on_due: the journal gets what came since the last time. */
static void write_piece(void *ud)
{
	struct turn *t = ud;
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
	fill_piece(t, m);
	journal_piece(t->chat->keeper->journal, m);
	message_free(m);
	t->in.kept = t->in.text.n;
	t->in.kept_parts = t->in.beside->n_parts;
	t->chat->listener->attend.due = 0;
}

/* Has the journal get what came soon, even if nothing more comes: a program that is killed loses the end
 * of a reply, not the reply. */
static void keep_piece(struct turn *t, int64_t now)
{
	struct attend *attend = &t->chat->listener->attend;

	if (t->in.kept == t->in.text.n && t->in.kept_parts == t->in.beside->n_parts)
		return;
	if (attend->due != 0 && now >= attend->due) {
		write_piece(t);
	} else if (attend->due == 0) {
		attend->due = now + PIECE_MS;
		attend->on_due = write_piece;
		attend->due_ud = t;
	}
}

/* ---- what the frontend gets ---- */

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
	if (utf8_feed(&t->in.streams[reasoning], piece.p, piece.n, kept))
		return call_failf(call, HN_ERR_PROTOCOL, NULL, "the reply is longer than %u MiB",
			REPLY_CAP >> 20);
	if (!reasoning)
		keep_piece(t, call_now(call));
	event.text = (hn_str){ kept->p + before, kept->n - before };
	return event.text.n ? tell(t->chat, &event) : 0;
}

/* Keeps a part behind the text that came. */
static int32_t take_part(struct turn *t, hn_call *call, const hn_event *event, uint32_t type)
{
	hn_part part = {
		.type = type,
		.id = event->id,
		.name = event->name,
		.mime = event->mime,
		.data = event->text,
	};

	t->in.emitted = 1;
	t->in.beside_size += part_size(&part);
	if (t->in.beside_size > REPLY_CAP)
		return call_failf(call, HN_ERR_PROTOCOL, NULL, "the reply is longer than %u MiB",
			REPLY_CAP >> 20);
	message_add_part(t->in.beside, &part, t->in.text.n);
	keep_piece(t, call_now(call));
	return 0;
}

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

/* Keeps a name that the server said, less any secret: some servers quote one. */
static void take_name(struct chat *chat, char **name, hn_str said)
{
	struct buf copy = BUF(BUF_NO_CAP);

	if (!said.n)
		return;
	buf_addstr(&copy, said);
	if (chat->rt->secrets)
		secrets_redact(chat->rt->secrets, &copy);
	free(*name);
	*name = buf_take(&copy);
}

int32_t take_event(struct turn *t, hn_call *call, const hn_event *event)
{
	switch (event->type) {
	case HN_EV_TEXT:
		return take_text(t, call, 0, event->text);
	case HN_EV_REASONING:
		return take_text(t, call, 1, event->text);
	case HN_EV_USAGE:
		return take_usage(t, event->usage);
	case HN_EV_FINISH:
		t->in.finish = event->finish;
		take_name(t->chat, &t->in.word, event->text);
		return 0;
	case HN_EV_UNSHOWN:
		take_name(t->chat, &t->in.unshown, event->text);
		return 0;
	case HN_EV_MODEL:
		take_name(t->chat, &t->in.model, event->text);
		take_name(t->chat, &t->in.upstream, event->name);
		return 0;
	case HN_EV_OPAQUE:
		return take_part(t, call, event, HN_PART_OPAQUE);
	default:
		return 0;
	}
}
