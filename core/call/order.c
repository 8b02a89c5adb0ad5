/* SPDX-License-Identifier: MIT */
/* order: what one run of a plugin's function says to hobnob, and which rule that breaks. */
#include "call/order.h"

#include <string.h>

#include "call/kind.h"

/* puts: the function that it passes things to; codes: the rule for what it returns. */
static const struct {
	const char *name, *puts;
	enum rule_id codes;
} functions[] = {
	[ORDER_CREATE] = { "create", "emit", RULE_CREATE_FAILS },
	[ORDER_CHAT] = { "chat", "emit", RULE_RETURN_CODES },
	[ORDER_MODELS] = { "models", "put", RULE_RETURN_CODES },
	[ORDER_CREDIT] = { "credit", "emit", RULE_RETURN_CODES },
};

const char *order_function_name(enum order_function function)
{
	return functions[function].name;
}

/* ---- events ---- */

/* What an event of a type has; what it does not have is 0. */
enum {
	HAS_TEXT = 1,
	HAS_NAME = 2,
	HAS_ID = 4,
	HAS_MIME = 8,
	HAS_NUMBER = 16,
	HAS_FLAGS = 32,
	HAS_FINISH = 64,
	HAS_USAGE = 128,
};

/* has: may be set; needs: may not be empty; is_reply: hobnob drops it after FINISH. */
static const struct shape {
	const char *name;
	unsigned has, needs;
	int is_reply;
} shapes[] = {
	[HN_EV_TEXT] = { "TEXT", HAS_TEXT, 0, 1 },
	[HN_EV_REASONING] = { "REASONING", HAS_TEXT, 0, 1 },
	[HN_EV_USAGE] = { "USAGE", HAS_USAGE, HAS_USAGE, 0 },
	[HN_EV_FINISH] = { "FINISH", HAS_TEXT | HAS_FINISH, 0, 0 },
	[HN_EV_MODEL] = { "MODEL", HAS_TEXT | HAS_NAME, HAS_TEXT, 0 },
	[HN_EV_OPAQUE] = { "OPAQUE", HAS_TEXT | HAS_NAME | HAS_ID | HAS_MIME, HAS_NAME, 0 },
	[HN_EV_UNSHOWN] = { "UNSHOWN", HAS_TEXT, HAS_TEXT, 0 },
	[HN_EV_NOTICE] = { "NOTICE", HAS_TEXT, HAS_TEXT, 0 },
	[HN_EV_PROGRESS] = { "PROGRESS", HAS_TEXT | HAS_NUMBER, HAS_TEXT, 0 },
	[HN_EV_TOOL_CALL] = { "TOOL_CALL", HAS_ID | HAS_NAME | HAS_TEXT | HAS_NUMBER, HAS_NAME, 1 },
	[HN_EV_TOOL_PIECE] = { "TOOL_PIECE", HAS_ID | HAS_NAME | HAS_TEXT | HAS_NUMBER, 0, 1 },
	[HN_EV_PART] = { "PART", HAS_TEXT | HAS_NUMBER | HAS_FLAGS | HAS_NAME | HAS_MIME, HAS_TEXT | HAS_NUMBER, 1 },
};

static const char *const members[] = { "text", "name", "id", "mime", "number", "flags", "finish", "usage" };

static const struct shape *shape_of(uint32_t type)
{
	return type < sizeof shapes / sizeof *shapes && shapes[type].name ? &shapes[type] : NULL;
}

const char *order_event_name(uint32_t type)
{
	const struct shape *s = shape_of(type);

	return s ? s->name : NULL;
}

/* HAS_*: which members an event sets. */
static unsigned members_of(const hn_event *e)
{
	return (e->text.n ? HAS_TEXT : 0) | (e->name.n ? HAS_NAME : 0) | (e->id.n ? HAS_ID : 0) |
	       (e->mime.n ? HAS_MIME : 0) | (e->number ? HAS_NUMBER : 0) | (e->flags ? HAS_FLAGS : 0) |
	       (e->finish ? HAS_FINISH : 0) | (e->usage ? HAS_USAGE : 0);
}

