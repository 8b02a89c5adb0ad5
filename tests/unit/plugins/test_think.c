/* SPDX-License-Identifier: MIT */
/* Reasoning between tags in the content: which is it, and which is text, however it is cut. */
#include "../unit.h"

#include "wire/think.h"
#include "util/buf.h"

struct got {
	struct buf reasoning, text, open;
	int stop; /* the put, from 1, that returns -1 */
	int puts;
};

/* Keeps a piece. */
static int32_t put(void *ud, int reasoning, hn_str piece)
{
	struct got *got = ud;
	ck_assert_uint_gt(piece.n, 0);
	ck_assert_msg(!reasoning || !got->text.n, "reasoning after text");
	buf_addstr(reasoning ? &got->reasoning : &got->text, piece);
	return ++got->puts == got->stop ? -1 : 0;
}

/* Feeds a content in pieces that end at a and b. */
static struct got feed(const char *content, size_t a, size_t b, int whole)
{
	struct got got = { .reasoning = BUF(BUF_NO_CAP), .text = BUF(BUF_NO_CAP) };
	struct wire_think t = { 0 };
	size_t n = strlen(content), at[] = { 0, a, b, n };
	if (whole)
		wire_think_begin(&t, (hn_str){ content, n });
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(wire_think_feed(&t, (hn_str){ content + at[i], at[i + 1] - at[i] },
					 put, &got),
			0);
	ck_assert_int_eq(wire_think_end(&t, put, &got), 0);
	got.open = BUF(BUF_NO_CAP);
	buf_addstr(&got.open, wire_think_open(&t));
	wire_think_free(&t);
	return got;
}

/* Checks what a content comes to, cut at any two places. */
static void check_open(const char *content, const char *reasoning, const char *text, const char *open,
	int whole)
{
	size_t n = strlen(content);
	for (size_t a = 0; a <= n; a++) {
		for (size_t b = a; b <= n; b++) {
			struct got got = feed(content, a, b, whole);
			const char *thought = got.reasoning.p ? got.reasoning.p : "";
			const char *said = got.text.p ? got.text.p : "";
			ck_assert_msg(!strcmp(thought, reasoning) && !strcmp(said, text),
				"%s cut at %zu and %zu: \"%s\", \"%s\"", content, a, b, thought, said);
			ck_assert_msg(!strcmp(got.open.p ? got.open.p : "", open),
				"%s cut at %zu and %zu: open \"%s\"", content, a, b, got.open.p);
			buf_free(&got.reasoning);
			buf_free(&got.text);
			buf_free(&got.open);
		}
	}
}

/* The same of one that leaves no block open. */
static void check(const char *content, const char *reasoning, const char *text, int whole)
{
	check_open(content, reasoning, text, "", whole);
}

struct content {
	const char *content, *reasoning, *text;
};

START_TEST(reasoning_comes_first)
{
	static const struct content t[] = {
		{ "", "", "" },
		{ "Paris", "", "Paris" },
		{ "<think>hm</think>Paris", "hm", "Paris" },
		{ "<think>\nlet me see\n</think>\n\nParis\n", "let me see\n", "Paris\n" },
		{ " \n\t<think>hm</think> Paris", "hm", "Paris" },
		{ "<Think>hm</THINK>Paris", "hm", "Paris" },
		{ "<thinking>a </think> b</thinking>c", "a </think> b", "c" },
		{ "<thought>hm</thought>Paris", "hm", "Paris" },
		{ "<reasoning>hm</reasoning>Paris", "hm", "Paris" },
		{ "<seed:think>hm</seed:think>Paris", "hm", "Paris" },
		{ "[THINK]hm[/THINK]Paris", "hm", "Paris" },
		{ "\xE2\x97\x81think\xE2\x96\xB7h\xE2\x97\x81/think\xE2\x97\x81/think\xE2\x96\xB7P",
			"h\xE2\x97\x81/think", "P" },
		{ "<think></think>\n\nParis", "", "Paris" },
		{ "<think>\n\n</think>\n\nParis", "", "Paris" },
		{ "<think>a<b<</</thi</think>c", "a<b<</</thi", "c" },
		{ "<think>", "", "" },
		{ "<think>hm</think>", "hm", "" },
		{ "<think>hm</think>a <think>b</think> c", "hm", "a <think>b</think> c" },
		{ "</think>\n\nParis", "", "Paris" },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		check(t[i].content, t[i].reasoning, t[i].text, 0);
		check(t[i].content, t[i].reasoning, t[i].text, 1);
	}
}
END_TEST

START_TEST(blocks_in_a_row)
{
	static const struct content t[] = {
		{ "<think>a</think><think>b</think>c", "a\nb", "c" },
		{ "<think>a</think>\n\n<thinking>\nb</thinking>\n\nc", "a\nb", "c" },
		{ "<think></think>\n<think>b</think>c <think>d</think>", "b", "c <think>d</think>" },
		{ "<think>a</think>\n<thi", "a", "<thi" },
		{ "<think>a</think>\n<b>c</b>", "a", "<b>c</b>" },
		{ "<think>a</think></think>b", "a", "</think>b" },
		{ "</think>\n<think>a</think>b", "a", "b" },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		check(t[i].content, t[i].reasoning, t[i].text, 0);
		check(t[i].content, t[i].reasoning, t[i].text, 1);
	}
}
END_TEST

