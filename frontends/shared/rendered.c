/* SPDX-License-Identifier: MIT */
/* rendered: gives the renderer of Markdown its terminal. */
#include "shared/rendered.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "util/buf.h"

#define COLUMNS 80 /* where the terminal does not say */

/* The columns of a row; ud is the struct rendered. */
static unsigned columns(void *ud)
{
	const struct rendered *r = ud;
	struct winsize size;
	unsigned has = ioctl(r->out->fd, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : COLUMNS;

	if (r->endless)
		return 0;
	return r->columns && r->columns < has ? r->columns : has;
}

static void put(void *ud, hn_str piece)
{
	const struct rendered *r = ud;

	out_write(r->out, piece);
}

static void feed(void *ud, hn_str piece)
{
	struct rendered *r = ud;

	md_feed(r->md, piece);
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

/* What a setting says; empty where the host has none of that name. */
static hn_str setting(const struct services *services, hn_session *session, const char *key)
{
	hn_str value = { NULL, 0 };

	if (!HN_HAS_FN(services->session, hn_session_api, setting) ||
		services->session->setting(session, str_of(key), &value))
		return (hn_str){ NULL, 0 };
	return value;
}

int rendered_wanted(const struct services *services, hn_session *session, uint32_t flags)
{
	hn_str markdown = setting(services, session, "markdown");

	if (str_is(markdown, "auto"))
		return (flags & (HN_START_TTY_STDOUT | HN_START_DUMB)) == HN_START_TTY_STDOUT;
	return str_is(markdown, "always");
}

/* Takes what `wrap` says: columns, off or auto. */
static void take_wrap(struct rendered *r, hn_str wrap)
{
	r->endless = str_is(wrap, "off");
	r->columns = 0;
	for (size_t i = 0; i < wrap.n && wrap.p[i] >= '0' && wrap.p[i] <= '9'; i++)
		r->columns = r->columns * 10 + (unsigned)(wrap.p[i] - '0');
}

void rendered_begin(struct rendered *r, struct out *out, const struct services *services, uint32_t flags, unsigned label)
{
	int theme = md_theme_of(setting(services, out->session, "theme"));
	const struct md_options options = {
		.looks = md_looks_of(theme < 0 ? MD_THEME_AUTO : (enum md_theme)theme, getenv("COLORFGBG"), (flags & HN_START_COLOR) != 0),
		.columns = columns,
		.write = put,
		.ud = r,
		.column = label,
		.unicode = has_unicode(),
		.osc8 = str_is(setting(services, out->session, "links"), "osc8"),
	};

	rendered_end(r);
	r->out = out;
	take_wrap(r, setting(services, out->session, "wrap"));
	r->md = md_new(&options);
}

int rendered_text(struct rendered *r, const hn_text *text, hn_str piece)
{
	text->safe(piece, 0, feed, r);
	return md_column(r->md) > 0;
}

unsigned rendered_held(const struct rendered *r)
{
	return r->md ? md_held_rows(r->md) : 0;
}

void rendered_end(struct rendered *r)
{
	if (r->md)
		md_finish(r->md);
	md_free(&r->md);
}
