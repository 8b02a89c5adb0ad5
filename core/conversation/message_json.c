/* SPDX-License-Identifier: MIT */
/*
 * message_json: a message as JSON and back; docs/journal.md describes it member by member.
 *
 * Written text is valid UTF-8: JSON has no other. Reading is strict about what a message cannot be
 * without (id, role, text) and lenient about the rest: a file of a later version should still open.
 *
 * A table gives each member its form; one switch writes the forms, another one reads them. Reading
 * builds no tree of the object: a conversation is mostly text, which is copied once, from the
 * file's bytes to the message.
 */
#include "conversation/message_json.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "call/kind.h"
#include "conversation/parts_json.h"
#include "util/json_walk.h"
#include "util/mem.h"
#include "util/money.h"
#include "util/names.h"
#include "util/said.h"

#define KNOWN_MAX ((int64_t)1 << 40) /* tokens, or ms; sums of larger ones would overflow */
#define WORD_ROOM 64

/* A member's type, and the value that is not written. */
enum form {
	NUMBER,    /* int64_t */
	COUNT,     /* int64_t; not written: 0 */
	KNOWN,     /* int64_t; not written: -1 (unknown) */
	OR_NULL,   /* int64_t; -1 is written as null */
	ID,        /* uint64_t */
	PARENT,    /* uint64_t; not written: 0 */
	REFERENCE, /* the same, but optional when read */
	YES,       /* int; not written: 0 */
	ESTIMATED, /* uint32_t with USAGE_ESTIMATED, or not written */
	ROLE,      /* uint32_t */
	STATE,     /* enum message_state */
	FINISH,    /* int32_t; not written: HN_FINISH_NONE */
	KIND,      /* int32_t; not written: HN_OK */
	MONEY,     /* int64_t, pico-dollars; not written: below 0 */
	SOURCE,    /* const char *, one of cost_sources; written unless "" */
	NAME,      /* char *, owned; written unless NULL or "" */
	TEXT,      /* text and n of struct message */
	REASONING, /* reasoning and n_reasoning of struct message; written if there is any */
	USAGE,     /* hn_usage; written if anything was reported */
	PARTS,     /* parts and n_parts of struct message; written if there are any */
	OPAQUE,    /* the same as version 1 had it; only read */
};

struct member { const char *name; enum form form; size_t at; };

/* clang-format off */
#define AT(member) offsetof(hn_usage, member)
static const struct member usage_members[] = {
	{ "prompt_tokens", OR_NULL, AT(prompt) },
	{ "completion_tokens", OR_NULL, AT(completion) },
	{ "cached_tokens", OR_NULL, AT(cached) },
	{ "reasoning_tokens", OR_NULL, AT(reasoning) },
	/* jsonl shows those before; only the journal keeps the rest. */
	{ "cache_write_tokens", KNOWN, AT(cache_write) },
	{ "cost", MONEY, AT(cost) },
	{ "estimated", ESTIMATED, AT(set) },
};
#define USAGE_SHOWN 4
#undef AT

#define AT(member) offsetof(struct message, member)
static const struct member message_members[] = {
	{ "id", ID, AT(id) },
	{ "parent", PARENT, AT(parent) },
	{ "continues", REFERENCE, AT(continues) },
	{ "role", ROLE, AT(role) },
	{ "state", STATE, AT(state) },
	{ "time", NUMBER, AT(time_ms) },
	{ "text", TEXT, 0 },
	{ "reasoning", REASONING, 0 },
	{ "provider", NAME, AT(instance) },
	{ "model", NAME, AT(model) },
	{ "answered", NAME, AT(answered) },
	{ "upstream", NAME, AT(upstream) },
	{ "finish", FINISH, AT(finish) },
	{ "error", KIND, AT(error) },
	{ "usage", USAGE, AT(usage) },
	{ "cost", MONEY, AT(cost) },
	{ "cost_source", SOURCE, AT(cost_source) },
	{ "ttft_ms", KNOWN, AT(ttft_ms) },
	{ "total_ms", KNOWN, AT(total_ms) },
	{ "retries", COUNT, AT(retries) },
	{ "sent", COUNT, AT(sent) },
	{ "pinned", YES, AT(pinned) },
	{ "parts", PARTS, 0 },
	{ "opaque", OPAQUE, 0 },
};
#undef AT
/* clang-format on */

#define COUNT_OF(table) (sizeof(table) / sizeof *(table))

/* The sources of a cost: a message holds one of these by address. */
static const char *const cost_sources[] = { "provider", "user", "models", "table", "estimate" };

/* ---- writing ---- */

