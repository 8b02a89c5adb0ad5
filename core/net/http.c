/* SPDX-License-Identifier: MIT */
/*
 * http: hobnob.http/1 on the program's side.
 *
 * A request is checked, its secrets are appended to their headers (prepared.c), and the module
 * sends it.
 */
#include "net/http.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "call/guard.h"
#include "call/handle.h"
#include "call/kind.h"
#include "call/size.h"
#include "call/strict.h"
#include "config/options.h"
#include "net/module.h"
#include "net/pool.h"
#include "net/prepared.h"
#include "net/trusted.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/url.h"


struct http {
	struct http_settings settings;
	struct pool *pool, *own; /* own: the same, if it is nobody else's */
	atomic_int runs; /* a request is at work */
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
		.pool = rt->pool,
		.lib = rt->paths.lib,
		.proxy = proxy ? proxy->text : NULL,
		.trusted = trusted,
		.allow_http = setting_bool(s, S_ALLOW_HTTP),
		.connect_ms = setting_int(s, S_TIMEOUT_CONNECT, 0),
		.first_token_ms = setting_int(s, S_TIMEOUT_FIRST_TOKEN, 0),
		.idle_ms = setting_int(s, S_TIMEOUT_IDLE, 0),
	};
}

/* ---- the object ---- */

/* Nothing is loaded yet. */
struct http *http_new(const struct http_settings *settings)
{
	struct http *http = xcalloc(1, sizeof *http);
	http->settings = *settings;
	http->own = settings->pool ? NULL : pool_new();
	http->pool = settings->pool ? settings->pool : http->own;
	return http;
}

void http_configure(struct http *http, const struct http_settings *settings)
{
	http->settings = *settings;
}

void http_free(struct http *http)
{
	if (!http)
		return;
	pool_free(http->own);
	free(http);
}

/* Describes requests instead of sending them. */
void http_dry_run(struct http *http, struct buf *out)
{
	http->dry = out;
}

/* ---- the module ---- */

/* The module could not be had. */
static int32_t no_module(hn_call *call, const char *why)
{
	return call_failf(call, HN_ERR_CONFIG,
		"is hobnob installed whole? `make install` puts http.so beside the plugins",
		"the http module cannot be loaded: %s", why);
}

int32_t http_look(const char *lib, struct http_about *out, struct fault *f)
{
	const struct http_module *module = module_load(lib, f);
	if (!module)
		return HN_ERR_CONFIG;
	module->about(out);
	return 0;
}

/* The module, loaded now if it was not. NULL after fail(). */
static const struct http_module *module_of(hn_call *call, struct http *http)
{
	struct fault f = { 0 };
	struct http_about about;
	int is_new;
	const struct http_module *module = pool_module(http->pool, http->settings.lib, &is_new, &f);
	if (!module) {
		no_module(call, f.message);
		fault_free(&f);
	} else if (is_new) {
		module->about(&about);
		log_line(call->log, LOG_STEP, "http by libcurl %s, %s", about.version,
			about.tls ? about.tls : "without TLS");
	}
	return module;
}

/* The module's log lines go to the call's log. */
static void module_log(hn_call *call, uint32_t level, hn_str text)
{
	log_text(call->log, (int)level, text);
}

/* Whether anyone reads such lines. */
static int module_log_on(hn_call *call, uint32_t level)
{
	return log_on(call->log, (int)level);
}

/* ms since 1970. */
static int64_t module_wall(hn_call *call)
{
	return call->clock->wall(call->clock->ud);
}

/* A cancel ended an optional wait: it must end nothing else. */
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

/* ---- sending ---- */

/* Logs the outcome. */
static void log_answer(const struct prepared *p, const hn_http_response *r, int64_t begun)
{
	log_line(p->call->log, LOG_STEP, "HTTP %d after %lld ms%s%.*s", (int)r->status,
		(long long)(call_now(p->call) - begun), r->request_id.n ? ", request " : "",
		(int)r->request_id.n, r->request_id.n ? r->request_id.p : "");
}

/* Which proxy: requests to this machine never use one that only the environment names. */
static const char *proxy_for(const struct prepared *p, const struct http_settings *s)
{
	return !s->proxy && url_is_loopback(p->url) ? "" : s->proxy;
}

/* A copy that lives as long as the call. */
static hn_str keep(hn_call *call, hn_str text)
{
	char *copy = call_alloc(call, text.n + 1);
	if (text.n)
		memcpy(copy, text.p, text.n);
	return (hn_str){ copy, text.n };
}

/* The plugin's own on_data(), which runs while the module does. */
struct heard {
	const struct guard_now *caller;
	const hn_http_request *request;
};

