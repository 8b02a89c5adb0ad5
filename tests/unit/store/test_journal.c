/* SPDX-License-Identifier: MIT */
/* test_journal: what stands in the file, who may read it, how it is gone on with, and what happens
 * when it cannot be written. */
#include "../scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/journal.h"
#include "util/json.h"
#include "util/mem.h"

#define NOW INT64_C(1795408920456) /* 2026-11-23 04:42:00.456 UTC */
#define NOBODY 65534

/* A folder of the test's own, a journal below it, and where its warnings go. */
struct scene {
	struct scratch root;
	char dir[96], said[96];
	struct log log;
	struct journal *journal;
	struct message *message;
};

/* Sets the scene; the journal's folder does not exist yet. */
static void open_scene(struct scene *s)
{
	memset(s, 0, sizeof *s);
	scratch_open(&s->root);
	snprintf(s->dir, sizeof s->dir, "%s/state/sessions", s->root.dir);
	snprintf(s->said, sizeof s->said, "%s/said", s->root.dir);
	ck_assert_int_eq(log_open(&s->log, 0, s->said), 0);
	s->journal = journal_new(s->dir, NOW, &s->log);
	s->message = message_new();
	s->message->id = 1;
	s->message->role = HN_ROLE_USER;
	s->message->text = xstrdup("hi");
	s->message->n = 2;
	s->message->time_ms = 7;
}

