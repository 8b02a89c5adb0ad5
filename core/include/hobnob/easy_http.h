/* SPDX-License-Identifier: MIT */
/*
 * hobnob/easy_http.h - the part of hobnob/easy.h for a provider that asks a server over HTTP.
 *
 * An instance is a hn_client, which keeps the options base_url and api_key. chat() makes a
 * hn_exchange, sends it with hn_converse(), and on_data() reads the answer: it emits by hn_say(),
 * hn_report() and the like, and ends the reply by hn_end(). What every such provider has to do is done
 * here: the URL, the key's header, an answer that is not 2xx, the wait that a server asks for, a reply
 * that is cut off.
 *
 * Contents: an instance - JSON, to write - one request - its answer. Threads and contract as in
 * hobnob/easy.h.
 */
#ifndef HOBNOB_EASY_HTTP_H
#define HOBNOB_EASY_HTTP_H

#include <hobnob/easy.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- an instance ---- */

/* What such an instance keeps of the options base_url and api_key. A plugin that keeps more has
 * this as the first member of its own struct. */
typedef struct hn_client {
	const hn_host *host;
	const hn_http *http;
	char *base;
	const hn_secret *key; /* NULL: no key is set */
} hn_client;

/* Fills a client, in create(). 0, or what fail() returned: then there is nothing to close. */
static inline int32_t hn_client_open(hn_client *c, const hn_host *host, hn_call *call)
{
	c->host = host;
	c->http = (const hn_http *)host->extension(HN_ID_HTTP);
	c->key = hn_option_secret(host, call, "api_key");
	c->base = NULL;
	if (!c->http)
		return hn_failf(host, call, HN_ERR_PLUGIN, "this hobnob has no " HN_ID_HTTP);
	c->base = hn_copy(hn_option_text(host, call, "base_url"));
	return c->base ? HN_OK : hn_failf(host, call, HN_ERR_PLUGIN, "out of memory");
}

/* Frees what hn_client_open() made. [any] */
static inline void hn_client_close(hn_client *c)
{
	free(c->base);
	c->base = NULL;
}

/* The create() of a provider whose instance is a hn_client and nothing more. */
static inline int32_t hn_client_create(const hn_host *host, hn_call *call, void **self)
{
	hn_client *c = (hn_client *)malloc(sizeof *c);
	int32_t code = c ? hn_client_open(c, host, call) : hn_failf(host, call, HN_ERR_PLUGIN, "out of memory");
	if (code != HN_OK)
		free(c);
	else
		*self = c;
	return code;
}

/* The destroy() that belongs to it. [any] */
static inline void hn_client_destroy(void *self)
{
	hn_client_close((hn_client *)self);
	free(self);
}

/* ---- JSON, to write; of the call's memory ---- */

/* Writes a text as a string of JSON, or with at NULL counts the bytes that it takes. */
static inline size_t hn_put_json_(char *at, hn_str text)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0, i;
	for (i = 0; i < text.n + 2; i++) {
		unsigned char c = i == 0 || i > text.n ? '"' : (unsigned char)text.p[i - 1];
		char code[6] = { '\\', 'u', '0', '0', 0, 0 };
		int escaped = i > 0 && i <= text.n && (c == '"' || c == '\\');
		size_t size = c < 0x20u ? sizeof code : 1;
		code[4] = hex[c >> 4];
		code[5] = hex[c & 15u];
		if (at && escaped)
			at[n] = '\\';
		n += escaped ? 1 : 0;
		if (at)
			memcpy(at + n, size == 1 ? (const char *)&c : code, size);
		n += size;
	}
	return n;
}

/* A text as a string of JSON, with its quotation marks: for "%.*s" of a body. */
static inline hn_str hn_json_text(const hn_host *host, hn_call *call, hn_str text)
{
	hn_str s;
	char *p = (char *)host->alloc(call, hn_put_json_(NULL, text) + 1);
	s.n = hn_put_json_(p, text);
	s.p = p;
	return s;
}

