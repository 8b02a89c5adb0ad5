/* SPDX-License-Identifier: MIT */
/*
 * json_new: json-c's allocating functions, checked.
 *
 * What json-c does not report shows in errno: malloc() sets ENOMEM when it fails, in glibc and musl (POSIX wants it), and json-c
 * leaves it there. A malloc() that succeeds at its second try may set it as well, so writing is done once more before the program
 * ends.
 */
#include "util/json_new.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "util/mem.h"
#include "util/number.h"

/* Gives what was made, unless there was no memory for it. */
static struct json_object *made(struct json_object *o)
{
	if (!o)
		mem_out(0);
	return o;
}

struct json_object *json_new_object(void)
{
	return made(json_object_new_object());
}

struct json_object *json_new_array(void)
{
	return made(json_object_new_array());
}

struct json_object *json_new_flag(int v)
{
	return made(json_object_new_boolean(v != 0));
}

struct json_object *json_new_int(int64_t v)
{
	return made(json_object_new_int64(v));
}

struct json_object *json_new_large(uint64_t v)
{
	return made(json_object_new_uint64(v));
}

struct json_object *json_new_number(double v, const char *text)
{
	return made(text ? json_object_new_double_s(v, text) : json_object_new_double(v));
}

struct json_object *json_new_decimal(double v)
{
	char text[NUMBER_ROOM];

	return json_new_number(v, number_text(v, text));
}

struct json_object *json_new_text(const char *p, size_t n)
{
	if (n > INT_MAX)
		mem_out(n);
	return made(json_object_new_string_len(n ? p : "", (int)n));
}

void json_set(struct json_object *object, const char *key, struct json_object *value)
{
	if (json_object_object_add(object, key, value) < 0)
		mem_out(0);
}

void json_append(struct json_object *array, struct json_object *value)
{
	if (json_object_array_add(array, value) < 0)
		mem_out(0);
}

const char *json_print(struct json_object *o, int flags, size_t *n)
{
	for (int tries = 0; tries < 2; tries++) {
		errno = 0;
		const char *text = json_object_to_json_string_length(o, flags, n);
		if (text && errno != ENOMEM)
			return text;
	}
	mem_out(0);
}
