/* SPDX-License-Identifier: MIT */
/* test_events: what a provider emits beside text, and when a reply is whole. */
#include "../unit.h"

#include <stdio.h>

#include "../scratch.h"
#include "../session_world.h"
#include "util/names.h"
#include "util/said.h"

/* ---- a provider that emits what a test says, and records what it gets ---- */

/* One event in a row of several; type 0 ends the row. */
struct step {
	uint32_t type;
	const char *text, *name, *id;
	int32_t finish; /* FINISH; else the event's number */
};

static const struct step *const *rows; /* one for each request; the last repeats */
static int32_t returns[8]; /* of chat(), for each request; a negative one by fail() */
static size_t n_asked;
static int64_t counted; /* tokens of the prompt that are reported; 0: none are */
static struct buf got; /* each request: "user:text|<opaque a>;" by its parts */

static void note_message(const hn_message *m)
{
	buf_addf(&got, "%s%s:", got.n ? " " : "", role_name(m->role));
	for (uint32_t i = 0; i < m->n_parts; i++) {
		const hn_part *p = HN_AT(hn_part, m->parts, m->part_stride, i);
		const char *type = part_type_name(p->type);

		buf_adds(&got, i ? "|" : "");
		if (type)
			buf_addf(&got, "<%s %.*s>", type, (int)p->name.n, p->name.p);
		buf_addstr(&got, p->data);
	}
}

static int32_t step_chat(void *self, hn_call *call, const hn_request *req)
{
	const struct step *s = rows[n_asked];
	hn_error failed = {
		.struct_size = sizeof failed, .code = returns[n_asked], .message = str_of("no")
	};

	(void)self;
	buf_cut(&got, 0);
	for (uint32_t i = 0; i < req->n_messages; i++)
		note_message(HN_AT(hn_message, req->messages, req->message_stride, i));
	for (; s->type; s++) {
		const hn_event e = { .struct_size = sizeof e, .type = s->type, .finish = s->finish,
			.number = (uint32_t)s->finish, .text = str_of(s->text), .name = str_of(s->name),
			.id = str_of(s->id) };

		ck_assert_int_eq(door_emit(call, &e), 0);
	}
	if (counted) {
		const hn_usage usage = { .struct_size = sizeof usage, .set = HN_USAGE_PROMPT, .prompt = counted };
		const hn_event e = { .struct_size = sizeof e, .type = HN_EV_USAGE, .usage = &usage };

		door_emit(call, &e);
	}
	n_asked += rows[n_asked + 1] != NULL;
	return failed.code < 0 ? door_fail(call, &failed) : failed.code;
}

/* ---- what the frontend hears ---- */

static struct buf heard; /* "[progress 500 loading]" and the like, which session_world does not know */

static int32_t hear(void *ud, const hn_session_event *e)
{
	const hn_part *p = e->part;

	if (e->type == HN_ON_PART)
		buf_addf(&heard, "[%s %.*s %.*s %.*s]", part_type_name(p->type), (int)p->id.n, p->id.p,
			(int)p->name.n, p->name.p, (int)p->data.n, p->data.p);
	else if (e->type == HN_ON_TOOL_PIECE)
		buf_addf(&heard, "[piece %u %.*s %.*s %.*s]", e->number, (int)e->id.n, e->id.p, (int)e->command.n,
			e->command.p, (int)e->text.n, e->text.p);
	else if (e->type == HN_ON_PROGRESS)
		buf_addf(&heard, "[progress %u %.*s]", e->number, (int)e->text.n, e->text.p);
	else
		return see(ud, e);
	return 0;
}

/* A world with these rows. */
static void open_rows(struct world *w, const struct step *const *all)
{
	static const struct play none[] = { { .returns = 0 } };

	open_world(w, none, 1, NULL);
	provider_vtable.chat = step_chat;
	rows = all;
	n_asked = 0;
	counted = 0;
	memset(returns, 0, sizeof returns);
	got = heard = BUF(BUF_NO_CAP);
}

static void close_rows(struct world *w)
{
	close_world(w);
	provider_vtable.chat = play_chat;
	buf_free(&got);
	buf_free(&heard);
}

static int32_t ask(struct world *w, const char *text)
{
	const hn_input input = {
		.struct_size = sizeof input, .type = HN_INPUT_LINE, .text = str_of(text)
	};

	buf_cut(&w->seen, 0);
	buf_cut(&heard, 0);
	return session_service.submit(w->s, &input, hear, w);
}

