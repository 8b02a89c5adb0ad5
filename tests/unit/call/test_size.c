/* SPDX-License-Identifier: MIT */
/* test_size: structs of an older and a newer header cross the line, with a guard page behind each. */
#include "../guarded.h"
#include "../unit.h"

#include <stdio.h>

#include "call/size.h"

/* A struct as it was in 1.0, and as it is now. */
struct was {
	uint32_t struct_size;
	uint32_t flags;
	const void *p;
};
struct is {
	uint32_t struct_size;
	uint32_t flags;
	const void *p;
	uint32_t added, beside;
	const void *more;
};

static const struct sized grown = { "hn_grown", sizeof(struct was), sizeof(struct is) };
static const struct sized ungrown = { "hn_grown", sizeof(struct was), sizeof(struct was) };
static const char mark[] = "";
static struct fault fault;

START_TEST(an_older_struct_is_read_to_its_end_only)
{
	struct was from = { sizeof from, 7, mark };
	struct is to;

	memset(&to, 0xFF, sizeof to);
	ck_assert_int_eq(size_in(&grown, &to, guarded_copy(&from, sizeof from), &fault), 0);
	ck_assert_uint_eq(to.struct_size, sizeof to);
	ck_assert_uint_eq(to.flags, 7);
	ck_assert_ptr_eq(to.p, mark);
	ck_assert_uint_eq(to.added, 0);
	ck_assert_uint_eq(to.beside, 0);
	ck_assert_ptr_null(to.more);
	ck_assert_ptr_null(fault.message);
}
END_TEST

START_TEST(a_newer_struct_is_read_as_far_as_it_is_known)
{
	struct is from = { sizeof from, 7, mark, 1, 2, mark };
	struct was *to = guarded(sizeof *to);

	ck_assert_int_eq(size_in(&ungrown, to, &from, &fault), 0);
	ck_assert_uint_eq(to->struct_size, sizeof *to);
	ck_assert_uint_eq(to->flags, 7);
	ck_assert_ptr_eq(to->p, mark);
}
END_TEST

START_TEST(half_a_member_is_none)
{
	struct is from = { sizeof from - 1, 7, mark, 1, 2, mark }, to;
	struct is *out = guarded(sizeof *out);

	ck_assert_int_eq(size_in(&grown, &to, guarded_copy(&from, sizeof from - 1), &fault), 0);
	ck_assert_uint_eq(to.added, 1);
	ck_assert_uint_eq(to.beside, 2);
	ck_assert_ptr_null(to.more);
	out->struct_size = sizeof *out - 1;
	ck_assert_int_eq(size_out(&grown, out, &from, &fault), 0);
	ck_assert_uint_eq(out->beside, 2);
	ck_assert_ptr_ne(out->more, mark);
}
END_TEST

START_TEST(an_older_struct_is_filled_to_its_end_only)
{
	struct is from = { sizeof from, 7, mark, 1, 2, mark };
	struct was *to = guarded(sizeof *to);

	to->struct_size = sizeof *to;
	ck_assert_int_eq(size_out(&grown, to, &from, &fault), 0);
	ck_assert_uint_eq(to->struct_size, sizeof *to);
	ck_assert_uint_eq(to->flags, 7);
	ck_assert_ptr_eq(to->p, mark);
}
END_TEST

START_TEST(a_newer_struct_keeps_what_the_core_does_not_know)
{
	struct was *from = guarded(sizeof *from);
	struct is to = { sizeof to, 0, NULL, 1, 2, mark };

	*from = (struct was){ sizeof *from, 7, mark };
	ck_assert_int_eq(size_out(&ungrown, &to, from, &fault), 0);
	ck_assert_uint_eq(to.struct_size, sizeof to);
	ck_assert_uint_eq(to.flags, 7);
	ck_assert_ptr_eq(to.p, mark);
	ck_assert_uint_eq(to.added, 1);
	ck_assert_uint_eq(to.beside, 2);
	ck_assert_ptr_eq(to.more, mark);
}
END_TEST

static void check_refused(int32_t code, const char *message)
{
	ck_assert_int_eq(code, HN_ERR_PLUGIN);
	ck_assert_int_eq(fault.kind, HN_ERR_PLUGIN);
	ck_assert_str_eq(fault.message, message);
	ck_assert_ptr_null(fault.hint);
	fault_free(&fault);
}