static int32_t on_data(void *ud, const hn_http_response *head, uint32_t type, hn_str event, hn_str data)
{
	const struct heard *h = ud;
	struct guard_frame frame;
	guard_enter_inside(&frame, h->caller->plugin, "on_data");
	int32_t rc = h->request->on_data(h->request->ud, head, type, event, data);
	guard_leave(&frame);
	return rc;
}

/* Passes a prepared request to the module. */
static int32_t hand_over(const struct prepared *p, const struct http_settings *s,
	const struct http_module *module, void *connections, hn_http_response *out)
{
	const struct guard_now caller = *guard_now();
	struct heard heard = { &caller, p->request };
	struct guard_frame frame;
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
		.on_data = p->request->on_data ? on_data : NULL,
		.ud = &heard,
	};
	int64_t begun = call_now(p->call);
	prepared_log(p);
	guard_before_wait();
	guard_enter_service(&frame);
	int32_t rc = module->run(connections, &job, out);
	guard_leave(&frame);
	if (rc < 0 && cancel_is_set(p->call->cancel)) { /* a failure during a cancel was caused by it */
		call_error_clear(p->call);
		rc = HN_ERR_INTERRUPTED;
	}
	log_answer(p, out, begun);
	out->content_type = keep(p->call, out->content_type);
	out->request_id = keep(p->call, out->request_id);
	out->location = keep(p->call, out->location);
	return rc;
}

static int32_t nested(hn_call *call)
{
	struct fault f = { 0 };

	fault_set(&f, HN_ERR_PLUGIN, NULL, "the plugin began an HTTP request before its last one returned, "
		"on the same thread or another: a session sends one at a time");
	return call_breach(call, RULE_HTTP_ONE, &f);
}

/* Sends it on connections of the pool. One at a time: the wait for a second one would not drive the
 * first. */
static int32_t send_it(const struct prepared *p, struct http *http, hn_http_response *out)
{
	const struct http_module *module = module_of(p->call, http);
	if (!module)
		return HN_ERR_CONFIG;
	if (atomic_exchange(&http->runs, 1))
		return nested(p->call);
	char *origin = url_origin(p->url);
	void *connections = pool_take(http->pool, origin ? origin : "");
	int32_t rc = connections ? hand_over(p, &http->settings, module, connections, out)
				 : no_module(p->call, "libcurl does not start");
	if (connections)
		pool_give(http->pool, connections, origin ? origin : "", call_now(p->call));
	free(origin);
	atomic_store(&http->runs, 0);
	return rc;
}

/* One request. *said: the last value of on_data() of a plugin that is watched. */
static int32_t request_run(hn_call *call, const hn_http_request *request, hn_http_response *out, int32_t *said)
{
	struct http *http = call->http;
	hn_http_request own;
	struct prepared p = { .call = call, .request = &own };
	hn_http_response head = { .struct_size = sizeof head, .retry_after_ms = -1 };
	struct fault f = { 0 };
	if (size_in(&sized_http_request, &own, request, &f) || (out && size_check(&sized_http_response, out, &f)))
		return call_breach(call, RULE_STRUCT_SIZES, &f);
	if (!http)
		return call_failf(call, HN_ERR_PLUGIN, NULL,
			"the plugin's HTTP request was made where there is no network");
	struct strict_data watched = { .call = call, .on_data = own.on_data, .ud = own.ud };
	if (call->strict && own.on_data) {
		own.on_data = strict_on_data;
		own.ud = &watched;
	}
	int32_t rc = prepared_make(&p, &http->settings, http->dry != NULL);
	if (!rc && http->dry)
		rc = prepared_describe(&p, http->dry);
	else if (!rc && !strncmp(p.url, "https:", 6))
		rc = trusted_check(call, &http->settings.trusted);
	if (!rc && !http->dry)
		rc = send_it(&p, http, &head);
	if (out)
		size_out(&sized_http_response, out, &head, NULL);
	*said = watched.returned;
	prepared_free(&p);
	return rc;
}

/* hobnob.http: one request. */
static int32_t http_request(hn_call *handle, const hn_http_request *request, hn_http_response *out)
{
	hn_call *call = handle_enter(handle);
	int32_t rc, said = 0;
	if (!call)
		return HN_ERR_PLUGIN;
	rc = request_run(call, request, out, &said);
	strict_served(call, rc == said ? NULL : "request", rc);
	handle_leave(handle);
	return rc;
}

const hn_http http_service = {
	.struct_size = sizeof(hn_http),
	.request = http_request,
	.code_of_status = code_of_status,
};
