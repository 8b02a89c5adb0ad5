/* SPDX-License-Identifier: MIT */
/* relay: hobnob.relay/1: one request of a frontend's, of which nothing is kept. */
#include "session/session_private.h"

static int32_t relay_ask(hn_session *s, hn_str provider, const hn_request *req, hn_on_event on_event, void *ud)
{
	int32_t code;

	if (session_enter(s, "ask", on_event, ud))
		return HN_ERR_USAGE;
	code = chat_relay(s->chat, provider, req);
	session_exit(s);
	return code;
}

static int32_t relay_models(hn_session *s, hn_str provider, int32_t (*put)(void *ud, const hn_model *), void *ud,
	hn_error *why)
{
	int32_t code;

	if (session_enter(s, "models", NULL, NULL))
		return HN_ERR_USAGE;
	fault_free(&s->why);
	if (!put)
		code = fault_set(&s->why, HN_ERR_USAGE, NULL, "models() was given no put()");
	else
		code = chat_models(s->chat, provider, put, ud, &s->why);
	session_say_why(s, why);
	session_exit(s);
	return code;
}

const hn_relay relay_service = {
	.struct_size = sizeof(hn_relay),
	.ask = relay_ask,
	.models = relay_models,
};
