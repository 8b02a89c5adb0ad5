/* SPDX-License-Identifier: MIT */
/* test_message_json: a message survives its JSON, and the JSON is the documented one. */
#include "../unit.h"

#include "conversation/message_json.h"
#include "util/mem.h"

/* The message as text; the caller frees. */
static char *written(const struct message *m)
{
	struct buf out = BUF(BUF_NO_CAP);
	struct json_object *o = message_to_json(m);
	ck_assert_int_eq(json_write(o, &out), 0);
	json_object_put(o);
	return buf_take(&out);
}

/* Reads a message from text; NULL if it is refused. */
static struct message *reading(const char *text, const char **why)
{
	return message_read(str_of(text), why);
}

/* Writes, reads and writes again: both texts are the same. The message read. */
static struct message *there_and_back(const struct message *m, const char *want)
{
	const char *why = "x";
	char *text = written(m);
	if (want)
		ck_assert_str_eq(text, want);
	struct message *back = reading(text, &why);
	ck_assert_ptr_nonnull(back);
	ck_assert_ptr_null(why);
	char *again = written(back);
	ck_assert_str_eq(again, text);
	free(text);
	free(again);
	return back;
}

/* A message with that text. */
static struct message *saying(uint32_t role, hn_str text)
{
	struct message *m = message_new();
	m->id = 1;
	m->role = role;
	m->text = xmemdup0(text.p, text.n);
	m->n = text.n;
	return m;
}

/* The least there is to say: unknown values are left out. */
START_TEST(least)
{
	struct message *m = saying(HN_ROLE_USER, str_of("Hi \xF0\x9F\x91\x8B / \"\\\n"));
	m->time_ms = 1784000000123;
	struct message *back = there_and_back(m,
		"{\"id\":1,\"role\":\"user\",\"state\":\"complete\",\"time\":1784000000123,"
		"\"text\":\"Hi \xF0\x9F\x91\x8B / \\\"\\\\\\n\"}");
	ck_assert_int_eq(back->usage.prompt, -1);
	ck_assert_int_eq(back->usage.cost, -1);
	ck_assert_int_eq(back->cost, -1);
	ck_assert_int_eq(back->ttft_ms, -1);
	ck_assert_int_eq(back->total_ms, -1);
	ck_assert_int_eq(back->sent, 0);
	ck_assert_int_eq(back->finish, HN_FINISH_NONE);
	ck_assert_str_eq(back->cost_source, "");
	ck_assert_ptr_null(back->instance);
	message_free(m);
	message_free(back);
}
END_TEST

/* Adds a part. */
static void add(struct message *m, uint32_t type, uint32_t flags, const char *name, hn_str data, size_t at)
{
	const hn_part part = { .type = type, .flags = flags, .name = str_of(name), .data = data };
	message_add_part(m, &part, at);
}

/* A reply of which everything is known. */
static struct message *full(void)
{
	struct message *m = saying(HN_ROLE_ASSISTANT, str_of("Hello"));
	message_add_reasoning(m, str_of("Two and"));
	message_add_reasoning(m, str_of(""));
	message_add_reasoning(m, (hn_str){ "two\0.", 5 });
	m->id = 9007199254740993;
	m->parent = 8;
	m->continues = 7;
	m->state = MESSAGE_FAILED;
	m->time_ms = 5;
	m->instance = xstrdup("groq");
	m->model = xstrdup("llama");
	m->finish = HN_FINISH_LENGTH;
	m->error = HN_ERR_RATE_LIMITED;
	m->usage = (hn_usage){ .struct_size = sizeof(hn_usage),
		.prompt = 10,
		.completion = 5,
		.cached = 0,
		.cache_write = 3,
		.reasoning = 2,
		.cost = 1230000 };
	m->cost = 1;
	m->cost_source = "provider";
	m->ttft_ms = 0;
	m->total_ms = 80;
	m->retries = 2;
	m->sent = 4;
	m->pinned = 1;
	add(m, HN_PART_OPAQUE, 0, "sig", str_of("caf\xC3\xA9"), 0);
	add(m, HN_PART_OPAQUE, 0, "raw", (hn_str){ "\xFF\0\x01\x02", 4 }, 2);
	add(m, HN_PART_IMAGE, 0, "a.png", str_of("PNG"), 2);
	m->parts[2].mime = xstrdup("image/png");
	add(m, HN_PART_IMAGE, HN_PARTFLAG_URL, NULL, str_of("https://x.example/a"), 4);
	add(m, HN_PART_TOOL_CALL, 0, "f", str_of("{}"), 5);
	m->parts[4].id = xstrdup("c1");
	add(m, HN_PART_TOOL_RESULT, HN_PARTFLAG_ERROR, "f", str_of("no"), 5);
	m->parts[5].id = xstrdup("c1");
	add(m, HN_PART_FILE, 0, "n.txt", str_of("n"), 5);
	return m;
}

