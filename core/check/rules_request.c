/* SPDX-License-Identifier: MIT */
/* rules_request: what of a request reaches the server. */
#include <string.h>

#include "check/ask.h"
#include "check/scenario.h"

#define S(text) { text, sizeof(text) - 1 }
#define LEN(array) (uint32_t)(sizeof(array) / sizeof *(array))

/* ---- heeds ---- */

static const struct { uint32_t bit, with; const char *name; } settings[] = {
	{ HN_SET_MAX_TOKENS, 0, "MAX_TOKENS" }, { HN_SET_TEMPERATURE, 0, "TEMPERATURE" }, { HN_SET_TOP_P, 0, "TOP_P" },
	{ HN_SET_SEED, 0, "SEED" }, { HN_SET_STOP, 0, "STOP" }, { HN_SET_EFFORT, 0, "EFFORT" }, { HN_SET_TOOLS, 0, "TOOLS" },
	{ HN_SET_TOOL_CHOICE, HN_SET_TOOLS, "TOOL_CHOICE" }, { HN_SET_SCHEMA, 0, "SCHEMA" }, { HN_SET_EXTRA, 0, "EXTRA" },
};

static const hn_str stop[] = { S("END") };
static const hn_tool tools[] = { { S("tide"), S("when the tide comes"), S("{\"type\":\"object\",\"properties\":{\"at\":{\"type\":\"string\"}}}") } };

/* A request that has all members, and sets these. */
static hn_request full(uint32_t set)
{
	hn_request r = ask_plain();
	r.set = set;
	r.max_tokens = 77;
	r.temperature = 0.25;
	r.top_p = 0.5;
	r.seed = 7;
	r.n_stop = LEN(stop);
	r.stop = stop;
	r.reasoning_effort = (hn_str)S("low");
	r.n_tools = LEN(tools);
	r.tool_stride = sizeof *tools;
	r.tools = tools;
	r.tool_choice = HN_CHOICE_REQUIRED;
	r.schema_name = (hn_str)S("answer");
	r.schema = (hn_str)S("{\"type\":\"object\",\"properties\":{}}");
	r.extra = (hn_str)S("{\"tier\":\"flex\"}");
	return r;
}

/* 1 if nothing was sent that could be compared. */
static int nothing_sent(const struct call *c)
{
	if (!c->sent.n)
		skip_rule("it sends nothing that could be compared");
	return !c->sent.n;
}

static void try_setting(struct world *w, void *self, size_t i)
{
	const hn_provider *p = w->subject->provider;
	hn_request without = full(settings[i].with & p->heeds), with = full((settings[i].with & p->heeds) | settings[i].bit);
	struct call *a = ask_chat(w, self, &without), *b = ask_chat(w, self, &with);
	/* to refuse a value by name is to heed it */
	if (!nothing_sent(a) && same_bytes(&a->sent, &b->sent) && !(b->returned < 0 && b->failed))
		breach(RULE_HEEDS_TRUE, "HN_SET_%s is in heeds, and what it sends is the same with it and without", settings[i].name);
	call_free(a);
	call_free(b);
}

void try_heeds(const struct run *r)
{
	struct world *w;
	void *self = scenario_begin(r, &w);
	uint32_t heeds = r->subject->provider->heeds, known = 0;
	if (!self)
		return;
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		known |= settings[i].bit;
		if (heeds & settings[i].bit)
			try_setting(w, self, i);
	}
	if (heeds & ~known && !r->subject->desc->need_minor)
		breach(RULE_HEEDS_TRUE, "heeds has 0x%x, which ABI 1.0 does not know", heeds & ~known);
	if (!heeds)
		skip_rule("its heeds is 0");
	scenario_close(w, self);
}

/* ---- accepts ---- */

#define TEXT_PART(text) { .type = HN_PART_TEXT, .data = S(text) }

