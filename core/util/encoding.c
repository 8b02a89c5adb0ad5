/* SPDX-License-Identifier: MIT */
/*
 * encoding: whether bytes from outside are text.
 *
 * What is not text is refused rather than replaced: a question full of U+FFFD would be paid for. UTF-16 is refused too, where it
 * could be guessed: hobnob could decode it in a file but not in lines, and one rule holds for all input.
 */
#include "util/encoding.h"

#include <string.h>

#include "util/mem.h"
#include "util/utf8.h"

#define MARK "\xEF\xBB\xBF"
#define LOOK 4096 /* bytes that are looked at for the shape of UTF-16 */

static const char hint_text[] = "hobnob takes text in UTF-8";

/* Marks that other encodings begin with; the longer before what it begins with. */
static const struct mark {
	const char *bytes;
	size_t n;
	const char *what, *hint;
} marks[] = {
	{ "\xFF\xFE\0\0", 4, "it is UTF-32, not UTF-8",
		"convert it, as with: iconv -f UTF-32 -t UTF-8" },
	{ "\0\0\xFE\xFF", 4, "it is UTF-32, not UTF-8",
		"convert it, as with: iconv -f UTF-32 -t UTF-8" },
	{ "\xFF\xFE", 2, "it is UTF-16, not UTF-8", "convert it, as with: iconv -f UTF-16 -t UTF-8" },
	{ "\xFE\xFF", 2, "it is UTF-16, not UTF-8", "convert it, as with: iconv -f UTF-16 -t UTF-8" },
};

/* A text without its mark. */
hn_str text_unmarked(hn_str text)
{
	if (!str_begins(text, MARK))
		return text;
	return (hn_str){ text.p + sizeof MARK - 1, text.n - (sizeof MARK - 1) };
}

/* A text without its last line's end. */
hn_str text_chomped(hn_str text)
{
	if (text.n && text.p[text.n - 1] == '\n') {
		text.n--;
		text.n -= text.n && text.p[text.n - 1] == '\r';
	}
	return text;
}

/* What bytes that hold a NUL look like: in UTF-16 every second byte of most texts is one. */
static const char *fault_of_nul(hn_str bytes, const char **hint)
{
	size_t nul[2] = { 0, 0 }, n = bytes.n < LOOK ? bytes.n : LOOK;
	for (size_t i = 0; i < n; i++)
		nul[i % 2] += bytes.p[i] == '\0';
	int odd = nul[1] > nul[0];
	*hint = hint_text;
	if (nul[odd] < 2 || nul[odd] < n / 4 || nul[!odd] > n / 16)
		return "it is not text: it holds a NUL byte";
	*hint = odd ? "convert it, as with: iconv -f UTF-16LE -t UTF-8"
		    : "convert it, as with: iconv -f UTF-16BE -t UTF-8";
	return "it looks like UTF-16, not UTF-8";
}

/* Judges bytes. */
const char *text_fault(hn_str bytes, const char **hint)
{
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (bytes.n >= marks[i].n && !memcmp(bytes.p, marks[i].bytes, marks[i].n)) {
			*hint = marks[i].hint;
			return marks[i].what;
		}
	if (bytes.n && memchr(bytes.p, '\0', bytes.n))
		return fault_of_nul(bytes, hint);
	*hint = NULL;
	if (utf8_valid(bytes.p, bytes.n))
		return NULL;
	*hint = "if it is text in another encoding, convert it, as with: iconv -f LATIN1 -t UTF-8";
	return "it is not text in UTF-8";
}

/* The line of the first byte that is not such text. */
int text_fault_line(hn_str bytes)
{
	int line = 1;
	uint32_t cp;
	for (size_t i = 0, k; i < bytes.n; i += k) {
		k = utf8_decode(bytes.p + i, bytes.n - i, &cp);
		if (!cp || !k || !utf8_valid(bytes.p + i, k))
			break;
		line += cp == '\n';
	}
	return line;
}

/* Judges a whole file. */
int32_t text_take(struct buf *bytes, struct fault *f)
{
	const char *hint, *what = text_fault(buf_str(bytes), &hint);
	if (what)
		return fault_set(f, HN_ERR_USAGE, hint, "%s", what);
	buf_eat(bytes, bytes->n - text_unmarked(buf_str(bytes)).n);
	return 0;
}
