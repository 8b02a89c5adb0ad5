/* SPDX-License-Identifier: MIT */
/* beside: names for a person what of a reply is not passed on. */
#include "wire/reply.h"

#include <string.h>

#define WORD_MOST 60 /* bytes of a name, or of a value */
#define LIST_MOST 300 /* bytes of all that is named */

void wire_beside_name(struct wire_message *list, const char *before, hn_str word, const char *after)
{
	struct wire_message one = { .max = WORD_MOST };
	wire_say(&one, word);
	hn_str said = wire_said(&one);
	struct wire_message whole = { 0 };
	wire_says(&whole, before);
	wire_say(&whole, said);
	wire_says(&whole, after);
	hn_str text = wire_said(&whole);
	if (list->n + text.n > LIST_MOST || (list->n && memmem(list->p, list->n, text.p, text.n)))
		return;
	if (list->n)
		wire_says(list, ", ");
	wire_say(list, text);
}

void wire_beside_call(struct wire_beside *b, hn_str tool)
{
	if (tool.n)
		wire_beside_name(&b->told, "an unfinished call of the tool \"", tool, "\"");
	else
		b->unnamed_call = 1;
}

hn_str wire_beside_said(struct wire_beside *b, int has_text)
{
	if (!b->told.n && b->unnamed_call)
		wire_says(&b->told, "a call of a tool");
	return wire_said(b->told.n || has_text ? &b->told : &b->unknown);
}
