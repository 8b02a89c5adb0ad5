/* SPDX-License-Identifier: MIT */
/*
 * catalog: a provider's own list of its models, cached on disk for a day.
 *
 * `hobnob models` fetches and caches the list; a turn only reads the cache. One file per
 * instance and address, in the cache directory.
 */
#ifndef HOBNOB_MONEY_CATALOG_H
#define HOBNOB_MONEY_CATALOG_H

#include <stdint.h>

#include "config/paths.h"
#include "hobnob/plugin.h"

/* Tokens, and pico-dollars a token; -1 unknown (of reasoning: as output). accepts, heeds: as in hn_model;
 * all ones where the list does not say. */
struct listed {
	int64_t context, max_output, input, output, cached, cache_write, reasoning;
	uint32_t accepts, heeds;
};
#define LISTED_NONE ((struct listed){ -1, -1, -1, -1, -1, -1, -1, UINT32_MAX, UINT32_MAX })

/* A list's numbers for one model; a provider's list has no price of reasoning. Impossible numbers (below 0,
 * beyond 10^12 tokens or a million dollars a token) are unknown. */
struct listed listed_of(const hn_model *);

struct catalog;                       /* a list that is being taken down */
struct catalog *catalog_new(void);
void catalog_put(struct catalog *, const hn_model *);
/* Keeps it as the list of that instance at that address, and frees it. A cache that cannot be written
 * is not an error; an empty list is not kept. */
void catalog_keep(struct catalog *, const struct paths *, const char *instance, const char *url, int64_t now_wall_ms);
void catalog_free(struct catalog *);

/* A model's name without "models/", which Google puts in front. */
hn_str catalog_bare(const char *model);
/* Looks a model up in the cache; also without a variant after a colon, which lists leave out, and bare.
 * 0; -1 with LISTED_NONE if there is no list of less than a day, or the model is not in it. */
int catalog_find(const struct paths *, const char *instance, const char *url, const char *model, int64_t now_wall_ms,
	struct listed *out);
/* Calls put() with the id of each model of the list, if one of less than a day is cached; id is valid during the call. */
void catalog_each(const struct paths *, const char *instance, const char *url, int64_t now_wall_ms,
	void (*put)(void *ud, const char *id), void *ud);
/* 1 if a list of less than a day is cached and lacks the model; appends the nearest listed name,
 * ` (did you mean "NAME"?)`, or nothing. 0 otherwise: unknown. */
int catalog_lacks(const struct paths *, const char *instance, const char *url, const char *model, int64_t now_wall_ms,
	struct buf *out);

#endif
