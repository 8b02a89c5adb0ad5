/* SPDX-License-Identifier: MIT */
/*
 * client: one server as a provider instance sees it, and the requests to it.
 *
 * Servers differ in what they accept. A table of hosts contains what is known beforehand; the
 * client learns the rest: it omits a field that a server rejects (or, for the reply's limit,
 * renames it) from then on, for the model that it was rejected for. What it learnt about a model is
 * one atomic word, half the bits and half a hash of its name, so that calls on several threads need
 * no lock.
 */
#include "client.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"

#include "util/ascii.h"
#include "util/hash.h"
#include "util/json.h"
#include "util/mem.h"

#define MODELS_MOST 32 /* of which is known what they refuse */

struct cc {
	const hn_host *host;
	const hn_http *http;
	char *base; /* without slashes at its end, and without its query */
	char *query; /* "?api-version=1", or empty */
	struct cc_style style;
	hn_http_header *headers; /* names and values are ours */
	uint32_t n_headers;
	_Atomic uint64_t learnt[MODELS_MOST]; /* 0: free */
	_Atomic uint32_t told; /* refusals that the user was told of */
};

/* Hosts whose servers want, or only take, the new name of the reply's limit. */
static const char *const completion_hosts[] = { "api.openai.com", "openai.azure.com",
	"services.ai.azure.com", "cognitiveservices.azure.com", "api.groq.com", NULL };
/* Hosts whose servers refuse stream_options; they report usage unasked. */
static const char *const no_usage_hosts[] = { "api.mistral.ai", NULL };

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

/* Says whether a URL's host is one of a table, or a host below one. */
static int host_in(hn_str url, const char *const *table)
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

/* Reads an option; an empty value where it is not declared, or not set. */
static hn_value option(const hn_host *host, hn_call *call, const char *key)
{
	hn_value v = { .struct_size = sizeof v };
	return host->option(call, key, &v) == 0 ? v : (hn_value){ 0 };
}

/* Chooses how to ask. OpenAI's newer models call the system prompt "developer" and take "system"
 * as well, every other server takes only "system": so that one is the default everywhere. */
static struct cc_style choose_style(const hn_host *host, hn_call *call)
{
	hn_str base = option(host, call, "base_url").s, limit = option(host, call, "token_field").s;
	hn_str role = option(host, call, "system_role").s, usage = option(host, call, "stream_usage").s;
	return (struct cc_style){
		.completion_tokens = str_is(limit, "max_completion_tokens") ||
				     (!str_is(limit, "max_tokens") && host_in(base, completion_hosts)),
		.developer = str_is(role, "developer"),
		.in_question = str_is(role, "user"),
		.usage = str_is(usage, "on") || (!str_is(usage, "off") && !host_in(base, no_usage_hosts)),
	};
}

static void set_base(struct cc *cc, hn_str base)
{
	const char *query = base.n ? memchr(base.p, '?', base.n) : NULL;
	size_t n = query ? (size_t)(query - base.p) : base.n;
	cc->query = xmemdup0(base.p + n, base.n - n);
	while (n && base.p[n - 1] == '/')
		n--;
	cc->base = xmemdup0(base.p, n);
}

/* Fails for an option, or for all of the host. */
static int32_t refuse(const hn_host *host, hn_call *call, int32_t code, const char *what, const char *why)
{
	struct cc_message m = { 0 };
	cc_says(&m, what);
	cc_says(&m, why);
	hn_error e = { .struct_size = sizeof e, .code = code, .message = cc_said(&m) };
	return host->fail(call, &e);
}

static int is_object(hn_str text)
{
	struct json_object *o = json_read(text, NULL);
	int ok = json_object_is_type(o, json_type_object);
	json_object_put(o);
	return ok;
}

/* Copies an option of JSON, which is empty if it is not set. 0, or fail(). */
static int32_t read_json(const struct cc *cc, hn_call *call, const char *key, int object, hn_str *out)
{
	hn_str text = option(cc->host, call, key).s;
	if (object && text.n && !is_object(text))
		return refuse(cc->host, call, HN_ERR_CONFIG, key, ": expected a JSON object");
	cc_replace(out, text);
	return 0;
}

/* Reads the members that are the server's own. */
static int32_t read_extras(struct cc *cc, hn_call *call, const struct cc_extra *extras)
{
	struct cc_style *style = &cc->style;
	int32_t rc = 0;
	for (; !rc && extras && extras->member; extras++) {
		struct cc_addition set = { extras->member, { NULL, 0 } };
		rc = read_json(cc, call, extras->option, extras->object, &set.value);
		if (rc || !set.value.n)
			continue;
		style->sets = xrealloc(style->sets, (style->n_sets + 1) * sizeof set);
		style->sets[style->n_sets++] = set;
	}
	return rc;
}