/* The name of the lowest of these members. */
static const char *member_of(unsigned bits)
{
	size_t i = 0;

	while (!(bits >> i & 1))
		i++;
	return members[i];
}

/* The rule, and what breaks it in the fault. */
#define BREAKS(rule, f, ...) (fault_set(f, HN_ERR_PLUGIN, NULL, __VA_ARGS__), (rule))

/* Each type has what it needs, and nothing that belongs to another. */
static enum rule_id check_shape(const struct shape *s, const hn_event *e, struct fault *f)
{
	unsigned set = members_of(e), lacks = s->needs & ~set, more = set & ~s->has;

	if (lacks)
		return BREAKS(RULE_EVENTS, f, "it emits %s without its %s", s->name, member_of(lacks));
	if (more)
		return BREAKS(RULE_EVENTS, f, "it emits %s with a member of other types: %s", s->name, member_of(more));
	if (e->pad)
		return BREAKS(RULE_EVENTS, f, "it emits %s with pad %u instead of 0", s->name, e->pad);
	return RULES_N;
}

static enum rule_id check_numbers(const hn_event *e, struct fault *f)
{
	if (e->type == HN_EV_PROGRESS && e->number > 1000)
		return BREAKS(RULE_EVENTS, f, "it emits PROGRESS with %u thousandths", e->number);
	if (e->type == HN_EV_PART && e->number != HN_PART_IMAGE && e->number != HN_PART_FILE)
		return BREAKS(RULE_EVENTS, f, "it emits PART with number %u: neither IMAGE nor FILE", e->number);
	if (e->flags & ~HN_PARTFLAG_URL)
		return BREAKS(RULE_EVENTS, f, "it emits PART with the flags 0x%x", e->flags);
	return RULES_N;
}

/* ---- usage ---- */

/* A count may be any number that the server says, but not a negative one. */
static enum rule_id check_usage(const hn_usage *u, struct fault *f)
{
	const struct {
		uint32_t bit;
		int64_t count;
		const char *name;
	} counts[] = {
		{ HN_USAGE_PROMPT, u->prompt, "prompt" },
		{ HN_USAGE_COMPLETION, u->completion, "completion" },
		{ HN_USAGE_CACHED, u->cached, "cached" },
		{ HN_USAGE_CACHE_WRITE, u->cache_write, "cache_write" },
		{ HN_USAGE_REASONING, u->reasoning, "reasoning" },
		{ HN_USAGE_COST, u->cost, "cost" },
	};
	uint32_t unknown = u->set;

	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		unknown &= ~counts[i].bit;
		if (u->set & counts[i].bit && counts[i].count < 0)
			return BREAKS(RULE_USAGE_COUNTS, f, "it reports %s as %lld", counts[i].name,
				(long long)counts[i].count);
	}
	if (unknown & (HN_USAGE_ESTIMATED_PROMPT | HN_USAGE_ESTIMATED_COMPLETION))
		return BREAKS(RULE_USAGE_COUNTS, f, "it sets HN_USAGE_ESTIMATED_*, which only hobnob does");
	if (unknown)
		return BREAKS(RULE_USAGE_COUNTS, f, "its usage sets the unknown bits 0x%x", unknown);
	return RULES_N;
}

/* ---- what comes when ---- */

static enum rule_id check_finish(struct order *o, const hn_event *e, struct fault *f)
{
	if (o->finishes++)
		return BREAKS(RULE_FINISH_ONCE, f, "it emits FINISH a second time");
	if (e->finish <= HN_FINISH_NONE || e->finish > HN_FINISH_TOOL_CALLS || e->finish == HN_FINISH_INTERRUPTED)
		return BREAKS(RULE_FINISH_ONCE, f, "it emits FINISH with the reason %d", (int)e->finish);
	return RULES_N;
}

/* USAGE may come directly after FINISH, for servers that say it last. */
static enum rule_id check_place(struct order *o, const struct shape *s, const hn_event *e, struct fault *f)
{
	if (!o->finishes)
		return RULES_N;
	if (s->is_reply)
		return BREAKS(RULE_NOTHING_AFTER_FINISH, f, "it emits %s after FINISH", s->name);
	if (o->after++ && e->type == HN_EV_USAGE)
		return BREAKS(RULE_NOTHING_AFTER_FINISH, f, "it emits USAGE after FINISH, and something else between them");
	return RULES_N;
}

