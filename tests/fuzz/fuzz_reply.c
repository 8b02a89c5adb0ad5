/* SPDX-License-Identifier: MIT */
/*
 * fuzz_reply: whatever a server answers, a provider ends the call by the rules of the ABI.
 *
 * The first byte says what comes: a stream, a whole body, an error by its status; the rest is the body. The
 * provider is the plugin that HOBNOB_FUZZ_PLUGIN names, a file such as .libs/openai.so.
 */
#include "fuzz.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/fake_host.h"

static hn_call call;
static const hn_provider *provider;
static void *self;

static void open_plugin(void)
{
	const char *path = getenv("HOBNOB_FUZZ_PLUGIN");
	void *lib = dlopen(path ? path : ".libs/openai.so", RTLD_NOW | RTLD_LOCAL);
	const hn_plugin *(*entry)(void) = lib ? (const hn_plugin *(*)(void))(uintptr_t)dlsym(lib, "hobnob_plugin_v1") : NULL;
	if (!entry) {
		fprintf(stderr, "fuzz_reply: no plugin: set HOBNOB_FUZZ_PLUGIN to a file such as .libs/openai.so\n");
		exit(1);
	}
	provider = entry()->vtable;
	fake_begin(&call);
	fake_string(&call, "base_url", "http://localhost");
	MUST(provider->create(&fake_host, &call, &self) == 0);
}

/* Says whether a message is one line of words. */
static int is_line(const char *s)
{
	size_t n = strlen(s);
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] < ' ')
			return 0;
	return n && n <= 1024;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int32_t statuses[] = { 400, 401, 404, 422, 429, 500, 302, 999 };
	if (!size)
		return 0;
	if (!provider)
		open_plugin();
	fake_again(&call);
	call.status = data[0] % 4 == 3 ? statuses[data[0] / 4 % 8] : 200;
	call.split = data[0] / 32;
	call.body = (hn_str){ (const char *)data + 1, size - 1 };
	int32_t rc = fake_chat(&call, provider, self, "hi", data[0] % 4 < 2);
	MUST(rc == 0 || rc == HN_ADAPTED || rc == call.code);
	MUST(rc >= 0 || is_line(call.message));
	return 0;
}
