/* SPDX-License-Identifier: MIT */
/*
 * calls: the calls of tools that a reply holds.
 *
 * They arrive in pieces, several at once, and each server numbers them in its own way: by index, by id, by
 * both, or not at all. A buffer that can be parsed may be the beginning of a longer one, so a call is
 * complete only when its wire says so, or the reply is.
 */
#include "wire/reply.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/json.h"
#include "util/mem.h"

#define CALLS_MOST 128
#define BYTES_MOST (4u << 20) /* of all arguments of a reply */

/* Says whether a piece begins another call than the one that it seems to be of: it names another tool, or
 * has whole arguments, although that one has other ones. Some repeat all of a call. */
static int begins_another(const struct wire_call *call, const struct wire_piece *p)
{
	hn_str have = buf_str(&call->arguments);
	if (!p->name.n || !call->name.n || !have.n)
		return 0;
	return !wire_same(p->name, call->name) ||
	       (wire_is_object(p->arguments) && wire_is_object(have) && !wire_same(p->arguments, have));
}

/* The call with the id of a piece, or NULL. Some give one id to several calls. */
static struct wire_call *call_by_id(struct wire_calls *calls, const struct wire_piece *p)
{
	for (size_t i = calls->n; p->id.n && i > 0; i--) {
		struct wire_call *call = &calls->list[i - 1];
		int apart = call->index != p->index && call->index != WIRE_NO_INDEX && p->index != WIRE_NO_INDEX;
		if (wire_same(call->id, p->id))
			return (apart || i > p->first) && begins_another(call, p) ? NULL : call;
	}
	return NULL;
}

/* The last call with the index of a piece, or NULL. An id may come late, but does not change. */
static struct wire_call *call_by_index(struct wire_calls *calls, const struct wire_piece *p)
{
	for (size_t i = calls->n; p->index != WIRE_NO_INDEX && i > 0; i--) {
		struct wire_call *call = &calls->list[i - 1];
		if (call->index == p->index)
			return (p->id.n && call->id.n) || begins_another(call, p) ? NULL : call;
	}
	return NULL;
}

/* The call that a piece without an index goes on with: the last one; NULL if it begins one. Two in one
 * document that both have a name are two. */
static struct wire_call *last_call(struct wire_calls *calls, const struct wire_piece *p)
{
	struct wire_call *last = calls->n ? &calls->list[calls->n - 1] : NULL;
	if (!last || p->index != WIRE_NO_INDEX || (p->id.n && (last->id.n || p->name.n)))
		return NULL;
	int together = calls->n > p->first && p->name.n && last->name.n;
	return together || begins_another(last, p) ? NULL : last;
}

static struct wire_call *new_call(struct wire_calls *calls, const struct wire_piece *p)
{
	calls->list = xrealloc(calls->list, (calls->n + 1) * sizeof *calls->list);
	struct wire_call *call = &calls->list[calls->n++];
	*call = (struct wire_call){ .index = p->index, .arguments = BUF(BUF_NO_CAP) };
	return call;
}

static struct wire_call *find_call(struct wire_calls *calls, const struct wire_piece *p)
{
	struct wire_call *call = call_by_id(calls, p);
	call = call ? call : call_by_index(calls, p);
	call = call ? call : last_call(calls, p);
	return call || calls->n == CALLS_MOST ? call : new_call(calls, p);
}

/* Adds to a name: some repeat it in each piece, some split it. */
static void add_name(struct wire_call *call, hn_str name)
{
	struct buf all = BUF(BUF_NO_CAP);
	if (!name.n || call->arguments.n || wire_same(name, call->name))
		return;
	buf_addstr(&all, call->name);
	buf_addstr(&all, name);
	wire_replace(&call->name, buf_str(&all));
	buf_free(&all);
}

static void add_piece(struct wire_call *call, const struct wire_piece *p, hn_str arguments)
{
	if (!call->id.n)
		wire_replace(&call->id, p->id);
	add_name(call, p->name);
	if (p->extra) {
		json_object_put(call->extra);
		call->extra = json_object_get(p->extra);
		call->extra_name = p->extra_name;
	}
	call->last = arguments.n ? call->arguments.n : call->last;
	buf_addstr(&call->arguments, arguments);
}

