/* SPDX-License-Identifier: MIT */
/*
 * fed: a command of the user's, a piece of shell, that gets a text as its input.
 *
 * The text is a file without a name, so nobody has to feed the command while it runs, and a command that does not read it
 * is no trouble.
 */
#ifndef HOBNOB_UTIL_FED_H
#define HOBNOB_UTIL_FED_H

#include <stdio.h>
#include <sys/types.h>

#include "util/buf.h"

#define FED_NOT_FOUND 127 /* the exit status of a command that there is not */

/* A file without a name that holds the text, read from its beginning; the caller closes it. NULL with errno. */
FILE *fed_file(hn_str text);
/* Runs a script by a shell; what it writes goes to out, or where ours goes if out is -1. 0, or an errno. */
int fed_start(pid_t *pid, const char *script, FILE *in, int out);

/* 1 if nothing of a command means more to a shell than its letters. */
int fed_is_plain(const char *command);
/* Appends a command to a script. Where its first word is no program the script ends with FED_NOT_FOUND, and the shell does not
 * complain in words of its own; a command with quotes, pipes and the like is left to the shell. */
void fed_command(struct buf *script, const char *command);

/* The user's pager: what the setting `pager` says, else PAGER, else "less -R". Borrowed. */
const char *fed_pager(const char *setting);
/* Appends it to a script, with LESS=FRX unless LESS is set: less then leaves the text on the screen, and waits for no key if all
 * of it fits. */
void fed_pager_script(struct buf *script, const char *pager);

#endif
