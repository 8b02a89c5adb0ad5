/* SPDX-License-Identifier: MIT */
/* test_credit: what a provider says of an account, and how it is told; a provider that has no such function. */
#include "../unit.h"

#include "../session_world.h"

#define USD INT64_C(1000000000000)

static const struct play reply[] = { REPLY("ok") };
static hn_credit says; /* flags and amounts of it are written; all are, unless `silent` */
static int silent;
static int32_t returns;

static int32_t credit(void *self, hn_call *call, hn_credit *out)
{
	(void)self;
	(void)call;
	ck_assert_uint_eq(out->struct_size, sizeof *out);
	ck_assert_int_eq(out->left, -1);
	ck_assert_int_eq(out->limit, -1);
	ck_assert_int_eq(out->used, -1);
	ck_assert_uint_eq(out->flags, 0);
	if (!silent) {
		says.struct_size = out->struct_size;
		*out = says;
	}
	return returns;
}

static void begin(struct world *w)
{
	open_world(w, reply, 1, NULL);
	provider_vtable.credit = credit;
	says = (hn_credit){ .left = -1, .limit = -1, .used = -1 };
	silent = returns = 0;
}

static void end(struct world *w)
{
	provider_vtable.credit = NULL;
	close_world(w);
}

/* /stats credits says so. */
static void told(struct world *w, const char *text)
{
	char *want = xasprintf("result %s\n", text);
	ck_assert_int_eq(line(w, "/stats credits"), 0);
	SEEN(w, want);
	free(want);
}

/* What cannot be is unknown, or put right; an unknown flag says nothing. */
START_TEST(amounts)
{
	static const struct { uint32_t flags; int64_t left, limit, used; const char *text; } rows[] = {
		{ 0, 5 * USD, 10 * USD, -1, "$5 left of $10" },
		{ 0, 5 * USD, -1, 2 * USD, "$5 left, $2 used so far" },
		{ 0, 0, 10 * USD, 10 * USD, "$0 left of $10, $10 used so far" },
		{ 0, 11 * USD, 10 * USD, -1, "$10 left of $10" },
		{ 0, -7, -7, -7, "what is left is not known" },
		{ 0, INT64_MIN, INT64_MAX, 0, "what is left is not known, $0 used so far" },
		{ 0, INT64_MAX, 10 * USD, -1, "what is left is not known" },
		{ HN_CREDIT_UNLIMITED, -1, -1, USD, "the key has no limit of its own, $1 used so far" },
		{ ~HN_CREDIT_UNLIMITED, 5 * USD, 10 * USD, -1, "$5 left of $10" },
	};
	struct world w;

	begin(&w);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		says = (hn_credit){ .flags = rows[i].flags, .left = rows[i].left, .limit = rows[i].limit, .used = rows[i].used };
		told(&w, rows[i].text);
	}
	end(&w);
}
END_TEST

/* hobnob fills it with what is unknown: who writes nothing says nothing. */
START_TEST(nothing_said)
{
	struct world w;

	begin(&w);
	silent = 1;
	told(&w, "what is left is not known");
	end(&w);
}
END_TEST

/* /stats credits fails so. */
static void fails(struct world *w, int32_t code, const char *seen)
{
	ck_assert_int_eq(line(w, "/stats credits"), code);
	SEEN(w, seen);
}

START_TEST(failures)
{
	struct world w;

	begin(&w);
	returns = HN_ERR_NETWORK;
	fails(&w, HN_ERR_NETWORK, "error network: credit() failed without saying why: \n");
	returns = 7;
	fails(&w, HN_ERR_PLUGIN, "error plugin: play: credit() returned 7, which means nothing there: \n");
	end(&w);
}
END_TEST

/* A function that is not there is not asked for: at NULL, or beyond the end of an older table. */
START_TEST(no_function)
{
	static const char none[] = "error usage: play cannot tell what is left: \n";
	struct world w;

	begin(&w);
	provider_vtable.struct_size = offsetof(hn_provider, credit);
	fails(&w, HN_ERR_USAGE, none);
	provider_vtable.struct_size = sizeof provider_vtable;
	told(&w, "what is left is not known");
	provider_vtable.credit = NULL;
	fails(&w, HN_ERR_USAGE, none);
	end(&w);
}
END_TEST

UNIT_MAIN("credit", amounts, nothing_said, failures, no_function)
