/* SPDX-License-Identifier: MIT */
/*
 * input: reads a line of JSON; keeps inputs in order until they are worked on.
 *
 * An id is echoed as it was written: json-c would round a number that is too long for it. So the id
 * is also looked for in the line itself. There it is found in a line of another encoding, too.
 */
#include "input.h"

#include <stdlib.h>
#include <string.h>

#include "util/encoding.h"
#include "util/json.h"
#include "util/json_walk.h"
#include "util/mem.h"
#include "util/utf8.h"

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

/* Parses exactly one object; NULL with *why if the line is anything else. */
static struct json_object *parse(hn_str line, const char **why)
{
	struct json_object *o = json_read(line, why);
	if (json_object_is_type(o, json_type_object))
		return o;
	if (*why != json_too_deep)
		*why = "not a JSON object on one line";
	json_object_put(o);
	return NULL;
}

/* Keeps the last value of the member `id`, as it was written. */
static int find_id(void *ud, hn_str key, hn_str raw)
{
	if (str_is(key, "id"))
		*(hn_str *)ud = raw;
	return 0;
}

/* The id of an object, as it was written; empty if it is missing, or the line is not an object. */
static hn_str raw_id(hn_str line)
{
	hn_str found = { NULL, 0 };
	const char *why;
	return json_walk(line, &why, find_id, &found) == 0 ? found : (hn_str){ NULL, 0 };
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
	if (!text.n && !in->n_files && !in->is_first)
		refuse(in, "there is nothing in it");
	else if (in->what == INPUT_COMMAND && !is_command(text.p, text.n))
		refuse(in, "a command begins with a slash and a lower-case word");
	else
		in->text = xmemdup0(text.n ? text.p : "", in->n = text.n);
}

/* Keeps the names of the files to attach. 0 if they are not a list of names. */
static int keep_files(struct input *in, struct json_object *list)
{
	size_t n = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;

	in->files = xcalloc(n + 1, sizeof *in->files);
	for (; in->n_files < n; in->n_files++) {
		struct json_object *name = json_object_array_get_idx(list, in->n_files);
		size_t length = (size_t)json_object_get_string_len(name);

		if (!json_object_is_type(name, json_type_string) || !length ||
			strlen(json_object_get_string(name)) != length)
			return 0;
		in->files[in->n_files] = xmemdup0(json_object_get_string(name), length);
	}
	return n > 0;
}

static void understand(struct input *in, struct json_object *o)
{
	struct json_object *member = NULL, *attach = NULL;
	const struct shape *shape = shape_of(o, &member);

	if (!shape || (shape->what == INPUT_CANCEL && !json_object_get_boolean(member))) {
		refuse(in, "not one of {\"say\":TEXT}, {\"command\":TEXT}, {\"cancel\":true}");
		return;
	}
	in->what = shape->what;
	if (json_object_object_get_ex(o, "attach", &attach) && !(shape->what == INPUT_SAY && keep_files(in, attach)))
		refuse(in, "attach belongs to a say: a list of the names of files, one at least");
	else if (shape->what != INPUT_CANCEL)
		keep_text(in, (hn_str){ json_object_get_string(member),
				      (size_t)json_object_get_string_len(member) });
}

struct input *input_read(hn_str line)
{
	struct input *in = xcalloc(1, sizeof *in);
	const char *why = text_fault(line, &in->hint);
	struct json_object *o = why ? NULL : parse(line, &why);
	hn_str id = raw_id(line);
	if (id.n && utf8_valid(id.p, id.n))
		in->id = xmemdup0(id.p, id.n);
	if (o)
		understand(in, o);
	else
		refuse(in, why);
	json_object_put(o);
	in->cost = line.n > COST_MIN ? line.n : COST_MIN;
	return in;
}

struct input *input_first(hn_str text)
{
	struct input *in = xcalloc(1, sizeof *in);

	in->what = INPUT_SAY;
	in->is_first = 1;
	keep_text(in, text);
	in->cost = text.n > COST_MIN ? text.n : COST_MIN;
	return in;
}

void input_free(struct input *in)
{
	if (!in)
		return;
	free(in->id);
	free(in->text);
	for (size_t i = 0; i < in->n_files; i++)
		free(in->files[i]);
	free(in->files);
	free(in);
}

int queue_full(const struct queue *queue)
{
	return queue->bytes >= QUEUE_MAX;
}

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
