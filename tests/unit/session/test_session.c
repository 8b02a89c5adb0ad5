/* SPDX-License-Identifier: MIT */
/* test_session: turns against a provider that is made here, with a clock that jumps instead of sleeping. */
#include "../unit.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands/commands.h"
#include "../scratch.h"
#include "../session_world.h"
#include "util/said.h"

/* The whole array goes out each time, in order, the system prompt on top. */
START_TEST(test_array_is_resent)
{
	static const struct play p[] = { REPLY("Hi", " Ada"), REPLY("Ada") };
	const char *options[] = { "system", "be kind", NULL };
	struct world w;

	open_world(&w, p, 2, options);
	ck_assert_int_eq(line(&w, "My name is Ada."), 0);
	SEEN(&w, "text Hi\ntext  Ada\ndone stop: Hi Ada\n");
	ck_assert_int_eq(line(&w, "What is my name?"), 0);
	ck_assert_str_eq(asked.p, "system:be kind|user:My name is Ada.;4096\n"
				  "system:be kind|user:My name is Ada.|assistant:Hi Ada|user:What "
				  "is my name?;4096\n");
	close_world(&w);
}
END_TEST

/* context_messages N sends the system prompt and the newest N, and says once what is left out. */
START_TEST(test_trim_to_messages)
{
	static const struct play p[] = { REPLY("a") };
	const char *options[] = { "system", "s", "context_messages", "3", NULL };
	struct world w;

	open_world(&w, p, 1, options);
	line(&w, "1");
	line(&w, "2");
	buf_cut(&asked, 0);
	line(&w, "3");
	SEEN(&w, "trim 2 of 5\ntext a\ndone stop: a\n");
	ck_assert_str_eq(asked.p, "system:s|user:2|assistant:a|user:3;4096\n");
	line(&w, "4");
	SEEN(&w, "text a\ndone stop: a\n");
	close_world(&w);
}
END_TEST

/* 429 twice, then an answer: waits within the jitter's bounds, tells each. */
START_TEST(test_retry_backs_off)
{
	static const struct play p[] = { FAILS(HN_ERR_RATE_LIMITED, 429),
		FAILS(HN_ERR_RATE_LIMITED, 429), REPLY("ok") };
	struct world w;

	open_world(&w, p, 3, NULL);
	ck_assert_int_eq(line(&w, "x"), 0);
	SEEN(&w, "retry 1 rate_limited\nretry 2 rate_limited\ntext ok\ndone stop: ok\n");
	ck_assert_int_ge(slept, 0);
	ck_assert_int_le(slept, 1500);
	ck_assert_uint_eq(n_requests, 3);
	close_world(&w);
}
END_TEST

/* A Retry-After is waited exactly; one beyond retry_max_wait is not waited at all. */
START_TEST(test_retry_after)
{
	static const struct play p[] = { { .fails = { .struct_size = sizeof(hn_error),
						   .code = HN_ERR_UNAVAILABLE,
						   .status = 503,
						   .retry_after_ms = 7000,
						   .message = { "no", 2 } } },
		REPLY("ok") };
	const char *options[] = { "retry_max_wait", "6s", NULL };
	struct world w;

	open_world(&w, p, 2, NULL);
	ck_assert_int_eq(line(&w, "x"), 0);
	ck_assert_int_eq(slept, 7000);
	close_world(&w);
	open_world(&w, p, 2, options);
	ck_assert_int_eq(line(&w, "x"), HN_ERR_UNAVAILABLE);
	ck_assert_int_eq(slept, 0);
	ck_assert_uint_eq(n_requests, 1);
	SEEN(&w, "notice the server asks to wait 7 s, longer than retry_max_wait (6 s)\nerror "
		 "unavailable: no: \n");
	close_world(&w);
}
END_TEST

