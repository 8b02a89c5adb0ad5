/* SPDX-License-Identifier: MIT */
/* strict_lend: copies of what a debugged plugin borrows, in memory that is gone when the loan ends. */
#include "call/strict_private.h"

#include <string.h>

/* ---- a request ---- */

/* Where the next copy goes. With base NULL it only counts. */
struct pile {
	char *base;
	size_t n;
};

/* Room for n bytes of something with 8-byte members. */
static void *pile_add(struct pile *p, const void *of, size_t n)
{
	char *at = p->base ? p->base + p->n : NULL;

	if (at && n)
		memcpy(at, of, n);
	p->n += (n + 7) / 8 * 8;
	return at;
}

/* A text; what comes after it is not a NUL, so that whoever forgets the length sees that. */
static void pile_text(struct pile *p, hn_str *text)
{
	size_t room = (text->n + 8) / 8 * 8;
	char *at = p->base ? p->base + p->n : NULL;

	p->n += room;
	if (!at)
		return;
	if (text->n)
		memcpy(at, text->p, text->n);
	memset(at + text->n, '?', room - text->n);
	text->p = at;
}

static void pile_parts(struct pile *p, hn_message *m)
{
	hn_part *copy = pile_add(p, m->parts, (size_t)m->n_parts * m->part_stride);

	for (uint32_t i = 0; i < m->n_parts; i++) {
		hn_part part = *HN_AT(hn_part, m->parts, m->part_stride, i);

		pile_text(p, &part.id);
		pile_text(p, &part.name);
		pile_text(p, &part.mime);
		pile_text(p, &part.data);
		if (copy)
			*(hn_part *)((char *)copy + (size_t)i * m->part_stride) = part;
	}
	m->parts = copy;
}

static void pile_messages(struct pile *p, hn_request *r)
{
	char *copy = pile_add(p, r->messages, (size_t)r->n_messages * r->message_stride);

	for (uint32_t i = 0; i < r->n_messages; i++) {
		hn_message m = *HN_AT(hn_message, r->messages, r->message_stride, i);

		pile_text(p, &m.text);
		pile_parts(p, &m);
		if (copy)
			*(hn_message *)(void *)(copy + (size_t)i * r->message_stride) = m;
	}
	r->messages = (const hn_message *)(void *)copy;
}

static void pile_tools(struct pile *p, hn_request *r)
{
	char *copy = pile_add(p, r->tools, (size_t)r->n_tools * r->tool_stride);

	for (uint32_t i = 0; i < r->n_tools; i++) {
		hn_tool t = *HN_AT(hn_tool, r->tools, r->tool_stride, i);

		pile_text(p, &t.name);
		pile_text(p, &t.description);
		pile_text(p, &t.schema);
		if (copy)
			*(hn_tool *)(void *)(copy + (size_t)i * r->tool_stride) = t;
	}
	r->tools = (const hn_tool *)(void *)copy;
}

static void pile_texts(struct pile *p, const hn_str **texts, size_t n)
{
	hn_str *copy = pile_add(p, *texts, n * sizeof *copy);

	for (size_t i = 0; i < n; i++) {
		hn_str text = (*texts)[i];

		pile_text(p, &text);
		if (copy)
			copy[i] = text;
	}
	*texts = copy;
}

/* All of a request, and last the request itself. */
static const hn_request *pile_request(struct pile *p, const hn_request *of)
{
	hn_request r = *of;
	hn_str *const texts[] = { &r.model, &r.conversation, &r.reasoning_effort, &r.tool_name, &r.schema_name, &r.schema,
		&r.extra };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		pile_text(p, texts[i]);
	pile_messages(p, &r);
	pile_tools(p, &r);
	pile_texts(p, &r.stop, r.n_stop);
	return pile_add(p, &r, sizeof r);
}

const hn_request *strict_request(const hn_request *request)
{
	struct strict *s = strict_current();
	struct pile pile = { 0 };
	const hn_request *copy;
	struct lent *l;

	if (!s)
		return NULL;
	s->order.is_dry = (request->flags & HN_REQUEST_DRY) != 0;
	pile_request(&pile, request);
	l = strict_lend(s, "the request", pile.n);
	if (!l)
		return NULL;
	pile = (struct pile){ .base = lent_memory(l) };
	copy = pile_request(&pile, request);
	lent_seal(l);
	return copy;
}

