/* SPDX-License-Identifier: MIT */
/*
 * registry: find plugins on the path, judge their files, load them, list them.
 *
 * Path, first wins: --plugin-path, HOBNOB_PLUGIN_PATH, $XDG_DATA_HOME/hobnob/plugins, then the
 * program's own (paths.plugins). An entry is a folder or a single file NAME.so. A relative one counts
 * from the working directory on the command line; elsewhere it is refused, as an empty one is. A
 * plugin is NAME.so; its stem is its name. A chat loads only what it uses. Judged in order, each with its own message:
 * directory trust, file trust, regular file, (ELF look), dlopen, symbol, abi_major, need_minor,
 * struct_size, kind, name equals stem, vtable, vtable's size and required functions, options.
 */
#ifndef HOBNOB_PLUGIN_REGISTRY_H
#define HOBNOB_PLUGIN_REGISTRY_H

#include <pthread.h>

#include "config/paths.h"
#include "hobnob/plugin.h"
#include "util/fault.h"
#include "util/log.h"

struct plugin {                   /* loaded */
	char *name, *path;
	const hn_plugin *desc;
	const hn_provider *provider;  /* one of the two is set */
	const hn_frontend *frontend;
	void *dl;
	pthread_mutex_t *making;      /* held by create() and destroy(): never two at once; NULL: no threads */
};

struct found {                    /* a file on the path */
	char *name, *path;
	int shadowed_by;              /* index of the one that wins, or -1 */
	/* why its file or directory may not be loaded; NULL if it may be tried */
	char *refused;
};

struct registry;
/* cli_path, env_path: PATH[:PATH], or NULL. */
struct registry *registry_new(const struct paths *, const char *cli_path, const char *env_path, struct log *);
/* unloads nothing that is still in use: instances go first */
void registry_free(struct registry *);

/* These on any thread. */
/* All files on the path, in order; looked up once. */
size_t registry_list(struct registry *, const struct found **out);
/* The same, for whoever loads them all: a file that crashes, exits or hangs when it is loaded is refused from then on,
 * for each is loaded in a child first, once. [the process has one thread] */
size_t registry_list_probed(struct registry *, const struct found **out);
/* 1 if a plugin of that name can be tried (found, not refused). */
int registry_has(struct registry *, const char *name);
/* Loads and judges; kind HN_TYPE_PROVIDER, HN_TYPE_FRONTEND, or 0 for either. The same pointer each time.
 * NULL with a fault: which file, which rule, have and need, which would do; or where was looked and the
 * nearest name. */
const struct plugin *registry_load(struct registry *, const char *name, uint32_t kind, struct fault *);
const char *plugin_kind_name(uint32_t kind);  /* "provider", "frontend" */

/* Judges a descriptor alone: 0 if it may be used, else HN_ERR_CONFIG with the rule that it breaks, without
 * the file's name. Pure. */
int32_t plugin_judge(const hn_plugin *, const char *stem, uint32_t kind, struct fault *);
/* Which flags of a later header a plugin has that was judged well (allocated): they are passed over.
 * NULL: none. */
char *plugin_unknown_flags(const hn_plugin *);

#endif
