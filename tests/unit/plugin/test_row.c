/* SPDX-License-Identifier: MIT */
/* Tests of core/plugin/row: a descriptor comes back as it was, and nothing else passes for one. */
#include "plugin/row.h"

#include "../unit.h"
#include "util/mem.h"

static const hn_env env[] = { { "A_KEY", NULL }, { "B_KEY", "sk-" } };
static const hn_option options[] = {
	{ .type = HN_OPT_STRING, .flags = HN_OPTION_SECRET | HN_OPTION_REQUIRED, .n_env = 2, .key = "api_key",
		.forbid = "sk- example.com", .help = "the key", .env = env },
	{ .type = HN_OPT_ENUM, .key = "tone", .initial = "low", .values = "low high" },
	{ .type = HN_OPT_URL, .flags = HN_OPTION_ENDPOINT, .key = "base_url", .initial = "http://127.0.0.1:1/v1", .help = "" },
};
static const hn_plugin whole = {
	.struct_size = sizeof whole, .abi_major = HN_ABI_MAJOR, .type = HN_TYPE_PROVIDER, .n_options = 3,
	.option_stride = sizeof *options, .name = "x", .version = "1.2", .summary = "a summary", .license = "MIT", .options = options,
};

static struct buf written(const hn_plugin *d)
{
	struct buf out = BUF(ROW_MOST);
	plugin_row_write(d, &out);
	return out;
}

/* The row of bytes; why: what it is refused for, NULL: nothing. */
static struct plugin_row read_as(hn_str bytes, const char *stem, const char *why)
{
	struct plugin_row r = { .lasting = 0 };
	plugin_row_read(&r, bytes, stem);
	if (why)
		ck_assert_str_eq(r.fault.message, why);
	else
		ck_assert_msg(!r.fault.kind, "%s", r.fault.message);
	return r;
}

static void same_text(const char *a, const char *b)
{
	ck_assert_msg(a == b || (a && b && !strcmp(a, b)), "%s and %s", a ? a : "NULL", b ? b : "NULL");
}

static void same_option(const hn_option *a, const hn_option *b)
{
	ck_assert_uint_eq(a->type, b->type);
	ck_assert_uint_eq(a->flags, b->flags);
	ck_assert_uint_eq(a->n_env, b->n_env);
	same_text(a->key, b->key);
	same_text(a->initial, b->initial);
	same_text(a->values, b->values);
	same_text(a->forbid, b->forbid);
	same_text(a->help, b->help);
	for (uint32_t i = 0; i < a->n_env; i++) {
		same_text(a->env[i].name, b->env[i].name);
		same_text(a->env[i].prefix, b->env[i].prefix);
	}
}

START_TEST(a_descriptor_comes_back)
{
	struct buf bytes = written(&whole);
	struct plugin_row r = read_as(buf_str(&bytes), "x", NULL);
	ck_assert_int_eq(r.lasting, 1);
	ck_assert_uint_eq(r.desc.struct_size, sizeof r.desc);
	ck_assert_uint_eq(r.desc.abi_major, HN_ABI_MAJOR);
	ck_assert_uint_eq(r.desc.type, HN_TYPE_PROVIDER);
	same_text(r.desc.name, "x");
	same_text(r.desc.version, "1.2");
	same_text(r.desc.summary, "a summary");
	same_text(r.desc.license, "MIT");
	ck_assert_ptr_null(r.desc.vtable);
	ck_assert_uint_eq(r.desc.n_options, 3);
	for (uint32_t i = 0; i < 3; i++)
		same_option(HN_AT(hn_option, r.desc.options, r.desc.option_stride, i), &options[i]);
	plugin_row_free(&r);
	buf_free(&bytes);
}
END_TEST