/* Frees a header's copies. The casts take back what was lent to the host as const. */
static void free_header(const hn_http_header *h)
{
	free((void *)(uintptr_t)h->name.p);
	free((void *)(uintptr_t)h->value.p);
}

/* Removes the key's default header: the user has replaced it. */
static void drop_authorization(struct cc *cc)
{
	for (uint32_t i = 0; i < cc->n_headers; i++) {
		if (cc->headers[i].secret) {
			free_header(&cc->headers[i]);
			cc->headers[i] = cc->headers[--cc->n_headers];
			return;
		}
	}
}

/* Adds a header to every request, unless it is empty. */
static void add_header(struct cc *cc, hn_str name, hn_str value, const hn_secret *secret)
{
	hn_http_header h = { .secret = secret };
	if (!value.n)
		return;
	if (!secret && name.n == 13 && ascii_ncasecmp(name.p, "Authorization", 13) == 0)
		drop_authorization(cc);
	cc_replace(&h.name, name);
	cc_replace(&h.value, value);
	cc->headers = xrealloc(cc->headers, (cc->n_headers + 1) * sizeof h);
	cc->headers[cc->n_headers++] = h;
}

/* Adds the headers: of the wire, of the server, of the user. */
static void read_headers(struct cc *cc, hn_call *call, const struct cc_header *headers)
{
	const hn_secret *key = option(cc->host, call, "api_key").secret;
	hn_value more = option(cc->host, call, "headers");
	add_header(cc, str_of("Content-Type"), str_of("application/json"), NULL);
	if (key)
		add_header(cc, str_of("Authorization"), str_of("Bearer "), key);
	for (; headers && headers->name; headers++)
		add_header(cc, str_of(headers->name), option(cc->host, call, headers->option).s, NULL);
	for (uint32_t i = 0; i < more.n; i++)
		add_header(cc, more.items[2 * i], more.items[2 * i + 1], NULL);
}

int32_t cc_create(const struct cc_provider *recipe, const hn_host *host, hn_call *call, void **self)
{
	const hn_http *http = host->extension(HN_ID_HTTP);
	if (!http)
		return refuse(host, call, HN_ERR_PLUGIN, "this host has no ", HN_ID_HTTP);
	struct cc *cc = xcalloc(1, sizeof *cc);
	cc->host = host;
	cc->http = http;
	cc->style = choose_style(host, call);
	cc->style.images = (uint32_t)recipe->images;
	set_base(cc, option(host, call, "base_url").s);
	read_headers(cc, call, recipe->headers);
	int32_t rc = read_json(cc, call, "extra_body", 1, &cc->style.extra);
	rc = rc ? rc : read_json(cc, call, "reasoning", 1, &cc->style.reasoning);
	rc = rc ? rc : read_extras(cc, call, recipe->extras);
	if (rc)
		cc_destroy(cc);
	else
		*self = cc;
	return rc;
}

void cc_destroy(void *self)
{
	struct cc *cc = self;
	hn_str none = { NULL, 0 };
	if (!cc)
		return;
	for (uint32_t i = 0; i < cc->n_headers; i++)
		free_header(&cc->headers[i]);
	for (uint32_t i = 0; i < cc->style.n_sets; i++)
		cc_replace(&cc->style.sets[i].value, none);
	cc_replace(&cc->style.extra, none);
	cc_replace(&cc->style.reasoning, none);
	free(cc->style.sets);
	free(cc->headers);
	free(cc->base);
	free(cc->query);
	free(cc);
}

struct cc_host cc_host_of(const struct cc *cc, hn_call *call)
{
	return (struct cc_host){
		.host = cc->host, .call = call, .http = cc->http, .base = cc->base
	};
}

/* Makes an address below the base, in the call's memory, without the base's query. */
static hn_str make_url(const struct cc *cc, hn_call *call, const char *path)
{
	size_t base = strlen(cc->base), mid = strlen(path), query = strlen(cc->query);
	char *p = cc->host->alloc(call, base + mid + query + 1);
	memcpy(p, cc->base, base);
	memcpy(p + base, path, mid);
	memcpy(p + base + mid, cc->query, query);
	return (hn_str){ p, base + mid + query };
}

void cc_address(const struct cc *cc, hn_call *call, hn_http_request *request, const char *path)
{
	request->url = make_url(cc, call, path);
	request->headers = cc->headers;
	request->n_headers = cc->n_headers;
	request->header_stride = sizeof *cc->headers;
}

/* A hash of a model's name, in the upper half. */
static uint64_t hash_of(hn_str model)
{
	return hash_more(HASH_BEGIN, model.p, model.n) << 32;
}

