/* SPDX-License-Identifier: MIT */
/*
 * command: the shell command that the reply of a model suggests, and whether who looks at it sees all of it. Pure.
 */
#ifndef HOBNOB_UTIL_COMMAND_H
#define HOBNOB_UTIL_COMMAND_H

#include "util/buf.h"
#include "util/fault.h"

#define COMMAND_MOST ((size_t)16 << 10) /* bytes; nobody reads a longer one before it runs */

/*
 * Appends the command of a reply: its first block of code, else all of it; without blank lines and blanks around it,
 * without backticks around all of it, and a single line without a prompt's "$ ". CR LF becomes LF. 0, or
 * HN_ERR_PROTOCOL with a fault: it is empty, too long, or a remark alone (each line begins with "#"), which the fault
 * quotes.
 */
int32_t command_take(hn_str reply, struct buf *out, struct fault *);
/* Appends a text that is one, as somebody edited it, without blank lines and blanks around it. 0, or HN_ERR_PROTOCOL with a fault: it is
 * empty or too long. */
int32_t command_trim(hn_str text, struct buf *out, struct fault *);
/* 0, or HN_ERR_PROTOCOL with a fault: the first character of the command that a terminal does not show as what it is,
 * such as a control other than tab and newline, one that changes the direction of the text, or a blank other than " ". */
int32_t command_hides(hn_str command, struct fault *);
/* How many lines a command has. */
size_t command_lines(hn_str command);

#endif
