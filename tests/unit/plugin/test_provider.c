/* SPDX-License-Identifier: MIT */
/* test_provider: what providers return, list and emit, on the session's thread and on one of their own. */
#include "../guarded.h"
#include "../unit.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

#include "host.h"
#include "plugin/provider.h"
#include "util/buf.h"

static struct cancel cancel;
static struct hn_call call;

/* What the functions of the provider do. */
static struct {
	const hn_model *models[3];
	uint32_t n_models;
	int32_t returns;
	hn_error error;
	int32_t (*chat)(hn_call *);
} plays;

/* What put() was given, and what it says. */
static struct buf listed;
static int32_t put_says;

static int32_t chat(void *self, hn_call *c, const hn_request *request)
{
	(void)self;
	(void)request;
	return plays.chat(c);
}

static int32_t models(void *self, hn_call *c, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	int32_t code = 0;
	(void)self;
	for (uint32_t i = 0; i < plays.n_models; i++) {
		code = put(ud, plays.models[i % 3]);
		if (code && !plays.returns)
			return code;
	}
	return plays.error.struct_size ? (hobnob_host.fail)(c, &plays.error) : plays.returns;
}

static int32_t credit(void *self, hn_call *c, hn_credit *out)
{
	(void)self;
	out->left = 5;
	return plays.error.struct_size ? (hobnob_host.fail)(c, &plays.error) : plays.returns;
}

static hn_provider vtable = {
	.struct_size = sizeof vtable, .chat = chat, .models = models, .credit = credit
};
static char name[] = "thing";
static const struct plugin plugin = { .name = name, .provider = &vtable };
static const struct instance instance = { .name = name, .plugin = &plugin };

static void begin(uint32_t flags)
{
	memset(&plays, 0, sizeof plays);
	vtable.flags = flags;
	put_says = 0;
	listed = BUF(BUF_NO_CAP);
	ck_assert_int_eq(cancel_open(&cancel), 0);
	call_init(&call, &cancel, &clock_real, NULL);
	call.plugin = "thing";
}

static void end(void)
{
	call_end(&call);
	cancel_close(&cancel);
	buf_free(&listed);
}

static int32_t put(void *ud, const hn_model *m)
{
	ck_assert_ptr_eq(ud, &listed);
	ck_assert_uint_eq(m->struct_size, sizeof *m);
	buf_addf(&listed, "%.*s:%lld\n", (int)m->id.n, m->id.p, (long long)m->context);
	return put_says;
}

static int32_t list(void)
{
	return provider_models(&instance, &call, put, &listed);
}

/* The call has failed for that reason. */
static void failed(int32_t code, int32_t wanted, const char *message)
{
	ck_assert_int_eq(code, wanted);
	ck_assert_int_eq(call.error.code, wanted);
	ck_assert_str_eq(call.error.message, message);
	call_error_clear(&call);
}

static const uint32_t both[] = { 0, HN_PROVIDER_BLOCKS };

/* ---- lists and credit ---- */

START_TEST(models_are_read_to_their_end_only)
{
	static const hn_model m = {
		.struct_size = sizeof m, .set = HN_MODEL_CONTEXT, .context = 8, .id = { "a", 1 }
	};
	for (size_t i = 0; i < 2; i++) {
		begin(both[i]);
		for (size_t k = 0; k < 3; k++)
			plays.models[k] = guarded_copy(&m, sizeof m);
		plays.n_models = 3;
		ck_assert_int_eq(list(), 0);
		ck_assert_str_eq(listed.p, "a:8\na:8\na:8\n");
		put_says = 7;
		ck_assert_int_eq(list(), 7);
		plays.returns = 5; /* the provider goes on after put() said no */
		ck_assert_int_eq(list(), 7);
		ck_assert_str_eq(listed.p, "a:8\na:8\na:8\na:8\na:8\n");
		end();
	}
}
END_TEST

