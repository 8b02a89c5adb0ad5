/* SPDX-License-Identifier: MIT */
/*
 * session_world: a session against a provider that is made here, with a clock that jumps instead of
 * sleeping.
 */
#ifndef HOBNOB_TESTS_SESSION_WORLD_H
#define HOBNOB_TESTS_SESSION_WORLD_H

#include <poll.h>
#include <stdio.h>

#include "call/door.h"
#include "call/handle.h"
#include "chat/plan.h"
#include "session/session.h"
#include "util/json.h"
#include "util/mem.h"
#include "util/names.h"
#include "util/said.h"

/* ---- a provider that plays what a test says ---- */

struct play {
	int32_t returns; /* of chat() */
	hn_error fails; /* told when code is set */
	const char *texts[4]; /* deltas */
	int32_t finish;
	hn_usage usage; /* emitted if struct_size is set */
	int hangs; /* waits until cancelled, after the texts */
};

static const struct play *plays; /* one for each request; the last repeats */
static size_t n_plays, n_requests;
static struct buf asked; /* each request: "role:text|role:text;limit\n" */
static const hn_host *test_host;
static int32_t (*chat_hook)(hn_call *);
static hn_request last_request; /* its own members; the messages are gone */
static char last_conversation[64];

static void record(const hn_request *req)
{
	for (uint32_t i = 0; i < req->n_messages; i++) {
		const hn_message *m = HN_AT(hn_message, req->messages, req->message_stride, i);

		buf_addf(&asked, "%s%s:%.*s", i ? "|" : "", role_name(m->role), (int)m->text.n,
			m->text.p);
	}
	buf_addf(
		&asked, ";%lld\n", (long long)(req->set & HN_SET_MAX_TOKENS ? req->max_tokens : 0));
}

static int32_t play_chat(void *self, hn_call *call, const hn_request *req)
{
	const struct play *p = &plays[n_requests < n_plays ? n_requests : n_plays - 1];
	hn_event event = { .struct_size = sizeof event, .type = HN_EV_TEXT };
	int32_t code;

	(void)self;
	n_requests++;
	last_request = *req;
	snprintf(last_conversation, sizeof last_conversation, "%.*s", (int)req->conversation.n, req->conversation.p);
	record(req);
	if (chat_hook)
		chat_hook(call);
	for (size_t i = 0; i < 4 && p->texts[i]; i++) {
		event.text = str_of(p->texts[i]);
		if ((code = door_emit(call, &event)) < 0)
			return code;
	}
	while (p->hangs)
		if ((code = io_service.wait_for(call, NULL, 0, 1000)) < 0)
			return code;
	if (p->usage.struct_size) {
		hn_usage usage = p->usage;

		usage_say(&usage);
		event = (hn_event){
			.struct_size = sizeof event, .type = HN_EV_USAGE, .usage = &usage
		};
		door_emit(call, &event);
	}
	if (p->finish) {
		event = (hn_event){
			.struct_size = sizeof event, .type = HN_EV_FINISH, .finish = p->finish
		};
		door_emit(call, &event);
	}
	return p->fails.code ? door_fail(call, &p->fails) : p->returns;
}

static int32_t play_models(
	void *self, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	hn_model m = { .struct_size = sizeof m,
		.set = HN_MODEL_CONTEXT | HN_MODEL_MAX_OUTPUT | HN_MODEL_PRICE_INPUT | HN_MODEL_PRICE_OUTPUT |
		       HN_MODEL_PRICE_CACHED | HN_MODEL_PRICE_CACHE_WRITE,
		.context = 1000, .max_output = 100 };

	(void)self;
	(void)call;
	m.id = str_of("only-one");
	return put(ud, &m);
}

/* Ends an instance, which holds nothing. */
static void play_destroy(void *self)
{
	(void)self;
}

static hn_provider provider_vtable = {
	.struct_size = sizeof(hn_provider),
	.destroy = play_destroy,
	.accepts = 1u << HN_PART_TEXT | 1u << HN_PART_OPAQUE,
	.heeds = UINT32_MAX,
	.chat = play_chat,
	.models = play_models,
};
static const hn_plugin play_desc = { .struct_size = sizeof(hn_plugin), .name = "play" };
static struct plugin play_plugin = { .desc = &play_desc, .provider = &provider_vtable };

/* ---- a clock that jumps ---- */

static int64_t test_time;
static int64_t slept;

static int64_t test_now(void *ud)
{
	(void)ud;
	return test_time;
}

static int test_wait(void *ud, void *fds, size_t n, int64_t timeout_ms)
{
	int ready = poll(fds, (nfds_t)n, timeout_ms < 0 ? -1 : 0);

	(void)ud;
	if (ready == 0 && timeout_ms > 0) {
		test_time += timeout_ms;
		slept += timeout_ms;
	}
	return ready;
}

static const struct clock test_clock = { .now = test_now, .wall = test_now, .wait = test_wait };

/* ---- the world around a session ---- */

struct world {
	struct runtime rt;
	struct tasks tasks;
	struct log log;
	struct session_start start;
	hn_session *s;
	struct chat *chat; /* the session's */
	struct instance *instance; /* the chat's */
	struct buf seen; /* what the frontend was told */
	struct buf data; /* of the last result */
	int32_t answer; /* what on_event returns for text */
};

