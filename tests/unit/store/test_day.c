/* SPDX-License-Identifier: MIT */
/* test_day: what a day's turns cost, over journals that grow, are copied, damaged and vanish. */
#include "../scratch.h"

#include <time.h>

#include "store/day.h"
#include "store/journal.h"
#include "util/log.h"
#include "util/mem.h"

#define DAY 1795392000000 /* ms: 2026-11-23 00:00 UTC */
#define REPLIED                                                                          \
	"{\"type\":\"message\",\"id\":%d,\"parent\":1,\"role\":\"assistant\",\"state\":" \
	"\"complete\","                                                                  \
	"\"time\":%lld,\"text\":\"\\\"cost\\\": { "                                      \
	"said\",\"provider\":\"p\",\"model\":\"%s\",\"cost\":\"%s\","                    \
	"\"cost_source\":\"user\",\"total_ms\":5}\n"

/* A record of a reply; good until the fourth call after. */
static const char *reply(int id, long long at, const char *model, const char *cost)
{
	static char texts[4][500];
	static int turn;
	char *text = texts[turn++ % 4];

	snprintf(text, sizeof texts[0], REPLIED, id, at, model, cost);
	return text;
}

/* Adds text to a file. */
static void add(struct scratch *s, const char *name, const char *text)
{
	int fd = open(scratch_path(s, name), O_WRONLY | O_CREAT | O_APPEND, 0600);

	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

/* Sets when a file was written to. */
static void date(struct scratch *s, const char *name, int64_t ms)
{
	struct timespec t[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = (time_t)(ms / 1000) } };

	ck_assert_int_eq(utimensat(AT_FDCWD, scratch_path(s, name), t, 0), 0);
}

/* What the day that begins then cost, all of it being readable. */
static int64_t spent(struct day *d, int64_t from)
{
	struct fault f = { 0 };
	int64_t sum = day_spent(d, from, &f);
	ck_assert_int_eq(f.kind, 0);
	return sum;
}
#define SPENT(d, pico) ck_assert_int_eq(spent(d, DAY), pico)

/* Replies of the day count, once; those of yesterday, questions and what is unpriced do not. */
START_TEST(test_counts)
{
	struct scratch s;
	struct day *d;

	scratch_open(&s);
	d = day_new(s.dir);
	SPENT(d, 0);
	add(&s, "a.jsonl", "{\"hobnob\":\"journal\",\"version\":1,\"id\":\"a\",\"created\":1}\n");
	add(&s, "a.jsonl", reply(2, DAY - 1, "m", "1"));
	add(&s, "a.jsonl", reply(4, DAY, "m", "0.5"));
	SPENT(d, 500000000000);
	add(&s, "a.jsonl",
		"{\"type\":\"message\",\"id\":5,\"role\":\"user\",\"state\":\"complete\","
		"\"time\":1795392000001,\"text\":\"x\",\"cost\":\"7\"}\n");
	add(&s, "a.jsonl",
		"{\"type\":\"piece\",\"id\":6,\"role\":\"assistant\","
		"\"time\":1795392000001,\"text\":\"x\",\"cost\":\"7\"}\n");
	add(&s, "a.jsonl",
		"{\"type\":\"message\",\"id\":6,\"role\":\"assistant\","
		"\"time\":1795392000001,\"text\":\"x\"}\n");
	add(&s, "a.jsonl", "{\"type\":\"later\",\"text\":\"x\"}\n");
	add(&s, "b.txt", reply(2, DAY, "m", "7"));
	add(&s, ".b.jsonl", reply(2, DAY, "m", "7"));
	SPENT(d, 500000000000);
	add(&s, "b.jsonl", reply(2, DAY + 3, "m", "0.25"));
	SPENT(d, 750000000000);
	day_free(d);
	scratch_close(&s);
}
END_TEST