#define TEXT(t) { .type = HN_EV_TEXT, .text = t }
#define OPAQUE(t, n) { .type = HN_EV_OPAQUE, .text = t, .name = n }
#define NOTICE(t) { .type = HN_EV_NOTICE, .text = t }
#define PROGRESS(t, n) { .type = HN_EV_PROGRESS, .text = t, .finish = n }
#define CALL(i, n, t) { .type = HN_EV_TOOL_CALL, .id = i, .name = n, .text = t }
#define FINISH(f) { .type = HN_EV_FINISH, .finish = f }
#define STOP FINISH(HN_FINISH_STOP)
#define END { .type = 0 }

/* ---- parts ---- */

/* "OPAQUE a, TEXT, OPAQUE b, TEXT" goes back as it came; message() gives it so, too. */
START_TEST(order)
{
	static const struct step first[] = { OPAQUE("A\1", "a"), TEXT("one"), TEXT(" two"), OPAQUE("B", "b"),
		TEXT("three"), STOP, OPAQUE("C", "c"), END };
	static const struct step second[] = { TEXT("ok"), STOP, END };
	static const struct step *const all[] = { first, second, NULL };
	struct world w;
	uint32_t stride;

	open_rows(&w, all);
	ask(&w, "x");
	SEEN(&w, "text one\ntext  two\ntext three\ndone stop: one twothree\n");
	ask(&w, "y");
	ck_assert_str_eq(got.p, "user:x assistant:<opaque a>A\1|one two|<opaque b>B|three|<opaque c>C user:y");
	const hn_message *m = session_service.message(w.s, 1, &stride);
	ck_assert_uint_eq(m->n_parts, 5);
	ck_assert(str_is(m->text, "one twothree"));
	ck_assert(str_is(HN_AT(hn_part, m->parts, m->part_stride, 3)->data, "three"));
	close_rows(&w);
}
END_TEST

/* They are the same instance's and model's only. */
START_TEST(other_model)
{
	static const struct step first[] = { OPAQUE("A", "a"), TEXT("one"), STOP, END };
	static const struct step *const all[] = { first, NULL };
	struct world w;

	open_rows(&w, all);
	ask(&w, "x");
	chat_take_model(w.chat, "other");
	ask(&w, "y");
	ck_assert_str_eq(got.p, "user:x assistant:one user:y");
	chat_take_model(w.chat, "m");
	ask(&w, "z");
	ck_assert_str_eq(got.p, "user:x assistant:<opaque a>A|one user:y assistant:one user:z");
	close_rows(&w);
}
END_TEST

/* Neighbours of one side are one message: their parts stand where they stood. */
START_TEST(joined)
{
	static const struct step cut[] = { OPAQUE("A", "a"), TEXT("on"), FINISH(HN_FINISH_LENGTH), END };
	static const struct step more[] = { OPAQUE("B", "b"), TEXT("e"), STOP, END };
	static const struct step *const all[] = { cut, more, more, NULL };
	struct world w;

	open_rows(&w, all);
	ask(&w, "x");
	ask(&w, "/continue");
	ask(&w, "y");
	ck_assert_str_eq(got.p, "user:x assistant:<opaque a>A|on|<opaque b>B|e user:y");
	close_rows(&w);
}
END_TEST

/* An image of a reply is an answer; it goes back to a provider that takes images, and only there. */
START_TEST(image_out)
{
	static const struct step image[] = { { .type = HN_EV_PART, .text = "PNG", .name = "a.png",
						     .finish = HN_PART_IMAGE },
		STOP, END };
	static const struct step second[] = { TEXT("ok"), STOP, END };
	static const struct step *const all[] = { image, second, second, NULL };
	uint32_t accepts = provider_vtable.accepts;
	struct world w;

	open_rows(&w, all);
	ck_assert_int_eq(ask(&w, "draw"), 0);
	ck_assert_str_eq(heard.p, "[image  a.png PNG]");
	SEEN(&w, "done stop: \n");
	ask(&w, "y");
	ck_assert_str_eq(got.p, "user:draw user:y");
	provider_vtable.accepts |= 1u << HN_PART_IMAGE;
	ask(&w, "z");
	provider_vtable.accepts = accepts;
	ck_assert_str_eq(got.p, "user:draw assistant:<image a.png>PNG user:y assistant:ok user:z");
	ask(&w, "/history");
	ck_assert_ptr_nonnull(strstr(w.seen.p, " 2 assistant: [image a.png, 3 bytes]\n"));
	close_rows(&w);
}
END_TEST

