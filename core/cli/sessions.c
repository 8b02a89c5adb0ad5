/* SPDX-License-Identifier: MIT */
/* sessions: the kept conversations; its words are taken, reading them back comes with a later
 * release. */
#include "cli/cli.h"

/* Says that there is nothing yet. */
int subcommand_sessions(struct runtime *rt, const struct cli *cli)
{
	(void)cli;
	return cli_error(rt, HN_ERR_USAGE,
		"`hobnob sessions` is not built yet\n"
		"conversations are kept already, as JSON lines, in "
		"$XDG_STATE_HOME/hobnob/sessions\n"
		"for a prompt of that word: hobnob -- sessions");
}
