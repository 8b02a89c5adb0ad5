/* SPDX-License-Identifier: MIT */
/*
 * hobnob/easy.h - shortcuts for the author of a plugin, in C99 and C++11.
 *
 * All of this is compiled into the plugin and does only what plugin.h allows. It is not a part of
 * the ABI: a built plugin does not notice when it changes. A plugin can do without it.
 *
 * Contents: texts - the descriptor - options - a request - events - errors - URLs. It includes
 * hobnob/easy_http.h: a provider over HTTP.
 *
 * Threads: a function that takes a hn_call has the tag of the host function that it uses: [call],
 * hn_option_*() [create]. All others are [any].
 */
#ifndef HOBNOB_EASY_H
#define HOBNOB_EASY_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hobnob/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define HN_PRINTF_(format_at, first) __attribute__((format(printf, format_at, first)))
#else
#define HN_PRINTF_(format_at, first)
#endif

/* ---- texts ---- */

/* A literal as the initialiser of a hn_str, which may hold NUL bytes. It is not an expression: an
 * argument is hn_str_of("..."). */
#define HN_STR(literal) { literal, sizeof(literal) - 1 }

/* A C string as a hn_str, borrowed; NULL as an empty one. */
static inline hn_str hn_str_of(const char *text)
{
	hn_str s;
	s.p = text;
	s.n = text ? strlen(text) : 0;
	return s;
}

/* 1 if the two hold the same bytes, else 0. */
static inline int hn_same(hn_str a, const char *b)
{
	size_t n = b ? strlen(b) : 0;
	return a.n == n && (n == 0 || memcmp(a.p, b, n) == 0);
}

/* A copy that ends with a NUL byte, for what has to outlive the call; free() it. NULL without
 * memory. */
static inline char *hn_copy(hn_str s)
{
	char *copy = (char *)malloc(s.n + 1);
	if (!copy)
		return NULL;
	if (s.n)
		memcpy(copy, s.p, s.n);
	copy[s.n] = '\0';
	return copy;
}

/* ---- the descriptor ---- */

/* One option: type HN_OPT_*, flags HN_OPTION_*, its default or NULL, its help. */
#define HN_OPTION(type, flags, key, initial, help) \
	{ (type), (flags), 0, 0, (key), (initial), NULL, NULL, (help), NULL }
/* The same with an array of hn_env. */
#define HN_OPTION_ENV(type, flags, key, initial, help, env)                                     \
	{ (type), (flags), (uint32_t)(sizeof(env) / sizeof *(env)), 0, (key), (initial), NULL, \
		NULL, (help), (env) }

/* The customary options of a provider over HTTP, with the names that people know. env: an array of
 * hn_env; url, model: literals. A key is required only while base_url is the plugin's own. */
#define HN_API_KEY(env)                                                                        \
	HN_OPTION_ENV(HN_OPT_STRING, HN_OPTION_SECRET | HN_OPTION_REQUIRED | HN_OPTION_AT_HOME, \
		"api_key", NULL, "key of the account", env)
#define HN_BASE_URL(url) \
	HN_OPTION(HN_OPT_URL, HN_OPTION_ENDPOINT, "base_url", url, "where the server is")
#define HN_MODEL(model) \
	HN_OPTION(HN_OPT_STRING, 0, "model", model, "which model answers")
#define HN_HEADERS \
	HN_OPTION(HN_OPT_MAP, HN_OPTION_STEERS, "headers", NULL, "further headers of each request")

/* A hn_provider, for C++11, which has no designated initialisers. */
#define HN_PROVIDER(flags, accepts, heeds, create, destroy, chat, models, credit)                 \
	{ (uint32_t)sizeof(hn_provider), (flags), (accepts), (heeds), (create), (destroy), (chat), \
		(models), (credit) }

/* Defines hobnob_plugin_v1(). type: HN_TYPE_*; vtable: a static const hn_provider or hn_frontend;
 * options: an array of hn_option; the rest are literals. Once per plugin, outside of functions. */
#define HN_PLUGIN(type, vtable, options, name, version, summary, license)                 \
	HN_PLUGIN_N(type, vtable, options, (uint32_t)(sizeof(options) / sizeof *(options)), \
		name, version, summary, license)
/* The same with the number of options: NULL, 0 for a plugin that has none. */
#define HN_PLUGIN_N(type, vtable, options, n_options, name, version, summary, license)             \
	HN_EXPORT const hn_plugin *hobnob_plugin_v1(void)                                          \
	{                                                                                          \
		static const hn_plugin plugin = { (uint32_t)sizeof(hn_plugin), HN_ABI_MAJOR, 0,    \
			(type), 0, (n_options), (uint32_t)sizeof(hn_option), 0, (name), (version), \
			(summary), (license), (options), &(vtable) };                              \
		return &plugin;                                                                    \
	}

