/* SPDX-License-Identifier: MIT */
/* said_private: the one walk over the sources, for settings and for the options of plugins. */
#ifndef HOBNOB_CONFIG_SAID_PRIVATE_H
#define HOBNOB_CONFIG_SAID_PRIVATE_H

#include "config/options.h"
#include "config/settings_private.h"

/* On whose behalf the sources are asked. */
struct asker {
	const struct settings *settings;
	const char *kind, *instance, *plugin; /* NULL for a setting */
	int keyed; /* the plugin has a SECRET */
	/* the map of a file that the keys stand in (or NULL), and the file's name */
	const struct ynode *node;
	const char *file;
	struct fault *fault;
};

/* What one source says of a row; all but the command line, the environment and .env are a file.
 * 1 if it says something, else 0, or HN_ERR_CONFIG with a fault; said_free() it after 1. */
int said_by(const struct asker *, const hn_option *, enum source, struct said *out);
/* What the nearest source says of an option of an instance, likewise. */
int said_nearest(const struct asker *, const hn_option *, struct said *out);
void said_free(struct said *);
/* Makes a value, whose decl is set, of what a source says; text stays NULL if it says nothing. 0, or
 * HN_ERR_CONFIG with a fault. */
int value_find(const struct asker *, enum source, struct value *);
/* Sees that every key that was said of the instance is declared. 0, or HN_ERR_CONFIG with a fault. */
int keys_check(const struct asker *, const hn_option *decls, size_t n, size_t stride);

#endif
