/* SPDX-License-Identifier: MIT */
/* conversation: its beginning and its end. */
#include "conversation/conversation.h"

#include <stdlib.h>

/* A new one with everything unknown. */
void conversation_init(struct conversation *c)
{
	*c = (struct conversation){ .reading = { .faults = BUF(BUF_NO_CAP) } };
	history_init(&c->history);
}

/* Frees one. */
void conversation_free(struct conversation *c)
{
	if (!c)
		return;
	free(c->id);
	free(c->forked_from);
	free(c->system);
	free(c->title);
	buf_free(&c->reading.faults);
	history_free(&c->history);
	conversation_init(c);
}

/* Messages after the largest readable id would be lost. */
int conversation_has_room(const struct conversation *c)
{
	return c->history.next_id <= CONVERSATION_ID_MAX - CONVERSATION_ID_MORE;
}

/* Looks through the messages. */
int conversation_has_answer(const struct conversation *c)
{
	for (size_t i = 0; i < c->history.n; i++) {
		const struct message *m = c->history.all[i];

		if (m->role == HN_ROLE_ASSISTANT && message_shows(m))
			return 1;
	}
	return 0;
}
