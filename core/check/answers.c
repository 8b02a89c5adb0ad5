/* SPDX-License-Identifier: MIT */
/* answers: see the header. */
#include "check/answers.h"

#include <stdlib.h>
#include <string.h>

#include "util/file.h"
#include "util/mem.h"

/* ---- the file ---- */

static char *text_of(struct json_object *o, const char *key)
{
	struct json_object *v = json_member(o, key);
	return json_object_is_type(v, json_type_string) ? str_dup(json_text(o, key)) : NULL;
}

/* One piece of a body: a text as it is, anything else as JSON. */
static void add_piece(struct answer *a, struct buf *body, struct json_object *piece)
{
	if (json_object_is_type(piece, json_type_string))
		buf_add(body, json_object_get_string(piece), (size_t)json_object_get_string_len(piece));
	else
		json_write(piece, body);
	a->ends[a->n_ends++] = body->n;
}

static void read_answer(struct answer *a, struct json_object *o)
{
	struct json_object *pieces = json_member(o, "body");
	struct buf body = BUF(BUF_NO_CAP);
	size_t n = json_object_is_type(pieces, json_type_array) ? json_object_array_length(pieces) : 0;

	*a = (struct answer){ .method = text_of(o, "method"), .path = text_of(o, "path"), .when = text_of(o, "when"),
		.program = text_of(o, "program"), .type = text_of(o, "type") };
	a->status = (int32_t)json_int(o, "status", a->program ? 0 : 200);
	a->ends = xcalloc(n + 1, sizeof *a->ends);
	for (size_t i = 0; i < n; i++)
		add_piece(a, &body, json_object_array_get_idx(pieces, i));
	a->body.n = body.n;
	a->body.p = buf_take(&body);
}

static int32_t take(struct answers *as, struct json_object *o, const char *path, struct fault *f)
{
	struct json_object *all = json_member(o, "answers");
	if (!json_object_is_type(all, json_type_array))
		return fault_set(f, HN_ERR_CONFIG, "docs/check.md says what it holds", "%s: it has no list \"answers\"", path);
	as->n = json_object_array_length(all);
	as->all = xcalloc(as->n + 1, sizeof *as->all);
	for (size_t i = 0; i < as->n; i++)
		read_answer(&as->all[i], json_object_array_get_idx(all, i));
	as->options = json_object_get(json_member(o, "options"));
	as->text = text_of(o, "text");
	return 0;
}

int32_t answers_read(struct answers *as, const char *path, struct fault *f)
{
	struct buf text = BUF(BUF_NO_CAP);
	const char *why = NULL;

	*as = (struct answers){ 0 };
	if (file_read(path, 64u << 20, &text, f))
		return HN_ERR_CONFIG;
	struct json_object *o = json_read(buf_str(&text), &why);
	buf_free(&text);
	if (!o)
		return fault_set(f, HN_ERR_CONFIG, NULL, "%s: %s", path, why);
	int32_t code = take(as, o, path, f);
	json_object_put(o);
	return code;
}

void answers_free(struct answers *as)
{
	for (size_t i = 0; i < as->n; i++) {
		struct answer *a = &as->all[i];
		char *texts[] = { a->method, a->path, a->when, a->program, a->type, (char *)(uintptr_t)a->body.p };
		for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
			free(texts[k]);
		free(a->ends);
	}
	free(as->all);
	free(as->text);
	json_object_put(as->options);
	*as = (struct answers){ 0 };
}

/* ---- which fits ---- */

/* 1 if a text ends like that; NULL: any. */
static int ends_with(hn_str text, const char *end)
{
	size_t n = end ? strlen(end) : 0;
	return n <= text.n && (!n || !memcmp(text.p + text.n - n, end, n));
}

static void add_dense(struct buf *out, hn_str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!memchr(" \t\r\n", text.p[i], 4))
			buf_addc(out, text.p[i]);
	buf_addc(out, '\0');
}

/* 1 if the text holds the other, white space aside; NULL: any. */
static int contains(hn_str text, const char *wanted)
{
	struct buf in = BUF(BUF_NO_CAP), what = BUF(BUF_NO_CAP);
	if (!wanted)
		return 1;
	add_dense(&in, text);
	add_dense(&what, str_of(wanted));
	int is = what.n == 1 || memmem(in.p, in.n, what.p, what.n - 1) != NULL;
	buf_free(&in);
	buf_free(&what);
	return is;
}

const struct answer *answers_find(const struct answers *as, const char *method, hn_str url, hn_str body)
{
	const char *query = url.n ? memchr(url.p, '?', url.n) : NULL;
	hn_str path = { url.p, query ? (size_t)(query - url.p) : url.n };
	for (size_t i = 0; as && i < as->n; i++) {
		const struct answer *a = &as->all[i];
		if (!a->program && (!a->method || !strcmp(a->method, method)) && ends_with(path, a->path) && contains(body, a->when))
			return a;
	}
	return NULL;
}

const struct answer *answers_program(const struct answers *as, hn_str program)
{
	for (size_t i = 0; as && i < as->n; i++)
		if (as->all[i].program && ends_with(program, as->all[i].program))
			return &as->all[i];
	return NULL;
}
