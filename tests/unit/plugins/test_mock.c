/* SPDX-License-Identifier: MIT */
/* The mock: echo, fixed reply, scripts, how they are cut and timed, and what is said of a bad script. */
#include "../unit.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "../fake_host.h"

static hn_call call;
static void *self;
static char path[32];

/* The provider under test. */
static const hn_provider *mock(void)
{
	return hobnob_plugin_v1()->vtable;
}

/* Begins with what every instance has. */
static void begin(void)
{
	fake_begin(&call);
	fake_string(&call, "chunk", "word");
	self = NULL;
}

/* Makes an instance from the options that were set. */
static int32_t create(void)
{
	return mock()->create(&fake_host, &call, &self);
}

/* Makes an instance that plays a script. */
static int32_t create_script(const char *text)
{
	snprintf(path, sizeof path, "/tmp/hobnob-mock-XXXXXX");
	int fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	fake_string(&call, "script", path);
	int32_t rc = create();
	unlink(path);
	return rc;
}

/* Asks anew. */
static int32_t chat(const char *message, int stream)
{
	fake_again(&call);
	return fake_chat(&call, mock(), self, message, stream);
}

/* Ends. */
static void end(void)
{
	mock()->destroy(self);
	fake_end(&call);
}

/* Checks what was emitted: the events in order, and the text. */
static void check(const char *events, const char *text)
{
	ck_assert_str_eq(call.events.p ? call.events.p : "", events);
	ck_assert_str_eq(call.text.p ? call.text.p : "", text);
}

/* A bad script is refused with its file, its line and a reason. */
static void check_refused(const char *text, const char *complaint)
{
	char expected[512];
	begin();
	ck_assert_int_eq(create_script(text), HN_ERR_CONFIG);
	snprintf(expected, sizeof expected, "%s:%s", path, complaint);
	ck_assert_str_eq(call.message, expected);
	ck_assert_ptr_null(self);
	end();
}

START_TEST(echo)
{
	begin();
	ck_assert_int_eq(create(), 0);
	ck_assert_int_eq(chat("Hello,  wörld of\nwords", 1), 0);
	check("ttttuf", "Hello,  wörld of\nwords");
	ck_assert_int_eq(call.finish, HN_FINISH_STOP);
	ck_assert_int_eq(call.usage.prompt, 4);
	ck_assert_int_eq(call.usage.completion, 4);
	ck_assert_int_eq(call.usage.cached, 0);
	ck_assert_int_eq(call.usage.reasoning, 0);
	ck_assert_int_eq(call.usage.cost, -1);
	ck_assert_int_eq(chat("Hello,  wörld of\nwords", 0), 0);
	check("tuf", "Hello,  wörld of\nwords");
	ck_assert_int_eq(chat("", 1), 0);
	check("uf", "");
	end();
}
END_TEST

START_TEST(last_message_of_user)
{
	hn_message m[] = {
		{ .role = HN_ROLE_SYSTEM, .id = 1, .text = { "be brief", 8 } },
		{ .role = HN_ROLE_USER, .id = 2, .text = { "one", 3 } },
		{ .role = HN_ROLE_ASSISTANT, .id = 3, .text = { "two three", 9 } },
		{ .role = HN_ROLE_USER, .id = 4, .text = { "four\0five", 9 } },
	};
	hn_request req = { .struct_size = sizeof req,
		.flags = HN_REQUEST_STREAM,
		.n_messages = 4,
		.message_stride = sizeof *m,
		.messages = m };
	begin();
	ck_assert_int_eq(create(), 0);
	ck_assert_int_eq(mock()->chat(self, &call, &req), 0);
	ck_assert_uint_eq(call.text.n, 9);
	ck_assert_mem_eq(call.text.p, "four\0five", 9);
	ck_assert_int_eq(call.usage.prompt, 6);
	ck_assert_int_eq(call.usage.completion, 1);
	end();
}
END_TEST

START_TEST(fixed_reply)
{
	begin();
	fake_string(&call, "reply", "always this");
	ck_assert_int_eq(create(), 0);
	ck_assert_int_eq(chat("whatever", 1), 0);
	check("ttuf", "always this");
	end();
	begin();
	fake_string(&call, "reply", "");
	ck_assert_int_eq(create(), 0);
	ck_assert_int_eq(chat("whatever", 1), 0);
	check("uf", "");
	end();
}
END_TEST

START_TEST(chunks_by_option)
{
	static const struct {
		const char *chunk, *events;
	} t[] = { { "char", "tttttuf" }, { "1", "ttttttuf" }, { "4", "ttuf" }, { "999", "tuf" },
		{ "word", "ttuf" } };
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		begin();
		fake_string(&call, "chunk", t[i].chunk);
		ck_assert_int_eq(create(), 0);
		ck_assert_int_eq(chat("hé yo", 1), 0);
		check(t[i].events, "hé yo");
		end();
	}
}
END_TEST

