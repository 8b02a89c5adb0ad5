/* SPDX-License-Identifier: MIT */
/* json: the few things hobnob does with JSON, over json-c. Objects follow json-c's reference
 * counts. */
#ifndef HOBNOB_UTIL_JSON_H
#define HOBNOB_UTIL_JSON_H

#include <json-c/json.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/json_new.h"

#define JSON_DEPTH 64 /* deepest nesting that is accepted */

/* json_read()'s messages for these two, whatever the version of json-c. */
extern const char json_too_deep[];

/* Parses one document; only white space may stand around it. NULL and *why (static text; may be NULL) if
 * it is not JSON by RFC 8259, except that raw control characters in strings are accepted. A literal
 * null is refused: no caller has a use for it. */
struct json_object *json_read(hn_str text, const char **why);
/* The same, and *at: the offset of the error in bytes; text.n if the text ends too early. */
struct json_object *json_read_at(hn_str text, size_t *at, const char **why);
/* Reads the document at the beginning of a text, as servers write them: besides what json_read() accepts, strings in
 * single quotes, with bytes that are not UTF-8, and with lone surrogates, which become what UTF-8 would have for them; a
 * comma before the end; words in any case; None, NaN and Infinity for null. *used: its bytes. NULL if there is no document,
 * or it is null. The caller bounds the memory that a text may take. */
struct json_object *json_read_loose(hn_str text, size_t *used);
/* The value of a whole number in range; the fallback for anything else, NULL included. */
int64_t json_whole(struct json_object *, int64_t fallback);
/* Member of an object by type; the fallback when o is not an object, the member is missing or of
 * another type. */
struct json_object *json_member(struct json_object *o, const char *key); /* or NULL */
/* string member, else empty; borrowed from o */
hn_str json_text(struct json_object *o, const char *key);
/* whole numbers in range only */
int64_t json_int(struct json_object *o, const char *key, int64_t fallback);
/* Adds; text need not be NUL-terminated and is made valid UTF-8. */
void json_add_text(struct json_object *o, const char *key, hn_str text);
void json_add_int(struct json_object *o, const char *key, int64_t v);
void json_add_null(struct json_object *o, const char *key);
/* Adds what is known, or a null: of a text that is NULL or empty, of a number below 0. */
void json_add_text_or_null(struct json_object *o, const char *key, const char *text);
void json_add_int_or_null(struct json_object *o, const char *key, int64_t v);
struct json_object *json_of(hn_str text); /* a string object, valid UTF-8 */
/* Serialises without white space or escaped slashes, harmless on a terminal; appends to out. */
int json_write(struct json_object *o, struct buf *out);

#endif
