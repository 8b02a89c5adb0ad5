/* SPDX-License-Identifier: MIT */
/*
 * journal: the conversation on disk, written as it happens:
 * $XDG_STATE_HOME/hobnob/sessions/ID.jsonl, 0600 whatever the umask.
 *
 * First line {"hobnob":"journal","version":1,"id":…,"created":…}; then one record a line:
 * {"type":"message",…message_json…} and {"type":"head","id":N} when the view moves. A record is one
 * write(2), so a crash tears at most the last line. The file is made with its first record. What
 * cannot be written is told once, and the chat goes on without.
 */
#ifndef HOBNOB_CHAT_JOURNAL_H
#define HOBNOB_CHAT_JOURNAL_H

#include "chat/history.h"
#include "util/log.h"

#define JOURNAL_VERSION 1

struct journal;
/* dir: the sessions' directory, made when needed; NULL keeps no journal, silently. Never fails. */
struct journal *journal_new(const char *dir, int64_t now_wall_ms, struct log *);
void journal_free(struct journal *);
/* 20261123T044200-1f3a: sorts by time; final once a record is written; NULL without a journal */
const char *journal_id(const struct journal *);
/* 0, or -1 when it could not be written, now or before (told once as a warning). */
int journal_message(struct journal *, const struct message *);
int journal_head(struct journal *, uint64_t id);

#endif
