/* SPDX-License-Identifier: MIT */
/* typed: text to values, for settings and for the options of plugins alike. */
#include "config/typed.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/duration.h"
#include "util/json.h"
#include "util/mem.h"
#include "util/number.h"

int typed_word(const char *text, const char *words)
{
	size_t n = strcspn(text, " "); /* several words are never one of them */
	for (const char *at = words; n && !text[n] && (at = strstr(at, text)); at += n)
		if ((at == words || at[-1] == ' ') && (at[n] == ' ' || !at[n]))
			return 0;
	return -1;
}

int typed_bool(const char *text, int64_t *out)
{
	*out = typed_word(text, "true yes on 1") == 0;
	return *out || typed_word(text, "false no off 0") == 0 ? 0 : -1;
}

int typed_int(const char *text, int64_t *out)
{
	const char *digits = text + (*text == '-' || *text == '+');
	if (!*digits || digits[strspn(digits, "0123456789")])
		return -1;
	errno = 0;
	*out = strtoll(text, NULL, 10);
	return errno ? -1 : 0;
}

int typed_number(const char *text, double *out)
{
	char *end;
	if (!*text || text[strspn(text, "+-.0123456789eE")])
		return -1;
	*out = number_read(text, &end);
	return end == text || *end || !isfinite(*out) ? -1 : 0;
}

int typed_time(const char *text, int64_t *ms)
{
	*ms = duration_ms(str_of(text));
	return *ms < 0 ? -1 : 0;
}

int typed_name(hn_str text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		int first = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		if (!first && (i == 0 || (c != '_' && c != '-')))
			return -1;
	}
	return text.n ? 0 : -1;
}

int typed_wrap(const char *text, int64_t *out)
{
	if (!strcmp(text, "auto") || !strcmp(text, "off")) {
		*out = *text == 'a' ? 0 : -1;
		return 0;
	}
	return typed_int(text, out) || *out < 20 || *out > 1000 ? -1 : 0;
}

static void add_item(struct typed_items *list, size_t *cap, hn_str item)
{
	list->items = xgrow(list->items, list->n, cap, sizeof *list->items);
	list->items[list->n++] = (hn_str){ str_dup(item), item.n };
}

/* Adds a JSON scalar as text; -1 if it is not a scalar. */
static int add_json(struct typed_items *list, size_t *cap, struct json_object *o)
{
	if (!o || json_object_is_type(o, json_type_object) ||
		json_object_is_type(o, json_type_array))
		return -1;
	size_t n = (size_t)json_object_get_string_len(o);
	const char *text = json_object_is_type(o, json_type_string)
				   ? json_object_get_string(o)
				   : json_print(o, JSON_C_TO_STRING_SPACED, &n);
	if (memchr(text, 0, n))
		return -1;
	add_item(list, cap, (hn_str){ text, n });
	return 0;
}

/* The text between commas, blanks taken off; an empty text is an empty list. */
static int comma_list(const char *text, struct typed_items *out)
{
	size_t cap = 0;
	for (const char *at = text; *text;) {
		size_t n = strcspn(at, ",");
		hn_str item = { at + strspn(at, " \t"), 0 };
		if (item.p < at + n)
			item.n = (size_t)(at + n - item.p);
		while (item.n && strchr(" \t", item.p[item.n - 1]))
			item.n--;
		add_item(out, &cap, item);
		if (!at[n])
			break;
		at += n + 1;
	}
	return 0;
}

static int end_items(struct typed_items *items, int rc)
{
	if (rc < 0)
		typed_items_free(items);
	return rc;
}

int typed_list(const char *text, struct typed_items *out)
{
	size_t cap = 0;
	int rc = 0;
	*out = (struct typed_items){ NULL, 0 };
	if (text[strspn(text, " \t\n")] != '[')
		return comma_list(text, out);
	struct json_object *o = json_read(str_of(text), NULL);
	if (!o)
		return -1;
	for (size_t i = 0; rc == 0 && i < json_object_array_length(o); i++)
		rc = add_json(out, &cap, json_object_array_get_idx(o, i));
	json_object_put(o);
	return end_items(out, rc);
}

int typed_map(const char *text, struct typed_items *out)
{
	size_t cap = 0;
	int rc = 0;
	*out = (struct typed_items){ NULL, 0 };
	struct json_object *o = json_read(str_of(text), NULL);
	if (!json_object_is_type(o, json_type_object)) {
		json_object_put(o);
		return -1;
	}
	json_object_object_foreach(o, key, value)
	{
		if (rc == 0) {
			add_item(out, &cap, str_of(key));
			rc = add_json(out, &cap, value);
		}
	}
	json_object_put(o);
	return end_items(out, rc);
}

int typed_node_list(const struct ynode *node, struct typed_items *out)
{
	size_t cap = 0;
	*out = (struct typed_items){ NULL, 0 };
	if (node->kind == Y_SCALAR) {
		add_item(out, &cap, str_of(node->text));
		return 0;
	}
	for (size_t i = 0; i < node->n && node->kind == Y_LIST; i++) {
		if (node->items[i].kind != Y_SCALAR)
			return end_items(out, -1);
		add_item(out, &cap, str_of(node->items[i].text));
	}
	return node->kind == Y_LIST ? 0 : -1;
}

int typed_node_map(const struct ynode *node, struct typed_items *out)
{
	size_t cap = 0;
	*out = (struct typed_items){ NULL, 0 };
	for (size_t i = 0; i < node->n && node->kind == Y_MAP; i++) {
		if (node->items[i].kind != Y_SCALAR)
			return end_items(out, -1);
		add_item(out, &cap, str_of(node->items[i].key));
		add_item(out, &cap, str_of(node->items[i].text));
	}
	return node->kind == Y_MAP ? 0 : -1;
}

char *typed_items_json(const struct typed_items *list, int is_map)
{
	struct json_object *o = is_map ? json_new_object() : json_new_array();
	struct buf out = BUF(BUF_NO_CAP);
	for (size_t i = 0; i < list->n; i += is_map ? 2 : 1) {
		if (is_map)
			json_add_text(o, list->items[i].p, list->items[i + 1]);
		else
			json_append(o, json_of(list->items[i]));
	}
	json_write(o, &out);
	json_object_put(o);
	return buf_take(&out);
}

void typed_items_copy(struct typed_items *to, const struct typed_items *from)
{
	size_t cap = 0;
	*to = (struct typed_items){ NULL, 0 };
	for (size_t i = 0; i < from->n; i++)
		add_item(to, &cap, from->items[i]);
}

void typed_items_free(struct typed_items *list)
{
	for (size_t i = 0; i < list->n; i++)
		free((void *)(uintptr_t)list->items[i].p);
	free(list->items);
	*list = (struct typed_items){ NULL, 0 };
}
