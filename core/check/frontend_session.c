/* SPDX-License-Identifier: MIT */
/*
 * frontend_session: hobnob.session/1, relay/1 and commands/1 as the checker has them: a script says what an input leads to, and
 * each call is looked at.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/frontend.h"
#include "check/lend.h"
#include "check/where.h"
#include "util/mem.h"

#define SESSIONS 64
#define IDLE_MS 2000 /* who waits that long for what never comes is told to end */

struct hn_session {
	int is_open, is_own; /* own: the one of the command line */
	atomic_int inside;   /* functions that run */
	pthread_t thread;    /* of the last one */
};

static struct hn_session sessions[SESSIONS];
static struct stage *stage;
static struct { int fd; void (*on_readable)(void *ud); void *ud; } watch = { .fd = -1 };

/* ---- each function ---- */

static int is_session(const hn_session *s)
{
	return s >= sessions && s < sessions + SESSIONS && s->is_open;
}

/* A function begins. 1, or 0: it changes nothing. may_nest: it may come from on_event(). */
static int enter(hn_session *s, const char *function, int may_nest)
{
	if (!is_session(s)) {
		breach(RULE_SESSION_ENDS, "it called %s with a session that does not exist, or has ended", function);
		return 0;
	}
	if (stage->in_event && !may_nest) {
		breach(RULE_SUBMIT_NESTED, "it called %s inside on_event()", function);
		return 0;
	}
	if (atomic_load(&s->inside) && !pthread_equal(s->thread, pthread_self()))
		breach(RULE_SESSION_THREAD, "it called %s while another thread was in a function of the session", function);
	atomic_fetch_add(&s->inside, 1);
	s->thread = pthread_self();
	where.host++;
	return 1;
}

static void leave(hn_session *s)
{
	atomic_fetch_sub(&s->inside, 1);
	where.host--;
}

hn_session *session_open(struct stage *s)
{
	stage = s;
	memset(sessions, 0, sizeof sessions);
	sessions[0] = (struct hn_session){ .is_open = 1, .is_own = 1 };
	return &sessions[0];
}

void session_close(void)
{
	for (int i = 1; i < SESSIONS; i++)
		if (sessions[i].is_open)
			breach(RULE_SESSION_ENDS, "run() returned, and a session that it had opened was not ended");
	memset(sessions, 0, sizeof sessions);
	watch.fd = -1;
	stage = NULL;
}

/* ---- events ---- */

hn_session_event stage_event(uint32_t type)
{
	return (hn_session_event){ .type = type, .ttft_ms = -1, .total_ms = -1, .cost = -1 };
}

/* Lends all that an event borrows. */
static const hn_session_event *lend_event(const struct stage *s, hn_session_event e)
{
	hn_str *texts[] = { &e.text, &e.message, &e.hint, &e.kind, &e.provider, &e.model, &e.upstream, &e.cost_source, &e.command, &e.data, &e.id };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		*texts[i] = lend_str(&watch, "a text of hn_session_event", *texts[i]);
	if (e.usage) {
		hn_usage u = *e.usage;
		u.struct_size = (uint32_t)(sizeof u + s->world->grown * sizeof(void *));
		e.usage = world_lend(s->world, &watch, "hn_session_event.usage", &u, sizeof u);
	}
	if (e.part) {
		hn_part p = *e.part;
		p.data = lend_str(&watch, "hn_part.data", p.data);
		e.part = world_lend(s->world, &watch, "hn_session_event.part", &p, sizeof p);
	}
	e.struct_size = (uint32_t)(sizeof e + s->world->grown * sizeof(void *));
	return world_lend(s->world, &watch, "hn_session_event", &e, sizeof e);
}

/* Runs a function of the frontend's that a host function calls back. */
static int32_t call_back(const char *function, int32_t (*call)(void *ud), void *ud)
{
	char outer[sizeof findings->now];
	memcpy(outer, findings->now, sizeof outer);
	snprintf(findings->now, sizeof findings->now, "%s", function);
	struct where before = where_enter();
	int32_t code = call(ud);
	where_leave(before);
	memcpy(findings->now, outer, sizeof outer);
	return code;
}

static int32_t do_event(void *ud)
{
	const hn_session_event *e = ud;
	return stage->on_event(stage->ud, e);
}

static int32_t do_readable(void *ud)
{
	(void)ud;
	watch.on_readable(watch.ud);
	return 0;
}

