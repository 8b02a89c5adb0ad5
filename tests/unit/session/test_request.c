/* SPDX-License-Identifier: MIT */
/* test_request: the members of a request beside its messages. */
#include "../unit.h"

#include "../session_world.h"

static const struct play answers[] = { REPLY("a") };

/* The world after one turn under a setting (key NULL: none). */
static void ask_with(struct world *w, const char *key, const char *value)
{
	const char *options[] = { key, value, NULL };

	open_world(w, answers, 1, options);
	ck_assert_int_eq(line(w, "Hi"), 0);
}

/* What is set is marked, and nothing else. */
START_TEST(marks)
{
	static const struct { const char *key, *value; uint32_t set; } rows[] = {
		{ NULL, NULL, HN_SET_MAX_TOKENS },
		{ "max_tokens", "0", 0 },
		{ "max_tokens", "7", HN_SET_MAX_TOKENS },
		{ "temperature", "0", HN_SET_MAX_TOKENS | HN_SET_TEMPERATURE },
		{ "top_p", "0", HN_SET_MAX_TOKENS | HN_SET_TOP_P },
		{ "seed", "0", HN_SET_MAX_TOKENS | HN_SET_SEED },
		{ "stop", "END", HN_SET_MAX_TOKENS | HN_SET_STOP },
		{ "stop", "", HN_SET_MAX_TOKENS },
		{ "reasoning_effort", "low", HN_SET_MAX_TOKENS | HN_SET_EFFORT },
		{ "reasoning_effort", "", HN_SET_MAX_TOKENS },
	};
	struct world w;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		ask_with(&w, rows[i].key, rows[i].value);
		ck_assert_msg(last_request.set == rows[i].set, "%s=%s: %u", rows[i].key, rows[i].value, last_request.set);
		close_world(&w);
	}
}
END_TEST

/* A limit that the core chose by itself is left out where it is not passed on; one that the user set, or
 * that a limit of the user's needs, is refused. */
START_TEST(limit_not_heeded)
{
	static const char refused[] = "error usage: play does not take a limit of the reply (max_tokens): \n";
	struct world w;

	provider_vtable.heeds = ~HN_SET_MAX_TOKENS;
	ask_with(&w, NULL, NULL);
	ck_assert_uint_eq(last_request.set, 0);
	ck_assert_int_eq(line(&w, "/set max_tokens 9"), 0);
	ck_assert_int_eq(line(&w, "Hi"), HN_ERR_USAGE);
	SEEN(&w, refused);
	ck_assert_int_eq(line(&w, "/set max_tokens 0"), 0);
	ck_assert_int_eq(line(&w, "Hi"), 0);
	close_world(&w);
	open_world(&w, answers, 1, (const char *[]){ "max_tokens_session", "5000", NULL });
	ck_assert_int_eq(line(&w, "Hi"), HN_ERR_USAGE);
	SEEN(&w, refused);
	ck_assert_uint_eq(n_requests, 0);
	close_world(&w);
	provider_vtable.heeds = UINT32_MAX;
}
END_TEST

/* The window if it is known, and the prompt's estimate, which grows. */
START_TEST(sizes)
{
	struct world w;
	int64_t first;

	ask_with(&w, NULL, NULL);
	ck_assert_int_eq(last_request.window, 0);
	first = last_request.prompt;
	ck_assert_int_gt(first, 0);
	line(&w, "And again, with a few words more?");
	ck_assert_int_gt(last_request.prompt, first);
	close_world(&w);
	ask_with(&w, "context_tokens", "9000");
	ck_assert_int_eq(last_request.window, 9000);
	close_world(&w);
}
END_TEST

/* One id for all turns of a conversation, another one for each conversation. */
START_TEST(conversation)
{
	struct world w;
	char one[64];

	ask_with(&w, NULL, NULL);
	snprintf(one, sizeof one, "%s", last_conversation);
	ck_assert_uint_eq(strlen(one), 16);
	line(&w, "2");
	line(&w, "/clear");
	line(&w, "3");
	ck_assert_str_eq(last_conversation, one);
	close_world(&w);
	ask_with(&w, NULL, NULL);
	ck_assert_str_ne(last_conversation, one);
	close_world(&w);
}
END_TEST

