/* SPDX-License-Identifier: MIT */
/* settings_change: what the command line and /set say. */
#include "config/settings_private.h"

#include <stdlib.h>
#include <string.h>

#include "util/encoding.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/nearest.h"

static int refuse_unknown(const char *prefix, const char *key, const char *suffix, char **error)
{
	struct nearest near = NEAREST(str_of(key));
	for (int i = 0; i < S_COUNT; i++)
		nearest_offer(&near, setting_table[i].key);
	struct buf out = BUF(BUF_NO_CAP);
	buf_addf(&out, "%sunknown setting \"%s\"", prefix, key);
	nearest_add(&near, "", &out);
	buf_adds(&out, nearest_best(&near) ? "" : suffix);
	*error = buf_take(&out);
	return -1;
}

/* Keeps an option of a plugin until its plugin is there to judge it. */
static int add_option(struct settings *s, const char *key, const char *dot, const char *value,
	const char *where, char **error)
{
	hn_str instance = { key, (size_t)(dot - key) };
	if (typed_name(instance) < 0 || !dot[1]) {
		*error = xasprintf("%s %s: expected INSTANCE.KEY=VALUE", where, key);
		return -1;
	}
	s->cli.all = xgrow(s->cli.all, s->cli.n, &s->cli.cap, sizeof *s->cli.all);
	s->cli.all[s->cli.n++] =
		(struct cli_option){ str_dup(instance), xstrdup(dot + 1), xstrdup(value) };
	return 0;
}

static char *read_prompt(const char *path, char **error)
{
	struct buf text = BUF(CONFIG_MAX);
	char *why = NULL;
	if (file_read(path, CONFIG_MAX, &text, &why) < 0) {
		*error = xasprintf("-s @%s", why);
	} else if ((why = text_take(&text))) {
		*error = xasprintf("-s @%s: %s", path, why);
	} else {
		buf_cut(&text, text_chomped(buf_str(&text)).n);
		return buf_take(&text);
	}
	free(why);
	buf_free(&text);
	return NULL;
}

int settings_cli(
	struct settings *s, const char *key, const char *value, const char *where, char **error)
{
	const char *dot = strchr(key, '.');
	if (dot)
		return add_option(s, key, dot, value, where, error);
	int id = setting_find(str_of(key));
	if (id < 0)
		return refuse_unknown(
			"-o: ", key, "; an option of a plugin is written INSTANCE.KEY", error);
	char *label = strcmp(where, "-o") ? xstrdup(where) : xasprintf("-o %s", key), *prompt = NULL;
	struct said said = { .source = FROM_CLI, .text = value, .where = where, .label = label };
	if (id == S_SYSTEM && !strcmp(where, "-s") && *value == '@') {
		said.text = prompt = read_prompt(value + 1, error);
		said.where = value;
	}
	int rc = said.text ? setting_take(s, (enum setting)id, &said, error) : -1;
	free(prompt);
	free(label);
	return rc;
}

int settings_finish(struct settings *s, char **error)
{
	if (profiles_apply(s, error) < 0)
		return -1;
	limits_hold(s);
	names_check(s);
	return prices_agree(s, error) < 0 ? -1 : limits_agree(s, error);
}

int settings_set(struct settings *s, const char *key, const char *value, char **error)
{
	int id = setting_find(str_of(key));
	if (id < 0)
		return refuse_unknown("", key, ": /set lists them", error);
	if (id == S_PROFILE) {
		*error = xstrdup("profile: can only be chosen at the start (-P NAME)");
		return -1;
	}
	struct value *place = &s->values[FROM_SESSION][id], was = *place;
	const struct said said = {
		.source = FROM_SESSION, .text = value, .where = "/set", .label = key
	};
	*place = (struct value){ .text = NULL };
	int rc = value ? setting_take(s, (enum setting)id, &said, error) : 0;
	if (rc == 0 && (id == S_MAX_TOKENS || id == S_MAX_COST || id == S_MAX_COST_DAY))
		rc = limits_agree(s, error);
	if (rc == 0) {
		value_free(&was);
		return 0;
	}
	value_free(place);
	*place = was;
	return -1;
}
