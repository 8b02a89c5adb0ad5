/* SPDX-License-Identifier: MIT */
/* log: lines for -v and --log-file, warnings for people; redacted and terminal-safe. */
#ifndef HOBNOB_UTIL_LOG_H
#define HOBNOB_UTIL_LOG_H

#include <stdatomic.h>
#include <stdio.h>

#include "util/buf.h"

#define LOG_STEP 1 /* -v */
#define LOG_WIRE 2 /* -vv */

/* Zero-initialise it. Once it is open, all threads may write to it. */
struct log {
	int level;       /* lines of a higher level are not written */
	/* --log-file, appended to, 0600; or NULL: stderr. Its lines bear the time */
	FILE *file;
	/* Redacts a line, replacing its buffer; NULL: nothing to redact. */
	void (*redact)(void *ud, struct buf *line);
	void *ud;
	/* Receives each warning, redacted, instead of stderr; NULL: stderr. hint: log_warn_hint()'s, or empty;
	 * is_remark: log_remark()'s. */
	void (*on_warning)(void *ud, hn_str text, hn_str hint, int is_remark);
	void *warning_ud;
	_Atomic(struct log_said *) said; /* private: the warnings so far */
};

/* 0, or -1 with errno when the file cannot be opened (ELOOP also for a link that log_link_foreign).
 * Warns about a file that others can read or write. Closing accepts a log that was never opened. */
int log_open(struct log *, int level, const char *file);
/* 1 if a path is a link that belongs neither to the user nor to root. */
int log_link_foreign(const char *file);
void log_close(struct log *);
/* 1 if lines of that level are written: check before making an expensive one. */
int log_on(const struct log *, int level);
void log_line(struct log *, int level, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void log_text(struct log *, int level, hn_str text);
/* "hobnob: warning: ..." on stderr or to on_warning (and into the file), once each for the same
 * text. */
void log_warn(struct log *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same with a hint, which follows ": " on the line or, if it is in parentheses, a space. */
void log_warn_hint(struct log *, const char *hint, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The same about something that may be intended; hint: or NULL. */
void log_remark(struct log *, const char *hint, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
