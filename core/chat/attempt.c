/* SPDX-License-Identifier: MIT */
/* attempt: one request of a turn: what it sends is lent by lend.c, what comes is taken by take.c. */
#include "chat/chat_private.h"

#include "plugin/provider.h"
#include "util/json.h"
#include "util/names.h"

struct sink {
	struct turn *turn;
	hn_call *call;
};

/* The call's sink: remembers when the frontend could not show it. */
static int32_t sink(void *ud, const hn_event *event)
{
	struct sink *k = ud;
	int32_t code;

	if (k->turn->chat->dry_run)
		return HN_ERR_INTERRUPTED;
	code = take_event(k->turn, k->call, event);
	if (code < 0 && code != k->call->error.code)
		k->turn->shown = code;
	return code;
}

/* What a message has beside its text: the bytes are not shown. */
static struct json_object *describe_parts(const hn_message *m)
{
	struct json_object *list = json_new_array();

	for (uint32_t i = 0; i < m->n_parts; i++) {
		const hn_part *p = HN_AT(hn_part, m->parts, m->part_stride, i);
		struct json_object *o;

		if (p->type == HN_PART_TEXT)
			continue;
		o = json_new_object();
		json_add_text(o, "type", str_of(part_type_name(p->type)));
		json_add_text(o, "name", p->name);
		json_add_text(o, "mime", p->mime);
		json_add_int(o, "bytes", (int64_t)p->data.n);
		json_append(list, o);
	}
	return list;
}

/* --dry-run of a provider without http: the messages stand for the body. */
static void describe_messages(const hn_request *req, struct buf *out)
{
	struct json_object *o = json_new_object(), *body = json_new_array();

	for (uint32_t i = 0; i < req->n_messages; i++) {
		struct json_object *m = json_new_object(), *parts = describe_parts(&req->messages[i]);

		json_add_text(m, "role", str_of(role_name(req->messages[i].role)));
		json_add_text(m, "content", req->messages[i].text);
		if (json_object_array_length(parts))
			json_set(m, "parts", parts);
		else
			json_object_put(parts);
		json_append(body, m);
	}
	json_add_null(o, "method");
	json_add_null(o, "url");
	json_set(o, "headers", json_new_object());
	json_set(o, "body", body);
	if (req->set & HN_SET_SCHEMA)
		json_set(o, "schema", json_read(req->schema, NULL));
	json_write(o, out);
	json_object_put(o);
}

/* 1 if the reply is there, though chat() failed afterwards: it was finished, and there is something in it. */
static int is_whole(const struct turn *t)
{
	return t->in.finish != HN_FINISH_NONE && t->in.emitted;
}

/* What an attempt came to, whatever the plugin returned. */
static int32_t judge(struct turn *t, hn_call *call, int32_t code)
{
	const char *plugin = t->chat->answerer->provider->plugin->name;

	if (t->shown)
		return t->shown;
	if (call_breached(call))
		return HN_ERR_PLUGIN;
	if (code < 0 && cancel_is_set(call->cancel))
		return HN_ERR_INTERRUPTED;
	if (code == 0 && t->in.finish != HN_FINISH_NONE)
		return 0;
	if (code == HN_ADAPTED && !t->in.emitted)
		return code;
	if (is_whole(t)) {
		log_line(t->chat->rt->log, LOG_STEP, "%s: failed after the finish: %s", plugin,
			call->error.message ? call->error.message : "it did not say why");
		return 0;
	}
	if (code == HN_ERR_INTERRUPTED || call->error.code == HN_ERR_INTERRUPTED)
		return call_failf(call, HN_ERR_PLUGIN, NULL, "%s says that it was interrupted, and nobody did that",
			plugin);
	if (call->error.code)
		return call->error.code;
	if (code == 0)
		return call_failf(call, HN_ERR_TRUNCATED, NULL,
			"the reply may not be whole: %s ended it without a finish", plugin);
	if (code > 0)
		return call_failf(call, HN_ERR_PLUGIN, NULL,
			"%s returned %d from chat(), which means nothing there", plugin, code);
	return call_failf(call, code, NULL, "%s failed without saying why", plugin);
}

static void lend(struct turn *t, hn_call *call, hn_request *req)
{
	if (t->chat->relayed) {
		lend_relayed(t, req);
		return;
	}
	lend_messages(t, call, req);
	lend_settings(t, req);
}

int32_t attempt_check(struct turn *t, hn_call *call)
{
	hn_request req = { .struct_size = sizeof req };
	int32_t code;

	lend(t, call, &req);
	code = answerer_refuses(t->chat, call, &req);
	if (code == 0)
		answerer_doubts(t->chat, &req);
	return code;
}

int32_t attempt_run(struct turn *t, hn_call *call)
{
	hn_request req = { .struct_size = sizeof req, .model = str_of(t->chat->answerer->model) };
	struct sink k = { t, call };
	struct buf *dry = t->chat->dry_run;
	int32_t code;

	take_begin(t);
	lend(t, call, &req);
	call->sink = sink;
	call->sink_ud = &k;
	code = provider_chat(t->chat->answerer->provider, call, &req);
	call->sink = NULL;
	if (!dry)
		return judge(t, call, code);
	if (dry->n == 0 && (code == 0 || code == HN_ERR_INTERRUPTED))
		describe_messages(&req, dry);
	return dry->n ? 0 : judge(t, call, code);
}
