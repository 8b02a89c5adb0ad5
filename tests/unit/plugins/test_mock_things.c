/* SPDX-License-Identifier: MIT */
/* The mock: images, files, tools and schemas in requests, and calls and images in replies. */
#include "../unit.h"

#include <stdio.h>
#include <unistd.h>

#include "../fake_host.h"

#define S(text) { text, sizeof(text) - 1 }
#define PNG "\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xE0"

static hn_call call;
static void *self;
static char path[32];

static const hn_provider *mock(void)
{
	return hobnob_plugin_v1()->vtable;
}

static void begin(void)
{
	fake_begin(&call);
	fake_string(&call, "chunk", "word");
	self = NULL;
}

/* Makes an instance, which plays a script if there is one. */
static int32_t create(const char *script)
{
	if (!script)
		return mock()->create(&fake_host, &call, &self);
	snprintf(path, sizeof path, "/tmp/hobnob-mock-XXXXXX");
	int fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, script, strlen(script)), (ssize_t)strlen(script));
	close(fd);
	fake_string(&call, "script", path);
	int32_t rc = mock()->create(&fake_host, &call, &self);
	unlink(path);
	return rc;
}

static void end(void)
{
	mock()->destroy(self);
	fake_end(&call);
}

static const char *text_of(const struct buf *b)
{
	return b->p ? b->p : "";
}

static void check(const char *events, const char *text)
{
	ck_assert_str_eq(text_of(&call.events), events);
	ck_assert_str_eq(text_of(&call.text), text);
}

static const hn_tool tools[] = {
	{ S("now"), { NULL, 0 }, { NULL, 0 } },
	{ S("tide"), S(""), S("{\"type\":\"object\",\"properties\":{\"port\":{\"type\":\"string\"},\"days\":{\"type\":\"integer\"}},\"required\":[\"port\"]}") },
};

/* A request of some messages, streamed. */
static hn_request request(const hn_message *m, uint32_t n)
{
	return (hn_request){ .struct_size = sizeof(hn_request), .flags = HN_REQUEST_STREAM, .n_messages = n,
		.message_stride = sizeof *m, .messages = m, .tools = tools, .n_tools = 2, .tool_stride = sizeof *tools,
		.tool_name = S("tide") };
}

static const hn_message hi = { .role = HN_ROLE_USER, .id = 1, .text = S("Hi you") };

static int32_t ask(const hn_request *req)
{
	fake_again(&call);
	return mock()->chat(self, &call, req);
}

START_TEST(descriptor)
{
	ck_assert_uint_eq(mock()->accepts, 0x7A); /* every part, but the opaque ones are nobody's */
	ck_assert_uint_eq(mock()->heeds, 0x3FF);
}
END_TEST

START_TEST(says_what_came)
{
	static const hn_part parts[] = { { .type = HN_PART_TEXT, .data = S("Look") },
		{ .type = HN_PART_IMAGE, .name = S("a.png"), .mime = S("image/png"), .data = S(PNG) },
		{ .type = HN_PART_IMAGE, .mime = S("image/png"), .data = S("what") },
		{ .type = HN_PART_IMAGE, .flags = HN_PARTFLAG_URL, .mime = S("image/jpeg"), .data = S("https://h/b.jpg") },
		{ .type = HN_PART_FILE, .name = S("c.pdf"), .mime = S("application/pdf"), .data = S(PNG) } };
	static const hn_message m[] = {
		{ .role = HN_ROLE_USER, .id = 1, .text = S("Look"), .n_parts = 5, .part_stride = sizeof *parts, .parts = parts },
		{ .role = HN_ROLE_ASSISTANT, .id = 2, .text = S("no") },
	};
	static const hn_message alone[] = { { .role = HN_ROLE_USER, .id = 1, .n_parts = 1, .part_stride = sizeof *parts, .parts = parts + 2 } };
	hn_request req = request(m, 2);
	begin();
	ck_assert_int_eq(create(NULL), 0);
	req.flags = 0;
	ck_assert_int_eq(ask(&req), 0);
	check("tuf", "Look\n[image a.png image/png 640x480 24 bytes]\n[image image/png 4 bytes]\n"
		     "[image image/jpeg https://h/b.jpg]\n[file c.pdf application/pdf 24 bytes]");
	req = request(alone, 1);
	ck_assert_int_eq(ask(&req), 0);
	ck_assert_str_eq(call.text.p, "[image image/png 4 bytes]");
	end();
}
END_TEST

