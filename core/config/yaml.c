/* SPDX-License-Identifier: MIT */
/*
 * yaml: a YAML file as a tree, by libyaml's events.
 *
 * libyaml takes duplicate keys, any depth, aliases and tags; none of them has a use in a file of settings, and each is a way
 * to say something other than it seems, so all are refused here with their line.
 */
#include "config/yaml.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "config/typed.h"
#include "util/encoding.h"
#include "util/file.h"
#include "util/json.h"
#include "util/mem.h"
#include "util/number.h"

#define YAML_DEPTH 16
#define YAML_MAX ((size_t)1 << 20)

struct reader {
	yaml_parser_t parser;
	hn_str text;
	const char *name;
	struct fault *fault;
};

static int refuse(struct reader *r, yaml_mark_t at, const char *what)
{
	fault_set(r->fault, HN_ERR_CONFIG, NULL, "%s:%zu: %s (column %zu)", r->name, at.line + 1, what,
		at.column + 1);
	return -1;
}

/* The place of a byte: libyaml gives no more than that for a character that it cannot read. */
static yaml_mark_t place_of(hn_str text, size_t offset)
{
	yaml_mark_t at = { .index = offset };
	for (size_t i = 0; i < offset && i < text.n; i++) {
		at.column = text.p[i] == '\n' ? 0 : at.column + 1;
		at.line += text.p[i] == '\n';
	}
	return at;
}

static int next_event(struct reader *r, yaml_event_t *event)
{
	if (yaml_parser_parse(&r->parser, event))
		return 0;
	const yaml_parser_t *p = &r->parser;
	if (p->error == YAML_MEMORY_ERROR)
		mem_out(0);
	yaml_mark_t at = p->problem_mark;
	if (p->error == YAML_READER_ERROR)
		at = place_of(r->text, p->problem_offset);
	return refuse(r, at, p->problem ? p->problem : "cannot be read");
}

static void clear_node(struct ynode *n)
{
	for (size_t i = 0; i < n->n; i++)
		clear_node(&n->items[i]);
	free(n->items);
	free(n->key);
	free(n->text);
}

/* What a node's event must not carry; NULL if it carries nothing of the kind. */
static const char *decoration(const yaml_event_t *e)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;
	if (e->type == YAML_ALIAS_EVENT)
		return "aliases are not taken";
	if (e->type == YAML_SCALAR_EVENT) {
		anchor = e->data.scalar.anchor;
		tag = e->data.scalar.tag;
	} else if (e->type == YAML_SEQUENCE_START_EVENT) {
		anchor = e->data.sequence_start.anchor;
		tag = e->data.sequence_start.tag;
	} else if (e->type == YAML_MAPPING_START_EVENT) {
		anchor = e->data.mapping_start.anchor;
		tag = e->data.mapping_start.tag;
	}
	return anchor ? "anchors are not taken" : tag ? "tags are not taken" : NULL;
}

/* Copies a scalar's text; -1 if it holds a NUL, which no setting can. */
static int scalar_text(struct reader *r, const yaml_event_t *e, char **out)
{
	const char *text = (const char *)e->data.scalar.value;
	if (memchr(text, 0, e->data.scalar.length))
		return refuse(r, e->start_mark, "a NUL character is not taken");
	*out = xmemdup0(text, e->data.scalar.length);
	return 0;
}

static int read_node(struct reader *r, const yaml_event_t *e, int depth, struct ynode *out);

/* Reads the value that belongs to a key, or the item e of a list, as one more child of parent. */
static int read_child(struct reader *r, const yaml_event_t *e, int depth, struct ynode *parent,
	size_t *cap, char *key, int key_line)
{
	parent->items = xgrow(parent->items, parent->n, cap, sizeof *parent->items);
	struct ynode *child = &parent->items[parent->n++];
	*child = (struct ynode){ .key = key, .key_line = key_line };
	return read_node(r, e, depth, child);
}

static int read_pair(
	struct reader *r, const yaml_event_t *e, int depth, struct ynode *map, size_t *cap)
{
	const char *fault = decoration(e);
	char *key;
	if (!fault && e->type != YAML_SCALAR_EVENT)
		fault = "a key must be a single word or text";
	if (fault)
		return refuse(r, e->start_mark, fault);
	if (scalar_text(r, e, &key) < 0)
		return -1;
	yaml_event_t value;
	if (next_event(r, &value) < 0) {
		free(key);
		return -1;
	}
	int rc = read_child(r, &value, depth, map, cap, key, (int)e->start_mark.line + 1);
	yaml_event_delete(&value);
	return rc;
}

