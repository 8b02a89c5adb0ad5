/* SPDX-License-Identifier: MIT */
/*
 * chat: what hobnob is for. Decides whether it is one turn or a conversation and which frontend
 * shows it, gathers the first input, and lets the frontend run.
 */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "call/fatal.h"
#include "call/kind.h"
#include "chat/chat.h"
#include "cli/markdown.h"
#include "cli/output.h"
#include "cli/suggest.h"
#include "store/store.h"
#include "util/mem.h"

/* What is going to be run. */
struct plan {
	const char *frontend; /* as was said, or NULL; then the one that is used */
	uint32_t nature; /* HN_FRONTEND_CONVERSES, HN_FRONTEND_CLOSES_JSON of the frontend that was said */
	int one_turn, has_first;
	int says; /* a prompt file has a message of its own */
	int suggests; /* -e: a turn whose frontend is chosen here, whatever the settings say */
	char *resume; /* the id of the conversation to resume, or NULL */
};

/* ---- deciding ---- */

/* The shipped choice of a frontend: "terminal", "otherwise" or "json". */
static const char *shipped_frontend(const struct runtime *rt, const char *when)
{
	const struct ynode *names = yaml_get(settings_shipped(rt->settings), "frontend");
	const struct ynode *name = yaml_get(names, when);
	return name && name->text ? name->text : "";
}

/* Loads the frontend that was said, for its nature. 0, or an exit status after saying why. */
static int ask_nature(struct runtime *rt, struct plan *plan)
{
	struct fault f = { 0 };
	const struct value *said = setting(rt->settings, S_FRONTEND);
	if (!said || !said->text || plan->suggests)
		return 0;
	plan->frontend = said->text;
	const struct plugin *p = registry_load(rt->registry, said->text, HN_TYPE_FRONTEND, &f);
	if (!p)
		return cli_fault(rt, &f);
	plan->nature = p->frontend->flags;
	return 0;
}

/* 0 if all that was asked for goes together, or an exit status after saying what does not. */
static int check_plan(struct runtime *rt, const struct cli *cli, const struct plan *plan)
{
	if (cli->resume_last && cli->resume)
		return cli_error(
			rt, HN_ERR_USAGE, "give one of them", "--continue and --resume name two conversations");
	if (cli->code && (cli->json || cli->schema))
		return cli_error(rt, HN_ERR_USAGE, "give one of them", "--code and %s print the reply in two forms",
			cli->json ? "--json" : "--schema");
	if (plan->one_turn)
		return 0;
	const char *alone = cli->json      ? "--json"
			    : cli->usage   ? "--usage"
			    : cli->code    ? "--code"
			    : cli->dry_run ? "--dry-run"
					   : NULL;
	if (!alone)
		return 0;
	return cli_error(rt, HN_ERR_USAGE, "give a PROMPT, a file with -a, or pipe the prompt in",
		"%s belongs to one turn, and this is a conversation", alone);
}

/* The frontend of a conversation on a terminal: the shipped one, else with a notice the one that
 * needs no terminal. */
static const char *terminal_frontend(struct runtime *rt)
{
	struct fault f = { 0 };
	const char *best = shipped_frontend(rt, "terminal"),
		   *other = shipped_frontend(rt, "otherwise");
	if (registry_load(rt->registry, best, HN_TYPE_FRONTEND, &f))
		return best;
	fault_hint(&f, "hobnob continues with the frontend %s", other);
	cli_fault(rt, &f);
	return other;
}

