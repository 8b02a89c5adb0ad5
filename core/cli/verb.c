/* SPDX-License-Identifier: MIT */
/* verb: the second word of a sub-command. */
#include "cli/verb.h"

#include <stdlib.h>
#include <string.h>

#include "cli/output.h"
#include "util/mem.h"
#include "util/nearest.h"

/* Reports that there is no such verb, the nearest, and all verbs, without the reserved ones, which
 * have no help. A word that is near to no verb may have been meant to be searched for; it is not, because one such as
 * "delete" would then seem to have done its work. */
static int unknown(struct runtime *rt, const struct cli *cli, const struct verb *verbs, size_t n)
{
	struct nearest near = NEAREST(str_of(cli->words[0]));
	struct buf guess = BUF(BUF_NO_CAP), there = BUF(BUF_NO_CAP);
	for (size_t i = 0; i < n; i++)
		if (verbs[i].help)
			nearest_offer(&near, verbs[i].name);
	nearest_add(&near, "", &guess);
	for (size_t i = 0; i < n; i++)
		if (verbs[i].help)
			buf_addf(&there, "%s%s", i ? ", " : "there are ", verbs[i].name);
	for (size_t i = 0; i < n && !guess.n; i++)
		if (!strcmp(verbs[i].name, "search"))
			buf_addf(&there, "\n`hobnob %s search %s` looks for that word", cli->subcommand, cli->words[0]);
	int status = cli_error(rt, HN_ERR_USAGE, there.p, "%s: unknown word \"%s\"%s",
		cli->subcommand, cli->words[0], guess.n ? guess.p : "");
	buf_free(&guess);
	buf_free(&there);
	return status;
}

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
		return cli_error(rt, HN_ERR_USAGE, NULL, "usage: hobnob %s %s%s%s", cli->subcommand,
			verbs[i].name, verbs[i].args ? " " : "",
			verbs[i].args ? verbs[i].args : "");
	}
	return unknown(rt, cli, verbs, n);
}
