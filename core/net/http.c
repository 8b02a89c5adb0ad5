/* SPDX-License-Identifier: MIT */
/*
 * http: hobnob.http/1 on the program's side.
 *
 * A request is checked, its secrets are put behind their headers, and the module sends it. Here a key is tied to its place: to the
 * origin of the instance's endpoint, over TLS, loopback, or plain http where the user allowed it. Whatever is logged or described
 * is made from a second set of headers, into which no secret ever went.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "net/http.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "call/kind.h"
#include "config/options.h"
#include "config/secret.h"
#include "net/module.h"
#include "net/trusted.h"
#include "util/ascii.h"
#include "util/json.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/url.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "0"
#endif
#define AGENT "hobnob/" PACKAGE_VERSION
#define SHOWN "[secret]"
#define REQUEST_SIZE HN_END_(hn_http_request, ud)
#define HEADER_SIZE HN_END_(hn_http_header, secret)
#define URL_MAX 8192
#define METHOD_MAX 16

struct http {
	struct http_settings settings;
	const struct http_module *module; /* NULL until the first request */
	void *connections;
	struct buf *dry; /* where requests are described, or NULL */
};

/* Reads the settings that concern requests. */
struct http_settings http_settings_of(const struct runtime *rt)
{
	const struct settings *s = rt->settings;
	const struct value *proxy = setting(s, S_PROXY);
	struct trusted trusted;

	settings_trusted(s, &trusted);
	return (struct http_settings){
		.lib = rt->paths.lib,
		.proxy = proxy ? proxy->text : NULL,
		.trusted = trusted,
		.allow_http = setting_bool(s, S_ALLOW_HTTP),
		.connect_ms = setting_int(s, S_TIMEOUT_CONNECT, 0),
		.first_token_ms = setting_int(s, S_TIMEOUT_FIRST_TOKEN, 0),
		.idle_ms = setting_int(s, S_TIMEOUT_IDLE, 0),
	};
}

/* A request that was checked. */
struct prepared {
	hn_call *call;
	const hn_http_request *request;
	char *url;
	char *origin; /* of the endpoint, NULL if there is none or the URL has another one */
	char **headers; /* as they are sent */
	struct buf *shown; /* the same with SHOWN for secrets */
	size_t n;
};

/* ---- the object ---- */

/* Makes one; nothing is loaded yet. */
struct http *http_new(const struct http_settings *settings)
{
	struct http *http = xcalloc(1, sizeof *http);
	http->settings = *settings;
	return http;
}

/* Takes other settings for what comes. */
void http_configure(struct http *http, const struct http_settings *settings)
{
	http->settings = *settings;
}

/* Closes the connections; the module itself stays loaded. */
void http_free(struct http *http)
{
	if (!http)
		return;
	if (http->connections)
		http->module->close(http->connections);
	free(http);
}

/* Describes requests instead of sending them. */
void http_dry_run(struct http *http, struct buf *out)
{
	http->dry = out;
}

/* ---- the module ---- */

/* The module could not be had; frees why. */
static int32_t no_module(hn_call *call, char *why)
{
	int32_t rc = call_failf(call, HN_ERR_CONFIG,
		"is hobnob installed whole? `make install` puts http.so beside the plugins",
		"the http module cannot be loaded: %s", why);
	free(why);
	return rc;
}

/* Opens the module's file. It is never closed: threads of libcurl's resolver may outlive a request.
 * NULL with *why. */
static const struct http_module *module_load(const char *lib, char **why)
{
	http_module_entry entry;
	char *path = xasprintf("%s/http.so", lib);
	void *dl = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	free(path);
	void *symbol = dl ? dlsym(dl, HTTP_MODULE_SYMBOL) : NULL;
	if (!symbol) {
		*why = xstrdup(dl ? "it has no " HTTP_MODULE_SYMBOL : dlerror());
		return NULL;
	}
	memcpy(&entry, &symbol, sizeof entry);
	const struct http_module *module = entry();
	if (module->version == HTTP_MODULE_VERSION)
		return module;
	*why = xstrdup("it was built for another version of hobnob");
	return NULL;
}

/* Tells what the module is. */
int http_look(const char *lib, struct http_about *out, char **error)
{
	const struct http_module *module = module_load(lib, error);
	if (!module)
		return -1;
	module->about(out);
	return 0;
}

/* Sees to it that there is a module. */
static int32_t load(hn_call *call, struct http *http)
{
	char *why = NULL;
	struct http_about about;
	http->module = module_load(http->settings.lib, &why);
	if (!http->module)
		return no_module(call, why);
	http->module->about(&about);
	log_line(call->log, LOG_STEP, "http by libcurl %s, %s", about.version,
		about.tls ? about.tls : "without TLS");
	return 0;
}

