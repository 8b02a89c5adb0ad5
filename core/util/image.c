/* SPDX-License-Identifier: MIT */
/* image: reads the heads of PNG, JPEG, GIF and WebP. */
#include "util/image.h"

#include <string.h>

static uint32_t byte(hn_str s, size_t at)
{
	return at < s.n ? (unsigned char)s.p[at] : 0;
}

/* n bytes, the highest first. */
static uint32_t big(hn_str s, size_t at, size_t n)
{
	uint32_t v = 0;
	for (size_t i = 0; i < n; i++)
		v = v << 8 | byte(s, at + i);
	return v;
}

/* n bytes, the lowest first. */
static uint32_t little(hn_str s, size_t at, size_t n)
{
	uint32_t v = 0;
	for (size_t i = n; i > 0; i--)
		v = v << 8 | byte(s, at + i - 1);
	return v;
}

static int has(hn_str s, size_t at, const char *bytes, size_t n)
{
	return s.n >= at + n && memcmp(s.p + at, bytes, n) == 0;
}

static void read_png(hn_str s, struct image *out)
{
	out->width = big(s, 16, 4);
	out->height = big(s, 20, 4);
}

static void read_gif(hn_str s, struct image *out)
{
	out->width = little(s, 6, 2);
	out->height = little(s, 8, 2);
}

/* Says whether a marker begins a frame, which says how large the image is. */
static int is_frame(uint32_t marker)
{
	return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

/* Passes over the segments before the frame. Each begins with FF, its marker and its length. */
static void read_jpeg(hn_str s, struct image *out)
{
	size_t at = 2;
	while (at + 9 <= s.n && byte(s, at) == 0xFF) {
		uint32_t marker = byte(s, at + 1), length = big(s, at + 2, 2);
		if (marker == 0xFF) { /* it may be padded */
			at++;
			continue;
		}
		if (is_frame(marker)) {
			out->height = big(s, at + 5, 2);
			out->width = big(s, at + 7, 2);
			return;
		}
		at += 2 + length;
	}
}

/* Its three forms: simple, lossless, extended. */
static void read_webp(hn_str s, struct image *out)
{
	if (has(s, 12, "VP8 ", 4)) {
		out->width = little(s, 26, 2) & 0x3FFF;
		out->height = little(s, 28, 2) & 0x3FFF;
	} else if (has(s, 12, "VP8L", 4)) {
		uint32_t bits = little(s, 21, 4);
		out->width = (bits & 0x3FFF) + 1;
		out->height = (bits >> 14 & 0x3FFF) + 1;
	} else if (has(s, 12, "VP8X", 4)) {
		out->width = little(s, 24, 3) + 1;
		out->height = little(s, 27, 3) + 1;
	}
}

struct image image_read(hn_str bytes)
{
	static const struct {
		const char *magic, *mime;
		size_t at, n, least; /* least: bytes that the head has */
		void (*read)(hn_str, struct image *);
	} kinds[] = {
		{ "\x89PNG\r\n\x1A\n", "image/png", 0, 8, 24, read_png },
		{ "GIF87a", "image/gif", 0, 6, 10, read_gif },
		{ "GIF89a", "image/gif", 0, 6, 10, read_gif },
		{ "\xFF\xD8\xFF", "image/jpeg", 0, 3, 3, read_jpeg },
		{ "WEBP", "image/webp", 8, 4, 30, read_webp },
	};
	struct image out = { NULL, 0, 0 };
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !out.mime; i++) {
		if (!has(bytes, kinds[i].at, kinds[i].magic, kinds[i].n) || (kinds[i].at && !has(bytes, 0, "RIFF", 4)))
			continue;
		out.mime = kinds[i].mime;
		if (bytes.n >= kinds[i].least)
			kinds[i].read(bytes, &out);
	}
	if (!out.width || !out.height)
		out.width = out.height = 0;
	return out;
}
