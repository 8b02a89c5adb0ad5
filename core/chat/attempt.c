/* SPDX-License-Identifier: MIT */
/* attempt: one request of a turn: what it sends, and which parts of the answer are saved and shown. */
#include "chat/chat_private.h"

#include <stdlib.h>
#include <string.h>

#include "util/json.h"
#include "util/mem.h"
#include "util/said.h"
#include "util/utf8.h"

#define PIECE_MS 500 /* how much of a reply is lost at most, if the program is killed */
#define TOKENS_ABSURD ((int64_t)1 << 40) /* no usage is larger */

/* ---- what is sent ---- */

/* 1 if it is the model's; all else is sent as the user's. */
static int is_reply(const struct message *m)
{
	return m->role == HN_ROLE_ASSISTANT;
}

/* 1 if the provider may get the opaque parts of a message back: same instance, same model. */
static int takes_back(const struct chat *chat, const struct message *m)
{
	return m->n_opaque && m->instance && m->model && !strcmp(m->instance, chat->answerer->provider->name) &&
	       !strcmp(m->model, chat->answerer->model);
}

/* The texts of messages i to j of the plan, a blank line between two. One text is borrowed, several are in
 * memory of the call. */
static hn_str lend_text(struct turn *t, hn_call *call, size_t i, size_t j)
{
	struct buf all = BUF(BUF_NO_CAP);
	const struct message *m = plan_message(t->chat, t->plan.sends[i]);
	char *text;

	if (i == j)
		return (hn_str){ m->text, m->n };
	for (size_t k = i; k <= j; k++) {
		m = plan_message(t->chat, t->plan.sends[k]);
		buf_adds(&all, k > i ? "\n\n" : "");
		buf_add(&all, m->text, m->n);
	}
	text = call_alloc(call, all.n + 1);
	memcpy(text, all.p, all.n);
	text[all.n] = '\0';
	hn_str lent = { text, all.n };
	buf_free(&all);
	return lent;
}

/* Messages i to j of the plan as one, with its parts, in memory of the call. Opaque parts belong to one
 * message: to several that are joined they no longer fit. */
static hn_message lend_message(struct turn *t, hn_call *call, size_t i, size_t j)
{
	const struct message *m = plan_message(t->chat, t->plan.sends[j]);
	size_t n = 1 + (i == j && takes_back(t->chat, m) ? m->n_opaque : 0);
	hn_part *parts = call_alloc(call, n * sizeof *parts);
	hn_str text = lend_text(t, call, i, j);

	parts[0] = (hn_part){ .type = HN_PART_TEXT, .data = text };
	for (size_t k = 1; k < n; k++)
		parts[k] = (hn_part){
			.type = HN_PART_OPAQUE,
			.name = str_of(m->opaque[k - 1].name),
			.data = { m->opaque[k - 1].data, m->opaque[k - 1].n },
		};
	return (hn_message){
		.role = is_reply(m) ? HN_ROLE_ASSISTANT : HN_ROLE_USER,
		.n_parts = (uint32_t)n,
		.part_stride = sizeof *parts,
		.id = m->id,
		.text = text,
		.parts = parts,
	};
}

/* The system prompt as message 0. Ids of the history begin at 1, so it borrows the largest id there is. */
static hn_message lend_system(struct chat *chat, hn_call *call)
{
	hn_part *part = call_alloc(call, sizeof *part);

	*part = (hn_part){ .type = HN_PART_TEXT, .data = str_of(chat->talk.system) };
	return (hn_message){
		.role = HN_ROLE_SYSTEM,
		.n_parts = 1,
		.part_stride = sizeof *part,
		.id = UINT64_MAX,
		.text = part->data,
		.parts = part,
	};
}

/* The last place of the plan, from i on, that is of the same side. */
static size_t end_of_side(const struct turn *t, size_t i)
{
	int side = is_reply(plan_message(t->chat, t->plan.sends[i]));

	while (i + 1 < t->plan.trim.places && is_reply(plan_message(t->chat, t->plan.sends[i + 1])) == side)
		i++;
	return i;
}

