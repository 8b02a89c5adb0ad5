/* SPDX-License-Identifier: MIT */
/* test_crossing: structs of a frontend cross the line of hobnob.session/1, with a guard page behind each. */
#include "../guarded.h"
#include "../session_world.h"
#include "../unit.h"

static const struct play reply[] = { REPLY("ok") };

/* What a newer header has behind a struct. */
static const char mark[] = "";

START_TEST(out_structs_are_written_to_their_end_only)
{
	struct world w;
	hn_start *start = guarded(sizeof *start);
	hn_status *status = guarded(sizeof *status);
	struct { hn_status status; const void *more; } newer = { { .struct_size = sizeof newer }, mark };

	open_world(&w, reply, 1, NULL);
	start->struct_size = sizeof *start;
	session_service.start(w.s, start);
	ck_assert_uint_eq(start->struct_size, sizeof *start);
	ck_assert_uint_eq(start->first.n, 0);
	ck_assert_ptr_null(start->pad);
	line(&w, "x");
	status->struct_size = sizeof *status;
	session_service.status(w.s, status);
	ck_assert_uint_eq(status->struct_size, sizeof *status);
	ck_assert_uint_eq(status->n_messages, 2);
	ck_assert(str_is(status->provider, "play"));
	session_service.status(w.s, &newer.status);
	ck_assert_uint_eq(newer.status.struct_size, sizeof newer);
	ck_assert_uint_eq(newer.status.n_messages, 2);
	ck_assert_ptr_eq(newer.more, mark);
	close_world(&w);
}
END_TEST

/* What the log got; the caller frees it. */
static char *logged(struct world *w)
{
	char text[512];
	size_t n;

	rewind(w->log.file);
	n = fread(text, 1, sizeof text, w->log.file);
	rewind(w->log.file);
	return xmemdup0(text, n);
}

START_TEST(out_structs_that_are_too_short_are_named)
{
	struct world w;
	hn_start start = { .flags = 7 };
	hn_status status = { .struct_size = 71, .n_messages = 7 };
	char *said;

	open_world(&w, reply, 1, NULL);
	w.log.file = tmpfile();
	session_service.start(w.s, &start);
	ck_assert_uint_eq(start.flags, 7);
	session_service.status(w.s, &status);
	ck_assert_uint_eq(status.n_messages, 7);
	session_service.status(w.s, NULL);
	said = logged(&w);
	ck_assert_ptr_nonnull(strstr(said, "the frontend's hn_start says struct_size 0, at least 64 are needed\n"));
	ck_assert_ptr_nonnull(strstr(said, "the frontend's hn_status says struct_size 71, at least 72 are needed\n"));
	ck_assert_ptr_nonnull(strstr(said, "the frontend's hn_status is NULL\n"));
	free(said);
	close_world(&w);
}
END_TEST

/* An input is refused so, and nothing is asked. */
static void refused(struct world *w, const hn_input *input, const char *why)
{
	char *wanted = xasprintf("error usage: %s: \n", why);

	buf_cut(&w->seen, 0);
	ck_assert_int_eq(session_service.submit(w->s, input, see, w), HN_ERR_USAGE);
	SEEN(w, wanted);
	ck_assert_uint_eq(asked.n, 0);
	free(wanted);
}

START_TEST(inputs_are_read_to_their_end_only)
{
	struct world w;
	hn_input in = { .struct_size = sizeof in, .text = str_of("hi") };

	open_world(&w, reply, 1, NULL);
	refused(&w, NULL, "hn_input is NULL");
	in.struct_size = 0;
	refused(&w, &in, "hn_input says struct_size 0, at least 56 are needed");
	in.struct_size = 55;
	refused(&w, guarded_copy(&in, 55), "hn_input says struct_size 55, at least 56 are needed");
	in.struct_size = sizeof in;
	in.text = (hn_str){ NULL, 5 };
	refused(&w, &in, "hn_input.text is NULL and 5 bytes long");
	in.text = str_of("hi");
	ck_assert_int_eq(session_service.submit(w.s, guarded_copy(&in, sizeof in), see, &w), 0);
	ck_assert_str_eq(asked.p, "user:hi;4096\n");
	ck_assert_int_eq(session_service.submit(w.s, &in, NULL, NULL), 0);
	close_world(&w);
}
END_TEST

/* A relayed request is refused so, and nothing is asked. */
static void not_relayed(struct world *w, const hn_request *req, const char *why)
{
	char *wanted = xasprintf("error usage: %s: \n", why);

	buf_cut(&w->seen, 0);
	ck_assert_int_eq(relay_service.ask(w->s, str_of(""), req, see, w), HN_ERR_USAGE);
	SEEN(w, wanted);
	ck_assert_uint_eq(asked.n, 0);
	free(wanted);
}

