/* SPDX-License-Identifier: MIT */
/*
 * turn: a question and its answer.
 *
 * The user's message is in the history and in the journal before anything is sent. Whatever comes
 * of the turn, a reply is kept: whole, interrupted or failed, with what came of it; so /retry
 * always has something to take again, and nothing that was paid for is lost. An attempt is repeated
 * only while nothing of a reply was emitted.
 */
#include "chat/relayed.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "call/kind.h"
#include "chat/retry.h"
#include "util/hash.h"
#include "util/mem.h"
#include "util/said.h"
#include "util/utf8.h"

#define GO_ON                                                                                     \
	"Your last reply was cut off. Go on with it exactly where it stopped: repeat nothing of " \
	"it, "                                                                                    \
	"and add no remark."

/* ---- beginning and end of a turn's memory ---- */

/* A turn on the session as it stands; nothing came yet. */
static void turn_init(struct turn *t, struct chat *chat)
{
	*t = (struct turn){
		.chat = chat,
		.plan = { .chat = chat },
		.in = {
			.text = BUF(REPLY_CAP),
			.reasoning = BUF(REPLY_CAP),
			.streams = xcalloc(3, sizeof(struct utf8_stream)),
			.beside = message_new(),
			.first_ms = -1,
		},
		.remarks = { .notices = BUF(BUF_NO_CAP) },
		.began = chat->rt->clock->now(chat->rt->clock->ud),
	};
	usage_clear(&t->in.usage);
}

static void turn_end(struct turn *t)
{
	t->chat->listener->attend.due = 0;
	plan_free(&t->plan);
	free(t->in.streams);
	free(t->in.model);
	free(t->in.upstream);
	free(t->in.unshown);
	free(t->in.word);
	free(t->remarks.progress);
	buf_free(&t->remarks.notices);
	message_free(t->in.beside);
	buf_free(&t->in.text);
	buf_free(&t->in.reasoning);
}

/* ---- telling ---- */

/* START, and once what is left out. */
static int32_t tell_start(struct turn *t)
{
	hn_session_event event = event_of(HN_ON_START);
	int32_t code;

	event.provider = str_of(t->chat->answerer->provider->name);
	event.model = str_of(t->chat->answerer->model);
	event.command = str_of(t->chat->among ? t->chat->among->command : NULL);
	code = tell(t->chat, &event);
	if (t->plan.trim.left_out == 0 || t->chat->told_trim || code < 0)
		return code;
	t->chat->told_trim = 1;
	event = event_of(HN_ON_TRIM);
	event.left_out = (uint32_t)t->plan.trim.left_out;
	event.sent = (uint32_t)t->plan.trim.sent;
	return tell(t->chat, &event);
}

/* RETRY: what is waited for, and how long. */
static int32_t tell_retry(struct turn *t, const struct call_error *error, int64_t wait_ms)
{
	hn_session_event event = event_of(HN_ON_RETRY);

	event.attempt = (uint32_t)t->retries + 1;
	event.wait_ms = wait_ms;
	event.code = error->code;
	event.kind = str_of(kind_name(error->code));
	event.status = error->status;
	event.message = str_of(error->message);
	return tell(t->chat, &event);
}

/* ---- asking, again where that may help ---- */

/* Appends a time that people can compare. */
static void add_time(struct buf *out, int64_t ms)
{
	if (ms >= CALL_WAIT_MOST_MS)
		buf_adds(out, "more than a year");
	else if (ms % 1000 == 0)
		buf_addf(out, "%" PRId64 " s", ms / 1000);
	else
		buf_addf(out, "%" PRId64 ".%03" PRId64 " s", ms / 1000, ms % 1000);
}

/* Says that the wait is longer than the user allows. */
static void tell_too_long(struct turn *t, int64_t asked_ms, int64_t most_ms)
{
	struct buf out = BUF(BUF_NO_CAP);

	buf_adds(&out, "the server asks to wait ");
	add_time(&out, asked_ms);
	buf_adds(&out, ", longer than retry_max_wait (");
	add_time(&out, most_ms);
	tell_notice(t->chat, "%s)", out.p);
	buf_free(&out);
}

