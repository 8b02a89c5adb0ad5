/* SPDX-License-Identifier: MIT */
/* doctor_files: the program, the journal and the terminal. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "cli/doctor.h"

#include <errno.h>
#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "store/store.h"
#include "util/mem.h"

#ifndef PACKAGE_VERSION
#error "the build passes PACKAGE_VERSION"
#endif

#define MIB (1024.0 * 1024)
#define ROOM_LEAST 1 /* MiB that a journal should find */

/* ---- the program ---- */

void doctor_program(struct doctor *d)
{
	const struct paths *p = &d->rt->paths;
	char *choices = xasprintf("%s/defaults.yaml", p->data);
	int whole = !access(choices, R_OK);
	found(d, 1, "version", "%s (plugin ABI %u.%u)", PACKAGE_VERSION, HN_ABI_MAJOR,
		HN_ABI_MINOR);
	found(d, 1, "program", "%s (%s)", p->program,
		p->in_build ? "in its build tree" : "installed");
	found(d, whole, "data", "%s", p->data);
	if (!whole)
		problem(d, HN_ERR_CONFIG, "install hobnob whole: `make install`", "%s: %s", choices,
			strerror(errno));
	free(choices);
}

/* ---- the journal ---- */

/* The nearest directory above that is there; cuts the path to it. */
static void cut_to_existing(char *path)
{
	char *slash;
	while (access(path, F_OK) && (slash = strrchr(path, '/')) && slash != path)
		*slash = '\0';
}

/* Why nothing can be made in a folder, or NULL. */
static const char *folder_fault(const char *path)
{
	struct stat st;
	if (!stat(path, &st) && !S_ISDIR(st.st_mode))
		return strerror(ENOTDIR);
	return access(path, W_OK | X_OK) ? strerror(errno) : NULL;
}

/* Whether the folder is writable; there: the existing part of its path. 1 if so. */
static int look_folder(struct doctor *d, const char *dir, const char *there)
{
	const char *why = folder_fault(there);
	found(d, !why, "folder", "%s%s", dir,
		why                       ? ": cannot be written to"
		: strcmp(there, dir) != 0 ? " (made when first needed)"
					  : "");
	if (why)
		problem(d, HN_ERR_CONFIG,
			"make it a folder of yours, or turn the journal off: journal=false",
			"%s: %s", there, why);
	struct fault f = { 0 };
	if (store_dir_open(dir, &f))
		problem_fault(d, &f, NULL);
	return !why;
}

static void look_room(struct doctor *d, const char *there)
{
	struct statvfs fs;
	if (statvfs(there, &fs))
		return;
	double room = (double)fs.f_bavail * (double)fs.f_frsize / MIB;
	int64_t tenths = (int64_t)(room * 10);
	if (tenths < 1000)
		found(d, room >= ROOM_LEAST, "free", "%d.%d MiB", (int)tenths / 10,
			(int)tenths % 10);
	else
		found(d, 1, "free", "%" PRId64 " MiB", tenths / 10);
	if (room < ROOM_LEAST)
		problem(d, HN_ERR_CONFIG, "make room, or turn the journal off: journal=false",
			"%s: the disk is full", there);
}

/* How many conversations there are, and which are not whole. */
static void look_kept(struct doctor *d)
{
	struct kept_list list = { NULL, 0 };
	struct buf odd = BUF(BUF_NO_CAP);
	struct fault f = { 0 };
	size_t damaged = 0, first;
	if (store_list(&d->rt->paths, &list, &odd, &f)) {
		f.kind = HN_ERR_CONFIG;
		problem_fault(d, &f, "look who it belongs to, and its mode");
		return;
	}
	for (size_t i = 0; i < list.n; i++)
		damaged += list.all[i].damaged > 0;
	found(d, 1, "conversations", "%zu, %zu of them damaged", list.n, damaged);
	if (odd.n) {
		first = strcspn(odd.p, "\n");
		found(d, 1, "no journals", "%.*s%s", (int)first, odd.p,
			first + 1 < odd.n ? "; and others" : "");
	}
	kept_list_free(&list);
	buf_free(&odd);
}

/* Where conversations are kept; those that there are, whether more are kept or not. */
void doctor_journal(struct doctor *d)
{
	char *dir = store_dir(&d->rt->paths);
	if (!dir) {
		found(d, 1, "kept", "no: HOME is not set");
		return;
	}
	char *there = xstrdup(dir);
	cut_to_existing(there);
	int ok = 1;
	if (!setting_bool(d->rt->settings, S_JOURNAL))
		found(d, 1, "kept", "no: journal is off");
	else if ((ok = look_folder(d, dir, there)))
		look_room(d, there);
	if (ok)
		look_kept(d);
	free(there);
	free(dir);
}

/* ---- the terminal ---- */

static const char *locale_name(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = getenv(names[i]);
		if (value && *value)
			return value;
	}
	return "C";
}

/* The charset, and whether the locale that was asked for is there. */
static void look_locale(struct doctor *d)
{
	locale_t asked = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	int there = asked != (locale_t)0;
	if (!there)
		asked = newlocale(LC_CTYPE_MASK, "C", (locale_t)0);
	const char *name = locale_name(), *charset = nl_langinfo_l(CODESET, asked);
	found(d, there, "locale", "%s, charset %s%s", name, charset,
		strcmp(charset, "UTF-8") ? ": other characters than ASCII may not be shown" : "");
	if (!there)
		problem(d, HN_ERR_CONFIG, "`locale -a` lists what there is: set LC_ALL to one",
			"the locale \"%s\" is not installed", name);
	freelocale(asked);
}

void doctor_terminal(struct doctor *d)
{
	static const char *const names[] = { "stdin", "stdout", "stderr" };
	const char *term = getenv("TERM");
	struct winsize size;
	struct buf ttys = BUF(BUF_NO_CAP);
	int fd = -1;
	for (int i = 0; i < 3; i++) {
		if (!isatty(i))
			continue;
		buf_addf(&ttys, "%s%s", ttys.n ? ", " : "", names[i]);
		fd = i;
	}
	found(d, 1, "terminal", "%s", ttys.n ? ttys.p : "none of stdin, stdout and stderr");
	found(d, 1, "TERM", "%s", term && *term ? term : "not set");
	if (fd >= 0 && !ioctl(fd, TIOCGWINSZ, &size))
		found(d, 1, "size", "%u columns, %u lines", size.ws_col, size.ws_row);
	look_locale(d);
	buf_free(&ttys);
}