/* All messages that the plan sends; neighbours of one side are joined. */
static void lend_messages(struct turn *t, hn_call *call, hn_request *req)
{
	struct chat *chat = t->chat;
	hn_message *out = call_alloc(call, (t->plan.trim.sent + 1) * sizeof *out);
	uint32_t n = 0;

	if (chat->talk.system)
		out[n++] = lend_system(chat, call);
	for (size_t i = 0, j; i < t->plan.trim.places; i = j + 1) {
		j = end_of_side(t, i);
		out[n++] = lend_message(t, call, i, j);
	}
	req->messages = out;
	req->n_messages = n;
	req->message_stride = sizeof *out;
}

/* Adds the settings to a request; what nobody set is not sent. */
static void lend_settings(struct turn *t, hn_request *req)
{
	const struct settings *settings = t->chat->rt->settings;
	size_t n = 0;

	req->max_tokens = t->plan.reply_limit;
	req->temperature = setting_number(settings, S_TEMPERATURE, 0);
	req->top_p = setting_number(settings, S_TOP_P, 0);
	req->seed = setting_int(settings, S_SEED, 0);
	req->set = (t->plan.reply_limit > 0 ? HN_SET_MAX_TOKENS : 0) |
		   (setting(settings, S_TEMPERATURE) ? HN_SET_TEMPERATURE : 0) |
		   (setting(settings, S_TOP_P) ? HN_SET_TOP_P : 0) |
		   (setting(settings, S_SEED) ? HN_SET_SEED : 0);
	req->flags = setting_bool(settings, S_STREAM) ? HN_REQUEST_STREAM : 0;
	req->reasoning_effort = setting_text(settings, S_REASONING_EFFORT);
	req->stop = setting_list(settings, S_STOP, &n);
	req->n_stop = (uint32_t)n;
}

/* ---- which parts of the answer are saved and shown ---- */

/* attend's on_due: the journal gets what came since the last time. */
static void write_piece(void *ud)
{
	struct turn *t = ud;
	const struct history *h = &t->chat->talk.history;
	const struct message *begun = t->begun;
	struct buf text = BUF(BUF_NO_CAP);
	struct message m = { .id = h->next_id,
		.parent = begun ? begun->parent : history_head(h),
		.continues = begun ? begun->id : 0,
		.role = HN_ROLE_ASSISTANT,
		.state = MESSAGE_INTERRUPTED,
		.finish = HN_FINISH_INTERRUPTED,
		.error = HN_ERR_INTERRUPTED,
		.cost_source = "",
		.instance = t->chat->answerer->provider->name,
		.model = t->chat->answerer->model,
		.cost = -1,
		.ttft_ms = -1,
		.total_ms = -1,
		.tokens = -1 };

	usage_clear(&m.usage);
	m.time_ms = t->chat->rt->clock->wall(t->chat->rt->clock->ud);
	if (begun && t->in.kept == 0)
		buf_add(&text, begun->text, begun->n);
	buf_add(&text, t->in.text.p + t->in.kept, t->in.text.n - t->in.kept);
	m.text = text.p;
	m.n = text.n;
	journal_piece(t->chat->keeper->journal, &m);
	buf_free(&text);
	t->in.kept = t->in.text.n;
	t->chat->listener->attend.due = 0;
}

/* Has the journal get what came soon, even if nothing more comes: a program that is killed loses the end
 * of a reply, not the reply. */
static void keep_piece(struct turn *t, int64_t now)
{
	struct attend *attend = &t->chat->listener->attend;

	if (t->in.kept == t->in.text.n)
		return;
	if (attend->due != 0 && now >= attend->due) {
		write_piece(t);
	} else if (attend->due == 0) {
		attend->due = now + PIECE_MS;
		attend->on_due = write_piece;
		attend->due_ud = t;
	}
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
	if (utf8_feed(&t->in.streams[reasoning], piece.p, piece.n, kept))
		return call_failf(call, HN_ERR_PROTOCOL, NULL, "the reply is longer than %u MiB",
			REPLY_CAP >> 20);
	if (!reasoning)
		keep_piece(t, call_now(call));
	event.text = (hn_str){ kept->p + before, kept->n - before };
	return event.text.n ? tell(t->chat, &event) : 0;
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

/* One event of the provider; negative ends the attempt. Unknown types are skipped. */
static int32_t take(struct turn *t, hn_call *call, const hn_event *event)
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
		t->in.emitted = 1;
		message_add_opaque(t->in.opaque, event->name, event->text);
		return 0;
	default:
		return 0;
	}
}

