/* SPDX-License-Identifier: MIT */
/* test_told: what a frontend is told of odd things that a provider says, and what of an input is taken as it stands. */
#include "../unit.h"

#include "../session_world.h"

/* ---- a provider that does one thing ---- */

static int32_t (*act)(hn_call *);

static int32_t act_chat(void *self, hn_call *call, const hn_request *req)
{
	(void)self;
	(void)req;
	return act(call);
}

static int32_t emit(hn_call *call, hn_event e)
{
	e.struct_size = sizeof e;
	return door_emit(call, &e);
}

static int32_t stop(hn_call *call)
{
	return emit(call, (hn_event){ .type = HN_EV_FINISH, .finish = HN_FINISH_STOP });
}

/* ---- what the frontend hears ---- */

static hn_session_event closing; /* DONE or ERROR, without its texts */
static char upstream[64], hint[64];
static hn_usage usage; /* as soon as it is reported */
static struct buf parts; /* "type flags name " of each */

static void keep(char to[64], hn_str text)
{
	snprintf(to, 64, "%.*s", (int)text.n, text.p ? text.p : "");
}

static int32_t hear(void *ud, const hn_session_event *e)
{
	(void)ud;
	if (e->part)
		buf_addf(&parts, "%u %u %.*s ", e->part->type, e->part->flags, (int)e->part->name.n, e->part->name.p);
	if (e->type == HN_ON_USAGE)
		usage = *e->usage;
	if (e->type != HN_ON_DONE && e->type != HN_ON_ERROR)
		return 0;
	closing = *e;
	keep(upstream, e->upstream);
	keep(hint, e->hint);
	return 0;
}

/* One turn with that provider. */
static void turn(int32_t (*what)(hn_call *), int32_t returns)
{
	const hn_input input = { .struct_size = sizeof input, .text = str_of("x") };
	static const struct play none[] = { { .returns = 0 } };
	struct world w;

	open_world(&w, none, 1, NULL);
	parts = BUF(BUF_NO_CAP);
	act = what;
	provider_vtable.chat = act_chat;
	ck_assert_int_eq(session_service.submit(w.s, &input, hear, NULL), returns);
	provider_vtable.chat = play_chat;
	close_world(&w);
}

/* ---- times ---- */

static int32_t say_late(hn_call *call)
{
	io_service.wait_for(call, NULL, 0, 30);
	emit(call, (hn_event){ .type = HN_EV_REASONING, .text = str_of("hm") });
	io_service.wait_for(call, NULL, 0, 50);
	emit(call, (hn_event){ .type = HN_EV_TEXT, .text = str_of("a") });
	emit(call, (hn_event){ .type = HN_EV_TEXT, .text = str_of("b") });
	return stop(call);
}

/* The first piece counts, of reasoning, too; without a piece there is no such time. */
START_TEST(times)
{
	turn(say_late, 0);
	ck_assert_int_eq(closing.ttft_ms, 30);
	ck_assert_int_eq(closing.total_ms, 80);
	turn(stop, 0);
	ck_assert_int_eq(closing.ttft_ms, -1);
}
END_TEST

/* ---- words and texts ---- */

static int32_t say_flags(hn_call *call)
{
	emit(call, (hn_event){ .type = HN_EV_PART, .number = HN_PART_FILE, .flags = UINT32_MAX, .name = str_of("u"), .text = str_of("https://h/u") });
	emit(call, (hn_event){ .type = HN_EV_PART, .number = HN_PART_IMAGE, .flags = ~HN_PARTFLAG_URL, .name = str_of("i"), .text = str_of("PNG") });
	emit(call, (hn_event){ .type = HN_EV_TOOL_CALL, .flags = UINT32_MAX, .id = str_of("c"), .name = str_of("t"), .text = str_of("{}") });
	return stop(call);
}

/* Flags that 1.0 does not have are dropped; a call of a tool has none. */
START_TEST(flags)
{
	turn(say_flags, 0);
	ck_assert_str_eq(parts.p, "4 1 u 3 0 i 5 0 t ");
	buf_free(&parts);
}
END_TEST

static int32_t say_no_utf8(hn_call *call)
{
	emit(call, (hn_event){ .type = HN_EV_MODEL, .text = { "m\xFF", 2 }, .name = { "u\xFF", 2 } });
	emit(call, (hn_event){ .type = HN_EV_TEXT, .text = str_of("a") });
	return stop(call);
}

static int32_t fail_no_utf8(hn_call *call)
{
	const hn_error e = { .struct_size = sizeof e, .code = HN_ERR_QUOTA, .message = { "m\xFF", 2 }, .hint = { "h\xFF", 2 } };

	return door_fail(call, &e);
}

/* All text of an event is valid UTF-8, whatever a server said. */
START_TEST(texts)
{
	turn(say_no_utf8, 0);
	ck_assert_str_eq(upstream, "u\xEF\xBF\xBD");
	turn(fail_no_utf8, HN_ERR_QUOTA);
	ck_assert_str_eq(hint, "h\xEF\xBF\xBD");
}
END_TEST

static int32_t say_absurd(hn_call *call)
{
	const int64_t most = INT64_C(1) << 40;
	const hn_usage said = { .struct_size = sizeof said, .set = HN_USAGE_PROMPT | HN_USAGE_COMPLETION | HN_USAGE_CACHED |
		HN_USAGE_REASONING, .prompt = most, .completion = most, .cached = most + 1, .reasoning = INT64_MIN };

	emit(call, (hn_event){ .type = HN_EV_TEXT, .text = str_of("a") });
	emit(call, (hn_event){ .type = HN_EV_USAGE, .usage = &said });
	return stop(call);
}

/* A count that no request can have is unknown, as a negative one is. */
START_TEST(counts)
{
	turn(say_absurd, 0);
	ck_assert_int_eq(usage.prompt, INT64_C(1) << 40);
	ck_assert_int_eq(usage.cached, -1);
	ck_assert_int_eq(usage.reasoning, -1);
	ck_assert_uint_eq(usage.set, HN_USAGE_PROMPT | HN_USAGE_COMPLETION);
}
END_TEST

/* ---- inputs ---- */

/* A message is sent as it stands: of a line, two slashes are one, and a byte order mark is passed over. */
START_TEST(verbatim)
{
	static const struct { uint32_t type; const char *text, *sent; } rows[] = {
		{ HN_INPUT_MESSAGE, "/help", "user:/help;4096\n" },
		{ HN_INPUT_MESSAGE, "//help", "user://help;4096\n" },
		{ HN_INPUT_LINE, "//help", "user:/help;4096\n" },
		{ HN_INPUT_MESSAGE, "\xEF\xBB\xBFhi", "user:\xEF\xBB\xBFhi;4096\n" },
		{ HN_INPUT_LINE, "\xEF\xBB\xBFhi", "user:hi;4096\n" },
	};
	static const struct play answer[] = { REPLY("a") };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const hn_input input = { .struct_size = sizeof input, .type = rows[i].type, .text = str_of(rows[i].text) };
		struct world w;

		open_world(&w, answer, 1, NULL);
		ck_assert_int_eq(session_service.submit(w.s, &input, NULL, NULL), 0);
		ck_assert_str_eq(asked.p, rows[i].sent);
		close_world(&w);
	}
}
END_TEST

UNIT_MAIN("told", times, flags, texts, counts, verbatim)
