/* SPDX-License-Identifier: MIT */
/*
 * curl_transfer: one request on libcurl's multi interface: its options, its timeouts, its end.
 *
 * What curl receives goes into a buffer and is read outside of curl, so a plugin and its frontend
 * are free in what they do with it. The timeouts are our own: connect (TLS included), silence
 * before and between events, silence between bytes; curl's low-speed limit averages and does not
 * notice a stream that falls silent.
 */
#include "net/curl_private.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "util/ascii.h"
#include "util/mem.h"

#define HEADERS_FAILED 1 /* what went wrong inside curl's callbacks */
#define BODY_FAILED 2

struct transfer {
	const struct http_job *job;
	struct connections *connections;
	CURL *easy;
	struct curl_slist *headers;
	struct reply reply;
	struct buf in; /* what arrived and has not been read */
	int too_large; /* HEADERS_FAILED or BODY_FAILED */
	int enough, ended; /* on_data needs no more; the body's end was read */
	size_t drained; /* bytes that arrived since */
	int64_t begun, sent, first_byte, last_byte, last_event, enough_at, nearly_at; /* -1: not yet */
	char detail[CURL_ERROR_SIZE];
};

static int64_t now(const struct transfer *t)
{
	return t->job->services->now(t->job->call);
}

/* ---- curl's callbacks ---- */

/* The connection is open, TLS included; the request goes out now. */
static int on_connected(void *ud, char *ip, char *local_ip, int port, int local_port)
{
	struct transfer *t = ud;
	(void)ip;
	(void)local_ip;
	(void)port;
	(void)local_port;
	t->sent = now(t);
	curl_easy_setopt(t->easy, CURLOPT_VERBOSE, 0L);
	return CURL_PREREQFUNC_OK;
}

/* What the TLS library receives and sends while it connects: the head of a record, or what it takes
 * for one. */
static int on_debug(CURL *easy, curl_infotype type, char *p, size_t n, void *ud)
{
	struct transfer *t = ud;
	(void)easy;
	if (type == CURLINFO_SSL_DATA_IN)
		heard_bytes(&t->connections->heard, p, n);
	else if (type == CURLINFO_SSL_DATA_OUT)
		t->connections->heard.greeted = 1;
	return 0;
}

/* A line of the head. */
static size_t on_header(char *p, size_t size, size_t n, void *ud)
{
	struct transfer *t = ud;
	(void)size;
	if (t->job->services->log_on(t->job->call, 2) && n > 2)
		t->job->services->log(t->job->call, 2, (hn_str){ p, n - 2 });
	if (!reply_header(&t->reply, p, n))
		return n;
	t->too_large = HEADERS_FAILED;
	return n ? 0 : 1;
}

/* Bytes of the body. Without a head they belong to another protocol: curl takes them for HTTP/0.9,
 * and the transfer ends. */
static size_t on_body(char *p, size_t size, size_t n, void *ud)
{
	struct transfer *t = ud;
	(void)size;
	if (!t->reply.reading.bytes) {
		heard_bytes(&t->connections->heard, p, n);
		return n ? 0 : 1;
	}
	if (t->enough) {
		t->drained += n;
		return t->drained > HTTP_DRAIN_CAP && n ? 0 : n;
	}
	t->last_byte = now(t);
	if (t->first_byte < 0)
		t->first_byte = t->last_byte;
	if (!buf_add(&t->in, p, n))
		return n;
	t->too_large = BODY_FAILED;
	return n ? 0 : 1;
}

/* ---- options ---- */

/* Whether the job sets a header itself. */
static int has_header(const struct http_job *job, const char *name)
{
	size_t n = strlen(name);
	for (size_t i = 0; i < job->n_headers; i++)
		if (!ascii_ncasecmp(job->headers[i], name, n) && job->headers[i][n] == ':')
			return 1;
	return 0;
}

static void append(struct transfer *t, const char *line)
{
	struct curl_slist *list = curl_slist_append(t->headers, line);
	if (!list)
		mem_out(0); /* a request without its key, or without its type, is not sent */
	t->headers = list;
}

