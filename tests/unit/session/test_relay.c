/* SPDX-License-Identifier: MIT */
/* test_relay: requests of hobnob.relay/1: the texts that are refused by their names, and what hobnob fills in. */
#include "../unit.h"

#include "../session_world.h"

#define NONE { NULL, 5 } /* a text that says how long it is, and is not there */
#define NO_UTF8 { "\xFF", 1 }

static const struct play answers[] = { REPLY("a") };

/* ---- texts ---- */

/* The request is refused so, and nothing is asked. */
static void refused(struct world *w, const hn_request *req, const char *why)
{
	char *wanted = xasprintf("error usage: %s: \n", why);

	buf_cut(&w->seen, 0);
	ck_assert_int_eq(relay_service.ask(w->s, str_of(""), req, see, w), HN_ERR_USAGE);
	SEEN(w, wanted);
	ck_assert_uint_eq(n_requests, 0);
	free(wanted);
}

static hn_request request_of(const hn_message *m)
{
	return (hn_request){ .struct_size = sizeof(hn_request), .n_messages = 1, .message_stride = sizeof *m, .messages = m };
}

static const hn_message user = { .role = HN_ROLE_USER, .text = { "hi", 2 } };

START_TEST(texts_of_a_request)
{
	static const struct { hn_request with; const char *why; } rows[] = {
		{ { .model = NONE }, "hn_request.model is NULL and 5 bytes long" },
		{ { .conversation = NONE }, "hn_request.conversation is NULL and 5 bytes long" },
		{ { .reasoning_effort = NONE }, "hn_request.reasoning_effort is NULL and 5 bytes long" },
		{ { .tool_name = NONE }, "hn_request.tool_name is NULL and 5 bytes long" },
		{ { .schema_name = NONE }, "hn_request.schema_name is NULL and 5 bytes long" },
		{ { .schema = NONE }, "hn_request.schema is NULL and 5 bytes long" },
		{ { .extra = NONE }, "hn_request.extra is NULL and 5 bytes long" },
		{ { .model = NO_UTF8 }, "hn_request.model: it is not text in UTF-8" },
		{ { .schema_name = { "my name", 7 } }, "hn_request.schema_name: expected letters, digits, _ and -" },
		{ { .schema_name = { "n\xC3\xA4me", 5 } }, "hn_request.schema_name: expected letters, digits, _ and -" },
		{ { .schema = { "{\0}", 3 } }, "hn_request.schema: it is not text: it holds a NUL byte" },
	};
	struct world w;

	open_world(&w, answers, 1, NULL);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		hn_request req = rows[i].with, whole = request_of(&user);

		req.struct_size = whole.struct_size;
		req.n_messages = whole.n_messages;
		req.message_stride = whole.message_stride;
		req.messages = whole.messages;
		refused(&w, &req, rows[i].why);
	}
	close_world(&w);
}
END_TEST

START_TEST(texts_to_stop_at)
{
	static const hn_str stop[][2] = { { { "a", 1 }, NONE }, { { "a", 1 }, NO_UTF8 } };
	hn_request req = request_of(&user);
	struct world w;

	open_world(&w, answers, 1, NULL);
	req.set = HN_SET_STOP;
	req.n_stop = 2;
	refused(&w, &req, "hn_request.stop is NULL, but n_stop is 2");
	req.stop = stop[0];
	refused(&w, &req, "a text in hn_request.stop is NULL and 5 bytes long");
	req.stop = stop[1];
	refused(&w, &req, "a text in hn_request.stop: it is not text in UTF-8");
	close_world(&w);
}
END_TEST

START_TEST(texts_of_tools)
{
	static const struct { hn_tool tool; const char *why; } rows[] = {
		{ { .name = NONE }, "hn_tool.name is NULL and 5 bytes long" },
		{ { .description = NONE }, "hn_tool.description is NULL and 5 bytes long" },
		{ { .schema = NONE }, "hn_tool.schema is NULL and 5 bytes long" },
		{ { .description = NO_UTF8 }, "hn_tool.description: it is not text in UTF-8" },
	};
	hn_request req = request_of(&user);
	struct world w;

	open_world(&w, answers, 1, NULL);
	req.set = HN_SET_TOOLS;
	req.n_tools = 1;
	req.tool_stride = sizeof(hn_tool);
	refused(&w, &req, "there are 1 tools, and tools is NULL");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		req.tools = &rows[i].tool;
		refused(&w, &req, rows[i].why);
	}
	req.tool_stride = sizeof(hn_tool) - 1;
	refused(&w, &req, "the stride of tools is 47, at least 48 are needed");
	close_world(&w);
}
END_TEST

