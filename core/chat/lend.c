/* SPDX-License-Identifier: MIT */
/* lend: what a request sends: messages and settings, in memory of the call. */
#include "chat/chat_private.h"

#include <string.h>

/* ---- what of a message is lent ---- */

/* 1 if a message of the plan, from place `from` on and before `upto`, has such a part with that id. */
static int has_part(const struct turn *t, size_t from, size_t upto, uint32_t type, const char *id)
{
	for (size_t i = from; i < upto; i++) {
		const struct message *m = plan_message(t->chat, t->plan.sends[i]);

		for (size_t k = 0; k < m->n_parts; k++)
			if (m->parts[k].type == type && m->parts[k].id && id && !strcmp(m->parts[k].id, id))
				return 1;
	}
	return 0;
}

/* 1 if that instance and model made the message: only they can read its opaque parts. */
static int made_by_it(const struct chat *chat, const struct message *m)
{
	return m->instance && m->model && !strcmp(m->instance, chat->answerer->provider->name) &&
	       !strcmp(m->model, chat->answerer->model);
}

/* 1 if a part of the message at that place is lent. What the user attached always is: who does not take it
 * refuses it. A call without its result is left out, as no server takes one; and so is an image of a reply
 * where it is not taken. */
static int is_lent(const struct turn *t, size_t place, const struct part *p)
{
	const struct message *m = plan_message(t->chat, t->plan.sends[place]);
	uint32_t accepts = answerer_accepts(t->chat);

	switch (p->type) {
	case HN_PART_OPAQUE:
		return made_by_it(t->chat, m);
	case HN_PART_TOOL_CALL:
		return has_part(t, place + 1, t->plan.trim.places, HN_PART_TOOL_RESULT, p->id);
	case HN_PART_TOOL_RESULT:
		return has_part(t, 0, place, HN_PART_TOOL_CALL, p->id);
	default:
		return m->role != HN_ROLE_ASSISTANT || accepts >> p->type & 1;
	}
}

/* ---- messages ---- */

/* Messages of the plan that are being joined. */
struct joint {
	struct buf text;
	struct part *parts; /* borrow their bytes */
	size_t n;
};

/* Adds the parts that are lent, of the message whose text comes next. */
static void join_parts(struct joint *j, const struct turn *t, size_t place)
{
	const struct message *m = plan_message(t->chat, t->plan.sends[place]);

	for (size_t i = 0; i < m->n_parts; i++) {
		if (!is_lent(t, place, &m->parts[i]))
			continue;
		j->parts[j->n] = m->parts[i];
		j->parts[j->n++].at += j->text.n;
	}
}

static void join(struct joint *j, const struct turn *t, size_t place)
{
	const struct message *m = plan_message(t->chat, t->plan.sends[place]);

	if (j->text.n && m->n)
		buf_adds(&j->text, "\n\n");
	join_parts(j, t, place);
	buf_add(&j->text, m->text, m->n);
}

/* A copy in memory of the call. */
static hn_str lend_copy(hn_call *call, hn_str text)
{
	char *copy = call_alloc(call, text.n + 1);

	if (text.n)
		memcpy(copy, text.p, text.n);
	return (hn_str){ copy, text.n };
}

/* Whose a message is, to the provider. A tool's message without a result is text like the user's. */
static uint32_t side_of(const struct message *m)
{
	if (m->role == HN_ROLE_TOOL)
		for (size_t i = 0; i < m->n_parts; i++)
			if (m->parts[i].type == HN_PART_TOOL_RESULT)
				return HN_ROLE_TOOL;
	return m->role == HN_ROLE_ASSISTANT ? HN_ROLE_ASSISTANT : HN_ROLE_USER;
}

/* What the messages of a request are made with. */
struct lending {
	struct turn *turn;
	hn_call *call;
	struct part *joined; /* room for the parts of one message */
	hn_part *parts;      /* room for the parts of those to come */
};

/* The room for all parts is two blocks of the call's memory: two for each message would cost a long
 * conversation more than all the rest of a turn. */
static struct lending lending_of(struct turn *t, hn_call *call)
{
	size_t all = 0, split = 0;

	for (size_t i = 0; i < t->plan.trim.places; i++) {
		size_t n = plan_message(t->chat, t->plan.sends[i])->n_parts;

		all += n;
		split += parts_most(n);
	}
	return (struct lending){
		.turn = t,
		.call = call,
		.joined = call_alloc(call, (all + 1) * sizeof(struct part)),
		.parts = call_alloc(call, (split + 1) * sizeof(hn_part)),
	};
}

