/* SPDX-License-Identifier: MIT */
/*
 * prepared: a checked request, its secrets appended to their headers.
 *
 * This file binds a key to its destination: the origin of the instance's endpoint, over TLS,
 * loopback, or plain http if the user allowed it. Logs and descriptions use a second set of
 * headers, which never contained a secret.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "net/prepared.h"

#include <stdlib.h>
#include <string.h>

#include "call/reveal.h"
#include "call/size.h"
#include "config/options.h"
#include "net/module.h"
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
#define METHOD_MAX 16
#define OWN_MOST 2 /* headers that add_all_own() adds */

/* ---- checking a request ---- */

/* A request violates the rules of hobnob.http/1. */
static int32_t bad_request(hn_call *call, const char *why)
{
	struct fault f = { 0 };
	fault_set(&f, HN_ERR_PLUGIN, NULL, "the plugin's HTTP request %s", why);
	return call_breach(call, RULE_HTTP_REQUEST, &f);
}

/* 1 if text is a token of RFC 9110. */
static int is_token(hn_str text)
{
	static const char others[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < text.n; i++)
		if (!ascii_is_alnum(text.p[i]) && (!text.p[i] || !strchr(others, text.p[i])))
			return 0;
	return text.n > 0;
}

/* 1 if bytes may stand in a header or a URL: no control character that would end it. */
static int is_one_line(hn_str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (((unsigned char)text.p[i] < 32 && text.p[i] != '\t') || text.p[i] == 127)
			return 0;
	return 1;
}

/* Whether all texts of a request can be read. */
static int32_t check_texts(hn_call *call, const hn_http_request *r)
{
	struct fault f = { 0 };
	int32_t rc = size_text("hn_http_request.url", r->url, &f);
	if (!rc && !(rc = size_text("hn_http_request.body", r->body, &f)))
		rc = size_array(&sized_http_header, "headers", r->headers, r->n_headers, r->header_stride, &f);
	for (uint32_t i = 0; i < r->n_headers && !rc; i++) {
		const hn_http_header *h = HN_AT(hn_http_header, r->headers, r->header_stride, i);
		if (!(rc = size_text("a header's name", h->name, &f)))
			rc = size_text("a header's value", h->value, &f);
	}
	return rc ? call_breach(call, RULE_HTTP_REQUEST, &f) : 0;
}

/* The form of the request, before anything in it is used. */
static int32_t check(hn_call *call, const hn_http_request *r)
{
	if (r->n_headers > HTTP_HEADERS_MOST)
		return bad_request(call, "has too many headers");
	if (check_texts(call, r))
		return HN_ERR_PLUGIN;
	if (!r->method || strlen(r->method) > METHOD_MAX || !is_token(str_of(r->method)))
		return bad_request(call, "has no valid method");
	if (!r->on_data)
		return bad_request(call, "has no on_data");
	if (r->framing > HN_FRAME_NDJSON)
		return bad_request(call, "asks for a framing that this version does not have");
	return 0;
}

