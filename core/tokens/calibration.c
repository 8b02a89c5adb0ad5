/* SPDX-License-Identifier: MIT */
/* calibration: an estimate beside what a server counted. */
#include "tokens/tokens.h"

#define DAMPING 64 /* tokens that count as known beforehand: "hi" alone says nothing about long texts */
#define ABSURD 8 /* a ratio beyond this is not a count of the same text */
#define FRAME 16 /* tokens that the prior allows for a short request's frame, and some servers do not */
#define MOST_LEARNT (INT64_C(1) << 50)

/* Takes one reported count into account: the first moves the factor fully, each later one by a
 * quarter. */
void tokens_learn(struct calibration *c, int64_t estimated, int64_t reported)
{
	if (estimated <= 0 || reported <= 0 || estimated > MOST_LEARNT || reported > MOST_LEARNT)
		return;
	if (reported > estimated * ABSURD || estimated > reported * ABSURD)
		return;
	int64_t factor = (reported + DAMPING) * 1024 / (estimated + DAMPING);
	c->factor_1024 = c->seen ? c->factor_1024 + (factor - c->factor_1024) / 4 : factor;
	if (c->seen < UINT32_MAX)
		c->seen++;
}

/* The estimate for this instance and model, rounded up. */
int64_t tokens_apply(const struct calibration *c, int64_t prior)
{
	if (!c->seen || prior <= 0)
		return prior;
	if (prior > MOST_LEARNT)
		return prior;
	return (prior * c->factor_1024 + 1023) / 1024;
}

/* 1 if a count can be that of a request: a server may add a frame of its own, but no vocabulary makes
 * a quarter of what another does. */
static int is_near(int64_t estimated, int64_t reported)
{
	return reported <= (estimated + DAMPING) * ABSURD && estimated / 4 <= reported + FRAME;
}

/* 1 if a count cannot be that of a text. */
int tokens_too_few(int64_t prior, int64_t counted)
{
	return prior > 0 && (prior - 1) / 16 >= counted;
}

/* 1 if two counts can be those of one server, though not of one text: each counts its own request. */
static int agrees(const struct trust *before, int64_t prior, int64_t counted)
{
	int64_t more = prior > before->prior ? prior - before->prior : 0;

	if (before->counted == 0)
		return 1;
	if (counted - before->counted > (more + DAMPING) * ABSURD)
		return 0;
	return prior < before->prior || before->counted <= 2 * counted + DAMPING;
}

/* Looks at one count. One that is absurd may be a slip: the next is held against the one before it. */
int tokens_trust(struct trust *t, int64_t prior, int64_t counted)
{
	if (prior <= 0 || counted <= 0 || prior > MOST_LEARNT)
		return 0;
	if (counted > MOST_LEARNT || !is_near(prior, counted)) {
		t->lost |= t->absurd;
		t->absurd = 1;
		return 0;
	}
	t->absurd = 0;
	t->lost = !agrees(t, prior, counted);
	t->prior = prior;
	t->counted = counted;
	return !t->lost;
}

/* The server counted a request, and maybe its reply. */
void tokens_count(struct anchor *a, int64_t prior, int64_t counted)
{
	if (prior < 0 || counted <= 0 || prior > MOST_LEARNT || counted > MOST_LEARNT)
		return;
	if (is_near(prior, counted))
		*a = (struct anchor){ .prior = prior, .counted = counted };
}

/* a * b / c of numbers that are not negative, without passing the type on the way. */
static int64_t share(int64_t a, int64_t b, int64_t c, int round_up)
{
	__extension__ typedef unsigned __int128 wide;
	wide all = (wide)a * (wide)b + (wide)(round_up ? c - 1 : 0);
	wide one = all / (wide)c;

	return one > (wide)INT64_MAX ? INT64_MAX : (int64_t)one;
}

/* What was counted, and the estimate of what came since; of less, its share of the count. */
int64_t tokens_since(const struct calibration *c, const struct anchor *a, int64_t prior)
{
	if (a->counted == 0 || prior > MOST_LEARNT)
		return tokens_apply(c, prior);
	if (prior >= a->prior)
		return a->counted + tokens_apply(c, prior - a->prior);
	return share(a->counted, prior > 0 ? prior : 0, a->prior, 1);
}

/* The most by the prior that is so many tokens by the estimate. */
int64_t tokens_room(const struct calibration *c, const struct anchor *a, int64_t tokens)
{
	int64_t known = a->counted == 0 ? 0 : a->counted, factor = c->seen ? c->factor_1024 : 1024;
	int64_t more, room;

	if (tokens <= 0 || factor <= 0)
		return 0;
	if (tokens < known)
		return share(tokens, a->prior, known, 0);
	more = share(tokens - known, 1024, factor, 0);
	return __builtin_add_overflow(more, known ? a->prior : 0, &room) ? INT64_MAX : room;
}
