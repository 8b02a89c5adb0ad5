/* SPDX-License-Identifier: MIT */
/* plugins_check: `hobnob plugins check`, which a program of its own does: core/check/. */
#include "cli/plugins.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/output.h"
#include "util/mem.h"

#define ARGS_MOST 10

/* The program becomes that one; returns only after saying why it cannot. */
int plugins_check(struct runtime *rt, const struct cli *cli)
{
	const char *args[ARGS_MOST];
	char *program = xasprintf("%s/plugin-check", rt->paths.libexec);
	size_t n = 0;
	int status;

	args[n++] = program;
	if (cli->only) {
		args[n++] = "--only";
		args[n++] = cli->only;
	}
	if (cli->answers) {
		args[n++] = "--answers";
		args[n++] = cli->answers;
	}
	if (cli->json)
		args[n++] = "--json";
	if (cli->in_process)
		args[n++] = "--in-process";
	args[n++] = "--";
	args[n++] = cli->words[1];
	args[n] = NULL;
	execv(program, (char **)(uintptr_t)args);
	status = cli_error(rt, HN_ERR_CONFIG, "it is installed with hobnob, in the folder for programs that programs run", "%s: %s", program,
		strerror(errno));
	free(program);
	return status;
}