/* A copy counts once, in the same process and in another; one that differs in any way is another. */
START_TEST(test_copies)
{
	struct scratch s;
	struct day *d, *later;

	scratch_open(&s);
	d = day_new(s.dir);
	add(&s, "a.jsonl", reply(2, DAY, "m", "0.5"));
	SPENT(d, 500000000000);
	add(&s, "b.jsonl", reply(2, DAY, "m", "0.5"));
	add(&s, "b.jsonl", reply(2, DAY, "m", "0.5"));
	SPENT(d, 500000000000);
	add(&s, "b.jsonl", reply(4, DAY, "m", "0.5"));
	add(&s, "c.jsonl", reply(2, DAY + 1, "m", "0.5"));
	add(&s, "c.jsonl", reply(2, DAY, "n", "0.5"));
	add(&s, "c.jsonl", reply(2, DAY, "m", "0.6"));
	SPENT(d, 2600000000000);
	later = day_new(s.dir);
	SPENT(later, 2600000000000);
	day_free(later);
	day_free(d);
	scratch_close(&s);
}
END_TEST

/* What is torn at a file's end, no regular file, no journal, old, removed or written anew neither counts nor
 * stops the rest; what was torn counts when it is whole. */
START_TEST(test_passed_over)
{
	struct scratch s;
	struct day *d;
	const char *text = reply(2, DAY, "m", "0.5");

	scratch_open(&s);
	d = day_new(s.dir);
	scratch_bytes(&s, "a.jsonl", text, 40, 0600);
	add(&s, "b.jsonl", "not a journal\n{\"type\":\"message\"\n[]\n\n");
	ck_assert_int_eq(mkfifo(scratch_path(&s, "c.jsonl"), 0600), 0);
	ck_assert_int_eq(symlink("/dev/zero", scratch_path(&s, "d.jsonl")), 0);
	ck_assert_int_eq(mkdir(scratch_path(&s, "e.jsonl"), 0700), 0);
	add(&s, "old.jsonl", reply(2, DAY, "m", "7"));
	add(&s, "old.jsonl", "damage\n");
	date(&s, "old.jsonl", DAY - 1000);
	SPENT(d, 0);
	scratch_bytes(&s, "a.jsonl", text, strlen(text) - 1, 0600); /* whole, but for its newline */
	SPENT(d, 500000000000);
	add(&s, "a.jsonl", "\n");
	add(&s, "a.jsonl", reply(4, DAY, "m", "0.25"));
	SPENT(d, 750000000000);
	ck_assert_int_eq(unlink(scratch_path(&s, "a.jsonl")), 0);
	add(&s, "f.jsonl", reply(9, DAY, "m", "0.125"));
	SPENT(d, 875000000000); /* what was spent stays spent while the process lives */
	add(&s, "a.jsonl", reply(6, DAY, "m", "0.5"));
	SPENT(d, 1375000000000);
	scratch_write(&s, "a.jsonl", reply(8, DAY, "n", "1"));
	SPENT(d, 2375000000000);
	day_free(d);
	scratch_close(&s);
}
END_TEST

#define FIRST "{\"hobnob\":\"journal\",\"version\":1,\"id\":\"a\",\"created\":1}\n"
#define ASKED "{\"type\":\"message\",\"id\":3,\"role\":\"user\",\"time\":1795392000000,\"text\":\"x\"}\n"
#define SAYS(more) "{\"type\":\"message\",\"id\":7,\"role\":\"assistant\",\"text\":\"x\"," more "}\n"
#define TODAY "\"time\":1795392000001"

