/* SPDX-License-Identifier: MIT */
/* known: what is known of an instance's model beyond the user's own word. */
#ifndef HOBNOB_MONEY_FACTS_H
#define HOBNOB_MONEY_FACTS_H

#include "call/runtime.h"
#include "money/catalog.h"
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

#endif
