/* SPDX-License-Identifier: MIT */
/* code_only: of a reply, only its code is shown: once it is whole, for what stands before and after it has to be known. */
#include "chat/chat_private.h"

#include <stdlib.h>

#include "chat/telling.h"
#include "util/command.h"
#include "util/fenced.h"
#include "util/mem.h"

static int32_t tell_code(struct turn *t, hn_str code)
{
	hn_session_event event = event_of(HN_ON_TEXT);

	event.text = code;
	return code.n ? tell(t->chat, &event) : 0;
}

/* Shows what was taken out of a reply, with a word about what it also has. */
static int32_t show(struct turn *t, hn_str reply, hn_str taken)
{
	size_t n = t->chat->code->block ? 1 : fenced_count(reply);
	int32_t code = tell_code(t, taken);

	if (!code && n > 1)
		code = tell_notice(t->chat, "this is the first of %zu blocks of code%s", n,
			t->chat->code->command ? "" : ": --code=K takes another");
	return code;
}

static int32_t take_block(const struct code_wish *wish, hn_str reply, struct buf *taken, struct fault *f)
{
	return fenced_take(reply, wish->block ? wish->block : 1, taken, f);
}

/* The command; half of one does something else. */
static int32_t take_command(const struct turn *t, hn_str reply, struct buf *taken, struct fault *f)
{
	if (t->in.finish == HN_FINISH_LENGTH || t->in.finish == HN_FINISH_CONTENT_FILTER)
		return fault_set(f, HN_ERR_PROTOCOL, NULL, "the reply was cut, and so is its command");
	int32_t code = command_take(reply, taken, f);
	return !code && t->chat->code->seen ? command_hides(buf_str(taken), f) : code;
}

/* Fails the call; the reply is in the journal, if there is one. */
static int32_t tell_missing(const struct turn *t, hn_call *call, const char *why)
{
	const char *id = chat_id(t->chat);
	char *where = id ? xasprintf("`hobnob sessions show %s` has the whole reply", id) : NULL;
	int32_t code = call_failf(call, HN_ERR_PROTOCOL, where, "%s: %s", t->chat->code->command ? "-e" : "--code", why);

	free(where);
	return code;
}

int32_t code_show(struct turn *t, hn_call *call)
{
	const struct code_wish *wish = t->chat->code;
	hn_str reply = buf_str(&t->in.text);
	struct buf taken = BUF(BUF_NO_CAP);
	struct fault f = { 0 };
	int32_t code;

	if (!wish || t->chat->dry_run || t->in.finish == HN_FINISH_TOOL_CALLS)
		return 0;
	code = wish->command ? take_command(t, reply, &taken, &f) : take_block(wish, reply, &taken, &f);
	if (code)
		code = tell_missing(t, call, f.message);
	else
		code = show(t, reply, buf_str(&taken));
	fault_free(&f);
	buf_free(&taken);
	return code;
}
