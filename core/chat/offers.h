/* SPDX-License-Identifier: MIT */
/*
 * offers: the models that a provider offers, or those whose ids or names hold some words, with what turns would know
 * of each. The whole list is kept for the turns to come.
 */
#ifndef HOBNOB_CHAT_OFFERS_H
#define HOBNOB_CHAT_OFFERS_H

#include "call/call.h"
#include "call/runtime.h"
#include "money/facts.h"
#include "util/json.h"

/* One model, and what counts of all that is said of it. */
struct offer {
	char *id, *name;         /* without the user's keys */
	int64_t window, max_output; /* tokens, -1 unknown */
	struct price price;
	uint32_t accepts, heeds; /* all ones: not said */
};

/* Zero-initialise but for what is asked for, all borrowed. */
struct offers {
	const struct runtime *rt;
	const struct instance *instance;
	char *const *words;      /* that an id or a name must hold, in whatever case */
	size_t n_words;
	struct offer *all;       /* sorted by id */
	size_t n, cap;
	/* Whose lines of the shipped table hold here; empty: nobody's. And what turns will know; while it is asked. */
	char vendor[PRICES_VENDOR_ROOM];
	struct catalog *catalog;
};
/* Asks the provider once, by a call with a network. Where its list cannot be had, and the shipped table has the
 * vendor's models, those: then it is 0 with a fault that says why. Else 0, or HN_ERR_* with a fault, which has no message if
 * it was interrupted. */
int32_t offers_ask(struct offers *, hn_call *, struct fault *);
void offers_free(struct offers *);
/* Why the list is empty: static text. */
const char *offers_none(const struct offers *);

/* Calls the provider's models() by a call with a network: as above, without a table. */
int32_t offers_call(const struct instance *, hn_call *, int32_t (*take)(void *ud, const hn_model *), void *ud, struct fault *);

/* A price a token as USD per million; NULL if it is unknown. */
const char *offer_price(int64_t per_token, char out[32]);
/* A number of tokens; NULL if it is unknown. */
const char *offer_count(int64_t n, char out[32]);
/* All of an offer (put by the caller). */
struct json_object *offer_json(const struct offer *);

#endif
