/* SPDX-License-Identifier: MIT */
/* test_terminal: what settings and the environment say about Markdown on a terminal. */
#include "../unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "markdown/md_terminal.h"
#include "util/buf.h"

START_TEST(rendered_is_what_a_terminal_gets)
{
	static const struct {
		const char *markdown;
		int terminal, dumb, wanted;
	} cases[] = {
		{ "auto", 1, 0, 1 }, { "auto", 1, 1, 0 }, { "auto", 0, 0, 0 }, { "auto", 0, 1, 0 },
		{ "always", 0, 0, 1 }, { "always", 1, 1, 1 }, { "never", 1, 0, 0 }, { "", 1, 0, 0 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_int_eq(md_wanted(str_of(cases[i].markdown), cases[i].terminal, cases[i].dumb), cases[i].wanted);
}
END_TEST

START_TEST(rows_are_as_wide_as_both_allow)
{
	static const struct {
		const char *wrap;
		unsigned terminal, columns;
	} cases[] = {
		{ "auto", 50, 50 }, { "40", 50, 40 }, { "60", 50, 50 }, { "off", 50, 0 }, { "", 50, 50 }, { "auto", 0, 80 }, { "40", 0, 40 },
	};
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave;

	ck_assert(master >= 0 && !grantpt(master) && !unlockpt(master));
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	ck_assert_int_ge(slave, 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct winsize size = { .ws_row = 24, .ws_col = (unsigned short)cases[i].terminal };
		const struct md_width width = md_width_of(slave, str_of(cases[i].wrap));
		ck_assert_int_eq(ioctl(slave, TIOCSWINSZ, &size), 0);
		ck_assert_uint_eq(md_width_columns(&width), cases[i].columns);
	}
	close(master);
	close(slave);
}
END_TEST

START_TEST(the_locale_and_the_settings_choose_the_looks)
{
	struct md_options options = { .column = 7 };

	setenv("LC_ALL", "C", 1);
	unsetenv("COLORFGBG");
	md_look(&options, str_of("nonsense"), 1);
	md_link(&options, str_of("text"));
	ck_assert(options.looks == md_looks_of(MD_THEME_AUTO, NULL, 1) && !options.unicode && !options.osc8);
	setenv("LC_ALL", "de_DE.utf8", 1);
	setenv("COLORFGBG", "0;15", 1);
	md_look(&options, str_of("auto"), 1);
	md_link(&options, str_of("osc8"));
	ck_assert(options.looks == md_looks_of(MD_THEME_LIGHT, NULL, 1) && options.unicode && options.osc8);
	md_look(&options, str_of("dark"), 0);
	ck_assert(options.looks == md_looks_of(MD_THEME_AUTO, NULL, 0) && options.column == 7);
}
END_TEST

START_TEST(a_label_has_the_look_of_the_theme)
{
	unsetenv("COLORFGBG");
	ck_assert_str_eq(md_label_look(str_of("auto"), MD_LABEL_USER), md_looks_of(MD_THEME_AUTO, NULL, 1)->label[MD_LABEL_USER]);
	ck_assert_str_eq(md_label_look(str_of("dark"), MD_LABEL_MODEL), md_looks_of(MD_THEME_DARK, NULL, 1)->label[MD_LABEL_MODEL]);
	ck_assert_str_eq(md_label_look(str_of("light"), MD_LABEL_USER), md_looks_of(MD_THEME_LIGHT, NULL, 1)->label[MD_LABEL_USER]);
	ck_assert_str_eq(md_label_look(str_of("plain"), MD_LABEL_USER), "");
}
END_TEST

UNIT_MAIN("markdown terminal", rendered_is_what_a_terminal_gets, rows_are_as_wide_as_both_allow, the_locale_and_the_settings_choose_the_looks,
	a_label_has_the_look_of_the_theme)
