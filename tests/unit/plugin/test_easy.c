/* SPDX-License-Identifier: MIT */
/* test_easy: the shortcuts of hobnob/easy.h, over a host that writes down what it gets. */
#include "hobnob/easy.h"

#include <stdio.h>

#include "../unit.h"

struct hn_call {
	char heard[4096];
	size_t n;
	hn_event event;  /* the last one, without its texts */
	hn_usage usage;
	hn_error error;
	hn_value value;  /* of the option "known" */
	void *memory[8];
	size_t n_memory;
};

static int32_t emit(hn_call *call, const hn_event *e)
{
	ck_assert_uint_eq(e->struct_size, sizeof *e);
	call->event = *e;
	if (e->usage)
		call->usage = *e->usage;
	call->n += (size_t)snprintf(call->heard + call->n, sizeof call->heard - call->n, "%u:%.*s\n", e->type,
		(int)e->text.n, e->text.n ? e->text.p : "");
	return -42;
}

static int32_t hear_error(hn_call *call, const hn_error *e)
{
	ck_assert_uint_eq(e->struct_size, sizeof *e);
	call->error = *e;
	return e->code;
}

static void *alloc(hn_call *call, size_t n)
{
	ck_assert_uint_lt(call->n_memory, 8);
	return call->memory[call->n_memory++] = calloc(1, n);
}

static int32_t option(hn_call *call, const char *key, hn_value *out)
{
	ck_assert_uint_eq(out->struct_size, sizeof *out);
	if (strcmp(key, "known") != 0)
		return HN_ERR_PLUGIN;
	*out = call->value;
	return 0;
}

static const hn_host host = {
	.struct_size = sizeof host, .emit = emit, .fail = hear_error, .alloc = alloc, .option = option
};

static void end(hn_call *call)
{
	while (call->n_memory)
		free(call->memory[--call->n_memory]);
}

static void text_is(hn_str got, const char *expected)
{
	ck_assert_uint_eq(got.n, strlen(expected));
	ck_assert(got.n == 0 || memcmp(got.p, expected, got.n) == 0);
}

START_TEST(texts)
{
	const hn_str two = HN_STR("a\0b"), none = hn_str_of(NULL);
	char *copy = hn_copy(two);
	ck_assert_uint_eq(two.n, 3);
	ck_assert(memcmp(copy, "a\0b", 4) == 0);
	free(copy);
	copy = hn_copy(none);
	ck_assert_str_eq(copy, "");
	free(copy);
	ck_assert(hn_same(hn_str_of("stop"), "stop") && hn_same(none, "") && hn_same(none, NULL));
	ck_assert(!hn_same(hn_str_of("stop"), "sto") && !hn_same(hn_str_of("sto"), "stop") && !hn_same(two, "a"));
}
END_TEST

START_TEST(events)
{
	hn_call call = { .n = 0 };
	ck_assert_int_eq(hn_say(&host, &call, hn_str_of("reply")), -42);
	ck_assert_int_eq(hn_think(&host, &call, hn_str_of("why")), -42);
	ck_assert_int_eq(hn_notice(&host, &call, hn_str_of("slow")), -42);
	ck_assert_int_eq(hn_finish(&host, &call, HN_FINISH_LENGTH), -42);
	ck_assert_str_eq(call.heard, "1:reply\n2:why\n8:slow\n4:\n");
	ck_assert_int_eq(call.event.finish, HN_FINISH_LENGTH);
}
END_TEST

START_TEST(events_with_more_than_text)
{
	hn_call call = { .n = 0 };
	ck_assert_int_eq(hn_progress(&host, &call, hn_str_of("loading"), 250), -42);
	ck_assert_uint_eq(call.event.number, 250);
	ck_assert_int_eq(hn_opaque(&host, &call, "signature", hn_str_of("bytes")), -42);
	text_is(call.event.name, "signature");
	ck_assert_int_eq(hn_tool_call(&host, &call, 3, hn_str_of("id"), hn_str_of("add"), hn_str_of("{}")), -42);
	ck_assert_uint_eq(call.event.number, 3);
	text_is(call.event.id, "id");
	text_is(call.event.name, "add");
	ck_assert_str_eq(call.heard, "9:loading\n6:bytes\n10:{}\n");
}
END_TEST

