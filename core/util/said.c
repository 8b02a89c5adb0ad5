/* SPDX-License-Identifier: MIT */
/* said: the `set` words of the ABI, and -1 for "unknown". */
#include "util/said.h"

struct row { size_t at; uint32_t bit; };

static const struct row usage_rows[] = {
	{ offsetof(hn_usage, prompt), HN_USAGE_PROMPT },
	{ offsetof(hn_usage, completion), HN_USAGE_COMPLETION },
	{ offsetof(hn_usage, cached), HN_USAGE_CACHED },
	{ offsetof(hn_usage, cache_write), HN_USAGE_CACHE_WRITE },
	{ offsetof(hn_usage, reasoning), HN_USAGE_REASONING },
	{ offsetof(hn_usage, cost), HN_USAGE_COST },
};

static const struct row model_rows[] = {
	{ offsetof(hn_model, context), HN_MODEL_CONTEXT },
	{ offsetof(hn_model, max_output), HN_MODEL_MAX_OUTPUT },
	{ offsetof(hn_model, price_input), HN_MODEL_PRICE_INPUT },
	{ offsetof(hn_model, price_output), HN_MODEL_PRICE_OUTPUT },
	{ offsetof(hn_model, price_cached), HN_MODEL_PRICE_CACHED },
	{ offsetof(hn_model, price_cache_write), HN_MODEL_PRICE_CACHE_WRITE },
};

#define COUNT_OF(table) (sizeof(table) / sizeof *(table))

static int64_t *member(void *base, const struct row *row)
{
	return (int64_t *)(void *)((char *)base + row->at);
}

static void say(void *base, uint32_t *set, const struct row *rows, size_t n)
{
	for (const struct row *r = rows; r < rows + n; r++)
		*set = *member(base, r) < 0 ? *set & ~r->bit : *set | r->bit;
}

static void hear(void *base, uint32_t set, const struct row *rows, size_t n)
{
	for (const struct row *r = rows; r < rows + n; r++)
		if (!(set & r->bit))
			*member(base, r) = -1;
}

void usage_say(hn_usage *u)
{
	say(u, &u->set, usage_rows, COUNT_OF(usage_rows));
}

void model_say(hn_model *m)
{
	say(m, &m->set, model_rows, COUNT_OF(model_rows));
}

void usage_hear(hn_usage *u)
{
	hear(u, u->set, usage_rows, COUNT_OF(usage_rows));
}

void model_hear(hn_model *m)
{
	hear(m, m->set, model_rows, COUNT_OF(model_rows));
	if (!(m->set & HN_MODEL_ACCEPTS))
		m->accepts = UINT32_MAX;
	if (!(m->set & HN_MODEL_HEEDS))
		m->heeds = UINT32_MAX;
}
