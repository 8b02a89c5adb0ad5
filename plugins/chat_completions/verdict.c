/* SPDX-License-Identifier: MIT */
/*
 * verdict: how a call ends, once its request has: a reply that is complete, one that broke off, a
 * refusal to be asked so, an error.
 */
#include "parts.h"

#include <string.h>


/* Emits what was held back of the text: nothing more comes. */
static int32_t flush(struct cc_reply *r)
{
	static const uint32_t types[] = { HN_EV_TEXT, HN_EV_REASONING };
	int32_t rc = cc_read_text(r, cc_growth_end(&r->text.growth));
	rc = rc ? rc : cc_think_end(&r->text.think, cc_put_content, r);
	if (cc_growth_is_cumulative(&r->text.growth))
		wire_log(&r->to, "each piece of this reply held all of the text before it");
	for (int i = 0; !rc && i < 2; i++) {
		if (!r->text.halves[i])
			continue;
		buf_cut(&r->text.joined, 0);
		wire_end_halves(&r->text.halves[i], &r->text.joined);
		rc = cc_emit_text(r, types[i], buf_str(&r->text.joined));
	}
	return rc;
}

/* Emits the reasoning that is to be handed back with this message. The API has one member for all of it,
 * whatever text stood between, so its place among the parts says nothing. It goes out when all of it has
 * come, before the calls that it led to. */
static int32_t emit_details(struct cc_reply *r)
{
	struct buf whole = BUF(BUF_NO_CAP);
	uint32_t half = 0;
	if (!r->reasoning.details)
		return 0;
	/* what came in one document is not in pieces */
	struct json_object *blocks =
		r->came.documents > 1 ? cc_join_details(r->reasoning.details) : json_object_get(r->reasoning.details);
	hn_event e = { .struct_size = sizeof e,
		.type = HN_EV_OPAQUE,
		.text = wire_join_halves(&half, wire_words(blocks), &whole),
		.name = { "reasoning_details", 17 } };
	int32_t rc = r->to.host->emit(r->to.call, &e);
	json_object_put(blocks);
	buf_free(&whole);
	return rc;
}

static int32_t emit_beside(struct cc_reply *r)
{
	struct wire_message words = { .max = 300 };
	hn_event e = { .struct_size = sizeof e,
		.type = HN_EV_UNSHOWN,
		.text = cc_beside_said(&r->stray.beside, r->came.pieces > 0) };
	if (!e.text.n && !r->came.pieces && r->stray.says) {
		wire_says(&words, "the words \"");
		wire_say_error(&words, wire_find_error(r->stray.remark, 1));
		wire_said(&words);
		words.max = 0;
		wire_says(&words, "\"");
		e.text = wire_said(&words);
	}
	return e.text.n ? r->to.host->emit(r->to.call, &e) : 0;
}

/* Emits as text what began like reasoning, if the reply ended without closing it: a reply that speaks of
 * the tag, or a model that forgot it. One that reached its limit was still thinking. */
static int32_t emit_unclosed(struct cc_reply *r)
{
	int32_t finish = wire_finish_of(r->finish.word);
	hn_str block = cc_think_open(&r->text.think);
	if (!block.n || finish == HN_FINISH_LENGTH || finish == HN_FINISH_CONTENT_FILTER)
		return 0;
	wire_log(&r->to, "the reply ended inside its reasoning: it is shown as text");
	return cc_emit_text(r, HN_EV_TEXT, block);
}

/* Whether the model waits for results is said by its calls; servers disagree about the word. */
static int32_t finish_with_calls(const struct cc_reply *r, int32_t finish)
{
	if (!r->calls.told)
		return finish == HN_FINISH_TOOL_CALLS ? HN_FINISH_UNKNOWN : finish;
	return finish == HN_FINISH_STOP || !r->finish.word.n ? HN_FINISH_TOOL_CALLS : finish;
}

/* Ends a reply that is complete. A server that writes null where there is no end yet means something else
 * by an empty finish reason, and does not say what; to others it is null. */
static int32_t complete(struct cc_reply *r)
{
	if (!r->finish.word.n && r->finish.is_empty && r->finish.is_null)
		wire_replace(&r->finish.word, (hn_str){ "(empty)", 7 });
	int32_t finish = wire_finish_of(r->finish.word);
	int32_t rc = emit_unclosed(r);
	hn_str passed = r->stray.says ? wire_words(r->stray.remark) : (hn_str){ "", 0 };
	if (passed.n)
		wire_log(&r->to, "passed over what is not a reply: %.*s", (int)(passed.n < 200 ? passed.n : 200), passed.p);
	rc = rc ? rc : cc_emit_thought(r);
	rc = rc ? rc : emit_details(r);
	rc = rc ? rc : cc_emit_calls(r, finish == HN_FINISH_LENGTH || finish == HN_FINISH_CONTENT_FILTER);
	rc = rc ? rc : emit_beside(r);
	hn_event e = { .struct_size = sizeof e,
		.type = HN_EV_FINISH,
		.finish = finish_with_calls(r, finish),
		.text = r->finish.word };
	rc = rc ? rc : r->to.host->emit(r->to.call, &e);
	return rc < 0 ? rc : 0;
}

/* Fails for an answer that ended, or broke, before anything of a reply. Some servers find out what is
 * wrong only once they have begun to stream, and can say it only where they do not. */
