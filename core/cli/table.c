/* SPDX-License-Identifier: MIT */
/* table: the sub-commands. */
#include <string.h>

#include "call/kind.h"
#include "cli/cli.h"
#include "cli/output.h"
#include "cli/verb.h"

const struct subcommand subcommand_table[] = {
	{ "chat", "[PROMPT...]", "chat; what hobnob does when no other word comes first",
		subcommand_chat, NULL, NULL, 0 },
	{ "plugins", NULL, "list, describe, install and check plugins, and begin a new one", subcommand_plugins,
		plugins_verbs, &plugins_verb_count, 0 },
	{ "models", "[WORD...]",
		"list the models, or those that hold all WORDs, with windows and prices",
		subcommand_models, NULL, NULL, 0 },
	{ "config", NULL, "show settings, and where each came from", subcommand_config,
		config_verbs, &config_verb_count, 0 },
	{ "prompts", NULL, "list and show your prompt files, which -t sends", subcommand_prompts,
		prompts_verbs, &prompts_verb_count, 0 },
	{ "sessions", NULL, "list, show, search, export, import and remove kept conversations",
		subcommand_sessions, sessions_verbs, &sessions_verb_count, SUBCOMMAND_LISTS },
	{ "doctor", NULL, "say what was found, what is wrong and how to fix it", subcommand_doctor,
		NULL, NULL, SUBCOMMAND_PREPARES | SUBCOMMAND_CONNECTS },
	{ "widget", NULL, "print the widget that puts -e on a key of your shell", subcommand_widget,
		widget_verbs, &widget_verb_count, SUBCOMMAND_PREPARES },
};
const size_t subcommand_count = sizeof subcommand_table / sizeof *subcommand_table;

static int run_reserved(struct runtime *rt, const struct cli *cli)
{
	struct buf there = BUF(BUF_NO_CAP);
	for (size_t i = 0; i < subcommand_count; i++)
		buf_addf(&there, "%s%s", i ? ", " : "there are ", subcommand_table[i].name);
	buf_addf(&there, "; `hobnob -- %s` asks the model", cli->subcommand);
	int status = cli_error(
		rt, HN_ERR_USAGE, there.p, "`hobnob %s` is not built yet", cli->subcommand);
	buf_free(&there);
	return status;
}

const struct subcommand subcommand_reserved = { "serve", NULL, NULL, run_reserved, NULL, NULL,
	SUBCOMMAND_PREPARES };

/* The sub-command of exactly that name, or NULL. */
const struct subcommand *subcommand_find(const char *name)
{
	for (size_t i = 0; i < subcommand_count; i++)
		if (!strcmp(subcommand_table[i].name, name))
			return &subcommand_table[i];
	return !strcmp(subcommand_reserved.name, name) ? &subcommand_reserved : NULL;
}
