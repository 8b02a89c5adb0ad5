/* SPDX-License-Identifier: MIT */
/* test_branches: /retry, /continue, /edit, /undo, /branch: a history of branches and what each sends. */
#include "../unit.h"

#include "../session_world.h"

/* /retry MODEL asks another model, once: the next question goes to the one before. */
START_TEST(test_retry_model)
{
	static const struct play p[] = { REPLY("a"), REPLY("b"), REPLY("c") };
	struct world w;

	open_world(&w, p, 3, NULL);
	line(&w, "1");
	ck_assert_int_eq(line(&w, "/retry other"), 0);
	SEEN(&w, "text b\ndone stop: b\n");
	ck_assert_str_eq(history_last(&w.chat->talk.history, HN_ROLE_ASSISTANT)->model, "other");
	ck_assert_str_eq(chat_model(w.chat), "m");
	line(&w, "2");
	ck_assert_str_eq(asked.p, "user:1;4096\nuser:1;4096\nuser:1|assistant:b|user:2;4096\n");
	ck_assert_str_eq(history_last(&w.chat->talk.history, HN_ROLE_ASSISTANT)->model, "m");
	close_world(&w);
}
END_TEST

/* A reply that was cut is gone on with: the request asks for it, the history holds the whole in the
 * cut one's place, which stays on a branch of its own. */
START_TEST(test_continue)
{
	static const struct play p[] = { { .texts = { "One, two," }, .finish = HN_FINISH_LENGTH },
		REPLY(" three."), REPLY("ok") };
	struct world w;
	const struct history *h;

	open_world(&w, p, 3, NULL);
	line(&w, "count");
	ck_assert_int_eq(line(&w, "/continue"), 0);
	SEEN(&w, "text  three.\ndone stop: One, two, three.\n");
	h = &w.chat->talk.history;
	ck_assert_uint_eq(h->n_view, 2);
	ck_assert_str_eq(h->view[1]->text, "One, two, three.");
	ck_assert_uint_eq(h->view[1]->continues, 2);
	ck_assert_uint_eq(h->view[1]->parent, 1);
	ck_assert_str_eq(history_find(h, 2)->text, "One, two,");
	line(&w, "more");
	ck_assert_str_eq(asked.p,
		"user:count;4096\n"
		"user:count|assistant:One, two,|user:Your last reply was cut off. Go on with it "
		"exactly where it stopped: repeat nothing of it, and add no remark.;4096\n"
		"user:count|assistant:One, two, three.|user:more;4096\n");
	close_world(&w);
}
END_TEST

/* What it is about is sent even where the budget leaves no room for more. */
START_TEST(test_continue_trimmed)
{
	static const struct play p[] = { REPLY("a"),
		{ .texts = { "b" }, .finish = HN_FINISH_LENGTH }, REPLY("c") };
	const char *options[] = { "context_messages", "1", NULL };
	struct world w;

	open_world(&w, p, 3, options);
	line(&w, "1");
	line(&w, "2");
	buf_cut(&asked, 0);
	ck_assert_int_eq(line(&w, "/continue"), 0);
	ck_assert(!strncmp(asked.p, "user:2|assistant:b|user:Your last", 33));
	close_world(&w);
}
END_TEST

/* A failure while going on keeps what there was, and can be tried again. */
START_TEST(test_continue_fails)
{
	static const struct play p[] = { { .texts = { "half" },
						 .fails = { .struct_size = sizeof(hn_error),
							 .code = HN_ERR_NETWORK,
							 .retry_after_ms = -1,
							 .message = { "no", 2 } } },
		FAILS(HN_ERR_AUTH, 401), REPLY(" whole") };
	struct world w;

	open_world(&w, p, 3, NULL);
	line(&w, "x");
	ck_assert_int_eq(line(&w, "/continue"), HN_ERR_AUTH);
	SEEN(&w, "error auth: no: half\n");
	ck_assert_int_eq(line(&w, "/continue"), 0);
	SEEN(&w, "text  whole\ndone stop: half whole\n");
	ck_assert_uint_eq(w.chat->account.n, 3);
	close_world(&w);
}
END_TEST

/* Where there is nothing to go on with it says what to do instead, and sends nothing. */
START_TEST(test_continue_refused)
{
	static const struct play p[] = { REPLY("a"), FAILS(HN_ERR_AUTH, 401) };
	struct world w;

	open_world(&w, p, 2, NULL);
	ck_assert_int_eq(line(&w, "/continue"), HN_ERR_USAGE);
	SEEN(&w, "error usage: there is no reply yet to continue: \n");
	line(&w, "1");
	line(&w, "/continue");
	SEEN(&w, "error usage: the last reply was not cut: just ask for more: \n");
	line(&w, "2");
	line(&w, "/continue");
	SEEN(&w, "error usage: the last reply is empty: try /retry: \n");
	ck_assert_uint_eq(n_requests, 2);
	close_world(&w);
}
END_TEST

/* /edit N TEXT begins a branch with another wording; what followed the old one is not sent. */
START_TEST(test_edit)
{
	static const struct play p[] = { REPLY("a"), REPLY("b"), REPLY("c") };
	struct world w;

	open_world(&w, p, 3, NULL);
	line(&w, "1");
	line(&w, "2");
	buf_cut(&asked, 0);
	ck_assert_int_eq(line(&w, "/edit 3 two\nand more"), 0);
	ck_assert_str_eq(asked.p, "user:1|assistant:a|user:two\nand more;4096\n");
	ck_assert_uint_eq(w.chat->talk.history.n_view, 4);
	ck_assert_uint_eq(w.chat->talk.history.n, 6);
	close_world(&w);
}
END_TEST

