/* SPDX-License-Identifier: MIT */
/*
 * journal: the conversation on disk, written as it happens:
 * $XDG_STATE_HOME/hobnob/sessions/ID.jsonl, 0600 whatever the umask.
 *
 * First line {"hobnob":"journal","version":2,"id":…,"created":…}; then one record per line;
 * docs/journal.md describes them. A record is one write(2), so a crash tears at most the last line.
 * The file is made with its first record, and locked while a program writes to it: another one that
 * resumes the same conversation writes to a copy. If a write fails, hobnob warns once, and the chat
 * continues without a journal.
 */
#ifndef HOBNOB_STORE_JOURNAL_H
#define HOBNOB_STORE_JOURNAL_H

#include "conversation/conversation.h"
#include "util/fault.h"
#include "util/log.h"

#define JOURNAL_VERSION 2 /* 1 had no parts but opaque ones */

struct journal;
/* A new conversation's. dir: the sessions' directory, made when needed; NULL keeps no journal,
 * silently. Never fails. */
struct journal *journal_new(const char *dir, int64_t now_wall_ms, struct log *);
/* Opens the conversation `id` of dir (not NULL), reads it into *out (the caller frees it either
 * way) and resumes it. While another program writes to it, if it is another user's, or if it cannot
 * be written, new records go to a copy under a new id, made with the first record; *copied then
 * says why (static: "it cannot be written"), else it is NULL. A link is not followed. NULL with a
 * fault that names the file if it cannot be read. */
struct journal *journal_resume(const char *dir, const char *id, int64_t now_wall_ms, struct log *log,
	struct conversation *out, const char **copied, struct fault *);
void journal_free(struct journal *);
/* 20261123T044200-1f3a: sorts by time; final once a record is written, changed by journal_fork(); NULL
 * without a journal */
const char *journal_id(const struct journal *);
/* 1 once its file exists (made, or resumed). */
int journal_is_made(const struct journal *);
/* Each: 0, or -1 when it could not be written, now or before (reported once as a warning). */
int journal_message(struct journal *, const struct message *);
/* What came of a reply since the last piece of it, until the message itself is written: all that is
 * left of it if the program is killed. m: the message to be, with the text of the piece alone. */
int journal_piece(struct journal *, const struct message *m);
/* Prepares such a piece, for a program that has to end at once: m has the text that it begins with. Replaces the one before. 0,
 * or -1: the journal failed. */
int journal_draft(struct journal *, const struct message *m);
/* Writes what was prepared, with more at the end of its text; async-signal-safe. Without anything prepared it does nothing. */
void journal_draft_write(const struct journal *, hn_str more);
int journal_head(struct journal *, uint64_t id);
/* type: "system", "title"; empty: none from now on */
int journal_text(struct journal *, const char *type, hn_str text);
int journal_pin(struct journal *, uint64_t id, int on); /* off: no longer */
/* From the next record on writes to a new file under a new id, which begins as a copy of the
 * current one. 0, or -1 if there is no file to copy. */
int journal_fork(struct journal *, int64_t now_wall_ms);

#endif
