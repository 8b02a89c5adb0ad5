/* SPDX-License-Identifier: MIT */
/* decimal: exact decimal text to pico-dollars, digit by digit. */
#include "decimal.h"

#include <stdint.h>

#define PICO_DIGITS 12
#define EXPONENT_CAP 1000

struct digits {
	int64_t value;
	int overflow;
	int dropped; /* how the digits left out compare with one half: 0 none, 1 below, 2 at, 3 above */
};

/* Adds one digit that still counts. */
static void push(struct digits *d, int digit)
{
	if (__builtin_mul_overflow(d->value, 10, &d->value) ||
		__builtin_add_overflow(d->value, digit, &d->value))
		d->overflow = 1;
}

/* Notes a digit that is too small to count; only what it says of the rounding is kept. */
static void drop(struct digits *d, int digit, int first)
{
	if (first)
		d->dropped = digit > 5 ? 3 : digit == 5 ? 2 : digit > 0 ? 1 : 0;
	else if (digit > 0 && (d->dropped == 0 || d->dropped == 2))
		d->dropped++;
}

/* Reads an exponent at text[i], "e-05"; 0 if it is malformed. */
static int read_exponent(hn_str text, size_t i, long *out)
{
	long sign = 1, value = 0;
	if (++i < text.n && (text.p[i] == '-' || text.p[i] == '+'))
		sign = text.p[i++] == '-' ? -1 : 1;
	if (i >= text.n)
		return 0;
	for (; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return 0;
		value = value < EXPONENT_CAP ? value * 10 + (text.p[i] - '0') : value;
	}
	*out = sign * value;
	return 1;
}

/* Finds where the mantissa ends and how many digits stand before its point; 0 if it is
 * malformed. */
static int measure(hn_str text, size_t *end, long *before)
{
	size_t i = 0, digits = 0, points = 0;
	for (; i < text.n && ((text.p[i] >= '0' && text.p[i] <= '9') || text.p[i] == '.'); i++) {
		if (text.p[i] == '.') {
			points++;
		} else {
			digits++;
			*before += points == 0;
		}
	}
	*end = i;
	return digits > 0 && points <= 1 && (i == text.n || text.p[i] == 'e' || text.p[i] == 'E');
}

/* Takes the mantissa's digits down to 10^-12; `wanted` of them count. */
static void take(struct digits *d, hn_str mantissa, long wanted)
{
	long seen = 0;
	for (size_t i = 0; i < mantissa.n; i++) {
		if (mantissa.p[i] == '.')
			continue;
		if (seen < wanted)
			push(d, mantissa.p[i] - '0');
		else
			drop(d, mantissa.p[i] - '0', seen == wanted);
		seen++;
	}
	for (; seen < wanted && d->value != 0 && !d->overflow; seen++)
		push(d, 0);
}

/* Parses USD into pico-dollars, rounding half to even. */
int64_t decimal_pico(hn_str text)
{
	struct digits d = { 0 };
	size_t end = 0;
	long before = 0, exponent = 0;
	if (!measure(text, &end, &before))
		return -1;
	if (end < text.n && !read_exponent(text, end, &exponent))
		return -1;
	take(&d, (hn_str){ text.p, end }, before + exponent + PICO_DIGITS);
	if (d.dropped == 3 || (d.dropped == 2 && d.value % 2))
		d.overflow |= __builtin_add_overflow(d.value, 1, &d.value);
	return d.overflow ? -1 : d.value;
}
