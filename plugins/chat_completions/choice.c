/* SPDX-License-Identifier: MIT */
/*
 * choice: which of the answers in a stream is shown.
 *
 * hobnob asks for one, and it has the index 0. Some servers count in another way: from 1, or each
 * piece. A first piece with another index is held until the next piece says which it is: with 0
 * there are several answers, and this is not the first; with the same index it is the only one;
 * with a third one the index means nothing.
 */
#include "parts.h"

/* A choice's index; of one without, its place. */
static int64_t index_of(struct json_object *choice, size_t at)
{
	struct json_object *index = wire_member(choice, "index");
	return json_object_is_type(index, json_type_int) ? json_object_get_int64(index)
							 : (int64_t)at;
}

/* Finds the choice of an index; NULL if there is none. */
static struct json_object *choice_of(struct json_object *choices, size_t n, int64_t index)
{
	for (size_t i = 0; i < n; i++)
		if (index_of(json_object_array_get_idx(choices, i), i) == index)
			return json_object_array_get_idx(choices, i);
	return NULL;
}

struct json_object *cc_shown_choice(
	struct cc_choices *c, struct json_object *document, int alone, struct json_object **before)
{
	struct json_object *choices = wire_member(document, "choices");
	size_t n = json_object_is_type(choices, json_type_array) ? json_object_array_length(choices)
								 : 0;
	struct json_object *first = n ? json_object_array_get_idx(choices, 0) : NULL;
	struct json_object *zero = choice_of(choices, n, 0);
	*before = NULL;
	if (zero && c->state <= CC_SHOWN_FIRST) {
		c->state = CC_SHOWN_FIRST;
		cc_choices_free(c);
	}
	if (!n || c->state == CC_SHOWN_FIRST)
		return zero;
	if (c->state == CC_SHOWN_UNKNOWN && !c->held) {
		c->index = index_of(first, 0);
		if (alone)
			return first;
		c->held = json_object_get(first);
		return NULL;
	}
	if (c->state == CC_SHOWN_UNKNOWN)
		c->state = index_of(first, 0) == c->index ? CC_SHOWN_ONE : CC_SHOWN_ALL;
	*before = cc_held_choice(c);
	if (c->state == CC_SHOWN_ALL)
		return zero ? zero : first;
	struct json_object *one = choice_of(choices, n, c->index);
	c->others |= !one && wire_words(wire_path(zero, "delta.content")).n > 0;
	return one || c->others ? one : zero;
}

struct json_object *cc_held_choice(struct cc_choices *c)
{
	struct json_object *held = c->held;
	c->held = NULL;
	return held;
}

void cc_choices_free(struct cc_choices *c)
{
	json_object_put(cc_held_choice(c));
}
