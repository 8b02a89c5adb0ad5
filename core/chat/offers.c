/* SPDX-License-Identifier: MIT */
/* offers: the models that a provider offers, or those whose ids or names hold some words, with what turns would know
 * of each. */
#include "chat/offers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chat/refuse.h"
#include "conversation/parts.h"
#include "plugin/provider.h"
#include "util/ascii.h"
#include "util/mem.h"
#include "util/money.h"
#include "util/names.h"

/* Half a price is shown too, though it prices nothing. */
static void take_half(struct offer *r, const struct listed *from, const char *source)
{
	if (*r->price.source || (from->input < 0 && from->output < 0))
		return;
	r->price = (struct price){ from->input, from->output, from->cached, from->cache_write,
		from->reasoning, source };
}

/* Puts together what a turn would go by. */
static void complete(const struct offers *list, struct offer *r, const struct listed *listed)
{
	struct listed own = facts_own(list->rt->settings, r->id), table = LISTED_NONE;
	struct model_facts facts;
	char date[16];
	if (*list->vendor)
		prices_find(&list->rt->paths, list->vendor, r->id, &table, date);
	facts = facts_of(&own, 0, listed, &table);
	r->window = facts.window;
	r->max_output = facts.max_output;
	r->price = facts.price;
	r->accepts = facts.accepts;
	r->heeds = facts.heeds;
	take_half(r, listed, "models");
	take_half(r, &table, "table");
}

/* 1 if each word is in the id or the name, in whatever case. */
static int is_asked_for(const struct offers *list, const struct offer *r)
{
	for (size_t i = 0; i < list->n_words; i++)
		if (!ascii_casestr(r->id, list->words[i]) && !ascii_casestr(r->name, list->words[i]))
			return 0;
	return 1;
}

static void offer_free(struct offer *r)
{
	free(r->id);
	free(r->name);
}

/* A text of the server's (allocated): it may quote a key. */
static char *kept_text(const struct offers *list, hn_str said)
{
	struct buf text = BUF(BUF_NO_CAP);

	buf_addstr(&text, said);
	if (list->rt->secrets)
		secrets_redact(list->rt->secrets, &text);
	return buf_take(&text);
}

static void add_model(struct offers *list, hn_str id, hn_str name, const struct listed *listed)
{
	struct offer r = { .id = kept_text(list, id), .name = kept_text(list, name) };
	if (!is_asked_for(list, &r)) {
		offer_free(&r);
		return;
	}
	complete(list, &r, listed);
	list->all = xgrow(list->all, list->n, &list->cap, sizeof *list->all);
	list->all[list->n++] = r;
}

/* Takes one model of the provider's list; a name that says a key back is not kept. */
static int32_t take_listed(void *ud, const hn_model *m)
{
	struct offers *list = ud;
	struct listed listed = listed_of(m);
	if (!list->rt->secrets || !secrets_hold(list->rt->secrets, m->id))
		catalog_put(list->catalog, m);
	add_model(list, m->id, m->name, &listed);
	return 0;
}

static void take_tabled(void *ud, hn_str id, const struct listed *listed)
{
	(void)listed; /* found again as that of any model is */
	add_model(ud, id, str_of(""), &LISTED_NONE);
}

static int by_id(const void *a, const void *b)
{
	const struct offer *x = a, *y = b;
	int order = ascii_casecmp(x->id, y->id);
	return order ? order : strcmp(x->id, y->id);
}

/* ---- asking ---- */

int32_t offers_call(const struct instance *i, hn_call *call, int32_t (*take)(void *ud, const hn_model *), void *ud,
	struct fault *f)
{
	const hn_provider *provider = i->plugin->provider;

	if (!HN_HAS_FN(provider, hn_provider, models))
		return fault_set(f, HN_ERR_USAGE, NULL, "%s cannot list its models", i->plugin->name);
	int32_t code = provider_models(i, call, take, ud);
	if (code < 0 && code != HN_ERR_INTERRUPTED)
		fault_set(f, code, call->error.hint, "%s: %s", i->name,
			call->error.message ? call->error.message : "models() failed without saying why");
	return code < 0 ? code : 0;
}

