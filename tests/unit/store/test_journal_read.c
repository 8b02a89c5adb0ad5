/* SPDX-License-Identifier: MIT */
/* test_journal_read: a journal is read back, and one that is damaged as far as it is whole. */
#include "../scratch.h"

#include <stdint.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "conversation/conversation.h"
#include "store/journal_read.h"
#include "util/mem.h"

#define HEADER \
	"{\"hobnob\":\"journal\",\"version\":1,\"id\":\"20261123T044200-1f3a\",\"created\":7}\n"
#define MANY 100000

/* A record of a message. */
static void add_message(struct buf *out, uint64_t id, uint64_t parent, const char *text)
{
	buf_addf(out, "{\"type\":\"message\",\"id\":%llu", (unsigned long long)id);
	if (parent)
		buf_addf(out, ",\"parent\":%llu", (unsigned long long)parent);
	buf_addf(out, ",\"role\":\"user\",\"text\":\"%s\"}\n", text);
}

/* A journal of n messages, one behind the other. */
static struct buf chain(size_t n)
{
	struct buf out = BUF(BUF_NO_CAP);
	buf_adds(&out, HEADER);
	for (size_t i = 1; i <= n; i++) {
		char text[32];
		snprintf(text, sizeof text, "text %zu.", i);
		add_message(&out, i, i - 1, text);
	}
	return out;
}

/* Reads a journal that must be one. */
static void reading(hn_str text, struct conversation *c)
{
	struct fault f = { 0 };
	int result = journal_read_text(text, c, &f);
	ck_assert_msg(result == 0, "%s", f.message);
	ck_assert_int_eq(f.kind, 0);
}

/* Reads a journal that must be none; why. */
static const char *refused(hn_str text)
{
	static char why[256];
	struct conversation c;
	struct fault f = { 0 };
	ck_assert_int_eq(journal_read_text(text, &c, &f), -1);
	ck_assert_ptr_nonnull(f.message);
	snprintf(why, sizeof why, "%s", f.message);
	fault_free(&f);
	conversation_free(&c);
	return why;
}

/* The ids of the view, in words. */
static const char *view_of(const struct conversation *c)
{
	static char out[256];
	out[0] = '\0';
	for (size_t i = 0; i < c->history.n_view; i++)
		snprintf(out + strlen(out), sizeof out - strlen(out), "%s%llu", i ? " " : "",
			(unsigned long long)c->history.view[i]->id);
	return out;
}

/* All that a journal says. */
START_TEST(all_records)
{
	struct conversation c;
	reading(str_of("{\"hobnob\":\"journal\",\"version\":1,\"id\":\"x-2\",\"created\":7,"
		       "\"forked_from\":\"x-1\",\"new\":[]}\n"
		       "{\"type\":\"system\",\"text\":\"Be brief.\"}\n"
		       "{\"type\":\"message\",\"id\":1,\"role\":\"user\",\"text\":\"a\"}\n"
		       "{\"type\":\"message\",\"id\":2,\"parent\":1,\"role\":\"assistant\","
		       "\"text\":"
		       "\"b\"}\n"
		       "{\"type\":\"head\",\"id\":0}\n"
		       "{\"type\":\"message\",\"id\":3,\"role\":\"user\",\"text\":\"c\"}\n"
		       "{\"later\":1,\"type\":\"of a later version\",\"id\":9}\n"
		       "\n"
		       "{\"type\":\"head\",\"id\":1}\r\n"
		       "{\"type\":\"message\",\"id\":4,\"parent\":1,\"role\":\"assistant\","
		       "\"text\":"
		       "\"d\",\"continues\":2}\n"),
		&c);
	ck_assert_str_eq(c.id, "x-2");
	ck_assert_str_eq(c.forked_from, "x-1");
	ck_assert_int_eq(c.created, 7);
	ck_assert_str_eq(c.system, "Be brief.");
	ck_assert_uint_eq(c.history.n, 4);
	ck_assert_uint_eq(c.history.next_id, 5);
	ck_assert_str_eq(view_of(&c), "1 4");
	ck_assert_uint_eq(c.history.view[1]->continues, 2);
	ck_assert_uint_eq(c.reading.lines, 10);
	ck_assert_uint_eq(c.reading.damaged, 0);
	ck_assert_uint_eq(c.reading.faults.n, 0);
	ck_assert_int_eq(c.reading.torn, 0);
	ck_assert_uint_eq(c.reading.body, 85);
	conversation_free(&c);
	conversation_free(NULL);
}
END_TEST

