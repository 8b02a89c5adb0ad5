/* SPDX-License-Identifier: MIT */
/* conversation: all that a journal, or a saved file, says of a conversation. */
#include "chat/conversation.h"

#include <stdlib.h>

/* One of which nothing is known yet. */
void conversation_init(struct conversation *c)
{
	*c = (struct conversation){ .faults = BUF(BUF_NO_CAP) };
	history_init(&c->history);
}

/* Ends one. */
void conversation_free(struct conversation *c)
{
	if (!c)
		return;
	free(c->id);
	free(c->forked_from);
	free(c->system);
	buf_free(&c->faults);
	history_free(&c->history);
	conversation_init(c);
}
