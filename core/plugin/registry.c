/* SPDX-License-Identifier: MIT */
/*
 * registry: find plugins on the path, check their files, load them, list them.
 *
 * The first file of a name wins, even if it may not be loaded: hobnob reports a plugin that
 * somebody put first and that is rejected, and does not silently take the next one. What was loaded
 * stays loaded until the process ends: libraries such as readline have memory and exit handlers,
 * which would outlive their code.
 */
#include "plugin/registry.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plugin/look.h"
#include "plugin/probe.h"
#include "util/eintr.h"
#include "util/mem.h"
#include "util/nearest.h"
#include "util/text.h"
#include "util/trust.h"

#define PROBE_MS 2000 /* for each file */

struct dir {
	char *path;
	char *file;    /* the only one of it that counts; NULL: all do */
	char *refused; /* why nothing in it may be loaded, or NULL */
	dev_t dev;
	ino_t ino;
};

struct registry {
	struct dir *dirs; /* the path, those that are not there included */
	size_t n_dirs, cap_dirs;
	struct found *found;
	size_t n, cap;
	struct plugin **loaded;
	size_t n_loaded, cap_loaded;
	long owner; /* of the running program, -1 if that is unknown */
	char *program; /* absolute path of the running program, or NULL */
	int scanned, probed;
	struct log *log;
	pthread_mutex_t lock; /* for all that is found and loaded later */
};

/* ---- the path ---- */