#define USER(id, parent)                                         \
	"{\"type\":\"message\",\"id\":" id ",\"parent\":" parent \
	",\"role\":\"user\",\"text\":\"u\"}\n"
#define PIECE(id, parent, text)                                \
	"{\"type\":\"piece\",\"id\":" id ",\"parent\":" parent \
	",\"role\":\"assistant\",\"state\":\"interrupted\",\"text\":\"" text "\"}\n"

/* Pieces of a reply are all there is of it, unless the whole one follows. */
START_TEST(pieces)
{
	static const struct {
		const char *lines, *view, *text;
	} cases[] = {
		{ PIECE("2", "1", "one ") PIECE(
			  "2", "1", "two") "{\"type\":\"message\",\"id\":2,\"parent\":1,\"role\":"
					   "\"assistant\",\"text\":\"whole\"}\n",
			"1 2", "whole" },
		{ PIECE("2", "1", "one ") PIECE("2", "1", "two"), "1 2", "one two" },
		{ PIECE("2", "1", "one ") PIECE("2", "1", "two") USER("3", "2"), "1 2 3",
			"one two" },
		{ PIECE("2", "1", "one ") PIECE("3", "1", "two"), "1 3", "one " },
		{ PIECE("2", "1", "one ") "{\"type\":\"head\",\"id\":1}\n", "1", "one " },
		{ PIECE("2", "1", "one ") "{\"type\":\"new\"}\n" PIECE("2", "1", "two"), "1 2",
			"one two" },
		{ PIECE("2", "1", "one ") "{\"type\":\"piece\",\"id\":2,\"pare", "1 2", "one " },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct conversation c;
		struct buf text = BUF(BUF_NO_CAP);
		buf_adds(&text, HEADER
			"{\"type\":\"message\",\"id\":1,\"role\":\"user\",\"text\":\"u\"}\n");
		buf_adds(&text, cases[i].lines);
		reading(buf_str(&text), &c);
		ck_assert_str_eq(view_of(&c), cases[i].view);
		ck_assert_str_eq(history_find(&c.history, 2)->text, cases[i].text);
		ck_assert_uint_eq(c.reading.damaged, 0);
		conversation_free(&c);
		buf_free(&text);
	}
}
END_TEST

/* Parts of pieces stand behind the text that came before them. */
START_TEST(pieces_of_parts)
{
#define PARTS(text, at, name)                                                                  \
	"{\"type\":\"piece\",\"id\":2,\"parent\":1,\"role\":\"assistant\",\"state\":\"interrupted\"," \
	"\"text\":\"" text "\",\"parts\":[{\"at\":" at ",\"type\":\"opaque\",\"name\":\"" name       \
	"\",\"data\":\"x\"}]}\n"
	struct conversation c;
	reading(str_of(HEADER "{\"type\":\"message\",\"id\":1,\"role\":\"user\",\"text\":\"u\"}\n" PARTS(
			"", "0", "a") PARTS("one", "1", "b") PARTS("two", "3", "c")),
		&c);
	const struct message *m = history_find(&c.history, 2);
	ck_assert_str_eq(m->text, "onetwo");
	ck_assert_uint_eq(m->n_parts, 3);
	ck_assert_str_eq(m->parts[0].name, "a");
	ck_assert_uint_eq(m->parts[0].at, 0);
	ck_assert_str_eq(m->parts[1].name, "b");
	ck_assert_uint_eq(m->parts[1].at, 1);
	ck_assert_str_eq(m->parts[2].name, "c");
	ck_assert_uint_eq(m->parts[2].at, 6);
	conversation_free(&c);
}
END_TEST

/* Where the conversation ends: in its last message, or where the last head behind that says. */
START_TEST(heads)
{
	static const struct {
		const char *records, *view, *system;
	} cases[] = {
		{ "", "1 2 3", NULL },
		{ "{\"type\":\"head\",\"id\":2}\n", "1 2", NULL },
		{ "{\"type\":\"head\",\"id\":2}\n{\"type\":\"head\",\"id\":3}\n", "1 2 3", NULL },
		{ "{\"type\":\"head\",\"id\":0}\n", "", NULL },
		{ "{\"type\":\"system\",\"text\":\"a\"}\n{\"type\":\"system\",\"text\":\"b\"}\n",
			"1 2 3", "b" },
		{ "{\"type\":\"system\",\"text\":\"a\"}\n{\"type\":\"system\",\"text\":\"\"}\n",
			"1 2 3", NULL },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf text = chain(3);
		struct conversation c;
		buf_adds(&text, cases[i].records);
		reading(buf_str(&text), &c);
		ck_assert_str_eq(view_of(&c), cases[i].view);
		if (cases[i].system)
			ck_assert_str_eq(c.system, cases[i].system);
		else
			ck_assert_ptr_null(c.system);
		ck_assert_uint_eq(c.reading.damaged, 0);
		conversation_free(&c);
		buf_free(&text);
	}
}
END_TEST

