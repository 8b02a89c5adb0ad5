/* SPDX-License-Identifier: MIT */
/* test_queued: how many lines keys have queued, in one piece and byte by byte. */
#include "shared/queued.h"

#include "../unit.h"

#define PASTE "\033[200~"
#define PASTED "\033[201~"
#define UP "\033[A"

/* Checks the count after keys, whole and cut anywhere. */
static void counts(struct queued begin, const char *keys, size_t expected)
{
	struct queued whole = begin, bytes = begin;
	size_t n = strlen(keys);

	queued_keys(&whole, (hn_str){ keys, n });
	for (size_t i = 0; i < n; i++)
		queued_keys(&bytes, (hn_str){ keys + i, 1 });
	ck_assert_uint_eq(whole.lines, expected);
	ck_assert_uint_eq(bytes.lines, expected);
}

START_TEST(enter_queues)
{
	const struct queued none = { 0 }, two = { .lines = 2 };

	counts(none, "", 0);
	counts(none, "a", 0);
	counts(none, "a\rb\nc", 2);
	counts(two, "a\r", 3);
	counts(none, "\r \r\t\n", 0);
	counts(none, "a\177\r", 0);
	counts(none, "\303\244\b\r", 0);
	counts(none, "ab\b\r", 1);
	counts(none, "a b\025\r", 0);
	counts(none, "a b\027\r", 1);
	counts(none, "a\027\r", 0);
	counts(none, "a\033\rb\r", 1);
	counts(none, "\033[C\033OD\033fa\033[1;5C\r", 1);
	counts(none, "\033[1234567890Aa\r", 1);
}
END_TEST

START_TEST(pastes_are_text)
{
	const struct queued none = { 0 };

	counts(none, PASTE "a\rb\r" PASTED "\r", 1);
	counts(none, PASTE "a\rb\r", 0);
	counts(none, PASTE "a\033[201\r\033\033[201~\r", 1);
	counts(none, PASTE "\n\n" PASTED "\rx\r", 1);
	counts(none, PASTE UP "\020\025" PASTED "\r", 1);
}
END_TEST

START_TEST(up_takes_back)
{
	const struct queued two = { .lines = 2, .takes_back = 1 }, plain = { .lines = 2 };

	counts(two, UP, 1);
	counts(two, "\033OA", 1);
	counts(two, "\020", 1);
	counts(two, UP UP, 0);
	counts(two, UP UP UP, 0);
	counts(two, UP "\r", 2);
	counts(two, UP "x" UP, 1);
	counts(two, UP "\025" UP, 0);
	counts(two, UP "\025\r", 1);
	counts(two, "x" UP, 2);
	counts(two, "x\b" UP, 1);
	counts(two, "a\r" UP "b\r", 3);
	counts(plain, UP "\020", 2);
}
END_TEST

START_TEST(in_multiline_mode)
{
	const struct queued mode = { .multiline = 1 };

	counts(mode, "a\rb\r", 0);
	counts(mode, "a\r.\r", 1);
	counts(mode, "a\r..\r.\r", 1);
	counts(mode, "a\r.b\r", 0);
	counts(mode, "a\r.b\b\r", 1);
	counts(mode, "a\033\r", 1);
	counts(mode, "/stats\r", 1);
	counts(mode, "a\r/stats\r", 0);
	counts(mode, PASTE "a\r.\r" PASTED "\r", 0);
}
END_TEST

UNIT_MAIN("queued", enter_queues, pastes_are_text, up_takes_back, in_multiline_mode)
