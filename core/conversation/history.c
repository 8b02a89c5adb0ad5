/* SPDX-License-Identifier: MIT */
/* history: every message of a conversation, append-only, and the branch of it that is being
 * talked on. */
#include "conversation/history.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/part_text.h"

static const char *const states[] = {
	[MESSAGE_COMPLETE] = "complete",
	[MESSAGE_INTERRUPTED] = "interrupted",
	[MESSAGE_FAILED] = "failed",
};
#define STATES (sizeof states / sizeof *states)

const char *message_state_name(enum message_state state)
{
	return states[state < STATES ? state : MESSAGE_COMPLETE];
}

int message_state_find(hn_str name)
{
	for (size_t i = 0; i < STATES; i++)
		if (str_is(name, states[i]))
			return (int)i;
	return -1;
}

/* Nothing was reported. */
void usage_clear(hn_usage *usage)
{
	*usage = (hn_usage){ .struct_size = sizeof *usage,
		.prompt = -1,
		.completion = -1,
		.cached = -1,
		.cache_write = -1,
		.reasoning = -1,
		.cost = -1 };
}

/* A new message with everything unknown. */
struct message *message_new(void)
{
	struct message *m = xcalloc(1, sizeof *m);
	usage_clear(&m->usage);
	m->cost = m->ttft_ms = m->total_ms = m->tokens = m->sent_prior = -1;
	m->cost_source = "";
	return m;
}

/* Frees a message; accepts NULL. */
void message_free(struct message *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->n_parts; i++)
		part_free(&m->parts[i]);
	free(m->parts);
	free(m->text);
	free(m->reasoning);
	free(m->instance);
	free(m->model);
	free(m->answered);
	free(m->upstream);
	free(m);
}

int message_is_free(const struct message *m)
{
	return !m->instance || (m->error && m->usage.prompt < 0 && m->usage.completion < 0);
}

void message_add_part(struct message *m, const hn_part *p, size_t at)
{
	m->parts = xrealloc(m->parts, (m->n_parts + 1) * sizeof *m->parts);
	m->parts[m->n_parts++] = part_copy(p, at);
}

void message_add_reasoning(struct message *m, hn_str reasoning)
{
	struct buf all = BUF(BUF_NO_CAP);

	if (!reasoning.n)
		return;
	buf_addstr(&all, (hn_str){ m->reasoning, m->n_reasoning });
	buf_adds(&all, all.n ? "\n\n" : "");
	buf_addstr(&all, reasoning);
	free(m->reasoning);
	m->n_reasoning = all.n;
	m->reasoning = buf_take(&all);
}

int message_shows(const struct message *m)
{
	for (size_t i = 0; i < m->n_parts; i++)
		if (m->parts[i].type == HN_PART_IMAGE || m->parts[i].type == HN_PART_FILE)
			return 1;
	return m->n > 0;
}

size_t message_describe(const struct message *m, const char *between, struct buf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n_parts; i++) {
		if (m->parts[i].type == HN_PART_OPAQUE)
			continue;
		hn_part part = part_lend(&m->parts[i]);
		buf_adds(out, n++ ? between : "");
		part_describe(&part, out);
	}
	return n;
}

hn_message message_lend(const struct message *m, hn_part *parts)
{
	hn_str text = { m->text, m->n };

	return (hn_message){
		.role = m->role,
		.n_parts = (uint32_t)parts_split(text, m->parts, m->n_parts, parts),
		.part_stride = sizeof *parts,
		.id = m->id,
		.text = text,
		.parts = parts,
	};
}

/* Begins an empty conversation. */
void history_init(struct history *h)
{
	*h = (struct history){ .next_id = 1 };
}

/* Frees a conversation and all its messages. */
void history_free(struct history *h)
{
	for (size_t i = 0; i < h->n; i++)
		message_free(h->all[i]);
	free(h->all);
	free(h->view);
	free(h->exchanges);
	free(h->pins);
	history_init(h);
}

