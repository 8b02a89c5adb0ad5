/* SPDX-License-Identifier: MIT */
/* errors: how an error is reported: its words, its status, the wait that it asks for, and a hint. */
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

#include "wire/meaning.h"

#define HOURS_MOST ((int64_t)366 * 24) /* a longer wait is reported as this one */
#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))

static const struct {
	int32_t kind;
	const char *hint;
} hints[] = {
	{ HN_ERR_AUTH, "is the key right, and is it one of this server's?" },
	{ HN_ERR_QUOTA, "the account has no credit left, or its limit is reached" },
	{ HN_ERR_NOT_FOUND, "hobnob models lists what this server offers" },
	{ HN_ERR_CONTEXT_TOO_LONG, "/clear, or set context_tokens to the model's window" },
	{ HN_ERR_CONFIG, "set base_url to the address that answers itself" },
};

/* Says the errors of a document: of a list each, but no words twice. */
static void say_all(struct wire_message *m, struct json_object *document, struct json_object *error)
{
	wire_say_error(m, error);
	struct json_object *list = wire_find_list(document, error, wire_words_in(error));
	for (size_t i = 1; list && i < json_object_array_length(list); i++) {
		struct wire_message more = { .max = 300 };
		wire_say(&more, wire_words_in(json_object_array_get_idx(list, i)));
		hn_str s = wire_said(&more);
		if (!s.n || memmem(m->p, m->n, s.p, s.n))
			continue;
		wire_says(m, "; ");
		wire_say(m, s);
	}
}

/* Reads a status that stands in a document: a number, or a number as text; 0 if it is not an
 * error's. */
static int32_t own_status(struct json_object *error)
{
	static const char *const paths[] = { "code", "http_status", "http_code", "status_code",
		"status" };
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		hn_str s = wire_words(wire_path(error, paths[i]));
		long v = s.n == 3 ? strtol(s.p, NULL, 10) : 0;
		if (v >= 400 && v <= 599)
			return (int32_t)v;
	}
	return 0;
}

/* Whether an error says that a retry will not help. */
static int is_final(struct json_object *error)
{
	struct json_object *v = wire_path(error, "availability.retryable");
	v = v ? v : wire_path(error, "metadata.availability.retryable");
	return json_object_is_type(v, json_type_boolean) && !json_object_get_boolean(v);
}

/* What is reported about a failure besides its words. */
struct failure {
	int32_t kind, status;
	int64_t wait;              /* ms, as the server asks; -1: it does not */
	struct json_object *error; /* NULL: there is no document */
	int elsewhere; /* what answered is not an API, or does not know the address */
};

/* Says that base_url is wrong, where a server that speaks of no model does not know the address, or
 * answers with something else; and which one is likelier. */
static void advise_base(
	struct wire_message *m, const struct wire_host *to, const struct failure *f, hn_str said)
{
	struct wire_message likelier = { 0 };
	struct wire_text words = { 0 };
	wire_text_add(&words, said);
	if (to->answers || (!f->elsewhere && f->kind != HN_ERR_PROTOCOL) ||
		wire_names((hn_str){ words.p, words.n }, "model models deployment"))
		return;
	hn_str base = { to->base, strlen(to->base) };
	if (wire_likelier_base(to, &likelier)) {
		wire_says(m, "is base_url right? It is ");
		wire_say(m, base);
		wire_says(m, "; likelier is ");
		wire_say(m, wire_said(&likelier));
	} else if (f->elsewhere) {
		wire_says(m, "is base_url right? It is ");
		wire_say(m, base);
		wire_says(m, "; hobnob models lists what that server offers");
	}
}

/* The setting that an error is about, by its words or by the member that names one, or NULL. */
static const char *blamed(const struct wire_host *to, struct json_object *error, hn_str message)
{
	const char *field = wire_blamed(to, message.p);
	hn_str param = wire_text(wire_member(error, "param"));
	return field || !param.n ? field : wire_blamed(to, param.p);
}

static void advise_setting(struct wire_message *m, const struct wire_host *to, const struct failure *f, hn_str message)
{
	int32_t kind = f->kind;
	int refused = kind == HN_ERR_BAD_REQUEST || kind == HN_ERR_UNAVAILABLE || kind == HN_ERR_PROTOCOL;
	const char *field = refused ? blamed(to, f->error, message) : NULL;
	int64_t least = refused ? wire_reply_floor(message.p, to->limit) : 0;
	refused |= kind == HN_ERR_PERMISSION;
	if (refused && to->dialect->system_hint && to->sent & WIRE_SYSTEM && wire_refuses_system(message, kind)) {
		wire_says(m, to->dialect->system_hint);
	} else if (least) {
		wire_say_number(m, "raise max_tokens to ", least, " or more");
	} else if (field) {
		wire_says(m, "change ");
		wire_says(m, field);
		wire_says(m, ", or unset it");
	}
}

/* Says what to do about what cannot be left out. Where the server has no such thing, asking again is useless,
 * whatever the status: llama.cpp says of an image that its server is at fault. */
