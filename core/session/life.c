/* SPDX-License-Identifier: MIT */
/* life: the beginning and the end of a session. */
#include "session/session_private.h"

#include <stdlib.h>

#include "call/guard.h"
#include "call/size.h"
#include "call/strict.h"
#include "util/mem.h"

void session_begin(hn_session *s, const struct runtime *rt, const struct session_start *start)
{
	char *dir = session_dir(rt, start);

	s->rt = *rt;
	s->start = start;
	s->rt.converses = !(start->flags & HN_START_ONE_TURN);
	s->held = (struct held){ 0 };
	s->listener = (struct listener){ .told = &s->place.opened->told, .attend = { .plugin = start->frontend, .fd = -1 } };
	s->chat = chat_new(&s->rt, &s->listener, dir, start->dry_run);
	s->chat->schema = start->schema;
	s->chat->code = start->code;
	s->commands = (struct commands){ .chat = s->chat, .session = s, .pending = { .text = BUF(BUF_NO_CAP) } };
	free(dir);
}

static void clear(hn_session *s)
{
	commands_free(&s->commands);
	chat_free(s->chat);
	fault_free(&s->why);
	free(s->lent_parts);
	s->lent_parts = NULL;
}

/* ---- at work ---- */

/* Its address identifies the thread. */
static _Thread_local char own_thread;

int session_take(hn_session *s, const char *function)
{
	if (!atomic_exchange(&s->busy, 1)) {
		atomic_store(&s->worker, &own_thread);
		return 1;
	}
	session_busy(s, function);
	return 0;
}

int session_busy(const hn_session *s, const char *function)
{
	if (!atomic_load(&s->busy))
		return 0;
	if (atomic_load(&s->worker) == &own_thread)
		strict_misuse(s->start->frontend, RULE_SUBMIT_NESTED, "it calls %s() inside on_event()", function);
	else
		strict_misuse(s->start->frontend, RULE_SESSION_THREAD, "it calls %s() while another thread works in the session", function);
	return 1;
}

int32_t session_enter(hn_session *s, const char *function, hn_on_event on_event, void *ud)
{
	if (guard_is_child() || !session_take(s, function))
		return HN_ERR_USAGE;
	atomic_store(&s->place.opened->was_asked, 1);
	task_begin(s->rt.task);
	s->outer_talk = guard_set_talk(chat_talk(s->chat));
	s->listener.on_event = on_event;
	s->listener.ud = ud;
	return 0;
}

void session_exit(hn_session *s)
{
	s->listener.attend.on_tick = NULL;
	s->listener.on_event = NULL;
	guard_set_talk(s->outer_talk);
	if (!s->held.asks)
		task_took(s->rt.task);
	s->held.asks = 0;
	task_end(s->rt.task);
	atomic_store(&s->busy, 0);
}

void session_say_why(const hn_session *s, hn_error *why)
{
	const hn_error said = { .struct_size = sizeof said,
		.code = s->why.kind,
		.message = str_of(s->why.message),
		.hint = str_of(s->why.hint) };

	if (why)
		size_out(&sized_error, why, &said, NULL);
}

/* ---- beside the run's own ---- */

hn_session *session_shell(struct opened *opened)
{
	hn_session *s;

	pthread_mutex_lock(&opened->lock);
	for (s = opened->all; s && !s->place.is_free;)
		s = s->place.next;
	if (!s) {
		s = xcalloc(1, sizeof *s);
		s->place.opened = opened;
		s->place.next = opened->all;
		opened->all = s;
	}
	s->place.is_free = 0;
	pthread_mutex_unlock(&opened->lock);
	return s;
}

/* Frees what it had; it is there to be used again. */
static void leave(hn_session *s)
{
	struct runtime rt = s->rt;

	clear(s);
	settings_free(rt.settings);
	task_free(rt.tasks, rt.task);
	pthread_mutex_lock(&s->place.opened->lock);
	s->place.is_free = 1;
	pthread_mutex_unlock(&s->place.opened->lock);
}

int32_t session_leave(hn_session *s)
{
	if (!s || session_busy(s, "session_end"))
		return HN_ERR_USAGE;
	if (!atomic_exchange(&s->place.is_open, 0)) {
		strict_misuse(s->start->frontend, RULE_SESSION_ENDS, "it ends a session that it did not open, or has ended");
		return HN_ERR_USAGE;
	}
	leave(s);
	return 0;
}

/* ---- the run's own ---- */

hn_session *session_new(struct runtime *rt, const struct session_start *start)
{
	hn_session *s = xcalloc(1, sizeof *s);

	s->place.opened = xcalloc(1, sizeof *s->place.opened);
	pthread_mutex_init(&s->place.opened->lock, NULL);
	session_begin(s, rt, start);
	guard_set_talk(chat_talk(s->chat));
	return s;
}

void session_free(hn_session *s)
{
	hn_session *next;

	if (!s)
		return;
	for (hn_session *other = s->place.opened->all; other; other = next) {
		next = other->place.next;
		if (atomic_load(&other->place.is_open)) {
			strict_misuse(other->start->frontend, RULE_SESSION_ENDS, "it leaves a session open that it opened");
			session_leave(other);
		}
		free(other);
	}
	pthread_mutex_destroy(&s->place.opened->lock);
	free(s->place.opened);
	clear(s);
	free(s);
}

int session_told(const hn_session *s, int32_t code)
{
	return (atomic_load(&s->place.opened->told) >> -code) & 1;
}

int session_was_asked(const hn_session *s)
{
	return atomic_load(&s->place.opened->was_asked);
}

struct chat *session_chat(hn_session *s)
{
	return s->chat;
}

int32_t session_ready(hn_session *s, struct fault *f)
{
	return chat_ready(s->chat, f);
}
