/* SPDX-License-Identifier: MIT */
/* ollama_fixture: what the tests of the plugin ollama share. */
#ifndef HOBNOB_TESTS_OLLAMA_FIXTURE_H
#define HOBNOB_TESTS_OLLAMA_FIXTURE_H

#include "codec_fixture.h"

#define S(text) { text, sizeof(text) - 1 }
#define COUNT(a) ((uint32_t)(sizeof(a) / sizeof *(a)))

/* Lines of a stream. */
#define PIECE(members) "{\"model\":\"m\",\"message\":{\"role\":\"assistant\"," members "},\"done\":false}\n"
#define TEXT(t) PIECE("\"content\":\"" t "\"")
#define END(members) \
	"{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\"" members "}\n"
#define DONE END("")

/* A request of one short message. */
static inline hn_request question(void)
{
	static const hn_message m = { .role = HN_ROLE_USER, .id = 1, .text = S("hi") };
	return (hn_request){ .struct_size = sizeof(hn_request), .n_messages = 1, .message_stride = sizeof m, .messages = &m, .model = S("m") };
}

#endif
