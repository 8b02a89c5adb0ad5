/* SPDX-License-Identifier: MIT */
/* test_json_walk: an object is gone through where it stands, and agrees with what json.h reads. */
#include "../unit.h"

#include <stdint.h>

#include "util/buf.h"
#include "util/json.h"
#include "util/json_walk.h"
#include "util/mem.h"

/* Notes "key=value;" of each member; stops at the key "stop". */
static int note(void *ud, hn_str key, hn_str raw)
{
	struct buf *out = ud;
	buf_addstr(out, key);
	buf_addc(out, '=');
	buf_addstr(out, raw);
	buf_addc(out, ';');
	return str_is(key, "stop") ? 7 : 0;
}

/* Goes through an object; the members noted, the result and why. */
static int walked(const char *text, struct buf *out, const char **why)
{
	*out = BUF(BUF_NO_CAP);
	buf_adds(out, "");
	return json_walk(str_of(text), why, note, out);
}

/* Members come in order, their values as they stand. */
START_TEST(members)
{
	static const char *const good[][2] = {
		{ "{}", "" },
		{ " { } \n", "" },
		{ "{\"a\":1}", "a=1;" },
		{ "{ \"a\" : \"x\\\"}\" , \"b\":[1,{\"c\":\"]\"}] ,\"d\":null}",
			"a=\"x\\\"}\";b=[1,{\"c\":\"]\"}];d=null;" },
		{ "{\"\":-1.5e3,\"a\\u0062\\\"\":{\"x\":{}}}", "=-1.5e3;ab\"={\"x\":{}};" },
		{ "{\"a\":\"\\\\\",\"b\":\"\\\\\\\"\"}", "a=\"\\\\\";b=\"\\\\\\\"\";" },
	};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct buf out;
		const char *why = "x";
		ck_assert_int_eq(walked(good[i][0], &out, &why), 0);
		ck_assert_ptr_null(why);
		ck_assert_str_eq(out.p, good[i][1]);
		buf_free(&out);
	}
}
END_TEST

/* A callback that has enough ends it, whatever follows. */
START_TEST(stops)
{
	struct buf out;
	const char *why = "x";
	ck_assert_int_eq(walked("{\"a\":1,\"stop\":2,\"b\" nonsense", &out, &why), 7);
	ck_assert_ptr_null(why);
	ck_assert_str_eq(out.p, "a=1;stop=2;");
	buf_free(&out);
}
END_TEST

/* What is no object is refused, for its own reason. */
START_TEST(refuses)
{
	static const char *const bad[][2] = {
		{ "", "empty" },
		{ " \n", "empty" },
		{ "5", "not an object" },
		{ "\"{}\"", "not an object" },
		{ "{", "incomplete" },
		{ "{\"a", "incomplete" },
		{ "{\"a\\\"", "incomplete" },
		{ "{\"a\"", "incomplete" },
		{ "{\"a\":", "incomplete" },
		{ "{\"a\":1", "incomplete" },
		{ "{\"a\":\"x", "incomplete" },
		{ "{\"a\":[1,{}", "incomplete" },
		{ "{\"a\":1,", "incomplete" },
		{ "{\"a\":tru", "incomplete" },
		{ "{\"a\":trv", "unexpected character" },
		{ "{\"a\":-", "incomplete" },
		{ "{\"a\":1.", "incomplete" },
		{ "{a:1}", "unexpected character" },
		{ "{'a':1}", "unexpected character" },
		{ "{\"a\" 1}", "unexpected character" },
		{ "{\"a\":1 \"b\":2}", "unexpected character" },
		{ "{,}", "unexpected character" },
		{ "{\"a\":,}", "unexpected character" },
		{ "{\"a\"::1}", "unexpected character" },
		{ "{\"a\":nil}", "unexpected character" },
		{ "{\"a\":01}", "not a number" },
		{ "{\"a\":1.}", "not a number" },
		{ "{\"a\":-}", "not a number" },
		{ "{\"a\":[1}", "brackets that do not match" },
		{ "{\"a\":{]}", "brackets that do not match" },
		{ "{\"a\":]}", "brackets that do not match" },
		{ "{\"a\":1,}", "a comma before the end" },
		{ "{\"a\":1}}", "something after the end" },
		{ "{} {}", "something after the end" },
		{ "{\"a\\x\":1}", "invalid escape" },
		{ "[1]", "not an object" },
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct buf out;
		const char *why = NULL;
		ck_assert_int_eq(walked(bad[i][0], &out, &why), -1);
		ck_assert_ptr_nonnull(why);
		ck_assert_msg(!strcmp(why, bad[i][1]), "%s: %s", bad[i][0], why);
		buf_free(&out);
	}
	struct buf none = BUF(BUF_NO_CAP);
	const char *why;
	ck_assert_int_eq(json_walk((hn_str){ "{}\0", 3 }, &why, note, &none), -1);
	ck_assert_str_eq(why, "NUL byte");
	ck_assert_int_eq(json_walk((hn_str){ NULL, 0 }, &why, note, &none), -1);
	ck_assert_str_eq(why, "empty");
}
END_TEST

/* n lists in each other as an object's member. */
static int deep(size_t n, const char **why)
{
	struct buf text = BUF(BUF_NO_CAP), out = BUF(BUF_NO_CAP);
	buf_adds(&text, "{\"a\":");
	for (size_t i = 0; i < 2 * n; i++)
		buf_addc(&text, i < n ? '[' : ']');
	buf_addc(&text, '}');
	int result = json_walk(buf_str(&text), why, note, &out);
	buf_free(&text);
	buf_free(&out);
	return result;
}

