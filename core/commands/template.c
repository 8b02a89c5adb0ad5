/* SPDX-License-Identifier: MIT */
/* template: /t, which sends a prompt file. */
#include "commands/commands_private.h"

#include <stdlib.h>
#include <string.h>

#include "config/prompt.h"
#include "util/mem.h"
#include "util/text.h"

#define NAME_COLUMNS 20
#define ABOUT_COLUMNS 56 /* of a description in the list */

/* ---- what is said after the name ---- */

/* What was said: values, then the text, all borrowed from the line. */
struct said { struct prompt_value *values; size_t n, cap; hn_str text; };

static hn_str skip(hn_str s, size_t n)
{
	return (hn_str){ s.p + n, s.n - n };
}

/* Without the white space in front. */
static hn_str skip_blanks(hn_str s)
{
	while (s.n && strchr(" \t\r\n", *s.p))
		s = skip(s, 1);
	return s;
}

/* Bytes of a name that a value is given to, before its "="; 0: the word is text. */
static size_t named(hn_str s)
{
	size_t n = 0;

	while (n < s.n && (s.p[n] == '_' || s.p[n] == '-' || (s.p[n] >= '0' && s.p[n] <= '9') ||
				  (s.p[n] >= 'a' && s.p[n] <= 'z') || (s.p[n] >= 'A' && s.p[n] <= 'Z')))
		n++;
	return n < s.n && s.p[n] == '=' && *s.p != '-' ? n : 0;
}

/* Takes NAME=VALUE, NAME="some words" or NAME='some words' off the text. 0, or HN_ERR_USAGE with a fault. */
static int32_t take_value(struct said *said, size_t name_n, struct fault *f)
{
	hn_str name = { said->text.p, name_n }, rest = skip(said->text, name_n + 1);
	char quote = rest.n && strchr("\"'", *rest.p) ? *rest.p : '\0';
	const char *end = quote ? memchr(rest.p + 1, quote, rest.n - 1) : NULL;
	hn_str value = { rest.p, word_length(rest) };

	if (quote && !end)
		return fault_set(f, HN_ERR_USAGE, NULL, "%.*s=%c has no %c at its end", (int)name.n, name.p, quote, quote);
	if (quote)
		value = (hn_str){ rest.p + 1, (size_t)(end - rest.p) - 1 };
	said->values = xgrow(said->values, said->n, &said->cap, sizeof *said->values);
	said->values[said->n++] = (struct prompt_value){ name, value };
	said->text = skip_blanks(skip(rest, value.n + (quote ? 2 : 0)));
	return 0;
}

/* Values come first; -- ends them. */
static int32_t take_said(struct said *said, hn_str args, struct fault *f)
{
	int32_t code = 0;
	size_t n;

	said->text = skip_blanks(args);
	while (!code && (n = named(said->text)))
		code = take_value(said, n, f);
	if (!code && word_length(said->text) == 2 && str_begins(said->text, "--"))
		said->text = skip_blanks(skip(said->text, 2));
	return code;
}

/* ---- sending ---- */

/* Says a message with the settings of the file's head. */
static int32_t say(struct commands *c, const struct prompt *p, hn_str message, struct command_result *r)
{
	const hn_input with = { .struct_size = sizeof with };
	struct once *once = p->head ? chat_once(c->chat, p->head, p->path, &r->fault) : NULL;
	int32_t code;

	if (p->head && !once)
		return r->fault.kind;
	r->turn = 1;
	code = commands_say(c, message, &with);
	if (once)
		chat_once_end(once);
	return code;
}