/* Sees to it that there are connections. */
static int32_t ready(hn_call *call, struct http *http)
{
	int32_t rc = http->module ? 0 : load(call, http);
	if (rc || http->connections)
		return rc;
	http->connections = http->module->open();
	return http->connections ? 0 : no_module(call, xstrdup("libcurl does not start"));
}

/* The services' side of the log. */
static void module_log(hn_call *call, uint32_t level, hn_str text)
{
	log_text(call->log, (int)level, text);
}

/* Whether such lines go anywhere. */
static int module_log_on(hn_call *call, uint32_t level)
{
	return log_on(call->log, (int)level);
}

/* ms since 1970. */
static int64_t module_wall(hn_call *call)
{
	return call->clock->wall(call->clock->ud);
}

/* A cancel ended a wait for what was optional: nothing else is to end by it. */
static void module_cancel_taken(hn_call *call)
{
	cancel_clear(call->cancel);
}

static const struct http_services services = {
	.wait = call_wait,
	.now = call_now,
	.wall = module_wall,
	.log = module_log,
	.log_on = module_log_on,
	.fail = call_fail,
	.cancel_taken = module_cancel_taken,
};

/* ---- checking a request ---- */

/* A request that breaks the rules of hobnob.http/1. */
static int32_t bad_request(hn_call *call, const char *why)
{
	return call_failf(call, HN_ERR_PLUGIN, NULL, "the plugin's HTTP request %s", why);
}

/* 1 if text is a token of RFC 9110. */
static int is_token(const char *text)
{
	static const char others[] = "!#$%&'*+-.^_`|~";
	size_t n = 0;
	for (; text[n]; n++) {
		char c = text[n];
		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
			!strchr(others, c))
			return 0;
	}
	return n > 0;
}

/* 1 if bytes may stand in a header or a URL: no control character that would end it. */
static int is_one_line(hn_str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (((unsigned char)text.p[i] < 32 && text.p[i] != '\t') || text.p[i] == 127)
			return 0;
	return 1;
}

/* The form of the request, before anything of it is used. */
static int32_t check(hn_call *call, const hn_http_request *r)
{
	if (r->struct_size < REQUEST_SIZE || (r->n_headers && r->header_stride < HEADER_SIZE))
		return bad_request(call, "is shorter than that of ABI 1.0");
	if (!r->method || strlen(r->method) > METHOD_MAX || !is_token(r->method))
		return bad_request(call, "has no valid method");
	if (!r->on_data)
		return bad_request(call, "has no on_data");
	if (r->framing > HN_FRAME_NDJSON)
		return bad_request(call, "asks for a framing that this version does not have");
	return 0;
}

/* Copies the URL and looks whether it belongs to the endpoint. */
static int32_t take_url(struct prepared *p, const struct endpoint *endpoint)
{
	hn_str url = p->request->url;
	if (!url.n || url.n > URL_MAX || !is_one_line(url) || memchr(url.p, ' ', url.n))
		return call_failf(
			p->call, HN_ERR_CONFIG, "check base_url", "the request's URL is not valid");
	p->url = str_dup(url);
	char *own = url_origin(p->url);
	char *bound = endpoint && endpoint->url ? url_origin(endpoint->url) : NULL;
	if (!own) {
		free(bound);
		return call_failf(p->call, HN_ERR_CONFIG,
			"base_url is http:// or https://, without user or password",
			"the request's URL is not valid");
	}
	if (bound && !strcmp(own, bound))
		p->origin = bound;
	else
		free(bound);
	free(own);
	return 0;
}

/* Whether a secret may travel to the URL: to its own origin, and not in the clear past this machine. */
static int32_t check_secret(const struct prepared *p, const struct http_settings *s)
{
	if (!p->origin)
		return call_failf(p->call, HN_ERR_CONFIG,
			"a key is sent to the origin of its instance's base_url only",
			"the key is not sent: the request goes elsewhere than base_url");
	if (!strncmp(p->origin, "https:", 6) || s->allow_http)
		return 0;
	if (url_is_loopback(p->url) && (!s->proxy || !*s->proxy || url_is_loopback(s->proxy)))
		return 0;
	return call_failf(p->call, HN_ERR_CONFIG,
		"use https, or set allow_http if the way there is safe",
		"the key is not sent over plain http to %s", p->origin);
}

/* ---- headers ---- */