/* A conversation with a call of a tool; which: whose data differs. */
static struct call *ask_tools(struct world *w, void *self, const hn_part *call, const hn_part *result)
{
	const hn_part first[] = { TEXT_PART("When?") };
	const hn_message all[] = {
		{ .role = HN_ROLE_USER, .id = 1, .n_parts = 1, .part_stride = sizeof(hn_part), .parts = first, .text = S("When?") },
		{ .role = HN_ROLE_ASSISTANT, .id = 2, .n_parts = 1, .part_stride = sizeof(hn_part), .parts = call },
		{ .role = HN_ROLE_TOOL, .id = 3, .n_parts = 1, .part_stride = sizeof(hn_part), .parts = result },
	};
	hn_request q = full(w->subject->provider->heeds & HN_SET_TOOLS);
	q.messages = all;
	q.n_messages = LEN(all);
	return ask_chat(w, self, &q);
}

static struct call *ask_beside(struct world *w, void *self, const hn_part *beside)
{
	const hn_part parts[] = { TEXT_PART("Look"), *beside };
	const hn_message m = { .role = HN_ROLE_USER, .id = 1, .n_parts = 2, .part_stride = sizeof(hn_part), .parts = parts, .text = S("Look") };
	hn_request q = ask_plain();
	q.messages = &m;
	q.n_messages = 1;
	return ask_chat(w, self, &q);
}

/* Two requests that differ in one part differ on their way, unless the plugin refuses them. */
static void compare_parts(struct call *a, struct call *b, const char *type)
{
	if (!nothing_sent(a) && same_bytes(&a->sent, &b->sent) && !(b->returned < 0 && b->failed))
		breach(RULE_ACCEPTS_TRUE, "HN_PART_%s is in accepts, and what it sends does not depend on it", type);
	call_free(a);
	call_free(b);
}

void try_accepts(const struct run *r)
{
	static const hn_part images[] = { { .type = HN_PART_IMAGE, .mime = S("image/png"), .data = S("\x89PNG\r\n\x1a\n1") },
		{ .type = HN_PART_IMAGE, .mime = S("image/png"), .data = S("\x89PNG\r\n\x1a\n2") } };
	static const hn_part files[] = { { .type = HN_PART_FILE, .name = S("a.pdf"), .mime = S("application/pdf"), .data = S("%PDF-1.4 1") },
		{ .type = HN_PART_FILE, .name = S("a.pdf"), .mime = S("application/pdf"), .data = S("%PDF-1.4 2") } };
	static const hn_part calls[] = { { .type = HN_PART_TOOL_CALL, .id = S("c1"), .name = S("tide"), .data = S("{\"at\":\"noon\"}") },
		{ .type = HN_PART_TOOL_CALL, .id = S("c1"), .name = S("tide"), .data = S("{\"at\":\"dawn\"}") } };
	static const hn_part results[] = { { .type = HN_PART_TOOL_RESULT, .id = S("c1"), .name = S("tide"), .data = S("at six") },
		{ .type = HN_PART_TOOL_RESULT, .id = S("c1"), .name = S("tide"), .data = S("at nine") } };
	uint32_t accepts = r->subject->provider->accepts;
	struct world *w;
	void *self = scenario_begin(r, &w);
	if (!self)
		return;
	if (accepts & 1u << HN_PART_IMAGE)
		compare_parts(ask_beside(w, self, &images[0]), ask_beside(w, self, &images[1]), "IMAGE");
	if (accepts & 1u << HN_PART_FILE)
		compare_parts(ask_beside(w, self, &files[0]), ask_beside(w, self, &files[1]), "FILE");
	if (accepts & 1u << HN_PART_TOOL_CALL)
		compare_parts(ask_tools(w, self, &calls[0], &results[0]), ask_tools(w, self, &calls[1], &results[0]), "TOOL_CALL");
	if (accepts & 1u << HN_PART_TOOL_RESULT)
		compare_parts(ask_tools(w, self, &calls[0], &results[0]), ask_tools(w, self, &calls[0], &results[1]), "TOOL_RESULT");
	scenario_close(w, self);
}

/* ---- order ---- */

static const char *const marks[] = { "alpha-mark", "bravo-mark", "charlie-mark", "delta-mark", "echo-mark" };

