/* SPDX-License-Identifier: MIT */
/* said: what an error says of itself, whatever its shape. */
#include <string.h>

#include "wire/wire.h"

/* Gives the first of the members that hold an error's words; a detail that is an object may hold a mere
 * code, and comes last. */
static hn_str first_words(struct json_object *o)
{
	struct json_object *detail = wire_member(o, "detail");
	hn_str s = wire_words(wire_member(o, "message"));
	if (!s.n && !json_object_is_type(detail, json_type_object))
		s = wire_words(detail);
	s = s.n ? s : wire_words(wire_member(o, "msg"));
	s = s.n ? s : wire_words_of(wire_find_words(o));
	return s.n ? s : wire_words(detail);
}

void wire_say_error(struct wire_message *m, struct json_object *error)
{
	hn_str param = wire_trim(wire_text(wire_member(error, "param")));
	wire_say(m, first_words(error));
	/* the name of a field is for programs; some put the whole explanation there */
	if (m->n && param.n && memchr(param.p, ' ', param.n) && !memmem(m->p, m->n, param.p, param.n)) {
		wire_says(m, " (");
		wire_say(m, param);
		wire_says(m, ")");
	}
	wire_say_upstream(m, error);
	if (!m->n)
		wire_say(m, wire_words(error));
}
