/* SPDX-License-Identifier: MIT */
/*
 * row: what a plugin's file says of itself, or why it is refused, in a copy that needs the file no more: what lists
 * and completions show. It travels as bytes from the child that loaded the file, or from the cache, and is
 * trusted no more than the file: its reader judges it again.
 */
#ifndef HOBNOB_PLUGIN_ROW_H
#define HOBNOB_PLUGIN_ROW_H

#include "hobnob/plugin.h"
#include "util/buf.h"
#include "util/fault.h"

#define ROW_MOST ((size_t)1 << 20) /* bytes: more is refused */
#define ROW_VERSION_COLUMNS 64     /* texts that are only shown are cut to these */
#define ROW_LICENSE_COLUMNS 200
#define ROW_LINE_COLUMNS 500       /* a summary, a help text */

struct plugin_row {
	struct fault fault; /* kind 0: the plugin may be used; else why not, without the file's name */
	int lasting;        /* it is so as long as the file is the same; 0: it may change with the machine */
	int deadly;         /* refused because it ends or stops a process that loads it */
	hn_plugin desc;     /* a copy, whose vtable is NULL; all zero if it is refused */
	char *bytes;        /* private: the texts of the copy */
	hn_option *options; /* private */
};

/* Appends the bytes of a descriptor that was judged well. out fails at its cap. */
void plugin_row_write(const hn_plugin *, struct buf *out);
/* The bytes of a refusal. */
void plugin_row_write_refusal(const struct plugin_row *, struct buf *out);
/* Fills a row with what the bytes say. Bytes that no plugin_row_write() made, and a descriptor that breaks a rule, give a
 * refusal. */
void plugin_row_read(struct plugin_row *, hn_str bytes, const char *stem);
/* Makes it a refusal that may be another one next time. */
void plugin_row_refuse(struct plugin_row *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Empties it. */
void plugin_row_free(struct plugin_row *);

#endif
