/* SPDX-License-Identifier: MIT */
/* answerer: which provider and which model answer, and what is known of the model. */
#include "chat/chat_private.h"

#include <stdlib.h>
#include <string.h>

#include "chat/offers.h"
#include "chat/pick.h"
#include "chat/refuse.h"
#include "plugin/provider.h"
#include "util/buf.h"
#include "util/mem.h"

#define NAMES_SHOWN 20 /* models named when one must be chosen */

void answerer_free(struct answerer *a)
{
	http_free(a->http);
	instance_free(a->provider);
	free(a->model);
	free(a->resumed_provider);
	free(a->resumed_model);
	free(a);
}

const struct instance *chat_provider(const struct chat *chat)
{
	return chat->answerer->provider;
}

const char *chat_model(const struct chat *chat)
{
	return chat->answerer->model;
}

/* Takes a model, with the known facts about it. The user's prices apply to the first model, of the
 * provider at that time. */
void chat_take_model(struct chat *chat, const char *name)
{
	char *model = xstrdup(name), *doubt;

	free(chat->answerer->model);
	chat->answerer->model = model;
	if (model && chat->answerer->provider && !chat->user_price.model) {
		chat->user_price.model = xstrdup(model);
		chat->user_price.by = xstrdup(chat->answerer->provider->name);
	}
	chat->answerer->known = KNOWN_NOTHING;
	chat->answerer->doubted = 0;
	if (!chat->answerer->provider || !model)
		return;
	known_find(chat->rt, chat->answerer->provider, model, &chat->answerer->known);
	doubt = known_doubt(chat->rt, chat->answerer->provider, model, &chat->answerer->known);
	if (doubt && chat->listener->on_event)
		tell_notice(chat, "%s", doubt);
	else if (doubt)
		log_warn(settings_log(chat->rt->settings), "%s", doubt);
	free(doubt);
}

void chat_take_provider(struct chat *chat, struct instance *made)
{
	instance_free(chat->answerer->provider);
	chat->answerer->provider = made;
}

/* Makes the instance and switches to it, and to the model, or to the one that is picked for it; on
 * failure all stays as it was. */
static int32_t take(
	struct chat *chat, const char *name, const char *model, enum source by, struct fault *f)
{
	struct instance *made = instance_new(chat->rt, name, HN_TYPE_PROVIDER, f);
	char *picked;

	if (!made)
		return f->kind;
	chat_take_provider(chat, made);
	picked = model ? xstrdup(model) : pick_model(chat->rt, made, by);
	chat_take_model(chat, picked);
	free(picked);
	return 0;
}

int32_t chat_switch(struct chat *chat, const char *name, enum source by, struct fault *f)
{
	return take(chat, name, NULL, by, f);
}

/* In a resumed conversation the same provider and model answer again, unless the command line
 * says otherwise. 1 if that is so; 0 if the settings are to choose. */
static int take_resumed(struct chat *chat)
{
	const struct value *said = setting(chat->rt->settings, S_PROVIDER);
	const char *name = chat->answerer->resumed_provider;
	struct fault f = { 0 };
	char *why;

	if (!name || (pick_said_now(chat->rt, S_PROVIDER) && strcmp(said->text, name)))
		return 0;
	if (take(chat, name, pick_said_now(chat->rt, S_MODEL) ? NULL : chat->answerer->resumed_model, FROM_CLI_PROFILE,
		    &f) == 0)
		return 1;
	why = fault_text(&f);
	log_warn(chat->rt->log, "%s answered in this conversation, and cannot now: %s", name, why);
	free(why);
	fault_free(&f);
	return 0;
}

void answerer_follow(struct chat *chat)
{
	const struct answerer *a = chat->answerer;

	if (strcmp(a->provider->name, a->resumed_provider ? a->resumed_provider : a->provider->name))
		take_resumed(chat);
	else if (a->resumed_model && !pick_said_now(chat->rt, S_MODEL))
		chat_take_model(chat, a->resumed_model);
}

