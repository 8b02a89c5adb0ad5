/* SPDX-License-Identifier: MIT */
/*
 * client: one server as a provider instance sees it: its address, its headers, and what it refuses.
 *
 * A client learns: it omits a field that a server rejects from then on, for the model that it was rejected
 * for. What it learnt about a model is one atomic word, half the bits and half a hash of its name, so that
 * calls on several threads need no lock.
 */
#include <stdlib.h>
#include <string.h>

#include "hobnob/easy.h"
#include "util/ascii.h"
#include "util/hash.h"
#include "util/json.h"
#include "util/mem.h"
#include "wire/wire.h"

/* ---- options ---- */

static hn_str host_of(hn_str url)
{
	size_t from = 0;
	for (size_t i = 0; i + 3 <= url.n && !from; i++)
		from = memcmp(url.p + i, "://", 3) == 0 ? i + 3 : 0;
	size_t to = from;
	while (to < url.n && !memchr(":/?#", url.p[to], 4))
		to++;
	return (hn_str){ url.p + from, to - from };
}

int wire_host_in(hn_str url, const char *const *table)
{
	hn_str host = host_of(url);
	for (; *table; table++) {
		size_t n = strlen(*table);
		if (host.n >= n && ascii_ncasecmp(host.p + host.n - n, *table, n) == 0 &&
			(host.n == n || host.p[host.n - n - 1] == '.'))
			return 1;
	}
	return 0;
}

/* Fails for an option, or for all of the host. */
static int32_t refuse(const hn_host *host, hn_call *call, int32_t code, const char *what, const char *why)
{
	struct wire_message m = { 0 };
	wire_says(&m, what);
	wire_says(&m, why);
	hn_error e = { .struct_size = sizeof e, .code = code, .message = wire_said(&m) };
	return host->fail(call, &e);
}

int32_t wire_option_json(const hn_host *host, hn_call *call, const char *key, int object, hn_str *out)
{
	hn_str text = hn_option_text(host, call, key);
	if (object && text.n && !wire_is_object(text))
		return refuse(host, call, HN_ERR_CONFIG, key, ": expected a JSON object");
	wire_replace(out, text);
	return 0;
}

/* ---- the server ---- */

/* Takes a base apart. A fragment is never sent: what follows it in an address would be lost. */
static void set_base(struct wire_client *client, hn_str base)
{
	const char *fragment = base.n ? memchr(base.p, '#', base.n) : NULL;
	base.n = fragment ? (size_t)(fragment - base.p) : base.n;
	const char *query = base.n ? memchr(base.p, '?', base.n) : NULL;
	size_t n = query ? (size_t)(query - base.p) : base.n;
	client->query = xmemdup0(base.p + n, base.n - n);
	while (n && base.p[n - 1] == '/')
		n--;
	client->base = xmemdup0(base.p, n);
}

/* Frees a header's copies. The casts take back what was lent to the host as const. */
static void free_header(const hn_http_header *h)
{
	free((void *)(uintptr_t)h->name.p);
	free((void *)(uintptr_t)h->value.p);
}

static int is_same_name(hn_str a, hn_str b)
{
	return a.n == b.n && ascii_ncasecmp(a.p, b.p, a.n) == 0;
}

/* Removes the header of a name: the user replaces it. */
static void drop_header(struct wire_client *client, hn_str name)
{
	for (uint32_t i = 0; i < client->n_headers; i++) {
		if (is_same_name(client->headers[i].name, name)) {
			free_header(&client->headers[i]);
			client->headers[i] = client->headers[--client->n_headers];
			return;
		}
	}
}

/* Adds a header to every request, unless it is empty. */
static void add_header(struct wire_client *client, hn_str name, hn_str value, const hn_secret *secret)
{
	hn_http_header h = { .secret = secret };
	if (!value.n && !secret)
		return;
	wire_replace(&h.name, name);
	wire_replace(&h.value, value);
	client->headers = xrealloc(client->headers, (client->n_headers + 1) * sizeof h);
	client->headers[client->n_headers++] = h;
}

/* Adds the headers: of the wire, of the server, of the user. */
static void read_headers(struct wire_client *client, hn_call *call, const struct wire_key *key, const struct wire_header *headers)
{
	const hn_secret *secret = hn_option_secret(client->host, call, "api_key");
	hn_value more = hn_option_value(client->host, call, "headers");
	add_header(client, str_of("Content-Type"), str_of("application/json"), NULL);
	if (secret)
		add_header(client, str_of(key->header), str_of(key->prefix), secret);
	for (; headers && headers->name; headers++)
		add_header(client, str_of(headers->name), hn_option_text(client->host, call, headers->option), NULL);
	for (uint32_t i = 0; i < more.n; i++) {
		if (more.items[2 * i + 1].n)
			drop_header(client, more.items[2 * i]);
		add_header(client, more.items[2 * i], more.items[2 * i + 1], NULL);
	}
}

