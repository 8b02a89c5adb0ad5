/* SPDX-License-Identifier: MIT */
/* test_store: conversations in a folder: what is listed, what is remembered of it, which one an id
 * means, and what is found in them. */
#include "../unit.h"

#include <errno.h>
#include <stdio.h>
#include <sys/file.h>
#include <time.h>

#include "store/store_private.h"
#include "../scratch.h"
#include "util/file.h"
#include "util/mem.h"

#define QUESTION "{\"type\":\"message\",\"id\":1,\"role\":\"user\",\"text\":\"%s\"}\n"
#define REPLY \
	"{\"type\":\"message\",\"id\":%d,\"parent\":1,\"role\":\"assistant\",%s\"text\":\"%s\"}\n"
#define BY_MOCK "\"provider\":\"p\",\"model\":\"m\","

/* A folder of conversations and a cache. */
struct world {
	struct scratch s;
	struct paths paths;
	char state[64], cache[64];
	int64_t time; /* when expect_list() lists, ns since 1970; 0: now */
};

/* Makes both, the cache not yet. */
static void open_world(struct world *w)
{
	memset(w, 0, sizeof *w);
	scratch_open(&w->s);
	snprintf(w->state, sizeof w->state, "%s/state", w->s.dir);
	snprintf(w->cache, sizeof w->cache, "%s/cache", w->s.dir);
	w->paths = (struct paths){ .state = w->state, .cache = w->cache };
	char *dir = store_dir(&w->paths);
	ck_assert_int_eq(dir_make(dir), 0);
	free(dir);
}

/* The path of a file beside the journals; good until the next call. */
static const char *beside(struct world *w, const char *name)
{
	static char path[256];
	snprintf(path, sizeof path, "%s/sessions/%s", w->state, name);
	return path;
}