/* Chooses the frontend where none was said, or where it cannot do what was asked. */
static void choose_frontend(struct runtime *rt, const struct cli *cli, struct plan *plan)
{
	if (cli->json && !(plan->nature & HN_FRONTEND_CLOSES_JSON))
		plan->frontend = shipped_frontend(rt, "json");
	else if (plan->frontend)
		return;
	else if (!plan->one_turn && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		plan->frontend = terminal_frontend(rt);
	else
		plan->frontend = shipped_frontend(rt, "otherwise");
}

static int no_choices(struct runtime *rt)
{
	return cli_error(rt, HN_ERR_CONFIG, "install hobnob again, or name one: -f NAME",
		"%s/defaults.yaml: not found, so no frontend is chosen", rt->paths.data);
}

/* One turn or a conversation, and by which frontend. 0, or an exit status after saying why not. */
static int make_plan(struct runtime *rt, const struct cli *cli, struct plan *plan)
{
	plan->suggests = cli->shell;
	int status = ask_nature(rt, plan);
	if (status)
		return status;
	int said = cli->n_words > 0 || cli->n_attach > 0 || plan->says;
	int converses = cli->interactive || (plan->nature & HN_FRONTEND_CONVERSES);
	plan->one_turn = ((said || !isatty(STDIN_FILENO)) && !converses) || plan->suggests;
	plan->has_first = said || plan->one_turn;
	status = check_plan(rt, cli, plan);
	if (status)
		return status;
	choose_frontend(rt, cli, plan);
	return *plan->frontend ? 0 : no_choices(rt);
}

static uint32_t start_flags(
	const struct runtime *rt, const struct cli *cli, const struct plan *plan)
{
	return (isatty(STDIN_FILENO) ? HN_START_TTY_STDIN : 0) |
	       (isatty(STDOUT_FILENO) ? HN_START_TTY_STDOUT : 0) |
	       (isatty(STDERR_FILENO) ? HN_START_TTY_STDERR : 0) |
	       (plan->one_turn ? HN_START_ONE_TURN : 0) | (plan->has_first ? HN_START_FIRST : 0) |
	       (cli->json ? HN_START_JSON : 0) | (cli->usage ? HN_START_USAGE : 0) |
	       session_looks(rt);
}

/* Which conversation to resume. 0, or an exit status after reporting why not. */
static int find_resumed(struct runtime *rt, const struct cli *cli, struct plan *plan)
{
	struct fault f = { 0 };
	if (!cli->resume_last && !cli->resume)
		return 0;
	plan->resume = cli->resume ? store_find(&rt->paths, cli->resume, STORE_LISTER, &f)
				   : store_last(&rt->paths, &f);
	f.kind = HN_ERR_USAGE;
	return plan->resume ? 0 : cli_fault(rt, &f);
}

/* Makes the session, with the conversation to resume. NULL with *status after reporting why not. */
static hn_session *open_session(
	struct runtime *rt, const struct plan *plan, const struct session_start *start, int *status)
{
	hn_session *session = session_new(rt, start);
	struct fault f = { 0 };
	int32_t code = plan->resume ? session_resume(session, plan->resume, &f) : 0;
	*status = code ? cli_fault(rt, &f) : 0;
	if (!code)
		return session;
	session_free(session);
	return NULL;
}

/* ---- --dry-run ---- */

/* Keeps why the turn failed; nothing else is shown. */
static int32_t keep_error(void *ud, const hn_session_event *event)
{
	struct fault *f = ud;
	if (event->type == HN_ON_ERROR) {
		fault_free(f);
		f->message = str_dup(event->message);
		f->hint = str_dup(event->hint);
	}
	return 0;
}

static int dry_run(struct runtime *rt, const struct plan *plan, const struct session_start *said)
{
	struct buf request = BUF(BUF_NO_CAP);
	struct fault f = { 0 };
	struct session_start start = *said;
	const hn_input input = {
		.struct_size = sizeof input, .type = HN_INPUT_MESSAGE, .text = { said->first, said->first_n },
		.n_parts = said->n_parts, .part_stride = sizeof *said->parts, .parts = said->parts
	};
	start.dry_run = &request;
	int status;
	hn_session *session = open_session(rt, plan, &start, &status);
	if (!session)
		return status;
	int32_t code = session_service.submit(session, &input, keep_error, &f);
	if (code) {
		if (f.message)
			f.kind = code;
		else
			fault_set(&f, code, NULL, "%s", kind_name(code));
		status = cli_fault(rt, &f);
		buf_free(&request);
	} else {
		buf_addc(&request, '\n');
		status = output_write(rt, &request);
	}
	session_free(session);
	return status;
}

/* ---- running ---- */

/* A conversation says before it begins that its provider cannot be made; one turn says it as its
 * answer. */
static int check_ready(struct runtime *rt, const struct plan *plan, hn_session *session)
{
	struct fault f = { 0 };
	int32_t code = plan->one_turn ? 0 : session_ready(session, &f);
	return code ? cli_fault(rt, &f) : 0;
}

/* Tells the user which conversation is resumed and where it stands. */
static void tell_resumed(const struct runtime *rt, const struct plan *plan, hn_session *session)
{
	hn_status now = { .struct_size = sizeof now };
	struct buf last = BUF(BUF_NO_CAP), out = BUF(BUF_NO_CAP);
	session_service.status(session, &now);
	buf_addf(&out, "hobnob: continuing %s, %u message%s\n", plan->resume,
		(unsigned)now.n_messages, now.n_messages == 1 ? "" : "s");
	session_exchange(session, &last);
	if (last.n) /* without the newline at its end */
		markdown_add(rt, STDERR_FILENO, markdown_wanted(rt, STDERR_FILENO) ? MARKDOWN_RENDERED : MARKDOWN_SOURCE,
			(hn_str){ last.p, last.n - 1 }, &out);
	output_stderr(buf_str(&out));
	buf_free(&last);
	buf_free(&out);
}

/* Before the first prompt: what a person has to know. is_new: nothing was ever kept, so this is the first conversation. */
static void greet(const struct runtime *rt, const struct plan *plan, const struct session_start *start, int is_new, hn_session *session)
{
	const uint32_t person = HN_START_TTY_STDIN | HN_START_TTY_STDERR;
	if (plan->one_turn || (plan->nature & HN_FRONTEND_CONVERSES) || (start->flags & person) != person)
		return;
	if (plan->resume)
		tell_resumed(rt, plan, session);
	else if (is_new)
		output_stderr(str_of("hobnob: /help lists the commands, Ctrl-D leaves\n"));
}

/* The folder for what a frontend keeps between runs, or NULL where nothing is kept. */
static const char *keep_folder(const struct runtime *rt, const struct cli *cli)
{
	return cli->no_journal || !setting_bool(rt->settings, S_JOURNAL) ? NULL : rt->paths.state;
}

/* Makes the frontend and the session, and runs them. */
static int converse(struct runtime *rt, const struct cli *cli, const struct plan *plan, const struct session_start *said,
	struct suggestion *suggestion)
{
	struct session_start start = *said;
	struct fault f = { 0 };
	int status, runs = 0;
	start.flags = start_flags(rt, cli, plan);
	start.no_journal = cli->no_journal;
	start.keep = keep_folder(rt, cli);
	struct instance *frontend = instance_new(rt, plan->frontend, HN_TYPE_FRONTEND, &f);
	if (!frontend)
		return cli_fault(rt, &f);
	start.frontend = frontend->plugin->name;
	int is_new = start.keep && access(start.keep, F_OK) != 0;
	hn_session *session = open_session(rt, plan, &start, &status);
	if (session)
		status = check_ready(rt, plan, session);
	if (!status) {
		greet(rt, plan, &start, is_new, session);
		status = frontend_run(rt, frontend, session, plan->one_turn);
	}
	if (!status && suggestion->tty >= 0)
		status = suggest_choose(suggestion, frontend, session, &start, &runs);
	fflush(stdout);
	fatal_status(status);
	instance_free(frontend);
	session_free(session);
	return runs ? suggest_run(suggestion) : status;
}

int subcommand_chat(struct runtime *rt, const struct cli *cli)
{
	struct plan plan = { 0 };
	struct attached images = { 0 };
	struct buf first = BUF(BUF_NO_CAP), name = BUF(BUF_NO_CAP), text = BUF(BUF_NO_CAP);
	struct prompt prompt = { .name = NULL };
	struct suggestion suggestion = { .tty = -1 };
	int status = template_open(rt, cli, &prompt);
	plan.says = prompt.text.n > 0;
	if (!status && cli->shell)
		status = suggest_begin(&suggestion, rt, cli);
	if (!status)
		status = make_plan(rt, cli, &plan);
	if (!status)
		status = find_resumed(rt, cli, &plan);
	struct code_wish code = { .command = cli->shell, .seen = suggestion.tty < 0 };
	if (!status && (cli->code || cli->schema))
		status = replies_as_they_are(rt, cli->code ? "--code" : "--schema");
	if (!status && cli->code)
		status = code_read(rt, cli, &code.block);
	if (!status && cli->schema)
		status = schema_read(rt, cli->schema, &text, &name);
	if (!status && plan.has_first)
		status = first_input(rt, cli, cli->template ? &prompt : NULL, plan.one_turn, &first, &images);
	const struct schema schema = { buf_str(&name), buf_str(&text) };
	const struct session_start said = {
		.first = first.p,
		.first_n = first.n,
		.parts = images.parts,
		.n_parts = (uint32_t)images.n,
		.schema = cli->schema ? &schema : NULL,
		.code = cli->code || cli->shell ? &code : NULL,
	};
	if (!status)
		status = cli->dry_run ? dry_run(rt, &plan, &said) : converse(rt, cli, &plan, &said, &suggestion);
	suggest_end(&suggestion);
	free(plan.resume);
	prompt_free(&prompt);
	buf_free(&first);
	attached_free(&images);
	buf_free(&name);
	buf_free(&text);
	return status;
}