struct sink {
	struct turn *turn;
	hn_call *call;
};

/* The call's sink: remembers when the frontend could not show it. */
static int32_t sink(void *ud, const hn_event *event)
{
	struct sink *k = ud;
	int32_t code;

	if (k->turn->chat->dry_run)
		return HN_ERR_INTERRUPTED;
	code = take(k->turn, k->call, event);
	if (code < 0 && code != k->call->error.code)
		k->turn->shown = code;
	return code;
}

/* ---- the attempt ---- */

/* --dry-run of a provider without http: the messages stand for the body. */
static void describe_messages(const hn_request *req, struct buf *out)
{
	struct json_object *o = json_new_object(), *body = json_new_array();

	for (uint32_t i = 0; i < req->n_messages; i++) {
		struct json_object *m = json_new_object();

		json_add_text(m, "role", str_of(role_name(req->messages[i].role)));
		json_add_text(m, "content", req->messages[i].text);
		json_append(body, m);
	}
	json_add_null(o, "method");
	json_add_null(o, "url");
	json_set(o, "headers", json_new_object());
	json_set(o, "body", body);
	json_write(o, out);
	json_object_put(o);
}

/* Calls the provider, on its own thread if it blocks. */
static int32_t ask(struct turn *t, hn_call *call, const hn_request *req)
{
	struct chat *chat = t->chat;
	const hn_provider *provider = chat->answerer->provider->plugin->provider;
	int32_t code;

	if (!(provider->accepts & 1u << HN_PART_TEXT))
		return call_failf(call, HN_ERR_PLUGIN, NULL, "%s does not take text",
			chat->answerer->provider->plugin->name);
	if (chat->rt->calling)
		chat->rt->calling(chat->answerer->provider->plugin->name);
	code = provider->flags & HN_PROVIDER_BLOCKS ? blocks_chat(chat->answerer->provider, call, req)
					   : provider->chat(chat->answerer->provider->self, call, req);
	if (chat->rt->calling)
		chat->rt->calling(NULL);
	return code;
}

/* What an attempt came to, whatever the plugin returned. */
static int32_t judge(struct turn *t, hn_call *call, int32_t code)
{
	if (t->shown)
		return t->shown;
	if (code < 0 && cancel_is_set(call->cancel))
		return HN_ERR_INTERRUPTED;
	if (code == 0 || (code == HN_ADAPTED && !t->in.emitted))
		return code;
	if (call->error.code)
		return call->error.code;
	if (code > 0)
		return call_failf(call, HN_ERR_PLUGIN, NULL,
			"%s returned %d from chat(), which means nothing there",
			t->chat->answerer->provider->plugin->name, code);
	return call_failf(
		call, code, NULL, "%s failed without saying why", t->chat->answerer->provider->plugin->name);
}

int32_t attempt_run(struct turn *t, hn_call *call)
{
	hn_request req = { .struct_size = sizeof req, .model = str_of(t->chat->answerer->model) };
	struct sink k = { t, call };
	struct buf *dry = t->chat->dry_run;
	int32_t code;

	lend_messages(t, call, &req);
	lend_settings(t, &req);
	call->sink = sink;
	call->sink_ud = &k;
	code = ask(t, call, &req);
	call->sink = NULL;
	if (!dry)
		return judge(t, call, code);
	if (dry->n == 0 && (code == 0 || code == HN_ERR_INTERRUPTED))
		describe_messages(&req, dry);
	return dry->n ? 0 : judge(t, call, code);
}