static inline size_t hn_put_messages_(char *at, const hn_request *req)
{
	static const hn_str pieces[] = { HN_STR("[{\"role\":"), HN_STR(",\"content\":"), HN_STR("}") };
	size_t n = 0;
	uint32_t i;
	for (i = 0; i < req->n_messages; i++) {
		const hn_message *m = hn_message_at(req, i);
		const hn_str texts[] = { hn_role_of(m), m->text };
		size_t k;
		for (k = 0; k < 3; k++) {
			if (at)
				memcpy(at + n, pieces[k].p, pieces[k].n);
			if (at && k == 0 && i > 0)
				at[n] = ',';
			n += pieces[k].n;
			n += k < 2 ? hn_put_json_(at ? at + n : NULL, texts[k]) : 0;
		}
	}
	if (at)
		at[n] = ']';
	return n + 1;
}

/* The messages as most APIs write them: [{"role":"user","content":"..."}, ...], with their text alone. */
static inline hn_str hn_json_messages(const hn_host *host, hn_call *call, const hn_request *req)
{
	hn_str s;
	char *p = (char *)host->alloc(call, hn_put_messages_(NULL, req) + 1);
	s.n = hn_put_messages_(p, req);
	s.p = p;
	return s;
}

/* A printf-like text of any length: a body. */
static inline hn_str hn_format(const hn_host *host, hn_call *call, const char *format, ...) HN_PRINTF_(3, 4);
static inline hn_str hn_format(const hn_host *host, hn_call *call, const char *format, ...)
{
	hn_str s = hn_str_of(NULL);
	va_list ap;
	char *text;
	int n;
	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n < 0)
		return s;
	text = (char *)host->alloc(call, (size_t)n + 1);
	va_start(ap, format);
	(void)vsnprintf(text, (size_t)n + 1, format, ap);
	va_end(ap);
	s.p = text;
	s.n = (size_t)n;
	return s;
}

/* ---- one request ---- */

typedef struct hn_exchange hn_exchange;

/* A request and its answer; begin with hn_exchange_of(). It lives in chat(), models() or credit(). */
struct hn_exchange {
	const hn_client *client;
	const hn_host *host; /* the client's */
	hn_call *call;
	uint32_t framing; /* HN_FRAME_* */
	uint32_t n_headers;
	const hn_http_header *headers; /* besides that of the key */
	/* The header of the client's key, if it has one: "Authorization: Bearer KEY" unless you name
	 * another. No name: it is not sent. */
	hn_http_header key;
	/* Reads an event, a line or the whole body of a 2xx answer, whichever `framing` says; `type` and
	 * `event` say more. 0: continue; what hn_end() returned; HN_ENOUGH, HN_NEARLY; or any other
	 * value, as of put(): it ends the request, and hn_send() returns it. */
	int32_t (*on_data)(hn_exchange *, hn_str data);
	/* Reads the body of any other answer, which may be empty. The error has the code of the status,
	 * the status, and what the head says about a retry: set `message`, change what you know better,
	 * and return what fail() returns. NULL: the message is "HTTP 429: " and the body. */
	int32_t (*on_error)(hn_exchange *, hn_error *, hn_str body);
	void *ud;
	/* while on_data() or on_error() runs, as in hn_http_request.on_data */
	const hn_http_response *head;
	hn_str event;
	uint32_t type;
	int32_t ended;   /* hn_end() was called */
	int32_t stopped; /* the other value that on_data() returned */
};

/* A request of an instance that is, or begins with, a hn_client; to fill further. */
static inline hn_exchange hn_exchange_of(
	const void *self, hn_call *call, uint32_t framing, int32_t (*on_data)(hn_exchange *, hn_str data))
{
	hn_exchange x;
	memset(&x, 0, sizeof x);
	x.client = (const hn_client *)self;
	x.host = x.client->host;
	x.call = call;
	x.framing = framing;
	x.key.name = hn_str_of("Authorization");
	x.key.value = hn_str_of("Bearer ");
	x.key.secret = x.client->key;
	x.on_data = on_data;
	return x;
}