START_TEST(bad_options)
{
	static const char *const bad[] = { "", "0", "words", "-1", "1x", "99999999999999999999" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		begin();
		fake_string(&call, "chunk", bad[i]);
		ck_assert_int_eq(create(), HN_ERR_CONFIG);
		ck_assert_str_eq(call.message, "chunk: expected word, char, or a number of bytes");
		end();
	}
	begin();
	fake_int(&call, "delta_ms", -5);
	ck_assert_int_eq(create(), HN_ERR_CONFIG);
	ck_assert_str_eq(call.message, "delta_ms: expected ms, 0 or more");
	end();
}
END_TEST

START_TEST(times_by_option)
{
	begin();
	fake_int(&call, "ttft_ms", 100);
	fake_int(&call, "delta_ms", 20);
	ck_assert_int_eq(create(), 0);
	ck_assert_int_eq(chat("a b c", 1), 0);
	ck_assert_int_eq(call.now, 140);
	ck_assert_int_eq(chat("a b c", 0), 0);
	ck_assert_int_eq(call.now, 240);
	call.cancel_at = 350;
	ck_assert_int_eq(chat("a b c", 1), HN_ERR_INTERRUPTED);
	check("t", "a");
	ck_assert_int_eq(call.now, 350);
	ck_assert_int_eq(call.code, 0);
	end();
}
END_TEST

START_TEST(cancelled_without_waiting)
{
	begin();
	ck_assert_int_eq(create(), 0);
	call.cancel_at = 0;
	ck_assert_int_eq(chat("a b", 1), HN_ERR_INTERRUPTED);
	check("", "");
	end();
}
END_TEST

START_TEST(emit_failure_unwinds)
{
	begin();
	ck_assert_int_eq(create(), 0);
	call.emit_fails_at = 2;
	ck_assert_int_eq(chat("a b c", 1), HN_ERR_OUTPUT);
	check("t", "a");
	end();
}
END_TEST

/* The example that the manual gives. */
static const char example[] =
	"{\"steps\": [\n"
	"  {\"text\": \"Hello, wörld\"},\n"
	"  {\"match\": \"^weather\", \"text\": \"Sunny.\", \"times\": 0},\n"
	"  {\"error\": {\"kind\": \"rate_limited\", \"status\": 429, \"retry_after_ms\": 50, "
	"\"message\": \"slow down\"}, \"times\": 2},\n"
	"  {\"text\": \"Only half of this arrives\", \"cut_after\": 2},\n"
	"  {\"text\": \"Some words, then trouble\", \"error\": {\"kind\": \"unavailable\", "
	"\"status\": 502, \"message\": \"gone\"}},\n"
	"  {\"chunks\": [\"a\", \"b\"], \"ttft_ms\": 100, \"delta_ms\": 20, \"finish\": "
	"\"length\", \"reasoning\": \"hm\",\n"
	"   \"usage\": {\"prompt_tokens\": 5, \"completion_tokens\": 2, \"cached_tokens\": 1}, "
	"\"cost\": \"0.0001\"}\n"
	"]}\n";

/* Plays the example once, from its first step to its last. */
static void play_example(void)
{
	ck_assert_int_eq(chat("weather", 1), 0);
	check("ttuf", "Hello, wörld");
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(chat("weather?", 1), 0);
		check("tuf", "Sunny.");
	}
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(chat("the weather", 1), HN_ERR_RATE_LIMITED);
		check("", "");
		ck_assert_int_eq(call.error_status, 429);
		ck_assert_int_eq(call.error_retry_after_ms, 50);
		ck_assert_str_eq(call.message, "slow down");
	}
	ck_assert_int_eq(chat("x", 1), HN_ERR_TRUNCATED);
	check("tt", "Only half");
	ck_assert_str_eq(call.message, "the reply broke off, as the script says");
	ck_assert_int_eq(chat("x", 1), HN_ERR_UNAVAILABLE);
	check("tttt", "Some words, then trouble");
	ck_assert_int_eq(call.error_status, 502);
	ck_assert_str_eq(call.message, "gone");
	int64_t before = call.now;
	ck_assert_int_eq(chat("x", 1), 0);
	check("rttuf", "ab");
	ck_assert_int_eq(call.now - before, 140);
	ck_assert_str_eq(call.reasoning.p, "hm");
	ck_assert_int_eq(call.finish, HN_FINISH_LENGTH);
	ck_assert_int_eq(call.usage.prompt, 5);
	ck_assert_int_eq(call.usage.completion, 2);
	ck_assert_int_eq(call.usage.cached, 1);
	ck_assert_int_eq(call.usage.reasoning, -1);
	ck_assert_int_eq(call.usage.cost, 100000000);
	char expected[128];
	snprintf(expected, sizeof expected, "%s: no step is left that fits this message", path);
	ck_assert_int_eq(chat("x", 1), HN_ERR_BAD_REQUEST);
	ck_assert_str_eq(call.message, expected);
}