static int32_t emitted;

static int32_t emit_text(hn_call *call)
{
	const hn_event e = { .struct_size = sizeof e, .type = HN_EV_TEXT, .text = str_of("a") };

	return emitted = door_emit(call, &e);
}

/* A dry run says that it is one, and what the provider emits nevertheless ends it. */
START_TEST(dry)
{
	struct buf out = BUF(BUF_NO_CAP);
	struct world w;

	ask_with(&w, NULL, NULL);
	ck_assert_uint_eq(last_request.flags, HN_REQUEST_STREAM);
	w.chat->dry_run = &out;
	chat_hook = emit_text;
	line(&w, "Hi");
	ck_assert_int_eq(emitted, HN_ERR_INTERRUPTED);
	ck_assert_uint_eq(last_request.flags, HN_REQUEST_STREAM | HN_REQUEST_DRY);
	close_world(&w);
	buf_free(&out);
}
END_TEST

/* What hobnob knows of a relayed request is hobnob's, the rest is the caller's. It cannot ask for a dry run. */
START_TEST(relayed)
{
	const hn_message user = { .role = HN_ROLE_USER, .text = str_of("hi") };
	const hn_request req = { .struct_size = sizeof req, .flags = UINT32_MAX, .n_messages = 1, .message_stride = sizeof user,
		.messages = &user, .window = 1, .prompt = -1, .conversation = str_of("theirs") };
	struct world w;

	open_world(&w, answers, 1, (const char *[]){ "context_tokens", "9000", NULL });
	ck_assert_int_eq(relay_service.ask(w.s, str_of(""), &req, see, &w), 0);
	ck_assert_uint_eq(last_request.flags, HN_REQUEST_STREAM);
	ck_assert_int_eq(last_request.window, 9000);
	ck_assert_int_gt(last_request.prompt, 0);
	ck_assert_str_eq(last_conversation, "theirs");
	close_world(&w);
}
END_TEST

/* The tools and the schema of a relayed request are a part of its size. */
START_TEST(relayed_size)
{
	static const hn_tool tools[] = { { { "tide", 4 }, { "when it is high", 15 }, { "{}", 2 } } };
	const hn_message user = { .role = HN_ROLE_USER, .text = str_of("hi") };
	hn_request req = { .struct_size = sizeof req, .n_messages = 1, .message_stride = sizeof user, .messages = &user,
		.tools = tools, .n_tools = 1, .tool_stride = sizeof *tools, .schema = str_of("{\"type\": \"object\"}") };
	static const uint32_t sets[] = { HN_SET_TOOLS, HN_SET_SCHEMA };
	struct world w;
	int64_t bare;

	open_world(&w, answers, 1, NULL);
	relay_service.ask(w.s, str_of(""), &req, see, &w);
	bare = last_request.prompt;
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
		req.set = sets[i];
		ck_assert_int_eq(relay_service.ask(w.s, str_of(""), &req, see, &w), 0);
		ck_assert_int_gt(last_request.prompt, bare);
	}
	close_world(&w);
}
END_TEST

/* A schema goes with each request. */
START_TEST(schema)
{
	static const struct schema s = { { "name", 4 }, { "{}", 2 } };
	struct world w;

	open_world(&w, answers, 1, NULL);
	w.chat->schema = &s;
	ck_assert_int_eq(line(&w, "Hi"), HN_ERR_PROTOCOL);
	ck_assert_uint_eq(last_request.set, HN_SET_MAX_TOKENS | HN_SET_SCHEMA);
	ck_assert(str_is(last_request.schema_name, "name"));
	ck_assert(str_is(last_request.schema, "{}"));
	close_world(&w);
}
END_TEST

UNIT_MAIN("request", marks, limit_not_heeded, sizes, conversation, dry, relayed, relayed_size, schema)