/* Leaves nothing behind. */
static void close_scene(struct scene *s)
{
	journal_free(s->journal);
	message_free(s->message);
	log_close(&s->log);
	scratch_close(&s->root);
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
	char *state = xasprintf("%s/state", s->root.dir);
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
		"{\"hobnob\":\"journal\",\"version\":2,\"id\":\"%s\",\"created\":1795408920456}\n"
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
	ck_assert_int_eq(warned_of(&s, "continues without a journal"), 1);
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
	char *state = xasprintf("%s/state", s.root.dir);
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
	s.journal = journal_new(s.root.dir, NOW, &s.log);
	ck_assert_int_eq(chmod(s.root.dir, root ? 0555 : 0500), 0);
	if (root)
		ck_assert_int_eq(seteuid(NOBODY), 0);
	int result = journal_message(s.journal, s.message);
	if (root)
		ck_assert_int_eq(seteuid(0), 0);
	ck_assert_int_eq(chmod(s.root.dir, 0700), 0);
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

/* ---- going on ---- */

/* The path of the journal with that id; good until the next call. */
static const char *path_by_id(const struct scene *s, const char *which)
{
	static char path[192];
	snprintf(path, sizeof path, "%s/%s.jsonl", s->dir, which);
	return path;
}

/* Puts a journal "old" into the scene's folder. */
static void put_old(const struct scene *s, const char *text)
{
	FILE *f;
	if (access(s->dir, F_OK) != 0)
		make_folder(s);
	f = fopen(path_by_id(s, "old"), "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

/* What the journal with that id holds must be this. */
static void holds(const struct scene *s, const char *which, const char *want)
{
	char *got = slurp(path_by_id(s, which));
	ck_assert_ptr_nonnull(got);
	ck_assert_str_eq(got, want);
	free(got);
}

/* Goes on with "old" in place of the scene's journal; why it is a copy, or NULL. */
static const char *resume(struct scene *s, struct conversation *c)
{
	const char *copied = "x";
	struct fault f = { 0 };
	journal_free(s->journal);
	s->journal = journal_resume(s->dir, "old", NOW, &s->log, c, &copied, &f);
	ck_assert_msg(s->journal != NULL, "%s", f.message);
	return copied;
}

/* "old" cannot be gone on with; why. */
static const char *not_resumed(struct scene *s)
{
	static char why[256];
	const char *copied;
	struct fault f = { 0 };
	struct conversation c;
	ck_assert_ptr_null(journal_resume(s->dir, "old", NOW, &s->log, &c, &copied, &f));
	char *text = fault_text(&f);
	size_t n = strlen(path_by_id(s, "old"));
	ck_assert_int_eq(strncmp(text, path_by_id(s, "old"), n), 0);
	snprintf(why, sizeof why, "%s", text + n);
	free(text);
	fault_free(&f);
	conversation_free(&c);
	return why;
}

#define FIRST "{\"hobnob\":\"journal\",\"version\":1,\"id\":\"old\",\"created\":5}\n"
#define ONE                                                                                   \
	"{\"type\":\"message\",\"id\":1,\"role\":\"user\",\"state\":\"complete\",\"time\":7," \
	"\"text\":\"a\"}\n"
#define TWO                                                                                   \
	"{\"type\":\"message\",\"id\":2,\"role\":\"user\",\"state\":\"complete\",\"time\":7," \
	"\"text\":\"hi\"}\n"
#define HEAD "{\"type\":\"head\",\"id\":1}\n"
#define MARK "{\"type\":\"torn\"}\n"

/* The first line of a copy of "old" (allocated). */
static char *copy_header(const struct journal *j)
{
	return xasprintf("{\"hobnob\":\"journal\",\"version\":2,\"id\":\"%s\",\"created\":%lld,"
			 "\"forked_from\":\"old\"}\n",
		journal_id(j), (long long)NOW);
}

/* The scene's journal is a copy of "old": a first line of its own, and these lines. */
static void is_copy(const struct scene *s, const char *records)
{
	char *header = copy_header(s->journal);
	char *want = xasprintf("%s%s", header, records);
	holds(s, journal_id(s->journal), want);
	free(header);
	free(want);
}

/* It is gone on with in its own file; another umask's mode is mended. */
START_TEST(resumes)
{
	struct scene s;
	struct conversation c;
	open_scene(&s);
	put_old(&s, FIRST ONE);
	ck_assert_int_eq(chmod(path_by_id(&s, "old"), 0644), 0);
	ck_assert_ptr_null(resume(&s, &c));
	ck_assert_str_eq(journal_id(s.journal), "old");
	ck_assert_int_eq(journal_is_made(s.journal), 1);
	ck_assert_uint_eq(mode_of(path_by_id(&s, "old")), 0600);
	ck_assert_uint_eq(c.history.n, 1);
	s.message->id = 2;
	ck_assert_int_eq(journal_message(s.journal, s.message), 0);
	ck_assert_int_eq(journal_head(s.journal, 1), 0);
	holds(&s, "old", FIRST ONE TWO HEAD);
	conversation_free(&c);
	close_scene(&s);
}
END_TEST

/* A journal of version 1 stays one while what is added is text; older programs are to refuse it from the
 * first part on. One whose first line is written in another way is left as it is. */
START_TEST(raises_version)
{
#define FIRST_2 "{\"hobnob\":\"journal\",\"version\":2,\"id\":\"old\",\"created\":5}\n"
#define SPACED "{\"hobnob\": \"journal\", \"version\": 1}\n"
#define TWO_PART                                                                               \
	"{\"type\":\"message\",\"id\":2,\"role\":\"user\",\"state\":\"complete\",\"time\":7," \
	"\"text\":\"hi\",\"parts\":[{\"at\":2,\"type\":\"file\",\"data\":\"x\"}]}\n"
	static const char *const cases[][2] = { { FIRST, FIRST_2 }, { FIRST_2, FIRST_2 }, { SPACED, SPACED } };
	const hn_part part = { .type = HN_PART_FILE, .data = str_of("x") };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct scene s;
		struct conversation c;
		open_scene(&s);
		char *before = xasprintf("%s%s", cases[i][0], ONE);
		char *want = xasprintf("%s%s", cases[i][1], ONE TWO_PART HEAD);
		put_old(&s, before);
		ck_assert_ptr_null(resume(&s, &c));
		s.message->id = 2;
		message_add_part(s.message, &part, 2);
		ck_assert_int_eq(journal_message(s.journal, s.message), 0);
		ck_assert_int_eq(journal_head(s.journal, 1), 0);
		holds(&s, "old", want);
		free(before);
		free(want);
		conversation_free(&c);
		close_scene(&s);
	}
}
END_TEST

/* A torn end is ended and named together with the next record; what was whole but for its newline is
 * kept. */
START_TEST(resumes_torn)
{
	static const char *const ends[] = { "{\"type\":\"mess", TWO };
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		struct scene s;
		struct conversation c;
		open_scene(&s);
		char *text = xasprintf("%s%.*s", FIRST ONE, (int)strcspn(ends[i], "\n"), ends[i]);
		char *want = xasprintf("%s\n%s", text, MARK HEAD HEAD);
		put_old(&s, text);
		ck_assert_ptr_null(resume(&s, &c));
		ck_assert_uint_eq(c.history.n, 1 + i);
		conversation_free(&c);
		holds(&s, "old", text);
		ck_assert_int_eq(journal_head(s.journal, 1), 0);
		ck_assert_int_eq(journal_head(s.journal, 1), 0);
		holds(&s, "old", want);
		ck_assert_ptr_null(resume(&s, &c));
		ck_assert_uint_eq(c.reading.damaged, 0);
		ck_assert_uint_eq(c.history.n, 1 + i);
		ck_assert_uint_eq(c.history.n_view, 1);
		conversation_free(&c);
		free(text), free(want);
		close_scene(&s);
	}
}
END_TEST

/* While one writes, another one's records go to a copy; later they go to the file again. */
START_TEST(two_at_once)
{
	struct scene a, b;
	struct conversation c;
	open_scene(&a);
	open_scene(&b);
	put_old(&a, FIRST ONE);
	snprintf(b.dir, sizeof b.dir, "%s", a.dir);
	ck_assert_ptr_null(resume(&a, &c));
	conversation_free(&c);
	ck_assert_str_eq(resume(&b, &c), "another hobnob is talking in it");
	conversation_free(&c);
	ck_assert_str_ne(journal_id(b.journal), "old");
	ck_assert_int_eq(journal_is_made(b.journal), 0);
	ck_assert_int_eq(access(path_of(&b), F_OK), -1);
	/* What comes to the first after that does not come into the copy. */
	ck_assert_int_eq(journal_head(a.journal, 1), 0);
	a.message->id = 2;
	ck_assert_int_eq(journal_message(b.journal, a.message), 0);
	ck_assert_int_eq(journal_is_made(b.journal), 1);
	is_copy(&b, ONE TWO);
	holds(&a, "old", FIRST ONE HEAD);
	journal_free(a.journal);
	a.journal = NULL;
	ck_assert_ptr_null(resume(&b, &c));
	conversation_free(&c);
	close_scene(&b);
	close_scene(&a);
}
END_TEST

/* A new journal is locked from its first record on. */
START_TEST(locked_when_made)
{
	struct scene s;
	struct conversation c;
	const char *copied = NULL;
	struct fault f = { 0 };
	open_scene(&s);
	ck_assert_int_eq(journal_message(s.journal, s.message), 0);
	struct journal *other =
		journal_resume(s.dir, journal_id(s.journal), NOW, &s.log, &c, &copied, &f);
	ck_assert_str_eq(copied, "another hobnob is talking in it");
	journal_free(other);
	conversation_free(&c);
	close_scene(&s);
}
END_TEST

/* One that may only be read is copied; root may write to any, so root becomes nobody for it. */
START_TEST(only_read)
{
	struct scene s;
	struct conversation c;
	int root = geteuid() == 0;
	open_scene(&s);
	put_old(&s, FIRST ONE);
	ck_assert_int_eq(chmod(path_by_id(&s, "old"), 0400), 0);
	char *state = xasprintf("%s/state", s.root.dir);
	if (root) {
		ck_assert_int_eq(chown(path_by_id(&s, "old"), NOBODY, NOBODY), 0);
		ck_assert_int_eq(chown(s.dir, NOBODY, NOBODY), 0);
		ck_assert_int_eq(chown(state, NOBODY, NOBODY), 0);
		ck_assert_int_eq(chmod(s.root.dir, 0755), 0);
		ck_assert_int_eq(seteuid(NOBODY), 0);
	}
	const char *copied = NULL;
	struct fault f = { 0 };
	struct journal *j = journal_resume(s.dir, "old", NOW, &s.log, &c, &copied, &f);
	int result = j ? journal_head(j, 1) : -1;
	if (root)
		ck_assert_int_eq(seteuid(0), 0);
	ck_assert_msg(j != NULL, "%s", f.message);
	ck_assert_str_eq(copied, "it cannot be written");
	ck_assert_int_eq(result, 0);
	journal_free(s.journal);
	s.journal = j;
	is_copy(&s, ONE HEAD);
	holds(&s, "old", FIRST ONE);
	conversation_free(&c);
	free(state);
	close_scene(&s);
}
END_TEST

/* Another user's is read, and copied. */
START_TEST(another_users)
{
	struct scene s;
	struct conversation c;
	if (geteuid() != 0)
		return;
	open_scene(&s);
	put_old(&s, FIRST ONE);
	ck_assert_int_eq(chown(path_by_id(&s, "old"), NOBODY, NOBODY), 0);
	ck_assert_str_eq(resume(&s, &c), "it belongs to another user");
	conversation_free(&c);
	ck_assert_int_eq(journal_head(s.journal, 1), 0);
	is_copy(&s, ONE HEAD);
	holds(&s, "old", FIRST ONE);
	close_scene(&s);
}
END_TEST

/* What is no journal, or no file, is refused with its name and left as it is. */
START_TEST(refuses)
{
	struct scene s;
	open_scene(&s);
	make_folder(&s);
	ck_assert_str_eq(not_resumed(&s), ": No such file or directory");
	put_old(&s, "something else\n");
	ck_assert_str_eq(not_resumed(&s), ": not a hobnob journal");
	holds(&s, "old", "something else\n");
	put_old(&s, "{\"hobnob\":\"journal\",\"version\":3}\n");
	ck_assert_str_eq(not_resumed(&s),
		": it is a journal of version 3, which only a newer hobnob can read");
	char *other = xasprintf("%s/other", s.dir);
	ck_assert_int_eq(rename(path_by_id(&s, "old"), other), 0);
	ck_assert_int_eq(symlink(other, path_by_id(&s, "old")), 0);
	ck_assert_str_eq(not_resumed(&s), ": it is a symbolic link, and none is followed");
	unlink(path_by_id(&s, "old"));
	ck_assert_int_eq(mkdir(path_by_id(&s, "old"), 0700), 0);
	ck_assert_str_eq(not_resumed(&s), ": Is a directory");
	rmdir(path_by_id(&s, "old"));
	ck_assert_int_eq(mkfifo(path_by_id(&s, "old"), 0600), 0);
	ck_assert_str_eq(not_resumed(&s), ": not a regular file");
	free(other);
	close_scene(&s);
}
END_TEST

/* A copy has what was read: without a torn end, with a record that lacks its newline, without a first
 * line that is none, with one that is a record. */
START_TEST(copies_what_is_whole)
{
	static const char *const cases[][2] = {
		{ FIRST ONE "{\"type\":\"mes", ONE HEAD },
		{ FIRST ONE "{\"type\":\"x\"}", ONE "{\"type\":\"x\"}\n" HEAD },
		{ FIRST "dam\001ged\n" ONE, "dam\001ged\n" ONE HEAD },
		{ "damaged\n" ONE, ONE HEAD },
		{ ONE TWO, ONE TWO HEAD },
		{ FIRST, HEAD },
		{ "{\"hobnob\":\"journal\",\"version\":1,\"id\":\"old\"}", HEAD },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct scene s;
		struct conversation c;
		open_scene(&s);
		put_old(&s, cases[i][0]);
		int fd = open(path_by_id(&s, "old"), O_RDONLY);
		ck_assert_int_eq(flock(fd, LOCK_EX), 0);
		ck_assert_str_eq(resume(&s, &c), "another hobnob is talking in it");
		conversation_free(&c);
		ck_assert_int_eq(journal_head(s.journal, 1), 0);
		is_copy(&s, cases[i][1]);
		ck_assert_int_eq(journal_head(s.journal, 1), 0);
		holds(&s, "old", cases[i][0]);
		close(fd);
		close_scene(&s);
	}
}
END_TEST

/* A fork goes on in a file of its own, from the next record on; the first is left as it was, and free
 * for others. */
START_TEST(forks)
{
	struct scene s;
	struct conversation c;
	open_scene(&s);
	ck_assert_int_eq(journal_fork(s.journal, NOW), -1);
	put_old(&s, FIRST ONE "torn");
	ck_assert_ptr_null(resume(&s, &c));
	conversation_free(&c);
	ck_assert_int_eq(journal_fork(s.journal, NOW), 0);
	ck_assert_int_eq(journal_fork(s.journal, NOW), 0);
	ck_assert_int_eq(journal_is_made(s.journal), 0);
	ck_assert_int_eq(access(path_of(&s), F_OK), -1);
	int fd = open(path_by_id(&s, "old"), O_RDONLY);
	ck_assert_int_eq(flock(fd, LOCK_EX | LOCK_NB), 0);
	close(fd);
	ck_assert_int_eq(journal_head(s.journal, 1), 0);
	is_copy(&s, ONE HEAD);
	holds(&s, "old", FIRST ONE "torn");
	/* Once more, from the copy itself. */
	char *first = xstrdup(journal_id(s.journal)), *before = slurp(path_of(&s));
	ck_assert_int_eq(journal_fork(s.journal, NOW + 1000), 0);
	ck_assert_str_ne(journal_id(s.journal), first);
	s.message->id = 2;
	ck_assert_int_eq(journal_message(s.journal, s.message), 0);
	holds(&s, first, before);
	char *want =
		xasprintf("{\"hobnob\":\"journal\",\"version\":2,\"id\":\"%s\",\"created\":%lld,"
			  "\"forked_from\":\"%s\"}\n" ONE HEAD TWO,
			journal_id(s.journal), (long long)NOW + 1000, first);
	holds(&s, journal_id(s.journal), want);
	free(first), free(before), free(want);
	close_scene(&s);
}
END_TEST

/* A new journal is forked as one that was gone on with; a large one too, byte for byte. */
START_TEST(forks_large)
{
	struct scene s;
	open_scene(&s);
	char *text = xmalloc(300000);
	memset(text, 'x', 299999);
	text[299999] = '\0';
	free(s.message->text);
	s.message->text = text;
	s.message->n = 299999;
	ck_assert_int_eq(journal_message(s.journal, s.message), 0);
	char *before = slurp(path_of(&s));
	ck_assert_int_eq(journal_fork(s.journal, NOW), 0);
	ck_assert_int_eq(journal_head(s.journal, 1), 0);
	char *after = slurp(path_of(&s)), *records = strchr(before, '\n');
	ck_assert_uint_eq(strlen(strchr(after, '\n')), strlen(records) + strlen(HEAD));
	ck_assert_int_eq(strncmp(strchr(after, '\n'), records, strlen(records)), 0);
	ck_assert_str_eq(strchr(after, '\n') + strlen(records), HEAD);
	free(before), free(after);
	close_scene(&s);
}
END_TEST

/* A copy that does not fit leaves no stump, and the first as it was. */
START_TEST(full_while_copying)
{
	for (int room = 0; room < 3; room++) {
		static const size_t rooms[] = { 10, 150, 280 };
		struct scene s;
		struct conversation c;
		struct rlimit before;
		open_scene(&s);
		signal(SIGXFSZ, SIG_IGN);
		put_old(&s, FIRST ONE TWO);
		ck_assert_ptr_null(resume(&s, &c));
		conversation_free(&c);
		ck_assert_int_eq(journal_fork(s.journal, NOW), 0);
		ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
		setrlimit(RLIMIT_FSIZE, &(struct rlimit){ rooms[room], before.rlim_max });
		int result = journal_head(s.journal, 1);
		setrlimit(RLIMIT_FSIZE, &before);
		ck_assert_int_eq(result, -1);
		ck_assert_int_eq(access(path_of(&s), F_OK), -1);
		ck_assert_int_eq(journal_head(s.journal, 1), -1);
		ck_assert_int_eq(journal_fork(s.journal, NOW), -1);
		ck_assert_int_eq(journal_is_made(s.journal), 0);
		holds(&s, "old", FIRST ONE TWO);
		close_scene(&s);
	}
}
END_TEST

/* A system prompt is a record; none is an empty one. */
START_TEST(systems)
{
	struct scene s;
	open_scene(&s);
	ck_assert_int_eq(journal_is_made(s.journal), 0);
	ck_assert_int_eq(journal_text(s.journal, "system", str_of("Be \"brief\".\n")), 0);
	ck_assert_int_eq(journal_is_made(s.journal), 1);
	ck_assert_int_eq(journal_text(s.journal, "system", (hn_str){ NULL, 0 }), 0);
	char *got = slurp(path_of(&s));
	ck_assert_str_eq(strchr(got, '\n') + 1,
		"{\"type\":\"system\",\"text\":\"Be \\\"brief\\\".\\n\"}\n"
		"{\"type\":\"system\",\"text\":\"\"}\n");
	free(got);
	close_scene(&s);
}
END_TEST

/* Nothing is kept: nothing is forked either. */
START_TEST(none_to_fork)
{
	struct log log = { 0 };
	struct journal *j = journal_new(NULL, NOW, &log);
	ck_assert_int_eq(journal_fork(j, NOW), -1);
	ck_assert_int_eq(journal_is_made(j), 0);
	ck_assert_int_eq(journal_text(j, "system", str_of("x")), 0);
	journal_free(j);
	log_close(&log);
}
END_TEST

UNIT_MAIN("journal", lines, id, taken_id, modes, not_inherited, none, full_disk, full_at_once,
	vanished, no_folder, read_only, foreign_lines, resumes, raises_version, resumes_torn, two_at_once,
	locked_when_made, only_read, another_users, refuses, copies_what_is_whole, forks,
	forks_large, full_while_copying, systems, none_to_fork)
