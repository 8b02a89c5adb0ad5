/* SPDX-License-Identifier: MIT */
/*
 * text: makes text from outside safe to show.
 *
 * Every C0 and C1 control but newline and tab, DEL, every bidirectional control
 * (U+061C, U+200E, U+200F, U+202A-202E, U+2066-2069) and what spells hidden text (tag characters,
 * U+E0000-E0FFF, and other invisible ones) is replaced by something visible, one by one,
 * so that no state is needed between pieces: C0 as ^X, the rest as <U+XXXX>. A CR before LF is
 * dropped, any other CR is shown as ^M. Invalid UTF-8 becomes U+FFFD.
 */
#ifndef HOBNOB_UTIL_TEXT_H
#define HOBNOB_UTIL_TEXT_H

#include "util/buf.h"

extern const hn_text text_service; /* hobnob.text/1 */

/* flags: HN_TEXT_LINE. */
void text_safe(hn_str in, uint32_t flags, void (*put)(void *ud, hn_str piece), void *ud);
/* Appends the safe form; returns as buf_add. */
int text_add_safe(struct buf *, hn_str in, uint32_t flags);
uint32_t text_columns(hn_str in);
/* Appends as much of a text as fits in that many columns of one line, each run of white space as one
 * space, with an ellipsis where it was cut. The text is not made safe. */
void text_add_line(struct buf *, hn_str in, uint32_t columns);
/* 1 if a character may not be shown as it is. */
int text_is_unsafe(uint32_t cp, uint32_t flags);

#endif
