/* SPDX-License-Identifier: MIT */
/*
 * scheme: whether a server says that it speaks https, and was asked over plain http.
 *
 * A server that listens for TLS can tell a plain request by its first bytes, and many answer it in
 * words: "Client sent an HTTP request to an HTTPS server." A sentence has to name both, or one that is
 * demanded. An address in a text names neither.
 */
#include "wire/wire.h"

#include <string.h>

#include "wire/words.h"

#include "util/ascii.h"

static const char secure[] = "https ssl tls";
static const char demands[] = "require required requires requiring only must use need needs needed expect "
			      "expects expected insist* mandatory accept accepts";
static const char mixed[] = "plain plaintext unencrypted insecure cleartext sent speak speaks speaking spoke "
			    "talk talks talking request requests received got instead scheme protocol";
static const char others[] = "image images url urls uri webhook* callback* file files certificate* cert "
			     "upstream proxy link links tool tools model models";

/* Copies a text without the schemes of the addresses in it: "https://docs" says nothing about this
 * server. */
static void add_without_schemes(struct wire_text *out, hn_str s)
{
	static const char end[] = "://";
	size_t from = 0;
	for (size_t i = 0; i + 3 < s.n; i++) {
		size_t begin = i;
		if (memcmp(s.p + i, end, 3) != 0 || !ascii_is_alnum(s.p[i + 3]))
			continue;
		while (begin > from && ascii_is_alpha(s.p[begin - 1]))
			begin--;
		wire_text_add(out, (hn_str){ s.p + from, begin - from });
		from = i + 3;
	}
	wire_text_add(out, (hn_str){ s.p + from, s.n - from });
}

/* Whether a sentence mentions both schemes. */
static int tells(hn_str sentence)
{
	return wire_names(sentence, secure) && !wire_names(sentence, others) &&
	       (wire_names(sentence, demands) ||
		       (wire_names(sentence, "http") && wire_names(sentence, mixed)));
}

/* Says whether a status may be that of a request that came over the wrong scheme. */
static int may_be(int32_t status)
{
	return status >= 400 && status < 500 && status != 401 && status != 402 && status != 429;
}

int wire_wants_https(const struct wire_host *to, int32_t status, hn_str said)
{
	struct wire_text words = { 0 };
	if (!may_be(status) || ascii_ncasecmp(to->base, "http://", 7) != 0)
		return 0;
	add_without_schemes(&words, said);
	hn_str rest = { words.p, words.n }, sentence;
	while (wire_sentence(&rest, &sentence))
		if (tells(sentence))
			return 1;
	return 0;
}
