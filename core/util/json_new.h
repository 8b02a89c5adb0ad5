/* SPDX-License-Identifier: MIT */
/*
 * json_new: json-c's allocating functions, checked: without memory each ends the program, as mem.h's do.
 *
 * json-c itself returns NULL or -1, or silently drops what it had no memory for. check-source refuses
 * json-c's own functions elsewhere.
 */
#ifndef HOBNOB_UTIL_JSON_NEW_H
#define HOBNOB_UTIL_JSON_NEW_H

#include <json-c/json.h>
#include <stdint.h>

struct json_object *json_new_object(void);
struct json_object *json_new_array(void);
struct json_object *json_new_flag(int v);
struct json_object *json_new_int(int64_t v);
struct json_object *json_new_large(uint64_t v);
/* text: how it is written; NULL: as json-c does. */
struct json_object *json_new_number(double v, const char *text);
struct json_object *json_new_decimal(double v); /* by the shortest text that reads as v */
/* n bytes of valid UTF-8; of more than 2 GiB, the program ends. */
struct json_object *json_new_text(const char *p, size_t n);
/* Takes the value, which may be NULL: null. Replaces a member of that name. */
void json_set(struct json_object *object, const char *key, struct json_object *value);
void json_append(struct json_object *array, struct json_object *value);
/* The value as text, borrowed until it is changed or written again; flags are json-c's. */
const char *json_print(struct json_object *, int flags, size_t *n);

#endif
