/* SPDX-License-Identifier: MIT */
/* result: what the commands share: their results, and their arguments. */
#include <stdlib.h>
#include <string.h>

#include "commands/commands_private.h"
#include "config/paths.h"
#include "util/mem.h"
#include "util/text.h"

#define LINE_COLUMNS 60 /* of a message's text in /history */

/* Refuses arguments where none belong. */
int result_no_args(struct command_result *r, const char *name, hn_str args)
{
	if (args.n == 0)
		return 1;
	fault_set(&r->fault, HN_ERR_USAGE, NULL, "%s takes no argument", name);
	return 0;
}

/* The data object, made when first needed. */
struct json_object *result_data(struct command_result *r)
{
	if (!r->data)
		r->data = json_new_object();
	return r->data;
}

/* A text member of the data. */
void result_text(struct command_result *r, const char *key, hn_str text)
{
	json_add_text(result_data(r), key, text);
}

/* A number member of the data. */
void result_int(struct command_result *r, const char *key, int64_t v)
{
	json_add_int(result_data(r), key, v);
}

char *path_said(hn_str args)
{
	char *said = str_dup(args), *path = path_of_user(said);

	free(said);
	return path;
}

/* Without white space at both ends. */
hn_str str_trim(hn_str chat)
{
	while (chat.n && strchr(" \t\r\n", chat.p[chat.n - 1]))
		chat.n--;
	while (chat.n && strchr(" \t", chat.p[0])) {
		chat.p++;
		chat.n--;
	}
	return chat;
}

size_t word_length(hn_str text)
{
	size_t n = 0;

	while (n < text.n && !strchr(" \t\r\n", text.p[n]))
		n++;
	return n;
}

size_t args_words(hn_str args, char **all, char **words, size_t most)
{
	size_t n = 0;

	*all = str_dup(args);
	for (char *at = *all + strspn(*all, " \t"); *at && n < most; at += strspn(at, " \t")) {
		words[n++] = at;
		at += strcspn(at, " \t");
		if (*at)
			*at++ = '\0';
	}
	return n;
}

/* A number at the beginning of args. */
size_t args_number(hn_str *args)
{
	size_t n = 0, value = 0;

	while (n < args->n && n < 9 && args->p[n] >= '0' && args->p[n] <= '9')
		value = value * 10 + (size_t)(args->p[n++] - '0');
	if (n < args->n && !strchr(" \t\r\n", args->p[n]))
		return 0;
	*args = (hn_str){ args->p + n, args->n - n };
	while (args->n && strchr(" \t\r\n", args->p[0]))
		*args = (hn_str){ args->p + 1, args->n - 1 };
	return value;
}

/* Appends as much of a message's text as fits a line, and what stands beside it. */
void add_line(struct buf *out, const struct message *m)
{
	struct buf beside = BUF(BUF_NO_CAP);

	text_add_line(out, (hn_str){ m->text, m->n }, LINE_COLUMNS);
	if (message_describe(m, " ", &beside))
		buf_addf(out, "%s%s", m->n ? " " : "", beside.p);
	buf_free(&beside);
}
