/* SPDX-License-Identifier: MIT */
/*
 * registry: the plugins on the path (plugin/search.h): looks at them, loads them, lists them.
 *
 * A chat loads only what it uses. A list loads nothing: registry_look() takes what each file says of itself from a
 * child or a cache. Judged in order, each with its own message: directory trust, file trust, regular file, (ELF look),
 * dlopen, symbol, then the descriptor (plugin/judge.h).
 */
#ifndef HOBNOB_PLUGIN_REGISTRY_H
#define HOBNOB_PLUGIN_REGISTRY_H

#include <pthread.h>

#include "call/call.h"
#include "config/paths.h"
#include "hobnob/plugin.h"
#include "plugin/judge.h"
#include "plugin/search.h"
#include "util/fault.h"
#include "util/log.h"

struct plugin {                   /* loaded */
	char *name, *path;
	const hn_plugin *desc;
	const hn_provider *provider;  /* one of the two is set */
	const hn_frontend *frontend;
	pthread_mutex_t *making;      /* held by create() and destroy(): never two at once; NULL: no threads */
};

struct registry;
/* cli_path, env_path: PATH[:PATH], or NULL. paths and log are borrowed. */
struct registry *registry_new(const struct paths *, const char *cli_path, const char *env_path, struct log *);
/* unloads nothing that is still in use: instances go first */
void registry_free(struct registry *);

/* Looks at each file, or only at those of one name, without loading it here: found.row is set then, but where another
 * file comes first. What is known to end or stop the process is not loaded from then on. 0, or HN_ERR_INTERRUPTED:
 * some were not looked at. [the process has one thread] */
int32_t registry_look(struct registry *, const char *name, const struct cancel *);

/* These on any thread. */
/* All files on the path, in order; looked up once. */
size_t registry_list(struct registry *, const struct found **out);
/* The path of the file that counts for a name, or NULL. Lives as long as the registry. */
const char *registry_path(struct registry *, const char *name);
/* 1 if a plugin of that name can be tried (found, not refused). */
int registry_has(struct registry *, const char *name);
/* Loads and judges; kind HN_TYPE_PROVIDER, HN_TYPE_FRONTEND, or 0 for either. The same pointer each time.
 * NULL with a fault: which file, which rule, have and need, which would do; or where was looked and the
 * nearest name. */
const struct plugin *registry_load(struct registry *, const char *name, uint32_t kind, struct fault *);
/* The same for whoever calls nothing of it: the descriptor as a look has shown it, without a vtable; where there was no
 * look the plugin is loaded. Lives as long as the registry. */
const hn_plugin *registry_describe(struct registry *, const char *name, uint32_t kind, struct fault *);

#endif
