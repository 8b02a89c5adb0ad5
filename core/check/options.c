/* SPDX-License-Identifier: MIT */
/* options: see the header. */
#include "check/options.h"

#include <stdlib.h>
#include <string.h>

#include "call/size.h"
#include "config/typed.h"
#include "check/findings.h"
#include "check/lend.h"
#include "util/json.h"
#include "util/mem.h"

#define ENDPOINT "http://127.0.0.1:9"

static const hn_option *option_at(const struct world *w, uint32_t i)
{
	return HN_AT(hn_option, w->subject->desc->options, w->subject->desc->option_stride, i);
}

static const hn_option *option_find(const struct world *w, const char *key)
{
	for (uint32_t i = 0; i < w->subject->desc->n_options; i++)
		if (!strcmp(option_at(w, i)->key, key))
			return option_at(w, i);
	return NULL;
}

/* ---- what stands in the answers, or is the default ---- */

/* The value as text (allocated), or NULL: it has none. */
static char *text_of(const struct world *w, const hn_option *o)
{
	struct json_object *said = w->answers ? json_member(w->answers->options, o->key) : NULL;
	int is_secret = (o->flags & HN_OPTION_SECRET) != 0;
	if (w->unset && !(o->flags & HN_OPTION_REQUIRED && !(o->flags & HN_OPTION_AT_HOME)))
		return is_secret ? NULL : xstrdup(o->initial);
	if (json_object_is_type(said, json_type_string))
		return str_dup(json_text(w->answers->options, o->key));
	if (said)
		return xstrdup(json_object_get_string(said));
	if (o->flags & HN_OPTION_ENDPOINT)
		return xstrdup(ENDPOINT);
	if (is_secret)
		return xstrdup("k");
	return xstrdup(o->initial);
}

/* ---- hostile values ---- */

/* One of the kinds of hostile text, by number from 1. */
static hn_str hostile_text(int kind)
{
	static char large[65536];
	static const hn_str texts[] = { { "", 0 }, { large, sizeof large }, { "a\0b", 3 }, { "\"'\\`$(x)\"", 9 }, { "a\r\nX-Evil: 1\r\n\r\n", 16 },
		{ "\x1b[2J\x1b]0;x\x07", 10 }, { "\xff\xfe\xc3", 3 }, { "{\"a\":[", 6 }, { "%s%n%d", 6 }, { "../../\xE2\x80\xAE", 9 } };
	memset(large, 'x', sizeof large);
	return texts[(kind - 1) % (int)(sizeof texts / sizeof *texts)];
}

static void hostile_list(struct call *c, const hn_option *o, hn_value *v, int kind)
{
	hn_str one = hostile_text(kind);
	hn_str items[8];
	uint32_t n = kind == 1 ? 0 : 4;
	for (uint32_t i = 0; i < 8; i++)
		items[i] = lend_str(c, "an item of an option", i % 2 ? one : (hn_str){ i % 4 ? "x-a" : "x-b", 3 });
	v->items = lend(c, "hn_value.items", items, (o->type == HN_OPT_MAP ? 2 : 1) * n * sizeof *items);
	v->n = n;
	v->s = lend_str(c, "hn_value.s", str_of(o->type == HN_OPT_MAP ? "{}" : "[]"));
	v->is_set = 1;
}

static void hostile_word(struct call *c, const hn_option *o, hn_value *v, int kind)
{
	const char *word = o->values;
	for (int i = 0; i < kind && strchr(word, ' '); i++)
		word = strchr(word, ' ') + 1;
	v->s = lend_str(c, "hn_value.s", (hn_str){ word, strcspn(word, " ") });
	v->is_set = 1;
}

/* Values that hobnob would take from a user, and nobody expects. */
static void give_hostile(struct call *c, const hn_option *o, hn_value *v, int kind)
{
	static const int64_t ints[] = { 0, -1, INT64_MAX, INT64_MIN, 1, INT32_MAX, -INT64_C(2147483649), 42, 1000000000000, 7 };
	static const double numbers[] = { 0, -1, 1e308, -1e308, 1e-308, 0.5, 1e18, -0.0, 3, 1e9 };
	static const char *const documents[] = { "{}", "[]", "null", "\"\\u0000\"", "[[[[[[[[[[]]]]]]]]]]", "{\"a\":{\"b\":null}}", "1e308", "true",
		"{\"messages\":[],\"model\":7}", "[1,\"x\",null]" };
	static const char *const urls[] = { "http://127.0.0.1:1", "http://[::1]:9/v1", "https://x.example/a?b=c&d=%00", "http://127.0.0.1:9/%s%n",
		"http://localhost/very/deep/path/of/a/gateway", "http://127.0.0.1:65535", "https://xn--e1afmkfd.example", "http://127.0.0.1:9/a;b",
		"http://127.0.0.1:9/?", "http://127.0.0.1:9/v1?x" };
	int at = (kind - 1) % 10;

	v->is_set = 1;
	switch (o->type) {
	case HN_OPT_INT: v->i = ints[at]; return;
	case HN_OPT_BOOL: v->i = at % 2; return;
	case HN_OPT_NUMBER: v->d = numbers[at]; return;
	case HN_OPT_ENUM: hostile_word(c, o, v, kind); return;
	case HN_OPT_LIST:
	case HN_OPT_MAP: hostile_list(c, o, v, kind); return;
	case HN_OPT_JSON: v->s = lend_str(c, "hn_value.s", str_of(documents[at])); return;
	case HN_OPT_URL: v->s = lend_str(c, "hn_value.s", str_of(urls[at])); return;
	default: v->s = lend_str(c, "hn_value.s", hostile_text(kind));
	}
}

