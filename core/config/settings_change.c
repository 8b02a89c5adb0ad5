/* SPDX-License-Identifier: MIT */
/* settings_change: what the command line and /set say. */
#include "config/settings_private.h"

#include <stdlib.h>
#include <string.h>

#include "util/encoding.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/nearest.h"

static int refuse_unknown(const char *prefix, const char *key, const char *suffix, struct fault *f)
{
	struct nearest near = NEAREST(str_of(key));
	for (int i = 0; i < S_COUNT; i++)
		nearest_offer(&near, setting_table[i].key);
	fault_set(f, HN_ERR_CONFIG, NULL, "%sunknown setting \"%s\"%s", prefix, key,
		nearest_best(&near) ? "" : suffix);
	nearest_aside(&near, f);
	return HN_ERR_CONFIG;
}

/* Keeps an option of a plugin until its plugin is there to judge it. */
static int add_option(struct settings *s, const char *key, const char *dot, const char *value,
	const char *where, struct fault *f)
{
	hn_str instance = { key, (size_t)(dot - key) };
	if (typed_name(instance) < 0 || !dot[1]) {
		return fault_set(f, HN_ERR_CONFIG, NULL, "%s %s: expected INSTANCE.KEY=VALUE", where, key);
	}
	s->cli.all = xgrow(s->cli.all, s->cli.n, &s->cli.cap, sizeof *s->cli.all);
	s->cli.all[s->cli.n++] =
		(struct cli_option){ str_dup(instance), xstrdup(dot + 1), xstrdup(value) };
	return 0;
}

static char *read_prompt(const char *path, struct fault *f)
{
	struct buf text = BUF(CONFIG_MAX);
	int32_t code = file_read(path, CONFIG_MAX, &text, f);
	if (code == 0 && (code = text_take(&text, f)))
		fault_name(f, path);
	if (code) {
		fault_set(f, HN_ERR_CONFIG, f->hint, "-s @%s", f->message);
		buf_free(&text);
		return NULL;
	}
	buf_cut(&text, text_chomped(buf_str(&text)).n);
	return buf_take(&text);
}

int settings_cli(
	struct settings *s, const char *key, const char *value, const char *where, struct fault *f)
{
	const char *dot = strchr(key, '.');
	if (dot)
		return add_option(s, key, dot, value, where, f);
	int id = setting_find(str_of(key));
	if (id < 0)
		return refuse_unknown(
			"-o: ", key, "; an option of a plugin is written INSTANCE.KEY", f);
	char *label = strcmp(where, "-o") ? xstrdup(where) : xasprintf("-o %s", key), *prompt = NULL;
	struct said said = { .source = FROM_CLI, .text = value, .where = where, .label = label };
	if (id == S_SYSTEM && !strcmp(where, "-s") && *value == '@') {
		said.text = prompt = read_prompt(value + 1, f);
		said.where = value;
	}
	int rc = said.text ? setting_take(s, (enum setting)id, &said, f) : HN_ERR_CONFIG;
	free(prompt);
	free(label);
	return rc;
}

int settings_finish(struct settings *s, struct fault *f)
{
	int rc = profiles_apply(s, f);
	if (rc < 0)
		return rc;
	limits_hold(s);
	names_check(s);
	rc = prices_agree(s, f);
	return rc < 0 ? rc : limits_agree(s, f);
}

int settings_set(struct settings *s, const char *key, const char *value, struct fault *f)
{
	int id = setting_find(str_of(key));
	if (id < 0)
		return refuse_unknown("", key, ": /set lists them", f);
	if (id == S_PROFILE)
		return fault_set(f, HN_ERR_CONFIG, NULL,
			"profile: can only be chosen at the start (-P NAME)");
	struct value *place = &s->values[FROM_SESSION][id], was = *place;
	const struct said said = {
		.source = FROM_SESSION, .text = value, .where = "/set", .label = key
	};
	unsigned char was_unset = s->is_unset[id];
	*place = (struct value){ .text = NULL };
	s->is_unset[id] = !value;
	int rc = value ? setting_take(s, (enum setting)id, &said, f) : 0;
	if (rc == 0 && (id == S_MAX_TOKENS || id == S_MAX_COST || id == S_MAX_COST_DAY))
		rc = limits_agree(s, f);
	if (rc == 0) {
		value_free(&was);
		return 0;
	}
	value_free(place);
	*place = was;
	s->is_unset[id] = was_unset;
	return rc;
}
