/* SPDX-License-Identifier: MIT */
/* keeper: which parts of the conversation the journal knows, and gets. */
#include "chat/chat_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "chat/pick.h"
#include "util/hash.h"
#include "util/mem.h"

struct keeper *keeper_new(const struct chat *chat, const char *dir)
{
	struct keeper *k = xcalloc(1, sizeof *k);

	talk_open(&k->talk);
	k->journal = journal_new(dir, chat->rt->clock->wall(chat->rt->clock->ud), chat->rt->log);
	return k;
}

void keeper_free(struct keeper *k)
{
	talk_close(&k->talk);
	journal_free(k->journal);
	free(k->system);
	free(k->stray);
	free(k);
}

const char *chat_id(const struct chat *chat)
{
	return journal_id(chat->keeper->journal);
}

struct talk *chat_talk(struct chat *chat)
{
	return &chat->keeper->talk;
}

/* Its journal may have got a file. */
static void name_talk(struct keeper *k)
{
	if (journal_is_made(k->journal))
		talk_name(&k->talk, journal_id(k->journal));
}

const char *chat_conversation(struct chat *chat)
{
	struct keeper *k = chat->keeper;

	if (chat_id(chat))
		return chat_id(chat);
	if (!k->stray)
		k->stray = xasprintf("%08" PRIx32 "%08" PRIx32, random_bits(), random_bits());
	return k->stray;
}

void chat_system(struct chat *chat, hn_str text)
{
	char *copy = text.n ? str_dup(text) : NULL;

	free(chat->talk.system);
	chat->talk.system = copy;
}

void chat_title(struct chat *chat, hn_str text)
{
	char *copy = text.n ? str_dup(text) : NULL;

	free(chat->talk.title);
	chat->talk.title = copy;
	journal_text(chat->keeper->journal, "title", text);
}

void keeper_system(struct chat *chat)
{
	const char *now = chat->talk.system ? chat->talk.system : "";

	if (!strcmp(now, chat->keeper->system ? chat->keeper->system : ""))
		return;
	journal_text(chat->keeper->journal, "system", str_of(now));
	free(chat->keeper->system);
	chat->keeper->system = xstrdup(now);
}

void chat_keep(struct chat *chat, const struct message *m)
{
	keeper_system(chat);
	journal_message(chat->keeper->journal, m);
	chat->keeper->head = m->id;
	name_talk(chat->keeper);
}

void chat_moved(struct chat *chat)
{
	uint64_t head = history_head(&chat->talk.history);

	if (head != chat->keeper->head)
		journal_head(chat->keeper->journal, head);
	chat->keeper->head = head;
	name_talk(chat->keeper);
	chat->told_trim = 0;
}

void chat_pin(struct chat *chat, size_t i, int on)
{
	struct history *h = &chat->talk.history;

	history_pin(h, i, on);
	journal_pin(chat->keeper->journal, h->view[i]->id, on);
}

int chat_fork(struct chat *chat)
{
	return journal_fork(chat->keeper->journal, chat->rt->clock->wall(chat->rt->clock->ud));
}

/* The newest reply of a provider's, or NULL. */
static const struct message *newest_reply(struct message *const *all, size_t n)
{
	while (n-- > 0)
		if (all[n]->role == HN_ROLE_ASSISTANT && all[n]->instance)
			return all[n];
	return NULL;
}

/* Who answered last on the resumed branch; after /clear, on any branch. */
static void resume_answerer(struct chat *chat)
{
	const struct history *h = &chat->talk.history;
	const struct message *m = newest_reply(h->view, h->n_view);

	if (!m)
		m = newest_reply(h->all, h->n);
	if (!m)
		return;
	free(chat->answerer->resumed_provider);
	free(chat->answerer->resumed_model);
	chat->answerer->resumed_provider = xstrdup(m->instance);
	chat->answerer->resumed_model = xstrdup(m->model);
}

void chat_resume(
	struct chat *chat, const char *id, struct conversation *was, struct journal *journal)
{
	struct keeper *k = chat->keeper;
	char *system = pick_said_now(chat->rt, S_SYSTEM) ? xstrdup(chat->talk.system) : NULL;

	conversation_free(&chat->talk);
	chat->talk = *was;
	journal_free(k->journal);
	k->journal = journal ? journal : journal_new(NULL, 0, chat->rt->log);
	k->head = history_head(&chat->talk.history);
	name_talk(k);
	free(k->system);
	k->system = xstrdup(chat->talk.system);
	limits_resume(chat, id);
	account_free(&chat->account);
	chat->account.table_date = chat->answerer->known.date;
	account_resume(&chat->account, &chat->talk.history);
	chat->told_trim = 0;
	resume_answerer(chat);
	if (chat->answerer->provider)
		answerer_follow(chat);
	if (pick_said_now(chat->rt, S_SYSTEM))
		chat_system(chat, str_of(system));
	free(system);
}