/* What broke off after text is not asked again; the text is kept and sent with the next question. */
START_TEST(test_no_retry_after_text)
{
	static const struct play p[] = { { .texts = { "half" },
						 .fails = { .struct_size = sizeof(hn_error),
							 .code = HN_ERR_UNAVAILABLE,
							 .status = 502,
							 .retry_after_ms = -1,
							 .message = { "gone", 4 } } },
		REPLY("b") };
	struct world w;

	open_world(&w, p, 2, NULL);
	ck_assert_int_eq(line(&w, "x"), HN_ERR_UNAVAILABLE);
	SEEN(&w, "text half\nerror unavailable: gone: half\n");
	ck_assert_uint_eq(n_requests, 1);
	ck_assert_str_eq(turn_stat(&w, 0, "ended"), "unavailable");
	buf_cut(&asked, 0);
	line(&w, "y");
	ck_assert_str_eq(asked.p, "user:x|assistant:half|user:y;4096\n");
	close_world(&w);
}
END_TEST

/* A turn that brought nothing is not sent again; /retry asks it anew; the conversation goes on. */
START_TEST(test_failed_turn)
{
	static const struct play p[] = { REPLY("a"), FAILS(HN_ERR_AUTH, 401), REPLY("c"),
		REPLY("d") };
	struct world w;

	open_world(&w, p, 4, NULL);
	line(&w, "1");
	ck_assert_int_eq(line(&w, "2"), HN_ERR_AUTH);
	SEEN(&w, "error auth: no: \n");
	buf_cut(&asked, 0);
	ck_assert_int_eq(line(&w, "3"), 0);
	ck_assert_str_eq(asked.p, "user:1|assistant:a|user:3;4096\n");
	line(&w, "/undo");
	buf_cut(&asked, 0);
	ck_assert_int_eq(line(&w, "/retry"), 0);
	ck_assert_str_eq(asked.p, "user:1|assistant:a|user:2;4096\n");
	SEEN(&w, "text d\ndone stop: d\n");
	close_world(&w);
}
END_TEST

static int32_t cancel_hook(hn_call *handle)
{
	hn_call *call = handle_enter(handle);

	cancel_set(call->cancel);
	handle_leave(handle);
	return 0;
}

/* Cancelled while it waits in silence: done, interrupted, nothing kept is sent; the next turn is well-formed. */
START_TEST(test_cancel_silent)
{
	static const struct play p[] = { { .hangs = 1 }, REPLY("b") };
	struct world w;

	open_world(&w, p, 2, NULL);
	chat_hook = cancel_hook;
	ck_assert_int_eq(line(&w, "x"), HN_ERR_INTERRUPTED);
	SEEN(&w, "done interrupted: \n");
	chat_hook = NULL;
	buf_cut(&asked, 0);
	ck_assert_int_eq(line(&w, "y"), 0);
	ck_assert_str_eq(asked.p, "user:y;4096\n");
	close_world(&w);
}
END_TEST

static int32_t cancel_after_text(void *ud, const hn_session_event *e)
{
	struct world *w = ud;

	if (e->type == HN_ON_TEXT)
		session_service.cancel(w->s);
	return see(ud, e);
}

/* Cancelled while it streams: what came is kept, marked, and sent with the next question. */
START_TEST(test_cancel_streaming)
{
	static const struct play p[] = { { .texts = { "so far" }, .hangs = 1 }, REPLY("b") };
	struct world w;
	hn_input input = { .struct_size = sizeof input, .text = { "x", 1 } };

	open_world(&w, p, 2, NULL);
	ck_assert_int_eq(
		session_service.submit(w.s, &input, cancel_after_text, &w), HN_ERR_INTERRUPTED);
	SEEN(&w, "text so far\ndone interrupted: so far\n");
	ck_assert_str_eq(turn_stat(&w, 0, "ended"), "interrupted");
	buf_cut(&asked, 0);
	line(&w, "y");
	ck_assert_str_eq(asked.p, "user:x|assistant:so far|user:y;4096\n");
	close_world(&w);
}
END_TEST

/* A turn that a command began returns the same code as a message's. */
START_TEST(test_cancel_command)
{
	static const struct play p[] = { REPLY("a"), { .texts = { "so far" }, .hangs = 1 } };
	struct world w;
	const hn_input input = { .struct_size = sizeof input, .type = HN_INPUT_LINE, .text = str_of("/retry") };

	open_world(&w, p, 2, NULL);
	ck_assert_int_eq(line(&w, "x"), 0);
	ck_assert_int_eq(session_service.submit(w.s, &input, cancel_after_text, &w), HN_ERR_INTERRUPTED);
	SEEN(&w, "text a\ndone stop: a\ntext so far\ndone interrupted: so far\n");
	close_world(&w);
}
END_TEST

