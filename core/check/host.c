/* SPDX-License-Identifier: MIT */
/* host: hn_host, strict: each event and error is looked at, and written down. */
#include <stdlib.h>
#include <string.h>

#include "call/kind.h"
#include "call/size.h"
#include "check/findings.h"
#include "check/frontend.h"
#include "check/lend.h"
#include "check/options.h"
#include "check/world.h"
#include "util/mem.h"
#include "util/utf8.h"

/* ---- what a plugin makes ---- */

/* A text, or an empty one where it has a length and no bytes. */
static hn_str checked(const char *what, hn_str text)
{
	if (text.n && !text.p) {
		breach(RULE_EVENTS, "%s is NULL and has a length of %zu", what, text.n);
		return (hn_str){ NULL, 0 };
	}
	if (text.n > (64u << 20)) {
		breach(RULE_EVENTS, "%s has a length of %zu", what, text.n);
		return (hn_str){ NULL, 0 };
	}
	return text;
}

/* ---- events ---- */

/* Adds to the trace; neighbouring pieces of one kind are one line. */
static void trace(struct call *c, const hn_event *e)
{
	int is_piece = e->type == HN_EV_TEXT || e->type == HN_EV_REASONING;
	if (e->type == HN_EV_NOTICE || e->type == HN_EV_PROGRESS)
		return;
	if (is_piece && !e->text.n)
		return;
	if (!is_piece || c->last_type != e->type)
		buf_addf(&c->trace, "\n%u %d %u %u %.*s %.*s %.*s ", e->type, (int)e->finish, e->number, e->flags, (int)e->name.n,
			e->name.p, (int)e->id.n, e->id.p, (int)e->mime.n, e->mime.p);
	if (e->type != HN_EV_USAGE)
		buf_addstr(&c->trace, e->text);
	c->last_type = e->type;
}

static void take_opaque(struct call *c, const hn_event *e)
{
	if (c->n_opaques == sizeof c->opaques / sizeof *c->opaques)
		return;
	c->opaques[c->n_opaques++] = (struct opaque){ xmemdup0(e->name.p, e->name.n), xmemdup0(e->text.p, e->text.n), e->text.n };
}

static const struct { uint32_t bit; const char *name; size_t at; } counts[] = {
	{ HN_USAGE_PROMPT, "prompt", offsetof(hn_usage, prompt) },
	{ HN_USAGE_COMPLETION, "completion", offsetof(hn_usage, completion) },
	{ HN_USAGE_CACHED, "cached", offsetof(hn_usage, cached) },
	{ HN_USAGE_CACHE_WRITE, "cache_write", offsetof(hn_usage, cache_write) },
	{ HN_USAGE_REASONING, "reasoning", offsetof(hn_usage, reasoning) },
	{ HN_USAGE_COST, "cost", offsetof(hn_usage, cost) },
};

/* A count, or 0 where it is not set. */
static int64_t count_of(const hn_usage *u, uint32_t bit)
{
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		if (counts[i].bit == bit && u->set & bit)
			return *(const int64_t *)((const char *)u + counts[i].at);
	return 0;
}

/* 1 if what the server said names a cost. */
static int names_a_cost(const struct call *c)
{
	const struct answers *as = c->world->answers;
	for (size_t i = 0; as && i < as->n; i++)
		if (memmem(as->all[i].body.p, as->all[i].body.n, "cost", 4))
			return 1;
	return 0;
}

/* What hobnob would take, and nobody can have meant. */
static void check_usage(struct call *c, const hn_usage *u)
{
	if (u->set & HN_USAGE_PROMPT && count_of(u, HN_USAGE_CACHED) + count_of(u, HN_USAGE_CACHE_WRITE) > u->prompt)
		breach(RULE_USAGE_COUNTS, "cached and cache_write are more than prompt, which includes them");
	if (u->set & HN_USAGE_COMPLETION && count_of(u, HN_USAGE_REASONING) > u->completion)
		breach(RULE_USAGE_COUNTS, "reasoning is more than completion, which includes it");
	if (u->set & HN_USAGE_COST && !u->cost && c->asked_http && !names_a_cost(c))
		breach(RULE_USAGE_UNPRICED, "it reports a cost of 0, and the server has named none");
	buf_addf(&c->trace, "\nusage %u", u->set);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		buf_addf(&c->trace, " %lld", (long long)count_of(u, counts[i].bit));
	c->last_type = HN_EV_USAGE;
}