/* Nesting ends where json.h ends it. */
START_TEST(depth)
{
	const char *why;
	ck_assert_int_eq(deep(JSON_DEPTH - 1, &why), 0);
	ck_assert_int_eq(deep(JSON_DEPTH, &why), -1);
	ck_assert_str_eq(why, "nested too deeply");
	ck_assert_int_eq(deep(1000000, &why), -1);
}
END_TEST

/* A string as text, or the reason why it is not a text. */
static char *unquoted(const char *raw, const char **why)
{
	char *out = xmalloc(strlen(raw) + 1);
	if (json_unquote(str_of(raw), out, why) >= 0)
		return out;
	free(out);
	return NULL;
}

/* Every escape, pairs of surrogates, and halves of them. */
START_TEST(strings)
{
	static const char *const good[][2] = {
		{ "\"\"", "" },
		{ "\"a\"", "a" },
		{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t" },
		{ "\"\\u0041\\u00e4\\u00E4\\u20ac\"", "A\xC3\xA4\xC3\xA4\xE2\x82\xAC" },
		{ "\"\\ud83d\\ude80\"", "\xF0\x9F\x9A\x80" },
		{ "\"\\ud83d\"", "\xEF\xBF\xBD" },
		{ "\"\\ud83dx\"", "\xEF\xBF\xBDx" },
		{ "\"\\ude80\\ud83d\"", "\xEF\xBF\xBD\xEF\xBF\xBD" },
		{ "\"\\ud83d\\u0041\"", "\xEF\xBF\xBD"
					"A" },
		{ "\"\\ud83d\\ud83d\\ude80\"", "\xEF\xBF\xBD\xF0\x9F\x9A\x80" },
		{ "\"\xC3\xB6\xE2\x80\xA6\xF0\x9F\x9A\x80\xEF\xBF\xBD\"",
			"\xC3\xB6\xE2\x80\xA6\xF0\x9F\x9A\x80\xEF\xBF\xBD" },
	};
	static const char *const bad[][2] = {
		{ "", "not a string" },
		{ "\"", "not a string" },
		{ "x", "not a string" },
		{ "5", "not a string" },
		{ "\"\\x\"", "invalid escape" },
		{ "\"\\\"", "invalid escape" },
		{ "\"\\u12g4\"", "invalid escape" },
		{ "\"\\u123\"", "invalid escape" },
		{ "\"\\U0041\"", "invalid escape" },
		{ "\"\xC3\"", "not UTF-8" },
		{ "\"\xED\xA0\x80\"", "not UTF-8" },
	};
	const char *why;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		char *text = unquoted(good[i][0], &why);
		ck_assert_ptr_nonnull(text);
		ck_assert_ptr_null(why);
		ck_assert_str_eq(text, good[i][1]);
		free(text);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		ck_assert_ptr_null(unquoted(bad[i][0], &why));
		ck_assert_str_eq(why, bad[i][1]);
	}
	char room[16];
	ck_assert_int_eq(json_unquote(str_of("\"a\\u0000b\""), room, &why), 3);
	ck_assert_mem_eq(room, "a\0b", 4);
}
END_TEST

/* Whole numbers as json.h has them. */
START_TEST(numbers)
{
	static const struct {
		const char *raw;
		int64_t value;
	} cases[] = {
		{ "0", 0 },
		{ "-0", 0 },
		{ "-7", -7 },
		{ "999999999999999999", 999999999999999999 },
		{ "9223372036854775807", INT64_MAX },
		{ "9223372036854775808", 42 },
		{ "-9223372036854775807", -INT64_MAX },
		{ "99999999999999999999999", 42 },
		{ "5.0", 5 },
		{ "5.5", 42 },
		{ "1e3", 1000 },
		{ "1e300", 42 },
		{ "\"5\"", 42 },
		{ "null", 42 },
		{ "true", 42 },
		{ "[5]", 42 },
		{ "", 42 },
		{ "-", 42 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_int_eq(json_number(str_of(cases[i].raw), 42), cases[i].value);
}
END_TEST

/* A word is a whole text that fits. */
START_TEST(words)
{
	static const char *const other[] = { "", "word", "\"wor\"", "\"word \"", "\"word\\u0000\"", "\"wo\\qrd\"", "[\"word\"]" };
	char longest[] = "\"wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww\"", room[JSON_WORD_ROOM];

	ck_assert_int_eq(json_says(str_of("\"word\""), "word"), 1);
	ck_assert_int_eq(json_says(str_of("\"w\\u006Frd\""), "word"), 1);
	for (size_t i = 0; i < sizeof other / sizeof *other; i++)
		ck_assert_msg(!json_says(str_of(other[i]), "word"), "%s", other[i]);
	ck_assert_uint_eq(json_word(str_of(longest), room).n, JSON_WORD_ROOM - 2);
	ck_assert_uint_eq(json_word((hn_str){ longest, JSON_WORD_ROOM + 1 }, room).n, 0);
}
END_TEST

/* A text of a million backslashes is passed in one go, whatever the quotes in it. */
START_TEST(linear)
{
	struct buf text = BUF(BUF_NO_CAP), out = BUF(BUF_NO_CAP);
	const char *why;
	buf_adds(&text, "{\"a\":\"");
	for (int i = 0; i < 4000000; i++)
		buf_adds(&text, i % 2000000 == 0 ? "\\\"" : "\\\\");
	buf_adds(&text, "\"}");
	ck_assert_int_eq(json_walk(buf_str(&text), &why, note, &out), 0);
	ck_assert_uint_eq(out.n, text.n - 3);
	buf_free(&text);
	buf_free(&out);
}
END_TEST

UNIT_MAIN("json_walk", members, stops, refuses, depth, strings, numbers, words, linear)