START_TEST(says_results)
{
	static const hn_part parts[] = { { .type = HN_PART_TOOL_RESULT, .id = S("k1"), .name = S("tide"), .data = S("04:10 and 16:30") },
		{ .type = HN_PART_TOOL_RESULT, .flags = HN_PARTFLAG_ERROR, .id = S("k2"), .data = S("no such port") } };
	static const hn_message m[] = { { .role = HN_ROLE_USER, .id = 1, .text = S("tides?") },
		{ .role = HN_ROLE_TOOL, .id = 3, .n_parts = 2, .part_stride = sizeof *parts, .parts = parts } };
	hn_request req = request(m, 2);
	begin();
	ck_assert_int_eq(create(NULL), 0);
	ck_assert_int_eq(ask(&req), 0);
	ck_assert_str_eq(call.text.p, "[result of tide: 04:10 and 16:30]\n[k2 failed: no such port]");
	ck_assert_int_eq(call.usage.prompt, 7);
	end();
	begin(); /* a step matches them */
	ck_assert_int_eq(create("{\"steps\":[{\"match\":\"result of tide: 04\",\"text\":\"At four.\"}]}"), 0);
	ck_assert_int_eq(ask(&req), 0);
	ck_assert_str_eq(call.text.p, "At four.");
	end();
}
END_TEST

/* Schemas, and the instances of them. */
static const struct {
	const char *schema, *instance;
} schemas[] = {
	{ "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"},\"b\":{\"type\":[\"null\",\"integer\"]},\"c\":{\"type\":\"boolean\"},"
	  "\"d\":{\"type\":\"null\"},\"e\":{\"type\":\"array\",\"items\":{\"type\":\"number\"}}},\"required\":[\"a\",\"b\",\"c\",\"d\",\"e\"]}",
		"{\"a\":\"Hi you\",\"b\":0,\"c\":false,\"d\":null,\"e\":[]}" },
	{ "{\"properties\":{\"a\":{\"enum\":[\"x\",\"y\"]},\"b\":{\"const\":{\"k\":1}},\"c\":{\"anyOf\":[{\"type\":\"integer\"},{\"type\":\"null\"}]},\"n\":{\"const\":null}}}",
		"{\"a\":\"x\",\"b\":{\"k\":1},\"c\":0,\"n\":null}" },
	{ "{\"properties\":{\"a\":{},\"b\":{}},\"required\":[\"b\"]}", "{\"b\":\"Hi you\"}" },
	{ "{\"type\":\"array\",\"minItems\":2,\"items\":{\"type\":\"integer\",\"minimum\":3}}", "[3,3]" },
	{ "{\"items\":{}}", "[]" },
	{ "{\"type\":\"integer\",\"exclusiveMinimum\":3}", "4" },
	{ "{\"type\":\"number\",\"minimum\":-5,\"maximum\":9}", "0" },
	{ "{\"type\":\"number\",\"minimum\":0.5}", "0.5" },
	{ "{\"type\":\"integer\",\"maximum\":-2}", "-2" },
	{ "{\"type\":\"string\",\"maxLength\":3}", "\"Hi \"" },
	{ "{\"type\":\"string\",\"minLength\":8}", "\"Hi youxx\"" },
	{ "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"type\":\"boolean\"}}}", "false" },
	{ "{\"oneOf\":[{\"type\":\"integer\"}]}", "0" },
	{ "{\"allOf\":[{\"type\":\"integer\"}]}", "0" },
	{ "{}", "\"Hi you\"" },
	{ "{", "{}" },
};

START_TEST(instances)
{
	begin();
	ck_assert_int_eq(create(NULL), 0);
	for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++) {
		hn_request req = request(&hi, 1);
		req.set = HN_SET_SCHEMA;
		req.schema = (hn_str){ schemas[i].schema, strlen(schemas[i].schema) };
		ck_assert_int_eq(ask(&req), 0);
		ck_assert_str_eq(text_of(&call.text), schemas[i].instance);
		ck_assert_int_eq(call.finish, HN_FINISH_STOP);
	}
	end();
}
END_TEST

/* A schema that refers to itself comes to an end, however it grows. */
START_TEST(instances_are_bounded)
{
	static const char *const endless[] = {
		"{\"properties\":{\"a\":{\"$ref\":\"#\"},\"b\":{\"$ref\":\"#\"}}}",
		"{\"type\":\"array\",\"minItems\":100000,\"items\":{\"$ref\":\"#\"}}",
		"{\"$ref\":\"#\"}",
	};
	begin();
	ck_assert_int_eq(create(NULL), 0);
	for (size_t i = 0; i < 3; i++) {
		hn_request req = request(&hi, 1);
		req.set = HN_SET_SCHEMA;
		req.schema = (hn_str){ endless[i], strlen(endless[i]) };
		ck_assert_int_eq(ask(&req), 0);
		ck_assert_uint_lt(call.text.n, 20000);
	}
	ck_assert_str_eq(call.text.p, "null");
	end();
}
END_TEST