/* An event in full size. 0: it can be read. */
static int read_event(const hn_event *said, hn_event *e, hn_usage *usage)
{
	struct fault f = { 0 };
	if (!host_sized(&sized_event, said) || size_in(&sized_event, e, said, &f))
		return -1;
	e->text = checked("hn_event.text", e->text);
	e->name = checked("hn_event.name", e->name);
	e->id = checked("hn_event.id", e->id);
	e->mime = checked("hn_event.mime", e->mime);
	if (!e->usage)
		return 0;
	if (!host_sized(&sized_usage, e->usage) || size_in(&sized_usage, usage, e->usage, &f))
		return -1;
	e->usage = usage;
	return 0;
}

static void take(struct call *c, const hn_event *said)
{
	hn_event e;
	hn_usage usage;
	struct fault f = { 0 };
	if (read_event(said, &e, &usage))
		return;
	enum rule_id rule = order_emits(&c->order, &e, &f);
	if (rule != RULES_N)
		breach(rule, "%s", f.message);
	fault_free(&f);
	if ((e.type == HN_EV_NOTICE || e.type == HN_EV_PROGRESS) && e.text.n && memchr(e.text.p, '\n', e.text.n))
		breach(RULE_EVENTS, "it emits %s with more than one line", order_event_name(e.type));
	trace(c, &e);
	if (e.type == HN_EV_TEXT && !c->finishes)
		buf_addstr(&c->text, e.text);
	else if (e.type == HN_EV_USAGE && e.usage)
		check_usage(c, e.usage);
	else if (e.type == HN_EV_OPAQUE)
		take_opaque(c, &e);
	c->finishes += e.type == HN_EV_FINISH;
	c->notices += e.type == HN_EV_NOTICE;
}

/* After a refusal nothing is taken, and who emits nevertheless is told the same. */
static int32_t emit_refused(struct call *c)
{
	const char *by = c->refused_by;
	breach(!strcmp(by, "emit") ? RULE_EMIT_RETURN : RULE_SERVICE_RETURN, "it emits an event after %s() had returned %d", by, (int)c->refused);
	return c->refused;
}

static int32_t emit_to(struct call *c, const hn_event *e)
{
	if (!c->takes_events) {
		breach(RULE_EVENTS, "it called emit() in %s", c->function);
		return host_refuse(c, "emit", HN_ERR_PLUGIN);
	}
	if (c->refused)
		return emit_refused(c);
	host_hit(c, "emit()");
	if (c->cancelled)
		return host_refuse(c, "emit", HN_ERR_INTERRUPTED);
	if (++c->emits == c->world->refuse_at)
		return host_refuse(c, "emit", c->world->refuse_with);
	take(c, e);
	return 0;
}

static int32_t check_emit(hn_call *handle, const hn_event *e)
{
	struct call *c = host_enter(handle, "emit()");
	if (!c)
		return HN_ERR_PLUGIN;
	int32_t code = emit_to(c, e);
	host_leave(c);
	return code;
}

/* ---- errors ---- */

static void check_message(const hn_error *e)
{
	hn_str m = e->message;
	if (!m.n)
		breach(RULE_FAIL_SAYS_WHY, "fail() has no message (code %d)", (int)e->code);
	else if (m.n > 8192)
		breach(RULE_FAIL_SAYS_WHY, "the message of fail() has %zu bytes", m.n);
	else if (memchr(m.p, '\n', m.n))
		breach(RULE_FAIL_SAYS_WHY, "the message of fail() has more than one line");
	else if (!utf8_valid(m.p, m.n))
		breach(RULE_FAIL_SAYS_WHY, "the message of fail() is not UTF-8");
}

