/* SPDX-License-Identifier: MIT */
/*
 * number: doubles as text, with a point, whatever the locale. A plugin may call setlocale(), which affects the
 * whole program: then strtod() expects a comma, and printf() writes one. Plugins of this tree may link this.
 */
#ifndef HOBNOB_UTIL_NUMBER_H
#define HOBNOB_UTIL_NUMBER_H

#define NUMBER_ROOM 32 /* bytes that the longest text needs, its NUL included */

/* As strtod: the number that text begins with; *end is what stands after it, or text if none does. */
double number_read(const char *text, char **end);
/* The shortest text, of at most 17 digits, that number_read() takes for the same double: 0.7, not
 * 0.69999999999999996. "inf" and "nan" for what is not finite. Returns out. */
const char *number_text(double d, char out[NUMBER_ROOM]);

#endif
