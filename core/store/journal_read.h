/* SPDX-License-Identifier: MIT */
/*
 * journal_read: the reader of journals.
 *
 * A damaged journal is read as far as it is whole: what is not is named and passed over, and a
 * message whose parent was lost follows the one with the next smaller id, which hobnob had written
 * before it. Nothing is ever written here.
 */
#ifndef HOBNOB_STORE_JOURNAL_READ_H
#define HOBNOB_STORE_JOURNAL_READ_H

#include "conversation/conversation.h"
#include "util/fault.h"

/* Reads a journal from where fd stands, to its end. 0; or -1 with a fault without the
 * file's name if it is none, is of a version that is not known, or cannot be read: then
 * errno says why, else it is 0. What
 * is damaged is no error. *out is to be freed either way. Memory is bound by what is kept and the
 * longest record, not by the file's longest line. */
int journal_read(int fd, struct conversation *out, struct fault *);
/* 1 if somebody has answered in the journal that fd stands at the beginning of: some text of a
 * reply came; 0 if not; -1 with errno. Reads as far as that takes. */
int journal_is_answered(int fd);
/* Reads one from a text. */
int journal_read_text(hn_str text, struct conversation *out, struct fault *);

#endif
