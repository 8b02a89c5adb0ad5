/* SPDX-License-Identifier: MIT */
/* unit: a unit test program is START_TEST(...) cases and one UNIT_MAIN line that lists them; it speaks TAP. */
#ifndef HOBNOB_TESTS_UNIT_H
#define HOBNOB_TESTS_UNIT_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define UNIT_MAIN(title, ...)                                                                   \
	int main(void)                                                                         \
	{                                                                                      \
		const TTest *const cases[] = { __VA_ARGS__ };                                  \
		Suite *suite = suite_create(title);                                             \
		for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {                    \
			TCase *tc = tcase_create(cases[i]->name);                              \
			tcase_set_timeout(tc, 120);                                            \
			tcase_add_test(tc, cases[i]);                                          \
			suite_add_tcase(suite, tc);                                            \
		}                                                                              \
		SRunner *runner = srunner_create(suite);                                       \
		srunner_set_tap(runner, "-");                                                  \
		srunner_run_all(runner, CK_SILENT);                                            \
		srunner_free(runner);                                                          \
		return 0;                                                                      \
	}

/* Path of a file below tests/data; the build passes the source folder in HOBNOB_TEST_SRCDIR. */
#define UNIT_DATA(out, name) \
	snprintf(out, sizeof out, "%s/tests/data/%s", getenv("HOBNOB_TEST_SRCDIR") ? getenv("HOBNOB_TEST_SRCDIR") : ".", name)

#endif
