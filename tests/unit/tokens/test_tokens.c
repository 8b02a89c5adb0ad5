/* SPDX-License-Identifier: MIT */
/* test_tokens: how near the estimate comes, its arithmetic, and how it corrects itself. */
#include "../unit.h"

#include <stdio.h>

#include "tokens/tokens.h"

#define SAMPLES 5 /* of each kind: three requests, and two replies between them */
#define FIRST_MOST 80 /* in 1/1000, as all errors here */
#define LATER_MOST 20

/* A text, what each vocabulary makes of it, and where it ends. */
struct sample {
	hn_str text;
	int64_t tokens[TOKENS_VOCABULARIES];
};

/* A vocabulary that counts, and the one that the estimator was told. */
struct way {
	const char *name;
	enum tokens_vocabulary counts, told;
};

static const char *const kinds[] = { "arabic", "chinese", "code", "emoji", "english", "german",
	"hindi", "japanese", "json", "mixed" };
static const struct way ways[] = {
	{ "o200k_base", TOKENS_O200K, TOKENS_O200K },
	{ "cl100k_base", TOKENS_CL100K, TOKENS_CL100K },
	{ "cl100k_base, unknown", TOKENS_CL100K, TOKENS_O200K },
};

#define KINDS (sizeof kinds / sizeof *kinds)
#define WAYS (sizeof ways / sizeof *ways)

/* Reads a file of the source tree. */
static struct buf source_file(const char *path)
{
	struct buf name = BUF(BUF_NO_CAP), out = BUF(BUF_NO_CAP);
	const char *root = getenv("HOBNOB_TEST_SRCDIR");
	char piece[4096];
	FILE *f;

	buf_addf(&name, "%s/%s", root ? root : ".", path);
	f = fopen(name.p, "rb");
	ck_assert_msg(f != NULL, "%s cannot be read", name.p);
	for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;)
		buf_add(&out, piece, n);
	fclose(f);
	buf_free(&name);
	return out;
}

/* The samples of one kind: each behind a line "%% o200k_base cl100k_base". */
static struct buf read_samples(const char *kind, struct sample out[SAMPLES])
{
	struct buf path = BUF(BUF_NO_CAP), file;
	const char *p;

	buf_addf(&path, "tests/data/tokens/%s.txt", kind);
	file = source_file(path.p);
	p = file.p;
	for (size_t i = 0; i < SAMPLES; i++) {
		char *rest;

		ck_assert_msg(strncmp(p, "%% ", 3) == 0, "%s: sample %zu", kind, i);
		out[i].tokens[TOKENS_O200K] = strtoll(p + 3, &rest, 10);
		out[i].tokens[TOKENS_CL100K] = strtoll(rest, &rest, 10);
		p = strchr(rest, '\n') + 1;
		const char *end = strstr(p, "\n%% ");
		size_t n = end ? (size_t)(end - p) : strlen(p) - 1;
		out[i].text = (hn_str){ p, n };
		p += n + 1;
	}
	ck_assert_msg(*p == '\0', "%s: more than %d samples", kind, SAMPLES);
	buf_free(&path);
	return file;
}

/* How far off, in 1/1000. */
static int64_t off(int64_t got, int64_t want)
{
	return (got > want ? got - want : want - got) * 1000 / want;
}

/* Smaller numbers first. */
static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The median; sorts. */
static int64_t median(int64_t *of, size_t n)
{
	qsort(of, n, sizeof *of, by_size);
	return (of[(n - 1) / 2] + of[n / 2]) / 2;
}

/* Each sample as the first request: what the prior is off. */
static void first_errors(const struct sample *s, const struct way *way, int64_t *out)
{
	for (size_t i = 0; i < SAMPLES; i++)
		out[i] = off(tokens_prior_in(way->told, s[i].text), s[i].tokens[way->counts]);
}

/* The samples as a conversation: what its second and third request are off, when the one before was
 * counted, and its reply. */
