/* SPDX-License-Identifier: MIT */
/* md_pen: bytes and attributes on their way out; no write leaves an attribute on. */
#include <string.h>

#include "md_private.h"

#define ROOM 64 /* what attributes take at most, and their end */

static void put(struct md_pen *pen, const char *p, size_t n)
{
	memcpy(pen->out + pen->n, p, n);
	pen->n += n;
}

/* Writes all, with the attributes closed. */
void md_pen_end(struct md_pen *pen)
{
	if (pen->on)
		put(pen, "\033[0m", 4);
	pen->on = 0;
	if (pen->n)
		pen->write(pen->ud, (hn_str){ pen->out, pen->n });
	pen->n = 0;
}

/* Gives the terminal the attributes of a style. */
static void turn(struct md_pen *pen, unsigned style)
{
	const char *separator = "\033[";

	if (pen->n > MD_OUT - 4 * ROOM)
		md_pen_end(pen);
	if (pen->on)
		put(pen, "\033[0m", 4);
	pen->on = style;
	for (unsigned i = 0; i < MD_STYLES; i++) {
		const char *sgr = pen->looks->sgr[i];
		if (!(style >> i & 1))
			continue;
		put(pen, separator, strlen(separator));
		put(pen, sgr, strlen(sgr));
		separator = ";";
	}
	if (style)
		put(pen, "m", 1);
}

void md_pen_put(struct md_pen *pen, const char *p, size_t n, unsigned style)
{
	if (style & MD_RAW) { /* of a link, whose beginning and end one write has */
		if (n > MD_LINK_END && *p == '\033' && pen->n > MD_OUT - 4 * MD_ADDRESS)
			md_pen_end(pen);
		put(pen, p, n);
		return;
	}
	style &= pen->shown;
	while (n) {
		if (style != pen->on)
			turn(pen, style);
		size_t room = MD_OUT - ROOM - pen->n, k = n < room ? n : room;
		put(pen, p, k);
		p += k;
		n -= k;
		if (n)
			md_pen_end(pen);
	}
}

void md_pen_blanks(struct md_pen *pen, unsigned n, unsigned style)
{
	static const char blanks[] = "                                                                ";

	for (unsigned k; n; n -= k) {
		k = n < sizeof blanks - 1 ? n : (unsigned)sizeof blanks - 1;
		md_pen_put(pen, blanks, k, style);
	}
}