/* ---- options, in create() ---- */

/* The value of a declared option; is_set is 0 if it has none. */
static inline hn_value hn_option_value(const hn_host *host, hn_call *call, const char *key)
{
	hn_value v;
	memset(&v, 0, sizeof v);
	v.struct_size = (uint32_t)sizeof v;
	(void)host->option(call, key, &v);
	return v;
}

/* STRING URL PATH ENUM JSON, empty if it is not set. Borrowed until create() returns. */
static inline hn_str hn_option_text(const hn_host *host, hn_call *call, const char *key)
{
	return hn_option_value(host, call, key).s;
}

/* INT or BOOL; `otherwise` if it is not set. */
static inline int64_t hn_option_int(const hn_host *host, hn_call *call, const char *key, int64_t otherwise)
{
	hn_value v = hn_option_value(host, call, key);
	return v.is_set ? v.i : otherwise;
}

/* NUMBER; `otherwise` if it is not set. */
static inline double hn_option_number(const hn_host *host, hn_call *call, const char *key, double otherwise)
{
	hn_value v = hn_option_value(host, call, key);
	return v.is_set ? v.d : otherwise;
}

/* SECRET, or NULL. Borrowed until destroy(). */
static inline const hn_secret *hn_option_secret(const hn_host *host, hn_call *call, const char *key)
{
	return hn_option_value(host, call, key).secret;
}

/* ---- a request ---- */

/* Message i, which is below req->n_messages. */
static inline const hn_message *hn_message_at(const hn_request *req, uint32_t i)
{
	return HN_AT(hn_message, req->messages, req->message_stride, i);
}

/* The last message. There is always one. */
static inline const hn_message *hn_last(const hn_request *req)
{
	return hn_message_at(req, req->n_messages - 1);
}

/* Part i of a message, which is below message->n_parts. */
static inline const hn_part *hn_part_at(const hn_message *message, uint32_t i)
{
	return HN_AT(hn_part, message->parts, message->part_stride, i);
}

/* The role of a message as most APIs write it: "system", "user", "assistant" or "tool". */
static inline hn_str hn_role_of(const hn_message *message)
{
	switch (message->role) {
	case HN_ROLE_SYSTEM: return hn_str_of("system");
	case HN_ROLE_ASSISTANT: return hn_str_of("assistant");
	case HN_ROLE_TOOL: return hn_str_of("tool");
	default: return hn_str_of("user");
	}
}

/* ---- events: each returns what emit() returned; not 0: return that value at once ---- */

/* An event to fill further. */
static inline hn_event hn_event_of(uint32_t type, hn_str text)
{
	hn_event e;
	memset(&e, 0, sizeof e);
	e.struct_size = (uint32_t)sizeof e;
	e.type = type;
	e.text = text;
	return e;
}

static inline int32_t hn_emit_text_(const hn_host *host, hn_call *call, uint32_t type, hn_str text)
{
	hn_event e = hn_event_of(type, text);
	return host->emit(call, &e);
}

/* A piece of the reply. */
static inline int32_t hn_say(const hn_host *host, hn_call *call, hn_str text)
{
	return hn_emit_text_(host, call, HN_EV_TEXT, text);
}

/* A piece of the reasoning. */
static inline int32_t hn_think(const hn_host *host, hn_call *call, hn_str text)
{
	return hn_emit_text_(host, call, HN_EV_REASONING, text);
}

/* A remark for the user, one line. */
static inline int32_t hn_notice(const hn_host *host, hn_call *call, hn_str text)
{
	return hn_emit_text_(host, call, HN_EV_NOTICE, text);
}

/* What is waited for, one line; thousandths that are done, 0: unknown. */
static inline int32_t hn_progress(const hn_host *host, hn_call *call, hn_str text, uint32_t thousandths)
{
	hn_event e = hn_event_of(HN_EV_PROGRESS, text);
	e.number = thousandths;
	return host->emit(call, &e);
}

/* Bytes that only this provider understands, and what they are; they come back in this place. */
static inline int32_t hn_opaque(const hn_host *host, hn_call *call, const char *name, hn_str bytes)
{
	hn_event e = hn_event_of(HN_EV_OPAQUE, bytes);
	e.name = hn_str_of(name);
	return host->emit(call, &e);
}

