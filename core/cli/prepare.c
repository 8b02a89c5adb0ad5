/* SPDX-License-Identifier: MIT */
/* prepare: the steps before a sub-command runs: log, settings, plugins. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "call/strict.h"
#include "cli/cli.h"
#include "plugin/instance.h"
#include "util/mem.h"

int32_t cli_open_log(struct runtime *rt, const struct cli *cli, struct fault *f)
{
	const char *file = cli->log_file;
	if (!file && !rt->paths.secure)
		file = getenv("HOBNOB_LOG_FILE");
	if (!log_open(rt->log, cli->verbose, file && *file ? file : NULL))
		return 0;
	if (errno == ELOOP && log_link_foreign(file))
		return fault_set(f, HN_ERR_CONFIG, "name the file itself",
			"%s: is a link of another user's", file);
	return fault_set(f, HN_ERR_CONFIG, NULL, "%s: %s", file, strerror(errno));
}

int32_t cli_open_settings(struct runtime *rt, const struct settings_sources *from, struct fault *f)
{
	struct settings_sources sources = *from;
	sources.environ = sources.environ ? sources.environ : environ;
	rt->settings = settings_open(&rt->paths, &sources, rt->log, f);
	return rt->settings ? 0 : HN_ERR_CONFIG;
}

/* Takes what the command line sets, then the profiles. */
int32_t cli_open_sets(struct runtime *rt, const struct cli *cli, struct fault *f)
{
	for (size_t i = 0; i < cli->n_sets; i++) {
		const struct cli_set *set = &cli->sets[i];
		if (!settings_cli(rt->settings, set->key, set->value, set->where, f))
			continue;
		if (cli->template && !strcmp(set->where, "-p") && strchr(set->value, '='))
			fault_hint(f, "-D %s gives a value to a prompt file", set->value);
		return HN_ERR_CONFIG;
	}
	return settings_finish(rt->settings, f);
}

/* Lays out where plugins are looked for. A .env counts only if --env-file names it. */
void cli_open_registry(struct runtime *rt, const struct cli *cli)
{
	const char *env_path = settings_env(rt->settings, "HOBNOB_PLUGIN_PATH");
	if (!env_path && !settings_dotenv_found(rt->settings))
		env_path = settings_dotenv(rt->settings, "HOBNOB_PLUGIN_PATH");
	rt->registry = registry_new(&rt->paths, cli->plugin_path, env_path, rt->log);
}

int32_t cli_debug_plugins(struct runtime *rt, struct fault *f)
{
	const char *value = settings_env(rt->settings, "HOBNOB_DEBUG_PLUGINS");
	if (!value && !settings_dotenv_found(rt->settings) && !rt->paths.secure)
		value = settings_dotenv(rt->settings, "HOBNOB_DEBUG_PLUGINS");
	if (!value || !*value || !strcmp(value, "0"))
		return 0;
	if (strcmp(value, "1") != 0)
		return fault_set(f, HN_ERR_CONFIG, NULL, "HOBNOB_DEBUG_PLUGINS: expected 1 or 0, got \"%s\"", value);
	strict_enable();
	return 0;
}

int32_t cli_prepare(struct runtime *rt, const struct cli *cli, struct fault *f)
{
	int32_t code = cli_open_log(rt, cli, f);
	if (!code)
		code = cli_open_settings(rt, &cli->sources, f);
	if (!code)
		code = cli_open_sets(rt, cli, f);
	if (!code)
		code = cli_debug_plugins(rt, f);
	if (code)
		return code;
	cli_open_registry(rt, cli);
	return options_check(rt, f);
}
