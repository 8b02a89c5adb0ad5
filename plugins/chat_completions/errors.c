/* SPDX-License-Identifier: MIT */
/*
 * errors: finds an error in what a server sent, whatever its shape, and says which kind it is.
 *
 * An HTTP status decides, where there is one; words only refine it: a 429 may be an empty
 * account, a 400 a prompt that is too long or was refused. In a 200 the error's own number or
 * words decide, and without either it is a protocol error.
 */
#include "parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))

/* Codes and types, as servers write them. */
static const struct {
	const char *word;
	int32_t kind;
} words[] = {
	{ "context_length_exceeded", HN_ERR_CONTEXT_TOO_LONG },
	{ "exceed_context_size_error", HN_ERR_CONTEXT_TOO_LONG },
	{ "token_limit_exceeded", HN_ERR_CONTEXT_TOO_LONG },
	{ "model_context_window_exceeded", HN_ERR_CONTEXT_TOO_LONG },
	{ "insufficient_quota", HN_ERR_QUOTA },
	{ "credit_balance_exhausted", HN_ERR_QUOTA },
	{ "organization_spend_limit_exceeded", HN_ERR_QUOTA },
	{ "project_spend_limit_exceeded", HN_ERR_QUOTA },
	{ "organization_usage_limit_exceeded", HN_ERR_QUOTA },
	{ "billing_hard_limit_reached", HN_ERR_QUOTA },
	{ "billing_not_active", HN_ERR_QUOTA },
	{ "payment_required", HN_ERR_QUOTA },
	{ "billing_error", HN_ERR_QUOTA },
	{ "openrouter_free_tier_daily", HN_ERR_QUOTA },
	{ "openrouter_key_limit", HN_ERR_QUOTA },
	{ "openrouter_credits", HN_ERR_QUOTA },
	{ "rate_limit_exceeded", HN_ERR_RATE_LIMITED },
	{ "rate_limit_error", HN_ERR_RATE_LIMITED },
	{ "slow_down", HN_ERR_RATE_LIMITED },
	{ "RESOURCE_EXHAUSTED", HN_ERR_RATE_LIMITED },
	{ "invalid_api_key", HN_ERR_AUTH },
	{ "authentication_error", HN_ERR_AUTH },
	{ "authentication", HN_ERR_AUTH },
	{ "UNAUTHENTICATED", HN_ERR_AUTH },
	{ "permission_error", HN_ERR_PERMISSION },
	{ "permission_denied", HN_ERR_PERMISSION },
	{ "PERMISSION_DENIED", HN_ERR_PERMISSION },
	{ "model_not_found", HN_ERR_NOT_FOUND },
	{ "not_found_error", HN_ERR_NOT_FOUND },
	{ "not_found", HN_ERR_NOT_FOUND },
	{ "NOT_FOUND", HN_ERR_NOT_FOUND },
	{ "content_filter", HN_ERR_CONTENT_FILTER },
	{ "content_policy_violation", HN_ERR_CONTENT_FILTER },
	{ "refusal", HN_ERR_CONTENT_FILTER },
	{ "server_error", HN_ERR_UNAVAILABLE },
	{ "internal_server_error", HN_ERR_UNAVAILABLE },
	{ "api_error", HN_ERR_UNAVAILABLE },
	{ "overloaded_error", HN_ERR_UNAVAILABLE },
	{ "service_unavailable_error", HN_ERR_UNAVAILABLE },
	{ "server_is_overloaded", HN_ERR_UNAVAILABLE },
	{ "unavailable_error", HN_ERR_UNAVAILABLE },
	{ "provider_overloaded", HN_ERR_UNAVAILABLE },
	{ "provider_unavailable", HN_ERR_UNAVAILABLE },
	{ "timeout_error", HN_ERR_UNAVAILABLE },
	{ "timeout", HN_ERR_UNAVAILABLE },
	{ "server", HN_ERR_UNAVAILABLE },
	{ "unmapped", HN_ERR_UNAVAILABLE },
	{ "UNAVAILABLE", HN_ERR_UNAVAILABLE },
	{ "INTERNAL", HN_ERR_UNAVAILABLE },
	{ "invalid_request_error", HN_ERR_BAD_REQUEST },
	{ "invalid_request", HN_ERR_BAD_REQUEST },
	{ "invalid_prompt", HN_ERR_BAD_REQUEST },
	{ "BadRequestError", HN_ERR_BAD_REQUEST },
	{ "INVALID_ARGUMENT", HN_ERR_BAD_REQUEST },
	{ "payload_too_large", HN_ERR_BAD_REQUEST },
	{ "unprocessable", HN_ERR_BAD_REQUEST },
	{ "precondition_failed", HN_ERR_BAD_REQUEST },
	{ "max_tokens_exceeded", HN_ERR_BAD_REQUEST },
	{ "string_too_long", HN_ERR_BAD_REQUEST },
};