/* Adds one header. To curl "Name:" means not to send it; an empty one is written "Name;". */
static void add_header(struct transfer *t, const char *header)
{
	const char *colon = strchr(header, ':');
	char *empty = NULL;
	if (colon && !colon[1 + strspn(colon + 1, " \t")])
		empty = xasprintf("%.*s;", (int)(colon - header), header);
	append(t, empty ? empty : header);
	free(empty);
}

/* Adds the job's headers; removes what curl would add by itself and no API wants. */
static void set_headers(struct transfer *t)
{
	for (size_t i = 0; i < t->job->n_headers; i++)
		add_header(t, t->job->headers[i]);
	append(t, "Expect:");
	if (!has_header(t->job, "Content-Type"))
		append(t, "Content-Type:");
	curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
}

static void set_method(struct transfer *t)
{
	const char *method = t->job->method;
	hn_str body = t->job->body;
	if (!strcmp(method, "HEAD")) {
		curl_easy_setopt(t->easy, CURLOPT_NOBODY, 1L);
	} else if (body.n || !strcmp(method, "POST")) {
		curl_easy_setopt(t->easy, CURLOPT_POST, 1L);
		curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, body.n ? body.p : "");
		curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n);
	}
	if (strcmp(method, "GET") && strcmp(method, "POST") && strcmp(method, "HEAD"))
		curl_easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, method);
	else if (!strcmp(method, "GET") && body.n)
		curl_easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, "GET");
}

/* Which certificates to trust, for the server and for a proxy that is reached by TLS. */
static void set_trusted(struct transfer *t)
{
	static const CURLoption files[] = { CURLOPT_CAINFO, CURLOPT_PROXY_CAINFO };
	static const CURLoption paths[] = { CURLOPT_CAPATH, CURLOPT_PROXY_CAPATH };
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		if (t->job->ca_file)
			curl_easy_setopt(t->easy, files[i], t->job->ca_file);
		if (t->job->ca_path)
			curl_easy_setopt(t->easy, paths[i], t->job->ca_path);
	}
}

/* The destination, and the proxy. */
static void set_route(struct transfer *t)
{
	const struct http_job *job = t->job;
	int64_t connect = job->connect_ms > LONG_MAX ? LONG_MAX : job->connect_ms;
	curl_easy_setopt(t->easy, CURLOPT_URL, job->url);
	curl_easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	if (job->proxy)
		curl_easy_setopt(t->easy, CURLOPT_PROXY, job->proxy);
	set_trusted(t);
	/* Lets curl divide the time among a name's addresses. The timeout itself is ours. */
	curl_easy_setopt(t->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)connect);
}

/* What is the same for every request. */
static void set_common(struct transfer *t)
{
	static const struct {
		CURLoption option;
		long value;
	} flags[] = {
		{ CURLOPT_NOSIGNAL, 1 },
		{ CURLOPT_QUICK_EXIT, 1 }, /* else ending a call waits for the resolver's thread */
		{ CURLOPT_FOLLOWLOCATION, 0 },
		{ CURLOPT_TCP_KEEPALIVE, 1 },
		{ CURLOPT_SUPPRESS_CONNECT_HEADERS, 1 },
		{ CURLOPT_HTTP09_ALLOWED, 1 }, /* else curl discards what is not HTTP unseen */
	};
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		curl_easy_setopt(t->easy, flags[i].option, flags[i].value);
	curl_easy_setopt(t->easy, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->detail);
	curl_easy_setopt(t->easy, CURLOPT_PREREQFUNCTION, on_connected);
	curl_easy_setopt(t->easy, CURLOPT_PREREQDATA, t);
	if (!strncmp(t->job->url, "https:", 6)) {
		curl_easy_setopt(t->easy, CURLOPT_VERBOSE, 1L); /* else on_debug is not called */
		curl_easy_setopt(t->easy, CURLOPT_DEBUGFUNCTION, on_debug);
		curl_easy_setopt(t->easy, CURLOPT_DEBUGDATA, t);
	}
	curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
}

/* ---- timeouts ---- */

