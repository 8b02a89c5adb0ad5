/* SPDX-License-Identifier: MIT */
/*
 * reasoning: /reasoning: what the model reasoned for a reply, as far as its provider gave it.
 *
 * Some providers give the text, some a summary of it, some bytes that only they can read, some nothing. None says which,
 * but most count its tokens: a text that is much shorter than that is not all of it.
 */
#include "commands/commands_private.h"

#include <inttypes.h>

#include "tokens/tokens.h"
#include "util/mem.h"

#define PART_LEAST 64 /* tokens that a text of less than half the count lacks at least, to be called a part */

/* The place of the reply that is meant, from 1: the one that args number, or the last; 0 with the result failed. */
static size_t reply_of(const struct history *h, hn_str args, struct command_result *r)
{
	size_t last = h->n_view, n = args_number(&args);

	while (last && h->view[last - 1]->role != HN_ROLE_ASSISTANT)
		last--;
	if (args.n)
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "which reply? /reasoning N; /history numbers them");
	else if (n > h->n_view)
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "there is no message %zu: /history numbers them", n);
	else if (n && h->view[n - 1]->role != HN_ROLE_ASSISTANT)
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "message %zu is not the model's: only a reply has reasoning", n);
	else if (!n && !last)
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "there is no reply yet");
	return r->fault.kind ? 0 : n ? n : last;
}

/* Bytes that only its provider can read, such as encrypted reasoning. */
static size_t opaque_bytes(const struct message *m)
{
	size_t sum = 0;

	for (size_t i = 0; i < m->n_parts; i++)
		if (m->parts[i].type == HN_PART_OPAQUE)
			sum += m->parts[i].n;
	return sum;
}

/* Where else there is reasoning, as a hint (allocated), or NULL. */
static char *elsewhere(const struct history *h)
{
	for (size_t i = h->n_view; i-- > 0;)
		if (h->view[i]->n_reasoning)
			return xasprintf("message %zu has some: /reasoning %zu", i + 1, i + 1);
	return NULL;
}

/* Says why there is no text. */
static void tell_none(const struct history *h, size_t n, struct command_result *r)
{
	const struct message *m = h->view[n - 1];
	const char *by = m->instance ? m->instance : "the provider";
	char *hint = elsewhere(h);

	if (m->usage.reasoning > 0)
		fault_set(&r->fault, HN_ERR_USAGE, hint, "the reasoning of message %zu (%" PRId64 " tokens) was not shown by %s", n,
			m->usage.reasoning, by);
	else if (opaque_bytes(m))
		fault_set(&r->fault, HN_ERR_USAGE, hint, "message %zu has no reasoning as text, but %zu bytes that only %s can read", n,
			opaque_bytes(m), by);
	else
		fault_set(&r->fault, HN_ERR_USAGE, hint, "message %zu has no reasoning", n);
	free(hint);
}

/* Says that the text is a part of what was counted, if so. */
static void tell_part(const struct message *m, int64_t text_is, struct buf *out)
{
	if (m->usage.reasoning > 2 * text_is && m->usage.reasoning - text_is >= PART_LEAST)
		buf_addf(out, "%s(a summary or a part: about %" PRId64 " tokens of %" PRId64 ")",
			out->n && out->p[out->n - 1] == '\n' ? "\n" : "\n\n", text_is, m->usage.reasoning);
}

void command_reasoning(struct commands *c, hn_str args, struct command_result *r)
{
	const struct history *h = &c->chat->talk.history;
	size_t n = reply_of(h, args, r);
	const struct message *m = n ? h->view[n - 1] : NULL;

	if (m && !m->n_reasoning)
		tell_none(h, n, r);
	if (!m || !m->n_reasoning)
		return;
	const hn_str text = { m->reasoning, m->n_reasoning };
	buf_addstr(&r->text, text);
	tell_part(m, tokens_prior_in(tokens_vocabulary(m->model ? m->model : ""), text), &r->text);
	result_int(r, "message", (int64_t)n);
	result_text(r, "text", text);
	json_add_int_or_null(r->data, "tokens", m->usage.reasoning);
}
