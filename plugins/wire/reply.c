/* SPDX-License-Identifier: MIT */
/*
 * reply: reads the answer, document by document.
 *
 * An event that begins as JSON and is not valid, and an error, end the call; what is not JSON is passed over.
 * Everything is read once, so the time is linear in the input.
 */
#include "wire/reply.h"

#include <string.h>

#include "util/json.h"

#define DONE "[DONE]"

void wire_reply_begin(struct wire_reply *r, const struct wire_host *to, const struct wire_reader *reader)
{
	*r = (struct wire_reply){ .to = *to, .reader = reader, .halves = { .joined = BUF(BUF_NO_CAP) },
		.kept = { .thought = BUF(BUF_NO_CAP) } };
}

int32_t wire_read_failure(struct wire_reply *r, const hn_http_response *head, struct json_object *document)
{
	if (!r->came.answers)
		r->refused = wire_refused_stream(&r->to, document);
	return r->refused ? HN_ENOUGH : wire_fail_document(&r->to, head, document);
}

void wire_forget_remarks(struct wire_reply *r)
{
	json_object_put(r->stray.remark);
	r->stray.remark = NULL;
	r->stray.says = 0;
	wire_replace(&r->stray.noise, (hn_str){ NULL, 0 });
}

void wire_keep_remark(struct wire_reply *r, hn_str event, struct json_object *document)
{
	int says = wire_says_something(document, event);
	if (!says && (r->stray.remark || r->came.answers))
		return;
	json_object_put(r->stray.remark);
	r->stray.remark = json_object_get(document);
	r->stray.says = says;
}

void wire_set_word(struct wire_reply *r, hn_str word)
{
	if (!wire_is_unfinished(word) && !wire_same(word, r->word))
		wire_replace(&r->word, word);
}

/* Parses the document that data begins with and removes it; NULL if it is not valid. */
static struct json_object *parse(struct wire_reply *r, hn_str *data)
{
	size_t used;
	struct json_object *o = json_read_loose(*data, &used);
	if (!o)
		return NULL;
	r->document = (hn_str){ data->p, used };
	*data = (hn_str){ data->p + used, data->n - used };
	return o;
}

/* Says whether data holds a control character that no text has. */
static int is_binary(hn_str data)
{
	for (size_t i = 0; i < data.n; i++)
		if ((unsigned char)data.p[i] < 0x20 && !strchr("\t\n\v\f\r\x1B", data.p[i]))
			return 1;
	return data.n && memchr(data.p, 0, data.n);
}

/* Remembers and reports what is not JSON; gateways and pings send such text. In an event of an
 * error it is that error. */
static int32_t read_noise(struct wire_reply *r, const hn_http_response *head, hn_str event, hn_str data)
{
	struct wire_message m = { .max = 200 };
	if (str_begins(data, "<"))
		wire_say_page(&m, data);
	else if (is_binary(data))
		wire_says(&m, "bytes that are not text");
	else
		wire_say(&m, data);
	hn_str said = wire_said(&m);
	if (wire_is_fault(event)) {
		struct json_object *words = json_new_text(data.p, data.n);
		int32_t rc = wire_read_failure(r, head, words);
		json_object_put(words);
		return rc;
	}
	if (!r->stray.noise.n && !wire_is_ping(said))
		wire_replace(&r->stray.noise, said);
	wire_log(&r->to, "passed over what is not JSON: %.*s", (int)said.n, said.p);
	return 0;
}

/* Reads data: one document after the other, because some servers forget to separate them. */
static int32_t read_documents(struct wire_reply *r, const hn_http_response *head, uint32_t kind, hn_str event, hn_str data)
{
	int32_t rc = 0;
	if (wire_too_heavy(data))
		return wire_fail_protocol(&r->to, head,
			"the server sent too many values in one piece", (hn_str){ NULL, 0 });
	data = wire_trim(data);
	if (!data.n && wire_is_fault(event))
		return read_noise(r, head, event, data);
	for (; !rc && data.n; data = wire_trim(data)) {
		if (str_begins(data, "data:")) {
			data = (hn_str){ data.p + 5, data.n - 5 };
			continue;
		}
		if (str_begins(data, DONE)) {
			r->done = 1;
			return HN_ENOUGH;
		}
		/* what begins with a quotation mark may as well be a remark that quotes something */
		int quoted = data.p[0] == '"', json = quoted || data.p[0] == '{' || data.p[0] == '[';
		hn_str begin = data;
		struct json_object *document = json ? parse(r, &data) : NULL;
		if (!document && (!json || quoted))
			return read_noise(r, head, event, data);
		if (!document) {
			/* of an event that the end of the body cut off, nothing can be said */
			return kind == HN_DATA_TAIL ? 0
						    : wire_fail_protocol(&r->to, head,
							      "the server sent broken JSON", begin);
		}
		r->came.documents++;
		r->to.answers |= r->came.answers > 0;
		rc = r->reader->document(r, head, kind, event, document);
		json_object_put(document);
	}
	return rc;
}

/* The bit of what was sent that an error refuses: as only the wire knows, else as the fields of its dialect say. */
static uint32_t refused_by(struct wire_reply *r, struct json_object *document, int32_t status)
{
	uint32_t own = r->reader->refused ? r->reader->refused(r, document, status) : 0;
	return own ? own : wire_refused(&r->to, document, status);
}

/* Reads the body of an answer that is an error: it decides how the call ends, once the request
 * has. */
static int32_t read_error(struct wire_reply *r, const hn_http_response *head, hn_str data)
{
	hn_str body = wire_trim(data);
	if (str_begins(body, "data:"))
		body = wire_trim((hn_str){ body.p + 5, body.n - 5 });
	struct json_object *document = wire_parse(body);
	int plain = !document && body.n && body.p[0] != '<';
	struct json_object *said = plain ? json_new_text(body.p, body.n) : json_object_get(document);
	r->refused = said ? refused_by(r, said, head->status) : 0;
	json_object_put(said);
	if (!r->refused) {
		r->failed = document ? wire_fail_document(&r->to, head, document)
				     : wire_fail_text(&r->to, head, body);
	}
	json_object_put(document);
	return 0;
}

int32_t wire_reply_data(void *reply, const hn_http_response *head, uint32_t kind, hn_str event, hn_str data)
{
	struct wire_reply *r = reply;
	if (r->done)
		return HN_ENOUGH;
	if (kind == HN_DATA_ERROR_BODY)
		return r->failed || r->refused ? 0 : read_error(r, head, data);
	if (kind == HN_DATA_WHOLE) {
		hn_str body = wire_trim(data);
		r->stray.plain = !str_begins(body, "{") && !str_begins(body, "[");
		if (str_begins(body, "<"))
			return wire_fail_text(&r->to, head, body);
	}
	int32_t rc = read_documents(r, head, kind, event, data);
	return rc || !r->ending ? rc : HN_NEARLY;
}