START_TEST(what_is_shorter_than_in_1_0_is_refused_by_name)
{
	static const hn_event zeroed;
	hn_event event = { .struct_size = 8 };
	uint32_t *short_one = guarded(sizeof *short_one), size = sized_event.least;
	hn_usage to;
	char wanted[80];

	snprintf(wanted, sizeof wanted, "hn_event says struct_size 0, at least %u are needed", size);
	check_refused(size_in(&sized_event, &event, &zeroed, &fault), wanted);
	ck_assert_uint_eq(event.struct_size, 0);
	*short_one = (uint32_t)sized_usage.least - 1;
	snprintf(wanted, sizeof wanted, "hn_usage says struct_size %u, at least %u are needed", *short_one,
		*short_one + 1);
	check_refused(size_in(&sized_usage, &to, short_one, &fault), wanted);
	check_refused(size_out(&sized_usage, short_one, &to, &fault), wanted);
	check_refused(size_check(&sized_usage, short_one, &fault), wanted);
	check_refused(size_in(&sized_usage, &to, NULL, &fault), "hn_usage is NULL");
	check_refused(size_out(&sized_status, NULL, &to, &fault), "hn_status is NULL");
}
END_TEST

START_TEST(arrays_are_there_and_wide_enough)
{
	hn_part parts[2];
	char wanted[80];

	ck_assert_int_eq(size_array(&sized_part, "parts", NULL, 0, 0, &fault), 0);
	ck_assert_int_eq(size_array(&sized_part, "parts", parts, 2, sizeof *parts, &fault), 0);
	ck_assert_int_eq(size_array(&sized_part, "parts", parts, 2, sizeof *parts + 8, &fault), 0);
	check_refused(size_array(&sized_part, "parts", NULL, 2, sizeof *parts, &fault),
		"there are 2 parts, and parts is NULL");
	snprintf(wanted, sizeof wanted, "the stride of parts is %zu, at least %zu are needed", sizeof *parts - 1,
		sizeof *parts);
	check_refused(size_array(&sized_part, "parts", parts, 1, sizeof *parts - 1, &fault), wanted);
}
END_TEST

START_TEST(texts_are_there_and_not_endless)
{
	ck_assert_int_eq(size_text("it", (hn_str){ NULL, 0 }, &fault), 0);
	ck_assert_int_eq(size_text("it", (hn_str){ mark, TEXT_MOST }, &fault), 0);
	check_refused(size_text("it", (hn_str){ NULL, 5 }, &fault), "it is NULL and 5 bytes long");
	check_refused(size_text("it", (hn_str){ mark, ((size_t)64 << 20) + 1 }, &fault),
		"it is 67108865 bytes long, at most 67108864 are taken");
}
END_TEST

/* The sizes of 1.0, where a pointer has 8 bytes. Nothing may change them. */
START_TEST(the_sizes_of_1_0_stay)
{
	static const struct {
		const struct sized *of;
		size_t least;
	} all[] = {
		{ &sized_child, 32 },
		{ &sized_command, 48 },
		{ &sized_error, 80 },
		{ &sized_event, 96 },
		{ &sized_frontend, 32 },
		{ &sized_http_header, 40 },
		{ &sized_http_request, 80 },
		{ &sized_http_response, 72 },
		{ &sized_input, 56 },
		{ &sized_message, 56 },
		{ &sized_model, 96 },
		{ &sized_open, 80 },
		{ &sized_option, 64 },
		{ &sized_part, 72 },
		{ &sized_plugin, 80 },
		{ &sized_program, 56 },
		{ &sized_provider, 56 },
		{ &sized_request, 232 },
		{ &sized_session_event, 264 },
		{ &sized_start, 64 },
		{ &sized_status, 72 },
		{ &sized_tool, 48 },
		{ &sized_usage, 56 },
		{ &sized_value, 64 },
	};

	for (size_t i = 0; i < sizeof all / sizeof *all && sizeof(void *) == 8; i++)
		ck_assert_msg(all[i].of->least == all[i].least, "%s: %zu", all[i].of->name, all[i].of->least);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		ck_assert_uint_ge(all[i].of->full, all[i].of->least);
}
END_TEST

UNIT_MAIN("size", an_older_struct_is_read_to_its_end_only, a_newer_struct_is_read_as_far_as_it_is_known,
	half_a_member_is_none, an_older_struct_is_filled_to_its_end_only,
	a_newer_struct_keeps_what_the_core_does_not_know, what_is_shorter_than_in_1_0_is_refused_by_name,
	arrays_are_there_and_wide_enough, texts_are_there_and_not_endless, the_sizes_of_1_0_stay)
