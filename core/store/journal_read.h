/* SPDX-License-Identifier: MIT */
/*
 * journal_read: the reader of journals.
 *
 * It reads as much of a damaged journal as is intact: it names and skips the rest, and a message
 * whose parent was lost follows the one with the next smaller id, which hobnob had written before
 * it. It never writes.
 */
#ifndef HOBNOB_STORE_JOURNAL_READ_H
#define HOBNOB_STORE_JOURNAL_READ_H

#include "conversation/conversation.h"
#include "util/fault.h"

/* Reads a journal from where fd stands, to its end. 0; or -1 with a fault without the file's name
 * if it is not a journal, has an unknown version, or cannot be read: then errno says why, else it
 * is 0. Damage is not an error. The caller frees *out either way. Memory is bounded by what is kept
 * and the longest record, not by the file's longest line. */
int journal_read(int fd, struct conversation *out, struct fault *);
/* 1 if somebody has answered in the journal that fd stands at the beginning of: something
 * of a reply came that a person would see; 0 if not; -1 with errno. Reads as far as that takes. */
int journal_is_answered(int fd);
/* Reads one from a text. */
int journal_read_text(hn_str text, struct conversation *out, struct fault *);

#endif