static void later_errors(const struct sample *s, const struct way *way, int64_t *out)
{
	struct calibration c = { 0 };
	struct anchor a = { 0 };
	int64_t prior = TOKENS_PER_REQUEST, counted = TOKENS_PER_REQUEST;

	for (size_t i = 0; i < SAMPLES; i++) {
		prior += tokens_prior_in(way->told, s[i].text) + TOKENS_PER_MESSAGE;
		counted += s[i].tokens[way->counts] + TOKENS_PER_MESSAGE;
		if (i % 2) {
			tokens_count(&a, prior, counted);
			continue;
		}
		if (i > 0)
			out[i / 2 - 1] = off(tokens_since(&c, &a, prior), counted);
		tokens_learn(&c, prior, counted);
	}
}

/* One row of the table in docs/context.md. */
static void print_row(
	struct buf *out, const char *kind, const struct sample *s, const struct way *way)
{
	int64_t first[SAMPLES], later[SAMPLES / 2], got = 0, want = 0;

	for (size_t i = 0; i < SAMPLES; i++) {
		got += tokens_prior_in(way->told, s[i].text);
		want += s[i].tokens[way->counts];
	}
	first_errors(s, way, first);
	later_errors(s, way, later);
	int64_t sum = off(got, want), f = median(first, SAMPLES), l = median(later, SAMPLES / 2);
	buf_addf(out, "| %s | %s | %ld | %ld | %s%ld.%ld %% | %ld.%ld %% | %ld.%ld %% |\n", kind,
		way->name, (long)want, (long)got, got < want ? "-" : "+", (long)sum / 10,
		(long)sum % 10, (long)f / 10, (long)f % 10, (long)l / 10, (long)l % 10);
}

/* The last rows: over all kinds, the median request is estimated to 8 % at first, if the vocabulary
 * is known, and to 2 % later. */
static void print_sum(struct buf *out, const struct way *way, int64_t *first, int64_t *later)
{
	int64_t f = median(first, KINDS * SAMPLES), l = median(later, KINDS * (SAMPLES / 2));

	ck_assert_msg(f <= FIRST_MOST || way->told != way->counts, "%s: %ld", way->name, (long)f);
	ck_assert_msg(l <= LATER_MOST, "%s: %ld later", way->name, (long)l);
	buf_addf(out, "| all | %s | | | | %ld.%ld %% | %ld.%ld %% |\n", way->name, (long)f / 10,
		(long)f % 10, (long)l / 10, (long)l % 10);
}

/* The golden table: what the estimator makes of each kind is what the documents say. */
START_TEST(golden)
{
	struct buf page = source_file("docs/context.md"), rows = BUF(BUF_NO_CAP);
	int64_t first[WAYS][KINDS * SAMPLES], later[WAYS][KINDS * (SAMPLES / 2)];

	for (size_t k = 0; k < KINDS; k++) {
		struct sample s[SAMPLES];
		struct buf file = read_samples(kinds[k], s);

		for (size_t w = 0; w < WAYS; w++) {
			print_row(&rows, kinds[k], s, &ways[w]);
			first_errors(s, &ways[w], first[w] + k * SAMPLES);
			later_errors(s, &ways[w], later[w] + k * (SAMPLES / 2));
		}
		buf_free(&file);
	}
	for (size_t w = 0; w < WAYS; w++)
		print_sum(&rows, &ways[w], first[w], later[w]);
	ck_assert_msg(strstr(page.p, rows.p) != NULL,
		"docs/context.md has another table than this one:\n%s", rows.p);
	buf_free(&rows);
	buf_free(&page);
}
END_TEST

/* The smallest texts: nothing is nothing, anything else is something, and not much. */
START_TEST(small)
{
	static const char *const few[] = { "a", " ", "hello", " hello", "Hello", "123", "1234", "?",
		"\n", "\n\n\n", "        ", "\t", "\xE4\xBD\xA0" };

	ck_assert_int_eq(tokens_prior_in(TOKENS_O200K, (hn_str){ NULL, 0 }), 0);
	ck_assert_int_eq(tokens_prior_in(TOKENS_O200K, str_of("")), 0);
	for (size_t i = 0; i < sizeof few / sizeof *few; i++) {
		int64_t n = tokens_prior_in(TOKENS_O200K, str_of(few[i]));

		ck_assert_msg(n >= 1 && n <= 3, "row %zu: %ld", i, (long)n);
	}
}
END_TEST

