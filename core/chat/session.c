/* SPDX-License-Identifier: MIT */
/* session: one conversation, and the api through which frontends reach it. */
#include "chat/session_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chat/commands.h"
#include "chat/pick.h"
#include "util/encoding.h"
#include "util/mem.h"
#include "util/utf8.h"

#define TICK_MS 100
#define NAMES_SHOWN 20 /* models named when one must be chosen */

/* ---- provider and model ---- */

/* A setting changed: what was derived from settings is derived anew, and what hangs on it is told
 * again. */
void session_configure(struct hn_session *s, int setting)
{
	struct http_settings settings = http_settings_of(s->rt);

	http_configure(s->http, &settings);
	if (setting == S_PRICE_TABLE && s->provider)
		known_find(s->rt, s->provider, s->model, &s->known);
	if (setting == S_CONTEXT_MESSAGES || setting == S_CONTEXT_TOKENS)
		s->told_trim = 0;
	limits_changed(s, setting);
}

/* Takes a model, with what is known of it. The first, by the provider that it has then, is the one that
 * the user's prices are for. */
void session_model(struct hn_session *s, const char *name)
{
	char *model = xstrdup(name), *doubt;

	free(s->model);
	s->model = model;
	if (model && s->provider && !s->priced_model) {
		s->priced_model = xstrdup(model);
		s->priced_by = xstrdup(s->provider->name);
	}
	s->known = KNOWN_NOTHING;
	if (!s->provider || !model)
		return;
	known_find(s->rt, s->provider, model, &s->known);
	doubt = known_doubt(s->rt, s->provider, model, &s->known);
	if (doubt && s->on_event)
		tell_notice(s, "%s", doubt);
	else if (doubt)
		log_warn(settings_log(s->rt->settings), "%s", doubt);
	free(doubt);
}

/* Makes the instance and switches to it, and to the model, or to the one that is picked for it; on
 * failure all stays as it was. */
int32_t session_take(
	struct hn_session *s, const char *name, const char *model, enum source by, char **error)
{
	struct instance *made;
	int32_t code = HN_ERR_CONFIG;
	char *picked;

	made = instance_new(s->rt, name, HN_PROVIDER, &code, error);
	if (!made)
		return code;
	instance_free(s->provider);
	s->provider = made;
	picked = model ? xstrdup(model) : pick_model(s->rt, made, by);
	session_model(s, picked);
	free(picked);
	return 0;
}

/* Switches to an instance and the model that is picked for it. */
int32_t session_provider(struct hn_session *s, const char *name, enum source by, char **error)
{
	return session_take(s, name, NULL, by, error);
}

/* Makes the provider that the conversation had, or that the settings choose. */
int32_t session_ready(hn_session *s, char **error)
{
	enum source by;
	char *name;
	int32_t code;

	if (resume_provider(s))
		return 0;
	name = pick_provider(s->rt, &by, error);
	code = name ? session_provider(s, name, by, error) : HN_ERR_CONFIG;
	free(name);
	return code;
}

struct offer {
	struct buf names;
	size_t n;
	char *only;
	struct listed listed; /* the first */
	struct catalog *catalog;
};

/* 1 if colours are welcome. */
static int wants_color(const struct runtime *rt)
{
	hn_str color = setting_text(rt->settings, S_COLOR);
	const char *off = settings_env(rt->settings, "NO_COLOR"),
		   *term = settings_env(rt->settings, "TERM");
	if (str_is(color, "always"))
		return 1;
	if (str_is(color, "never") || off || !isatty(STDOUT_FILENO))
		return 0;
	return term && strcmp(term, "dumb") != 0;
}

/* How things are shown, as the settings say it now. */
uint32_t session_looks(const struct runtime *rt)
{
	return (wants_color(rt) ? HN_START_COLOR : 0) |
	       (setting_bool(rt->settings, S_SHOW_REASONING) ? HN_START_REASONING : 0);
}

/* Takes one model of the provider's list. */
static int32_t take_offer(void *ud, const hn_model *m)
{
	struct offer *o = ud;

	catalog_put(o->catalog, m);
	if (o->n++ == 0) {
		o->only = str_dup(m->id);
		o->listed = listed_of(m);
	}
	if (o->n <= NAMES_SHOWN) {
		buf_adds(&o->names, o->n > 1 ? ", " : "");
		buf_addstr(&o->names, m->id);
	} else if (o->n == NAMES_SHOWN + 1) {
		buf_adds(&o->names, ", ...");
	}
	return 0;
}

