/* SPDX-License-Identifier: MIT */
/* test_names: every number has a name that leads back to it. */
#include "../unit.h"

#include "util/names.h"

START_TEST(roles)
{
	for (uint32_t i = HN_ROLE_SYSTEM; i <= HN_ROLE_TOOL; i++)
		ck_assert_uint_eq(role_find(str_of(role_name(i))), i);
	ck_assert_str_eq(role_name(HN_ROLE_ASSISTANT), "assistant");
	ck_assert_str_eq(role_name(99), "unknown");
	ck_assert_uint_eq(role_find(str_of("")), 0);
}
END_TEST

START_TEST(finishes)
{
	for (int32_t i = HN_FINISH_STOP; i <= HN_FINISH_TOOL_CALLS; i++)
		ck_assert_int_eq(finish_find(str_of(finish_name(i))), i);
	ck_assert_str_eq(finish_name(HN_FINISH_CONTENT_FILTER), "content_filter");
	ck_assert_str_eq(finish_name(HN_FINISH_NONE), "unknown");
	ck_assert_str_eq(finish_name(-1), "unknown");
	ck_assert_int_eq(finish_find(str_of("eos")), HN_FINISH_UNKNOWN);
}
END_TEST

/* A text is not a part beside the text. */
START_TEST(part_types)
{
	for (uint32_t i = HN_PART_OPAQUE; i <= HN_PART_TOOL_RESULT; i++)
		ck_assert_uint_eq(part_type_find(str_of(part_type_name(i))), i);
	ck_assert_str_eq(part_type_name(HN_PART_TOOL_CALL), "tool_call");
	ck_assert_ptr_null(part_type_name(HN_PART_TEXT));
	ck_assert_ptr_null(part_type_name(0));
	ck_assert_ptr_null(part_type_name(99));
	ck_assert_uint_eq(part_type_find(str_of("text")), 0);
	ck_assert_uint_eq(part_type_find(str_of("")), 0);
}
END_TEST

UNIT_MAIN("names", roles, finishes, part_types)
