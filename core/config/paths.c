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

void paths_free(struct paths *p)
{
	char *all[] = { p->program, p->config, p->state, p->cache, p->data, p->lib, p->plugins };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		free(all[i]);
	*p = (struct paths){ .program = NULL };
}

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
