/* SPDX-License-Identifier: MIT */
/* http: hobnob.http/1 with canned answers. Requests are judged as hobnob judges them, and written down. */
#include <stdlib.h>
#include <string.h>

#include "call/kind.h"
#include "check/feed.h"
#include "check/findings.h"
#include "check/lend.h"
#include "check/options.h"
#include "check/world.h"
#include "util/ascii.h"
#include "util/mem.h"
#include "util/url.h"

/* ---- the request ---- */

static int is_token(hn_str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!ascii_is_alnum(text.p[i]) && (!text.p[i] || !strchr("!#$%&'*+-.^_`|~", text.p[i])))
			return 0;
	return text.n > 0;
}

static int is_one_line(hn_str text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < 32 && text.p[i] != '\t')
			return 0;
	return 1;
}

static int is_named(hn_str name, const char *as)
{
	return name.n == strlen(as) && !ascii_ncasecmp(name.p, as, name.n);
}

/* The secret goes to the endpoint's origin alone. */
static void check_secret(const struct call *c, const hn_http_header *h, const char *url)
{
	char *endpoint = options_endpoint(c->world), *bound = endpoint ? url_origin(endpoint) : NULL, *own = url_origin(url);
	if (!options_secret(h->secret))
		breach(RULE_SECRET_ORIGIN, "the header %.*s has a secret that option() did not give", (int)h->name.n, h->name.p);
	else if (!bound)
		breach(RULE_SECRET_ORIGIN, "the header %.*s has a secret, and no option is the ENDPOINT", (int)h->name.n, h->name.p);
	else if (!own || strcmp(own, bound) != 0)
		breach(RULE_SECRET_ORIGIN, "the secret goes to %s, and the ENDPOINT is %s", own ? own : url, bound);
	free(endpoint);
	free(bound);
	free(own);
}

static void take_header(struct call *c, const hn_http_header *h, const char *url)
{
	static const char *const ours[] = { "Host", "Content-Length", "Transfer-Encoding", "Connection" };
	if (!is_token(h->name))
		breach(RULE_HTTP_REQUEST, "the name of a header is not valid: \"%.*s\"", (int)h->name.n, h->name.p);
	if (!is_one_line(h->value))
		breach(RULE_HTTP_REQUEST, "the header %.*s has a line end in its value", (int)h->name.n, h->name.p);
	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		if (is_named(h->name, ours[i]))
			breach(RULE_HTTP_REQUEST, "it sets the header %s, which hobnob sends", ours[i]);
	buf_addf(&c->sent, "%.*s: %.*s%s\n", (int)h->name.n, h->name.p, (int)h->value.n, h->value.p, h->secret ? "[secret]" : "");
	if (h->secret)
		check_secret(c, h, url);
}

/* 1 if the request can be read. */
static int check_form(const hn_http_request *r)
{
	if (!r->method || !is_token(str_of(r->method)))
		breach(RULE_HTTP_REQUEST, "the request has no valid method");
	else if (!r->on_data)
		breach(RULE_HTTP_REQUEST, "the request has no on_data()");
	else if (r->framing > HN_FRAME_NDJSON)
		breach(RULE_HTTP_REQUEST, "framing is %u, which does not exist", r->framing);
	else if (r->n_headers && !r->headers)
		breach(RULE_HTTP_REQUEST, "n_headers is %u, and headers is NULL", r->n_headers);
	else if (r->n_headers && r->header_stride < sized_http_header.least)
		breach(RULE_STRUCT_SIZES, "header_stride is %u, at least %zu are needed", r->header_stride, sized_http_header.least);
	else if (!r->url.p || (r->body.n && !r->body.p))
		breach(RULE_HTTP_REQUEST, "the URL or the body is NULL and has a length");
	else
		return 1;
	return 0;
}