/* While an input is worked on, more may be read. */
static void serve_watch(void)
{
	struct pollfd p = { .fd = watch.fd, .events = POLLIN };
	if (watch.fd >= 0 && watch.on_readable && poll(&p, 1, 0) > 0)
		call_back("on_readable()", do_readable, NULL);
}

int32_t stage_tell(struct stage *s, hn_session_event e)
{
	const hn_session_event *lent = lend_event(s, e);
	serve_watch();
	s->in_event = 1;
	int32_t code = call_back("on_event()", do_event, (void *)(uintptr_t)lent);
	s->in_event = 0;
	lend_take_back(&watch);
	s->shown++;
	s->refused |= code == HN_ERR_OUTPUT;
	if (code < 0 && code != HN_ERR_OUTPUT && code != HN_ERR_INTERRUPTED)
		breach(RULE_EVENTS_ANY, "on_event() returned %d for an event of type %u", (int)code, e.type);
	return code < 0 ? code : 0;
}

/* ---- ordinary scripts ---- */

int32_t stage_error(struct stage *s, int32_t code, const char *message)
{
	hn_session_event e = stage_event(HN_ON_ERROR);
	e.code = code;
	e.kind = (hn_str){ "auth", 4 };
	e.message = str_of(message);
	e.hint = (hn_str){ "do it otherwise", 15 };
	int32_t said = stage_tell(s, e);
	return said ? said : code;
}

/* DONE of a reply that was cancelled, or is whole. */
static int32_t tell_done(struct stage *s, hn_str text)
{
	static const hn_usage usage = { .struct_size = sizeof usage, .set = HN_USAGE_PROMPT | HN_USAGE_COMPLETION, .prompt = 3, .completion = 2,
		.cached = -1, .cache_write = -1, .reasoning = -1, .cost = -1 };
	hn_session_event e = stage_event(HN_ON_DONE);
	e.finish = s->is_cancelled ? HN_FINISH_INTERRUPTED : HN_FINISH_STOP;
	e.text = text;
	e.model = (hn_str){ "model-1", 7 };
	e.usage = &usage;
	e.ttft_ms = 1;
	e.total_ms = 2;
	int32_t code = stage_tell(s, e);
	return code ? code : s->is_cancelled ? HN_ERR_INTERRUPTED : 0;
}

int32_t stage_reply(struct stage *s, hn_str text)
{
	hn_session_event start = stage_event(HN_ON_START), piece = stage_event(HN_ON_TEXT);
	start.provider = (hn_str){ "checker", 7 };
	start.model = (hn_str){ "model-1", 7 };
	int32_t code = stage_tell(s, start);
	for (size_t at = 0; !code && !s->is_cancelled && at < text.n; at += piece.text.n) {
		size_t n = text.n - at;
		piece.text = (hn_str){ text.p + at, n > 4096 ? 4096 : n };
		code = stage_tell(s, piece);
	}
	return code ? code : tell_done(s, text);
}

/* ---- hobnob.session/1 ---- */

static void check_start(hn_session *h, hn_start *out)
{
	static const char first[] = "Hello";
	hn_start start = { .flags = 0 };
	if (!enter(h, "start()", 0))
		return;
	start.flags = stage->flags;
	if (stage->one_turn) {
		start.flags |= HN_START_ONE_TURN | HN_START_FIRST;
		start.first = (hn_str){ first, sizeof first - 1 };
	}
	if (host_sized(&sized_start, out))
		size_out(&sized_start, out, &start, NULL);
	leave(h);
}

/* The script is the own session's; one that was opened beside it gets an ordinary reply. */
static int32_t work_on(struct stage *s, const hn_session *h, const hn_input *input)
{
	if (input->text.n && !input->text.p) {
		breach(RULE_STRUCT_SIZES, "hn_input.text is NULL and has a length of %zu", input->text.n);
		return HN_ERR_USAGE;
	}
	if (!h->is_own)
		return stage_reply(s, (hn_str){ "Hello beside", 12 });
	buf_addf(&s->said, "%.*s\n", (int)input->text.n, input->text.n ? input->text.p : "");
	unsigned n = s->submits++;
	s->is_cancelled = 0;
	s->is_working = 1;
	s->last_turn = s->play ? s->play(s, n) : stage_reply(s, (hn_str){ "Hello there", 11 });
	s->is_working = s->is_cancelled = 0;
	if (s->is_leaving && !s->told_at)
		s->told_at = host_us();
	return s->last_turn;
}

