/* SPDX-License-Identifier: MIT */
/* turns: writes the turns of a conversation for servers that want the roles to alternate. */
#include "wire/body.h"

void wire_add_turn(struct json_object *turns, hn_str role, const char *key, struct json_object *parts)
{
	size_t before = json_object_array_length(turns), n = json_object_array_length(parts);
	struct json_object *last = before ? json_object_array_get_idx(turns, before - 1) : NULL;
	if (n && last && wire_same(wire_text(wire_member(last, "role")), role)) {
		for (size_t i = 0; i < n; i++)
			json_append(wire_member(last, key), json_object_get(json_object_array_get_idx(parts, i)));
	} else if (n) {
		struct json_object *turn = json_new_object();
		json_set(turn, "role", wire_string(role));
		json_set(turn, key, json_object_get(parts));
		json_append(turns, turn);
	}
	json_object_put(parts);
}
