/* SPDX-License-Identifier: MIT */
/*
 * curl_reply: head and body of an answer, as they arrive.
 *
 * The first byte of a body decides what it is, not the content type: servers answer a request for
 * events with plain JSON or an HTML page, under any content type. White space and a BOM before that
 * byte are skipped. Any other byte may begin events or plain text: a body that ended without an
 * event is plain text.
 */
#include "net/curl_private.h"

#include <stdio.h>
#include <string.h>

#include "util/ascii.h"

#define MS_MAX (INT64_MAX / 4) /* a longer wait makes no difference */
#define RESET_MOST_MS (32 * INT64_C(86400000))

static const char bom[] = "\xEF\xBB\xBF";

/* on_data() said something that it cannot say. */
static int32_t refuse_word(const struct reply *r, int32_t word)
{
	char message[80];
	snprintf(message, sizeof message, "the plugin's on_data() returned %d, which means nothing there", (int)word);
	const hn_error error = {
		.struct_size = sizeof error, .code = HN_ERR_PLUGIN, .message = { message, strlen(message) }
	};
	return r->job->services->fail(r->job->call, &error);
}

/* Passes data to the caller. */
static int32_t give(struct reply *r, uint32_t kind, hn_str event, hn_str data)
{
	r->given++;
	int32_t rc = r->job->on_data(r->job->ud, &r->head, kind, event, data);
	r->nearly = rc == HN_NEARLY;
	if (rc < HN_ERR_INTERRUPTED || (rc > 0 && rc != HN_ENOUGH && rc != HN_NEARLY))
		return refuse_word(r, rc);
	return r->nearly ? 0 : rc;
}

/* One server-sent event. */
static int32_t on_event(void *ud, const struct sse_event *event)
{
	return give(ud, HN_DATA_EVENT, event->type, event->data);
}

/* Begins a reply. */
void reply_init(struct reply *r, const struct http_job *job)
{
	*r = (struct reply){
		.job = job,
		.head = { .struct_size = sizeof(hn_http_response), .retry_after_ms = -1 },
		.content_type = BUF(HTTP_HEADER_CAP),
		.request_id = BUF(HTTP_HEADER_CAP),
		.location = BUF(HTTP_HEADER_CAP),
		.body = BUF(HTTP_EVENT_CAP),
	};
	sse_init(&r->sse, HTTP_EVENT_CAP, on_event, r);
}

/* Ends a reply. */
void reply_free(struct reply *r)
{
	buf_free(&r->content_type);
	buf_free(&r->request_id);
	buf_free(&r->location);
	buf_free(&r->body);
	sse_free(&r->sse);
}

/* ---- the head ---- */

/* text without white space at both ends. */
static hn_str trim(hn_str text)
{
	while (text.n && memchr(" \t\r\n", text.p[0], 4)) {
		text.p++;
		text.n--;
	}
	while (text.n && memchr(" \t\r\n", text.p[text.n - 1], 4))
		text.n--;
	return text;
}

/* A decimal number times scale; -1 if it is not a number. No strtod: its decimal point depends on
 * the locale. */
static int64_t decimal(hn_str text, int64_t scale)
{
	int64_t value = 0;
	size_t i = 0, digits;
	for (; i < text.n && ascii_is_digit(text.p[i]); i++)
		value = value > MS_MAX / 10 ? MS_MAX : value * 10 + (text.p[i] - '0') * scale;
	digits = i;
	if (i < text.n && text.p[i] == '.')
		for (i++; i < text.n && ascii_is_digit(text.p[i]); i++, digits++)
			value += (text.p[i] - '0') * (scale /= 10);
	return digits && i == text.n ? value : -1;
}

/* A wait in units of scale ms, or a date. */
int64_t reply_retry_ms(hn_str value, int64_t scale, int64_t wall_ms)
{
	char date[64];
	int64_t ms = decimal(value, scale);
	if (ms >= 0 || scale == 1 || value.n >= sizeof date || !value.n || value.p[0] == '-')
		return ms;
	memcpy(date, value.p, value.n);
	date[value.n] = '\0';
	time_t at = curl_getdate(date, NULL);
	if (at < 0 || at > MS_MAX / 1000 || (int64_t)at * 1000 < wall_ms)
		return -1;
	return (int64_t)at * 1000 - wall_ms;
}

