/* SPDX-License-Identifier: MIT */
/*
 * message_json: a message as JSON and back; docs/journal.md describes it member by member.
 *
 * Written text is valid UTF-8: JSON has no other. An opaque part is a provider's own bytes and
 * must come back unchanged, so one that is not valid UTF-8 is written in base64. Reading is
 * strict about what a message cannot be without (id, role, text) and lenient about the rest: a
 * file of a later version should still open.
 *
 * A table of members says everything once. Reading makes no tree of the object: a conversation is
 * as long as its texts, and they are copied once, from the file's bytes to the message.
 */
#include "conversation/message_json.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "call/kind.h"
#include "util/base64.h"
#include "util/json_walk.h"
#include "util/mem.h"
#include "util/money.h"
#include "util/utf8.h"

#define KNOWN_MAX ((int64_t)1 << 40) /* tokens, or ms */
#define WORD_ROOM 64

/* The sources of a cost: a message holds one of these by address. */
static const char *const cost_sources[] = { "provider", "user", "models", "table", "estimate" };

/* One member: its name, where in its struct it is kept, how it is written from there, and how it is
 * read to there. */
struct member {
	const char *name;
	size_t at;
	void (*write)(struct json_object *o, const char *name, const void *at);
	const char *(*read)(hn_str raw, void *at); /* NULL, or why it cannot be (static) */
};

/* ---- numbers ---- */

/* A number that is always there. */
static void write_number(struct json_object *o, const char *name, const void *at)
{
	json_add_int(o, name, *(const int64_t *)at);
}

/* A number of which none is 0: then nothing. */
static void write_count(struct json_object *o, const char *name, const void *at)
{
	if (*(const int64_t *)at != 0)
		write_number(o, name, at);
}

/* A number that may be unknown: then nothing. */
static void write_known(struct json_object *o, const char *name, const void *at)
{
	if (*(const int64_t *)at >= 0)
		write_number(o, name, at);
}

/* A number that may be unknown: then null. */
static void write_or_null(struct json_object *o, const char *name, const void *at)
{
	if (*(const int64_t *)at >= 0)
		write_number(o, name, at);
	else
		json_add_null(o, name);
}

/* A time. */
static const char *read_time(hn_str raw, void *at)
{
	*(int64_t *)at = json_number(raw, 0);
	return NULL;
}

/* A number of which the formats know no negative: unknown is -1, and so is one that cannot be and
 * whose sums would overflow. */
static const char *read_known(hn_str raw, void *at)
{
	int64_t v = json_number(raw, -1);
	*(int64_t *)at = v < 0 || v > KNOWN_MAX ? -1 : v;
	return NULL;
}

/* The same, 0 if it is unknown. */
static const char *read_count(hn_str raw, void *at)
{
	int64_t v = json_number(raw, 0);
	*(int64_t *)at = v < 0 || v > KNOWN_MAX ? 0 : v;
	return NULL;
}

/* An id. */
static void write_id(struct json_object *o, const char *name, const void *at)
{
	json_add_int(o, name, (int64_t) * (const uint64_t *)at);
}

/* An id that may be missing. */
static void write_reference(struct json_object *o, const char *name, const void *at)
{
	if (*(const uint64_t *)at != 0)
		write_id(o, name, at);
}

/* The message's own id. */
static const char *read_id(hn_str raw, void *at)
{
	int64_t v = json_number(raw, 0);
	*(uint64_t *)at = (uint64_t)v;
	return v > 0 ? NULL : "no id";
}

/* The id of the message before. */
static const char *read_parent(hn_str raw, void *at)
{
	int64_t v = json_number(raw, -1);
	*(uint64_t *)at = (uint64_t)v;
	return v >= 0 ? NULL : "the parent is no id";
}

/* The id of another message, without which this one is none the worse. */
static const char *read_reference(hn_str raw, void *at)
{
	int64_t v = json_number(raw, 0);
	*(uint64_t *)at = v > 0 ? (uint64_t)v : 0;
	return NULL;
}

/* Yes, or not mentioned. */
static void write_yes(struct json_object *o, const char *name, const void *at)
{
	if (*(const int *)at)
		json_set(o, name, json_new_flag(1));
}

/* Yes or no. */
static const char *read_yes(hn_str raw, void *at)
{
	*(int *)at = str_is(raw, "true");
	return NULL;
}

/* ---- words: texts of which there are few ---- */

