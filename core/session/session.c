/* SPDX-License-Identifier: MIT */
/* session: one conversation, and the api through which frontends reach it. */
#include "session/session_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "call/guard.h"
#include "call/size.h"
#include "chat/plan.h"
#include "chat/telling.h"
#include "util/encoding.h"
#include "util/hash.h"
#include "util/mem.h"
#include "util/utf8.h"

#define TICK_MS 100

static int wants_color(const struct runtime *rt)
{
	hn_str color = setting_text(rt->settings, S_COLOR);
	const char *off = settings_env(rt->settings, "NO_COLOR");
	if (setting_bool(rt->settings, S_PLAIN))
		return 0;
	if (str_is(color, "always"))
		return 1;
	if (str_is(color, "never") || off || !isatty(STDOUT_FILENO))
		return 0;
	return !settings_dumb(rt->settings);
}

uint32_t session_looks(const struct runtime *rt)
{
	return (wants_color(rt) ? HN_START_COLOR : 0) | (settings_dumb(rt->settings) ? HN_START_DUMB : 0) |
	       (setting_bool(rt->settings, S_SHOW_REASONING) ? HN_START_REASONING : 0);
}

/* ---- the api ---- */

/* Fills a struct of the frontend's; one that cannot be filled is named in the log. */
static void fill(hn_session *s, const struct sized *what, void *out, const void *own)
{
	struct fault f = { 0 };

	if (size_out(what, out, own, &f))
		log_warn(s->rt.log, "the frontend's %s", f.message);
	fault_free(&f);
}

static void api_start(hn_session *s, hn_start *out)
{
	const hn_start own = {
		.struct_size = sizeof own,
		.flags = (s->start->flags & ~SESSION_LOOKS) | session_looks(&s->rt),
		.first = { s->start->first, s->start->first_n },
		.keep = str_of(s->start->keep),
		.n_parts = s->start->n_parts,
		.part_stride = sizeof *s->start->parts,
		.parts = s->start->parts,
	};

	fill(s, &sized_start, out, &own);
}

static void on_tick(void *ud)
{
	hn_session *s = ud;
	hn_session_event event = event_of(HN_ON_TICK);

	event.total_ms = s->rt.clock->now(s->rt.clock->ud) - s->submit_began;
	tell(s->chat, &event);
}

/* Runs a command and reports its result, unless it began a turn, which reported its own end. */
static int32_t submit_command(hn_session *s, hn_str line)
{
	struct command_result result = { .text = BUF(BUF_NO_CAP) };
	hn_session_event event = event_of(HN_ON_RESULT);
	struct buf data = BUF(BUF_NO_CAP);
	size_t word = 0;

	while (word < line.n && line.p[word] != ' ' && line.p[word] != '\t')
		word++;
	command_run(&s->commands, line, &result);
	int32_t code = s->commands.resume ? session_resume_said(s, &result.text, &result.fault) : result.fault.kind;
	if (!result.turn && code) {
		tell_error(s->chat, code, str_of(result.fault.message), str_of(result.fault.hint));
	} else if (!result.turn) {
		if (result.data)
			json_write(result.data, &data);
		event.command = (hn_str){ line.p, word };
		event.text = buf_str(&result.text);
		event.data = data.n ? buf_str(&data) : str_of("{}");
		code = tell(s->chat, &event);
	}
	json_object_put(result.data);
	fault_free(&result.fault);
	buf_free(&result.text);
	buf_free(&data);
	return code;
}

/* One input: a command, blanks before it or not, or a message ("//x" says "/x"). A page that was
 * pasted may begin with a path: with further lines only a command that there is counts. */
static int32_t submit_input(hn_session *s, const hn_input *input)
{
	hn_str text = input->text, line = text;

	while (line.n && (line.p[0] == ' ' || line.p[0] == '\t'))
		line = (hn_str){ line.p + 1, line.n - 1 };
	if (input->type == HN_INPUT_LINE && command_looks(line) &&
		(command_is_known(&s->commands, line) || !memchr(line.p, '\n', line.n)))
		return submit_command(s, line);
	if (input->type == HN_INPUT_LINE && str_begins(text, "//"))
		text = (hn_str){ text.p + 1, text.n - 1 };
	return commands_say(&s->commands, text, input);
}

