/* SPDX-License-Identifier: MIT */
/* test_remedy: what is mended about a failed attempt: a key fetched anew, a request shortened. */
#include "../unit.h"

#include "../scratch.h"
#include "../session_world.h"

#define TOO_LONG(w, p)                                   \
	{                                                \
		.fails = {                               \
			.struct_size = sizeof(hn_error), \
			.code = HN_ERR_CONTEXT_TOO_LONG, \
			.status = 400,                   \
			.retry_after_ms = -1,            \
			.message = { "too long", 8 },    \
			.window = w,                     \
			.prompt = p                      \
		}                                        \
	}
#define LONG100                                                                            \
	"word word word word word word word word word word word word word word word word " \
	"word word word word word word word word word word word word word word word word " \
	"word word word word word word word word word word word word word word word word " \
	"word word word word word word word word word word word word word word word word " \
	"word word word word word word word word word word word word word word word word " \
	"word word word word word word word word word word word word word word word word "

/* The window that the next turn would go by. */
static int64_t window_now(struct chat *chat)
{
	struct plan p = { .chat = chat, .is_preview = 1 };

	plan_make(&p);
	plan_free(&p);
	return p.window;
}

/* Three turns, then one that is found too long. */
static void three_turns(struct world *w, const struct play *p, size_t n)
{
	open_world(w, p, n, NULL);
	line(w, LONG100 "1");
	line(w, LONG100 "2");
	line(w, LONG100 "3");
	buf_cut(&asked, 0);
}

/* How many messages the last request held. */
static size_t sent_last(void)
{
	size_t n = 1;
	const char *last = asked.p;

	for (const char *at = asked.p; at[0]; at++)
		if (at[0] == '\n' && at[1])
			last = at + 1;
	for (; *last; last++)
		n += *last == '|';
	return n;
}

/* Without numbers what passes two thirds of it is left out, once; it is told. */
START_TEST(test_too_long)
{
	static const struct play p[] = { REPLY("a"), REPLY("b"), REPLY("c"), TOO_LONG(0, 0),
		REPLY("d") };
	struct world w;

	three_turns(&w, p, 5);
	ck_assert_int_eq(line(&w, "4"), 0);
	SEEN(&w,
		"notice the server finds the conversation too long: the oldest 4 messages are left "
		"out, 3 are sent\ntext d\ndone stop: d\n");
	ck_assert_uint_eq(n_requests, 5);
	ck_assert_uint_eq(sent_last(), 3);
	close_world(&w);
}
END_TEST

/* A window that the server named holds from then on, for that model. */
START_TEST(test_window_taught)
{
	static const struct play p[] = { REPLY("a"), REPLY("b"), REPLY("c"), TOO_LONG(400, 0),
		REPLY("d"), REPLY("e") };
	struct world w;

	three_turns(&w, p, 6);
	ck_assert_int_eq(line(&w, "4"), 0);
	ck_assert_int_eq(window_now(w.chat), 400);
	line(&w, "5");
	ck_assert_uint_eq(n_requests, 6);
	chat_take_model(w.chat, "other");
	ck_assert_int_eq(window_now(w.chat), -1);
	close_world(&w);
}
END_TEST

/* The size that the server counted corrects the estimate. */
START_TEST(test_prompt_taught)
{
	static const struct play p[] = { REPLY("a"), REPLY("b"), REPLY("c"), TOO_LONG(0, 1200),
		REPLY("d") };
	struct world w;

	three_turns(&w, p, 5);
	line(&w, "4");
	ck_assert_uint_gt(plan_learnt(w.chat)->calibration.seen, 0);
	ck_assert_int_gt(tokens_apply(&plan_learnt(w.chat)->calibration, 1000), 1500);
	close_world(&w);
}
END_TEST

/* A second refusal is the turn's end; and a message that is too long by itself is not cut. */
START_TEST(test_once)
{
	static const struct play p[] = { REPLY("a"), REPLY("b"), REPLY("c"), TOO_LONG(0, 0) };
	static const struct play alone[] = { TOO_LONG(0, 0) };
	struct world w;

	three_turns(&w, p, 4);
	ck_assert_int_eq(line(&w, "4"), HN_ERR_CONTEXT_TOO_LONG);
	ck_assert_uint_eq(n_requests, 5);
	close_world(&w);
	open_world(&w, alone, 1, NULL);
	ck_assert_int_eq(line(&w, LONG100), HN_ERR_CONTEXT_TOO_LONG);
	SEEN(&w, "error context_too_long: too long: \n");
	ck_assert_uint_eq(n_requests, 1);
	close_world(&w);
}
END_TEST