/* Writes a file whose mtime is that many seconds after 2026-09-21. */
static void put(struct world *w, const char *name, const char *text, int seconds)
{
	struct timespec times[2] = { { .tv_sec = 1789948800 + seconds },
		{ .tv_sec = 1789948800 + seconds } };
	FILE *f = fopen(beside(w, name), "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
	ck_assert_int_eq(utimensat(AT_FDCWD, beside(w, name), times, 0), 0);
}

/* A journal of one question and one reply. */
static void talk(
	struct world *w, const char *id, const char *question, const char *reply, int seconds)
{
	char *name = xasprintf("%s.jsonl", id);
	char *text = xasprintf(
		"{\"hobnob\":\"journal\",\"version\":1,\"id\":\"%s\",\"created\":5}\n" QUESTION
			REPLY,
		id, question, 2, BY_MOCK "\"cost\":\"0.5\",", reply);
	put(w, name, text, seconds);
	free(text);
	free(name);
}

/* Lists into one text: "id title|..."; the caller frees. */
static char *listed(struct world *w, struct buf *odd)
{
	struct kept_list list;
	struct buf out = BUF(BUF_NO_CAP);
	struct fault f = { 0 };
	int failed = w->time ? store_list_at(&w->paths, w->time, &list, odd, &f)
			     : store_list(&w->paths, &list, odd, &f);
	ck_assert_int_eq(failed, 0);
	for (size_t i = 0; i < list.n; i++)
		buf_addf(&out, "%s%s %s", i ? "|" : "", list.all[i].id, list.all[i].title);
	kept_list_free(&list);
	return buf_take(&out);
}

/* Lists, and compares. */
static void expect_list(struct world *w, const char *want)
{
	char *got = listed(w, NULL);
	ck_assert_str_eq(got, want);
	free(got);
}

/* Lists at a time; how many conversations the index then holds. */
static size_t remembered_at(struct world *w, int64_t time)
{
	struct kept_list list;
	struct index index;
	struct fault f = { 0 };
	ck_assert_int_eq(store_list_at(&w->paths, time, &list, NULL, &f), 0);
	kept_list_free(&list);
	index_read(&w->paths, &index);
	size_t n = index.n;
	index_free(&index);
	return n;
}

/* Has the index remember all that was written, as it may when time has passed. */
static void settle(struct world *w, size_t want)
{
	ck_assert_uint_eq(remembered_at(w, INT64_MAX), want);
}

/* The index's bytes; the caller frees. */
static char *index_text(struct world *w, size_t *n)
{
	char *path = xasprintf("%s/sessions.index", w->cache);
	struct buf out = BUF(BUF_NO_CAP);
	ck_assert_int_eq(file_read(path, BUF_NO_CAP, &out, NULL), 0);
	free(path);
	*n = out.n;
	return buf_take(&out);
}

/* Everything that is told of one conversation. */
START_TEST(facts)
{
	struct world w;
	struct kept_list list;
	struct fault f = { 0 };
	open_world(&w);
	put(&w, "20260921T000000-0001.jsonl",
		"{\"hobnob\":\"journal\",\"version\":1,\"id\":\"x\",\"created\":1790000000123}\n"
		"{\"type\":\"message\",\"id\":1,\"role\":\"user\",\"text\":\" \\n  What is it? "
		"\\r\\nx\"}\n"
		"{\"type\":\"message\",\"id\":2,\"parent\":1,\"role\":\"assistant\"," BY_MOCK
		"\"cost\":\"0.25\",\"text\":\"a\"}\n"
		"{\"type\":\"message\",\"id\":3,\"parent\":1,\"role\":\"assistant\",\"provider\":"
		"\"q\",\"model\":\"n\","
		"\"cost\":\"0.5\",\"text\":\"b\"}\n"
		"{\"type\":\"message\",\"id\":4,\"parent\":3,\"role\":\"user\",\"text\":\"more\"}\n"
		"{\"type\":\"message\",\"id\":5,\"parent\":4,\"role\":\"assistant\"," BY_MOCK
		"\"usage\":{\"prompt_tokens\":1},\"text\":\"c\"}\n"
		"{\"type\":\"message\",\"id\":6,\"parent\":5,\"role\":\"user\",\"text\":\"fails\"}"
		"\n"
		"{\"type\":\"message\",\"id\":7,\"parent\":6,\"role\":\"assistant\",\"state\":"
		"\"failed\","
		"\"error\":\"network\"," BY_MOCK "\"text\":\"\"}\n"
		"garbage\n",
		3);
	ck_assert_int_eq(store_list(&w.paths, &list, NULL, &f), 0);
	ck_assert_uint_eq(list.n, 1);
	const struct kept *k = &list.all[0];
	ck_assert_str_eq(k->id, "20260921T000000-0001");
	ck_assert_str_eq(k->title, "What is it?");
	ck_assert_str_eq(k->provider, "p");
	ck_assert_str_eq(k->model, "m");
	ck_assert_int_eq(k->created, 1790000000123);
	ck_assert_int_eq(k->used, 1789948803000);
	ck_assert_int_eq(k->messages, 6);
	ck_assert_int_eq(k->turns, 4);
	ck_assert_int_eq(k->cost, 750000000000);
	ck_assert_int_eq(k->unpriced, 1);
	ck_assert_int_eq(k->damaged, 1);
	struct stat st;
	stat(beside(&w, "20260921T000000-0001.jsonl"), &st);
	ck_assert_int_eq(k->bytes, st.st_size);
	kept_list_free(&list);
	scratch_close(&w.s);
}
END_TEST

/* A title is cut between characters, and says so; without a question there is none. */
START_TEST(titles)
{
	struct world w;
	struct buf question = BUF(BUF_NO_CAP);
	open_world(&w);
	put(&w, "a-1.jsonl", "{\"hobnob\":\"journal\",\"version\":1,\"id\":\"x\",\"created\":5}\n",
		1);
	for (int i = 0; i < 121; i++)
		buf_adds(&question, "ü");
	talk(&w, "a-2", question.p, "x", 2);
	buf_cut(&question, 240);
	talk(&w, "a-3", question.p, "x", 3);
	char *want = xasprintf("a-3 %s|a-2 %s…|a-1 ", question.p, question.p);
	expect_list(&w, want);
	free(want);
	buf_free(&question);
	scratch_close(&w.s);
}
END_TEST

/* The one used last comes first; files that are no conversations are named, hidden ones are not. */
START_TEST(order_and_odd)
{
	struct world w;
	struct buf odd = BUF(BUF_NO_CAP);
	open_world(&w);
	talk(&w, "20260921T000000-0001", "one", "x", 30);
	talk(&w, "20260921T000000-0002", "two", "x", 10);
	talk(&w, "20260921T000000-0003", "three", "x", 30);
	put(&w, ".hidden.jsonl", "x", 1);
	put(&w, "foreign.jsonl", "{\"a\":1}\n{\"a\":2}\n", 1);
	char *got = listed(&w, &odd);
	ck_assert_str_eq(got,
		"20260921T000000-0003 three|20260921T000000-0001 one|20260921T000000-0002 two");
	ck_assert_str_eq(odd.p, "foreign.jsonl: not a hobnob journal\n");
	buf_cut(&odd, 0);
	free(got);
	unlink(beside(&w, "foreign.jsonl"));
	put(&w, "notes.txt", "x", 1);
	free(listed(&w, &odd));
	ck_assert_str_eq(odd.p, "notes.txt: not a conversation file\n");
	buf_cut(&odd, 0);
	unlink(beside(&w, "notes.txt"));
	ck_assert_int_eq(mkfifo(beside(&w, "pipe.jsonl"), 0600), 0);
	free(listed(&w, &odd));
	ck_assert_str_eq(odd.p, "pipe.jsonl: not a regular file\n");
	buf_free(&odd);
	scratch_close(&w.s);
}
END_TEST

/* No folder, no conversations; no HOME, no folder. */
START_TEST(nowhere)
{
	struct world w;
	struct kept_list list;
	struct fault f = { 0 };
	open_world(&w);
	scratch_close(&w.s);
	expect_list(&w, "");
	ck_assert_ptr_null(store_last(&w.paths, &f));
	ck_assert_str_eq(f.message, "there is no conversation yet");
	ck_assert_str_eq(f.hint, "`hobnob` begins one");
	fault_free(&f);
	struct paths none = { .state = NULL };
	ck_assert_ptr_null(store_dir(&none));
	ck_assert_int_eq(store_list(&none, &list, NULL, &f), -1);
	ck_assert_str_eq(f.message, "there is no place for conversations: HOME is not set");
	fault_free(&f);
	ck_assert_ptr_null(store_find(&none, "x", STORE_LISTER, &f));
	ck_assert_str_eq(f.message, "there is no place for conversations: HOME is not set");
	fault_free(&f);
}
END_TEST

/* The index: its mode, that it is used, and that it is not written while nothing changes. */
START_TEST(index_is_used)
{
	struct world w;
	struct stat before, after;
	struct index index;
	open_world(&w);
	talk(&w, "a-1", "tab\\tand \\\\ back", "x", 1);
	talk(&w, "a-2", "two", "x", 2);
	umask(0);
	settle(&w, 2);
	w.time = INT64_MAX;
	char *path = xasprintf("%s/sessions.index", w.cache);
	ck_assert_int_eq(stat(path, &before), 0);
	ck_assert_uint_eq(before.st_mode & 07777, 0600);
	expect_list(&w, "a-2 two|a-1 tab\tand \\ back");
	stat(path, &after);
	ck_assert_uint_eq(before.st_ino, after.st_ino);
	index_read(&w.paths, &index);
	free(index.all[1].kept.title);
	index.all[1].kept.title = xstrdup("as remembered");
	index_write(&w.paths, &index);
	index_free(&index);
	expect_list(&w, "a-2 as remembered|a-1 tab\tand \\ back");
	unlink(beside(&w, "a-2.jsonl"));
	expect_list(&w, "a-1 tab\tand \\ back");
	index_read(&w.paths, &index);
	ck_assert_uint_eq(index.n, 1);
	index_free(&index);
	free(path);
	scratch_close(&w.s);
}
END_TEST

/* What was written to is remembered when two seconds have passed, not before. */
START_TEST(index_waits)
{
	struct world w;
	struct stat st;
	open_world(&w);
	talk(&w, "a-1", "one", "x", 1);
	ck_assert_int_eq(stat(beside(&w, "a-1.jsonl"), &st), 0);
	int64_t changed = (int64_t)st.st_ctim.tv_sec * 1000000000 + st.st_ctim.tv_nsec;
	ck_assert_uint_eq(remembered_at(&w, changed), 0);
	ck_assert_uint_eq(remembered_at(&w, changed + INT64_C(2000000000)), 0);
	ck_assert_uint_eq(remembered_at(&w, changed + INT64_C(2000000001)), 1);
	scratch_close(&w.s);
}
END_TEST

/* A file that was changed in place is read again, its size and mtime being what they were. */
START_TEST(index_is_stale)
{
	struct world w;
	struct index index;
	open_world(&w);
	talk(&w, "a-1", "old", "x", 1);
	settle(&w, 1);
	talk(&w, "a-1", "new", "x", 1);
	expect_list(&w, "a-1 new");
	index_read(&w.paths, &index);
	ck_assert_uint_eq(index.n, 0); /* what was written just now is not remembered */
	index_free(&index);
	for (int i = 0; i < 200;
		i++) { /* many of them within one tick of the file system's clock */
		talk(&w, "a-1", i % 2 ? "odd" : "own", "x", 1);
		expect_list(&w, i % 2 ? "a-1 odd" : "a-1 own");
	}
	scratch_close(&w.s);
}
END_TEST

/* Whatever byte of the index is another, or missing: the list is the same. */
START_TEST(index_is_damaged)
{
	struct world w;
	size_t n;
	open_world(&w);
	talk(&w, "a-1", "one", "x", 1);
	settle(&w, 1);
	w.time = INT64_MAX;
	char *whole = index_text(&w, &n), *path = xasprintf("%s/sessions.index", w.cache);
	for (size_t i = 0; i < n; i++) {
		struct index index;
		char *text = xmemdup0(whole, n);
		text[i] ^= 1;
		ck_assert_int_eq(file_replace(path, (hn_str){ text, i % 2 ? n : i }, 0600, 0), 0);
		index_read(&w.paths, &index);
		ck_assert_uint_eq(index.n, 0);
		index_free(&index);
		expect_list(&w, "a-1 one");
		free(text);
	}
	char *again = index_text(&w, &n);
	ck_assert_str_eq(again, whole);
	free(again);
	free(whole);
	free(path);
	scratch_close(&w.s);
}
END_TEST

/* A cache that cannot be made, or is not there: the list is the same. */
START_TEST(index_has_no_place)
{
	struct world w;
	open_world(&w);
	talk(&w, "a-1", "one", "x", 1);
	scratch_write(&w.s, "cache", "a file");
	expect_list(&w, "a-1 one");
	w.paths.cache = NULL;
	expect_list(&w, "a-1 one");
	scratch_close(&w.s);
}
END_TEST

/* Says what an id means; "!" and the error if it is none. */
static void expect_found(struct world *w, const char *said, const char *want)
{
	struct fault f = { 0 };
	char *id = store_find(&w->paths, said, STORE_LISTER, &f), *why = id ? NULL : fault_text(&f);
	char *got = id ? xstrdup(id) : xasprintf("!%s", why);
	ck_assert_str_eq(got, want);
	free(got);
	free(id);
	free(why);
	fault_free(&f);
}

/* The whole, the only beginning, the only end; else what is near, or all that it may be. */
START_TEST(finds)
{
	struct world w;
	open_world(&w);
	talk(&w, "20260921T101010-1f3a", "one", "x", 1);
	talk(&w, "20260921T202020-beef", "two", "x", 2);
	talk(&w, "20260922T000000-3a3a", "three", "x", 3);
	talk(&w, "20260922", "four", "x", 4);
	expect_found(&w, "20260921T101010-1f3a", "20260921T101010-1f3a");
	expect_found(&w, "20260921T1", "20260921T101010-1f3a");
	expect_found(&w, "beef", "20260921T202020-beef");
	expect_found(&w, "20260922", "20260922");
	expect_found(&w, "20260922T", "20260922T000000-3a3a");
	expect_found(&w, "20260921T",
		"!\"20260921T\" is the beginning of 2 conversations:\n20260921T202020-beef  two\n"
		"20260921T101010-1f3a  one");
	expect_found(&w, "3a",
		"!\"3a\" is the end of 2 conversations:\n20260922T000000-3a3a  three\n"
		"20260921T101010-1f3a  one");
	expect_found(&w, "beeb",
		"!no conversation \"beeb\"; did you mean one of these?\n20260921T202020-beef  two");
	expect_found(&w, "20260921T101010-1f3b",
		"!no conversation \"20260921T101010-1f3b\"; did you mean one of these?\n"
		"20260921T101010-1f3a  one");
	expect_found(&w, "zzzzzzz", "!no conversation \"zzzzzzz\"\n`hobnob sessions` lists them");
	const char *const none[] = { "", ".", "..", "../x", "a/b", "a.jsonl", "-\n", "ä" };
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		char *want = xasprintf(
			"!\"%s\" is not the id of a conversation\n`hobnob sessions` lists them",
			none[i]);
		expect_found(&w, none[i], want);
		free(want);
	}
	scratch_close(&w.s);
}
END_TEST

