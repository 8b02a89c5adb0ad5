/* SPDX-License-Identifier: MIT */
/*
 * classify: which kind an error is.
 *
 * An HTTP status decides, where there is one; an error's own code and words refine it: whatever
 * the status, an empty account is quota and a prompt that does not fit is too long. In a 200 the
 * error's own number, code or words decide, and without any it is a protocol error.
 */
#include "wire/wire.h"

#include <string.h>

#include "wire/meaning.h"

#include "util/ascii.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))
#define CODE_MOST 64 /* bytes of a code */

/* Codes and types, as servers write them. */
static const struct {
	const char *word;
	int32_t kind;
} known_codes[] = {
	{ "context_length_exceeded", HN_ERR_CONTEXT_TOO_LONG },
	{ "exceed_context_size_error", HN_ERR_CONTEXT_TOO_LONG },
	{ "token_limit_exceeded", HN_ERR_CONTEXT_TOO_LONG },
	{ "model_context_window_exceeded", HN_ERR_CONTEXT_TOO_LONG },
	{ "insufficient_quota", HN_ERR_QUOTA },
	{ "credit_balance_exhausted", HN_ERR_QUOTA },
	{ "organization_spend_limit_exceeded", HN_ERR_QUOTA },
	{ "enforced_spend_limit_reached", HN_ERR_QUOTA },
	{ "contract_spend_limit_reached", HN_ERR_QUOTA },
	{ "linked_organization_spend_limit_reached", HN_ERR_QUOTA },
	{ "linked_organization_billing_unavailable", HN_ERR_QUOTA },
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
	{ "API_KEY_INVALID", HN_ERR_AUTH },
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

/* Says whether a code or words may turn the kind that a status gave into another: an empty account
 * and a prompt that is too long come under every status, an invalid key or place under 400 as well, the rest only
 * where there is none. */
static int refines(int32_t base, int32_t kind)
{
	if (base == 0)
		return 1;
	if (base == HN_ERR_CONFIG || base == HN_ERR_QUOTA)
		return 0;
	return kind == HN_ERR_QUOTA || kind == HN_ERR_CONTEXT_TOO_LONG ||
	       ((kind == HN_ERR_CONTENT_FILTER || kind == HN_ERR_AUTH || kind == HN_ERR_PERMISSION) &&
		       base == HN_ERR_BAD_REQUEST);
}

/* Looks a code up; 0 if it is not known. */
static int32_t kind_of_word(hn_str word)
{
	for (size_t i = 0; i < ARRAY_LEN(known_codes); i++)
		if (str_is(word, known_codes[i].word))
			return known_codes[i].kind;
	return 0;
}

/* Where servers put their codes. */
static const char *const codes[] = { "code", "error_type", "metadata.error_type",
	"metadata.limit_source", "innererror.code", "details.error_code", "type", "status", "Code" };

/* Says whether a member's name is one of what an error is about, which is not what it is: "model",
 * "request_id". */
static int names_other(const char *key)
{
	static const char *const ends[] = { "id", "model", "param", "parameter", "path", "url", "uri", "user",
		"object", "provider", "instance", "host", "region", "loc", "field", "role", "version" };
	size_t n = strlen(key);
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		size_t m = strlen(ends[i]);
		if (n >= m && !ascii_ncasecmp(key + n - m, ends[i], m))
			return 1;
	}
	return 0;
}

/* Says whether a text is a code: one word, as "InvalidApiKey" or "quota.exceeded" is. */
static int is_code(hn_str s)
{
	if (!s.n || s.n > CODE_MOST || !ascii_is_alpha(s.p[0]))
		return 0;
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_alnum(s.p[i]) && !strchr("_-.:/", s.p[i]))
			return 0;
	return 1;
}

/* Adds what else an error says in words: its codes, whatever the members that hold them are called. */
static void add_codes(struct wire_text *words, struct json_object *error)
{
	for (size_t i = 0; i < ARRAY_LEN(codes) && error; i++)
		wire_text_add(words, wire_text(wire_path(error, codes[i])));
	if (!json_object_is_type(error, json_type_object))
		return;
	json_object_object_foreach(error, key, value)
	{
		if (is_code(wire_text(value)) && !names_other(key))
			wire_text_add(words, wire_text(value));
	}
}

/* The kind that one of an error's details names as its reason, as Google's do; 0 if none does. */
static int32_t kind_of_reason(struct json_object *error)
{
	struct json_object *details = wire_member(error, "details");
	size_t n = json_object_is_type(details, json_type_array) ? json_object_array_length(details) : 0;
	int32_t kind = 0;
	for (size_t i = 0; i < n && !kind; i++)
		kind = kind_of_word(wire_text(wire_member(json_object_array_get_idx(details, i), "reason")));
	return kind;
}

/* Whether an error names a quota of a day or more: Google states its wait in seconds all the same. */
static int is_long_quota(struct json_object *error)
{
	struct json_object *details = wire_member(error, "details");
	struct wire_text words = { 0 };
	for (size_t i = 0; json_object_is_type(details, json_type_array) &&
			   i < json_object_array_length(details);
		i++) {
		struct json_object *detail = json_object_array_get_idx(details, i);
		wire_text_add(&words, wire_words(wire_member(detail, "violations")));
	}
	return wire_names((hn_str){ words.p, words.n }, "per_day per_week per_month") != NULL;
}

/* Whether a message describes a request that is larger than its rate: a wait does not help. */
static int is_beyond_rate(int32_t base, hn_str message, const struct wire_text *words)
{
	static const char rates[] = "tpm tpd tph minute min hour day";
	struct wire_message m = { 0 };
	int64_t limit;
	wire_say(&m, message);
	m.p[m.n] = '\0';
	return (base == HN_ERR_RATE_LIMITED ||
		       (base == HN_ERR_BAD_REQUEST &&
			       wire_names((hn_str){ words->p, words->n }, rates))) &&
	       wire_beyond_rate(m.p, &limit) > 0;
}

int32_t wire_classify(int32_t base, struct json_object *error, hn_str message, unsigned flags)
{
	int32_t vague = HN_ERR_PROTOCOL, kind;
	struct wire_text words = { 0 };
	for (size_t i = 0; i < ARRAY_LEN(codes) && error; i++) {
		kind = kind_of_word(wire_text(wire_path(error, codes[i])));
		/* "invalid request" is the type of nearly everything: the wording may still say more */
		if (kind == HN_ERR_BAD_REQUEST)
			vague = kind;
		else if (kind && refines(base, kind))
			return kind;
	}
	if (refines(base, HN_ERR_QUOTA) && is_long_quota(error))
		return HN_ERR_QUOTA;
	kind = kind_of_reason(error);
	if (kind && refines(base, kind))
		return kind;
	wire_text_add(&words, message);
	if (is_beyond_rate(base, message, &words))
		return HN_ERR_CONTEXT_TOO_LONG;
	add_codes(&words, error);
	kind = wire_meaning(&words,
		flags | (base ? 0 : WIRE_NO_STATUS) | (base == HN_ERR_RATE_LIMITED ? 0 : WIRE_NO_RATE));
	if (kind && refines(base, kind) &&
		(vague == HN_ERR_PROTOCOL || refines(HN_ERR_BAD_REQUEST, kind)))
		return kind;
	return base ? base : vague;
}

int32_t wire_kind(struct json_object *error, int32_t base, unsigned flags)
{
	struct wire_message m = { 0 };
	wire_say_error(&m, error);
	return wire_classify(base, error, wire_said(&m), flags);
}
