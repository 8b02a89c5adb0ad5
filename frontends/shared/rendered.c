/* SPDX-License-Identifier: MIT */
/* rendered: gives the renderer of Markdown its terminal. */
#include "shared/rendered.h"

#include <unistd.h>

#include "util/buf.h"

/* The columns of a row; ud is the struct rendered. */
static unsigned columns(void *ud)
{
	const struct rendered *r = ud;

	return md_width_columns(&r->width);
}

static void put(void *ud, hn_str piece)
{
	const struct rendered *r = ud;

	if (r->whole)
		buf_addstr(r->whole, piece);
	else
		out_write(r->out, piece);
}

static void feed(void *ud, hn_str piece)
{
	struct rendered *r = ud;

	md_feed(r->md, piece);
}

int rendered_wanted(const struct services *services, hn_session *session, uint32_t flags)
{
	if (str_is(services_setting(services, session, "plain"), "true"))
		return 0;
	return md_wanted(services_setting(services, session, "markdown"), (flags & HN_START_TTY_STDOUT) != 0, (flags & HN_START_DUMB) != 0);
}

/* Begins with options that lack only what settings say. */
static void begin(struct rendered *r, struct out *out, const struct services *services, uint32_t flags, struct md_options options)
{
	options.columns = columns;
	options.write = put;
	options.ud = r;
	rendered_end(r);
	r->out = out;
	r->width = md_width_of(out->fd, services_setting(services, out->session, "wrap"));
	md_look(&options, services_setting(services, out->session, "theme"), (flags & HN_START_COLOR) != 0);
	md_link(&options, services_setting(services, out->session, "links"));
	r->md = md_new(&options);
}

void rendered_begin(struct rendered *r, struct out *out, const struct services *services, uint32_t flags, unsigned label)
{
	begin(r, out, services, flags, (struct md_options){ .column = label });
}

void rendered_prose(struct rendered *r, struct out *out, const struct services *services, uint32_t flags)
{
	begin(r, out, services, flags, (struct md_options){ .prose = MD_PLAIN });
}

void rendered_aside(struct rendered *r, struct out *out, const struct services *services, uint32_t flags)
{
	begin(r, out, services, flags, (struct md_options){ .prose = MD_DIM, .indent = 2 });
}

void rendered_style(struct rendered *r, unsigned style)
{
	md_prose_style(r->md, style);
}

void rendered_row(struct rendered *r)
{
	md_finish(r->md);
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

void rendered_pause(struct rendered *r)
{
	if (r->md)
		md_pause(r->md);
}

void rendered_end(struct rendered *r)
{
	if (r->md)
		md_finish(r->md);
	md_free(&r->md);
}

static void append(void *out, hn_str piece)
{
	buf_addstr(out, piece);
}

void rendered_whole(const struct services *services, hn_session *session, uint32_t flags, hn_str text, struct buf *out)
{
	struct out terminal = { .session = session, .fd = STDOUT_FILENO };
	struct rendered r = { .whole = out };

	if (!rendered_wanted(services, session, flags)) {
		services->text->safe(text, 0, append, out);
		return;
	}
	rendered_begin(&r, &terminal, services, flags, 0);
	services->text->safe(text, 0, feed, &r);
	rendered_end(&r);
}