/* What a value says, in room; empty if it is no text, or longer than any word. NULL, or why the
 * text is damaged. */
static const char *read_word(hn_str raw, char room[WORD_ROOM], hn_str *word)
{
	const char *why = NULL;
	*word = (hn_str){ room, 0 };
	room[0] = '\0';
	if (raw.p[0] != '"' || raw.n > WORD_ROOM)
		return NULL;
	int64_t n = json_unquote(raw, room, &why);
	word->n = n < 0 ? 0 : (size_t)n;
	return why;
}

/* Who speaks. */
static void write_role(struct json_object *o, const char *name, const void *at)
{
	json_add_text(o, name, str_of(role_name(*(const uint32_t *)at)));
}

/* Who speaks; without that it is no message. */
static const char *read_role(hn_str raw, void *at)
{
	char room[WORD_ROOM];
	hn_str word;
	const char *why = read_word(raw, room, &word);
	uint32_t role = role_find(word);
	*(uint32_t *)at = role;
	return why || role ? why : "no role that is known";
}

/* What became of it. */
static void write_state(struct json_object *o, const char *name, const void *at)
{
	json_add_text(o, name, str_of(message_state_name(*(const enum message_state *)at)));
}

/* What became of it; one that is not known may be anything. */
static const char *read_state(hn_str raw, void *at)
{
	char room[WORD_ROOM];
	hn_str word;
	const char *why = read_word(raw, room, &word);
	int state = message_state_find(word);
	*(enum message_state *)at = state < 0 ? MESSAGE_COMPLETE : (enum message_state)state;
	return why || state >= 0 ? why : "no state that is known";
}

/* How a reply ended. */
static void write_finish(struct json_object *o, const char *name, const void *at)
{
	int32_t finish = *(const int32_t *)at;
	if (finish != HN_FINISH_NONE)
		json_add_text(o, name, str_of(finish_name(finish)));
}

/* How a reply ended. */
static const char *read_finish(hn_str raw, void *at)
{
	char room[WORD_ROOM];
	hn_str word;
	const char *why = read_word(raw, room, &word);
	*(int32_t *)at = word.n > 0 ? finish_find(word) : HN_FINISH_NONE;
	return why;
}

/* What went wrong. */
static void write_kind(struct json_object *o, const char *name, const void *at)
{
	int32_t code = *(const int32_t *)at;
	if (code != HN_OK)
		json_add_text(o, name, str_of(kind_name(code)));
}

/* What went wrong. */
static const char *read_kind(hn_str raw, void *at)
{
	char room[WORD_ROOM];
	hn_str word;
	const char *why = read_word(raw, room, &word);
	*(int32_t *)at = word.n > 0 ? kind_code(word.p) : HN_OK;
	return why;
}

/* Money as exact decimal text, if it is known. */
static void write_money(struct json_object *o, const char *name, const void *at)
{
	char text[32];
	int64_t pico = *(const int64_t *)at;
	if (pico >= 0)
		json_add_text(o, name, str_of(money_text(pico, text)));
}

/* Money, MONEY_UNKNOWN where there is none. */
static const char *read_money(hn_str raw, void *at)
{
	char room[WORD_ROOM];
	hn_str word;
	const char *why = read_word(raw, room, &word);
	if (word.n == 0 || money_parse(word, at) != 0)
		*(int64_t *)at = MONEY_UNKNOWN;
	return why;
}

/* Where a cost is known from. */
static void write_source(struct json_object *o, const char *name, const void *at)
{
	const char *source = *(const char *const *)at;
	if (*source)
		json_add_text(o, name, str_of(source));
}

/* Where a cost is known from: the static text that it stands for; "" for one that is none. */
static const char *read_source(hn_str raw, void *at)
{
	char room[WORD_ROOM];
	hn_str word;
	const char *why = read_word(raw, room, &word);
	*(const char **)at = "";
	for (size_t i = 0; i < sizeof cost_sources / sizeof *cost_sources; i++)
		if (str_is(word, cost_sources[i]))
			*(const char **)at = cost_sources[i];
	return why;
}

/* ---- texts ---- */

/* A name, if there is one. */
static void write_name(struct json_object *o, const char *name, const void *at)
{
	const char *text = *(char *const *)at;
	if (text && *text)
		json_add_text(o, name, str_of(text));
}