/* In on_data(): the reply is complete, HN_FINISH_*. Usage may still follow. The first call counts. */
static inline int32_t hn_end(hn_exchange *x, int32_t finish)
{
	int32_t code = x->ended ? HN_OK : hn_finish(x->host, x->call, finish);
	x->ended = 1;
	return code == HN_OK ? HN_NEARLY : code;
}

/* ---- its answer ---- */

static inline int32_t hn_refused_(hn_exchange *x, hn_str body)
{
	int32_t status = x->head->status;
	hn_error e = hn_error_of(x->client->http->code_of_status(status), hn_str_of(NULL));
	e.status = status;
	e.flags = x->head->again;
	e.retry_after_ms = x->head->retry_after_ms;
	if (x->on_error)
		return x->on_error(x, &e, body);
	e.message = hn_textf(x->host, x->call, "HTTP %d%s%.*s", (int)status, body.n ? ": " : "", (int)body.n, body.n ? body.p : "");
	return x->host->fail(x->call, &e);
}

static inline int32_t hn_on_data_(void *ud, const hn_http_response *head, uint32_t type, hn_str event, hn_str data)
{
	hn_exchange *x = (hn_exchange *)ud;
	int32_t code;
	x->head = head;
	x->type = type;
	x->event = event;
	if (type == HN_DATA_ERROR_BODY)
		return hn_refused_(x, data);
	if (type == 0 || type > HN_DATA_TAIL) /* of a later version */
		return HN_OK;
	code = x->on_data(x, data);
	if (code == HN_OK)
		return x->ended ? HN_NEARLY : HN_OK;
	if (code < 0 || code == HN_ENOUGH || code == HN_NEARLY)
		return code;
	x->stopped = code;
	return HN_ENOUGH;
}

/* The key's header, if there is a key, and the others, of the call's memory. */
static inline uint32_t hn_headers_(const hn_exchange *x, hn_http_header **out)
{
	uint32_t n = x->key.secret && x->key.name.n ? 1 : 0;
	*out = (hn_http_header *)x->host->alloc(x->call, (n + x->n_headers) * sizeof **out);
	if (n)
		(*out)[0] = x->key;
	if (x->n_headers)
		memcpy(*out + n, x->headers, x->n_headers * sizeof **out);
	return n + x->n_headers;
}

/* Sends a request to the path below base_url and has its answer read. body: empty for none. 0: a
 * complete 2xx answer was read. Else return that: the call has failed, or on_data() wants to end. */
static inline int32_t hn_send(hn_exchange *x, const char *method, const char *path, hn_str body)
{
	hn_http_header *headers;
	hn_http_request r;
	int32_t code;
	memset(&r, 0, sizeof r);
	r.struct_size = (uint32_t)sizeof r;
	r.framing = x->framing;
	r.n_headers = hn_headers_(x, &headers);
	r.header_stride = (uint32_t)sizeof *headers;
	r.method = method;
	r.url = hn_join_url(x->host, x->call, hn_str_of(x->client->base), path);
	r.body = body;
	r.headers = headers;
	r.on_data = hn_on_data_;
	r.ud = x;
	code = x->client->http->request(x->call, &r, NULL);
	return code == HN_OK ? x->stopped : code;
}

/* After hn_send(), in chat(): 0 if hn_end() was called; else it fails: the reply is truncated. */
static inline int32_t hn_whole(hn_exchange *x)
{
	return x->ended ? HN_OK
			: hn_failf(x->host, x->call, HN_ERR_TRUNCATED, "the server stopped before the end of the reply");
}

/* All of chat(): posts the body and has the reply read, which on_data() ends with hn_end(). Return what
 * this returns. */
static inline int32_t hn_converse(hn_exchange *x, const char *path, hn_str body)
{
	int32_t code = hn_send(x, "POST", path, body);
	return code == HN_OK ? hn_whole(x) : code;
}

#ifdef __cplusplus
}
#endif
#endif
