/* SPDX-License-Identifier: MIT */
/* value: makes a typed value of what was said. */
#include "config/value_private.h"

#include <stdlib.h>
#include <string.h>

#include "config/paths.h"
#include "util/address.h"
#include "util/encoding.h"
#include "util/json.h"
#include "util/mem.h"
#include "util/money.h"
#include "util/url.h"

static const char *const expects[SET_TYPES] = {
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
	[SET_TIME] = "a time",
	[SET_MONEY] = "an amount in USD",
	[SET_PRICE] = "a price in USD per million tokens (at most 6 decimals)",
	[SET_WRAP] = "auto, off or columns (20 to 1000)",
	[SET_NAME] = "a name (a-z, 0-9, - and _)",
};

static int is_bounded(const hn_option *decl)
{
	return (decl->flags & SET_BOUNDED) && decl->values;
}

/* "auto, always or never" of words that one space separates. */
static void add_words(const char *words, struct buf *out)
{
	const char *last = strrchr(words, ' ');
	for (const char *at = words; *at; at++) {
		if (*at != ' ')
			buf_addc(out, *at);
		else
			buf_adds(out, at == last ? " or " : ", ");
	}
}

void value_expects(const hn_option *decl, struct buf *out)
{
	if (decl->type == HN_OPT_ENUM && decl->values) {
		add_words(decl->values, out);
		return;
	}
	buf_adds(out, decl->type < SET_TYPES ? expects[decl->type] : "nothing");
	if (is_bounded(decl)) {
		int n = (int)strcspn(decl->values, " ");
		buf_addf(out, decl->values[n] ? " from %.*s to %s" : " of at least %.*s%s", n,
			decl->values, decl->values[n] ? decl->values + n + 1 : "");
	}
	if (decl->type == SET_TIME)
		buf_adds(out, " (such as 500ms, 10s, 2m)");
}

/* Says what was got, without what may be secret in it: a password in a URL, a key in a header. */
static void add_got(const hn_option *decl, const struct ynode *got, struct buf *out)
{
	uint32_t type = decl ? decl->type : HN_OPT_STRING;
	if (got->kind != Y_SCALAR) {
		buf_adds(out, got->kind == Y_LIST ? "a list" : "a map");
	} else if (type == HN_OPT_MAP || type == HN_OPT_JSON) {
		buf_adds(out, "a text");
	} else if (type == HN_OPT_URL) {
		buf_addc(out, '"');
		url_show(str_of(got->text), out);
		buf_addc(out, '"');
	} else {
		buf_addf(out, "\"%s\"", got->text);
	}
}

int value_refuse(const char *label, const hn_option *decl, const char *expected,
	const struct ynode *got, struct fault *f)
{
	struct buf out = BUF(BUF_NO_CAP);
	buf_addf(&out, "%s: expected %s", label, expected ? expected : "");
	if (!expected)
		value_expects(decl, &out);
	buf_adds(&out, ", got ");
	add_got(decl, got, &out);
	int rc = fault_set(f, HN_ERR_CONFIG, NULL, "%s", out.p);
	buf_free(&out);
	return rc;
}

static int is_json(const char *text)
{
	struct json_object *o = json_read(str_of(text), NULL);
	json_object_put(o);
	return o != NULL;
}

static int is_url(const char *text)
{
	char *origin = url_origin(text);
	free(origin);
	return origin != NULL;
}

/* Reads what can have bounds; *as is the same, to be compared with them. */
static int read_number(uint32_t type, const char *text, struct value *v, double *as)
{
	int rc = type == HN_OPT_NUMBER ? typed_number(text, &v->d)
		 : type == SET_TIME    ? typed_time(text, &v->i)
				       : typed_int(text, &v->i);
	*as = type == HN_OPT_NUMBER ? v->d : (double)v->i;
	return rc;
}

static int read_bounded(const hn_option *decl, const char *text, struct value *v)
{
	double as, least, greatest;
	struct value bound;
	int rc = read_number(decl->type, text, v, &as);
	if (rc < 0 || !is_bounded(decl))
		return rc;
	size_t n = strcspn(decl->values, " ");
	char *first = xmemdup0(decl->values, n);
	if (read_number(decl->type, first, &bound, &least) < 0 || as < least)
		rc = -1;
	free(first);
	if (decl->values[n] &&
		(read_number(decl->type, decl->values + n + 1, &bound, &greatest) < 0 ||
			as > greatest))
		rc = -1;
	return rc;
}

