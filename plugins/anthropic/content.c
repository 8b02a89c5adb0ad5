/* SPDX-License-Identifier: MIT */
/*
 * content: writes the messages, each a list of blocks.
 *
 * Turns of the user's and of the model's alternate, so what comes beside another one of the same role becomes part of
 * it: results of tools first, then what the user says. Empty text is refused, so it is left out.
 */
#include "anthropic.h"

#include "hobnob/easy.h"
#include "util/ascii.h"
#include "util/utf8.h"

/* ---- blocks ---- */

static int is_blank(hn_str text)
{
	return !wire_trim(text).n;
}

static struct json_object *text_block(hn_str text)
{
	struct json_object *o = wire_typed("text");
	json_set(o, "text", wire_string(text));
	return o;
}

/* Makes what an image or a document is made of. */
static struct json_object *source(const hn_part *part)
{
	int url = !!(part->flags & HN_PARTFLAG_URL);
	struct json_object *o = wire_typed(url ? "url" : "base64");
	if (!url)
		json_set(o, "media_type", wire_string(part->mime));
	json_set(o, url ? "url" : "data", url ? wire_string(part->data) : wire_base64(part->data));
	return o;
}

static struct json_object *text_source(hn_str text)
{
	struct json_object *o = wire_typed("text");
	json_set(o, "media_type", wire_word("text/plain"));
	json_set(o, "data", wire_string(text));
	return o;
}

/* Says whether a file goes as text: the API takes plain text and PDF. */
static int is_text(const hn_part *part)
{
	return !(part->flags & HN_PARTFLAG_URL) && !str_is(part->mime, "application/pdf") &&
	       utf8_valid(part->data.p, part->data.n);
}

static struct json_object *file_block(const hn_part *part)
{
	struct json_object *o = wire_typed("document");
	json_set(o, "source", is_text(part) ? text_source(part->data) : source(part));
	if (part->name.n)
		json_set(o, "title", wire_string(part->name));
	return o;
}

static struct json_object *image_block(const hn_part *part)
{
	struct json_object *o = wire_typed("image");
	json_set(o, "source", source(part));
	return o;
}

static const struct wire_given blocks = { text_block, image_block, file_block };

/* Makes the id of a call as the API takes it. Those that other servers gave may hold what it refuses: a conversation
 * may have begun with one of them. */
static struct json_object *id_of(hn_str id)
{
	struct buf b = BUF(BUF_NO_CAP);
	buf_addstr(&b, id);
	for (size_t i = 0; i < b.n; i++)
		b.p[i] = ascii_is_alnum(b.p[i]) || b.p[i] == '-' ? b.p[i] : '_';
	struct json_object *o = wire_string(buf_str(&b));
	buf_free(&b);
	return o;
}

/* Makes the content of a result: text as it is, else a list of one block. */
static struct json_object *result_content(const hn_part *part)
{
	hn_part as = *part;
	if (!part->data.n) /* the API refuses an empty one of a tool that failed */
		return wire_word("The tool failed.");
	if (wire_result_is_text(part))
		return wire_string(part->data);
	as.name = (hn_str){ NULL, 0 }; /* it is the tool's */
	struct json_object *list = json_new_array();
	json_append(list, wire_given_result(&blocks, &as));
	return list;
}

static struct json_object *result_block(const hn_part *part)
{
	struct json_object *o = wire_typed("tool_result");
	int failed = !!(part->flags & HN_PARTFLAG_ERROR);
	json_set(o, "tool_use_id", id_of(part->id));
	if (part->data.n || failed)
		json_set(o, "content", result_content(part));
	if (failed)
		json_set(o, "is_error", json_new_flag(1));
	return o;
}

static struct json_object *call_block(const hn_part *part)
{
	struct json_object *o = wire_typed("tool_use");
	json_set(o, "id", id_of(part->id));
	json_set(o, "name", wire_string(part->name));
	json_set(o, "input", wire_arguments_object(part->data));
	return o;
}

/* Says whether a part is reasoning that goes back. */
static int is_thought(const struct an_style *style, const hn_part *part)
{
	return part->type == HN_PART_OPAQUE && str_is(part->name, AN_THOUGHT) && !(style->refused & AN_THOUGHTS);
}

/* Makes a block of what the model said; NULL for one that does not go back. */
static struct json_object *own_block(const struct an_style *style, const hn_part *part)
{
	switch (part->type) {
	case HN_PART_TEXT:
		return is_blank(part->data) ? NULL : text_block(part->data);
	case HN_PART_TOOL_CALL:
		return call_block(part);
	case HN_PART_OPAQUE:
		return is_thought(style, part) || str_is(part->name, AN_BLOCK) ? wire_parse(part->data) : NULL;
	default:
		return NULL;
	}
}

/* ---- messages ---- */

/* Appends a block to a list, unless it is NULL. */
static void add(struct json_object *list, struct json_object *block)
{
	if (block)
		json_append(list, block);
}

