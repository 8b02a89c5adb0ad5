/* SPDX-License-Identifier: MIT */
/*
 * refuse: what a request holds that the provider or its model does not pass on. Ignored in silence, the
 * user would believe that it was obeyed.
 */
#ifndef HOBNOB_CHAT_REFUSE_H
#define HOBNOB_CHAT_REFUSE_H

#include "call/call.h"

/* What one side passes on: bits 1 << HN_PART_*, and HN_SET_*. Where nobody says so, all ones. */
struct bearer { const char *name; uint32_t accepts, heeds; };

/* The first thing of a request that is not passed on. */
struct refusal {
	const struct bearer *by;
	uint32_t setting; /* HN_SET_*; 0: it is a part */
	uint32_t part;    /* HN_PART_* */
};

/* 1 with *out filled if a side does not pass on all of the request; else 0. OPAQUE needs no bit: it comes
 * from the same plugin. What refuse_doubts() finds is passed on. */
int refuse_find(const hn_request *, const struct bearer *provider, const struct bearer *model, struct refusal *out);
/* HN_SET_*: settings of the request that the list of models leaves out for this one, and that are sent
 * nevertheless: lists are often incomplete, and without them the reply is still an answer. */
uint32_t refuse_doubts(const hn_request *, const struct bearer *model);
/* The name of a setting, static text: "seed"; NULL for a bit that is unknown. */
const char *refuse_key(uint32_t setting);
/* Refuses such a request by fail(), by name, with what to do: 0, or HN_ERR_USAGE. needs_limit: the core set
 * max_tokens for a limit of the user's. */
int32_t refuse(hn_call *, const hn_request *, const struct bearer *provider, const struct bearer *model, int needs_limit);

#endif