/* Content-Type: the type alone, in lower case. */
static void take_content_type(struct reply *r, hn_str value)
{
	const char *semicolon = value.n ? memchr(value.p, ';', value.n) : NULL;
	if (semicolon)
		value = trim((hn_str){ value.p, (size_t)(semicolon - value.p) });
	buf_cut(&r->content_type, 0);
	for (size_t i = 0; i < value.n; i++)
		buf_addc(&r->content_type, value.p[i] >= 'A' && value.p[i] <= 'Z'
						   ? (char)(value.p[i] + 32)
						   : value.p[i]);
	r->head.content_type = buf_str(&r->content_type);
}

/* Location, as it is. */
static void take_location(struct reply *r, hn_str value)
{
	buf_cut(&r->location, 0);
	buf_addstr(&r->location, value);
	r->head.location = buf_str(&r->location);
}

/* A request id: if there are several, the one with the most trusted name. */
static void take_request_id(struct reply *r, hn_str value, int rank)
{
	if (r->reading.request_id_rank >= rank || !value.n)
		return;
	r->reading.request_id_rank = rank;
	buf_cut(&r->request_id, 0);
	buf_addstr(&r->request_id, value);
	r->head.request_id = buf_str(&r->request_id);
}

/* Retry-After: seconds or a date. */
static void take_retry_after(struct reply *r, hn_str value)
{
	if (!r->reading.retry_in_ms)
		r->head.retry_after_ms =
			reply_retry_ms(value, 1000, r->job->services->wall(r->job->call));
}

/* retry-after-ms, unless it is invalid. */
static void take_retry_after_ms(struct reply *r, hn_str value)
{
	int64_t ms = reply_retry_ms(value, 1, 0);
	if (ms < 0)
		return;
	r->reading.retry_in_ms = 1;
	r->head.retry_after_ms = ms;
}

/* X-RateLimit-Reset of a 429, where it is ms since 1970. Others count in seconds: a value that is
 * not a time within the next month is ignored. Retry-After takes precedence. */
static void take_reset(struct reply *r, hn_str value)
{
	int64_t wait = decimal(value, 1) - r->job->services->wall(r->job->call);
	if (r->head.status == 429 && r->head.retry_after_ms < 0 && wait > 0 && wait < RESET_MOST_MS)
		r->head.retry_after_ms = wait;
}

/* x-should-retry. */
static void take_should_retry(struct reply *r, hn_str value)
{
	if (str_is(value, "true"))
		r->head.again = HN_FAIL_RETRY;
	else if (str_is(value, "false"))
		r->head.again = HN_FAIL_FINAL;
}

static const struct {
	const char *name;
	void (*take)(struct reply *, hn_str value);
	/* of a request id, which has no take function: the most trusted name has the highest */
	int rank;
} headers[] = {
	{ "content-type", take_content_type, 0 },
	{ "location", take_location, 0 },
	{ "x-request-id", NULL, 3 },
	{ "x-generation-id", NULL, 2 },
	{ "request-id", NULL, 1 },
	{ "retry-after", take_retry_after, 0 },
	{ "retry-after-ms", take_retry_after_ms, 0 },
	{ "x-ratelimit-reset", take_reset, 0 },
	{ "x-should-retry", take_should_retry, 0 },
};

/* A duration such as 6m0s, 1.2s, 120ms or 7, in ms; -1 if it is not a duration. */
static int64_t duration(hn_str text)
{
	static const struct {
		const char *name;
		int64_t ms;
	} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 },
		{ "d", 86400000 } };
	int64_t sum = decimal(text, 1000), part;

	if (sum >= 0 || !text.n)
		return sum;
	for (sum = 0; text.n && sum < MS_MAX; sum += part) {
		size_t n = 0, i = 0;
		while (n < text.n && (ascii_is_digit(text.p[n]) || text.p[n] == '.'))
			n++;
		hn_str rest = { text.p + n, text.n - n };
		while (i < sizeof units / sizeof *units && !str_begins(rest, units[i].name))
			i++;
		part = i < sizeof units / sizeof *units
			       ? decimal((hn_str){ text.p, n }, units[i].ms)
			       : -1;
		if (part < 0)
			return -1;
		text = (hn_str){ rest.p + strlen(units[i].name), rest.n - strlen(units[i].name) };
	}
	return sum;
}

/* The entry of one allowance, by its name; NULL if there are too many. */
static struct allowance *allowance_of(struct reply *r, hn_str name)
{
	struct allowance *a = r->reading.allowances;

