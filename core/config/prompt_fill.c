/* SPDX-License-Identifier: MIT */
/* prompt_fill: makes a message of a prompt file and what was given of its variables. Pure. */
#include <string.h>

#include "config/prompt_private.h"
#include "hobnob/plugin.h"
#include "util/nearest.h"

/* What is to be filled in. */
struct filling {
	const struct prompt *prompt;
	const struct prompt_value *values;
	size_t n;
	hn_str input;
	int beside;
	const struct prompt_ways *ways;
};

static int is_input(const char *name)
{
	return !strcmp(name, PROMPT_INPUT);
}

/* 1 with the value of a variable; 0: it has none. */
static int value_of(const struct filling *in, const struct prompt_var *v, hn_str *out)
{
	*out = v->fallback;
	if (is_input(v->name)) {
		if (!str_blank(in->input) || (in->beside && !v->has_fallback))
			*out = in->input;
		return !str_blank(in->input) || in->beside || v->has_fallback;
	}
	for (size_t i = in->n; i > 0; i--)
		if (str_is(in->values[i - 1].name, v->name)) {
			*out = in->values[i - 1].value;
			return 1;
		}
	return v->has_fallback;
}

/* ---- what is missing ---- */

/* The hint: how to say all that has no default. */
static void add_ways(const struct filling *in, struct buf *out)
{
	int input = 0;

	buf_adds(out, in->ways->lead);
	for (size_t i = 0; i < in->prompt->n_vars; i++) {
		const struct prompt_var *v = &in->prompt->vars[i];

		if (v->has_fallback)
			continue;
		if (is_input(v->name))
			input = 1;
		else
			buf_addf(out, "%s%s=VALUE", in->ways->each, v->name);
	}
	buf_adds(out, input ? " TEXT" : "");
}

static int32_t refuse_missing(const struct filling *in, const struct prompt_var *v, struct fault *f)
{
	struct buf ways = BUF(BUF_NO_CAP);

	add_ways(in, &ways);
	fault_set(f, HN_ERR_USAGE, ways.p, "%s:%d: {{%s}} %s", in->prompt->path, v->line, v->name,
		is_input(v->name) ? "is what you say beside it, and that is empty" : "has no value");
	buf_free(&ways);
	return HN_ERR_USAGE;
}

/* ---- what is unknown ---- */

static int32_t refuse_unknown(const struct filling *in, hn_str name, struct fault *f)
{
	struct nearest near = NEAREST(name);
	struct buf there = BUF(BUF_NO_CAP);

	for (size_t i = 0; i < in->prompt->n_vars; i++) {
		const char *known = in->prompt->vars[i].name;

		if (is_input(known))
			continue;
		nearest_offer(&near, known);
		buf_addf(&there, "%s%s", there.n ? ", " : "its variables: ", known);
	}
	buf_adds(&there, there.n ? "" : "it has no variables");
	if (in->ways->escape)
		buf_addf(&there, "; a text that begins so stands after %s", in->ways->escape);
	fault_set(f, HN_ERR_USAGE, there.p, "%s has no variable \"%.*s\"", in->prompt->path, (int)name.n, name.p);
	nearest_aside(&near, f);
	buf_free(&there);
	return HN_ERR_USAGE;
}

static int32_t check(const struct filling *in, struct fault *f)
{
	hn_str value;

	for (size_t i = 0; i < in->n; i++) {
		if (str_is(in->values[i].name, PROMPT_INPUT))
			return fault_set(f, HN_ERR_USAGE, NULL, "%s is what you say beside the prompt file, and is not given by name",
				PROMPT_INPUT);
		if (!prompt_var(in->prompt, in->values[i].name))
			return refuse_unknown(in, in->values[i].name, f);
	}
	for (size_t i = 0; i < in->prompt->n_vars; i++)
		if (!value_of(in, &in->prompt->vars[i], &value))
			return refuse_missing(in, &in->prompt->vars[i], f);
	return 0;
}

/* ---- filling in ---- */

static void add_text(const struct filling *in, struct buf *out)
{
	struct prompt_scan scan = { .rest = in->prompt->text, .line = in->prompt->text_line };
	struct prompt_piece piece;
	hn_str value;

	while (!buf_failed(out) && prompt_next(&scan, &piece, NULL) > 0) {
		value = piece.text;
		if (piece.is_var)
			value_of(in, prompt_var(in->prompt, piece.text), &value);
		buf_addstr(out, value);
	}
}

int32_t prompt_fill(const struct prompt *p, const struct prompt_value *values, size_t n, hn_str input, int beside,
	const struct prompt_ways *ways, struct buf *out, struct fault *f)
{
	const struct filling in = { p, values, n, input, beside, ways };
	int32_t code = check(&in, f);

	if (code)
		return code;
	add_text(&in, out);
	if (!prompt_var(p, str_of(PROMPT_INPUT)) && !str_blank(input)) {
		buf_adds(out, p->text.n ? "\n\n" : "");
		buf_addstr(out, input);
	}
	return buf_failed(out) ? fault_set(f, HN_ERR_USAGE, NULL, "%s: the message has more than %zu MiB with its values", p->path,
					 out->max >> 20)
			       : 0;
}
