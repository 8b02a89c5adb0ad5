/* SPDX-License-Identifier: MIT */
/*
 * test_promises: what a provider's `heeds` and `accepts` promise is in the body that it sends, and nothing else is.
 *
 * Each provider is loaded as it is built, and asked once for each setting and each type of part.
 */
#include <dlfcn.h>
#include <stdio.h>

#include "../unit.h"

#include "../fake_host.h"

#define S(text) { text, sizeof(text) - 1 }

static const char *const providers[] = { "anthropic", "gemini", "ollama", "openai", "openrouter", "responses" };

static hn_call call;
static const hn_provider *provider;
static void *self;

/* The provider is ready to be asked. */
static void begin(const char *name)
{
	const char *build = getenv("HOBNOB_TEST_BUILDDIR");
	char path[4096];
	const hn_plugin *(*entry)(void);

	snprintf(path, sizeof path, "%s/.libs/%s.so", build ? build : ".", name);
	void *dl = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	ck_assert_msg(dl != NULL, "%s", dl ? "" : dlerror());
	*(void **)&entry = dlsym(dl, "hobnob_plugin_v1");
	ck_assert_ptr_nonnull(entry);
	provider = entry()->vtable;
	fake_begin(&call);
	fake_string(&call, "base_url", "http://localhost:8080/v1");
	fake_secret(&call, "api_key", "k");
	ck_assert_int_eq(provider->create(&fake_host, &call, &self), 0);
}

static void end(void)
{
	provider->destroy(self);
	fake_end(&call);
}

/* What it sends for a request, or why it refuses to; the caller frees. What it makes of the empty answer is not looked at. */
static char *sent(const hn_request *req)
{
	fake_again(&call);
	fake_body(&call, "{}");
	free(call.sent);
	call.sent = NULL;
	(void)provider->chat(self, &call, req);
	ck_assert(call.sent || call.message);
	return strdup(call.sent ? call.sent : call.message);
}

/* ---- settings ---- */

static const struct { uint32_t bit, with; const char *name; } settings[] = {
	{ HN_SET_MAX_TOKENS, 0, "max_tokens" },
	{ HN_SET_TEMPERATURE, 0, "temperature" },
	{ HN_SET_TOP_P, 0, "top_p" },
	{ HN_SET_SEED, 0, "seed" },
	{ HN_SET_STOP, 0, "stop" },
	{ HN_SET_EFFORT, 0, "reasoning_effort" },
	{ HN_SET_TOOLS, 0, "tools" },
	{ HN_SET_TOOL_CHOICE, HN_SET_TOOLS, "tool_choice" },
	{ HN_SET_SCHEMA, 0, "schema" },
	{ HN_SET_EXTRA, 0, "extra" },
};

static const hn_str stop[] = { S("END") };
static const hn_tool tools[] = { { S("tide"), S("when"), S("{\"type\":\"object\",\"properties\":{}}") } };
static const hn_message user = { .role = HN_ROLE_USER, .id = 1, .part_stride = sizeof(hn_part), .text = S("hi") };

/* A request that has all members, and sets these. */
static hn_request full(uint32_t set)
{
	return (hn_request){ .struct_size = sizeof(hn_request), .set = set, .n_messages = 1, .message_stride = sizeof user,
		.messages = &user, .model = S("m"), .max_tokens = 77, .temperature = 0.25, .top_p = 0.5, .seed = 7, .n_stop = 1,
		.stop = stop, .reasoning_effort = S("low"), .n_tools = 1, .tool_stride = sizeof *tools, .tools = tools,
		.tool_choice = HN_CHOICE_REQUIRED, .schema_name = S("answer"), .schema = S("{\"type\":\"object\",\"properties\":{}}"),
		.extra = S("{\"tier\":\"flex\"}") };
}

/* What is set and heeded changes the body, or the provider itself refuses that value; what is set and not heeded changes
 * nothing. */