static int32_t cancel_at_retry(void *ud, const hn_session_event *e)
{
	struct world *w = ud;

	if (e->type == HN_ON_RETRY)
		session_service.cancel(w->s);
	return see(ud, e);
}

/* Cancel ends the wait before a retry: no retry was made, and nothing can have been billed. */
START_TEST(test_cancel_retry_wait)
{
	static const struct play p[] = { FAILS(HN_ERR_RATE_LIMITED, 429) };
	struct world w;
	hn_input input = { .struct_size = sizeof input, .text = { "x", 1 } };

	open_world(&w, p, 1, NULL);
	ck_assert_int_eq(
		session_service.submit(w.s, &input, cancel_at_retry, &w), HN_ERR_INTERRUPTED);
	SEEN(&w, "retry 1 rate_limited\ndone interrupted: \n");
	ck_assert_int_eq(slept, 0);
	ck_assert_uint_eq(n_requests, 1);
	ck_assert_str_eq(turn_stat(&w, 0, "usage"), "{ \"prompt_tokens\": null, \"completion_tokens\": null, "
						    "\"cached_tokens\": null, \"reasoning_tokens\": null }");
	ck_assert_str_eq(turn_stat(&w, 0, "retries"), "0");
	close_world(&w);
}
END_TEST

/* HN_ADAPTED asks again at once, three times a turn. */
START_TEST(test_adapted)
{
	static const struct play p[] = { { .returns = HN_ADAPTED }, { .returns = HN_ADAPTED },
		{ .returns = HN_ADAPTED }, REPLY("ok") };
	static const struct play always[] = { { .returns = HN_ADAPTED } };
	struct world w;

	open_world(&w, p, 4, NULL);
	ck_assert_int_eq(line(&w, "x"), 0);
	ck_assert_int_eq(slept, 0);
	close_world(&w);
	open_world(&w, always, 1, NULL);
	ck_assert_int_eq(line(&w, "x"), HN_ERR_PLUGIN);
	ck_assert_uint_eq(n_requests, 4);
	close_world(&w);
}
END_TEST

/* A piece that ends inside a character is shown when the character is whole. */
START_TEST(test_whole_characters)
{
	static const struct play p[] = { { .texts = { "h\xc3", "\xa9", "\xe4\xbd" },
		.finish = HN_FINISH_STOP } };
	struct world w;

	open_world(&w, p, 1, NULL);
	line(&w, "x");
	SEEN(&w, "text h\ntext \xc3\xa9\ntext \xef\xbf\xbd\ndone stop: h\xc3\xa9\xef\xbf\xbd\n");
	close_world(&w);
}
END_TEST

/* What is not text is refused from the user, and nothing is sent; of a server's error it is replaced. */
START_TEST(test_valid_text)
{
	static const struct play p[] = { { .fails = { .struct_size = sizeof(hn_error),
						   .code = HN_ERR_BAD_REQUEST,
						   .retry_after_ms = -1,
						   .message = { "b\xff", 2 } } } };
	struct world w;

	open_world(&w, p, 1, NULL);
	ck_assert_int_eq(line(&w, "gr\xfc\xdf"), HN_ERR_USAGE);
	ck_assert_uint_eq(asked.n, 0);
	SEEN(&w, "error usage: this line is not sent: it is not text in UTF-8: \n");
	ck_assert_int_eq(line(&w, "\xef\xbb\xbfgr\xc3\xbc\xc3\x9f"), HN_ERR_BAD_REQUEST);
	ck_assert_str_eq(asked.p, "user:gr\xc3\xbc\xc3\x9f;4096\n");
	SEEN(&w, "error bad_request: b\xef\xbf\xbd: \n");
	close_world(&w);
}
END_TEST