/* ---- options ---- */

void strict_value(hn_call *call, hn_value *value)
{
	struct strict *s = call->strict;
	struct pile pile = { 0 };
	size_t n = value->type == HN_OPT_MAP ? (size_t)value->n * 2 : value->n;
	hn_value counted = *value;
	struct lent *l;

	if (!s || !value->is_set)
		return;
	pile_text(&pile, &counted.s);
	pile_texts(&pile, &counted.items, n);
	l = strict_lend(s, "the value of an option", pile.n);
	if (!l)
		return;
	pile = (struct pile){ .base = lent_memory(l) };
	pile_text(&pile, &value->s);
	pile_texts(&pile, &value->items, n);
	lent_seal(l);
}

/* ---- structs that the plugin fills ---- */

struct lent *strict_fills(const char *what, void *own, size_t n, void **out)
{
	struct strict *s = strict_current();
	struct lent *l = s ? lent_new(what, s->call->whose, order_function_name(s->order.function), n) : NULL;

	*out = l ? lent_memory(l) : own;
	if (l)
		memcpy(*out, own, n);
	return l;
}

void strict_filled(struct lent *l, void *own, size_t n)
{
	if (!l)
		return;
	memcpy(own, lent_memory(l), n);
	lent_end(l);
}

/* ---- events of a session ---- */

static const hn_session_event *pile_event(struct pile *p, const hn_session_event *of)
{
	hn_session_event e = *of;
	hn_str *const texts[] = { &e.text, &e.message, &e.hint, &e.kind, &e.provider, &e.model, &e.upstream, &e.cost_source,
		&e.command, &e.data, &e.id };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		pile_text(p, texts[i]);
	if (e.part) {
		hn_part part = *e.part;

		pile_text(p, &part.id);
		pile_text(p, &part.name);
		pile_text(p, &part.mime);
		pile_text(p, &part.data);
		e.part = pile_add(p, &part, sizeof part);
	}
	if (e.usage)
		e.usage = pile_add(p, e.usage, sizeof *e.usage);
	return pile_add(p, &e, sizeof e);
}

const hn_session_event *strict_event(const char *plugin, const hn_session_event *event, struct lent **lent)
{
	struct pile pile = { 0 };
	const hn_session_event *copy;

	*lent = NULL;
	if (!strict_is_on() || !plugin)
		return NULL;
	pile_event(&pile, event);
	*lent = lent_new("an event", plugin, "on_event", pile.n);
	if (!*lent)
		return NULL;
	pile = (struct pile){ .base = lent_memory(*lent) };
	copy = pile_event(&pile, event);
	lent_seal(*lent);
	return copy;
}

void strict_event_over(const char *plugin, struct lent *lent)
{
	if (lent_end(lent))
		strict_misuse(plugin, RULE_BORROWED, "it writes to an event");
}

/* ---- on_data() ---- */

/* Lends the head, the event's name and the data, in one piece that the data ends. */
static struct lent *lend_data(const struct strict *s, const hn_http_response **head, hn_str *event, hn_str *data)
{
	size_t n = sizeof **head + event->n + data->n;
	struct lent *l = lent_new("what on_data() got", s->call->whose, order_function_name(s->order.function), (n + 7) / 8 * 8);
	char *at;

	if (!l)
		return NULL;
	at = lent_memory(l);
	*head = memcpy(at, *head, sizeof **head);
	at += (n + 7) / 8 * 8 - data->n;
	if (data->n)
		data->p = memcpy(at, data->p, data->n);
	if (event->n)
		event->p = memcpy(at - event->n, event->p, event->n);
	lent_seal(l);
	return l;
}

int32_t strict_on_data(void *strict_data, const hn_http_response *head, uint32_t type, hn_str event, hn_str data)
{
	struct strict_data *d = strict_data;
	struct strict *s = d->call->strict;
	struct lent *l = lend_data(s, &head, &event, &data);
	int base = strict_calls_back(s);

	d->returned = d->on_data(d->ud, head, type, event, data);
	strict_called_back(s, base);
	strict_end_loan(d->call, l, "what on_data() gets");
	return call_breached(d->call) ? (d->returned = HN_ERR_PLUGIN) : d->returned;
}