int32_t chat_ready(struct chat *chat, struct fault *f)
{
	enum source by;
	char *name;
	int32_t code;

	if (take_resumed(chat))
		return 0;
	name = pick_provider(chat->rt, &by, f);
	code = name ? chat_switch(chat, name, by, f) : f->kind;
	free(name);
	return code;
}

/* ---- the provider's list ---- */

struct choice {
	struct buf names;
	size_t n;
	char *only;
	struct listed listed; /* the first */
	struct catalog *catalog;
	struct secrets *secrets;
};

/* Takes one model of the provider's list; a name that says a key back is not kept. */
static int32_t take_offer(void *ud, const hn_model *m)
{
	struct choice *o = ud;

	if (!o->secrets || !secrets_hold(o->secrets, m->id))
		catalog_put(o->catalog, m);
	if (o->n++ == 0) {
		o->only = str_dup(m->id);
		o->listed = listed_of(m);
	}
	if (o->n <= NAMES_SHOWN) {
		buf_adds(&o->names, o->n > 1 ? ", " : "");
		buf_addstr(&o->names, m->id);
	} else if (o->n == NAMES_SHOWN + 1) {
		buf_adds(&o->names, ", ...");
	}
	return 0;
}

/* Takes the only model on offer, or says which there are. */
static int32_t take_only(struct chat *chat, hn_call *call, const struct choice *o)
{
	if (o->n == 0)
		return call_failf(call, HN_ERR_CONFIG, "name one: -m NAME, or /model NAME",
			"no model is set and %s lists none", chat->answerer->provider->name);
	if (o->n > 1)
		return call_failf(call, HN_ERR_CONFIG,
			"choose one: -m NAME, or /model NAME; `hobnob models` lists all",
			"no model is set; %s offers %s", chat->answerer->provider->name, o->names.p);
	chat_take_model(chat, o->only);
	chat->answerer->known.listed = o->listed;
	return 0;
}

/* Asks the provider's list, and keeps it for the next time. */
static int32_t ask_list(struct chat *chat, hn_call *call)
{
	const struct instance *i = chat->answerer->provider;
	struct choice offer = { .names = BUF(1u << 20), .catalog = catalog_new(),
		.secrets = chat->rt->secrets };
	int32_t code = provider_models(i, call, take_offer, &offer);

	if (code == 0) {
		catalog_keep(offer.catalog, &chat->rt->paths, i->name, i->endpoint.url,
			chat->rt->clock->wall(chat->rt->clock->ud));
		code = take_only(chat, call, &offer);
	} else {
		catalog_free(offer.catalog);
	}
	buf_free(&offer.names);
	free(offer.only);
	return code;
}

int32_t answerer_need_model(struct chat *chat, hn_call *call)
{
	const hn_provider *provider = chat->answerer->provider->plugin->provider;

	if (chat->answerer->model)
		return 0;
	if (!HN_HAS_FN(provider, hn_provider, models) &&
		!options_get(chat->answerer->provider->options, "model")) {
		chat_take_model(
			chat, chat->answerer->provider->plugin
				   ->name); /* it knows of no models: there is nothing to choose */
		return 0;
	}
	if (!HN_HAS_FN(provider, hn_provider, models) || chat->dry_run)
		return call_failf(call, HN_ERR_CONFIG, "name one: -m NAME, or /model NAME",
			"no model is set for %s", chat->answerer->provider->name);
	return ask_list(chat, call);
}

void answerer_call(struct chat *chat, hn_call *call)
{
	call->plugin = chat->answerer->provider->plugin->name;
	call->http = chat->answerer->http;
	call->endpoint = &chat->answerer->provider->endpoint;
}

/* ---- what they pass on ---- */

static struct bearer provider_bearer(const struct answerer *a)
{
	const hn_provider *p = a->provider->plugin->provider;

	return (struct bearer){ a->provider->name, p->accepts, p->heeds };
}

static struct bearer model_bearer(const struct answerer *a)
{
	return (struct bearer){ a->model, a->known.listed.accepts, a->known.listed.heeds };
}

