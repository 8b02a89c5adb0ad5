/* SPDX-License-Identifier: MIT */
/*
 * prices: the table of windows and prices that ships with hobnob, and whose prices hold where.
 *
 * The table is pkgdatadir/prices.tsv, made by core/data/make-prices from the data of models.dev.
 * What it does not say is unknown, never 0, and so is whatever in it cannot be read. Its prices are
 * those of a prompt of ordinary length: some vendors charge more beyond 200,000 tokens.
 */
#ifndef HOBNOB_MONEY_PRICES_H
#define HOBNOB_MONEY_PRICES_H

#include "money/catalog.h"

#define PRICES_VENDOR_ROOM 32 /* bytes of a vendor's name, its NUL included */

/* Whose prices hold at a host (lower case, as url_host gives it): 0; -1 with an empty name if the
 * table does not say. Nothing is priced by a guess: neither loopback nor a gateway has a vendor. */
int prices_vendor(const struct paths *, const char *host, char vendor[PRICES_VENDOR_ROOM]);
/* 1 if the table has models of that vendor, else 0. */
int prices_knows(const struct paths *, const char *vendor);
/* Appends the vendors that it has models of: "alibaba, anthropic, ...". Reads the whole table. */
void prices_vendors(const struct paths *, struct buf *out);
/* What the table says of a vendor's model: 0; -1 with LISTED_NONE if the model is not in it, or
 * there is no table. date: the table's ("2026-07-02"), model found or not; empty without a table.
 *
 * A model is looked up as it is written, but for "models/" in front; if that is not there and it ends in a full
 * date (-2025-08-07 or -20250807), without it. A variant after a colon may cost more or less: it counts as
 * another model. */
int prices_find(const struct paths *, const char *vendor, const char *model, struct listed *out,
	char date[16]);
/* Hands over every model of a vendor in the order of their bytes; model is borrowed for the call.
 * Their number, 0 without a table; date as above. For lists: it reads the whole table. */
size_t prices_each(const struct paths *, const char *vendor, char date[16],
	void (*take)(void *ud, hn_str model, const struct listed *), void *ud);

#endif