/* Servers count an image in their own ways: a low count is believed, and says nothing of text. */
START_TEST(image_counted)
{
	static const struct step image[] = { { .type = HN_EV_PART, .text = "PNG", .finish = HN_PART_IMAGE }, STOP, END };
	static const struct step second[] = { TEXT("ok"), STOP, END };
	static const struct step *const all[] = { image, second, NULL };
	uint32_t accepts = provider_vtable.accepts;
	struct world w;

	open_rows(&w, all);
	provider_vtable.accepts |= 1u << HN_PART_IMAGE;
	ask(&w, "draw");
	counted = 60;
	ask(&w, "y");
	provider_vtable.accepts = accepts;
	const struct message *m = w.chat->talk.history.view[3];
	ck_assert_int_eq(m->usage.prompt, 60);
	ck_assert_uint_eq(m->usage.set & HN_USAGE_ESTIMATED_PROMPT, 0);
	ck_assert_int_gt(m->sent_prior, 1000);
	ck_assert_uint_eq(plan_learnt(w.chat)->calibration.seen, 0);
	close_rows(&w);
}
END_TEST

/* A count that is not set says nothing, though it is 0: nothing of the reply was free of charge. */
START_TEST(zero_says_nothing)
{
	static const struct step row[] = { TEXT("one two three"), STOP, END };
	static const struct step *const all[] = { row, NULL };
	struct world w;

	open_rows(&w, all);
	counted = 60;
	ask(&w, "x");
	const struct message *m = w.chat->talk.history.view[1];
	ck_assert_int_eq(m->usage.prompt, 60);
	ck_assert_int_gt(m->usage.completion, 0);
	ck_assert_uint_eq(m->usage.set & HN_USAGE_ESTIMATED_COMPLETION, HN_USAGE_ESTIMATED_COMPLETION);
	ck_assert_int_eq(m->usage.cached, -1);
	ck_assert_int_eq(m->usage.cache_write, -1);
	ck_assert_int_eq(m->usage.reasoning, -1);
	ck_assert_int_eq(m->usage.cost, -1);
	ck_assert_int_eq(m->cost, -1);
	close_rows(&w);
}
END_TEST

/* A call of a tool that nobody offered: told by its name, and not sent again. */
START_TEST(tool_call)
{
	static const struct step call[] = { { .type = HN_EV_TOOL_PIECE, .id = "c1", .name = "f", .text = "{\xC3" },
		{ .type = HN_EV_TOOL_PIECE, .id = "c1", .name = "f", .text = "\xA4}" },
		{ .type = HN_EV_TOOL_PIECE, .id = "c2", .name = "g", .text = "\xC3", .finish = 1 },
		{ .type = HN_EV_TOOL_PIECE, .id = "c1", .name = "f", .text = "x" },
		CALL("c1", "f", "{\xFF}"), CALL("c2", "f", ""), CALL("c3", "g", ""),
		FINISH(HN_FINISH_TOOL_CALLS), END };
	static const struct step second[] = { TEXT("ok"), STOP, END };
	static const struct step *const all[] = { call, second, NULL };
	struct world w;

	open_rows(&w, all);
	ck_assert_int_eq(ask(&w, "x"), 0);
	SEEN(&w, "notice the model called the tools \"f\", \"g\", which nobody offered; hobnob did not run them\n"
		 "done tool_calls: \n");
	ck_assert_str_eq(heard.p, "[piece 0 c1 f {][piece 0 c1 f \xC3\xA4}][piece 0 c1 f x]"
				  "[tool_call c1 f {\xEF\xBF\xBD}][tool_call c2 f ][tool_call c3 g ]");
	ask(&w, "y");
	ck_assert_str_eq(got.p, "user:y");
	close_rows(&w);
}
END_TEST

