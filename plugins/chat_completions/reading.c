/* SPDX-License-Identifier: MIT */
/*
 * reading: begins and ends the reading of a reply. Until the end it holds back some text, and the reasoning that is
 * handed back.
 */
#include "parts.h"

/* Emits what was held back of the text. */
static int32_t flush(struct cc_reply *r)
{
	int32_t rc = cc_read_text(r, cc_growth_end(&r->text.growth));
	rc = rc ? rc : wire_think_end(&r->text.think, cc_put_content, r);
	if (cc_growth_is_cumulative(&r->text.growth))
		wire_log(&r->w.to, "each piece of this reply held all of the text before it");
	return rc;
}

/* Emits the reasoning that is to be handed back with this message. The API has one member for all of it,
 * whatever text stood between, so its place among the parts says nothing. It goes out when all of it has
 * come, before the calls that it led to. */
static int32_t emit_details(struct cc_reply *r)
{
	if (!r->reasoning.details)
		return 0;
	/* what came in one document is not in pieces */
	struct json_object *blocks =
		r->w.came.documents > 1 ? cc_join_details(r->reasoning.details) : json_object_get(r->reasoning.details);
	int32_t rc = wire_keep(&r->w, "reasoning_details", blocks, (hn_str){ NULL, 0 });
	json_object_put(blocks);
	return rc;
}

/* Emits as text what began like reasoning, if the reply ended without closing it: a reply that speaks of
 * the tag, or a model that forgot it. One that reached its limit was still thinking. */
static int32_t emit_unclosed(struct cc_reply *r)
{
	int32_t finish = wire_finish_of(r->w.word);
	hn_str block = wire_think_open(&r->text.think);
	if (!block.n || finish == HN_FINISH_LENGTH || finish == HN_FINISH_CONTENT_FILTER)
		return 0;
	wire_log(&r->w.to, "the reply ended inside its reasoning: it is shown as text");
	return cc_emit_text(r, HN_EV_TEXT, block);
}

static int32_t rest(struct wire_reply *w, const hn_http_response *head)
{
	struct cc_reply *r = (struct cc_reply *)w;
	int32_t rc = cc_read_held(r, head);
	return rc ? rc : flush(r);
}

/* A server that writes null where there is no end yet means something else by an empty finish reason, and does not say
 * what; to others it is null. */
static int32_t complete(struct wire_reply *w)
{
	struct cc_reply *r = (struct cc_reply *)w;
	if (!w->word.n && r->finish.is_empty && r->finish.is_null)
		wire_replace(&w->word, (hn_str){ "(empty)", 7 });
	int32_t rc = emit_unclosed(r);
	rc = rc ? rc : cc_emit_thought(r);
	return rc ? rc : emit_details(r);
}

void cc_reply_begin(struct cc_reply *r, const struct wire_host *to)
{
	static const struct wire_reader reader = { .document = cc_read_document, .rest = rest, .complete = complete, .refused = cc_demands };
	*r = (struct cc_reply){
		.text = { .growth = { .all = BUF(BUF_NO_CAP), .held = BUF(BUF_NO_CAP) } },
		.shown = { .state = to->sent & CC_SEVERAL ? CC_SHOWN_FIRST : CC_SHOWN_UNKNOWN },
	};
	wire_reply_begin(&r->w, to, &reader);
}

void cc_reply_free(struct cc_reply *r)
{
	cc_growth_free(&r->text.growth);
	wire_think_free(&r->text.think);
	json_object_put(r->reasoning.details);
	cc_choices_free(&r->shown);
}
