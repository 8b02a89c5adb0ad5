/* SPDX-License-Identifier: MIT */
/*
 * plugins_install: `hobnob plugins install NAME.so`: puts a plugin into the user's folder.
 *
 * The file is copied into a folder of its own beside its place, looked at and checked there, and renamed: what was
 * checked is what is installed, a file that a running hobnob has loaded is never written to, and nothing is left
 * of an attempt that fails.
 */
#include "cli/plugins.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "call/kind.h"
#include "cli/checked.h"
#include "cli/output.h"
#include "plugin/look.h"
#include "plugin/looks.h"
#include "util/eintr.h"
#include "util/file.h"
#include "util/mem.h"

#define PIECE 65536

struct install {
	struct runtime *rt;
	const char *from;
	int in;         /* the open file, or -1 */
	char *name;     /* without .so */
	char *folder, *target;
	int is_new;     /* the folder was not there before */
	char *aside;    /* the folder of its own; NULL: it was not made */
	char *copy;     /* the file in it */
	struct plugin_row row;
	struct json_object *should; /* the rules that should hold and do not */
	char *replaced; /* "version 1.2", "the file that was there"; NULL: nothing was */
};

/* ---- before anything is written ---- */

/* Takes the name out of the path. 0, or an exit status. */
static int take_name(struct install *w)
{
	const char *slash = strrchr(w->from, '/'), *file = slash ? slash + 1 : w->from;
	size_t n = strlen(file);
	int is_so = n > 3 && !strcmp(file + n - 3, ".so");
	w->name = xmemdup0(file, is_so ? n - 3 : n);
	if (is_so && look_name_ok(w->name))
		return 0;
	return cli_error(w->rt, HN_ERR_CONFIG, NULL, "%s: its name must be [a-z0-9][a-z0-9_-]*.so", w->from);
}

