/* SPDX-License-Identifier: MIT */
/*
 * verdict: how a call ends, once its request has: a reply that is complete, one that broke off, a
 * refusal to be asked so, an error.
 */
#include "wire/reply.h"

static int32_t emit_beside(struct wire_reply *r)
{
	struct wire_message words = { .max = 300 };
	hn_event e = { .struct_size = sizeof e,
		.type = HN_EV_UNSHOWN,
		.text = wire_beside_said(&r->beside, r->came.pieces > 0) };
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

/* Whether the model waits for results is said by its calls; servers disagree about the word. */
static int32_t finish_with_calls(const struct wire_reply *r, int32_t finish)
{
	if (!r->calls.told)
		return finish == HN_FINISH_TOOL_CALLS ? HN_FINISH_UNKNOWN : finish;
	return finish == HN_FINISH_STOP || !r->word.n ? HN_FINISH_TOOL_CALLS : finish;
}

static void log_passed(const struct wire_reply *r)
{
	hn_str passed = r->stray.says ? wire_words(r->stray.remark) : (hn_str){ "", 0 };
	if (passed.n)
		wire_log(&r->to, "passed over what is not a reply: %.*s", (int)(passed.n < 200 ? passed.n : 200), passed.p);
}

/* Ends a reply that is complete. */
static int32_t complete(struct wire_reply *r)
{
	int32_t rc = r->reader->complete ? r->reader->complete(r) : 0;
	int32_t finish = wire_finish_of(r->word);
	log_passed(r);
	rc = rc ? rc : wire_emit_calls(r, finish == HN_FINISH_LENGTH || finish == HN_FINISH_CONTENT_FILTER);
	rc = rc ? rc : emit_beside(r);
	hn_event e = { .struct_size = sizeof e,
		.type = HN_EV_FINISH,
		.finish = finish_with_calls(r, finish),
		.text = r->word };
	rc = rc ? rc : r->to.host->emit(r->to.call, &e);
	return rc < 0 ? rc : 0;
}

/* Fails for an answer that ended, or broke, before anything of a reply. Some servers find out what is
 * wrong only once they have begun to stream, and can say it only where they do not. */
static int32_t fail_unsaid(struct wire_reply *r, int32_t code, const hn_http_response *head)
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
static int32_t fail_remark(struct wire_reply *r, const hn_http_response *head)
{
	if (!r->came.answers)
		r->refused = wire_refused_stream(&r->to, r->stray.remark);
	return r->refused ? HN_ADAPTED : wire_fail_document(&r->to, head, r->stray.remark);
}

/* Fails for a reply that broke off after its beginning. */
static int32_t fail_cut(struct wire_reply *r, const hn_http_response *head)
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

/* Fails for a reply that is not complete. */
static int32_t incomplete(struct wire_reply *r, const hn_http_response *head)
{
	if (r->stray.says)
		return fail_remark(r, head);
	if (r->came.answers)
		return fail_cut(r, head);
	if (r->came.documents)
		return wire_fail_protocol(&r->to, head, "the answer holds no reply",
			r->stray.noise.n ? r->stray.noise : wire_words(r->stray.remark));
	if (r->stray.noise.n && r->stray.plain) {
		r->refused = wire_refused_words(&r->to, r->stray.noise, head->status);
		return r->refused ? HN_ADAPTED : wire_fail_words(&r->to, head, r->to.dialect->what, r->stray.noise);
	}
	if (r->stray.noise.n)
		return wire_fail_protocol(&r->to, head, r->to.dialect->what, r->stray.noise);
	return r->to.streams ? fail_unsaid(r, HN_ERR_PROTOCOL, head)
			     : wire_fail_protocol(&r->to, head, "empty response", r->stray.noise);
}

/* Says whether an answer that ended is a reply. A finish reason ends only replies. An end mark alone may also
 * end an answer that was never a reply, or that ended with words. */
static int is_reply(const struct wire_reply *r)
{
	if (r->word.n || (r->came.answers && !r->stray.says))
		return 1;
	struct json_object *o = r->stray.remark;
	int ours = !o || (r->to.dialect->is_ours && r->to.dialect->is_ours(o));
	return !r->stray.says && !r->stray.noise.n && ours;
}

static int32_t judge(struct wire_reply *r, int32_t rc, const hn_http_response *head)
{
	int ended = r->done || r->word.n, is_error = head->status < 200 || head->status >= 300;
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

static void free_reply(struct wire_reply *r)
{
	hn_str none = { NULL, 0 };
	wire_replace(&r->word, none);
	wire_replace(&r->by.model, none);
	wire_replace(&r->by.upstream, none);
	wire_replace(&r->stray.noise, none);
	buf_free(&r->halves.joined);
	buf_free(&r->kept.thought);
	json_object_put(r->stray.remark);
	wire_calls_free(&r->calls);
}

int32_t wire_reply_end(struct wire_reply *r, int32_t rc, const hn_http_response *head)
{
	int32_t rest = r->reader->rest ? r->reader->rest(r, head) : 0;
	rest = rest ? rest : wire_emit_halves(r);
	rc = judge(r, rc < 0 || rest >= 0 ? rc : rest, head);
	free_reply(r);
	return rc;
}
