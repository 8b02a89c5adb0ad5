/* SPDX-License-Identifier: MIT */
/* plugin_page: hobnob-plugin(7): what hobnob/plugin.h declares and the core's own tables, as mdoc(7) macros. */
#ifndef HOBNOB_PAGES_PLUGIN_PAGE_H
#define HOBNOB_PAGES_PLUGIN_PAGE_H

#include "pages/header.h"
#include "util/buf.h"

/* The constants with a prefix: name, value, comment; those of HN_ERR_ with their kinds and exit statuses. */
void page_constants(struct buf *out, const struct header *, const char *prefix);
/* A struct: its comment, and its members. */
void page_struct(struct buf *out, const struct header *, const char *name);
/* One declaration that is not a struct of several lines, as an entry of a list. */
void page_entry(struct buf *out, const struct header *, const char *name);
/* Which function may be called from where; the word is not used. */
void page_where(struct buf *out, const struct header *, const char *word);
/* The customary options, with their declarations. */
void page_customary(struct buf *out, const struct header *, const char *word);
/* What is too large, too many or too long. */
void page_limits(struct buf *out, const struct header *, const char *word);

#endif
