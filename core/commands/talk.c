/* SPDX-License-Identifier: MIT */
/* talk: commands that look at the conversation or move in it. */
#include "commands/commands_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/money.h"
#include "util/names.h"
#include "util/text.h"

/* /clear: an empty view; the system prompt and the accounts stay. */
void command_clear(struct commands *c, hn_str args, struct command_result *r)
{
	struct chat *chat = c->chat;
	if (!result_no_args(r, "/clear", args))
		return;
	history_go(&chat->talk.history, 0);
	chat_moved(chat);
	buf_adds(&r->text, "cleared");
}

/* The last question, or NULL with the result failed. */
static const struct message *last_question(
	struct chat *chat, struct command_result *r, const char *what)
{
	const struct message *m = history_last(&chat->talk.history, HN_ROLE_USER);

	if (!m)
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "there is no question yet to %s", what);
	return m;
}

/* /undo: the view ends before the last question. */
void command_undo(struct commands *c, hn_str args, struct command_result *r)
{
	struct chat *chat = c->chat;
	const struct message *m;

	if (!result_no_args(r, "/undo", args) || !(m = last_question(chat, r, "take back")))
		return;
	history_go(&chat->talk.history, m->parent);
	chat_moved(chat);
	buf_addf(&r->text, "took back the last question; %zu message%s left",
		chat->talk.history.n_view, chat->talk.history.n_view == 1 ? "" : "s");
	result_int(r, "messages", (int64_t)chat->talk.history.n_view);
}

/* Asks another model, which answers this one turn only. */
static int32_t answer_by(struct chat *chat, hn_str name)
{
	char *model = str_dup(name);
	const char *meant = setting_alias(chat->rt->settings, model);
	int32_t code = chat_answer(chat, meant ? meant : model);

	free(model);
	return code;
}

/* /retry: the view ends with the last question, which is asked again. */
void command_retry(struct commands *c, hn_str args, struct command_result *r)
{
	struct chat *chat = c->chat;
	const struct message *m = last_question(chat, r, "ask again");
	uint64_t head = history_head(&chat->talk.history);

	if (!m)
		return;
	history_go(&chat->talk.history, m->id);
	r->turn = 1;
	r->fault.kind = args.n ? answer_by(chat, args) : chat_answer(chat, NULL);
	if (chat->held)
		history_go(&chat->talk.history, head);
}

/* /continue: continues a reply that was cut. */
void command_continue(struct commands *c, hn_str args, struct command_result *r)
{
	struct chat *chat = c->chat;
	const struct history *h = &chat->talk.history;
	const struct message *m = h->n_view ? h->view[h->n_view - 1] : NULL;

	if (!result_no_args(r, "/continue", args))
		return;
	if (!m || m->role != HN_ROLE_ASSISTANT) {
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "there is no reply yet to continue");
	} else if (m->n == 0) {
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "the last reply is empty: try /retry");
	} else if (m->state == MESSAGE_COMPLETE && m->finish != HN_FINISH_LENGTH) {
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "the last reply was not cut: just ask for more");
	} else if (history_exchange(h, h->n_view - 1) == h->n_exchanges) {
		fault_set(&r->fault, HN_ERR_USAGE, NULL,
			"the last reply has no question before it, and is never sent");
	} else {
		r->turn = 1;
		r->fault.kind = chat_continue(chat);
	}
}

/* Says a text in a message's place, with what was attached to that. */
static int32_t say_instead(struct chat *chat, const struct message *of, hn_str text)
{
	hn_part *parts = xcalloc(of->n_parts + 1, sizeof *parts);
	const hn_input with = { .n_parts = (uint32_t)of->n_parts, .part_stride = sizeof *parts, .parts = parts };
	uint64_t head = history_head(&chat->talk.history);
	int32_t code;

	for (size_t i = 0; i < of->n_parts; i++)
		parts[i] = part_lend(&of->parts[i]);
	history_go(&chat->talk.history, of->parent);
	code = chat_say(chat, text, &with);
	if (chat->held)
		history_go(&chat->talk.history, head);
	free(parts);
	return code;
}

