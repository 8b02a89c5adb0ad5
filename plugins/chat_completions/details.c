/* SPDX-License-Identifier: MIT */
/*
 * details: reasoning_details arrive in pieces, one array a chunk, and have to be handed back as
 * the blocks that they are pieces of: consecutive pieces of one type and index are one block. Its
 * texts are joined once, at the end, so that a long chain of thought costs linear time.
 */
#include "parts.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

static const char *const joined[] = { "text", "summary", "data" }; /* members that are streamed */

/* Says whether two pieces belong to one block. */
static int same_block(struct json_object *a, struct json_object *b)
{
	return json_object_equal(wire_member(a, "type"), wire_member(b, "type")) &&
	       json_object_equal(wire_member(a, "index"), wire_member(b, "index")) &&
	       wire_member(a, "index");
}

/* Joins one text member of the pieces from..to; NULL if none of them has it. */
static struct json_object *join_member(
	struct json_object *pieces, size_t from, size_t to, const char *key)
{
	size_t n = 0, have = 0;
	for (size_t i = from; i < to; i++) {
		struct json_object *v = wire_member(json_object_array_get_idx(pieces, i), key);
		have += json_object_is_type(v, json_type_string);
		n += wire_text(v).n;
	}
	char *p = have ? xmalloc(n + 1) : NULL;
	if (!p)
		return NULL;
	n = 0;
	for (size_t i = from; i < to; i++) {
		hn_str s = wire_text(wire_member(json_object_array_get_idx(pieces, i), key));
		if (s.n)
			memcpy(p + n, s.p, s.n);
		n += s.n;
	}
	struct json_object *v = json_new_text(p, n);
	free(p);
	return v;
}

/* Makes one block of the pieces from..to; of members that are not streamed the last one that is
 * not null counts. */
static struct json_object *join_block(struct json_object *pieces, size_t from, size_t to)
{
	struct json_object *block = json_new_object();
	for (size_t i = from; i < to; i++) {
		json_object_object_foreach(json_object_array_get_idx(pieces, i), key, value)
		{
			if (value || !wire_member(block, key))
				json_set(block, key, json_object_get(value));
		}
	}
	for (size_t k = 0; k < sizeof joined / sizeof *joined; k++) {
		struct json_object *v = join_member(pieces, from, to, joined[k]);
		if (v)
			json_set(block, joined[k], v);
	}
	return block;
}

struct json_object *cc_join_details(struct json_object *pieces)
{
	struct json_object *blocks = json_new_array();
	size_t n = json_object_array_length(pieces);
	for (size_t from = 0, to; from < n; from = to) {
		struct json_object *first = json_object_array_get_idx(pieces, from);
		for (to = from + 1; to < n; to++)
			if (!same_block(first, json_object_array_get_idx(pieces, to)))
				break;
		json_append(blocks, join_block(pieces, from, to));
	}
	return blocks;
}
