/* SPDX-License-Identifier: MIT */
/* table: the table of slash commands, and finding the one that a line means. */
#include "commands/commands_private.h"

#include <stdlib.h>
#include <string.h>

#include "call/guard.h"
#include "call/size.h"
#include "util/mem.h"

/* ---- finding ---- */

/* 1 if the first word is a slash and small letters or question marks. */
int command_looks(hn_str line)
{
	size_t n = word_length(line);

	if (n < 2 || line.p[0] != '/')
		return 0;
	for (size_t i = 1; i < n; i++)
		if (!(line.p[i] >= 'a' && line.p[i] <= 'z') && line.p[i] != '?')
			return 0;
	return 1;
}

/* The table's entry of that name or alias, or NULL. */
static const struct command *command_find(hn_str name)
{
	for (size_t i = 0; i < command_count; i++)
		if (str_is(name, command_table[i].name) ||
			(command_table[i].alias && str_is(name, command_table[i].alias)))
			return &command_table[i];
	return NULL;
}

/* The frontend's own command of that name, or NULL. */
static const hn_command *own_find(const struct commands *c, hn_str name)
{
	for (size_t i = 0; i < c->n_own; i++)
		if (str_is(name, c->own[i]->name))
			return c->own[i];
	return NULL;
}

/* Whether the first word is a command that there is. */
int command_is_known(const struct commands *c, hn_str line)
{
	hn_str name = { line.p, word_length(line) };

	return command_find(name) || own_find(c, name);
}

/* Runs a command of the frontend's own. */
static void run_own(
	struct commands *c, const hn_command *own, hn_str args, struct command_result *r)
{
	struct guard_frame frame;
	hn_str text = { NULL, 0 };
	int32_t code;

	guard_enter_inside(&frame, c->chat->listener->attend.plugin, "the run() of a command");
	code = own->run(own->ud, c->session, args, &text);
	guard_leave(&frame);

	char *what = xasprintf("the text of %s", own->name);

	if (code > 0 || code < HN_ERR_INTERRUPTED) {
		fault_set(&r->fault, HN_ERR_PLUGIN, NULL, "%s: its run() returned %d, which means nothing there", own->name,
			(int)code);
		free(what);
		return;
	}
	if (size_text(what, text, &r->fault) == 0 && code == 0)
		buf_addstr(&r->text, text);
	else if (!r->fault.kind && text.n)
		fault_set(&r->fault, code, NULL, "%.*s", (int)text.n, text.p);
	else if (!r->fault.kind)
		fault_set(&r->fault, code, NULL, "%s failed without saying why", own->name);
	free(what);
}

/* Finds and runs the command that a line means. */
void command_run(struct commands *c, hn_str line, struct command_result *r)
{
	size_t n = word_length(line);
	hn_str name = { line.p, n }, args = str_trim((hn_str){ line.p + n, line.n - n });
	const struct command *command = command_find(name);
	const hn_command *own = own_find(c, name);
	const struct command_list known = { command_table, command_count, c };

	if (command)
		command->run(c, args, r);
	else if (own)
		run_own(c, own, args, r);
	else
		command_unknown(&known, name, r);
}

/* ---- /help and /exit ---- */

static void command_help(struct commands *c, hn_str args, struct command_result *r)
{
	const struct command_list known = { command_table, command_count, c };

	help_run(&known, args, r);
}

/* /exit: the frontend sees it in the status. */
static void command_exit(struct commands *c, hn_str args, struct command_result *r)
{
	if (result_no_args(r, "/exit", args))
		c->leaving = 1;
}

/* ---- the table ---- */

