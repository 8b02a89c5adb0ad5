/* SPDX-License-Identifier: MIT */
/*
 * session: one conversation: its history, its provider and model, its accounts; the only door for
 * frontends.
 */
#ifndef HOBNOB_SESSION_SESSION_H
#define HOBNOB_SESSION_SESSION_H

#include "call/runtime.h"
#include "hobnob/plugin.h"
#include "util/buf.h"
#include "util/fault.h"

extern const hn_session_api session_service; /* hobnob.session/1 */
extern const hn_relay relay_service;         /* hobnob.relay/1 */
extern const hn_commands commands_service;   /* hobnob.commands/1 */

/* The flags of hn_start that settings decide, which a conversation may change: HN_START_COLOR,
 * HN_START_REASONING, HN_START_DUMB. */
#define SESSION_LOOKS (HN_START_COLOR | HN_START_REASONING | HN_START_DUMB)
uint32_t session_looks(const struct runtime *);

struct chat;
struct schema;
/* 1 if on_event has taken an ERROR event with that code, in this session or another one that it opened. */
int session_told(const hn_session *, int32_t code);
/* 1 if submit() or ask() was called in any of them. */
int session_was_asked(const hn_session *);

/* The session's conversation, borrowed. */
struct chat *session_chat(hn_session *);

struct session_start {
	const char *frontend;        /* the name of the frontend's plugin, which lives as long as the program; NULL: the core itself */
	uint32_t flags;
	char *first;
	size_t first_n;
	const hn_part *parts;        /* n_parts of them, attached to it */
	uint32_t n_parts;
	struct buf *dry_run;
	const struct schema *schema; /* chat/chat.h, or NULL */
	const struct code_wish *code; /* chat/chat.h, or NULL */
	int no_journal;
	const char *keep;            /* hn_start's; NULL: nothing is kept */
};

/* The provider is made and the model chosen when the first turn needs them, or by session_ready.
 * The runtime and the start are borrowed. */
hn_session *session_new(struct runtime *, const struct session_start *);
void session_free(hn_session *);
/* Resumes the saved conversation of that id; call it before the first message. Warnings report
 * damage, and that a copy is written to. 0, or HN_ERR_* with a fault. */
int32_t session_resume(hn_session *, const char *id, struct fault *);
/* Appends the last exchange: commands_exchange(). */
void session_exchange(hn_session *, struct buf *out);
/* Makes the provider now, so that its errors come before a conversation begins. 0, or HN_ERR_*
 * with a fault. */
int32_t session_ready(hn_session *, struct fault *);

#endif
