/* SPDX-License-Identifier: MIT */
/*
 * facts: what is known of a model, and which word of it counts: the user's, the config file's, the
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
	struct listed listed; /* by the provider's own list, as it is kept */
	struct listed table;  /* by the shipped table, if the setting price_table lets it speak */
	char date[16];        /* the table's; empty without one */
	int is_listed;        /* 1: the provider's list, as it is kept, has the model */
};
#define KNOWN_NOTHING ((struct known){ .listed = LISTED_NONE, .table = LISTED_NONE })

/* Both; a model that is NULL is not known. */
void known_find(const struct runtime *, const struct instance *, const char *model, struct known *out);
/* A warning (allocated) where the provider's list is kept and lacks the model, with the nearest name; else
 * NULL. Nothing is asked of the provider. */
char *known_doubt(const struct runtime *, const struct instance *, const char *model, const struct known *);
/* Whose prices the table is asked for, by the setting price_table and the endpoint's host; empty:
 * nobody's. A vendor that was named and is not in the table is warned of. */
void known_vendor(const struct runtime *, const struct instance *, char out[PRICES_VENDOR_ROOM]);

/* What the config file says of a model (settings `models`); all unknown without a model. */
struct listed facts_own(const struct settings *, const char *model);

/* What counts of all that is said of a model. window: tokens, -1 unknown; max_output: of a reply, -1 unknown. */
struct model_facts { int64_t window, max_output; struct price price; };
/* learnt_window: that the server's own error named, 0: none; it counts after the config file's word. */
struct model_facts facts_of(const struct listed *own, int64_t learnt_window, const struct listed *listed, const struct listed *table);

/* Whom the user's prices (price_input, price_output) are for: the first model of a run, and its instance. */
struct user_price { char *model, *by; int told; };
void user_price_free(struct user_price *);
/* The user's price, if it is for that model of that instance: 1, else 0. Where it is for another one, *notice
 * (allocated) says so, once; else it is NULL. */
int user_price_of(struct user_price *, const struct settings *, const char *instance, const char *model,
	struct price *out, char **notice);

#endif