/* After a failed attempt: 1 if it is to be repeated (having waited), 0 if not, negative if the
 * wait was ended. */
static int32_t wait_for_retry(struct turn *t, hn_call *call)
{
	const struct settings *settings = t->chat->rt->settings;
	struct retry_rules rules = {
		.retries = setting_int(settings, S_RETRIES, 0),
		.max_wait_ms = setting_int(settings, S_RETRY_MAX_WAIT, 0),
	};
	struct retry_plan plan = retry_plan(&rules, &call->error, t->retries, random_bits());
	int32_t code;

	if (plan.too_long)
		tell_too_long(t, call->error.retry_after_ms, rules.max_wait_ms);
	t->asked = 0;
	if (!plan.again || t->in.emitted)
		return 0;
	code = tell_retry(t, &call->error, plan.wait_ms);
	if (code == 0)
		code = call_wait(call, NULL, 0, plan.wait_ms);
	if (code < 0)
		return code;
	t->retries++;
	return 1;
}

/* Attempts until one succeeds, or may not be repeated. */
static int32_t ask_until(struct turn *t, hn_call *call)
{
	int adapted = 0;
	int32_t code, again;

	for (;;) {
		t->asked = 1;
		code = attempt_run(t, call);
		if (code == HN_OK || t->in.emitted)
			remedy_keep(t);
		if (code == HN_ADAPTED && ++adapted <= ADAPT_MOST) {
			call_error_clear(call);
			continue;
		}
		if (code == HN_ADAPTED)
			return call_failf(call, HN_ERR_PLUGIN, NULL,
				"%s changed how it asks more than %d times",
				t->chat->answerer->provider->plugin->name, ADAPT_MOST);
		if (code >= 0 || code == HN_ERR_INTERRUPTED || t->shown)
			return code;
		again = remedy(t, call);
		if (again == 0)
			again = wait_for_retry(t, call);
		if (again <= 0)
			return again ? again : code;
		call_error_clear(call);
	}
}

/* ---- what is kept ---- */

/* Ends the streams: gives out what they held back. */
static void close_streams(struct turn *t)
{
	size_t before = t->in.text.n;

	utf8_end(&t->in.streams[0], &t->in.text);
	utf8_end(&t->in.streams[1], &t->in.reasoning);
	if (t->in.text.n > before && !t->shown && !t->chat->code) {
		hn_session_event event = event_of(HN_ON_TEXT);

		event.text = (hn_str){ t->in.text.p + before, t->in.text.n - before };
		tell(t->chat, &event);
	}
}

/* 1 if the reply was cut: the usage reported so far was not final. */
static int is_cut(const struct turn *t, int32_t code)
{
	return !t->whole && (code == HN_ERR_INTERRUPTED || (code && t->in.emitted));
}

static void fill_reply(const struct turn *t, int32_t code, struct message *m)
{
	struct cost cost;

	m->usage = usage_or_estimate(t, code);
	cost = cost_of(&m->usage, &t->plan.price,
		(m->usage.set & USAGE_ESTIMATED) || is_cut(t, code));
	m->cost = cost.pico;
	m->cost_source = cost.source;
	if (m->cost < 0 && cost_is_paid(&t->plan.price) && m->usage.prompt >= 0) {
		int64_t worst = cost_worst(&t->plan.price, m->usage.prompt, m->usage.completion);
		m->risk = worst < 0 ? INT64_MAX : worst;
	}
	m->total_ms = t->chat->rt->clock->now(t->chat->rt->clock->ud) - t->began;
	m->ttft_ms = t->in.first_ms < 0 ? -1 : t->in.first_ms - t->began;
	m->retries = t->retries;
}

/* The finish reason of a reply that ended with that code. */
static int32_t finish_of(const struct turn *t, int32_t code)
{
	if (code)
		return code == HN_ERR_INTERRUPTED ? HN_FINISH_INTERRUPTED : HN_FINISH_NONE;
	return t->in.finish == HN_FINISH_NONE ? HN_FINISH_UNKNOWN : t->in.finish;
}