/* Of many that fit ten are listed. */
START_TEST(finds_many)
{
	struct world w;
	struct buf want = BUF(BUF_NO_CAP);
	char id[16];
	open_world(&w);
	buf_adds(&want, "!\"a\" is the beginning of 12 conversations:");
	for (int i = 12; i > 0; i--) {
		snprintf(id, sizeof id, "a-%02d", i);
		talk(&w, id, "x", "x", i);
		if (i > 2)
			buf_addf(&want, "\n%s  x", id);
	}
	buf_adds(&want, "\nand 2 more: `hobnob sessions` lists them");
	talk(&w, "ends-in-a", "x", "x", 99);
	expect_found(&w, "a", want.p);
	buf_free(&want);
	scratch_close(&w.s);
}
END_TEST

/* The last is the journal that was written to last. */
START_TEST(last)
{
	struct world w;
	struct fault f = { 0 };
	open_world(&w);
	talk(&w, "a-1", "one", "x", 5);
	talk(&w, "a-2", "two", "x", 4);
	put(&w, "a-9.jsonl", "foreign\n", 9);
	put(&w, "b.txt", "foreign\n", 9);
	char *id = store_last(&w.paths, &f);
	ck_assert_str_eq(id, "a-1");
	free(id);
	scratch_close(&w.s);
}
END_TEST