START_TEST(relayed_requests_are_read_to_their_end_only)
{
	struct world w;
	const hn_message user = { .role = HN_ROLE_USER, .text = str_of("hi") };
	hn_request req = { .struct_size = sizeof req, .n_messages = 1, .message_stride = sizeof user, .messages = &user };

	open_world(&w, reply, 1, NULL);
	not_relayed(&w, NULL, "hn_request is NULL");
	req.struct_size = 0;
	not_relayed(&w, &req, "hn_request says struct_size 0, at least 232 are needed");
	req.struct_size = 231;
	not_relayed(&w, guarded_copy(&req, 231), "hn_request says struct_size 231, at least 232 are needed");
	req.struct_size = sizeof req;
	req.message_stride = sizeof user - 1;
	not_relayed(&w, &req, "the stride of messages is 55, at least 56 are needed");
	req.message_stride = sizeof user;
	ck_assert_int_eq(relay_service.ask(w.s, str_of(""), guarded_copy(&req, sizeof req), see, &w), 0);
	ck_assert_str_eq(asked.p, "user:hi;4096\n");
	close_world(&w);
}
END_TEST

/* The elements of a newer header are wider. */
START_TEST(relayed_arrays_have_their_strides)
{
	struct { hn_part part; const void *more; } parts[] = {
		{ { .type = HN_PART_TEXT, .data = str_of("tw") }, mark }, { { .type = HN_PART_TEXT, .data = str_of("o") }, mark }
	};
	struct { hn_message message; const void *more; } messages[] = {
		{ { .role = HN_ROLE_USER, .text = str_of("one") }, mark },
		{ { .role = HN_ROLE_ASSISTANT, .n_parts = 2, .part_stride = sizeof *parts, .parts = &parts->part }, mark }
	};
	const hn_request req = { .struct_size = sizeof req, .n_messages = 2, .message_stride = sizeof *messages,
		.messages = &messages->message };
	struct world w;

	open_world(&w, reply, 1, NULL);
	ck_assert_int_eq(relay_service.ask(w.s, str_of(""), &req, see, &w), 0);
	ck_assert_str_eq(asked.p, "user:one|assistant:two;4096\n");
	close_world(&w);
}
END_TEST

static int32_t put(void *ud, const hn_model *m)
{
	(void)ud;
	return m->id.n ? 0 : HN_ERR_PLUGIN;
}

START_TEST(lists_of_models_are_refused_by_name)
{
	hn_error why = { .struct_size = sizeof why };
	struct world w;

	open_world(&w, reply, 1, NULL);
	ck_assert_int_eq(relay_service.models(w.s, str_of(""), NULL, NULL, &why), HN_ERR_USAGE);
	ck_assert(str_is(why.message, "models() was given no put()"));
	provider_vtable.struct_size = offsetof(hn_provider, models); /* a table that ends before it */
	ck_assert_int_eq(relay_service.models(w.s, str_of(""), put, NULL, &why), HN_ERR_USAGE);
	ck_assert(str_is(why.message, "play cannot list its models"));
	provider_vtable.struct_size = sizeof provider_vtable;
	provider_vtable.models = NULL;
	ck_assert_int_eq(relay_service.models(w.s, str_of(""), put, NULL, &why), HN_ERR_USAGE);
	ck_assert(str_is(why.message, "play cannot list its models"));
	provider_vtable.models = play_models;
	close_world(&w);
}
END_TEST

START_TEST(openings_are_refused_by_name)
{
	static const hn_str odd[] = { { "temperature", 11 }, { "\xFF", 1 } }, named[] = { { "\xFF", 1 }, { "1", 1 } };
	static const struct { hn_open how; const char *why; } cases[] = {
		{ { .struct_size = sizeof(hn_open), .provider = { "\xFF", 1 } }, "hn_open.provider: it is not text in UTF-8" },
		{ { .struct_size = sizeof(hn_open), .model = { "\xFF", 1 } }, "hn_open.model: it is not text in UTF-8" },
		{ { .struct_size = sizeof(hn_open), .resume = { "\xFF", 1 } }, "hn_open.resume: it is not text in UTF-8" },
		{ { .struct_size = sizeof(hn_open), .n_settings = 1, .settings = odd }, "a value in hn_open.settings: it is not text in UTF-8" },
		{ { .struct_size = sizeof(hn_open), .n_settings = 1, .settings = named }, "a key in hn_open.settings: it is not text in UTF-8" },
	};
	struct world w;

	open_world(&w, reply, 1, NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		hn_session *made = NULL;
		hn_error why = { .struct_size = sizeof why };

		ck_assert_int_eq(session_service.session_new(w.s, &cases[i].how, &made, &why), HN_ERR_USAGE);
		ck_assert_msg(str_is(why.message, cases[i].why), "%.*s", (int)why.message.n, why.message.p);
		ck_assert_ptr_null(made);
	}
	close_world(&w);
}
END_TEST

