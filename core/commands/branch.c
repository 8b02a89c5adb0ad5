/* SPDX-License-Identifier: MIT */
/*
 * branch: the branches of a conversation. Nothing is ever removed: /undo, /retry and /edit keep
 * the old branch, and /branch switches back to it; /fork keeps the whole conversation.
 */
#include "commands/commands_private.h"

#include <stdlib.h>

#include "util/mem.h"

/* The question that a branch ends with: its end, or what that answers. */
static const struct message *question_of(const struct history *h, const struct message *end)
{
	const struct message *asked =
		end->role == HN_ROLE_USER ? NULL : history_find(h, end->parent);

	return asked ? asked : end;
}

/* One line a branch; the present one is marked. */
static void list_branches(
	struct chat *chat, struct message *const *ends, size_t n, struct command_result *r)
{
	const struct history *h = &chat->talk.history;

	for (size_t i = 0; i < n; i++) {
		int here = ends[i]->id == history_head(h);

		buf_addf(&r->text, "%c%2zu ", here ? '*' : ' ', i + 1);
		add_line(&r->text, question_of(h, ends[i]));
		if (ends[i]->model)
			buf_addf(&r->text, " (%s)", ends[i]->model);
		buf_addc(&r->text, '\n');
	}
	buf_addf(&r->text, "%zu branch%s", n, n == 1 ? "" : "es");
	result_int(r, "branches", (int64_t)n);
}

static void go_branch(struct chat *chat, const struct message *end, struct command_result *r)
{
	history_go(&chat->talk.history, end->id);
	chat_moved(chat);
	buf_addf(&r->text, "now at %zu message%s, ending: ", chat->talk.history.n_view,
		chat->talk.history.n_view == 1 ? "" : "s");
	add_line(&r->text, end);
	result_int(r, "messages", (int64_t)chat->talk.history.n_view);
}

/* /branch: all of them, or the move to one. */
void command_branch(struct commands *c, hn_str args, struct command_result *r)
{
	struct chat *chat = c->chat;
	hn_str rest = args;
	size_t n, at = args_number(&rest);
	struct message **ends = history_ends(&chat->talk.history, &n);

	if (args.n == 0)
		list_branches(chat, ends, n, r);
	else if (rest.n || at == 0 || at > n)
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "there is no branch %.*s: /branch lists them",
			(int)args.n, args.p);
	else
		go_branch(chat, ends[at - 1], r);
	free(ends);
}

/* /fork: from here on in a journal of its own. */
void command_fork(struct commands *c, hn_str args, struct command_result *r)
{
	struct chat *chat = c->chat;
	char *from = xstrdup(chat_id(chat));

	if (!result_no_args(r, "/fork", args)) {
		free(from);
		return;
	}
	if (!from) {
		fault_set(&r->fault, HN_ERR_USAGE, NULL,
			"this conversation is not kept, so there is nothing to fork");
	} else if (chat_fork(chat)) {
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "nothing was said yet, so there is nothing to fork");
	} else {
		buf_addf(&r->text,
			"what follows is kept as a conversation of its own; %s stays as it is",
			from);
		result_text(r, "from", str_of(from));
	}
	free(from);
}