START_TEST(script_of_the_manual)
{
	for (int i = 0; i < 2; i++) { /* the same script gives the same events */
		begin();
		ck_assert_int_eq(create_script(example), 0);
		play_example();
		end();
	}
}
END_TEST

START_TEST(cuts)
{
	begin();
	ck_assert_int_eq(
		create_script(
			"{\"steps\":[{\"text\":\"a b\",\"cut_after\":0},{\"text\":\"a "
			"b\",\"cut_after\":2},"
			"{\"text\":\"a b\",\"cut_after\":3},{\"text\":\"a b\",\"cut_after\":2},"
			"{\"chunks\":[\"x\",\"y\"],\"cut_after\":1}]}"),
		0);
	ck_assert_int_eq(chat("x", 1), HN_ERR_TRUNCATED);
	check("", "");
	ck_assert_int_eq(chat("x", 1), HN_ERR_TRUNCATED);
	check("tt", "a b");
	ck_assert_int_eq(chat("x", 1), 0);
	check("ttuf", "a b");
	ck_assert_int_eq(chat("x", 0), HN_ERR_TRUNCATED);
	check("", "");
	ck_assert_int_eq(chat("x", 1), HN_ERR_TRUNCATED);
	check("t", "x");
	end();
}
END_TEST

START_TEST(whole_chunks)
{
	begin();
	ck_assert_int_eq(
		create_script(
			"{\"steps\":[{\"chunks\":[\"a \",\"b\",\"c\"],\"reasoning\":\"r s\"}]}"),
		0);
	ck_assert_int_eq(chat("x", 0), 0);
	check("rtuf", "a bc");
	ck_assert_int_eq(call.usage.completion, 4);
	ck_assert_int_eq(call.usage.reasoning, 2);
	end();
}
END_TEST

START_TEST(usage_and_cost)
{
	begin();
	ck_assert_int_eq(
		create_script(
			"{\"steps\":[{\"text\":\"a\",\"usage\":null},{\"text\":\"a\",\"usage\":{}},"
			"{\"text\":\"a\",\"cost\":0.25},{\"text\":\"a\",\"usage\":null,\"cost\":"
			"\"1e-12\"}]}"),
		0);
	ck_assert_int_eq(chat("x", 1), 0);
	check("tf", "a");
	ck_assert_int_eq(chat("x", 1), 0);
	ck_assert_int_eq(call.usage.prompt, -1);
	ck_assert_int_eq(call.usage.completion, -1);
	ck_assert_int_eq(chat("x", 1), 0);
	ck_assert_int_eq(call.usage.cost, 250000000000);
	ck_assert_int_eq(call.usage.completion, 1);
	ck_assert_int_eq(chat("x", 1), 0);
	ck_assert_int_eq(call.usage.cost, 1);
	ck_assert_int_eq(call.usage.completion, -1);
	end();
}
END_TEST

START_TEST(kinds_of_errors)
{
	begin();
	ck_assert_int_eq(create_script("{\"steps\":[{\"error\":{\"status\":401}},{\"error\":{"
				       "\"kind\":\"quota\",\"status\":429}}]}"),
		0);
	ck_assert_int_eq(chat("x", 1), HN_ERR_AUTH);
	ck_assert_int_eq(call.error_status, 401);
	ck_assert_int_eq(call.error_retry_after_ms, -1);
	ck_assert_str_eq(call.message, "an error of the script");
	ck_assert_int_eq(chat("x", 1), HN_ERR_QUOTA);
	ck_assert_int_eq(call.error_status, 429);
	end();
}
END_TEST

