/* SPDX-License-Identifier: MIT */
/* test_yaml: trees of a config file, and what is refused with which words. */
#include "../fault_is.h"

#include "config/yaml.h"

/* Reads or fails the test. */
static struct ynode *read_ok(const char *text)
{
	struct fault fault = { 0 };
	struct ynode *root = yaml_read(str_of(text), "c.yaml", &fault);
	ck_assert_msg(root != NULL, "%s", fault.message);
	return root;
}

/* Keys, kinds, lines and texts. */
START_TEST(reads)
{
	struct ynode *root =
		read_ok("# top\nmodel: gpt\nstop: [a, 'b c']\nproviders:\n  groq: {plugin: "
			"openai}\nsystem: |\n  one\n  two\nquoted: \"x\\ty\"\n");
	ck_assert_int_eq(root->kind, Y_MAP);
	ck_assert_uint_eq(root->n, 5);
	const struct ynode *model = yaml_get(root, "model"), *stop = yaml_get(root, "stop");
	ck_assert_str_eq(model->text, "gpt");
	ck_assert_int_eq(model->line, 2);
	ck_assert_int_eq(model->key_line, 2);
	ck_assert_int_eq(model->plain, 1);
	ck_assert_int_eq(stop->kind, Y_LIST);
	ck_assert_uint_eq(stop->n, 2);
	ck_assert_str_eq(stop->items[1].text, "b c");
	ck_assert_int_eq(stop->items[1].plain, 0);
	ck_assert_ptr_null(stop->items[1].key);
	const struct ynode *groq = yaml_get(yaml_get(root, "providers"), "groq");
	ck_assert_int_eq(groq->key_line, 5);
	ck_assert_str_eq(yaml_get(groq, "plugin")->text, "openai");
	ck_assert_str_eq(yaml_get(root, "system")->text, "one\ntwo\n");
	ck_assert_str_eq(yaml_get(root, "quoted")->text, "x\ty");
	ck_assert_ptr_null(yaml_get(root, "none"));
	ck_assert_ptr_null(yaml_get(model, "none"));
	ck_assert_ptr_null(yaml_get(NULL, "none"));
	ynode_free(root);
}
END_TEST

/* Nothing is an empty map. */
START_TEST(empty)
{
	static const char *const texts[] = { "", "# only a comment\n", "---\n", "~\n", "{}" };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct ynode *root = read_ok(texts[i]);
		ck_assert_int_eq(root->kind, Y_MAP);
		ck_assert_uint_eq(root->n, 0);
		ynode_free(root);
	}
	struct ynode *null = read_ok("a:\nb: ~\nc: null\nd: 'null'\ne: nullx\n");
	ck_assert_int_eq(yaml_is_null(&null->items[0]), 1);
	ck_assert_int_eq(yaml_is_null(&null->items[1]), 1);
	ck_assert_int_eq(yaml_is_null(&null->items[2]), 1);
	ck_assert_int_eq(yaml_is_null(&null->items[3]), 0);
	ck_assert_int_eq(yaml_is_null(&null->items[4]), 0);
	ynode_free(null);
}
END_TEST

struct refused {
	const char *text, *error;
};

static const struct refused refused[] = {
	{ "a: 1\nb: 2\na: 3\n", "c.yaml:3: duplicate key \"a\" (first in line 1)" },
	{ "p:\n  x: 1\n  x: 2\n", "c.yaml:3: duplicate key \"x\" (first in line 2)" },
	{ "a: &x 1\n", "c.yaml:1: anchors are not taken (column 4)" },
	{ "a: 1\nb: *x\n", "c.yaml:2: aliases are not taken (column 4)" },
	{ "a: !!str 1\n", "c.yaml:1: tags are not taken (column 4)" },
	{ "a: &x [1]\n", "c.yaml:1: anchors are not taken (column 4)" },
	{ "a: !m {b: 1}\n", "c.yaml:1: tags are not taken (column 4)" },
	{ "a: 1\n---\nb: 2\n", "c.yaml:2: only one document is taken (column 1)" },
	{ "? [a]\n: 1\n", "c.yaml:1: a key must be a single word or text (column 3)" },
	{ "a: \"x\\0y\"\n", "c.yaml:1: a NUL character is not taken (column 4)" },
	{ "a: [1\nb: 2\n", "c.yaml:2: did not find expected ',' or ']' (column 2)" },
	{ "a: 1\n\tb: 2\n",
		"c.yaml:2: found a tab character that violates indentation (column 1)" },
	{ "a: b\n c: d\n", "c.yaml:2: mapping values are not allowed in this context (column 3)" },
	{ "ok: 1\nbad: \xFF\n", "c.yaml:2: it is not text in UTF-8\nif it is text in another encoding, convert it, as with: iconv -f LATIN1 -t UTF-8" },
	{ "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", "c.yaml:1: nested too deeply (column 17)" },
};

/* Every row of the table above. */
START_TEST(refuses)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct fault fault = { 0 };
		ck_assert_ptr_null(yaml_read(str_of(refused[i].text), "c.yaml", &fault));
		fault_is(&fault, HN_ERR_CONFIG, refused[i].error);
	}
}
END_TEST

/* Control characters are refused with their line. */
START_TEST(controls)
{
	struct fault fault = { 0 };
	ck_assert_ptr_null(yaml_read(str_of("a: 1\nb: \x01\n"), "c.yaml", &fault));
	fault_is(&fault, HN_ERR_CONFIG, "c.yaml:2: control characters are not allowed (column 4)");
}
END_TEST

/* Sixteen levels are taken; a file beyond a megabyte is not. */
START_TEST(limits)
{
	struct fault fault = { 0 };
	ynode_free(read_ok("[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]"));
	size_t n = ((size_t)1 << 20) + 1;
	char *big = malloc(n);
	memset(big, '#', n);
	ck_assert_ptr_null(yaml_read((hn_str){ big, n }, "c.yaml", &fault));
	fault_is(&fault, HN_ERR_CONFIG, "c.yaml: larger than 1048576 bytes");
	struct ynode *root = yaml_read((hn_str){ big, n - 1 }, "c.yaml", &fault);
	ck_assert_ptr_nonnull(root);
	ynode_free(root);
	free(big);
}
END_TEST

/* Plain scalars are typed in JSON, quoted ones are texts. */
START_TEST(as_json)
{
	struct ynode *root = read_ok(
		"a: [true, False, yes, null, ~, '', '1', 1, -7, +5, 007, 0x1F, 0o17, 1.50, 1e3, "
		".5, 5., "
		".inf, 1.2.3, 12a, 99999999999999999999, text, '~', null Null, true True]\nb: {c: {d: \"x\\ny\"}}\n");
	char *json = yaml_json(root);
	ck_assert_str_eq(json,
		"{\"a\":[true,false,\"yes\",null,null,\"\",\"1\",1,-7,5,7,31,15,1.50,1e3,0.5,5.0,"
		"\".inf\",\"1.2.3\",\"12a\",99999999999999999999,\"text\",\"~\",\"null "
		"Null\",\"true True\"],\"b\":{\"c\":{"
		"\"d\":\"x\\ny\"}}}");
	free(json);
	ynode_free(root);
}
END_TEST

UNIT_MAIN("yaml", reads, empty, refuses, controls, limits, as_json)