/* How servers say that the prompt does not fit, in lower case. */
static const char *const too_long[] = {
	"maximum context length", /* OpenAI, vLLM, Mistral, DeepSeek, Together */
	"exceeds the context window", /* OpenAI */
	"exceeds the available context size", /* llama.cpp */
	"context size has been exceeded", /* LM Studio */
	"than the context length", /* LM Studio */
	"context length of only", /* LM Studio */
	"longer than the model's context", /* SGLang */
	"longer than the maximum model length", /* vLLM */
	"too large for model with", /* Mistral */
	"please reduce the length of the", /* Groq, OpenAI */
	"reduce your message size", /* Groq */
	"maximum prompt length", /* xAI */
	"input token count", /* Gemini: "... exceeds the maximum number of tokens" */
	"maximum number of tokens allowed", /* Gemini */
	"prompt is too long", /* Anthropic */
	"exceed context limit", /* Anthropic */
	"input is too long for requested", /* Bedrock */
	"too many total text bytes", /* Bedrock */
	"`max_new_tokens` must be", /* TGI */
	"too many tokens: total number", /* Cohere */
	"exceeded model token limit", /* Kimi */
	"prompt token count of", /* Copilot */
	"range of input length should be", /* Qwen */
	"exceeds the context length", /* Ollama */
	"exceed the configured limit", /* OpenAI */
};

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

/* Fields that servers refuse, by the words that name them. */
static const struct {
	uint32_t bit;
	const char *word;
	int role; /* the word says it all; else a word of refusal has to stand beside it */
} fields[] = {
	{ CC_STREAM_OPTIONS, "stream_options", 0 },
	{ CC_STREAM_OPTIONS, "include_usage", 0 },
	{ CC_TOKENS, "max_tokens", 0 },
	{ CC_TOKENS, "max_completion_tokens", 0 },
	{ CC_TEMPERATURE, "temperature", 0 },
	{ CC_TOP_P, "top_p", 0 },
	{ CC_EFFORT, "reasoning_effort", 0 },
	{ CC_SEED, "seed", 0 },
	{ CC_STOP, "stop", 0 },
	{ CC_DEVELOPER, "developer", 1 },
	{ CC_DEVELOPER, "role", 1 },
};

/* A refusal, and not a value out of range: that one is the user's to know. */
static const char *const refusals[] = { "unsupported", "not support", "n't support", "unrecognized",
	"unknown", "extra_forbidden", "extra inputs", "extra fields", "not permitted",
	"not allowed", "unexpected", "additional propert", "cannot find field", "deprecated",
	"not compatible" };

/* Says whether text holds a phrase, in any case. */
static int holds(const char *text, const char *const *phrases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcasestr(text, phrases[i]))
			return 1;
	return 0;
}

/* Says whether text holds a word, standing alone. */
static int holds_word(const char *text, const char *word)
{
	size_t n = strlen(word);
	for (const char *at = text; (at = strcasestr(at, word)); at++) {
		int before = at > text && (isalnum((unsigned char)at[-1]) || at[-1] == '_');
		int after = isalnum((unsigned char)at[n]) || at[n] == '_';
		if (!before && !after)
			return 1;
	}
	return 0;
}

/* Says whether a member that may hold an error does. */
static int truthy(struct json_object *v)
{
	if (json_object_is_type(v, json_type_object))
		return json_object_object_length(v) > 0;
	return v && json_object_get_boolean(v);
}

/* Finds the error of a document. */
struct json_object *cc_find_error(struct json_object *document, int failed)
{
	struct json_object *root =
		json_object_is_type(document, json_type_array) ? cc_first(document) : document;
	struct json_object *error = cc_member(root, "error");
	if (truthy(error))
		return error;
	struct json_object *choices = cc_member(root, "choices");
	error = cc_member(cc_first(choices), "error");
	if (truthy(error))
		return error;
	hn_str object = cc_text(cc_member(root, "object"));
	if (cc_same(object, (hn_str){ "error", 5 }) || (!choices && cc_member(root, "detail")))
		return root;
	return failed ? root : NULL;
}

