/* SPDX-License-Identifier: MIT */
/*
 * footer: the one line after a reply that says who answered, how full the window is, what it cost and how fast it
 * came. Pure.
 *
 * A format is parts with " · " between them; a part may name a fact in braces. A part whose fact is not known is left
 * out, with its separator.
 */
#ifndef HOBNOB_FRONTENDS_FOOTER_H
#define HOBNOB_FRONTENDS_FOOTER_H

#include "hobnob/plugin.h"

/* What the setting's "end" stands for. */
#define FOOTER_END "{model} · {context} · {cost} · {speed}"
#define FOOTER_ROOM 512 /* bytes of the longest line; what is longer is cut */

/* The line of a DONE event, by a format ("end", "off" or one as above), NUL-ended; empty if there is nothing to say. words:
 * the facts have words for signs ("12 percent", "0.0042 dollars"), and commas between them, for a screen reader. */
void footer_make(hn_str format, const hn_session_event *, const hn_status *, int words, char out[FOOTER_ROOM]);

#endif