static int is_reported(const hn_usage *u)
{
	return u->prompt >= 0 || u->completion >= 0 || u->cached >= 0 || u->cache_write >= 0 ||
	       u->reasoning >= 0 || u->cost >= 0;
}

static int64_t number(const void *at)
{
	return *(const int64_t *)at;
}

static int32_t code(const void *at)
{
	return *(const int32_t *)at;
}

/* The text of a form that is a word or a name; NULL or empty if it is not written. */
static const char *word_of(enum form form, const void *at, char room[WORD_ROOM])
{
	switch (form) {
	case ROLE:
		return role_name(*(const uint32_t *)at);
	case STATE:
		return message_state_name(*(const enum message_state *)at);
	case FINISH:
		return code(at) == HN_FINISH_NONE ? NULL : finish_name(code(at));
	case KIND:
		return code(at) == HN_OK ? NULL : kind_name(code(at));
	case MONEY:
		return number(at) < 0 ? NULL : money_text(number(at), room);
	default:
		return *(const char *const *)at;
	}
}

/* 1 if an optional form must be written. */
static int is_written(enum form form, const void *at)
{
	switch (form) {
	case COUNT:
	case PARENT:
	case REFERENCE:
		return number(at) != 0;
	case KNOWN:
		return number(at) >= 0;
	case YES:
		return *(const int *)at != 0;
	case ESTIMATED:
		return (*(const uint32_t *)at & USAGE_ESTIMATED) != 0;
	case USAGE:
		return is_reported(at);
	case REASONING:
		return ((const struct message *)at)->n_reasoning > 0;
	case PARTS:
		return ((const struct message *)at)->n_parts > 0;
	case OPAQUE:
		return 0;
	default:
		return 1;
	}
}

static struct json_object *write_members(const struct member *, size_t n, const void *from);

static void write_member(struct json_object *o, const struct member *member, const void *at)
{
	const struct message *m = at;
	const char *name = member->name, *word;
	char room[WORD_ROOM];
	switch (member->form) {
	case OR_NULL:
		if (number(at) < 0) {
			json_add_null(o, name);
			break;
		}
		/* fall through */
	case NUMBER:
	case COUNT:
	case KNOWN:
	case ID:
	case PARENT:
	case REFERENCE:
		json_add_int(o, name, number(at));
		break;
	case YES:
	case ESTIMATED:
		json_set(o, name, json_new_flag(1));
		break;
	case TEXT:
		json_add_text(o, name, (hn_str){ m->text, m->n });
		break;
	case REASONING:
		json_add_text(o, name, (hn_str){ m->reasoning, m->n_reasoning });
		break;
	case USAGE:
		json_set(o, name, write_members(usage_members, COUNT_OF(usage_members), at));
		break;
	case PARTS:
		json_set(o, name, parts_to_json(m));
		break;
	default:
		word = word_of(member->form, at, room);
		if (word && *word)
			json_add_text(o, name, str_of(word));
	}
}

static struct json_object *write_members(const struct member *members, size_t n, const void *from)
{
	struct json_object *o = json_new_object();
	for (const struct member *m = members; m < members + n; m++)
		if (is_written(m->form, (const char *)from + m->at))
			write_member(o, m, (const char *)from + m->at);
	return o;
}

struct json_object *usage_to_json(const hn_usage *usage)
{
	return write_members(usage_members, USAGE_SHOWN, usage);
}

struct json_object *message_to_json(const struct message *m)
{
	return write_members(message_members, COUNT_OF(message_members), m);
}

/* ---- reading: each returns NULL, or why it cannot be (static) ---- */

/* A text of the message's own, and its bytes. */
static const char *read_text(hn_str raw, char **text, size_t *n)
{
	const char *why = NULL;
	*text = xmalloc(raw.n);
	int64_t length = json_unquote(raw, *text, &why);
	*n = length < 0 ? 0 : (size_t)length;
	return why;
}

/* A word; empty if it is not a text, or longer than any word. */
static const char *read_word(enum form form, hn_str raw, void *at)
{
	char room[WORD_ROOM] = "";
	const char *why = NULL, *source = "";
	int64_t n = 0;
	if (raw.p[0] == '"' && raw.n <= WORD_ROOM)
		n = json_unquote(raw, room, &why);
	if (n < 0)
		return why;
	hn_str word = { room, (size_t)n };
	int found;
	switch (form) {
	case ROLE:
		found = (int)role_find(word);
		*(uint32_t *)at = (uint32_t)found;
		return found ? NULL : "no role that is known";
	case STATE:
		found = message_state_find(word);
		*(enum message_state *)at = found < 0 ? MESSAGE_COMPLETE : (enum message_state)found;
		return found < 0 ? "no state that is known" : NULL;
	case FINISH:
		*(int32_t *)at = n > 0 ? finish_find(word) : HN_FINISH_NONE;
		return NULL;
	case KIND:
		*(int32_t *)at = kind_code(room);
		return NULL;
	case MONEY:
		money_parse(word, at);
		return NULL;
	default:
		for (size_t i = 0; i < COUNT_OF(cost_sources); i++)
			if (str_is(word, cost_sources[i]))
				source = cost_sources[i];
		*(const char **)at = source;
		return NULL;
	}
}

