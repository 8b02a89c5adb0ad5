/* SPDX-License-Identifier: MIT */
/* test_draft: a piece that is written in the end says what one says that is written at once. */
#include "../scratch.h"

#include "store/journal.h"
#include "util/file.h"
#include "util/json.h"
#include "util/mem.h"

#define NOW INT64_C(1795408920456)

static struct log quiet;

static struct message *message_of(hn_str text)
{
	struct message *m = message_new();
	const hn_part call = { .type = HN_PART_TOOL_CALL, .id = str_of("c"), .name = str_of("\"text\":\""), .data = str_of("{}") };

	m->id = 2;
	m->role = HN_ROLE_ASSISTANT;
	m->instance = xstrdup("\"text\":\"x");
	m->text = str_dup(text);
	m->n = text.n;
	message_add_part(m, &call, 0);
	return m;
}

/* The second line of the one journal. */
static char *second_line(const struct scratch *dir, const struct journal *j)
{
	char *path = xasprintf("%s/%s.jsonl", dir->dir, journal_id(j));
	struct buf bytes = BUF(BUF_NO_CAP);
	struct fault f = { 0 };

	ck_assert_int_eq(file_read(path, (size_t)1 << 24, &bytes, &f), 0);
	char *line = strchr(bytes.p, '\n');
	ck_assert_ptr_nonnull(line);
	line = xstrdup(line + 1);
	ck_assert_uint_eq(strcspn(line, "\n") + 1, strlen(line));
	buf_free(&bytes);
	free(path);
	return line;
}

/* A journal whose first record is the piece. */
static char *piece(hn_str text)
{
	struct scratch dir;
	scratch_open(&dir);
	struct journal *j = journal_new(dir.dir, NOW, &quiet);
	struct message *m = message_of(text);

	ck_assert_int_eq(journal_piece(j, m), 0);
	char *line = second_line(&dir, j);
	message_free(m);
	journal_free(j);
	scratch_close(&dir);
	return line;
}

/* The line of a record, whose text is in two parts. A journal has a file once it has a record: it is cut away here. */
static char *drafted(hn_str lead, hn_str more)
{
	struct scratch dir;
	scratch_open(&dir);
	struct journal *j = journal_new(dir.dir, NOW, &quiet);
	struct message *m = message_of(lead);

	journal_draft_write(j, more);
	ck_assert_int_eq(journal_draft(j, m), 0);
	journal_draft_write(j, more); /* without a file: nothing */
	ck_assert_int_eq(journal_is_made(j), 0);
	ck_assert_int_eq(journal_head(j, 0), 0);
	ck_assert_int_eq(journal_draft(j, m), 0);
	journal_draft_write(j, more);
	char *path = xasprintf("%s/%s.jsonl", dir.dir, journal_id(j));
	struct buf bytes = BUF(BUF_NO_CAP);
	struct fault f = { 0 };
	ck_assert_int_eq(file_read(path, (size_t)1 << 24, &bytes, &f), 0);
	char *line = strstr(bytes.p, "\"id\":0}\n");
	ck_assert_ptr_nonnull(line);
	line = xstrdup(line + strlen("\"id\":0}\n"));
	buf_free(&bytes);
	free(path);
	message_free(m);
	journal_free(j);
	scratch_close(&dir);
	return line;
}

/* JSON has two spellings of some characters: the record counts, not the spelling. */
static char *plain(char *line)
{
	struct json_object *o = json_read(str_of(line), NULL);
	struct buf out = BUF(BUF_NO_CAP);

	ck_assert_ptr_nonnull(o);
	json_write(o, &out);
	json_object_put(o);
	free(line);
	return buf_take(&out);
}

static void check(hn_str lead, hn_str more)
{
	struct buf both = BUF(BUF_NO_CAP);

	buf_addstr(&both, lead);
	buf_addstr(&both, more);
	char *want = plain(piece(buf_str(&both))), *got = plain(drafted(lead, more));
	ck_assert_str_eq(got, want);
	free(want);
	free(got);
	buf_free(&both);
}

START_TEST(texts)
{
	char all[128];

	for (size_t i = 0; i < sizeof all; i++)
		all[i] = (char)i;
	check(str_of(""), str_of(""));
	check(str_of("lead "), str_of("more"));
	check(str_of("\"\\\n"), str_of("\\\"\t"));
	check((hn_str){ all, sizeof all }, (hn_str){ all, sizeof all });
	check(str_of("\xC3\xA9"), str_of("\xE2\x80\xAE \xF0\x9F\x98\x80 \xC3\xA9"));
}
END_TEST

START_TEST(long_texts)
{
	char *text = xmalloc(300000);

	for (size_t i = 0; i < 300000; i++)
		text[i] = "ab\"\\\n"[i % 5];
	check((hn_str){ text, 5000 }, (hn_str){ text, 300000 });
	free(text);
}
END_TEST

/* What is unsafe on a terminal stands there by its number, as in any record. */
START_TEST(safe)
{
	char *line = drafted(str_of(""), str_of("\x7F\xE2\x80\xAE\x1B"));

	ck_assert_ptr_nonnull(strstr(line, "\"text\":\"\\u007f\\u202e\\u001b\""));
	free(line);
}
END_TEST

UNIT_MAIN("draft", texts, long_texts, safe)
