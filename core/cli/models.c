/* SPDX-License-Identifier: MIT */
/* models: `hobnob models` lists what the provider offers, or those whose ids or names hold some words,
 * with windows, prices and where these came from. */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "call/fatal.h"
#include "call/kind.h"
#include "chat/pick.h"
#include "chat/refuse.h"
#include "cli/output.h"
#include "conversation/parts.h"
#include "money/facts.h"
#include "net/http.h"
#include "plugin/provider.h"
#include "util/ascii.h"
#include "util/mem.h"
#include "util/money.h"
#include "util/names.h"

/* One model, and what counts of all that is said of it. */
struct row {
	char *id, *name;
	int64_t window, max_output; /* tokens, -1 unknown */
	struct price price;
	uint32_t accepts, heeds; /* all ones: not said */
};

/* The models that were asked for, as they come. */
struct list {
	const struct runtime *rt;
	const struct instance *instance;
	char *const *words; /* that an id or a name must hold */
	size_t n_words;
	char vendor[PRICES_VENDOR_ROOM]; /* whose lines of the table hold here; empty: nobody's */
	struct catalog *catalog; /* what turns will know of it */
	struct row *rows;
	size_t n, cap;
};

/* Half a price is shown too, though it prices nothing. */
static void take_half(struct row *r, const struct listed *from, const char *source)
{
	if (*r->price.source || (from->input < 0 && from->output < 0))
		return;
	r->price = (struct price){ from->input, from->output, from->cached, from->cache_write,
		from->reasoning, source };
}

/* Puts together what a turn would go by. */
static void complete(const struct list *list, struct row *r, const struct listed *listed)
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
static int is_asked_for(const struct list *list, const struct row *r)
{
	for (size_t i = 0; i < list->n_words; i++)
		if (!ascii_casestr(r->id, list->words[i]) && !ascii_casestr(r->name, list->words[i]))
			return 0;
	return 1;
}

static void row_free(struct row *r)
{
	free(r->id);
	free(r->name);
}

static void add_model(struct list *list, hn_str id, hn_str name, const struct listed *listed)
{
	struct row r = { .id = str_dup(id), .name = str_dup(name) };
	if (!is_asked_for(list, &r)) {
		row_free(&r);
		return;
	}
	complete(list, &r, listed);
	list->rows = xgrow(list->rows, list->n, &list->cap, sizeof *list->rows);
	list->rows[list->n++] = r;
}

/* Takes one model of the provider's list; a name that says a key back is not kept. */
static int32_t take_listed(void *ud, const hn_model *m)
{
	struct list *list = ud;
	struct listed listed = listed_of(m);
	if (!secrets_hold(list->rt->secrets, m->id))
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
	const struct row *x = a, *y = b;
	int order = ascii_casecmp(x->id, y->id);
	return order ? order : strcmp(x->id, y->id);
}

/* ---- printing ---- */

/* A price a token as USD per million; NULL if it is unknown. */
static const char *price_text(int64_t per_token, char out[32])
{
	int64_t pico = money_mul(per_token, 1000000);
	return pico < 0 ? NULL : money_text(pico, out);
}

/* A number of tokens; NULL if it is unknown. */
static const char *count_text(int64_t n, char out[32])
{
	if (n < 0)
		return NULL;
	snprintf(out, 32, "%lld", (long long)n);
	return out;
}

static void add_row(struct table *t, const struct row *r)
{
	char text[32];
	table_cell(t, r->id);
	table_cell(t, count_text(r->window, text));
	table_cell(t, count_text(r->max_output, text));
	table_cell(t, price_text(r->price.input, text));
	table_cell(t, price_text(r->price.output, text));
	table_cell(t, price_text(r->price.cached, text));
	table_cell(t, r->price.source);
}