/* 1000 times each character is so many tokens: no run of anything is free, or costs without
 * bound. */
START_TEST(runs)
{
	static const char *const each[] = { "a", "A", "\xC3\xA4", "7", "-", "\xCE\xB1", "\xD1\x8F",
		"\xD4\xB1", "\xD7\x90", "\xD8\xA7", "\xE0\xA4\x85", "\xE0\xA6\x85", "\xE0\xB8\x81",
		"\xE0\xBA\x81", "\xE1\x83\x90", "\xE1\xBA\xA1", "\xE2\x80\x94", "\xE3\x81\x82",
		"\xE4\xB8\x80", "\xEA\xB0\x80", "\xED\x9E\xA3", "\xEF\xBF\xBD", "\xF0\x9F\x98\x80",
		"\xF0\xA0\x80\x80", "\xFF", " ", "\n" };

	for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
		struct buf text = BUF(BUF_NO_CAP);

		for (int k = 0; k < 1000; k++)
			buf_adds(&text, each[i]);
		for (int v = 0; v < TOKENS_VOCABULARIES; v++) {
			int64_t n = tokens_prior_in((enum tokens_vocabulary)v, buf_str(&text));

			ck_assert_msg(
				n >= 1 && n <= (int64_t)text.n + 2, "row %zu: %ld", i, (long)n);
			ck_assert_msg(n >= 100 || strchr(" \n-\xE2", *each[i]), "row %zu: %ld", i,
				(long)n);
		}
		buf_free(&text);
	}
}
END_TEST

/* What is no character, or half of one at the end, is read to the end as something rare. */
START_TEST(not_text)
{
	static const char *const bad[] = { "\xFF", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
		"\xE4\xBD", "\xF0\x9F\x98", "\xC3", "\x80" };

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		int64_t n = tokens_prior_in(TOKENS_O200K, str_of(bad[i]));

		ck_assert_msg(n >= 2 && n <= 8, "row %zu: %ld", i, (long)n);
		struct buf joined = BUF(BUF_NO_CAP);
		buf_addf(&joined, "word %s", bad[i]);
		ck_assert_int_ge(tokens_prior_in(TOKENS_O200K, buf_str(&joined)), n + 1);
		buf_free(&joined);
	}
}
END_TEST

/* More lines are never fewer tokens, whatever the bytes. */
START_TEST(never_shrinks)
{
	static const char few[] = " aB7.-\xC3\xA4";
	uint32_t seed = 3;

	for (int round = 0; round < 300; round++) {
		char bytes[400];
		int64_t before = 0;

		for (size_t i = 0; i < sizeof bytes; i++) {
			seed = seed * 1664525u + 1013904223u;
			bytes[i] = round % 3 ? (char)(seed >> 24) : few[(seed >> 24) % 8];
			if (i % 20 != 19)
				continue;
			bytes[i] = '\n';
			int64_t now = tokens_prior_in(TOKENS_O200K, (hn_str){ bytes, i + 1 });
			ck_assert_int_ge(now, before);
			before = now;
		}
	}
}
END_TEST

/* The vocabulary that a model's name tells. */
START_TEST(vocabularies)
{
	static const char *const old[] = { "gpt-4", "gpt-4-turbo", "openai/gpt-4", "gpt-4-0613",
		"gpt-3.5-turbo", "openai/gpt-3.5-turbo-16k", "gpt-35-turbo" };
	static const char *const other[] = { "gpt-4o", "gpt-4o-mini", "gpt-4.1",
		"openai/gpt-5-nano", "o3", "gpt-40", "", "gpt-4/other", "my-gpt-4" };

	for (size_t i = 0; i < sizeof old / sizeof *old; i++)
		ck_assert_msg(tokens_vocabulary(old[i]) == TOKENS_CL100K, "%s", old[i]);
	for (size_t i = 0; i < sizeof other / sizeof *other; i++)
		ck_assert_msg(tokens_vocabulary(other[i]) == TOKENS_O200K, "%s", other[i]);
}
END_TEST

