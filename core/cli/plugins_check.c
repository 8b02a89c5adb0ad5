/* SPDX-License-Identifier: MIT */
/* plugins_check: `hobnob plugins check`, which a program of its own does: core/check/. */
#include "cli/plugins.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/checked.h"
#include "cli/output.h"

/* The program becomes that one; returns only after saying why it cannot. */
int plugins_check(struct runtime *rt, const struct cli *cli)
{
	struct checker c;
	int status;

	checker_begin(&c, rt, cli->words[1], cli->answers);
	if (cli->only) {
		checker_add(&c, "--only");
		checker_add(&c, cli->only);
	}
	if (cli->json)
		checker_add(&c, "--json");
	if (cli->in_process)
		checker_add(&c, "--in-process");
	execv(c.program, (char **)(uintptr_t)c.words);
	status = cli_error(rt, HN_ERR_CONFIG, "it is installed with hobnob, in the folder for programs that programs run", "%s: %s", c.program,
		strerror(errno));
	checker_free(&c);
	return status;
}
