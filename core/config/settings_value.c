/* SPDX-License-Identifier: MIT */
/* settings_value: makes a typed value of what was said. */
#include "config/settings_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/encoding.h"
#include "util/mem.h"
#include "util/money.h"
#include "util/number.h"

#define WHOLE_MAX 9e18 /* beyond it, a bound of the table is int64's own and not worth telling */

/* Appends the bounds of a number. */
static void add_bounds(const struct setting_info *s, struct buf *out)
{
	char min[NUMBER_ROOM], max[NUMBER_ROOM];
	number_text(s->min, min);
	if (s->max < WHOLE_MAX)
		buf_addf(out, " from %s to %s", min, number_text(s->max, max));
	else if (s->min > -WHOLE_MAX)
		buf_addf(out, " of at least %s", min);
}

/* Says what a setting takes. */
void setting_expects(enum setting id, struct buf *out)
{
	const struct setting_info *s = &setting_table[id];
	if (s->type == T_ENUM) {
		typed_words(s->values, out);
		return;
	}
	buf_addf(out, "%s%s",
		s->type == T_BOOL || s->type == T_STRING ? ""
		: s->type == T_MONEY                     ? "an "
							 : "a ",
		set_type_text(s->type));
	if (s->type == T_INT || s->type == T_NUMBER)
		add_bounds(s, out);
	else if (s->type == T_TIME)
		buf_addf(out, " from %s to 24h (such as 500ms, 10s, 2m)", s->min > 0 ? "1ms" : "0");
	else if (s->type == T_NAME)
		buf_adds(out, " (a-z, 0-9, - and _)");
	else if (s->type == T_PRICE)
		buf_adds(out, " (at most 6 decimals)");
}

/* 1 if a number is within the table's bounds. */
static int in_bounds(const struct setting_info *s, double v)
{
	return v >= s->min && v <= s->max;
}

/* Reads the text of a cell by the setting's type; -1 if it is no such thing. */
static int read_typed(const struct setting_info *s, struct cell *c)
{
	struct value *v = &c->value;
	hn_str text = str_of(v->text);
	switch (s->type) {
	case T_INT:
		return typed_int(v->text, &v->i) || !in_bounds(s, (double)v->i) ? -1 : 0;
	case T_NUMBER:
		return typed_number(v->text, &v->d) || !in_bounds(s, v->d) ? -1 : 0;
	case T_TIME:
		return typed_time(v->text, &v->i) || !in_bounds(s, (double)v->i) ? -1 : 0;
	case T_BOOL:
		return typed_bool(v->text, &v->i);
	case T_MONEY:
		return money_parse(text, &v->i);
	case T_PRICE:
		return money_parse_price(text, &v->i);
	case T_ENUM:
		return typed_word(v->text, s->values);
	case T_NAME:
		return typed_name(text);
	case T_LIST:
	case T_STRING:
	case T_PATH:
		return 0;
	}
	return -1;
}

/* The error of a value that does not fit. */
static int refuse(enum setting id, const struct ynode *got, char **error)
{
	struct buf out = BUF(BUF_NO_CAP);
	buf_adds(&out, "expected ");
	setting_expects(id, &out);
	buf_adds(&out, ", got ");
	typed_got(got, &out);
	*error = buf_take(&out);
	return -1;
}

/* Sets a list's text to its JSON form. */
static void list_text(struct cell *c)
{
	free(c->value.text);
	c->value.text = typed_items_json(&c->items, 0);
}

/* Makes a cell of text. */
int cell_parse(enum setting id, enum source source, const char *text, const char *where,
	struct cell *out, char **error)
{
	const struct setting_info *s = &setting_table[id];
	text = text_unmarked(str_of(text)).p;
	const struct ynode got = { .kind = Y_SCALAR, .text = (char *)(uintptr_t)text };
	*out = (struct cell){
		.value = { .text = xstrdup(text), .where = xstrdup(where), .source = source }
	};
	const char *hint, *why = s->type == T_PATH ? NULL : text_fault(str_of(text), &hint);
	if (why) {
		cell_free(out);
		*error = xasprintf("%s\n%s", why, hint);
		return -1;
	}
	int rc = s->type == T_LIST ? typed_list(text, &out->items) : read_typed(s, out);
	if (rc == 0 && s->type == T_LIST)
		list_text(out);
	if (rc == 0)
		return 0;
	cell_free(out);
	return refuse(id, &got, error);
}

/* Makes a cell of a node of a file; null says nothing. */
int cell_node(enum setting id, enum source source, const struct ynode *node, const char *file,
	struct cell *out, char **error)
{
	*out = (struct cell){ .value = { .source = source } };
	if (yaml_is_null(node))
		return 0;
	int is_list = setting_table[id].type == T_LIST;
	if (node->kind != Y_SCALAR && !is_list)
		return refuse(id, node, error);
	char *where = xasprintf("%s:%d", file, node->key_line);
	int rc = 0;
	if (is_list && (rc = typed_node_list(node, &out->items)) == 0) {
		out->value.where = xstrdup(where);
		list_text(out);
	} else if (is_list) {
		refuse(id, node, error);
	} else {
		rc = cell_parse(id, source, node->text, where, out, error);
	}
	out->value.node = rc == 0 ? node : NULL;
	free(where);
	return rc;
}

/* Frees what is in a cell. */
void cell_free(struct cell *c)
{
	free(c->value.text);
	free(c->value.where);
	typed_items_free(&c->items);
	*c = (struct cell){ .value = { .text = NULL } };
}

/* Puts a cell in its place. */
void cell_put(struct settings *s, enum setting id, struct cell *c)
{
	struct cell *place = &s->cells[c->value.source][id];
	cell_free(place);
	*place = *c;
}
