/* SPDX-License-Identifier: MIT */
/*
 * models: what a server has, and what its models can do. Newer servers say all of it in the list; of an older
 * one each model is asked for by itself.
 */
#include "ollama.h"

#include <string.h>

#include "util/said.h"

#define SHOWN_MOST 64 /* models that are asked for by themselves; of more, only the names are known */

struct listing {
	const struct ollama *ollama;
	hn_call *call;
	int32_t (*put)(void *ud, const hn_model *);
	void *ud;
	struct json_object *list;  /* of the models */
	struct json_object *shown; /* what the last question about one gave, or NULL */
	unsigned asked;
};

/* The window of a model: a member whose name begins with its architecture. */
static int64_t context_of(struct json_object *info)
{
	struct buf key = BUF(256);
	buf_addstr(&key, wire_text(wire_member(info, "general.architecture")));
	buf_adds(&key, ".context_length");
	int64_t n = key.n ? wire_count(wire_member(info, key.p)) : -1;
	buf_free(&key);
	return n;
}

/* What a model of this server takes: bits that the server says nothing of stay set. */
static void read_abilities(struct json_object *capabilities, hn_model *out)
{
	static const struct { const char *name; uint32_t accepts, heeds; } table[] = {
		{ "vision", 1u << HN_PART_IMAGE, 0 },
		{ "tools", 0, HN_SET_TOOLS | HN_SET_TOOL_CHOICE },
		{ "thinking", 0, HN_SET_EFFORT },
	};
	if (!wire_first(capabilities))
		return;
	out->set |= HN_MODEL_ACCEPTS | HN_MODEL_HEEDS;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (wire_lists(capabilities, table[i].name))
			continue;
		out->accepts &= ~table[i].accepts;
		out->heeds &= ~table[i].heeds;
	}
}

static int32_t keep_shown(void *listing, const struct wire_host *to, const hn_http_response *head, struct json_object *document)
{
	struct listing *l = listing;
	if (wire_find_error(document, 0))
		return wire_fail_document(to, head, document);
	l->shown = json_object_get(document);
	return 0;
}

/* Asks what one model is. A model that went away meanwhile, or cannot be read, is no reason to list none. */
static int32_t show(struct listing *l, hn_str id)
{
	struct json_object *body = json_new_object();
	json_object_put(l->shown);
	l->shown = NULL;
	json_set(body, "model", wire_string(id));
	int32_t rc = wire_post(&l->ollama->client, l->call, "/api/show", body, keep_shown, l);
	json_object_put(body);
	return rc == HN_ERR_INTERRUPTED || rc == HN_ERR_NETWORK || rc == HN_ERR_TIMEOUT ? rc : 0;
}

static int32_t put_model(struct listing *l, struct json_object *entry)
{
	hn_str id = wire_text(wire_member(entry, "model"));
	id = id.n ? id : wire_text(wire_member(entry, "name"));
	struct json_object *abilities = wire_member(entry, "capabilities");
	int64_t context = wire_count(wire_path(entry, "details.context_length"));
	int32_t rc = 0;
	if (id.n && (context <= 0 || !wire_first(abilities)) && l->asked++ < SHOWN_MOST) {
		rc = show(l, id);
		abilities = wire_first(abilities) ? abilities : wire_member(l->shown, "capabilities");
		context = context > 0 ? context : context_of(wire_member(l->shown, "model_info"));
	}
	if (rc || !id.n || (wire_first(abilities) && !wire_lists(abilities, "completion")))
		return rc;
	int64_t asked = l->ollama->style.num_ctx;
	hn_model m = wire_model(id);
	m.context = asked > 0 && (context <= 0 || asked < context) ? asked : context > 0 ? context : -1;
	read_abilities(abilities, &m);
	model_say(&m);
	return l->put(l->ud, &m);
}

static int32_t keep_list(void *listing, const struct wire_host *to, const hn_http_response *head, struct json_object *document)
{
	struct listing *l = listing;
	struct json_object *list = NULL;
	int found = json_object_is_type(document, json_type_object) && json_object_object_get_ex(document, "models", &list) &&
		    (!list || json_object_is_type(list, json_type_array));
	int32_t rc = wire_check_list(to, head, document, found);
	l->list = rc ? NULL : json_object_get(list);
	return rc;
}

int32_t ollama_models(void *self, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	struct listing l = { .ollama = self, .call = call, .put = put, .ud = ud };
	int32_t rc = wire_get(&l.ollama->client, call, "/api/tags", keep_list, &l);
	for (size_t i = 0; l.list && !rc && i < json_object_array_length(l.list); i++) {
		rc = put_model(&l, json_object_array_get_idx(l.list, i));
	}
	json_object_put(l.shown);
	json_object_put(l.list);
	return rc;
}
