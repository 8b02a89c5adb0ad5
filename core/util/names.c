/* SPDX-License-Identifier: MIT */
/* names: a table for each kind of number, and one matcher. */
#include "util/names.h"

struct name {
	const char *name;
	uint32_t number;
};

static const struct name roles[] = {
	{ "system", HN_ROLE_SYSTEM },
	{ "user", HN_ROLE_USER },
	{ "assistant", HN_ROLE_ASSISTANT },
	{ "tool", HN_ROLE_TOOL },
};
static const struct name finishes[] = {
	{ "stop", HN_FINISH_STOP },
	{ "length", HN_FINISH_LENGTH },
	{ "content_filter", HN_FINISH_CONTENT_FILTER },
	{ "tool_calls", HN_FINISH_TOOL_CALLS },
	{ "interrupted", HN_FINISH_INTERRUPTED },
	{ "unknown", HN_FINISH_UNKNOWN },
};
static const struct name part_types[] = {
	{ "opaque", HN_PART_OPAQUE },
	{ "image", HN_PART_IMAGE },
	{ "file", HN_PART_FILE },
	{ "tool_call", HN_PART_TOOL_CALL },
	{ "tool_result", HN_PART_TOOL_RESULT },
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const char *name_of(const struct name *table, size_t n, uint32_t number, const char *fallback)
{
	for (size_t i = 0; i < n; i++)
		if (table[i].number == number)
			return table[i].name;
	return fallback;
}

static uint32_t number_of(const struct name *table, size_t n, hn_str name, uint32_t fallback)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(name, table[i].name))
			return table[i].number;
	return fallback;
}

const char *role_name(uint32_t role)
{
	return name_of(roles, COUNT(roles), role, "unknown");
}

uint32_t role_find(hn_str name)
{
	return number_of(roles, COUNT(roles), name, 0);
}

const char *finish_name(int32_t finish)
{
	return name_of(finishes, COUNT(finishes), (uint32_t)finish, "unknown");
}

int32_t finish_find(hn_str name)
{
	return (int32_t)number_of(finishes, COUNT(finishes), name, HN_FINISH_UNKNOWN);
}

const char *part_type_name(uint32_t type)
{
	return name_of(part_types, COUNT(part_types), type, NULL);
}

uint32_t part_type_find(hn_str name)
{
	return number_of(part_types, COUNT(part_types), name, 0);
}