/* A conversation that somebody talks in is not removed, nor what is no journal. */
START_TEST(removes)
{
	struct world w;
	struct fault f = { 0 };
	open_world(&w);
	talk(&w, "a-1", "one", "x", 1);
	int fd = open(beside(&w, "a-1.jsonl"), O_RDWR);
	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	ck_assert_int_eq(store_remove(&w.paths, "a-1", &f), -1);
	ck_assert_str_eq(f.message, "a-1: another hobnob is talking in it");
	fault_free(&f);
	close(fd);
	ck_assert_int_eq(store_remove(&w.paths, "a-1", &f), 0);
	ck_assert_int_eq(access(beside(&w, "a-1.jsonl"), F_OK), -1);
	put(&w, "a-2.jsonl", "foreign\n", 1);
	ck_assert_int_eq(store_remove(&w.paths, "a-2", &f), -1);
	char *want = xasprintf("%s: not a hobnob journal", beside(&w, "a-2.jsonl"));
	ck_assert_str_eq(f.message, want);
	ck_assert_int_eq(access(beside(&w, "a-2.jsonl"), F_OK), 0);
	free(want);
	fault_free(&f);
	scratch_close(&w.s);
}
END_TEST

/* Notes a find: "id message line|". */
static int note(void *ud, const struct hit *hit)
{
	buf_addf(ud, "%s %d %s|", hit->kept->id, (int)hit->message, hit->line);
	return strstr(hit->line, "STOP") ? 7 : 0;
}

