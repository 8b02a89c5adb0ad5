/* SPDX-License-Identifier: MIT */
/*
 * tokens: how many tokens a text will be. An estimate from a per-script prior (Latin words, CJK,
 * digits, punctuation, other scripts), corrected by a factor that each reported usage moves.
 * Integer arithmetic in 1/1024 tokens; no I/O, no clock.
 */
#ifndef HOBNOB_CHAT_TOKENS_H
#define HOBNOB_CHAT_TOKENS_H

#include <stdint.h>

#include "util/buf.h"

#define TOKENS_PER_MESSAGE 4 /* role and frame of each message */
#define TOKENS_PER_REQUEST 3 /* what primes the reply */

int64_t tokens_prior(hn_str text); /* tokens by the prior alone, rounded up; 0 for no text */

/* For one instance and model. Zero-initialise. */
struct calibration { int64_t factor_1024; unsigned seen; };
/* A request estimated by the prior at `estimated` tokens was counted at `reported` by the
 * server; absurd pairs (beyond 1:8) are ignored. The first pair moves the factor fully, later
 * ones by a quarter; both numbers count with 64 tokens more, so that a short request, most of
 * which is the server's own frame, says little. */
void tokens_learn(struct calibration *, int64_t estimated, int64_t reported);
/* rounded up; the prior itself while nothing was learnt */
int64_t tokens_apply(const struct calibration *, int64_t prior);

#endif
