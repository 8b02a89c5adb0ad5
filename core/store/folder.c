/* SPDX-License-Identifier: MIT */
/*
 * folder: the folder of the journals: finds, reads and removes conversations.
 *
 * Nothing here trusts the contents of the folder: an id is checked before it becomes a path, only
 * regular files are opened (a FIFO would make us wait, a link lead elsewhere), and a file that is
 * not a journal is neither read nor removed.
 */
#include "store/store_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "store/formats.h"
#include "store/journal_read.h"
#include "util/eintr.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/trust.h"

#define HEAD_BYTES 4096 /* of a file, to see what it is */
#define ID_MAX 64 /* bytes of an id; hobnob's own have 20 */

char *store_dir(const struct paths *paths)
{
	return paths->state ? xasprintf("%s/sessions", paths->state) : NULL;
}

/* Judges the folder by its mode. Its owner does not matter: access alone decides. */
int32_t store_dir_open(const char *dir, struct fault *f)
{
	struct stat st;
	if (stat(dir, &st) != 0 || !(st.st_mode & (S_IWGRP | S_IWOTH)))
		return 0;
	char *why = path_distrust(dir, (long)st.st_uid);
	if (!why)
		return 0;
	fault_set(f, HN_ERR_CONFIG, NULL, "%s, so others may remove conversations or plant some", why);
	fault_hint(f, "chmod go-w %s", dir);
	free(why);
	return HN_ERR_CONFIG;
}

void store_warn_open(const char *dir, struct log *log)
{
	struct fault f = { 0 };
	if (store_dir_open(dir, &f))
		log_warn_hint(log, f.hint, "%s", f.message);
	fault_free(&f);
}

char *store_path(const struct paths *paths, const char *id)
{
	return paths->state ? xasprintf("%s/sessions/%s" STORE_ENDING, paths->state, id) : NULL;
}

