/* SPDX-License-Identifier: MIT */
/*
 * several: one question, asked of another model, or of several, one after the other.
 *
 * Each reply is a branch of its own. What the limits and confirm_cost say of all of them together is
 * said before the first is asked. A model that fails does not keep the others from answering.
 */
#include "chat/chat_private.h"

#include <stdlib.h>

#include "util/mem.h"
#include "util/money.h"

/* ---- another model ---- */

/* A model that is asked, and what is known of it, while it is not its turn. */
struct cast {
	char *model;
	struct known known;
	uint32_t doubted;
};

/* Has the model of the cast answer, and the other one wait. */
static void swap(struct chat *chat, struct cast *c)
{
	struct answerer *a = chat->answerer;
	struct cast was = { a->model, a->known, a->doubted };

	a->model = c->model;
	a->known = c->known;
	a->doubted = c->doubted;
	*c = was;
}

/* Answers the view's last message, unless that costs so much that the user has to confirm it. */
static int32_t answer(struct chat *chat)
{
	int32_t code = confirm_turn(chat);

	return code ? code : turn_answer(chat);
}

int32_t chat_answer(struct chat *chat, const char *model)
{
	struct cast other = { .known = KNOWN_NOTHING };
	int32_t code;

	if (!model)
		return answer(chat);
	swap(chat, &other);
	chat_take_model(chat, model);
	code = answer(chat);
	swap(chat, &other);
	free(other.model);
	return code;
}

/* ---- several ---- */

/* Takes the models, with a notice about each that the provider's list lacks. */
static struct cast *cast_all(struct chat *chat, const struct asked *asked, size_t n)
{
	struct cast *all = xcalloc(n, sizeof *all);

	for (size_t i = 0; i < n; i++) {
		all[i].known = KNOWN_NOTHING;
		swap(chat, &all[i]);
		chat_take_model(chat, asked[i].model);
		swap(chat, &all[i]);
	}
	return all;
}

static void cast_free(struct cast *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(all[i].model);
	free(all);
}

/* What the question sends, to each of them; the least that it needs, a short reply included. */
static struct outlay outlay_of(struct chat *chat, struct cast *all, size_t n)
{
	struct outlay outlay = { 0 };

	for (size_t i = 0; i < n; i++) {
		struct plan plan = { .chat = chat };

		swap(chat, &all[i]);
		plan_make(&plan);
		outlay_add(&outlay, &plan);
		plan_free(&plan);
		swap(chat, &all[i]);
	}
	return outlay;
}

/* Refuses them together: 0, or the code of the ERROR event. */
static int32_t check(struct chat *chat, struct cast *all, size_t n)
{
	struct outlay outlay = outlay_of(chat, all, n);
	hn_call call;
	int32_t code;

	call_init(&call, &chat->rt->task->cancel, chat->rt->clock, chat->rt->log);
	code = limits_hold_outlay(chat, &outlay, &call);
	if (code)
		tell_error(chat, code, str_of(call.error.message), str_of(call.error.hint));
	call_end(&call);
	return code ? code : confirm_outlay(chat, &outlay);
}

/* Asks one of them. What turn_answer() returns. */
static int32_t ask(struct chat *chat, uint64_t question, struct cast *c, struct asked *asked)
{
	struct history *h = &chat->talk.history;
	int32_t code;

	history_go(h, question);
	swap(chat, c);
	code = turn_answer(chat);
	swap(chat, c);
	asked->reply = h->view[h->n_view - 1];
	asked->why = chat->among->why;
	chat->among->why = (struct fault){ 0 };
	return code;
}

int32_t chat_ask_each(struct chat *chat, const char *command, struct asked *asked, size_t n)
{
	uint64_t question = history_head(&chat->talk.history);
	struct among among = { .command = command };
	struct cast *all = cast_all(chat, asked, n);
	int32_t code = check(chat, all, n);
	size_t i = 0;

	chat->among = &among;
	if (code == 0) {
		do
			code = ask(chat, question, &all[i], &asked[i]);
		while (++i < n && code != HN_ERR_INTERRUPTED && !among.unheard);
		code = among.unheard ? among.unheard : code == HN_ERR_INTERRUPTED ? code : 0;
	}
	chat->among = NULL;
	cast_free(all, n);
	return code;
}

hn_session_event chat_interrupted(const struct message *m)
{
	return turn_closing(HN_ON_DONE, m);
}
