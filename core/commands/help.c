/* SPDX-License-Identifier: MIT */
/*
 * help: /help, by topics: all commands, each on a row, would push the first of them off a screen of 24 rows.
 */
#include "commands/commands_private.h"

#include <stdlib.h>
#include <string.h>

#include "util/json.h"
#include "util/json_new.h"
#include "util/mem.h"

#define NAME_COLUMNS 26 /* of a command and its arguments */
#define TOPIC_COLUMNS 10
#define ROW_COLUMNS 80

/* The topics' words, which /help takes; that of the frontend's own commands, too. */
static const char *const topics[TOPICS] = {
	[TOPIC_QUESTIONS] = "questions",
	[TOPIC_REPLIES] = "replies",
	[TOPIC_MODELS] = "models",
	[TOPIC_CHATS] = "chats",
	[TOPIC_TOKENS] = "tokens",
	[TOPIC_PROMPT] = "prompt",
};

const char *command_topic(size_t i)
{
	return i < TOPICS ? topics[i] : i == TOPICS ? "all" : NULL;
}

/* Calls f for each command of a topic, the frontend's own included; TOPICS: of all. */
static void each_command(const struct command_list *k, enum topic topic, void (*f)(void *ud, const struct command *), void *ud)
{
	for (size_t i = 0; i < k->n; i++)
		if (topic == TOPICS || k->table[i].topic == topic)
			f(ud, &k->table[i]);
	for (size_t i = 0; i < k->commands->n_own; i++) {
		const hn_command *own = k->commands->own[i];
		const struct command entry = { .name = own->name, .args = own->args, .help = own->help, .topic = TOPIC_PROMPT };

		if (topic == TOPICS || topic == TOPIC_PROMPT)
			f(ud, &entry);
	}
}

/* ---- what programs get ---- */

static void add_object(void *ud, const struct command *entry)
{
	struct command_result *r = ud;
	struct json_object *o = json_new_object();

	json_add_text_or_null(o, "name", entry->name);
	json_add_text_or_null(o, "alias", entry->alias);
	json_add_text_or_null(o, "args", entry->args);
	json_add_text_or_null(o, "help", entry->help);
	json_add_text_or_null(o, "topic", topics[entry->topic]);
	json_append(json_member(r->data, "commands"), o);
}

/* ---- rows for people ---- */

/* A command's row, and its object. */
static void add_row(void *ud, const struct command *entry)
{
	struct command_result *r = ud;
	struct buf *out = &r->text;
	size_t before = out->n;

	buf_adds(out, entry->name);
	if (entry->alias)
		buf_addf(out, " (%s)", entry->alias);
	if (entry->args)
		buf_addf(out, " %s", entry->args);
	size_t used = out->n - before;
	buf_addf(out, "%*s %s\n", (int)(used < NAME_COLUMNS ? NAME_COLUMNS - used : 1), "", entry->help);
	add_object(r, entry);
}

/* The names of a topic on rows of their own. */
struct names {
	struct buf *out;
	size_t begun; /* where the row begins */
};

static void add_name(void *ud, const struct command *entry)
{
	struct names *names = ud;

	if (names->out->n - names->begun + 1 + strlen(entry->name) > ROW_COLUMNS) {
		names->begun = names->out->n + 1;
		buf_addf(names->out, "\n%*s", TOPIC_COLUMNS, "");
	}
	buf_addf(names->out, " %s", entry->name);
}

/* /help alone. */
static void help_topics(const struct command_list *k, struct command_result *r)
{
	for (enum topic t = 0; t < TOPICS; t++) {
		struct names names = { &r->text, r->text.n };

		buf_addf(&r->text, "%-*s", TOPIC_COLUMNS, topics[t]);
		each_command(k, t, add_name, &names);
		buf_adds(&r->text, "\n");
	}
	buf_adds(&r->text, "/help COMMAND explains one, /help TOPIC those of a row, /help all each of them.\n"
			   "Any other line is a message; //x sends /x.");
	each_command(k, TOPICS, add_object, r);
}

/* ---- what was asked ---- */

struct help_wanted {
	hn_str word;
	struct command_result *r;
};

/* The row of the command that was asked about, with its slash or without. */
static void add_if_asked(void *ud, const struct command *entry)
{
	const struct help_wanted *asked = ud;
	const char *const names[] = { entry->name, entry->alias };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i] && (str_is(asked->word, names[i]) || str_is(asked->word, names[i] + 1)))
			add_row(asked->r, entry);
}

/* The rows of a topic, or of a command; the error for a word that is neither. */
static void help_about(const struct command_list *k, hn_str word, struct command_result *r)
{
	struct help_wanted asked = { word, r };
	char *name;

	for (size_t i = 0; command_topic(i); i++)
		if (str_is(word, command_topic(i)))
			each_command(k, (enum topic)i, add_row, r);
	if (r->text.n == 0)
		each_command(k, TOPICS, add_if_asked, &asked);
	if (r->text.n) {
		buf_cut(&r->text, r->text.n - 1);
		return;
	}
	name = xasprintf("%s%.*s", *word.p == '/' ? "" : "/", (int)word.n, word.p);
	command_unknown(k, str_of(name), r);
	free(name);
}

void help_run(const struct command_list *k, hn_str args, struct command_result *r)
{
	json_set(result_data(r), "commands", json_new_array());
	if (args.n)
		help_about(k, args, r);
	else
		help_topics(k, r);
}
