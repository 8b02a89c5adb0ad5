/* SPDX-License-Identifier: MIT */
/*
 * facts: what is known about a model, and which source wins.
 *
 * The table speaks for the vendor at the endpoint's host, or for the one that price_table names; an
 * endpoint that it does not know has no prices: nothing is priced by a guess.
 */
#include "money/facts.h"

#include <stdlib.h>
#include <string.h>

#include "config/options.h"
#include "util/mem.h"
#include "util/url.h"

/* Warns that the table lacks a vendor, and lists the vendors that it has. */
static void warn_of_vendor(const struct runtime *rt, const char *vendor)
{
	struct buf have = BUF(BUF_NO_CAP);

	buf_adds(&have, "there are auto, none, ");
	prices_vendors(&rt->paths, &have);
	log_warn(settings_log(rt->settings),
		"price_table: the shipped table has no vendor \"%s\", so it prices nothing; %s",
		vendor, have.p);
	buf_free(&have);
}

/* Whose prices the table is asked for. */
void known_vendor(const struct runtime *rt, const struct instance *i, char out[PRICES_VENDOR_ROOM])
{
	hn_str said = setting_text(rt->settings, S_PRICE_TABLE);
	char *host = i->endpoint.url ? url_host(i->endpoint.url) : NULL;
	out[0] = '\0';
	if (str_is(said, "auto") && host)
		prices_vendor(&rt->paths, host, out);
	else if (!str_is(said, "auto") && !str_is(said, "none") && said.n < PRICES_VENDOR_ROOM)
		snprintf(out, PRICES_VENDOR_ROOM, "%.*s", (int)said.n, said.p);
	free(host);
	if (*out && !prices_knows(&rt->paths, out))
		warn_of_vendor(rt, out);
}

/* The cached list and the table. */
void known_find(
	const struct runtime *rt, const struct instance *i, const char *model, struct known *out)
{
	char vendor[PRICES_VENDOR_ROOM];
	*out = KNOWN_NOTHING;
	if (!model)
		return;
	out->is_listed = catalog_find(&rt->paths, i->name, i->endpoint.url, model,
				 rt->clock->wall(rt->clock->ud), &out->listed) == 0;
	known_vendor(rt, i, vendor);
	if (*vendor)
		prices_find(&rt->paths, vendor, model, &out->table, out->date);
}

/* Whether the cached list lacks a model. */
char *known_doubt(const struct runtime *rt, const struct instance *i, const char *model,
	const struct known *known)
{
	struct buf near = BUF(BUF_NO_CAP);
	char *doubt = NULL;

	if (!known->is_listed && catalog_lacks(&rt->paths, i->name, i->endpoint.url, model,
					 rt->clock->wall(rt->clock->ud), &near))
		doubt = xasprintf("the list of %s has no model \"%s\"%s; hobnob asks for it all the same",
			i->name, model, near.n ? near.p : "");
	buf_free(&near);
	return doubt;
}

struct listed facts_own(const struct settings *settings, const char *model)
{
	struct listed own = LISTED_NONE;
	struct model_says says;

	if (!model || settings_model(settings, model, &says))
		return own;
	own.context = says.context;
	own.max_output = says.max_output;
	own.input = says.price_input;
	own.output = says.price_output;
	own.cached = says.price_cached;
	return own;
}

/* The first that is known. */
static int64_t first_known(int64_t a, int64_t b, int64_t c)
{
	return a > 0 ? a : b > 0 ? b : c;
}

/* The price that one of them says: 1, or 0 if it says none, or half of one. */
static int price_of(const struct listed *l, const char *source, struct price *out)
{
	if (l->input < 0 || l->output < 0)
		return 0;
	*out = (struct price){
		.input = l->input,
		.output = l->output,
		.cached = l->cached,
		.cache_write = l->cache_write,
		.reasoning = l->reasoning,
		.source = source,
	};
	return 1;
}

struct model_facts facts_of(const struct listed *own, int64_t learnt_window, const struct listed *listed, const struct listed *table)
{
	struct model_facts facts = { .price = PRICE_NONE, .accepts = listed->accepts, .heeds = listed->heeds };

	facts.window = own->context > 0 ? own->context : first_known(learnt_window, listed->context, table->context);
	facts.max_output = first_known(own->max_output, listed->max_output, table->max_output);
	if (!price_of(own, "user", &facts.price) && !price_of(listed, "models", &facts.price))
		price_of(table, "table", &facts.price);
	return facts;
}

/* ---- the user's own prices ---- */

void user_price_free(struct user_price *p)
{
	free(p->model);
	free(p->by);
	*p = (struct user_price){ 0 };
}

/* Says that the prices were for another model. */
static char *moved(const struct user_price *p, const char *instance, const char *model)
{
	int by = strcmp(p->by, instance) != 0;

	return xasprintf("price_input and price_output were for %s%s%s: they do not apply to %s%s%s",
		p->model, by ? " by " : "", by ? p->by : "", model, by ? " by " : "",
		by ? instance : "");
}

int user_price_of(struct user_price *p, const struct settings *settings, const char *instance,
	const char *model, struct price *out, char **notice)
{
	int64_t input = setting_int(settings, S_PRICE_INPUT, -1);

	*notice = NULL;
	if (input < 0 || !model)
		return 0;
	if (strcmp(p->by, instance) || strcmp(p->model, model)) {
		*notice = p->told++ ? NULL : moved(p, instance, model);
		return 0;
	}
	*out = (struct price){
		.input = input,
		.output = setting_int(settings, S_PRICE_OUTPUT, -1),
		.cached = setting_int(settings, S_PRICE_CACHED, input),
		.cache_write = -1,
		.reasoning = -1,
		.source = "user",
	};
	return 1;
}