/* The fields that this server refuses for a model, as far as hobnob knows. */
static uint32_t refused_by(struct cc *cc, hn_str model)
{
	uint64_t hash = hash_of(model);
	for (size_t i = 0; i < MODELS_MOST; i++) {
		uint64_t learnt = atomic_load(&cc->learnt[i]);
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
static void learn(struct cc *cc, hn_str model, uint32_t bit)
{
	uint64_t hash = hash_of(model);
	for (size_t i = 0; i < MODELS_MOST; i++)
		if (learn_at(&cc->learnt[i], hash, bit))
			return;
	atomic_store(&cc->learnt[(hash >> 32) % MODELS_MOST], hash | bit);
}

/* How hobnob asks instead of the way that was refused, in words for the log. */
static const char *way_round(uint32_t bit)
{
	if (bit == CC_TOKENS)
		return "by its other name";
	if (bit == CC_NO_REASONING_CONTENT || bit == CC_NO_REASONING)
		return "with it";
	if (bit == CC_STREAM)
		return "for the whole reply at once";
	if (bit == CC_WHOLE)
		return "for a stream";
	return bit == CC_DEVELOPER ? "with system" : "without it";
}

/* Tells the user, once, that a setting is left out. How else it is asked changes nothing of the reply. */
static int32_t tell_refused(struct cc *cc, const struct cc_host *to, uint32_t bit)
{
	struct cc_message m = { 0 };
	hn_event e = { .struct_size = sizeof e, .type = HN_EV_NOTICE };
	if (!(bit & CC_SETTINGS) || atomic_fetch_or(&cc->told, bit) & bit)
		return 0;
	cc_says(&m, "the server refuses ");
	cc_says(&m, cc_field(bit));
	cc_says(&m, ": hobnob asks again without it");
	e.text = cc_said(&m);
	return to->host->emit(to->call, &e);
}

static int32_t converse(struct cc *cc, const struct cc_host *to, const hn_request *req, hn_str body)
{
	struct cc_reply reply;
	hn_http_response head = { .struct_size = sizeof head, .retry_after_ms = -1 };
	hn_http_request request = { .struct_size = sizeof request,
		.framing = to->streams ? HN_FRAME_EVENTS : HN_FRAME_WHOLE,
		.method = "POST",
		.body = body,
		.on_data = cc_reply_data,
		.ud = &reply };
	cc_reply_begin(&reply, to, to->sent);
	cc_address(cc, to->call, &request, "/chat/completions");
	int32_t rc = cc->http->request(to->call, &request, &head);
	rc = cc_reply_end(&reply, rc, &head);
	if (rc == HN_ADAPTED) {
		learn(cc, req->model, reply.refused);
		cc_log(to, "the server refuses %s; asking %s", cc_field(reply.refused),
			way_round(reply.refused));
		int32_t told = tell_refused(cc, to, reply.refused);
		rc = told < 0 ? told : rc;
	}
	return rc;
}

/* How many parts of a type a request holds. */
static size_t parts_in(const hn_request *req, uint32_t type)
{
	size_t n = 0;
	for (uint32_t i = 0; i < req->n_messages; i++) {
		const hn_message *m = HN_AT(hn_message, req->messages, req->message_stride, i);
		for (uint32_t k = 0; k < m->n_parts; k++)
			n += HN_AT(hn_part, m->parts, m->part_stride, k)->type == type;
	}
	return n;
}

/* The limit of the reply that a body has, if it is the request's and not one of extra_body; else 0. */
static int64_t limit_of(struct json_object *body, const hn_request *req)
{
	int64_t limit = cc_count(cc_member(body, "max_tokens"));
	limit = limit > 0 ? limit : cc_count(cc_member(body, "max_completion_tokens"));
	return req->set & HN_SET_MAX_TOKENS && limit == req->max_tokens ? limit : 0;
}

int32_t cc_chat(void *self, hn_call *call, const hn_request *req)
{
	struct cc *cc = self;
	struct cc_style style = cc->style;
	struct cc_host to = cc_host_of(cc, call);
	style.refused = refused_by(cc, req->model);
	int32_t bad = cc_check_request(&to, req);
	if (bad)
		return bad;
	struct json_object *body = cc_body(&style, req, &to.sent);
	to.sent |= parts_in(req, HN_PART_IMAGE) ? CC_IMAGES : 0;
	to.streams = (uint32_t)cc_is_true(cc_member(body, "stream"));
	to.limit = limit_of(body, req);
	to.calls = parts_in(req, HN_PART_TOOL_CALL);
	to.set = cc_bears(body) | style.refused;
	size_t n = 0;
	const char *text = json_print(body, JSON_C_TO_STRING_NOSLASHESCAPE, &n);
	int32_t rc = converse(cc, &to, req, (hn_str){ text, n });
	json_object_put(body);
	return rc;
}
