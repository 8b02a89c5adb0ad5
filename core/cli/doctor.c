/* SPDX-License-Identifier: MIT */
/* doctor: what is wrong, and the cure; its word is taken, the rest comes with a later release. */
#include "cli/cli.h"

/* Says that there is nothing yet, and what tells the same meanwhile. */
int subcommand_doctor(struct runtime *rt, const struct cli *cli)
{
	(void)cli;
	return cli_error(rt, HN_ERR_USAGE,
		"`hobnob doctor` is not built yet\n"
		"`hobnob plugins`, `hobnob config list` and -v tell most of it\n"
		"for a prompt of that word: hobnob -- doctor");
}