START_TEST(settings_as_promised)
{
	for (size_t i = 0; i < sizeof providers / sizeof *providers; i++) {
		begin(providers[i]);
		for (size_t k = 0; k < sizeof settings / sizeof *settings; k++) {
			hn_request without = full(settings[k].with), with = full(settings[k].with | settings[k].bit);
			char *a = sent(&without), *b = sent(&with);

			ck_assert_msg(!strcmp(a, b) == !(provider->heeds & settings[k].bit), "%s, %s: %s", providers[i],
				settings[k].name, b);
			free(a);
			free(b);
		}
		ck_assert_uint_eq(provider->heeds & ~((HN_SET_EXTRA << 1) - 1), 0);
		end();
	}
}
END_TEST

/* What is there and not set is not sent. */
START_TEST(nothing_that_is_not_set)
{
	for (size_t i = 0; i < sizeof providers / sizeof *providers; i++) {
		hn_request all = full(0), none = { .struct_size = sizeof none, .n_messages = 1, .message_stride = sizeof user,
			.messages = &user, .model = S("m") };

		begin(providers[i]);
		char *a = sent(&all), *b = sent(&none);
		ck_assert_str_eq(a, b);
		free(a);
		free(b);
		end();
	}
}
END_TEST

/* ---- parts ---- */

/* The bytes of an image, and how they stand in a body; and a word that stands in it as it is. */
#define PNG "\x89PNG\r\n\x1a\n"
#define PNG_SENT "iVBORw0KGgo="
#define MARK "a-word-to-find"

static const hn_part asked = { .type = HN_PART_TEXT, .data = S("hi") };
static const hn_part called = { .type = HN_PART_TOOL_CALL, .id = S("c1"), .name = S("tide"), .data = S("{\"at\":\"" MARK "\"}") };
static const hn_part plain_call = { .type = HN_PART_TOOL_CALL, .id = S("c1"), .name = S("tide"), .data = S("{}") };
static const hn_part result = { .type = HN_PART_TOOL_RESULT, .id = S("c1"), .name = S("tide"), .data = S(MARK) };
static const hn_part plain_result = { .type = HN_PART_TOOL_RESULT, .id = S("c1"), .name = S("tide"), .data = S("no") };

/* 1 if it reaches the body: an image beside a text, or (NULL) the mark of a call of a tool or its result. */
static int is_sent(const hn_part *beside, const hn_part *call_part, const hn_part *result_part)
{
	hn_part first[2] = { asked };
	const hn_message all[] = {
		{ .role = HN_ROLE_USER, .id = 1, .n_parts = beside ? 2 : 1, .part_stride = sizeof *first, .parts = first, .text = S("hi") },
		{ .role = HN_ROLE_ASSISTANT, .id = 2, .n_parts = 1, .part_stride = sizeof *call_part, .parts = call_part },
		{ .role = HN_ROLE_TOOL, .id = 3, .n_parts = 1, .part_stride = sizeof *result_part, .parts = result_part },
	};
	hn_request req = full(HN_SET_TOOLS);

	if (beside)
		first[1] = *beside;
	req.n_messages = beside ? 1 : 3;
	req.messages = all;
	char *body = sent(&req);
	int found = strstr(body, beside ? PNG_SENT : MARK) != NULL;
	free(body);
	return found;
}

/* Each type of part that is accepted reaches the body. */
START_TEST(parts_as_promised)
{
	static const hn_part image = { .type = HN_PART_IMAGE, .name = S("a.png"), .mime = S("image/png"), .data = S(PNG) };

	for (size_t i = 0; i < sizeof providers / sizeof *providers; i++) {
		begin(providers[i]);
		ck_assert_msg(is_sent(&image, NULL, NULL) == !!(provider->accepts & 1u << HN_PART_IMAGE), "%s: image", providers[i]);
		ck_assert_msg(is_sent(NULL, &called, &plain_result) == !!(provider->accepts & 1u << HN_PART_TOOL_CALL), "%s: call", providers[i]);
		ck_assert_msg(is_sent(NULL, &plain_call, &result) == !!(provider->accepts & 1u << HN_PART_TOOL_RESULT), "%s: result", providers[i]);
		end();
	}
}
END_TEST

UNIT_MAIN("promises", settings_as_promised, nothing_that_is_not_set, parts_as_promised)
