/* SPDX-License-Identifier: MIT */
/*
 * relay: answers a request of somebody else's, of which nothing is kept.
 *
 * The turn runs on a conversation of its own that is thrown away. What counts is shared with the
 * chat: limits, account, prices, what was learnt, and who answers.
 */
#include <stdlib.h>
#include <string.h>

#include "call/guard.h"
#include "call/size.h"
#include "chat/pick.h"
#include "chat/relayed.h"
#include "plugin/provider.h"
#include "util/hash.h"
#include "util/mem.h"

/* ---- who answers ---- */

struct answerer *answerer_beside(struct chat *chat, const char *name, struct fault *f)
{
	struct answerer *a;
	struct instance *made;

	for (a = chat->others; a; a = a->next)
		if (!strcmp(a->provider->name, name))
			return a;
	made = instance_new(chat->rt, name, HN_TYPE_PROVIDER, f);
	if (!made)
		return NULL;
	a = xcalloc(1, sizeof *a);
	a->provider = made;
	a->model = pick_model(chat->rt, made, FROM_SESSION);
	a->known = KNOWN_NOTHING;
	known_find(chat->rt, made, a->model, &a->known);
	a->http = chat->answerer->http;
	a->next = chat->others;
	return chat->others = a;
}

/* The chat's own instance for an empty name. NULL with a fault. */
static struct answerer *find(struct chat *chat, hn_str provider, struct fault *f)
{
	struct answerer *a = chat->answerer;
	char *name;

	if (size_text("provider", provider, f)) {
		f->kind = HN_ERR_USAGE;
		return NULL;
	}
	name = str_dup(provider);
	if (!provider.n && !a->provider && chat_ready(chat, f))
		a = NULL;
	else if (provider.n && (!a->provider || strcmp(a->provider->name, name) != 0))
		a = answerer_beside(chat, name, f);
	free(name);
	return a;
}

/* ---- a request ---- */

/* Asks on a conversation that is thrown away. */
static int32_t ask_aside(struct chat *chat, struct answerer *by, const hn_request *req)
{
	struct chat aside = *chat;
	char *said = str_dup(req->model);
	const char *meant = setting_alias(chat->rt->settings, said), *model = meant ? meant : said;
	int32_t code;

	aside.answerer = by;
	aside.relayed = req;
	aside.confirmed = 0;
	aside.schema = NULL;
	aside.code = NULL;
	conversation_init(&aside.talk);
	aside.talk.history.next_id = 1 + (uint64_t)random_bits(); /* the day's limit tells replies apart by it */
	aside.keeper = keeper_new(&aside, NULL);
	if (by->model && !strcmp(by->model, model))
		model = "";
	code = chat_answer(&aside, *model ? model : NULL);
	chat->account = aside.account;
	chat->estimator = aside.estimator;
	chat->user_price = aside.user_price;
	keeper_free(aside.keeper);
	conversation_free(&aside.talk);
	free(said);
	return code;
}

int32_t chat_relay(struct chat *chat, hn_str provider, const hn_request *theirs)
{
	hn_call memory;
	hn_request req;
	struct fault f = { 0 };
	struct answerer *by = NULL;
	struct guard_frame frame;
	int32_t code;

	call_init(&memory, &chat->rt->task->cancel, chat->rt->clock, chat->rt->log);
	code = relayed_take(&req, theirs, &memory, &f);
	if (code == 0)
		by = find(chat, provider, &f);
	guard_enter_core(&frame);
	if (by)
		code = ask_aside(chat, by, &req);
	else
		code = tell_error(chat, f.kind, str_of(f.message), str_of(f.hint));
	guard_leave(&frame);
	fault_free(&f);
	call_end(&memory);
	return code;
}

/* ---- its models ---- */

struct offer {
	struct chat *chat;
	int32_t (*put)(void *ud, const hn_model *);
	void *ud;
};

/* A model whose name holds a key is nobody's to see. */
static int32_t take_offer(void *ud, const hn_model *m)
{
	struct offer *o = ud;
	struct guard_frame frame;
	int32_t code;

	if (secrets_hold(o->chat->rt->secrets, m->id))
		return 0;
	guard_enter_inside(&frame, o->chat->listener->attend.plugin, "put");
	code = o->put(o->ud, m);
	guard_leave(&frame);
	return code;
}

int32_t chat_models(struct chat *chat, hn_str provider, int32_t (*put)(void *ud, const hn_model *), void *ud, struct fault *f)
{
	struct answerer *by = find(chat, provider, f);
	struct offer offer = { chat, put, ud };
	struct chat aside = *chat;
	struct guard_frame frame;
	hn_call call;
	int32_t code;

	if (!by)
		return f->kind;
	if (!HN_HAS_FN(by->provider->plugin->provider, hn_provider, models))
		return fault_set(f, HN_ERR_USAGE, NULL, "%s cannot list its models", by->provider->name);
	aside.answerer = by;
	call_init(&call, &chat->rt->task->cancel, chat->rt->clock, chat->rt->log);
	call.attend = &chat->listener->attend;
	answerer_call(&aside, &call);
	guard_enter_core(&frame);
	code = provider_models(by->provider, &call, take_offer, &offer);
	guard_leave(&frame);
	if (code < 0 && call.error.message)
		fault_set(f, code, call.error.hint, "%s", call.error.message);
	else if (code < 0)
		fault_set(f, code, NULL, "%s: models() failed without saying why", by->provider->name);
	call_end(&call);
	return code;
}