/* The place in `all` of the first message whose id is not below this one. */
static size_t place_of(const struct history *h, uint64_t id)
{
	size_t low = 0, high = h->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (h->all[middle]->id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Puts a message with a free id among all, in order of id. */
static void insert(struct history *h, struct message *m)
{
	size_t at = place_of(h, m->id);
	h->all = xgrow(h->all, h->n, &h->cap, sizeof *h->all);
	memmove(h->all + at + 1, h->all + at, (h->n - at) * sizeof *h->all);
	h->all[at] = m;
	h->n++;
	if (m->id >= h->next_id)
		h->next_id = m->id + 1;
}

/* Adds one more message at the view's end. */
static void view_push(struct history *h, struct message *m)
{
	h->view = xgrow(h->view, h->n_view, &h->cap_view, sizeof(*h->view));
	h->view[h->n_view++] = m;
}

/* ---- questions and their answers ---- */

/* 1 if it is a reply that calls tools, and their results come next. */
static int is_call(const struct history *h, size_t i)
{
	const struct message *m = h->view[i];

	if (m->role != HN_ROLE_ASSISTANT || i + 1 >= h->n_view || h->view[i + 1]->role != HN_ROLE_TOOL)
		return 0;
	for (size_t k = 0; k < m->n_parts; k++)
		if (m->parts[k].type == HN_PART_TOOL_CALL)
			return 1;
	return 0;
}

/* A new question replaces one without an answer. Pinned messages stay, and so does everything
 * that is not a question of the user's. */
int exchange_sends(const struct history *h, const struct exchange *e, size_t i, int asks)
{
	const struct message *m = h->view[i];

	if (m->role == HN_ROLE_ASSISTANT)
		return i >= e->answer ? message_shows(m) : is_call(h, i);
	if (i == e->question && (exchange_is_answered(e) || (asks && e->answer == h->n_view)))
		return 1;
	return m->pinned || m->role != HN_ROLE_USER;
}

/* Whether anything of it came that a person would see. */
int exchange_is_answered(const struct exchange *e)
{
	return e->upto > e->answer;
}

/* Adds a message to an exchange without an answer. */
static void ask_more(const struct history *h, struct exchange *e, size_t i)
{
	if (h->view[i]->role == HN_ROLE_USER || h->view[e->question]->role != HN_ROLE_USER)
		e->question = i;
	e->answer = e->upto = i + 1;
	while (e->from < e->question && !exchange_sends(h, e, e->from, 0))
		e->from++;
}

/* Adds a message to the newest exchange, or begins another one. Messages before the first question
 * belong to no exchange. */
static void exchange_push(struct history *h, size_t i)
{
	struct exchange *e = h->n_exchanges > 0 ? &h->exchanges[h->n_exchanges - 1] : NULL;

	if (h->view[i]->role == HN_ROLE_ASSISTANT) {
		if (e && message_shows(h->view[i]))
			e->upto = i + 1;
		return;
	}
	if (e && !exchange_is_answered(e)) {
		ask_more(h, e, i);
		return;
	}
	h->exchanges =
		xgrow(h->exchanges, h->n_exchanges, &h->cap_exchanges, sizeof *h->exchanges);
	h->exchanges[h->n_exchanges++] = (struct exchange){ i, i, i + 1, i + 1 };
}

/* A binary search. */
size_t history_exchange(const struct history *h, size_t i)
{
	size_t low = 0, high = h->n_exchanges;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (h->exchanges[middle].upto <= i)
			low = middle + 1;
		else
			high = middle;
	}
	return low < h->n_exchanges && h->exchanges[low].from <= i ? low : h->n_exchanges;
}

/* An empty reply, and a question without a reply. */
int history_skips(const struct history *h, size_t i)
{
	size_t e = history_exchange(h, i);

	if (h->view[i]->role == HN_ROLE_ASSISTANT)
		return !message_shows(h->view[i]) && !is_call(h, i);
	return e == h->n_exchanges || !exchange_sends(h, &h->exchanges[e], i, 1);
}

/* ---- the view ---- */

/* Records the exchange and the pin of message i, which just joined the view. */
static void count(struct history *h, size_t i)
{
	exchange_push(h, i);
	if (!h->view[i]->pinned)
		return;
	h->pins = xgrow(h->pins, h->n_pins, &h->cap_pins, sizeof *h->pins);
	h->pins[h->n_pins++] = i;
}

/* Records them for the whole view. */
static void count_all(struct history *h)
{
	h->n_pins = h->n_exchanges = 0;
	for (size_t i = 0; i < h->n_view; i++)
		count(h, i);
}

void history_add(struct history *h, struct message *m)
{
	m->id = h->next_id;
	m->parent = history_head(h);
	insert(h, m);
	view_push(h, m);
	count(h, h->n_view - 1);
}

struct message *history_append(struct history *h, uint32_t role, hn_str text, int64_t time_ms)
{
	struct message *m = message_new();

	m->role = role;
	m->text = xmemdup0(text.p, text.n);
	m->n = text.n;
	m->time_ms = time_ms;
	history_add(h, m);
	return m;
}

/*
 * Takes over a message made elsewhere; on -1 it stays the caller's. A message comes after its
 * parent, so that all of them in order of id can be taken over one by one, and parents never form
 * a circle. An id leaves room for the next one in JSON.
 */
int history_adopt(struct history *h, struct message *m)
{
	if (m->id == 0 || m->id >= INT64_MAX || history_find(h, m->id))
		return -1;
	if (m->parent != 0 && (m->parent >= m->id || !history_find(h, m->parent)))
		return -1;
	insert(h, m);
	return 0;
}

/* Renumbers all of them; resolves every reference before it changes the first id. */
void history_number(struct history *h, uint64_t first)
{
	struct message **named = xcalloc(2 * h->n + 1, sizeof *named);
	for (size_t i = 0; i < h->n; i++) {
		named[2 * i] = history_find(h, h->all[i]->parent);
		named[2 * i + 1] = history_find(h, h->all[i]->continues);
	}
	for (size_t i = 0; i < h->n; i++) {
		h->all[i]->id = first + i;
		h->all[i]->parent = named[2 * i] ? named[2 * i]->id : 0;
		h->all[i]->continues = named[2 * i + 1] ? named[2 * i + 1]->id : 0;
	}
	h->next_id = first + h->n;
	free(named);
}

/* The place of the message with that id, or n. */
size_t history_place(const struct history *h, uint64_t id)
{
	size_t at = place_of(h, id);
	return at < h->n && h->all[at]->id == id ? at : h->n;
}

/* The message with that id, on whatever branch, or NULL. */
struct message *history_find(const struct history *h, uint64_t id)
{
	size_t at = history_place(h, id);
	return at < h->n ? h->all[at] : NULL;
}

/* Moves the view: walks up from its new end, then turns the way round. */
int history_go(struct history *h, uint64_t id)
{
	if (id != 0 && !history_find(h, id))
		return -1;
	h->n_view = 0;
	for (struct message *m = history_find(h, id); m; m = history_find(h, m->parent))
		view_push(h, m);
	for (size_t i = 0, j = h->n_view; i + 1 < j; i++) {
		struct message *held = h->view[--j];
		h->view[j] = h->view[i];
		h->view[i] = held;
	}
	count_all(h);
	return 0;
}

/* The view's newest message of that role. */
struct message *history_last(const struct history *h, uint32_t role)
{
	for (size_t i = h->n_view; i > 0; i--)
		if (h->view[i - 1]->role == role)
			return h->view[i - 1];
	return NULL;
}

/* Pins or unpins. */
void history_pin(struct history *h, size_t i, int on)
{
	h->view[i]->pinned = on;
	count_all(h);
}

/* The id that the next message will have as its parent. */
uint64_t history_head(const struct history *h)
{
	return h->n_view > 0 ? h->view[h->n_view - 1]->id : 0;
}

/* The messages that no other follows: the ends of all branches, oldest first (allocated). */
struct message **history_ends(const struct history *h, size_t *n)
{
	struct message **ends = xcalloc(h->n + 1, sizeof *ends);
	char *followed = xcalloc(h->n + 1, 1);

	for (size_t i = 0; i < h->n; i++)
		followed[history_place(h, h->all[i]->parent)] = 1;
	*n = 0;
	for (size_t i = 0; i < h->n; i++)
		if (!followed[i])
			ends[(*n)++] = h->all[i];
	free(followed);
	return ends;
}

size_t history_branch(const struct history *h, uint64_t id)
{
	size_t n, found = 0;
	struct message **ends = history_ends(h, &n);

	for (size_t i = 0; i < n && !found; i++)
		found = ends[i]->id == id ? i + 1 : 0;
	free(ends);
	return found;
}
