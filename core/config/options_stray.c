/* SPDX-License-Identifier: MIT */
/*
 * options_stray: secrets in options that are not secret: in a header, or in the query of the endpoint.
 *
 * They are sent, but redacted like any key, and never taken from the command line.
 */
#include "config/options_private.h"

#include <string.h>

#include "config/key_like.h"
#include "util/ascii.h"

#define LEAST 8 /* bytes: a shorter text is not a key, and redacting it would spoil other texts */

static int is_telling(hn_str name)
{
	static const char *const words[] = { "auth", "key", "token", "secret", "passw", "cookie",
		"credential", "sig" };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		for (size_t k = 0, n = strlen(words[i]); k + n <= name.n; k++)
			if (!ascii_ncasecmp(name.p + k, words[i], n))
				return 1;
	return 0;
}

/* Learns a value if it is a secret, by its name or its looks; 1 if it is. */
static int take(struct secrets *secrets, hn_str name, hn_str value)
{
	if (!key_like(value) && (!is_telling(name) || value.n < LEAST))
		return 0;
	const char *space = memrchr(value.p, ' ', value.n); /* "Bearer KEY" */
	size_t scheme = space ? (size_t)(space + 1 - value.p) : 0;
	if (value.n - scheme < LEAST)
		scheme = 0;
	secrets_learn(secrets, (hn_str){ value.p + scheme, value.n - scheme });
	return 1;
}

static int take_query(struct secrets *secrets, const char *url)
{
	const char *at = strchr(url, '?');
	int any = 0;
	while (at && *at) {
		size_t n = strcspn(++at, "&#"), name = strcspn(at, "=&#");
		if (name < n)
			any |= take(secrets, (hn_str){ at, name },
				(hn_str){ at + name + 1, n - name - 1 });
		at += n;
	}
	return any;
}

int strays_take(struct secrets *secrets, const struct value *v)
{
	int any = 0;
	if (v->decl->flags & HN_OPTION_ENDPOINT)
		return v->text ? take_query(secrets, v->text) : 0;
	if (v->decl->type != HN_OPT_MAP)
		return (v->decl->flags & HN_OPTION_STEERS) && v->text && key_like(str_of(v->text));
	for (size_t i = 0; i < v->items.n; i += 2)
		any |= take(secrets, v->items.items[i], v->items.items[i + 1]);
	return any;
}
