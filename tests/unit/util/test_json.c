/* SPDX-License-Identifier: MIT */
/* test_json: what is read as JSON, what is not, and what members give. */
#include "../unit.h"

#include "util/json.h"

/* Reads or fails the test. */
static struct json_object *read_ok(const char *text)
{
	const char *why = "x";
	struct json_object *o = json_read(str_of(text), &why);
	ck_assert_msg(o != NULL, "%s: %s", text, why);
	ck_assert_ptr_null(why);
	return o;
}

/* Documents of every type, with white space around, are read whole. */
START_TEST(reads)
{
	static const char *const good[] = { "{}", " [1,2]\n", "\"x\"", "12", "-1.5e3", "true",
		"false", "\t0\r\n", "{\"a\":\"N I \\\" N\"}", "\"\xC3\xB6\"" };
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		json_object_put(read_ok(good[i]));
	struct json_object *o = json_read((hn_str){ "123456", 3 }, NULL);
	ck_assert_int_eq(json_object_get_int(o), 123);
	json_object_put(o);
}
END_TEST

/* Everything else is refused, with a reason. */
START_TEST(refuses)
{
	static const char *const bad[] = { "", "  ", "null", "{", "[1,", "{} {}", "1 2", "{}x",
		"{'a':1}", "[1,]", "{\"a\":1,}", "NaN", "Infinity", "-Infinity", "[NaN]",
		"[-Infinity]", "/* c */ 1", "{a:1}", "\"abc", "tru", "TRUE", "\"\xFF\"", "01x",
		"nul", "-", "5.", "[5.]", ".5", "-.5", "1.e5", "+1", "01", "[01]", "-01", "[1e]",
		"--1", "1e", "\"a\" \"b\"" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const char *why = NULL;
		ck_assert_msg(json_read(str_of(bad[i]), &why) == NULL, "read: %s", bad[i]);
		ck_assert_msg(why != NULL, "no reason: %s", bad[i]);
	}
	const char *why = NULL;
	ck_assert_ptr_null(json_read((hn_str){ "1\0 2", 4 }, &why));
	ck_assert_str_eq(why, "NUL byte");
	ck_assert_ptr_null(json_read(str_of("{\"a\":"), &why));
	ck_assert_str_eq(why, "incomplete");
}
END_TEST

/* What servers write is read as far as one document goes, and is what JSON has for it. */
START_TEST(reads_loosely)
{
	static const struct {
		const char *text, *read; /* NULL: nothing */
		size_t used;
	} t[] = {
		{ "{\"a\":1}{\"b\":2}", "{\"a\":1}", 7 },
		{ "\"a\" said", "\"a\"", 3 },
		{ "{'error': {'message': 'it\\\"s \"so\"', 'code': None, 'final': True}}",
			"{\"error\":{\"message\":\"it\\\"s \\\"so\\\"\",\"code\":null,\"final\":true}}", 65 },
		{ "{\"a\":'b\",\"c'}", "{\"a\":\"b\\\",\\\"c\"}", 13 },
		{ "[NaN,Infinity,-Infinity,nan,-1.50]", "[null,null,null,null,-1.50]", 34 },
		{ "[TRUE,False,NULL]", "[true,false,null]", 17 },
		{ "{\"a\":[1,],\n}", "{\"a\":[1]}", 12 },
		{ "\"\xFF\"", "\"\xFF\"", 3 },
		{ "\"a\tb\"", "\"a\\tb\"", 5 },
		{ "\"\\ud83d\\ude00\"", "\"\xF0\x9F\x98\x80\"", 14 },
		{ "\"\\ud83d\\u0041\"", "\"\xED\xA0\xBD"
					"A\"", 14 },
		{ "\"\\uDE00\"", "\"\xED\xB8\x80\"", 8 },
		{ "[,]", NULL, 0 }, { "[1,,]", NULL, 0 }, { "[1", NULL, 0 }, { "[1,", NULL, 0 }, { "'a\"", NULL, 0 },
		{ "\"a\\\"", NULL, 0 }, { "{\"a\"}", NULL, 0 }, { "{a:1}", NULL, 0 }, { "[01]", NULL, 0 },
		{ "[-]", NULL, 0 }, { "[/**/1]", NULL, 0 }, { "['\\u12']", NULL, 0 }, { "", NULL, 0 }, { "null", NULL, 0 },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		size_t used;
		struct json_object *o = json_read_loose(str_of(t[i].text), &used);
		ck_assert_msg(!o == !t[i].read, "%s", t[i].text);
		if (!o)
			continue;
		ck_assert_str_eq(json_print(o, JSON_C_TO_STRING_PLAIN, &(size_t){ 0 }), t[i].read);
		ck_assert_msg(used == t[i].used, "%s: %zu", t[i].text, used);
		json_object_put(o);
	}
	ck_assert_ptr_null(json_read_loose((hn_str){ "[\0]", 3 }, &(size_t){ 0 }));
}
END_TEST

/* n arrays in each other. */
static char *nested(int n)
{
	struct buf b = BUF(BUF_NO_CAP);
	for (int i = 0; i < n; i++)
		buf_addc(&b, '[');
	for (int i = 0; i < n; i++)
		buf_addc(&b, ']');
	return buf_take(&b);
}

