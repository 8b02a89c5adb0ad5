/* SPDX-License-Identifier: MIT */
/* file: files that are read whole, written whole, and the folders that they stand in. */
#include "util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/eintr.h"
#include "util/mem.h"

/* Reads what an open descriptor still has. */
int32_t file_read_open(int fd, size_t max, struct buf *out, struct fault *f)
{
	char piece[16384];
	size_t total = 0;
	for (;;) {
		ssize_t n = read(fd, piece, sizeof piece);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault_set(f, HN_ERR_CONFIG, NULL, "%s", strerror(errno));
		if (n == 0)
			return 0;
		total += (size_t)n;
		if (total > max || buf_add(out, piece, (size_t)n) < 0)
			return fault_set(f, HN_ERR_CONFIG, NULL, "larger than %zu bytes", max);
	}
}

/* Reads a regular file. O_NONBLOCK, or a FIFO would keep us waiting in open(). */
int32_t file_read(const char *path, size_t max, struct buf *out, struct fault *f)
{
	struct stat st;
	int32_t code;
	int fd = eintr_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
	if (fd < 0 || fstat(fd, &st) < 0)
		code = fault_set(f, HN_ERR_CONFIG, NULL, "%s", strerror(errno));
	else if (!S_ISREG(st.st_mode))
		code = fault_set(f, HN_ERR_CONFIG, NULL,
			S_ISDIR(st.st_mode) ? "is a directory" : "not a regular file");
	else
		code = file_read_open(fd, max, out, f);
	if (fd >= 0)
		close(fd);
	if (code)
		fault_name(f, path);
	return code;
}

/* Writes all of a text to a new file and closes it. 0, or -1 with errno. */
static int fill(int fd, hn_str text, mode_t mode, int durable)
{
	int error = fchmod(fd, mode) != 0 ? errno : 0;
	if (!error && eintr_write(fd, text.p, text.n) < text.n)
		error = errno;
	while (!error && durable && fsync(fd) != 0)
		error = errno == EINTR ? 0 : errno;
	/* After EINTR the descriptor is closed all the same, and the data is written. */
	if (close(fd) != 0 && !error && errno != EINTR)
		error = errno;
	errno = error;
	return error ? -1 : 0;
}

/* Removes an incomplete file; -1, errno kept. */
static int remove_part(const char *path)
{
	int error = errno;
	unlink(path);
	errno = error;
	return -1;
}

/* Makes a file. */
int file_create(const char *path, hn_str text, mode_t mode)
{
	int fd = eintr_open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	return fill(fd, text, mode, 1) ? remove_part(path) : 0;
}

/* Makes a file, or takes the place of one. */
int file_replace(const char *path, hn_str text, mode_t mode, int durable)
{
	char *beside = xasprintf("%s.XXXXXX", path);
	int fd = mkstemp(beside), failed = fd < 0;
	if (!failed && (fill(fd, text, mode, durable) || rename(beside, path)))
		failed = remove_part(beside);
	int error = errno;
	free(beside);
	errno = error;
	return failed ? -1 : 0;
}

/* Makes one directory, which may exist already; a new one is 0700 whatever the umask. */
static int make_one(const char *path)
{
	if (mkdir(path, 0700) == 0)
		return chmod(path, 0700);
	return errno == EEXIST ? 0 : -1;
}

/* Creates a directory and its parents. */
int dir_make(const char *path)
{
	char *copy = xstrdup(path);
	int rc = 0;
	for (char *slash = copy; rc == 0 && slash;) {
		slash = strchr(slash + 1, '/');
		if (slash)
			*slash = '\0';
		rc = make_one(copy);
		if (slash)
			*slash = '/';
	}
	struct stat st;
	if (rc == 0 && stat(path, &st) == 0 && !S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		rc = -1;
	}
	int saved = errno;
	free(copy);
	errno = saved;
	return rc;
}