static void check_order(const struct call *c)
{
	const char *at = c->sent.p;
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		const char *found = memmem(c->sent.p, c->sent.n, marks[i], strlen(marks[i]));
		if (!found)
			breach(RULE_PARTS_ORDER, "the %zu. of five texts is not sent", i + 1);
		else if (found < at)
			breach(RULE_PARTS_ORDER, "the %zu. of five texts is sent before the one in front of it", i + 1);
		at = found ? found : at;
	}
}

void try_parts_order(const struct run *r)
{
	static const hn_part one[] = { TEXT_PART("alpha-mark") }, reply[] = { TEXT_PART("bravo-mark "), TEXT_PART("charlie-mark") },
			     last[] = { TEXT_PART("delta-mark "), TEXT_PART("echo-mark") };
	static const hn_message all[] = {
		{ .role = HN_ROLE_USER, .id = 1, .n_parts = 1, .part_stride = sizeof(hn_part), .parts = one, .text = S("alpha-mark") },
		{ .role = HN_ROLE_ASSISTANT, .id = 2, .n_parts = 2, .part_stride = sizeof(hn_part), .parts = reply, .text = S("bravo-mark charlie-mark") },
		{ .role = HN_ROLE_USER, .id = 3, .n_parts = 2, .part_stride = sizeof(hn_part), .parts = last, .text = S("delta-mark echo-mark") },
	};
	struct world *w;
	void *self = scenario_begin(r, &w);
	hn_request q = ask_plain();
	if (!self)
		return;
	q.messages = all;
	q.n_messages = LEN(all);
	struct call *c = ask_chat(w, self, &q);
	if (!nothing_sent(c))
		check_order(c);
	call_free(c);
	scenario_close(w, self);
}

/* ---- opaque ---- */

/* Asks after a reply of those parts; what comes must be a reply as ever. */
static void ask_after(struct world *w, void *self, const hn_part *parts, uint32_t n, const char *what)
{
	static const hn_part first[] = { TEXT_PART("Hello") };
	const hn_message all[] = {
		{ .role = HN_ROLE_USER, .id = 1, .n_parts = 1, .part_stride = sizeof(hn_part), .parts = first, .text = S("Hello") },
		{ .role = HN_ROLE_ASSISTANT, .id = 2, .n_parts = n, .part_stride = sizeof(hn_part), .parts = parts },
		{ .role = HN_ROLE_USER, .id = 3, .n_parts = 1, .part_stride = sizeof(hn_part), .parts = first, .text = S("Hello") },
	};
	hn_request q = ask_plain();
	q.messages = all;
	q.n_messages = LEN(all);
	struct call *c = ask_chat(w, self, &q);
	if (c->returned)
		breach(RULE_OPAQUE_PARTS, "chat() returned %d after a reply with %s: %s", (int)c->returned, what, c->message ? c->message : "");
	call_free(c);
}

void try_opaque(const struct run *r)
{
	static const hn_part foreign = { .type = HN_PART_OPAQUE, .flags = 0, .name = S("of-somebody-else"), .data = S("\x00\xff\x01{\"") };
	const hn_part text = TEXT_PART("Hello");
	const hn_part between[] = { text, foreign, text }, alone[] = { foreign };
	hn_part own[17];
	struct world *w;
	void *self = scenario_begin(r, &w);
	if (!self)
		return;
	ask_after(w, self, between, LEN(between), "an unknown OPAQUE part between two texts");
	ask_after(w, self, alone, 1, "an unknown OPAQUE part alone");
	struct call *c = ask(w, self);
	for (size_t i = 0; i < c->n_opaques; i++)
		own[i] = (hn_part){ .type = HN_PART_OPAQUE, .name = str_of(c->opaques[i].name), .data = { c->opaques[i].data, c->opaques[i].n } };
	own[c->n_opaques] = text;
	ask_after(w, self, own, (uint32_t)c->n_opaques + 1, "its own OPAQUE parts");
	call_free(c);
	scenario_close(w, self);
}
