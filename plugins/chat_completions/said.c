/* SPDX-License-Identifier: MIT */
/* said: what an error says of itself, whatever its shape. */
#include <string.h>

#include "parts.h"

/* Gives the first of the members that hold an error's words; a detail that is an object may hold a mere
 * code, and comes last. */
static hn_str first_words(struct json_object *o)
{
	struct json_object *detail = cc_member(o, "detail");
	hn_str s = cc_words(cc_member(o, "message"));
	if (!s.n && !json_object_is_type(detail, json_type_object))
		s = cc_words(detail);
	s = s.n ? s : cc_words(cc_member(o, "msg"));
	s = s.n ? s : cc_words_of(cc_find_words(o));
	return s.n ? s : cc_words(detail);
}

void cc_say_error(struct cc_message *m, struct json_object *error)
{
	hn_str param = cc_trim(cc_text(cc_member(error, "param")));
	cc_say(m, first_words(error));
	/* the name of a field is for programs; some put the whole explanation there */
	if (m->n && param.n && memchr(param.p, ' ', param.n) && !memmem(m->p, m->n, param.p, param.n)) {
		cc_says(m, " (");
		cc_say(m, param);
		cc_says(m, ")");
	}
	cc_say_upstream(m, error);
	if (!m->n)
		cc_say(m, cc_words(error));
}