static void advise_essentials(struct wire_message *m, const struct wire_host *to, hn_error *e)
{
	int denies = 0, kind = e->code;
	if (kind != HN_ERR_BAD_REQUEST && kind != HN_ERR_NOT_FOUND && kind != HN_ERR_UNAVAILABLE && kind != HN_ERR_PROTOCOL)
		return;
	const char *advice = wire_advice(e->message, to->sent, &denies);
	if (!advice)
		return;
	wire_says(m, advice);
	if (denies)
		e->flags |= HN_FAIL_FINAL;
}

/* Says how to get a model that the server does not have. */
static void advise_fetch(struct wire_message *m, const struct wire_host *to, int32_t kind, hn_str message)
{
	struct wire_text words = { 0 };
	wire_text_add(&words, message);
	if (kind != HN_ERR_NOT_FOUND || !to->dialect->fetch || !to->model.n || !wire_names((hn_str){ words.p, words.n }, "model"))
		return;
	wire_says(m, "`");
	wire_says(m, to->dialect->fetch);
	wire_says(m, " ");
	wire_say(m, to->model);
	wire_says(m, "` fetches it; hobnob models lists what this server has");
}

/* Says how long the server asks to wait, by the two largest units. */
static void say_wait(struct wire_message *m, int64_t ms)
{
	int64_t s = (ms + 999) / 1000, hours = s / 3600, minutes = s / 60;
	wire_says(m, "; the server says to wait ");
	if (hours >= HOURS_MOST) {
		wire_says(m, "more than a year");
		return;
	}
	if (hours)
		wire_say_number(m, "", hours, " h ");
	if (minutes)
		wire_say_number(m, "", minutes % 60, hours ? " min" : " min ");
	if (!hours)
		wire_say_number(m, "", s % 60, " s");
}

/* Says what to do: the server's own advice, or what the kind stands for. */
static void advise(
	struct wire_message *m, const struct wire_host *to, const struct failure *f, hn_error *e)
{
	hn_str said = e->message;
	m->max = 300;
	wire_say(m, wire_text(wire_path(f->error, "metadata.remedy_hint")));
	if (!m->n)
		advise_fetch(m, to, f->kind, said);
	if (!m->n)
		advise_essentials(m, to, e);
	if (!m->n && wire_is_flagged(f->error))
		wire_says(m, "what was asked was flagged: put it in other words");
	if (!m->n)
		advise_base(m, to, f, said);
	if (!m->n)
		advise_setting(m, to, f, said);
	for (size_t i = 0; i < ARRAY_LEN(hints) && !m->n; i++)
		if (hints[i].kind == f->kind) {
			wire_says(m, hints[i].hint);
			if (f->kind == HN_ERR_QUOTA && f->wait >= 1000)
				say_wait(m, f->wait);
		}
}

/* What the server says about a retry, in its head or in the error. */
static uint32_t again_of(const hn_http_response *head, struct json_object *error)
{
	uint32_t flags = is_final(error) ? HN_FAIL_FINAL : 0;
	if (HN_HAS(head, hn_http_response, again))
		flags |= head->again & (HN_FAIL_RETRY | HN_FAIL_FINAL);
	return flags;
}

/* How long the server asks to wait, in ms: by the head, else by the body; -1: it does not. */
static int64_t wait_of(const hn_http_response *head, struct json_object *document, hn_str said)
{
	return head->retry_after_ms >= 0 ? head->retry_after_ms : wire_wait(document, said);
}

static int32_t fail(const struct wire_host *to, const hn_http_response *head,
	const struct failure *f, struct wire_message *m)
{
	static const char silent[] = "the server reports an error and gives no reason";
	struct wire_message hint = { 0 };
	hn_str said = wire_said(m);
	hn_error e = { .struct_size = sizeof e,
		.code = f->kind,
		.status = f->status,
		.flags = again_of(head, f->error),
		.retry_after_ms = f->wait,
		.message = said.n ? said : (hn_str){ silent, sizeof silent - 1 } };
	m->p[m->n] = '\0';
	if (f->kind == HN_ERR_CONTEXT_TOO_LONG)
		wire_sizes(f->error, m->p, to->limit, &e);
	if (f->kind == HN_ERR_CONTEXT_TOO_LONG && e.window <= 0)
		e.window = to->window;
	if (f->error || f->kind != HN_ERR_PROTOCOL) /* else the words are ours, or quote what is not an error */
		wire_reply_limit(f->error, m->p, to->limit, &e);
	struct failure now = *f;
	now.kind = e.code; /* a limit may have been refused */
	advise(&hint, to, &now, &e);
	e.hint = wire_said(&hint);
	return to->host->fail(to->call, &e);
}

/* Says that the server is elsewhere. The body of a redirect is for browsers. */
static int32_t fail_redirect(const struct wire_host *to, const hn_http_response *head)
{
	struct wire_message m = { 0 };
	wire_say_number(&m, "HTTP ", head->status, ": base_url is wrong");
	if (head->location.n) {
		wire_says(&m, "; the server points to ");
		wire_say(&m, head->location);
	}
	struct failure f = { .kind = HN_ERR_CONFIG, .status = head->status, .wait = -1 };
	return fail(to, head, &f, &m);
}

