/* SPDX-License-Identifier: MIT */
/* trust: whether what is at a path may be trusted, by who may write there. */
#include "util/trust.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/mem.h"

#define NAME_ROOM 4096 /* for one entry of the user or group database */

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
	/* Asks the system's databases only where it matters: they may be slow, or remote. */
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
	char *user = NULL, *why = NULL;
	int ours = is_trusted(st.st_uid, owner);
	/* as above: only where it matters */
	if (!ours || (st.st_mode & S_IWGRP && st.st_uid != 0 && !(st.st_mode & S_ISVTX)))
		user = user_name(st.st_uid);
	if (!ours)
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

/* Walks up from a path to the root, or to a folder that holds the program. */
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
	/* A relative path without a folder is looked up in the working directory. */
	int missing = failed ? errno == ENOENT && !strchr(at, '/')
			     : stat(at, &st) == 0 && S_ISDIR(st.st_mode);
	free(at);
	errno = kept;
	return missing;
}