/* After a refusal a function unwinds. */
static enum rule_id check_refused(const struct order *o, const char *function, const char *what, struct fault *f)
{
	if (!o->refused)
		return RULES_N;
	return BREAKS(RULE_EMIT_RETURN, f, "it %s after %s() had returned %d", what, function, (int)o->refused);
}

enum rule_id order_emits(struct order *o, const hn_event *e, struct fault *f)
{
	const struct shape *s = shape_of(e->type);
	enum rule_id rule = check_refused(o, "emit", "emits another event", f);

	if (rule == RULES_N && !s)
		return BREAKS(RULE_EVENTS, f, "it emits an event of the unknown type %u", e->type);
	if (rule == RULES_N)
		rule = check_shape(s, e, f);
	if (rule == RULES_N)
		rule = check_numbers(e, f);
	if (rule == RULES_N && e->type == HN_EV_USAGE)
		rule = check_usage(e->usage, f);
	if (rule == RULES_N)
		rule = check_place(o, s, e, f);
	if (rule == RULES_N && e->type == HN_EV_FINISH)
		rule = check_finish(o, e, f);
	return rule;
}

enum rule_id order_lists(struct order *o, struct fault *f)
{
	return check_refused(o, "put", "lists another model", f);
}

/* ---- what it was told ---- */

static void give(struct order *o, int32_t code)
{
	if (code < 0 && code > -32)
		o->given |= 1u << -code;
}

void order_emitted(struct order *o, int32_t returned)
{
	if (!o->refused)
		o->refused = returned;
	give(o, returned);
}

void order_failed(struct order *o, int32_t returned)
{
	give(o, returned);
}

void order_served(struct order *o, const char *service, int32_t returned)
{
	if (returned < 0 && !o->unserved) {
		o->unserved = returned;
		o->service = service;
	}
	give(o, returned);
}

/* ---- the end ---- */

/* A refusal and the failure of a service are handed back as they are; but a reply that is finished may stand. */
static enum rule_id check_handed_back(const struct order *o, int32_t code, struct fault *f)
{
	if (o->refused && code != o->refused)
		return BREAKS(RULE_EMIT_RETURN, f, "%s() returned %d, and the function %d", functions[o->function].puts,
			(int)o->refused, (int)code);
	if (!o->refused && o->unserved && o->function == ORDER_CHAT && code != o->unserved && !(code == 0 && o->finishes))
		return BREAKS(RULE_SERVICE_RETURN, f, "%s() returned %d, and the function %d", o->service,
			(int)o->unserved, (int)code);
	return RULES_N;
}

static enum rule_id check_negative(const struct order *o, int32_t code, struct fault *f)
{
	if (code > -32 && o->given & 1u << -code)
		return RULES_N;
	if (code == HN_ERR_INTERRUPTED)
		return BREAKS(functions[o->function].codes, f, "it returned HN_ERR_INTERRUPTED, and nobody interrupted it");
	return BREAKS(functions[o->function].codes, f, "it returned %d (%s) without giving that to fail()", (int)code,
		code < HN_ERR_INTERRUPTED ? "unknown" : kind_name(code));
}

enum rule_id order_returns(const struct order *o, int32_t code, int was_cancelled, struct fault *f)
{
	enum rule_id rule;

	if (was_cancelled && code < 0)
		return RULES_N;
	rule = check_handed_back(o, code, f);
	if (rule != RULES_N)
		return rule;
	if (code && code == o->refused)
		return RULES_N;
	if (code < 0)
		return check_negative(o, code, f);
	if (code == HN_ADAPTED && o->function == ORDER_CHAT)
		return RULES_N;
	if (code > 0)
		return BREAKS(functions[o->function].codes, f, "it returned %d, which means nothing there", (int)code);
	if (code == 0 && o->function == ORDER_CHAT && !o->is_dry && !o->finishes)
		return BREAKS(RULE_FINISH_ONCE, f, "it returned 0 and emitted no FINISH");
	return RULES_N;
}