/* Nothing learnt: the prior. One pair moves fully, later ones by a quarter. */
START_TEST(learns)
{
	struct calibration c = { 0 };
	ck_assert_int_eq(tokens_apply(&c, 100), 100);
	tokens_learn(&c, 936, 1936);
	ck_assert_uint_eq(c.seen, 1);
	ck_assert_int_eq(c.factor_1024, 2048);
	ck_assert_int_eq(tokens_apply(&c, 100), 200);
	ck_assert_int_eq(tokens_apply(&c, 0), 0);
	tokens_learn(&c, 936, 936);
	ck_assert_int_eq(c.factor_1024, 1792);
	ck_assert_int_eq(tokens_apply(&c, 3), 6);
	for (int i = 0; i < 100; i++)
		tokens_learn(&c, 10000, 7000);
	ck_assert_int_ge(tokens_apply(&c, 10000), 7000);
	ck_assert_int_le(tokens_apply(&c, 10000), 7050);
}
END_TEST

/* A greeting's frame does not double the estimate of a book. */
START_TEST(short_says_little)
{
	struct calibration c = { 0 };
	tokens_learn(&c, 8, 24);
	ck_assert_int_eq(tokens_apply(&c, 10000), 12217);
}
END_TEST

/* What cannot be a count of the same text moves nothing. */
START_TEST(ignores_absurd)
{
	static const int64_t bad[][2] = { { 0, 5 }, { 5, 0 }, { -1, 5 }, { 5, -1 }, { 100, 801 },
		{ 801, 100 }, { INT64_MAX, INT64_MAX }, { INT64_MAX, 1 }, { 1, INT64_MAX } };
	struct calibration c = { 0 };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		tokens_learn(&c, bad[i][0], bad[i][1]);
	ck_assert_uint_eq(c.seen, 0);
	tokens_learn(&c, 100, 800);
	tokens_learn(&c, 800, 100);
	ck_assert_uint_eq(c.seen, 2);
	ck_assert_int_eq(tokens_apply(&c, INT64_MAX), INT64_MAX);
}
END_TEST

/* A count is believed by itself and beside the one before. */
START_TEST(trusts)
{
	static const struct {
		const char *about;
		struct trust t;
		int64_t prior, counted;
		int believed, lost;
	} rows[] = {
		{ "the first", { 0 }, 100, 300, 1, 0 },
		{ "no count of it", { 0 }, 100, 1313, 0, 0 },
		{ "nor this one behind it", { .absurd = 1 }, 100, 1313, 0, 1 },
		{ "the most beside the one before", { 100, 120, 0, 0 }, 200, 1432, 1, 0 },
		{ "one more", { 100, 120, 0, 0 }, 200, 1433, 0, 1 },
		{ "less text, more tokens", { 1000, 1200, 0, 0 }, 900, 1713, 0, 1 },
		{ "more text, half the tokens", { 1000, 1200, 0, 0 }, 1000, 568, 1, 0 },
		{ "and one less", { 1000, 1200, 0, 0 }, 1000, 567, 0, 1 },
		{ "less text, less than half", { 1000, 1200, 0, 0 }, 400, 100, 1, 0 },
		{ "as the one before, which was lost", { 1000, 1200, 1, 1 }, 1000, 1200, 1, 0 },
		{ "none, while all is well", { 1000, 1200, 0, 0 }, 1000, -1, 0, 0 },
		{ "none, while it is not", { 1000, 1200, 0, 1 }, 1000, 0, 0, 1 },
		{ "too much to be thought of", { .absurd = 1 }, INT64_MAX, INT64_MAX, 0, 0 },
		{ "absurdly many", { .absurd = 1 }, 100, INT64_MAX, 0, 1 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct trust t = rows[i].t;
		ck_assert_msg(tokens_trust(&t, rows[i].prior, rows[i].counted) == rows[i].believed,
			"%s", rows[i].about);
		ck_assert_msg(t.lost == rows[i].lost, "%s", rows[i].about);
	}
}
END_TEST

/* What was counted is known; only what came or went since is estimated. */
START_TEST(since)
{
	struct calibration c = { 0 };
	struct anchor a = { 0 };

	ck_assert_int_eq(tokens_since(&c, &a, 500), 500);
	tokens_count(&a, 500, 700);
	ck_assert_int_eq(tokens_since(&c, &a, 500), 700);
	ck_assert_int_eq(tokens_since(&c, &a, 510), 710);
	ck_assert_int_eq(tokens_since(&c, &a, 400), 560);
	tokens_learn(&c, 936, 1936);
	ck_assert_int_eq(tokens_since(&c, &a, 510), 720);
	ck_assert_int_eq(tokens_since(&c, &a, 400), 560);
	ck_assert_int_eq(tokens_since(&c, &a, 1), 2);
	ck_assert_int_eq(tokens_since(&c, &a, 0), 0);
}
END_TEST

/* One number of a fixed sequence. */
static int64_t next_number(uint64_t *seed, int64_t below)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (int64_t)(*seed >> 16) % below;
}

