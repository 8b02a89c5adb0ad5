/* SPDX-License-Identifier: MIT */
/*
 * tokens: how many tokens a text will be. An estimate from a per-script prior (Latin words, CJK,
 * digits, punctuation, other scripts), corrected by a factor that each reported usage moves, on top
 * of what the server has counted already. How near it comes stands in docs/context.md.
 * Integer arithmetic in 1/1024 tokens; no I/O, no clock.
 */
#ifndef HOBNOB_TOKENS_TOKENS_H
#define HOBNOB_TOKENS_TOKENS_H

#include <stdint.h>

#include "util/buf.h"

#define TOKENS_PER_MESSAGE 4 /* role and frame of each message */
#define TOKENS_PER_REQUEST 3 /* what primes the reply */

/* The vocabularies that the prior knows: most newer models are near the first. */
enum tokens_vocabulary { TOKENS_O200K, TOKENS_CL100K, TOKENS_VOCABULARIES };

/* tokens by the prior alone, rounded up, never more than the bytes and 2; 0 for no text */
int64_t tokens_prior_in(enum tokens_vocabulary, hn_str text);
/* of a part beside the text, as roughly as servers agree on it; 0 for TEXT, which is counted with the text,
 * and for OPAQUE, which its plugin may not send */
int64_t tokens_of_part(enum tokens_vocabulary, const hn_part *);
/* By a model's name, with or without its vendor ("openai/gpt-4-turbo"): TOKENS_CL100K for GPT-4 and
 * GPT-3.5, TOKENS_O200K for all others. */
enum tokens_vocabulary tokens_vocabulary(const char *model);

/* For one instance and model. Zero-initialise. */
struct calibration {
	int64_t factor_1024;
	unsigned seen;
};
/* A request estimated by the prior at `estimated` tokens was counted at `reported` by the
 * server; absurd pairs (beyond 1:8) are ignored. The first pair moves the factor fully, later
 * ones by a quarter; both numbers count with 64 tokens more, so that a short request, most of
 * which is the server's own frame, says little. */
void tokens_learn(struct calibration *, int64_t estimated, int64_t reported);
/* rounded up; the prior itself while nothing was learnt */
int64_t tokens_apply(const struct calibration *, int64_t prior);

/* Whether the counts of an instance and model can be believed. Zero-initialise: they are. */
struct trust {
	int64_t prior, counted; /* the last count that was near its request's estimate; 0: none */
	int absurd; /* 1: the last count was absurd */
	int lost;
};
/* A request estimated by the prior at `prior` tokens was counted at `counted`. 1 if that can be, by itself
 * (as tokens_count() has it) and beside the count before: for more text not more than 8 times as much more,
 * 64 tokens on top, and not less than half; 0 if it cannot, or is not a count. A server that adds up what it
 * counted before, or counts only what is new, is found out by that: trust is lost by two counts that do not
 * go together, or two in a row that are absurd, and nothing that was counted is to be used. Two that do go
 * together bring it back. */
int tokens_trust(struct trust *, int64_t prior, int64_t counted);

/* 1 if so few tokens cannot be what the prior estimates at `prior`: less than a 16th. No vocabulary makes that
 * of any text, and the prior knows long runs of one sign. */
int tokens_too_few(int64_t prior, int64_t counted);

/* What the server counted of a conversation, all at once. Zero-initialise; again when the
 * next request no longer begins with what was counted (/clear, another branch) or goes to another
 * model. */
struct anchor {
	int64_t prior, counted;
};
/* Messages that the prior estimates at `prior` tokens were counted at `counted`: those of a request
 * (its reported prompt), or better, with the reply after them (prompt and completion without its
 * reasoning, which is not sent again; then the prior holds the reply's message, too). A count that
 * is missing or absurd (more than 8 times as much, 64 tokens on top; less than a quarter, but for 16)
 * changes nothing. */
void tokens_count(struct anchor *, int64_t prior, int64_t counted);
/* A request that begins as the counted one does and is estimated by the prior at `prior`: what was
 * counted, and the estimate of only what is new; of a smaller one, its share of what was counted.
 * tokens_apply's while nothing was counted. Never less for a larger prior. */
int64_t tokens_since(const struct calibration *, const struct anchor *, int64_t prior);
/* The inverse: the largest prior for which tokens_since is at most `tokens`; never less
 * than 0. */
int64_t tokens_room(const struct calibration *, const struct anchor *, int64_t tokens);

#endif