static enum transfer_phase phase_of(const struct transfer *t)
{
	if (t->reply.reading.bytes)
		return PHASE_ANSWER;
	return t->sent < 0 ? PHASE_CONNECT : PHASE_SENT;
}

#define TIMERS 3

/* The current timers. */
static void timers(const struct transfer *t, struct timer out[TIMERS])
{
	const struct http_job *job = t->job;
	int64_t token = t->sent < 0 ? -1 : t->last_event > t->sent ? t->last_event : t->sent;
	out[0] = (struct timer){ t->sent < 0 ? t->begun : -1, job->connect_ms, "no connection",
		"timeout_connect" };
	out[1] = (struct timer){ token, job->first_token_ms,
		t->last_event < 0 ? "nothing of the reply came" : "the reply stalled",
		"timeout_first_token" };
	out[2] = (struct timer){ t->first_byte < 0 ? -1 : t->last_byte, job->idle_ms,
		"the reply fell silent: no byte", "timeout_idle" };
}

/* When the nearest timer runs out, -1 if none is running; *which is that timer. */
static int64_t next_deadline(const struct transfer *t, struct timer *which)
{
	struct timer all[TIMERS];
	int64_t nearest = -1;
	if (t->enough)
		return t->enough_at + HTTP_DRAIN_MS;
	if (t->nearly_at >= 0)
		return t->nearly_at + HTTP_GRACE_MS;
	timers(t, all);
	for (size_t i = 0; i < TIMERS; i++) {
		if (all[i].since < 0)
			continue;
		int64_t due = all[i].limit_ms > INT64_MAX - all[i].since
				      ? INT64_MAX
				      : all[i].since + all[i].limit_ms;
		if (nearest >= 0 && due >= nearest)
			continue;
		nearest = due;
		*which = all[i];
	}
	return nearest;
}

/* ---- the course of a transfer ---- */

/* The outcome of reading: HN_ENOUGH begins the draining, else as reply_body. */
static int32_t after_reading(struct transfer *t, int32_t rc)
{
	if (rc == HN_ENOUGH) {
		t->enough = 1;
		t->enough_at = now(t);
		return 0;
	}
	if (rc == REPLY_TOO_LARGE)
		return failure_of_size(
			t->job, "what the server sent in one piece is", HTTP_EVENT_CAP);
	return rc;
}

/* Reads what arrived. 0, or negative: the request is over. */
static int32_t read_on(struct transfer *t)
{
	uint64_t given = t->reply.given;
	if (!t->in.n || t->enough)
		return 0;
	int32_t rc = after_reading(t, reply_body(&t->reply, t->in.p, t->in.n));
	buf_cut(&t->in, 0);
	if (t->reply.given != given)
		t->last_event = now(t);
	if (!t->reply.nearly)
		t->nearly_at = -1;
	else if (t->nearly_at < 0)
		t->nearly_at = now(t);
	return rc;
}

/* Reads the end of the body, once. */
static int32_t read_end(struct transfer *t)
{
	if (t->enough || t->ended)
		return 0;
	t->ended = 1;
	return after_reading(t, reply_end(&t->reply));
}

/* The body will stay incomplete. An error is still reported by its status, with the part of its
 * body that arrived. */
static int is_error_answer(const struct transfer *t)
{
	return t->reply.reading.done && t->reply.form == REPLY_ERROR;
}

/* The wait for more failed, or was cancelled. If the rest was optional, the cancel ends only that
 * wait. */
static int32_t broken_wait(struct transfer *t, int32_t rc)
{
	if (!t->enough && t->nearly_at < 0)
		return rc;
	if (rc == HN_ERR_INTERRUPTED && !is_error_answer(t))
		t->job->services->cancel_taken(t->job->call);
	return 0;
}

/* A timer ran out before anything useful arrived. */
static int32_t failed_in_time(const struct transfer *t, const struct timer *timer)
{
	return failure_of_time(t->job, phase_of(t), heard_what(&t->connections->heard), timer);
}