/* Waits for what reading a secret needs, as a call waits. */
static int32_t wait_for_secret(void *ud, int fd, int64_t timeout_ms)
{
	hn_pollfd one = { .fd = fd, .events = HN_POLL_IN };
	return call_wait(ud, &one, fd < 0 ? 0 : 1, timeout_ms);
}

/* Appends a secret's value, which secret_value() has found to be one line. The struct behind a const
 * handle is the host's own. */
static int32_t add_secret(hn_call *call, const hn_secret *handle, struct buf *line)
{
	struct hn_secret *secret;
	char *error = NULL;
	hn_str value = { NULL, 0 };
	memcpy(&secret, &handle, sizeof secret);
	struct secret_wait wait = { wait_for_secret, call, call->log };
	int32_t rc = secret_value(secret, &wait, &value, &error);
	if (rc && error)
		rc = call_failf(call, rc, NULL, "%s", error);
	free(error);
	if (!rc)
		buf_addstr(line, value);
	return rc;
}

/* Makes one header, as it is sent and as it is shown. */
static int32_t add_header(struct prepared *p, const hn_http_header *h, const struct http *http)
{
	struct buf line = BUF(HTTP_HEADER_CAP), *shown = &p->shown[p->n];
	int32_t rc = 0;
	if (!h->name || !is_token(h->name) || !is_one_line(h->value))
		return bad_request(p->call, "has a header that is not valid");
	*shown = BUF(HTTP_HEADER_CAP);
	buf_addf(&line, "%s: ", h->name);
	buf_addstr(&line, h->value);
	buf_addstr(shown, buf_str(&line));
	if (h->secret) {
		buf_adds(shown, SHOWN);
		rc = check_secret(p, &http->settings);
		if (!rc && !http->dry)
			rc = add_secret(p->call, h->secret, &line);
	}
	if (!rc && (buf_failed(&line) || buf_failed(shown)))
		rc = bad_request(p->call, "has a header that is too long");
	p->headers[p->n++] = buf_take(&line);
	return rc;
}

/* Says who asks, unless the request does: there are gateways that refuse the nameless. */
static int32_t add_agent(struct prepared *p, const struct http *http)
{
	static const hn_http_header agent = { "User-Agent", { AGENT, sizeof AGENT - 1 }, NULL };
	const hn_http_request *r = p->request;
	for (uint32_t i = 0; i < r->n_headers; i++)
		if (!ascii_casecmp(HN_AT(hn_http_header, r->headers, r->header_stride, i)->name,
			    agent.name))
			return 0;
	return add_header(p, &agent, http);
}

/* Overwrites and frees what was prepared. */
static void forget(struct prepared *p)
{
	for (size_t i = 0; i < p->n; i++) {
		explicit_bzero(p->headers[i], strlen(p->headers[i]));
		free(p->headers[i]);
		buf_free(&p->shown[i]);
	}
	free(p->headers);
	free(p->shown);
	free(p->url);
	free(p->origin);
}

/* Checks a request and makes its headers. */
static int32_t prepare(struct prepared *p, const struct http *http)
{
	const hn_http_request *r = p->request;
	int32_t rc = check(p->call, r);
	if (!rc)
		rc = take_url(p, p->call->endpoint);
	if (rc)
		return rc;
	p->headers = xcalloc((size_t)r->n_headers + 1, sizeof *p->headers);
	p->shown = xcalloc((size_t)r->n_headers + 1, sizeof *p->shown);
	for (uint32_t i = 0; i < r->n_headers && !rc; i++)
		rc = add_header(p, HN_AT(hn_http_header, r->headers, r->header_stride, i), http);
	return rc ? rc : add_agent(p, http);
}

/* ---- describing and sending ---- */

/* The headers as a JSON object; of two with one name both are kept, in one line, as HTTP means them. */
static struct json_object *describe_headers(const struct prepared *p)
{
	struct json_object *headers = json_new_object();
	for (size_t i = 0; i < p->n; i++) {
		size_t colon = strcspn(p->shown[i].p, ":");
		hn_str value = { p->shown[i].p + colon + 2, p->shown[i].n - colon - 2 };
		char *name = xmemdup0(p->shown[i].p, colon);
		hn_str before = json_text(headers, name);
		struct buf both = BUF(BUF_NO_CAP);
		if (before.n) {
			buf_addstr(&both, before);
			buf_adds(&both, ", ");
		}
		buf_addstr(&both, value);
		json_add_text(headers, name, buf_str(&both));
		buf_free(&both);
		free(name);
	}
	return headers;
}

