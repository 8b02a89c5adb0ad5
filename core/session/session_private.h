/* SPDX-License-Identifier: MIT */
/* session_private: what a session is made of. */
#ifndef HOBNOB_SESSION_SESSION_PRIVATE_H
#define HOBNOB_SESSION_SESSION_PRIVATE_H

#include "chat/chat.h"
#include "commands/commands.h"
#include "session/session.h"

struct hn_session {
	struct runtime rt;    /* with the session's own task */
	const struct session_start *start;
	struct chat *chat;
	struct commands commands;
	struct listener listener;
	int64_t submit_began; /* monotonic ms */
	hn_message lent;      /* what message() gave last */
	hn_part *lent_parts;  /* of that; owned */
};

/* The directory of the journals (allocated), or NULL if none is kept. */
char *session_dir(const struct runtime *, const struct session_start *);

#endif
