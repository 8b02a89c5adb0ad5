/* SPDX-License-Identifier: MIT */
/*
 * ending: what to say about a reply that ended well, in one notice at most.
 *
 * An empty reply and one that was cut look like any other. So a notice says where the text is, or
 * what came in its place; and it quotes a finish reason that hobnob does not know, because such a
 * reply may be incomplete. The frontends themselves report the length limit and the content filter,
 * so the notice does not repeat them.
 */
#include "chat/chat_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call/place.h"
#include "util/text.h"

#define NAME_COLUMNS 60 /* of a tool, and of the word for the end */
#define LONG_PROMPT 1000 /* tokens: a shorter one fits any window */

/* A reply that reached its limit before any text: where its tokens went, and what to raise. */
static void tell_spent(struct turn *t, const struct message *m)
{
	int64_t n = m->usage.completion > 0 ? m->usage.completion : t->plan.reply_limit;
	const char *raise = t->plan.lowered ? t->plan.lowered : "max_tokens";
	int thought = m->usage.reasoning != 0 || t->in.reasoning.n > 0;
	char count[32] = "", *sets = place_sets(t->chat->rt, (enum setting)setting_find(str_of(raise)), "N");

	if (n > 0)
		snprintf(count, sizeof count, "%" PRId64 " ", n);
	tell_notice(t->chat, "the reply is empty: %s of its %stokens %s; raise %s (%s) or lower reasoning_effort",
		thought ? "all" : "none", count, thought ? "went to reasoning" : "became text", raise, sets);
	free(sets);
}

#define CALLS_NAMED 5 /* tools; of more the rest is counted */

/* 1 if part i calls a tool that no part before it calls. Of many parts few are calls. */
static int is_first_call(const struct message *m, size_t i)
{
	const char *name = m->parts[i].name ? m->parts[i].name : "";

	if (m->parts[i].type != HN_PART_TOOL_CALL)
		return 0;
	for (size_t k = 0; k < i; k++)
		if (m->parts[k].type == HN_PART_TOOL_CALL &&
			!strcmp(m->parts[k].name ? m->parts[k].name : "", name))
			return 0;
	return 1;
}

/* Says which tools the model called. In a conversation nobody offers one, and nobody answers. */
static void say_calls(const struct turn *t, struct buf *out)
{
	const struct message *m = t->in.beside;
	struct buf names = BUF(BUF_NO_CAP);
	size_t n = 0;

	for (size_t i = 0; i < m->n_parts; i++) {
		if (!is_first_call(m, i) || n++ >= CALLS_NAMED)
			continue;
		buf_adds(&names, n > 1 ? ", \"" : "\"");
		text_add_line(&names, str_of(m->parts[i].name), NAME_COLUMNS);
		buf_adds(&names, "\"");
	}
	if (n > CALLS_NAMED)
		buf_addf(&names, " and %zu more", n - CALLS_NAMED);
	if (n && t->chat->rt->secrets)
		secrets_redact(t->chat->rt->secrets, &names);
	if (n)
		buf_addf(out, "the model called the tool%s %s, which nobody offered; hobnob did not run %s",
			n > 1 ? "s" : "", names.p, n > 1 ? "them" : "it");
	buf_free(&names);
}

/* Says what came instead of the text. */
static void say_empty(const struct turn *t, const struct message *m, struct buf *out)
{
	if (t->in.unshown) {
		buf_addf(out, "the reply holds no text, but %s, which hobnob cannot use",
			t->in.unshown);
	} else if (t->in.reasoning.n && setting_bool(t->chat->rt->settings, S_SHOW_REASONING)) {
		buf_adds(out, "the reply is empty: all of it is reasoning");
	} else if (t->in.reasoning.n) {
		buf_addf(out, "the reply is empty: all of it is reasoning; %s shows it",
			t->chat->rt->converses ? "/reasoning" : "-o show_reasoning=true");
	} else {
		buf_adds(out, "the reply is empty: the server sent no text");
		if (m->usage.prompt >= LONG_PROMPT)
			buf_addf(out,
				" for a prompt of %" PRId64 " tokens; if that is more than the "
				"model's window, set context_tokens, or /clear",
				m->usage.prompt);
	}
}

/* Says that the server ended the reply for a reason that hobnob does not know, in its own word. */
static void say_word(const struct turn *t, struct buf *out)
{
	int alone = !out->n;
	buf_adds(out, alone ? "the server ended the reply with \"" : "; the server ended it with \"");
	text_add_line(out, str_of(t->in.word), NAME_COLUMNS);
	buf_adds(out, alone ? "\": it may not be whole" : "\"");
}

void ending_tell(struct turn *t, const struct message *m)
{
	int filtered = m->finish == HN_FINISH_CONTENT_FILTER;
	int odd = m->finish == HN_FINISH_UNKNOWN && t->in.word;
	int shows = message_shows(t->in.beside);
	struct buf said = BUF(BUF_NO_CAP);

	/* Who relays a request offered the tools, and gets their calls as parts. */
	if (t->chat->relayed)
		shows |= t->in.beside->n_parts > 0;
	else
		say_calls(t, &said);
	if (!said.n && m->finish == HN_FINISH_LENGTH && t->in.text.n == 0 && !shows) {
		tell_spent(t, m);
		return;
	}
	if (!said.n && str_blank(buf_str(&t->in.text)) && !shows && !filtered)
		say_empty(t, m, &said);
	else if (t->in.unshown)
		buf_addf(&said, "%sthe reply also holds %s, which hobnob cannot use", said.n ? "; " : "",
			t->in.unshown);
	if (odd)
		say_word(t, &said);
	if (said.n)
		tell_notice(t->chat, "%s", said.p);
	buf_free(&said);
}
