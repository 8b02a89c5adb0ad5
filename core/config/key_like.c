/* SPDX-License-Identifier: MIT */
/* key_like: recognises words that look like keys. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "config/key_like.h"

#include <string.h>

#define KEY_LEAST 16 /* characters after "sk-" and the like that make a word look like a key */

/* 1 if a text holds a word that begins like that and is long enough for a key. */
static int holds_word(hn_str text, const char *begins)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	const char *end = text.p + text.n, *at = text.p;
	while (text.n && (at = memmem(at, (size_t)(end - at), begins, strlen(begins)))) {
		int inside = at > text.p && memchr(digits, at[-1], sizeof digits - 1);
		size_t n = 0;
		at += strlen(begins);
		while (at + n < end && memchr(digits, at[n], sizeof digits - 1))
			n++;
		if (!inside && n >= KEY_LEAST)
			return 1;
	}
	return 0;
}

/* 1 if a text holds what looks like a key, by how those of known servers begin. */
int key_like(hn_str text)
{
	static const char *const begins[] = { "sk-", "gsk_", "xai-", "pplx-", "hf_", "AIza", "AKIA",
		"ghp_", "github_pat_" };
	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
		if (holds_word(text, begins[i]))
			return 1;
	return 0;
}
