/* SPDX-License-Identifier: MIT */
/* models: `hobnob models` lists what the provider offers, with windows, prices and where these
 * came from. */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "call/kind.h"
#include "chat/known.h"
#include "chat/pick.h"
#include "cli/output.h"
#include "net/http.h"
#include "util/mem.h"
#include "util/money.h"

/* Where the models go, as they come. */
struct list {
	const struct runtime *rt;
	const struct instance *instance;
	struct table *table; /* or NULL */
	struct json_object *array; /* or NULL */
	struct catalog *catalog; /* what turns will know of it */
	size_t n;
};

/* One model: the provider's own words, those of the config file before them. */
struct row {
	char *id, *name;
	int64_t context, max_output, input, output, cached;
	const char *source; /* of the prices; "" if there are none */
};

/* The nearer of two numbers: the user's own word goes before the list's. */
static int64_t nearer(int64_t own, int64_t listed)
{
	return own >= 0 ? own : listed;
}

/* The prices of one source: they belong together. */
static void take_prices(
	struct row *r, int64_t input, int64_t output, int64_t cached, const char *source)
{
	r->input = input;
	r->output = output;
	r->cached = cached;
	r->source = source;
}

/* Puts together what is known of a model. */
static struct row row_of(const struct list *list, const hn_model *m)
{
	const struct settings *settings = list->rt->settings;
	struct row r = { .id = str_dup(m->id), .name = str_dup(m->name) };
	struct known known = KNOWN_NOTHING;
	struct model_says own = { -1, -1, -1, -1, -1 };
	if (settings_model(settings, r.id, &own))
		own = (struct model_says){ -1, -1, -1, -1, -1 };
	known_by_table(list->rt, list->instance, r.id, &known);
	r.context = nearer(own.context, nearer(m->context, known.table.context));
	r.max_output = nearer(own.max_output, nearer(m->max_output, known.table.max_output));
	if (own.price_input >= 0 || own.price_output >= 0)
		take_prices(&r, own.price_input, own.price_output, own.price_cached, "user");
	else if (m->price_input >= 0 || m->price_output >= 0)
		take_prices(&r, m->price_input, m->price_output, m->price_cached, "models");
	else
		take_prices(&r, known.table.input, known.table.output, known.table.cached,
			known.table.input >= 0 ? "table" : "");
	return r;
}

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

/* A row of the table. */
static void add_row(struct table *t, const struct row *r)
{
	char text[32];
	table_cell(t, r->id);
	table_cell(t, count_text(r->context, text));
	table_cell(t, count_text(r->max_output, text));
	table_cell(t, price_text(r->input, text));
	table_cell(t, price_text(r->output, text));
	table_cell(t, price_text(r->cached, text));
	table_cell(t, r->source);
}

/* A member: a whole number, or null. */
static void add_count(struct json_object *o, const char *key, int64_t n)
{
	if (n < 0)
		json_add_null(o, key);
	else
		json_add_int(o, key, n);
}

/* An object of the JSON list. */
static struct json_object *json_row(const struct row *r)
{
	char text[32];
	struct json_object *o = json_object_new_object();
	output_member(o, "id", r->id);
	output_member(o, "name", r->name);
	add_count(o, "context", r->context);
	add_count(o, "max_output", r->max_output);
	output_member(o, "price_input", price_text(r->input, text));
	output_member(o, "price_output", price_text(r->output, text));
	output_member(o, "price_cached", price_text(r->cached, text));
	output_member(o, "price_source", r->source);
	return o;
}

/* Takes one model of the provider's list. */
static int32_t put(void *ud, const hn_model *m)
{
	struct list *list = ud;
	struct row r = row_of(list, m);
	list->n++;
	catalog_put(list->catalog, m);
	if (list->table)
		add_row(list->table, &r);
	if (list->array)
		json_object_array_add(list->array, json_row(&r));
	free(r.id);
	free(r.name);
	return 0;
}

/* ---- asking ---- */

/* Calls models() with a network. */
int32_t models_ask(struct runtime *rt, const struct instance *i,
	int32_t (*take)(void *ud, const hn_model *), void *ud, char **error)
{
	const hn_provider *provider = i->plugin->provider;
	if (!HN_HAS_FN(provider, hn_provider, models)) {
		*error = xasprintf("%s cannot list its models", i->plugin->name);
		return HN_ERR_USAGE;
	}
	const struct http_settings http = runtime_http(rt);
	struct instance_maker maker;
	hn_call call;
	runtime_maker(rt, &maker);
	instance_call(i, &maker, &call);
	call.http = http_new(&http);
	rt->calling(i->plugin->name);
	int32_t code = provider->models(i->self, &call, take, ud);
	rt->calling(NULL);
	if (code < 0 && code != HN_ERR_INTERRUPTED)
		*error = xasprintf("%s: %s%s%s", i->name,
			call.error.message ? call.error.message
					   : "models() failed without saying why",
			call.error.hint ? "\n" : "", call.error.hint ? call.error.hint : "");
	http_free(call.http);
	call_end(&call);
	return code < 0 ? code : 0;
}

/* Asks the instance and prints the list. */
static int list_models(struct runtime *rt, const struct cli *cli, const struct instance *i)
{
	static const char *const heads[] = { "MODEL", "CONTEXT", "OUTPUT", "USD/MTOK IN", "OUT",
		"CACHED", "SOURCE" };
	struct table t = { .columns = sizeof heads / sizeof *heads };
	struct list list = {
		.rt = rt, .instance = i, .table = cli->json ? NULL : &t, .catalog = catalog_new()
	};
	struct buf out = BUF(BUF_NO_CAP);
	char *error = NULL;
	list.array = cli->json ? json_object_new_array() : NULL;
	for (size_t k = 0; k < t.columns && !cli->json; k++)
		table_cell(&t, heads[k]);
	int32_t code = models_ask(rt, i, put, &list, &error);
	if (code == 0)
		catalog_keep(list.catalog, &rt->paths, i->name, i->endpoint.url,
			rt->clock->wall(rt->clock->ud));
	else
		catalog_free(list.catalog);
	table_print(&t, &out);
	if (code == 0 && cli->json)
		return output_json(rt, list.array);
	json_object_put(list.array);
	if (code == 0)
		return output_write(rt, &out);
	buf_free(&out);
	return error ? cli_error_take(rt, code, error) : kind_exit(code);
}

/* Lists the models of the provider that would answer. */
int subcommand_models(struct runtime *rt, const struct cli *cli)
{
	struct instance_maker maker;
	enum source by;
	char *error = NULL;
	if (cli->n_words)
		return cli_error(rt, HN_ERR_USAGE, "usage: hobnob models [-p NAME] [--json]");
	char *name = pick_provider(rt, &by, &error);
	if (!name)
		return cli_error_take(rt, HN_ERR_CONFIG, error);
	int32_t code;
	runtime_maker(rt, &maker);
	struct instance *i = instance_new(&maker, name, HN_PROVIDER, &code, &error);
	free(name);
	if (!i)
		return cli_error_take(rt, code, error);
	int status = list_models(rt, cli, i);
	instance_free(i);
	return status;
}
