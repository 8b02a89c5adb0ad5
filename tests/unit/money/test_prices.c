/* SPDX-License-Identifier: MIT */
/* test_prices: the shipped table beside a slow reader of it, and tables that are damaged. */
#include <inttypes.h>
#include <stdio.h>

#include "../scratch.h"

#include "money/catalog.h"
#include "money/prices.h"
#include "util/file.h"
#include "util/hash.h"
#include "util/money.h"
#include "util/said.h"

#define HEAD_LINE "hobnob prices 1 2026-07-02 test\n"

static char date[16], vendor[PRICES_VENDOR_ROOM];
static struct listed found;

/* Where the shipped table is. */
static struct paths shipped(void)
{
	static char dir[4096];
	const char *src = getenv("HOBNOB_TEST_SRCDIR");
	snprintf(dir, sizeof dir, "%s/core/data", src ? src : ".");
	return (struct paths){ .data = dir };
}

/* A folder whose table is this text. */
static struct paths with_table(struct scratch *s, const char *text)
{
	scratch_open(s);
	scratch_write(s, "prices.tsv", text);
	return (struct paths){ .data = s->dir };
}

#define NOT_SAID UINT32_MAX, UINT32_MAX /* accepts, heeds */

/* Holds if nothing is known of what was found. */
static void ck_none(const struct listed *l)
{
	static const struct listed none = { -1, -1, -1, -1, -1, -1, -1, NOT_SAID };
	ck_assert_mem_eq(l, &none, sizeof none);
}

/* The numbers of a model that is known well, and the date. */
START_TEST(shipped_numbers)
{
	struct paths p = shipped();
	ck_assert_int_eq(prices_find(&p, "openai", "gpt-5-nano", &found, date), 0);
	ck_assert_str_eq(date, "2026-07-02");
	ck_assert_int_eq(found.context, 400000);
	ck_assert_int_eq(found.max_output, 128000);
	ck_assert_int_eq(found.input, 50000); /* 0.05 USD/Mtok */
	ck_assert_int_eq(found.output, 400000);
	ck_assert_int_eq(found.cached, 5000);
	ck_assert_int_eq(found.cache_write, -1);
	ck_assert_int_eq(prices_find(&p, "anthropic", "claude-opus-4-5", &found, date), 0);
	ck_assert_int_eq(found.cache_write, 6250000);
	ck_assert_int_eq(prices_find(&p, "nobody", "gpt-5-nano", &found, date), -1);
	ck_assert_str_eq(date, "2026-07-02");
	ck_none(&found);
}
END_TEST

/* A field of a line as the table's own words, by another way than the code's. */
static int64_t slow_price(const char *text)
{
	int64_t whole = 0, unit = 1000000;
	int behind = 0;
	if (!strcmp(text, "-"))
		return -1;
	for (; *text; text++) {
		if (*text == '.') {
			behind = 1;
			continue;
		}
		whole = whole * 10 + (*text - '0');
		unit /= behind ? 10 : 1;
	}
	return whole * unit;
}

/* Each line of the shipped table is found, with what a slow reader reads in it. */
START_TEST(shipped_all)
{
	struct paths p = shipped();
	char path[4200], line[1024], before[1024] = "", *f[9];
	size_t models = 0, hosts = 0;
	snprintf(path, sizeof path, "%s/prices.tsv", p.data);
	FILE *file = fopen(path, "r");
	ck_assert_ptr_nonnull(file);
	ck_assert_ptr_nonnull(fgets(line, sizeof line, file));
	while (fgets(line, sizeof line, file)) {
		ck_assert_int_gt(strcmp(line, before), 0);
		memcpy(before, line, sizeof line);
		line[strcspn(line, "\n")] = '\0';
		char *rest = line;
		size_t n = 0;
		while (n < 9 && rest)
			f[n++] = strsep(&rest, "\t");
		ck_assert_ptr_null(rest);
		if (*line == '@') {
			ck_assert_int_eq(prices_vendor(&p, f[0] + 1, vendor), 0);
			ck_assert_str_eq(vendor, f[1]);
			hosts++;
			continue;
		}
		ck_assert_uint_eq(n, 9);
		ck_assert_int_eq(prices_find(&p, f[0], f[1], &found, date), 0);
		ck_assert_int_eq(found.context, *f[2] == '-' ? -1 : strtoll(f[2], NULL, 10));
		ck_assert_int_eq(found.max_output, *f[3] == '-' ? -1 : strtoll(f[3], NULL, 10));
		ck_assert_int_eq(found.input, slow_price(f[4]));
		ck_assert_int_eq(found.output, slow_price(f[5]));
		ck_assert_int_eq(found.reasoning, slow_price(f[8]));
		ck_assert_int_eq(found.cached, slow_price(f[6]));
		ck_assert_int_eq(found.cache_write, slow_price(f[7]));
		models++;
	}
	fclose(file);
	ck_assert_uint_gt(models, 800);
	ck_assert_uint_gt(hosts, 10);
}
END_TEST