START_TEST(bad_scripts)
{
	check_refused("", "1: this is not JSON: empty");
	check_refused("{\"steps\": [\n{\"text\": \"a\"},\n{\"text\"",
		"3: this is not JSON: incomplete");
	check_refused(
		"{\"steps\": [\n{\"text\": 'a'}]}", "2: this is not JSON: unexpected character");
	check_refused("{\"steps\": []}\nx", "2: this is not JSON: unexpected character");
	check_refused("\n[]", "2: expected an object with \"steps\"");
	check_refused("{\n}", "1: expected \"steps\", an array");
	check_refused("{\n\"steps\": 1}", "2: expected \"steps\", an array");
	check_refused("{\"steps\": [],\n \"stepz\": 1}", "2: a script has no member \"stepz\"");
	check_refused("{\"steps\": [\n{},\n7]}", "3: expected a step, an object");
	check_refused("{\"steps\": [\n{\"text\": \"}],\\\"\\n\"},\n{\n\"txet\": \"a\"}]}",
		"4: a step has no member \"txet\"");
	check_refused("{\"steps\": [\n{\"text\": \"\\\"]\",\n\"x\": 1}]}",
		"3: a step has no member \"x\"");
	check_refused("{\"steps\": [{\"text\": \"a\",\n\"times\": -1}]}",
		"2: \"times\": expected a whole number, 0 for without end");
	check_refused("{\"steps\": [{\"text\":\n{\"times\": [1, 2]},\n\"times\": 1.5}]}",
		"1: \"text\": expected a string");
	check_refused("{\"steps\": [{\"chunks\": [\"a\", 1]}]}",
		"1: \"chunks\": expected an array of strings");
	check_refused("{\"steps\": [{\"chunks\": [], \"text\": \"\"}]}",
		"1: text and chunks exclude each other");
	check_refused("{\"steps\": [\n\n{\"finish\": \"interrupted\"}]}",
		"3: \"finish\": expected stop, length, content_filter, tool_calls or unknown");
	check_refused("{\"steps\": [{\"cost\": \"-1\"}]}",
		"1: \"cost\": expected USD as decimal text, like \"0.0001\"");
	check_refused("{\"steps\": [{\"error\": {\"kind\": \"tired\"}}]}",
		"1: \"error\": expected an object with kind or status, retry_after_ms and message "
		"(no such kind)");
	check_refused("{\"steps\": [{\"error\": {\"status\": 200}}]}",
		"1: \"error\": expected an object with kind or status, retry_after_ms and message "
		"(neither a kind nor the status of a failure)");
	check_refused("{\"steps\": [{\"error\": {\"msg\": \"x\"}}]}",
		"1: \"error\": expected an object with kind or status, retry_after_ms and message "
		"(an unknown member)");
	check_refused("{\"steps\": [{\"usage\": {\"tokens\": 1}}]}",
		"1: \"usage\": expected an object of whole numbers: prompt_tokens, "
		"completion_tokens, cached_tokens, "
		"cache_write_tokens, reasoning_tokens (an unknown member)");
	check_refused("{\"steps\": [{\"text\": \"a\"},\n{\"match\": \"(\"}]}",
		"2: \"match\": expected a POSIX extended regular expression (Unmatched ( or \\()");
}
END_TEST

START_TEST(missing_script)
{
	begin();
	fake_string(&call, "script", "/nowhere/script.json");
	ck_assert_int_eq(create(), HN_ERR_CONFIG);
	ck_assert_str_eq(call.message, "/nowhere/script.json: No such file or directory");
	fake_string(&call, "script", "/tmp");
	ck_assert_int_eq(create(), HN_ERR_CONFIG);
	ck_assert_str_eq(call.message, "/tmp: Is a directory");
	fake_string(&call, "script", "/dev/zero");
	ck_assert_int_eq(create(), HN_ERR_CONFIG);
	ck_assert_str_eq(call.message, "/dev/zero: not a regular file");
	end();
}
END_TEST

#define THREADS 8
#define CALLS 50

/* Talks on a thread of its own; counts the replies that came. */
static void *talk(void *arg)
{
	hn_call own;
	size_t *played = arg;
	fake_begin(&own);
	for (int i = 0; i < CALLS; i++) {
		fake_again(&own);
		*played += fake_chat(&own, mock(), self, "x", 1) == 0;
	}
	fake_end(&own);
	return NULL;
}

START_TEST(steps_are_counted_over_threads)
{
	pthread_t threads[THREADS];
	size_t played[THREADS] = { 0 }, sum = 0;
	begin();
	ck_assert_int_eq(create_script("{\"steps\":[{\"text\":\"a\",\"times\":137}]}"), 0);
	for (size_t i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, talk, &played[i]), 0);
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		sum += played[i];
	}
	ck_assert_uint_eq(sum, 137);
	end();
}
END_TEST

/* Counts models. */
static int32_t put(void *ud, const hn_model *m)
{
	*(int *)ud += m->id.n == 4 && !memcmp(m->id.p, "mock", 4) && m->set == 0;
	return 7;
}

START_TEST(models)
{
	int n = 0;
	begin();
	ck_assert_int_eq(create(), 0);
	ck_assert_int_eq(mock()->models(self, &call, put, &n), 7);
	ck_assert_int_eq(n, 1);
	end();
}
END_TEST

UNIT_MAIN("mock", echo, last_message_of_user, fixed_reply, chunks_by_option, bad_options,
	times_by_option, cancelled_without_waiting, emit_failure_unwinds, script_of_the_manual,
	cuts, whole_chunks, usage_and_cost, kinds_of_errors, bad_scripts, missing_script,
	steps_are_counted_over_threads, models)
