/* SPDX-License-Identifier: MIT */
/* md_looks: the themes, a table. Colours contrast with the background by 4.5 or more; a test reckons that. */
#include <string.h>

#include "md_private.h"
#include "util/buf.h"

/* In the order of the styles: bold italic strike underline dim code comment string number keyword added removed. */
static const struct md_looks plain = { { "", "", "", "", "", "", "", "", "", "", "", "" }, { "", "" } };
static const struct md_looks colorless = { { "1", "3", "9", "4", "2", "", "", "", "", "", "", "" }, { "1", "1" } };
static const struct md_looks dark = { { "1", "3", "9", "4", "2", "36", "38;5;245", "32", "33", "95", "32", "91" }, { "1;32", "1;36" } };
static const struct md_looks light = { { "1", "3", "9", "4", "2", "34", "38;5;242", "38;5;28", "35", "34", "38;5;28", "31" },
	{ "1;38;5;28", "1;38;5;25" } };
/* No pair of the sixteen names can be read on black and on white; these of the 256 can. */
static const struct md_looks both = { { "1", "3", "9", "4", "2", "38;5;63", "38;5;243", "38;5;29", "38;5;163", "38;5;98", "38;5;29",
	"38;5;131" }, { "1;38;5;29", "1;38;5;63" } };

static const struct {
	const char *name;
	const struct md_looks *looks;
} themes[] = {
	[MD_THEME_AUTO] = { "auto", &both },
	[MD_THEME_DARK] = { "dark", &dark },
	[MD_THEME_LIGHT] = { "light", &light },
	[MD_THEME_PLAIN] = { "plain", &plain },
};

/* By the last number of "15;0" or "15;default;0", the background's: 0 to 6 and 8 are dark. */
static enum md_theme by_background(const char *colorfgbg)
{
	const char *last = colorfgbg ? strrchr(colorfgbg, ';') : NULL;

	if (!last || last[1] < '0' || last[1] > '9')
		return MD_THEME_AUTO;
	if (!last[2])
		return last[1] == '7' || last[1] == '9' ? MD_THEME_LIGHT : MD_THEME_DARK;
	return last[1] == '1' && last[2] >= '0' && last[2] <= '5' && !last[3] ? MD_THEME_LIGHT : MD_THEME_AUTO;
}

const struct md_looks *md_looks_of(enum md_theme theme, const char *colorfgbg, int colors)
{
	if (theme != MD_THEME_PLAIN && !colors)
		return &colorless;
	if (theme == MD_THEME_AUTO)
		theme = by_background(colorfgbg);
	return themes[theme].looks;
}

int md_theme_of(hn_str name)
{
	for (size_t i = 0; i < sizeof themes / sizeof *themes; i++)
		if (str_is(name, themes[i].name))
			return (int)i;
	return -1;
}
