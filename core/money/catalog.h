/* SPDX-License-Identifier: MIT */
/*
 * catalog: what a provider's own list said of its models, kept on disk for a day.
 *
 * `hobnob models` asks for the list and keeps it; a turn only looks into what is kept. One file an
 * instance and address, in the cache directory.
 */
#ifndef HOBNOB_MONEY_CATALOG_H
#define HOBNOB_MONEY_CATALOG_H

#include <stdint.h>

#include "config/paths.h"
#include "hobnob/plugin.h"

/* Tokens, and pico-dollars a token; -1 unknown (of reasoning: as output). */
struct listed { int64_t context, max_output, input, output, cached, cache_write, reasoning; };
#define LISTED_NONE ((struct listed){ -1, -1, -1, -1, -1, -1, -1 })

/* What a list says of one model; a provider's tells no price of reasoning. What no model can have, below 0,
 * beyond 10^12 tokens or a million dollars a token, is unknown. */
struct listed listed_of(const hn_model *);

struct catalog;                       /* a list that is being taken down */
struct catalog *catalog_new(void);
void catalog_put(struct catalog *, const hn_model *);
/* Keeps it as the list of that instance at that address, and frees it. A cache that cannot be written
 * is no error; an empty list is not kept. */
void catalog_keep(struct catalog *, const struct paths *, const char *instance, const char *url, int64_t now_wall_ms);
void catalog_free(struct catalog *);

/* What is kept of a model; one that bears a variant behind a colon, which lists leave out, is looked up
 * without it too. 0; -1 with LISTED_NONE if there is no list, none of a day, or the model is not in it. */
int catalog_find(const struct paths *, const char *instance, const char *url, const char *model, int64_t now_wall_ms,
	struct listed *out);
/* 1 if a list of less than a day is kept and lacks the model; appends the listed name that it may be meant
 * for, ` (did you mean "NAME"?)`, or nothing. 0 otherwise: nobody can say. */
int catalog_lacks(const struct paths *, const char *instance, const char *url, const char *model, int64_t now_wall_ms,
	struct buf *out);

#endif
