/* SPDX-License-Identifier: MIT */
/* options_private: what the files of options share. */
#ifndef HOBNOB_CONFIG_OPTIONS_PRIVATE_H
#define HOBNOB_CONFIG_OPTIONS_PRIVATE_H

#include "config/options.h"
#include "config/value_private.h"

/* What is being resolved. */
struct resolving {
	const struct settings *settings;
	const char *kind, *instance, *plugin;
	const struct ynode *node;       /* the config file's entry, or NULL */
	char **error;
};

extern const char *const how_suffix[HOW_COUNT]; /* "", "_command", "_file" */

/* said.c: 1 if something was said, 0 if not, -1 with *error. */
int said_find(const struct resolving *, const hn_option *, struct said *out);
void said_free(struct said *);
/* Sees that every key that was said of the instance is declared. 0, or -1 with *error. */
int keys_check(const struct resolving *, const hn_option *decls, size_t n, size_t stride);

/* options_stray.c: learns the secrets in a value that is none itself. 1 if there are any. */
int strays_take(struct secrets *, const struct value *);

#endif