START_TEST(other_texts_and_places_may_be_none)
{
	struct world w;
	hn_str none = { NULL, 5 };
	hn_command command = { .name = "/mine" };
	hn_session *opened = NULL;

	open_world(&w, reply, 1, NULL);
	line(&w, "x");
	ck_assert_ptr_nonnull(session_service.message(w.s, 0, NULL));
	ck_assert_int_eq(session_service.secret(w.s, none), 1);
	session_service.complete(w.s, none, 0, NULL, NULL);
	ck_assert_int_eq(commands_service.add(w.s, NULL), HN_ERR_USAGE);
	ck_assert_int_eq(commands_service.add(w.s, &command), HN_ERR_USAGE);
	command.struct_size = sizeof command;
	ck_assert_int_eq(commands_service.add(w.s, &command), HN_ERR_USAGE);
	ck_assert_int_eq(session_service.session_new(w.s, NULL, NULL, NULL), HN_ERR_USAGE);
	ck_assert_int_eq(session_service.session_end(NULL), HN_ERR_USAGE);
	ck_assert_int_eq(session_service.session_end(w.s), HN_ERR_USAGE);
	ck_assert_ptr_null(opened);
	close_world(&w);
}
END_TEST

/* ---- commands of the frontend ---- */

static int32_t command_returns;
static hn_str command_text;

static int32_t run_command(void *ud, hn_session *s, hn_str args, hn_str *text)
{
	(void)ud;
	(void)s;
	(void)args;
	*text = command_text;
	return command_returns;
}

static hn_session *session;
static int32_t added;

static int32_t add_inside(void *ud, const hn_session_event *e)
{
	if (e->type == HN_ON_TEXT)
		added = commands_service.add(session, ud);
	return 0;
}

START_TEST(a_session_at_work_takes_no_command)
{
	hn_command mine = { .struct_size = sizeof mine, .name = "/mine", .run = run_command };
	const hn_input in = { .struct_size = sizeof in, .text = str_of("hi") };
	struct world w;

	open_world(&w, reply, 1, NULL);
	session = w.s;
	ck_assert_int_eq(session_service.submit(w.s, &in, add_inside, &mine), 0);
	ck_assert_int_eq(added, HN_ERR_USAGE);
	ck_assert_int_eq(commands_service.add(w.s, &mine), 0);
	close_world(&w);
}
END_TEST

START_TEST(what_a_command_may_return)
{
	static const hn_command mine = { .struct_size = sizeof mine, .name = "/mine", .run = run_command };
	static const struct {
		int32_t returns;
		hn_str text;
		int32_t code;
		const char *seen;
	} cases[] = {
		{ 0, { "done", 4 }, 0, "result done\n" },
		{ 0, { NULL, 0 }, 0, "result \n" },
		{ HN_ERR_CONFIG, { "no", 2 }, HN_ERR_CONFIG, "error config: no: \n" },
		{ HN_ERR_CONFIG, { NULL, 0 }, HN_ERR_CONFIG, "error config: /mine failed without saying why: \n" },
		{ -999, { "no", 2 }, HN_ERR_PLUGIN, "error plugin: /mine: its run() returned -999, which means nothing there: \n" },
		{ 5, { NULL, 0 }, HN_ERR_PLUGIN, "error plugin: /mine: its run() returned 5, which means nothing there: \n" },
		{ 0, { NULL, 3 }, HN_ERR_PLUGIN, "error plugin: the text of /mine is NULL and 3 bytes long: \n" },
	};
	struct world w;

	open_world(&w, reply, 1, NULL);
	ck_assert_int_eq(commands_service.add(w.s, guarded_copy(&mine, sizeof mine)), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		command_returns = cases[i].returns;
		command_text = cases[i].text;
		ck_assert_int_eq(line(&w, "/mine"), cases[i].code);
		SEEN(&w, cases[i].seen);
	}
	close_world(&w);
}
END_TEST

UNIT_MAIN("crossing", out_structs_are_written_to_their_end_only, out_structs_that_are_too_short_are_named,
	inputs_are_read_to_their_end_only, relayed_requests_are_read_to_their_end_only,
	relayed_arrays_have_their_strides, lists_of_models_are_refused_by_name,
	openings_are_refused_by_name, other_texts_and_places_may_be_none, a_session_at_work_takes_no_command, what_a_command_may_return)
