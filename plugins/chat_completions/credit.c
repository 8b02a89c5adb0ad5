/* SPDX-License-Identifier: MIT */
/* credit: reads GET /key, by which OpenRouter tells what a key has used and may still spend. */
#include "client.h"

/* An amount of money; what is below nothing is nothing. */
static int64_t amount(struct json_object *data, const char *key)
{
	struct json_object *v = cc_member(data, key);
	hn_str text = cc_words(v);
	return cc_begins(text, "-") ? 0 : cc_price(v);
}

/* Says whether a member is there and null. */
static int is_null(struct json_object *data, const char *key)
{
	struct json_object *v = NULL;
	return json_object_object_get_ex(data, key, &v) && !v;
}

/* Reads the report. */
static int32_t read_key(void *credit, const struct cc_host *to, const hn_http_response *head,
	struct json_object *document)
{
	hn_credit *out = credit;
	struct json_object *data = cc_member(document, "data");
	if (cc_find_error(document, !json_object_is_type(data, json_type_object)))
		return cc_fail_document(to, head, document);
	out->left = amount(data, "limit_remaining");
	out->limit = amount(data, "limit");
	out->used = amount(data, "usage");
	out->flags = is_null(data, "limit") ? HN_CREDIT_UNLIMITED : 0;
	if (out->left < 0 && out->limit < 0 && out->used < 0 && !out->flags)
		return cc_fail_protocol(
			to, head, "the answer says nothing about the key", (hn_str){ NULL, 0 });
	return 0;
}

/* Asks what the key may still spend. */
int32_t cc_credit(struct cc *cc, hn_call *call, hn_credit *out)
{
	return cc_get(cc, call, "/key", read_key, out);
}
