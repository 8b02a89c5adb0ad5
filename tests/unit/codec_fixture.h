/* SPDX-License-Identifier: MIT */
/* codec_fixture: an instance of the plugin under test on the fake host: openai for the tests of the codec. */
#ifndef HOBNOB_TESTS_CODEC_FIXTURE_H
#define HOBNOB_TESTS_CODEC_FIXTURE_H

#include <stdio.h>

#include "unit.h"

#include "fake_host.h"

static hn_call call;
static void *self;

/* The provider under test. */
static inline const hn_provider *provider(void)
{
	return hobnob_plugin_v1()->vtable;
}

/* Begins with a server of the user's own. */
static inline void begin(void)
{
	fake_begin(&call);
	fake_string(&call, "base_url", "http://localhost:8080/v1");
	self = NULL;
}

/* Makes an instance. */
static inline void create(void)
{
	ck_assert_int_eq(provider()->create(&fake_host, &call, &self), 0);
}

/* Ends. */
static inline void end(void)
{
	provider()->destroy(self);
	fake_end(&call);
}

/* Asks, streamed. */
static inline int32_t chat(void)
{
	return fake_chat(&call, provider(), self, "hi", 1);
}

/* Makes an error body of a message; freed with the call. */
static inline const char *saying(const char *message)
{
	size_t n = strlen(message) + 40;
	char *body = fake_host.alloc(&call, n);
	snprintf(body, n, "{\"error\":{\"message\":\"%s\"}}", message);
	return body;
}

/* Checks what was emitted: the events in order, and the text. */
static inline void check(const char *events, const char *text)
{
	ck_assert_str_eq(call.events.p ? call.events.p : "", events);
	ck_assert_str_eq(call.text.p ? call.text.p : "", text);
}

/* Error bodies: with a message alone, and with a code. */
#define SAYS(m) "{\"error\":{\"message\":\"" m "\"}}"
#define CODE(c) "{\"error\":{\"message\":\"m\",\"type\":\"t\",\"code\":\"" c "\"}}"
/* A whole reply. */
#define STOPPED "{\"choices\":[{\"message\":{\"content\":\"ok\"},\"finish_reason\":\"stop\"}]}"

#endif