/* A count that is not known leaves no trace; a count of 0 is one. */
START_TEST(usage)
{
	static const uint32_t bits[] = { HN_USAGE_PROMPT, HN_USAGE_COMPLETION, HN_USAGE_CACHED,
		HN_USAGE_CACHE_WRITE, HN_USAGE_REASONING, HN_USAGE_COST };
	hn_call call = { .n = 0 };
	hn_usage u = hn_usage_of(12, -1);
	ck_assert_int_eq(hn_report(&host, &call, u), -42);
	ck_assert_uint_eq(call.event.type, HN_EV_USAGE);
	ck_assert_uint_eq(call.usage.set, HN_USAGE_PROMPT);
	ck_assert_int_eq(call.usage.prompt, 12);
	ck_assert_int_eq(call.usage.completion, 0);
	for (size_t i = 0; i < sizeof bits / sizeof *bits; i++)
		hn_usage_set(&u, bits[i], (int64_t)i);
	ck_assert_uint_eq(u.set, 4 | 8 | 16 | 32 | 64 | 128);
	ck_assert_int_eq(u.prompt, 0);
	ck_assert_int_eq(u.completion, 1);
	ck_assert_int_eq(u.cached, 2);
	ck_assert_int_eq(u.cache_write, 3);
	ck_assert_int_eq(u.reasoning, 4);
	ck_assert_int_eq(u.cost, 5);
	hn_usage_set(&u, HN_USAGE_COST, -1);
	hn_usage_set(&u, HN_USAGE_ESTIMATED_PROMPT, 7);
	ck_assert_uint_eq(u.set, 4 | 8 | 16 | 32 | 64);
	ck_assert_int_eq(u.cost, 0);
}
END_TEST

START_TEST(models)
{
	static const uint32_t bits[] = { HN_MODEL_CONTEXT, HN_MODEL_MAX_OUTPUT, HN_MODEL_PRICE_INPUT,
		HN_MODEL_PRICE_OUTPUT, HN_MODEL_PRICE_CACHED, HN_MODEL_PRICE_CACHE_WRITE, HN_MODEL_ACCEPTS,
		HN_MODEL_HEEDS };
	hn_model m = hn_model_of(hn_str_of("small"));
	ck_assert_uint_eq(m.struct_size, sizeof m);
	ck_assert_uint_eq(m.set, 0);
	for (size_t i = 0; i < sizeof bits / sizeof *bits; i++)
		hn_model_set(&m, bits[i], (int64_t)i + 1);
	ck_assert_uint_eq(m.set, 255);
	ck_assert(m.context == 1 && m.max_output == 2 && m.price_input == 3 && m.price_output == 4);
	ck_assert(m.price_cached == 5 && m.price_cache_write == 6 && m.accepts == 7 && m.heeds == 8);
	hn_model_set(&m, HN_MODEL_CONTEXT, -1);
	hn_model_set(&m, HN_MODEL_HEEDS, -1);
	hn_model_set(&m, 1u << 20, 3);
	ck_assert_uint_eq(m.set, 255 & ~(HN_MODEL_CONTEXT | HN_MODEL_HEEDS));
	ck_assert(m.context == 0 && m.heeds == 0);
}
END_TEST

START_TEST(failures)
{
	hn_call call = { .n = 0 };
	ck_assert_int_eq(hn_failf(&host, &call, HN_ERR_NOT_FOUND, "no model %s, %d others", "x", 3), HN_ERR_NOT_FOUND);
	ck_assert_int_eq(call.error.code, HN_ERR_NOT_FOUND);
	ck_assert_int_eq(call.error.retry_after_ms, 0);
	text_is(call.error.message, "no model x, 3 others");
	text_is(call.error.hint, "");
	ck_assert_int_eq(hn_failf_hint(&host, &call, HN_ERR_CONFIG, "name one with -m", "no model %s", "y"), HN_ERR_CONFIG);
	ck_assert_int_eq(call.error.code, HN_ERR_CONFIG);
	text_is(call.error.message, "no model y");
	text_is(call.error.hint, "name one with -m");
	hn_failf_hint(&host, &call, HN_ERR_CONFIG, NULL, "no");
	text_is(call.error.hint, "");
	end(&call);
}
END_TEST

