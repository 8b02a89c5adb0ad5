/* SPDX-License-Identifier: MIT */
/*
 * facts: what is known about a model, and which source wins: the user, the config file, the
 * provider's own list, the shipped table.
 */
#ifndef HOBNOB_MONEY_FACTS_H
#define HOBNOB_MONEY_FACTS_H

#include "call/runtime.h"
#include "money/catalog.h"
#include "money/cost.h"
#include "money/prices.h"
#include "plugin/instance.h"

struct known {
	struct listed listed; /* from the cached list of the provider */
	struct listed table;  /* by the shipped table, if the setting price_table lets it speak */
	char date[16];        /* the table's; empty without one */
	int is_listed;        /* 1: the cached list of the provider has the model */
};
#define KNOWN_NOTHING ((struct known){ .listed = LISTED_NONE, .table = LISTED_NONE })

/* Both; a NULL model is unknown. */
void known_find(const struct runtime *, const struct instance *, const char *model, struct known *out);
/* A warning (allocated) with the nearest name if the cached list lacks the model; else
 * NULL. It sends no request. */
char *known_doubt(const struct runtime *, const struct instance *, const char *model, const struct known *);
/* Whose prices the table is asked for, by the setting price_table and the endpoint's host; empty:
 * nobody's. Warns about a named vendor that is not in the table. */
void known_vendor(const struct runtime *, const struct instance *, char out[PRICES_VENDOR_ROOM]);

/* What the config file says of a model (settings `models`); all unknown without a model. */
struct listed facts_own(const struct settings *, const char *model);

/* The facts that win for a model. window: tokens, -1 unknown; max_output: of a reply, -1 unknown; accepts,
 * heeds: as the provider's own list has them. */
struct model_facts { int64_t window, max_output; struct price price; uint32_t accepts, heeds; };
/* learnt_window: that the server's own error named, 0: none; it ranks after the config file. */
struct model_facts facts_of(const struct listed *own, int64_t learnt_window, const struct listed *listed, const struct listed *table);

/* Whom the user's prices (price_input, price_output) are for: the first model of a run, and its instance. */
struct user_price { char *model, *by; int told; };
void user_price_free(struct user_price *);
/* The user's price, if it is for that model of that instance: 1, else 0. Where it is for another one, *notice
 * (allocated) says so, once; else it is NULL. */
int user_price_of(struct user_price *, const struct settings *, const char *instance, const char *model,
	struct price *out, char **notice);

#endif
