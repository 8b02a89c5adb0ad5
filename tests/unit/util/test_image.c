/* SPDX-License-Identifier: MIT */
/* test_image: what the heads of images say, and what is cut, broken or something else. */
#include "../unit.h"

#include "util/image.h"

#define S(text) { text, sizeof(text) - 1 }
#define PNG "\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xE0"

static const struct {
	const char *what;
	hn_str bytes;
	const char *mime;
	uint32_t width, height;
} heads[] = {
	{ "PNG", S(PNG "\x08\x02"), "image/png", 640, 480 },
	{ "PNG, cut", S("\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01"), "image/png", 0, 0 },
	{ "PNG, no height", S("\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\x02\x80\0\0\0\0"), "image/png", 0, 0 },
	{ "GIF", S("GIF89a\x10\x01\x20\0"), "image/gif", 272, 32 },
	{ "GIF, old", S("GIF87a\x10\x01\x20\0"), "image/gif", 272, 32 },
	{ "JPEG", S("\xFF\xD8\xFF\xE0\0\4ab\xFF\xC0\0\x11\x08\x01\xE0\x02\x80\3"), "image/jpeg", 640, 480 },
	{ "JPEG, padded, progressive", S("\xFF\xD8\xFF\xC4\0\4ab\xFF\xFF\xC2\0\x11\x08\x01\xE0\x02\x80\3"), "image/jpeg", 640, 480 },
	{ "JPEG without a frame", S("\xFF\xD8\xFF\xE0\0\4ab\xFF\xD9"), "image/jpeg", 0, 0 },
	{ "JPEG with a length that leads out", S("\xFF\xD8\xFF\xE0\xFF\xFF" "abcdefgh"), "image/jpeg", 0, 0 },
	{ "JPEG, not a marker", S("\xFF\xD8\xFF\xE0\0\4ab\0\xC0\0\x11\x08\x01\xE0\x02\x80\3"), "image/jpeg", 0, 0 },
	{ "WebP", S("RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9D\x01\x2A\x80\x42\xE0\x41"), "image/webp", 640, 480 },
	{ "WebP, lossless", S("RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2F\x7F\xC2\x77\0\0\0\0\0\0"), "image/webp", 640, 480 },
	{ "WebP, extended", S("RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x7F\2\0\xDF\1\0"), "image/webp", 640, 480 },
	{ "WebP, unknown", S("RIFF\0\0\0\0WEBPVP9 \0\0\0\0\0\0\0\x9D\x01\x2A\x80\x42\xE0\x41"), "image/webp", 0, 0 },
	{ "WebP, cut", S("RIFF\0\0\0\0WEBPVP8X"), "image/webp", 0, 0 },
	{ "WebP in another container", S("RIFX\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x7F\2\0\xDF\1\0"), NULL, 0, 0 },
	{ "a sound", S("RIFF\0\0\0\0WAVEfmt "), NULL, 0, 0 },
	{ "text", S("hello"), NULL, 0, 0 },
	{ "nothing", { NULL, 0 }, NULL, 0, 0 },
};

START_TEST(reads_heads)
{
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		/* a copy of its own, so that a sanitizer sees who reads too far */
		char *copy = malloc(heads[i].bytes.n + 1);
		if (heads[i].bytes.n)
			memcpy(copy, heads[i].bytes.p, heads[i].bytes.n);
		copy = realloc(copy, heads[i].bytes.n ? heads[i].bytes.n : 1);
		struct image image = image_read((hn_str){ copy, heads[i].bytes.n });
		ck_assert_pstr_eq(image.mime, heads[i].mime);
		ck_assert_msg(image.width == heads[i].width && image.height == heads[i].height, "%s: %ux%u", heads[i].what,
			image.width, image.height);
		free(copy);
	}
}
END_TEST

UNIT_MAIN("image", reads_heads)