/* A whole call of a tool; number: which of several. */
static inline int32_t hn_tool_call(const hn_host *host, hn_call *call, uint32_t number, hn_str id, hn_str name, hn_str arguments)
{
	hn_event e = hn_event_of(HN_EV_TOOL_CALL, arguments);
	e.number = number;
	e.id = id;
	e.name = name;
	return host->emit(call, &e);
}

/* The reply is complete: HN_FINISH_*. */
static inline int32_t hn_finish(const hn_host *host, hn_call *call, int32_t finish)
{
	hn_event e = hn_event_of(HN_EV_FINISH, hn_str_of(NULL));
	e.finish = finish;
	return host->emit(call, &e);
}

/* The finish that Chat Completions writes as "stop", "length", "content_filter" or "tool_calls";
 * HN_FINISH_UNKNOWN for another word and for NULL. */
static inline int32_t hn_finish_of(const char *word)
{
	static const struct { const char *word; int32_t finish; } known[] = {
		{ "stop", HN_FINISH_STOP }, { "length", HN_FINISH_LENGTH },
		{ "content_filter", HN_FINISH_CONTENT_FILTER }, { "tool_calls", HN_FINISH_TOOL_CALLS },
	};
	size_t i;
	for (i = 0; word && i < sizeof known / sizeof *known; i++)
		if (strcmp(word, known[i].word) == 0)
			return known[i].finish;
	return HN_FINISH_UNKNOWN;
}

static inline int64_t *hn_usage_member_(hn_usage *u, uint32_t which)
{
	switch (which) {
	case HN_USAGE_PROMPT: return &u->prompt;
	case HN_USAGE_COMPLETION: return &u->completion;
	case HN_USAGE_CACHED: return &u->cached;
	case HN_USAGE_CACHE_WRITE: return &u->cache_write;
	case HN_USAGE_REASONING: return &u->reasoning;
	case HN_USAGE_COST: return &u->cost;
	default: return NULL;
	}
}

/* Sets one count (which: HN_USAGE_*) and its bit, or clears it if value is negative: unknown. */
static inline void hn_usage_set(hn_usage *u, uint32_t which, int64_t value)
{
	int64_t *member = hn_usage_member_(u, which);
	if (!member)
		return;
	*member = value < 0 ? 0 : value;
	u->set = value < 0 ? u->set & ~which : u->set | which;
}

/* Two counts, where a negative one is unknown; hn_usage_set() adds others. */
static inline hn_usage hn_usage_of(int64_t prompt, int64_t completion)
{
	hn_usage u;
	memset(&u, 0, sizeof u);
	u.struct_size = (uint32_t)sizeof u;
	hn_usage_set(&u, HN_USAGE_PROMPT, prompt);
	hn_usage_set(&u, HN_USAGE_COMPLETION, completion);
	return u;
}

/* Reports what the reply took. */
static inline int32_t hn_report(const hn_host *host, hn_call *call, hn_usage usage)
{
	hn_event e = hn_event_of(HN_EV_USAGE, hn_str_of(NULL));
	e.usage = &usage;
	return host->emit(call, &e);
}

/* An entry of models() to fill further; hn_model_set() sets a member with its bit. */
static inline hn_model hn_model_of(hn_str id)
{
	hn_model m;
	memset(&m, 0, sizeof m);
	m.struct_size = (uint32_t)sizeof m;
	m.id = id;
	return m;
}

static inline int64_t *hn_model_member_(hn_model *m, uint32_t which)
{
	switch (which) {
	case HN_MODEL_CONTEXT: return &m->context;
	case HN_MODEL_MAX_OUTPUT: return &m->max_output;
	case HN_MODEL_PRICE_INPUT: return &m->price_input;
	case HN_MODEL_PRICE_OUTPUT: return &m->price_output;
	case HN_MODEL_PRICE_CACHED: return &m->price_cached;
	case HN_MODEL_PRICE_CACHE_WRITE: return &m->price_cache_write;
	default: return NULL;
	}
}

/* Sets one number (which: HN_MODEL_*) and its bit, or clears it if value is negative: unknown. */
static inline void hn_model_set(hn_model *m, uint32_t which, int64_t value)
{
	int64_t *member = hn_model_member_(m, which);
	if (member)
		*member = value < 0 ? 0 : value;
	else if (which == HN_MODEL_ACCEPTS)
		m->accepts = value < 0 ? 0 : (uint32_t)value;
	else if (which == HN_MODEL_HEEDS)
		m->heeds = value < 0 ? 0 : (uint32_t)value;
	else
		return;
	m->set = value < 0 ? m->set & ~which : m->set | which;
}

