/* SPDX-License-Identifier: MIT */
/*
 * lend: memory that a plugin borrows. Each piece ends where memory ends, cannot be written to unless it is to be filled, and is
 * gone for good once it was taken back: whoever reads beyond it, writes to it or keeps it dies, and lend_blame() says of what.
 */
#ifndef HOBNOB_CHECK_LEND_H
#define HOBNOB_CHECK_LEND_H

#include "call/rules.h"
#include "hobnob/plugin.h"

/* A copy of n bytes (NULL: zeroes), on any thread. owner: who takes it back. what: a literal, "hn_request". */
const void *lend(const void *owner, const char *what, const void *from, size_t n);
/* The same to be filled. */
void *lend_out(const void *owner, const char *what, const void *from, size_t n);
/* A text; an empty one is NULL, 0. */
hn_str lend_str(const void *owner, const char *what, hn_str text);
/* Takes back all that the owner lent. */
void lend_take_back(const void *owner);

/* The rule that a fault at an address breaks, with the sentence that says how; RULES_N: it is not about something lent.
 * For a signal handler. */
enum rule_id lend_blame(const void *address, char *says, size_t n);

#endif
