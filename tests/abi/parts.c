/* SPDX-License-Identifier: MIT */
/*
 * parts: a provider that emits what the last message says, an event a word: "opaque=a text=one call=f:{}",
 * in that order; "wait" waits until it is cancelled, "nap" for 0.7 s, "broken" ends without a finish. Asked "?" it says what
 * it got: "user[text=?] assistant[opaque=a:a text=one]".
 */
#include "fixture.h"
#include "hobnob/easy.h"

#define SAID 4096

static const struct { const char *name; uint32_t type; } words[] = {
	{ "text", HN_EV_TEXT },         { "reasoning", HN_EV_REASONING }, { "opaque", HN_EV_OPAQUE },
	{ "notice", HN_EV_NOTICE },     { "progress", HN_EV_PROGRESS },   { "call", HN_EV_TOOL_CALL },
	{ "piece", HN_EV_TOOL_PIECE },  { "image", HN_EV_PART },          { "finish", HN_EV_FINISH },
};

static const hn_host *host; /* one instance is enough here */

static int32_t create(const hn_host *given, hn_call *call, void **self)
{
	(void)call;
	host = given;
	*self = NULL;
	return 0;
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
		const hn_message *m = hn_message_at(r, i);

		n += (size_t)snprintf(out + n, SAID - n, "%s%s[", i ? " " : "", roles[m->role < 5 ? m->role : 0]);
		for (uint32_t k = 0; k < m->n_parts; k++) {
			const hn_part *p = hn_part_at(m, k);

			n += (size_t)snprintf(out + n, SAID - n, "%s%s=%.*s%s%.*s", k ? " " : "", type_of(p->type),
				(int)p->name.n, p->name.p ? p->name.p : "", p->name.n ? ":" : "",
				(int)(p->data.n < 999 ? p->data.n : 999), p->data.p);
		}
		n += (size_t)snprintf(out + n, SAID - n, "]");
	}
}

/* ---- what it says ---- */

static int32_t emit(hn_call *call, uint32_t type, hn_str name, hn_str text)
{
	hn_event e = hn_event_of(type, text);

	if (type == HN_EV_FINISH)
		return hn_finish(host, call, text.n && text.p[0] == 't' ? HN_FINISH_TOOL_CALLS : HN_FINISH_STOP);
	if (type == HN_EV_PROGRESS)
		return hn_progress(host, call, text, (uint32_t)strtoul(name.n ? name.p : "0", NULL, 10));
	e.name = name;
	if (type == HN_EV_PART) {
		e.number = HN_PART_IMAGE;
		e.mime = hn_str_of("image/png");
	}
	if (type == HN_EV_TOOL_CALL || type == HN_EV_TOOL_PIECE)
		e.id = hn_str_of("c1");
	return host->emit(call, &e);
}

/* "type=text" or "type=name:text"; an opaque part without text has its name as its bytes. */
static int32_t say(hn_call *call, hn_str word)
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
		return emit(call, words[i].type, name, text);
	}
	return 0;
}

static int32_t wait_for(hn_call *call, int64_t ms)
{
	const hn_io *io = host->extension(HN_ID_IO);

	return io->wait_for(call, NULL, 0, ms);
}

static int32_t chat(void *self, hn_call *call, const hn_request *r)
{
	hn_str text = hn_last(r)->text;
	int32_t code = 0;
	int broken = 0;

	(void)self;
	if (hn_same(text, "?")) {
		char *said = host->alloc(call, SAID);

		describe(r, said);
		code = hn_say(host, call, hn_str_of(said));
		text.n = 0;
	}
	while (text.n && code == 0) {
		const char *blank = memchr(text.p, ' ', text.n);
		hn_str word = { text.p, blank ? (size_t)(blank - text.p) : text.n };

		if (hn_same(word, "wait"))
			code = wait_for(call, -1);
		else if (hn_same(word, "nap"))
			code = wait_for(call, 700);
		else if (hn_same(word, "broken"))
			broken = 1;
		else
			code = say(call, word);
		text = (hn_str){ word.p + word.n + (blank != NULL), text.n - word.n - (blank != NULL) };
	}
	return code || broken ? code : hn_finish(host, call, HN_FINISH_STOP);
}

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.accepts = 1u << HN_PART_TEXT | 1u << HN_PART_IMAGE,
	.create = create,
	.destroy = fixture_destroy,
	.chat = chat,
};

HN_PLUGIN_N(HN_TYPE_PROVIDER, provider, NULL, 0, "parts", "0.1", "emits what the last message says", "MIT")