static int by_key(const void *a, const void *b)
{
	const struct ynode *x = *(const struct ynode *const *)a,
			   *y = *(const struct ynode *const *)b;
	int c = strcmp(x->key, y->key);
	return c ? c : x->key_line - y->key_line;
}

/* Looks for a key that is there twice: sorted, since comparing all pairs would be quadratic. */
static int check_unique(struct reader *r, const struct ynode *map)
{
	if (map->n < 2)
		return 0;
	const struct ynode **sorted = xcalloc(map->n, sizeof *sorted);
	int rc = 0;
	for (size_t i = 0; i < map->n; i++)
		sorted[i] = &map->items[i];
	qsort(sorted, map->n, sizeof *sorted, by_key);
	for (size_t i = 1; i < map->n && rc == 0; i++) {
		if (strcmp(sorted[i - 1]->key, sorted[i]->key))
			continue;
		rc = fault_set(r->fault, HN_ERR_CONFIG, NULL,
			"%s:%d: duplicate key \"%s\" (first in line %d)", r->name,
			sorted[i]->key_line, sorted[i]->key, sorted[i - 1]->key_line);
	}
	free(sorted);
	return rc;
}

static int read_children(struct reader *r, int depth, struct ynode *out)
{
	size_t cap = 0;
	int rc = 0, ended = 0;
	while (rc == 0 && !ended) {
		yaml_event_t e;
		if (next_event(r, &e) < 0)
			return -1;
		ended = e.type == YAML_MAPPING_END_EVENT || e.type == YAML_SEQUENCE_END_EVENT;
		if (!ended && out->kind == Y_MAP)
			rc = read_pair(r, &e, depth + 1, out, &cap);
		else if (!ended)
			rc = read_child(r, &e, depth + 1, out, &cap, NULL, 0);
		yaml_event_delete(&e);
	}
	return rc == 0 && out->kind == Y_MAP ? check_unique(r, out) : rc;
}

static int read_node(struct reader *r, const yaml_event_t *e, int depth, struct ynode *out)
{
	const char *fault = decoration(e);
	if (!fault && depth > YAML_DEPTH)
		fault = "nested too deeply";
	if (fault)
		return refuse(r, e->start_mark, fault);
	out->line = (int)e->start_mark.line + 1;
	if (e->type == YAML_SCALAR_EVENT) {
		out->kind = Y_SCALAR;
		out->plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
		return scalar_text(r, e, &out->text);
	}
	out->kind = e->type == YAML_MAPPING_START_EVENT ? Y_MAP : Y_LIST;
	return read_children(r, depth, out);
}

static void empty_is_map(struct ynode *root)
{
	if (root->kind != Y_SCALAR || !root->plain ||
		(root->text && *root->text && strcmp(root->text, "~")))
		return;
	clear_node(root);
	*root = (struct ynode){ .kind = Y_MAP, .line = 1 };
}

static int read_stream(struct reader *r, struct ynode *root)
{
	int rc = 0, documents = 0, done = 0;
	*root = (struct ynode){ .kind = Y_SCALAR, .plain = 1 };
	while (rc == 0 && !done) {
		yaml_event_t e;
		if (next_event(r, &e) < 0)
			return -1;
		if (e.type == YAML_DOCUMENT_START_EVENT && ++documents > 1)
			rc = refuse(r, e.start_mark, "only one document is taken");
		else if (e.type == YAML_STREAM_END_EVENT)
			done = 1;
		else if (e.type == YAML_SCALAR_EVENT || e.type == YAML_ALIAS_EVENT ||
			 e.type == YAML_SEQUENCE_START_EVENT || e.type == YAML_MAPPING_START_EVENT)
			rc = read_node(r, &e, 1, root);
		yaml_event_delete(&e);
	}
	empty_is_map(root);
	return rc;
}