/* Each leaves open what the day cost: the line is named, at each look, until it is mended. */
START_TEST(test_damage)
{
	static const struct {
		const char *lines, *why;
	} rows[] = {
		{ "nonsense\n", "not an object" },
		{ "nonsense", "not an object" },
		{ "[]\n", "not an object" },
		{ "{\"type\":\"message\"\n" ASKED, "it breaks off" },
		{ "{\"type\":\"message\"\n", "it breaks off" },
		{ "{\"type\":\"message\",\"role\":\"user\"\n" ASKED "{\"type\":\"torn\"}\n", "it breaks off" },
		{ "{\"type\":\"message\"}{\"type\":\"torn\"}\n", "something after the end" },
		{ "{\"id\":7,\"role\":\"assistant\",\"cost\":\"1\"," TODAY "}\n", "a record without a type" },
		{ "{\"type\":7}\n", "a record without a type" },
		{ "{\"type\":\"message\",\"id\":7,\"cost\":\"1\"," TODAY "}\n", "a message without a role" },
		{ "{\"type\":\"message\",\"role\":\"assistent\",\"cost\":\"1\"," TODAY "}\n", "a message without a role" },
		{ "{\"type\":\"messagf\",\"cost\":\"1\"}\n", "a cost in a record of an unknown type" },
		{ SAYS(TODAY ",\"cosu\":\"1\",\"cost_source\":\"user\""), "a reply without its cost" },
		{ SAYS("\"cost\":\"1\""), "a reply without its time" },
		{ SAYS("\"cost\":\"1\",\"time\":\"now\""), "a reply without its time" },
		{ SAYS(TODAY ",\"cost\":\"abc\""), "the cost of a reply is not an amount" },
		{ SAYS(TODAY ",\"cost\":\"\""), "the cost of a reply is not an amount" },
		{ SAYS(TODAY ",\"cost\":\"-3\""), "the cost of a reply is not an amount" },
		{ SAYS(TODAY ",\"cost\":0.5"), "the cost of a reply is not an amount" },
		{ SAYS(TODAY ",\"cost\":\"99999999999\""), "the cost of a reply is not an amount" },
		{ SAYS(TODAY ",\"cost\":\"0\",\"cost\":\"1\""), "a member is there twice" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct scratch s;
		struct day *d;
		struct fault f = { 0 };
		char *full;

		scratch_open(&s);
		d = day_new(s.dir);
		add(&s, "a.jsonl", FIRST);
		add(&s, "a.jsonl", ASKED);
		SPENT(d, 0);
		add(&s, "a.jsonl", rows[i].lines);
		full = xasprintf("%s/a.jsonl:3: %s", s.dir, rows[i].why);
		for (int look = 0; look < 2; look++) {
			ck_assert_int_eq(day_spent(d, DAY, &f), -1);
			ck_assert_str_eq(f.message, full);
			fault_free(&f);
		}
		add(&s, "a.jsonl", "\n");
		add(&s, "a.jsonl", reply(4, DAY, "m", "0.25"));
		ck_assert_int_eq(day_spent(d, DAY, &f), -1);
		ck_assert_str_eq(f.message, full);
		fault_free(&f);
		free(full);
		/* what is behind it is of an earlier day, and so is the damage */
		add(&s, "a.jsonl", reply(6, DAY - 1, "m", "7"));
		add(&s, "a.jsonl", reply(8, DAY + 1, "m", "0.5"));
		SPENT(d, 750000000000);
		day_free(d);
		scratch_close(&s);
	}
}
END_TEST

/* NUL bytes that a power cut leaves are damage, be there a mark behind them; in a file that is nothing else,
 * too, if its name is one that hobnob gives. So is a journal that only a newer hobnob can read. */
START_TEST(test_destroyed)
{
	static const char nothing[300000] = { 0 };
	struct scratch s;
	struct day *d;
	struct fault f = { 0 };

	scratch_open(&s);
	d = day_new(s.dir);
	scratch_bytes(&s, "b.jsonl", nothing, sizeof nothing, 0600);
	SPENT(d, 0);
	scratch_bytes(&s, "20261123T000000-00ff.jsonl", nothing, 9, 0600);
	ck_assert_int_eq(day_spent(d, DAY, &f), -1);
	ck_assert_ptr_nonnull(strstr(f.message, "/20261123T000000-00ff.jsonl:1: NUL byte"));
	fault_free(&f);
	scratch_bytes(&s, "20261123T000000-00ff.jsonl", nothing, sizeof nothing, 0600);
	ck_assert_int_eq(day_spent(d, DAY, &f), -1);
	ck_assert_ptr_nonnull(strstr(f.message, "/20261123T000000-00ff.jsonl:1: too long to be a record"));
	fault_free(&f);
	scratch_bytes(&s, "20261123T000000-00ff.jsonl", "", 0, 0600);
	SPENT(d, 0);
	int fd = open(scratch_path(&s, "20261123T000000-00ff.jsonl"), O_WRONLY | O_APPEND);
	ck_assert_int_eq(write(fd, FIRST, sizeof FIRST - 1), (ssize_t)sizeof FIRST - 1);
	ck_assert_int_eq(write(fd, nothing, 5), 5);
	ck_assert_int_eq(day_spent(d, DAY, &f), -1);
	ck_assert_ptr_nonnull(strstr(f.message, ":2: NUL byte"));
	fault_free(&f);
	ck_assert_int_eq(write(fd, "\n{\"type\":\"torn\"}\n", 17), 17);
	close(fd);
	ck_assert_int_eq(day_spent(d, DAY, &f), -1);
	ck_assert_ptr_nonnull(strstr(f.message, ":2: NUL byte"));
	fault_free(&f);
	scratch_write(&s, "20261123T000000-00ff.jsonl", "{\"hobnob\":\"journal\",\"version\":3}\n");
	for (int look = 0; look < 2; look++) {
		ck_assert_int_eq(day_spent(d, DAY, &f), -1);
		ck_assert_ptr_nonnull(strstr(f.message, "it is a journal that only a newer hobnob can read"));
		fault_free(&f);
	}
	day_free(d);
	scratch_close(&s);
}
END_TEST

/* Where every reply of a journal breaks off at its end, nothing is refused; the line is named if it may have
 * been a reply of the day. */
START_TEST(test_cut)
{
	static const struct {
		const char *line;
		int may_be_reply;
	} rows[] = {
		{ "{", 1 },
		{ "{\"type\":\"message\",\"id\":7,\"role\":\"assistant\"," TODAY ",\"text\":\"x", 1 },
		{ "{\"type\":\"message\",\"id\":7,\"role\":\"assistant\"," TODAY ",\"text\":\"x\",\"cost\":\"1\",\"pinned\":tr", 1 },
		{ "{\"type\":\"message\",\"id\":7,\"role\":\"assistant\",\"time\":17953919999", 1 },
		{ "{\"type\":\"message\",\"id\":7,\"role\":\"assistant\",\"time\":1795391999999,\"te", 0 },
		{ "{\"type\":\"message\",\"id\":7,\"role\":\"user\"," TODAY ",\"text\":\"x", 0 },
		{ "{\"type\":\"piece\",\"id\":7,\"role\":\"assistant\"," TODAY ",\"text\":\"x", 0 },
		{ "{\"type\":\"head\",\"id\":", 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (int marked = 0; marked < 2; marked++) {
			struct scratch s;
			struct day *d;

			scratch_open(&s);
			d = day_new(s.dir);
			add(&s, "a.jsonl", FIRST);
			add(&s, "a.jsonl", rows[i].line);
			if (marked) /* which is torn itself, and marked */
				add(&s, "a.jsonl", "\n{\"type\":\"to\n{\"type\":\"torn\"}\n" ASKED);
			SPENT(d, 0);
			char *cut = day_cut(d);
			ck_assert_int_eq(cut != NULL, rows[i].may_be_reply);
			if (cut)
				ck_assert_ptr_nonnull(strstr(cut, "/a.jsonl:2"));
			free(cut);
			if (marked)
				add(&s, "a.jsonl", reply(8, DAY + 1, "m", "0.5"));
			SPENT(d, marked ? 500000000000 : 0);
			ck_assert_int_eq(spent(d, DAY + 2 * 86400000LL), 0);
			day_free(d);
			scratch_close(&s);
		}
}
END_TEST

/* Without a folder, and beside one, this process's own turns count; as their records, once. */
START_TEST(test_own)
{
	struct scratch s;
	struct message m = { .id = 2, .role = HN_ROLE_ASSISTANT, .time_ms = DAY, .total_ms = 5 };
	struct day *d = day_new(NULL);

	m.cost = 500000000000;
	m.model = xstrdup("m");
	day_add(d, &m);
	day_add(d, &m);
	SPENT(d, m.cost);
	day_free(d);
	scratch_open(&s);
	d = day_new(s.dir);
	day_add(d, &m);
	add(&s, "a.jsonl", reply(2, DAY, "m", "0.5"));
	SPENT(d, m.cost);
	m.cost = -1;
	day_add(d, &m);
	m.cost = INT64_MAX;
	day_add(d, &m);
	SPENT(d, INT64_MAX);
	free(m.model);
	day_free(d);
	scratch_close(&s);
}
END_TEST

/* What journal.c writes is what is read here, a copy made by a fork included. */
START_TEST(test_journal)
{
	struct scratch s;
	struct log log = { 0 };
	struct message *m = message_new();
	struct journal *j;
	struct day *d, *later;

	scratch_open(&s);
	m->id = 1;
	m->role = HN_ROLE_ASSISTANT;
	m->state = MESSAGE_COMPLETE;
	m->text = xstrdup("x");
	m->n = 1;
	m->instance = xstrdup("p");
	m->model = xstrdup("a \"model\"\xc3\xa9");
	m->time_ms = DAY;
	m->cost = 3;
	m->cost_source = "provider";
	m->total_ms = 5;
	d = day_new(s.dir);
	day_add(d, m);
	j = journal_new(s.dir, DAY, &log);
	ck_assert_int_eq(journal_message(j, m), 0);
	SPENT(d, 3);
	ck_assert_int_eq(journal_fork(j, DAY), 0);
	m->id = 2;
	ck_assert_int_eq(journal_message(j, m), 0);
	SPENT(d, 6);
	later = day_new(s.dir);
	SPENT(later, 6);
	day_free(later);
	day_free(d);
	journal_free(j);
	message_free(m);
	scratch_close(&s);
}
END_TEST

/* Another day: what was of the one before counts no more; the clock set back, it does again. */
START_TEST(test_days)
{
	struct scratch s;
	struct day *d;

	scratch_open(&s);
	d = day_new(s.dir);
	add(&s, "a.jsonl", reply(2, DAY, "m", "0.5"));
	add(&s, "a.jsonl", reply(4, DAY + 1000, "m", "0.25"));
	SPENT(d, 750000000000);
	ck_assert_int_eq(spent(d, DAY + 1), 250000000000);
	ck_assert_int_eq(spent(d, DAY + 1001), 0);
	SPENT(d, 750000000000);
	day_free(d);
	scratch_close(&s);
}
END_TEST

/* What a clock that was wrong has dated later counts on that day, not on each until then. */
START_TEST(test_future)
{
	struct scratch s;
	struct day *d;

	scratch_open(&s);
	d = day_new(s.dir);
	add(&s, "a.jsonl", reply(2, DAY, "m", "0.5"));
	add(&s, "a.jsonl", reply(4, DAY + 25 * 3600000 - 1, "m", "0.25"));
	add(&s, "a.jsonl", reply(6, DAY + 864000000, "m", "2"));
	add(&s, "a.jsonl", reply(8, 9223372036854775807LL, "m", "7"));
	add(&s, "a.jsonl", reply(10, -9223372036854775807LL, "m", "7"));
	SPENT(d, 750000000000);
	ck_assert_int_eq(spent(d, DAY + 864000000), 2000000000000);
	ck_assert_int_eq(spent(d, INT64_MIN), 7000000000000);
	SPENT(d, 750000000000);
	day_free(d);
	scratch_close(&s);
}
END_TEST

/* A day begins where its zone says: also where clocks change in it, at midnight even. */
START_TEST(test_midnight)
{
	static const struct {
		const char *zone;
		int64_t at, began;
	} rows[] = {
		{ "UTC", DAY, DAY },
		{ "UTC", DAY + 86399999, DAY },
		{ "UTC", DAY - 1, DAY - 86400000 },
		{ "UTC", 0, 0 },
		{ "XXX-5:30", DAY, DAY - 19800000 },
		/* forward from 1:00 to 2:00, back from 3:00 to 2:00: days of 23 and 25 hours */
		{ "AAA0BBB,M3.5.0/1,M10.5.0/2", 1774746000000 + 3600000, 1774742400000 },
		{ "AAA0BBB,M3.5.0/1,M10.5.0/2", 1792886400000 + 72000000, 1792882800000 },
		/* forward at midnight: the day begins at 1:00 */
		{ "AAA3BBB,M10.3.0/0,M2.3.0/0", 1792292400000 + 7200000, 1792292400000 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		setenv("TZ", rows[i].zone, 1);
		tzset();
		ck_assert_int_eq(day_began(rows[i].at), rows[i].began);
		ck_assert_int_eq(day_began(rows[i].began), rows[i].began);
	}
}
END_TEST

UNIT_MAIN("day", test_counts, test_copies, test_passed_over, test_damage,
	test_destroyed, test_cut, test_own, test_journal, test_days,
	test_future, test_midnight)