/* Searches for two words (the second may be NULL), and compares. */
static void expect_hits(struct world *w, const char *a, const char *b, int result, const char *want)
{
	char *words[] = { xstrdup(a), xstrdup(b) };
	struct fault f = { 0 };
	struct buf got = BUF(BUF_NO_CAP), odd = BUF(BUF_NO_CAP);
	buf_adds(&got, "");
	ck_assert_int_eq(
		store_search(&w->paths, words, b ? 2 : 1, note, &got, &odd, &f), result);
	ck_assert_str_eq(got.p ? got.p : "", want);
	buf_free(&got);
	buf_free(&odd);
	free(words[0]);
	free(words[1]);
}

/* All words in one message, letters of any alphabet without their case. */
START_TEST(searches)
{
	struct world w;
	open_world(&w);
	talk(&w, "a-1", "Ein Ärger\\nmit ΩMEGA", "about trees", 1);
	talk(&w, "a-2", "trees", "and STOP signs and trees", 2);
	talk(&w, "a-3", "nothing", "here", 3);
	put(&w, "a-4.jsonl", "foreign trees\n", 4);
	expect_hits(&w, "äRGER", NULL, 0, "a-1 1 Ein Ärger mit ΩMEGA|");
	expect_hits(&w, "ωmega", "EIN", 0, "a-1 1 Ein Ärger mit ΩMEGA|");
	expect_hits(&w, "trees", NULL, 0, "a-2 1 trees|a-1 2 about trees|");
	expect_hits(&w, "signs and", "tree", 7, "a-2 2 and STOP signs and trees|");
	expect_hits(&w, "ärger", "trees", 0, "");
	scratch_close(&w.s);
}
END_TEST

