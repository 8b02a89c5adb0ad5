/* SPDX-License-Identifier: MIT */
/*
 * search: the path of plugins, and the files on it.
 *
 * The first file of a name wins, even if it may not be loaded: hobnob reports a plugin that
 * somebody put first and that is rejected, and does not silently take the next one.
 */
#include "plugin/search.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plugin/look.h"
#include "util/eintr.h"
#include "util/mem.h"
#include "util/nearest.h"
#include "util/text.h"
#include "util/trust.h"

struct dir {
	char *path;
	char *file;    /* the only one of it that counts; NULL: all do */
	char *refused; /* why nothing in it may be loaded, or NULL */
	dev_t dev;
	ino_t ino;
};

struct search {
	struct dir *dirs; /* the path, those that are not there included */
	size_t n_dirs, cap_dirs;
	struct found *found;
	size_t n, cap;
	long owner; /* of the running program, -1 if that is unknown */
	char *program; /* absolute path of the running program, or NULL */
	int scanned;
	struct log *log;
};

/* ---- the path ---- */

/* 1 if the directory is on the path already, by another name or the same. */
static int dir_known(const struct search *s, const struct stat *st)
{
	for (size_t i = 0; i < s->n_dirs; i++)
		if (s->dirs[i].dev == st->st_dev && s->dirs[i].ino == st->st_ino && s->dirs[i].ino)
			return 1;
	return 0;
}

/* An entry as an absolute path without slashes at its end (allocated); base: the folder that a relative one
 * counts from, or NULL. NULL if it is not absolute. */
static char *absolute(hn_str entry, const char *base)
{
	while (entry.n > 1 && entry.p[entry.n - 1] == '/')
		entry.n--;
	if (entry.n && entry.p[0] == '/')
		return str_dup(entry);
	if (!entry.n || !base)
		return NULL;
	while (entry.n > 1 && entry.p[0] == '.' && entry.p[1] == '/')
		entry = (hn_str){ entry.p + 2, entry.n - 2 };
	return str_is(entry, ".") ? xstrdup(base) : xasprintf("%s/%.*s", base, (int)entry.n, entry.p);
}

static int is_plugin_name(const char *file)
{
	size_t n = strlen(file);
	return file[0] != '.' && n > 3 && !strcmp(file + n - 3, ".so");
}

/* Makes an entry that is not a folder the only file of its folder; 0 if it cannot be a plugin. */
static int dir_cut(struct dir *d)
{
	char *slash = strrchr(d->path, '/');
	if (!is_plugin_name(slash + 1))
		return 0;
	d->file = xstrdup(slash + 1);
	slash[slash == d->path] = '\0';
	return 1;
}

/* Why nothing in a folder may be loaded, or NULL. */
static char *folder_distrust(const char *path, long owner, const char *program)
{
	char *why = path_distrust(path, owner);
	return why ? why : path_distrust_above(path, owner, program);
}

/* Judges what is on the path; 0 if it is there already, or cannot be a plugin. */
static int dir_look(const struct search *s, struct dir *d, const struct stat *st, const char *from)
{
	if (dir_known(s, st))
		return 0;
	if (!S_ISDIR(st->st_mode) && !dir_cut(d)) {
		log_warn(s->log, "%s: %s is neither a folder nor a file NAME.so: skipped", from, d->path);
		return 0;
	}
	d->dev = st->st_dev;
	d->ino = st->st_ino;
	d->refused = folder_distrust(d->path, s->owner, s->program);
	return 1;
}

/* Puts one folder or file at the end of the path. Only one that was typed, and so has a base, has to be there. */
static void dir_add(struct search *s, hn_str entry, const char *from, const char *base)
{
	struct dir d = { .path = absolute(entry, base) };
	struct stat st;
	if (!d.path) {
		log_warn(s->log, "%s: \"%.*s\" is not an absolute path: skipped", from,
			(int)entry.n, entry.p);
		return;
	}
	int there = !stat(d.path, &st);
	if (there && !dir_look(s, &d, &st, from)) {
		free(d.path);
		return;
	}
	if (!there && base)
		log_warn_hint(s->log, "name a folder, or a file NAME.so", "%s: %s: %s", from, d.path, strerror(errno));
	s->dirs = xgrow(s->dirs, s->n_dirs, &s->cap_dirs, sizeof *s->dirs);
	s->dirs[s->n_dirs++] = d;
}

/* Puts each entry of PATH[:PATH] on the path; NULL or empty adds nothing. */
static void path_add(struct search *s, const char *list, const char *from, const char *base)
{
	if (!list || !*list)
		return;
	for (;;) {
		size_t n = strcspn(list, ":");
		dir_add(s, (hn_str){ list, n }, from, base);
		if (!list[n])
			return;
		list += n + 1;
	}
}

/* Puts what the command line names on the path: there a relative entry counts from the working directory. */
static void path_add_typed(struct search *s, const char *list)
{
	char *cwd = list ? getcwd(NULL, 0) : NULL;
	path_add(s, list, "--plugin-path", cwd);
	free(cwd);
}

/* $XDG_DATA_HOME/hobnob/plugins, or its default below HOME. */
char *search_user_folder(void)
{
	const char *base = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
	if (base && base[0] == '/')
		return xasprintf("%s/hobnob/plugins", base);
	return home && home[0] == '/' ? xasprintf("%s/.local/share/hobnob/plugins", home) : NULL;
}

static void path_add_user(struct search *s)
{
	char *dir = search_user_folder();
	if (dir)
		dir_add(s, str_of(dir), "XDG_DATA_HOME", NULL);
	free(dir);
}