/* /edit: a new branch that begins with another wording of a question. */
void command_edit(struct commands *c, hn_str args, struct command_result *r)
{
	struct chat *chat = c->chat;
	const struct history *h = &chat->talk.history;
	hn_str text = args;
	size_t n = args_number(&text);

	if (n == 0) {
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "which message? /edit N TEXT; /history numbers them");
	} else if (n > h->n_view) {
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "there is no message %zu: /history numbers them", n);
	} else if (h->view[n - 1]->role != HN_ROLE_USER) {
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "message %zu is the model's: only yours can be edited", n);
	} else if (text.n == 0) {
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "which text? /edit %zu TEXT", n);
	} else {
		r->turn = 1;
		r->fault.kind = say_instead(chat, h->view[n - 1], text);
	}
}

/* One message as a line of /history, and as an object of its data. */
static struct json_object *tell_message(struct buf *out, size_t n, const struct message *m)
{
	struct json_object *o = json_new_object();

	buf_addf(out, "%2zu %s: ", n, role_name(m->role));
	add_line(out, m);
	if (m->state != MESSAGE_COMPLETE)
		buf_addf(out, "%s(%s)", m->n ? " " : "", message_state_name(m->state));
	if (m->pinned)
		buf_adds(out, " (pinned)");
	if (m->n_reasoning)
		buf_adds(out, " (reasoning)");
	buf_addc(out, '\n');
	json_add_int(o, "n", (int64_t)n);
	json_add_int(o, "id", (int64_t)m->id);
	json_add_text(o, "role", str_of(role_name(m->role)));
	json_add_text(o, "state", str_of(message_state_name(m->state)));
	if (m->pinned)
		json_set(o, "pinned", json_new_flag(1));
	if (m->n_reasoning)
		json_set(o, "reasoning", json_new_flag(1));
	json_add_text(o, "text", (hn_str){ m->text, m->n });
	return o;
}

/* /history: a line a message. */
void command_history(struct commands *c, hn_str args, struct command_result *r)
{
	struct chat *chat = c->chat;
	const struct history *h = &chat->talk.history;
	struct json_object *list;

	if (!result_no_args(r, "/history", args))
		return;
	if (chat->talk.system)
		buf_addf(&r->text, "   system: %s\n", chat->talk.system);
	list = json_new_array();
	for (size_t i = 0; i < h->n_view; i++)
		json_append(list, tell_message(&r->text, i + 1, h->view[i]));
	buf_addf(&r->text, "%zu message%s", h->n_view, h->n_view == 1 ? "" : "s");
	if (h->n > h->n_view)
		buf_addf(&r->text, ", %zu on other branches", h->n - h->n_view);
	result_int(r, "messages", (int64_t)h->n_view);
	json_set(r->data, "branch", list);
}

/* Money as text, and as a member of the data that is null where it is unknown. */
static const char *tell_money(struct command_result *r, const char *key, int64_t pico, char out[32])
{
	if (pico >= 0)
		result_text(r, key, str_of(money_text(pico, out)));
	else
		json_set(result_data(r), key, NULL);
	return pico >= 0 ? out : "?";
}

/* The provider's report on the account. */
static void tell_credit(const hn_credit *credit, struct command_result *r)
{
	char left[32], limit[32], used[32];

	tell_money(r, "left", credit->left, left);
	tell_money(r, "limit", credit->limit, limit);
	tell_money(r, "used", credit->used, used);
	if (credit->flags & HN_CREDIT_UNLIMITED)
		buf_adds(&r->text, "the key has no limit of its own");
	else if (credit->left >= 0 && credit->limit >= 0)
		buf_addf(&r->text, "$%s left of $%s", left, limit);
	else if (credit->left >= 0)
		buf_addf(&r->text, "$%s left", left);
	else
		buf_adds(&r->text, "what is left is not known");
	if (credit->used >= 0)
		buf_addf(&r->text, ", $%s used so far", used);
}

/* /stats credits: asks the provider what the account may still spend. */
static void ask_credit(struct chat *chat, struct command_result *r)
{
	hn_credit credit;

	if (!chat_credit(chat, &credit, &r->fault))
		tell_credit(&credit, r);
}

/* /stats: tokens and cost; /stats credits: what is left. */
void command_stats(struct commands *c, hn_str args, struct command_result *r)
{
	struct chat *chat = c->chat;
	if (str_is(args, "credits")) {
		ask_credit(chat, r);
		return;
	}
	if (args.n) {
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "/stats takes nothing, or credits");
		return;
	}
	account_text(&chat->account, &r->text);
	r->data = account_json(&chat->account);
}