/* A member: a whole number, or null. */
static void add_count(struct json_object *o, const char *key, int64_t n)
{
	if (n < 0)
		json_add_null(o, key);
	else
		json_add_int(o, key, n);
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

static struct json_object *json_row(const struct row *r)
{
	char text[32];
	struct json_object *o = json_new_object();
	output_member(o, "id", r->id);
	output_member(o, "name", r->name);
	add_count(o, "context", r->window);
	add_count(o, "max_output", r->max_output);
	output_member(o, "price_input", price_text(r->price.input, text));
	output_member(o, "price_output", price_text(r->price.output, text));
	output_member(o, "price_cached", price_text(r->price.cached, text));
	output_member(o, "price_cache_write", price_text(r->price.cache_write, text));
	output_member(o, "price_reasoning", price_text(r->price.reasoning, text));
	output_member(o, "price_source", r->price.source);
	add_bits(o, "accepts", r->accepts, part_name);
	add_bits(o, "heeds", r->heeds, refuse_key);
	return o;
}

static int print_json(struct runtime *rt, const struct list *list)
{
	struct json_object *array = json_new_array();
	for (size_t i = 0; i < list->n; i++)
		json_append(array, json_row(&list->rows[i]));
	return output_json(rt, array);
}

static int print_table(struct runtime *rt, const struct list *list)
{
	static const char *const heads[] = { "MODEL", "CONTEXT", "OUTPUT", "USD/MTOK IN", "OUT",
		"CACHED", "SOURCE" };
	struct table t = { .columns = sizeof heads / sizeof *heads };
	struct buf out = BUF(BUF_NO_CAP);
	for (size_t k = 0; k < t.columns; k++)
		table_cell(&t, heads[k]);
	for (size_t i = 0; i < list->n; i++)
		add_row(&t, &list->rows[i]);
	table_print(&t, &out);
	return output_write(rt, &out);
}

/* Prints what was asked for, sorted; if the words match nothing, says so next to it. */
static int print_list(struct runtime *rt, const struct cli *cli, struct list *list)
{
	if (list->n)
		qsort(list->rows, list->n, sizeof *list->rows, by_id);
	else if (list->n_words)
		cli_error(rt, 0, NULL, "no model holds all of these words in its id or name");
	else
		cli_error(rt, 0, NULL, "the list of models is empty");
	if (cli->json)
		return print_json(rt, list);
	return list->n || !list->n_words ? print_table(rt, list) : 0;
}

/* ---- asking ---- */

/* Calls models() with a network. */
int32_t models_ask(struct runtime *rt, const struct instance *i,
	int32_t (*take)(void *ud, const hn_model *), void *ud, struct fault *f)
{
	const hn_provider *provider = i->plugin->provider;
	if (!HN_HAS_FN(provider, hn_provider, models))
		return fault_set(
			f, HN_ERR_USAGE, NULL, "%s cannot list its models", i->plugin->name);
	const struct http_settings http = http_settings_of(rt);
	hn_call call;
	instance_call(i, rt, &call);
	call.http = http_new(&http);
	int32_t code = provider_models(i, &call, take, ud);
	if (code < 0 && code != HN_ERR_INTERRUPTED)
		fault_set(f, code, call.error.hint, "%s: %s", i->name,
			call.error.message ? call.error.message
					   : "models() failed without saying why");
	http_free(call.http);
	call_end(&call);
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

/* Lists the vendor's models from the table instead of the provider's list, and says so after why
 * (freed); -1 if the table has none. */
static int fall_back(struct runtime *rt, struct list *list, struct fault *why)
{
	char date[16];
	if (!*list->vendor || !prices_each(&rt->paths, list->vendor, date, take_tabled, list))
		return -1;
	fault_hint(why, "these are the models that the shipped table of %s has of %s", date,
		list->vendor);
	cli_fault(rt, why);
	return 0;
}

/* Forgets the rows: those of a list that broke off. */
static void drop_rows(struct list *list)
{
	for (size_t k = 0; k < list->n; k++)
		row_free(&list->rows[k]);
	free(list->rows);
	list->rows = NULL;
	list->n = list->cap = 0;
}

/* Asks the instance, and keeps its list for the turns to come. */
static int32_t ask(struct runtime *rt, struct list *list, struct fault *f)
{
	list->catalog = catalog_new();
	int32_t code = models_ask(rt, list->instance, take_listed, list, f);
	if (code == 0) {
		catalog_keep(list->catalog, &rt->paths, list->instance->name,
			list->instance->endpoint.url, rt->clock->wall(rt->clock->ud));
	} else {
		catalog_free(list->catalog);
		drop_rows(list);
	}
	return may_fall_back(code) && fall_back(rt, list, f) == 0 ? 0 : code;
}

static int list_models(struct runtime *rt, const struct cli *cli, const struct instance *i)
{
	struct list list = {
		.rt = rt, .instance = i, .words = cli->words, .n_words = cli->n_words
	};
	struct fault f = { 0 };
	known_vendor(rt, i, list.vendor);
	int32_t code = ask(rt, &list, &f);
	int status = code == 0   ? print_list(rt, cli, &list)
		     : f.message ? cli_fault(rt, &f)
				 : kind_exit(code);
	drop_rows(&list);
	return status;
}

/* Lists the models of the provider that would answer. */
int subcommand_models(struct runtime *rt, const struct cli *cli)
{
	enum source by;
	struct fault f = { 0 };
	char *name = pick_provider(rt, &by, &f);
	if (!name)
		return cli_fault(rt, &f);
	struct instance *i = instance_new(rt, name, HN_TYPE_PROVIDER, &f);
	free(name);
	if (!i)
		return cli_fault(rt, &f);
	int status = list_models(rt, cli, i);
	fatal_status(status);
	instance_free(i);
	return status;
}
