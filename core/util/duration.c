/* SPDX-License-Identifier: MIT */
/* duration: a time as settings have it, in ms. */
#include "util/duration.h"

#include "util/buf.h"

#define DIGITS_MOST 10 /* hobnob takes no time longer than a day */

int64_t duration_ms(hn_str text)
{
	static const struct { const char *unit; int64_t ms; } units[] = {
		{ "", 1000 }, { "ms", 1 }, { "s", 1000 }, { "m", 60 * 1000 }, { "h", 60 * 60 * 1000 },
	};
	int64_t n = 0, scale = 1;
	size_t i = 0, digits = 0;
	int is_fraction = 0;

	for (; i < text.n && ((text.p[i] >= '0' && text.p[i] <= '9') || (text.p[i] == '.' && !is_fraction)); i++) {
		if (text.p[i] == '.') {
			is_fraction = 1;
		} else if (++digits <= DIGITS_MOST) {
			n = n * 10 + (text.p[i] - '0');
			scale *= is_fraction ? 10 : 1;
		} else if (!is_fraction) {
			return -1;
		}
	}
	for (size_t k = 0; digits && k < sizeof units / sizeof *units; k++)
		if (str_is((hn_str){ text.p + i, text.n - i }, units[k].unit))
			return (n * units[k].ms + scale / 2) / scale;
	return -1;
}