/* Every member, in its documented form. */
START_TEST(all_members)
{
	struct message *m = full();
	struct message *back = there_and_back(m,
		"{\"id\":9007199254740993,\"parent\":8,\"continues\":7,\"role\":\"assistant\","
		"\"state\":\"failed\","
		"\"time\":5,\"text\":\"Hello\",\"reasoning\":\"Two and\\n\\ntwo\\u0000.\",\"provider\":\"groq\",\"model\":\"llama\","
		"\"finish\":\"length\",\"error\":\"rate_limited\",\"usage\":{\"prompt_tokens\":10,"
		"\"completion_tokens\":5,\"cached_tokens\":0,\"reasoning_tokens\":2,"
		"\"cache_write_tokens\":3,\"cost\":\"0.00000123\"},\"cost\":\"0.000000000001\","
		"\"cost_source\":\"provider\",\"ttft_ms\":0,\"total_ms\":80,\"retries\":2,\"sent\":4,"
		"\"pinned\":true,\"parts\":["
		"{\"at\":0,\"type\":\"opaque\",\"name\":\"sig\",\"data\":\"caf\xC3\xA9\"},"
		"{\"at\":2,\"type\":\"opaque\",\"name\":\"raw\",\"base64\":\"/wABAg==\"},"
		"{\"at\":2,\"type\":\"image\",\"name\":\"a.png\",\"mime\":\"image/png\","
		"\"base64\":\"UE5H\"},"
		"{\"at\":4,\"type\":\"image\",\"url\":true,\"data\":\"https://x.example/a\"},"
		"{\"at\":5,\"type\":\"tool_call\",\"id\":\"c1\",\"name\":\"f\",\"data\":\"{}\"},"
		"{\"at\":5,\"type\":\"tool_result\",\"id\":\"c1\",\"name\":\"f\",\"error\":true,"
		"\"data\":\"no\"},"
		"{\"at\":5,\"type\":\"file\",\"name\":\"n.txt\",\"data\":\"n\"}]}");
	ck_assert_uint_eq(back->id, 9007199254740993);
	ck_assert_uint_eq(back->parent, 8);
	ck_assert_uint_eq(back->continues, 7);
	ck_assert_int_eq(back->retries, 2);
	ck_assert_uint_eq(back->n_reasoning, 14);
	ck_assert_int_eq(memcmp(back->reasoning, "Two and\n\ntwo\0.", 15), 0);
	ck_assert_uint_eq(back->role, HN_ROLE_ASSISTANT);
	ck_assert_int_eq(back->state, MESSAGE_FAILED);
	ck_assert_int_eq(back->error, HN_ERR_RATE_LIMITED);
	ck_assert_int_eq(back->finish, HN_FINISH_LENGTH);
	ck_assert_int_eq(memcmp(&back->usage, &m->usage, sizeof m->usage), 0);
	ck_assert_int_eq(back->cost, 1);
	ck_assert_int_eq(back->sent, 4);
	ck_assert_int_eq(back->pinned, 1);
	ck_assert_uint_eq(back->n_parts, 7);
	for (size_t i = 0; i < back->n_parts; i++) {
		const struct part *p = &m->parts[i], *q = &back->parts[i];
		ck_assert_uint_eq(q->type, p->type);
		ck_assert_uint_eq(q->flags, p->flags);
		ck_assert_uint_eq(q->at, p->at);
		ck_assert_pstr_eq(q->id, p->id);
		ck_assert_pstr_eq(q->name, p->name);
		ck_assert_pstr_eq(q->mime, p->mime);
		ck_assert_uint_eq(q->n, p->n);
		ck_assert_int_eq(memcmp(q->data, p->data, p->n + 1), 0);
	}
	message_free(m);
	message_free(back);
}
END_TEST

