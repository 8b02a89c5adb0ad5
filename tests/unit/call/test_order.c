/* SPDX-License-Identifier: MIT */
/* test_order: each step that a rule forbids is named by that rule, and no other step is. */
#include "../unit.h"

#include <string.h>

#include "call/order.h"

static struct order order;
static struct fault fault;

static void begin(enum order_function function)
{
	order = (struct order){ .function = function };
	fault_free(&fault);
}

static enum rule_id emits(hn_event e)
{
	e.struct_size = sizeof e;
	return order_emits(&order, &e, &fault);
}

static enum rule_id reports(hn_usage u)
{
	u.struct_size = sizeof u;
	return emits((hn_event){ .type = HN_EV_USAGE, .usage = &u });
}

static enum rule_id finishes(int32_t how)
{
	return emits((hn_event){ .type = HN_EV_FINISH, .finish = how });
}

static enum rule_id returns(int32_t code)
{
	return order_returns(&order, code, 0, &fault);
}

static const hn_str word = { "word", 4 };

START_TEST(a_whole_reply_breaks_nothing)
{
	const hn_event events[] = {
		{ .type = HN_EV_MODEL, .text = word, .name = word },
		{ .type = HN_EV_PROGRESS, .text = word, .number = 1000 },
		{ .type = HN_EV_NOTICE, .text = word },
		{ .type = HN_EV_REASONING, .text = word },
		{ .type = HN_EV_OPAQUE, .text = word, .name = word, .id = word, .mime = word },
		{ .type = HN_EV_TEXT },
		{ .type = HN_EV_TEXT, .text = word },
		{ .type = HN_EV_TOOL_PIECE, .id = word, .name = word, .text = word, .number = 3 },
		{ .type = HN_EV_TOOL_CALL, .id = word, .name = word, .text = word, .number = 3 },
		{ .type = HN_EV_PART, .number = HN_PART_FILE, .text = word, .name = word, .mime = word, .flags = HN_PARTFLAG_URL },
		{ .type = HN_EV_UNSHOWN, .text = word },
		{ .type = HN_EV_FINISH, .finish = HN_FINISH_TOOL_CALLS, .text = word },
	};

	begin(ORDER_CHAT);
	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		ck_assert_int_eq(emits(events[i]), RULES_N);
	ck_assert_int_eq(reports((hn_usage){ .set = HN_USAGE_PROMPT | HN_USAGE_COST, .prompt = 0, .cost = 0, .cached = -1 }), RULES_N);
	ck_assert_int_eq(emits((hn_event){ .type = HN_EV_NOTICE, .text = word }), RULES_N);
	ck_assert_int_eq(returns(0), RULES_N);
	ck_assert_ptr_null(fault.message);
}
END_TEST

static const struct {
	hn_event event;
	const char *says;
} misshapen[] = {
	{ { .type = 0 }, "it emits an event of the unknown type 0" },
	{ { .type = 13 }, "it emits an event of the unknown type 13" },
	{ { .type = HN_EV_USAGE }, "it emits USAGE without its usage" },
	{ { .type = HN_EV_MODEL, .name = { "x", 1 } }, "it emits MODEL without its text" },
	{ { .type = HN_EV_OPAQUE, .text = { "x", 1 } }, "it emits OPAQUE without its name" },
	{ { .type = HN_EV_TOOL_CALL, .text = { "x", 1 } }, "it emits TOOL_CALL without its name" },
	{ { .type = HN_EV_TEXT, .id = { "x", 1 } }, "it emits TEXT with a member of other types: id" },
	{ { .type = HN_EV_TEXT, .finish = 1 }, "it emits TEXT with a member of other types: finish" },
	{ { .type = HN_EV_NOTICE, .text = { "x", 1 }, .flags = 1 }, "it emits NOTICE with a member of other types: flags" },
	{ { .type = HN_EV_TEXT, .pad = 7 }, "it emits TEXT with pad 7 instead of 0" },
	{ { .type = HN_EV_PROGRESS, .text = { "x", 1 }, .number = 1001 }, "it emits PROGRESS with 1001 thousandths" },
	{ { .type = HN_EV_PART, .text = { "x", 1 }, .number = 1 }, "it emits PART with number 1: neither IMAGE nor FILE" },
	{ { .type = HN_EV_PART, .text = { "x", 1 }, .number = 3, .flags = 4 }, "it emits PART with the flags 0x4" },
};

START_TEST(an_event_has_what_its_type_has)
{
	for (size_t i = 0; i < sizeof misshapen / sizeof *misshapen; i++) {
		begin(ORDER_CHAT);
		ck_assert_int_eq(emits(misshapen[i].event), RULE_EVENTS);
		ck_assert_str_eq(fault.message, misshapen[i].says);
	}
}
END_TEST

START_TEST(usage_has_known_counts)
{
	begin(ORDER_CHAT);
	ck_assert_int_eq(reports((hn_usage){ .set = HN_USAGE_CACHED, .cached = -1 }), RULE_USAGE_COUNTS);
	ck_assert_str_eq(fault.message, "it reports cached as -1");
	ck_assert_int_eq(reports((hn_usage){ .set = HN_USAGE_ESTIMATED_PROMPT }), RULE_USAGE_COUNTS);
	ck_assert_str_eq(fault.message, "it sets HN_USAGE_ESTIMATED_*, which only hobnob does");
	ck_assert_int_eq(reports((hn_usage){ .set = 256 }), RULE_USAGE_COUNTS);
	ck_assert_str_eq(fault.message, "its usage sets the unknown bits 0x100");
}
END_TEST

