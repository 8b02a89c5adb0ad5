/* SPDX-License-Identifier: MIT */
/* md_terminal: from settings and the environment to the options of a renderer. */
#include "md_terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "util/buf.h"

#define COLUMNS 80 /* where the terminal does not say */

int md_wanted(hn_str markdown, int terminal, int dumb)
{
	if (str_is(markdown, "auto"))
		return terminal && !dumb;
	return str_is(markdown, "always");
}

struct md_width md_width_of(int fd, hn_str wrap)
{
	struct md_width w = { .fd = fd, .endless = str_is(wrap, "off") };

	for (size_t i = 0; i < wrap.n && wrap.p[i] >= '0' && wrap.p[i] <= '9'; i++)
		w.columns = w.columns * 10 + (unsigned)(wrap.p[i] - '0');
	return w;
}

unsigned md_width_columns(const struct md_width *w)
{
	struct winsize size;
	unsigned has = ioctl(w->fd, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : COLUMNS;

	if (w->endless)
		return 0;
	return w->columns && w->columns < has ? w->columns : has;
}

/* 1 if the user's locale says UTF-8. The program's own is UTF-8 in any case; signs that nobody asked for are not. */
static int has_unicode(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	static const char *const charsets[] = { "UTF-8", "utf-8", "UTF8", "utf8" };
	const char *locale = NULL;

	for (size_t i = 0; (!locale || !*locale) && i < sizeof names / sizeof *names; i++)
		locale = getenv(names[i]);
	for (size_t i = 0; locale && i < sizeof charsets / sizeof *charsets; i++)
		if (strstr(locale, charsets[i]))
			return 1;
	return 0;
}

static const struct md_looks *looks_of(hn_str theme, int color)
{
	int known = md_theme_of(theme);

	return md_looks_of(known < 0 ? MD_THEME_AUTO : (enum md_theme)known, getenv("COLORFGBG"), color);
}

void md_look(struct md_options *options, hn_str theme, int color)
{
	options->looks = looks_of(theme, color);
	options->unicode = has_unicode();
}

const char *md_label_look(hn_str theme, enum md_label which)
{
	return looks_of(theme, 1)->label[which];
}

void md_link(struct md_options *options, hn_str links)
{
	options->osc8 = str_is(links, "osc8");
}
