/* SPDX-License-Identifier: MIT */
/* chat: the beginning and the end of a conversation, and what its settings change. */
#include "chat/chat_private.h"

#include <stdlib.h>

#include "util/mem.h"

struct chat *chat_new(struct runtime *rt, struct listener *listener, const char *dir, struct buf *dry_run)
{
	struct http_settings http = http_settings_of(rt);
	struct chat *chat = xcalloc(1, sizeof *chat);

	chat->rt = rt;
	chat->listener = listener;
	chat->dry_run = dry_run;
	conversation_init(&chat->talk);
	chat->answerer = xcalloc(1, sizeof *chat->answerer);
	chat->answerer->known = KNOWN_NOTHING;
	chat->answerer->http = http_new(&http);
	http_dry_run(chat->answerer->http, dry_run);
	chat->account.table_date = chat->answerer->known.date;
	chat->keeper = keeper_new(chat, dir);
	chat->limits = xcalloc(1, sizeof *chat->limits);
	chat_system(chat, setting_text(rt->settings, S_SYSTEM));
	return chat;
}

/* Frees those beside the chat's own, which use its http. */
static void free_others(struct chat *chat)
{
	struct answerer *next;

	for (struct answerer *a = chat->others; a; a = next) {
		next = a->next;
		a->http = NULL;
		answerer_free(a);
	}
}

void chat_free(struct chat *chat)
{
	if (!chat)
		return;
	estimator_free(&chat->estimator);
	user_price_free(&chat->user_price);
	account_free(&chat->account);
	limits_free(chat->limits);
	free_others(chat);
	answerer_free(chat->answerer);
	keeper_free(chat->keeper);
	conversation_free(&chat->talk);
	free(chat);
}

void chat_configure(struct chat *chat, int setting)
{
	struct http_settings settings = http_settings_of(chat->rt);

	http_configure(chat->answerer->http, &settings);
	if (setting == S_PRICE_TABLE && chat->answerer->provider)
		known_find(chat->rt, chat->answerer->provider, chat->answerer->model, &chat->answerer->known);
	if (setting == S_CONTEXT_MESSAGES || setting == S_CONTEXT_TOKENS)
		chat->told_trim = 0;
	limits_changed(chat, setting);
}