/* 1 if the directory is on the path already, by another name or the same. */
static int dir_known(const struct registry *r, const struct stat *st)
{
	for (size_t i = 0; i < r->n_dirs; i++)
		if (r->dirs[i].dev == st->st_dev && r->dirs[i].ino == st->st_ino && r->dirs[i].ino)
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

/* Judges what is on the path; 0 if it is there already, or cannot be a plugin. */
static int dir_look(const struct registry *r, struct dir *d, const struct stat *st, const char *from)
{
	if (dir_known(r, st))
		return 0;
	if (!S_ISDIR(st->st_mode) && !dir_cut(d)) {
		log_warn(r->log, "%s: %s is neither a folder nor a file NAME.so: skipped", from, d->path);
		return 0;
	}
	d->dev = st->st_dev;
	d->ino = st->st_ino;
	d->refused = path_distrust(d->path, r->owner);
	if (!d->refused)
		d->refused = path_distrust_above(d->path, r->owner, r->program);
	return 1;
}

/* Puts one folder or file at the end of the path. Only one that was typed, and so has a base, has to be there. */
static void dir_add(struct registry *r, hn_str entry, const char *from, const char *base)
{
	struct dir d = { .path = absolute(entry, base) };
	struct stat st;
	if (!d.path) {
		log_warn(r->log, "%s: \"%.*s\" is not an absolute path: skipped", from,
			(int)entry.n, entry.p);
		return;
	}
	int there = !stat(d.path, &st);
	if (there && !dir_look(r, &d, &st, from)) {
		free(d.path);
		return;
	}
	if (!there && base)
		log_warn_hint(r->log, "name a folder, or a file NAME.so", "%s: %s: %s", from, d.path, strerror(errno));
	r->dirs = xgrow(r->dirs, r->n_dirs, &r->cap_dirs, sizeof *r->dirs);
	r->dirs[r->n_dirs++] = d;
}

/* Puts each entry of PATH[:PATH] on the path; NULL or empty adds nothing. */
static void path_add(struct registry *r, const char *list, const char *from, const char *base)
{
	if (!list || !*list)
		return;
	for (;;) {
		size_t n = strcspn(list, ":");
		dir_add(r, (hn_str){ list, n }, from, base);
		if (!list[n])
			return;
		list += n + 1;
	}
}

/* Puts what the command line names on the path: there a relative entry counts from the working directory. */
static void path_add_typed(struct registry *r, const char *list)
{
	char *cwd = list ? getcwd(NULL, 0) : NULL;
	path_add(r, list, "--plugin-path", cwd);
	free(cwd);
}

/* The user's own plugins: $XDG_DATA_HOME/hobnob/plugins, or its default below HOME. */
static void path_add_user(struct registry *r)
{
	const char *base = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
	char *dir = NULL;
	if (base && base[0] == '/')
		dir = xasprintf("%s/hobnob/plugins", base);
	else if (home && home[0] == '/')
		dir = xasprintf("%s/.local/share/hobnob/plugins", home);
	if (dir)
		dir_add(r, str_of(dir), "XDG_DATA_HOME", NULL);
	free(dir);
}

/* The owner of the running program, or -1. */
static long program_owner(const struct paths *paths)
{
	struct stat st;
	return paths->program && !stat(paths->program, &st) ? (long)st.st_uid : -1;
}

struct registry *registry_new(
	const struct paths *paths, const char *cli_path, const char *env_path, struct log *log)
{
	struct registry *r = xcalloc(1, sizeof *r);
	r->log = log;
	pthread_mutex_init(&r->lock, NULL);
	r->owner = program_owner(paths);
	r->program = paths->program ? xstrdup(paths->program) : NULL;
	path_add_typed(r, cli_path);
	if (!paths->secure) {
		path_add(r, env_path, "HOBNOB_PLUGIN_PATH", NULL);
		path_add_user(r);
	}
	if (paths->plugins)
		dir_add(r, str_of(paths->plugins), "the program's own plugins", NULL);
	return r;
}

void registry_free(struct registry *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->n_dirs; i++) {
		free(r->dirs[i].path);
		free(r->dirs[i].file);
		free(r->dirs[i].refused);
	}
	for (size_t i = 0; i < r->n; i++) {
		free(r->found[i].name);
		free(r->found[i].path);
		free(r->found[i].refused);
	}
	for (size_t i = 0; i < r->n_loaded; i++) {
		pthread_mutex_destroy(r->loaded[i]->making);
		free(r->loaded[i]->making);
		free(r->loaded[i]->name);
		free(r->loaded[i]->path);
		free(r->loaded[i]);
	}
	free(r->dirs);
	free(r->found);
	free(r->loaded);
	free(r->program);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

/* ---- finding ---- */

/* Index of the first file of that name, or -1. */
static int find(const struct registry *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (!strcmp(r->found[i].name, name))
			return (int)i;
	return -1;
}

/* Takes one file of a directory into the list, unless it stands there: a folder may hold a file that was named. */
static void found_add(struct registry *r, const struct dir *dir, const char *file)
{
	struct found f = {
		.name = xmemdup0(file, strlen(file) - strlen(".so")),
		.path = xasprintf("%s/%s", dir->path, file),
	};
	f.shadowed_by = find(r, f.name);
	if (f.shadowed_by >= 0 && !strcmp(r->found[f.shadowed_by].path, f.path)) {
		free(f.name);
		free(f.path);
		return;
	}
	if (dir->refused)
		f.refused = xasprintf("its directory may not be trusted: %s", dir->refused);
	else
		f.refused = look_trust(f.path, f.name, r->owner, r->program);
	r->found = xgrow(r->found, r->n, &r->cap, sizeof *r->found);
	r->found[r->n++] = f;
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

static void scan_dir(struct registry *r, const struct dir *d)
{
	struct dirent **files;
	int n = scandir(d->path, &files, is_plugin_file, by_name);
	for (int k = 0; k < n; k++) {
		found_add(r, d, files[k]->d_name);
		free(files[k]);
	}
	if (n >= 0)
		free(files);
	else if (!is_absence(errno))
		log_warn(r->log, "%s: %s: plugins in it are not found", d->path, strerror(errno));
}

/* Reads the path, once. */
static void scan(struct registry *r)
{
	if (r->scanned)
		return;
	r->scanned = 1;
	for (size_t i = 0; i < r->n_dirs; i++)
		if (r->dirs[i].file)
			found_add(r, &r->dirs[i], r->dirs[i].file);
		else
			scan_dir(r, &r->dirs[i]);
}

size_t registry_list(struct registry *r, const struct found **out)
{
	pthread_mutex_lock(&r->lock);
	scan(r);
	pthread_mutex_unlock(&r->lock);
	*out = r->found;
	return r->n;
}

int registry_has(struct registry *r, const char *name)
{
	const struct found *found;
	registry_list(r, &found);
	int i = find(r, name);
	return i >= 0 && !found[i].refused;
}

/* ---- loading ---- */

/* Opens a file that was found; its descriptor, if that may be used. NULL with a fault. */
static const hn_plugin *descriptor_of(const struct found *found, void **dl, struct fault *f)
{
	*dl = look_open(found->path, f);
	if (!*dl)
		return NULL;
	const hn_plugin *(*entry)(void);
	*(void **)&entry = dlsym(*dl, PLUGIN_ENTRY); /* POSIX's own way round ISO C */
	if (!entry) {
		fault_set(f, HN_ERR_CONFIG, NULL, "is not a hobnob plugin: it does not export " PLUGIN_ENTRY "()");
		return NULL;
	}
	const hn_plugin *desc = entry();
	return plugin_judge(desc, found->name, 0, f) ? NULL : desc;
}

static struct plugin *open_plugin(const struct found *found, struct fault *f)
{
	void *dl;
	const hn_plugin *desc = descriptor_of(found, &dl, f);
	if (!desc)
		return NULL;
	struct plugin *p = xcalloc(1, sizeof *p);
	*p = (struct plugin){
		.name = xstrdup(found->name),
		.path = xstrdup(found->path),
		.desc = desc,
		.provider = desc->type == HN_TYPE_PROVIDER ? desc->vtable : NULL,
		.frontend = desc->type == HN_TYPE_FRONTEND ? desc->vtable : NULL,
		.dl = dl,
		.making = xmalloc(sizeof *p->making),
	};
	pthread_mutex_init(p->making, NULL);
	return p;
}

/* ---- loading all ---- */

/* Loads one file in a child, whatever comes of it: only that it comes back is asked. */
static void probe_attempt(void *ud, size_t i)
{
	struct registry *r = ud;
	struct fault f = { 0 };
	void *dl;
	if (!r->found[i].refused && r->found[i].shadowed_by < 0)
		descriptor_of(&r->found[i], &dl, &f);
	fault_free(&f);
}

static void probe_failed(void *ud, size_t i, char *why)
{
	struct registry *r = ud;
	r->found[i].refused = xasprintf("%s when it is loaded", why);
	free(why);
}

size_t registry_list_probed(struct registry *r, const struct found **out)
{
	size_t n = registry_list(r, out);
	struct probe p = { n, PROBE_MS, probe_attempt, probe_failed, r };
	if (!r->probed)
		probe_run(&p);
	r->probed = 1;
	return n;
}

/* ---- loading one ---- */

static struct plugin *loaded_find(const struct registry *r, const char *name)
{
	for (size_t i = 0; i < r->n_loaded; i++)
		if (!strcmp(r->loaded[i]->name, name))
			return r->loaded[i];
	return NULL;
}

/* The plugin of a file, loaded now if it was not. NULL with a fault. */
static struct plugin *plugin_of(struct registry *r, const struct found *found, struct fault *f)
{
	struct plugin *p = loaded_find(r, found->name);
	if (p)
		return p;
	if (found->refused) {
		fault_set(f, HN_ERR_CONFIG, NULL, "%s", found->refused);
		return NULL;
	}
	p = open_plugin(found, f);
	if (!p)
		return NULL;
	log_line(r->log, LOG_STEP, "plugin %s %s: %s", p->name,
		p->desc->version ? p->desc->version : "", p->path);
	char *unknown = plugin_unknown_flags(p->desc);
	if (unknown)
		log_line(r->log, LOG_STEP, "plugin %s: passed over, since this hobnob does not know it: %s", p->name, unknown);
	free(unknown);
	r->loaded = xgrow(r->loaded, r->n_loaded, &r->cap_loaded, sizeof *r->loaded);
	return r->loaded[r->n_loaded++] = p;
}

/* No file bears that name: the nearest, where was looked, and what lists the names that there are. */
static void not_found(const struct registry *r, const char *name, uint32_t kind, struct fault *f)
{
	struct nearest near = NEAREST(str_of(name));
	for (size_t i = 0; i < r->n; i++)
		if (!r->found[i].refused)
			nearest_offer(&near, r->found[i].name);
	struct buf out = BUF(BUF_NO_CAP), looked = BUF(BUF_NO_CAP);
	buf_adds(&out, "no plugin is called \"");
	text_add_safe(&out, str_of(name), HN_TEXT_LINE);
	buf_adds(&out, "\"");
	nearest_add(&near, "", &out);
	for (size_t i = 0; i < r->n_dirs; i++) {
		const struct dir *d = &r->dirs[i];
		char *place = xasprintf("%s%s%s", d->path, d->file ? "/" : "", d->file ? d->file : "");
		buf_adds(&looked, i ? ", " : "looked in ");
		text_add_safe(&looked, str_of(place), HN_TEXT_LINE);
		free(place);
	}
	fault_set(f, HN_ERR_CONFIG, looked.p, "%s", out.p);
	if (kind == HN_TYPE_PROVIDER || kind == HN_TYPE_FRONTEND)
		fault_hint(f, "`hobnob config %s` lists what there is",
			kind == HN_TYPE_PROVIDER ? "providers" : "frontends");
	buf_free(&out);
	buf_free(&looked);
}

/* A file is refused: which, and the hidden one that would do. */
static void name_refused(const struct registry *r, int winner, struct fault *f)
{
	struct buf path = BUF(BUF_NO_CAP);
	text_add_safe(&path, str_of(r->found[winner].path), HN_TEXT_LINE);
	fault_name(f, path.p);
	for (size_t i = 0; i < r->n; i++)
		if (r->found[i].shadowed_by == winner && !r->found[i].refused) {
			fault_hint(f, "it hides %s, which would be tried if it were gone",
				r->found[i].path);
			break;
		}
	buf_free(&path);
}

const struct plugin *registry_load(
	struct registry *r, const char *name, uint32_t kind, struct fault *f)
{
	const struct found *found;
	registry_list(r, &found);
	int i = find(r, name);
	if (i < 0) {
		not_found(r, name, kind, f);
		return NULL;
	}
	pthread_mutex_lock(&r->lock);
	const struct plugin *p = plugin_of(r, &found[i], f);
	pthread_mutex_unlock(&r->lock);
	if (p && !plugin_judge(p->desc, name, kind, f))
		return p;
	name_refused(r, i, f);
	return NULL;
}
