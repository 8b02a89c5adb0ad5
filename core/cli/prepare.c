/* SPDX-License-Identifier: MIT */
/* prepare: the steps before a sub-command runs: log, settings, plugins. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "plugin/registry.h"
#include "util/mem.h"

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
int cli_prepare(struct runtime *rt, const struct cli *cli, char **error)
{
	if (cli_open_log(rt, cli, error) || cli_open_settings(rt, &cli->sources, error) ||
		cli_open_sets(rt, cli, error))
		return -1;
	cli_open_registry(rt, cli);
	return cli_check_options(rt, cli, error);
}
