/* SPDX-License-Identifier: MIT */
/* options_value: makes a typed value of what was said of an option. */
#include "config/options_private.h"

#include <stdlib.h>
#include <string.h>

#include "util/encoding.h"
#include "util/json.h"
#include "util/mem.h"
#include "util/url.h"

static const char *const expects[] = {
	[HN_OPT_STRING] = "text",
	[HN_OPT_INT] = "a whole number",
	[HN_OPT_NUMBER] = "a number",
	[HN_OPT_BOOL] = "true or false",
	[HN_OPT_URL] = "an http or https URL without user name or password",
	[HN_OPT_PATH] = "a path",
	[HN_OPT_ENUM] = "a word",
	[HN_OPT_LIST] = "a list",
	[HN_OPT_MAP] = "a map of texts",
	[HN_OPT_JSON] = "a JSON value or a map",
};

/* Says what was got, without what may be secret in it: a password in a URL, a key in a header. */
static void add_got(const hn_option *decl, const struct ynode *got, struct buf *out)
{
	if (got->kind != Y_SCALAR) {
		typed_got(got, out);
	} else if (decl->type == HN_OPT_URL) {
		buf_addc(out, '"');
		url_show(str_of(got->text), out);
		buf_addc(out, '"');
	} else if (decl->type == HN_OPT_MAP || decl->type == HN_OPT_JSON) {
		buf_adds(out, "a text");
	} else {
		typed_got(got, out);
	}
}

/* The error of a value that does not fit; -1. */
static int refuse(const hn_option *decl, const char *label, const struct ynode *got, char **error)
{
	struct buf out = BUF(BUF_NO_CAP);
	buf_addf(&out, "%s: expected ", label);
	if (decl->type == HN_OPT_ENUM && decl->values)
		typed_words(decl->values, &out);
	else
		buf_adds(&out, decl->type < sizeof expects / sizeof *expects ? expects[decl->type]
									     : "nothing");
	buf_adds(&out, ", got ");
	add_got(decl, got, &out);
	*error = buf_take(&out);
	return -1;
}

/* 1 if text is one JSON value. */
static int is_json(const char *text)
{
	struct json_object *o = json_read(str_of(text), NULL);
	json_object_put(o);
	return o != NULL;
}

/* 1 if text is a URL. */
static int is_url(const char *text)
{
	char *origin = url_origin(text);
	free(origin);
	return origin != NULL;
}

/* Reads a scalar by its type. */
static int read_scalar(const hn_option *decl, const char *text, hn_value *v)
{
	switch (decl->type) {
	case HN_OPT_INT:
		return typed_int(text, &v->i);
	case HN_OPT_NUMBER:
		return typed_number(text, &v->d);
	case HN_OPT_BOOL:
		return typed_bool(text, &v->i);
	case HN_OPT_URL:
		return is_url(text) ? 0 : -1;
	case HN_OPT_ENUM:
		return decl->values ? typed_word(text, decl->values) : -1;
	case HN_OPT_JSON:
		return is_json(text) ? 0 : -1;
	case HN_OPT_STRING:
	case HN_OPT_PATH:
		return 0;
	}
	return -1;
}

/* Completes a value: its text is there, and its items if it is a list or a map. */
static void complete(struct option_value *out, const struct typed_items *items)
{
	out->items = items->items;
	out->value.struct_size = sizeof out->value;
	out->value.type = out->decl->type;
	out->value.s = str_of(out->text);
	out->value.items = items->items;
	out->value.n = (uint32_t)(out->decl->type == HN_OPT_MAP ? items->n / 2 : items->n);
	out->value.is_set = 1;
}

/* A value of text: the environment's, -o's, or a default. */
int option_parse_text(const char *text, const char *label, struct option_value *out, char **error)
{
	const hn_option *decl = out->decl;
	text = text_unmarked(str_of(text)).p;
	const struct ynode got = { .kind = Y_SCALAR, .text = (char *)(uintptr_t)text };
	const char *hint, *why = decl->type == HN_OPT_PATH ? NULL : text_fault(str_of(text), &hint);
	if (why) {
		*error = xasprintf("%s: %s\n%s", label, why, hint);
		return -1;
	}
	struct typed_items items = { NULL, 0 };
	int is_map = decl->type == HN_OPT_MAP, many = is_map || decl->type == HN_OPT_LIST;
	int rc = is_map ? typed_map(text, &items)
		 : many ? typed_list(text, &items)
			: read_scalar(decl, text, &out->value);
	if (rc < 0)
		return refuse(decl, label, &got, error);
	out->text = many ? typed_items_json(&items, is_map) : xstrdup(text);
	complete(out, &items);
	return 0;
}

/* A value of what was said. */
int option_parse(const struct said *said, struct option_value *out, char **error)
{
	const hn_option *decl = out->decl;
	struct typed_items items = { NULL, 0 };
	const struct ynode *node = said->node;
	if (!node)
		return option_parse_text(said->text, said->label, out, error);
	int is_map = decl->type == HN_OPT_MAP, many = is_map || decl->type == HN_OPT_LIST;
	if (many && (node->kind != Y_SCALAR || !is_map)) {
		int rc = is_map ? typed_node_map(node, &items) : typed_node_list(node, &items);
		if (rc < 0)
			return refuse(decl, said->label, node, error);
		out->text = typed_items_json(&items, is_map);
	} else if (node->kind == Y_SCALAR) {
		return option_parse_text(node->text, said->label, out, error);
	} else if (decl->type == HN_OPT_JSON) {
		out->text = yaml_json(node);
	} else {
		return refuse(decl, said->label, node, error);
	}
	complete(out, &items);
	return 0;
}