START_TEST(texts_that_are_only_shown_are_cut)
{
	char *long_text = xmalloc(1000001), want[80];
	memset(long_text, 'v', 1000000);
	long_text[1000000] = '\0';
	hn_plugin d = whole;
	d.version = d.license = d.summary = long_text;
	struct buf bytes = written(&d);
	ck_assert_uint_lt(bytes.n, 4096);
	struct plugin_row r = read_as(buf_str(&bytes), "x", NULL);
	memset(want, 'v', ROW_VERSION_COLUMNS);
	memcpy(want + ROW_VERSION_COLUMNS, "…", sizeof "…");
	same_text(r.desc.version, want);
	plugin_row_free(&r);
	d.version = "one\nline \033[2J";
	d.license = NULL;
	buf_free(&bytes);
	bytes = written(&d);
	r = read_as(buf_str(&bytes), "x", NULL);
	same_text(r.desc.version, "one line \033[2J");
	same_text(r.desc.license, NULL);
	plugin_row_free(&r);
	buf_free(&bytes);
	free(long_text);
}
END_TEST

START_TEST(what_is_too_long_is_not_written)
{
	char *text = xmalloc(ROW_MOST + 1);
	memset(text, 'i', ROW_MOST);
	text[ROW_MOST] = '\0';
	hn_option o = { .type = HN_OPT_STRING, .key = "k", .initial = text };
	hn_plugin d = whole;
	d.options = &o;
	d.n_options = 1;
	struct buf bytes = written(&d);
	ck_assert_int_eq(buf_failed(&bytes), 1);
	free(text);
}
END_TEST

START_TEST(the_reader_judges_again)
{
	struct buf bytes = written(&whole);
	struct plugin_row r = read_as(buf_str(&bytes), "y", "says of itself what cannot be read");
	plugin_row_free(&r);
	buf_free(&bytes);
	hn_plugin d = whole;
	d.abi_major = HN_ABI_MAJOR + 1;
	bytes = written(&d);
	r = read_as(buf_str(&bytes), "x", "says of itself what cannot be read");
	ck_assert_ptr_null(r.desc.options);
	plugin_row_free(&r);
	buf_free(&bytes);
}
END_TEST

START_TEST(a_refusal_comes_back)
{
	struct plugin_row r = { .lasting = 1 }, got;
	for (int deadly = 0; deadly < 2; deadly++) {
		struct buf bytes = BUF(ROW_MOST);
		fault_set(&r.fault, HN_ERR_CONFIG, deadly ? NULL : "a hint\nof two lines", "has no name");
		r.lasting = !deadly;
		r.deadly = deadly;
		plugin_row_write_refusal(&r, &bytes);
		got = read_as(buf_str(&bytes), "x", "has no name");
		same_text(got.fault.hint, r.fault.hint);
		ck_assert_int_eq(got.lasting, !deadly);
		ck_assert_int_eq(got.deadly, deadly);
		plugin_row_free(&got);
		buf_free(&bytes);
	}
	plugin_row_free(&r);
}
END_TEST

START_TEST(what_is_cut_or_longer_is_refused)
{
	struct buf bytes = written(&whole);
	for (size_t n = 0; n < bytes.n; n++) {
		/* in memory of its own, so that a sanitizer sees a look beyond it */
		char *part = xmalloc(n + 1);
		memcpy(part, bytes.p, n);
		struct plugin_row r = read_as((hn_str){ part, n }, "x", "says of itself what cannot be read");
		plugin_row_free(&r);
		free(part);
	}
	buf_addc(&bytes, '\0');
	struct plugin_row r = read_as(buf_str(&bytes), "x", "says of itself what cannot be read");
	plugin_row_free(&r);
	buf_free(&bytes);
}
END_TEST

START_TEST(damage_is_refused_or_a_descriptor)
{
	struct buf bytes = written(&whole);
	srand(1);
	for (int i = 0; i < 20000; i++) {
		char *copy = xmemdup0(bytes.p, bytes.n);
		struct plugin_row r = { .lasting = 0 };
		for (int k = 0; k < 3; k++)
			copy[(size_t)rand() % bytes.n] = (char)(i % 2 ? rand() : rand() % 4);
		plugin_row_read(&r, (hn_str){ copy, bytes.n }, "x");
		if (!r.fault.kind)
			same_text(r.desc.name, "x");
		plugin_row_free(&r);
		free(copy);
	}
	buf_free(&bytes);
}
END_TEST

UNIT_MAIN("row", a_descriptor_comes_back, texts_that_are_only_shown_are_cut, what_is_too_long_is_not_written,
	the_reader_judges_again, a_refusal_comes_back, what_is_cut_or_longer_is_refused, damage_is_refused_or_a_descriptor)