/* Who relays a request answers calls: nothing is said of them. */
START_TEST(tool_call_relayed)
{
	static const struct step call[] = { OPAQUE("O", "o"), CALL("c1", "f", "{}"), FINISH(HN_FINISH_TOOL_CALLS), END };
	static const struct step *const all[] = { call, NULL };
	const hn_part text = { .type = HN_PART_TEXT, .data = str_of("x") };
	const hn_message user = { .role = HN_ROLE_USER, .id = 1, .n_parts = 1, .part_stride = sizeof text,
		.text = text.data, .parts = &text };
	const hn_request req = { .struct_size = sizeof req, .n_messages = 1, .message_stride = sizeof user,
		.messages = &user };
	struct world w;

	open_rows(&w, all);
	ck_assert_int_eq(relay_service.ask(w.s, str_of(""), &req, hear, &w), 0);
	ck_assert_str_eq(heard.p, "[opaque  o O][tool_call c1 f {}]");
	SEEN(&w, "done tool_calls: \n");
	close_rows(&w);
}
END_TEST

/* Text beside a call stays a reply. */
START_TEST(tool_call_and_text)
{
	static const struct step call[] = { TEXT("Let me look."), CALL("c1", "f", "{}"), STOP, END };
	static const struct step *const all[] = { call, NULL };
	struct world w;

	open_rows(&w, all);
	ask(&w, "x");
	SEEN(&w, "text Let me look.\nnotice the model called the tool \"f\", which nobody offered; hobnob did not "
		 "run it\ndone stop: Let me look.\n");
	ask(&w, "y");
	ck_assert_str_eq(got.p, "user:x assistant:Let me look. user:y");
	close_rows(&w);
}
END_TEST

/* ---- remarks ---- */

/* A notice is one safe line, told once a turn. Neither it nor progress ends the right to a retry. */
START_TEST(remarks)
{
	static const struct step first[] = { NOTICE("left out\n\033[2Jseed"), NOTICE(""), PROGRESS("loading", 1),
		PROGRESS("loading", 1), PROGRESS("loading", 5000), { .type = HN_EV_MODEL, .text = "other" }, STOP,
		END };
	static const struct step second[] = { NOTICE("left out \033[2Jseed"), TEXT("ok"), STOP, END };
	static const struct step *const all[] = { first, second, NULL };
	struct world w;

	open_rows(&w, all);
	returns[0] = HN_ERR_UNAVAILABLE;
	ck_assert_int_eq(ask(&w, "x"), 0);
	SEEN(&w, "notice left out ^[[2Jseed\nretry 1 unavailable\ntext ok\ndone stop: ok\n");
	ck_assert_str_eq(heard.p, "[progress 1 loading][progress 1000 loading]");
	ck_assert_ptr_null(w.chat->talk.history.view[1]->answered);
	close_rows(&w);
}
END_TEST

/* A provider that tells something else each time does not flood the screen. */
START_TEST(many_notices)
{
	static char words[40][3];
	static struct step row[42] = { [40] = STOP };
	static const struct step *const all[] = { row, NULL };
	struct world w;
	size_t n = 0;

	for (size_t i = 0; i < 40; i++) {
		snprintf(words[i], sizeof words[i], "%02u", (unsigned)i);
		row[i] = (struct step)NOTICE(words[i]);
	}
	open_rows(&w, all);
	ask(&w, "x");
	for (const char *at = w.seen.p; (at = strstr(at, "notice ")); at++)
		n++;
	ck_assert_uint_eq(n, 17); /* one is about the empty reply */
	close_rows(&w);
}
END_TEST

/* What belongs to a reply ends the right to a retry. */
START_TEST(no_retry)
{
	static const struct step opaque[] = { OPAQUE("A", "a"), END }, call[] = { CALL("c", "f", ""), END };
	static const struct step image[] = { { .type = HN_EV_PART, .text = "P", .finish = HN_PART_IMAGE }, END };
	static const struct step *const cases[] = { opaque, call, image };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct step *const all[] = { cases[i], NULL };
		struct world w;

		open_rows(&w, all);
		returns[0] = HN_ERR_UNAVAILABLE;
		ck_assert_int_eq(ask(&w, "x"), HN_ERR_UNAVAILABLE);
		SEEN(&w, "error unavailable: no: \n");
		close_rows(&w);
	}
}
END_TEST

