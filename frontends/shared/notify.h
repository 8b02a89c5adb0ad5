/* SPDX-License-Identifier: MIT */
/*
 * notify: tells a person who looks elsewhere that a reply that took long has ended: by BEL, or by the sequence OSC 9, which terminals
 * show as a notification of the desktop. Pure.
 */
#ifndef HOBNOB_FRONTENDS_NOTIFY_H
#define HOBNOB_FRONTENDS_NOTIFY_H

#include <stdint.h>

#include "hobnob/plugin.h"

#define NOTIFY_ROOM 200 /* bytes of the longest sequence */

/* What is between the program and the terminal: a multiplexer passes only what is wrapped for it. */
enum notify_through { NOTIFY_DIRECT, NOTIFY_TMUX, NOTIFY_SCREEN };

/* By the variables TMUX and STY, each of which may be NULL. */
enum notify_through notify_through(const char *tmux, const char *sty);
/* The bytes to write, NUL-ended; empty: hobnob tells nothing. how: the setting `notify`; what: "the reply is here", without control
 * characters; it took ms. dumb: the terminal obeys no escapes, and gets no OSC 9. */
void notify_make(hn_str how, const char *what, int64_t ms, int dumb, enum notify_through, char out[NOTIFY_ROOM]);

#endif