/* Hosts whose prices are known, and those that nobody may guess at. */
START_TEST(hosts)
{
	static const char *const known[][2] = {
		{ "api.openai.com", "openai" },
		{ "openrouter.ai", "openrouter" },
		{ "api.x.ai", "xai" },
		{ "api.groq.com", "groq" },
		{ "api.mistral.ai", "mistral" },
		{ "api.deepseek.com", "deepseek" },
	};
	static const char *const unknown[] = { "", "localhost", "127.0.0.1", "::1", "openai.com",
		"api.openai.com.example.org", "me.openai.azure.com", "api.openai.co", "ai",
		"api.openai.com\topenai", "openai" };
	struct paths p = shipped(), nowhere = { .data = NULL };
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		ck_assert_int_eq(prices_vendor(&p, known[i][0], vendor), 0);
		ck_assert_str_eq(vendor, known[i][1]);
	}
	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
		ck_assert_int_eq(prices_vendor(&p, unknown[i], vendor), -1);
		ck_assert_str_eq(vendor, "");
	}
	ck_assert_int_eq(prices_vendor(&nowhere, "api.openai.com", vendor), -1);
}
END_TEST

/* A full date at the end may be left off, nothing else; a dated line goes before. */
START_TEST(dated)
{
	static const char *const other[] = { "gpt-5-nano-2025-08-7", "gpt-5-nano-2025-13-07",
		"gpt-5-nano-2025-08-00", "gpt-5-nano-2025-08-32", "gpt-5-nano-1999-08-07",
		"gpt-5-nano-0807", "gpt-5-nano-20251301", "gpt-5-nano-latest",
		"gpt-5-nano2025-08-07", "gpt-5-nano-2025-08-07x", "gpt-5-nano:free", "gpt-5-nan",
		"gpt-5-nanoo", "GPT-5-nano", "", "models/", "models/models/gpt-5-nano", "-2025-08-07", "gpt-5-nano\t400000" };
	struct paths p = shipped();
	struct listed plain;
	ck_assert_int_eq(prices_find(&p, "openai", "gpt-5-nano", &plain, date), 0);
	ck_assert_int_eq(prices_find(&p, "openai", "gpt-5-nano-2025-08-07", &found, date), 0);
	ck_assert_mem_eq(&found, &plain, sizeof found);
	ck_assert_int_eq(prices_find(&p, "openai", "gpt-5-nano-20250807", &found, date), 0);
	ck_assert_mem_eq(&found, &plain, sizeof found);
	ck_assert_int_eq(prices_find(&p, "openai", "models/gpt-5-nano-20250807", &found, date), 0);
	ck_assert_mem_eq(&found, &plain, sizeof found);
	ck_assert_int_eq(prices_find(&p, "openai", "gpt-4o", &plain, date), 0);
	ck_assert_int_eq(prices_find(&p, "openai", "gpt-4o-2024-05-13", &found, date), 0);
	ck_assert_int_ne(found.input, plain.input);
	for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
		ck_assert_int_eq(prices_find(&p, "openai", other[i], &found, date), -1);
		ck_none(&found);
	}
}
END_TEST

/* Lines that make-prices would not write. */
static const char odd_lines[] = HEAD_LINE
	"v\tabsent\t-\t-\t-\t-\t-\t-\t-\n"
	"v\tbad\t-5\t1.5\t-1\tnan\t1,5\t0.0000001\t-\n"
	"v\tbig\t999999999999999999\t99999999999999999999\t99999999999999\t0.000001\t1e99\t$1\t-\n"
	"v\tfree\t0\t\t0\t0\t0.0\t0\t-\n"
	"v\tlonger\t10\t10\t1\t2\t1\t1\t-\t-\n"
	"v\todd\t10\t10\t1\t2\t-\t-\t0.0000001\n"
	"v\treasons\t10\t10\t1\t2\t0.000001\t-\t3\n"
	"v\tshort\t10\t10\t1\t2\n"
	"v\ttorn\t10\t10\t1\t2\t3\t-\t-";

