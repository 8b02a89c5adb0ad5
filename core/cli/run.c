/* SPDX-License-Identifier: MIT */
/* run: the table of sub-commands, and the way from a parsed command line to an exit status. */
#include "cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "call/kind.h"
#include "cli/output.h"
#include "cli/verb.h"
#include "util/mem.h"
#include "util/text.h"

const struct subcommand subcommand_table[] = {
	{ "chat", "[PROMPT...]", "chat; what hobnob does when no other word comes first",
		subcommand_chat, NULL, NULL, 0 },
	{ "plugins", NULL, "list the plugins, or the options of one", subcommand_plugins,
		plugins_verbs, &plugins_verb_count, 0 },
	{ "models", "[WORD...]",
		"list the models, or those that hold all WORDs, with windows and prices",
		subcommand_models, NULL, NULL, 0 },
	{ "config", NULL, "show settings, and where each came from", subcommand_config,
		config_verbs, &config_verb_count, 0 },
	{ "sessions", NULL, "list, show, search, export, import and remove kept conversations",
		subcommand_sessions, sessions_verbs, &sessions_verb_count, SUBCOMMAND_LISTS },
	{ "doctor", NULL, "say what was found, what is wrong, and the cure", subcommand_doctor,
		NULL, NULL, SUBCOMMAND_PREPARES | SUBCOMMAND_CONNECTS },
};
const size_t subcommand_count = sizeof subcommand_table / sizeof *subcommand_table;

/* Says what there is in its place. */
static int run_reserved(struct runtime *rt, const struct cli *cli)
{
	struct buf out = BUF(BUF_NO_CAP);
	buf_addf(&out, "`hobnob %s` is not built yet", cli->subcommand);
	for (size_t i = 0; i < subcommand_count; i++)
		buf_addf(&out, "%s%s", i ? ", " : "\nthere are ", subcommand_table[i].name);
	buf_addf(&out, "; `hobnob -- %s` asks the model", cli->subcommand);
	return cli_error_take(rt, HN_ERR_USAGE, buf_take(&out));
}

const struct subcommand subcommand_reserved = { "serve", NULL, NULL, run_reserved, NULL, NULL,
	SUBCOMMAND_PREPARES };

/* The sub-command of exactly that name, or NULL. */
const struct subcommand *subcommand_find(const char *name)
{
	for (size_t i = 0; i < subcommand_count; i++)
		if (!strcmp(subcommand_table[i].name, name))
			return &subcommand_table[i];
	return !strcmp(subcommand_reserved.name, name) ? &subcommand_reserved : NULL;
}

/* Says what went wrong: each line safe for a terminal, those after the first indented. */
int cli_error(struct runtime *rt, int32_t code, const char *message)
{
	struct buf raw = BUF(BUF_NO_CAP), out = BUF(BUF_NO_CAP);
	buf_adds(&raw, message);
	if (rt->secrets)
		secrets_redact(rt->secrets, &raw);
	const char *lead = "hobnob: ", *at = raw.p ? raw.p : "";
	while (*at) {
		size_t n = strcspn(at, "\n");
		buf_adds(&out, n ? lead : "");
		text_add_safe(&out, (hn_str){ at, n }, HN_TEXT_LINE);
		buf_adds(&out, n ? "\n" : "");
		lead = "  ";
		at += n + (at[n] == '\n');
	}
	output_stderr(buf_str(&out));
	buf_free(&raw);
	buf_free(&out);
	return kind_exit(code);
}

/* The same for a message that is freed. */
int cli_error_take(struct runtime *rt, int32_t code, char *message)
{
	int status = cli_error(rt, code, message ? message : "no reason given");
	free(message);
	return status;
}

/* Prints one of the texts that need no settings. */
static int print_text(struct runtime *rt, void (*make)(struct buf *))
{
	struct buf out = BUF(BUF_NO_CAP);
	make(&out);
	return output_write(rt, &out);
}

/* Opens the log, so that warnings about all else have a place. */
int cli_open_log(struct runtime *rt, const struct cli *cli, char **error)
{
	const char *file = cli->log_file;
	if (!file && !rt->paths.secure)
		file = getenv("HOBNOB_LOG_FILE");
	if (!log_open(&rt->log, cli->verbose, file && *file ? file : NULL))
		return 0;
	*error = errno == ELOOP && log_link_foreign(file)
			 ? xasprintf("%s: is a link of another user's: name the file itself", file)
			 : xasprintf("%s: %s", file, strerror(errno));
	return -1;
}

/* Reads every source of settings but the command line. */
int cli_open_settings(struct runtime *rt, const struct settings_sources *from, char **error)
{
	struct settings_sources sources = *from;
	sources.environ = sources.environ ? sources.environ : environ;
	rt->settings = settings_open(&rt->paths, &sources, &rt->log, error);
	return rt->settings ? 0 : -1;
}

/* Takes what the command line sets, then the profiles. */
int cli_open_sets(struct runtime *rt, const struct cli *cli, char **error)
{
	for (size_t i = 0; i < cli->n_sets; i++) {
		const struct cli_set *set = &cli->sets[i];
		if (settings_cli(rt->settings, set->key, set->value, set->where, error))
			return -1;
	}
	return settings_finish(rt->settings, error);
}

/* Lays out where plugins are looked for. A .env counts only if --env-file names it. */
void cli_open_registry(struct runtime *rt, const struct cli *cli)
{
	const char *env_path = settings_env(rt->settings, "HOBNOB_PLUGIN_PATH");
	if (!env_path && !settings_dotenv_found(rt->settings))
		env_path = settings_dotenv(rt->settings, "HOBNOB_PLUGIN_PATH");
	rt->registry = registry_new(&rt->paths, cli->plugin_path, env_path, &rt->log);
}

/* Judges each -o INSTANCE.KEY. */
int cli_check_options(struct runtime *rt, const struct cli *cli, char **error)
{
	for (size_t i = 0; i < cli->n_sets; i++) {
		const char *key = cli->sets[i].key, *dot = strchr(key, '.');
		if (!dot)
			continue;
		char *instance = xmemdup0(key, (size_t)(dot - key));
		struct options *o = options_of(rt, instance, 0, error);
		free(instance);
		if (!o)
			return -1;
		options_free(o);
	}
	return 0;
}

/* All that stands before a sub-command. */
static int prepare(struct runtime *rt, const struct cli *cli, char **error)
{
	if (cli_open_log(rt, cli, error) || cli_open_settings(rt, &cli->sources, error) ||
		cli_open_sets(rt, cli, error))
		return -1;
	cli_open_registry(rt, cli);
	return cli_check_options(rt, cli, error);
}

/* Runs it all. */
int cli_main(struct runtime *rt, const struct cli *cli)
{
	char *error = NULL;
	const struct subcommand *sub = subcommand_find(cli->subcommand);
	if (cli->help)
		return print_text(rt, cli_help);
	if (cli->version)
		return print_text(rt, cli_version);
	if (cli->connect && !(sub->flags & SUBCOMMAND_CONNECTS))
		return cli_error(rt, HN_ERR_USAGE, "--connect belongs to `hobnob doctor`");
	if (cli->all && !(sub->flags & SUBCOMMAND_LISTS))
		return cli_error(rt, HN_ERR_USAGE, "--all belongs to `hobnob sessions list`");
	if (!(sub->flags & SUBCOMMAND_PREPARES) && prepare(rt, cli, &error))
		return cli_error_take(rt, HN_ERR_CONFIG, error);
	return sub->run(rt, cli);
}