/* Usage and the user's price give the cost; it is summed. */
START_TEST(test_cost)
{
	static const struct play p[] = { { .texts = { "a" },
		.finish = HN_FINISH_STOP,
		.usage = USAGE_OF(1000, 10, 400, -1) } };
	const char *options[] = { "price_input", "1", "price_output", "10", "price_cached", "0.5",
		NULL };
	struct world w;
	hn_status status = { .struct_size = sizeof status };

	open_world(&w, p, 1, options);
	line(&w, "x");
	session_service.status(w.s, &status);
	ck_assert_int_eq(status.cost, 600 * 1000000LL + 400 * 500000LL + 10 * 10000000LL);
	line(&w, "y");
	line(&w, "/stats");
	SEEN(&w, "result 1. play m: 1000 prompt (400 cached) + 10 completion tokens, $0.0009 "
		 "(user), 0.0 s\n"
		 "2. play m: 1000 prompt (400 cached) + 10 completion tokens, $0.0009 (user), 0.0 "
		 "s\n"
		 "total: 2 turns, 2000 prompt + 20 completion tokens, $0.0018\n");
	close_world(&w);
}
END_TEST

/* The user's prices are for the model that the run starts with: no other gets them, nor can a conversation change them. */
START_TEST(test_price_of_model)
{
	static const struct play p[] = { { .texts = { "a" },
		.finish = HN_FINISH_STOP,
		.usage = USAGE(10, 10) } };
	const char *options[] = { "price_input", "1", "price_output", "1", NULL };
	struct world w;

	open_world(&w, p, 1, options);
	line(&w, "/model other");
	line(&w, "x");
	SEEN(&w, "notice price_input and price_output were for m: they do not apply to other\n"
		 "text a\ndone stop: a\n");
	ck_assert_str_eq(turn_stat(&w, 0, "cost"), "null");
	ck_assert_int_eq(line(&w, "/set price_input 2"), HN_ERR_USAGE);
	ck_assert_int_eq(line(&w, "/set price_cached 2"), HN_ERR_USAGE);
	line(&w, "/model m");
	line(&w, "x");
	ck_assert_str_eq(turn_stat(&w, 1, "cost"), "0.00002");
	close_world(&w);
}
END_TEST

/* The cost of a reply that was cut is an estimate, whatever was reported before. */
START_TEST(test_cost_of_cut)
{
	static const struct play p[] = { { .texts = { "a" },
		.usage = USAGE(10, 10),
		.fails = { .struct_size = sizeof(hn_error),
			.code = HN_ERR_NETWORK,
			.retry_after_ms = -1,
			.message = { "no", 2 } } } };
	const char *options[] = { "price_input", "1", "price_output", "1", NULL };
	struct world w;

	open_world(&w, p, 1, options);
	ck_assert_int_eq(line(&w, "x"), HN_ERR_NETWORK);
	ck_assert_str_eq(turn_stat(&w, 0, "cost"), "0.00002");
	ck_assert_str_eq(turn_stat(&w, 0, "cost_source"), "estimate");
	close_world(&w);
}
END_TEST

/* Without usage the account is an estimate, and says so; the event's usage stays unknown. */
START_TEST(test_estimate)
{
	static const struct play p[] = { REPLY("three words here") };
	const char *options[] = { "price_input", "1", "price_output", "1", NULL };
	struct world w;

	open_world(&w, p, 1, options);
	line(&w, "hello there");
	ck_assert_str_eq(turn_stat(&w, 0, "estimated"), "true");
	ck_assert_str_eq(turn_stat(&w, 0, "cost_source"), "estimate");
	ck_assert_str_eq(turn_stat(&w, 0, "usage"), "{ \"prompt_tokens\": 11, \"completion_tokens\": 4, "
						    "\"cached_tokens\": null, \"reasoning_tokens\": null }");
	close_world(&w);
}
END_TEST

/* A limit lowers the reply's, then refuses the turn before anything is sent. */
START_TEST(test_max_cost)
{
	static const struct play p[] = { { .texts = { "a" },
		.finish = HN_FINISH_STOP,
		.usage = USAGE(10, 900) } };
	const char *options[] = { "price_input", "0", "price_output", "1", "max_cost", "0.001",
		NULL };
	struct world w;

	open_world(&w, p, 1, options);
	ck_assert_int_eq(line(&w, "x"), 0);
	SEEN(&w, "notice max_cost: the reply is limited to 1000 tokens\ntext a\n"
		 "notice max_cost: $0.0009 of $0.001 are spent\ndone stop: a\n");
	ck_assert_str_eq(asked.p, "user:x;1000\n");
	line(&w, "/set temperature 1");
	ck_assert_int_eq(line(&w, "y"), 0);
	SEEN(&w, "text a\ndone stop: a\n"); /* each told once, whatever else was set */
	ck_assert_int_eq(line(&w, "z"), HN_ERR_OVER_LIMIT);
	ck_assert_uint_eq(n_requests, 2);
	close_world(&w);
}
END_TEST