/* What cannot be read is unknown, field by field; 0 is a price and no number of tokens. */
START_TEST(fields)
{
	static const struct {
		const char *model;
		struct listed listed;
	} rows[] = {
		{ "absent", { -1, -1, -1, -1, -1, -1, -1, NOT_SAID } },
		{ "bad", { -1, -1, -1, -1, -1, -1, -1, NOT_SAID } },
		{ "big", { 999999999999999999, -1, -1, 1, -1, -1, -1, NOT_SAID } },
		{ "free", { -1, -1, 0, 0, 0, 0, -1, NOT_SAID } },
		{ "odd", { 10, 10, 1000000, -1, -1, -1, -1, NOT_SAID } },
		{ "reasons", { 10, 10, 1000000, 2000000, 1, -1, 3000000, NOT_SAID } },
	};
	struct scratch s;
	struct paths p = with_table(&s, odd_lines);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		ck_assert_int_eq(prices_find(&p, "v", rows[i].model, &found, date), 0);
		ck_assert_mem_eq(&found, &rows[i].listed, sizeof found);
	}
	static const char *const broken[] = { "short", "longer", "torn" };
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		ck_assert_int_eq(prices_find(&p, "v", broken[i], &found, date), -1);
		ck_none(&found);
	}
	ck_assert_int_eq(prices_find(&p, "v\tfree", "0", &found, date), -1);
	scratch_close(&s);
}
END_TEST

/* Notes a model as "name:output,". */
static void note(void *ud, hn_str model, const struct listed *listed)
{
	buf_addf(ud, "%.*s:%lld,", (int)model.n, model.p, (long long)listed->output);
}

/* All models of a vendor, those whose lines are whole, and of no other. */
START_TEST(each)
{
	struct scratch s;
	struct buf got = BUF(BUF_NO_CAP);
	struct paths p =
		with_table(&s, HEAD_LINE "@v\tw\nu\tm\t1\t1\t1\t1\t-\t-\t-\n"
					 "v\ta\t1\t1\t1\t2\t-\t-\t-\nv\tb\t1\t1\n"
					 "v\tc\t1\t1\t1\t-\t-\t-\t-\n"
					 "vv\tm\t1\t1\t1\t1\t-\t-\t-\nv\td\t1\t1\t1\t1\t-\t-\t-");
	struct paths nowhere = { .data = NULL };
	ck_assert_uint_eq(prices_each(&p, "v", date, note, &got), 2);
	ck_assert_str_eq(got.p, "a:2000000,c:-1,");
	ck_assert_str_eq(date, "2026-07-02");
	ck_assert_uint_eq(prices_each(&p, "w", date, note, &got), 0);
	ck_assert_uint_eq(prices_each(&p, "@v", date, note, &got), 0);
	ck_assert_uint_eq(prices_each(&nowhere, "v", date, note, &got), 0);
	ck_assert_str_eq(date, "");
	buf_free(&got);
	scratch_close(&s);
}
END_TEST

/* The vendors, each once; hosts are none. */
START_TEST(vendors)
{
	struct scratch s;
	struct buf got = BUF(BUF_NO_CAP);
	struct paths p = with_table(&s, HEAD_LINE "@h\tw\nu\tm\t1\nv\ta\t1\nv\tb\t1\nvv\tm\t1\nz");
	struct paths nowhere = { .data = NULL };
	prices_vendors(&p, &got);
	ck_assert_str_eq(got.p, "u, v, vv");
	buf_cut(&got, 0);
	prices_vendors(&nowhere, &got);
	ck_assert_uint_eq(got.n, 0);
	buf_free(&got);
	scratch_close(&s);
}
END_TEST

/* No table, or something else in its place, is no table. */
START_TEST(no_table)
{
	static const char *const texts[] = { "", "\n", "hobnob prices 1 ",
		"hobnob prices 1 2026-07-02",
		"hobnob prices 2 2026-07-02 test\nv\tm\t1\t1\t1\t1\t-\t-\t-\n",
		"hobnob prices 1 yesterday!\nv\tm\t1\t1\t1\t1\t-\t-\t-\n",
		"hobnob prices 1 2026\nv\tm\t1\t1\t1\t1\t-\t-\t-\n" };
	struct scratch s;
	scratch_open(&s);
	struct paths p = { .data = s.dir }, nowhere = { .data = NULL };
	ck_assert_int_eq(prices_find(&nowhere, "v", "m", &found, date), -1);
	ck_assert_int_eq(prices_find(&p, "v", "m", &found, date), -1);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		scratch_write(&s, "prices.tsv", texts[i]);
		date[0] = '?';
		ck_assert_int_eq(prices_find(&p, "v", "m", &found, date), -1);
		ck_assert_str_eq(date, "");
		ck_none(&found);
	}
	ck_assert_int_eq(unlink(scratch_path(&s, "prices.tsv")), 0);
	ck_assert_int_eq(mkfifo(scratch_path(&s, "prices.tsv"), 0600), 0);
	ck_assert_int_eq(prices_find(&p, "v", "m", &found, date), -1);
	scratch_close(&s);
}
END_TEST

