/* SPDX-License-Identifier: MIT */
/* markdown: what sub-commands show of messages on a terminal, rendered as its user's settings say. */
#ifndef HOBNOB_CLI_MARKDOWN_H
#define HOBNOB_CLI_MARKDOWN_H

#include "call/runtime.h"
#include "util/buf.h"

/* 1 if the settings ask for rendered text on that file. */
int markdown_wanted(const struct runtime *, int fd);
enum markdown_how {
	MARKDOWN_SOURCE, /* as it stands */
	MARKDOWN_RENDERED,
	MARKDOWN_ASIDE   /* as reasoning is shown: no Markdown, but wrapped, dim and indented */
};
/* Appends a text and a newline, redacted and safe, for that terminal. */
void markdown_add(const struct runtime *, int fd, enum markdown_how, hn_str text, struct buf *out);

#endif