START_TEST(calls_what_it_must)
{
	hn_request req = request(&hi, 1);
	begin();
	ck_assert_int_eq(create(NULL), 0);
	req.set = HN_SET_TOOLS;
	ck_assert_int_eq(ask(&req), 0);
	check("ttuf", "Hi you");
	req.set = HN_SET_TOOLS | HN_SET_TOOL_CHOICE;
	req.tool_choice = HN_CHOICE_NAMED;
	ck_assert_int_eq(ask(&req), 0);
	check("aacuf", "");
	ck_assert_str_eq(call.calls.p, "0 call_0 tide {\"port\":\"Hi you\"}\n");
	ck_assert_str_eq(call.beside.p, "0 call_0 tide {\"port\":\"Hi\n0 call_0 tide  you\"}\n");
	ck_assert_int_eq(call.finish, HN_FINISH_TOOL_CALLS);
	req.tool_choice = HN_CHOICE_REQUIRED;
	ck_assert_int_eq(ask(&req), 0);
	ck_assert_str_eq(call.calls.p, "0 call_0 now {}\n");
	req.tool_choice = HN_CHOICE_NONE;
	ck_assert_int_eq(ask(&req), 0);
	check("ttuf", "Hi you");
	end();
}
END_TEST

/* A fixed reply goes before a call and before a schema. */
START_TEST(reply_goes_before)
{
	hn_request req = request(&hi, 1);
	begin();
	fake_string(&call, "reply", "always");
	ck_assert_int_eq(create(NULL), 0);
	req.set = HN_SET_TOOLS | HN_SET_TOOL_CHOICE | HN_SET_SCHEMA;
	req.tool_choice = HN_CHOICE_REQUIRED;
	ck_assert_int_eq(ask(&req), 0);
	check("tuf", "always");
	end();
}
END_TEST

START_TEST(dry)
{
	hn_request req = request(&hi, 1);
	begin();
	ck_assert_int_eq(create(NULL), 0);
	req.flags |= HN_REQUEST_DRY;
	ck_assert_int_eq(ask(&req), 0);
	check("", "");
	end();
}
END_TEST

START_TEST(script_of_calls)
{
	static const hn_part made[] = { { .type = HN_PART_TOOL_CALL, .id = S("call_0"), .name = S("now") } };
	static const hn_message m[] = { { .role = HN_ROLE_USER, .id = 1, .text = S("go") },
		{ .role = HN_ROLE_ASSISTANT, .id = 2, .n_parts = 1, .part_stride = sizeof *made, .parts = made } };
	hn_request req = request(m, 2);
	begin();
	ck_assert_int_eq(
		create("{\"steps\":[{\"text\":\"Wait.\",\"tool_calls\":[{\"name\":\"tide\",\"arguments\":{\"port\":\"Le Havre\",\"n\":1.50}},"
		       "{\"name\":\"map\",\"id\":\"k2\"},{\"name\":\"dig\",\"arguments\":\"{oops\"}]},"
		       "{\"tool_calls\":[{\"name\":\"now\"}],\"finish\":\"length\"},{\"text\":\"a\",\"finish\":\"tool_calls\"}]}"),
		0);
	ck_assert_int_eq(ask(&req), 0);
	check("taacacacuf", "Wait.");
	ck_assert_str_eq(call.calls.p,
		"0 call_1 tide {\"port\":\"Le Havre\",\"n\":1.50}\n1 k2 map {}\n2 call_3 dig {oops\n");
	ck_assert_int_eq(call.finish, HN_FINISH_TOOL_CALLS);
	req.flags = 0;
	ck_assert_int_eq(ask(&req), 0);
	check("cuf", "");
	ck_assert_int_eq(call.finish, HN_FINISH_LENGTH);
	ck_assert_int_eq(ask(&req), 0);
	ck_assert_int_eq(call.finish, HN_FINISH_TOOL_CALLS);
	end();
}
END_TEST

START_TEST(script_of_images)
{
	hn_request req = request(&hi, 1);
	begin();
	ck_assert_int_eq(
		create("{\"steps\":[{\"text\":\"Here.\",\"tool_calls\":[{\"name\":\"now\"}],\"images\":[{\"data\":\"UE5H\",\"name\":\"a.png\"},"
		       "{\"mime\":\"image/jpeg\",\"url\":\"https://h/b.jpg\"},{\"mime\":\"audio/wav\",\"data\":\"UklGRg==\"}]}]}"),
		0);
	ck_assert_int_eq(ask(&req), 0);
	check("tiiiacuf", "Here.");
	ck_assert_str_eq(call.calls.p,
		"3 0 a.png image/png PNG\n3 1  image/jpeg https://h/b.jpg\n4 0  audio/wav RIFF\n0 call_0 now {}\n");
	end();
}
END_TEST

