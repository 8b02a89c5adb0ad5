/* SPDX-License-Identifier: MIT */
/* anthropic_fixture: answers of the Messages API, for the tests of the plugin anthropic on the fake host. */
#ifndef HOBNOB_TESTS_ANTHROPIC_FIXTURE_H
#define HOBNOB_TESTS_ANTHROPIC_FIXTURE_H

#include "codec_fixture.h"

/* Events of a stream. */
#define EV(type, rest) "event: " type "\ndata: {\"type\":\"" type "\"" rest "}\n\n"
#define BEGIN                                                                                                 \
	EV("message_start",                                                                                   \
		",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[],"    \
		"\"model\":\"claude-x\",\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{"                \
		"\"input_tokens\":11,\"cache_creation_input_tokens\":3,\"cache_read_input_tokens\":5,"          \
		"\"output_tokens\":1}}")
#define BLOCK(i, block) EV("content_block_start", ",\"index\":" i ",\"content_block\":{" block "}")
#define DELTA(i, delta) EV("content_block_delta", ",\"index\":" i ",\"delta\":{" delta "}")
#define CLOSE(i) EV("content_block_stop", ",\"index\":" i)
#define TEXT(i, text)                                                                                         \
	BLOCK(i, "\"type\":\"text\",\"text\":\"\"") DELTA(i, "\"type\":\"text_delta\",\"text\":\"" text "\"") CLOSE(i)
#define FINISH(reason)                                                                                        \
	EV("message_delta",                                                                                   \
		",\"delta\":{\"stop_reason\":\"" reason "\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":8}")
#define END EV("message_stop", "")
#define FINE BEGIN TEXT("0", "ok") FINISH("end_turn") END
/* A whole reply. */
#define WHOLE                                                                                                 \
	"{\"type\":\"message\",\"model\":\"claude-x\",\"content\":[{\"type\":\"text\",\"text\":\"ok\"}],"       \
	"\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":11,\"output_tokens\":8}}"
/* An error body. */
#define WRONG(type, message) "{\"type\":\"error\",\"error\":{\"type\":\"" type "\",\"message\":\"" message "\"}}"

/* Begins with a server, a key and the options' defaults. */
static inline void begin_here(void)
{
	begin();
	fake_string(&call, "base_url", "https://api.anthropic.com");
	fake_secret(&call, "api_key", "sk-ant-1");
	fake_string(&call, "version", "2023-06-01");
	fake_int(&call, "cache", 1);
	fake_body(&call, FINE);
}

#endif