/* Emits a piece of the arguments, for show. */
static int32_t show_piece(struct wire_reply *r, const struct wire_call *call, hn_str arguments)
{
	hn_event e = { .struct_size = sizeof e,
		.type = HN_EV_TOOL_PIECE,
		.number = (uint32_t)(call - r->calls.list),
		.text = arguments,
		.name = call->name,
		.id = call->id };
	return r->to.streams && arguments.n ? r->to.host->emit(r->to.call, &e) : 0;
}

int32_t wire_add_piece(struct wire_reply *r, const hn_http_response *head, const struct wire_piece *p)
{
	struct wire_call *call = find_call(&r->calls, p);
	r->calls.bytes += p->arguments.n + p->name.n;
	if (!call || r->calls.bytes > BYTES_MOST)
		return wire_fail_protocol(&r->to, head, "the reply holds more calls of tools than are read", (hn_str){ NULL, 0 });
	hn_str arguments = wire_join_halves(&call->half, p->arguments, &r->halves.joined);
	add_piece(call, p, arguments);
	r->came.pieces++;
	return show_piece(r, call, arguments);
}

struct wire_call *wire_call_at(struct wire_calls *calls, int64_t index)
{
	for (size_t i = calls->n; i > 0; i--)
		if (calls->list[i - 1].index == index)
			return &calls->list[i - 1];
	return NULL;
}

/* ---- the end of the reply ---- */

/* Gives the whole arguments: what was joined, unless the last piece had all of it once more. */
static hn_str whole_of(struct wire_call *call)
{
	wire_end_halves(&call->half, &call->arguments);
	hn_str all = wire_trim(buf_str(&call->arguments));
	hn_str last = { call->arguments.p + call->last, call->arguments.n - call->last };
	if (!all.n || str_is(all, "null"))
		return str_of("{}");
	return call->last && !wire_is_object(all) && wire_is_object(last) ? last : all;
}

/* Whether another call before call n has the id of call i. */
static int is_taken(const struct wire_calls *calls, size_t i, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (k != i && wire_same(calls->list[k].id, calls->list[i].id))
			return 1;
	return 0;
}

/* Gives a call an id, if it has none of its own. It is the only one of its kind in the conversation. */
static void name_call(struct wire_reply *r, size_t i)
{
	char id[32];
	struct wire_call *call = &r->calls.list[i];
	size_t number = r->to.calls + i;
	if (call->id.n && !is_taken(&r->calls, i, i))
		return;
	do {
		int n = snprintf(id, sizeof id, "call_%zu", number++);
		wire_replace(&call->id, (hn_str){ id, (size_t)n });
	} while (is_taken(&r->calls, i, r->calls.n));
}

int32_t wire_emit_call(struct wire_reply *r, struct wire_call *call, int cut)
{
	hn_str arguments = whole_of(call);
	if (call->told)
		return 0;
	call->told = 1;
	if (!call->name.n || (cut && !wire_is_object(arguments))) {
		wire_beside_call(&r->beside, call->name);
		return 0;
	}
	name_call(r, (size_t)(call - r->calls.list));
	hn_event e = { .struct_size = sizeof e,
		.type = HN_EV_TOOL_CALL,
		.number = r->calls.told++,
		.text = arguments,
		.name = call->name,
		.id = call->id };
	int32_t rc = r->to.host->emit(r->to.call, &e);
	/* there it comes back */
	return rc || !call->extra ? rc : wire_keep(r, call->extra_name, call->extra, call->id);
}

int32_t wire_emit_calls(struct wire_reply *r, int cut)
{
	int32_t rc = 0;
	for (size_t i = 0; !rc && i < r->calls.n; i++)
		rc = wire_emit_call(r, &r->calls.list[i], cut);
	return rc;
}

void wire_calls_free(struct wire_calls *calls)
{
	for (size_t i = 0; i < calls->n; i++) {
		wire_replace(&calls->list[i].id, (hn_str){ NULL, 0 });
		wire_replace(&calls->list[i].name, (hn_str){ NULL, 0 });
		buf_free(&calls->list[i].arguments);
		json_object_put(calls->list[i].extra);
	}
	free(calls->list);
}
