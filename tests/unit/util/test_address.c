/* SPDX-License-Identifier: MIT */
/* test_address: URLs of addresses as people write them. */
#include "../unit.h"

#include "util/address.h"
#include "util/url.h"

#define HOME "http://127.0.0.1:11434"

static const struct { const char *address, *url; } rows[] = {
	{ "", HOME },
	{ "1.2.3.4", "http://1.2.3.4:11434" },
	{ ":1234", "http://127.0.0.1:1234" },
	{ "1.2.3.4:1234", "http://1.2.3.4:1234" },
	{ "example.com", "http://example.com:11434" },
	{ "example.com:1234", "http://example.com:1234" },
	{ "example.com:", "http://example.com:11434" },
	{ "example.com/ollama", "http://example.com:11434/ollama" },
	{ "example.com:1234/a?b=c", "http://example.com:1234/a?b=c" },
	{ "/ollama", HOME "/ollama" },
	{ "[::1]", "http://[::1]:11434" },
	{ "::1", "http://[::1]:11434" },
	{ "[::1]:1337", "http://[::1]:1337" },
	{ " 1.2.3.4 ", "http://1.2.3.4:11434" },
	{ "\"1.2.3.4\"", "http://1.2.3.4:11434" },
	{ " \" 1.2.3.4 \" ", "http://1.2.3.4:11434" },
	{ "'1.2.3.4'", "http://1.2.3.4:11434" },
	{ "http://1.2.3.4", "http://1.2.3.4" },
	{ "http://1.2.3.4:4321", "http://1.2.3.4:4321" },
	{ "https://1.2.3.4", "https://1.2.3.4" },
	{ "HTTPS://example.com/ollama", "HTTPS://example.com/ollama" },
	{ "https://[::1]:8443/x", "https://[::1]:8443/x" },
	/* where a server listens for everybody */
	{ "0.0.0.0", HOME },
	{ "0.0.0.0:1234", "http://127.0.0.1:1234" },
	{ "[::]", "http://[::1]:11434" },
	{ "::", "http://[::1]:11434" },
	{ "[::]:1234", "http://[::1]:1234" },
	{ "https://0.0.0.0:4321", "https://127.0.0.1:4321" },
};

/* Each address becomes a URL that is valid. */
START_TEST(addresses)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *url = address_url(rows[i].address, HOME), *origin = url_origin(url);
		ck_assert_msg(!strcmp(url, rows[i].url), "%s: %s", rows[i].address, url);
		ck_assert_msg(origin != NULL, "%s: no URL", url);
		free(origin);
		free(url);
	}
}
END_TEST

/* What no server can be at gives what is not a URL: nothing is guessed. */
START_TEST(invalid)
{
	static const char *const wrong[] = { ":0", ":66000", ":-1", "a b", "user@host", "http://", "https:///v1", "ftp://x",
		"1.2.3.4:port", "[::1", "://x" };
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		char *url = address_url(wrong[i], HOME), *origin = url_origin(url);
		ck_assert_msg(origin == NULL, "%s: %s", wrong[i], url);
		free(url);
	}
}
END_TEST

UNIT_MAIN("address", addresses, invalid)
