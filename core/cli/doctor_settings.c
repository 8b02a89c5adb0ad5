/* SPDX-License-Identifier: MIT */
/*
 * doctor_settings: where settings come from, and what they say.
 *
 * Reading them stops at the first mistake. So hobnob reads them again without the source of the
 * mistake, until the rest can be read: it reports every source's first mistake, and valid settings
 * count.
 */
#include "cli/doctor.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/mem.h"

#define SHOWN_MAX 60 /* bytes of a value that are shown; of a longer one only how long it is */

static const char correct[] = "correct it, or take it out";

/* ---- opening ---- */

/* The environment without the names of hobnob (the list is the caller's, the strings are not). */
static char **other_names(void)
{
	size_t n = 0, kept = 0;
	while (environ[n])
		n++;
	char **names = xcalloc(n + 1, sizeof *names);
	for (size_t i = 0; i < n; i++)
		if (strncmp(environ[i], "HOBNOB_", 7) != 0)
			names[kept++] = environ[i];
	return names;
}

/* Reads the sources but those of `without`. 0, or HN_ERR_*. */
static int32_t open_without(struct doctor *d, unsigned without, struct fault *f)
{
	struct settings_sources sources = d->cli->sources;
	char *data = d->rt->paths.data;
	sources.no_config |= (without & WITHOUT_CONFIG) != 0;
	sources.no_env_file |= (without & WITHOUT_ENV_FILE) != 0;
	if (without & WITHOUT_NAMES)
		sources.environ = d->names;
	if (without & WITHOUT_SHIPPED)
		d->rt->paths.data = NULL;
	int32_t code = cli_open_settings(d->rt, &sources, f);
	d->rt->paths.data = data;
	return code;
}

/* Opens as much as can be read. Without any of the sources nothing is left that could fail. */
static void open_settings(struct doctor *d)
{
	struct fault f = { 0 };
	for (d->without = 0; open_without(d, d->without, &f); d->without++)
		problem_fault(d, &f, correct);
	if (cli_open_sets(d->rt, d->cli, &f))
		problem_fault(d, &f, correct);
}

/* ---- what they are read from ---- */

/* Who names a config file, and which; NULL: nobody does. */
static const char *named_config(const struct doctor *d, const char **by)
{
	const struct settings *s = d->rt->settings;
	const char *path = d->cli->sources.config;
	*by = "--config";
	if (path)
		return path;
	*by = "HOBNOB_CONFIG";
	path = d->rt->paths.secure ? NULL : getenv(*by);
	if (path && *path)
		return path;
	return settings_dotenv(s, *by);
}

/* The config file: that which was named, and the default place. */
static void look_config(struct doctor *d)
{
	const char *by, *named = named_config(d, &by), *place = d->rt->paths.config;
	int refused = (d->without & WITHOUT_CONFIG) != 0;
	const char *state = refused ? "refused" : "read";
	if (d->cli->sources.no_config) {
		found(d, 1, "config file", "none is read: --no-config");
		return;
	}
	if (named)
		found(d, !refused, "config file", "%s, named by %s: %s", named, by, state);
	if (!place)
		found(d, 1, "config file", "there is no place for one: HOME is not set");
	else if (named)
		found(d, 1, "config file", "%s: not looked at", place);
	else if (!refused && !settings_config_name(d->rt->settings))
		found(d, 1, "config file", "%s: not there", place);
	else
		found(d, !refused, "config file", "%s: %s", place, state);
}

static void look_dotenv(struct doctor *d)
{
	const char *named = d->cli->sources.env_file;
	const char *read = settings_dotenv_name(d->rt->settings);
	char *cwd = getcwd(NULL, 0);
	if (d->cli->sources.no_env_file)
		found(d, 1, ".env", "none is read: --no-env-file");
	else if (d->without & WITHOUT_ENV_FILE)
		found(d, 0, ".env", "%s: refused", named ? named : ".env in the working directory");
	else if (named)
		found(d, 1, ".env", "%s, named by --env-file: read", named);
	else if (settings_dotenv_skipped(d->rt->settings))
		found(d, 0, ".env", "found in %s: %s", cwd ? cwd : "the working directory",
			settings_dotenv_skipped(d->rt->settings));
	else if (read)
		found(d, 1, ".env", "found in %s: read", cwd ? cwd : "the working directory");
	else if (!access(".env", F_OK))
		found(d, 0, ".env", "passed over");
	else
		found(d, 1, ".env", "none in %s", cwd ? cwd : "the working directory");
	free(cwd);
}

static void look_profiles(struct doctor *d)
{
	size_t n;
	const char *const *names = settings_profiles(d->rt->settings, &n);
	struct buf all = BUF(BUF_NO_CAP);
	for (size_t i = 0; i < n; i++)
		buf_addf(&all, "%s%s", i ? ", " : "", names[i]);
	found(d, 1, "profiles", "%s (the shipped ones are in %s/profiles)", n ? all.p : "none",
		d->rt->paths.data);
	buf_free(&all);
}

/* Opens log, settings and the way to plugins, and says what they were read from. */
void doctor_sources(struct doctor *d)
{
	struct fault f = { 0 };
	if (cli_open_log(d->rt, d->cli, &f))
		problem_fault(d, &f, "name another place: --log-file, HOBNOB_LOG_FILE");
	d->names = other_names();
	open_settings(d);
	look_config(d);
	look_dotenv(d);
	look_profiles(d);
}

/* ---- what they say ---- */

/* The line of one setting that is not as it is by default. */
static void look_setting(struct doctor *d, enum setting id)
{
	const struct value *v = setting(d->rt->settings, id);
	struct buf text = BUF(BUF_NO_CAP);
	if (!v || v->source <= FROM_SHIPPED)
		return;
	setting_show(d->rt->settings, id, &text);
	char *from = from_text(v->source, v->where);
	if (text.n > SHOWN_MAX || (text.n && memchr(text.p, '\n', text.n)))
		found(d, 1, setting_table[id].key, "%zu bytes (%s)", text.n, from);
	else
		found(d, 1, setting_table[id].key, "%s (%s)", text.n ? text.p : "empty", from);
	free(from);
	buf_free(&text);
}

void doctor_settings(struct doctor *d)
{
	size_t before = d->n_findings;
	for (int id = 0; id < S_COUNT; id++)
		look_setting(d, (enum setting)id);
	if (d->n_findings == before)
		found(d, 1, "all", "as they are by default");
}
