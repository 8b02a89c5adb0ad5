/* SPDX-License-Identifier: MIT */
/* plugin_page: hobnob-plugin(7), made of the header and of the core's tables. */
#include "pages/plugin_page.h"

#include <stdlib.h>
#include <string.h>

#include "call/call.h"
#include "call/children.h"
#include "call/kind.h"
#include "call/size.h"
#include "chat/chat.h"
#include "hobnob/easy.h"
#include "net/module.h"
#include "net/prepared.h"
#include "pages/roff.h"
#include "plugin/provider.h"
#include "util/mem.h"

/* ---- what the header declares ---- */

/* The value of a constant as a person writes it: without parentheses and the mark of an unsigned number. */
static void add_value(struct buf *out, const char *code)
{
	size_t n = strlen(code), begin = *code == '(';
	char *value = xmemdup0(code + begin, n - begin - (*code != '"' && strchr("u)", code[n - 1]) != NULL));
	roff_arg(out, value);
	free(value);
}

/* The kind of an error, and how the program ends with it. */
static void add_kind(struct buf *out, const char *code)
{
	int32_t number = (int32_t)strtol(code + strspn(code, "("), NULL, 10);
	buf_addf(out, "Kind\n.Cm %s ,\nexit status %d%s.\n", kind_name(number), kind_exit(number),
		kind_retryable(number) ? "; hobnob retries it" : "");
}

void page_constants(struct buf *out, const struct header *h, const char *prefix)
{
	int errors = strcmp(prefix, "HN_ERR_") == 0;
	roff_list(out);
	for (size_t i = 0; i < h->n; i++) {
		const struct decl *d = &h->all[i];
		if (!d->is_constant || strncmp(d->name, prefix, strlen(prefix)) != 0)
			continue;
		buf_addf(out, ".It Dv %s Li", d->name);
		add_value(out, d->code);
		buf_addc(out, '\n');
		roff_paragraph(out, d->about);
		if (errors)
			add_kind(out, d->code);
	}
	roff_list_end(out);
}

/* Adds each parameter of "a, void (*put)(b, c), d" as an argument of its own. */
static void add_parameters(struct buf *out, const char *text, size_t n)
{
	int depth = 0;
	for (size_t i = 0, begin = 0; i <= n; i++) {
		depth += i < n && text[i] == '(' ? 1 : i < n && text[i] == ')' ? -1 : 0;
		if (i < n && (text[i] != ',' || depth))
			continue;
		char *parameter = xmemdup0(text + begin, i - begin);
		roff_arg(out, parameter);
		free(parameter);
		begin = i + 2;
	}
}

/* A declaration as a head: a function with its parameters, else a type and a name. */
static void add_declaration(struct buf *out, const struct decl *d)
{
	const char *open = strstr(d->code, "(*"), *list = open ? strchr(open, ')') : NULL, *at = d->code + strlen(d->code) - strlen(d->name);
	char *type = xmemdup0(d->code, open ? (size_t)(open - d->code) : (size_t)(at - d->code));
	size_t n = strlen(type);
	while (n && type[n - 1] == ' ')
		type[--n] = '\0';
	buf_adds(out, open ? ".It Ft" : ".It Vt");
	roff_arg(out, type);
	buf_addf(out, open ? " Fn %s" : n && type[n - 1] == '*' ? " Ns Fa %s" : " Fa %s", d->name);
	if (list)
		add_parameters(out, list + 2, strlen(list) - 3);
	buf_addc(out, '\n');
	free(type);
}

/* Members that mean the same in each struct. */
static int is_filler(const char *name)
{
	return strcmp(name, "struct_size") == 0 || strncmp(name, "pad", 3) == 0;
}

void page_struct(struct buf *out, const struct header *h, const char *name)
{
	const struct decl *self = header_find(h, name);
	if (!self) {
		fprintf(stderr, "pages: the header has no %s\n", name);
		exit(EXIT_FAILURE);
	}
	if (out->n > 4 && memcmp(out->p + out->n - 4, ".El\n", 4) == 0)
		buf_adds(out, ".Pp\n");
	buf_addf(out, ".Vt \"struct %s\" :\n", name);
	roff_paragraph(out, self->about);
	roff_list(out);
	for (size_t i = 0; i < h->n; i++)
		if (h->all[i].owner && strcmp(h->all[i].owner, name) == 0 && !is_filler(h->all[i].name)) {
			add_declaration(out, &h->all[i]);
			roff_paragraph(out, h->all[i].about);
		}
	roff_list_end(out);
}

void page_entry(struct buf *out, const struct header *h, const char *name)
{
	const struct decl *d = header_find(h, name);
	if (!d) {
		fprintf(stderr, "pages: the header has no %s\n", name);
		exit(EXIT_FAILURE);
	}
	buf_adds(out, ".It Li");
	if (d->is_constant) {
		buf_addf(out, " %s", name);
		add_value(out, d->code);
	} else {
		roff_arg(out, d->code);
	}
	buf_addc(out, '\n');
	roff_paragraph(out, d->about);
}

/* ---- what may be called from where ---- */

