/* SPDX-License-Identifier: MIT */
/* paths: where things are, and whether what is there may be trusted. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "config/paths.h"

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

/* Where an installed hobnob has its things; the build says otherwise. */
#ifndef PKGDATADIR
#define PKGDATADIR "/usr/local/share/hobnob"
#endif
#ifndef PKGLIBDIR
#define PKGLIBDIR "/usr/local/lib/hobnob"
#endif
#ifndef PLUGINDIR
#define PLUGINDIR PKGLIBDIR "/plugins"
#endif

#define NAME_ROOM 4096 /* for one entry of the user or group database */

/* The absolute path of the running program; without a /proc, as in a plain chroot, what it was started as. */
static char *own_program(int secure)
{
	char *path = realpath("/proc/self/exe", NULL);
	const char *started = (const char *)getauxval(AT_EXECFN);
	if (!path && started && !secure)
		path = realpath(started, NULL);
	return path ? path : xstrdup("hobnob");
}

/* The folder of a path: up to the last slash. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? xmemdup0(path, (size_t)(slash - path)) : xstrdup(".");
}

/* The build tree that the program runs from, uninstalled, or NULL: it has config.status and share/ beside it. */
static char *build_tree(const char *program)
{
	char *dir = folder_of(program), *slash = strrchr(dir, '/');
	if (slash && !strcmp(slash, "/.libs"))
		*slash = '\0';
	char *status = xasprintf("%s/config.status", dir),
	     *data = xasprintf("%s/share/defaults.yaml", dir);
	int is_build = !access(status, F_OK) && !access(data, F_OK);
	free(status);
	free(data);
	if (is_build)
		return dir;
	free(dir);
	return NULL;
}

/* hobnob's place below an XDG directory: of the variable if it is absolute, else below HOME; NULL without one. */
static char *xdg(int secure, const char *variable, const char *below_home, const char *leaf)
{
	const char *base = secure ? NULL : getenv(variable), *home = secure ? NULL : getenv("HOME");
	if (base && *base == '/')
		return xasprintf("%s/%s", base, leaf);
	if (home && *home == '/')
		return xasprintf("%s/%s/%s", home, below_home, leaf);
	return NULL;
}

/* Fills all. */
void paths_find(struct paths *p)
{
	*p = (struct paths){ .secure = getauxval(AT_SECURE) != 0 };
	p->program = own_program(p->secure);
	p->config = xdg(p->secure, "XDG_CONFIG_HOME", ".config", "hobnob/config.yaml");
	p->state = xdg(p->secure, "XDG_STATE_HOME", ".local/state", "hobnob");
	p->cache = xdg(p->secure, "XDG_CACHE_HOME", ".cache", "hobnob");
	char *build = build_tree(p->program);
	p->in_build = build != NULL;
	p->data = build ? xasprintf("%s/share", build) : xstrdup(PKGDATADIR);
	p->lib = build ? xasprintf("%s/core/net/.libs", build) : xstrdup(PKGLIBDIR);
	p->plugins = build ? xasprintf("%s/.libs", build) : xstrdup(PLUGINDIR);
	free(build);
}

/* Frees what paths_find made. */
void paths_free(struct paths *p)
{
	char *all[] = { p->program, p->config, p->state, p->cache, p->data, p->lib, p->plugins };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		free(all[i]);
	*p = (struct paths){ .program = NULL };
}

/* Says why a file was not read; -1. */
static int file_error(char **error, const char *path, const char *why)
{
	*error = xasprintf("%s: %s", path, why);
	return -1;
}

/* Reads what an open descriptor still has. */
char *file_read_open(int fd, size_t max, struct buf *out)
{
	char piece[16384];
	size_t total = 0;
	for (;;) {
		ssize_t n = read(fd, piece, sizeof piece);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return xstrdup(strerror(errno));
		if (n == 0)
			return NULL;
		total += (size_t)n;
		if (total > max || buf_add(out, piece, (size_t)n) < 0)
			return xasprintf("larger than %zu bytes", max);
	}
}

/* Reads a regular file. O_NONBLOCK, or a FIFO would keep us waiting in open(). */
int file_read(const char *path, size_t max, struct buf *out, char **error)
{
	struct stat st;
	int fd = eintr_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
	if (fd < 0)
		return file_error(error, path, strerror(errno));
	char *why = NULL;
	if (fstat(fd, &st) < 0)
		why = xstrdup(strerror(errno));
	else if (!S_ISREG(st.st_mode))
		why = xstrdup(S_ISDIR(st.st_mode) ? "is a directory" : "not a regular file");
	else
		why = file_read_open(fd, max, out);
	close(fd);
	if (!why)
		return 0;
	file_error(error, path, why);
	free(why);
	return -1;
}

/* Writes all of a text to a new file and closes it. 0, or -1 with errno. */
static int write_all(int fd, hn_str text, mode_t mode, int durable)
{
	int error = fchmod(fd, mode) != 0 ? errno : 0;
	while (text.n && !error) {
		ssize_t n = write(fd, text.p, text.n);
		if (n < 0)
			error = errno == EINTR ? 0 : errno;
		else
			text = (hn_str){ text.p + n, text.n - (size_t)n };
	}
	while (!error && durable && fsync(fd) != 0)
		error = errno == EINTR ? 0 : errno;
	/* Where a signal interrupts it the descriptor is closed all the same, and what was written is there. */
	if (close(fd) != 0 && !error && errno != EINTR)
		error = errno;
	errno = error;
	return error ? -1 : 0;
}