static const struct wrong {
	const char *line, *said;
} wrong_edits[] = {
	{ "/edit", "which message? /edit N TEXT; /history numbers them" },
	{ "/edit x", "which message? /edit N TEXT; /history numbers them" },
	{ "/edit 1x y", "which message? /edit N TEXT; /history numbers them" },
	{ "/edit 0 y", "which message? /edit N TEXT; /history numbers them" },
	{ "/edit 3 y", "there is no message 3: /history numbers them" },
	{ "/edit 99999999999 y", "which message? /edit N TEXT; /history numbers them" },
	{ "/edit 2 y", "message 2 is the model's: only yours can be edited" },
	{ "/edit 1", "which text? /edit 1 TEXT" },
	{ "/branch 2", "there is no branch 2: /branch lists them" },
	{ "/branch 1 2", "there is no branch 1 2: /branch lists them" },
	{ "/fork", "this conversation is not kept, so there is nothing to fork" },
	{ "/write", "which file? /write FILE" },
	{ "/save -f", "which file? /save FILE" },
	{ "/load", "which file? /load FILE" },
};

/* A wrong argument, or none, changes nothing and sends nothing. */
START_TEST(test_wrong)
{
	static const struct play p[] = { REPLY("a") };
	char expected[200];
	struct world w;

	open_world(&w, p, 1, NULL);
	line(&w, "1");
	for (size_t i = 0; i < sizeof wrong_edits / sizeof *wrong_edits; i++) {
		ck_assert_int_eq(line(&w, wrong_edits[i].line), HN_ERR_USAGE);
		snprintf(expected, sizeof expected, "error usage: %s: \n", wrong_edits[i].said);
		SEEN(&w, expected);
		ck_assert_uint_eq(w.chat->talk.history.n_view, 2);
	}
	ck_assert_uint_eq(n_requests, 1);
	close_world(&w);
}
END_TEST

/* Branches are listed by their ends, the present one marked, and can be gone back to. */
START_TEST(test_branch)
{
	static const struct play p[] = { REPLY("a"), REPLY("b"), REPLY("c"), REPLY("d") };
	struct world w;

	open_world(&w, p, 4, NULL);
	line(&w, "/branch");
	SEEN(&w, "result 0 branches\n");
	line(&w, "one");
	line(&w, "/retry");
	line(&w, "/edit 1 uno");
	line(&w, "/branch");
	SEEN(&w, "result   1 one (m)\n  2 one (m)\n* 3 uno (m)\n3 branches\n");
	ck_assert_int_eq(line(&w, "/branch 1"), 0);
	SEEN(&w, "result now at 2 messages, ending: a\n");
	buf_cut(&asked, 0);
	line(&w, "two");
	ck_assert_str_eq(asked.p, "user:one|assistant:a|user:two;4096\n");
	line(&w, "/history");
	SEEN(&w, "result  1 user: one\n 2 assistant: a\n 3 user: two\n 4 assistant: d\n"
		 "4 messages, 3 on other branches\n");
	close_world(&w);
}
END_TEST

/* Further lines make it a message, unless the first word is a command that there is. */
START_TEST(test_lines)
{
	static const struct play p[] = { REPLY("a") };
	struct world w;

	open_world(&w, p, 1, NULL);
	ck_assert_int_eq(line(&w, "/usr\n/bin"), 0);
	ck_assert_str_eq(asked.p, "user:/usr\n/bin;4096\n");
	ck_assert_int_eq(line(&w, "/usr"), HN_ERR_USAGE);
	ck_assert_int_eq(line(&w, "/system be\nkind"), 0);
	ck_assert_str_eq(w.chat->talk.system, "be\nkind");
	close_world(&w);
}
END_TEST

/* What each reply used is counted again when a conversation is gone on with, left branches too. */
START_TEST(test_account_resumed)
{
	static const struct play p[] = { FAILS(HN_ERR_RATE_LIMITED, 429),
		{ .texts = { "a" },
			.finish = HN_FINISH_STOP,
			.usage = { .struct_size = sizeof(hn_usage),
				.prompt = 5,
				.completion = 2,
				.cached = -1,
				.cache_write = -1,
				.reasoning = -1,
				.cost = 70 } },
		FAILS(HN_ERR_AUTH, 401) };
	struct world w;
	struct account again = { 0 };
	struct totals before, after;

	open_world(&w, p, 3, NULL);
	line(&w, "1");
	line(&w, "/retry");
	before = account_totals(&w.chat->account);
	account_resume(&again, &w.chat->talk.history);
	after = account_totals(&again);
	ck_assert_mem_eq(&before, &after, sizeof before);
	ck_assert_int_eq(after.cost, 70);
	ck_assert_uint_eq(after.turns, 2);
	ck_assert_int_eq(again.turns[0]->retries, 1);
	ck_assert_int_eq(again.turns[1]->retries, 0);
	ck_assert_int_eq(again.turns[1]->error, HN_ERR_AUTH);
	account_free(&again);
	close_world(&w);
}
END_TEST

UNIT_MAIN("branches", test_retry_model, test_continue, test_continue_trimmed, test_continue_fails,
	test_continue_refused, test_edit, test_wrong, test_branch, test_lines, test_account_resumed)
