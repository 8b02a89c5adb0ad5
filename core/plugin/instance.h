/* SPDX-License-Identifier: MIT */
/* instance: a provider or a frontend, made from its plugin and its options. */
#ifndef HOBNOB_PLUGIN_INSTANCE_H
#define HOBNOB_PLUGIN_INSTANCE_H

#include "call/runtime.h"
#include "config/options.h"
#include "net/http.h"
#include "plugin/registry.h"

struct instance {
	char *name;
	const struct plugin *plugin;
	struct options *options;
	struct endpoint endpoint;
	void *self;
};

/* kind HN_TYPE_PROVIDER or HN_TYPE_FRONTEND. NULL with a fault: HN_ERR_CONFIG, or what create() failed with. */
struct instance *instance_new(struct runtime *, const char *name, uint32_t kind, struct fault *);
void instance_free(struct instance *);
/* The plugin that an instance name stands for: the config file's entry, else the name itself. */
const char *instance_plugin(const struct settings *, const char *name);
/* The options of an instance, none of them missed; without a look at its plugin, that is loaded for it. kind 0:
 * whichever its plugin is. NULL with a fault: no such plugin, or what is wrong with
 * an option. */
struct options *options_of(struct runtime *, const char *instance, uint32_t kind, struct fault *);

/* Judges each -o INSTANCE.KEY, also of an instance that is not going to be used: a slip must not
 * pass unseen, nor a secret. 0, or HN_ERR_CONFIG with a fault. */
int32_t options_check(struct runtime *, struct fault *);

/* A call on this instance: endpoint set; sink, attend and http are the caller's to fill. */
void instance_call(const struct instance *, struct runtime *, hn_call *out);

#endif