/* Nothing comes of an event that says nothing, or of a type that is not known. */
START_TEST(nothing)
{
	static const struct step empty[] = { OPAQUE("", "a"), { .type = HN_EV_PART, .text = "x", .finish = 1 },
		{ .type = HN_EV_PART, .text = "x", .finish = 77 }, { .type = HN_EV_PART, .finish = HN_PART_IMAGE },
		{ .type = 99, .text = "x" }, { .type = HN_EV_TOOL_PIECE }, PROGRESS("", 1), TEXT("ok"), STOP, END };
	static const struct step *const all[] = { empty, NULL };
	struct world w;

	open_rows(&w, all);
	ask(&w, "x");
	SEEN(&w, "text ok\ndone stop: ok\n");
	ck_assert_uint_eq(heard.n, 0);
	ck_assert_uint_eq(w.chat->talk.history.view[1]->n_parts, 0);
	close_rows(&w);
}
END_TEST

/* ---- when a reply is whole ---- */

/* Without a finish it is truncated, whatever came. */
START_TEST(no_finish)
{
	static const struct step half[] = { TEXT("half"), END }, none[] = { END };
	static const struct step *const all[] = { half, none, NULL };
	struct world w;

	open_rows(&w, all);
	ck_assert_int_eq(ask(&w, "x"), HN_ERR_TRUNCATED);
	SEEN(&w, "text half\nerror truncated: the reply may not be whole: play ended it without a finish: half\n");
	ck_assert_int_eq(ask(&w, "y"), HN_ERR_TRUNCATED);
	close_rows(&w);
}
END_TEST

/* The first finish ends it: nothing comes after it, and no other one changes it. */
START_TEST(after_finish)
{
	static const struct step late[] = { TEXT("whole"), FINISH(HN_FINISH_LENGTH), TEXT("x"),
		{ .type = HN_EV_REASONING, .text = "x" }, CALL("c", "f", ""),
		{ .type = HN_EV_PART, .text = "x", .finish = HN_PART_IMAGE },
		{ .type = HN_EV_TOOL_PIECE, .text = "x" }, STOP, { .type = HN_EV_MODEL, .text = "real" }, END };
	static const struct step *const all[] = { late, NULL };
	struct world w;

	open_rows(&w, all);
	ck_assert_int_eq(ask(&w, "x"), 0);
	SEEN(&w, "text whole\ndone length: whole\n");
	ck_assert_uint_eq(heard.n, 0);
	ck_assert_str_eq(w.chat->talk.history.view[1]->answered, "real");
	close_rows(&w);
}
END_TEST

/* What a server calls its model is cut to 1 KiB, and not inside a character. */
START_TEST(long_names)
{
	static char name[2000001];
	static const struct step steps[] = { TEXT("ok"), { .type = HN_EV_MODEL, .text = name }, STOP, END };
	static const struct step *const all[] = { steps, NULL };
	struct world w;

	memset(name, 'm', sizeof name - 1);
	memcpy(name + 1023, "é", strlen("é"));
	open_rows(&w, all);
	ck_assert_int_eq(ask(&w, "x"), 0);
	name[1023] = '\0';
	ck_assert_str_eq(w.chat->talk.history.view[1]->answered, name);
	close_rows(&w);
}
END_TEST

/* A finish that a provider may not emit, or nobody knows, is an unknown one. */
START_TEST(odd_finish)
{
	static const int32_t odd[] = { HN_FINISH_NONE, HN_FINISH_INTERRUPTED, HN_FINISH_UNKNOWN, 77, -1, INT32_MIN };

	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		const struct step row[] = { TEXT("a"), FINISH(odd[i]), END };
		const struct step *const all[] = { row, NULL };
		struct world w;

		open_rows(&w, all);
		ck_assert_int_eq(ask(&w, "x"), 0);
		SEEN(&w, "text a\ndone unknown: a\n");
		close_rows(&w);
	}
}
END_TEST

/* A failure after the finish: the reply stands if there is one. */
START_TEST(fails_after_finish)
{
	static const struct step whole[] = { TEXT("whole"), STOP, END }, none[] = { STOP, END };
	static const struct step *const all[] = { whole, none, NULL };
	struct world w;

	open_rows(&w, all);
	returns[0] = HN_ERR_NETWORK;
	returns[1] = HN_ERR_AUTH;
	ck_assert_int_eq(ask(&w, "x"), 0);
	SEEN(&w, "text whole\ndone stop: whole\n");
	ck_assert_int_eq(w.chat->talk.history.view[1]->state, MESSAGE_COMPLETE);
	ck_assert_int_eq(ask(&w, "y"), HN_ERR_AUTH);
	close_rows(&w);
}
END_TEST