/* tests/e2e/test_where.py tries each cell, and compares this with docs/plugins.md. */
static const char *const where[][7] = {
	{ "function", "create", "chat", "models", "on_data", "thread", "destroy" },
	{ "extension, code_of_kind", "yes", "yes", "yes", "yes", "yes", "yes" },
	{ "code_of_status, safe, columns", "yes", "yes", "yes", "yes", "yes", "yes" },
	{ "option", "yes", "no", "no", "no", "no", "no" },
	{ "fail, alloc, line, now", "yes", "yes", "yes", "yes", "blocks", "no" },
	{ "emit", "no", "yes", "no", "chat", "blocks", "no" },
	{ "cancelled", "yes", "yes", "yes", "yes", "yes", "no" },
	{ "request", "no", "yes", "yes", "no", "blocks", "no" },
	{ "wait_for", "yes", "yes", "yes", "yes", "blocks", "no" },
	{ "spawn, close_input, finish", "yes", "yes", "yes", "yes", "blocks", "no" },
};

void page_where(struct buf *out, const struct header *h, const char *word)
{
	const size_t columns = sizeof where[0] / sizeof *where[0];
	(void)h;
	(void)word;
	buf_adds(out, ".Bl -column \"code_of_status, safe, columns\"");
	for (size_t c = 1; c < columns; c++)
		buf_addf(out, " \"%s\"", where[0][c]);
	buf_addc(out, '\n');
	for (size_t i = 0; i < sizeof where / sizeof *where; i++)
		for (size_t c = 0; c < columns; c++)
			buf_addf(out, "%s%s%s%s", c ? " Ta " : ".It ", i ? "" : "Sy ", where[i][c], c + 1 < columns ? "" : "\n");
	roff_list_end(out);
}

/* ---- customary options ---- */

static const hn_env key_names[] = { { "NAME_API_KEY", NULL } };

static const struct {
	const char *macro;
	hn_option option;
	const char *effect;
} customary[] = {
	{ "HN_API_KEY(env)", HN_API_KEY(key_names),
		"It goes into a header. hobnob adds api_key_command and api_key_file by itself." },
	{ "HN_BASE_URL(\"https://...\")", HN_BASE_URL("https://..."),
		"hobnob removes slashes at its end. Keys go to its origin only." },
	{ "HN_MODEL(\"name\")", HN_MODEL("name"),
		"The setting `model` and -m set it, too. The model that was chosen comes with each request." },
	{ "HN_HEADERS", HN_HEADERS, "The plugin adds them to each request." },
};

/* The names of the flags in a word, joined by bars. */
static void add_flags(struct buf *out, const struct header *h, uint32_t flags)
{
	for (uint32_t bit = 1; bit <= flags; bit <<= 1)
		if (flags & bit)
			buf_addf(out, " ,\n.Dv %s", header_constant(h, "HN_OPTION_", (long)bit));
}

void page_customary(struct buf *out, const struct header *h, const char *word)
{
	(void)word;
	roff_list(out);
	for (size_t i = 0; i < sizeof customary / sizeof *customary; i++) {
		const hn_option *o = &customary[i].option;
		buf_addf(out, ".It Cm %s\n.Dv %s", o->key, header_constant(h, "HN_OPT_", (long)o->type));
		add_flags(out, h, o->flags);
		buf_adds(out, " :\n");
		roff_paragraph(out, o->help);
		roff_paragraph(out, customary[i].effect);
		buf_adds(out, "In easy.h it is\n.Li");
		roff_arg(out, customary[i].macro);
		buf_adds(out, " .\n");
	}
	roff_list_end(out);
}

/* ---- limits ---- */

static const struct {
	const char *what;
	long long value;
	const char *unit;
} limits[] = {
	{ "One text or array that a plugin gives to hobnob", (long long)TEXT_MOST, "bytes" },
	{ "A reply, and its reasoning", REPLY_CAP, "bytes" },
	{ "One event, one line or a whole body of an answer", HTTP_EVENT_CAP, "bytes" },
	{ "The body of an answer that is not 2xx; the rest is cut off", HTTP_ERROR_CAP, "bytes" },
	{ "All headers of an answer, or one of a request", HTTP_HEADER_CAP, "bytes" },
	{ "Headers of a request", HTTP_HEADERS_MOST, "" },
	{ "The URL of a request", HTTP_URL_MOST, "bytes" },
	{ "Waiting after HN_NEARLY", HTTP_GRACE_MS, "ms" },
	{ "HN_ADAPTED in one turn", ADAPT_MOST, "times" },
	{ "Notices in one turn; further ones are logged", NOTICES_MOST, "" },
	{ "Entries of a list of models", MODELS_MOST, "" },
	{ "Between SIGTERM and SIGKILL for a program", CHILD_GRACE_MOST_MS, "ms" },
};

void page_limits(struct buf *out, const struct header *h, const char *word)
{
	(void)h;
	(void)word;
	buf_adds(out, ".Bl -column \"The body of an answer that is not 2xx; the rest is cut off\" \"67108864\" \"bytes\"\n");
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		buf_adds(out, ".It");
		roff_arg(out, limits[i].what);
		buf_addf(out, " Ta %lld Ta %s\n", limits[i].value, *limits[i].unit ? limits[i].unit : "\\&");
	}
	roff_list_end(out);
}