/* curl reports the end of the transfer. */
static int32_t finish(struct transfer *t, CURLcode code)
{
	if (t->enough)
		return 0;
	if (t->too_large == HEADERS_FAILED)
		return failure_of_size(t->job, "the answer's headers are", HTTP_HEADER_CAP);
	if (t->too_large == BODY_FAILED)
		return failure_of_size(
			t->job, "what the server sent in one piece is", HTTP_EVENT_CAP);
	if (code == CURLE_WRITE_ERROR && !t->reply.reading.bytes)
		code = CURLE_UNSUPPORTED_PROTOCOL;
	/* curl accepts a head without an end */
	if (code == CURLE_OK && !t->reply.reading.done)
		code = CURLE_PARTIAL_FILE;
	if (code == CURLE_OK || is_error_answer(t) || t->nearly_at >= 0)
		return read_end(t);
	if (code == CURLE_OPERATION_TIMEDOUT && t->sent < 0) { /* curl checked the clock first */
		struct timer all[TIMERS];
		timers(t, all);
		return failed_in_time(t, &all[0]);
	}
	return failure_of_curl(
		t->job, t->easy, code, phase_of(t), heard_what(&t->connections->heard), t->detail);
}

static int32_t out_of_time(struct transfer *t, const struct timer *timer)
{
	if (t->enough)
		return 0;
	if (is_error_answer(t) || t->nearly_at >= 0)
		return read_end(t);
	return failed_in_time(t, timer);
}

/* Waits and reads until the transfer is over. */
static int32_t drive(struct transfer *t)
{
	for (;;) {
		struct timer timer = { 0 };
		int done = 0;
		CURLcode code = CURLE_OK;
		int64_t deadline = next_deadline(t, &timer);
		int32_t rc = connections_step(t->connections, deadline, &done, &code);
		if (rc < 0)
			return broken_wait(t, rc);
		rc = read_on(t);
		if (rc < 0)
			return rc;
		if (done)
			return finish(t, code);
		deadline = next_deadline(t, &timer);
		if (deadline >= 0 && now(t) >= deadline)
			return out_of_time(t, &timer);
	}
}

/* Passes the head to the caller; its texts go into the connections' buffers, where they outlive the
 * run. */
static void hand_out(struct transfer *t, hn_http_response *out)
{
	struct connections *c = t->connections;
	struct {
		struct buf *to;
		hn_str *text;
	} texts[] = {
		{ &c->content_type, &t->reply.head.content_type },
		{ &c->request_id, &t->reply.head.request_id },
		{ &c->location, &t->reply.head.location },
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		buf_cut(texts[i].to, 0);
		buf_addstr(texts[i].to, *texts[i].text);
		*texts[i].text = buf_str(texts[i].to);
	}
	if (out)
		*out = t->reply.head;
}

/* Gives curl its options and begins. 0, or -1. */
static int begin(struct transfer *t)
{
	if (!t->easy)
		return -1;
	set_common(t);
	set_route(t);
	set_headers(t);
	set_method(t);
	return connections_add(t->connections, t->easy);
}

int32_t transfer_run(struct connections *connections, const struct http_job *job, hn_http_response *out)
{
	struct transfer t = {
		.job = job,
		.connections = connections,
		.in = BUF(HTTP_EVENT_CAP),
		.begun = job->services->now(job->call),
		.sent = -1,
		.first_byte = -1,
		.last_event = -1,
		.nearly_at = -1,
	};
	int32_t rc;
	t.connections->job = job;
	t.connections->kept = CURL_SOCKET_BAD;
	t.connections->heard = (struct heard){ .n = 0 };
	t.easy = curl_easy_init();
	reply_init(&t.reply, job);
	if (begin(&t))
		rc = failure_of_curl(
			job, t.easy, CURLE_FAILED_INIT, PHASE_ANSWER, HEARD_NOTHING, NULL);
	else
		rc = drive(&t);
	connections_drop(t.connections, t.easy);
	curl_slist_free_all(t.headers);
	hand_out(&t, out);
	t.connections->job = NULL;
	reply_free(&t.reply);
	buf_free(&t.in);
	return rc;
}