/* Each limit that lowers a reply's is told, once; again after it was changed. */
START_TEST(test_two_limits)
{
	static const struct play p[] = { REPLY("a") };
	const char *options[] = { "price_input", "0", "price_output", "1", "max_cost", "0.001",
		"max_tokens_session", "900", NULL };
	struct world w;

	open_world(&w, p, 1, options);
	line(&w, "x");
	ck_assert_ptr_nonnull(strstr(w.seen.p, "notice max_cost: "));
	ck_assert_ptr_nonnull(strstr(w.seen.p, "notice max_tokens_session: "));
	line(&w, "y");
	SEEN(&w, "text a\ndone stop: a\n");
	line(&w, "/set max_cost 0.002");
	line(&w, "z");
	ck_assert_ptr_nonnull(strstr(w.seen.p, "notice max_cost: "));
	close_world(&w);
}
END_TEST

/* An unpriced model under a limit of money is refused, and which limit it is is told. */
START_TEST(test_unpriced_limit)
{
	static const struct play p[] = { REPLY("a") };
	const char *options[] = { "max_cost", "1", NULL }, *day[] = { "max_cost_day", "1", NULL };
	struct world w;

	open_world(&w, p, 1, options);
	ck_assert_int_eq(line(&w, "x"), HN_ERR_OVER_LIMIT);
	SEEN(&w, "error over_limit: max_cost is set, but the price of m is unknown: \n");
	ck_assert_uint_eq(n_requests, 0);
	close_world(&w);
	open_world(&w, p, 1, day);
	ck_assert_int_eq(line(&w, "x"), HN_ERR_OVER_LIMIT);
	SEEN(&w, "error over_limit: max_cost_day is set, but the price of m is unknown: \n");
	ck_assert_uint_eq(n_requests, 0);
	close_world(&w);
}
END_TEST

#define USES(in, out)                                                       \
	{                                                                   \
		.texts = { "a" }, .finish = HN_FINISH_STOP, .usage = USAGE(in, out) \
	}

/* At four fifths of a limit, not before, a notice: once, and again after that limit was changed. */
START_TEST(test_near_tokens)
{
	static const struct play p[] = { USES(9, 7891), USES(9, 91), USES(9, 91),
		FAILS(HN_ERR_AUTH, 401), USES(9, 4991) };
	const char *options[] = { "max_tokens_session", "10000", "max_tokens", "64", NULL };
	struct world w;

	open_world(&w, p, 5, options);
	line(&w, "x");
	SEEN(&w, "text a\ndone stop: a\n");
	line(&w, "x");
	SEEN(&w,
		"text a\nnotice max_tokens_session: 8000 of 10000 tokens are used\ndone stop: a\n");
	line(&w, "x");
	SEEN(&w, "text a\ndone stop: a\n");
	line(&w, "/set max_tokens_session 10100");
	ck_assert_int_eq(line(&w, "x"), HN_ERR_AUTH); /* it used nothing */
	SEEN(&w, "error auth: no: \n");
	line(&w, "/set max_tokens_session 16000");
	line(&w, "x");
	SEEN(&w, "text a\nnotice max_tokens_session: 13100 of 16000 tokens are used\ndone stop: "
		 "a\n");
	close_world(&w);
}
END_TEST

/* Relayed replies that are alike, and came in the same millisecond, are each paid for. */
START_TEST(test_near_money_relayed)
{
	static const struct play p[] = { USES(0, 700) };
	const char *options[] = { "price_input", "0", "price_output", "1", "max_cost_day", "0.00141", "max_tokens", "100", NULL };
	const hn_message user = { .role = HN_ROLE_USER, .text = str_of("x") };
	const hn_request req = { .struct_size = sizeof req, .n_messages = 1, .message_stride = sizeof user, .messages = &user };
	struct world w;

	setenv("TZ", "UTC", 1);
	open_world(&w, p, 1, options);
	ck_assert_int_eq(relay_service.ask(w.s, str_of(""), &req, see, &w), 0);
	ck_assert_int_eq(relay_service.ask(w.s, str_of(""), &req, see, &w), 0);
	ck_assert_int_eq(relay_service.ask(w.s, str_of(""), &req, see, &w), HN_ERR_OVER_LIMIT);
	ck_assert_uint_eq(n_requests, 2);
	close_world(&w);
}
END_TEST

