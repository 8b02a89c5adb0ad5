/* SPDX-License-Identifier: MIT */
/* known: what is known of an instance's model beyond the user's own word. */
#ifndef HOBNOB_CHAT_KNOWN_H
#define HOBNOB_CHAT_KNOWN_H

#include "chat/catalog.h"
#include "chat/runtime.h"

struct known {
	struct listed listed; /* by the provider's own list, as it is kept */
	struct listed table;  /* by the shipped table, if the setting price_table lets it speak */
	char date[16];        /* the table's; empty without one */
};
#define KNOWN_NOTHING ((struct known){ .listed = LISTED_NONE, .table = LISTED_NONE })

/* Both; a model that is NULL is not known. */
void known_find(const struct runtime *, const struct instance *, const char *model, struct known *out);
/* The table alone. */
void known_by_table(const struct runtime *, const struct instance *, const char *model, struct known *out);

#endif
