/* SPDX-License-Identifier: MIT */
/* looks: rows of files, from the cache or by children. */
#include "plugin/looks.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "plugin/cache.h"
#include "plugin/look.h"
#include "plugin/probe.h"
#include "util/mem.h"

#define LOOK_MS 2000 /* for each file */

struct looks {
	struct found *all;
	struct plugin_row *rows;
	struct cache *cache; /* or NULL */
	size_t *missing; /* indices of the files that a child has to look at */
	struct stat *before; /* each of these as it was before */
	size_t n_missing;
};

/* How the words about an end say where it was, by stage. */
static const struct { const char *crash, *exits, *hangs; } places[] = {
	[LOOK_NONE] = { "while hobnob begins to read it", "before it was read", "from being read" },
	[LOOK_OPENING] = { "while it is loaded", "in its constructor", "from its constructor" },
	[LOOK_ASKING] = { "in " PLUGIN_ENTRY "()", "in " PLUGIN_ENTRY "()", "from " PLUGIN_ENTRY "()" },
	[LOOK_JUDGING] = { "while its descriptor is read", "while its descriptor is read",
		"from the reading of its descriptor" },
};

/* ---- in the child ---- */

static void tell_stage(void *ud, enum look_stage stage)
{
	const int *to = ud;
	probe_stage(*to, (int)stage);
}

/* Loads one file and reports its row. */
static void attempt(void *ud, size_t k, int to)
{
	const struct looks *l = ud;
	const struct found *found = &l->all[l->missing[k]];
	struct plugin_row refusal = { .lasting = 0 };
	struct buf out = BUF(ROW_MOST);
	enum look_stage stage;
	const hn_plugin *desc = look_load(found->path, found->name, tell_stage, &to, &stage, &refusal.fault);
	if (desc)
		plugin_row_write(desc, &out);
	if (buf_failed(&out))
		fault_set(&refusal.fault, HN_ERR_CONFIG, NULL, "says more than %zu bytes of itself and its options", ROW_MOST);
	refusal.lasting = stage == LOOK_JUDGING;
	if (refusal.fault.kind) {
		out = BUF(ROW_MOST);
		plugin_row_write_refusal(&refusal, &out);
	}
	probe_report(to, buf_str(&out));
}

/* ---- what became of it ---- */

static void refuse_end(struct plugin_row *r, const struct probe_end *e)
{
	char room[32];
	int stage = e->stage <= LOOK_JUDGING ? e->stage : LOOK_NONE;
	if (e->how == PROBE_CRASHED)
		plugin_row_refuse(r, "crashes (%s) %s", probe_signal(e->number, room), places[stage].crash);
	else if (e->how == PROBE_EXITED)
		plugin_row_refuse(r, "calls exit(%d) %s", e->number, places[stage].exits);
	else if (e->how == PROBE_HANGS)
		plugin_row_refuse(r, "does not return %s within %d ms", places[stage].hangs, LOOK_MS);
	else if (e->how == PROBE_NO_CHILD)
		plugin_row_refuse(r, "cannot be looked at: no process can be started: %s", strerror(e->number));
	else
		plugin_row_refuse(r, "writes to descriptors that are not its own, or closes them");
}

/* Keeps a row for the next run, if the file is still the one that was looked at. */
static void keep(struct looks *l, size_t k, hn_str bytes)
{
	struct stat after;
	const struct found *found = &l->all[l->missing[k]];
	const struct stat *before = &l->before[k];
	if (l->cache && stat(found->path, &after) == 0 && after.st_dev == before->st_dev && after.st_ino == before->st_ino &&
		after.st_ctim.tv_sec == before->st_ctim.tv_sec && after.st_ctim.tv_nsec == before->st_ctim.tv_nsec)
		cache_put(l->cache, found->path, before, bytes, l->rows[l->missing[k]].lasting);
}

static void done(void *ud, size_t k, const struct probe_end *e)
{
	struct looks *l = ud;
	size_t i = l->missing[k];
	struct plugin_row *row = &l->rows[i];
	struct buf bytes = BUF(ROW_MOST);
	l->all[i].row = row;
	if (e->how == PROBE_REPORTED) {
		plugin_row_read(row, e->report, l->all[i].name);
		keep(l, k, e->report);
		return;
	}
	refuse_end(row, e);
	row->deadly = e->how == PROBE_CRASHED || e->how == PROBE_EXITED || e->how == PROBE_HANGS;
	if (e->how != PROBE_CRASHED && e->how != PROBE_EXITED)
		return;
	plugin_row_write_refusal(row, &bytes);
	keep(l, k, buf_str(&bytes));
	buf_free(&bytes);
}

/* ---- all ---- */

/* Takes the row of a file from what is known; else notes that it is missing. */
static void take(struct looks *l, size_t i)
{
	struct found *f = &l->all[i];
	struct stat *st = &l->before[l->n_missing];
	hn_str bytes;
	if (f->refused) {
		plugin_row_refuse(&l->rows[i], "%s", f->refused);
		f->row = &l->rows[i];
	} else if (stat(f->path, st) == 0 && cache_find(l->cache, f->path, st, &bytes)) {
		plugin_row_read(&l->rows[i], bytes, f->name);
		f->row = &l->rows[i];
	} else {
		l->missing[l->n_missing++] = i;
	}
}

int32_t looks_take(struct found *all, size_t n, struct plugin_row *rows, const char *only, const struct paths *paths,
	const struct cancel *cancel, struct log *log)
{
	struct looks l = { .all = all, .rows = rows, .cache = cache_open(paths, clock_real.wall(clock_real.ud), log) };
	l.missing = xcalloc(n, sizeof *l.missing);
	l.before = xcalloc(n, sizeof *l.before);
	for (size_t i = 0; i < n; i++)
		if (!all[i].row && all[i].shadowed_by < 0 && (!only || !strcmp(all[i].name, only)))
			take(&l, i);
	struct probe p = { l.n_missing, LOOK_MS, ROW_MOST, attempt, done, &l };
	int32_t code = probe_run(&p, cancel);
	cache_close(l.cache);
	free(l.missing);
	free(l.before);
	return code;
}

int32_t looks_file(const char *path, const char *stem, struct plugin_row *row, const struct cancel *cancel)
{
	struct found one = { .name = xstrdup(stem), .path = xstrdup(path) };
	struct stat st;
	size_t first = 0;
	struct looks l = { .all = &one, .rows = row, .missing = &first, .before = &st, .n_missing = 1 };
	struct probe p = { 1, LOOK_MS, ROW_MOST, attempt, done, &l };
	int32_t code = probe_run(&p, cancel);
	free(one.name);
	free(one.path);
	return code;
}