static int32_t fail_unsaid(struct cc_reply *r, int32_t code, const hn_http_response *head)
{
	static const char empty[] = "empty response: the server broke off before the reply began",
			  hint[] = "ask without streaming (--no-stream): some servers say only then "
				   "what is wrong, such as a prompt that is too long";
	size_t skip = code == HN_ERR_PROTOCOL ? 0 : sizeof "empty response: " - 1;
	hn_error e = { .struct_size = sizeof e,
		.code = code,
		.status = head->status,
		.flags = HN_FAIL_FINAL,
		.retry_after_ms = -1,
		.message = { empty + skip, sizeof empty - 1 - skip },
		.hint = { hint, sizeof hint - 1 } };
	return r->to.host->fail(r->to.call, &e);
}

/* Fails for words that came in the place of a reply, or after the last of it; or notes that they refuse
 * how it was asked. */
static int32_t fail_remark(struct cc_reply *r, const hn_http_response *head)
{
	if (!r->came.choices)
		r->refused = wire_refused_stream(r->stray.remark, r->sent);
	return r->refused ? HN_ADAPTED : wire_fail_document(&r->to, head, r->stray.remark);
}

/* Fails for a reply that broke off after its beginning. */
static int32_t fail_cut(struct cc_reply *r, const hn_http_response *head)
{
	struct wire_message m = { 0 };
	wire_says(&m, "the reply broke off: it has neither a finish reason nor an end mark");
	if (r->stray.noise.n) {
		wire_says(&m, "; the server's last words: ");
		wire_say(&m, r->stray.noise);
	}
	hn_error e = { .struct_size = sizeof e,
		.code = HN_ERR_TRUNCATED,
		.status = head->status,
		.retry_after_ms = -1,
		.message = wire_said(&m) };
	return r->to.host->fail(r->to.call, &e);
}

static const char not_one[] = "the answer is not a chat completion";

/* Fails for a reply that is not complete. */
static int32_t incomplete(struct cc_reply *r, const hn_http_response *head)
{
	if (r->stray.says)
		return fail_remark(r, head);
	if (r->came.choices)
		return fail_cut(r, head);
	if (r->came.documents)
		return wire_fail_protocol(&r->to, head, "the answer holds no reply",
			r->stray.noise.n ? r->stray.noise : wire_words(r->stray.remark));
	if (r->stray.noise.n && r->stray.plain) {
		r->refused = wire_refused_words(r->stray.noise, head->status, r->sent);
		return r->refused ? HN_ADAPTED : wire_fail_words(&r->to, head, not_one, r->stray.noise);
	}
	if (r->stray.noise.n)
		return wire_fail_protocol(&r->to, head, not_one, r->stray.noise);
	return r->to.streams ? fail_unsaid(r, HN_ERR_PROTOCOL, head)
			     : wire_fail_protocol(&r->to, head, "empty response", r->stray.noise);
}

/* Says whether an answer that ended is a reply. A finish reason ends only replies. An end mark alone may also
 * end an answer that was never a reply, or that ended with words. */
static int is_reply(const struct cc_reply *r)
{
	if (r->finish.word.n || (r->came.choices && !r->stray.says))
		return 1;
	struct json_object *o = r->stray.remark;
	int chunk = !o || wire_member(o, "choices") || wire_member(o, "usage");
	return !r->stray.says && !r->stray.noise.n && chunk;
}

static int32_t judge(struct cc_reply *r, int32_t rc, const hn_http_response *head)
{
	int ended = r->done || r->finish.word.n, is_error = head->status < 200 || head->status >= 300;
	/* a connection that breaks after the last word has not hurt the reply */
	int broke = rc == HN_ERR_NETWORK || rc == HN_ERR_TRUNCATED;
	if (rc < 0 && broke && !is_error && r->to.streams && !r->came.documents && !r->stray.noise.n)
		return fail_unsaid(r, rc, head);
	/* the server said why it breaks off */
	if (rc < 0 && broke && !is_error && !ended && r->stray.says)
		return fail_remark(r, head);
	broke |= rc == HN_ERR_TIMEOUT;
	if (rc < 0 && !(ended && broke))
		return rc;
	if (r->refused)
		return HN_ADAPTED;
	if (is_error)
		return r->failed ? r->failed : wire_fail_text(&r->to, head, (hn_str){ NULL, 0 });
	return ended && is_reply(r) ? complete(r) : incomplete(r, head);
}

int32_t cc_reply_end(struct cc_reply *r, int32_t rc, const hn_http_response *head)
{
	int32_t held = cc_read_held(r, head);
	held = held ? held : flush(r);
	rc = judge(r, rc < 0 || held >= 0 ? rc : held, head);
	wire_replace(&r->finish.word, (hn_str){ NULL, 0 });
	wire_replace(&r->by.model, (hn_str){ NULL, 0 });
	wire_replace(&r->by.upstream, (hn_str){ NULL, 0 });
	wire_replace(&r->stray.noise, (hn_str){ NULL, 0 });
	cc_growth_free(&r->text.growth);
	cc_think_free(&r->text.think);
	buf_free(&r->text.joined);
	buf_free(&r->reasoning.thought);
	json_object_put(r->reasoning.details);
	json_object_put(r->stray.remark);
	cc_choices_free(&r->shown);
	cc_calls_free(&r->calls);
	return rc;
}
