/* SPDX-License-Identifier: MIT */
/*
 * message_json: a message as JSON and back; docs/journal.md describes it member by member.
 *
 * Written text is valid UTF-8: JSON has no other. An opaque part is a provider's own bytes and
 * must come back unchanged, so one that is not valid UTF-8 is written in base64. Reading is
 * strict about what a message cannot be without (id, role, text) and lenient about the rest: a
 * file of a later version should still open.
 */
#include "chat/message_json.h"

#include <stdlib.h>
#include <string.h>

#include "call/kind.h"
#include "util/mem.h"
#include "util/money.h"
#include "util/utf8.h"

#define KNOWN_MAX ((int64_t)1 << 40) /* tokens, or ms */

static const char base64_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The sources of a cost: a message holds one of these by address. */
static const char *const cost_sources[] = { "provider", "user", "models", "table", "estimate" };

/* Appends up to three bytes as four digits. */
static void base64_group(struct buf *out, const unsigned char *p, size_t n)
{
	uint32_t bits = (uint32_t)p[0] << 16;
	if (n > 1)
		bits |= (uint32_t)p[1] << 8;
	if (n > 2)
		bits |= p[2];
	for (size_t i = 0; i < 4; i++)
		buf_addc(out, i <= n ? base64_digits[bits >> (18 - 6 * i) & 63] : '=');
}

/* Appends the bytes in base64, padded. */
static void base64_write(struct buf *out, const char *p, size_t n)
{
	const unsigned char *bytes = (const unsigned char *)p;
	for (size_t i = 0; i < n; i += 3)
		base64_group(out, bytes + i, n - i < 3 ? n - i : 3);
}

/* The value of one base64 digit, or -1. */
static int base64_value(char c)
{
	const char *at = c ? strchr(base64_digits, c) : NULL;
	return at ? (int)(at - base64_digits) : -1;
}

/* Appends what padded base64 stands for. 0, or -1 if it is none. */
static int base64_read(hn_str text, struct buf *out)
{
	size_t n = text.n;
	if (n % 4 != 0)
		return -1;
	for (int pads = 0; pads < 2 && n > 0 && text.p[n - 1] == '='; pads++)
		n--;
	uint32_t bits = 0;
	for (size_t i = 0; i < n; i++) {
		int value = base64_value(text.p[i]);
		if (value < 0)
			return -1;
		bits = bits << 6 | (uint32_t)value;
		if (i % 4 != 0)
			buf_addc(out, (char)(bits >> (6 - 2 * (i % 4)) & 255));
	}
	return 0;
}

/* Adds a number that may be unknown: then nothing. */
static void add_known(struct json_object *o, const char *key, int64_t v)
{
	if (v >= 0)
		json_add_int(o, key, v);
}

/* Adds a number that may be unknown: then null. */
static void add_or_null(struct json_object *o, const char *key, int64_t v)
{
	if (v >= 0)
		json_add_int(o, key, v);
	else
		json_add_null(o, key);
}

/* Adds a text that may be missing: then nothing. */
static void add_text(struct json_object *o, const char *key, const char *text)
{
	if (text && *text)
		json_add_text(o, key, str_of(text));
}

/* Adds money as exact decimal text, if it is known. */
static void add_money(struct json_object *o, const char *key, int64_t pico)
{
	char text[32];
	if (pico >= 0)
		json_add_text(o, key, str_of(money_text(pico, text)));
}

/* The four sums that every reader knows. */
struct json_object *usage_to_json(const hn_usage *usage)
{
	struct json_object *o = json_object_new_object();
	add_or_null(o, "prompt_tokens", usage->prompt);
	add_or_null(o, "completion_tokens", usage->completion);
	add_or_null(o, "cached_tokens", usage->cached);
	add_or_null(o, "reasoning_tokens", usage->reasoning);
	return o;
}

