/* SPDX-License-Identifier: MIT */
/* usage: what a server says of tokens and cost, in the one meaning that hobnob gives to them. */
#include "parts.h"

#include <stddef.h>

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
		{ "prompt_tokens_details.cache_write_tokens", "cache_creation_input_tokens" } },
	{ offsetof(hn_usage, reasoning),
		{ "completion_tokens_details.reasoning_tokens",
			"output_tokens_details.reasoning_tokens", "reasoning_tokens" } },
};

/* Reads the count of one row of the table. */
static int64_t count(struct json_object *usage, const char *const path[4])
{
	int64_t v = -1;
	for (int i = 0; i < 4 && path[i] && v < 0; i++)
		v = cc_count(cc_path(usage, path[i]));
	return v;
}

/* xAI leaves reasoning out of the completion; the total tells. */
static void include_reasoning(hn_usage *u, int64_t total)
{
	if (u->prompt >= 0 && u->completion >= 0 && u->reasoning > 0 &&
		total == u->prompt + u->completion + u->reasoning)
		u->completion += u->reasoning;
}

/* What was charged. Where the upstream is paid with a key of the user's own, `cost` is the router's
 * fee alone: without the upstream's share it is no cost of the reply. */
static int64_t cost_of(struct json_object *usage)
{
	int64_t cost = cc_price(cc_member(usage, "cost")), upstream;
	if (cost < 0 || !json_object_get_boolean(cc_member(usage, "is_byok")))
		return cost;
	upstream = cc_price(cc_path(usage, "cost_details.upstream_inference_cost"));
	return upstream < 0 || __builtin_add_overflow(cost, upstream, &cost) ? -1 : cost;
}

/* Reads a usage object; what is missing or makes no sense stays unknown. */
int cc_usage(struct json_object *usage, hn_usage *out)
{
	*out = (hn_usage){ .struct_size = sizeof *out };
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		*(int64_t *)(void *)((char *)out + counts[i].at) = count(usage, counts[i].path);
	include_reasoning(out, cc_count(cc_member(usage, "total_tokens")));
	if (out->prompt >= 0 && out->cached > out->prompt)
		out->cached = -1;
	out->cost = cost_of(usage);
	return out->prompt >= 0 || out->completion >= 0 || out->cost >= 0;
}
