/* SPDX-License-Identifier: MIT */
/* eintr: system calls on files, retried when a signal interrupts them. */
#include "util/eintr.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

/* open(2). */
int eintr_open(const char *path, int flags, mode_t mode)
{
	int fd;
	do
		fd = open(path, flags, mode);
	while (fd < 0 && errno == EINTR);
	return fd;
}

/* openat(2) of a file that is there. */
int eintr_openat(int dir, const char *path, int flags)
{
	int fd;
	do
		fd = openat(dir, path, flags);
	while (fd < 0 && errno == EINTR);
	return fd;
}

/* opendir(3). */
DIR *eintr_opendir(const char *path)
{
	DIR *dir;
	do
		dir = opendir(path);
	while (!dir && errno == EINTR);
	return dir;
}

/* flock(2). */
int eintr_flock(int fd, int operation)
{
	int result;
	do
		result = flock(fd, operation);
	while (result != 0 && errno == EINTR);
	return result;
}

/* pread(2), again after less than was asked for. */
ssize_t eintr_pread(int fd, void *out, size_t n, off_t at)
{
	size_t have = 0;
	while (have < n) {
		ssize_t got = pread(fd, (char *)out + have, n - have, at + (off_t)have);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

/* write(2), again after less than was asked for. */
size_t eintr_write(int fd, const void *p, size_t n)
{
	size_t done = 0;
	while (done < n) {
		ssize_t put = write(fd, (const char *)p + done, n - done);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0) {
			errno = put < 0 ? errno : EIO;
			break;
		}
		done += (size_t)put; /* after a short write the next one reports why */
	}
	return done;
}

/* Anything else, a permission for instance, says that something may be there. */
int is_absence(int error)
{
	return error == ENOENT || error == ENOTDIR;
}