START_TEST(models_that_are_none_are_refused_by_name)
{
	static char long_name[50000000];
	static const struct {
		hn_model model;
		const char *why;
	} cases[] = {
		{ { .id = { "a", 1 } }, "thing: hn_model says struct_size 0, at least 96 are needed" },
		{ { .struct_size = 95 }, "thing: hn_model says struct_size 95, at least 96 are needed" },
		{ { .struct_size = 96 }, "thing: models() lists a model without an id" },
		{ { .struct_size = 96, .id = { NULL, 2 } }, "thing: hn_model.id is NULL and 2 bytes long" },
		{ { .struct_size = 96, .id = { "a", 1 }, .name = { NULL, 2 } },
			"thing: hn_model.name is NULL and 2 bytes long" },
		{ { .struct_size = 96, .id = { long_name, 1025 } },
			"thing: models() lists a model whose id has 1025 bytes, at most 1024 may be" },
		{ { .struct_size = 96, .id = { "a", 1 }, .name = { long_name, 50000000 } },
			"thing: models() lists a model whose name has 50000000 bytes, at most 1024 may be" },
	};
	begin(0);
	plays.n_models = 1;
	failed(list(), HN_ERR_PLUGIN, "thing: hn_model is NULL");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		plays.models[0] = &cases[i].model;
		failed(list(), HN_ERR_PLUGIN, cases[i].why);
		plays.returns = i % 2 ? 0 : 1; /* whatever the provider makes of it */
	}
	ck_assert_uint_eq(listed.n, 0);
	end();
}
END_TEST

START_TEST(a_list_ends)
{
	static const hn_model m = { .struct_size = sizeof m, .id = { "a", 1 } };
	begin(0);
	plays.models[0] = plays.models[1] = plays.models[2] = &m;
	plays.n_models = 100000;
	ck_assert_int_eq(list(), 0);
	plays.n_models = UINT32_MAX;
	failed(list(), HN_ERR_PLUGIN, "thing: models() lists more than 100000 models");
	cancel_set(&cancel);
	buf_cut(&listed, 0);
	ck_assert_int_eq(list(), HN_ERR_INTERRUPTED);
	ck_assert_uint_eq(listed.n, 0);
	end();
}
END_TEST

START_TEST(what_a_list_may_return)
{
	begin(0);
	plays.returns = 5;
	failed(list(), HN_ERR_PLUGIN, "thing: models() returned 5, which means nothing there");
	plays.returns = HN_ERR_INTERRUPTED;
	failed(list(), HN_ERR_PLUGIN, "thing: models() says that it was interrupted, and nobody did that");
	plays.returns = HN_ERR_NETWORK;
	failed(list(), HN_ERR_NETWORK, "models() failed without saying why");
	plays.returns = -99;
	failed(list(), HN_ERR_PLUGIN, "models() failed without saying why");
	plays.error = (hn_error){ .struct_size = sizeof plays.error, .code = HN_ERR_AUTH, .message = str_of("no") };
	failed(list(), HN_ERR_AUTH, "no");
	cancel_set(&cancel);
	ck_assert_int_eq(list(), HN_ERR_INTERRUPTED);
	end();
}
END_TEST

START_TEST(what_a_credit_may_return)
{
	hn_credit out = { .struct_size = sizeof out, .left = -1 };
	for (size_t i = 0; i < 2; i++) {
		begin(both[i]);
		ck_assert_int_eq(provider_credit(&instance, &call, &out), 0);
		ck_assert_int_eq(out.left, 5);
		plays.returns = 1;
		failed(provider_credit(&instance, &call, &out), HN_ERR_PLUGIN,
			"thing: credit() returned 1, which means nothing there");
		plays.error = (hn_error){ .struct_size = sizeof plays.error, .code = HN_ERR_AUTH, .message = str_of("no") };
		failed(provider_credit(&instance, &call, &out), HN_ERR_AUTH, "no");
		end();
	}
}
END_TEST

/* ---- chat ---- */

static struct buf heard;
static int32_t sink_says;

static int32_t hear(void *ud, const hn_event *e)
{
	(void)ud;
	buf_addf(&heard, "%u %.*s %.*s %.*s %.*s %lld\n", e->type, (int)e->text.n, e->text.p, (int)e->name.n, e->name.p,
		(int)e->id.n, e->id.p, (int)e->mime.n, e->mime.p, e->usage ? (long long)e->usage->prompt : -1);
	return sink_says;
}

static int32_t ask(int32_t (*how)(hn_call *))
{
	const hn_request request = { .struct_size = sizeof request };
	heard = BUF(BUF_NO_CAP);
	sink_says = 0;
	plays.chat = how;
	call.sink = hear;
	return provider_chat(&instance, &call, &request);
}

static int32_t emit_all_members(hn_call *c)
{
	char text[] = "t", model[] = "n", id[] = "i", mime[] = "m";
	hn_usage usage = { .struct_size = sizeof usage, .prompt = 9 };
	hn_event e = { .struct_size = sizeof e,
		.type = HN_EV_PART,
		.text = str_of(text),
		.name = str_of(model),
		.id = str_of(id),
		.mime = str_of(mime),
		.usage = guarded_copy(&usage, sizeof usage) };
	int32_t code = hobnob_host.emit(c, guarded_copy(&e, sizeof e));
	text[0] = model[0] = id[0] = mime[0] = '?';
	return code;
}

