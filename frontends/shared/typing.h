/* SPDX-License-Identifier: MIT */
/*
 * typing: what is typed while nobody reads it.
 *
 * Between two prompts the terminal is quiet: it echoes nothing, and it hands on bytes, not lines,
 * for its own buffer of a line drops what is longer than 4,095 bytes. Ctrl-C, Ctrl-Z, Ctrl-S and
 * Ctrl-Q work as ever, but Ctrl-C no longer throws away what was typed before it. While a
 * submit() runs, typing is kept here; the next prompt begins with it.
 *
 * A signal that stops or kills the program must find the terminal as it was, and a handler can
 * reach nothing but a global: so there is one terminal for the process, in use between
 * typing_open() and typing_close().
 */
#ifndef HOBNOB_FRONTENDS_TYPING_H
#define HOBNOB_FRONTENDS_TYPING_H

#include "shared/queued.h"
#include "shared/services.h"

#define TYPING_MAX ((size_t)16 << 20) /* bytes that are kept; more stays in the terminal */

/* Makes standard input quiet, if it is a terminal; nothing else here does anything otherwise. */
void typing_open(const struct services *, hn_session *);
/* The terminal as it was before, for a prompt that needs it so or another program; and quiet
 * again. */
void typing_pause(void);
void typing_resume(void);
/* Around a submit(): what is typed meanwhile is kept. */
void typing_watch(void);
void typing_unwatch(void);
/* The state from which on lines are counted among what is kept, until that is taken. */
void typing_expect(const struct queued *);
/* How many lines wait for the end of the reply. */
size_t typing_queued(void);
/* Whether the terminal marks pastes: stopping the program turns that off. */
void typing_marks(int on);
/* What has been kept, and what the terminal holds beside; borrowed until the next call. It is
 * kept no longer. */
hn_str typing_take(void);
/* The same and typing_pause(); what is typed between the two is not missed. */
hn_str typing_finish(void);
/* The terminal as it was before, for good; what is kept is dropped. */
void typing_close(void);

#endif