/* Adds the usage and what only the journal keeps of it; nothing if nothing was reported. */
static void add_usage(struct json_object *message, const hn_usage *usage)
{
	if (usage->prompt < 0 && usage->completion < 0 && usage->cached < 0 &&
		usage->cache_write < 0 && usage->reasoning < 0 && usage->cost < 0)
		return;
	struct json_object *o = usage_to_json(usage);
	add_known(o, "cache_write_tokens", usage->cache_write);
	add_money(o, "cost", usage->cost);
	if (usage->flags & HN_USAGE_ESTIMATED)
		json_object_object_add(o, "estimated", json_object_new_boolean(1));
	json_object_object_add(message, "usage", o);
}

/* One opaque part as an object. */
static struct json_object *opaque_to_json(const struct opaque *part)
{
	struct json_object *o = json_object_new_object();
	json_add_text(o, "name", str_of(part->name));
	if (utf8_valid(part->data, part->n)) {
		json_add_text(o, "data", (hn_str){ part->data, part->n });
		return o;
	}
	struct buf coded = BUF(BUF_NO_CAP);
	base64_write(&coded, part->data, part->n);
	json_add_text(o, "base64", buf_str(&coded));
	buf_free(&coded);
	return o;
}

/* Adds the list of opaque parts, if there are any. */
static void add_opaque(struct json_object *message, const struct message *m)
{
	if (m->n_opaque == 0)
		return;
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < m->n_opaque; i++)
		json_object_array_add(list, opaque_to_json(&m->opaque[i]));
	json_object_object_add(message, "opaque", list);
}

/* Adds how the message came about: who answered, how it ended, what it cost. */
static void add_account(struct json_object *o, const struct message *m)
{
	add_text(o, "provider", m->instance);
	add_text(o, "model", m->model);
	if (m->finish != HN_FINISH_NONE)
		json_add_text(o, "finish", str_of(finish_name(m->finish)));
	if (m->error != HN_OK)
		json_add_text(o, "error", str_of(kind_name(m->error)));
	add_usage(o, &m->usage);
	add_money(o, "cost", m->cost);
	add_text(o, "cost_source", m->cost_source);
	add_known(o, "ttft_ms", m->ttft_ms);
	add_known(o, "total_ms", m->total_ms);
	add_known(o, "tokens_estimate", m->tokens);
}

/* The whole message. */
struct json_object *message_to_json(const struct message *m)
{
	struct json_object *o = json_object_new_object();
	json_add_int(o, "id", (int64_t)m->id);
	if (m->parent != 0)
		json_add_int(o, "parent", (int64_t)m->parent);
	json_add_text(o, "role", str_of(role_name(m->role)));
	json_add_text(o, "state", str_of(message_state_name(m->state)));
	json_add_int(o, "time", m->time_ms);
	json_add_text(o, "text", (hn_str){ m->text, m->n });
	add_account(o, m);
	if (m->pinned)
		json_object_object_add(o, "pinned", json_object_new_boolean(1));
	add_opaque(o, m);
	return o;
}

/* A number of which the formats know no negative: unknown is -1, and so is one that cannot be and
 * whose sums would overflow. */
static int64_t read_known(struct json_object *o, const char *key)
{
	int64_t v = json_int(o, key, -1);
	return v < 0 || v > KNOWN_MAX ? -1 : v;
}

/* Money, MONEY_UNKNOWN where there is none. */
static int64_t read_money(struct json_object *o, const char *key)
{
	int64_t pico;
	hn_str text = json_text(o, key);
	return text.n > 0 && money_parse(text, &pico) == 0 ? pico : MONEY_UNKNOWN;
}

/* A text of the caller's own, or NULL. */
static char *read_text(struct json_object *o, const char *key)
{
	hn_str text = json_text(o, key);
	return text.n > 0 ? xmemdup0(text.p, text.n) : NULL;
}

