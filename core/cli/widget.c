/* SPDX-License-Identifier: MIT */
/* widget: `hobnob widget SHELL` prints what puts -e on a key of that shell. */
#include "cli/cli.h"

#include <stdlib.h>

#include "cli/output.h"
#include "cli/verb.h"
#include "util/file.h"
#include "util/mem.h"

#define WIDGET_MOST ((size_t)1 << 20) /* bytes */

/* Prints the file, which stands in the data folder as it is. */
static int print(struct runtime *rt, const struct cli *cli)
{
	char *path = xasprintf("%s/widget/hobnob.%s", rt->paths.data, cli->words[0]);
	struct buf text = BUF(WIDGET_MOST);
	struct fault f = { 0 };
	int32_t code = file_read(path, WIDGET_MOST, &text, &f);
	free(path);
	if (!code)
		return output_write(rt, &text);
	buf_free(&text);
	fault_hint(&f, "it is installed with hobnob: install it again");
	return cli_fault(rt, &f);
}

const struct verb widget_verbs[] = {
	{ "bash", 0, 0, NULL, "for bash 4 or later: what ~/.bashrc evaluates", print },
	{ "zsh", 0, 0, NULL, "for zsh: what ~/.zshrc evaluates", print },
	{ "fish", 0, 0, NULL, "for fish: what config.fish sources", print },
};
const size_t widget_verb_count = sizeof widget_verbs / sizeof *widget_verbs;

int subcommand_widget(struct runtime *rt, const struct cli *cli)
{
	if (cli->n_words)
		return verb_run(rt, cli, widget_verbs, widget_verb_count);
	return cli_error(rt, HN_ERR_USAGE, "bash, zsh or fish, as in `hobnob widget bash`", "widget: expected the name of a shell");
}