/* What tells an input from others; never 0. */
static uint64_t mark_of(const hn_input *input)
{
	uint64_t mark = hash_more(HASH_BEGIN, &input->type, sizeof input->type);

	for (uint32_t i = 0; i < input->n_parts; i++) {
		const hn_part *part = HN_AT(hn_part, input->parts, input->part_stride, i);

		mark = hash_more(mark, part->data.p, part->data.n);
	}
	return hash_more(mark, input->text.p, input->text.n);
}

/* Works on an input; one that was held because of its cost is confirmed if it comes again right
 * afterwards, from a person: a program that says the same twice has not been asked. */
static int32_t submit_confirmed(hn_session *s, const hn_input *input)
{
	int waits = s->held.mark || setting(s->rt.settings, S_CONFIRM_COST);
	int is_person = (s->start->flags & HN_START_TTY_STDIN) != 0;
	uint64_t mark = waits ? mark_of(input) : 0;
	int32_t code;

	s->chat->held = 0;
	s->chat->confirmed = mark && mark == s->held.mark && is_person;
	code = submit_input(s, input);
	s->held.mark = s->chat->held ? mark : 0;
	s->held.asks = s->held.mark && is_person;
	s->chat->confirmed = 0;
	if (s->chat->held && !is_person)
		s->chat->last_turn = code;
	return code;
}

/* What is not text, and what is empty, is refused at the only door: it would be paid for. */
static int32_t submit_text(hn_session *s, const hn_input *input)
{
	int is_line = input->type == HN_INPUT_LINE;
	hn_input clean = *input;
	struct guard_frame frame;
	int32_t code;
	const char *hint = "", *why = input->text.n || input->n_parts ? text_fault(input->text, &hint) : "it is empty";

	if (why) {
		char *message = xasprintf("this %s is not sent: %s", is_line ? "line" : "message", why);
		tell_error(s->chat, HN_ERR_USAGE, str_of(message), str_of(hint));
		free(message);
		return HN_ERR_USAGE;
	}
	if (is_line)
		clean.text = text_unmarked(input->text);
	guard_enter_core(&frame);
	code = submit_confirmed(s, &clean);
	guard_leave(&frame);
	return code;
}

/* Works on one input until it is ended. */
static int32_t api_submit(hn_session *s, const hn_input *input, hn_on_event on_event, void *ud)
{
	struct fault f = { 0 };
	hn_input own;
	int32_t code;

	if (session_enter(s, "submit", on_event, ud))
		return HN_ERR_USAGE;
	s->submit_began = s->rt.clock->now(s->rt.clock->ud);
	code = size_in(&sized_input, &own, input, &f);
	s->listener.attend.on_tick = own.flags & HN_SUBMIT_TICKS ? on_tick : NULL;
	s->listener.attend.tick_ud = s;
	s->listener.attend.tick_ms = TICK_MS;
	s->listener.attend.next_tick = s->submit_began + TICK_MS;
	if (code || size_text("hn_input.text", own.text, &f) || session_check_parts(&own, &f))
		code = tell_error(s->chat, HN_ERR_USAGE, str_of(f.message), str_of(f.hint));
	else
		code = submit_text(s, &own);
	fault_free(&f);
	session_exit(s);
	return code;
}

static void api_cancel(hn_session *s)
{
	atomic_store(&s->rt.tasks->was_cancelled, 1);
	cancel_set(&s->rt.task->cancel);
}

static int32_t api_wait(hn_session *s, hn_pollfd *fds, uint32_t n, int64_t timeout_ms)
{
	hn_call call;
	int32_t code;
	int error;

	call_init(&call, &s->rt.task->cancel, s->rt.clock, s->rt.log);
	task_begin(s->rt.task);
	code = call_wait(&call, fds, n, timeout_ms);
	error = errno;
	task_end(s->rt.task);
	call_end(&call);
	if (code >= 0)
		return code;
	if (code != HN_ERR_INTERRUPTED) {
		errno = error;
		return HN_WAIT_FAILED;
	}
	if (atomic_load(&s->rt.tasks->ending))
		return HN_WAIT_ENDING;
	task_took(s->rt.task);
	return HN_ERR_INTERRUPTED;
}

