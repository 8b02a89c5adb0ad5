/* SPDX-License-Identifier: MIT */
/* talk: the course of a conversation with a person, the same however the lines are read. */
#ifndef HOBNOB_FRONTENDS_TALK_H
#define HOBNOB_FRONTENDS_TALK_H

#include "shared/show.h"

#define TALK_ON 1 /* the conversation goes on; all else is what run() returns */

/* Runs the one turn that was asked for; returns what run() does. */
int32_t talk_one_turn(struct show *, const hn_start *);
/* Runs the first turn of a conversation, if one was given. TALK_ON or run()'s value. */
int32_t talk_first(struct show *, const hn_start *);
/* Works on a line of the user's, made valid UTF-8. TALK_ON or run()'s value. */
int32_t talk_line(struct show *, hn_str line);
/* An empty line was typed: nothing, but where a lone word or a costly question was held it is sent. TALK_ON or run()'s
 * value. */
int32_t talk_blank(struct show *);
/* The user gives up what is held. 1 if something was. */
int32_t talk_give_up(struct show *);
/* The same as talk_line() for a text that is never a command. */
int32_t talk_message(struct show *, hn_str text);
/* What run() returns when input has ended. */
int32_t talk_ended(struct show *);

#define TALK_NOT_SENT "(not sent)\n"
#define TALK_HOW_TO_LEAVE "(/exit or Ctrl-D leaves)\n"

#endif
