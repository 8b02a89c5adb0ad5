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

int64_t message_tokens(const char *model, struct message *m)
{
	enum tokens_vocabulary v = vocabulary(model);

	if (m->tokens_by != 1 + (int)v) {
		m->tokens = tokens_prior_in(v, (hn_str){ m->text, m->n }) + TOKENS_PER_MESSAGE;
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
