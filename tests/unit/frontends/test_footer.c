/* SPDX-License-Identifier: MIT */
/* test_footer: the line after a reply, by what is known of it. */
#include "../unit.h"

#include "shared/footer.h"

#define S(text) { (text), sizeof(text) - 1 }

static const hn_usage counted = { .struct_size = sizeof counted, .prompt = 12000, .completion = 800 };

static hn_session_event whole(void)
{
	return (hn_session_event){ .struct_size = sizeof(hn_session_event), .type = HN_ON_DONE, .ttft_ms = 1000, .total_ms = 21000,
		.cost = 4200000000, .provider = S("openai"), .model = S("gpt-5-nano"), .cost_source = S("table"), .usage = &counted };
}

static void says(int words, const char *format, const hn_session_event *event, int64_t window, const char *want)
{
	const hn_status status = { .struct_size = sizeof status, .cost = 1500000000000, .window = window };
	char out[FOOTER_ROOM];

	footer_make((hn_str){ format, strlen(format) }, event, &status, words, out);
	ck_assert_str_eq(out, want);
}

static void makes(const char *format, const hn_session_event *event, int64_t window, const char *want)
{
	says(0, format, event, window, want);
}

START_TEST(words_for_signs)
{
	hn_session_event e = whole();

	says(1, "end", &e, 128000, "gpt-5-nano, 10 percent of 128k, 0.0042 dollars, 40 tokens a second");
	says(1, "{provider} · {tokens} · {time} · so far {total}", &e, -1,
		"openai, 12000 and 800 tokens, 21.0 seconds, so far 1.5000 dollars");
	e.cost_source = (hn_str)S("estimate");
	says(1, "{cost}", &e, -1, "about 0.0042 dollars");
}
END_TEST

START_TEST(facts)
{
	hn_session_event e = whole();

	makes("end", &e, 128000, "gpt-5-nano · 10 % of 128k · $0.0042 · 40 tok/s");
	makes("off", &e, 128000, "");
	makes("", &e, 128000, "");
	makes("{provider}/{model} · {tokens} · {time} · so far {total}", &e, -1,
		"openai/gpt-5-nano · 12000 + 800 tokens · 21.0 s · so far $1.5000");
	makes("{context}", &e, 1047576, "1 % of 1.0M");
	makes("{context}", &e, 8192, "156 % of 8192");
	makes("{nothing} {model", &e, -1, "{nothing} {model");
}
END_TEST

/* A slow reply has a speed as well. */
START_TEST(slow)
{
	static const struct { int64_t tokens; int64_t ms; const char *said; } rows[] = {
		{ 8, 21000, "0.4 tok/s" }, { 19, 2000, "9.5 tok/s" }, { 20, 2000, "10 tok/s" }, { 995, 10000, "100 tok/s" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		hn_session_event e = whole();
		hn_usage u = *e.usage;

		u.completion = rows[i].tokens;
		e.usage = &u;
		e.ttft_ms = 0;
		e.total_ms = rows[i].ms;
		makes("{speed}", &e, -1, rows[i].said);
	}
}
END_TEST

/* What is not known is left out, with its separator: never a 0 for a price. */
START_TEST(unknown)
{
	static const hn_usage none = { .struct_size = sizeof none, .prompt = -1, .completion = -1 };
	hn_session_event e = whole();

	e.cost = -1;
	makes("end", &e, -1, "gpt-5-nano · 40 tok/s");
	e.usage = &none;
	makes("end", &e, 128000, "gpt-5-nano");
	e.model = (hn_str){ NULL, 0 };
	makes("end", &e, 128000, "");
	makes("a · {model} · b", &e, 128000, "a · b");
	makes("by {model}: {provider} · b", &e, 128000, "b");
}
END_TEST

START_TEST(money)
{
	hn_session_event e = whole();

	e.cost = 0;
	makes("{cost}", &e, -1, "$0");
	e.cost = 12000000;
	makes("{cost}", &e, -1, "$0.000012");
	e.cost_source = (hn_str)S("estimate");
	e.cost = 123456000000;
	makes("{cost}", &e, -1, "~$0.1235");
}
END_TEST

/* A reply that took no time says nothing of the speed, and a long name is cut. */
START_TEST(edges)
{
	char name[1000], want[FOOTER_ROOM];
	hn_session_event e = whole();

	e.total_ms = 1100;
	makes("{speed}", &e, -1, "");
	memset(name, 'x', sizeof name);
	e.model = (hn_str){ name, sizeof name };
	memset(want, 'x', sizeof want);
	want[199] = '\0';
	makes("{model}", &e, -1, want);
	memset(want, 'x', sizeof want);
	want[FOOTER_ROOM - 1] = '\0';
	makes("{model}{model}{model}", &e, -1, want);
}
END_TEST

UNIT_MAIN("footer", words_for_signs, facts, slow, unknown, money, edges)
