/* SPDX-License-Identifier: MIT */
/*
 * value: what a setting, or an option of a plugin, takes, and what one source says of it.
 *
 * Both are rows of one form, hn_option: settings have some more types and flags.
 */
#ifndef HOBNOB_CONFIG_VALUE_H
#define HOBNOB_CONFIG_VALUE_H

#include "config/typed.h"
#include "hobnob/plugin.h"

/* Types of settings, beside HN_OPT_*. */
enum { SET_TIME = HN_OPT_JSON + 1, SET_MONEY, SET_PRICE, SET_NAME, SET_WRAP, SET_TYPES };
/* Flags of settings, beside HN_OPT_*. */
#define SET_USER_ONLY (1u << 24) /* never from a found .env */
#define SET_LIMIT (1u << 25)     /* a found .env may lower it, never raise it */
#define SET_NO_FILE (1u << 26)   /* command line, environment and profile only */
/* `values` of a number or a time are its bounds, "LEAST" or "LEAST GREATEST" */
#define SET_BOUNDED (1u << 27)

/* The farthest first: a nearer one wins. */
enum source {
	FROM_DEFAULT,        /* the table */
	FROM_SHIPPED,        /* pkgdatadir/defaults.yaml: choices of provider and frontend */
	FROM_FILE_PROFILE,   /* the profile that the config file names */
	FROM_FILE,           /* config.yaml */
	FROM_DOTENV_PROFILE, /* the profile that .env names */
	FROM_DOTENV,
	FROM_ENV_PROFILE,
	FROM_ENV,
	FROM_CLI_PROFILE,    /* -P */
	FROM_CLI_PROMPT,     /* the head of the prompt file that -t names */
	FROM_CLI,            /* -p -m -s -o */
	FROM_SESSION,        /* /set, /model and the like */
	FROM_TURN,           /* the head of the prompt file that /t names, for its turn alone */
	FROM_COUNT
};

struct hn_secret;
struct value {
	const hn_option *decl;
	enum source source;
	/* "config.yaml:12", "OPENAI_API_KEY", "-o"; for messages and `config list` */
	char *where;
	/* as it was said, lists, maps and JSON as JSON; NULL: it is unset, or a secret */
	char *text;
	/* INT, BOOL, TIME (ms), MONEY (pico-dollars), PRICE (pico-dollars a token) */
	int64_t i;
	double d;                 /* NUMBER */
	struct typed_items items; /* LIST, MAP */
	struct hn_secret *secret; /* its list's own */
};

/* What the row takes: "a whole number from 0 to 100", for messages and pages; appends. */
void value_expects(const hn_option *, struct buf *out);
/* Frees all but the row and the secret, and empties it. */
void value_free(struct value *);

#endif