static void api_watch(hn_session *s, int32_t fd, void (*on_readable)(void *ud), void *ud)
{
	s->listener.attend.fd = fd;
	s->listener.attend.on_readable = on_readable;
	s->listener.attend.readable_ud = ud;
}

static void api_status(hn_session *s, hn_status *out)
{
	const struct instance *provider = chat_provider(s->chat);

	const hn_status own = {
		.struct_size = sizeof own,
		.last_turn = s->chat->last_turn,
		.n_messages = (uint32_t)s->chat->talk.history.n_view,
		.leaving = (uint32_t)s->commands.leaving,
		.cost = account_totals(&s->chat->account).cost,
		.provider = str_of(provider ? provider->name : NULL),
		.model = str_of(chat_model(s->chat)),
		.session = str_of(chat_id(s->chat)),
		.window = chat_provider(s->chat) ? plan_window(s->chat) : -1,
	};

	fill(s, &sized_status, out, &own);
}

/* Whether a text holds a key, or what looks like one. */
static int32_t api_secret(hn_session *s, hn_str text)
{
	return size_text("text", text, NULL) || secrets_hold(s->rt.secrets, text);
}

/* The value of a setting that this session goes by. */
static int32_t api_setting(hn_session *s, hn_str key, hn_str *value)
{
	int id = size_text("key", key, NULL) ? -1 : setting_find(key);

	if (!value)
		return HN_ERR_USAGE;
	*value = id < 0 ? str_of("") : setting_text(s->rt.settings, (enum setting)id);
	return id < 0 ? HN_ERR_USAGE : 0;
}

static const hn_message *api_message(hn_session *s, uint32_t i, uint32_t *stride)
{
	const struct message *m;

	if (i >= s->chat->talk.history.n_view)
		return NULL;
	m = s->chat->talk.history.view[i];
	s->lent_parts = xrealloc(s->lent_parts, parts_most(m->n_parts) * sizeof *s->lent_parts);
	s->lent = message_lend(m, s->lent_parts);
	if (stride)
		*stride = sizeof s->lent;
	return &s->lent;
}

static int32_t api_new(hn_session *s, const hn_open *how, hn_session **out, hn_error *why)
{
	hn_session *made = NULL;

	fault_free(&s->why);
	if (!session_take(s, "session_new")) {
		fault_set(&s->why, HN_ERR_USAGE, NULL, "session_new() while this session works on an input");
	} else if (!out) {
		fault_set(&s->why, HN_ERR_USAGE, NULL, "session_new() was given no place for the new session");
		atomic_store(&s->busy, 0);
	} else {
		*out = made = session_beside(s, how, &s->why);
		atomic_store(&s->busy, 0);
	}
	session_say_why(s, why);
	return made ? 0 : s->why.kind;
}

/* Words that a line may be completed with. */
static void api_complete(hn_session *s, hn_str line, size_t cursor, void (*put)(void *ud, hn_str word, hn_str help), void *ud)
{
	if (put && size_text("line", line, NULL) == 0 && !session_busy(s, "complete"))
		commands_complete(&s->commands, line, cursor, put, ud);
}

const hn_session_api session_service = {
	.struct_size = sizeof(hn_session_api),
	.start = api_start,
	.submit = api_submit,
	.cancel = api_cancel,
	.wait_for = api_wait,
	.watch = api_watch,
	.status = api_status,
	.complete = api_complete,
	.message = api_message,
	.session_new = api_new,
	.session_end = session_leave,
	.secret = api_secret,
	.setting = api_setting,
};

static int32_t add_command(hn_session *s, const hn_command *command)
{
	if (session_busy(s, "add") || size_check(&sized_command, command, NULL))
		return HN_ERR_USAGE;
	return commands_add(&s->commands, command);
}

const hn_commands commands_service = {
	.struct_size = sizeof(hn_commands),
	.add = add_command,
};
