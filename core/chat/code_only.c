/* SPDX-License-Identifier: MIT */
/* code_only: of a reply, only its code is shown: once it is whole, for what stands before and after it has to be known. */
#include "chat/chat_private.h"

#include "chat/telling.h"
#include "util/fenced.h"

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
		code = tell_notice(t->chat, "this is the first of %zu blocks of code: --code=K takes another", n);
	return code;
}

int32_t code_show(struct turn *t, hn_call *call)
{
	const struct code_wish *wish = t->chat->code;
	hn_str reply = buf_str(&t->in.text);
	struct buf taken = BUF(BUF_NO_CAP);
	struct fault f = { 0 };
	int32_t code = 0;

	if (!wish || t->chat->dry_run || t->in.finish == HN_FINISH_TOOL_CALLS)
		return 0;
	if (fenced_take(reply, wish->block ? wish->block : 1, &taken, &f))
		code = call_failf(call, HN_ERR_PROTOCOL, "the whole reply is in its conversation: `hobnob sessions show`", "--code: %s",
			f.message);
	else
		code = show(t, reply, buf_str(&taken));
	fault_free(&f);
	buf_free(&taken);
	return code;
}