/* The static text that a source stands for; "" for one that is none. */
static const char *read_source(struct json_object *o)
{
	hn_str text = json_text(o, "cost_source");
	for (size_t i = 0; i < sizeof cost_sources / sizeof *cost_sources; i++)
		if (str_is(text, cost_sources[i]))
			return cost_sources[i];
	return "";
}

/* The usage; o may be NULL. */
static void read_usage(struct json_object *o, hn_usage *usage)
{
	usage->prompt = read_known(o, "prompt_tokens");
	usage->completion = read_known(o, "completion_tokens");
	usage->cached = read_known(o, "cached_tokens");
	usage->cache_write = read_known(o, "cache_write_tokens");
	usage->reasoning = read_known(o, "reasoning_tokens");
	usage->cost = read_money(o, "cost");
	usage->flags = json_flag(o, "estimated", 0) ? HN_USAGE_ESTIMATED : 0;
}

/* One opaque part; what is none is passed over. */
static void read_opaque(struct json_object *o, struct message *m)
{
	hn_str name = json_text(o, "name");
	if (!json_member(o, "base64")) {
		message_add_opaque(m, name, json_text(o, "data"));
		return;
	}
	struct buf data = BUF(BUF_NO_CAP);
	if (base64_read(json_text(o, "base64"), &data) == 0)
		message_add_opaque(m, name, buf_str(&data));
	buf_free(&data);
}

/* All opaque parts; o may be NULL. */
static void read_opaques(struct json_object *o, struct message *m)
{
	if (!json_object_is_type(o, json_type_array))
		return;
	for (size_t i = 0; i < json_object_array_length(o); i++)
		if (json_text(json_object_array_get_idx(o, i), "name").n > 0)
			read_opaque(json_object_array_get_idx(o, i), m);
}

/* How the message came about. */
static void read_account(struct json_object *o, struct message *m)
{
	char *error = read_text(o, "error");
	hn_str finish = json_text(o, "finish");
	m->instance = read_text(o, "provider");
	m->model = read_text(o, "model");
	m->finish = finish.n > 0 ? finish_find(finish) : HN_FINISH_NONE;
	m->error = error ? kind_code(error) : HN_OK;
	read_usage(json_member(o, "usage"), &m->usage);
	m->cost = read_money(o, "cost");
	m->cost_source = read_source(o);
	m->ttft_ms = read_known(o, "ttft_ms");
	m->total_ms = read_known(o, "total_ms");
	m->tokens = read_known(o, "tokens_estimate");
	free(error);
}

/* Why an object is no message, or NULL if it is one. */
static const char *refusal(struct json_object *o)
{
	if (!json_object_is_type(o, json_type_object))
		return "not an object";
	if (json_int(o, "id", 0) <= 0)
		return "no id";
	if (json_int(o, "parent", 0) < 0)
		return "the parent is no id";
	if (role_find(json_text(o, "role")) == 0)
		return "no role that is known";
	if (!json_object_is_type(json_member(o, "text"), json_type_string))
		return "no text";
	if (json_member(o, "state") && message_state_find(json_text(o, "state")) < 0)
		return "no state that is known";
	return NULL;
}

/* A message of the caller's own. */
struct message *message_from_json(struct json_object *o, const char **why)
{
	*why = refusal(o);
	if (*why)
		return NULL;
	struct message *m = message_new();
	int state = message_state_find(json_text(o, "state"));
	hn_str text = json_text(o, "text");
	m->id = (uint64_t)json_int(o, "id", 0);
	m->parent = (uint64_t)json_int(o, "parent", 0);
	m->role = role_find(json_text(o, "role"));
	m->state = state < 0 ? MESSAGE_COMPLETE : (enum message_state)state;
	m->time_ms = json_int(o, "time", 0);
	m->text = xmemdup0(text.p, text.n);
	m->n = text.n;
	m->pinned = json_flag(o, "pinned", 0);
	read_account(o, m);
	read_opaques(json_member(o, "opaque"), m);
	return m;
}