static int read_text(const hn_option *decl, const char *text, struct value *v)
{
	switch (decl->type) {
	case HN_OPT_INT:
	case HN_OPT_NUMBER:
	case SET_TIME:
		return read_bounded(decl, text, v);
	case HN_OPT_BOOL:
		return typed_bool(text, &v->i);
	case HN_OPT_URL:
		return is_url(text) ? 0 : -1;
	case HN_OPT_ENUM:
		return decl->values ? typed_word(text, decl->values) : -1;
	case HN_OPT_LIST:
		return typed_list(text, &v->items);
	case HN_OPT_MAP:
		return typed_map(text, &v->items);
	case HN_OPT_JSON:
		return is_json(text) ? 0 : -1;
	case SET_MONEY:
		return money_parse(str_of(text), &v->i);
	case SET_PRICE:
		return money_parse_price(str_of(text), &v->i);
	case SET_NAME:
		return typed_name(str_of(text));
	case SET_WRAP:
		return typed_wrap(text, &v->i);
	case HN_OPT_STRING:
	case HN_OPT_PATH:
		return 0;
	}
	return -1;
}

static int read_node(uint32_t type, const struct ynode *node, struct value *v)
{
	return type == HN_OPT_LIST  ? typed_node_list(node, &v->items)
	       : type == HN_OPT_MAP ? typed_node_map(node, &v->items)
				    : (type == HN_OPT_JSON ? 0 : -1);
}

/* Makes the URL (allocated) that a text stands for, without the slashes at its end, so that a plugin can put
 * a path behind it. Where the default is a server without TLS, on the user's own machine or network, an
 * address will do; to any other server nothing is guessed, since a key may go there. */
static char *url_meant(const hn_option *decl, const char *text)
{
	int is_plain = decl->initial && str_begins(str_of(decl->initial), "http://");
	char *url = is_plain ? address_url(text, decl->initial) : xstrdup(text);
	size_t n = strlen(url);
	while (n && url[n - 1] == '/' && !url[strcspn(url, "?#")])
		url[--n] = '\0';
	return url;
}

int value_read(struct value *v, const struct said *said, struct fault *f)
{
	const hn_option *decl = v->decl;
	const struct ynode *got = said->node;
	struct ynode scalar = { .kind = Y_SCALAR };
	char *url = NULL;
	int rc;
	/* in a file, a text in a list's place is a list of one */
	if (got && (got->kind != Y_SCALAR || decl->type == HN_OPT_LIST)) {
		rc = read_node(decl->type, got, v);
	} else {
		hn_str text = text_unmarked(str_of(got ? got->text : said->text));
		const char *hint, *why = decl->type == HN_OPT_PATH ? NULL : text_fault(text, &hint);
		if (why)
			return fault_set(f, HN_ERR_CONFIG, hint, "%s: %s", said->label, why);
		scalar.text = (char *)(uintptr_t)text.p;
		got = &scalar;
		url = decl->type == HN_OPT_URL ? url_meant(decl, text.p) : NULL;
		rc = read_text(decl, url ? url : text.p, v);
	}
	if (rc < 0) {
		free(url);
		return value_refuse(said->label, decl, NULL, got, f);
	}
	int is_map = decl->type == HN_OPT_MAP;
	v->text = is_map || decl->type == HN_OPT_LIST ? typed_items_json(&v->items, is_map)
		  : url                               ? url
		  : decl->type == HN_OPT_PATH         ? path_of_user(scalar.text)
		  : got == &scalar                    ? xstrdup(scalar.text)
						      : yaml_json(got);
	v->source = said->source;
	v->where = xstrdup(said->where);
	return 0;
}

void value_copy(struct value *to, const struct value *from)
{
	*to = *from;
	to->where = xstrdup(from->where);
	to->text = xstrdup(from->text);
	typed_items_copy(&to->items, &from->items);
}

void value_free(struct value *v)
{
	free(v->where);
	free(v->text);
	typed_items_free(&v->items);
	*v = (struct value){ .decl = NULL };
}
