/* SPDX-License-Identifier: MIT */
/* schema: a reply that has to be JSON, and is not. */
#include "chat/chat_private.h"

#include <stdlib.h>
#include <string.h>

#include "call/place.h"
#include "util/json.h"
#include "util/mem.h"

static hn_str trimmed(hn_str text)
{
	while (text.n && memchr(" \t\r\n", text.p[0], 4))
		text = (hn_str){ text.p + 1, text.n - 1 };
	while (text.n && memchr(" \t\r\n", text.p[text.n - 1], 4))
		text.n--;
	return text;
}

/* Why a text is not JSON, static text; NULL if it is. */
static const char *json_fault(hn_str text)
{
	const char *why = NULL;
	struct json_object *o = json_read(text, &why);

	json_object_put(o);
	text = trimmed(text);
	if (o || str_is(text, "null"))
		return NULL;
	return text.n == 0 ? "it is empty" : why ? why : "it cannot be parsed";
}

/* The whole reply; *whole holds it where it is made of two parts. */
static hn_str reply_of(const struct turn *t, struct buf *whole)
{
	if (!t->begun)
		return buf_str(&t->in.text);
	buf_add(whole, t->begun->text, t->begun->n);
	buf_addstr(whole, buf_str(&t->in.text));
	return buf_str(whole);
}

/* The reply ended at its limit: says how to raise that. */
static int32_t fail_cut(const struct turn *t, hn_call *call)
{
	char *sets = place_sets(t->chat->rt, S_MAX_TOKENS, "N"), *hint = xasprintf("raise max_tokens (%s)", sets);
	int32_t code = call_failf(call, HN_ERR_PROTOCOL, hint, "the reply was cut at its length limit: it is not whole JSON");

	free(hint);
	free(sets);
	return code;
}

int32_t schema_check(struct turn *t, hn_call *call)
{
	struct buf whole = BUF(BUF_NO_CAP);
	int judged = t->chat->schema && !t->chat->dry_run && t->in.finish != HN_FINISH_TOOL_CALLS;
	const char *why = judged ? json_fault(reply_of(t, &whole)) : NULL;

	buf_free(&whole);
	if (!why)
		return 0;
	if (t->in.finish == HN_FINISH_LENGTH)
		return fail_cut(t, call);
	if (t->in.finish == HN_FINISH_CONTENT_FILTER)
		return call_failf(call, HN_ERR_PROTOCOL, NULL,
			"the server's content filter cut the reply: it is not whole JSON");
	return call_failf(call, HN_ERR_PROTOCOL,
		t->chat->rt->converses ? "ask again, or take a model that obeys a schema (/model NAME)"
				       : "ask again, or take a model that obeys a schema (-m NAME)",
		"the reply is not JSON, which --schema asks for: %s", why);
}