int32_t wire_client_open(struct wire_client *client, const hn_host *host, hn_call *call, const struct wire_dialect *dialect,
	const struct wire_header *more)
{
	client->host = host;
	client->dialect = dialect;
	client->http = host->extension(HN_ID_HTTP);
	if (!client->http)
		return refuse(host, call, HN_ERR_PLUGIN, "this host has no ", HN_ID_HTTP);
	set_base(client, hn_option_text(host, call, "base_url"));
	read_headers(client, call, &dialect->key, more);
	return 0;
}

void wire_client_close(struct wire_client *client)
{
	for (uint32_t i = 0; i < client->n_headers; i++)
		free_header(&client->headers[i]);
	free(client->headers);
	free(client->base);
	free(client->query);
}

/* ---- requests ---- */

struct wire_host wire_host_of(const struct wire_client *client, hn_call *call)
{
	return (struct wire_host){
		.host = client->host, .dialect = client->dialect, .call = call, .http = client->http, .base = client->base
	};
}

/* Makes an address below the base, in the call's memory; the base's query goes on with the path's, if it has one. */
static hn_str make_url(const struct wire_client *client, hn_call *call, const char *path)
{
	size_t base = strlen(client->base), mid = strlen(path), query = strlen(client->query);
	char *p = client->host->alloc(call, base + mid + query + 1);
	memcpy(p, client->base, base);
	memcpy(p + base, path, mid);
	memcpy(p + base + mid, client->query, query);
	if (query && memchr(path, '?', mid))
		p[base + mid] = '&';
	return (hn_str){ p, base + mid + query };
}

void wire_address(const struct wire_client *client, hn_call *call, hn_http_request *request, const char *path)
{
	request->url = make_url(client, call, path);
	request->headers = client->headers;
	request->n_headers = client->n_headers;
	request->header_stride = sizeof *client->headers;
}

/* A hash of a model's name, in the upper half. */
static uint64_t hash_of(hn_str model)
{
	return hash_more(HASH_BEGIN, model.p, model.n) << 32;
}

uint32_t wire_refused_by(const struct wire_client *client, hn_str model)
{
	uint64_t hash = hash_of(model);
	for (size_t i = 0; i < WIRE_MODELS; i++) {
		uint64_t learnt = atomic_load(&client->learnt[i]);
		if (learnt && !((learnt ^ hash) >> 32))
			return (uint32_t)learnt;
	}
	return 0;
}

/* Remembers a refusal in a place that is free or the model's own; 0 if it is another one's. */
static int learn_at(_Atomic uint64_t *place, uint64_t hash, uint32_t bit)
{
	uint64_t now = atomic_load(place);
	do {
		if (now && (now ^ hash) >> 32)
			return 0;
	} while (!atomic_compare_exchange_weak(place, &now, now | hash | bit));
	return 1;
}

/* Remembers a refusal; if there is no place left, replaces another model's. */
static void learn(struct wire_client *client, hn_str model, uint32_t bit)
{
	uint64_t hash = hash_of(model);
	for (size_t i = 0; i < WIRE_MODELS; i++)
		if (learn_at(&client->learnt[i], hash, bit))
			return;
	atomic_store(&client->learnt[(hash >> 32) % WIRE_MODELS], hash | bit);
}

/* Tells the user, once, that a setting is left out. How else it is asked changes nothing of the reply. */
static int32_t tell_refused(struct wire_client *client, const struct wire_host *to, uint32_t bit)
{
	struct wire_message m = { 0 };
	hn_event e = { .struct_size = sizeof e, .type = HN_EV_NOTICE };
	if (!(bit & WIRE_SETTINGS) || atomic_fetch_or(&client->told, bit) & bit)
		return 0;
	wire_says(&m, "the server refuses ");
	wire_says(&m, wire_field(to, bit));
	wire_says(&m, ": hobnob asks again without it");
	e.text = wire_said(&m);
	return to->host->emit(to->call, &e);
}

int32_t wire_learn(struct wire_client *client, const struct wire_host *to, hn_str model, uint32_t bit)
{
	wire_log(to, "the server refuses %s; asking %s", wire_field(to, bit), wire_way_round(to, bit));
	learn(client, model, bit);
	int32_t rc = tell_refused(client, to, bit);
	return rc < 0 ? rc : HN_ADAPTED;
}