static int check_bytes(hn_str text, const char *name, struct fault *f)
{
	const char *hint, *why = text_fault(text, &hint);
	if (text.n > YAML_MAX)
		return fault_set(f, HN_ERR_CONFIG, NULL, "%s: larger than %zu bytes", name, YAML_MAX);
	return why ? fault_set(f, HN_ERR_CONFIG, hint, "%s:%d: %s", name, text_fault_line(text), why)
		   : 0;
}

struct ynode *yaml_file(const char *path, struct fault *f)
{
	struct buf text = BUF(YAML_MAX);
	struct ynode *root = file_read(path, YAML_MAX, &text, f) < 0
				     ? NULL
				     : yaml_read(buf_str(&text), path, f);
	buf_free(&text);
	return root;
}

struct ynode *yaml_read(hn_str text, const char *name, struct fault *f)
{
	struct reader r = { .text = text, .name = name, .fault = f };
	if (check_bytes(text, name, f) < 0)
		return NULL;
	if (!yaml_parser_initialize(&r.parser))
		mem_out(0);
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
		&r.parser, (const unsigned char *)(text.n ? text.p : ""), text.n);
	struct ynode *root = xmalloc(sizeof *root);
	int rc = read_stream(&r, root);
	yaml_parser_delete(&r.parser);
	if (rc == 0)
		return root;
	ynode_free(root);
	return NULL;
}

void ynode_free(struct ynode *root)
{
	if (!root)
		return;
	clear_node(root);
	free(root);
}

const struct ynode *yaml_get(const struct ynode *m, const char *key)
{
	if (!m || m->kind != Y_MAP)
		return NULL;
	for (size_t i = 0; i < m->n; i++)
		if (!strcmp(m->items[i].key, key))
			return &m->items[i];
	return NULL;
}

int yaml_is_null(const struct ynode *n)
{
	return n->kind == Y_SCALAR && n->plain &&
	       (!*n->text || typed_word(n->text, "~ null Null NULL") == 0);
}

static struct json_object *json_digits(const char *s)
{
	int hex = !strncmp(s, "0x", 2), octal = !strncmp(s, "0o", 2);
	const char *digits = hex || octal ? s + 2 : s + (*s == '-' || *s == '+');
	const char *set = hex ? "0123456789abcdefABCDEF" : octal ? "01234567" : "0123456789";
	if (!*digits || digits[strspn(digits, set)])
		return NULL;
	errno = 0;
	int64_t v = strtoll(hex || octal ? digits : s, NULL, hex ? 16 : octal ? 8 : 10);
	return errno ? NULL : json_new_int(v);
}

/* A number with a fraction or an exponent as JSON, its text kept where JSON would write it so; NULL if s is not one. */
static struct json_object *json_fraction(const char *s)
{
	char *end;
	if (!*s || s[strspn(s, "+-.0123456789eE")] || !strpbrk(s, "0123456789"))
		return NULL;
	double d = number_read(s, &end);
	if (*end)
		return NULL;
	struct json_object *as_is = json_read(str_of(s), NULL);
	json_object_put(as_is);
	return json_new_number(d, as_is ? s : NULL);
}

static struct json_object *json_scalar(const struct ynode *n)
{
	struct json_object *o = NULL;
	if (!n->plain)
		return json_of(str_of(n->text));
	if (typed_word(n->text, "true True TRUE") == 0)
		return json_new_flag(1);
	if (typed_word(n->text, "false False FALSE") == 0)
		return json_new_flag(0);
	if (!(o = json_digits(n->text)) && !(o = json_fraction(n->text)))
		o = json_of(str_of(n->text));
	return o;
}

/* A node as a JSON object; NULL is JSON's null. */
static struct json_object *json_node(const struct ynode *n)
{
	if (yaml_is_null(n))
		return NULL;
	if (n->kind == Y_SCALAR)
		return json_scalar(n);
	struct json_object *o = n->kind == Y_MAP ? json_new_object() : json_new_array();
	for (size_t i = 0; i < n->n; i++) {
		if (n->kind == Y_MAP)
			json_set(o, n->items[i].key, json_node(&n->items[i]));
		else
			json_append(o, json_node(&n->items[i]));
	}
	return o;
}

char *yaml_json(const struct ynode *n)
{
	struct buf out = BUF(BUF_NO_CAP);
	struct json_object *o = json_node(n);
	if (o)
		json_write(o, &out);
	else
		buf_adds(&out, "null");
	json_object_put(o);
	return buf_take(&out);
}