static int32_t fail_to(struct call *c, const hn_error *said)
{
	hn_error e;
	struct fault f = { 0 };
	if (!host_sized(&sized_error, said) || size_in(&sized_error, &e, said, &f))
		return HN_ERR_PLUGIN;
	e.message = checked("hn_error.message", e.message);
	e.hint = checked("hn_error.hint", e.hint);
	if (e.code != HN_ERR_INTERRUPTED)
		check_message(&e);
	if (e.code >= 0 || e.code < HN_ERR_INTERRUPTED)
		breach(RULE_RETURN_CODES, "fail() has the code %d", (int)e.code);
	order_failed(&c->order, e.code);
	char *message = xmemdup0(e.message.n ? e.message.p : "", e.message.n);
	free(c->message);
	c->message = message;
	c->error = e;
	c->error.message = str_of(message);
	c->error.hint = (hn_str){ NULL, 0 };
	c->failed = 1;
	return e.code;
}

static int32_t check_fail(hn_call *handle, const hn_error *e)
{
	struct call *c = host_enter(handle, "fail()");
	if (!c)
		return HN_ERR_PLUGIN;
	int32_t code = fail_to(c, e);
	host_leave(c);
	return code;
}

/* ---- the rest ---- */

static int32_t check_cancelled(hn_call *handle)
{
	struct call *c = host_enter(handle, "cancelled()");
	if (!c)
		return 1;
	host_hit(c, "cancelled()");
	int32_t is = c->cancelled;
	host_leave(c);
	return is;
}

static void *check_alloc(hn_call *handle, size_t n)
{
	struct call *c = host_enter(handle, "alloc()");
	struct block *b = xcalloc(1, sizeof *b + n);
	if (!c)
		return b->bytes;
	b->next = c->memory;
	c->memory = b;
	host_leave(c);
	return b->bytes;
}

static int32_t check_option(hn_call *handle, const char *key, hn_value *out)
{
	struct call *c = host_enter(handle, "option()");
	int32_t code = HN_ERR_PLUGIN;
	if (!c)
		return code;
	if (!c->takes_options)
		breach(RULE_OPTIONS_DECLARED, "it called option() in %s", c->function);
	else if (host_sized(&sized_value, out))
		code = options_give(c, key, out);
	host_leave(c);
	return code;
}

static const void *check_extension(const char *id);

static const hn_host host = {
	.struct_size = sizeof host,
	.extension = check_extension,
	.emit = check_emit,
	.fail = check_fail,
	.cancelled = check_cancelled,
	.alloc = check_alloc,
	.option = check_option,
	.code_of_kind = kind_code,
};

static const struct { const char *id; const void *table; size_t size; } services[] = {
	{ HN_ID_HTTP, &check_http, sizeof check_http },
	{ HN_ID_IO, &check_io, sizeof check_io },
	{ HN_ID_TEXT, &check_text, sizeof check_text },
	{ HN_ID_LOG, &check_log, sizeof check_log },
	{ HN_ID_PROCESS, &check_process, sizeof check_process },
	{ HN_ID_SESSION, &check_session, sizeof check_session },
	{ HN_ID_RELAY, &check_relay, sizeof check_relay },
	{ HN_ID_COMMANDS, &check_commands, sizeof check_commands },
};
#define N_SERVICES (sizeof services / sizeof *services)

static struct world *current; /* whose services extension() gives: it has no call to go by */

static const void *check_extension(const char *id)
{
	if (!id)
		return NULL;
	if (!strcmp(id, HN_ID_HTTP))
		findings->uses_http = 1;
	for (size_t i = 0; i < N_SERVICES; i++)
		if (!strcmp(services[i].id, id) && !(current->absent && !strcmp(current->absent, id)))
			return current->services[i];
	return NULL;
}

/* A table with its true size, which world_lend() adds to. */
static const void *lend_table(struct world *w, const char *what, const void *table, size_t n)
{
	char *copy = xmemdup0(table, n);
	uint32_t size = (uint32_t)(n + w->grown * sizeof(void *));
	memcpy(copy, &size, sizeof size);
	const void *lent = world_lend(w, w, what, copy, n);
	free(copy);
	return lent;
}

void world_host(struct world *w)
{
	hn_host mine = host;
	mine.abi_minor = w->grown ? HN_ABI_MINOR + 1 : w->subject->desc->need_minor;
	current = w;
	for (size_t i = 0; i < N_SERVICES; i++)
		w->services[i] = lend_table(w, services[i].id, services[i].table, services[i].size);
	w->host = lend_table(w, "hn_host", &mine, sizeof mine);
}

void world_end(struct world *w)
{
	lend_take_back(w);
}