/* Gives the first of some members that says anything. */
static hn_str first_words(struct json_object *o, const char *const *paths, size_t n)
{
	hn_str s = { NULL, 0 };
	for (size_t i = 0; i < n && !s.n; i++)
		s = cc_words(cc_path(o, paths[i]));
	return s;
}

/* Says what the error says of itself, and what the server behind a router said. */
static void say_error(struct cc_message *m, struct json_object *error)
{
	static const char *const paths[] = { "message", "detail", "error", "msg" };
	cc_say(m, first_words(error, paths, ARRAY_LEN(paths)));
	cc_say_upstream(m, error);
	if (!m->n)
		cc_say(m, cc_words(error));
}

/* Reads a status that stands in a document: a number, or a number as text; 0 if it is none of an
 * error. */
static int32_t own_status(struct json_object *error)
{
	static const char *const paths[] = { "code", "http_status", "status_code", "status" };
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		hn_str s = cc_words(cc_path(error, paths[i]));
		long v = s.n == 3 ? strtol(s.p, NULL, 10) : 0;
		if (v >= 400 && v <= 599)
			return (int32_t)v;
	}
	return 0;
}

/* Says whether words may turn the kind that a status gave into another. */
static int refines(int32_t base, int32_t kind)
{
	switch (base) {
	case 0:
		return 1;
	case HN_ERR_RATE_LIMITED:
		return kind == HN_ERR_QUOTA;
	case HN_ERR_BAD_REQUEST:
		return kind == HN_ERR_CONTEXT_TOO_LONG || kind == HN_ERR_CONTENT_FILTER;
	default:
		return 0;
	}
}

/* Looks a code up; 0 if it is not known. */
static int32_t kind_of_word(hn_str word)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (cc_same(word, (hn_str){ words[i].word, strlen(words[i].word) }))
			return words[i].kind;
	return 0;
}

/* Says which kind an error is. */
static int32_t classify(int32_t base, struct json_object *error, const char *message)
{
	static const char *const paths[] = { "code", "error_type", "metadata.error_type",
		"metadata.limit_source", "innererror.code", "type", "status" };
	int32_t vague = HN_ERR_PROTOCOL;
	for (size_t i = 0; i < ARRAY_LEN(paths) && error; i++) {
		int32_t kind = kind_of_word(cc_text(cc_path(error, paths[i])));
		/* "invalid request" is the type of nearly everything: the wording may still say more */
		if (kind == HN_ERR_BAD_REQUEST)
			vague = kind;
		else if (kind && refines(base, kind))
			return kind;
	}
	if (refines(base, HN_ERR_CONTEXT_TOO_LONG) && holds(message, too_long, ARRAY_LEN(too_long)))
		return HN_ERR_CONTEXT_TOO_LONG;
	return base ? base : vague;
}

/* What an error in a document asks to be waited, in ms; -1 if nothing. */
static int64_t own_wait(struct json_object *error)
{
	static const char *const paths[] = { "availability.retry_after",
		"metadata.availability.retry_after", "metadata.retry_after_seconds" };
	int64_t seconds = -1;
	for (size_t i = 0; i < ARRAY_LEN(paths) && seconds < 0; i++)
		seconds = cc_count(cc_path(error, paths[i]));
	return seconds >= 0 ? seconds * 1000 : -1;
}

/* Says whether an error tells that asking again will not help. */
static int is_final(struct json_object *error)
{
	struct json_object *v = cc_path(error, "availability.retryable");
	v = v ? v : cc_path(error, "metadata.availability.retryable");
	return json_object_is_type(v, json_type_boolean) && !json_object_get_boolean(v);
}

/* Says what to do: the server's own advice, or what the kind stands for. */
static void advise(struct cc_message *m, int32_t kind, struct json_object *error)
{
	m->max = 300;
	cc_say(m, cc_text(cc_path(error, "metadata.remedy_hint")));
	if (!m->n && cc_is_flagged(error))
		cc_says(m, "what was asked was flagged: put it in other words");
	for (size_t i = 0; i < ARRAY_LEN(hints) && !m->n; i++)
		if (hints[i].kind == kind)
			cc_says(m, hints[i].hint);
}