/* Takes the only model on offer, or says which there are. */
static int32_t take_only(struct hn_session *s, hn_call *call, const struct offer *o)
{
	if (o->n == 0)
		return call_failf(call, HN_ERR_CONFIG, "name one: -m NAME, or /model NAME",
			"no model is set and %s lists none", s->provider->name);
	if (o->n > 1)
		return call_failf(call, HN_ERR_CONFIG,
			"choose one: -m NAME, or /model NAME; `hobnob models` lists all",
			"no model is set; %s offers %s", s->provider->name, o->names.p);
	session_model(s, o->only);
	s->known.listed = o->listed;
	return 0;
}

/* Asks the provider's list, and keeps it for the next time. */
static int32_t ask_list(struct hn_session *s, hn_call *call)
{
	const struct instance *i = s->provider;
	struct offer offer = { .names = BUF(1u << 20), .catalog = catalog_new() };
	int32_t code = i->plugin->provider->models(i->self, call, take_offer, &offer);

	if (code == 0) {
		catalog_keep(offer.catalog, &s->rt->paths, i->name, i->endpoint.url,
			s->rt->clock->wall(s->rt->clock->ud));
		code = take_only(s, call, &offer);
	} else {
		catalog_free(offer.catalog);
	}
	buf_free(&offer.names);
	free(offer.only);
	return code;
}

/* Asks the provider's list when nobody named a model. */
int32_t session_need_model(struct hn_session *s, hn_call *call)
{
	const hn_provider *provider = s->provider->plugin->provider;

	if (s->model)
		return 0;
	if (!HN_HAS_FN(provider, hn_provider, models) &&
		!options_get(s->provider->options, "model")) {
		session_model(
			s, s->provider->plugin
				   ->name); /* it knows of no models: there is nothing to choose */
		return 0;
	}
	if (!HN_HAS_FN(provider, hn_provider, models) || s->start->dry_run)
		return call_failf(call, HN_ERR_CONFIG, "name one: -m NAME, or /model NAME",
			"no model is set for %s", s->provider->name);
	return ask_list(s, call);
}

/* Takes a system prompt; empty: none. */
void session_system(struct hn_session *s, hn_str text)
{
	char *copy = text.n ? str_dup(text) : NULL;

	free(s->talk.system);
	s->talk.system = copy;
}

/* A call on the provider, with network. */
void session_call(struct hn_session *s, hn_call *call)
{
	call->http = s->http;
	call->endpoint = &s->provider->endpoint;
}

/* The journal gets the system prompt, if it knows another one. */
static void keep_system(struct hn_session *s)
{
	const char *now = s->talk.system ? s->talk.system : "";

	if (!strcmp(now, s->journalled_system ? s->journalled_system : ""))
		return;
	journal_system(s->journal, str_of(now));
	free(s->journalled_system);
	s->journalled_system = xstrdup(now);
}

/* The journal gets a message that is whole. */
void session_keep(struct hn_session *s, const struct message *m)
{
	keep_system(s);
	journal_message(s->journal, m);
	s->journalled_head = m->id;
}

/* The view moved to another head: the journal is told. */
void session_moved(struct hn_session *s)
{
	uint64_t head = history_head(&s->talk.history);

	if (head != s->journalled_head)
		journal_head(s->journal, head);
	s->journalled_head = head;
	s->told_trim = 0;
}

/* ---- beginning and end ---- */

/* A conversation that has not begun. */
hn_session *session_new(struct runtime *rt, const struct session_start *start)
{
	struct http_settings http = http_settings_of(rt);
	hn_session *s = xcalloc(1, sizeof *s);
	char *dir = session_dir(rt, start);

	s->rt = rt;
	s->start = start;
	s->known = KNOWN_NOTHING;
	s->account.table_date = s->known.date;
	s->attend.fd = -1;
	s->lent = BUF(BUF_NO_CAP);
	conversation_init(&s->talk);
	s->journal = journal_new(dir, rt->clock->wall(rt->clock->ud), &rt->log);
	s->http = http_new(&http);
	http_dry_run(s->http, start->dry_run);
	session_system(s, setting_text(rt->settings, S_SYSTEM));
	free(dir);
	return s;
}