/* Writes a message of the model's. Images of its own cannot stand there: they come with the user's next words. */
static struct json_object *own_content(const struct an_style *style, const hn_message *m, struct json_object *later, uint32_t *sent)
{
	struct json_object *list = json_new_array();
	if (!m->n_parts && !is_blank(m->text))
		add(list, text_block(m->text));
	for (uint32_t i = 0; i < m->n_parts; i++) {
		const hn_part *part = wire_part_at(m, i);
		if (is_thought(style, part))
			*sent |= AN_THOUGHTS;
		add(list, own_block(style, part));
	}
	wire_add_given(later, &blocks, m, WIRE_BYTES);
	return list;
}

static struct json_object *results(const hn_message *m)
{
	struct json_object *list = json_new_array();
	for (uint32_t i = 0; i < m->n_parts; i++)
		if (wire_part_at(m, i)->type == HN_PART_TOOL_RESULT)
			add(list, result_block(wire_part_at(m, i)));
	return list;
}

static struct json_object *user_content(const hn_message *m)
{
	struct json_object *list = json_new_array();
	wire_add_given(list, &blocks, m, WIRE_GIVEN);
	return list;
}

static void add_turn(struct json_object *messages, const char *role, struct json_object *content)
{
	wire_add_turn(messages, str_of(role), "content", content);
}

struct json_object *an_messages(const struct an_style *style, const hn_request *req, uint32_t *sent)
{
	struct json_object *messages = json_new_array(), *later = json_new_array();
	for (uint32_t i = 0; i < req->n_messages; i++) {
		const hn_message *m = wire_message_at(req, i);
		if (m->role == HN_ROLE_ASSISTANT) {
			add_turn(messages, "assistant", own_content(style, m, later, sent));
		} else if (m->role == HN_ROLE_TOOL) {
			add_turn(messages, "user", results(m));
		} else if (m->role == HN_ROLE_USER) {
			add_turn(messages, "user", later);
			later = json_new_array();
			add_turn(messages, "user", user_content(m));
		}
	}
	/* the results are the user's last turn; after the model's own nothing may stand */
	if (req->n_messages && wire_message_at(req, req->n_messages - 1)->role == HN_ROLE_TOOL)
		add_turn(messages, "user", json_object_get(later));
	json_object_put(later);
	return messages;
}

struct json_object *an_system(const hn_request *req)
{
	struct json_object *list = json_new_array();
	for (uint32_t i = 0; i < req->n_messages; i++) {
		const hn_message *m = wire_message_at(req, i);
		if (m->role == HN_ROLE_SYSTEM && !is_blank(m->text))
			json_append(list, text_block(m->text));
	}
	return list;
}

/* The first part of a message that becomes a block, or NULL. */
static const hn_part *first_part(const struct an_style *style, const hn_message *m)
{
	for (uint32_t i = 0; i < m->n_parts; i++) {
		struct json_object *block = own_block(style, wire_part_at(m, i));
		json_object_put(block);
		if (block)
			return wire_part_at(m, i);
	}
	return NULL;
}

int an_loops_thoughtless(const struct an_style *style, const hn_request *req)
{
	for (uint32_t i = req->n_messages; i > 0; i--) {
		const hn_message *m = wire_message_at(req, i - 1);
		if (m->role != HN_ROLE_ASSISTANT)
			continue;
		const hn_part *first = first_part(style, m);
		return wire_holds(m, 1u << HN_PART_TOOL_CALL) && !(first && is_thought(style, first));
	}
	return 0;
}

/* Says whether a part is a file that no block takes, of the user's or of a tool's. */
static int is_foreign(const hn_part *part)
{
	int result = part->type == HN_PART_TOOL_RESULT && !wire_result_is_text(part) && !str_begins(part->mime, "image/");
	return (part->type == HN_PART_FILE || result) && !(part->flags & HN_PARTFLAG_URL) && !is_text(part) &&
	       !str_is(part->mime, "application/pdf");
}

static int32_t refuse_file(const struct wire_host *to, const hn_part *part)
{
	return hn_failf(to->host, to->call, HN_ERR_USAGE, "%s \"%.*s\": expected text or PDF, not %.*s",
		part->type == HN_PART_FILE ? "the file" : "a result of the tool", (int)part->name.n, part->name.p,
		(int)part->mime.n, part->mime.p);
}

int32_t an_check_files(const struct wire_host *to, const hn_request *req)
{
	int32_t rc = 0;
	for (uint32_t i = 0; !rc && i < req->n_messages; i++) {
		const hn_message *m = wire_message_at(req, i);
		for (uint32_t k = 0; !rc && k < m->n_parts; k++)
			rc = is_foreign(wire_part_at(m, k)) ? refuse_file(to, wire_part_at(m, k)) : 0;
	}
	return rc;
}