int store_is_id(const char *text)
{
	size_t n = strspn(text, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-");
	return n > 0 && n <= ID_MAX && text[n] == '\0';
}

char *store_id_of(const char *name)
{
	if (!format_ends(name, STORE_ENDING))
		return NULL;
	char *id = xmemdup0(name, strlen(name) - strlen(STORE_ENDING));
	if (store_is_id(id))
		return id;
	free(id);
	return NULL;
}

/* Says what is wrong with the folder; -1. */
static int folder_fault(const struct paths *paths, struct fault *f)
{
	if (paths->state)
		fault_set(f, HN_ERR_OUTPUT, NULL, "%s/sessions: %s", paths->state, strerror(errno));
	else
		fault_set(f, HN_ERR_CONFIG, NULL, "there is no place for conversations: HOME is not set");
	return -1;
}

int store_walk(const char *folder, int (*put)(void *ud, int dir, const char *name), void *ud, int *unread)
{
	DIR *dir = eintr_opendir(folder);
	struct dirent *entry;
	int result = 0;
	*unread = dir || (errno == ENOENT && path_is_missing(folder)) ? 0 : errno;
	if (!dir)
		return 0;
	for (errno = 0; result == 0 && (entry = readdir(dir)); errno = 0)
		if (entry->d_name[0] != '.')
			result = put(ud, dirfd(dir), entry->d_name);
	*unread = result == 0 ? errno : 0;
	closedir(dir);
	return result;
}

int store_files(const struct paths *paths, int (*put)(void *ud, int dir, const char *name),
	void *ud, struct fault *f)
{
	char *path = store_dir(paths);
	int unread = ENOENT, result = path ? store_walk(path, put, ud, &unread) : 0;
	free(path);
	errno = unread;
	return unread ? folder_fault(paths, f) : result;
}

/* 1 if a file begins as a journal does, 0 if not, -1 with errno. */
static int begins_well(int fd)
{
	char head[HEAD_BYTES];
	ssize_t n = eintr_pread(fd, head, sizeof head, 0);
	return n < 0 ? -1 : n > 0 && format_is_journal((hn_str){ head, (size_t)n });
}

/* What keeps an open file from being read as a journal: 0 if nothing does; *unread: errno if it is that.
 * One that does not begin well may be a journal whose first line is damaged: then it is read to see. */
static int32_t trouble_of(int fd, struct stat *st, int *unread, struct fault *f)
{
	struct conversation c;
	int32_t code = 0;
	int well = fstat(fd, st) != 0 ? -1 : S_ISREG(st->st_mode) ? begins_well(fd) : 0;
	*unread = well < 0 ? errno : 0;
	if (well < 0)
		return fault_set(f, HN_ERR_OUTPUT, NULL, "%s", strerror(*unread));
	if (!S_ISREG(st->st_mode))
		return fault_set(f, HN_ERR_OUTPUT, NULL, "not a regular file");
	if (well)
		return 0;
	code = journal_read(fd, &c, f);
	if (code)
		*unread = errno;
	else
		lseek(fd, 0, SEEK_SET);
	conversation_free(&c);
	return code;
}

int store_open(int dir, const char *name, struct stat *st, struct fault *f)
{
	int fd = eintr_openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	int unread = errno;
	if (fd < 0)
		fault_set(f, HN_ERR_OUTPUT, NULL, "%s",
			unread == ELOOP ? "it is a link" : strerror(unread));
	else if (!trouble_of(fd, st, &unread, f))
		return fd;
	if (fd >= 0)
		close(fd);
	errno = unread == ELOOP || is_absence(unread) ? 0 : unread;
	return -1;
}

/* Puts the file's name before the fault. -1, errno kept. */
static int name_file(const char *path, struct fault *f)
{
	int kept = errno;
	fault_name(f, path);
	errno = kept;
	return -1;
}

/* Opens the journal of a conversation. Its descriptor, or -1 with a fault. */
static int open_id(const struct paths *paths, const char *id, char **path, struct fault *f)
{
	struct stat st;
	*path = store_path(paths, id);
	if (!*path)
		return folder_fault(paths, f);
	int fd = store_open(AT_FDCWD, *path, &st, f);
	return fd < 0 ? name_file(*path, f) : fd;
}

int store_read(const struct paths *paths, const char *id, struct conversation *out, struct fault *f)
{
	char *path;
	conversation_init(out);
	int fd = open_id(paths, id, &path, f), result = -1;
	if (fd >= 0) {
		result = journal_read(fd, out, f);
		close(fd);
		if (result)
			name_file(path, f);
	}
	free(path);
	return result;
}

int store_bytes(const struct paths *paths, const char *id, struct buf *out, struct fault *f)
{
	char *path;
	int fd = open_id(paths, id, &path, f), result = -1;
	if (fd >= 0) {
		result = file_read_open(fd, BUF_NO_CAP, out, f) ? name_file(path, f) : 0;
		if (result && f)
			f->kind = HN_ERR_OUTPUT;
		close(fd);
	}
	free(path);
	return result;
}

/* Whoever talks in it holds the lock, so the lock is taken first. */
int store_remove(const struct paths *paths, const char *id, struct fault *f)
{
	char *path;
	int fd = open_id(paths, id, &path, f), result = -1;
	if (fd >= 0) {
		int locked = !eintr_flock(fd, LOCK_EX | LOCK_NB);
		if (!locked && errno == EWOULDBLOCK)
			fault_set(f, HN_ERR_OUTPUT, NULL, "%s: another hobnob is talking in it", id);
		else if (!locked || unlink(path))
			fault_set(f, HN_ERR_OUTPUT, NULL, "%s: %s", path, strerror(errno));
		else
			result = 0;
		close(fd);
	}
	free(path);
	return result;
}

/* ---- the one used last ---- */

struct dated {
	char *id;
	struct timespec used;
};
struct dates {
	struct dated *all;
	size_t n, cap;
	struct fault fault; /* why a file's date is unknown */
};

static int put_date(void *ud, int dir, const char *name)
{
	struct dates *dates = ud;
	struct stat st;
	char *id = store_id_of(name);
	int failed = id && fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0;
	if (failed && !is_absence(errno))
		fault_set(&dates->fault, HN_ERR_OUTPUT, NULL, "%s: %s", name, strerror(errno));
	if (!id || failed || !S_ISREG(st.st_mode)) {
		free(id);
		return dates->fault.kind ? -1 : 0;
	}
	dates->all = xgrow(dates->all, dates->n, &dates->cap, sizeof *dates->all);
	dates->all[dates->n++] = (struct dated){ id, st.st_mtim };
	return 0;
}

/* The later one first, of equally late ones the one that began later. */
static int compare_dates(const void *a, const void *b)
{
	const struct dated *x = a, *y = b;
	if (x->used.tv_sec != y->used.tv_sec)
		return x->used.tv_sec < y->used.tv_sec ? 1 : -1;
	if (x->used.tv_nsec != y->used.tv_nsec)
		return x->used.tv_nsec < y->used.tv_nsec ? 1 : -1;
	return strcmp(y->id, x->id);
}

/* 1 if there is a journal of that id in which somebody has answered; 0 if not; -1 with a fault if
 * that is unknown. */
static int is_answered(const struct paths *paths, const char *id, struct fault *f)
{
	char *path;
	int fd = open_id(paths, id, &path, f), answered = -1;
	if (fd >= 0) {
		answered = journal_is_answered(fd);
		if (answered < 0)
			fault_set(f, HN_ERR_OUTPUT, NULL, "%s: it cannot be read: %s", path,
				strerror(errno));
		close(fd);
	} else if (errno == 0) { /* not a journal */
		fault_free(f);
		answered = 0;
	}
	free(path);
	return answered;
}

/* Reports that a file makes it impossible to find the last conversation. */
static void no_last(struct fault *f)
{
	fault_hint(f, "cannot tell which conversation was used last; "
		      "`hobnob -r ID` continues one that you name");
}

/* The newest of them in which somebody has answered (allocated); NULL, with a fault if a newer one cannot be
 * read. */
static char *newest(const struct paths *paths, const struct dates *dates, struct fault *f)
{
	int answered = 0;
	for (size_t i = 0; i < dates->n && answered == 0; i++) {
		answered = is_answered(paths, dates->all[i].id, f);
		if (answered > 0)
			return xstrdup(dates->all[i].id);
	}
	if (answered < 0)
		no_last(f);
	return NULL;
}

/* As a rule this opens one file. */
char *store_last(const struct paths *paths, struct fault *f)
{
	struct dates dates = { 0 };
	char *id = NULL;
	int failed = store_files(paths, put_date, &dates, f);
	if (dates.n)
		qsort(dates.all, dates.n, sizeof *dates.all, compare_dates);
	if (!failed)
		id = newest(paths, &dates, f);
	if (dates.fault.kind) {
		fault_set(f, HN_ERR_OUTPUT, NULL, "%s/sessions/%s", paths->state, dates.fault.message);
		no_last(f);
	} else if (!id && !f->kind && dates.n) {
		fault_set(f, HN_ERR_USAGE, "`hobnob sessions list --all` lists the others",
			"there is no conversation yet that anybody answered");
	} else if (!id && !f->kind) {
		fault_set(f, HN_ERR_USAGE, "`hobnob` begins one", "there is no conversation yet");
	}
	for (size_t i = 0; i < dates.n; i++)
		free(dates.all[i].id);
	free(dates.all);
	fault_free(&dates.fault);
	return id;
}