/* Nesting has an end. */
START_TEST(depth)
{
	char *deep = nested(JSON_DEPTH), *deeper = nested(JSON_DEPTH + 1);
	struct json_object *o = json_read(str_of(deep), NULL);
	ck_assert_ptr_nonnull(o);
	json_object_put(o);
	ck_assert_ptr_null(json_read(str_of(deeper), NULL));
	ck_assert_ptr_null(json_read_loose(str_of(deeper), &(size_t){ 0 }));
	free(deep);
	free(deeper);
}
END_TEST

/* Members by type, and fallbacks. */
START_TEST(members)
{
	struct json_object *o =
		read_ok("{\"s\":\"a\\u0000b\",\"i\":7,\"d\":5.0,\"h\":5.5,\"t\":true,\"n\":null,"
			"\"big\":9223372036854775807,\"huge\":9223372036854775808,\"vast\":1e300,"
			"\"low\":-99999999999999999999,\"high\":99999999999999999999}");
	hn_str s = json_text(o, "s");
	ck_assert_uint_eq(s.n, 3);
	ck_assert_mem_eq(s.p, "a\0b", 3);
	ck_assert_uint_eq(json_text(o, "i").n, 0);
	ck_assert_uint_eq(json_text(o, "none").n, 0);
	ck_assert_int_eq(json_int(o, "i", -1), 7);
	ck_assert_int_eq(json_int(o, "d", -1), 5);
	ck_assert_int_eq(json_int(o, "h", -1), -1);
	ck_assert_int_eq(json_int(o, "big", -1), INT64_MAX);
	ck_assert_int_eq(json_int(o, "huge", -1), -1);
	ck_assert_int_eq(json_int(o, "vast", -1), -1);
	ck_assert_int_eq(json_int(o, "low", -1), -1);
	ck_assert_int_eq(json_int(o, "high", -1), -1);
	ck_assert_int_eq(json_int(o, "s", -1), -1);
	ck_assert_int_eq(json_int(o, "n", -1), -1);
	ck_assert_ptr_nonnull(json_member(o, "s"));
	ck_assert_ptr_null(json_member(o, "n"));
	ck_assert_ptr_null(json_member(NULL, "s"));
	ck_assert_ptr_null(json_member(json_member(o, "i"), "s"));
	json_object_put(o);
}
END_TEST

/* n times a piece in an array. */
static struct json_object *read_many(const char *piece, size_t n, const char **why)
{
	struct buf b = BUF(BUF_NO_CAP);
	buf_adds(&b, "[");
	for (size_t i = 0; i < n; i++)
		buf_adds(&b, piece);
	buf_adds(&b, "0]");
	struct json_object *o = json_read(buf_str(&b), why);
	buf_free(&b);
	return o;
}

/* What would need a gigabyte when it is parsed is refused before. */
START_TEST(values_are_bounded)
{
	const char *why;
	ck_assert_ptr_null(read_many("{},", 1500000, &why));
	ck_assert_str_eq(why, "too many values");
	struct json_object *o = read_many("\"{},{},{},\",", 10000, &why);
	ck_assert_ptr_nonnull(o);
	json_object_put(o);
}
END_TEST

/* Nothing that is written is obeyed by a terminal: DEL, C1 and bidirectional controls are escaped,
 * what else is there is not. */
START_TEST(writes_harmless)
{
	struct json_object *o = json_object_new_object();
	struct buf out = BUF(BUF_NO_CAP);
	json_add_text(
		o, "t", str_of("\x1B\x7F\xC2\x9B\xE2\x80\xAE\xC2\xA0\xC3\xB6\xF0\x9F\x9A\x80"));
	ck_assert_int_eq(json_write(o, &out), 0);
	ck_assert_str_eq(
		out.p, "{\"t\":\"\\u001b\\u007f\\u009b\\u202e\xC2\xA0\xC3\xB6\xF0\x9F\x9A\x80\"}");
	json_object_put(o);
	buf_free(&out);
}
END_TEST

/* Writing: no white space, no escaped slashes, valid UTF-8, numbers as they came. */
START_TEST(writes)
{
	struct json_object *o = json_object_new_object();
	struct buf out = BUF(BUF_NO_CAP);
	json_add_text(o, "t", (hn_str){ "a/\"\xFF\0", 5 });
	json_add_int(o, "i", INT64_MIN);
	json_add_null(o, "n");
	json_add_text(o, "e", (hn_str){ NULL, 0 });
	ck_assert_int_eq(json_write(o, &out), 0);
	ck_assert_str_eq(out.p,
		"{\"t\":\"a/"
		"\\\"\xEF\xBF\xBD\\u0000\",\"i\":-9223372036854775808,\"n\":null,\"e\":\"\"}");
	json_object_put(o);
	buf_cut(&out, 0);
	o = read_ok("[0.10, 1e-05]");
	json_write(o, &out);
	ck_assert_str_eq(out.p, "[0.10,1e-05]");
	json_object_put(o);
	buf_free(&out);
	struct buf small = BUF(1);
	o = read_ok("[]");
	ck_assert_int_eq(json_write(o, &small), -1);
	json_object_put(o);
}
END_TEST

UNIT_MAIN("json", reads, refuses, reads_loosely, depth, members, values_are_bounded, writes_harmless, writes)