START_TEST(finish_comes_once_with_a_reason)
{
	static const int32_t wrong[] = { HN_FINISH_NONE, HN_FINISH_INTERRUPTED, HN_FINISH_TOOL_CALLS + 1, -1 };

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		begin(ORDER_CHAT);
		ck_assert_int_eq(finishes(wrong[i]), RULE_FINISH_ONCE);
	}
	begin(ORDER_CHAT);
	ck_assert_int_eq(finishes(HN_FINISH_STOP), RULES_N);
	ck_assert_int_eq(finishes(HN_FINISH_STOP), RULE_FINISH_ONCE);
	ck_assert_str_eq(fault.message, "it emits FINISH a second time");
}
END_TEST

START_TEST(nothing_of_the_reply_comes_after_finish)
{
	static const uint32_t types[] = { HN_EV_TEXT, HN_EV_REASONING, HN_EV_TOOL_PIECE };

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		begin(ORDER_CHAT);
		ck_assert_int_eq(finishes(HN_FINISH_STOP), RULES_N);
		ck_assert_int_eq(emits((hn_event){ .type = types[i], .text = word }), RULE_NOTHING_AFTER_FINISH);
	}
	begin(ORDER_CHAT);
	finishes(HN_FINISH_STOP);
	ck_assert_int_eq(reports((hn_usage){ 0 }), RULES_N);
	ck_assert_int_eq(reports((hn_usage){ 0 }), RULE_NOTHING_AFTER_FINISH);
}
END_TEST

START_TEST(a_refusal_is_handed_back)
{
	begin(ORDER_CHAT);
	order_emitted(&order, HN_ERR_OUTPUT);
	ck_assert_int_eq(returns(HN_ERR_OUTPUT), RULES_N);
	ck_assert_int_eq(returns(0), RULE_EMIT_RETURN);
	ck_assert_str_eq(fault.message, "emit() returned -18, and the function 0");
	ck_assert_int_eq(emits((hn_event){ .type = HN_EV_TEXT, .text = word }), RULE_EMIT_RETURN);
	ck_assert_str_eq(fault.message, "it emits another event after emit() had returned -18");
	begin(ORDER_MODELS);
	order_emitted(&order, 5);
	ck_assert_int_eq(returns(5), RULES_N);
	ck_assert_int_eq(returns(0), RULE_EMIT_RETURN);
	ck_assert_int_eq(order_lists(&order, &fault), RULE_EMIT_RETURN);
	ck_assert_str_eq(fault.message, "it lists another model after put() had returned 5");
}
END_TEST

START_TEST(a_failed_service_is_handed_back)
{
	begin(ORDER_CHAT);
	order_served(&order, "request", HN_ERR_NETWORK);
	order_served(&order, "wait_for", HN_ERR_INTERRUPTED);
	ck_assert_int_eq(returns(HN_ERR_NETWORK), RULES_N);
	ck_assert_int_eq(returns(HN_ERR_INTERRUPTED), RULE_SERVICE_RETURN);
	ck_assert_str_eq(fault.message, "request() returned -8, and the function -19");
	finishes(HN_FINISH_STOP); /* the reply was whole */
	ck_assert_int_eq(returns(0), RULES_N);
	begin(ORDER_CREDIT); /* it may ask elsewhere */
	order_served(&order, "request", HN_ERR_NETWORK);
	ck_assert_int_eq(returns(0), RULES_N);
}
END_TEST

START_TEST(codes_were_given_to_fail)
{
	begin(ORDER_CHAT);
	ck_assert_int_eq(returns(HN_ERR_AUTH), RULE_RETURN_CODES);
	ck_assert_str_eq(fault.message, "it returned -4 (auth) without giving that to fail()");
	order_failed(&order, HN_ERR_AUTH);
	ck_assert_int_eq(returns(HN_ERR_AUTH), RULES_N);
	ck_assert_int_eq(returns(-99), RULE_RETURN_CODES);
	ck_assert_str_eq(fault.message, "it returned -99 (unknown) without giving that to fail()");
	ck_assert_int_eq(returns(INT32_MIN), RULE_RETURN_CODES);
	ck_assert_int_eq(returns(7), RULE_RETURN_CODES);
	ck_assert_int_eq(returns(HN_ADAPTED), RULES_N);
	ck_assert_int_eq(returns(HN_ERR_INTERRUPTED), RULE_RETURN_CODES);
	ck_assert_int_eq(order_returns(&order, HN_ERR_INTERRUPTED, 1, &fault), RULES_N);
	begin(ORDER_CREATE);
	ck_assert_int_eq(returns(HN_ERR_CONFIG), RULE_CREATE_FAILS);
	ck_assert_int_eq(returns(HN_ADAPTED), RULE_CREATE_FAILS);
	ck_assert_int_eq(returns(0), RULES_N);
}
END_TEST

START_TEST(a_reply_has_a_finish)
{
	begin(ORDER_CHAT);
	ck_assert_int_eq(returns(0), RULE_FINISH_ONCE);
	ck_assert_str_eq(fault.message, "it returned 0 and emitted no FINISH");
	order.is_dry = 1;
	ck_assert_int_eq(returns(0), RULES_N);
	begin(ORDER_MODELS);
	ck_assert_int_eq(returns(0), RULES_N);
}
END_TEST

UNIT_MAIN("order", a_whole_reply_breaks_nothing, an_event_has_what_its_type_has, usage_has_known_counts,
	finish_comes_once_with_a_reason, nothing_of_the_reply_comes_after_finish, a_refusal_is_handed_back,
	a_failed_service_is_handed_back, codes_were_given_to_fail, a_reply_has_a_finish)
