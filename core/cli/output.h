/* SPDX-License-Identifier: MIT */
/* output: what sub-commands print: writes that are checked. */
#ifndef HOBNOB_CLI_OUTPUT_H
#define HOBNOB_CLI_OUTPUT_H

#include "call/runtime.h"
#include "util/buf.h"
#include "util/fault.h"
#include "util/json.h"
#include "util/table.h"

/* Writes the text to stdout and frees it. The exit status: 0, or that of HN_ERR_OUTPUT after
 * saying why. */
int output_write(struct runtime *, struct buf *);
/* The same, but to the user's pager; to stdout after saying why that is not possible. */
int output_page(struct runtime *, struct buf *);
/* Appends what others wrote: its bytes for a pipe, made safe for a terminal. */
void output_add(struct buf *, hn_str text);
/* The same for a JSON document, one line; puts it. */
int output_json(struct runtime *, struct json_object *);
/* Writes to stderr, wrapped at words if that is a terminal; what cannot be written is lost. */
void output_stderr(hn_str);
/* Appends each line of a text, made safe for a terminal: lead before the first, the others indented. */
void output_lines(struct buf *, const char *lead, const char *text);
/* "hobnob: MESSAGE" and "  HINT" on stderr, safe and redacted; frees the fault. Returns kind_exit(kind). */
int cli_fault(struct runtime *, struct fault *);
/* The same of a message that is made here; hint may be NULL. */
int cli_error(struct runtime *, int32_t kind, const char *hint, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Columns of the terminal on stdout; 0 if stdout is not a terminal. */
size_t output_width(void);

#endif
