/* SPDX-License-Identifier: MIT */
/* settings_prompt: the settings that the head of a prompt file gives. */
#include <string.h>

#include "config/said_private.h"
#include "util/nearest.h"

#define DESCRIPTION "description" /* what else a head has */

/* 1 if a prompt file may set it: how it is answered. Files are handed on, so where keys go, what may be spent and what is kept
 * is not theirs to say. */
static int is_for_prompts(int id)
{
	return id != S_PROFILE && id != S_JOURNAL && !(setting_table[id].flags & (SET_USER_ONLY | SET_LIMIT | SET_NO_FILE));
}

static int refuse_unknown(const char *file, const struct ynode *node, struct fault *f)
{
	struct nearest near = NEAREST(str_of(node->key));

	nearest_offer(&near, DESCRIPTION);
	for (int i = 0; i < S_COUNT; i++)
		if (is_for_prompts(i))
			nearest_offer(&near, setting_table[i].key);
	fault_set(f, HN_ERR_CONFIG, NULL, "%s:%d: unknown key \"%s\"", file, node->key_line, node->key);
	nearest_aside(&near, f);
	return HN_ERR_CONFIG;
}

static int take(struct settings *s, const struct ynode *node, const struct asker *a, enum source level)
{
	int id = setting_find(str_of(node->key));

	if (!strcmp(node->key, DESCRIPTION))
		return 0;
	if (id < 0)
		return refuse_unknown(a->file, node, a->fault);
	if (!is_for_prompts(id))
		return fault_set(a->fault, HN_ERR_CONFIG, "it belongs into the config file, a profile or -o",
			"%s:%d: %s: a prompt file may not set it", a->file, node->key_line, node->key);
	return setting_ask(s, a, (enum setting)id, level);
}

static void forget(struct settings *s, enum source level)
{
	for (int i = 0; i < S_COUNT; i++)
		value_free(&s->values[level][i]);
}

int settings_prompt(struct settings *s, const struct ynode *head, const char *file, enum source level, struct fault *f)
{
	const struct asker a = { .settings = s, .node = head, .file = file, .fault = f };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < head->n; i++)
		rc = take(s, &head->items[i], &a, level);
	if (rc == 0 && level != FROM_COUNT)
		rc = limits_agree(s, f);
	if (rc < 0 && level != FROM_COUNT)
		forget(s, level);
	return rc;
}

void settings_turn_end(struct settings *s)
{
	forget(s, FROM_TURN);
}