START_TEST(words_of_apis)
{
	static const char *const roles[] = { "user", "system", "user", "assistant", "tool", "user" };
	static const struct { const char *word; int32_t finish; } rows[] = {
		{ "stop", HN_FINISH_STOP }, { "length", HN_FINISH_LENGTH }, { "content_filter", HN_FINISH_CONTENT_FILTER },
		{ "tool_calls", HN_FINISH_TOOL_CALLS }, { "eos", HN_FINISH_UNKNOWN }, { NULL, HN_FINISH_UNKNOWN },
	};
	for (uint32_t i = 0; i < sizeof roles / sizeof *roles; i++)
		text_is(hn_role_of(&(hn_message){ .role = i }), roles[i]);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		ck_assert_int_eq(hn_finish_of(rows[i].word), rows[i].finish);
}
END_TEST

START_TEST(formatted)
{
	hn_call call = { .n = 0 };
	text_is(hn_textf(&host, &call, "%s of %d", "one", 3), "one of 3");
	text_is(hn_textf(&host, &call, "%s", "two\r\nlines\tand\x1b"), "two  lines and ");
	ck_assert_uint_eq(hn_textf(&host, &call, "%*s", (int)HN_FAILF_MOST + 5, "x").n, HN_FAILF_MOST);
	end(&call);
}
END_TEST

/* A message that is too long ends between two characters, wherever the limit falls. */
START_TEST(a_long_failure)
{
	char wide[HN_FAILF_MOST * 3 + 1];
	for (size_t i = 0; i < HN_FAILF_MOST; i++)
		memcpy(wide + 3 * i, "\xe2\x82\xac", 4);
	for (size_t before = 0; before < 4; before++) {
		hn_call call = { .n = 0 };
		hn_failf(&host, &call, HN_ERR_PLUGIN, "%.*s%s", (int)before, "aaaa", wide);
		ck_assert_uint_eq(call.error.message.n, HN_FAILF_MOST - (HN_FAILF_MOST - before) % 3);
		ck_assert(memcmp(call.error.message.p + before, wide, call.error.message.n - before) == 0);
		end(&call);
	}
	hn_call call = { .n = 0 };
	hn_failf(&host, &call, HN_ERR_PLUGIN, "%*s", (int)HN_FAILF_MOST, "x");
	ck_assert_uint_eq(call.error.message.n, HN_FAILF_MOST);
	hn_failf(&host, &call, HN_ERR_PLUGIN, "%*s", (int)HN_FAILF_MOST + 1, "x");
	ck_assert_uint_eq(call.error.message.n, HN_FAILF_MOST);
	end(&call);
}
END_TEST

