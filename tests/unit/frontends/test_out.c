/* SPDX-License-Identifier: MIT */
/* test_out: text that comes in pieces to a terminal, and what of it one write has. */
#include "../unit.h"
#include "shared/out.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define ZWJ "\u200d"
#define VS16 "\ufe0f"
#define PIECES 6

static const struct { const char *pieces[PIECES], *writes[PIECES + 1]; } table[] = {
	{ { "one ", "two", "\n" }, { "one ", "two", "\n" } },
	{ { "Gr\u00fc\u00dfe", " \u65e5\u672c", "!" }, { "Gr\u00fc\u00dfe", " \u65e5\u672c", "!" } },
	/* a family, token by token */
	{ { "a \U0001f469", ZWJ, "\U0001f467", ZWJ "\U0001f466", " end" },
		{ "a ", "", "", "", "\U0001f469" ZWJ "\U0001f467" ZWJ "\U0001f466 end" } },
	{ { "\U0001f3f3", VS16, ZWJ, "\U0001f308\n" }, { "", "", "", "\U0001f3f3" VS16 ZWJ "\U0001f308\n" } },
	{ { "\u2764", VS16 ZWJ "\U0001f525", "x" }, { "", "", "\u2764" VS16 ZWJ "\U0001f525x" } },
	{ { "\U0001f1e9", "\U0001f1ea", "\U0001f1eb", "\U0001f1f7", "." },
		{ "", "", "\U0001f1e9\U0001f1ea", "", "\U0001f1eb\U0001f1f7." } },
	/* one after the other */
	{ { "\U0001f600", "\U0001f601", "\u00e9" }, { "", "\U0001f600", "\U0001f601\u00e9" } },
	/* what is held comes at the end, or before something else is written */
	{ { "one \U0001f469" ZWJ }, { "one ", "\U0001f469" ZWJ } },
};

/* What one write has brought, or all that came since the last look. */
static const char *written(int fd, char *room, size_t size)
{
	ssize_t n = read(fd, room, size - 1);

	room[n > 0 ? n : 0] = '\0';
	return room;
}

START_TEST(a_character_comes_in_one_write)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		int ends[2], n = 0;
		char room[200];

		ck_assert_int_eq(pipe(ends), 0);
		ck_assert_int_eq(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
		struct out out = { .fd = ends[1] };
		for (; n < PIECES && table[i].pieces[n]; n++) {
			out_put_text(&out, str_of(table[i].pieces[n]));
			ck_assert_msg(!strcmp(written(ends[0], room, sizeof room), table[i].writes[n]), "case %zu, piece %d: %s", i, n, room);
		}
		ck_assert_int_eq(out_write(&out, str_of("")), 0);
		ck_assert_str_eq(written(ends[0], room, sizeof room), table[i].writes[n] ? table[i].writes[n] : "");
		close(ends[0]);
		close(ends[1]);
	}
}
END_TEST

/* However long a chain of joined characters is, what waits is bounded, and all of it comes. */
START_TEST(a_chain_without_end_is_written)
{
	struct buf all = BUF(BUF_NO_CAP), got = BUF(BUF_NO_CAP);
	int ends[2];
	char room[4096];

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	struct out out = { .fd = ends[1] };
	for (int i = 0; i < 100; i++) {
		buf_adds(&all, "\U0001f469" ZWJ);
		out_text(&out, str_of("\U0001f469" ZWJ));
		buf_adds(&got, written(ends[0], room, sizeof room));
		ck_assert_uint_le(all.n - got.n, 160);
	}
	out_puts(&out, "");
	buf_adds(&got, written(ends[0], room, sizeof room));
	ck_assert_str_eq(got.p, all.p);
	buf_free(&all);
	buf_free(&got);
	close(ends[0]);
	close(ends[1]);
}
END_TEST

UNIT_MAIN("out", a_character_comes_in_one_write, a_chain_without_end_is_written)