/* Two limits of money at once; the day's begins anew at midnight, here without a folder of journals. */
START_TEST(test_near_money)
{
	static const struct play p[] = { USES(0, 700), USES(0, 100), USES(0, 10) };
	const char *options[] = { "price_input", "0", "price_output", "1", "max_cost", "0.001",
		"max_cost_day", "0.0009", "max_tokens", "100", NULL };
	struct world w;

	setenv("TZ", "UTC", 1);
	open_world(&w, p, 3, options);
	line(&w, "x");
	SEEN(&w, "text a\ndone stop: a\n");
	line(&w, "x");
	SEEN(&w, "text a\nnotice max_cost: $0.0008 of $0.001 are spent\n"
		 "notice max_cost_day: $0.0008 of $0.0009 are spent today\ndone stop: a\n");
	line(&w, "x");
	SEEN(&w, "text a\ndone stop: a\n");
	ck_assert_int_eq(line(&w, "/set max_cost 1"), 0);
	ck_assert_int_eq(line(&w, "/set max_cost_day 0.00085"), 0);
	ck_assert_int_eq(line(&w, "x"), HN_ERR_OVER_LIMIT);
	ck_assert_ptr_nonnull(strstr(w.seen.p,
		"error over_limit: max_cost_day would be passed: $0.00004 left of $0.00085 for "
		"today, the prompt is about "));
	ck_assert_ptr_nonnull(strstr(w.seen.p, " tokens and leaves 40 for a reply: \n"));
	test_time = 86400000;
	ck_assert_int_eq(line(&w, "x"), 0);
	SEEN(&w, "text a\ndone stop: a\n");
	close_world(&w);
}
END_TEST

/* A reply of nothing but reasoning: where its tokens went, and which limit that was. */
START_TEST(test_empty)
{
	static const struct play p[] = {
		{ .finish = HN_FINISH_LENGTH,
			.usage = USAGE_OF(9, 64, -1, 64) },
		{ .finish = HN_FINISH_LENGTH,
			.usage = USAGE_OF(9, 64, -1, 0) },
		{ .finish = HN_FINISH_LENGTH },
		{ .finish = HN_FINISH_STOP },
		{ .finish = HN_FINISH_STOP,
			.usage = USAGE(36000, 0) },
		{ .texts = { "a" }, .finish = HN_FINISH_LENGTH },
	};
	const char *options[] = { "price_input", "0", "price_output", "1", NULL };
	struct world w;

	open_world(&w, p, 6, options);
	line(&w, "x");
	SEEN(&w, "notice the reply is empty: all of its 64 tokens went to reasoning; raise "
		 "max_tokens (/set max_tokens N) or lower reasoning_effort\n"
		 "done length: \n");
	line(&w, "x");
	SEEN(&w, "notice the reply is empty: none of its 64 tokens became text; raise max_tokens "
		 "(/set max_tokens N) or lower reasoning_effort\ndone length: \n");
	line(&w, "/set max_cost 0.001");
	line(&w, "x");
	SEEN(&w, "notice max_cost: the reply is limited to 872 tokens\nnotice the reply is empty: "
		 "all of its 872 tokens went to reasoning; raise max_cost (/set "
		 "max_cost N) or lower reasoning_effort\ndone length: \n");
	line(&w, "x");
	SEEN(&w, "notice the reply is empty: the server sent no text\ndone stop: \n");
	line(&w, "x");
	SEEN(&w, "notice the reply is empty: the server sent no text for a prompt of 36000 tokens; if "
		 "that is more than the model's window, set context_tokens, or /clear\ndone stop: \n");
	line(&w, "x");
	SEEN(&w, "text a\ndone length: a\n");
	close_world(&w);
}
END_TEST