START_TEST(an_event_arrives_whole)
{
	for (size_t i = 0; i < 2; i++) {
		begin(both[i]);
		ck_assert_int_eq(ask(emit_all_members), 0);
		ck_assert_str_eq(heard.p, "12 t n i m 9\n");
		buf_free(&heard);
		end();
	}
}
END_TEST

/* Emits nonsense, then goes on as if nothing had happened. */
static int32_t emit_nonsense(hn_call *c)
{
	static const hn_event bad, good = { .struct_size = sizeof good, .type = HN_EV_TEXT };
	ck_assert_int_eq(hobnob_host.emit(c, &bad), HN_ERR_PLUGIN);
	ck_assert_int_eq(hobnob_host.emit(c, &good), HN_ERR_PLUGIN);
	return 0;
}

static int32_t emit_ten(hn_call *c)
{
	char text[] = "0";
	hn_event e = { .struct_size = sizeof e, .type = HN_EV_TEXT, .text = str_of(text) };
	int32_t code = 0;
	for (; text[0] <= '9' && !code; text[0]++)
		code = hobnob_host.emit(c, &e);
	return code;
}

START_TEST(events_keep_their_order)
{
	for (size_t i = 0; i < 2; i++) {
		struct buf digits = BUF(BUF_NO_CAP);
		begin(both[i]);
		ck_assert_int_eq(ask(emit_ten), 0);
		for (size_t k = 0; k < heard.n; k++) /* "1 0    -1": the type, the text, no usage */
			if (k == 2 || (k > 2 && heard.p[k - 3] == '\n'))
				buf_addc(&digits, heard.p[k]);
		ck_assert_str_eq(digits.p, "0123456789");
		buf_free(&digits);
		buf_free(&heard);
		end();
	}
}
END_TEST

START_TEST(a_breach_fails_the_call_whatever_chat_returns)
{
	for (size_t i = 0; i < 2; i++) {
		begin(both[i]);
		failed(ask(emit_nonsense), HN_ERR_PLUGIN,
			"thing: hn_event says struct_size 0, at least 96 are needed");
		ck_assert_uint_eq(heard.n, 0);
		end();
	}
}
END_TEST

static int32_t fail_whole(hn_call *c)
{
	const hn_error e = { .struct_size = sizeof e,
		.code = HN_ERR_CONTEXT_TOO_LONG,
		.status = 413,
		.flags = HN_FAIL_FINAL,
		.retry_after_ms = 70,
		.message = str_of("too long"),
		.hint = str_of("less"),
		.window = 1000,
		.prompt = 2000,
		.max_output = 300 };
	return (hobnob_host.fail)(c, guarded_copy(&e, sizeof e));
}

START_TEST(an_error_arrives_whole)
{
	for (size_t i = 0; i < 2; i++) {
		begin(both[i]);
		ck_assert_int_eq(ask(fail_whole), HN_ERR_CONTEXT_TOO_LONG);
		ck_assert_int_eq(call.error.status, 413);
		ck_assert_uint_eq(call.error.flags, HN_FAIL_FINAL);
		ck_assert_int_eq(call.error.retry_after_ms, 70);
		ck_assert_str_eq(call.error.hint, "less");
		ck_assert_int_eq(call.error.window, 1000);
		ck_assert_int_eq(call.error.prompt, 2000);
		ck_assert_int_eq(call.error.max_output, 300);
		failed(call.error.code, HN_ERR_CONTEXT_TOO_LONG, "too long");
		end();
	}
}
END_TEST

static char *lent;

static int32_t keep_memory(hn_call *c)
{
	lent = hobnob_host.alloc(c, 3);
	memcpy(lent, "ab", 3);
	return 0;
}

START_TEST(memory_lives_to_the_end_of_the_call)
{
	for (size_t i = 0; i < 2; i++) {
		begin(both[i]);
		ck_assert_int_eq(ask(keep_memory), 0);
		ck_assert_ptr_nonnull(call.memory); /* of whatever thread it was, it is the call's */
		call_alloc(&call, 100);
		ck_assert_int_eq(ask(keep_memory), 0);
		ck_assert_str_eq(lent, "ab");
		end();
	}
}
END_TEST

/* ---- on which thread ---- */

static pthread_t asked_on, put_on, heard_on;

static int32_t note_thread(hn_call *c)
{
	const hn_event e = { .struct_size = sizeof e, .type = HN_EV_TEXT, .text = { "t", 1 } };
	asked_on = pthread_self();
	return hobnob_host.emit(c, &e);
}

