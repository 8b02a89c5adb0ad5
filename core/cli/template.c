/* SPDX-License-Identifier: MIT */
/* template: the prompt file of -t: its settings, and the message that it makes of the first input. */
#include "cli/cli.h"

#include <string.h>

#include "cli/output.h"
#include "util/encoding.h"
#include "util/mem.h"

/* 0, or an exit status after saying that a value is not text. */
static int check_values(struct runtime *rt, const struct cli *cli)
{
	for (size_t i = 0; i < cli->n_defines; i++) {
		const struct prompt_value *d = &cli->defines[i];
		const char *hint, *why = text_fault(d->value, &hint);
		if (!why)
			why = text_fault(d->name, &hint);
		if (why)
			return cli_error(rt, HN_ERR_USAGE, hint, "-D %.*s: %s", (int)d->name.n, d->name.p, why);
	}
	return 0;
}

/* A first word that gives one of the file's variables a value, as /t takes it, is text here, and would be paid for. 0, or
 * an exit status after saying so. */
static int check_words(struct runtime *rt, const struct cli *cli, const struct prompt *p)
{
	const char *word = cli->n_words && !cli->dashes_first ? cli->words[0] : "";
	size_t n = strcspn(word, "=");
	for (size_t i = 0; word[n] && i < p->n_vars; i++)
		if (str_is((hn_str){ word, n }, p->vars[i].name))
			return cli_error(rt, HN_ERR_USAGE, "text that begins so stands after --",
				"%s: a value is given with -D %.*s=VALUE", word, (int)n, word);
	return 0;
}

int template_open(struct runtime *rt, const struct cli *cli, struct prompt *out)
{
	struct fault f = { 0 };
	if (!cli->template && cli->n_defines)
		return cli_error(rt, HN_ERR_USAGE, "-t NAME sends one; `hobnob prompts` lists them",
			"-D gives a value to a prompt file, and no -t names one");
	if (!cli->template)
		return 0;
	if (prompt_open(&rt->paths, text_unmarked(str_of(cli->template)), out, &f))
		return cli_fault(rt, &f);
	if (out->head && settings_prompt(rt->settings, out->head, out->path, FROM_CLI_PROMPT, &f))
		return cli_fault(rt, &f);
	int status = check_words(rt, cli, out);
	return status ? status : check_values(rt, cli);
}

int template_fill(struct runtime *rt, const struct cli *cli, const struct prompt *prompt, int beside, struct buf *input)
{
	char *lead = xasprintf("hobnob -t %s", prompt->name);
	const struct prompt_ways ways = { .lead = lead, .each = " -D " };
	struct buf message = BUF(input->max);
	struct fault f = { 0 };
	int status = 0;
	if (prompt_fill(prompt, cli->defines, cli->n_defines, buf_str(input), beside, &ways, &message, &f))
		status = cli_fault(rt, &f);
	buf_free(input);
	*input = message;
	free(lead);
	return status;
}