/* Opens the file that is to be installed. 0, or an exit status. */
static int open_source(struct install *w)
{
	struct stat st;
	const char *why = NULL;
	w->in = eintr_open(w->from, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
	if (w->in < 0 || fstat(w->in, &st))
		why = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		why = S_ISDIR(st.st_mode) ? "is a folder: name the file in it" : "is not a regular file";
	return why ? cli_error(w->rt, HN_ERR_CONFIG, NULL, "%s: %s", w->from, why) : 0;
}

/* Makes the user's folder, if hobnob would load anything from there. 0, or an exit status. */
static int make_folder(struct install *w)
{
	w->folder = w->rt->paths.secure ? NULL : search_user_folder();
	if (!w->folder)
		return cli_error(w->rt, HN_ERR_CONFIG, NULL, "there is no place for a plugin: %s",
			w->rt->paths.secure ? "this hobnob runs with the rights of another user" : "HOME is not set");
	w->is_new = access(w->folder, F_OK) != 0;
	if (dir_make(w->folder))
		return cli_error(w->rt, HN_ERR_CONFIG, NULL, "%s: %s", w->folder, strerror(errno));
	char *why = search_distrust(&w->rt->paths, w->folder);
	int status = why ? cli_error(w->rt, HN_ERR_CONFIG, NULL, "%s: hobnob would load nothing from there: %s", w->folder, why)
			 : 0;
	free(why);
	w->target = xasprintf("%s/%s.so", w->folder, w->name);
	return status;
}

/* 1 if both paths lead to one file. */
static int is_same(const char *a, const char *b)
{
	struct stat x, y;
	return a && b && !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Finds out what stands in its place. */
static void see_replaced(struct install *w)
{
	struct stat st;
	if (lstat(w->target, &st))
		return;
	if (S_ISLNK(st.st_mode)) {
		w->replaced = xstrdup("the link that was there");
		return;
	}
	const hn_plugin *old = is_same(registry_path(w->rt->registry, w->name), w->target)
				       ? registry_describe(w->rt->registry, w->name, 0, NULL)
				       : NULL;
	w->replaced = old && old->version && *old->version ? xasprintf("version %s", old->version)
							   : xstrdup("the file that was there");
}

/* ---- the copy ---- */

/* Copies to the end, and to the disk. NULL; or why not, and *path is whose fault it is. */
static const char *copy_bytes(const struct install *w, int out, const char **path)
{
	char piece[PIECE];
	ssize_t n;
	*path = w->from;
	while ((n = read(w->in, piece, sizeof piece)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return strerror(errno);
		if (eintr_write(out, piece, (size_t)n) != (size_t)n) {
			*path = w->folder;
			return strerror(errno);
		}
	}
	*path = w->folder;
	return fchmod(out, 0644) || fsync(out) ? strerror(errno) : NULL;
}

/* Copies the file beside its place. 0, or an exit status. */
static int make_copy(struct install *w)
{
	const char *path = w->folder, *why = NULL;
	w->aside = xasprintf("%s/.install-XXXXXX", w->folder);
	if (!mkdtemp(w->aside)) {
		why = strerror(errno);
		free(w->aside);
		w->aside = NULL;
	}
	w->copy = why ? NULL : xasprintf("%s/%s.so", w->aside, w->name);
	int out = why ? -1 : eintr_open(w->copy, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out >= 0) {
		why = copy_bytes(w, out, &path);
		if (close(out) && !why && errno != EINTR)
			why = strerror(errno);
	} else if (!why) {
		why = strerror(errno);
	}
	return why ? cli_error(w->rt, HN_ERR_CONFIG, NULL, "%s: %s", path, why) : 0;
}

/* Looks at the copy. 0, or an exit status. */
static int judge_copy(struct install *w)
{
	struct fault *f = &w->row.fault;
	if (looks_file(w->copy, w->name, &w->row, &w->rt->task->cancel))
		return kind_exit(HN_ERR_INTERRUPTED);
	if (!f->kind)
		return 0;
	return cli_error(w->rt, HN_ERR_CONFIG, f->hint, "%s: %s", w->from, f->message);
}

/* The canned answers beside the file that is installed (allocated); NULL: there are none. */
static char *answers_of(const struct install *w)
{
	char *path = xasprintf("%.*s.answers.json", (int)(strlen(w->from) - strlen(".so")), w->from);
	if (access(path, F_OK) == 0)
		return path;
	free(path);
	return NULL;
}

/* Tries the rules that a plugin must keep on the copy. 0, or an exit status. */
static int check_copy(struct install *w)
{
	struct fault f = { 0 };
	struct buf must = BUF(BUF_NO_CAP);
	char *answers = answers_of(w);
	w->should = json_new_array();
	int32_t code = checked_run(w->rt, w->copy, answers, &must, w->should, &f);
	int status = code ? kind_exit(code) : 0;
	if (code && f.kind) {
		fault_name(&f, w->from);
		status = cli_fault(w->rt, &f);
	} else if (!code && must.n) {
		buf_addf(&must, "`hobnob plugins check %s` says more", w->from);
		status = cli_error(w->rt, HN_ERR_CONFIG, must.p, "%s: breaks rules that a plugin must keep", w->from);
	}
	buf_free(&must);
	free(answers);
	return status;
}

/* Gives the copy its name. 0, or an exit status. */
static int put_in_place(const struct install *w)
{
	if (rename(w->copy, w->target))
		return cli_error(w->rt, HN_ERR_CONFIG, NULL, "%s: %s", w->target, strerror(errno));
	int fd = eintr_open(w->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	if (fd >= 0) {
		(void)fsync(fd); /* the file is there; whether its name survives a power cut is the disk's matter */
		close(fd);
	}
	return 0;
}

static void clean(struct install *w)
{
	if (w->copy)
		unlink(w->copy);
	if (w->aside)
		rmdir(w->aside);
	if (w->is_new)
		rmdir(w->folder); /* which fails, unless nothing came of it */
	if (w->in >= 0)
		close(w->in);
	json_object_put(w->should);
	plugin_row_free(&w->row);
	free(w->name);
	free(w->folder);
	free(w->target);
	free(w->aside);
	free(w->copy);
	free(w->replaced);
}

/* ---- what came of it ---- */

/* The file that hides the new one, or NULL; *hidden: the first one that the new one hides, or NULL. */
static const char *see_path(const struct install *w, const char **hidden)
{
	const struct found *all;
	size_t n = registry_list(w->rt->registry, &all);
	const char *first = registry_path(w->rt->registry, w->name);
	*hidden = NULL;
	if (!is_same(first, w->target))
		return first;
	for (size_t i = n; i-- > 0;)
		if (!strcmp(all[i].name, w->name) && all[i].shadowed_by >= 0)
			*hidden = all[i].path;
	return NULL;
}

static int tell_json(const struct install *w, const char *hider, const char *hidden)
{
	struct json_object *o = json_new_object();
	json_add_text(o, "name", str_of(w->name));
	json_add_text(o, "kind", str_of(plugin_kind_name(w->row.desc.type)));
	json_add_text_or_null(o, "version", w->row.desc.version);
	json_add_text(o, "path", str_of(w->target));
	json_add_text_or_null(o, "replaced", w->replaced);
	json_set(o, "breaks", w->should ? json_object_get(w->should) : json_new_array());
	json_add_text_or_null(o, "hidden_by", hider);
	json_add_text_or_null(o, "hides", hidden);
	return output_json(w->rt, o);
}

static int tell_text(const struct install *w, const char *hider, const char *hidden)
{
	struct buf raw = BUF(BUF_NO_CAP), out = BUF(BUF_NO_CAP);
	const char *version = w->row.desc.version;
	buf_addf(&raw, "installed %s: a %s%s%s\n", w->target, plugin_kind_name(w->row.desc.type),
		version && *version ? ", version " : "", version ? version : "");
	if (w->should && json_object_array_length(w->should))
		buf_addf(&raw, "it breaks rules that should hold: `hobnob plugins check %s` says which\n", w->from);
	if (w->replaced)
		buf_addf(&raw, "it replaces %s\n", w->replaced);
	if (hidden)
		buf_addf(&raw, "it hides %s\n", hidden);
	if (hider)
		buf_addf(&raw, "but %s comes first: remove that, or name this one with --plugin-path\n", hider);
	output_lines(&out, "", raw.p);
	buf_free(&raw);
	return output_write(w->rt, &out);
}

/* Says what was done, by a path that is searched again. */
static int tell(const struct install *w, const struct cli *cli)
{
	const char *hidden;
	registry_free(w->rt->registry);
	cli_open_registry(w->rt, cli);
	const char *hider = see_path(w, &hidden);
	return cli->json ? tell_json(w, hider, hidden) : tell_text(w, hider, hidden);
}

int plugins_install(struct runtime *rt, const struct cli *cli)
{
	struct install w = { .rt = rt, .from = cli->words[1], .in = -1 };
	int status = open_source(&w);
	if (!status)
		status = take_name(&w);
	if (!status)
		status = make_folder(&w);
	if (!status)
		status = make_copy(&w);
	if (!status)
		status = judge_copy(&w);
	if (!status)
		status = check_copy(&w);
	if (!status && registry_look(rt->registry, w.name, &rt->task->cancel))
		status = kind_exit(HN_ERR_INTERRUPTED);
	if (!status)
		see_replaced(&w);
	if (!status)
		status = put_in_place(&w);
	if (!status)
		status = tell(&w, cli);
	clean(&w);
	return status;
}
