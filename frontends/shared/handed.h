/* SPDX-License-Identifier: MIT */
/*
 * handed: a finished reply, handed to a program of the user's that shows it: the setting `render_command`.
 *
 * The program reads the reply's source, made safe, and writes to the terminal itself: what it writes there is the user's own
 * choice. It knows the width by COLUMNS.
 */
#ifndef HOBNOB_FRONTENDS_HANDED_H
#define HOBNOB_FRONTENDS_HANDED_H

#include "shared/services.h"
#include "util/buf.h"

#define HANDED_ROOM 300

/* 1 if replies are handed over: there is such a program, and a terminal that obeys escapes. flags: HN_START_*. */
int handed_wanted(const struct services *, hn_session *, uint32_t flags);
/* Hands the text over and waits for the program's end. 0, or -1: the reply is not shown, and why says so; it is empty after
 * Ctrl-C. What is typed meanwhile stays in the terminal, unless the program reads it. */
int handed_show(const struct services *, hn_session *, hn_str text, char why[HANDED_ROOM]);

#endif
