/* SPDX-License-Identifier: MIT */
/* test_refuse: what a request holds that its provider or its model does not pass on is refused, by name. */
#include "../unit.h"

#include <stdio.h>

#include "chat/refuse.h"
#include "util/buf.h"

#define ALL UINT32_MAX
#define PROVIDER(...) (&(struct bearer){ "play", __VA_ARGS__ })
#define MODEL(...) (&(struct bearer){ "m", __VA_ARGS__ })

static const struct bearer everything = { "any", ALL, ALL };

/* A request of one message with one part. */
static hn_request request_of(uint32_t set, uint32_t part)
{
	static hn_part p;
	static hn_message m;

	p = (hn_part){ .type = part };
	m = (hn_message){ .role = HN_ROLE_USER, .n_parts = 1, .part_stride = sizeof p, .id = 1, .parts = &p };
	return (hn_request){ .struct_size = sizeof(hn_request),
		.set = set,
		.n_messages = 1,
		.message_stride = sizeof m,
		.messages = &m };
}

static const struct { uint32_t bit; const char *name, *remove; int doubted; } settings[] = {
	{ HN_SET_MAX_TOKENS, "a limit of the reply (max_tokens)", "unset max_tokens (/set -u max_tokens)", 0 },
	{ HN_SET_TEMPERATURE, "a temperature", "unset temperature (/set -u temperature)", 1 },
	{ HN_SET_TOP_P, "top_p", "unset top_p (/set -u top_p)", 1 },
	{ HN_SET_SEED, "a seed", "unset seed (/set -u seed)", 1 },
	{ HN_SET_STOP, "texts to stop at (stop)", "unset stop (/set -u stop)", 1 },
	{ HN_SET_EFFORT, "a reasoning effort (reasoning_effort)", "unset reasoning_effort (/set -u reasoning_effort)", 1 },
	{ HN_SET_TOOLS, "tools", "offer no tools", 0 },
	{ HN_SET_TOOL_CHOICE, "a choice of tools (tool_choice)", "leave out tool_choice", 0 },
	{ HN_SET_SCHEMA, "a schema of the reply (--schema)", "leave out --schema", 0 },
	{ HN_SET_EXTRA, "members of its API (extra)", "leave out extra", 0 },
	{ 1u << 20, "a setting that this program does not know", "leave it out", 0 },
};
static const struct { uint32_t type; const char *name; } parts[] = {
	{ HN_PART_TEXT, "text" },
	{ HN_PART_IMAGE, "images" },
	{ HN_PART_FILE, "files" },
	{ HN_PART_TOOL_CALL, "calls of tools" },
	{ HN_PART_TOOL_RESULT, "results of tools" },
	{ 7, "a part that this program does not know" },
	{ 31, "a part that this program does not know" },
};

/* Refuses, and compares the error; what NULL: nothing is refused. */
static void expect(const hn_request *req, const struct bearer *provider, const struct bearer *model, const char *message,
	const char *hint)
{
	struct cancel cancel = { 0 };
	hn_call call;

	call_init(&call, &cancel, &clock_real, NULL);
	ck_assert_int_eq(refuse(&call, req, provider, model, 0), message ? HN_ERR_USAGE : 0);
	ck_assert_int_eq(call.error.code, message ? HN_ERR_USAGE : 0);
	ck_assert_pstr_eq(call.error.message, message);
	ck_assert_pstr_eq(call.error.hint, hint);
	call_end(&call);
}

/* Each setting is refused where its bit alone is missing, and passes where it alone is there. A list of models that
 * leaves out a setting of sampling is doubted instead. */
START_TEST(each_setting)
{
	char message[200], hint[200];

	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		uint32_t bit = settings[i].bit;
		hn_request req = request_of(bit, HN_PART_TEXT);

		expect(&req, PROVIDER(ALL, bit), MODEL(ALL, bit), NULL, NULL);
		snprintf(message, sizeof message, "play does not take %s", settings[i].name);
		snprintf(hint, sizeof hint, "%s; or take another provider (-p NAME, /provider NAME)", settings[i].remove);
		expect(&req, PROVIDER(ALL, ~bit), &everything, message, hint);
		snprintf(message, sizeof message, "m does not take %s, by the list of play", settings[i].name);
		snprintf(hint, sizeof hint, "%s; or take another model (-m NAME, /model NAME)", settings[i].remove);
		expect(&req, PROVIDER(ALL, ALL), MODEL(ALL, ~bit), settings[i].doubted ? NULL : message,
			settings[i].doubted ? NULL : hint);
		ck_assert_uint_eq(refuse_doubts(&req, MODEL(ALL, ~bit)), settings[i].doubted ? bit : 0);
		ck_assert_uint_eq(refuse_doubts(&req, MODEL(ALL, bit)), 0);
	}
}
END_TEST

