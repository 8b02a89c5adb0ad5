/* SPDX-License-Identifier: MIT */
/* get: asks a server for one document, a list or a report, and has it read. */
#include "wire/wire.h"

struct get {
	struct wire_host to;
	wire_read read;
	void *ud;
	int32_t outcome; /* what read() or fail() returned */
	int came;
};

static int32_t judge(struct get *g, const hn_http_response *head, uint32_t kind, hn_str body)
{
	int32_t rc;
	if (wire_too_heavy(body))
		return wire_fail_protocol(&g->to, head,
			"the server sent too many values in one piece", (hn_str){ NULL, 0 });
	struct json_object *document = wire_parse(body);
	if (!document)
		rc = wire_fail_text(&g->to, head, body);
	else if (kind == HN_DATA_ERROR_BODY)
		rc = wire_fail_document(&g->to, head, document);
	else
		rc = g->read(g->ud, &g->to, head, document);
	json_object_put(document);
	return rc;
}

static int32_t on_data(
	void *ud, const hn_http_response *head, uint32_t kind, hn_str event, hn_str data)
{
	struct get *g = ud;
	(void)event;
	g->came = 1;
	g->outcome = judge(g, head, kind, wire_trim(data));
	return g->outcome < 0 ? g->outcome : HN_ENOUGH;
}

static int32_t ask(const struct wire_client *client, hn_call *call, hn_http_request *request, const char *path,
	wire_read read, void *ud)
{
	struct get g = { .to = wire_host_of(client, call), .read = read, .ud = ud };
	hn_http_response head = { .struct_size = sizeof head, .retry_after_ms = -1 };
	request->on_data = on_data;
	request->ud = &g;
	wire_address(client, call, request, path);
	int32_t rc = g.to.http->request(call, request, &head);
	if (g.outcome || rc < 0)
		return g.outcome ? g.outcome : rc;
	return g.came ? 0 : wire_fail_text(&g.to, &head, (hn_str){ NULL, 0 });
}

int32_t wire_get(const struct wire_client *client, hn_call *call, const char *path, wire_read read, void *ud)
{
	hn_http_request request = { .struct_size = sizeof request, .framing = HN_FRAME_WHOLE, .method = "GET" };
	return ask(client, call, &request, path, read, ud);
}

int32_t wire_post(const struct wire_client *client, hn_call *call, const char *path, struct json_object *body, wire_read read, void *ud)
{
	hn_http_request request = { .struct_size = sizeof request, .framing = HN_FRAME_WHOLE, .method = "POST" };
	request.body.p = json_print(body, JSON_C_TO_STRING_NOSLASHESCAPE, &request.body.n);
	return ask(client, call, &request, path, read, ud);
}
