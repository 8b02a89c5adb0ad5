/* SPDX-License-Identifier: MIT */
/*
 * money: exact decimal text to int64 pico-dollars and back.
 *
 * A number is taken apart into its digits and the power of ten of the first; then every digit whose power is at
 * least that of the unit counts, the first below it decides the rounding, and the rest break ties.
 */
#include "util/money.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define EXPONENT_MAX 1000000

/* A number in text: its digits (a point among them is skipped), and the power of ten of the first. */
struct decimal {
	const char *digits;
	size_t n;
	int64_t power;
};

/* Length of the run of ASCII digits at s. */
static size_t digits_at(const char *s, size_t n)
{
	size_t k = 0;
	while (k < n && s[k] >= '0' && s[k] <= '9')
		k++;
	return k;
}

/* Reads the exponent at s, all n bytes of it ("e-05"); -1 if it is invalid. No exponent is 0. */
static int read_exponent(const char *s, size_t n, int64_t *out)
{
	*out = 0;
	if (!n)
		return 0;
	if (*s != 'e' && *s != 'E')
		return -1;
	size_t i = 1;
	int negative = i < n && s[i] == '-';
	if (i < n && (s[i] == '-' || s[i] == '+'))
		i++;
	if (i == n || digits_at(s + i, n - i) != n - i)
		return -1;
	for (; i < n; i++)
		if (*out < EXPONENT_MAX)
			*out = *out * 10 + (s[i] - '0');
	if (negative)
		*out = -*out;
	return 0;
}

/* Takes text apart: digits [. digits] [e exponent], or . digits; -1 if it is anything else. */
static int read_decimal(hn_str t, struct decimal *out)
{
	size_t whole = digits_at(t.p, t.n), end = whole;
	if (end < t.n && t.p[end] == '.') {
		size_t k = digits_at(t.p + end + 1, t.n - end - 1);
		if (!k)
			return -1;
		end += 1 + k;
	}
	int64_t exponent;
	if (!end || read_exponent(t.p + end, t.n - end, &exponent) < 0)
		return -1;
	*out = (struct decimal){ t.p, end, (int64_t)whole - 1 + exponent };
	return 0;
}

/* value = value * 10 + digit; -1 if that passes int64. */
static int push_digit(int64_t *value, int digit)
{
	return __builtin_mul_overflow(*value, 10, value) ||
			       __builtin_add_overflow(*value, digit, value)
		       ? -1
		       : 0;
}

/* The number in units of 10^-scale, rounded half to even; *exact: nothing was rounded. -1 if too large. */
static int scale_decimal(const struct decimal *d, int scale, int64_t *out, int *exact)
{
	int64_t power = d->power + scale, value = 0;
	int guard = 0, sticky = 0;
	for (size_t i = 0; i < d->n; i++) {
		if (d->digits[i] == '.')
			continue;
		int digit = d->digits[i] - '0';
		if (power >= 0 && push_digit(&value, digit) < 0)
			return -1;
		else if (power == -1)
			guard = digit;
		else if (power < -1)
			sticky |= digit;
		power--;
	}
	for (; power >= 0 && value; power--)
		if (push_digit(&value, 0) < 0)
			return -1;
	*exact = !guard && !sticky;
	int up = guard > 5 || (guard == 5 && (sticky || value % 2));
	return __builtin_add_overflow(value, up, out) ? -1 : 0;
}

/* USD as pico-dollars. */
int money_parse(hn_str text, int64_t *out)
{
	struct decimal d;
	int exact;
	*out = MONEY_UNKNOWN;
	if (read_decimal(text, &d) == 0 && scale_decimal(&d, 12, out, &exact) == 0)
		return 0;
	*out = MONEY_UNKNOWN;
	return -1;
}

/* USD per million tokens as pico-dollars per token. */
int money_parse_price(hn_str text, int64_t *out)
{
	struct decimal d;
	int exact;
	if (read_decimal(text, &d) == 0 && scale_decimal(&d, 6, out, &exact) == 0 && exact)
		return 0;
	*out = MONEY_UNKNOWN;
	return -1;
}

/* Exact text. */
const char *money_text(int64_t pico, char out[32])
{
	if (pico < 0) {
		out[0] = '\0';
		return out;
	}
	int n = snprintf(
		out, 32, "%" PRId64 ".%012" PRId64, pico / PICO_PER_USD, pico % PICO_PER_USD);
	while (out[n - 1] == '0')
		n--;
	if (out[n - 1] == '.')
		n--;
	out[n] = '\0';
	return out;
}

const char *money_short(int64_t pico, char out[32])
{
	const int64_t step = PICO_PER_USD / 10000;
	int64_t n = pico / step + (pico % step >= step - pico % step);

	if (pico < step)
		return money_text(pico, out);
	snprintf(out, 32, "%" PRId64 ".%04" PRId64, n / 10000, n % 10000);
	return out;
}

/* A price times a number of tokens. */
int64_t money_mul(int64_t pico, int64_t tokens)
{
	int64_t r;
	return pico < 0 || tokens < 0 || __builtin_mul_overflow(pico, tokens, &r) ? MONEY_UNKNOWN
										  : r;
}

/* A sum. */
int64_t money_add(int64_t a, int64_t b)
{
	int64_t r;
	return a < 0 || b < 0 || __builtin_add_overflow(a, b, &r) ? MONEY_UNKNOWN : r;
}
