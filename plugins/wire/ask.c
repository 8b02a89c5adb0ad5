/* SPDX-License-Identifier: MIT */
/* ask: sends a chat and has its answer read. */
#include "util/json.h"
#include "wire/reply.h"

int32_t wire_exchange(struct wire_client *client, struct wire_reply *r, const char *path, struct json_object *body)
{
	hn_call *call = r->to.call;
	hn_http_response head = { .struct_size = sizeof head, .retry_after_ms = -1 };
	hn_http_request request = { .struct_size = sizeof request,
		.framing = r->to.streams ? client->dialect->framing : HN_FRAME_WHOLE,
		.method = "POST",
		.on_data = wire_reply_data,
		.ud = r };
	request.body.p = json_print(body, JSON_C_TO_STRING_NOSLASHESCAPE, &request.body.n);
	wire_address(client, call, &request, path);
	int32_t rc = client->http->request(call, &request, &head);
	return wire_reply_end(r, rc, &head);
}

int32_t wire_converse(struct wire_client *client, struct wire_reply *r, hn_str model, const char *path, struct json_object *body)
{
	struct wire_host to = r->to;
	int32_t rc = wire_exchange(client, r, path, body);
	return rc == HN_ADAPTED ? wire_learn(client, &to, model, r->refused) : rc;
}