START_TEST(tags_with_blanks)
{
	static const struct content t[] = {
		{ "<think >hm</think\n>Paris", "hm", "Paris" },
		{ "[THINK ]hm[/THINK  ]Paris", "hm", "Paris" },
		{ "\xE2\x97\x81think \xE2\x96\xB7h\xE2\x97\x81/think\t\xE2\x96\xB7P", "h", "P" },
		{ "\xEF\xBB\xBF<think>hm</think>Paris", "hm", "Paris" },
		{ "\n\xEF\xBB\xBF\xE2\x80\x8B \xC2\xA0<think>hm</think>\xC2\xA0Paris", "hm", "Paris" },
		{ "<think>hm</think \t\t\t\t\t\t\t>\nP", "hm", "P" },
		{ "\xEF\xBB\xBFParis", "", "\xEF\xBB\xBFParis" },
		{ "\xEF\xBB", "", "\xEF\xBB" },
		{ "\xE2\x80\x9C<think>\xE2\x80\x9D", "", "\xE2\x80\x9C<think>\xE2\x80\x9D" },
		{ "<think         >Paris", "", "<think         >Paris" },
		{ "< think>Paris", "", "< think>Paris" },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		check(t[i].content, t[i].reasoning, t[i].text, 0);
}
END_TEST

START_TEST(a_block_that_is_not_closed)
{
	static const struct {
		const char *content, *reasoning, *open;
	} t[] = {
		{ "<think>hm", "hm", "<think>hm" },
		{ "\n<think>\n hm </thi", "hm </thi", "<think>\n hm </thi" },
		{ "<think>a</think>\n<think>b", "a\nb", "<think>b" },
		{ "<think >is a tag", "is a tag", "<think >is a tag" },
		{ "<think>", "", "" },
		{ "<think>\n", "", "" },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		check_open(t[i].content, t[i].reasoning, "", t[i].open, 0);
		check_open(t[i].content, t[i].reasoning, "", t[i].open, 1);
	}
}
END_TEST

START_TEST(a_large_block_is_not_kept)
{
	static char much[THINK_BLOCK];
	struct got got = { .reasoning = BUF(BUF_NO_CAP), .text = BUF(BUF_NO_CAP) };
	struct wire_think t = { 0 };
	memset(much, 'x', sizeof much);
	ck_assert_int_eq(wire_think_feed(&t, (hn_str){ "<think>", 7 }, put, &got), 0);
	ck_assert_int_eq(wire_think_feed(&t, (hn_str){ much, sizeof much }, put, &got), 0);
	ck_assert_uint_eq(got.reasoning.n, sizeof much);
	ck_assert_uint_eq(wire_think_open(&t).n, 0);
	wire_think_free(&t);
	buf_free(&got.reasoning);
}
END_TEST

START_TEST(other_tags_are_text)
{
	static const char *const t[] = { " ", " \n", "  indented", "<", "<thi", "<thin king>", "<think",
		"<thinks>no</thinks>", "`<think>` opens it, `</think>` closes it.",
		"a <think>b</think> c", "a\n<think>\nb\n</think>\nc", "[THINKING] hm", "<html>",
		"Write </think> behind it.", "Write\n```\n</think>\n```\nbehind it.",
		"\xE2\x97\x81thought" };
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		check(t[i], "", t[i], 0);
		check(t[i], "", t[i], 1);
	}
}
END_TEST

START_TEST(the_opening_tag_may_lack)
{
	static const struct content t[] = {
		{ "let me see\n</think>\n\nParis", "let me see\n", "Paris" },
		{ "\nlet me see:\n```\n1\n```\n </think>Paris\n</think>", "let me see:\n```\n1\n```\n ",
			"Paris\n</think>" },
		{ "hm\n[/THINK]\nParis", "hm\n", "Paris" },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		check(t[i].content, t[i].reasoning, t[i].text, 1);
		check(t[i].content, "", t[i].content, 0); /* what was shown is not taken back */
	}
}
END_TEST

START_TEST(much_white_space_is_text)
{
	struct got got = { .reasoning = BUF(BUF_NO_CAP), .text = BUF(BUF_NO_CAP) };
	struct wire_think t = { 0 };
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(wire_think_feed(&t, (hn_str){ "\n", 1 }, put, &got), 0);
	ck_assert_uint_eq(got.text.n, 1000);
	buf_free(&got.text);
}
END_TEST

START_TEST(put_ends_the_feed)
{
	static const char content[] = "<think>a<b</think>c";
	for (int stop = 1; stop <= 4; stop++) {
		struct got got = { .reasoning = BUF(BUF_NO_CAP), .text = BUF(BUF_NO_CAP), .stop = stop };
		struct wire_think t = { 0 };
		ck_assert_int_eq(wire_think_feed(&t, (hn_str){ content, sizeof content - 1 }, put, &got),
			stop > got.puts ? 0 : -1);
		ck_assert_int_le(got.puts, stop);
		wire_think_free(&t);
		buf_free(&got.reasoning);
		buf_free(&got.text);
	}
}
END_TEST

UNIT_MAIN("think", reasoning_comes_first, blocks_in_a_row, tags_with_blanks, a_block_that_is_not_closed,
	a_large_block_is_not_kept, other_tags_are_text, the_opening_tag_may_lack,
	much_white_space_is_text, put_ends_the_feed)