/* Adds a text and what stands beside it to the end of a message. */
static void add_content(struct message *to, hn_str text, const struct message *beside)
{
	size_t before = to->n;

	to->n += text.n;
	to->text = xrealloc(to->text, to->n + 1);
	if (text.n)
		memcpy(to->text + before, text.p, text.n);
	to->text[to->n] = '\0';
	for (size_t i = 0; i < beside->n_parts; i++) {
		hn_part part = part_lend(&beside->parts[i]);

		message_add_part(to, &part, before + beside->parts[i].at);
	}
}

/* A new message of the assistant's at the view's end. One that continues a cut reply replaces it,
 * and begins with what that has. */
static struct message *append_reply(struct turn *t)
{
	struct history *h = &t->chat->talk.history;
	const struct message *begun = t->begun;
	struct message *m = message_new();

	m->role = HN_ROLE_ASSISTANT;
	m->time_ms = t->chat->rt->clock->wall(t->chat->rt->clock->ud);
	if (begun) {
		history_go(h, begun->parent);
		add_content(m, (hn_str){ begun->text, begun->n }, begun);
		message_add_reasoning(m, (hn_str){ begun->reasoning, begun->n_reasoning });
		m->continues = begun->id;
	}
	add_content(m, buf_str(&t->in.text), t->in.beside);
	message_add_reasoning(m, buf_str(&t->in.reasoning));
	history_add(h, m);
	return m;
}

/* 1 if hobnob asked somebody: the turn counts. */
static int is_asked(const struct chat *chat)
{
	return chat->answerer->provider && chat->answerer->model && !chat->dry_run;
}

/* The reply, whatever became of it, in the history, the journal and the account. */
static struct message *keep_reply(struct turn *t, int32_t code)
{
	struct chat *chat = t->chat;
	struct message *m = append_reply(t);

	m->state = code == 0                    ? MESSAGE_COMPLETE
		   : code == HN_ERR_INTERRUPTED ? MESSAGE_INTERRUPTED
						: MESSAGE_FAILED;
	m->instance = xstrdup(chat->answerer->provider ? chat->answerer->provider->name : NULL);
	m->model = xstrdup(chat->answerer->model);
	if (t->in.model && chat->answerer->model && strcmp(t->in.model, chat->answerer->model))
		m->answered = xstrdup(t->in.model);
	m->upstream = xstrdup(t->in.upstream);
	m->finish = finish_of(t, code);
	m->error = code;
	m->sent = (int64_t)t->plan.trim.sent;
	m->sent_prior = t->plan.trim.tokens;
	if (is_asked(chat))
		fill_reply(t, code, m);
	talk_hold();
	chat_keep(chat, m);
	chat->keeper->talk.save = NULL;
	talk_release();
	limits_count(chat, m);
	if (!is_asked(chat))
		return m;
	if (chat->relayed)
		account_count(&chat->account, m);
	else
		account_add(&chat->account, m);
	if (chat->relayed ? relayed_is_plain(chat->relayed) : plan_shown(&t->plan) == 0)
		learnt_count(plan_learnt(chat), t->plan.trim.tokens, t->in.usage.prompt);
	return m;
}

/* ---- the closing event ---- */

hn_session_event turn_closing(uint32_t type, const struct message *m)
{
	hn_session_event event = event_of(type);

	event.text = (hn_str){ m->text, m->n };
	event.finish = m->finish;
	event.provider = str_of(m->instance);
	event.model = str_of(m->answered ? m->answered : m->model);
	event.upstream = str_of(m->upstream);
	event.usage = &m->usage;
	event.cost = m->cost;
	event.cost_source = str_of(m->cost_source);
	event.ttft_ms = m->ttft_ms;
	event.total_ms = m->total_ms;
	return event;
}

/* Ends one of several turns: the next one follows, or the command says how all of them ended. */
static void end_among(struct turn *t, const hn_call *call, int32_t code)
{
	struct among *among = t->chat->among;

	among->unheard = t->shown;
	if (code && code != HN_ERR_INTERRUPTED)
		fault_set(&among->why, code, call->error.hint, "%s", call->error.message ? call->error.message : kind_name(code));
}

