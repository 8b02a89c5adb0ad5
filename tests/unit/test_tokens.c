/* SPDX-License-Identifier: MIT */
/* test_tokens: how near the estimate comes, its arithmetic, and how it corrects itself. */
#include "unit.h"

#include "chat/tokens.h"

/* A text and the tokens that o200k_base makes of it. */
struct sample {
	const char *text;
	int64_t tokens;
};

static const struct sample samples[] = {
	{ "The quick brown fox jumps over the lazy dog, and then it goes home to tell its family "
	  "about the adventure. They are not impressed: foxes do this every day.",
		35 },
	{ "Please summarise the following report in three bullet points; keep the numbers, and say "
	  "which assumptions are uncertain.",
		22 },
	{ "int main(int argc, char **argv)\n{\n\tfor (int i = 1; i < argc; i++)\n\t\tprintf(\"%d: "
	  "%s\\n\", i, argv[i]);\n\treturn 0;\n}\n",
		43 },
	{ "def mean(values):\n    if not values:\n        raise ValueError('no values')\n    "
	  "return sum(values) / len(values)\n",
		26 },
	{ "{\"id\":\"chatcmpl-123\",\"object\":\"chat.completion\",\"created\":1784000000,"
	  "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hello\"},"
	  "\"finish_reason\":\"stop\"}]}",
		46 },
	{ "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft "
	  "und Gewissen begabt und sollen einander im Geist der Brüderlichkeit begegnen.",
		38 },
	{ "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués "
	  "de raison et de conscience.",
		27 },
	{ "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены "
	  "разумом и совестью.",
		28 },
	{ "人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心,并应以兄弟关系的精神相对"
	  "待。",
		37 },
	{ "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等であ"
	  "る。",
		35 },
	{ "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.", 24 },
	{ "يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق. وقد وهبوا عقلاً وضميرًا.", 29 },
	{ "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता "
	  "प्राप्त है।",
		25 },
	{ "Done ✅ and shipped 🚀! See you at the party 🎉🎉 tonight 😀", 18 },
	{ "Total: 1,234,567.89 EUR on 2026-08-01 at 14:05:33, order 4711-0815.", 35 },
};

/* Natural samples are estimated to a quarter or three tokens. */
START_TEST(near)
{
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		int64_t got = tokens_prior(str_of(samples[i].text)), want = samples[i].tokens;
		int64_t off = got > want ? got - want : want - got;
		ck_assert_msg(off <= 3 || off * 4 <= want, "%ld, not %ld: %s", (long)got,
			(long)want, samples[i].text);
	}
}
END_TEST

/* All samples together are estimated to a twentieth. */
START_TEST(near_in_sum)
{
	int64_t got = 0, want = 0;
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		got += tokens_prior(str_of(samples[i].text));
		want += samples[i].tokens;
	}
	ck_assert_int_le(got * 100, want * 105);
	ck_assert_int_ge(got * 100, want * 95);
}
END_TEST

/* The smallest texts. */
START_TEST(small)
{
	static const struct sample exact[] = { { "", 0 }, { "a", 1 }, { " ", 1 }, { "hello", 1 },
		{ " hello", 1 }, { "Hello", 1 }, { "123", 1 }, { "1234", 2 }, { "123456", 2 },
		{ "1234567", 3 }, { "?", 1 }, { "\n", 2 }, { "\n\n\n", 2 }, { "        ", 1 },
		{ "helloWorld", 2 }, { "HTTPS", 2 }, { "a 1", 3 }, { "abcdefghijklmnopqrst", 9 },
		{ "\xE4\xBD\xA0", 1 }, { "\xFF", 2 }, { "\xE4\xBD", 2 } };
	ck_assert_int_eq(tokens_prior((hn_str){ NULL, 0 }), 0);
	for (size_t i = 0; i < sizeof exact / sizeof *exact; i++)
		ck_assert_msg(tokens_prior(str_of(exact[i].text)) == exact[i].tokens, "%zu: %ld", i,
			(long)tokens_prior(str_of(exact[i].text)));
}
END_TEST

/* Each kind of character is known from its first to its last. */
START_TEST(scripts)
{
	/* 1024 of the character make its weight. */
	static const struct sample weights[] = { { "\xCE\xB1", 416 }, { "\xD1\x8F", 298 },
		{ "\xD4\xB1", 287 }, { "\xD7\x90", 477 }, { "\xD8\xA7", 381 },
		{ "\xE0\xA4\x85", 372 }, { "\xE0\xA6\x85", 399 }, { "\xE0\xB8\x81", 428 },
		{ "\xE1\x83\x90", 340 }, { "\xE3\x81\x82", 697 }, { "\xE4\xB8\x80", 857 },
		{ "\xEA\xB0\x80", 772 }, { "\xED\x9E\xA3", 772 }, { "\xF0\x9F\x98\x80", 2454 },
		{ "\xF0\xA0\x80\x80", 3072 }, { "\xEF\xBF\xBD", 1536 } };
	for (size_t i = 0; i < sizeof weights / sizeof *weights; i++) {
		struct buf text = BUF(BUF_NO_CAP);
		for (int k = 0; k < 1024; k++)
			buf_adds(&text, weights[i].text);
		ck_assert_int_eq(tokens_prior(buf_str(&text)), weights[i].tokens);
		buf_free(&text);
	}
}
END_TEST

/* More text is never fewer tokens, whatever the bytes. */
START_TEST(never_shrinks)
{
	static const char few[] = " aB7.\n\xC3\xA4";
	uint32_t seed = 3;
	for (int round = 0; round < 300; round++) {
		char bytes[200];
		int64_t before = 0;
		for (size_t i = 0; i < sizeof bytes; i++) {
			seed = seed * 1664525u + 1013904223u;
			bytes[i] = round % 3 ? (char)(seed >> 24) : few[(seed >> 24) % 8];
			int64_t now = tokens_prior((hn_str){ bytes, i + 1 });
			/* A character that is not whole yet may have been dearer than it turns
			 * out to be. */
			ck_assert_int_ge(now + 6, before);
			if (!(bytes[i] & 0x80)) {
				ck_assert_int_ge(now, before);
				before = now;
			}
		}
	}
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

UNIT_MAIN("tokens", near, near_in_sum, small, scripts, never_shrinks, learns, short_says_little,
	ignores_absurd)