/* ---- filling a value ---- */

/* A handle: the key of the option, at an address of its own. */
static struct { const hn_option *option; char handle[16]; } secrets[32];

static const hn_secret *secret_of(const hn_option *o)
{
	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
		if (secrets[i].option && secrets[i].option != o)
			continue;
		secrets[i].option = o;
		return (const hn_secret *)(const void *)secrets[i].handle;
	}
	return NULL;
}

const char *options_secret(const hn_secret *handle)
{
	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
		if (secrets[i].option && (const void *)secrets[i].handle == (const void *)handle)
			return secrets[i].option->key;
	return NULL;
}

static void give_items(struct call *c, const hn_option *o, hn_value *v, const char *text)
{
	struct typed_items items = { 0 };
	if (o->type == HN_OPT_MAP ? typed_map(text, &items) : typed_list(text, &items))
		return;
	hn_str *lent = xcalloc(items.n + 1, sizeof *lent);
	for (size_t i = 0; i < items.n; i++)
		lent[i] = lend_str(c, "an item of an option", items.items[i]);
	v->items = lend(c, "hn_value.items", lent, items.n * sizeof *lent);
	v->n = (uint32_t)(o->type == HN_OPT_MAP ? items.n / 2 : items.n);
	free(lent);
	typed_items_free(&items);
}

static void give_text(struct call *c, const hn_option *o, hn_value *v, const char *text)
{
	v->is_set = 1;
	if (o->flags & HN_OPTION_SECRET) {
		v->secret = secret_of(o);
		return;
	}
	v->s = lend_str(c, "hn_value.s", str_of(text));
	if (o->type == HN_OPT_INT)
		(void)typed_int(text, &v->i);
	else if (o->type == HN_OPT_BOOL)
		(void)typed_bool(text, &v->i);
	else if (o->type == HN_OPT_NUMBER)
		(void)typed_number(text, &v->d);
	else if (o->type == HN_OPT_LIST || o->type == HN_OPT_MAP)
		give_items(c, o, v, text);
}

int32_t options_give(struct call *c, const char *key, hn_value *out)
{
	const struct world *w = c->world;
	const hn_option *o = key ? option_find(w, key) : NULL;
	hn_value v = { .struct_size = sizeof v };
	if (!o) {
		breach(RULE_OPTIONS_DECLARED, "it asked for the option \"%s\", which it does not declare", key ? key : "NULL");
		return HN_ERR_PLUGIN;
	}
	char *text = text_of(w, o);
	v.type = o->type;
	if (w->hostile && !(o->flags & HN_OPTION_SECRET))
		give_hostile(c, o, &v, w->hostile);
	else if (text)
		give_text(c, o, &v, text);
	free(text);
	return size_out(&sized_value, out, &v, NULL);
}

const char *options_lack(const struct subject *s, const struct answers *answers)
{
	const struct world w = { .subject = s, .answers = answers };
	for (uint32_t i = 0; i < s->desc->n_options; i++) {
		char *text = option_at(&w, i)->flags & HN_OPTION_REQUIRED ? text_of(&w, option_at(&w, i)) : xstrdup("");
		if (!text)
			return option_at(&w, i)->key;
		free(text);
	}
	return NULL;
}

char *options_endpoint(const struct world *w)
{
	for (uint32_t i = 0; i < w->subject->desc->n_options; i++)
		if (option_at(w, i)->flags & HN_OPTION_ENDPOINT)
			return text_of(w, option_at(w, i));
	return NULL;
}

char *options_model(const struct world *w)
{
	const hn_option *o = option_find(w, "model");
	char *text = o ? text_of(w, o) : NULL;
	return text && *text ? text : (free(text), xstrdup("m"));
}