int answerer_heeds(const struct chat *chat, uint32_t setting)
{
	return (provider_bearer(chat->answerer).heeds & model_bearer(chat->answerer).heeds & setting) != 0;
}

uint32_t answerer_accepts(const struct chat *chat)
{
	return provider_bearer(chat->answerer).accepts & model_bearer(chat->answerer).accepts;
}

int32_t answerer_refuses(const struct chat *chat, hn_call *call, const hn_request *req)
{
	struct bearer provider = provider_bearer(chat->answerer), model = model_bearer(chat->answerer);

	return refuse(call, req, &provider, &model, plan_limit_said(chat) < 0);
}

void answerer_doubts(struct chat *chat, const hn_request *req)
{
	struct answerer *a = chat->answerer;
	struct bearer model = model_bearer(a);
	uint32_t doubts = refuse_doubts(req, &model) & ~a->doubted;

	a->doubted |= doubts;
	for (; doubts; doubts &= doubts - 1)
		tell_notice(chat, "the list of %s does not name %s for %s; it is sent all the same", a->provider->name,
			refuse_key(doubts & -doubts), a->model);
}

/* ---- credit ---- */

/* An amount, or -1 if it is not one that can be counted. */
static int64_t sane(int64_t pico)
{
	return pico < 0 || pico == INT64_MAX ? -1 : pico;
}

/* Forgets what a provider cannot mean. More than the limit is not left of it. */
static void clamp_credit(hn_credit *credit)
{
	credit->left = sane(credit->left);
	credit->limit = sane(credit->limit);
	credit->used = sane(credit->used);
	credit->flags &= HN_CREDIT_UNLIMITED;
	if (credit->limit >= 0 && credit->left > credit->limit)
		credit->left = credit->limit;
}

/* A call beside a turn. */
static void begin_call(struct chat *chat, hn_call *call)
{
	call_init(call, &chat->rt->task->cancel, chat->rt->clock, chat->rt->log);
	call->attend = &chat->listener->attend;
	answerer_call(chat, call);
}

int32_t chat_credit(struct chat *chat, hn_credit *out, struct fault *f)
{
	const struct instance *i = chat->answerer->provider;
	const hn_provider *provider = i ? i->plugin->provider : NULL;
	hn_call call;
	int32_t code;

	*out = (hn_credit){ .struct_size = sizeof *out, .left = -1, .limit = -1, .used = -1 };
	if (!provider || !HN_HAS_FN(provider, hn_provider, credit))
		return fault_set(f, HN_ERR_USAGE, NULL, "%s cannot tell what is left",
			i ? i->name : "no provider");
	begin_call(chat, &call);
	code = provider_credit(i, &call, out);
	if (code)
		fault_set(f, code, call.error.hint, "%s",
			call.error.message ? call.error.message : "balance not available");
	clamp_credit(out);
	call_end(&call);
	return code;
}

/* ---- models ---- */

int32_t chat_offers(struct chat *chat, struct offers *out, struct fault *f)
{
	struct fault why = { 0 };
	hn_call call;
	int32_t code;

	out->rt = chat->rt;
	out->instance = chat->answerer->provider;
	if (!out->instance)
		return fault_set(f, HN_ERR_USAGE, "/provider NAME chooses one", "no provider lists its models");
	if (chat->dry_run)
		return fault_set(f, HN_ERR_USAGE, NULL, "with --dry-run hobnob asks nobody for a list of models");
	begin_call(chat, &call);
	code = offers_ask(out, &call, &why);
	call_end(&call);
	if (code == HN_ERR_INTERRUPTED)
		fault_set(f, code, NULL, "interrupted");
	else if (code == HN_ERR_USAGE || code == HN_ERR_NOT_FOUND)
		fault_set(f, code, why.hint, "%s; /model NAME takes one without a list", why.message);
	else if (code)
		fault_set(f, code, why.hint, "%s", why.message);
	else if (why.message)
		tell_notice(chat, "%s; %s", why.message, why.hint);
	fault_free(&why);
	return code;
}
