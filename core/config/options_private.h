/* SPDX-License-Identifier: MIT */
/* options_private: what the files of options share. */
#ifndef HOBNOB_CONFIG_OPTIONS_PRIVATE_H
#define HOBNOB_CONFIG_OPTIONS_PRIVATE_H

#include "config/options.h"
#include "config/typed.h"

/* What is being resolved. */
struct resolving {
	const struct settings *settings;
	const char *kind, *instance, *plugin;
	const struct ynode *node;       /* the config file's entry, or NULL */
	char **error;
};

/* How an option was said; the last two are for secrets only. */
enum how { HOW_PLAIN, HOW_COMMAND, HOW_FILE, HOW_COUNT };
extern const char *const how_suffix[HOW_COUNT]; /* "", "_command", "_file" */

/* What was said of one option, before its type is looked at. */
struct said {
	enum how how;
	enum source source;
	const char *text;               /* borrowed; NULL where there is a node */
	const struct ynode *node;       /* of the config file */
	/* "config.yaml:12", "OPENAI_API_KEY", "OPENAI_API_KEY in .env", "-o openai.base_url" */
	char *where;
	/* the same for errors, with the key where it is not in it */
	char *label;
};

/* options_find.c: 1 if something was said, 0 if not, -1 with *error. */
int said_find(const struct resolving *, const hn_option *, struct said *out);
void said_free(struct said *);
/* Sees that every key that was said of the instance is declared. 0, or -1 with *error. */
int keys_check(const struct resolving *, const hn_option *decls, size_t n, size_t stride);

/* options_value.c: fills text, value and items of what is no secret. 0, or -1 with *error. */
int option_parse(const struct said *, struct option_value *out, char **error);
int option_parse_text(const char *text, const char *label, struct option_value *out, char **error);

/* options_stray.c: learns the secrets in a value that is none itself. 1 if there are any. */
int strays_take(struct secrets *, const struct option_value *);

#endif