/* The plugins of whoever runs the machine. */
static void path_add_local(struct search *s, const struct paths *paths)
{
	if (paths->local_plugins)
		dir_add(s, str_of(paths->local_plugins), "the machine's plugins", NULL);
}

/* The owner of the running program, or -1. */
static long program_owner(const struct paths *paths)
{
	struct stat st;
	return paths->program && !stat(paths->program, &st) ? (long)st.st_uid : -1;
}

char *search_distrust(const struct paths *paths, const char *folder)
{
	return folder_distrust(folder, program_owner(paths), paths->program);
}

struct search *search_new(
	const struct paths *paths, const char *cli_path, const char *env_path, struct log *log)
{
	struct search *s = xcalloc(1, sizeof *s);
	s->log = log;
	s->owner = program_owner(paths);
	s->program = paths->program ? xstrdup(paths->program) : NULL;
	path_add_typed(s, cli_path);
	if (!paths->secure) {
		path_add(s, env_path, "HOBNOB_PLUGIN_PATH", NULL);
		path_add_user(s);
	}
	if (paths->local_first)
		path_add_local(s, paths);
	if (paths->plugins)
		dir_add(s, str_of(paths->plugins), "the program's own plugins", NULL);
	if (!paths->local_first)
		path_add_local(s, paths);
	return s;
}

void search_free(struct search *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n_dirs; i++) {
		free(s->dirs[i].path);
		free(s->dirs[i].file);
		free(s->dirs[i].refused);
	}
	for (size_t i = 0; i < s->n; i++) {
		free(s->found[i].name);
		free(s->found[i].path);
		free(s->found[i].refused);
	}
	free(s->dirs);
	free(s->found);
	free(s->program);
	free(s);
}

/* ---- finding ---- */

/* Index of the first file of that name, or -1. */
static int find(const struct search *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->found[i].name, name))
			return (int)i;
	return -1;
}

/* Takes one file of a directory into the list, unless it stands there: a folder may hold a file that was named. */
static void found_add(struct search *s, const struct dir *dir, const char *file)
{
	struct found f = {
		.name = xmemdup0(file, strlen(file) - strlen(".so")),
		.path = xasprintf("%s/%s", dir->path, file),
	};
	f.shadowed_by = find(s, f.name);
	if (f.shadowed_by >= 0 && !strcmp(s->found[f.shadowed_by].path, f.path)) {
		free(f.name);
		free(f.path);
		return;
	}
	if (dir->refused)
		f.refused = xasprintf("its directory may not be trusted: %s", dir->refused);
	else
		f.refused = look_trust(f.path, f.name, s->owner, s->program);
	s->found = xgrow(s->found, s->n, &s->cap, sizeof *s->found);
	s->found[s->n++] = f;
}

/* scandir's filter: what may be meant as a plugin. */
static int is_plugin_file(const struct dirent *entry)
{
	return is_plugin_name(entry->d_name);
}

/* scandir's order: by bytes, whatever the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void scan_dir(struct search *s, const struct dir *d)
{
	struct dirent **files;
	int n = scandir(d->path, &files, is_plugin_file, by_name);
	for (int k = 0; k < n; k++) {
		found_add(s, d, files[k]->d_name);
		free(files[k]);
	}
	if (n >= 0)
		free(files);
	else if (!is_absence(errno))
		log_warn(s->log, "%s: %s: plugins in it are not found", d->path, strerror(errno));
}

/* Reads the path, once. */
static void scan(struct search *s)
{
	if (s->scanned)
		return;
	s->scanned = 1;
	for (size_t i = 0; i < s->n_dirs; i++)
		if (s->dirs[i].file)
			found_add(s, &s->dirs[i], s->dirs[i].file);
		else
			scan_dir(s, &s->dirs[i]);
}

size_t search_list(struct search *s, struct found **out)
{
	scan(s);
	*out = s->found;
	return s->n;
}

int search_find(struct search *s, const char *name)
{
	scan(s);
	return find(s, name);
}

/* ---- what is not there ---- */

/* A file libNAME.so, as some tools to build write it: says how it has to be called. */
static void add_lib_file(const struct search *s, const char *name, struct buf *out)
{
	char *lib = xasprintf("lib%s", name);
	int i = find(s, lib);
	if (i >= 0) {
		buf_adds(out, "; ");
		text_add_safe(out, str_of(s->found[i].path), HN_TEXT_LINE);
		buf_addf(out, " is there: its file must be called %s.so", name);
	}
	free(lib);
}

/* Appends where was looked. */
static void add_places(const struct search *s, struct buf *out)
{
	for (size_t i = 0; i < s->n_dirs; i++) {
		const struct dir *d = &s->dirs[i];
		char *place = xasprintf("%s%s%s", d->path, d->file ? "/" : "", d->file ? d->file : "");
		buf_adds(out, i ? ", " : "looked in ");
		text_add_safe(out, str_of(place), HN_TEXT_LINE);
		free(place);
	}
}

void search_missed(struct search *s, const char *name, struct fault *f)
{
	struct nearest near = NEAREST(str_of(name));
	struct buf out = BUF(BUF_NO_CAP), looked = BUF(BUF_NO_CAP);
	scan(s);
	for (size_t i = 0; i < s->n; i++)
		if (!s->found[i].refused)
			nearest_offer(&near, s->found[i].name);
	buf_adds(&out, "no plugin is called \"");
	text_add_safe(&out, str_of(name), HN_TEXT_LINE);
	buf_adds(&out, "\"");
	size_t plain = out.n;
	add_lib_file(s, name, &out);
	if (out.n == plain)
		nearest_add(&near, "", &out);
	add_places(s, &looked);
	fault_set(f, HN_ERR_CONFIG, looked.p, "%s", out.p);
	buf_free(&out);
	buf_free(&looked);
}