/* Each part, likewise. */
START_TEST(each_part)
{
	static const char remove[] = "leave it out, or remove its message with /undo or /clear; ";
	char message[200], hint[200];

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		uint32_t bit = 1u << parts[i].type;
		hn_request req = request_of(0, parts[i].type);

		expect(&req, PROVIDER(bit, 0), MODEL(bit, 0), NULL, NULL);
		snprintf(message, sizeof message, "play does not take %s", parts[i].name);
		snprintf(hint, sizeof hint, "%sor take another provider (-p NAME, /provider NAME)", remove);
		expect(&req, PROVIDER(~bit, ALL), &everything, message, hint);
		snprintf(message, sizeof message, "m does not take %s, by the list of play", parts[i].name);
		snprintf(hint, sizeof hint, "%sor take another model (-m NAME, /model NAME)", remove);
		expect(&req, PROVIDER(ALL, ALL), MODEL(~bit, ALL), message, hint);
	}
}
END_TEST

/* OPAQUE needs no bit; a type that no bit stands for is never taken. */
START_TEST(parts_without_a_bit)
{
	hn_request req = request_of(0, HN_PART_OPAQUE);

	expect(&req, PROVIDER(0, 0), MODEL(0, 0), NULL, NULL);
	req = request_of(0, 32);
	expect(&req, PROVIDER(ALL, ALL), MODEL(ALL, ALL), "play does not take a part that this program does not know",
		"leave it out, or remove its message with /undo or /clear; or take another provider (-p NAME, /provider NAME)");
}
END_TEST

/* Of several, the provider's comes first, and the setting with the lowest bit. What is not in the request is not
 * missed. */
START_TEST(the_first)
{
	struct refusal r;
	hn_request req = request_of(HN_SET_SEED | HN_SET_SCHEMA | HN_SET_TOOLS | HN_SET_TOP_P, HN_PART_IMAGE);
	const struct bearer *provider = PROVIDER(ALL, HN_SET_TOP_P), *model = MODEL(0, 0);

	ck_assert_int_eq(refuse_find(&req, provider, model, &r), 1);
	ck_assert_ptr_eq(r.by, provider);
	ck_assert_uint_eq(r.setting, HN_SET_SEED);
	ck_assert_int_eq(refuse_find(&req, &everything, model, &r), 1);
	ck_assert_ptr_eq(r.by, model);
	ck_assert_uint_eq(r.setting, HN_SET_TOOLS);
	req.set = 0;
	ck_assert_int_eq(refuse_find(&req, provider, model, &r), 1);
	ck_assert_uint_eq(r.setting, 0);
	ck_assert_uint_eq(r.part, HN_PART_IMAGE);
	ck_assert_int_eq(refuse_find(&req, provider, &everything, &r), 0);
}
END_TEST

/* Every message and every part is looked at, by their strides. */
START_TEST(every_part)
{
	struct { hn_part part; char more[16]; } p[2] = { { { .type = HN_PART_TEXT }, "" }, { { .type = HN_PART_FILE }, "" } };
	struct { hn_message message; char more[16]; } m[2] = { { { .n_parts = 0 }, "" },
		{ { .n_parts = 2, .part_stride = sizeof *p, .parts = &p[0].part }, "" } };
	hn_request req = { .struct_size = sizeof req, .n_messages = 2, .message_stride = sizeof *m, .messages = &m[0].message };
	struct refusal r;

	ck_assert_int_eq(refuse_find(&req, PROVIDER(1u << HN_PART_TEXT, 0), &everything, &r), 1);
	ck_assert_uint_eq(r.part, HN_PART_FILE);
	ck_assert_int_eq(refuse_find(&req, PROVIDER(1u << HN_PART_TEXT | 1u << HN_PART_FILE, 0), &everything, &r), 0);
}
END_TEST

/* A limit of the reply that a limit of the user's needs: the hint names what needs it. */
START_TEST(needed_limit)
{
	hn_request req = request_of(HN_SET_MAX_TOKENS, HN_PART_TEXT);
	struct cancel cancel = { 0 };
	hn_call call;

	call_init(&call, &cancel, &clock_real, NULL);
	ck_assert_int_eq(refuse(&call, &req, PROVIDER(ALL, 0), &everything, 1), HN_ERR_USAGE);
	ck_assert_str_eq(call.error.message, "play does not take a limit of the reply (max_tokens)");
	ck_assert_str_eq(call.error.hint, "unset max_cost, max_cost_day and max_tokens_session, which need it (/set -u KEY); or take another "
					  "provider (-p NAME, /provider NAME)");
	call_end(&call);
}
END_TEST

UNIT_MAIN("refuse", each_setting, each_part, parts_without_a_bit, the_first, every_part, needed_limit)