/* After text nothing is asked again. */
START_TEST(test_not_after_text)
{
	static const struct play p[] = { REPLY("a"), REPLY("b"), REPLY("c"),
		{ .texts = { "half" },
			.fails = { .struct_size = sizeof(hn_error),
				.code = HN_ERR_CONTEXT_TOO_LONG,
				.retry_after_ms = -1,
				.message = { "no", 2 } } } };
	struct world w;

	three_turns(&w, p, 4);
	ck_assert_int_eq(line(&w, "4"), HN_ERR_CONTEXT_TOO_LONG);
	ck_assert_uint_eq(n_requests, 4);
	close_world(&w);
}
END_TEST

#define REFUSED(c, most, w, p)                           \
	{                                                \
		.fails = {                               \
			.struct_size = sizeof(hn_error), \
			.code = c,                       \
			.status = 400,                   \
			.flags = HN_FAIL_REPLY_LIMIT,    \
			.retry_after_ms = -1,            \
			.message = { "no", 2 },          \
			.window = w,                     \
			.prompt = p,                     \
			.max_output = most               \
		}                                        \
	}

/* The limits of all requests, in a row. */
static const char *limits_asked(void)
{
	static char out[200];
	size_t n = 0;

	for (const char *at = asked.p; at && *at && n + 20 < sizeof out;
		at = strchr(at, '\n') + 1) {
		const char *limit = strchr(at, ';') + 1;

		while (*limit != '\n')
			out[n++] = *limit++;
		out[n++] = ' ';
	}
	out[n] = '\0';
	return out;
}

/* A limit that is hobnob's own becomes what the server names, and stays that. */
START_TEST(test_limit_lowered)
{
	static const struct play p[] = { REFUSED(HN_ERR_BAD_REQUEST, 3000, 0, 0),
		REFUSED(HN_ERR_BAD_REQUEST, 1000, 0, 0), REPLY("a"), REPLY("b") };
	struct world w;

	open_world(&w, p, 4, NULL);
	ck_assert_int_eq(line(&w, "1"), 0);
	ck_assert_int_eq(line(&w, "2"), 0);
	ck_assert_str_eq(limits_asked(), "4096 3000 1000 1000 ");
	close_world(&w);
}
END_TEST

/* Without a number it is left out; a limit that the server wants after all is not forgotten. */
START_TEST(test_limit_left_out)
{
	static const struct play p[] = { REFUSED(HN_ERR_BAD_REQUEST, 0, 0, 0), REPLY("a"),
		REPLY("b") };
	static const struct play wanted[] = { REFUSED(HN_ERR_BAD_REQUEST, 0, 0, 0),
		FAILS(HN_ERR_BAD_REQUEST, 400), REPLY("c") };
	struct world w;

	open_world(&w, p, 3, NULL);
	line(&w, "1");
	line(&w, "2");
	ck_assert_str_eq(limits_asked(), "4096 0 0 ");
	close_world(&w);
	open_world(&w, wanted, 3, NULL);
	ck_assert_int_eq(line(&w, "1"), HN_ERR_BAD_REQUEST);
	line(&w, "2");
	ck_assert_str_eq(limits_asked(), "4096 0 4096 ");
	close_world(&w);
}
END_TEST

/* What does not fit for the limit's sake loses no turn; what does not fit at all does. */
START_TEST(test_limit_before_turns)
{
	static const struct play p[] = { REPLY("a"), REPLY("b"), REPLY("c"), TOO_LONG(2000, 900),
		REPLY("d") };
	static const struct play full[] = { REPLY("a"), REPLY("b"), REPLY("c"), TOO_LONG(900, 890),
		REPLY("d") };
	struct world w;

	three_turns(&w, p, 5);
	ck_assert_int_eq(line(&w, "4"), 0);
	ck_assert_uint_eq(sent_last(), 7);
	ck_assert_str_eq(limits_asked(), "4096 1100 ");
	close_world(&w);
	three_turns(&w, full, 5);
	ck_assert_int_eq(line(&w, "4"), 0);
	ck_assert_uint_lt(sent_last(), 7);
	close_world(&w);
}
END_TEST