/* What would be sent, as JSON. */
static int32_t describe(const struct prepared *p, struct buf *out)
{
	struct json_object *o = json_new_object();
	hn_str body = p->request->body;
	struct json_object *parsed = body.n ? json_read(body, NULL) : NULL;
	json_add_text(o, "method", str_of(p->request->method));
	json_add_text(o, "url", str_of(p->url));
	json_set(o, "headers", describe_headers(p));
	if (parsed)
		json_set(o, "body", parsed);
	else if (body.n)
		json_add_text(o, "body", body);
	else
		json_add_null(o, "body");
	json_write(o, out);
	json_object_put(o);
	return HN_ERR_INTERRUPTED;
}

/* Logs the request as it is shown. */
static void log_request(const struct prepared *p)
{
	struct log *log = p->call->log;
	log_line(log, LOG_STEP, "%s %s", p->request->method, p->url);
	if (!log_on(log, LOG_WIRE))
		return;
	for (size_t i = 0; i < p->n; i++)
		log_text(log, LOG_WIRE, buf_str(&p->shown[i]));
	if (p->request->body.n)
		log_text(log, LOG_WIRE, p->request->body);
}

/* Logs how it went. */
static void log_answer(const struct prepared *p, const hn_http_response *r, int64_t begun)
{
	log_line(p->call->log, LOG_STEP, "HTTP %d after %lld ms%s%.*s", (int)r->status,
		(long long)(call_now(p->call) - begun), r->request_id.n ? ", request " : "",
		(int)r->request_id.n, r->request_id.n ? r->request_id.p : "");
}

/* Which proxy: this machine is never reached through one that only the environment names. */
static const char *proxy_for(const struct prepared *p, const struct http_settings *s)
{
	return !s->proxy && url_is_loopback(p->url) ? "" : s->proxy;
}

/* A text that lives as long as the call. */
static hn_str keep(hn_call *call, hn_str text)
{
	char *copy = call_alloc(call, text.n + 1);
	if (text.n)
		memcpy(copy, text.p, text.n);
	return (hn_str){ copy, text.n };
}

/* Hands a prepared request to the module. */
static int32_t hand_over(const struct prepared *p, const struct http *http, hn_http_response *out)
{
	const struct http_settings *s = &http->settings;
	struct http_job job = {
		.call = p->call,
		.services = &services,
		.method = p->request->method,
		.url = p->url,
		.headers = (const char *const *)p->headers,
		.n_headers = p->n,
		.body = p->request->body,
		.framing = p->request->framing,
		.proxy = proxy_for(p, s),
		.ca_file = s->trusted.file,
		.ca_file_by = s->trusted.file_by,
		.ca_path = s->trusted.dir,
		.connect_ms = s->connect_ms,
		.first_token_ms = s->first_token_ms,
		.idle_ms = s->idle_ms,
		.on_data = p->request->on_data,
		.ud = p->request->ud,
	};
	int64_t begun = call_now(p->call);
	log_request(p);
	int32_t rc = http->module->run(http->connections, &job, out);
	if (rc < 0 && cancel_is_set(p->call->cancel)) { /* what failed beside a cancel was ended by it */
		call_error_clear(p->call);
		rc = HN_ERR_INTERRUPTED;
	}
	log_answer(p, out, begun);
	out->content_type = keep(p->call, out->content_type);
	out->request_id = keep(p->call, out->request_id);
	out->location = keep(p->call, out->location);
	return rc;
}

/* Gives as much of the head as the caller's struct has room for. */
static void give_head(const hn_http_response *head, hn_http_response *out)
{
	if (!out)
		return;
	uint32_t size = out->struct_size;
	if (size > sizeof *head || !size)
		size = sizeof *head;
	memcpy(out, head, size);
	out->struct_size = size;
}

/* hobnob.http: one request. */
static int32_t http_request(hn_call *call, const hn_http_request *request, hn_http_response *out)
{
	struct http *http = call->http;
	struct prepared p = { .call = call, .request = request };
	hn_http_response head = { .struct_size = sizeof head, .retry_after_ms = -1 };
	if (!http)
		return bad_request(call, "was made where there is no network");
	int32_t rc = prepare(&p, http);
	if (!rc && http->dry)
		rc = describe(&p, http->dry);
	else if (!rc && !strncmp(p.url, "https:", 6))
		rc = trusted_check(call, &http->settings.trusted);
	if (!rc && !http->dry && !(rc = ready(call, http)))
		rc = hand_over(&p, http, &head);
	give_head(&head, out);
	forget(&p);
	return rc;
}

const hn_http http_service = {
	.struct_size = sizeof(hn_http),
	.request = http_request,
	.kind_of_status = kind_of_status,
};
