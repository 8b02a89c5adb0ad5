/* SPDX-License-Identifier: MIT */
/* past: reads the history file of typed lines, appends to it, and sometimes shortens it. */
#include "past.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "util/eintr.h"
#include "util/file.h"

#define HEAD "hobnob-history 1\n"
#define HEAD_N (sizeof HEAD - 1)
#define LOCK_TRIES 20 /* 10 ms apart */

/* ---- trouble ---- */

/* Reports what went wrong, and saves nothing from now on. */
static void give_up(struct past *p, const char *why)
{
	snprintf(p->trouble, sizeof p->trouble, "what you type is not kept: %s: %s", p->path, why);
	free(p->path);
	p->path = NULL;
}

/* ---- the file ---- */

/* Locks the file, with a time limit. 0, or -1. */
static int lock(int fd)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };

	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return 0;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -1;
		nanosleep(&pause, NULL);
	}
	errno = EWOULDBLOCK;
	return -1;
}

/* 1 if the path still leads to the open file: nobody has replaced it. */
static int is_current(int fd, const char *path)
{
	struct stat mine, there;

	return fstat(fd, &mine) == 0 && stat(path, &there) == 0 && mine.st_ino == there.st_ino &&
	       mine.st_dev == there.st_dev;
}

/* Opens the current file and locks it; flags are those of open(2). A descriptor, or -1 with errno. */
static int open_locked(const char *path, int flags)
{
	for (int i = 0; i < LOCK_TRIES; i++) {
		int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
		if (fd < 0)
			return -1;
		if (lock(fd) == 0 && is_current(fd, path))
			return fd;
		int saved = errno;
		close(fd);
		errno = saved;
		if (saved == EWOULDBLOCK)
			return -1;
	}
	return -1;
}

/* Checks that it is hobnob's file and makes it readable for its owner alone, whatever the umask; an
 * empty file counts as ours. NULL, or why not. */
static const char *unfit(int fd, off_t *size)
{
	char head[HEAD_N];
	struct stat st;

	if (fstat(fd, &st))
		return strerror(errno);
	*size = st.st_size;
	if (!S_ISREG(st.st_mode))
		return "not a regular file";
	if (st.st_size &&
		(pread(fd, head, HEAD_N, 0) != (ssize_t)HEAD_N || memcmp(head, HEAD, HEAD_N) != 0))
		return "it is not a history that hobnob wrote; move it away";
	if ((st.st_mode & 0777) != 0600 && fchmod(fd, 0600))
		return strerror(errno);
	return NULL;
}

/* ---- entries ---- */

/* The entry as a line of the file; allocated, *n bytes, or NULL. */
static char *escape(const char *entry, size_t *n)
{
	char *line = malloc(strlen(entry) * 2 + 2), *to = line;

	for (; line && *entry; entry++) {
		const char *at = strchr("\\\n\r", *entry);
		if (at)
			*to++ = '\\';
		*to++ = at ? "\\nr"[at - "\\\n\r"] : *entry;
	}
	if (!line)
		return NULL;
	*to++ = '\n';
	*n = (size_t)(to - line);
	return line;
}

/* 1 if escape() can have written the line. */
static int is_entry(const char *line, size_t n)
{
	if (memchr(line, '\0', n) || n > PAST_ENTRY_MAX * 2)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (line[i] == '\\' && (++i == n || !strchr("\\nr", line[i])))
			return 0;
	return 1;
}

static void unescape(char *line)
{
	char *to = line;

	for (; *line; line++) {
		int escaped = *line == '\\';
		char c = line[escaped];
		*to++ = !escaped ? c : c == 'n' ? '\n' : c == 'r' ? '\r' : c;
		line += escaped;
	}
	*to = '\0';
}

/* The newest entries, each a piece of the file's text. */
struct entries {
	char **at; /* a ring */
	size_t n, cap;
	size_t damaged;
};

/* Splits the text into lines; a last one without its newline was cut off and is ignored. */
static void divide(struct entries *e, char *text, size_t n)
{
	char *end = text + n;

	for (char *newline; (newline = memchr(text, '\n', (size_t)(end - text)));
		text = newline + 1) {
		if (is_entry(text, (size_t)(newline - text)))
			e->at[e->n++ % e->cap] = text;
		else
			e->damaged++;
		*newline = '\0';
	}
	e->damaged += text < end;
}

static size_t kept(const struct entries *e)
{
	return e->n < e->cap ? e->n : e->cap;
}

static char *entry(const struct entries *e, size_t i)
{
	return e->at[(e->n - kept(e) + i) % e->cap];
}

/* The end of the file, from the beginning of a line; allocated, *n bytes, or NULL with errno. */
static char *read_end(int fd, off_t size, size_t *n)
{
	off_t from = (off_t)HEAD_N;

	if (size - from > (off_t)PAST_READ_MAX)
		from = size - (off_t)PAST_READ_MAX;
	char *text = malloc((size_t)(size - from) + 1);
	ssize_t got = text ? pread(fd, text, (size_t)(size - from), from) : -1;
	if (got < 0) {
		free(text);
		return NULL;
	}
	*n = (size_t)got;
	char *newline = from > (off_t)HEAD_N ? memchr(text, '\n', *n) : NULL;
	if (newline) {
		*n -= (size_t)(newline + 1 - text);
		memmove(text, newline + 1, *n);
	}
	return text;
}