/* What fits a number of tokens is the most that does, whatever was learnt and counted. */
START_TEST(room)
{
	uint64_t seed = 3;

	for (int round = 0; round < 200000; round++) {
		struct calibration c = { 0 };
		struct anchor a = { 0 };
		int64_t tokens = next_number(&seed, 4000), most;

		if (next_number(&seed, 3))
			tokens_learn(
				&c, 1 + next_number(&seed, 2000), 1 + next_number(&seed, 2000));
		if (next_number(&seed, 3))
			tokens_count(&a, next_number(&seed, 2000), 1 + next_number(&seed, 2000));
		most = tokens_room(&c, &a, tokens);
		ck_assert_int_le(tokens_since(&c, &a, most), tokens);
		ck_assert_int_gt(tokens_since(&c, &a, most + 1), tokens);
	}
	ck_assert_int_eq(tokens_room(&(struct calibration){ 0 }, &(struct anchor){ 0 }, -5), 0);
	ck_assert_int_eq(tokens_room(&(struct calibration){ 512, 1 }, &(struct anchor){ 300, 100 },
				 INT64_MAX),
		INT64_MAX);
}
END_TEST

/* What is no count leaves the one before. */
START_TEST(counts_no_nonsense)
{
	static const int64_t bad[][2] = { { 5, 0 }, { 5, -1 }, { -1, 5 }, { INT64_MAX, 5 },
		{ 5, INT64_MAX }, { 10, 1000 }, { 1000, 10 } };
	struct calibration c = { 0 };
	struct anchor a = { 0 };

	tokens_count(&a, 10, 20);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		tokens_count(&a, bad[i][0], bad[i][1]);
	ck_assert_int_eq(tokens_since(&c, &a, 11), 21);
	ck_assert_int_eq(tokens_since(&c, &a, INT64_MAX), INT64_MAX);
}
END_TEST

/* Less than a 16th is too few, of little as of much. */
START_TEST(too_few)
{
	static const int64_t rows[][3] = { { 0, 0, 0 }, { 1, 0, 1 }, { 16, 1, 0 }, { 17, 1, 1 }, { 32, 2, 0 },
		{ 375, 1, 1 }, { 375, 23, 1 }, { 375, 24, 0 }, { INT64_MAX, 1, 1 }, { 5, INT64_MAX, 0 } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		ck_assert_int_eq(tokens_too_few(rows[i][0], rows[i][1]), rows[i][2]);
}
END_TEST

UNIT_MAIN("tokens", too_few, golden, small, runs, not_text, never_shrinks, vocabularies, learns,
	short_says_little, ignores_absurd, trusts, since, room, counts_no_nonsense)