static int32_t check_submit(hn_session *h, const hn_input *input, hn_on_event on_event, void *ud)
{
	int32_t code = HN_ERR_USAGE;
	if (!enter(h, "submit()", 0))
		return code;
	if (!on_event)
		breach(RULE_STRUCT_SIZES, "it called submit() with on_event NULL");
	else if (host_sized(&sized_input, input)) {
		stage->on_event = on_event;
		stage->ud = ud;
		code = work_on(stage, h, input);
	}
	leave(h);
	return code;
}

static void check_cancel(hn_session *h)
{
	if (is_session(h) && stage)
		stage->is_cancelled = 1;
}

/* What the script has for this wait; 0: nothing. */
static int32_t scripted_wait(struct stage *s)
{
	s->waits++;
	if (s->ending_at && s->waits >= s->ending_at) {
		s->told_at = s->told_at ? s->told_at : host_us();
		return HN_WAIT_ENDING;
	}
	if (s->waits != s->interrupt_at && (s->is_working || !s->is_cancelled))
		return 0;
	s->is_cancelled = s->is_working && s->is_cancelled;
	return HN_ERR_INTERRUPTED;
}

/* poll(2) as hobnob has it. */
static int32_t poll_for(hn_pollfd *fds, uint32_t n, int64_t timeout_ms)
{
	struct pollfd *p = xcalloc(n + 1u, sizeof *p);
	for (uint32_t i = 0; i < n; i++)
		p[i] = (struct pollfd){ .fd = fds[i].fd,
			.events = (short)((fds[i].events & HN_POLL_IN ? POLLIN : 0) | (fds[i].events & HN_POLL_OUT ? POLLOUT : 0)) };
	int ready = poll(p, n, timeout_ms < 0 || timeout_ms > IDLE_MS ? IDLE_MS : (int)timeout_ms);
	for (uint32_t i = 0; i < n; i++)
		fds[i].ready = (p[i].revents & (POLLIN | POLLHUP) ? fds[i].events & HN_POLL_IN : 0) |
			       (p[i].revents & POLLOUT ? HN_POLL_OUT : 0) | (p[i].revents & (POLLERR | POLLNVAL) ? HN_POLL_ERR : 0);
	free(p);
	if (ready < 0)
		return HN_WAIT_FAILED;
	return ready ? HN_WAIT_READY : timeout_ms < 0 ? HN_WAIT_ENDING : HN_WAIT_TIMEOUT;
}

static int32_t check_wait(hn_session *h, hn_pollfd *fds, uint32_t n, int64_t timeout_ms)
{
	int32_t code = HN_ERR_INTERRUPTED;
	if (!enter(h, "wait_for()", 1))
		return code;
	if (n && !fds)
		breach(RULE_STRUCT_SIZES, "it called wait_for() with %u descriptors, and fds NULL", n);
	else if (!(code = scripted_wait(stage))) {
		if (timeout_ms < 0 && n)
			ends_type(stage);
		code = poll_for(fds, n, timeout_ms);
	}
	leave(h);
	return code;
}

static void check_watch(hn_session *h, int32_t fd, void (*on_readable)(void *ud), void *ud)
{
	if (!enter(h, "watch()", 1))
		return;
	watch.fd = fd;
	watch.on_readable = on_readable;
	watch.ud = ud;
	leave(h);
}

static void check_status(hn_session *h, hn_status *out)
{
	hn_status status = { .cost = -1, .provider = { "checker", 7 }, .model = { "model-1", 7 }, .session = { "20260101T000000-abcd", 20 } };
	if (!enter(h, "status()", 1))
		return;
	status.last_turn = stage->last_turn;
	status.n_messages = 2 * stage->submits;
	status.leaving = (uint32_t)stage->is_leaving;
	if (host_sized(&sized_status, out))
		size_out(&sized_status, out, &status, NULL);
	leave(h);
}

static void check_complete(hn_session *h, hn_str line, size_t cursor, void (*put)(void *ud, hn_str word, hn_str help), void *ud)
{
	static const hn_str words[] = { { "/help", 5 }, { "/exit", 5 } };
	if (!enter(h, "complete()", 0))
		return;
	if (cursor > line.n)
		breach(RULE_STRUCT_SIZES, "it called complete() with a cursor beyond the line");
	for (size_t i = 0; put && i < sizeof words / sizeof *words; i++) {
		struct where before = where_enter();
		put(ud, words[i], (hn_str){ "help", 4 });
		where_leave(before);
	}
	leave(h);
}

