/* SPDX-License-Identifier: MIT */
/* table: the table of slash commands, and finding the one that a line means. */
#include "commands/commands_private.h"

#include <stdlib.h>
#include <string.h>

#include "call/guard.h"
#include "call/size.h"
#include "util/mem.h"
#include "util/nearest.h"

/* ---- finding ---- */

/* Length of a line's first word. */
static size_t first_word(hn_str line)
{
	size_t n = 0;

	while (n < line.n && !strchr(" \t\r\n", line.p[n]))
		n++;
	return n;
}

/* 1 if the first word is a slash and small letters or question marks. */
int command_looks(hn_str line)
{
	size_t n = first_word(line);

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
	hn_str name = { line.p, first_word(line) };

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

/* 1 if one name begins with the other: "/exitcode" with "/exit", "/clear" with "/cl". */
static int same_stem(hn_str name, const char *known)
{
	hn_str k = str_of(known);

	return known && (str_begins(name, known) || (k.n > name.n && !memcmp(k.p, name.p, name.n)));
}

/* The command that a wrong name begins with, or that begins with it; NULL if no name matches. */
static const char *stem_of(const struct commands *c, hn_str name)
{
	for (size_t i = 0; i < command_count; i++) {
		if (same_stem(name, command_table[i].name))
			return command_table[i].name;
		if (same_stem(name, command_table[i].alias))
			return command_table[i].alias;
	}
	for (size_t i = 0; i < c->n_own; i++)
		if (same_stem(name, c->own[i]->name))
			return c->own[i]->name;
	return NULL;
}

/* The error for an unknown command. */
static void unknown(const struct commands *c, hn_str name, struct command_result *r)
{
	const char *stem = stem_of(c, name);
	struct nearest near = NEAREST(stem ? str_of(stem) : name);
	struct buf guess = BUF(BUF_NO_CAP);

	for (size_t i = 0; i < command_count; i++) {
		nearest_offer(&near, command_table[i].name);
		if (command_table[i].alias)
			nearest_offer(&near, command_table[i].alias);
	}
	for (size_t i = 0; i < c->n_own; i++)
		nearest_offer(&near, c->own[i]->name);
	nearest_add(&near, "", &guess);
	fault_set(&r->fault, HN_ERR_USAGE, NULL, "unknown command %.*s%s", (int)name.n, name.p,
		guess.n ? guess.p : ": /help lists them");
	buf_free(&guess);
}

/* Finds and runs the command that a line means. */
void command_run(struct commands *c, hn_str line, struct command_result *r)
{
	size_t n = first_word(line);
	hn_str name = { line.p, n }, args = str_trim((hn_str){ line.p + n, line.n - n });
	const struct command *command = command_find(name);
	const hn_command *own = own_find(c, name);

	if (command)
		command->run(c, args, r);
	else if (own)
		run_own(c, own, args, r);
	else
		unknown(c, name, r);
}

/* ---- /help and /exit ---- */

/* A member of an object: text, or null. */
static void add_member(struct json_object *o, const char *key, const char *text)
{
	json_set(o, key, text ? json_of(str_of(text)) : NULL);
}

/* One line of /help, and an object of its data. */
static void add_help(struct command_result *r, const char *name, const char *alias,
	const char *args, const char *help)
{
	struct buf *out = &r->text;
	struct json_object *o = json_new_object();
	size_t before = out->n;

	buf_adds(out, name);
	if (alias)
		buf_addf(out, " (%s)", alias);
	if (args)
		buf_addf(out, " %s", args);
	buf_addf(out, "%*s %s\n", (int)(out->n - before < 26 ? 26 - (out->n - before) : 1), "",
		help);
	add_member(o, "name", name);
	add_member(o, "alias", alias);
	add_member(o, "args", args);
	add_member(o, "help", help);
	json_append(json_member(r->data, "commands"), o);
}

/* 1 if /help is about that command: it was asked about all, or about this one, with or without its slash. */
static int is_asked(hn_str asked, const char *name)
{
	return asked.n == 0 || (name && (str_is(asked, name) || str_is(asked, name + 1)));
}

/* /help about a command that there is not, said with its slash or without. */
static void help_unknown(const struct commands *c, hn_str args, struct command_result *r)
{
	char *name = xasprintf("%s%.*s", *args.p == '/' ? "" : "/", (int)args.n, args.p);

	unknown(c, str_of(name), r);
	free(name);
}

/* /help: every command, the frontend's own included, or one. */
static void command_help(struct commands *c, hn_str args, struct command_result *r)
{
	json_set(result_data(r), "commands", json_new_array());
	for (size_t i = 0; i < command_count; i++) {
		const struct command *entry = &command_table[i];

		if (is_asked(args, entry->name) || is_asked(args, entry->alias))
			add_help(r, entry->name, entry->alias, entry->args, entry->help);
	}
	for (size_t i = 0; i < c->n_own; i++)
		if (is_asked(args, c->own[i]->name))
			add_help(r, c->own[i]->name, NULL, c->own[i]->args, c->own[i]->help);
	if (args.n == 0)
		buf_adds(&r->text, "Any other line is a message; //x sends /x.");
	else if (r->text.n == 0)
		help_unknown(c, args, r);
	else
		buf_cut(&r->text, r->text.n - 1);
}

/* /exit: the frontend sees it in the status. */
static void command_exit(struct commands *c, hn_str args, struct command_result *r)
{
	if (result_no_args(r, "/exit", args))
		c->leaving = 1;
}

/* ---- the table ---- */

const struct command command_table[] = {
	{ "/help", "/?", "[COMMAND]", "this list, or one of its lines", "command", command_help },
	{ "/clear", NULL, NULL, "start over; keeps the system prompt and the cost", NULL,
		command_clear },
	{ "/stats", NULL, "[credits]", "tokens, cost and time; or what the account may spend", NULL,
		command_stats },
	{ "/model", NULL, "[NAME]", "show or change the model", "model", command_model },
	{ "/provider", NULL, "[NAME]", "show or change who answers", "provider", command_provider },
	{ "/system", NULL, "[TEXT]", "show or change the system prompt; - removes it", NULL,
		command_system },
	{ "/set", NULL, "[-u] [KEY [VALUE]]", "show or change a setting; -u unsets it", "setting", command_set },
	{ "/retry", NULL, "[MODEL]", "ask the last question again, or another model", "model",
		command_retry },
	{ "/ask", NULL, "MODEL...", "ask several models the last question; see /branch", "models", command_ask },
	{ "/continue", NULL, NULL, "continue a reply that was cut off", NULL,
		command_continue },
	{ "/undo", NULL, NULL, "take back the last question and its answer", NULL, command_undo },
	{ "/edit", NULL, "N TEXT", "edit message N and ask again; readline has an editor", "message",
		command_edit },
	{ "/history", NULL, NULL, "the conversation, a line a message", NULL, command_history },
	{ "/branch", NULL, "[N]", "list the branches, or switch to one", "branch",
		command_branch },
	{ "/diff", NULL, "[N [M]]", "compare replies by words: N of /history, or branch b2", NULL, command_diff },
	{ "/fork", NULL, NULL, "continue in a copy; this conversation stays as it is", NULL,
		command_fork },
	{ "/sessions", NULL, "[WORD...]", "list conversations, or those with these words", NULL, command_sessions },
	{ "/resume", NULL, "N", "continue conversation N of that list, or by its id", NULL, command_resume },
	{ "/title", NULL, "[TEXT]", "show or change the title; - removes it", NULL, command_title },
	{ "/context", NULL, NULL, "what the next request would hold", NULL, command_context },
	{ "/pin", NULL, "N", "send message N whatever is left out", "message", command_pin },
	{ "/unpin", NULL, "N", "unpin message N", "message", command_unpin },
	{ "/attach", NULL, "[FILE... | -]", "send files with the next message; - drops them", "file", command_attach },
	{ COMMAND_TEMPLATE, NULL, "[NAME [VAR=X...] TEXT]", "list prompt files, or send one", "prompt", command_t },
	{ "/preview", NULL, NULL, "show the last reply again", NULL, command_preview },
	{ "/reasoning", NULL, "[N]", "the reasoning of the last reply, or of message N", "reasoning",
		command_reasoning },
	{ "/write", NULL, "[-f] [-c [K]] FILE", "write the last reply to a file; -c: its code", "file", command_write },
	{ "/save", NULL, "[-f] FILE", "save the conversation: .json, .md or .openai.json", "file",
		command_save },
	{ "/load", NULL, "FILE", "continue a saved conversation", "file", command_load },
	{ "/exit", "/quit", NULL, "leave", NULL, command_exit },
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
