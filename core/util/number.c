/* SPDX-License-Identifier: MIT */
/* number: doubles as text, with a point, whatever the locale. */
#include "util/number.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

/* C's locale for numbers. glibc and musl make it without allocating, so it does not fail. */
static locale_t plain(void)
{
	return newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

double number_read(const char *text, char **end)
{
	locale_t c = plain();
	double d = strtod_l(text, end, c);
	freelocale(c);
	return d;
}

const char *number_text(double d, char out[NUMBER_ROOM])
{
	locale_t c = plain(), before = uselocale(c);
	snprintf(out, NUMBER_ROOM, "%.15g", d);
	if (strtod(out, NULL) != d)
		snprintf(out, NUMBER_ROOM, "%.17g", d);
	uselocale(before);
	freelocale(c);
	return out;
}
