/* SPDX-License-Identifier: MIT */
/*
 * input: reads a line of JSON; keeps inputs in order until they are worked on.
 *
 * json-c reads the line, but an id is echoed as it was written: json-c would round a number that is
 * too long for it. So the id is also looked for in the line itself, which is known to be sound by
 * then.
 */
#include "input.h"

#include <json-c/json.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 64 /* deepest nesting of a line */
#define COST_MIN 11 /* bytes of the shortest line that asks for anything: {"say":"x"} */

/* What a line may be: the member that says so, and the type it must have. */
static const struct shape {
	const char *key;
	enum json_type type;
	enum input_what what;
} shapes[] = {
	{ "say", json_type_string, INPUT_SAY },
	{ "command", json_type_string, INPUT_COMMAND },
	{ "cancel", json_type_boolean, INPUT_CANCEL },
};

/* 1 if there is a number in it that JSON has no word for: json-c reads NaN and Infinity. A 1e999 is
 * JSON, and json-c keeps how it was written. */
static int beyond_json(struct json_object *o)
{
	if (json_object_is_type(o, json_type_double))
		return !isfinite(json_object_get_double(o)) &&
		       !strpbrk(json_object_to_json_string(o), "0123456789");
	if (json_object_is_type(o, json_type_array))
		for (size_t i = 0; i < json_object_array_length(o); i++)
			if (beyond_json(json_object_array_get_idx(o, i)))
				return 1;
	if (json_object_is_type(o, json_type_object)) {
		json_object_object_foreach(o, key, member)
		{
			(void)key;
			if (beyond_json(member))
				return 1;
		}
	}
	return 0;
}

/* What is wrong with a line, by the first thing that json-c did not like. */
static const char *why_of(enum json_tokener_error error)
{
	switch (error) {
	case json_tokener_error_depth:
		return "nested deeper than 64 levels";
	case json_tokener_error_parse_utf8_string:
		return "not valid UTF-8";
	default:
		return "not a JSON object on one line";
	}
}

/* Runs json-c over all of a text; NULL with *why if it is not exactly one object. */
static struct json_object *tokenise(hn_str text, int flags, const char **why)
{
	struct json_tokener *tokener = text.n < INT32_MAX ? json_tokener_new_ex(DEPTH) : NULL;
	*why = "out of memory";
	if (!tokener)
		return NULL;

	json_tokener_set_flags(tokener, flags);
	struct json_object *o = json_tokener_parse_ex(tokener, text.p, (int)text.n);
	*why = why_of(json_tokener_get_error(tokener));
	if (json_tokener_get_error(tokener) != json_tokener_success ||
		json_tokener_get_parse_end(tokener) != text.n ||
		!json_object_is_type(o, json_type_object)) {
		json_object_put(o);
		o = NULL;
	}
	json_tokener_free(tokener);
	return o;
}

/* 1 if json-c takes it strictly. Asked of a copy without a byte beyond ASCII, each replaced by a
 * letter, for the strict mode of 0.18 takes them for control characters. */
static int is_strict(hn_str line, const char **why)
{
	char *copy = malloc(line.n + 1);
	for (size_t i = 0; copy && i < line.n; i++)
		copy[i] = (signed char)line.p[i] < 0 ? 'x' : line.p[i];
	struct json_object *o =
		copy ? tokenise((hn_str){ copy, line.n }, JSON_TOKENER_STRICT, why) : NULL;
	int strict = o && !beyond_json(o);

	json_object_put(o);
	free(copy);
	return strict;
}

/* Parses exactly one object; NULL with *why if the line is anything else. */
static struct json_object *parse(hn_str line, const char **why)
{
	*why = "out of memory";
	return is_strict(line, why) ? tokenise(line, JSON_TOKENER_VALIDATE_UTF8, why) : NULL;
}

/* ---- the id as it was written: these walk through JSON that is known to be sound ----------- */

/* Behind the white space at i. */
static size_t skip_space(hn_str s, size_t i)
{
	while (i < s.n && memchr(" \t\r\n", s.p[i], 4))
		i++;
	return i;
}

/* Behind the string that begins at i. */
static size_t skip_string(hn_str s, size_t i)
{
	for (i++; i < s.n && s.p[i] != '"'; i++)
		i += s.p[i] == '\\';
	return i + 1 < s.n ? i + 1 : s.n;
}

/* Behind the value that begins at i: up to the comma or bracket that is not its own. */
static size_t skip_value(hn_str s, size_t i)
{
	size_t depth = 0;

	while (i < s.n && (depth || !memchr(",]} \t\r\n", s.p[i], 7))) {
		if (s.p[i] == '"') {
			i = skip_string(s, i);
			continue;
		}
		depth += s.p[i] == '{' || s.p[i] == '[';
		depth -= s.p[i] == '}' || s.p[i] == ']';
		i++;
		if (!depth && memchr("}]", s.p[i - 1], 2))
			break;
	}
	return i;
}

