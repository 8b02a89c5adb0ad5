/* SPDX-License-Identifier: MIT */
/* base64: bytes as text and back. */
#include "util/base64.h"

#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int base64_write(struct buf *out, hn_str bytes)
{
	const unsigned char *p = (const unsigned char *)bytes.p;
	for (size_t i = 0; i < bytes.n; i += 3) {
		size_t n = bytes.n - i < 3 ? bytes.n - i : 3;
		uint32_t bits = (uint32_t)p[i] << 16;
		if (n > 1)
			bits |= (uint32_t)p[i + 1] << 8;
		if (n > 2)
			bits |= p[i + 2];
		for (size_t d = 0; d < 4; d++)
			buf_addc(out, d <= n ? digits[bits >> (18 - 6 * d) & 63] : '=');
	}
	return buf_failed(out) ? -1 : 0;
}

int base64_read(hn_str text, struct buf *out)
{
	size_t n = text.n;
	if (n % 4 != 0)
		return -1;
	for (int pads = 0; pads < 2 && n > 0 && text.p[n - 1] == '='; pads++)
		n--;
	uint32_t bits = 0;
	for (size_t i = 0; i < n; i++) {
		const char *digit = text.p[i] ? strchr(digits, text.p[i]) : NULL;
		if (!digit)
			return -1;
		bits = bits << 6 | (uint32_t)(digit - digits);
		if (i % 4 != 0)
			buf_addc(out, (char)(bits >> (6 - 2 * (i % 4)) & 255));
	}
	return buf_failed(out) ? -1 : 0;
}