static const hn_message *check_message(hn_session *h, uint32_t i, uint32_t *stride)
{
	static const hn_part part = { .type = HN_PART_TEXT, .data = { "Hello", 5 } };
	static const hn_message messages[] = {
		{ .role = HN_ROLE_USER, .n_parts = 1, .part_stride = sizeof part, .id = 1, .text = { "Hello", 5 }, .parts = &part },
		{ .role = HN_ROLE_ASSISTANT, .n_parts = 1, .part_stride = sizeof part, .id = 2, .text = { "Hello", 5 }, .parts = &part },
	};
	const hn_message *found = NULL;
	if (!enter(h, "message()", 1))
		return NULL;
	if (stride)
		*stride = (uint32_t)(sizeof *messages + stage->world->grown * sizeof(void *));
	if (i < 2 && stage->submits)
		found = world_lend(stage->world, stage->world, "hn_message", &messages[i], sizeof *messages);
	leave(h);
	return found;
}

static int32_t check_new(hn_session *h, const hn_open *how, hn_session **out, hn_error *why)
{
	int32_t code = HN_ERR_USAGE;
	if (!enter(h, "session_new()", 0))
		return code;
	if ((how && !host_sized(&sized_open, how)) || (why && !host_sized(&sized_error, why)) || !out) {
		leave(h);
		return code;
	}
	for (int i = 1; i < SESSIONS && code; i++) {
		if (sessions[i].is_open)
			continue;
		sessions[i] = (struct hn_session){ .is_open = 1 };
		*out = &sessions[i];
		code = 0;
	}
	leave(h);
	return code;
}

static int32_t check_end(hn_session *h)
{
	if (!enter(h, "session_end()", 0))
		return HN_ERR_USAGE;
	leave(h);
	if (h->is_own) {
		breach(RULE_SESSION_ENDS, "it ended the session that it was given");
		return HN_ERR_USAGE;
	}
	h->is_open = 0;
	return 0;
}

static int32_t check_secret(hn_session *h, hn_str text)
{
	(void)text;
	if (!enter(h, "secret()", 0))
		return 0;
	leave(h);
	return 0;
}

/* This hobnob has no settings. */
static int32_t check_setting(hn_session *h, hn_str key, hn_str *value)
{
	(void)key;
	if (value)
		*value = (hn_str){ NULL, 0 };
	if (!enter(h, "setting()", 1))
		return HN_ERR_USAGE;
	leave(h);
	return HN_ERR_USAGE;
}

const hn_session_api check_session = {
	.struct_size = sizeof check_session,
	.start = check_start,
	.submit = check_submit,
	.cancel = check_cancel,
	.wait_for = check_wait,
	.watch = check_watch,
	.status = check_status,
	.complete = check_complete,
	.message = check_message,
	.session_new = check_new,
	.session_end = check_end,
	.secret = check_secret,
	.setting = check_setting,
};

/* ---- hobnob.relay/1, hobnob.commands/1 ---- */

static int32_t check_ask(hn_session *h, hn_str provider, const hn_request *request, hn_on_event on_event, void *ud)
{
	const hn_input input = { .struct_size = sizeof input, .text = { "a relayed request", 17 } };
	(void)provider;
	if (is_session(h) && !host_sized(&sized_request, request))
		return HN_ERR_USAGE;
	return check_submit(h, &input, on_event, ud);
}

static int32_t check_models(hn_session *h, hn_str provider, int32_t (*put)(void *ud, const hn_model *), void *ud, hn_error *why)
{
	const hn_model model = { .struct_size = sizeof model, .id = { "model-1", 7 } };
	(void)provider;
	if (!enter(h, "models()", 0))
		return HN_ERR_USAGE;
	if (why)
		host_sized(&sized_error, why);
	struct where before = where_enter();
	int32_t code = put ? put(ud, &model) : HN_ERR_USAGE;
	where_leave(before);
	leave(h);
	return code;
}

static int32_t check_add(hn_session *h, const hn_command *command)
{
	if (!enter(h, "add()", 0))
		return HN_ERR_USAGE;
	int good = host_sized(&sized_command, command);
	if (good && (!command->name || command->name[0] != '/' || !command->help || !command->run)) {
		breach(RULE_STRUCT_SIZES, "it called add() with a command that has no name, help or run()");
		good = 0;
	}
	leave(h);
	return good ? 0 : HN_ERR_USAGE;
}

const hn_relay check_relay = { .struct_size = sizeof check_relay, .ask = check_ask, .models = check_models };
const hn_commands check_commands = { .struct_size = sizeof check_commands, .add = check_add };
