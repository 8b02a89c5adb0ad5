/* SPDX-License-Identifier: MIT */
/*
 * think: separates reasoning from text where a server writes both into the content, as
 * "<think>...</think>" before the reply. It works on pieces, split anywhere; it never holds back
 * more than a tag and the white space before it.
 *
 * Reasoning begins with an opening tag that is the first thing of the content, and ends with its
 * closing tag; another block may follow at once. A tag anywhere else is text. A closing tag that is
 * the first thing ends nothing, and is skipped. A tag may have blanks before its last character,
 * and white space before it, including a byte order mark and invisible blanks.
 *
 * A block that is not closed is given as reasoning while it comes. The caller, who gets the block
 * as it came, decides whether a model was thinking or a text is about such a tag.
 */
#ifndef HOBNOB_PLUGINS_THINK_H
#define HOBNOB_PLUGINS_THINK_H

#include "hobnob/plugin.h"
#include "util/buf.h"

#define THINK_HELD 64 /* bytes: the longest tag, with blanks in it and white space before it */
#define THINK_BLOCK 1000000 /* bytes of a block that are kept */

/* Zero-initialise. */
struct wire_think {
	int state;
	size_t tag;              /* which pair of tags is open */
	size_t n;                /* bytes of held */
	char held[THINK_HELD];   /* may become a tag */
	int thought, parted;     /* reasoning came; a block began after it */
	struct buf block;        /* the open one, its tag included */
};

/* Gets a piece of the reasoning, or of the text. What it returns, if not 0, ends the feed. */
typedef int32_t (*wire_think_put)(void *ud, int reasoning, hn_str piece);
/* Takes a piece of the content. 0, or what put() returned. */
int32_t wire_think_feed(struct wire_think *, hn_str piece, wire_think_put put, void *ud);
/* The content has ended: gives what was held back. 0, or what put() returned. */
int32_t wire_think_end(struct wire_think *, wire_think_put put, void *ud);
/* After the end: the last block with its tag, if it holds anything and was not closed, borrowed; else, or
 * if it was too large, empty. */
hn_str wire_think_open(const struct wire_think *);
void wire_think_free(struct wire_think *);

/* Optional, with a content that is there as a whole, before it is fed: some templates keep the opening
 * tag for themselves. Where a closing tag begins a line, outside a fence, and no opening tag stands
 * before it, all before it is reasoning. */
void wire_think_begin(struct wire_think *, hn_str content);

#endif
