/* SPDX-License-Identifier: MIT */
/* test_log: levels, the file, redaction, and warnings that come once. */
#include "../scratch.h"

#include "util/log.h"

/* A folder of this test's own, with stderr sent to a file in it. */
struct scene {
	struct scratch dir;
	char file[64];
};

/* Sets the scene. */
static void open_scene(struct scene *s)
{
	scratch_open(&s->dir);
	snprintf(s->file, sizeof s->file, "%s/log", s->dir.dir);
	scratch_catch(&s->dir);
}

/* Gives stderr back and says what was written there. */
static char *close_scene(struct scene *s)
{
	char *text = scratch_caught(&s->dir);
	scratch_close(&s->dir);
	return text;
}

/* A redactor that knows one secret. */
static void redact(void *ud, struct buf *line)
{
	char *at = line->p ? strstr(line->p, ud) : NULL;
	if (at)
		memset(at, '*', strlen(ud));
}

/* Lines above the level are not written, the others safe and on one line. */
START_TEST(levels)
{
	struct scene s;
	open_scene(&s);
	struct log log = { .level = 0 };
	ck_assert_int_eq(log_open(&log, LOG_STEP, NULL), 0);
	ck_assert_int_eq(log_on(&log, LOG_STEP), 1);
	ck_assert_int_eq(log_on(&log, LOG_WIRE), 0);
	ck_assert_int_eq(log_on(NULL, LOG_STEP), 0);
	log_line(&log, LOG_STEP, "step %d\n\x1B[0m", 1);
	log_line(&log, LOG_WIRE, "wire");
	log_text(&log, LOG_WIRE, str_of("wire"));
	log_text(&log, LOG_STEP, str_of("100%s"));
	log_close(&log);
	char *err = close_scene(&s);
	ck_assert_str_eq(err, "hobnob: step 1^J^[[0m\nhobnob: 100%s\n");
	free(err);
}
END_TEST

/* With a file, lines go there with the time; the file is the user's alone and is appended to. */
START_TEST(file)
{
	struct scene s;
	struct stat st;
	open_scene(&s);
	for (int i = 0; i < 2; i++) {
		struct log log = { .redact = redact, .ud = (char *)(uintptr_t) "hush" };
		ck_assert_int_eq(log_open(&log, LOG_WIRE, s.file), 0);
		log_line(&log, LOG_WIRE, "a hush %d", i);
		log_close(&log);
	}
	ck_assert_int_eq(stat(s.file, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0600);
	char *text = scratch_read(&s.dir, "log"), *err = close_scene(&s);
	ck_assert_str_eq(err, "");
	ck_assert_uint_eq(strlen(text), 2 * strlen("2026-01-01T00:00:00.000 a **** 0\n"));
	ck_assert_ptr_nonnull(strstr(text, " a **** 0\n"));
	ck_assert_ptr_nonnull(strstr(text, " a **** 1\n"));
	ck_assert_int_eq(text[10], 'T');
	free(text);
	free(err);
}
END_TEST

/* A file that cannot be opened is told by errno. */
START_TEST(bad_file)
{
	struct log log = { .level = 0 };
	ck_assert_int_eq(log_open(&log, 1, "/dev/null/log"), -1);
	ck_assert_ptr_null(log.file);
	log_close(&log);
}
END_TEST

/* A warning comes once, at every level, and redacted; it goes into the file too. */
START_TEST(warnings)
{
	struct scene s;
	open_scene(&s);
	struct log log = { .redact = redact, .ud = (char *)(uintptr_t) "hush" };
	ck_assert_int_eq(log_open(&log, 0, s.file), 0);
	log_warn(&log, "beware of %s", "hush");
	log_warn(&log, "beware of hush");
	log_warn(&log, "and of this");
	log_close(&log);
	char *text = scratch_read(&s.dir, "log"), *err = close_scene(&s);
	ck_assert_str_eq(err, "hobnob: warning: beware of ****\nhobnob: warning: and of this\n");
	ck_assert_ptr_nonnull(strstr(text, " warning: beware of ****\n"));
	free(text);
	free(err);
}
END_TEST

/* Joins texts, the hint in brackets and a "|" behind each. */
static void join(void *ud, hn_str text, hn_str hint, int is_remark)
{
	buf_adds(ud, is_remark ? "remark: " : "");
	buf_addstr(ud, text);
	if (hint.n)
		buf_addf(ud, " [%.*s]", (int)hint.n, hint.p);
	buf_addc(ud, '|');
}

/* Somebody may take the warnings: then stderr gets none, and they come once and redacted as well. */
START_TEST(taken_warnings)
{
	struct scene s;
	struct buf got = BUF(BUF_NO_CAP);
	open_scene(&s);
	struct log log = { .redact = redact, .ud = (char *)(uintptr_t) "hush" };
	log.on_warning = join;
	log.warning_ud = &got;
	log_warn(&log, "beware of %s", "hush");
	log_warn(&log, "beware of hush");
	log_remark(&log, "(say hush)", "the %s is foreign", "hush");
	log_warn_hint(&log, "say hush: 100%", "too %s", "loud");
	log_warn_hint(&log, "say hush: 100%", "too %s", "loud");
	log_remark(&log, NULL, "beware of hush");
	log_close(&log);
	char *err = close_scene(&s);
	ck_assert_str_eq(err, "");
	ck_assert_str_eq(got.p, "beware of ****|remark: the **** is foreign [(say ****)]|too loud [say ****: 100%]|");
	buf_free(&got);
	free(err);
}
END_TEST

UNIT_MAIN("log", levels, file, bad_file, warnings, taken_warnings)
