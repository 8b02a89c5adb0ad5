/* SPDX-License-Identifier: MIT */
/* usage: what a server says of tokens and cost, in the one meaning that hobnob gives to them. */
#include "wire/wire.h"

#include <stddef.h>

#define ABSENT (-1)
#define NONSENSE (-2) /* something is there, and it is not a number of tokens */
#define PICO_PER_TICK 100 /* xAI counts what it charges in ticks of 10^-10 USD */

/* Where each count may stand; the first plausible number wins. */
static const struct {
	size_t at;
	const char *path[4];
} counts[] = {
	{ offsetof(hn_usage, prompt), { "prompt_tokens", "input_tokens" } },
	{ offsetof(hn_usage, completion), { "completion_tokens", "output_tokens" } },
	{ offsetof(hn_usage, cached),
		{ "prompt_tokens_details.cached_tokens", "input_tokens_details.cached_tokens",
			"prompt_cache_hit_tokens", "cached_tokens" } },
	{ offsetof(hn_usage, cache_write),
		{ "prompt_tokens_details.cache_write_tokens", "input_tokens_details.cache_write_tokens",
			"cache_creation_input_tokens" } },
	{ offsetof(hn_usage, reasoning),
		{ "completion_tokens_details.reasoning_tokens",
			"output_tokens_details.reasoning_tokens", "output_tokens_details.thinking_tokens",
			"reasoning_tokens" } },
};

/* Where a row of the table is kept. */
static int64_t *member(hn_usage *u, size_t row)
{
	return (int64_t *)(void *)((char *)u + counts[row].at);
}

/* Reads the count of one row of the table: a number of tokens, ABSENT or NONSENSE. */
static int64_t count(struct json_object *usage, const char *const path[4])
{
	int64_t v = ABSENT;
	for (int i = 0; i < 4 && path[i] && v < 0; i++) {
		struct json_object *said = wire_path(usage, path[i]);
		int64_t n = wire_count(said);
		v = n >= 0 ? n : said ? NONSENSE : v;
	}
	return v;
}

/* Anthropic counts what a cache holds apart from its input_tokens; all of it was sent. Gateways that
 * write prompt_tokens include it, unless the prompt is smaller than that. */
static void include_cache(hn_usage *u, struct json_object *usage)
{
	int64_t read = wire_count(wire_member(usage, "cache_read_input_tokens"));
	int64_t apart = read < 0 ? 0 : read;
	if (u->prompt < 0)
		return;
	if (wire_count(wire_member(usage, "cache_creation_input_tokens")) > 0)
		apart += u->cache_write;
	u->cached = read >= 0 ? read : u->cached;
	if (!wire_member(usage, "prompt_tokens") || apart > u->prompt)
		u->prompt += apart;
}

/* Puts in what the total holds and the counts leave out: of a count that says 0 the count itself, else
 * output, such as the reasoning of xAI and of Gemini. Where both say 0, nobody knows whose the total is. */
static void include_rest(hn_usage *u, int64_t total)
{
	int64_t rest = total - u->prompt - u->completion;
	if (u->prompt < 0 || u->completion < 0 || rest <= 0 || rest == total)
		return;
	if (u->prompt == 0)
		u->prompt = rest;
	else
		u->completion += rest;
}

/* Forgets a whole that its parts contradict, and the parts: which of them is wrong, nobody can say,
 * and a sum made of them would be. */
static void reconcile(int64_t *whole, int64_t *a, int64_t *b)
{
	int64_t parts = (*a > 0 ? *a : 0) + (*b > 0 ? *b : 0);
	if (*a == NONSENSE || *b == NONSENSE || (*whole >= 0 && parts > *whole))
		*whole = *a = *b = ABSENT;
}

/* What xAI charged, in pico-dollars; -1 if it does not say. */
static int64_t ticks(struct json_object *usage)
{
	struct json_object *said = wire_member(usage, "cost_in_usd_ticks");
	int64_t pico;
	if (!json_object_is_type(said, json_type_int) || json_object_get_int64(said) < 0 ||
		__builtin_mul_overflow(json_object_get_int64(said), PICO_PER_TICK, &pico))
		return -1;
	return pico;
}

/* What is said to have been charged, in USD: by OpenRouter, Perplexity (with its fee for the request),
 * DeepInfra. */
static int64_t said_cost(struct json_object *usage)
{
	static const char *const paths[] = { "cost", "cost.total_cost", "total_cost",
		"estimated_cost" };
	int64_t cost = -1;
	for (size_t i = 0; i < sizeof paths / sizeof *paths && cost < 0; i++)
		cost = wire_price(wire_path(usage, paths[i]));
	return cost;
}

/* The charge. If the upstream is paid with the user's key, `cost` is the router's fee alone:
 * without the upstream's share it is not the cost of the reply. */
static int64_t cost_of(struct json_object *usage)
{
	int64_t cost = said_cost(usage), upstream;
	if (cost < 0)
		return ticks(usage);
	if (!json_object_get_boolean(wire_member(usage, "is_byok")))
		return cost;
	upstream = wire_price(wire_path(usage, "cost_details.upstream_inference_cost"));
	return upstream < 0 || __builtin_add_overflow(cost, upstream, &cost) ? -1 : cost;
}

/* If the server states its charge, no sum depends on the counts: they are reported as they came. */
int wire_usage(struct json_object *usage, hn_usage *out)
{
	int64_t none = ABSENT;
	*out = (hn_usage){ .struct_size = sizeof *out, .cost = cost_of(usage) };
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		*member(out, i) = count(usage, counts[i].path);
	include_cache(out, usage);
	include_rest(out, wire_count(wire_member(usage, "total_tokens")));
	if (out->cost < 0) {
		reconcile(&out->prompt, &out->cached, &out->cache_write);
		reconcile(&out->completion, &out->reasoning, &none);
	}
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		if (*member(out, i) < 0) /* NONSENSE is not of the ABI */
			*member(out, i) = ABSENT;
	return out->prompt >= 0 || out->completion >= 0 || out->cost >= 0;
}
