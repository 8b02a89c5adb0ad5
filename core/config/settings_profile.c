/* SPDX-License-Identifier: MIT */
/* settings_profile: profiles, and the rules that need every source. */
#include "config/settings_private.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/eintr.h"
#include "util/mem.h"
#include "util/nearest.h"

/* A level that may name a profile, and the level that the profile's values have. */
static const struct {
	enum source names, has;
} levels[] = {
	{ FROM_FILE, FROM_FILE_PROFILE },
	{ FROM_DOTENV, FROM_DOTENV_PROFILE },
	{ FROM_ENV, FROM_ENV_PROFILE },
	{ FROM_CLI, FROM_CLI_PROFILE },
};

static void add_name(struct settings *s, size_t *cap, hn_str name)
{
	for (size_t i = 0; i < s->profiles.n; i++)
		if (str_is(name, s->profiles.names[i]))
			return;
	s->profiles.names = xgrow(s->profiles.names, s->profiles.n, cap, sizeof *s->profiles.names);
	s->profiles.names[s->profiles.n++] = str_dup(name);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void profiles_list(struct settings *s)
{
	size_t cap = 0;
	const struct ynode *own = yaml_get(s->config.tree, "profiles");
	for (size_t i = 0; own && i < own->n; i++)
		add_name(s, &cap, str_of(own->items[i].key));
	char *path = xasprintf("%s/profiles", s->paths->data ? s->paths->data : "");
	DIR *dir = opendir(path);
	for (struct dirent *e; dir && (e = readdir(dir));) {
		size_t n = strlen(e->d_name);
		if (n > 5 && !strcmp(e->d_name + n - 5, ".yaml") &&
			typed_name((hn_str){ e->d_name, n - 5 }) == 0)
			add_name(s, &cap, (hn_str){ e->d_name, n - 5 });
	}
	if (dir)
		closedir(dir);
	free(path);
	if (s->profiles.n)
		qsort(s->profiles.names, s->profiles.n, sizeof *s->profiles.names, by_name);
}

static int refuse_unknown(const struct settings *s, const struct value *named, struct fault *f)
{
	struct nearest near = NEAREST(str_of(named->text));
	struct buf out = BUF(BUF_NO_CAP);
	buf_addf(&out, "%s: there is no profile \"%s\"", named->where, named->text);
	for (size_t i = 0; i < s->profiles.n; i++)
		nearest_offer(&near, s->profiles.names[i]);
	nearest_add(&near, "", &out);
	for (size_t i = 0; i < s->profiles.n; i++)
		buf_addf(&out, "%s%s", i ? ", " : "; there are: ", s->profiles.names[i]);
	int rc = fault_set(f, HN_ERR_CONFIG, NULL, "%s", out.p);
	buf_free(&out);
	return rc;
}

/* Reads and takes a shipped profile. 1 if the name is unknown. */
static int take_shipped(struct settings *s, const char *name, enum source level, struct fault *f)
{
	char *path = xasprintf("%s/profiles/%s.yaml", s->paths->data ? s->paths->data : "", name);
	struct ynode **read = &s->profiles.shipped[level];
	int rc = 1;
	if (access(path, F_OK) == 0 || !is_absence(errno)) {
		*read = yaml_file(path, f);
		rc = *read ? profile_take(s, *read, path, level, f) : HN_ERR_CONFIG;
	}
	free(path);
	return rc;
}

static int apply(struct settings *s, enum source names, enum source has, struct fault *f)
{
	const struct value *named = setting_from(s, S_PROFILE, names);
	if (!named)
		return 0;
	const struct ynode *own = yaml_get(yaml_get(s->config.tree, "profiles"), named->text);
	if (own)
		return profile_take(s, own, s->config.name, has, f);
	int rc = take_shipped(s, named->text, has, f);
	return rc == 1 ? refuse_unknown(s, named, f) : rc;
}

int profiles_apply(struct settings *s, struct fault *f)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < sizeof levels / sizeof *levels; i++)
		rc = apply(s, levels[i].names, levels[i].has, f);
	return rc;
}

static void put_away(struct settings *s, enum setting id, enum source level, const char *why)
{
	struct value *v = &s->values[level][id];
	log_warn_hint(s->log, "(--env-file may)", "%s: %s is ignored: %s", v->where,
		setting_table[id].key, why);
	value_free(v);
}

/* What the sources farther than a found .env say of a setting, or NULL. */
static const struct value *farther(const struct settings *s, enum setting id)
{
	const struct value *v = NULL;
	for (enum source from = FROM_DEFAULT; from <= FROM_FILE; from++)
		if (setting_from(s, id, from))
			v = setting_from(s, id, from);
	return v;
}

static void hold(struct settings *s, enum source level)
{
	for (int i = 0; i < S_COUNT; i++) {
		const struct value *v = setting_from(s, (enum setting)i, level);
		const struct value *limit = farther(s, (enum setting)i);
		if (!v)
			continue;
		if (setting_table[i].flags & SET_USER_ONLY)
			put_away(s, (enum setting)i, level,
				"a .env that was found may not set it");
		else if ((setting_table[i].flags & SET_LIMIT) && limit && v->i > limit->i)
			put_away(s, (enum setting)i, level,
				"a .env that was found may not raise a limit");
	}
}

void limits_hold(struct settings *s)
{
	if (!s->dotenv.found)
		return;
	hold(s, FROM_DOTENV);
	hold(s, FROM_DOTENV_PROFILE);
}

static int disagree(const struct settings *s, enum setting id, const char *what, struct fault *f)
{
	const struct value *v = setting(s, id);
	return fault_set(f, HN_ERR_CONFIG, NULL, "%s: %s %s", v->where, setting_table[id].key, what);
}

int limits_agree(const struct settings *s, struct fault *f)
{
	if (setting_int(s, S_MAX_TOKENS, 1) != 0)
		return 0;
	if (setting(s, S_MAX_COST))
		return disagree(s, S_MAX_TOKENS,
			"0 sends no limit, so max_cost could not hold: set one of the two", f);
	if (setting(s, S_MAX_COST_DAY))
		return disagree(s, S_MAX_TOKENS,
			"0 sends no limit, so max_cost_day could not hold: set one of the two",
			f);
	return 0;
}

int prices_agree(const struct settings *s, struct fault *f)
{
	int in = setting(s, S_PRICE_INPUT) != NULL, out = setting(s, S_PRICE_OUTPUT) != NULL;
	if (in && !out)
		return disagree(s, S_PRICE_INPUT, "needs price_output beside it", f);
	if (out && !in)
		return disagree(s, S_PRICE_OUTPUT, "needs price_input beside it", f);
	if (setting(s, S_PRICE_CACHED) && !in)
		return disagree(
			s, S_PRICE_CACHED, "needs price_input and price_output beside it", f);
	return 0;
}