/* Copies the URL and checks whether it belongs to the endpoint. */
static int32_t take_url(struct prepared *p, const struct endpoint *endpoint)
{
	hn_str url = p->request->url;
	if (!url.n || url.n > HTTP_URL_MOST || !is_one_line(url) || memchr(url.p, ' ', url.n))
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

/* Whether a secret may go to the URL: to its own origin, and not in plain text beyond this machine. */
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

/* Appends a secret's value, which is one line. */
static int32_t add_secret(hn_call *call, const hn_secret *secret, struct buf *line)
{
	hn_str value = { NULL, 0 };
	int32_t rc = call_reveal(call, secret, &value);
	if (!rc)
		buf_addstr(line, value);
	return rc;
}

/* Makes one header, once to send and once to show. */
static int32_t add_header(struct prepared *p, const hn_http_header *h, const struct http_settings *s, int dry)
{
	struct buf line = BUF(HTTP_HEADER_CAP), *shown = &p->shown[p->n];
	int32_t rc = 0;
	if (!is_token(h->name) || !is_one_line(h->value))
		return bad_request(p->call, "has a header that is not valid");
	*shown = BUF(HTTP_HEADER_CAP);
	buf_addstr(&line, h->name);
	buf_adds(&line, ": ");
	buf_addstr(&line, h->value);
	buf_addstr(shown, buf_str(&line));
	if (h->secret) {
		buf_adds(shown, SHOWN);
		rc = check_secret(p, s);
		if (!rc && !dry)
			rc = add_secret(p->call, h->secret, &line);
	}
	if (!rc && (buf_failed(&line) || buf_failed(shown)))
		rc = bad_request(p->call, "has a header that is too long");
	p->headers[p->n++] = buf_take(&line);
	return rc;
}

/* 1 if a header has that name. */
static int is_name(hn_str name, hn_str wanted)
{
	return name.n == wanted.n && !ascii_ncasecmp(name.p, wanted.p, wanted.n);
}

/* Refuses a header that hobnob alone can know: another one breaks the framing, or takes the key to another host. */
static int32_t refuse_hobnobs(hn_call *call, hn_str name)
{
	static const hn_str own[] = { { "Host", 4 }, { "Content-Length", 14 }, { "Transfer-Encoding", 17 } };
	struct fault f = { 0 };
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (is_name(name, own[i])) {
			fault_set(&f, HN_ERR_PLUGIN, "if it stands in an option for headers, take it out there",
				"the plugin's HTTP request has a header that hobnob alone sets: %s", own[i].p);
			return call_breach(call, RULE_HTTP_REQUEST, &f);
		}
	return 0;
}

/* Adds a header of hobnob's own, unless the request has one of that name. */
static int32_t add_own(struct prepared *p, hn_http_header own, const struct http_settings *s, int dry)
{
	const hn_http_request *r = p->request;
	for (uint32_t i = 0; i < r->n_headers; i++)
		if (is_name(HN_AT(hn_http_header, r->headers, r->header_stride, i)->name, own.name))
			return 0;
	return add_header(p, &own, s, dry);
}

/* A User-Agent, because some gateways reject requests without it; and the type of the body. */
static int32_t add_all_own(struct prepared *p, const struct http_settings *s, int dry)
{
	static const hn_http_header agent = { .name = { "User-Agent", 10 }, .value = { AGENT, sizeof AGENT - 1 } };
	static const hn_http_header type = { .name = { "Content-Type", 12 }, .value = { "application/json", 16 } };
	int32_t rc = add_own(p, agent, s, dry);
	return rc || !p->request->body.n ? rc : add_own(p, type, s, dry);
}

void prepared_free(struct prepared *p)
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

int32_t prepared_make(struct prepared *p, const struct http_settings *s, int dry)
{
	const hn_http_request *r = p->request;
	int32_t rc = check(p->call, r);
	if (!rc)
		rc = take_url(p, p->call->endpoint);
	if (rc)
		return rc;
	p->headers = xcalloc((size_t)r->n_headers + OWN_MOST, sizeof *p->headers);
	p->shown = xcalloc((size_t)r->n_headers + OWN_MOST, sizeof *p->shown);
	for (uint32_t i = 0; i < r->n_headers && !rc; i++) {
		const hn_http_header *h = HN_AT(hn_http_header, r->headers, r->header_stride, i);
		rc = refuse_hobnobs(p->call, h->name);
		rc = rc ? rc : add_header(p, h, s, dry);
	}
	return rc ? rc : add_all_own(p, s, dry);
}

/* ---- showing ---- */

/* The headers as a JSON object; two with one name are joined in one line, as HTTP defines. */
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

int32_t prepared_describe(const struct prepared *p, struct buf *out)
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

void prepared_log(const struct prepared *p)
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
