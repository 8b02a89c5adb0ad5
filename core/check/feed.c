/* SPDX-License-Identifier: MIT */
/* feed: see the header. The first byte of a body decides what it is, as in core/net/curl_reply.c. */
#include "check/feed.h"

#include <string.h>

#include "net/sse.h"
#include "check/findings.h"
#include "check/lend.h"
#include "check/where.h"

enum form { UNKNOWN, EVENTS, LINES, WHOLE, ERROR_BODY };

struct feed {
	struct call *c;
	const hn_http_request *r;
	const hn_http_response *head;
	enum form form;
	struct sse sse;
	struct buf body;
	int given, nearly;
};

/* Calls on_data(): the plugin's code again. The data is gone afterwards. */
static int32_t call_back(struct feed *f, uint32_t type, hn_str event, hn_str data)
{
	char owner = 0;
	hn_str e = lend_str(&owner, "the event of on_data()", event), d = lend_str(&owner, "the data of on_data()", data);
	struct where before = where_enter();
	int inside = atomic_exchange(&f->c->inside, 0); /* it may call host functions again */
	int32_t rc = f->r->on_data(f->r->ud, f->head, type, e, d);
	atomic_store(&f->c->inside, inside);
	where_leave(before);
	lend_take_back(&owner);
	return rc;
}

static int32_t give(struct feed *f, uint32_t type, hn_str event, hn_str data)
{
	if (f->c->world->unknown && !f->given) {
		int32_t rc = call_back(f, 99, str_of(""), str_of("of a later hobnob"));
		if (rc)
			breach(RULE_UNKNOWN_SKIPPED, "on_data() returned %d for data of an unknown type", (int)rc);
	}
	f->given++;
	host_hit(f->c, "request()");
	if (f->c->cancelled)
		return host_refuse(f->c, "request", HN_ERR_INTERRUPTED);
	int32_t rc = call_back(f, type, event, data);
	if (rc > 0 && rc != HN_ENOUGH && rc != HN_NEARLY)
		breach(RULE_RETURN_CODES, "on_data() returned %d, which means nothing there", (int)rc);
	f->nearly = rc == HN_NEARLY;
	return f->nearly ? 0 : rc;
}

static int32_t on_event(void *ud, const struct sse_event *e)
{
	return give(ud, HN_DATA_EVENT, e->type, e->data);
}

static int32_t take_lines(struct feed *f)
{
	int32_t rc = 0;
	char *lf;
	while (!rc && f->body.n && (lf = memchr(f->body.p, '\n', f->body.n))) {
		size_t n = (size_t)(lf - f->body.p), all = n + 1;
		n -= n && f->body.p[n - 1] == '\r';
		rc = n ? give(f, HN_DATA_EVENT, str_of(""), (hn_str){ f->body.p, n }) : 0;
		buf_eat(&f->body, all);
	}
	return rc;
}

static enum form sniff(const struct feed *f, char first)
{
	if (f->head->status < 200 || f->head->status > 299)
		return ERROR_BODY;
	if (f->r->framing == HN_FRAME_WHOLE || first == '[' || first == '<')
		return WHOLE;
	if (f->r->framing == HN_FRAME_NDJSON)
		return LINES;
	return first == '{' ? WHOLE : EVENTS;
}

static int32_t take(struct feed *f, const char *p, size_t n)
{
	while (f->form == UNKNOWN && n && memchr(" \t\r\n", *p, 4)) {
		p++;
		n--;
	}
	if (!n)
		return 0;
	if (f->form == UNKNOWN)
		f->form = sniff(f, *p);
	if (f->form == EVENTS)
		return sse_feed(&f->sse, p, n);
	buf_add(&f->body, p, n);
	return f->form == LINES ? take_lines(f) : 0;
}

/* The body has ended as it should. */
static int32_t end(struct feed *f)
{
	struct sse_event event;
	if (f->form == WHOLE || f->form == ERROR_BODY)
		return give(f, f->form == WHOLE ? HN_DATA_WHOLE : HN_DATA_ERROR_BODY, str_of(""),
			(hn_str){ f->body.p, f->form == ERROR_BODY && f->body.n > 1u << 20 ? 1u << 20 : f->body.n });
	if (f->form == LINES)
		return f->body.n ? give(f, HN_DATA_TAIL, str_of(""), buf_str(&f->body)) : 0;
	if (f->form != EVENTS)
		return 0;
	int32_t rc = sse_tail(&f->sse, &event) ? give(f, HN_DATA_TAIL, event.type, event.data) : 0;
	return rc || !f->sse.stray.n ? rc : give(f, f->given ? HN_DATA_TAIL : HN_DATA_WHOLE, str_of(""), buf_str(&f->sse.stray));
}

/* Where the piece that begins at `at` ends. */
static size_t next(const struct world *w, const struct answer *a, size_t at)
{
	if (w->cut)
		return at + w->cut < a->body.n ? at + w->cut : a->body.n;
	for (size_t i = 0; i < a->n_ends; i++)
		if (a->ends[i] > at)
			return a->ends[i];
	return a->body.n;
}

static int32_t run(struct feed *f, const struct answer *a)
{
	const struct world *w = f->c->world;
	size_t most = w->broken_with ? w->broken_after : w->ends_after ? w->ends_after : a->body.n;
	int32_t rc = 0;
	most = most < a->body.n ? most : a->body.n;
	for (size_t at = 0, to; !rc && at < most; at = to) {
		to = next(w, a, at);
		to = to < most ? to : most;
		rc = take(f, a->body.p + at, to - at);
	}
	if (rc)
		return rc > 0 ? 0 : rc;
	if (w->broken_with && !f->nearly)
		return host_refuse(f->c, "request", host_fail(f->c, w->broken_with, "the connection broke"));
	rc = w->broken_with ? 0 : end(f);
	return rc > 0 ? 0 : rc;
}

int32_t feed_answer(struct call *c, const hn_http_request *r, const struct answer *a, const hn_http_response *head)
{
	struct feed f = { .c = c, .r = r, .head = head, .body = BUF(BUF_NO_CAP) };
	sse_init(&f.sse, 64u << 20, on_event, &f);
	int32_t rc = run(&f, a);
	sse_free(&f.sse);
	buf_free(&f.body);
	return rc;
}
