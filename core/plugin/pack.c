/* SPDX-License-Identifier: MIT */
/* pack: numbers as this machine has them; a text or bytes after their length, a text with its NUL. */
#include "plugin/pack.h"

#include <string.h>

void pack_u32(struct buf *out, uint32_t v)
{
	buf_add(out, &v, sizeof v);
}

void pack_i64(struct buf *out, int64_t v)
{
	buf_add(out, &v, sizeof v);
}

void pack_bytes(struct buf *out, hn_str bytes)
{
	pack_u32(out, (uint32_t)bytes.n);
	buf_add(out, bytes.p, bytes.n);
}

void pack_text(struct buf *out, const char *text)
{
	pack_bytes(out, (hn_str){ text, text ? strlen(text) + 1 : 0 });
}

/* The next n bytes, or NULL. */
static const char *take(struct unpack *in, size_t n)
{
	const char *at = in->p;
	if (in->bad || n > in->left) {
		in->bad = 1;
		return NULL;
	}
	in->p += n;
	in->left -= n;
	return at;
}

uint32_t unpack_u32(struct unpack *in)
{
	uint32_t v = 0;
	const char *at = take(in, sizeof v);
	if (at)
		memcpy(&v, at, sizeof v);
	return v;
}

int64_t unpack_i64(struct unpack *in)
{
	int64_t v = 0;
	const char *at = take(in, sizeof v);
	if (at)
		memcpy(&v, at, sizeof v);
	return v;
}

hn_str unpack_bytes(struct unpack *in)
{
	uint32_t n = unpack_u32(in);
	const char *at = n ? take(in, n) : NULL;
	return at ? (hn_str){ at, n } : (hn_str){ NULL, 0 };
}

const char *unpack_text(struct unpack *in)
{
	hn_str text = unpack_bytes(in);
	if (text.n && memchr(text.p, '\0', text.n) != text.p + text.n - 1) {
		in->bad = 1;
		return NULL;
	}
	return text.p;
}