/* Frees the estimators. */
static void calibrated_free(struct hn_session *s)
{
	for (size_t i = 0; i < s->n_calibrated; i++) {
		free(s->calibrated[i].instance);
		free(s->calibrated[i].model);
	}
	free(s->calibrated);
}

/* Ends a conversation. */
void session_free(hn_session *s)
{
	if (!s)
		return;
	calibrated_free(s);
	account_free(&s->account);
	day_free(s->day);
	for (size_t i = 0; i < s->n_made; i++)
		free(s->made[i]);
	free(s->made);
	free(s->own);
	free(s->model);
	free(s->priced_model);
	free(s->priced_by);
	free(s->journalled_system);
	free(s->resumed_provider);
	free(s->resumed_model);
	buf_free(&s->lent);
	http_free(s->http);
	instance_free(s->provider);
	journal_free(s->journal);
	conversation_free(&s->talk);
	free(s);
}

/* ---- the api ---- */

/* What the command line asked for. */
static void api_start(hn_session *s, hn_start *out)
{
	*out = (hn_start){
		.struct_size = sizeof *out,
		.flags = (s->start->flags & ~SESSION_LOOKS) | session_looks(s->rt),
		.first = { s->start->first, s->start->first_n },
		.keep = str_of(s->start->keep),
	};
}

/* A tick of the submit that runs. */
static void on_tick(void *ud)
{
	struct hn_session *s = ud;
	hn_session_event event = event_of(HN_ON_TICK);

	event.total_ms = s->rt->clock->now(s->rt->clock->ud) - s->submit_began;
	tell(s, &event);
}

/* Runs a command and tells its result, unless it began a turn, which told its own end. */
static int32_t submit_command(struct hn_session *s, hn_str line)
{
	struct command_result result = { .text = BUF(BUF_NO_CAP) };
	hn_session_event event = event_of(HN_ON_RESULT);
	struct buf data = BUF(BUF_NO_CAP);
	size_t word = 0;

	while (word < line.n && line.p[word] != ' ' && line.p[word] != '\t')
		word++;
	command_run(s, line, &result);
	if (!result.turn && result.code) {
		tell_error(s, result.code, buf_str(&result.text), str_of(NULL));
	} else if (!result.turn) {
		if (result.data)
			json_write(result.data, &data);
		event.command = (hn_str){ line.p, word };
		event.text = buf_str(&result.text);
		event.data = data.n ? buf_str(&data) : str_of("{}");
		result.code = tell(s, &event);
	}
	json_object_put(result.data);
	buf_free(&result.text);
	buf_free(&data);
	return result.code;
}

/* One input: a command, blanks before it or not, or a message ("//x" says "/x"). A page that was
 * pasted may begin with a path: with further lines only a command that there is counts. */
static int32_t submit_input(struct hn_session *s, const hn_input *input)
{
	hn_str text = input->text, line = text;

	while (line.n && (line.p[0] == ' ' || line.p[0] == '\t'))
		line = (hn_str){ line.p + 1, line.n - 1 };
	if (input->kind == HN_INPUT_LINE && command_looks(line) &&
		(command_is_known(s, line) || !memchr(line.p, '\n', line.n)))
		return submit_command(s, line);
	if (input->kind == HN_INPUT_LINE && str_begins(text, "//"))
		text = (hn_str){ text.p + 1, text.n - 1 };
	return turn_say(s, text);
}

/* Forgets an interrupt that was taken; the end of the program is not forgotten. */
static void interrupt_taken(struct hn_session *s)
{
	atomic_store(&s->rt->interrupts, 0);
	if (!atomic_load(&s->rt->ending))
		cancel_clear(&s->rt->cancel);
}

/* What is not text is refused, at the only door: replaced by U+FFFD it would be paid for. */
static int32_t submit_text(struct hn_session *s, const hn_input *input)
{
	int is_line = input->kind == HN_INPUT_LINE;
	hn_input clean = *input;
	const char *hint, *why = text_fault(input->text, &hint);

	if (why) {
		char *message = xasprintf("this %s is not sent: %s", is_line ? "line" : "message", why);
		tell_error(s, HN_ERR_USAGE, str_of(message), str_of(hint));
		free(message);
		return HN_ERR_USAGE;
	}
	if (is_line)
		clean.text = text_unmarked(input->text);
	return submit_input(s, &clean);
}