/* The usage of jsonl has four members always, null where nothing was reported. */
START_TEST(usage)
{
	hn_usage u;
	usage_clear(&u);
	u.completion = 0;
	u.cache_write = 9;
	struct json_object *o = usage_to_json(&u);
	struct buf out = BUF(BUF_NO_CAP);
	json_write(o, &out);
	ck_assert_str_eq(out.p, "{\"prompt_tokens\":null,\"completion_tokens\":0,"
				"\"cached_tokens\":null,\"reasoning_tokens\":null}");
	buf_free(&out);
	json_object_put(o);
}
END_TEST

/* A NUL in a text is a byte like another; invalid UTF-8 becomes U+FFFD. */
START_TEST(odd_bytes)
{
	struct message *m = saying(HN_ROLE_USER, (hn_str){ "a\0b", 3 });
	struct message *back = there_and_back(m, NULL);
	ck_assert_uint_eq(back->n, 3);
	ck_assert_int_eq(memcmp(back->text, "a\0b", 4), 0);
	message_free(m);
	message_free(back);
	m = saying(HN_ROLE_USER, str_of("x\xFFy"));
	back = there_and_back(m, NULL);
	ck_assert_str_eq(back->text, "x\xEF\xBF\xBDy");
	message_free(m);
	message_free(back);
}
END_TEST

/* Counts that cannot be, whose sums would overflow, are unknown. */
START_TEST(absurd_counts)
{
	const char *why = NULL;
	struct message *m = reading("{\"id\":1,\"role\":\"user\",\"text\":\"x\","
				    "\"sent\":9223372036854775807,"
				    "\"ttft_ms\":-5,\"retries\":-1,\"continues\":-4,"
				    "\"usage\":{\"prompt_tokens\":9223372036854775807,"
				    "\"completion_tokens\":7}}",
		&why);
	ck_assert_ptr_nonnull(m);
	ck_assert_int_eq(m->retries, 0);
	ck_assert_uint_eq(m->continues, 0);
	ck_assert_int_eq(m->sent, 0);
	ck_assert_int_eq(m->ttft_ms, -1);
	ck_assert_int_eq(m->usage.prompt, -1);
	ck_assert_int_eq(m->usage.completion, 7);
	message_free(m);
}
END_TEST

/* Bytes of any length and value come back from base64. */
START_TEST(base64)
{
	char bytes[300];
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(255 - i * 7);
	for (size_t n = 0; n <= sizeof bytes; n++) {
		struct message *m = saying(HN_ROLE_ASSISTANT, str_of(""));
		add(m, HN_PART_IMAGE, 0, "b", (hn_str){ bytes, n }, 0);
		struct message *back = there_and_back(m, NULL);
		ck_assert_uint_eq(back->n_parts, 1);
		ck_assert_uint_eq(back->parts[0].n, n);
		ck_assert_int_eq(memcmp(back->parts[0].data, bytes, n), 0);
		message_free(m);
		message_free(back);
	}
}
END_TEST

/* What is no message is refused, each for its own reason. */
START_TEST(refuses)
{
	static const char *const bad[][2] = {
		{ "[]", "not an object" },
		{ "{\"role\":\"user\",\"text\":\"\"}", "no id" },
		{ "{\"id\":0,\"role\":\"user\",\"text\":\"\"}", "no id" },
		{ "{\"id\":\"1\",\"role\":\"user\",\"text\":\"\"}", "no id" },
		{ "{\"id\":1,\"parent\":-1,\"role\":\"user\",\"text\":\"\"}",
			"the parent is not an id" },
		{ "{\"id\":1,\"parent\":\"2\",\"role\":\"user\",\"text\":\"\"}",
			"the parent is not an id" },
		{ "{\"id\":1,\"parent\":1.5,\"role\":\"user\",\"text\":\"\"}",
			"the parent is not an id" },
		{ "{\"id\":9223372036854775808,\"role\":\"user\",\"text\":\"\"}", "no id" },
		{ "{\"id\":null,\"role\":\"user\",\"text\":\"\"}", "no id" },
		{ "{\"id\":1,\"role\":\"robot\",\"text\":\"\"}", "no role that is known" },
		{ "{\"id\":1,\"text\":\"\"}", "no role that is known" },
		{ "{\"id\":1,\"role\":\"user\"}", "no text" },
		{ "{\"id\":1,\"role\":\"user\",\"text\":5}", "no text" },
		{ "{\"id\":1,\"role\":\"user\",\"text\":\"\",\"state\":\"odd\"}",
			"no state that is known" },
		{ "{\"id\":1,\"role\":\"user\",\"text\":\"\",\"state\":1}",
			"no state that is known" },
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const char *why = NULL;
		ck_assert_ptr_null(reading(bad[i][0], &why));
		ck_assert_str_eq(why, bad[i][1]);
	}
}
END_TEST

