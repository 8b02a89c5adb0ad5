/* SPDX-License-Identifier: MIT */
/* lend: what a request sends: messages and settings, in memory of the call. */
#include "chat/chat_private.h"

#include <string.h>

/* 1 if it is the model's; all else is sent as the user's. */
static int is_reply(const struct message *m)
{
	return m->role == HN_ROLE_ASSISTANT;
}

/* 1 if the provider may get the opaque parts of a message back: same instance, same model. */
static int takes_back(const struct chat *chat, const struct message *m)
{
	return m->n_opaque && m->instance && m->model && !strcmp(m->instance, chat->answerer->provider->name) &&
	       !strcmp(m->model, chat->answerer->model);
}

/* The texts of messages i to j of the plan, a blank line between two. One text is borrowed, several are in
 * memory of the call. */
static hn_str lend_text(struct turn *t, hn_call *call, size_t i, size_t j)
{
	struct buf all = BUF(BUF_NO_CAP);
	const struct message *m = plan_message(t->chat, t->plan.sends[i]);
	char *text;

	if (i == j)
		return (hn_str){ m->text, m->n };
	for (size_t k = i; k <= j; k++) {
		m = plan_message(t->chat, t->plan.sends[k]);
		buf_adds(&all, k > i ? "\n\n" : "");
		buf_add(&all, m->text, m->n);
	}
	text = call_alloc(call, all.n + 1);
	memcpy(text, all.p, all.n);
	text[all.n] = '\0';
	hn_str lent = { text, all.n };
	buf_free(&all);
	return lent;
}

/* Messages i to j of the plan as one, with its parts, in memory of the call. Opaque parts belong to one
 * message: to several that are joined they no longer fit. */
static hn_message lend_message(struct turn *t, hn_call *call, size_t i, size_t j)
{
	const struct message *m = plan_message(t->chat, t->plan.sends[j]);
	size_t n = 1 + (i == j && takes_back(t->chat, m) ? m->n_opaque : 0);
	hn_part *parts = call_alloc(call, n * sizeof *parts);
	hn_str text = lend_text(t, call, i, j);

	parts[0] = (hn_part){ .type = HN_PART_TEXT, .data = text };
	for (size_t k = 1; k < n; k++)
		parts[k] = (hn_part){
			.type = HN_PART_OPAQUE,
			.name = str_of(m->opaque[k - 1].name),
			.data = { m->opaque[k - 1].data, m->opaque[k - 1].n },
		};
	return (hn_message){
		.role = is_reply(m) ? HN_ROLE_ASSISTANT : HN_ROLE_USER,
		.n_parts = (uint32_t)n,
		.part_stride = sizeof *parts,
		.id = m->id,
		.text = text,
		.parts = parts,
	};
}

/* The system prompt as message 0. Ids of the history begin at 1, so it borrows the largest id there is. */
static hn_message lend_system(struct chat *chat, hn_call *call)
{
	hn_part *part = call_alloc(call, sizeof *part);

	*part = (hn_part){ .type = HN_PART_TEXT, .data = str_of(chat->talk.system) };
	return (hn_message){
		.role = HN_ROLE_SYSTEM,
		.n_parts = 1,
		.part_stride = sizeof *part,
		.id = UINT64_MAX,
		.text = part->data,
		.parts = part,
	};
}

/* The last place of the plan, from i on, that is of the same side. */
static size_t end_of_side(const struct turn *t, size_t i)
{
	int side = is_reply(plan_message(t->chat, t->plan.sends[i]));

	while (i + 1 < t->plan.trim.places && is_reply(plan_message(t->chat, t->plan.sends[i + 1])) == side)
		i++;
	return i;
}

void lend_messages(struct turn *t, hn_call *call, hn_request *req)
{
	struct chat *chat = t->chat;
	hn_message *out = call_alloc(call, (t->plan.trim.sent + 1) * sizeof *out);
	uint32_t n = 0;

	if (chat->talk.system)
		out[n++] = lend_system(chat, call);
	for (size_t i = 0, j; i < t->plan.trim.places; i = j + 1) {
		j = end_of_side(t, i);
		out[n++] = lend_message(t, call, i, j);
	}
	req->messages = out;
	req->n_messages = n;
	req->message_stride = sizeof *out;
}

void lend_settings(struct turn *t, hn_request *req)
{
	const struct settings *settings = t->chat->rt->settings;
	int limits = t->plan.reply_limit > 0 && (setting(settings, S_MAX_TOKENS) || plan_is_limited(t->chat) ||
							answerer_heeds(t->chat, HN_SET_MAX_TOKENS));
	size_t n = 0;

	req->max_tokens = t->plan.reply_limit;
	req->temperature = setting_number(settings, S_TEMPERATURE, 0);
	req->top_p = setting_number(settings, S_TOP_P, 0);
	req->seed = setting_int(settings, S_SEED, 0);
	req->window = t->plan.window > 0 ? t->plan.window : 0;
	req->prompt = t->plan.prompt;
	req->conversation = str_of(chat_conversation(t->chat));
	req->set = (limits ? HN_SET_MAX_TOKENS : 0) |
		   (setting(settings, S_TEMPERATURE) ? HN_SET_TEMPERATURE : 0) |
		   (setting(settings, S_TOP_P) ? HN_SET_TOP_P : 0) |
		   (setting(settings, S_SEED) ? HN_SET_SEED : 0);
	req->flags = (setting_bool(settings, S_STREAM) ? HN_REQUEST_STREAM : 0) |
		     (t->chat->dry_run ? HN_REQUEST_DRY : 0);
	req->reasoning_effort = setting_text(settings, S_REASONING_EFFORT);
	req->stop = setting_list(settings, S_STOP, &n);
	req->n_stop = (uint32_t)n;
	req->set |= (n ? HN_SET_STOP : 0) | (req->reasoning_effort.n ? HN_SET_EFFORT : 0);
}