/* Removes what did not become whole; -1, errno kept. */
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
	return write_all(fd, text, mode, 1) ? remove_part(path) : 0;
}

/* Makes a file, or takes the place of one. */
int file_replace(const char *path, hn_str text, mode_t mode, int durable)
{
	char *beside = xasprintf("%s.XXXXXX", path);
	int fd = mkstemp(beside), failed = fd < 0;
	if (!failed && (write_all(fd, text, mode, durable) || rename(beside, path)))
		failed = remove_part(beside);
	int error = errno;
	free(beside);
	errno = error;
	return failed ? -1 : 0;
}

/* Makes one directory that may be there; what is made is 0700 whatever the umask. */
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

/* A user's name, or their number as text. */
static char *user_name(uid_t uid)
{
	struct passwd pw, *found = NULL;
	char room[NAME_ROOM];
	if (getpwuid_r(uid, &pw, room, sizeof room, &found) == 0 && found)
		return xstrdup(found->pw_name);
	return xasprintf("user %lu", (unsigned long)uid);
}

/* 1 if a group is the private one of that user: it bears their name, and has no member but them. */
static int is_private_group(gid_t gid, const char *user)
{
	struct group gr, *found = NULL;
	char room[NAME_ROOM];
	if (getgrgid_r(gid, &gr, room, sizeof room, &found) != 0 || !found ||
		strcmp(found->gr_name, user))
		return 0;
	for (char **member = found->gr_mem; *member; member++)
		if (strcmp(*member, user))
			return 0;
	return 1;
}

/* 1 if that user may put anything anywhere already: root, whoever runs the program, and its owner. */
static int is_trusted(uid_t uid, long owner)
{
	return uid == 0 || uid == geteuid() || (owner >= 0 && uid == (uid_t)owner);
}

/* Why a file or directory may not be trusted, or NULL. */
char *path_distrust(const char *path, long owner)
{
	struct stat st;
	if (stat(path, &st) < 0)
		return xasprintf("%s: %s", path, strerror(errno));
	char *user = NULL, *why = NULL;
	int ours = is_trusted(st.st_uid, owner);
	/* The system's databases are asked only where it matters: they may be slow, or elsewhere. */
	if (!ours || st.st_mode & S_IWGRP)
		user = user_name(st.st_uid);
	if (!ours)
		why = xasprintf("%s belongs to %s", path, user);
	else if (st.st_mode & S_IWOTH)
		why = xasprintf("%s is writable by everybody", path);
	else if ((st.st_mode & S_IWGRP) && !is_private_group(st.st_gid, user))
		why = xasprintf("%s is writable by a group of others (gid %lu)", path,
			(unsigned long)st.st_gid);
	free(user);
	return why;
}

/* 1 if a path stands somewhere below a folder of n bytes. */
static int is_below(const char *path, const char *folder, size_t n)
{
	return !strncmp(path, folder, n) && path[n] == '/';
}

/* Why one folder above may not be trusted, or NULL. What stands in a sticky one is moved by its owner and the folder's
 * alone; a group that root lets write was chosen by whoever runs the machine. */
static char *folder_distrust(const char *folder, long owner)
{
	struct stat st;
	if (stat(folder, &st) < 0)
		return xasprintf("%s: %s", folder, strerror(errno));
	const char *by = NULL;
	char *user = user_name(st.st_uid), *why = NULL;
	if (!is_trusted(st.st_uid, owner))
		why = xasprintf("%s above it belongs to %s: use another place", folder, user);
	else if (st.st_mode & S_ISVTX)
		by = NULL;
	else if (st.st_mode & S_IWOTH)
		by = "everybody";
	else if ((st.st_mode & S_IWGRP) && st.st_uid != 0 && !is_private_group(st.st_gid, user))
		by = "a group of others";
	free(user);
	return by ? xasprintf("%s above it is writable by %s: `chmod go-w %s`, or use another place", folder,
			    by, folder)
		  : why;
}

/* Goes up from a path to the root, or to a folder that holds the program. */
static char *above_distrust(char *folder, long owner, const char *program)
{
	char *why = NULL, *slash;
	while (!why && (slash = strrchr(folder, '/')) && slash != folder) {
		*slash = '\0';
		if (program && is_below(program, folder, (size_t)(slash - folder)))
			break;
		why = folder_distrust(folder, owner);
	}
	return why;
}

/* Why what stands above may not be trusted, or NULL: above what a path leads to, and above the links that lead there. */
char *path_distrust_above(const char *path, long owner, const char *program)
{
	char *real = realpath(path, NULL), *named = xstrdup(path);
	char *why = real ? above_distrust(real, owner, program) : xasprintf("%s: %s", path, strerror(errno));
	if (!why && *path == '/')
		why = above_distrust(named, owner, program);
	free(real);
	free(named);
	return why;
}

/* Looks at the nearest that is there. */
int path_is_missing(const char *path)
{
	int kept = errno, failed;
	struct stat st;
	char *at = xstrdup(path), *slash;

	while ((failed = lstat(at, &st)) != 0 && errno == ENOENT && (slash = strrchr(at, '/'))) {
		if (slash == at)
			slash++;
		*slash = '\0';
	}
	/* A relative path without a folder in it is looked for in one that is there. */
	int missing = failed ? errno == ENOENT && !strchr(at, '/')
			     : stat(at, &st) == 0 && S_ISDIR(st.st_mode);
	free(at);
	errno = kept;
	return missing;
}
