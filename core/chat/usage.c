/* SPDX-License-Identifier: MIT */
/* usage: what a turn used, by the server's counts or by an estimate. */
#include "chat/chat_private.h"

#include "money/cost.h"
#include "util/said.h"

/* A part that may be unknown. */
static int64_t or_none(int64_t v)
{
	return v > 0 ? v : 0;
}

/* Discards impossible values: a count with parts larger than it, or too small for what was sent or
 * received. A cost of 0 next to such a count is discarded too, and so is one next to a price:
 * servers that do not know what they charge say 0. */
static void doubt(const struct turn *t, hn_usage *u)
{
	int64_t sent = t->plan.prompt < t->plan.trim.tokens ? t->plan.prompt : t->plan.trim.tokens;
	int64_t came = text_tokens_least(plan_learnt(t->chat), buf_str(&t->in.text)) +
		       text_tokens_least(plan_learnt(t->chat), buf_str(&t->in.reasoning));
	int64_t shown = plan_shown(&t->plan);
	int64_t parts = or_none(u->cached) + or_none(u->cache_write);

	sent = shown < sent ? sent - shown : 0;
	if (u->cost == 0 && cost_is_paid(&t->plan.price))
		u->cost = -1;
	int prompt = u->prompt >= 0 && (u->cost < 0 && parts > u->prompt);
	int reply = u->completion >= 0 && (u->cost < 0 && u->reasoning > u->completion);

	prompt |= u->prompt >= 0 && tokens_too_few(sent, u->prompt);
	reply |= u->completion >= 0 && tokens_too_few(came, u->completion);
	if (prompt)
		u->prompt = u->cached = u->cache_write = -1;
	if (reply)
		u->completion = u->reasoning = -1;
	if ((prompt || reply) && u->cost == 0)
		u->cost = -1;
}

/* Tokens of the calls of tools that came, by what was learnt. */
static int64_t call_tokens(const struct turn *t)
{
	const struct message *m = t->in.beside;
	int64_t sum = 0;

	for (size_t i = 0; i < m->n_parts; i++)
		if (m->parts[i].type == HN_PART_TOOL_CALL)
			sum += text_tokens(plan_learnt(t->chat), (hn_str){ m->parts[i].data, m->parts[i].n });
	return sum;
}

hn_usage usage_or_estimate(const struct turn *t, int32_t code)
{
	hn_usage usage = t->in.usage;
	int unbilled = code && !t->in.emitted && !(code == HN_ERR_INTERRUPTED && t->asked);

	if (unbilled)
		return usage;
	doubt(t, &usage);
	if (usage.prompt < 0) {
		usage.set |= HN_USAGE_ESTIMATED_PROMPT;
		usage.prompt = t->plan.prompt;
	}
	if (usage.completion < 0) {
		usage.set |= HN_USAGE_ESTIMATED_COMPLETION;
		usage.completion = text_tokens(plan_learnt(t->chat), buf_str(&t->in.text)) +
				   text_tokens(plan_learnt(t->chat), buf_str(&t->in.reasoning)) +
				   call_tokens(t);
	}
	return usage;
}
