/* SPDX-License-Identifier: MIT */
/*
 * estimator: what was learnt about each instance and model in use: how it counts tokens, and
 * the limits that its server named. By the prior: as tokens_prior_in() has it, whatever was learnt.
 */
#ifndef HOBNOB_TOKENS_ESTIMATOR_H
#define HOBNOB_TOKENS_ESTIMATOR_H

#include "conversation/history.h"
#include "tokens/tokens.h"

struct learnt {
	char *instance, *model;
	struct calibration calibration; /* as if nothing was learnt, while the counts are not believed */
	struct trust trust;
	int64_t window;                 /* the window that a server's error named, tokens; 0: unknown */
	int64_t max_output;             /* tokens: the most it took as a reply's limit; 0: not learnt */
	int unlimited;                  /* it takes no limit of a reply */
};

/* Zero-initialise. */
struct estimator { struct learnt *all; size_t n, cap; };
void estimator_free(struct estimator *);
/* Of that instance and model, valid until the next estimator_learnt(); or NULL. A model that is NULL is
 * one that has no name yet. */
struct learnt *estimator_find(const struct estimator *, const char *instance, const char *model);
/* The same, made when first asked for. */
struct learnt *estimator_learnt(struct estimator *, const char *instance, const char *model);
/* A request of `prior` tokens by the prior was counted as `counted`; -1: it was not. */
void learnt_count(struct learnt *, int64_t prior, int64_t counted);

/* By the prior, frame included: a message of such a model, noted in it; a system prompt, 0 without one. */
int64_t message_tokens(const char *model, struct message *);
/* of these, of its images and files, which each server counts in its own way */
int64_t shown_tokens(const char *model, const struct message *);
int64_t system_tokens(const char *model, const char *text);
/* Of a text, without a frame, by what was learnt; and that or the prior's, whichever is less: what a
 * count must not be much below. */
int64_t text_tokens(const struct learnt *, hn_str text);
int64_t text_tokens_least(const struct learnt *, hn_str text);

#endif