START_TEST(script_refuses)
{
	static const hn_part parts[] = { { .type = HN_PART_IMAGE, .data = S("P") }, { .type = HN_PART_FILE, .data = S("F") } };
	static const hn_message m[] = {
		{ .role = HN_ROLE_USER, .id = 1, .text = S("x"), .n_parts = 1, .part_stride = sizeof *parts, .parts = parts },
		{ .role = HN_ROLE_USER, .id = 2, .text = S("x"), .n_parts = 1, .part_stride = sizeof *parts, .parts = parts + 1 },
	};
	static const struct {
		const char *words, *message;
		uint32_t set;
		uint32_t from, n; /* messages */
	} t[] = {
		{ "\"schema\"", "schema: not taken, as the script says", HN_SET_SCHEMA, 0, 1 },
		{ "\"images\",\"schema\"", "schema: not taken, as the script says", HN_SET_SCHEMA, 1, 1 },
		{ "\"tools\"", "tools: not taken, as the script says", HN_SET_TOOLS, 0, 1 },
		{ "\"images\"", "images: not taken, as the script says", 0, 0, 2 },
		{ "\"files\"", "files: not taken, as the script says", 0, 1, 1 },
		{ "\"files\",\"tools\",\"schema\"", "", 0, 0, 1 },
		{ "", "", HN_SET_SCHEMA | HN_SET_TOOLS, 0, 2 },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char script[256];
		hn_request req = request(m + t[i].from, t[i].n);
		begin();
		req.set = t[i].set;
		snprintf(script, sizeof script, "{\"steps\":[{\"refuses\":[%s],\"text\":\"ok\"}]}", t[i].words);
		ck_assert_int_eq(create(script), 0);
		ck_assert_int_eq(ask(&req), *t[i].message ? HN_ERR_BAD_REQUEST : 0);
		ck_assert_str_eq(call.message, t[i].message);
		ck_assert_str_eq(text_of(&call.text), *t[i].message ? "" : "ok");
		end();
	}
}
END_TEST

START_TEST(bad_scripts)
{
#define CALLS "2: \"tool_calls\": expected a list of objects with name, arguments and id "
#define IMAGES "2: \"images\": expected a list of objects with data in base64 or url, mime and name "
	static const char *const t[][2] = {
		{ "\"tool_calls\": {}", CALLS "(not a list)" },
		{ "\"tool_calls\": [1]", CALLS "(an unknown member)" },
		{ "\"tool_calls\": [{\"name\":\"a\",\"type\":\"x\"}]", CALLS "(an unknown member)" },
		{ "\"tool_calls\": [{\"name\":\"a\"},{\"id\":\"x\"}]", CALLS "(a call without a name)" },
		{ "\"tool_calls\": [{\"name\":\"a\",\"arguments\":[]}]", CALLS "(the arguments are neither an object nor a string)" },
		{ "\"images\": [{}]", IMAGES "(neither data nor url, or both)" },
		{ "\"images\": [{\"data\":\"UE5H\",\"url\":\"x\"}]", IMAGES "(neither data nor url, or both)" },
		{ "\"images\": [{\"data\":\"U!\"}]", IMAGES "(the data is not base64)" },
		{ "\"images\": [{\"file\":\"x\"}]", IMAGES "(an unknown member)" },
		{ "\"refuses\": [\"images\",\"colours\"]", "2: \"refuses\": expected a list of words (none of schema, tools, images, files)" },
		{ "\"refuses\": \"tools\"", "2: \"refuses\": expected a list of words (not a list)" },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char script[256], expected[512];
		begin();
		snprintf(script, sizeof script, "{\"steps\": [{\"text\": \"a\",\n%s}]}", t[i][0]);
		ck_assert_int_eq(create(script), HN_ERR_CONFIG);
		snprintf(expected, sizeof expected, "%s:%s", path, t[i][1]);
		ck_assert_str_eq(call.message, expected);
		end();
	}
}
END_TEST

UNIT_MAIN("mock_things", descriptor, says_what_came, says_results, instances, instances_are_bounded, calls_what_it_must, reply_goes_before, dry,
	script_of_calls, script_of_images, script_refuses, bad_scripts)