	for (; a < r->reading.allowances + r->reading.n_allowances; a++)
		if (str_is(name, a->name))
			return a;
	if (r->reading.n_allowances == REPLY_ALLOWANCES || !name.n || name.n >= sizeof a->name)
		return NULL;
	r->reading.n_allowances++;
	*a = (struct allowance){ .left = -1, .reset_ms = -1 };
	memcpy(a->name, name.p, name.n);
	return a;
}

/* x-ratelimit-remaining-NAME and x-ratelimit-reset-NAME; other headers are ignored. */
static void take_allowance(struct reply *r, hn_str name, hn_str value)
{
	static const char left[] = "x-ratelimit-remaining-", reset[] = "x-ratelimit-reset-";
	int is_left = name.n >= sizeof left && !ascii_ncasecmp(name.p, left, sizeof left - 1);
	size_t n = (is_left ? sizeof left : sizeof reset) - 1;
	struct allowance *a;

	if (!is_left && (name.n <= n || ascii_ncasecmp(name.p, reset, n) != 0))
		return;
	a = allowance_of(r, (hn_str){ name.p + n, name.n - n });
	if (!a)
		return;
	if (is_left)
		a->left = decimal(value, 1) == 0 ? 0 : 1;
	else
		a->reset_ms = duration(value);
}

/* A refused request waits for the used-up allowances: if there are several, for the last.
 * Allowances with something left do not matter; if no header says how much is left, any of them may
 * be used up. */
static void wait_for_allowance(struct reply *r)
{
	if (r->head.status != 429 || r->head.retry_after_ms >= 0)
		return;
	for (size_t i = 0; i < r->reading.n_allowances; i++) {
		const struct allowance *a = &r->reading.allowances[i];
		if (a->left <= 0 && a->reset_ms > r->head.retry_after_ms &&
			a->reset_ms < RESET_MOST_MS)
			r->head.retry_after_ms = a->reset_ms;
	}
}

/* One header. */
static void take_header(struct reply *r, hn_str name, hn_str value)
{
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
		if (strlen(headers[i].name) != name.n || ascii_ncasecmp(headers[i].name, name.p, name.n) != 0)
			continue;
		if (headers[i].take)
			headers[i].take(r, value);
		else
			take_request_id(r, value, headers[i].rank);
	}
	take_allowance(r, name, value);
}

/* A status line: discards what an interim answer (1xx) said. */
static void take_status(struct reply *r, hn_str line)
{
	const char *space = memchr(line.p, ' ', line.n);
	hn_str rest = { space ? space + 1 : "", space ? line.n - (size_t)(space + 1 - line.p) : 0 };
	rest.n = rest.n > 3 ? 3 : rest.n;
	int64_t status = decimal(rest, 1);
	r->head = (hn_http_response){
		.struct_size = sizeof r->head,
		.status = status > 0 ? (int32_t)status : 0,
		.retry_after_ms = -1,
	};
	r->reading.request_id_rank = 0;
	r->reading.retry_in_ms = 0;
	r->reading.n_allowances = 0;
}

/* What the body will be, as far as the head says. */
static enum reply_form form_of(const struct reply *r)
{
	if (r->head.status < 200 || r->head.status > 299)
		return REPLY_ERROR;
	return r->job->framing == HN_FRAME_WHOLE ? REPLY_WHOLE : REPLY_UNKNOWN;
}

/* One line of the head. Trailers, which come after the body, are counted and skipped. */
int reply_header(struct reply *r, const char *p, size_t n)
{
	hn_str line = trim((hn_str){ p, n });
	r->reading.bytes += n;
	if (r->reading.bytes > HTTP_HEADER_CAP)
		return -1;
	if (r->reading.done)
		return 0;
	if (str_begins(line, "HTTP/")) {
		take_status(r, line);
	} else if (!line.n) {
		r->reading.done = r->head.status >= 200;
		r->form = form_of(r);
		wait_for_allowance(r);
	} else {
		const char *colon = memchr(line.p, ':', line.n);
		size_t name = colon ? (size_t)(colon - line.p) : line.n;
		if (colon)
			take_header(r, (hn_str){ line.p, name },
				trim((hn_str){ colon + 1, line.n - name - 1 }));
	}
	return 0;
}

/* ---- the body ---- */

/* Adds to what is collected. */
static int32_t collect(struct reply *r, const char *p, size_t n)
{
	return buf_add(&r->body, p, n) < 0 ? REPLY_TOO_LARGE : 0;
}

