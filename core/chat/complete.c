/* SPDX-License-Identifier: MIT */
/* complete: what the word before the cursor may become: commands, and what their arguments are. */
#include "chat/session_private.h"

#include <stdlib.h>
#include <string.h>

#include "chat/commands.h"

struct completion {
	hn_str word;
	void (*put)(void *ud, hn_str word, hn_str help);
	void *ud;
};

/* Offers one word if what was typed begins it. */
static void offer(const struct completion *c, const char *word, const char *help)
{
	if (strlen(word) >= c->word.n && !strncmp(word, c->word.p ? c->word.p : "", c->word.n))
		c->put(c->ud, str_of(word), str_of(help));
}

/* Commands, the frontend's own included. */
static void offer_commands(struct hn_session *s, const struct completion *c)
{
	for (size_t i = 0; i < command_count; i++) {
		offer(c, command_table[i].name, command_table[i].help);
		if (command_table[i].alias)
			offer(c, command_table[i].alias, command_table[i].help);
	}
	for (size_t i = 0; i < s->n_own; i++)
		offer(c, s->own[i]->name, s->own[i]->help);
}

/* Keys of settings. */
static void offer_settings(struct hn_session *s, const struct completion *c)
{
	(void)s;
	for (int i = 0; i < S_COUNT; i++)
		offer(c, setting_table[i].key, setting_table[i].help);
}

/* Instances of the config file, and plugins found that are no instance. */
static void offer_providers(struct hn_session *s, const struct completion *c)
{
	const struct instance_entry *entries;
	const struct found *found;
	size_t n = settings_instances(s->rt->settings, &entries);

	for (size_t i = 0; i < n; i++)
		offer(c, entries[i].name, entries[i].plugin);
	n = registry_list(s->rt->registry, &found);
	for (size_t i = 0; i < n; i++)
		if (!found[i].refused && found[i].shadowed_by < 0 &&
			!settings_instance(s->rt->settings, found[i].name))
			offer(c, found[i].name, NULL);
}

static const struct {
	const char *what;
	void (*offer)(struct hn_session *, const struct completion *);
} kinds[] = {
	{ "setting", offer_settings },
	{ "provider", offer_providers },
};

/* What the argument of a command may be. */
static void offer_arguments(struct hn_session *s, hn_str name, const struct completion *c)
{
	for (size_t i = 0; i < command_count; i++) {
		if (!str_is(name, command_table[i].name) || !command_table[i].completes)
			continue;
		for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
			if (!strcmp(kinds[k].what, command_table[i].completes))
				kinds[k].offer(s, c);
	}
}

/* Gives each completion of the word that ends at the cursor. */
void session_complete(hn_session *s, hn_str line, size_t cursor,
	void (*put)(void *ud, hn_str word, hn_str help), void *ud)
{
	struct completion c = { .put = put, .ud = ud };
	size_t begin = cursor < line.n ? cursor : line.n, end = begin, name = 0;

	while (begin > 0 && line.p[begin - 1] != ' ')
		begin--;
	c.word = (hn_str){ line.p + begin, end - begin };
	while (name < line.n && line.p[name] != ' ')
		name++;
	if (line.n == 0 || line.p[0] != '/')
		return;
	if (begin == 0)
		offer_commands(s, &c);
	else
		offer_arguments(s, (hn_str){ line.p, name }, &c);
}
