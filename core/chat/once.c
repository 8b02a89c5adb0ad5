/* SPDX-License-Identifier: MIT */
/*
 * once: a turn with settings of its own, those of a prompt file: who answers, the system prompt, and all others. What
 * comes after it is as it was before.
 */
#include "chat/chat_private.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

/* What was there before; a NULL answerer or an unset flag: it has not changed. */
struct once {
	struct chat *chat;
	struct answerer *answerer;
	int has_model, has_system;
	char *model, *system;
	struct known known;
	uint32_t doubted;
};

static const struct value *says(const struct chat *chat, enum setting id)
{
	return setting_from(chat->rt->settings, id, FROM_TURN);
}

/* What depends on the settings of the turn follows them. */
static void configure(struct chat *chat, const unsigned char *said)
{
	for (int i = 0; i < S_COUNT; i++)
		if (said[i])
			chat_configure(chat, i);
}

static int32_t take_answerer(struct once *once, struct fault *f)
{
	struct chat *chat = once->chat;
	const struct value *provider = says(chat, S_PROVIDER);
	struct answerer *by;

	if (!provider || !strcmp(provider->text, chat->answerer->provider->name))
		return 0;
	by = answerer_beside(chat, provider->text, f);
	if (!by)
		return f->kind;
	once->answerer = chat->answerer;
	chat->answerer = by;
	return 0;
}

static void take_model(struct once *once)
{
	struct answerer *a = once->chat->answerer;
	const struct value *model = says(once->chat, S_MODEL);
	const char *meant;

	if (!model)
		return;
	once->has_model = 1;
	once->model = a->model;
	once->known = a->known;
	once->doubted = a->doubted;
	a->model = NULL;
	meant = setting_alias(once->chat->rt->settings, model->text);
	chat_take_model(once->chat, meant ? meant : model->text);
}

static void take_system(struct once *once)
{
	const struct value *system = says(once->chat, S_SYSTEM);

	if (!system)
		return;
	once->has_system = 1;
	once->system = xstrdup(once->chat->talk.system);
	chat_system(once->chat, str_of(system->text));
}

static void said_of(const struct chat *chat, unsigned char said[S_COUNT])
{
	for (int i = 0; i < S_COUNT; i++)
		said[i] = says(chat, (enum setting)i) != NULL;
}

struct once *chat_once(struct chat *chat, const struct ynode *head, const char *file, struct fault *f)
{
	struct once *once;
	unsigned char said[S_COUNT];

	if (!chat->answerer->provider && chat_ready(chat, f))
		return NULL;
	if (settings_prompt(chat->rt->settings, head, file, FROM_TURN, f))
		return NULL;
	once = xcalloc(1, sizeof *once);
	once->chat = chat;
	if (take_answerer(once, f)) {
		settings_turn_end(chat->rt->settings);
		free(once);
		return NULL;
	}
	take_model(once);
	take_system(once);
	said_of(chat, said);
	configure(chat, said);
	return once;
}

void chat_once_end(struct once *once)
{
	struct chat *chat = once->chat;
	unsigned char said[S_COUNT];

	said_of(chat, said);
	settings_turn_end(chat->rt->settings);
	if (once->has_model) {
		free(chat->answerer->model);
		chat->answerer->model = once->model;
		chat->answerer->known = once->known;
		chat->answerer->doubted = once->doubted;
	}
	if (once->answerer)
		chat->answerer = once->answerer;
	if (once->has_system) {
		chat_system(chat, str_of(once->system));
		if (!chat->held)
			keeper_system(chat);
	}
	configure(chat, said);
	free(once->system);
	free(once);
}
