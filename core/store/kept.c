/* SPDX-License-Identifier: MIT */
/* kept: what a listing says about one conversation. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/store.h"
#include "util/mem.h"
#include "util/money.h"
#include "util/utf8.h"

#define TITLE_CHARS 120 /* of a first question */

void kept_free(struct kept *kept)
{
	free(kept->id);
	free(kept->title);
	free(kept->provider);
	free(kept->model);
	*kept = (struct kept){ .id = NULL };
}

/* The first question of the branch, else of them all; or NULL. */
static const struct message *first_question(const struct history *h)
{
	for (size_t i = 0; i < h->n_view; i++)
		if (h->view[i]->role == HN_ROLE_USER)
			return h->view[i];
	for (size_t i = 0; i < h->n; i++)
		if (h->all[i]->role == HN_ROLE_USER)
			return h->all[i];
	return NULL;
}

/* The last reply that somebody gave, or NULL. */
static const struct message *last_answer(const struct history *h)
{
	for (size_t i = h->n; i-- > 0;)
		if (h->all[i]->role == HN_ROLE_ASSISTANT && h->all[i]->instance)
			return h->all[i];
	return NULL;
}

/* What stands beside a text that is empty (allocated). */
static char *beside_text(const struct message *m)
{
	struct buf out = BUF(BUF_NO_CAP);

	message_describe(m, " ", &out);
	return buf_take(&out);
}

/* The first line that is not blank, cut (allocated). */
static char *first_line(hn_str text)
{
	const char *p = text.p, *end = p + text.n;
	while (p < end && strchr(" \t\r\n", *p))
		p++;
	const char *newline = memchr(p, '\n', (size_t)(end - p)), *stop = p;
	if (newline)
		end = newline;
	for (size_t chars = 0; stop < end && chars < TITLE_CHARS; chars++) {
		uint32_t cp;
		size_t n = utf8_decode(stop, (size_t)(end - stop), &cp);
		stop = n ? stop + n : end;
	}
	int cut = stop < end;
	while (stop > p && strchr(" \t\r", stop[-1]))
		stop--;
	return xasprintf("%.*s%s", (int)(stop - p), p, cut ? "…" : "");
}

/* What the user called it, or what the first question begins with (allocated). */
static char *title_of(const struct conversation *c)
{
	const struct message *m = first_question(&c->history);

	if (c->title)
		return first_line(str_of(c->title));
	if (m && m->n == 0)
		return beside_text(m);
	return first_line(m ? (hn_str){ m->text, m->n } : str_of(""));
}

static void add_turn(struct kept *kept, const struct message *m)
{
	kept->turns++;
	if (m->cost < 0)
		kept->unpriced += !message_is_free(m);
	else
		kept->cost = kept->cost < 0 ? m->cost : money_add(kept->cost, m->cost);
}

void kept_of(const struct conversation *c, const char *id, struct kept *out)
{
	const struct message *last = last_answer(&c->history);
	*out = (struct kept){ .id = xstrdup(id),
		.title = title_of(c),
		.provider = xstrdup(last ? last->instance : ""),
		.model = xstrdup(last && last->model ? last->model : ""),
		.created = c->created,
		.messages = (int64_t)c->history.n_view,
		.damaged = (int64_t)c->reading.damaged,
		.answered = conversation_has_answer(c),
		.cost = MONEY_UNKNOWN };
	for (size_t i = 0; i < c->history.n; i++)
		if (c->history.all[i]->role == HN_ROLE_ASSISTANT)
			add_turn(out, c->history.all[i]);
}

const char *kept_time(int64_t ms, char out[32])
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm local;
	if (!localtime_r(&seconds, &local) || !strftime(out, 32, "%Y-%m-%d %H:%M", &local))
		*out = '\0';
	return out;
}
