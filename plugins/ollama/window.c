/* SPDX-License-Identifier: MIT */
/*
 * window: how many tokens the server is asked to make room for, and whether they were too few.
 *
 * The server takes num_ctx when it loads a model, and loads the model again when num_ctx changes; each token of it
 * costs memory. So it grows in powers of two, as a conversation needs it. A small window is asked for whole.
 */
#include "ollama.h"

#include <inttypes.h>
#include <stdio.h>

#define WINDOW_WHOLE 16384 /* tokens: memory for so many is there wherever models run */
#define WINDOW_LEAST 4096
#define WINDOW_MOST ((int64_t)1 << 30)
#define REPLY_USUAL 4096   /* tokens of a reply that has no limit */
#define TEMPLATE_TOKENS 256 /* that the server adds to a prompt */
#define IMAGE_TOKENS 768   /* as the server counts an image */
#define TOKEN_BYTES 3      /* where nobody estimated the prompt */

/* Tokens of a prompt, where hobnob says nothing of it. */
static int64_t guess(const hn_request *req)
{
	size_t bytes = 0;
	for (uint32_t i = 0; i < req->n_messages; i++)
		bytes += wire_message_at(req, i)->text.n;
	for (uint32_t i = 0; req->set & HN_SET_TOOLS && i < req->n_tools; i++)
		bytes += wire_tool_at(req, i)->schema.n + wire_tool_at(req, i)->description.n;
	return (int64_t)(bytes / TOKEN_BYTES + wire_parts_in(req, HN_PART_IMAGE) * IMAGE_TOKENS);
}

int64_t ollama_window(const hn_request *req, uint32_t refused)
{
	int64_t prompt = req->prompt > 0 ? req->prompt : guess(req), n = WINDOW_LEAST;
	int64_t reply = req->set & HN_SET_MAX_TOKENS ? req->max_tokens : REPLY_USUAL;
	int64_t need = prompt + prompt / 4 + TEMPLATE_TOKENS + reply; /* an estimate may be off by a quarter */
	if (req->window > 0 && req->window <= WINDOW_WHOLE)
		return req->window;
	while (n < need && n < WINDOW_MOST)
		n *= 2;
	n *= refused & OLLAMA_ROOM ? 2 : 1;
	return req->window > 0 && req->window < n ? req->window : n;
}

int64_t ollama_limit(const struct ollama_style *style, const hn_request *req, uint32_t refused, struct json_object *body)
{
	int64_t n = wire_count(wire_path(body, "options.num_ctx")), needed = ollama_window(req, refused);
	if (n <= 0 || (style->num_ctx <= 0 && n == needed && n != req->window))
		return 0;
	return n;
}

int32_t ollama_tell_full(struct wire_reply *w, int64_t num_ctx, int64_t prompt, int64_t reply, int32_t finish)
{
	char text[256];
	int ended = finish == HN_FINISH_LENGTH && reply > 0 && reply < w->to.limit;
	int n = 0;
	if (num_ctx <= 0 || prompt <= 0)
		return 0;
	if (prompt >= num_ctx - 1)
		n = snprintf(text, sizeof text,
			"the prompt fills num_ctx (%" PRId64 " tokens): the server has left out what did not fit; "
			"raise num_ctx, or set context_tokens to it", num_ctx);
	else if (ended && prompt + reply >= num_ctx - 1)
		n = snprintf(text, sizeof text, "the reply ended because num_ctx (%" PRId64 " tokens) is full; raise it", num_ctx);
	return n > 0 ? wire_emit_notice(w, (hn_str){ text, (size_t)n }) : 0;
}
