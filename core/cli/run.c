/* SPDX-License-Identifier: MIT */
/* run: the way from a parsed command line to an exit status. */
#include "cli/cli.h"

#include <string.h>

#include "cli/output.h"

static int print_text(struct runtime *rt, void (*make)(struct buf *))
{
	struct buf out = BUF(BUF_NO_CAP);
	make(&out);
	return output_write(rt, &out);
}

/* --help alone, or after a sub-command. */
static int print_help(struct runtime *rt, const struct cli *cli, const struct subcommand *sub)
{
	struct buf out = BUF(BUF_NO_CAP);
	if (sub->run == subcommand_chat || !sub->help)
		cli_help(&out);
	else
		cli_help_of(sub, cli->n_words ? cli->words[0] : NULL, &out);
	return output_write(rt, &out);
}

static int is_verb(const struct cli *cli, const char *subcommand, const char *verb)
{
	return !strcmp(cli->subcommand, subcommand) && cli->n_words && !strcmp(cli->words[0], verb);
}

int cli_main(struct runtime *rt, const struct cli *cli)
{
	struct fault f = { 0 };
	const struct subcommand *sub = subcommand_find(cli->subcommand);
	if (cli->help)
		return print_help(rt, cli, sub);
	if (cli->version)
		return print_text(rt, cli_version);
	if (cli->connect && !(sub->flags & SUBCOMMAND_CONNECTS))
		return cli_error(rt, HN_ERR_USAGE, NULL, "--connect belongs to `hobnob doctor`");
	if (cli->all && !(sub->flags & SUBCOMMAND_LISTS))
		return cli_error(rt, HN_ERR_USAGE, NULL, "--all belongs to `hobnob sessions list`");
	if ((cli->template || cli->n_defines) && strcmp(cli->subcommand, "chat") != 0)
		return cli_error(rt, HN_ERR_USAGE, cli->template ? "`hobnob -t NAME -- WORDS` takes any words as a question" : NULL,
			"-t and -D belong to a question, and `%s` is a sub-command", cli->subcommand);
	if (cli->shell && sub->run != subcommand_chat)
		return cli_error(rt, HN_ERR_USAGE, NULL, "-e asks for a command: `hobnob %s` takes no -e", sub->name);
	if (cli->pager && !is_verb(cli, "sessions", "show"))
		return cli_error(rt, HN_ERR_USAGE, NULL, "--pager belongs to `hobnob sessions show`");
	if ((cli->lang || cli->wire || cli->build) && !is_verb(cli, "plugins", "new"))
		return cli_error(rt, HN_ERR_USAGE, NULL, "--lang, --wire and --build belong to `hobnob plugins new`");
	if ((cli->only || cli->answers || cli->in_process) && !is_verb(cli, "plugins", "check"))
		return cli_error(rt, HN_ERR_USAGE, NULL, "--only, --answers and --in-process belong to `hobnob plugins check`");
	if (!(sub->flags & SUBCOMMAND_PREPARES) && !is_verb(cli, "plugins", "check") && cli_prepare(rt, cli, &f))
		return cli_fault(rt, &f);
	return sub->run(rt, cli);
}