/* Keys that are longer than any line, and names of vendors longer than their room. */
START_TEST(long_names)
{
	static char name[100000];
	struct scratch s;
	struct paths p = with_table(&s, HEAD_LINE
		"@a\tabcdefghijabcdefghijabcdefghija\n@b\tabcdefghijabcdefghijabcdefghijab\n");
	ck_assert_int_eq(prices_vendor(&p, "a", vendor), 0);
	ck_assert_uint_eq(strlen(vendor), PRICES_VENDOR_ROOM - 1);
	ck_assert_int_eq(prices_vendor(&p, "b", vendor), -1);
	ck_assert_str_eq(vendor, "");
	memset(name, 'a', sizeof name - 1);
	p = shipped();
	for (size_t n = 480; n < 520; n++) {
		ck_assert_int_eq(
			prices_find(&p, "openai", name + sizeof name - 1 - n, &found, date), -1);
		ck_assert_int_eq(prices_vendor(&p, name + sizeof name - 1 - n, vendor), -1);
	}
	ck_assert_int_eq(prices_find(&p, name, name, &found, date), -1);
	scratch_close(&s);
}
END_TEST

/* Writes a table of so many models, m000 with a context of 1 and so on. Its size. */
static size_t make_table(char *text, size_t room, int models)
{
	size_t n = (size_t)snprintf(text, room, "%s", HEAD_LINE);
	for (int i = 0; i < models; i++)
		n += (size_t)snprintf(
			text + n, room - n, "v\tm%03d\t%d\t-\t1\t2\t-\t-\t-\n", i, i + 1);
	return n;
}

/* Each model of tables of many sizes is found, and none that would stand between them. */
START_TEST(sizes)
{
	static const char *const others[] = { "m", "a", "z", "m000a", "m0000", "m0995", "~" };
	static char text[20000];
	struct scratch s;
	scratch_open(&s);
	struct paths p = { .data = s.dir };
	for (int models = 0; models < 420; models += 7) {
		size_t n = make_table(text, sizeof text, models);
		scratch_bytes(&s, "prices.tsv", text, n, 0600);
		for (int i = 0; i < models; i++) {
			char model[16];
			snprintf(model, sizeof model, "m%03d", i);
			ck_assert_int_eq(prices_find(&p, "v", model, &found, date), 0);
			ck_assert_int_eq(found.context, i + 1);
		}
		for (size_t i = 0; i < sizeof others / sizeof *others; i++)
			ck_assert_int_eq(prices_find(&p, "v", others[i], &found, date), -1);
	}
	scratch_close(&s);
}
END_TEST

/* Whatever is cut off or overwritten, a number is the line's own or unknown. */
START_TEST(damaged)
{
	static char whole[20000], text[20000];
	struct scratch s;
	unsigned seed = 7;
	size_t n = make_table(whole, sizeof whole, 400), head = sizeof HEAD_LINE - 1;
	scratch_open(&s);
	struct paths p = { .data = s.dir };
	for (int round = 0; round < 600; round++) {
		seed = seed * 1103515245 + 12345;
		size_t at = head + seed / 65536 % (n - head), run = round % 2 ? 1 : (n - at) / 2;
		memcpy(text, whole, n);
		memset(text + at, round % 4 < 2 ? '\n' : 'x', run);
		scratch_bytes(&s, "prices.tsv", text, round % 5 ? n : at, 0600);
		int rc = prices_find(&p, "v", "m123", &found, date);
		ck_assert_str_eq(date, "2026-07-02");
		if (rc < 0)
			ck_none(&found);
		ck_assert(found.context == 124 || found.context == -1);
		ck_assert(found.input == 1000000 || found.input == -1);
		ck_assert(found.output == 2000000 || found.output == -1);
		ck_assert(found.max_output == -1 && found.cached == -1 && found.cache_write == -1);
	}
	scratch_close(&s);
}
END_TEST