/* By topic, as /help shows them. */
const struct command command_table[] = {
	{ "/retry", NULL, "[MODEL]", "ask the last question again, or another model", "model", command_retry, TOPIC_QUESTIONS },
	{ "/ask", NULL, "MODEL...", "ask several models the last question; see /branch", "models", command_ask, TOPIC_QUESTIONS },
	{ "/continue", NULL, NULL, "continue a reply that was cut off", NULL, command_continue, TOPIC_QUESTIONS },
	{ "/undo", NULL, NULL, "take back the last question and its answer", NULL, command_undo, TOPIC_QUESTIONS },
	{ "/edit", NULL, "N TEXT", "edit message N and ask again; readline has an editor", "message", command_edit, TOPIC_QUESTIONS },
	{ "/attach", NULL, "[FILE... | -]", "send files with the next message; - drops them", "file", command_attach, TOPIC_QUESTIONS },
	{ COMMAND_TEMPLATE, NULL, "[NAME [VAR=X...] TEXT]", "list prompt files, or send one", "prompt", command_t, TOPIC_QUESTIONS },
	{ "/preview", NULL, NULL, "show the last reply again", NULL, command_preview, TOPIC_REPLIES },
	{ "/reasoning", NULL, "[N]", "the reasoning of the last reply, or of message N", "reasoning", command_reasoning, TOPIC_REPLIES },
	{ "/diff", NULL, "[N [M]]", "compare replies by words: N of /history, or branch b2", NULL, command_diff, TOPIC_REPLIES },
	{ "/write", NULL, "[-f] [-c [K]] FILE", "write the last reply to a file; -c: its code", "file", command_write, TOPIC_REPLIES },
	{ "/model", NULL, "[NAME]", "show or change the model", "model", command_model, TOPIC_MODELS },
	{ "/models", NULL, "[WORD...]", "list the provider's models, or those with these words", NULL, command_models, TOPIC_MODELS },
	{ "/provider", NULL, "[NAME]", "show or change who answers", "provider", command_provider, TOPIC_MODELS },
	{ "/system", NULL, "[TEXT]", "show or change the system prompt; - removes it", NULL, command_system, TOPIC_MODELS },
	{ "/set", NULL, "[-u] [KEY [VALUE]]", "show or change a setting; -u unsets it", "setting", command_set, TOPIC_MODELS },
	{ "/clear", NULL, NULL, "start over; keeps the system prompt and the cost", NULL, command_clear, TOPIC_CHATS },
	{ "/history", NULL, NULL, "the conversation, a line a message", NULL, command_history, TOPIC_CHATS },
	{ "/branch", NULL, "[N]", "list the branches, or switch to one", "branch", command_branch, TOPIC_CHATS },
	{ "/fork", NULL, NULL, "continue in a copy; this conversation stays as it is", NULL, command_fork, TOPIC_CHATS },
	{ "/title", NULL, "[TEXT]", "show or change the title; - removes it", NULL, command_title, TOPIC_CHATS },
	{ "/sessions", NULL, "[WORD...]", "list conversations, or those with these words", NULL, command_sessions, TOPIC_CHATS },
	{ "/resume", NULL, "N", "continue conversation N of that list, or by its id", NULL, command_resume, TOPIC_CHATS },
	{ "/save", NULL, "[-f] FILE", "save the conversation: .json, .md or .openai.json", "file", command_save, TOPIC_CHATS },
	{ "/load", NULL, "FILE", "continue a saved conversation", "file", command_load, TOPIC_CHATS },
	{ "/stats", NULL, "[credits]", "tokens, cost and time; or what the account may spend", NULL, command_stats, TOPIC_TOKENS },
	{ "/context", NULL, NULL, "what the next request would hold", NULL, command_context, TOPIC_TOKENS },
	{ "/pin", NULL, "N", "send message N whatever is left out", "message", command_pin, TOPIC_TOKENS },
	{ "/unpin", NULL, "N", "unpin message N", "message", command_unpin, TOPIC_TOKENS },
	{ "/help", "/?", "[COMMAND|TOPIC]", "the commands; about one, those of a topic, or all", "command", command_help, TOPIC_PROMPT },
	{ "/exit", "/quit", NULL, "leave", NULL, command_exit, TOPIC_PROMPT },
};
const size_t command_count = sizeof command_table / sizeof *command_table;

/* ---- those of the frontend ---- */

/* 1 if it looks like a command: a slash and small letters. */
static int is_name(const char *name)
{
	size_t n = name && *name == '/' ? strspn(name + 1, "abcdefghijklmnopqrstuvwxyz") : 0;

	return n && !name[1 + n];
}

int commands_add(struct commands *c, const hn_command *command)
{
	hn_str name = str_of(command->name);

	if (!is_name(command->name) || !command->run || command_find(name) || own_find(c, name))
		return HN_ERR_USAGE;
	c->own = xgrow(c->own, c->n_own, &c->cap_own, sizeof(hn_command *));
	c->own[c->n_own++] = command;
	return 0;
}

void commands_free(struct commands *c)
{
	for (size_t i = 0; i < c->n_made; i++)
		free(c->made[i]);
	free(c->made);
	pending_free(&c->pending);
	listed_free(&c->listed);
	free(c->resume);
	free(c->own);
}