/* What is damaged is refused, whichever member it is that hobnob would have taken. */
START_TEST(damaged)
{
#define SOUND "\"id\":1,\"role\":\"user\",\"text\":\"t\""
	static const char *const bad[][2] = {
		{ "{" SOUND, "incomplete" },
		{ "{" SOUND "}}", "something after the end" },
		{ "{\"id\":1,\"role\":\"user\",\"text\":\"\xFF\"}", "not UTF-8" },
		{ "{\"id\":1,\"role\":\"user\",\"text\":\"\\x\"}", "invalid escape" },
		{ "{" SOUND ",\"model\":\"\xC3\"}", "not UTF-8" },
		{ "{" SOUND ",\"finish\":\"\\u12\"}", "invalid escape" },
		{ "{" SOUND ",\"usage\":{\"prompt_tokens\":1,}}", "a comma before the end" },
		{ "{" SOUND ",\"usage\":{\"cost\":\"\xFF\"}}", "not UTF-8" },
		{ "{" SOUND ",\"opaque\":[1 2]}", "unexpected character" },
		{ "{" SOUND ",\"parts\":[{\"at\":0,}]}", "a comma before the end" },
		{ "{" SOUND ",\"text\":\"u\"}", "a member is there twice" },
		{ "{" SOUND ",\"usage\":{\"cost\":\"1\",\"cost\":\"1\"}}",
			"a member is there twice" },
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const char *why = NULL;
		ck_assert_ptr_null(reading(bad[i][0], &why));
		ck_assert_str_eq(why, bad[i][1]);
	}
}
END_TEST

/* Members come in any order, their names and words in any spelling that JSON has. */
START_TEST(spellings)
{
	const char *why;
	struct message *m = reading(" { \"text\" : \"\\u00e4\\ud83d\\ude80\\ud800x\\udc00\" ,"
				    "\"r\\u006fle\":\"\\u0075ser\",\"id\":1e1,\"parent\":2.0,"
				    "\"state\":null,\"usage\":null,\"unknown\":{\"text\":[{}]}} ",
		&why);
	ck_assert_ptr_nonnull(m);
	ck_assert_uint_eq(m->id, 10);
	ck_assert_uint_eq(m->parent, 2);
	ck_assert_uint_eq(m->role, HN_ROLE_USER);
	ck_assert_int_eq(m->state, MESSAGE_COMPLETE);
	ck_assert_str_eq(m->text, "\xC3\xA4\xF0\x9F\x9A\x80\xEF\xBF\xBDx\xEF\xBF\xBD");
	ck_assert_uint_eq(m->n, strlen(m->text));
	message_free(m);
}
END_TEST