/* Makes the message: what was attached is part of its {{input}}. 0, or HN_ERR_USAGE with a fault. */
static int32_t fill(struct commands *c, const struct prompt *p, const struct said *said, struct buf *out, struct fault *f)
{
	char *lead = xasprintf("/t %s", p->name);
	const struct prompt_ways ways = { .lead = lead, .each = " ", .escape = "--" };
	struct buf input = BUF(BUF_NO_CAP);
	int32_t code;

	buf_addstr(&input, said->text);
	if (c->pending.text.n) {
		attach_separate(&input);
		buf_addstr(&input, buf_str(&c->pending.text));
	}
	code = prompt_fill(p, said->values, said->n, buf_str(&input), c->pending.images.n > 0, &ways, out, f);
	if (!code && !out->n && !c->pending.images.n) {
		buf_addf(&input, "%s TEXT; or begin with it: hobnob -t %s", lead, p->name);
		code = fault_set(f, HN_ERR_USAGE, input.p, "%s has no text of its own", p->path);
	}
	buf_free(&input);
	free(lead);
	return code;
}

/* Sends it. The attached texts are in the message, so they do not go beside it; they wait again if it is held. */
static void send_prompt(struct commands *c, const struct prompt *p, const struct said *said, struct command_result *r)
{
	struct buf message = BUF(ATTACH_TEXT_CAP), texts;
	int32_t code = fill(c, p, said, &message, &r->fault);

	if (code == 0) {
		texts = c->pending.text;
		c->pending.text = BUF(texts.max);
		code = say(c, p, buf_str(&message), r);
		if (c->chat->held || !r->turn) {
			buf_free(&c->pending.text);
			c->pending.text = texts;
		} else {
			buf_free(&texts);
		}
	}
	r->fault.kind = code;
	buf_free(&message);
}

/* ---- listing ---- */

static void add_row(struct command_result *r, const char *name, const struct prompt *p)
{
	struct json_object *o = json_new_object();
	struct buf *out = &r->text;
	size_t before = out->n;

	buf_addf(out, "%s ", name);
	for (size_t n = text_columns((hn_str){ out->p + before, out->n - before }); n < NAME_COLUMNS; n++)
		buf_addc(out, ' ');
	text_add_line(out, p->description ? str_of(p->description) : p->text, ABOUT_COLUMNS);
	while (out->n && out->p[out->n - 1] == ' ')
		buf_cut(out, out->n - 1);
	buf_addc(out, '\n');
	json_add_text(o, "name", str_of(name));
	json_add_text(o, "description", str_of(p->description));
	json_append(json_member(r->data, "prompts"), o);
}

/* Every prompt file that can be used; `hobnob prompts` says why another one cannot. */
static void list(struct commands *c, struct command_result *r)
{
	const struct paths *paths = &c->chat->rt->paths;
	struct prompt_names names;
	size_t unusable = 0;

	json_set(result_data(r), "prompts", json_new_array());
	if (prompt_names(paths, &names, &r->fault))
		return;
	for (size_t i = 0; i < names.n; i++) {
		struct prompt p;

		if (prompt_open(paths, str_of(names.all[i]), &p, NULL)) {
			unusable++;
			continue;
		}
		add_row(r, names.all[i], &p);
		prompt_free(&p);
	}
	if (unusable)
		buf_addf(&r->text, "%zu cannot be used: `hobnob prompts` says why\n", unusable);
	if (!names.n)
		buf_addf(&r->text, "there are no prompt files yet; NAME" PROMPT_ENDING " in %s is one\n",
			paths->prompts ? paths->prompts : "~/.config/hobnob/prompts");
	buf_cut(&r->text, r->text.n - 1);
	prompt_names_free(&names);
}

void command_t(struct commands *c, hn_str args, struct command_result *r)
{
	size_t n = word_length(args);
	struct said said = { .values = NULL };
	struct prompt p;

	if (args.n == 0) {
		list(c, r);
		return;
	}
	if (prompt_open(&c->chat->rt->paths, (hn_str){ args.p, n }, &p, &r->fault)) {
		r->fault.kind = HN_ERR_USAGE;
		return;
	}
	if (!take_said(&said, skip(args, n), &r->fault))
		send_prompt(c, &p, &said, r);
	free(said.values);
	prompt_free(&p);
}
