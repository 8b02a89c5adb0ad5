/* SPDX-License-Identifier: MIT */
/* test_journal: what stands in the file, who may read it, and what happens when it cannot be
 * written. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chat/journal.h"
#include "util/json.h"
#include "util/mem.h"

#define NOW INT64_C(1795408920456) /* 2026-11-23 04:42:00.456 UTC */
#define NOBODY 65534

/* A folder of the test's own, a journal below it, and where its warnings go. */
struct scene {
	char root[64], dir[96], said[96];
	struct log log;
	struct journal *journal;
	struct message *message;
};

/* Sets the scene; the journal's folder does not exist yet. */
static void open_scene(struct scene *s)
{
	memset(s, 0, sizeof *s);
	snprintf(s->root, sizeof s->root, "/tmp/hobnob-journal-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(s->root));
	snprintf(s->dir, sizeof s->dir, "%s/state/sessions", s->root);
	snprintf(s->said, sizeof s->said, "%s/said", s->root);
	ck_assert_int_eq(log_open(&s->log, 0, s->said), 0);
	s->journal = journal_new(s->dir, NOW, &s->log);
	s->message = message_new();
	s->message->id = 1;
	s->message->role = HN_ROLE_USER;
	s->message->text = xstrdup("hi");
	s->message->n = 2;
	s->message->time_ms = 7;
}

/* Removes one file of the scene. */
static int remove_it(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

/* Leaves nothing behind. */
static void close_scene(struct scene *s)
{
	journal_free(s->journal);
	message_free(s->message);
	log_close(&s->log);
	nftw(s->root, remove_it, 8, FTW_DEPTH | FTW_PHYS);
}

/* Path of the scene's journal. */
static const char *path_of(const struct scene *s)
{
	static char path[192];
	snprintf(path, sizeof path, "%s/%s.jsonl", s->dir, journal_id(s->journal));
	return path;
}

/* A file's bytes; the caller frees. An absent file gives NULL. */
static char *slurp(const char *path)
{
	FILE *f = fopen(path, "r");
	if (!f)
		return NULL;
	struct buf out = BUF(BUF_NO_CAP);
	char piece[4096];
	size_t n;
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		buf_add(&out, piece, n);
	fclose(f);
	return buf_take(&out);
}

/* How many warnings were given. */
static int warnings(const struct scene *s)
{
	fflush(s->log.file);
	char *said = slurp(s->said);
	int n = 0;
	for (const char *at = said; at && (at = strstr(at, "warning: ")); at++)
		n++;
	free(said);
	return n;
}

/* 1 if the warnings have that text in them. */
static int warned_of(const struct scene *s, const char *text)
{
	fflush(s->log.file);
	char *said = slurp(s->said);
	int found = said && strstr(said, text);
	free(said);
	return found;
}

/* The permission bits of a path. */
static unsigned mode_of(const char *path)
{
	struct stat st;
	ck_assert_int_eq(stat(path, &st), 0);
	return st.st_mode & 07777;
}

/* Makes the journal's folder beforehand. */
static void make_folder(const struct scene *s)
{
	char *state = xasprintf("%s/state", s->root);
	ck_assert_int_eq(mkdir(state, 0700), 0);
	ck_assert_int_eq(mkdir(s->dir, 0700), 0);
	free(state);
}

/* The file holds a header and the records, a line each. */
START_TEST(lines)
{
	struct scene s;
	open_scene(&s);
	ck_assert_int_eq(journal_message(s.journal, s.message), 0);
	ck_assert_int_eq(journal_head(s.journal, 0), 0);
	s.message->id = 2;
	s.message->text[0] = '\n';
	ck_assert_int_eq(journal_message(s.journal, s.message), 0);
	char *got = slurp(path_of(&s));
	char *want = xasprintf(
		"{\"hobnob\":\"journal\",\"version\":1,\"id\":\"%s\",\"created\":1795408920456}\n"
		"{\"type\":\"message\",\"id\":1,\"role\":\"user\",\"state\":\"complete\",\"time\":"
		"7,"
		"\"text\":\"hi\"}\n"
		"{\"type\":\"head\",\"id\":0}\n"
		"{\"type\":\"message\",\"id\":2,\"role\":\"user\",\"state\":\"complete\",\"time\":"
		"7,"
		"\"text\":\"\\ni\"}\n",
		journal_id(s.journal));
	ck_assert_ptr_nonnull(got);
	ck_assert_str_eq(got, want);
	ck_assert_int_eq(warnings(&s), 0);
	free(got);
	free(want);
	close_scene(&s);
}
END_TEST

/* The id begins with the time and does not repeat; there is no file before the first record. */
START_TEST(id)
{
	struct scene s;
	regex_t form;
	open_scene(&s);
	ck_assert_int_eq(regcomp(&form, "^20261123T044200-[0-9a-f]{4}$", REG_EXTENDED), 0);
	ck_assert_int_eq(regexec(&form, journal_id(s.journal), 0, NULL, 0), 0);
	regfree(&form);
	ck_assert_int_eq(access(s.dir, F_OK), -1);
	int different = 0;
	for (int i = 0; i < 8; i++) {
		struct journal *other = journal_new(s.dir, NOW, &s.log);
		different += strcmp(journal_id(other), journal_id(s.journal)) != 0;
		journal_free(other);
	}
	ck_assert_int_gt(different, 0);
	close_scene(&s);
}
END_TEST

/* A taken id, by a file or by a link to one, is left alone and another is found. */
START_TEST(taken_id)
{
	for (int link = 0; link < 2; link++) {
		struct scene s;
		open_scene(&s);
		char *taken = xstrdup(path_of(&s));
		make_folder(&s);
		if (link)
			ck_assert_int_eq(symlink("/nowhere/at/all", taken), 0);
		else
			close(open(taken, O_CREAT | O_WRONLY, 0600));
		ck_assert_int_eq(journal_message(s.journal, s.message), 0);
		ck_assert_str_ne(path_of(&s), taken);
		char *got = slurp(path_of(&s)), *left = slurp(taken);
		ck_assert_ptr_nonnull(got);
		ck_assert_ptr_nonnull(strstr(got, journal_id(s.journal)));
		if (!link)
			ck_assert_str_eq(left, "");
		free(got), free(left), free(taken);
		close_scene(&s);
	}
}
END_TEST

/* Nobody else reads it, and the user does, whatever the umask. */
START_TEST(modes)
{
	static const mode_t masks[] = { 0, 0022, 0077, 0777 };
	for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
		struct scene s;
		open_scene(&s);
		if (masks[i] & 0700)
			make_folder(&s);
		mode_t before = umask(masks[i]);
		int result = journal_message(s.journal, s.message);
		umask(before);
		ck_assert_int_eq(result, 0);
		ck_assert_uint_eq(mode_of(path_of(&s)), 0600);
		ck_assert_uint_eq(mode_of(s.dir), 0700);
		close_scene(&s);
	}
}
END_TEST

/* The file is not handed on to a program that is started. */
START_TEST(not_inherited)
{
	struct scene s;
	struct stat file, st;
	open_scene(&s);
	ck_assert_int_eq(journal_message(s.journal, s.message), 0);
	ck_assert_int_eq(stat(path_of(&s), &file), 0);
	int found = 0;
	for (int fd = 3; fd < 64; fd++) {
		if (fstat(fd, &st) != 0 || st.st_ino != file.st_ino || st.st_dev != file.st_dev)
			continue;
		found++;
		ck_assert_int_eq(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
		ck_assert_int_eq(fcntl(fd, F_GETFL) & O_APPEND, O_APPEND);
	}
	ck_assert_int_eq(found, 1);
	close_scene(&s);
}
END_TEST

/* No folder, no journal, and no word about it. */
START_TEST(none)
{
	struct log log = { 0 };
	struct message *m = message_new();
	struct journal *j = journal_new(NULL, NOW, &log);
	ck_assert_ptr_null(journal_id(j));
	ck_assert_int_eq(journal_message(j, m), 0);
	ck_assert_int_eq(journal_head(j, 1), 0);
	journal_free(j);
	journal_free(NULL);
	message_free(m);
	log_close(&log);
}
END_TEST

/* A disk that fills up: the torn line is taken back, it is told once, and the rest is quiet. */
START_TEST(full_disk)
{
	struct scene s;
	struct rlimit before, little = { 0 };
	open_scene(&s);
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(journal_message(s.journal, s.message), 0);
	char *whole = slurp(path_of(&s));
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	little = (struct rlimit){ strlen(whole) + 20, before.rlim_max };
	/* Check writes files of its own at each assertion: none while the limit holds. */
	int limited = setrlimit(RLIMIT_FSIZE, &little);
	int first = journal_message(s.journal, s.message);
	int second = journal_message(s.journal, s.message);
	int third = journal_head(s.journal, 1);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	ck_assert_int_eq(limited, 0);
	ck_assert_int_eq(first, -1);
	ck_assert_int_eq(second, -1);
	ck_assert_int_eq(third, -1);
	char *left = slurp(path_of(&s));
	ck_assert_str_eq(left, whole);
	ck_assert_int_eq(warnings(&s), 1);
	ck_assert_int_eq(warned_of(&s, "goes on without a journal"), 1);
	free(whole);
	free(left);
	close_scene(&s);
}
END_TEST

/* A disk that is full from the start leaves no stump of a file. */
START_TEST(full_at_once)
{
	for (rlim_t room = 0; room <= 20; room += 20) {
		struct scene s;
		struct rlimit before;
		open_scene(&s);
		signal(SIGXFSZ, SIG_IGN);
		ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
		setrlimit(RLIMIT_FSIZE, &(struct rlimit){ room, before.rlim_max });
		int result = journal_message(s.journal, s.message);
		setrlimit(RLIMIT_FSIZE, &before);
		ck_assert_int_eq(result, -1);
		ck_assert_int_eq(access(s.dir, F_OK), 0);
		ck_assert_int_eq(access(path_of(&s), F_OK), -1);
		close_scene(&s);
	}
}
END_TEST

/* Somebody removes the journal during the talk: told once, and not made anew. */
START_TEST(vanished)
{
	struct scene s;
	open_scene(&s);
	ck_assert_int_eq(journal_message(s.journal, s.message), 0);
	ck_assert_int_eq(unlink(path_of(&s)), 0);
	ck_assert_int_eq(rmdir(s.dir), 0);
	ck_assert_int_eq(journal_message(s.journal, s.message), -1);
	ck_assert_int_eq(journal_message(s.journal, s.message), -1);
	ck_assert_int_eq(warnings(&s), 1);
	ck_assert_int_eq(warned_of(&s, "it was removed"), 1);
	ck_assert_int_eq(access(s.dir, F_OK), -1);
	close_scene(&s);
}
END_TEST

/* A folder that cannot be made is told with its reason. */
START_TEST(no_folder)
{
	struct scene s;
	open_scene(&s);
	char *state = xasprintf("%s/state", s.root);
	close(open(state, O_CREAT | O_WRONLY, 0600));
	ck_assert_int_eq(journal_message(s.journal, s.message), -1);
	ck_assert_int_eq(journal_head(s.journal, 1), -1);
	ck_assert_int_eq(warnings(&s), 1);
	ck_assert_int_eq(warned_of(&s, strerror(ENOTDIR)), 1);
	ck_assert_int_eq(warned_of(&s, s.dir), 1);
	free(state);
	close_scene(&s);
}
END_TEST

/* A folder that may not be written to; root may write to any, so root becomes nobody for it. */
START_TEST(read_only)
{
	struct scene s;
	int root = geteuid() == 0;
	open_scene(&s);
	journal_free(s.journal);
	s.journal = journal_new(s.root, NOW, &s.log);
	ck_assert_int_eq(chmod(s.root, root ? 0555 : 0500), 0);
	if (root)
		ck_assert_int_eq(seteuid(NOBODY), 0);
	int result = journal_message(s.journal, s.message);
	if (root)
		ck_assert_int_eq(seteuid(0), 0);
	ck_assert_int_eq(chmod(s.root, 0700), 0);
	ck_assert_int_eq(result, -1);
	ck_assert_int_eq(warnings(&s), 1);
	ck_assert_int_eq(warned_of(&s, strerror(EACCES)), 1);
	close_scene(&s);
}
END_TEST

/* Two that write to one file do not cut each other's lines off: what another wrote stays. */
START_TEST(foreign_lines)
{
	struct scene s;
	open_scene(&s);
	ck_assert_int_eq(journal_message(s.journal, s.message), 0);
	FILE *other = fopen(path_of(&s), "a");
	ck_assert_ptr_nonnull(other);
	fputs("{\"type\":\"head\",\"id\":9}\n", other);
	fclose(other);
	ck_assert_int_eq(journal_head(s.journal, 1), 0);
	char *got = slurp(path_of(&s));
	ck_assert_ptr_nonnull(
		strstr(got, "\n{\"type\":\"head\",\"id\":9}\n{\"type\":\"head\",\"id\":1}\n"));
	free(got);
	close_scene(&s);
}
END_TEST

UNIT_MAIN("journal", lines, id, taken_id, modes, not_inherited, none, full_disk, full_at_once,
	vanished, no_folder, read_only, foreign_lines)
