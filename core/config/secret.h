/* SPDX-License-Identifier: MIT */
/*
 * secret: keys. Resolved when first needed, never shown, redacted in everything that is written.
 *
 * A secret has one source: a value (environment, .env, config file), a file, or a command that
 * prints it. Values live in the `secrets` of the runtime, which also redacts: any text of 4 bytes
 * or more that was ever a secret's value becomes "[secret]", as does each half of a long one.
 */
#ifndef HOBNOB_CONFIG_SECRET_H
#define HOBNOB_CONFIG_SECRET_H

#include <stdint.h>

#include "util/buf.h"
#include "util/fault.h"
#include "util/log.h"

struct secrets;                       /* all secrets of the process */
struct secrets *secrets_new(void);
void secrets_free(struct secrets *);  /* values are overwritten first */
/* struct log's redact function; ud is the secrets. Also finds a value in its JSON-escaped and
 * URL-escaped form. */
void secrets_redact(void *secrets, struct buf *text);
/* 1 if text holds a value that is known, or a word that begins as keys do ("sk-" and 16 more). */
int secrets_hold(struct secrets *, hn_str text);

/* Learns a value that no option declares: it is redacted like the others. */
void secrets_learn(struct secrets *, hn_str value);

enum secret_kind { SECRET_VALUE, SECRET_FILE, SECRET_COMMAND };
struct hn_secret;
/* Declares one; text is the value, the path, or NULL with argv (NULL-ended) for a command. where
 * is for messages. Owned by secrets. */
struct hn_secret *secret_new(struct secrets *, enum secret_kind, const char *text, char *const *argv, const char *where);
const char *secret_where(const struct hn_secret *);
enum secret_kind secret_kind(const struct hn_secret *);
/* The file that it is read from, or the program that prints it; NULL for a value. Borrowed. */
const char *secret_from(const struct hn_secret *);
/* A value that begins with prefix is refused by secret_value(): "the secret BECAUSE". */
void secret_refuse(struct hn_secret *, const char *prefix, const char *because);
/* What reading it may need to wait with: poll-like wait that can be cancelled; see call_wait. */
struct secret_wait { int32_t (*wait)(void *ud, int fd, int64_t timeout_ms); void *ud; struct log *log; };
/* The value; runs the command or reads the file the first time (30 s at most, no shell, trailing
 * newline taken off). Secrets with the same command share what it printed. Borrowed. 0, HN_ERR_INTERRUPTED, or HN_ERR_CONFIG with a fault,
 * which never holds the value. */
int32_t secret_value(struct hn_secret *, const struct secret_wait *, hn_str *out, struct fault *);
/* Forgets a file's or a command's value, which was not accepted; a command's in all that share it. 1 if it can be fetched again, else 0. */
int secret_forget(struct hn_secret *);

#endif
