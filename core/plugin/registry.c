/* SPDX-License-Identifier: MIT */
/*
 * registry: the plugins on the path: looked at, loaded, listed.
 *
 * What was loaded stays loaded until the process ends: libraries such as readline have memory and exit handlers,
 * which would outlive their code.
 */
#include "plugin/registry.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "plugin/look.h"
#include "plugin/looks.h"
#include "util/mem.h"
#include "util/text.h"

struct registry {
	struct search *search;
	struct plugin_row *rows; /* one for each file that was found, once there was a look; else NULL */
	size_t n_rows;
	int stopped; /* a look was interrupted: what it did not see is not loaded instead */
	struct plugin **loaded;
	size_t n_loaded, cap_loaded;
	const struct paths *paths;
	struct log *log;
	pthread_mutex_t lock; /* for all that is found and loaded later */
};

struct registry *registry_new(
	const struct paths *paths, const char *cli_path, const char *env_path, struct log *log)
{
	struct registry *r = xcalloc(1, sizeof *r);
	r->log = log;
	r->paths = paths;
	pthread_mutex_init(&r->lock, NULL);
	r->search = search_new(paths, cli_path, env_path, log);
	return r;
}

void registry_free(struct registry *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->n_rows; i++)
		plugin_row_free(&r->rows[i]);
	for (size_t i = 0; i < r->n_loaded; i++) {
		pthread_mutex_destroy(r->loaded[i]->making);
		free(r->loaded[i]->making);
		free(r->loaded[i]->name);
		free(r->loaded[i]->path);
		free(r->loaded[i]);
	}
	free(r->rows);
	free(r->loaded);
	search_free(r->search);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

/* ---- finding ---- */

static size_t list(struct registry *r, struct found **out)
{
	pthread_mutex_lock(&r->lock);
	size_t n = search_list(r->search, out);
	pthread_mutex_unlock(&r->lock);
	return n;
}

size_t registry_list(struct registry *r, const struct found **out)
{
	struct found *found;
	size_t n = list(r, &found);
	*out = found;
	return n;
}

/* The first file of that name, or NULL. */
static const struct found *find(struct registry *r, const char *name)
{
	const struct found *found;
	registry_list(r, &found);
	int i = search_find(r->search, name);
	return i >= 0 ? &found[i] : NULL;
}

const char *registry_path(struct registry *r, const char *name)
{
	const struct found *found = find(r, name);
	return found ? found->path : NULL;
}

int registry_has(struct registry *r, const char *name)
{
	const struct found *found = find(r, name);
	return found && !found->refused;
}

/* ---- looking ---- */

int32_t registry_look(struct registry *r, const char *name, const struct cancel *cancel)
{
	struct found *found;
	size_t n = list(r, &found);
	if (!r->rows)
		r->rows = xcalloc(n, sizeof *r->rows);
	r->n_rows = n;
	int32_t code = looks_take(found, n, r->rows, name, r->paths, cancel, r->log);
	r->stopped |= code != 0;
	return code;
}

/* ---- loading ---- */

static struct plugin *open_plugin(const struct found *found, struct fault *f)
{
	enum look_stage stage;
	const hn_plugin *desc = look_load(found->path, found->name, NULL, NULL, &stage, f);
	if (!desc)
		return NULL;
	struct plugin *p = xcalloc(1, sizeof *p);
	*p = (struct plugin){
		.name = xstrdup(found->name),
		.path = xstrdup(found->path),
		.desc = desc,
		.provider = desc->type == HN_TYPE_PROVIDER ? desc->vtable : NULL,
		.frontend = desc->type == HN_TYPE_FRONTEND ? desc->vtable : NULL,
		.making = xmalloc(sizeof *p->making),
	};
	pthread_mutex_init(p->making, NULL);
	return p;
}

static struct plugin *loaded_find(const struct registry *r, const char *name)
{
	for (size_t i = 0; i < r->n_loaded; i++)
		if (!strcmp(r->loaded[i]->name, name))
			return r->loaded[i];
	return NULL;
}

/* 1 if a look has shown that loading the file ends or stops the process. */
static int is_deadly(const struct found *found)
{
	return found->row && found->row->deadly;
}

/* The plugin of a file, loaded now if it was not. NULL with a fault. */
static struct plugin *plugin_of(struct registry *r, const struct found *found, struct fault *f)
{
	struct plugin *p = loaded_find(r, found->name);
	if (p)
		return p;
	if (found->refused || is_deadly(found)) {
		fault_set(f, HN_ERR_CONFIG, NULL, "%s", found->refused ? found->refused : found->row->fault.message);
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

/* No file bears that name; what lists those that there are. */
static void not_found(struct registry *r, const char *name, uint32_t kind, struct fault *f)
{
	search_missed(r->search, name, f);
	if (kind == HN_TYPE_PROVIDER || kind == HN_TYPE_FRONTEND)
		fault_hint(f, "`hobnob config %s` lists what there is",
			kind == HN_TYPE_PROVIDER ? "providers" : "frontends");
}

/* A file is refused: which, and the hidden one that would do. */
static void name_refused(struct registry *r, const struct found *winner, struct fault *f)
{
	struct buf path = BUF(BUF_NO_CAP);
	const struct found *all;
	size_t n = registry_list(r, &all);
	text_add_safe(&path, str_of(winner->path), HN_TEXT_LINE);
	fault_name(f, path.p);
	for (size_t i = 0; i < n; i++)
		if (all[i].shadowed_by == winner - all && !all[i].refused) {
			fault_hint(f, "it hides %s, which would be tried if it were gone", all[i].path);
			break;
		}
	buf_free(&path);
}

const struct plugin *registry_load(
	struct registry *r, const char *name, uint32_t kind, struct fault *f)
{
	const struct found *found = find(r, name);
	if (!found) {
		not_found(r, name, kind, f);
		return NULL;
	}
	pthread_mutex_lock(&r->lock);
	const struct plugin *p = plugin_of(r, found, f);
	pthread_mutex_unlock(&r->lock);
	if (p && !plugin_judge(p->desc, name, kind, f))
		return p;
	name_refused(r, found, f);
	return NULL;
}

/* What a look has shown of a file, for whoever needs that kind. NULL with a fault. */
static const hn_plugin *looked_at(const struct found *found, uint32_t kind, struct fault *f)
{
	const struct plugin_row *row = found->row;
	if (row->fault.kind) {
		fault_set(f, row->fault.kind, row->fault.hint, "%s", row->fault.message);
		return NULL;
	}
	return plugin_judge_copy(&row->desc, found->name, kind, f) ? NULL : &row->desc;
}

const hn_plugin *registry_describe(struct registry *r, const char *name, uint32_t kind, struct fault *f)
{
	const struct found *found = find(r, name);
	if (found && !found->row && r->stopped) {
		fault_set(f, HN_ERR_INTERRUPTED, NULL, "interrupted");
		return NULL;
	}
	if (!found || !found->row) {
		const struct plugin *p = registry_load(r, name, kind, f);
		return p ? p->desc : NULL;
	}
	const hn_plugin *desc = looked_at(found, kind, f);
	if (!desc)
		name_refused(r, found, f);
	return desc;
}