START_TEST(urls)
{
	static const struct { const char *base, *path, *url; } rows[] = {
		{ "https://a.org/v1", "chat", "https://a.org/v1/chat" },
		{ "https://a.org/v1//", "/chat", "https://a.org/v1/chat" },
		{ "https://a.org", "", "https://a.org/" },
		{ "https://a.org/v1/?version=2", "/chat", "https://a.org/v1/chat?version=2" },
		{ "https://a.org/v1?version=2", "chat?alt=sse", "https://a.org/v1/chat?alt=sse&version=2" },
		{ "https://a.org/v1", "chat?alt=sse", "https://a.org/v1/chat?alt=sse" },
		{ "", "chat", "/chat" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		hn_call call = { .n = 0 };
		hn_str url = hn_join_url(&host, &call, hn_str_of(rows[i].base), rows[i].path);
		text_is(url, rows[i].url);
		ck_assert_str_eq(url.p, rows[i].url);
		end(&call);
	}
}
END_TEST

START_TEST(options)
{
	hn_call call = { .value = { .i = 7, .d = 0.5, .s = HN_STR("text"), .is_set = 1,
				    .secret = (const hn_secret *)&call } };
	text_is(hn_option_text(&host, &call, "known"), "text");
	ck_assert_int_eq(hn_option_int(&host, &call, "known", 3), 7);
	ck_assert_double_eq(hn_option_number(&host, &call, "known", 3), 0.5);
	ck_assert_ptr_eq(hn_option_secret(&host, &call, "known"), (const hn_secret *)&call);
	text_is(hn_option_text(&host, &call, "other"), "");
	ck_assert_int_eq(hn_option_int(&host, &call, "other", 3), 3);
	ck_assert_double_eq(hn_option_number(&host, &call, "other", 3), 3);
	ck_assert_ptr_null(hn_option_secret(&host, &call, "other"));
}
END_TEST

/* Messages and parts of a later version are longer: the stride says by how much. */
START_TEST(strides)
{
	struct longer_part { hn_part now; uint64_t later; } parts[2] = { 0 };
	struct longer_message { hn_message now; uint64_t later; } messages[2] = { 0 };
	hn_request request = { .n_messages = 2, .message_stride = sizeof *messages, .messages = &messages->now };
	messages[1].now.parts = &parts->now;
	messages[1].now.part_stride = sizeof *parts;
	ck_assert_ptr_eq(hn_last(&request), &messages[1].now);
	ck_assert_ptr_eq(hn_message_at(&request, 0), &messages[0].now);
	ck_assert_ptr_eq(hn_part_at(hn_last(&request), 1), &parts[1].now);
}
END_TEST

static const hn_provider provider = HN_PROVIDER(HN_PROVIDER_BLOCKS, 2, 3, NULL, NULL, NULL, NULL, NULL);
static const hn_env env[] = { { "FIRST", NULL }, { "SECOND", "sk-" } };
static const hn_option declared[] = {
	HN_OPTION(HN_OPT_STRING, 0, "model", "small", "which model answers"),
	HN_OPTION_ENV(HN_OPT_STRING, HN_OPTION_SECRET, "api_key", NULL, "the key", env),
	HN_API_KEY(env),
	HN_BASE_URL("https://a.org/v1"),
	HN_MODEL("small"),
	HN_HEADERS,
};
HN_PLUGIN(HN_TYPE_PROVIDER, provider, declared, "easy", "1.2", "a summary", "MIT")

START_TEST(descriptor)
{
	const hn_plugin *p = hobnob_plugin_v1();
	ck_assert_uint_eq(p->struct_size, sizeof *p);
	ck_assert(p->abi_major == HN_ABI_MAJOR && p->need_minor == 0 && p->type == HN_TYPE_PROVIDER && p->flags == 0);
	ck_assert(p->n_options == 6 && p->option_stride == sizeof(hn_option) && p->options == declared);
	ck_assert_ptr_eq(p->vtable, &provider);
	ck_assert_str_eq(p->name, "easy");
	ck_assert_str_eq(p->version, "1.2");
	ck_assert_str_eq(p->summary, "a summary");
	ck_assert_str_eq(p->license, "MIT");
	ck_assert(provider.struct_size == sizeof provider && provider.flags == HN_PROVIDER_BLOCKS &&
		provider.accepts == 2 && provider.heeds == 3);
	ck_assert_str_eq(declared[0].initial, "small");
	ck_assert_str_eq(declared[0].help, "which model answers");
	ck_assert(declared[0].n_env == 0 && declared[0].env == NULL && declared[0].values == NULL);
	ck_assert(declared[1].n_env == 2 && declared[1].env == env && declared[1].flags == HN_OPTION_SECRET);
	ck_assert_str_eq(declared[1].key, "api_key");
}
END_TEST

START_TEST(customary_options)
{
	static const struct { const char *key, *initial; uint32_t type, flags, n_env; } rows[] = {
		{ "api_key", NULL, HN_OPT_STRING, HN_OPTION_SECRET | HN_OPTION_REQUIRED | HN_OPTION_AT_HOME, 2 },
		{ "base_url", "https://a.org/v1", HN_OPT_URL, HN_OPTION_ENDPOINT, 0 },
		{ "model", "small", HN_OPT_STRING, 0, 0 },
		{ "headers", NULL, HN_OPT_MAP, HN_OPTION_STEERS, 0 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const hn_option *o = &declared[2 + i];
		ck_assert_str_eq(o->key, rows[i].key);
		ck_assert(o->type == rows[i].type && o->flags == rows[i].flags && o->n_env == rows[i].n_env);
		ck_assert(rows[i].initial ? strcmp(o->initial, rows[i].initial) == 0 : !o->initial);
	}
}
END_TEST

UNIT_MAIN("easy", texts, events, events_with_more_than_text, usage, models, words_of_apis, formatted, failures, a_long_failure,
	urls, options, strides, descriptor, customary_options)
