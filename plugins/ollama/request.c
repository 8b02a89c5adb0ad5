/* SPDX-License-Identifier: MIT */
/* request: writes the body of a chat. What most wires put beside the messages is in `options` here. */
#include "ollama.h"

#include <stdlib.h>
#include <string.h>

#include "hobnob/easy.h"
#include "util/ascii.h"
#include "util/json.h"

static void set_text(struct json_object *o, const char *key, const char *text)
{
	json_set(o, key, json_new_text(text, strlen(text)));
}

/* ---- what has no place ---- */

/* The base64 that a data: URL holds; empty for any other URL. */
static hn_str base64_of(hn_str url)
{
	static const char mark[] = ";base64,";
	const char *at = str_begins(url, "data:") ? memmem(url.p, url.n, mark, sizeof mark - 1) : NULL;
	size_t n = at ? (size_t)(at - url.p) + sizeof mark - 1 : url.n;
	return (hn_str){ url.p + n, url.n - n };
}

static int is_far(const hn_part *part)
{
	return part->type == HN_PART_IMAGE && part->flags & HN_PARTFLAG_URL && !base64_of(part->data).n;
}

static int is_file(const hn_part *part)
{
	return part->type == HN_PART_TOOL_RESULT && !wire_result_is_text(part) && !str_begins(part->mime, "image/");
}

static int32_t check_part(const struct wire_host *to, const hn_part *part)
{
	if (is_far(part))
		return hn_failf_hint(to->host, to->call, HN_ERR_USAGE, "send the bytes of the image",
			"an image by its address: ollama takes only the image itself");
	if (is_file(part))
		return hn_failf_hint(to->host, to->call, HN_ERR_USAGE, "let the tool give text or an image",
			"a result of the tool \"%.*s\": ollama takes no %.*s", (int)part->name.n, part->name.p,
			(int)part->mime.n, part->mime.p);
	return 0;
}

int32_t ollama_check(const struct wire_host *to, const hn_request *req)
{
	int32_t rc = wire_check_request(to, req);
	if (!rc && req->set & HN_SET_TOOL_CHOICE && req->tool_choice != HN_CHOICE_AUTO && req->tool_choice != HN_CHOICE_NONE)
		rc = hn_failf_hint(to->host, to->call, HN_ERR_USAGE, "leave out tool_choice, or set it to auto or none",
			"a choice of tools (tool_choice): ollama has no way to make a model call one");
	for (uint32_t i = 0; !rc && i < req->n_messages; i++)
		for (uint32_t k = 0; !rc && k < wire_message_at(req, i)->n_parts; k++)
			rc = check_part(to, wire_part_at(wire_message_at(req, i), k));
	return rc;
}

/* ---- messages ---- */

/* Appends the images of a message to a list. */
static void add_images(struct json_object *list, const hn_message *m)
{
	for (uint32_t i = 0; i < m->n_parts; i++) {
		const hn_part *part = wire_part_at(m, i);
		if (part->type != HN_PART_IMAGE)
			continue;
		int url = part->flags & HN_PARTFLAG_URL;
		json_append(list, url ? wire_string(base64_of(part->data)) : wire_base64(part->data));
	}
}

static struct json_object *call_of(const hn_part *part)
{
	struct json_object *f = json_new_object(), *o = json_new_object();
	json_set(f, "name", wire_string(part->name));
	json_set(f, "arguments", wire_arguments_object(part->data));
	json_set(o, "id", wire_string(part->id));
	json_set(o, "function", f);
	return o;
}

/* Adds to a message of the model's what it thought, and the tools that it called. */
static void add_own(struct json_object *out, const hn_message *m)
{
	struct json_object *calls = json_new_array();
	struct buf thought = BUF(BUF_NO_CAP);
	for (uint32_t i = 0; i < m->n_parts; i++) {
		const hn_part *part = wire_part_at(m, i);
		if (part->type == HN_PART_TOOL_CALL)
			json_append(calls, call_of(part));
	}
	if (wire_thought_of(m, OLLAMA_THOUGHT, &thought).n)
		json_set(out, "thinking", wire_string(buf_str(&thought)));
	if (json_object_array_length(calls))
		json_set(out, "tool_calls", json_object_get(calls));
	json_object_put(calls);
	buf_free(&thought);
}

static struct json_object *message(const char *role, struct json_object *content)
{
	struct json_object *o = json_new_object();
	set_text(o, "role", role);
	json_set(o, "content", content);
	return o;
}

/* Moves images that wait to a message. */
static void put_images(struct json_object *out, struct json_object **images)
{
	if (json_object_array_length(*images))
		json_set(out, "images", *images);
	else
		json_object_put(*images);
	*images = json_new_array();
}

/* Appends the results of tools. An image among them waits for the next message of the user's: no model is shown one
 * elsewhere. */
static void add_results(struct json_object *array, const hn_message *m, struct json_object *images)
{
	for (uint32_t i = 0; i < m->n_parts; i++) {
		const hn_part *part = wire_part_at(m, i);
		if (part->type != HN_PART_TOOL_RESULT)
			continue;
		int text = wire_result_is_text(part);
		struct json_object *o = message("tool", text ? wire_result_text(part) : json_new_text("The image follows.", 18));
		json_set(o, "tool_name", wire_string(part->name));
		json_set(o, "tool_call_id", wire_string(part->id));
		json_append(array, o);
		if (!text)
			json_append(images, wire_base64(part->data));
	}
}