/* A number that is never negative; the fallback if it is unknown or invalid. */
static int64_t known(hn_str raw, int64_t fallback)
{
	int64_t v = json_number(raw, fallback);
	return v < 0 || v > KNOWN_MAX ? fallback : v;
}

static const char *read_members(hn_str object, const struct member *, size_t n, void *to);

static const char *read_form(enum form form, hn_str raw, void *at)
{
	struct message *m = at;
	int64_t id;
	size_t n;
	switch (form) {
	case NUMBER:
		*(int64_t *)at = json_number(raw, 0);
		return NULL;
	case COUNT:
		*(int64_t *)at = known(raw, 0);
		return NULL;
	case KNOWN:
	case OR_NULL:
		*(int64_t *)at = known(raw, -1);
		return NULL;
	case ID:
		id = json_number(raw, 0);
		*(uint64_t *)at = (uint64_t)id;
		return id > 0 ? NULL : "no id";
	case PARENT:
		id = json_number(raw, -1);
		*(uint64_t *)at = (uint64_t)id;
		return id >= 0 ? NULL : "the parent is not an id";
	case REFERENCE:
		id = json_number(raw, 0);
		*(uint64_t *)at = id > 0 ? (uint64_t)id : 0;
		return NULL;
	case YES:
		*(int *)at = str_is(raw, "true");
		return NULL;
	case ESTIMATED:
		*(uint32_t *)at = str_is(raw, "true") ? USAGE_ESTIMATED : 0;
		return NULL;
	case NAME:
		return raw.p[0] == '"' && raw.n > 2 ? read_text(raw, at, &n) : NULL;
	case TEXT:
		return raw.p[0] == '"' ? read_text(raw, &m->text, &m->n) : "no text";
	case REASONING:
		return raw.p[0] == '"' && raw.n > 2 ? read_text(raw, &m->reasoning, &m->n_reasoning) : NULL;
	case USAGE:
		return raw.p[0] == '{' ? read_members(raw, usage_members, COUNT_OF(usage_members), at) : NULL;
	case PARTS:
		return raw.p[0] == '[' ? parts_read(raw, m) : NULL;
	case OPAQUE:
		return raw.p[0] == '[' ? parts_read_opaque(raw, m) : NULL;
	default:
		return read_word(form, raw, at);
	}
}

/* An object that is being read into a struct. */
struct reading {
	const struct member *members;
	size_t n;
	size_t next; /* the member to try first: files have them in the order of writing */
	uint32_t seen; /* a bit for each */
	void *to;
	const char *why;
};

static size_t find_member(const struct reading *r, hn_str name)
{
	for (size_t i = 0; i < r->n; i++) {
		size_t at = (r->next + i) % r->n;
		if (str_is(name, r->members[at].name))
			return at;
	}
	return r->n;
}

/* A null is a member that is missing. */
static int read_member(void *ud, hn_str name, hn_str raw)
{
	struct reading *r = ud;
	size_t at = find_member(r, name);
	if (at == r->n || str_is(raw, "null"))
		return 0;
	if (r->seen >> at & 1)
		r->why = "a member is there twice";
	else
		r->why = read_form(r->members[at].form, raw, (char *)r->to + r->members[at].at);
	r->seen |= UINT32_C(1) << at;
	r->next = at + 1;
	return r->why != NULL;
}

static const char *read_members(hn_str object, const struct member *members, size_t n, void *to)
{
	struct reading r = { .members = members, .n = n, .to = to };
	const char *why;
	return json_walk(object, &why, read_member, &r) < 0 ? why : r.why;
}

/* The required member that this message lacks; NULL if it has all. */
static const char *missing(const struct message *m)
{
	return m->id == 0     ? "no id"
	       : m->role == 0 ? "no role that is known"
	       : m->text      ? NULL
			      : "no text";
}

struct message *message_read(hn_str object, const char **why)
{
	struct message *m = message_new();
	*why = read_members(object, message_members, COUNT_OF(message_members), m);
	if (!*why)
		*why = missing(m);
	if (!*why) {
		parts_place(m);
		return m;
	}
	message_free(m);
	return NULL;
}