/* chat() returned what means nothing there, or HN_ADAPTED after a part of the reply was shown. */
START_TEST(odd_returns)
{
	static const struct { int32_t returns; const char *text, *seen; } cases[] = {
		{ 7, NULL, "error plugin: play returned 7 from chat(), which means nothing there: \n" },
		{ 7, "a", "text a\nerror plugin: play returned 7 from chat(), which means nothing there: a\n" },
		{ HN_ENOUGH, NULL, "error plugin: play returned 101 from chat(), which means nothing there: \n" },
		{ HN_ADAPTED, "a", "text a\nerror plugin: play returned 100 from chat(), which means nothing there: a\n" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct step row[] = { TEXT(cases[i].text), END };
		const struct step *const all[] = { row, NULL };
		struct world w;

		open_rows(&w, all);
		returns[0] = cases[i].returns;
		ck_assert_int_eq(ask(&w, "x"), HN_ERR_PLUGIN);
		SEEN(&w, cases[i].seen);
		close_rows(&w);
	}
}
END_TEST

/* A provider may change how it asks three times in a turn. */
START_TEST(adapts)
{
	static const struct step none[] = { END }, whole[] = { TEXT("ok"), STOP, END };
	static const struct step *const all[] = { none, none, none, whole, none, none, none, none, NULL };
	struct world w;

	open_rows(&w, all);
	returns[0] = returns[1] = returns[2] = HN_ADAPTED;
	ck_assert_int_eq(ask(&w, "x"), 0);
	SEEN(&w, "text ok\ndone stop: ok\n");
	returns[4] = returns[5] = returns[6] = returns[7] = HN_ADAPTED;
	ck_assert_int_eq(ask(&w, "y"), HN_ERR_PLUGIN);
	SEEN(&w, "error plugin: play changed how it asks more than 3 times: \n");
	close_rows(&w);
}
END_TEST

/* A positive value of a frontend reads as 0. */
START_TEST(positive)
{
	static const struct step row[] = { TEXT("a"), TEXT("b"), STOP, END };
	static const struct step *const all[] = { row, NULL };
	struct world w;

	open_rows(&w, all);
	w.answer = 1;
	ck_assert_int_eq(ask(&w, "x"), 0);
	SEEN(&w, "text a\ntext b\ndone stop: ab\n");
	close_rows(&w);
}
END_TEST

/* ---- a reply without end ---- */

#define HALF (33u << 20) /* bytes; of two, one is too many */

static uint32_t big_types[2];
static int32_t big_said[2]; /* what emit() returned */

static int32_t big_chat(void *self, hn_call *call, const hn_request *req)
{
	char *bytes = xcalloc(HALF, 1);

	(void)self;
	(void)req;
	for (size_t i = 0; i < 2; i++) {
		const hn_event e = { .struct_size = sizeof e, .type = big_types[i], .number = HN_PART_FILE,
			.name = str_of("b"), .id = str_of("c"), .text = { bytes, HALF } };

		big_said[i] = door_emit(call, &e);
	}
	free(bytes);
	return HN_ERR_PROTOCOL;
}

/* Parts are bounded together, as text is: a reply has to fit a record of the journal. */
START_TEST(too_much_beside_the_text)
{
	static const uint32_t pairs[][2] = { { HN_EV_OPAQUE, HN_EV_OPAQUE }, { HN_EV_PART, HN_EV_PART },
		{ HN_EV_TOOL_CALL, HN_EV_OPAQUE } };
	static const struct step *const none[] = { NULL };
	struct world w;

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		open_rows(&w, none);
		provider_vtable.chat = big_chat;
		memcpy(big_types, pairs[i], sizeof big_types);
		ck_assert_int_eq(ask(&w, "x"), HN_ERR_PROTOCOL);
		ck_assert_int_eq(big_said[0], 0);
		ck_assert_int_eq(big_said[1], HN_ERR_PROTOCOL);
		SEEN(&w, "error protocol: the reply is longer than 64 MiB: \n");
		close_rows(&w);
	}
}
END_TEST

UNIT_MAIN("events", order, other_model, joined, image_out, image_counted, zero_says_nothing, tool_call, tool_call_relayed,
	tool_call_and_text, remarks, many_notices,
	no_retry, nothing, no_finish, after_finish, long_names, odd_finish, fails_after_finish, odd_returns, adapts, positive,
	too_much_beside_the_text)