static inline int32_t see(void *ud, const hn_session_event *e)
{
	struct world *w = ud;
	static const char *const names[] = { "", "start", "text", "reasoning", "usage", "retry",
		"trim", "tick", "notice", "result", "done", "error" };

	if (e->type == HN_ON_TICK || e->type == HN_ON_USAGE || e->type == HN_ON_START)
		return 0;
	buf_addf(&w->seen, "%s ", names[e->type]);
	if (e->type == HN_ON_ERROR)
		buf_addf(&w->seen, "%.*s: %.*s: ", (int)e->kind.n, e->kind.p, (int)e->message.n,
			e->message.p);
	if (e->type == HN_ON_DONE)
		buf_addf(&w->seen, "%s: ", finish_name(e->finish));
	if (e->type == HN_ON_RESULT) {
		buf_cut(&w->data, 0);
		buf_addstr(&w->data, e->data);
	}
	if (e->type == HN_ON_RETRY)
		buf_addf(&w->seen, "%u %.*s", e->attempt, (int)e->kind.n, e->kind.p);
	if (e->type == HN_ON_TRIM)
		buf_addf(&w->seen, "%u of %u", e->left_out, e->left_out + e->sent);
	buf_addf(&w->seen, "%.*s\n", (int)e->text.n, e->text.p ? e->text.p : "");
	return e->type == HN_ON_TEXT ? w->answer : 0;
}

static char *no_environ[] = { NULL };

static inline void open_world(
	struct world *w, const struct play *p, size_t n, const char *const *options)
{
	struct settings_sources sources = {
		.no_config = 1, .no_env_file = 1, .environ = no_environ
	};
	struct fault fault = { 0 };

	*w = (struct world){ .seen = BUF(BUF_NO_CAP), .data = BUF(BUF_NO_CAP) };
	plays = p;
	n_plays = n;
	n_requests = 0;
	asked = BUF(BUF_NO_CAP);
	test_time = 1000000;
	slept = 0;
	chat_hook = NULL;
	provider_vtable.flags = 0;
	w->rt.clock = &test_clock;
	w->rt.host = test_host;
	w->rt.log = &w->log;
	w->rt.tasks = &w->tasks;
	w->rt.task = &w->tasks.own;
	ck_assert_int_eq(tasks_open(&w->tasks), 0);
	paths_find(&w->rt.paths);
	free(w->rt.paths.state);
	w->rt.paths.state = NULL;
	w->rt.settings = settings_open(&w->rt.paths, &sources, w->rt.log, &fault);
	ck_assert_msg(w->rt.settings != NULL, "%s", fault.message);
	for (; options && *options; options += 2)
		ck_assert_msg(
			settings_cli(w->rt.settings, options[0], options[1], "-o", &fault) == 0,
			"%s", fault.message);
	ck_assert_int_eq(settings_finish(w->rt.settings, &fault), 0);
	w->s = session_new(&w->rt, &w->start);
	w->instance = xcalloc(1, sizeof *w->instance);
	w->instance->name = xstrdup("play");
	w->instance->plugin = &play_plugin;
	w->instance->options = xcalloc(1, sizeof(struct options));
	w->chat = session_chat(w->s);
	chat_take_provider(w->chat, w->instance);
	chat_take_model(w->chat, "m");
	play_plugin.name = xstrdup("play");
}

static inline void close_world(struct world *w)
{
	session_free(w->s);
	settings_free(w->rt.settings);
	paths_free(&w->rt.paths);
	tasks_close(&w->tasks);
	log_close(w->rt.log);
	buf_free(&w->seen);
	buf_free(&w->data);
	buf_free(&asked);
	free(play_plugin.name);
}

static inline int32_t line(struct world *w, const char *text)
{
	hn_input input = {
		.struct_size = sizeof input, .type = HN_INPUT_LINE, .text = str_of(text)
	};

	buf_cut(&w->seen, 0);
	return session_service.submit(w->s, &input, see, w);
}

/* A member of what /stats tells programs of turn i, as text; of a null one "null". */
static inline const char *turn_stat(struct world *w, size_t i, const char *key)
{
	static char text[256];
	ck_assert_int_eq(line(w, "/stats"), 0);
	struct json_object *all = json_read(buf_str(&w->data), NULL);
	struct json_object *turn = json_object_array_get_idx(json_member(all, "each"), i);
	ck_assert_ptr_nonnull(turn);
	const char *said = json_object_get_string(json_member(turn, key));
	snprintf(text, sizeof text, "%s", said ? said : "null");
	json_object_put(all);
	return text;
}

#define SEEN(w, text) ck_assert_str_eq((w)->seen.p ? (w)->seen.p : "", text)
#define REPLY(...)                                                 \
	{                                                          \
		.texts = { __VA_ARGS__ }, .finish = HN_FINISH_STOP \
	}
/* Tokens of a reply as a server reports them; of them cached, and spent on reasoning: -1 is not said. */
#define USAGE_OF(in, out, in_cached, out_reasoning)                        \
	{                                                                  \
		.struct_size = sizeof(hn_usage), .prompt = in,             \
		.completion = out, .cached = in_cached, .cache_write = -1, \
		.reasoning = out_reasoning, .cost = -1                     \
	}
#define USAGE(in, out) USAGE_OF(in, out, -1, -1)
#define FAILS(c, st)                                     \
	{                                                \
		.fails = {                               \
			.struct_size = sizeof(hn_error), \
			.code = c,                       \
			.status = st,                    \
			.retry_after_ms = -1,            \
			.message = { "no", 2 }           \
		}                                        \
	}

#endif