/* ---- shortening ---- */

/* Writes the entries to a new file. 0, or -1. */
static int write_entries(int fd, const struct entries *e)
{
	FILE *f = fdopen(fd, "w");

	if (!f) {
		close(fd);
		return -1;
	}
	fputs(HEAD, f);
	for (size_t i = 0; i < kept(e); i++)
		fprintf(f, "%s\n", entry(e, i));
	int failed = ferror(f) || fchmod(fd, 0600);
	return fclose(f) || failed ? -1 : 0;
}

/* Replaces the old file, whose lock we hold, with a file of the newest entries; on failure the old
 * one stays. */
static void shorten(struct past *p, const struct entries *e)
{
	char *path = NULL;
	int fd = asprintf(&path, "%s.XXXXXX", p->path) < 0 ? -1 : mkostemp(path, O_CLOEXEC);

	if (fd >= 0 && (write_entries(fd, e) || rename(path, p->path)))
		unlink(path);
	free(path);
}

/* ---- public functions ---- */

void past_open(struct past *p, hn_str folder, size_t most)
{
	*p = (struct past){ .most = most };
	if (!folder.n || !most)
		return;
	p->folder = strndup(folder.p, folder.n);
	if (!p->folder || asprintf(&p->path, "%s/history", p->folder) < 0)
		p->path = NULL;
}

static void put_all(
	struct past *p, const struct entries *e, void (*put)(void *ud, const char *entry), void *ud)
{
	for (size_t i = 0; i < kept(e); i++) {
		unescape(entry(e, i));
		put(ud, entry(e, i));
	}
	if (e->damaged)
		snprintf(p->trouble, sizeof p->trouble, "%s: %zu damaged line%s dropped", p->path,
			e->damaged, e->damaged == 1 ? " is" : "s are");
}

static void read_file(
	struct past *p, int fd, off_t size, void (*put)(void *ud, const char *entry), void *ud)
{
	size_t n = 0;
	char *text = size ? read_end(fd, size, &n) : NULL;
	struct entries e = { .cap = p->most < n ? p->most : n + 1 };

	e.at = text ? calloc(e.cap, sizeof *e.at) : NULL;
	if (e.at) {
		divide(&e, text, n);
		if (e.n / 2 >= p->most || size > (off_t)PAST_READ_MAX || e.damaged)
			shorten(p, &e);
		put_all(p, &e, put, ud);
	} else if (size) {
		give_up(p, strerror(errno));
	}
	free(e.at);
	free(text);
}

void past_read(struct past *p, void (*put)(void *ud, const char *entry), void *ud)
{
	off_t size = 0;

	if (!p->path)
		return;
	int fd = open_locked(p->path, O_RDONLY);
	if (fd < 0) {
		if (errno != ENOENT && errno != EWOULDBLOCK)
			give_up(p, strerror(errno));
		return;
	}
	const char *why = unfit(fd, &size);
	if (why)
		give_up(p, why);
	else
		read_file(p, fd, size, put, ud);
	close(fd);
}

/* Appends one line, after a newline if the last one was cut off. 0, or -1 with errno. */
static int append(int fd, off_t size, const char *line, size_t n)
{
	char last = '\n';

	if (size == 0 && eintr_write(fd, HEAD, HEAD_N) < HEAD_N)
		return -1;
	if (size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != '\n' && eintr_write(fd, "\n", 1) < 1)
		return -1;
	return eintr_write(fd, line, n) < n ? -1 : 0;
}

static void add_line(struct past *p, int fd, const char *line, size_t n)
{
	off_t size = 0;
	const char *why = unfit(fd, &size);

	if (!why && append(fd, size, line, n)) {
		why = strerror(errno);
		if (ftruncate(fd, size)) /* the part that was written stays, as a damaged line */
			why = strerror(errno);
	}
	if (why)
		give_up(p, why);
}

void past_add(struct past *p, const char *text)
{
	size_t n = 0;

	if (!p->path || strlen(text) > PAST_ENTRY_MAX)
		return;
	char *line = escape(text, &n);
	if (!line)
		return;
	int fd = open_locked(p->path, O_RDWR | O_CREAT | O_APPEND);
	if (fd < 0 && errno == ENOENT) {
		dir_make(p->folder);
		fd = open_locked(p->path, O_RDWR | O_CREAT | O_APPEND);
	}
	if (fd >= 0)
		add_line(p, fd, line, n);
	else if (errno != EWOULDBLOCK)
		give_up(p, strerror(errno));
	if (fd >= 0)
		close(fd);
	free(line);
}

void past_close(struct past *p)
{
	free(p->folder);
	free(p->path);
	*p = (struct past){ .most = 0 };
}