/* What a plugin's list says of a model: a number that no model can have is unknown. */
START_TEST(list_numbers)
{
	static const struct { int64_t said, tokens, price; } rows[] = {
		{ INT64_MAX, -1, -1 },
		{ INT64_MIN, -1, -1 },
		{ -2, -1, -1 },
		{ -1, -1, -1 },
		{ 0, 0, 0 },
		{ 128000, 128000, 128000 },
		{ INT64_C(1000000000000), INT64_C(1000000000000), INT64_C(1000000000000) },
		{ INT64_C(1000000000001), -1, INT64_C(1000000000001) },
		{ INT64_C(1000000000000000000), -1, INT64_C(1000000000000000000) },
		{ INT64_C(1000000000000000001), -1, -1 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int64_t v = rows[i].said, tokens = rows[i].tokens, price = rows[i].price;
		hn_model m = { .struct_size = sizeof m, .context = v, .max_output = v, .price_input = v,
			.price_output = v, .price_cached = v, .price_cache_write = v };
		model_say(&m);
		const struct listed want = { tokens, tokens, price, price, price, price, -1, NOT_SAID }, l = listed_of(&m);
		ck_assert_mem_eq(&l, &want, sizeof want);
	}
}
END_TEST

/* What a list says of parts and settings; nothing said is all ones. */
START_TEST(list_bits)
{
	hn_model m = { .struct_size = sizeof m, .accepts = 2, .heeds = 3 };

	ck_assert_uint_eq(listed_of(&m).accepts, UINT32_MAX);
	ck_assert_uint_eq(listed_of(&m).heeds, UINT32_MAX);
	m.set = HN_MODEL_ACCEPTS;
	ck_assert_uint_eq(listed_of(&m).accepts, 2);
	ck_assert_uint_eq(listed_of(&m).heeds, UINT32_MAX);
	m.accepts = UINT32_MAX;
	ck_assert_uint_eq(listed_of(&m).accepts, 127);
	m.set = HN_MODEL_HEEDS;
	ck_assert_uint_eq(listed_of(&m).accepts, UINT32_MAX);
	ck_assert_uint_eq(listed_of(&m).heeds, 3);
	m.heeds = UINT32_MAX;
	ck_assert_uint_eq(listed_of(&m).heeds, 1023);
}
END_TEST

/* A kept list gives back what was put into it; one of an earlier form, or an old one, is not a list. */
START_TEST(kept_bits)
{
	static const hn_model says = { .struct_size = sizeof says, .id = { "a", 1 }, .set = HN_MODEL_CONTEXT | HN_MODEL_ACCEPTS |
		HN_MODEL_HEEDS, .context = 7, .accepts = 10, .heeds = 0 }, silent = { .struct_size = sizeof silent, .id = { "b", 1 } };
	static const char url[] = "http://127.0.0.1:9";
	struct catalog *c = catalog_new();
	struct listed l;
	struct scratch s;
	char path[5000];
	struct buf text = BUF(BUF_NO_CAP);

	scratch_open(&s);
	struct paths p = { .cache = s.dir };
	catalog_put(c, &says);
	catalog_put(c, &silent);
	catalog_keep(c, &p, "i", url, 1000);
	ck_assert_int_eq(catalog_find(&p, "i", url, "a", 1000, &l), 0);
	ck_assert_int_eq(l.context, 7);
	ck_assert_int_eq(l.input, -1);
	ck_assert_uint_eq(l.accepts, 10);
	ck_assert_uint_eq(l.heeds, 0);
	ck_assert_int_eq(catalog_find(&p, "i", url, "b", 1000, &l), 0);
	ck_none(&l);
	snprintf(path, sizeof path, "%s/models/i-%016" PRIx64, s.dir, hash_more(HASH_BEGIN, url, strlen(url)));
	ck_assert_int_eq(file_read(path, 1u << 20, &text, NULL), 0);
	ck_assert_int_eq(strncmp(text.p, "hobnob models 2 ", 16), 0);
	text.p[14] = '1';
	ck_assert_int_eq(file_replace(path, buf_str(&text), 0600, 0), 0);
	ck_assert_int_eq(catalog_find(&p, "i", url, "a", 1000, &l), -1);
	buf_free(&text);
	unlink(path);
	scratch_close(&s);
}
END_TEST

UNIT_MAIN("prices", shipped_numbers, shipped_all, hosts, dated, fields, each, vendors, no_table, long_names,
	sizes, damaged, list_numbers, list_bits, kept_bits)