/* The user's own limit, and one that a limit of money needs, stay; the hint says what to set. */
START_TEST(test_limit_of_the_user)
{
	static const struct play p[] = { REFUSED(HN_ERR_BAD_REQUEST, 1000, 0, 0) };
	static const struct play none[] = { REFUSED(HN_ERR_BAD_REQUEST, 0, 0, 0) };
	struct world w;

	open_world(&w, p, 1, NULL);
	line(&w, "/set max_tokens 9000");
	ck_assert_int_eq(line(&w, "1"), HN_ERR_BAD_REQUEST);
	ck_assert_str_eq(limits_asked(), "9000 ");
	close_world(&w);
	open_world(&w, none, 1, NULL);
	line(&w, "/set max_tokens_session 100000");
	ck_assert_int_eq(line(&w, "1"), HN_ERR_BAD_REQUEST);
	ck_assert_str_eq(limits_asked(), "4096 ");
	close_world(&w);
}
END_TEST

/* An instance whose key is in a file. */
static struct options *keyed(struct secrets *secrets, const char *file)
{
	static hn_option decl = { .key = "api_key", .type = HN_OPT_STRING, .flags = HN_OPTION_SECRET };
	struct options *o = xcalloc(1, sizeof *o);

	o->values = xcalloc(1, sizeof *o->values);
	o->n = 1;
	o->values[0].decl = &decl;
	o->values[0].secret = secret_new(secrets, file ? SECRET_FILE : SECRET_VALUE,
		file ? file : "a-key-of-no-file", NULL, "here");
	return o;
}

/* Plays a 401 to an instance with that key; how many requests were made. */
static size_t refused(const char *file, const struct play *p, size_t n)
{
	struct secrets *secrets = secrets_new();
	struct options *o = keyed(secrets, file);
	struct secret_wait wait = { 0 };
	struct world w;
	hn_str value;

	ck_assert_int_eq(secret_value(o->values[0].secret, &wait, &value, NULL), 0);
	open_world(&w, p, n, NULL);
	options_free(w.instance->options);
	w.instance->options = o;
	line(&w, "x");
	n = n_requests;
	close_world(&w);
	secrets_free(secrets);
	return n;
}

/* A key from a file or a command is fetched anew after it was not accepted, whatever the status, once; one that
 * was just said is not. */
START_TEST(test_key)
{
	static const struct play p[] = { FAILS(HN_ERR_AUTH, 401), REPLY("ok") };
	static const struct play always[] = { FAILS(HN_ERR_AUTH, 401) };
	static const struct play other[] = { FAILS(HN_ERR_AUTH, 0), REPLY("ok") };
	static const struct play again[] = { FAILS(HN_ERR_AUTH, 403), REPLY("ok") };
	static const struct play forbidden[] = { FAILS(HN_ERR_PERMISSION, 403), REPLY("ok") };
	struct scratch scratch;

	scratch_open(&scratch);
	scratch_write(&scratch, "key", "a-key-in-a-file\n");
	ck_assert_uint_eq(refused(scratch_path(&scratch, "key"), p, 2), 2);
	ck_assert_uint_eq(refused(scratch_path(&scratch, "key"), other, 2), 2);
	ck_assert_uint_eq(refused(scratch_path(&scratch, "key"), again, 2), 2);
	ck_assert_uint_eq(refused(scratch_path(&scratch, "key"), always, 1), 2);
	ck_assert_uint_eq(refused(scratch_path(&scratch, "key"), forbidden, 2), 1);
	ck_assert_uint_eq(refused(NULL, p, 2), 1);
	scratch_close(&scratch);
}
END_TEST

/* An instance without any key has nothing to fetch: it is asked once. */
START_TEST(test_no_key)
{
	static const struct play p[] = { FAILS(HN_ERR_AUTH, 401), REPLY("ok") };
	struct world w;

	open_world(&w, p, 2, NULL);
	ck_assert_int_eq(line(&w, "x"), HN_ERR_AUTH);
	SEEN(&w, "error auth: no: \n");
	ck_assert_uint_eq(n_requests, 1);
	close_world(&w);
}
END_TEST

UNIT_MAIN("remedy", test_too_long, test_window_taught, test_prompt_taught, test_once,
	test_not_after_text, test_limit_lowered, test_limit_left_out, test_limit_before_turns,
	test_limit_of_the_user, test_key, test_no_key)