/* The newest message alone does not fit a known window: refused before sending. */
START_TEST(test_window)
{
	static const struct play p[] = { REPLY("a") };
	const char *options[] = { "context_tokens", "40", "max_tokens", "20", NULL };
	struct world w;

	open_world(&w, p, 1, options);
	ck_assert_int_eq(
		line(&w, "one two three four five six seven eight nine ten eleven twelve thirteen, "
			 "and once more: "
			 "one two three four five six seven eight nine ten eleven twelve thirteen"),
		HN_ERR_CONTEXT_TOO_LONG);
	ck_assert_uint_eq(n_requests, 0);
	ck_assert_int_eq(line(&w, "short"), 0);
	close_world(&w);
}
END_TEST

/* With no model said, the only one on the provider's list is taken. */
START_TEST(test_only_model)
{
	static const struct play p[] = { REPLY("a") };
	struct world w;

	open_world(&w, p, 1, NULL);
	chat_take_model(w.chat, NULL);
	ck_assert_int_eq(line(&w, "x"), 0);
	ck_assert_str_eq(chat_model(w.chat), "only-one");
	ck_assert_str_eq(asked.p, "user:x;100\n");
	close_world(&w);
}
END_TEST

static pthread_t chat_thread;

static int32_t note_thread(hn_call *call)
{
	(void)call;
	chat_thread = pthread_self();
	return 0;
}

/* A provider that blocks runs on a thread of its own; its events arrive on the session's. */
START_TEST(test_blocks)
{
	static const struct play p[] = { REPLY("a", "b"), FAILS(HN_ERR_AUTH, 401) };
	struct world w;

	open_world(&w, p, 2, NULL);
	provider_vtable.flags = HN_PROVIDER_BLOCKS;
	chat_hook = note_thread;
	ck_assert_int_eq(line(&w, "x"), 0);
	SEEN(&w, "text a\ntext b\ndone stop: ab\n");
	ck_assert(!pthread_equal(chat_thread, pthread_self()));
	ck_assert_int_eq(line(&w, "y"), HN_ERR_AUTH);
	SEEN(&w, "error auth: no: \n");
	close_world(&w);
}
END_TEST

/* Cancelled, a provider that blocks and polls is waited for and the turn is interrupted. */
START_TEST(test_blocks_cancel)
{
	static const struct play p[] = { { .texts = { "so" }, .hangs = 1 } };
	struct world w;
	hn_input input = { .struct_size = sizeof input, .text = { "x", 1 } };

	open_world(&w, p, 1, NULL);
	provider_vtable.flags = HN_PROVIDER_BLOCKS;
	ck_assert_int_eq(
		session_service.submit(w.s, &input, cancel_after_text, &w), HN_ERR_INTERRUPTED);
	SEEN(&w, "text so\ndone interrupted: so\n");
	close_world(&w);
}
END_TEST

/* A frontend that cannot show ends the turn; what came is kept. */
START_TEST(test_output_fails)
{
	static const struct play p[] = { REPLY("a", "b") };
	uint32_t stride;
	struct world w;

	open_world(&w, p, 1, NULL);
	w.answer = HN_ERR_OUTPUT;
	ck_assert_int_eq(line(&w, "x"), HN_ERR_OUTPUT);
	ck_assert(str_is(session_service.message(w.s, 1, &stride)->text, "a"));
	close_world(&w);
}
END_TEST

/* Commands: unknown ones name the nearest and send nothing; // escapes; /clear empties but keeps the system prompt. */
START_TEST(test_commands)
{
	static const struct play p[] = { REPLY("a") };
	const char *options[] = { "system", "s", NULL };
	hn_status status = { .struct_size = sizeof status };
	struct world w;

	open_world(&w, p, 1, options);
	ck_assert_int_eq(line(&w, "/exitcode"), HN_ERR_USAGE);
	SEEN(&w, "error usage: unknown command /exitcode (did you mean \"/exit\"?): \n");
	ck_assert_int_eq(line(&w, "/cl"), HN_ERR_USAGE);
	SEEN(&w, "error usage: unknown command /cl (did you mean \"/clear\"?): \n");
	ck_assert_int_eq(line(&w, "/zzzz"), HN_ERR_USAGE);
	SEEN(&w, "error usage: unknown command /zzzz: /help lists them: \n");
	ck_assert_int_eq(line(&w, "/stat"), HN_ERR_USAGE);
	SEEN(&w, "error usage: unknown command /stat (did you mean \"/stats\"?): \n");
	ck_assert_uint_eq(n_requests, 0);
	line(&w, "//x");
	line(&w, "/A is a path");
	ck_assert_str_eq(asked.p,
		"system:s|user:/x;4096\nsystem:s|user:/x|assistant:a|user:/A is a path;4096\n");
	line(&w, "  /clear ");
	SEEN(&w, "result cleared\n");
	buf_cut(&asked, 0);
	line(&w, "new");
	ck_assert_str_eq(asked.p, "system:s|user:new;4096\n");
	ck_assert_int_eq(line(&w, "/set temperature hot"), HN_ERR_USAGE);
	line(&w, "/exit");
	session_service.status(w.s, &status);
	ck_assert_uint_eq(status.leaving, 1);
	close_world(&w);
}
END_TEST