static void take_request(struct call *c, const hn_http_request *r)
{
	char *url = str_dup(r->url), *origin = url_origin(url);
	if (!origin || !is_one_line(r->url) || memchr(r->url.p, ' ', r->url.n))
		breach(RULE_HTTP_REQUEST, "the URL is not an absolute one: %s", url);
	buf_addf(&c->sent, "%s %s\n", r->method, url);
	buf_addf(&c->asked, "%s %s\n", r->method, url);
	for (uint32_t i = 0; i < r->n_headers; i++)
		take_header(c, HN_AT(hn_http_header, r->headers, r->header_stride, i), url);
	buf_addc(&c->sent, '\n');
	buf_addstr(&c->sent, r->body);
	buf_addc(&c->sent, '\n');
	free(url);
	free(origin);
}

/* ---- the answer ---- */

static const struct answer *find(struct call *c, const hn_http_request *r)
{
	const struct answer *a = c->world->only ? c->world->only : answers_find(c->world->answers, r->method, r->url, r->body);
	if (!a && !c->missing)
		c->missing = xasprintf("%s %.*s", r->method, (int)r->url.n, r->url.p);
	return a;
}

static void give_out(hn_http_response *out, const hn_http_response *head)
{
	uint32_t size = out->struct_size;
	size_t n = size < sizeof *head ? size : sizeof *head;
	memcpy(out, head, n);
	out->struct_size = size;
}

static int32_t answer_it(struct call *c, const hn_http_request *r, hn_http_response *out)
{
	const struct answer *a = find(c, r);
	if (!a)
		return host_refuse(c, "request", host_fail(c, HN_ERR_NETWORK, "the checker has no canned answer for this request"));
	hn_http_response head = { .struct_size = (uint32_t)(sizeof head + c->world->grown * sizeof(void *)),
		.status = a->status,
		.retry_after_ms = c->world->retry_after_ms ? c->world->retry_after_ms : -1,
		.content_type = lend_str(c, "hn_http_response.content_type", str_of(a->type ? a->type : "application/json")),
		.request_id = lend_str(c, "hn_http_response.request_id", str_of("req-1")),
		.again = c->world->unknown ? 1u << 30 : 0 };
	const hn_http_response *lent = world_lend(c->world, c, "hn_http_response", &head, sizeof head);
	c->fed_by = !c->fed_by || a->body.n > c->fed_by->body.n ? a : c->fed_by;
	int32_t code = feed_answer(c, r, a, lent);
	if (out)
		give_out(out, &head);
	return code;
}

static int32_t send_it(struct call *c, const hn_http_request *r, hn_http_response *out)
{
	if (c->in_request) {
		breach(RULE_HTTP_ONE, "it called request() while another request of the call was at work");
		return host_fail(c, HN_ERR_PLUGIN, "another request is at work");
	}
	c->requests++;
	c->asked_http = 1;
	take_request(c, r);
	host_hit(c, "request()");
	if (c->cancelled || c->dry)
		return host_refuse(c, "request", HN_ERR_INTERRUPTED);
	c->in_request = 1;
	int32_t code = answer_it(c, r, out);
	c->in_request = 0;
	return code;
}

static int32_t request_of(struct call *c, const hn_http_request *said, hn_http_response *out)
{
	hn_http_request r;
	struct fault f = { 0 };
	if (c->refused) {
		breach(!strcmp(c->refused_by, "emit") ? RULE_EMIT_RETURN : RULE_SERVICE_RETURN, "it called request() after %s() had returned %d",
			c->refused_by, (int)c->refused);
		return c->refused;
	}
	if (!host_sized(&sized_http_request, said) || (out && !host_sized(&sized_http_response, out)) ||
		size_in(&sized_http_request, &r, said, &f) || !check_form(&r))
		return host_refuse(c, "request", host_fail(c, HN_ERR_PLUGIN, "the request is not valid"));
	if (!strcmp(c->function, "create()")) {
		breach(RULE_CREATES, "it called request() in create(), where there is no network");
		return host_refuse(c, "request", host_fail(c, HN_ERR_PLUGIN, "create() has no network"));
	}
	return send_it(c, &r, out);
}

static int32_t check_request(hn_call *handle, const hn_http_request *said, hn_http_response *out)
{
	struct call *c = host_enter(handle, "request()");
	if (!c)
		return HN_ERR_PLUGIN;
	int32_t code = request_of(c, said, out);
	host_leave(c);
	return code;
}

const hn_http check_http = { .struct_size = sizeof(hn_http), .request = check_request, .code_of_status = code_of_status };