/* A name of the message's own; NULL if there is none. */
static const char *read_name(hn_str raw, void *at)
{
	const char *why = NULL;
	if (raw.p[0] != '"' || raw.n == 2)
		return NULL;
	char *text = xmalloc(raw.n);
	if (json_unquote(raw, text, &why) < 0) {
		free(text);
		text = NULL;
	}
	*(char **)at = text;
	return why;
}

/* The message's text. */
static void write_text(struct json_object *o, const char *name, const void *at)
{
	const struct message *m = at;
	json_add_text(o, name, (hn_str){ m->text, m->n });
}

/* The message's text, without which it is none. */
static const char *read_text(hn_str raw, void *at)
{
	struct message *m = at;
	const char *why = NULL;
	if (raw.p[0] != '"')
		return "no text";
	m->text = xmalloc(raw.n);
	int64_t n = json_unquote(raw, m->text, &why);
	m->n = n < 0 ? 0 : (size_t)n;
	return why;
}

/* ---- opaque parts ---- */

/* One opaque part as an object. */
static struct json_object *opaque_to_json(const struct opaque *part)
{
	struct json_object *o = json_new_object();
	json_add_text(o, "name", str_of(part->name));
	if (utf8_valid(part->data, part->n)) {
		json_add_text(o, "data", (hn_str){ part->data, part->n });
		return o;
	}
	struct buf coded = BUF(BUF_NO_CAP);
	base64_write(&coded, (hn_str){ part->data, part->n });
	json_add_text(o, "base64", buf_str(&coded));
	buf_free(&coded);
	return o;
}

/* The list of opaque parts, if there are any. */
static void write_opaque(struct json_object *o, const char *name, const void *at)
{
	const struct message *m = at;
	if (m->n_opaque == 0)
		return;
	struct json_object *list = json_new_array();
	for (size_t i = 0; i < m->n_opaque; i++)
		json_append(list, opaque_to_json(&m->opaque[i]));
	json_set(o, name, list);
}

/* One opaque part; what is none is passed over. */
static void read_part(struct json_object *o, struct message *m)
{
	hn_str name = json_text(o, "name");
	if (name.n == 0)
		return;
	if (!json_member(o, "base64")) {
		message_add_opaque(m, name, json_text(o, "data"));
		return;
	}
	struct buf data = BUF(BUF_NO_CAP);
	if (base64_read(json_text(o, "base64"), &data) == 0)
		message_add_opaque(m, name, buf_str(&data));
	buf_free(&data);
}

/* All opaque parts. */
static const char *read_opaque(hn_str raw, void *at)
{
	const char *why = NULL;
	if (raw.p[0] != '[')
		return NULL;
	struct json_object *o = json_read(raw, &why);
	for (size_t i = 0; o && i < json_object_array_length(o); i++)
		read_part(json_object_array_get_idx(o, i), at);
	json_object_put(o);
	return why;
}

/* ---- members in general ---- */

/* Writes members. */
static struct json_object *write_members(const struct member *members, size_t n, const void *from)
{
	struct json_object *o = json_new_object();
	for (const struct member *m = members; m < members + n; m++)
		m->write(o, m->name, (const char *)from + m->at);
	return o;
}

/* An object that is being read into a struct. */
struct reading {
	const struct member *members;
	size_t n;
	size_t next; /* the member that is looked for first: they come as they are written */
	uint32_t seen; /* a bit for each */
	void *to;
	const char *why;
};

/* The number of the member with that name, or n. */
static size_t find_member(const struct reading *r, hn_str name)
{
	for (size_t i = 0; i < r->n; i++) {
		size_t at = (r->next + i) % r->n;
		if (str_is(name, r->members[at].name))
			return at;
	}
	return r->n;
}

/* json_walk's callback: reads one member. A null is a member that is missing. */
static int read_member(void *ud, hn_str name, hn_str raw)
{
	struct reading *r = ud;
	size_t at = find_member(r, name);
	if (at == r->n || str_is(raw, "null"))
		return 0;
	if (r->seen >> at & 1)
		r->why = "a member is there twice";
	else
		r->why = r->members[at].read(raw, (char *)r->to + r->members[at].at);
	r->seen |= UINT32_C(1) << at;
	r->next = at + 1;
	return r->why != NULL;
}

/* Reads members. NULL, or why they cannot be read. */
static const char *read_members(hn_str object, const struct member *members, size_t n, void *to)
{
	struct reading r = { .members = members, .n = n, .to = to };
	const char *why;
	return json_walk(object, &why, read_member, &r) < 0 ? why : r.why;
}