/* /save is lossless: /load brings back every message, the head and the system prompt; -f alone overwrites. */
START_TEST(test_save_load)
{
	static const struct play p[] = { REPLY("a"),
		{ .texts = { "half" },
			.fails = { .struct_size = sizeof(hn_error),
				.code = HN_ERR_NETWORK,
				.retry_after_ms = -1,
				.flags = HN_FAIL_FINAL,
				.message = { "no", 2 } } },
		REPLY("b") };
	const char *options[] = { "system", "s", NULL };
	char command[128], name[64], *before, *after;
	struct scratch dir;
	hn_status status = { .struct_size = sizeof status };
	struct world w;
	struct stat st;

	scratch_open(&dir);
	snprintf(name, sizeof name, "%s/c.json", dir.dir);
	open_world(&w, p, 3, options);
	line(&w, "1");
	line(&w, "2");
	snprintf(command, sizeof command, "/save %s", name);
	ck_assert_int_eq(line(&w, command), 0);
	ck_assert_int_eq(stat(name, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	ck_assert_int_eq(line(&w, command), 0);
	close_world(&w);

	open_world(&w, p + 2, 1, NULL);
	ck_assert_int_eq(line(&w, command), HN_ERR_USAGE);
	snprintf(command, sizeof command, "/load %s", name);
	ck_assert_int_eq(line(&w, command), 0);
	session_service.status(w.s, &status);
	ck_assert_uint_eq(status.n_messages, 4);
	snprintf(command, sizeof command, "/save %s/again.json", dir.dir);
	ck_assert_int_eq(line(&w, command), 0);
	before = scratch_read(&dir, "c.json");
	after = scratch_read(&dir, "again.json");
	ck_assert_ptr_nonnull(strstr(before, "\"failed\""));
	ck_assert_str_eq(after, before);
	free(before);
	free(after);
	line(&w, "3");
	ck_assert_str_eq(
		asked.p, "system:s|user:1|assistant:a|user:2|assistant:half|user:3;4096\n");
	close_world(&w);
	scratch_close(&dir);
}
END_TEST

/* Only the user interrupts: a provider that says so by itself broke a rule. */
START_TEST(test_interrupted_by_nobody)
{
	static const struct play returned[] = { { .returns = HN_ERR_INTERRUPTED } };
	static const struct play failed[] = { FAILS(HN_ERR_INTERRUPTED, 0) };
	const struct play *const cases[] = { returned, failed };
	struct world w;

	for (size_t i = 0; i < 2; i++) {
		open_world(&w, cases[i], 1, NULL);
		ck_assert_int_eq(line(&w, "x"), HN_ERR_PLUGIN);
		SEEN(&w, "error plugin: play says that it was interrupted, and nobody did that: \n");
		close_world(&w);
	}
}
END_TEST

UNIT_MAIN("session", test_array_is_resent, test_trim_to_messages, test_retry_backs_off,
	test_retry_after, test_no_retry_after_text, test_failed_turn, test_cancel_silent,
	test_cancel_streaming, test_cancel_command, test_cancel_retry_wait, test_interrupted_by_nobody, test_adapted, test_whole_characters,
	test_valid_text, test_cost, test_price_of_model, test_cost_of_cut, test_estimate,
	test_max_cost, test_two_limits, test_unpriced_limit, test_near_tokens, test_near_money, test_near_money_relayed,
	test_empty, test_window, test_only_model, test_blocks, test_blocks_cancel,
	test_output_fails, test_commands, test_save_load)