/* About 60 columns around the first word, at whole characters. */
START_TEST(surroundings)
{
	struct world w;
	struct buf text = BUF(BUF_NO_CAP), want = BUF(BUF_NO_CAP);
	open_world(&w);
	for (int i = 0; i < 100; i++)
		buf_adds(&text, i == 50 ? "Needle" : "世");
	talk(&w, "a-1", text.p, "x", 1);
	buf_adds(&want, "a-1 1 …");
	for (int i = 40; i < 50 + 1 + 17; i++)
		buf_adds(&want, i == 50 ? "Needle" : "世");
	buf_adds(&want, "…|");
	expect_hits(&w, "nEEDLE", NULL, 0, want.p);
	buf_cut(&text, 0);
	buf_cut(&want, 0);
	buf_adds(&want, "a-2 1 …");
	for (int i = 0; i < 40; i++) /* the Kelvin sign's small letter has two bytes less */
		buf_adds(i < 20 ? &want : &text, "\u212a");
	buf_adds(&text, "\u212a\u212aPin");
	buf_adds(&want, "Pin|");
	talk(&w, "a-2", text.p, "x", 2);
	expect_hits(&w, "pIN", NULL, 0, want.p);
	buf_free(&text);
	buf_free(&want);
	scratch_close(&w.s);
}
END_TEST

/* Where the columns before a find end in the middle of a word, it is left out, and so are the blanks after it. */
START_TEST(surroundings_begin_at_a_word)
{
	static const struct { const char *text, *word, *hit; } rows[] = {
		{ "this is my very first question, Needle", "needle", "…first question, Needle" },
		{ "this is my own very first question, Needle", "needle", "…first question, Needle" },
		{ "and that is the very  \\n second question Needle", "needle", "…second question Needle" },
		{ "somethingthatislongerthanthecolumns Needle", "needle", "…Needle" },
		{ "somethingthatislongerthantheNeedle", "needle", "…gthatislongerthantheNeedle" },
		{ "12345678901234567890Needle", "needle", "12345678901234567890Needle" },
		{ "xx 12345678901234567 Needle", "eedle", "…12345678901234567 Needle" },
	};
	struct world w;
	open_world(&w);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *want = xasprintf("a-1 1 %s|", rows[i].hit);
		talk(&w, "a-1", rows[i].text, "x", (int64_t)i + 1);
		expect_hits(&w, rows[i].word, NULL, 0, want);
		free(want);
	}
	scratch_close(&w.s);
}
END_TEST

START_TEST(far_times)
{
	struct index_entry e, same;
	struct stat st = { .st_mtim = { INT64_C(15000000000), 500000000 },
		.st_ctim.tv_sec = INT64_MIN };
	index_entry_stamp(&e, &st);
	ck_assert_int_eq(e.mtime, INT64_MAX);
	ck_assert_int_eq(e.ctime, INT64_MIN);
	ck_assert_int_eq(e.kept.used, INT64_C(15000000000500));
	st.st_mtim = (struct timespec){ INT64_MAX, 0 };
	index_entry_stamp(&same, &st);
	ck_assert(index_entry_is_same(&e, &same));
	ck_assert_int_eq(same.kept.used, INT64_MAX);
}
END_TEST

UNIT_MAIN("store", far_times, facts, titles, order_and_odd, nowhere, index_is_used, index_waits,
	index_is_stale, index_is_damaged, index_has_no_place, finds, finds_many, last, removes, searches,
	surroundings, surroundings_begin_at_a_word)
