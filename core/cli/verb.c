/* SPDX-License-Identifier: MIT */
/* verb: the second word of a sub-command. */
#include "cli/verb.h"

#include <stdlib.h>
#include <string.h>

#include "cli/output.h"
#include "util/mem.h"
#include "util/nearest.h"

/* Says that there is no such verb, the nearest, and all that there are; not those that are kept for
 * later and bear no help. */
static int unknown(struct runtime *rt, const struct cli *cli, const struct verb *verbs, size_t n)
{
	struct nearest near = NEAREST(str_of(cli->words[0]));
	struct buf out = BUF(BUF_NO_CAP);
	for (size_t i = 0; i < n; i++)
		if (verbs[i].help)
			nearest_offer(&near, verbs[i].name);
	buf_addf(&out, "%s: unknown word \"%s\"", cli->subcommand, cli->words[0]);
	nearest_add(&near, "", &out);
	for (size_t i = 0; i < n; i++)
		if (verbs[i].help)
			buf_addf(&out, "%s%s", i ? ", " : "\nthere are ", verbs[i].name);
	return cli_error_take(rt, HN_ERR_USAGE, buf_take(&out));
}

/* Runs the verb of the first word. */
int verb_run(struct runtime *rt, const struct cli *cli, const struct verb *verbs, size_t n)
{
	if (!cli->n_words)
		return verbs[0].run(rt, cli);
	for (size_t i = 0; i < n; i++) {
		size_t given = cli->n_words - 1;
		if (strcmp(verbs[i].name, cli->words[0]) != 0)
			continue;
		if (given >= verbs[i].min && given <= verbs[i].max)
			return verbs[i].run(rt, cli);
		return cli_error_take(rt, HN_ERR_USAGE,
			xasprintf("usage: hobnob %s %s%s%s", cli->subcommand, verbs[i].name,
				verbs[i].args ? " " : "", verbs[i].args ? verbs[i].args : ""));
	}
	return unknown(rt, cli, verbs, n);
}
