/* SPDX-License-Identifier: MIT */
/* settings_copy: the settings of a further conversation, which change by themselves. */
#include "config/settings_private.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

struct settings *settings_copy(const struct settings *from)
{
	struct settings *s = xmalloc(sizeof *s);

	*s = *from;
	s->is_copy = 1;
	for (int level = 0; level < FROM_COUNT; level++)
		for (int i = 0; i < S_COUNT; i++)
			value_copy(&s->values[level][i], &from->values[level][i]);
	s->cli = (struct cli_options){ .all = NULL };
	for (size_t i = 0; i < from->cli.n; i++) {
		const struct cli_option *o = &from->cli.all[i];

		s->cli.all = xgrow(s->cli.all, s->cli.n, &s->cli.cap, sizeof *s->cli.all);
		s->cli.all[s->cli.n++] = (struct cli_option){ xstrdup(o->instance), xstrdup(o->key), xstrdup(o->value) };
	}
	return s;
}

/* What belongs to the whole run. */
static int is_of_the_run(int id)
{
	return id == S_FRONTEND || id == S_PROFILE;
}

int settings_copy_cli(struct settings *s, const char *key, const char *value, struct fault *f)
{
	int id = setting_find(str_of(key)), rc;

	if (id >= 0 && is_of_the_run(id))
		return fault_set(f, HN_ERR_CONFIG, NULL, "%s: belongs to the whole run, not to one conversation", key);
	rc = settings_cli(s, key, value, "-o", f);
	if (rc || id < 0)
		return rc;
	value_free(&s->values[FROM_SESSION][id]);
	s->is_unset[id] = 0;
	return 0;
}

int settings_copy_finish(struct settings *s, struct fault *f)
{
	int rc = prices_agree(s, f);

	return rc < 0 ? rc : limits_agree(s, f);
}