START_TEST(texts_of_messages)
{
	static const struct { hn_part part; const char *why; } rows[] = {
		{ { .type = HN_PART_TEXT, .data = NONE }, "hn_part.data is NULL and 5 bytes long" },
		{ { .type = HN_PART_TEXT, .data = NO_UTF8 }, "hn_part.data: it is not text in UTF-8" },
		{ { .type = HN_PART_TOOL_CALL, .data = NO_UTF8 }, "hn_part.data: it is not text in UTF-8" },
		{ { .type = HN_PART_TOOL_RESULT, .data = NO_UTF8 }, "hn_part.data: it is not text in UTF-8" },
		{ { .type = HN_PART_IMAGE, .data = NONE }, "hn_part.data is NULL and 5 bytes long" },
		{ { .type = HN_PART_TEXT, .id = NONE }, "hn_part.id is NULL and 5 bytes long" },
		{ { .type = HN_PART_TEXT, .name = NONE }, "hn_part.name is NULL and 5 bytes long" },
		{ { .type = HN_PART_TEXT, .mime = NONE }, "hn_part.mime is NULL and 5 bytes long" },
		{ { .type = HN_PART_OPAQUE, .name = NO_UTF8 }, "hn_part.name: it is not text in UTF-8" },
	};
	hn_message m = { .role = HN_ROLE_USER, .text = NONE };
	hn_request req = request_of(&m);
	struct world w;

	open_world(&w, answers, 1, NULL);
	refused(&w, &req, "hn_message.text is NULL and 5 bytes long");
	m = (hn_message){ .role = HN_ROLE_USER, .n_parts = 1, .part_stride = sizeof(hn_part) };
	refused(&w, &req, "there are 1 parts, and parts is NULL");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		m.parts = &rows[i].part;
		refused(&w, &req, rows[i].why);
	}
	m.part_stride = sizeof(hn_part) - 1;
	refused(&w, &req, "the stride of parts is 71, at least 72 are needed");
	req.n_messages = 2;
	req.messages = NULL;
	refused(&w, &req, "there are 2 messages, and messages is NULL");
	close_world(&w);
}
END_TEST

/* ---- what is filled in ---- */

static struct buf noted;

/* Notes the id of each message, and answers. */
static int32_t note_ids(void *self, hn_call *call, const hn_request *req)
{
	buf_cut(&noted, 0);
	for (uint32_t i = 0; i < req->n_messages; i++)
		buf_addf(&noted, "%s%llu", i ? " " : "",
			(unsigned long long)HN_AT(hn_message, req->messages, req->message_stride, i)->id);
	return play_chat(self, call, req);
}

/* An id of the caller's stays. One that is missing is another than all of them. */
START_TEST(ids)
{
	static const struct { uint64_t given[3]; const char *got; } rows[] = {
		{ { 0, 0, 0 }, "1 2 3" },
		{ { 7, 9, 8 }, "7 9 8" },
		{ { 2, 0, 0 }, "2 3 4" },
		{ { 0, 0, 1 }, "2 3 1" },
		{ { UINT64_MAX, 0, 5 }, "18446744073709551615 6 5" },
	};
	struct world w;

	open_world(&w, answers, 1, NULL);
	noted = BUF(BUF_NO_CAP);
	provider_vtable.chat = note_ids;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		hn_message m[3] = { { .role = HN_ROLE_SYSTEM }, { .role = HN_ROLE_USER }, { .role = HN_ROLE_ASSISTANT } };
		hn_request req = request_of(m);

		for (size_t k = 0; k < 3; k++)
			m[k].id = rows[i].given[k];
		req.n_messages = 3;
		ck_assert_int_eq(relay_service.ask(w.s, str_of(""), &req, see, &w), 0);
		ck_assert_str_eq(noted.p, rows[i].got);
	}
	provider_vtable.chat = play_chat;
	buf_free(&noted);
	close_world(&w);
}
END_TEST

/* A schema has a name, for servers refuse one without it. */
START_TEST(schema_name)
{
	hn_request req = request_of(&user);
	struct world w;

	open_world(&w, answers, 1, NULL);
	req.set = HN_SET_SCHEMA;
	req.schema = str_of("{}");
	ck_assert_int_eq(relay_service.ask(w.s, str_of(""), &req, see, &w), 0);
	ck_assert(str_is(last_request.schema_name, "reply"));
	req.schema_name = str_of("Their-own_2");
	ck_assert_int_eq(relay_service.ask(w.s, str_of(""), &req, see, &w), 0);
	ck_assert(str_is(last_request.schema_name, "Their-own_2"));
	close_world(&w);
}
END_TEST

/* What stands beside the text is a part of the size: by its own measure. */
START_TEST(size_of_parts)
{
	static const hn_part parts[] = { { .type = HN_PART_TEXT, .data = { "hi", 2 } },
		{ .type = HN_PART_IMAGE, .flags = HN_PARTFLAG_URL, .mime = { "image/png", 9 }, .data = { "https://h/a", 11 } } };
	hn_message m = { .role = HN_ROLE_USER, .n_parts = 1, .part_stride = sizeof *parts, .parts = parts };
	hn_request req = request_of(&m);
	struct world w;
	int64_t bare;

	open_world(&w, answers, 1, NULL);
	provider_vtable.accepts |= 1u << HN_PART_IMAGE;
	ck_assert_int_eq(relay_service.ask(w.s, str_of(""), &req, see, &w), 0);
	bare = last_request.prompt;
	m.n_parts = 2;
	ck_assert_int_eq(relay_service.ask(w.s, str_of(""), &req, see, &w), 0);
	ck_assert_int_eq(last_request.prompt - bare, tokens_of_part(TOKENS_O200K, &parts[1]));
	provider_vtable.accepts &= ~(1u << HN_PART_IMAGE);
	close_world(&w);
}
END_TEST

UNIT_MAIN("relay", texts_of_a_request, texts_to_stop_at, texts_of_tools, texts_of_messages, ids, schema_name, size_of_parts)
