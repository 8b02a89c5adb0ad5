/* SPDX-License-Identifier: MIT */
/*
 * upstream: what a router's error says about the upstream server: its name, its own words, and why
 * it refused. Those words often are JSON with an error in it, as text, nested more than once; the
 * innermost message is reported.
 */
#include "parts.h"

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
		v = cc_member(error, keys[i]);
	return v;
}

/* Says a value: the message in it, or what is left of a page, or all of it. */
static void say_value(struct cc_message *m, struct json_object *v, int nested)
{
	hn_str text = cc_trim(cc_text(v));
	struct json_object *opened = text.n ? cc_parse(text) : json_object_get(v);
	struct json_object *inner = message_of(cc_find_error(opened, 1));
	if (inner && nested < NESTED)
		say_value(m, inner, nested + 1);
	else if (str_begins(text, "<"))
		cc_say_page(m, text);
	else
		cc_say(m, text.n ? text : cc_words(v));
	json_object_put(opened);
}

/* Says a list of words, with commas between them. */
static void say_list(struct cc_message *m, struct json_object *list)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		cc_says(m, i ? ", " : "");
		cc_say(m, cc_words(json_object_array_get_idx(list, i)));
	}
}

/* Adds a part after the others, unless it is missing or already in the message. */
static void add_part(struct cc_message *more, const char *before, const char *label,
	struct cc_message *part, const struct cc_message *m)
{
	hn_str s = cc_said(part);
	if (!s.n || memmem(m->p, m->n, s.p, s.n))
		return;
	cc_says(more, more->n ? before : "");
	cc_says(more, label);
	cc_say(more, s);
}

/* Adds the name of the upstream and what it said itself. */
static void add_words(
	struct cc_message *more, struct json_object *error, const struct cc_message *m)
{
	struct cc_message name = { .max = PART_CAP }, raw = { .max = PART_CAP };
	cc_say(&name, cc_text(cc_path(error, "metadata.provider_name")));
	add_part(more, "", "", &name, m);
	say_value(&raw, cc_path(error, "metadata.raw"), 0);
	add_part(more, ": ", "", &raw, m);
}

void cc_say_upstream(struct cc_message *m, struct json_object *error)
{
	struct cc_message more = { 0 };
	add_words(&more, error, m);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		struct cc_message part = { .max = PART_CAP };
		struct json_object *v = cc_path(error, parts[i].path);
		if (json_object_is_type(v, json_type_array))
			say_list(&part, v);
		else
			cc_say(&part, cc_words(v));
		add_part(&more, "; ", parts[i].label, &part, m);
	}
	if (!more.n)
		return;
	int alone = m->n == 0;
	cc_says(m, alone ? "" : " (");
	cc_say(m, cc_said(&more));
	cc_says(m, alone ? "" : ")");
}

int cc_is_flagged(struct json_object *error)
{
	return cc_path(error, "metadata.reasons") || cc_path(error, "metadata.patterns") ||
	       cc_path(error, "metadata.flagged_input");
}
