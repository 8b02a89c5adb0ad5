/* SPDX-License-Identifier: MIT */
/*
 * sse: server-sent events, byte by byte.
 *
 * Whole lines are taken straight from the input; only a line that is split between two feeds is
 * copied into `line`. No byte is searched twice, however the input is split: the search for the
 * line's end resumes where the last one stopped. A CR ends its line at once and an LF directly
 * after it is skipped, in the next feed as well, so that no event waits for a byte that may not
 * come.
 */
#include "net/sse.h"

#include <string.h>

static const char bom[] = "\xEF\xBB\xBF";
#define BOM_PAST 4

void sse_init(struct sse *s, size_t cap, int32_t (*on_event)(void *ud, const struct sse_event *),
	void *ud)
{
	*s = (struct sse){
		.on_event = on_event,
		.ud = ud,
		.line = BUF(cap),
		.data = BUF(cap),
		.type = BUF(cap),
		.id = BUF(cap),
		.stray = BUF(BUF_NO_CAP),
		.retry_ms = -1,
	};
}

/* Whether the parts of an event together exceed the cap. */
static int too_large(const struct sse *s)
{
	if (buf_failed(&s->line) || buf_failed(&s->data) || buf_failed(&s->type) ||
		buf_failed(&s->id))
		return 1;
	return s->line.n + s->data.n + s->type.n > s->line.max;
}

/* The current event. */
static struct sse_event pending(const struct sse *s)
{
	return (struct sse_event){
		.type = s->type.n ? buf_str(&s->type) : str_of("message"),
		.data = s->data.n ? buf_str(&s->data) : str_of(""),
		.id = s->id.n ? buf_str(&s->id) : str_of(""),
	};
}

/* An empty line: passes on the event, if it has data. */
static int32_t dispatch(struct sse *s)
{
	int32_t rc = 0;
	if (s->has_data) {
		struct sse_event event = pending(s);
		buf_cut(&s->stray, 0);
		rc = s->on_event(s->ud, &event);
	}
	buf_cut(&s->data, 0);
	buf_cut(&s->type, 0);
	s->has_data = 0;
	return rc;
}

/* data: one more line of it. */
static void field_data(struct sse *s, hn_str value)
{
	if (s->has_data)
		buf_addc(&s->data, '\n');
	buf_addstr(&s->data, value);
	s->has_data = 1;
}

/* event: the last one counts. */
static void field_event(struct sse *s, hn_str value)
{
	buf_cut(&s->type, 0);
	buf_addstr(&s->type, value);
}

/* id: kept across events; ignored if it contains a NUL. */
static void field_id(struct sse *s, hn_str value)
{
	if (value.n && memchr(value.p, '\0', value.n))
		return;
	buf_cut(&s->id, 0);
	buf_addstr(&s->id, value);
}

/* retry: digits only, else ignored. */
static void field_retry(struct sse *s, hn_str value)
{
	int64_t ms = 0;
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] < '0' || value.p[i] > '9')
			return;
		ms = ms > (INT64_MAX - 9) / 10 ? INT64_MAX : ms * 10 + (value.p[i] - '0');
	}
	if (value.n)
		s->retry_ms = ms;
}

static const struct {
	const char *name;
	void (*set)(struct sse *, hn_str value);
} fields[] = {
	{ "data", field_data },
	{ "event", field_event },
	{ "id", field_id },
	{ "retry", field_retry },
};

/* Keeps a line that is not a field. */
static void keep_stray(struct sse *s, hn_str line)
{
	size_t room = SSE_STRAY - s->stray.n;
	if (room < 2)
		return;
	if (s->stray.n)
		buf_addc(&s->stray, '\n');
	buf_add(&s->stray, line.p, line.n < room - 1 ? line.n : room - 1);
}