#define M(id, more) "{\"type\":\"message\",\"id\":" id more ",\"role\":\"user\",\"text\":\"\"}\n"
#define OPEN "{\"type\":\"message\",\"id\":"

/* What is damaged is named, and the rest is there. */
START_TEST(faults)
{
	static const struct {
		const char *records, *faults, *view;
	} cases[] = {
		{ "nonsense\n", "line 2: not JSON (not an object)\n", "" },
		{ "{\"type\":?}\n" M("1", ""), "line 2: not JSON (unexpected character)\n", "1" },
		{ M("1", "") OPEN "\n" M("3", ",\"parent\":2"),
			"line 3: not JSON (incomplete)\n"
			"line 4: message 3 follows one that is missing; it was put after message "
			"1\n",
			"1 3" },
		{ M("5", ",\"parent\":4"),
			"line 2: message 5 follows one that is missing; it begins a branch\n",
			"5" },
		{ M("1", "") M("1", ""), "line 3: a second message with the id 1 was passed over\n",
			"1" },
		{ M("0", ""), "line 2: no message (no id)\n", "" },
		{ M("9223372036854775807", ""), "line 2: no message (its id is out of range)\n",
			"" },
		{ M("4611686018427387904", ""), "line 2: no message (its id is out of range)\n",
			"" },
		{ M("4611686018427387903", ""), "", "4611686018427387903" },
		{ "{\"type\":\"message\",\"id\":1,\"role\":\"user\"}\n",
			"line 2: no message (no text)\n", "" },
		{ "{\"type\":\"message\",\"id\":1,\"role\":\"user\",\"text\":\"\\q\"}\n",
			"line 2: no message (invalid escape)\n", "" },
		{ "{\"type\":\"message\",\"id\":1,\"role\":\"user\",\"text\":\"\xC3\"}\n",
			"line 2: no message (not UTF-8)\n", "" },
		{ "{\"id\":1}\n", "line 2: no record (no type)\n", "" },
		{ "{\"type\":7}\n", "line 2: no record (no type)\n", "" },
		{ M("1", "") "{\"type\":\"head\",\"id\":9}\n",
			"line 3: message 9, in which the conversation was to end, is missing\n",
			"1" },
		{ M("1", "") "{\"type\":\"head\"}\n", "line 3: no head (no id)\n", "1" },
		{ "{\"type\":\"system\",\"text\":5}\n", "line 2: no system prompt (no text)\n",
			"" },
		/* Parents go round in a circle, or a message is its own. */
		{ M("1", ",\"parent\":2") M("2", ",\"parent\":1"),
			"line 2: message 1 follows one that comes after it; it begins a branch\n",
			"1 2" },
		{ M("1", "") M("2", ",\"parent\":2"),
			"line 3: message 2 follows one that comes after it; it was put after "
			"message 1\n",
			"1 2" },
		/* An id that was changed into that of a later one. */
		{ M("1", "") M("4", ",\"parent\":1") M("3", ",\"parent\":2")
				M("4", ",\"parent\":3"),
			"line 3: a second message with the id 4 was passed over\n"
			"line 4: message 3 follows one that is missing; it was put after message "
			"1\n",
			"1 3 4" },
		{ M("1", "") M("3", ",\"parent\":1") M("3", ",\"parent\":1,\"pinned\":true")
				M("4", ",\"parent\":1"),
			"line 3: a second message with the id 3 was passed over\n", "1 4" },
		/* The end is where the file ends, whatever the ids. */
		{ M("1", "") M("3", ",\"parent\":1") M("2", ",\"parent\":1"), "", "1 2" },
		/* A crash tore a line, and the program that went on said so; or was torn itself. */
		{ OPEN "1,\"ro\n{\"type\":\"torn\"}\n" M("1", ""), "", "1" },
		{ OPEN "1,\"ro\n{\"ty\n{\"type\":\"torn\"}\n" M("1", ""), "", "1" },
		{ OPEN "1,\"ro\n" M("2", "") "{\"type\":\"torn\"}\n",
			"line 2: not JSON (incomplete)\n", "2" },
		{ M("1", "") "{\"type\":\"torn\"}\n", "", "1" },
		{ OPEN "1,\"role\":\"user\"}\n{\"type\":\"torn\"}\n",
			"line 2: no message (no text)\n", "" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct conversation c;
		char *text = xasprintf("%s%s", HEADER, cases[i].records);
		reading(str_of(text), &c);
		ck_assert_str_eq(c.reading.faults.p ? c.reading.faults.p : "", cases[i].faults);
		ck_assert_str_eq(view_of(&c), cases[i].view);
		size_t lines = 0;
		for (const char *at = cases[i].faults; (at = strchr(at, '\n')); at++)
			lines++;
		ck_assert_uint_eq(c.reading.damaged, lines);
		conversation_free(&c);
		free(text);
	}
}
END_TEST

/* Five are told, the first of the file; the rest is counted. */
START_TEST(many_faults)
{
	struct conversation c;
	struct buf text = BUF(BUF_NO_CAP);
	buf_adds(&text, HEADER M("3", ",\"parent\":2"));
	for (int i = 0; i < 6; i++)
		buf_adds(&text, "?\n");
	reading(buf_str(&text), &c);
	ck_assert_str_eq(c.reading.faults.p,
		"line 2: message 3 follows one that is missing; it begins a branch\n"
		"line 3: not JSON (not an object)\nline 4: not JSON (not an object)\n"
		"line 5: not JSON (not an object)\nline 6: not JSON (not an object)\n"
		"... and 2 more\n");
	ck_assert_uint_eq(c.reading.damaged, 7);
	conversation_free(&c);
	buf_free(&text);
}
END_TEST

/* 1 if message id is there, as it was written. */
static int is_there(const struct conversation *c, uint64_t id)
{
	char text[32];
	const struct message *m = history_find(&c->history, id);
	snprintf(text, sizeof text, "text %llu.", (unsigned long long)id);
	return m && !strcmp(m->text, text);
}

/* Cut at any byte: what was whole is there, and what is torn is no damage. */
START_TEST(cut_anywhere)
{
	struct buf text = chain(9);
	size_t first = strlen(HEADER);
	for (size_t n = 0; n <= text.n; n++) {
		struct conversation c;
		/* In a block of its own, so that a reader that goes beyond it is found out. */
		char *part = malloc(n ? n : 1);
		memcpy(part, text.p, n);
		if (n < first - 1) {
			ck_assert_str_eq(refused((hn_str){ part, n }),
				n == 0 ? "it is empty" : "not a hobnob journal");
			free(part);
			continue;
		}
		reading((hn_str){ part, n }, &c);
		size_t whole = 0, ended = 0;
		for (size_t i = first; i < text.n; i++) {
			whole += text.p[i] == '\n' && i <= n;
			if (text.p[i] == '\n' && i + (i != n) <= n)
				ended = i + (i != n);
		}
		ck_assert_uint_eq(c.history.n, whole);
		ck_assert_uint_eq(c.history.n_view, whole);
		for (uint64_t id = 1; id <= whole; id++)
			ck_assert_int_eq(is_there(&c, id), 1);
		ck_assert_uint_eq(c.reading.damaged, 0);
		ck_assert_int_eq(c.reading.torn, n == 0 || text.p[n - 1] != '\n');
		if (whole > 0)
			ck_assert_uint_eq(c.reading.whole, ended);
		conversation_free(&c);
		free(part);
	}
	buf_free(&text);
}
END_TEST

/* The number of the line (from 0) that a byte stands in. */
static size_t line_of(const struct buf *text, size_t at)
{
	size_t line = 0;
	for (size_t i = 0; i < at; i++)
		line += text->p[i] == '\n';
	return line;
}

/* Any byte changed in any bit: all messages of the other lines are there. */
START_TEST(flipped_anywhere)
{
	struct buf text = chain(9);
	for (size_t i = 0; i < text.n * 8; i++) {
		struct conversation c;
		struct fault f = { 0 };
		char was = text.p[i / 8];
		size_t line = line_of(&text, i / 8);
		text.p[i / 8] = (char)(was ^ 1 << i % 8);
		if (journal_read_text(buf_str(&text), &c, &f)) {
			/* Another version is the only thing for which all of a journal is refused. */
			ck_assert_ptr_nonnull(strstr(f.message, "it is a journal of version "));
			ck_assert_uint_eq(line, 0);
		} else {
			for (uint64_t id = 1; id <= 9; id++)
				if (id != line && (was != '\n' || id != line + 1))
					ck_assert_msg(is_there(&c, id), "byte %zu: message %llu",
						i / 8, (unsigned long long)id);
			ck_assert_uint_ge(c.history.n_view, 1);
		}
		text.p[i / 8] = was;
		fault_free(&f);
		conversation_free(&c);
	}
	buf_free(&text);
}
END_TEST

/* What is no journal is refused, in words. */
START_TEST(foreign)
{
	static const char *const bad[][2] = {
		{ "", "it is empty" },
		{ "\n", "not a hobnob journal" },
		{ "root:x:0:0:root:/root:/bin/sh\n", "not a hobnob journal" },
		{ "{}\n{}\n", "not a hobnob journal" },
		{ "{\"hobnob\":\"conversation\",\"version\":1,\"messages\":[]}\n",
			"not a hobnob journal" },
		{ "{\"hobnob\":\"journal\",\"version\":3}\n",
			"it is a journal of version 3, which only a newer hobnob can read" },
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_str_eq(refused(str_of(bad[i][0])), bad[i][1]);
	char noise[4096];
	uint32_t x = 1;
	for (size_t i = 0; i < sizeof noise; i++)
		noise[i] = (char)((x = x * 1664525 + 1013904223) >> 24);
	ck_assert_str_eq(refused((hn_str){ noise, sizeof noise }), "not a hobnob journal");
}
END_TEST

/* Without its first line a journal is one if a message is found early enough. */
START_TEST(no_first_line)
{
	struct buf text = BUF(BUF_NO_CAP);
	struct conversation c;
	reading(str_of(M("1", "")), &c);
	ck_assert_str_eq(c.reading.faults.p, "line 1: not the first line of a journal\n");
	ck_assert_ptr_null(c.id);
	ck_assert_uint_eq(c.reading.body, 0);
	ck_assert_uint_eq(c.history.n, 1);
	conversation_free(&c);
	for (int i = 0; i < 99; i++)
		buf_adds(&text, "#\n");
	buf_adds(&text, M("1", ""));
	reading(buf_str(&text), &c);
	ck_assert_uint_eq(c.reading.damaged, 99);
	ck_assert_uint_eq(c.reading.body, 2);
	ck_assert_uint_eq(c.history.n, 1);
	conversation_free(&c);
	buf_cut(&text, 0);
	for (int i = 0; i < 100; i++)
		buf_adds(&text, "#\n");
	buf_adds(&text, M("1", ""));
	ck_assert_str_eq(refused(buf_str(&text)), "not a hobnob journal");
	reading(str_of("{\"hobnob\":\"journal\",\"id\":\"a\"}\n" M("1", "")), &c);
	ck_assert_str_eq(c.reading.faults.p, "line 1: no version; read as 2\n");
	ck_assert_str_eq(c.id, "a");
	conversation_free(&c);
	buf_free(&text);
}
END_TEST

/* Processor time of this process, ms. */
static int64_t spent(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Many messages in any shape take the time that their number takes. */
START_TEST(shapes)
{
	for (int shape = 0; shape < 4; shape++) {
		struct buf text = BUF(BUF_NO_CAP);
		struct conversation c;
		buf_adds(&text, HEADER);
		add_message(&text, 1, 0, "");
		for (uint64_t i = 2; i <= MANY; i++) {
			if (shape == 0)
				add_message(&text, i, i - 1, ""); /* deep */
			else if (shape == 1)
				add_message(&text, i, 1, ""); /* wide */
			else if (shape == 2)
				add_message(&text, i, 0, ""); /* all first */
			else
				add_message(&text, MANY + 2 - i, 1, ""); /* backwards */
		}
		int64_t before = spent();
		reading(buf_str(&text), &c);
		ck_assert_int_lt(spent() - before, 3000);
		ck_assert_uint_eq(c.history.n, MANY);
		ck_assert_uint_eq(c.history.n_view, shape == 0 ? MANY : shape == 2 ? 1 : 2);
		ck_assert_uint_eq(c.reading.damaged, 0);
		conversation_free(&c);
		buf_free(&text);
	}
}
END_TEST

/* Reads a file in a process of its own: how many KiB that took at most, and the messages. */
static long memory_for(const char *path, size_t *messages)
{
	int pipes[2];
	struct {
		long kib;
		size_t messages;
	} told = { 0 };
	ck_assert_int_eq(pipe(pipes), 0);
	pid_t child = fork();
	if (child == 0) {
		struct rusage before, after;
		struct conversation c;
		struct fault f = { 0 };
		getrusage(RUSAGE_SELF, &before);
		int fd = open(path, O_RDONLY);
		if (fd < 0 || journal_read(fd, &c, &f))
			_exit(1);
		getrusage(RUSAGE_SELF, &after);
		told.kib = after.ru_maxrss - before.ru_maxrss;
		told.messages = c.history.n;
		_exit(write(pipes[1], &told, sizeof told) != (ssize_t)sizeof told);
	}
	ck_assert_int_eq(read(pipes[0], &told, sizeof told), (ssize_t)sizeof told);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	close(pipes[0]);
	close(pipes[1]);
	*messages = told.messages;
	return told.kib;
}

/* A gigabyte of one line costs a few chunks, whatever it begins with; what stands behind is there. */
START_TEST(a_gigabyte)
{
	static const struct {
		const char *text;
		off_t bytes;
	} begins[] = { { "{\"type\":\"message\"", 1 << 30 }, { "", 1 << 26 }, { "x", 1 << 26 } };
	struct scratch s;
	scratch_open(&s);
	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
		size_t messages;
		char *head = xasprintf("%s%s%s", HEADER, M("1", ""), begins[i].text);
		scratch_write(&s, "big", head);
		ck_assert_int_eq(truncate(scratch_path(&s, "big"), begins[i].bytes), 0);
		int fd = open(scratch_path(&s, "big"), O_WRONLY | O_APPEND);
		const char *tail = "\n" M("2", ",\"parent\":1");
		ck_assert_int_eq(write(fd, tail, strlen(tail)), (ssize_t)strlen(tail));
		close(fd);
		ck_assert_int_lt(memory_for(scratch_path(&s, "big"), &messages), 16 << 10);
		ck_assert_uint_eq(messages, 2);
		free(head);
	}
	scratch_close(&s);
}
END_TEST

/* A message may be as long as it likes; a long line that is none costs nothing. */
START_TEST(long_lines)
{
	const size_t n = (size_t)24 << 20;
	struct buf text = BUF(BUF_NO_CAP);
	char *run = xmalloc(n + 1);
	struct scratch s;
	size_t messages;
	memset(run, 'x', n);
	run[n] = '\0';
	scratch_open(&s);
	buf_addf(&text, "%s%s\n%s", HEADER, run, M("1", ""));
	scratch_bytes(&s, "long", text.p, text.n, 0600);
	ck_assert_int_lt(memory_for(scratch_path(&s, "long"), &messages), 8 << 10);
	ck_assert_uint_eq(messages, 1);
	buf_cut(&text, strlen(HEADER));
	add_message(&text, 1, 0, run);
	scratch_bytes(&s, "long", text.p, text.n, 0600);
	struct conversation c;
	struct fault f = { 0 };
	int fd = open(scratch_path(&s, "long"), O_RDONLY);
	ck_assert_int_eq(journal_read(fd, &c, &f), 0);
	ck_assert_uint_eq(c.reading.damaged, 0);
	ck_assert_uint_eq(c.history.n, 1);
	ck_assert_uint_eq(c.history.all[0]->n, n);
	close(fd);
	conversation_free(&c);
	free(run);
	buf_free(&text);
	scratch_close(&s);
}
END_TEST

/* A file gives what its text gives; one that cannot be read is told. */
START_TEST(from_a_file)
{
	struct buf text = chain(MANY / 100);
	struct conversation c;
	struct scratch s;
	struct fault f = { 0 };
	scratch_open(&s);
	scratch_bytes(&s, "j", text.p, text.n, 0600);
	int fd = open(scratch_path(&s, "j"), O_RDONLY);
	ck_assert_int_eq(journal_read(fd, &c, &f), 0);
	ck_assert_uint_eq(c.history.n_view, MANY / 100);
	ck_assert_uint_eq(c.reading.whole, text.n);
	conversation_free(&c);
	close(fd);
	fd = open(s.dir, O_RDONLY);
	ck_assert_int_eq(journal_read(fd, &c, &f), -1);
	ck_assert_str_eq(f.message, "it cannot be read: Is a directory");
	fault_free(&f);
	conversation_free(&c);
	close(fd);
	buf_free(&text);
	scratch_close(&s);
}
END_TEST

UNIT_MAIN("conversation", all_records, pieces, pieces_of_parts, heads, faults, many_faults, cut_anywhere,
	flipped_anywhere, foreign, no_first_line, shapes, a_gigabyte, long_lines, from_a_file)