/* 1 if the table may replace the provider's list: its plugin has no list, the server has no such
 * page, or the server cannot be reached. If a key or an address is wrong, that is reported instead. */
static int may_fall_back(int32_t code)
{
	static const int32_t kinds[] = { HN_ERR_USAGE, HN_ERR_NOT_FOUND, HN_ERR_NETWORK,
		HN_ERR_TIMEOUT, HN_ERR_UNAVAILABLE };
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (code == kinds[i])
			return 1;
	return 0;
}

/* Takes the vendor's models from the table instead of the provider's list, and adds that to why; -1 if the table has
 * none. */
static int fall_back(struct offers *list, struct fault *why)
{
	char date[16];

	if (!*list->vendor || !prices_each(&list->rt->paths, list->vendor, date, take_tabled, list))
		return -1;
	fault_hint(why, "these are the models that the shipped table of %s has of %s", date, list->vendor);
	return 0;
}

void offers_free(struct offers *list)
{
	for (size_t k = 0; k < list->n; k++)
		offer_free(&list->all[k]);
	free(list->all);
	list->all = NULL;
	list->n = list->cap = 0;
}

int32_t offers_ask(struct offers *list, hn_call *call, struct fault *f)
{
	const struct instance *i = list->instance;

	known_vendor(list->rt, i, list->vendor);
	list->catalog = catalog_new();
	int32_t code = offers_call(i, call, take_listed, list, f);
	if (code == 0) {
		catalog_keep(list->catalog, &list->rt->paths, i->name, i->endpoint.url,
			list->rt->clock->wall(list->rt->clock->ud));
	} else {
		catalog_free(list->catalog);
		offers_free(list); /* those of a list that broke off */
	}
	list->catalog = NULL;
	if (may_fall_back(code) && fall_back(list, f) == 0)
		code = 0;
	if (list->n)
		qsort(list->all, list->n, sizeof *list->all, by_id);
	return code;
}

const char *offers_none(const struct offers *list)
{
	return list->n_words ? "no model holds all of these words in its id or name" : "the list of models is empty";
}

/* ---- telling ---- */

const char *offer_price(int64_t per_token, char out[32])
{
	int64_t pico = money_mul(per_token, 1000000);
	return pico < 0 ? NULL : money_text(pico, out);
}

const char *offer_count(int64_t n, char out[32])
{
	if (n < 0)
		return NULL;
	snprintf(out, 32, "%lld", (long long)n);
	return out;
}

static const char *part_name(uint32_t bit)
{
	if (bit == 1u << HN_PART_OPAQUE)
		return NULL;
	return bit == 1u << HN_PART_TEXT ? "text" : part_type_name((uint32_t)__builtin_ctz(bit));
}

/* A member: the names of the bits that are known and set, or null if none were said. */
static void add_bits(struct json_object *o, const char *key, uint32_t bits, const char *(*name)(uint32_t bit))
{
	struct json_object *list = bits == UINT32_MAX ? NULL : json_new_array();
	for (uint32_t bit = 1; list && bit; bit <<= 1)
		if (bits & bit && name(bit))
			json_append(list, json_of(str_of(name(bit))));
	if (list)
		json_set(o, key, list);
	else
		json_add_null(o, key);
}

struct json_object *offer_json(const struct offer *r)
{
	char text[32];
	struct json_object *o = json_new_object();
	json_add_text_or_null(o, "id", r->id);
	json_add_text_or_null(o, "name", r->name);
	json_add_int_or_null(o, "context", r->window);
	json_add_int_or_null(o, "max_output", r->max_output);
	json_add_text_or_null(o, "price_input", offer_price(r->price.input, text));
	json_add_text_or_null(o, "price_output", offer_price(r->price.output, text));
	json_add_text_or_null(o, "price_cached", offer_price(r->price.cached, text));
	json_add_text_or_null(o, "price_cache_write", offer_price(r->price.cache_write, text));
	json_add_text_or_null(o, "price_reasoning", offer_price(r->price.reasoning, text));
	json_add_text_or_null(o, "price_source", r->price.source);
	add_bits(o, "accepts", r->accepts, part_name);
	add_bits(o, "heeds", r->heeds, refuse_key);
	return o;
}