/* ---- usage ---- */

/* The flag of an estimate. */
static void write_estimated(struct json_object *o, const char *name, const void *at)
{
	int estimated = (*(const uint32_t *)at & HN_USAGE_ESTIMATED) != 0;
	write_yes(o, name, &estimated);
}

/* The flag of an estimate. */
static const char *read_estimated(hn_str raw, void *at)
{
	*(uint32_t *)at = str_is(raw, "true") ? HN_USAGE_ESTIMATED : 0;
	return NULL;
}

/* clang-format off */
#define AT(member) offsetof(hn_usage, member)
static const struct member usage_members[] = {
	{ "prompt_tokens", AT(prompt), write_or_null, read_known },
	{ "completion_tokens", AT(completion), write_or_null, read_known },
	{ "cached_tokens", AT(cached), write_or_null, read_known },
	{ "reasoning_tokens", AT(reasoning), write_or_null, read_known },
	/* jsonl shows those before; only the journal keeps the rest. */
	{ "cache_write_tokens", AT(cache_write), write_known, read_known },
	{ "cost", AT(cost), write_money, read_money },
	{ "estimated", AT(flags), write_estimated, read_estimated },
};
#undef AT
/* clang-format on */

#define USAGE_SHOWN 4
#define COUNT(table) (sizeof(table) / sizeof *(table))

/* The four sums that every reader knows. */
struct json_object *usage_to_json(const hn_usage *usage)
{
	return write_members(usage_members, USAGE_SHOWN, usage);
}

/* The usage, if anything was reported. */
static void write_usage(struct json_object *o, const char *name, const void *at)
{
	const hn_usage *u = at;
	if (u->prompt >= 0 || u->completion >= 0 || u->cached >= 0 || u->cache_write >= 0 ||
		u->reasoning >= 0 || u->cost >= 0)
		json_set(
			o, name, write_members(usage_members, COUNT(usage_members), u));
}

/* The usage. */
static const char *read_usage(hn_str raw, void *at)
{
	return raw.p[0] == '{' ? read_members(raw, usage_members, COUNT(usage_members), at) : NULL;
}

/* ---- a message ---- */

/* clang-format off */
#define AT(member) offsetof(struct message, member)
#define WHOLE 0 /* more than one member of the struct */
static const struct member members[] = {
	{ "id", AT(id), write_id, read_id },
	{ "parent", AT(parent), write_reference, read_parent },
	{ "continues", AT(continues), write_reference, read_reference },
	{ "role", AT(role), write_role, read_role },
	{ "state", AT(state), write_state, read_state },
	{ "time", AT(time_ms), write_number, read_time },
	{ "text", WHOLE, write_text, read_text },
	{ "provider", AT(instance), write_name, read_name },
	{ "model", AT(model), write_name, read_name },
	{ "answered", AT(answered), write_name, read_name },
	{ "upstream", AT(upstream), write_name, read_name },
	{ "finish", AT(finish), write_finish, read_finish },
	{ "error", AT(error), write_kind, read_kind },
	{ "usage", AT(usage), write_usage, read_usage },
	{ "cost", AT(cost), write_money, read_money },
	{ "cost_source", AT(cost_source), write_source, read_source },
	{ "ttft_ms", AT(ttft_ms), write_known, read_known },
	{ "total_ms", AT(total_ms), write_known, read_known },
	{ "retries", AT(retries), write_count, read_count },
	{ "sent", AT(sent), write_count, read_count },
	{ "pinned", AT(pinned), write_yes, read_yes },
	{ "opaque", WHOLE, write_opaque, read_opaque },
};
/* clang-format on */

/* The whole message. */
struct json_object *message_to_json(const struct message *m)
{
	return write_members(members, COUNT(members), m);
}

/* What a message cannot be without and this one is; NULL if it has all of it. */
static const char *missing(const struct message *m)
{
	return m->id == 0     ? "no id"
	       : m->role == 0 ? "no role that is known"
	       : m->text      ? NULL
			      : "no text";
}

/* A message of the caller's own. */
struct message *message_read(hn_str object, const char **why)
{
	struct message *m = message_new();
	*why = read_members(object, members, COUNT(members), m);
	if (!*why)
		*why = missing(m);
	if (!*why)
		return m;
	message_free(m);
	return NULL;
}