/* A line that is neither empty nor a comment: name, colon, at most one space, value. */
static void take_field(struct sse *s, hn_str line)
{
	const char *colon = memchr(line.p, ':', line.n);
	hn_str name = { line.p, colon ? (size_t)(colon - line.p) : line.n };
	hn_str value = { "", 0 };
	if (colon) {
		size_t skip = name.n + 1;
		if (skip < line.n && line.p[skip] == ' ')
			skip++;
		value = (hn_str){ line.p + skip, line.n - skip };
	}
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (str_is(name, fields[i].name)) {
			fields[i].set(s, value);
			return;
		}
	keep_stray(s, line);
}

/* Whether a line cut off by the end of the input may have become a field. */
static int begins_field(hn_str line)
{
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (line.n < strlen(fields[i].name) && !strncmp(fields[i].name, line.p, line.n))
			return 1;
	return 0;
}

/* One line, without its end. */
static int32_t take_line(struct sse *s, hn_str line)
{
	if (!line.n)
		return dispatch(s);
	if (line.p[0] == ':')
		s->comments++;
	else
		take_field(s, line);
	return too_large(s) ? SSE_TOO_LARGE : 0;
}

/* The first CR or LF in n bytes, or NULL. (Two memchr would search the same bytes again and again
 * in a stream that ends its lines with CR alone.) */
static const char *line_end(const char *p, size_t n)
{
	for (const char *end = p + n; p < end; p++)
		if (*p == '\n' || *p == '\r')
			return p;
	return NULL;
}

/* Skips a leading BOM, byte by byte; returns how many bytes of p it used. Bytes that only began
 * like a BOM belong to the first line. */
static size_t take_bom(struct sse *s, const char *p, size_t n)
{
	size_t used = 0;
	while (used < n && s->bom < BOM_PAST - 1 && p[used] == bom[s->bom]) {
		s->bom++;
		used++;
	}
	if (s->bom < BOM_PAST - 1) {
		if (used == n)
			return used;
		buf_add(&s->line, bom, s->bom);
	}
	s->bom = BOM_PAST;
	return used;
}

/* Ends the current line with its last piece, n bytes at p. */
static int32_t end_line(struct sse *s, const char *p, size_t n)
{
	if (!s->line.n)
		return n > s->line.max ? SSE_TOO_LARGE : take_line(s, (hn_str){ p, n });
	if (buf_add(&s->line, p, n) < 0)
		return SSE_TOO_LARGE;
	/* The line leaves the buffer while it is read, so its bytes are not counted twice. */
	struct buf whole = s->line;
	s->line = BUF(whole.max);
	int32_t rc = take_line(s, buf_str(&whole));
	buf_cut(&whole, 0);
	s->line = whole;
	return rc;
}

/* Takes the next bytes of the stream. */
int32_t sse_feed(struct sse *s, const char *p, size_t n)
{
	const char *end = p + n;
	if (s->bom != BOM_PAST)
		p += take_bom(s, p, n);
	while (p < end) {
		if (s->after_cr && *p == '\n')
			p++;
		s->after_cr = 0;
		const char *stop = p < end ? line_end(p, (size_t)(end - p)) : NULL;
		if (!stop) {
			if (p < end)
				buf_add(&s->line, p, (size_t)(end - p));
			return too_large(s) ? SSE_TOO_LARGE : 0;
		}
		s->after_cr = *stop == '\r';
		int32_t rc = end_line(s, p, (size_t)(stop - p));
		if (rc)
			return rc;
		p = stop + 1;
	}
	return 0;
}

/* What was pending when the input ended. */
int sse_tail(struct sse *s, struct sse_event *out)
{
	hn_str line = buf_str(&s->line);
	if (line.n && line.p[0] != ':' && !begins_field(line))
		take_field(s, line);
	if (!s->has_data || buf_failed(&s->data) || buf_failed(&s->type))
		return 0;
	*out = pending(s);
	return 1;
}

void sse_free(struct sse *s)
{
	buf_free(&s->line);
	buf_free(&s->data);
	buf_free(&s->type);
	buf_free(&s->id);
	buf_free(&s->stray);
}
