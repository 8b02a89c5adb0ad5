/* SPDX-License-Identifier: MIT */
/*
 * parts: a provider that emits what the last message says, an event a word: "opaque=a text=one call=f:{}",
 * in that order; "wait" waits until it is cancelled, "nap" for 0.7 s, "broken" ends without a finish. Asked "?" it says what
 * it got: "user[text=?] assistant[opaque=a:a text=one]".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hobnob/plugin.h"

#define SAID 4096

static const struct { const char *name; uint32_t type; } words[] = {
	{ "text", HN_EV_TEXT },         { "reasoning", HN_EV_REASONING }, { "opaque", HN_EV_OPAQUE },
	{ "notice", HN_EV_NOTICE },     { "progress", HN_EV_PROGRESS },   { "call", HN_EV_TOOL_CALL },
	{ "piece", HN_EV_TOOL_PIECE },  { "image", HN_EV_PART },          { "finish", HN_EV_FINISH },
};

static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	const hn_host **kept = malloc(sizeof *kept);

	(void)call;
	if (!kept)
		return HN_ERR_PLUGIN;
	*kept = host;
	*self = kept;
	return 0;
}

static void destroy(void *self)
{
	free(self);
}

/* ---- what it got ---- */

static const char *type_of(uint32_t type)
{
	static const char *const names[] = { "?", "text", "opaque", "image", "file", "tool_call", "tool_result" };

	return type < sizeof names / sizeof *names ? names[type] : names[0];
}

static void describe(const hn_request *r, char *out)
{
	static const char *const roles[] = { "?", "system", "user", "assistant", "tool" };
	size_t n = 0;

	for (uint32_t i = 0; i < r->n_messages; i++) {
		const hn_message *m = HN_AT(hn_message, r->messages, r->message_stride, i);

		n += (size_t)snprintf(out + n, SAID - n, "%s%s[", i ? " " : "", roles[m->role < 5 ? m->role : 0]);
		for (uint32_t k = 0; k < m->n_parts; k++) {
			const hn_part *p = HN_AT(hn_part, m->parts, m->part_stride, k);

			n += (size_t)snprintf(out + n, SAID - n, "%s%s=%.*s%s%.*s", k ? " " : "", type_of(p->type),
				(int)p->name.n, p->name.p ? p->name.p : "", p->name.n ? ":" : "",
				(int)(p->data.n < 999 ? p->data.n : 999), p->data.p);
		}
		n += (size_t)snprintf(out + n, SAID - n, "]");
	}
}

/* ---- what it says ---- */

static int32_t emit(const hn_host *host, hn_call *call, uint32_t type, hn_str name, hn_str text)
{
	hn_event e = { .struct_size = sizeof e, .type = type, .text = text, .name = name };

	if (type == HN_EV_FINISH) {
		e.finish = text.n && text.p[0] == 't' ? HN_FINISH_TOOL_CALLS : HN_FINISH_STOP;
		e.text.n = 0;
	}
	if (type == HN_EV_PROGRESS) {
		e.number = (uint32_t)strtoul(name.n ? name.p : "0", NULL, 10);
		e.name.n = 0;
	}
	if (type == HN_EV_PART) {
		e.number = HN_PART_IMAGE;
		e.mime = (hn_str){ "image/png", 9 };
	}
	if (type == HN_EV_TOOL_CALL || type == HN_EV_TOOL_PIECE)
		e.id = (hn_str){ "c1", 2 };
	return host->emit(call, &e);
}

/* "type=text" or "type=name:text"; an opaque part without text has its name as its bytes. */
static int32_t say(const hn_host *host, hn_call *call, hn_str word)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t n = strlen(words[i].name);
		hn_str name = { "", 0 }, text;
		const char *colon;

		if (word.n <= n || memcmp(word.p, words[i].name, n) != 0 || word.p[n] != '=')
			continue;
		text = (hn_str){ word.p + n + 1, word.n - n - 1 };
		colon = memchr(text.p, ':', text.n);
		if (colon)
			name = (hn_str){ text.p, (size_t)(colon - text.p) };
		if (colon)
			text = (hn_str){ colon + 1, text.n - name.n - 1 };
		else if (words[i].type == HN_EV_OPAQUE)
			name = text;
		return emit(host, call, words[i].type, name, text);
	}
	return 0;
}

static int32_t wait_for(const hn_host *host, hn_call *call, int64_t ms)
{
	const hn_io *io = host->extension(HN_ID_IO);

	return io->wait_for(call, NULL, 0, ms);
}

static int32_t chat(void *self, hn_call *call, const hn_request *r)
{
	const hn_host *host = *(const hn_host **)self;
	const hn_str none = { "", 0 };
	hn_str text = HN_AT(hn_message, r->messages, r->message_stride, r->n_messages - 1)->text;
	int32_t code = 0;
	int broken = 0;

	if (text.n == 1 && text.p[0] == '?') {
		char *said = host->alloc(call, SAID);

		describe(r, said);
		code = emit(host, call, HN_EV_TEXT, none, (hn_str){ said, strlen(said) });
		text.n = 0;
	}
	while (text.n && code == 0) {
		const char *blank = memchr(text.p, ' ', text.n);
		hn_str word = { text.p, blank ? (size_t)(blank - text.p) : text.n };

		if (word.n == 4 && !memcmp(word.p, "wait", 4))
			code = wait_for(host, call, -1);
		else if (word.n == 3 && !memcmp(word.p, "nap", 3))
			code = wait_for(host, call, 700);
		else if (word.n == 6 && !memcmp(word.p, "broken", 6))
			broken = 1;
		else
			code = say(host, call, word);
		text = (hn_str){ word.p + word.n + (blank != NULL), text.n - word.n - (blank != NULL) };
	}
	return code || broken ? code : emit(host, call, HN_EV_FINISH, none, none);
}

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.accepts = 1u << HN_PART_TEXT | 1u << HN_PART_IMAGE,
	.create = create,
	.destroy = destroy,
	.chat = chat,
};

const hn_plugin *hobnob_plugin_v1(void)
{
	static const hn_plugin plugin = {
		.struct_size = sizeof plugin,
		.abi_major = HN_ABI_MAJOR,
		.type = HN_TYPE_PROVIDER,
		.name = "parts",
		.version = "0.1",
		.summary = "emits what it is told to",
		.license = "MIT",
		.vtable = &provider,
	};
	return &plugin;
}
