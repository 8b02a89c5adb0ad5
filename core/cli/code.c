/* SPDX-License-Identifier: MIT */
/* code: replies that are not Markdown, and the number after --code. */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "cli/output.h"

int replies_as_they_are(struct runtime *rt, const char *where)
{
	struct fault f = { 0 };
	return settings_cli(rt->settings, "markdown", "never", where, &f) ? cli_fault(rt, &f) : 0;
}

int code_read(struct runtime *rt, const struct cli *cli, size_t *block)
{
	size_t digits = strspn(cli->code, "0123456789");

	*block = digits && !cli->code[digits] && digits < 10 ? strtoul(cli->code, NULL, 10) : 0;
	if (*block || !*cli->code)
		return 0;
	return cli_error(rt, HN_ERR_USAGE, NULL, "--code: expected the number of a block, from 1, got \"%s\"", cli->code);
}
