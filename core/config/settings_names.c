/* SPDX-License-Identifier: MIT */
/*
 * settings_names: HOBNOB_ names that mean nothing get a warning, or a slip of the pen would be a setting that does not hold.
 *
 * An instance's names (HOBNOB_GROQ_API_KEY) cannot be checked here, since only its plugin knows its options; so whatever begins with an
 * instance's or an installed plugin's name passes. What is near to nothing known is left alone: it may be another program's.
 */
#include "config/settings_private.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/eintr.h"
#include "util/mem.h"
#include "util/nearest.h"

#define PREFIX "HOBNOB_"
#define PREFIX_N (sizeof PREFIX - 1)

/* 1 if name is HOBNOB_<INSTANCE>_..., the instance in capitals and with - as _. */
static int is_of_instance(const char *name, hn_str instance)
{
	const char *at = name + PREFIX_N;
	for (size_t i = 0; i < instance.n; i++, at++) {
		char c = instance.p[i];
		if (*at != (c == '-' ? '_' : c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c))
			return 0;
	}
	return instance.n && at[0] == '_' && at[1];
}

static int is_of_plugin_file(const struct settings *s, const char *name)
{
	DIR *dir = s->paths->plugins ? eintr_opendir(s->paths->plugins) : NULL;
	int yes = s->paths->plugins && !dir && !is_absence(errno); /* it may be one: the folder is unreadable */
	for (struct dirent *e; dir && !yes && (e = readdir(dir));) {
		const char *dot = strrchr(e->d_name, '.');
		if (dot && !strcmp(dot, ".so"))
			yes = is_of_instance(
				name, (hn_str){ e->d_name, (size_t)(dot - e->d_name) });
	}
	if (dir)
		closedir(dir);
	return yes;
}

static int is_of_named(const struct settings *s, const char *name)
{
	static const enum setting choices[] = { S_PROVIDER, S_FRONTEND };
	const struct ynode *frontends = yaml_get(s->config.tree, "frontends");
	for (size_t i = 0; i < s->instances.n; i++)
		if (is_of_instance(name, str_of(s->instances.all[i].name)) ||
			is_of_instance(name, str_of(s->instances.all[i].plugin)))
			return 1;
	for (size_t i = 0; frontends && i < frontends->n; i++)
		if (is_of_instance(name, str_of(frontends->items[i].key)))
			return 1;
	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
		if (is_of_instance(name, setting_text(s, choices[i])))
			return 1;
	return 0;
}

/* The known name that is nearest to one that is unknown; NULL if it is known, or nothing is near. */
static const char *unknown_near(const char *name, char names[S_COUNT][64])
{
	struct nearest near = NEAREST(str_of(name + PREFIX_N));
	for (int i = 0; i < S_COUNT; i++) {
		setting_env_name(setting_table[i].key, names[i]);
		nearest_offer(&near, names[i] + PREFIX_N);
	}
	for (size_t i = 0; i < PLACE_COUNT; i++)
		nearest_offer(&near, place_names[i] + PREFIX_N);
	const char *found = nearest_best(&near);
	return found && near.distance > 0 ? found - PREFIX_N : NULL;
}

static void check_name(const struct settings *s, const char *name, const char *where)
{
	char names[S_COUNT][64];
	if (strncmp(name, PREFIX, PREFIX_N))
		return;
	const char *near = unknown_near(name, names);
	if (!near || is_of_named(s, name) || is_of_plugin_file(s, name))
		return;
	char *hint = xasprintf("(did you mean %s?)", near);
	log_warn_hint(s->log, hint, "unknown name %s in %s", name, where);
	free(hint);
}

void names_check(struct settings *s)
{
	for (char *const *e = s->environ; *e; e++) {
		char *name = xmemdup0(*e, strcspn(*e, "="));
		check_name(s, name, "the environment");
		free(name);
	}
	for (size_t i = 0; i < s->dotenv.lines.n; i++)
		check_name(s, s->dotenv.lines.pairs[i].name, s->dotenv.name);
}
