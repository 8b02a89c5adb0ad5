/* SPDX-License-Identifier: MIT */
/* test_duration: times as settings have them. */
#include "../unit.h"
#include "util/duration.h"

#include <string.h>

START_TEST(times)
{
	static const struct { const char *text; int64_t ms; } rows[] = {
		{ "500ms", 500 }, { "10s", 10000 }, { "10", 10000 }, { "1.5s", 1500 }, { "0.25m", 15000 }, { "2m", 120000 }, { "1h", 3600000 },
		{ "0", 0 }, { ".5", 500 }, { "24h", 86400000 }, { "1.00000000001s", 1000 }, { "0.0005s", 1 }, { "0.0004s", 0 }, { "", -1 }, { "s", -1 }, { ".s", -1 }, { "1.2.3s", -1 },
		{ "10 s", -1 }, { "-1s", -1 }, { "10d", -1 }, { "99999999999s", -1 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		ck_assert_int_eq(duration_ms((hn_str){ rows[i].text, strlen(rows[i].text) }), rows[i].ms);
}
END_TEST

UNIT_MAIN("duration", times)