/* Tells the host; error is NULL where there is no document. */
static int32_t fail(const struct cc_host *to, const hn_http_response *head, int32_t kind,
	int32_t status, struct cc_message *m, struct json_object *error)
{
	static const char silent[] = "the server reports an error and gives no reason";
	struct cc_message hint = { 0 };
	hn_str said = cc_said(m);
	advise(&hint, kind, error);
	hn_error e = { .struct_size = sizeof e,
		.code = kind,
		.status = status,
		.flags = is_final(error) ? HN_FAIL_FINAL : 0,
		.retry_after_ms =
			head->retry_after_ms >= 0 ? head->retry_after_ms : own_wait(error),
		.message = said.n ? said : (hn_str){ silent, sizeof silent - 1 },
		.hint = cc_said(&hint) };
	if (kind == HN_ERR_CONTEXT_TOO_LONG)
		cc_sizes(error, m->p, &e);
	return to->host->fail(to->call, &e);
}

/* Says that the server is elsewhere; what stands in the body of a redirect is for browsers. */
static int32_t fail_redirect(const struct cc_host *to, const hn_http_response *head)
{
	struct cc_message m = { 0 };
	cc_say_number(&m, "HTTP ", head->status, ": base_url is wrong");
	if (head->location.n) {
		cc_says(&m, "; the server points to ");
		cc_say(&m, head->location);
	}
	return fail(to, head, HN_ERR_CONFIG, head->status, &m, NULL);
}

/* The status of an answer if it is one of failure, else 0. */
static int32_t failure(const hn_http_response *head)
{
	return head->status >= 200 && head->status < 300 ? 0 : head->status;
}

/* Fails for an error that stands in a document. */
int32_t cc_fail_document(
	const struct cc_host *to, const hn_http_response *head, struct json_object *document)
{
	struct json_object *error = cc_find_error(document, 1);
	int32_t status = failure(head) ? failure(head) : own_status(error);
	struct cc_message m = { 0 };
	if (head->status >= 300 && head->status < 400)
		return fail_redirect(to, head);
	say_error(&m, error);
	int32_t base = status ? to->http->kind_of_status(status) : 0;
	return fail(
		to, head, classify(base, error, m.p), status ? status : head->status, &m, error);
}

/* Fails for a body that is not JSON. */
int32_t cc_fail_text(const struct cc_host *to, const hn_http_response *head, hn_str body)
{
	struct cc_message m = { 0 };
	if (head->status >= 300 && head->status < 400)
		return fail_redirect(to, head);
	body = cc_trim(body);
	if (!body.n) {
		cc_say_number(&m, "HTTP ", head->status, " without a word of explanation");
	} else if (body.p[0] == '<') {
		cc_says(&m, "gateway: ");
		cc_say_page(&m, body);
		cc_say_number(&m, " (HTTP ", head->status, ")");
	} else {
		m.max = 300;
		cc_say(&m, body);
		m.max = 0;
	}
	int32_t base = failure(head) ? to->http->kind_of_status(head->status) : HN_ERR_PROTOCOL;
	return fail(to, head, classify(base, NULL, m.p), head->status, &m, NULL);
}

/* Fails for an answer that cannot be understood. */
int32_t cc_fail_protocol(
	const struct cc_host *to, const hn_http_response *head, const char *what, hn_str about)
{
	struct cc_message m = { 0 };
	cc_says(&m, what);
	if (about.n) {
		cc_says(&m, ": ");
		m.max = m.n + 300;
		cc_say(&m, about);
	}
	return fail(to, head, HN_ERR_PROTOCOL, head->status, &m, NULL);
}

/* Says which of the fields that were sent a server refuses. */
uint32_t cc_refused(struct json_object *document, int32_t status, uint32_t sent)
{
	static const char *const paths[] = { "param", "code", "type", "loc" };
	struct json_object *error = cc_find_error(document, 1);
	struct cc_message m = { 0 };
	if (status != 400 && status != 422)
		return 0;
	say_error(&m, error);
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		cc_says(&m, " ");
		cc_say(&m, cc_words(cc_path(error, paths[i])));
	}
	if (classify(HN_ERR_BAD_REQUEST, error, m.p) != HN_ERR_BAD_REQUEST)
		return 0;
	int refusal = holds(m.p, refusals, ARRAY_LEN(refusals));
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if ((sent & fields[i].bit) && (refusal || fields[i].role) &&
			holds_word(m.p, fields[i].word))
			return fields[i].bit;
	return 0;
}

/* Names the field of a bit. */
const char *cc_field(uint32_t bit)
{
	if (bit == CC_TOKENS)
		return "the name of the reply's limit";
	if (bit == CC_DEVELOPER)
		return "the role developer";
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (fields[i].bit == bit)
			return fields[i].word;
	return "?";
}
