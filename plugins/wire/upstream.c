/* SPDX-License-Identifier: MIT */
/*
 * upstream: what a router's error says about the upstream server: its name, its own words, and why
 * it refused. Those words often are JSON with an error in it, as text, nested more than once; the
 * innermost message is reported.
 */
#include "wire/wire.h"

#include <string.h>

#define PART_CAP 300 /* bytes of one part: whole pages have come this way */
#define NESTED 3 /* documents within documents that are opened */

/* What stands after the upstream's words. */
static const struct {
	const char *path;
	const char *label;
} parts[] = {
	{ "metadata.reasons", "flagged for " },
	{ "metadata.patterns", "found: " },
	{ "metadata.flagged_input", "in: " },
	{ "metadata.available_providers", "available: " },
};

/* The message of an error, which may be all that the error is; NULL if it has none. */
static struct json_object *message_of(struct json_object *error)
{
	static const char *const keys[] = { "message", "detail", "error", "msg" };
	struct json_object *v = json_object_is_type(error, json_type_string) ? error : NULL;
	for (size_t i = 0; i < sizeof keys / sizeof *keys && !v; i++)
		v = wire_member(error, keys[i]);
	return v;
}

/* Says a value: the message in it, or what is left of a page, or all of it. */
static void say_value(struct wire_message *m, struct json_object *v, int nested)
{
	hn_str text = wire_trim(wire_text(v));
	struct json_object *opened = text.n ? wire_parse(text) : json_object_get(v);
	struct json_object *inner = message_of(wire_find_error(opened, 1));
	if (inner && nested < NESTED)
		say_value(m, inner, nested + 1);
	else if (str_begins(text, "<"))
		wire_say_page(m, text);
	else
		wire_say(m, text.n ? text : wire_words(v));
	json_object_put(opened);
}

/* Says a list of words, with commas between them. */
static void say_list(struct wire_message *m, struct json_object *list)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		wire_says(m, i ? ", " : "");
		wire_say(m, wire_words(json_object_array_get_idx(list, i)));
	}
}

/* Adds a part after the others, unless it is missing or already in the message. */
static void add_part(struct wire_message *more, const char *before, const char *label,
	struct wire_message *part, const struct wire_message *m)
{
	hn_str s = wire_said(part);
	if (!s.n || memmem(m->p, m->n, s.p, s.n))
		return;
	wire_says(more, more->n ? before : "");
	wire_says(more, label);
	wire_say(more, s);
}

/* Adds the name of the upstream and what it said itself. */
static void add_words(
	struct wire_message *more, struct json_object *error, const struct wire_message *m)
{
	struct wire_message name = { .max = PART_CAP }, raw = { .max = PART_CAP };
	wire_say(&name, wire_text(wire_path(error, "metadata.provider_name")));
	add_part(more, "", "", &name, m);
	say_value(&raw, wire_path(error, "metadata.raw"), 0);
	add_part(more, ": ", "", &raw, m);
}

void wire_say_upstream(struct wire_message *m, struct json_object *error)
{
	struct wire_message more = { 0 };
	add_words(&more, error, m);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		struct wire_message part = { .max = PART_CAP };
		struct json_object *v = wire_path(error, parts[i].path);
		if (json_object_is_type(v, json_type_array))
			say_list(&part, v);
		else
			wire_say(&part, wire_words(v));
		add_part(&more, "; ", parts[i].label, &part, m);
	}
	if (!more.n)
		return;
	int alone = m->n == 0;
	wire_says(m, alone ? "" : " (");
	wire_say(m, wire_said(&more));
	wire_says(m, alone ? "" : ")");
}

int wire_is_flagged(struct json_object *error)
{
	return wire_path(error, "metadata.reasons") || wire_path(error, "metadata.patterns") ||
	       wire_path(error, "metadata.flagged_input");
}