/* 1 if a key, its quotes included, is `id`, escapes resolved. */
static int is_id(hn_str key)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *o = tokener ? json_tokener_parse_ex(tokener, key.p, (int)key.n) : NULL;
	int yes = json_object_is_type(o, json_type_string) &&
		  !strcmp(json_object_get_string(o), "id");

	json_object_put(o);
	if (tokener)
		json_tokener_free(tokener);
	return yes;
}

/* The last value of the member `id` of an object, as it was written; empty if there is none. */
static hn_str raw_id(hn_str s)
{
	hn_str found = { NULL, 0 };
	size_t i = skip_space(s, skip_space(s, 0) + 1);

	while (i < s.n && s.p[i] == '"') {
		size_t key = i, end = skip_string(s, i);
		i = skip_space(s, skip_space(s, end) + 1);
		size_t value = i;
		i = skip_value(s, i);
		if (is_id((hn_str){ s.p + key, end - key }))
			found = (hn_str){ s.p + value, i - value };
		i = skip_space(s, i);
		i = i < s.n ? skip_space(s, i + 1) : i;
	}
	return found;
}

/* ---- what is asked for --------------------------------------------------------------------- */

/* 1 if the first word is a slash and letters or question marks: "/clear", "/?". */
static int is_command(const char *text, size_t n)
{
	size_t i = 1;

	if (n < 2 || text[0] != '/')
		return 0;
	while (i < n && ((text[i] >= 'a' && text[i] <= 'z') || text[i] == '?'))
		i++;
	return i > 1 && (i == n || memchr(" \t\r\n", text[i], 4) != NULL);
}

/* The shape of an object: the one member that says what is wanted, or NULL. */
static const struct shape *shape_of(struct json_object *o, struct json_object **member)
{
	const struct shape *found = NULL;
	struct json_object *value;

	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		if (!json_object_object_get_ex(o, shapes[i].key, &value))
			continue;
		if (found || !json_object_is_type(value, shapes[i].type))
			return NULL;
		found = &shapes[i];
		*member = value;
	}
	return found;
}

/* Marks an input as one that cannot be worked on. */
static void refuse(struct input *in, const char *why)
{
	in->what = INPUT_BAD;
	in->why = why;
}

/* Keeps the text of a say or a command. */
static void keep_text(struct input *in, hn_str text)
{
	if (!text.n)
		refuse(in, "there is nothing in it");
	else if (in->what == INPUT_COMMAND && !is_command(text.p, text.n))
		refuse(in, "a command begins with a slash and a lower-case word");
	else if (!(in->text = malloc(text.n)))
		refuse(in, "out of memory");
	else
		memcpy(in->text, text.p, in->n = text.n);
}

/* Keeps an id as it was written. */
static void keep_id(struct input *in, hn_str raw)
{
	char *copy = raw.n ? malloc(raw.n + 1) : NULL;

	if (!copy)
		return;
	memcpy(copy, raw.p, raw.n);
	copy[raw.n] = '\0';
	in->id = copy;
}

/* Fills in what an object asks for. */
static void understand(struct input *in, struct json_object *o)
{
	struct json_object *member = NULL;
	const struct shape *shape = shape_of(o, &member);

	if (!shape || (shape->what == INPUT_CANCEL && !json_object_get_boolean(member))) {
		refuse(in, "not one of {\"say\":TEXT}, {\"command\":TEXT}, {\"cancel\":true}");
		return;
	}
	in->what = shape->what;
	if (shape->what != INPUT_CANCEL)
		keep_text(in, (hn_str){ json_object_get_string(member),
				      (size_t)json_object_get_string_len(member) });
}

/* Reads one line of input. */
struct input *input_read(hn_str line)
{
	struct input *in = calloc(1, sizeof *in);
	if (!in)
		return NULL;

	struct json_object *o = parse(line, &in->why);
	if (o) {
		keep_id(in, raw_id(line));
		understand(in, o);
	} else {
		refuse(in, in->why);
	}
	json_object_put(o);
	in->cost = line.n > COST_MIN ? line.n : COST_MIN;
	return in;
}

/* Makes an input of text that did not come as JSON. */
struct input *input_first(hn_str text)
{
	struct input *in = calloc(1, sizeof *in);

	if (in) {
		in->what = INPUT_SAY;
		keep_text(in, text);
		in->cost = text.n > COST_MIN ? text.n : COST_MIN;
	}
	return in;
}

/* Frees one input. */
void input_free(struct input *in)
{
	if (!in)
		return;
	free(in->id);
	free(in->text);
	free(in);
}

/* Tells when enough is waiting. */
int queue_full(const struct queue *queue)
{
	return queue->bytes >= QUEUE_MAX;
}

/* Adds to the end. */
void queue_add(struct queue *queue, struct input *in)
{
	if (queue->last)
		queue->last->next = in;
	else
		queue->first = in;
	queue->last = in;
	queue->bytes += in->cost;
	queue->n++;
}

/* Takes the oldest. */
struct input *queue_next(struct queue *queue)
{
	struct input *in = queue->first;
	if (!in)
		return NULL;

	queue->first = in->next;
	if (!queue->first)
		queue->last = NULL;
	queue->bytes -= in->cost;
	queue->n--;
	return in;
}