static int32_t models_note(void *self, hn_call *c, int32_t (*into)(void *ud, const hn_model *), void *ud)
{
	static const hn_model m = { .struct_size = sizeof m, .id = { "a", 1 } };
	(void)self;
	(void)c;
	asked_on = pthread_self();
	return into(ud, &m);
}

static int32_t credit_note(void *self, hn_call *c, hn_credit *out)
{
	(void)self;
	(void)c;
	(void)out;
	asked_on = pthread_self();
	return 0;
}

static int32_t note_put(void *ud, const hn_model *m)
{
	(void)ud;
	(void)m;
	put_on = pthread_self();
	return 0;
}

static int32_t note_heard(void *ud, const hn_event *e)
{
	(void)ud;
	(void)e;
	heard_on = pthread_self();
	return 0;
}

/* 1 if the function was called on this thread. */
static int asked_here(void)
{
	return pthread_equal(asked_on, pthread_self()) != 0;
}

/* A provider that blocks is asked on a thread of its own; what it emits is heard on the session's. */
START_TEST(one_that_blocks_has_a_thread)
{
	const hn_request request = { .struct_size = sizeof request };
	hn_credit out = { .struct_size = sizeof out };
	for (size_t i = 0; i < 2; i++) {
		int here = !both[i];
		begin(both[i]);
		vtable.models = models_note;
		vtable.credit = credit_note;
		plays.chat = note_thread;
		call.sink = note_heard;
		ck_assert_int_eq(provider_chat(&instance, &call, &request), 0);
		ck_assert_int_eq(asked_here(), here);
		ck_assert(pthread_equal(heard_on, pthread_self()));
		ck_assert_int_eq(provider_models(&instance, &call, note_put, NULL), 0);
		ck_assert_int_eq(asked_here(), here);
		ck_assert(pthread_equal(put_on, asked_on));
		ck_assert_int_eq(provider_credit(&instance, &call, &out), 0);
		ck_assert_int_eq(asked_here(), here);
		vtable.models = models;
		vtable.credit = credit;
		end();
	}
}
END_TEST

/* ---- a provider that is faster than its frontend ---- */

#define PIECE (100u << 10)
#define PIECES 64

static atomic_uint emitted, sunk, most;

static int32_t emit_much(hn_call *c)
{
	static char piece[PIECE];
	hn_event e = { .struct_size = sizeof e, .type = HN_EV_TEXT, .text = { piece, sizeof piece } };
	int32_t code = 0;
	for (unsigned i = 0; i < PIECES && !code; i++) {
		code = hobnob_host.emit(c, &e);
		atomic_fetch_add(&emitted, code == 0);
	}
	return code;
}

/* Takes its time with the first piece: the provider could be done by then. */
static int32_t dawdle(void *ud, const hn_event *e)
{
	unsigned ahead;
	(void)ud;
	(void)e;
	for (int i = 0; i < 20000 && !atomic_load(&sunk); i++)
		sched_yield();
	ahead = atomic_load(&emitted) - atomic_fetch_add(&sunk, 1);
	if (ahead > atomic_load(&most))
		atomic_store(&most, ahead);
	return sink_says;
}

START_TEST(what_waits_for_the_frontend_is_bounded)
{
	const hn_request request = { .struct_size = sizeof request };
	begin(HN_PROVIDER_BLOCKS);
	plays.chat = emit_much;
	call.sink = dawdle;
	sink_says = 0;
	ck_assert_int_eq(provider_chat(&instance, &call, &request), 0);
	ck_assert_uint_eq(atomic_load(&sunk), PIECES);
	ck_assert_uint_le(atomic_load(&most), 2 * 11); /* 1 MiB that waits, and as much that was taken */
	sink_says = HN_ERR_OUTPUT;
	atomic_store(&sunk, 0);
	ck_assert_int_eq(provider_chat(&instance, &call, &request), HN_ERR_OUTPUT);
	ck_assert_uint_eq(atomic_load(&sunk), 1);
	end();
}
END_TEST

UNIT_MAIN("provider", models_are_read_to_their_end_only, models_that_are_none_are_refused_by_name, a_list_ends,
	what_a_list_may_return, what_a_credit_may_return, an_event_arrives_whole, events_keep_their_order,
	a_breach_fails_the_call_whatever_chat_returns, an_error_arrives_whole, memory_lives_to_the_end_of_the_call,
	one_that_blocks_has_a_thread, what_waits_for_the_frontend_is_bounded)