/* What a later version added, or got wrong, is passed over. */
START_TEST(lenient)
{
	const char *why;
	struct message *m = reading(
		"{\"type\":\"message\",\"new\":{},\"id\":1,\"role\":\"user\",\"text\":\"x\","
		"\"finish\":\"bored\",\"error\":\"gremlins\",\"usage\":[],\"cost\":5,"
		"\"cost_source\":\"oracle\",\"ttft_ms\":-3,\"total_ms\":\"x\",\"pinned\":1,"
		"\"parts\":[5,{},{\"type\":\"hologram\",\"data\":\"x\"},"
		"{\"type\":\"text\",\"data\":\"x\"},{\"type\":\"image\",\"base64\":\"A\"},{\"type\":"
		"\"image\",\"base64\":\"A===\"},{\"type\":\"file\",\"base64\":\"A\\u0000==\"},"
		"{\"at\":0,\"type\":\"file\",\"data\":\"y\",\"new\":1}]}",
		&why);
	ck_assert_ptr_nonnull(m);
	ck_assert_int_eq(m->finish, HN_FINISH_UNKNOWN);
	ck_assert_int_eq(m->error, HN_OK);
	ck_assert_int_eq(m->usage.prompt, -1);
	ck_assert_int_eq(m->cost, -1);
	ck_assert_str_eq(m->cost_source, "");
	ck_assert_int_eq(m->ttft_ms, -1);
	ck_assert_int_eq(m->total_ms, -1);
	ck_assert_int_eq(m->pinned, 0);
	ck_assert_uint_eq(m->n_parts, 1);
	ck_assert_str_eq(m->parts[0].data, "y");
	message_free(m);
}
END_TEST

/* The opaque parts of version 1 stand after the text; one without a name was none. */
START_TEST(version_1)
{
	const char *why;
	struct message *m = reading(
		"{\"opaque\":[{},{\"name\":\"a\",\"data\":\"x\"},{\"name\":\"b\",\"base64\":\"/w==\"}],"
		"\"id\":1,\"role\":\"assistant\",\"text\":\"hi\"}",
		&why);
	ck_assert_ptr_nonnull(m);
	ck_assert_uint_eq(m->n_parts, 2);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_uint_eq(m->parts[i].type, HN_PART_OPAQUE);
		ck_assert_uint_eq(m->parts[i].at, 2);
	}
	ck_assert_str_eq(m->parts[0].name, "a");
	ck_assert_str_eq(m->parts[1].data, "\xFF");
	message_free(m);
}
END_TEST

/* A place that is not there, or inside of a character, or before the part before, is mended. */
START_TEST(places)
{
	static const struct { const char *at; size_t is; } cases[] = {
		{ "\"at\":1,", 1 },   { "\"at\":2,", 1 }, { "\"at\":3,", 3 },
		{ "\"at\":99,", 4 },  { "\"at\":-1,", 4 }, { "\"at\":\"0\",", 4 },
		{ "\"at\":9223372036854775807,", 4 }, { "", 4 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *why;
		char *text = xasprintf("{\"parts\":[{%s\"type\":\"file\",\"data\":\"\"},"
				       "{\"at\":0,\"type\":\"file\",\"data\":\"\"}],"
				       "\"id\":1,\"role\":\"user\",\"text\":\"a\xC3\xA4z\"}",
			cases[i].at);
		struct message *m = reading(text, &why);
		ck_assert_ptr_nonnull(m);
		ck_assert_uint_eq(m->n_parts, 2);
		ck_assert_uint_eq(m->parts[0].at, cases[i].is);
		ck_assert_uint_eq(m->parts[1].at, cases[i].is);
		message_free(m);
		free(text);
	}
}
END_TEST

/* A message may say of itself only what a usage without cost or a cost without usage says. */
START_TEST(partial_account)
{
	struct message *m = saying(HN_ROLE_ASSISTANT, str_of(""));
	m->usage.reasoning = 7;
	m->cost = 0;
	m->cost_source = "estimate";
	m->finish = HN_FINISH_INTERRUPTED;
	m->state = MESSAGE_INTERRUPTED;
	struct message *back = there_and_back(m,
		"{\"id\":1,\"role\":\"assistant\",\"state\":\"interrupted\",\"time\":0,\"text\":"
		"\"\","
		"\"finish\":\"interrupted\",\"usage\":{\"prompt_tokens\":null,"
		"\"completion_tokens\":null,\"cached_tokens\":null,\"reasoning_tokens\":7},"
		"\"cost\":\"0\",\"cost_source\":\"estimate\"}");
	ck_assert_int_eq(back->usage.reasoning, 7);
	ck_assert_int_eq(back->cost, 0);
	message_free(m);
	message_free(back);
}
END_TEST

UNIT_MAIN("message_json", least, all_members, usage, odd_bytes, absurd_counts, base64, refuses,
	damaged, spellings, lenient, version_1, places, partial_account)
