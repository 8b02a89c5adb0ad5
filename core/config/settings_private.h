/* SPDX-License-Identifier: MIT */
/* settings_private: what the files of settings share. */
#ifndef HOBNOB_CONFIG_SETTINGS_PRIVATE_H
#define HOBNOB_CONFIG_SETTINGS_PRIVATE_H

#include "config/settings.h"
#include "config/value_private.h"

#define CONFIG_MAX ((size_t)1 << 20) /* bytes of any file that is read */

/* .env: found is 0 where --env-file named it; skipped says what was skipped of one that was found. */
struct env_file { struct dotenv lines; char *name, *skipped; int found; };
struct config_file { struct ynode *tree; char *name; };
/* shipped: those that were read, by the level that names them */
struct profiles { char **names; size_t n; struct ynode *shipped[FROM_COUNT]; };
struct instances { struct instance_entry *all; size_t n; };
struct model_entry { const char *name; struct model_says says; };
struct models { struct model_entry *all; size_t n; };
struct cli_options { struct cli_option *all; size_t n, cap; };

struct settings {
	const struct paths *paths;
	struct log *log;
	char *const *environ;            /* NULL-ended; never NULL */
	struct value values[FROM_COUNT][S_COUNT]; /* text NULL: the source says nothing */
	unsigned char is_unset[S_COUNT]; /* 1: none but the default counts */
	struct env_file dotenv;
	struct config_file config;       /* the tree is never NULL once open */
	struct ynode *shipped;           /* nor is this */
	struct profiles profiles;
	struct instances instances;
	struct models models;
	struct cli_options cli;
	int is_copy;                     /* but for values and cli all is the original's */
};

/* settings.c: puts a value in its source's place, which owns it from then on. */
void setting_put(struct settings *, enum setting, const struct value *);
/* Reads what was said of a setting and puts it there. 0, or HN_ERR_CONFIG with a fault. */
int setting_take(struct settings *, enum setting, const struct said *, struct fault *);

/* settings_config.c: takes what a source says of a setting; at FROM_COUNT it is checked only. 0, or HN_ERR_CONFIG
 * with a fault. */
struct asker;
int setting_ask(struct settings *, const struct asker *, enum setting, enum source);
/* The config file's tree: checks all of it and takes its values. 0, or HN_ERR_CONFIG
 * with a fault. */
int config_take(struct settings *, struct fault *);
/* Checks a map of settings (a profile) and, if level is not FROM_COUNT, takes its values at that
 * level. */
int profile_take(struct settings *, const struct ynode *, const char *file, enum source level, struct fault *);

/* settings_profile.c: applies the profiles that the levels name, then the rules that span
 * settings. */
int profiles_apply(struct settings *, struct fault *);
void profiles_list(struct settings *);
void limits_hold(struct settings *);           /* what a found .env may not raise is put away */
int limits_agree(const struct settings *, struct fault *);  /* the rules that span settings */
int prices_agree(const struct settings *, struct fault *);

/* settings_names.c: warns of HOBNOB_ names that mean nothing. */
void names_check(struct settings *);

/* settings_table.c: names that are not settings: places, and how to debug plugins. */
#define PLACE_COUNT 4
extern const char *const place_names[];
/* 1 if a found .env may not say this name, whatever the plugins say. */
int name_is_users_own(const char *name);

#endif
