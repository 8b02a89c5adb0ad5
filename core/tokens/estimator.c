/* SPDX-License-Identifier: MIT */
/* estimator: what was learnt about each instance and model. */
#include "tokens/estimator.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

void estimator_free(struct estimator *e)
{
	for (size_t i = 0; i < e->n; i++) {
		free(e->all[i].instance);
		free(e->all[i].model);
	}
	free(e->all);
	*e = (struct estimator){ 0 };
}

struct learnt *estimator_find(const struct estimator *e, const char *instance, const char *model)
{
	for (size_t i = 0; i < e->n; i++)
		if (!strcmp(e->all[i].instance, instance) &&
			!strcmp(e->all[i].model, model ? model : ""))
			return &e->all[i];
	return NULL;
}

struct learnt *estimator_learnt(struct estimator *e, const char *instance, const char *model)
{
	struct learnt *l = estimator_find(e, instance, model);

	if (l)
		return l;
	e->all = xgrow(e->all, e->n, &e->cap, sizeof *e->all);
	l = &e->all[e->n++];
	*l = (struct learnt){
		.instance = xstrdup(instance),
		.model = xstrdup(model ? model : ""),
	};
	return l;
}

/* Where counts cannot be believed the estimate goes back to the prior. */
void learnt_count(struct learnt *l, int64_t prior, int64_t counted)
{
	if (tokens_trust(&l->trust, prior, counted))
		tokens_learn(&l->calibration, prior, counted);
	else if (l->trust.lost)
		l->calibration = (struct calibration){ 0 };
}

/* The vocabulary that a model counts by. */
static enum tokens_vocabulary vocabulary(const char *model)
{
	return model ? tokens_vocabulary(model) : TOKENS_O200K;
}

/* Tokens of the parts beside the text; shown: of images and files alone. */
static int64_t parts_tokens(enum tokens_vocabulary v, const struct message *m, int shown)
{
	int64_t sum = 0;

	for (size_t i = 0; i < m->n_parts; i++) {
		hn_part part = part_lend(&m->parts[i]);

		if (!shown || part.type == HN_PART_IMAGE || part.type == HN_PART_FILE)
			sum += tokens_of_part(v, &part);
	}
	return sum;
}

int64_t shown_tokens(const char *model, const struct message *m)
{
	return m->n_parts ? parts_tokens(vocabulary(model), m, 1) : 0;
}

int64_t message_tokens(const char *model, struct message *m)
{
	enum tokens_vocabulary v = vocabulary(model);

	if (m->tokens_by != 1 + (int)v) {
		m->tokens = tokens_prior_in(v, (hn_str){ m->text, m->n }) + TOKENS_PER_MESSAGE +
			    parts_tokens(v, m, 0);
		m->tokens_by = 1 + (int)v;
	}
	return m->tokens;
}

int64_t system_tokens(const char *model, const char *text)
{
	if (!text || !*text)
		return 0;
	return tokens_prior_in(vocabulary(model), str_of(text)) + TOKENS_PER_MESSAGE;
}

int64_t text_tokens(const struct learnt *l, hn_str text)
{
	return tokens_apply(&l->calibration, tokens_prior_in(vocabulary(l->model), text));
}

int64_t text_tokens_least(const struct learnt *l, hn_str text)
{
	int64_t prior = tokens_prior_in(vocabulary(l->model), text);
	int64_t by_learnt = tokens_apply(&l->calibration, prior);

	return prior < by_learnt ? prior : by_learnt;
}
