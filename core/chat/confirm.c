/* SPDX-License-Identifier: MIT */
/*
 * confirm: a turn whose prompt costs more than confirm_cost waits for the user's word.
 *
 * The prompt alone counts, each token at the price of input: that much is certain before anything is
 * sent, where a reply may be short and a cache may make it cheaper. Nothing is kept of a turn that
 * waits: neither the history nor the journal has its question.
 */
#include "chat/chat_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call/place.h"
#include "util/mem.h"
#include "util/money.h"

#define CENT (PICO_PER_USD / 100)

/* Tokens as people say them: "950", "48k", "1.2M". */
static const char *count_text(int64_t n, char out[32])
{
	if (n >= 1000000)
		snprintf(out, 32, "%" PRId64 ".%" PRId64 "M", n / 1000000, n % 1000000 / 100000);
	else if (n >= 10000)
		snprintf(out, 32, "%" PRId64 "k", n / 1000);
	else
		snprintf(out, 32, "%" PRId64, n);
	return out;
}

/* Money rounded up to two digits, or to cents; what has no room for that stays. */
static int64_t round_up(int64_t pico)
{
	int64_t step = 1;

	if (pico > INT64_MAX - CENT)
		return pico;
	while (step < CENT && pico / step >= 100)
		step *= 10;
	return pico / step * step + (pico % step ? step : 0);
}

/* Says, once for each model, that nothing is asked because its price is unknown. */
static void tell_unpriced(struct chat *chat)
{
	struct limits *l = chat->limits;
	const char *model = chat->answerer->model;

	if (l->unpriced && !strcmp(l->unpriced, model))
		return;
	free(l->unpriced);
	l->unpriced = xstrdup(model);
	tell_notice(chat, "confirm_cost: the price of %s is unknown, so hobnob does not ask", model);
}

/* Adds; what is unknown adds nothing, and what is too large is as good as the largest number. */
static void add(int64_t *sum, int64_t more)
{
	if (more > 0 && __builtin_add_overflow(*sum, more, sum))
		*sum = INT64_MAX;
}

void outlay_add(struct outlay *o, const struct plan *p)
{
	int64_t reply = p->reply_limit > 0 && p->reply_limit < REPLY_LEAST ? p->reply_limit : REPLY_LEAST;
	int64_t pico = money_mul(p->price.input, p->prompt);

	if (p->price.input < 0 && confirm_wanted(p->chat))
		tell_unpriced(p->chat);
	if (p->price.input < 0 || p->price.output < 0)
		o->unpriced = p->chat->answerer->model;
	o->models++;
	add(&o->tokens, p->prompt);
	add(&o->pico, p->price.input >= 0 && pico < 0 ? INT64_MAX : pico);
	add(&o->least_tokens, p->prompt);
	add(&o->least_tokens, reply);
	add(&o->least_pico, cost_worst(&p->price, p->prompt, reply));
}

/* Ends the input: it is not sent before it comes again. */
static int32_t hold(struct chat *chat, const struct outlay *o, int64_t limit)
{
	char tokens[32], money[32], whole[32], to[32] = "";
	hn_session_event event = event_of(HN_ON_ERROR);
	char *message, *hint, *sets;

	if (o->models > 1)
		snprintf(to, sizeof to, " to %zu models", o->models);
	money_text(round_up(o->pico), money);
	message = xasprintf("this sends ~%s tokens%s, $%s", count_text(o->tokens, tokens), to, money);
	sets = place_sets(chat->rt, S_CONFIRM_COST, money);
	hint = xasprintf("this is more than confirm_cost ($%s): %s allows it", money_text(limit, whole), sets);
	free(sets);
	event.code = HN_ERR_OVER_LIMIT;
	event.kind = str_of("over_limit");
	event.command = str_of(CONFIRM);
	event.message = str_of(message);
	event.hint = str_of(hint);
	tell(chat, &event);
	free(message);
	free(hint);
	chat->held = 1;
	return HN_ERR_OVER_LIMIT;
}

int confirm_wanted(const struct chat *chat)
{
	return setting(chat->rt->settings, S_CONFIRM_COST) && !chat->confirmed && !chat->dry_run;
}

int32_t confirm_outlay(struct chat *chat, const struct outlay *o)
{
	int64_t limit = setting_int(chat->rt->settings, S_CONFIRM_COST, -1);

	return confirm_wanted(chat) && o->pico > limit ? hold(chat, o, limit) : 0;
}

/* Adds what the next turn sends. 0, or HN_ERR_*: it will be refused, and says why itself. */
static int32_t measure(struct chat *chat, hn_call *call, struct outlay *out)
{
	struct plan plan = { .chat = chat };
	int32_t code;

	answerer_call(chat, call);
	code = answerer_need_model(chat, call);
	if (code)
		return code;
	plan_make(&plan);
	code = limits_guard(&plan, call);
	if (code == 0)
		outlay_add(out, &plan);
	plan_free(&plan);
	return code;
}

int32_t confirm_turn(struct chat *chat)
{
	struct outlay outlay = { 0 };
	struct fault f = { 0 };
	hn_call call;
	int32_t code;

	if (!confirm_wanted(chat))
		return 0;
	if (!chat->answerer->provider && chat_ready(chat, &f)) {
		fault_free(&f);
		return 0;
	}
	call_init(&call, &chat->rt->task->cancel, chat->rt->clock, chat->rt->log);
	call.attend = &chat->listener->attend;
	code = measure(chat, &call, &outlay);
	call_end(&call);
	return code ? 0 : confirm_outlay(chat, &outlay);
}

int32_t confirm_message(struct chat *chat, struct message *m)
{
	int32_t code;

	chat->aside = m;
	code = confirm_turn(chat);
	chat->aside = NULL;
	return code;
}