/* Reports how the turn ended, after any notice about it. */
static void tell_end(struct turn *t, const hn_call *call, int32_t code, const struct message *m)
{
	int done = code == 0 || code == HN_ERR_INTERRUPTED;
	hn_session_event event = turn_closing(done ? HN_ON_DONE : HN_ON_ERROR, m);

	if (code == 0)
		ending_tell(t, m);
	if (is_asked(t->chat))
		limits_warn(t->chat, m);
	if (!done) {
		event.code = code;
		event.kind = str_of(kind_name(code));
		event.status = call->error.status;
		event.message = str_of(call->error.message);
		event.hint = str_of(call->error.hint);
	}
	if (t->chat->among)
		end_among(t, call, code);
	else if (t->shown == 0)
		tell(t->chat, &event);
}

/* ---- the turn ---- */

/* Finds provider and model, makes the plan, checks the limits, and asks. */
static int32_t turn_ask(struct turn *t, hn_call *call)
{
	struct chat *chat = t->chat;
	struct fault f = { 0 };
	int32_t code = chat->answerer->provider ? 0 : chat_ready(chat, &f);

	if (code) {
		call_failf(call, code, f.hint, "%s", f.message);
		fault_free(&f);
		return code;
	}
	answerer_call(chat, call);
	code = answerer_need_model(chat, call);
	if (code == 0) {
		plan_make(&t->plan);
		code = limits_guard(&t->plan, call);
	}
	if (code == 0)
		code = attempt_check(t, call);
	if (code == 0)
		code = tell_start(t);
	if (code == 0)
		code = ask_until(t, call);
	t->whole = code == 0;
	if (code == 0)
		code = schema_check(t, call);
	return code ? code : code_show(t, call);
}

/* Answers the view's last message: a question, or a reply to continue. */
static int32_t answer(struct chat *chat, const struct message *begun)
{
	struct turn t;
	hn_call call;
	int32_t code;

	turn_init(&t, chat);
	t.begun = begun;
	call_init(&call, &chat->rt->task->cancel, chat->rt->clock, chat->rt->log);
	call.attend = &chat->listener->attend;
	code = turn_ask(&t, &call);
	close_streams(&t);
	tell_end(&t, &call, code, keep_reply(&t, code));
	chat->last_turn = code == HN_ERR_INTERRUPTED ? 0 : code;
	call_end(&call);
	turn_end(&t);
	return code;
}

/* The turn begins: the journal gets to know where, if the view has moved for it. */
static void begin_at(struct chat *chat)
{
	if (history_head(&chat->talk.history) != chat->keeper->head)
		chat_moved(chat);
}

int32_t turn_answer(struct chat *chat)
{
	begin_at(chat);
	return answer(chat, NULL);
}

/* The request to continue is sent, but is not part of the conversation. */
int32_t chat_continue(struct chat *chat)
{
	struct history *h = &chat->talk.history;
	int32_t code;

	chat->aside = message_new();
	chat->aside->role = HN_ROLE_USER;
	chat->aside->text = xstrdup(GO_ON);
	chat->aside->n = sizeof GO_ON - 1;
	code = confirm_turn(chat);
	if (code == 0)
		code = answer(chat, h->view[h->n_view - 1]);
	message_free(chat->aside);
	chat->aside = NULL;
	return code;
}

int32_t chat_say(struct chat *chat, hn_str text, const hn_input *with)
{
	struct message *m = message_new();
	int32_t code;

	m->role = HN_ROLE_USER;
	m->time_ms = chat->rt->clock->wall(chat->rt->clock->ud);
	m->text = str_dup(text);
	m->n = text.n;
	for (uint32_t i = 0; i < with->n_parts; i++)
		message_add_part(m, HN_AT(hn_part, with->parts, with->part_stride, i), text.n);
	code = confirm_message(chat, m);
	if (code) {
		message_free(m);
		return code;
	}
	begin_at(chat);
	history_add(&chat->talk.history, m);
	chat_keep(chat, m);
	return answer(chat, NULL);
}