/* ---- errors: `return hn_failf(...)` ---- */

/* An error to fill further, for fail(). */
static inline hn_error hn_error_of(int32_t code, hn_str message)
{
	hn_error e;
	memset(&e, 0, sizeof e);
	e.struct_size = (uint32_t)sizeof e;
	e.code = code;
	e.message = message;
	return e;
}

#define HN_FAILF_MOST 1000u /* bytes of a message; the rest is cut off between two characters */

/* A printf-like text of the call's memory, at most `most` bytes, on one line: what a server says may
 * have several. */
static inline hn_str hn_vformat_(const hn_host *host, hn_call *call, size_t most, const char *format, va_list ap)
	HN_PRINTF_(4, 0);
static inline hn_str hn_vformat_(const hn_host *host, hn_call *call, size_t most, const char *format, va_list ap)
{
	char *text = (char *)host->alloc(call, most + 2);
	int n = vsnprintf(text, most + 2, format, ap);
	hn_str s = hn_str_of(n < 0 ? format : text);
	size_t i;
	for (i = 0; text && n >= 0 && i < s.n; i++)
		text[i] = (unsigned char)text[i] < 0x20u ? ' ' : text[i];
	if (s.n > most) {
		s.n = most;
		while (s.n && ((unsigned char)s.p[s.n] & 0xC0u) == 0x80u)
			s.n--;
	}
	return s;
}

/* A printf-like message of the call's memory: at most HN_FAILF_MOST bytes, on one line. */
static inline hn_str hn_textf(const hn_host *host, hn_call *call, const char *format, ...) HN_PRINTF_(3, 4);
static inline hn_str hn_textf(const hn_host *host, hn_call *call, const char *format, ...)
{
	hn_str s;
	va_list ap;
	va_start(ap, format);
	s = hn_vformat_(host, call, HN_FAILF_MOST, format, ap);
	va_end(ap);
	return s;
}

static inline int32_t hn_vfailf_(const hn_host *host, hn_call *call, int32_t code, const char *hint, const char *format, va_list ap)
	HN_PRINTF_(5, 0);
static inline int32_t hn_vfailf_(const hn_host *host, hn_call *call, int32_t code, const char *hint, const char *format, va_list ap)
{
	hn_error e = hn_error_of(code, hn_vformat_(host, call, HN_FAILF_MOST, format, ap));
	e.hint = hn_str_of(hint);
	return host->fail(call, &e);
}

/* Fails the call with a code and one sentence; returns the code. */
static inline int32_t hn_failf(const hn_host *host, hn_call *call, int32_t code, const char *format, ...)
	HN_PRINTF_(4, 5);
static inline int32_t hn_failf(const hn_host *host, hn_call *call, int32_t code, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	code = hn_vfailf_(host, call, code, NULL, format, ap);
	va_end(ap);
	return code;
}

/* The same with a hint: what the user can do. */
static inline int32_t hn_failf_hint(const hn_host *host, hn_call *call, int32_t code, const char *hint, const char *format, ...)
	HN_PRINTF_(5, 6);
static inline int32_t hn_failf_hint(const hn_host *host, hn_call *call, int32_t code, const char *hint, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	code = hn_vfailf_(host, call, code, hint, format, ap);
	va_end(ap);
	return code;
}

/* ---- URLs ---- */

static inline char *hn_put_(char *at, const char *p, size_t n)
{
	if (n)
		memcpy(at, p, n);
	return at + n;
}

/* base and path with one slash between them, of the call's memory. A query of the base, as in
 * "https://host/v1?api-version=2", comes after the path. */
static inline hn_str hn_join_url(const hn_host *host, hn_call *call, hn_str base, const char *path)
{
	const char *query = base.n ? (const char *)memchr(base.p, '?', base.n) : NULL;
	size_t n_base = query ? (size_t)(query - base.p) : base.n, n_query = base.n - n_base;
	char *url, *end;
	hn_str joined;
	while (n_base && base.p[n_base - 1] == '/')
		n_base--;
	while (*path == '/')
		path++;
	url = (char *)host->alloc(call, n_base + 1 + strlen(path) + n_query + 1);
	end = hn_put_(url, base.p, n_base);
	*end++ = '/';
	end = hn_put_(end, path, strlen(path));
	if (n_query && strchr(path, '?')) {
		*end++ = '&';
		query++;
		n_query--;
	}
	end = hn_put_(end, query, n_query);
	joined.p = url;
	joined.n = (size_t)(end - url);
	return joined;
}

#ifdef __cplusplus
}
#endif

#include <hobnob/easy_http.h>

#endif