/* Collects an error's body; passes it on once it reaches the cap. */
static int32_t collect_error(struct reply *r, const char *p, size_t n)
{
	size_t room = HTTP_ERROR_CAP - r->body.n;
	int32_t rc = collect(r, p, n < room ? n : room);
	if (rc || n < room)
		return rc;
	rc = reply_end(r);
	return rc ? rc : HN_ENOUGH;
}

/* One line of NDJSON, possibly empty. */
static int32_t give_line(struct reply *r, const char *p, size_t n)
{
	hn_str line = trim((hn_str){ p, n });
	return line.n ? give(r, HN_DATA_EVENT, str_of(""), line) : 0;
}

/* Splits NDJSON into lines, at LF only. */
static int32_t take_lines(struct reply *r, const char *p, size_t n)
{
	const char *end = p + n, *lf;
	while (p < end && (lf = memchr(p, '\n', (size_t)(end - p)))) {
		int32_t rc;
		if (r->body.n) {
			if (collect(r, p, (size_t)(lf - p)))
				return REPLY_TOO_LARGE;
			rc = give_line(r, r->body.p, r->body.n);
			buf_cut(&r->body, 0);
		} else {
			rc = give_line(r, p, (size_t)(lf - p));
		}
		if (rc)
			return rc;
		p = lf + 1;
	}
	return collect(r, p, (size_t)(end - p));
}

/* Skips white space and a BOM; returns how many bytes. */
static size_t skip_blank(struct reply *r, const char *p, size_t n)
{
	size_t i = 0;
	for (; i < n; i++) {
		if (r->bom < 3 && p[i] == bom[r->bom])
			r->bom++;
		else if (!memchr(" \t\r\n", p[i], 4) || (r->bom && r->bom < 3))
			break;
	}
	return i;
}

/* The form of a body whose first byte is c. */
static enum reply_form sniff(const struct reply *r, char c)
{
	if (c == '[' || c == '<')
		return REPLY_WHOLE;
	if (r->job->framing == HN_FRAME_NDJSON)
		return REPLY_LINES;
	return c == '{' ? REPLY_WHOLE : REPLY_EVENTS;
}

/* Bytes of a body whose form is known. */
static int32_t take_known(struct reply *r, const char *p, size_t n)
{
	switch (r->form) {
	case REPLY_EVENTS: {
		int32_t rc = sse_feed(&r->sse, p, n);
		return rc == SSE_TOO_LARGE ? REPLY_TOO_LARGE : rc;
	}
	case REPLY_LINES:
		return take_lines(r, p, n);
	case REPLY_ERROR:
		return collect_error(r, p, n);
	default:
		return collect(r, p, n);
	}
}

/* Takes the next bytes of the body. */
int32_t reply_body(struct reply *r, const char *p, size_t n)
{
	if (r->form == REPLY_UNKNOWN) {
		size_t blank = skip_blank(r, p, n);
		if (blank == n)
			return 0;
		r->form = sniff(r, p[blank]);
		/* The event reader skips the BOM itself, and only one. */
		int32_t rc = r->bom && r->form == REPLY_EVENTS ? take_known(r, bom, r->bom) : 0;
		if (rc)
			return rc;
		p += blank;
		n -= blank;
	}
	return n ? take_known(r, p, n) : 0;
}

/* Passes on what is left of events or lines, and what is neither. */
static int32_t give_tail(struct reply *r)
{
	struct sse_event event;
	hn_str line = trim(buf_str(&r->body));
	if (r->form == REPLY_EVENTS) {
		int32_t rc = sse_tail(&r->sse, &event) ? give(r, HN_DATA_TAIL, event.type, event.data) : 0;
		hn_str stray = buf_str(&r->sse.stray);
		return rc || !stray.n ? rc
				      : give(r, r->given ? HN_DATA_TAIL : HN_DATA_WHOLE, str_of(""),
						stray);
	}
	if (r->form == REPLY_LINES && line.n)
		return give(r, HN_DATA_TAIL, str_of(""), line);
	return 0;
}

/* The body has ended. */
int32_t reply_end(struct reply *r)
{
	if (r->form == REPLY_WHOLE)
		return give(r, HN_DATA_WHOLE, str_of(""), buf_str(&r->body));
	if (r->form == REPLY_ERROR)
		return give(r, HN_DATA_ERROR_BODY, str_of(""), buf_str(&r->body));
	return give_tail(r);
}