/* Appends images that wait as a message of their own. */
static void flush_images(struct json_object *array, struct json_object **images)
{
	if (!json_object_array_length(*images))
		return;
	struct json_object *o = message("user", json_new_text("", 0));
	put_images(o, images);
	json_append(array, o);
}

static void add_message(struct json_object *array, const hn_message *m, struct json_object **images)
{
	static const char *const roles[] = { [HN_ROLE_SYSTEM] = "system", [HN_ROLE_USER] = "user",
		[HN_ROLE_ASSISTANT] = "assistant" };
	const char *role = m->role < sizeof roles / sizeof *roles && roles[m->role] ? roles[m->role] : "user";
	if (m->role != HN_ROLE_USER)
		flush_images(array, images);
	struct json_object *o = message(role, wire_string(m->text));
	add_images(*images, m);
	if (m->role == HN_ROLE_USER)
		put_images(o, images);
	else
		add_own(o, m);
	json_append(array, o);
}

static struct json_object *messages(const hn_request *req)
{
	struct json_object *array = json_new_array(), *images = json_new_array();
	for (uint32_t i = 0; i < req->n_messages; i++) {
		const hn_message *m = wire_message_at(req, i);
		if (m->role == HN_ROLE_TOOL)
			add_results(array, m, images);
		else
			add_message(array, m, &images);
	}
	flush_images(array, &images);
	json_object_put(images);
	return array;
}

/* ---- settings ---- */

static struct json_object *options(const struct ollama_style *style, const hn_request *req, uint32_t refused, uint32_t *sent)
{
	struct json_object *o = json_new_object();
	json_set(o, "num_ctx", json_new_int(style->num_ctx > 0 ? style->num_ctx : ollama_window(req, refused)));
	if (req->set & HN_SET_MAX_TOKENS)
		json_set(o, "num_predict", json_new_int(req->max_tokens));
	if (req->set & HN_SET_TEMPERATURE)
		wire_add(o, WIRE_TEMPERATURE, "temperature", json_new_decimal(req->temperature), refused, sent);
	if (req->set & HN_SET_TOP_P)
		wire_add(o, WIRE_TOP_P, "top_p", json_new_decimal(req->top_p), refused, sent);
	if (req->set & HN_SET_SEED)
		wire_add(o, WIRE_SEED, "seed", json_new_int(req->seed), refused, sent);
	if (req->set & HN_SET_STOP)
		wire_add(o, WIRE_STOP, "stop", wire_stops(req), refused, sent);
	wire_merge(o, style->options);
	return o;
}

/* How hard the model is to think: a flag, or a level of this API's. */
static struct json_object *think(hn_str word)
{
	static const struct { const char *word, *means; } words[] = {
		{ "none", "false" }, { "off", "false" }, { "on", "true" }, { "minimal", "low" }, { "xhigh", "max" },
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		word = str_is(word, words[i].word) ? str_of(words[i].means) : word;
	if (str_is(word, "true") || str_is(word, "false"))
		return json_new_flag(str_is(word, "true"));
	return wire_string(word);
}

/* A time with its unit is a text, seconds are a number. */
static struct json_object *keep_alive(hn_str said)
{
	char *text = str_dup(said), *end;
	long long seconds = strtoll(text, &end, 10);
	struct json_object *o = end != text && !*end ? json_new_int(seconds) : wire_string(said);
	free(text);
	return o;
}

static struct json_object *tool(const hn_tool *t)
{
	static const char nothing[] = "{\"type\":\"object\",\"properties\":{}}";
	struct json_object *f = json_new_object(), *o = json_new_object();
	wire_describe(f, t);
	json_set(f, "parameters", json_read(t->schema.n ? t->schema : str_of(nothing), NULL));
	set_text(o, "type", "function");
	json_set(o, "function", f);
	return o;
}

/* Adds the tools. A model that may call none is shown none: the API has no other way to say it. */
static void add_tools(struct json_object *body, const hn_request *req)
{
	int none = req->set & HN_SET_TOOL_CHOICE && req->tool_choice == HN_CHOICE_NONE;
	struct json_object *list = none ? NULL : wire_tools(req, tool);
	if (list)
		json_set(body, "tools", list);
}

struct json_object *ollama_body(const struct ollama_style *style, const hn_request *req, uint32_t refused, uint32_t *sent)
{
	struct json_object *body = json_new_object();
	hn_str effort = req->set & HN_SET_EFFORT ? req->reasoning_effort : style->think;
	*sent = 0;
	json_set(body, "model", wire_string(req->model));
	json_set(body, "messages", messages(req));
	json_set(body, "stream", json_new_flag(wire_streams(req, refused)));
	json_set(body, "truncate", json_new_flag(0)); /* an error rather than a prompt that is cut in silence */
	json_set(body, "options", options(style, req, refused, sent));
	if (effort.n)
		wire_add(body, WIRE_EFFORT, "think", think(effort), refused, sent);
	if (style->keep_alive.n)
		json_set(body, "keep_alive", keep_alive(style->keep_alive));
	add_tools(body, req);
	if (req->set & HN_SET_SCHEMA)
		json_set(body, "format", json_read(req->schema, NULL));
	wire_end_body(body, style->extra, req, refused, sent);
	return body;
}
