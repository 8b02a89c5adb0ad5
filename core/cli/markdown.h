/* SPDX-License-Identifier: MIT */
/* markdown: what sub-commands show of messages on a terminal, rendered as its user's settings say. */
#ifndef HOBNOB_CLI_MARKDOWN_H
#define HOBNOB_CLI_MARKDOWN_H

#include "call/runtime.h"
#include "util/buf.h"

/* 1 if the settings ask for rendered text on that file. */
int markdown_wanted(const struct runtime *, int fd);
/* Appends a text and a newline, redacted and safe: as Markdown for that terminal, or, if renders is 0, as it stands. */
void markdown_add(const struct runtime *, int fd, int renders, hn_str text, struct buf *out);

#endif