/* Says that the server speaks https, and base_url does not. */
static int32_t fail_scheme(const struct wire_host *to, const hn_http_response *head)
{
	struct wire_message m = { 0 }, hint = { 0 };
	wire_say_number(&m, "HTTP ", head->status, ": base_url is wrong; the server speaks https there, not plain http");
	wire_says(&hint, "let base_url begin with https:// (https");
	wire_says(&hint, to->base + strlen("http"));
	wire_says(&hint, ")");
	hn_error e = { .struct_size = sizeof e,
		.code = HN_ERR_CONFIG,
		.status = head->status,
		.retry_after_ms = -1,
		.message = wire_said(&m),
		.hint = wire_said(&hint) };
	return to->host->fail(to->call, &e);
}

/* The status of an answer if it is one of failure, else 0. */
static int32_t failure(const hn_http_response *head)
{
	return head->status >= 200 && head->status < 300 ? 0 : head->status;
}

/* Says whether a status means that the server does not know the address. */
static int is_unknown_address(int32_t status)
{
	return status == 404 || status == 405;
}

/* The kind of an error that an HTTP status, or a number of its own, was given with. A number that
 * means nothing in HTTP says less than its words. */
static int32_t kind_of(const struct wire_host *to, int32_t status, int32_t own,
	struct json_object *error, hn_str said, unsigned flags)
{
	int32_t base = status || own ? to->http->code_of_status(status ? status : own) : 0;
	int32_t kind = wire_classify(base, error, said, flags);
	if (status || kind != HN_ERR_BAD_REQUEST || own == 400)
		return kind;
	int32_t worded = wire_classify(0, error, said, flags);
	return worded == HN_ERR_PROTOCOL ? kind : worded;
}

int32_t wire_fail_document(
	const struct wire_host *to, const hn_http_response *head, struct json_object *document)
{
	struct json_object *error = wire_find_error(document, 1);
	int32_t status = failure(head), own = own_status(error);
	struct wire_message m = { 0 };
	if (head->status >= 300 && head->status < 400)
		return fail_redirect(to, head);
	say_all(&m, document, error);
	if (wire_wants_https(to, head->status, wire_said(&m)))
		return fail_scheme(to, head);
	own = own ? own : own_status(document);
	int64_t wait = wait_of(head, document, wire_said(&m));
	int32_t kind = kind_of(to, status, own, error, wire_said(&m), wait < 0 ? WIRE_NO_WAIT : 0);
	status = status ? status : own;
	status = status ? status : head->status;
	return fail(to, head,
		&(struct failure){ .kind = kind,
			.status = status,
			.wait = wait,
			.error = error,
			.elsewhere = is_unknown_address(status) },
		&m);
}

int32_t wire_fail_text(const struct wire_host *to, const hn_http_response *head, hn_str body)
{
	struct wire_message m = { 0 };
	if (head->status >= 300 && head->status < 400)
		return fail_redirect(to, head);
	if (wire_wants_https(to, head->status, body))
		return fail_scheme(to, head);
	body = wire_trim(body);
	if (!body.n) {
		wire_say_number(&m, "HTTP ", head->status, " without a word of explanation");
	} else if (body.p[0] == '<') {
		wire_says(&m, "gateway: ");
		wire_say_page(&m, body);
		wire_say_number(&m, " (HTTP ", head->status, ")");
	} else {
		m.max = 300;
		wire_say(&m, body);
		m.max = 0;
	}
	hn_str said = wire_said(&m);
	int32_t base = failure(head) ? to->http->code_of_status(head->status) : HN_ERR_PROTOCOL;
	int64_t wait = wait_of(head, NULL, said);
	return fail(to, head,
		&(struct failure){ .kind = wire_classify(base, NULL, said, wait < 0 ? WIRE_NO_WAIT : 0),
			.status = head->status,
			.wait = wait,
			.elsewhere = !failure(head) || is_unknown_address(head->status) },
		&m);
}

/* Fails for an answer that cannot be understood. */
static int32_t fail_protocol(const struct wire_host *to, const hn_http_response *head,
	const char *what, hn_str about, int elsewhere)
{
	struct wire_message m = { 0 };
	wire_says(&m, what);
	if (about.n) {
		wire_says(&m, ": ");
		m.max = m.n + 300;
		wire_say(&m, about);
	}
	return fail(to, head,
		&(struct failure){ .kind = HN_ERR_PROTOCOL,
			.status = head->status,
			.wait = head->retry_after_ms,
			.elsewhere = elsewhere },
		&m);
}

int32_t wire_fail_protocol(
	const struct wire_host *to, const hn_http_response *head, const char *what, hn_str about)
{
	return fail_protocol(to, head, what, about, 0);
}

int32_t wire_fail_words(const struct wire_host *to, const hn_http_response *head, const char *what, hn_str words)
{
	return fail_protocol(to, head, what, words, 1);
}