/* Messages i to j of the plan as one: their texts with a blank line between two, and their parts where
 * they stand. */
static hn_message lend_message(struct lending *l, size_t i, size_t j)
{
	const struct message *m = plan_message(l->turn->chat, l->turn->plan.sends[j]);
	struct joint joint = { .text = BUF(BUF_NO_CAP), .parts = l->joined };
	hn_message lent = { .role = side_of(m), .part_stride = sizeof(hn_part), .id = m->id, .parts = l->parts };

	if (i == j)
		join_parts(&joint, l->turn, i);
	for (size_t k = i; k <= j && i < j; k++)
		join(&joint, l->turn, k);
	lent.text = i == j ? (hn_str){ m->text, m->n } : lend_copy(l->call, buf_str(&joint.text));
	lent.n_parts = (uint32_t)parts_split(lent.text, joint.parts, joint.n, l->parts);
	l->parts += lent.n_parts;
	buf_free(&joint.text);
	return lent;
}

/* 1 if it is empty: its parts were left out, and it has no text. */
static int is_hollow(const hn_message *m)
{
	return m->text.n == 0 && m->n_parts == 1 && m->parts[0].type == HN_PART_TEXT;
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
	uint32_t side = side_of(plan_message(t->chat, t->plan.sends[i]));

	while (i + 1 < t->plan.trim.places && side_of(plan_message(t->chat, t->plan.sends[i + 1])) == side)
		i++;
	return i;
}

void lend_messages(struct turn *t, hn_call *call, hn_request *req)
{
	struct chat *chat = t->chat;
	hn_message *out = call_alloc(call, (t->plan.trim.places + 1) * sizeof *out);
	struct lending lending = lending_of(t, call);
	uint32_t n = 0;

	if (chat->talk.system)
		out[n++] = lend_system(chat, call);
	for (size_t i = 0, j; i < t->plan.trim.places; i = j + 1) {
		j = end_of_side(t, i);
		out[n] = lend_message(&lending, i, j);
		n += out[n].role == HN_ROLE_USER || !is_hollow(&out[n]);
	}
	req->messages = out;
	req->n_messages = n;
	req->message_stride = sizeof *out;
}

/* ---- settings ---- */

/* What the plan says of any request. */
static void lend_plan(const struct turn *t, hn_request *req)
{
	int limits = t->plan.reply_limit > 0 && (plan_limit_said(t->chat) >= 0 || plan_is_limited(t->chat) ||
							answerer_heeds(t->chat, HN_SET_MAX_TOKENS));

	req->max_tokens = t->plan.reply_limit;
	req->window = t->plan.window > 0 ? t->plan.window : 0;
	req->prompt = t->plan.prompt;
	req->set = (req->set & ~HN_SET_MAX_TOKENS) | (limits ? HN_SET_MAX_TOKENS : 0);
}

void lend_settings(struct turn *t, hn_request *req)
{
	const struct settings *settings = t->chat->rt->settings;
	size_t n = 0;

	lend_plan(t, req);
	req->temperature = setting_number(settings, S_TEMPERATURE, 0);
	req->top_p = setting_number(settings, S_TOP_P, 0);
	req->seed = setting_int(settings, S_SEED, 0);
	req->conversation = str_of(chat_conversation(t->chat));
	req->set |= (setting(settings, S_TEMPERATURE) ? HN_SET_TEMPERATURE : 0) |
		    (setting(settings, S_TOP_P) ? HN_SET_TOP_P : 0) |
		    (setting(settings, S_SEED) ? HN_SET_SEED : 0);
	req->flags = (setting_bool(settings, S_STREAM) ? HN_REQUEST_STREAM : 0) |
		     (t->chat->dry_run ? HN_REQUEST_DRY : 0);
	req->reasoning_effort = setting_text(settings, S_REASONING_EFFORT);
	req->stop = setting_list(settings, S_STOP, &n);
	req->n_stop = (uint32_t)n;
	if (t->chat->schema) {
		req->schema = t->chat->schema->text;
		req->schema_name = t->chat->schema->name;
		req->set |= HN_SET_SCHEMA;
	}
	req->set |= (n ? HN_SET_STOP : 0) | (req->reasoning_effort.n ? HN_SET_EFFORT : 0);
}

/* ---- a relayed request ---- */

void lend_relayed(struct turn *t, hn_request *req)
{
	struct chat *chat = t->chat;

	*req = *chat->relayed;
	req->struct_size = sizeof *req;
	req->model = str_of(chat->answerer->model);
	lend_plan(t, req);
}