/* Works on one input until it is ended. */
static int32_t api_submit(hn_session *s, const hn_input *input, hn_on_event on_event, void *ud)
{
	int ticks = (input->flags & HN_INPUT_TICKS) != 0;
	int32_t code;

	s->on_event = on_event;
	s->ud = ud;
	s->submit_began = s->rt->clock->now(s->rt->clock->ud);
	s->attend.on_tick = ticks ? on_tick : NULL;
	s->attend.tick_ud = s;
	s->attend.tick_ms = TICK_MS;
	s->attend.next_tick = s->submit_began + TICK_MS;
	code = submit_text(s, input);
	s->attend.on_tick = NULL;
	s->on_event = NULL;
	interrupt_taken(s);
	return code;
}

/* Ends what submit() is doing. */
static void api_cancel(hn_session *s)
{
	cancel_set(&s->rt->cancel);
}

/* A frontend's way to block. */
static int32_t api_wait(hn_session *s, hn_pollfd *fds, uint32_t n, int64_t timeout_ms)
{
	hn_call call;
	int32_t code;
	int error;

	call_init(&call, &s->rt->cancel, s->rt->clock, &s->rt->log);
	code = call_wait(&call, fds, n, timeout_ms);
	error = errno;
	call_end(&call);
	if (code >= 0)
		return code;
	if (code != HN_ERR_INTERRUPTED) {
		errno = error;
		return HN_WAIT_FAILED;
	}
	if (atomic_load(&s->rt->ending))
		return HN_WAIT_ENDING;
	interrupt_taken(s);
	return HN_WAIT_INTERRUPTED;
}

/* Has a descriptor watched while submit() runs. */
static void api_watch(hn_session *s, int32_t fd, void (*on_readable)(void *ud), void *ud)
{
	s->attend.fd = fd;
	s->attend.on_readable = on_readable;
	s->attend.readable_ud = ud;
}

/* How the conversation stands. */
static void api_status(hn_session *s, hn_status *out)
{
	*out = (hn_status){
		.struct_size = sizeof *out,
		.last_turn = s->last_turn,
		.n_messages = (uint32_t)s->talk.history.n_view,
		.leaving = (uint32_t)s->leaving,
		.cost = account_totals(&s->account).cost,
		.provider = str_of(s->provider ? s->provider->name : NULL),
		.model = str_of(s->model),
		.session = str_of(journal_id(s->journal)),
	};
}

/* Whether a text holds a key, or what looks like one. */
static int32_t api_secret(hn_session *s, hn_str text)
{
	return secrets_hold(s->rt->secrets, text);
}

/* Message i of the view. */
static int32_t api_message(hn_session *s, uint32_t i, hn_message *out)
{
	const struct message *m;

	if (i >= s->talk.history.n_view)
		return HN_ERR_USAGE;
	m = s->talk.history.view[i];
	*out = (hn_message){ .role = m->role,
		.part_stride = sizeof(hn_part),
		.id = m->id,
		.text = { m->text, m->n } };
	return 0;
}

static const struct session_start plain_start = { .flags = 0 };

/* One more conversation with the same settings. */
static int32_t api_open(hn_session *s, hn_session **out)
{
	char *error = NULL;
	int32_t code;

	*out = session_new(s->rt, &plain_start);
	code = session_ready(*out, &error);
	if (code) {
		log_warn(&s->rt->log, "%s", error);
		free(error);
		session_free(*out);
		*out = NULL;
	}
	return code;
}

const hn_session_api session_service = {
	.struct_size = sizeof(hn_session_api),
	.start = api_start,
	.submit = api_submit,
	.cancel = api_cancel,
	.wait = api_wait,
	.watch = api_watch,
	.status = api_status,
	.complete = session_complete,
	.message = api_message,
	.open = api_open,
	.close = session_free,
	.secret = api_secret,
};

/* Adds a command of the frontend's own. */
static int32_t add_command(hn_session *s, const hn_command *command)
{
	for (size_t i = 0; i < command_count; i++)
		if (!strcmp(command_table[i].name, command->name) ||
			(command_table[i].alias && !strcmp(command_table[i].alias, command->name)))
			return HN_ERR_USAGE;
	for (size_t i = 0; i < s->n_own; i++)
		if (!strcmp(s->own[i]->name, command->name))
			return HN_ERR_USAGE;
	s->own = xgrow(s->own, s->n_own, &s->cap_own, sizeof(hn_command *));
	s->own[s->n_own++] = command;
	return 0;
}

const hn_commands commands_service = {
	.struct_size = sizeof(hn_commands),
	.add = add_command,
};
