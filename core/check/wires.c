/* SPDX-License-Identifier: MIT */
/* wires: canned answers of the APIs that many servers speak, tried on a plugin that brings none. */
#include <stdlib.h>
#include <string.h>

#include "check/answers.h"
#include "util/mem.h"

#define TEXT "Hello, w\xC3\xB6rld"
#define STREAMS "\"stream\":true"
#define EVENTS "text/event-stream"

static const struct row {
	const char *wire, *method, *path, *when, *type, *body;
} rows[] = {
	{ "chat completions", "POST", "/chat/completions", STREAMS, EVENTS,
		"data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
		"\"delta\":{\"role\":\"assistant\",\"content\":\"Hello, \"},\"finish_reason\":null}]}\n\n"
		"data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
		"\"delta\":{\"content\":\"w\xC3\xB6rld\"},\"finish_reason\":null}]}\n\n"
		"data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
		"\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
		"data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[],"
		"\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":3,\"total_tokens\":12}}\n\n"
		"data: [DONE]\n\n" },
	{ "chat completions", "POST", "/chat/completions", NULL, NULL,
		"{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":"
		"{\"role\":\"assistant\",\"content\":\"" TEXT "\"},\"finish_reason\":\"stop\"}],"
		"\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":3,\"total_tokens\":12}}" },
	{ "chat completions", "GET", "/models", NULL, NULL,
		"{\"object\":\"list\",\"data\":[{\"id\":\"m\",\"object\":\"model\",\"created\":1,\"owned_by\":\"x\"},"
		"{\"id\":\"n\",\"object\":\"model\",\"created\":1,\"owned_by\":\"x\"}]}" },
	{ "chat completions", "GET", "/key", NULL, NULL,
		"{\"data\":{\"label\":\"k\",\"usage\":1.5,\"limit\":10,\"limit_remaining\":8.5,\"is_free_tier\":false}}" },
	{ "chat completions", "GET", "/credits", NULL, NULL, "{\"data\":{\"total_credits\":20,\"total_usage\":11.5}}" },

	{ "messages", "POST", "/messages", STREAMS, EVENTS,
		"event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\","
		"\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
		"\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}}\n\n"
		"event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
		"\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
		"event: ping\ndata: {\"type\":\"ping\"}\n\n"
		"event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
		"\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello, \"}}\n\n"
		"event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
		"\"delta\":{\"type\":\"text_delta\",\"text\":\"w\xC3\xB6rld\"}}\n\n"
		"event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
		"event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\","
		"\"stop_sequence\":null},\"usage\":{\"output_tokens\":3}}\n\n"
		"event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n" },
	{ "messages", "POST", "/messages", NULL, NULL,
		"{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[{\"type\":\"text\","
		"\"text\":\"" TEXT "\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
		"\"usage\":{\"input_tokens\":9,\"output_tokens\":3}}" },
	{ "messages", "GET", "/models", NULL, NULL,
		"{\"data\":[{\"type\":\"model\",\"id\":\"m\",\"display_name\":\"M\",\"created_at\":\"2025-01-01T00:00:00Z\"}],"
		"\"has_more\":false,\"first_id\":\"m\",\"last_id\":\"m\"}" },

	{ "generateContent", "POST", ":streamGenerateContent", NULL, EVENTS,
		"data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hello, \"}],\"role\":\"model\"},\"index\":0}],"
		"\"usageMetadata\":{\"promptTokenCount\":9,\"totalTokenCount\":9},\"modelVersion\":\"m\",\"responseId\":\"r1\"}\n\n"
		"data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"w\xC3\xB6rld\"}],\"role\":\"model\"},"
		"\"finishReason\":\"STOP\",\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":9,\"candidatesTokenCount\":3,"
		"\"totalTokenCount\":12},\"modelVersion\":\"m\",\"responseId\":\"r1\"}\n\n" },
	{ "generateContent", "POST", ":generateContent", NULL, NULL,
		"{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"" TEXT "\"}],\"role\":\"model\"},\"finishReason\":\"STOP\","
		"\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":9,\"candidatesTokenCount\":3,\"totalTokenCount\":12},"
		"\"modelVersion\":\"m\",\"responseId\":\"r1\"}" },
	{ "generateContent", "GET", "/models", NULL, NULL,
		"{\"models\":[{\"name\":\"models/m\",\"displayName\":\"M\",\"inputTokenLimit\":1000,\"outputTokenLimit\":100,"
		"\"supportedGenerationMethods\":[\"generateContent\"]}]}" },

	{ "responses", "POST", "/responses", STREAMS, EVENTS,
		"event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0,\"response\":{\"id\":\"resp_1\","
		"\"object\":\"response\",\"status\":\"in_progress\",\"model\":\"m\",\"output\":[]}}\n\n"
		"event: response.output_item.added\ndata: {\"type\":\"response.output_item.added\",\"sequence_number\":1,"
		"\"output_index\":0,\"item\":{\"id\":\"msg_1\",\"type\":\"message\",\"status\":\"in_progress\",\"content\":[],"
		"\"role\":\"assistant\"}}\n\n"
		"event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":2,"
		"\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":\"Hello, \"}\n\n"
		"event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":3,"
		"\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":\"w\xC3\xB6rld\"}\n\n"
		"event: response.output_item.done\ndata: {\"type\":\"response.output_item.done\",\"sequence_number\":4,"
		"\"output_index\":0,\"item\":{\"id\":\"msg_1\",\"type\":\"message\",\"status\":\"completed\",\"role\":\"assistant\","
		"\"content\":[{\"type\":\"output_text\",\"annotations\":[],\"text\":\"" TEXT "\"}]}}\n\n"
		"event: response.completed\ndata: {\"type\":\"response.completed\",\"sequence_number\":5,\"response\":{\"id\":"
		"\"resp_1\",\"object\":\"response\",\"status\":\"completed\",\"model\":\"m\",\"output\":[{\"id\":\"msg_1\","
		"\"type\":\"message\",\"status\":\"completed\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\","
		"\"annotations\":[],\"text\":\"" TEXT "\"}]}],\"usage\":{\"input_tokens\":9,\"output_tokens\":3,"
		"\"total_tokens\":12}}}\n\n" },
	{ "responses", "POST", "/responses", NULL, NULL,
		"{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"completed\",\"model\":\"m\",\"output\":[{\"id\":\"msg_1\","
		"\"type\":\"message\",\"status\":\"completed\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\","
		"\"annotations\":[],\"text\":\"" TEXT "\"}]}],\"usage\":{\"input_tokens\":9,\"output_tokens\":3,\"total_tokens\":12}}" },
	{ "responses", "GET", "/models", NULL, NULL,
		"{\"object\":\"list\",\"data\":[{\"id\":\"m\",\"object\":\"model\",\"created\":1,\"owned_by\":\"x\"}]}" },

	{ "ollama", "POST", "/api/chat", "\"stream\":false", NULL,
		"{\"model\":\"m\",\"created_at\":\"2025-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\",\"content\":\"" TEXT "\"},"
		"\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":9,\"eval_count\":3}" },
	{ "ollama", "POST", "/api/chat", NULL, "application/x-ndjson",
		"{\"model\":\"m\",\"created_at\":\"2025-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\",\"content\":\"Hello, \"},"
		"\"done\":false}\n"
		"{\"model\":\"m\",\"created_at\":\"2025-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\",\"content\":\"w\xC3\xB6rld\"},"
		"\"done\":false}\n"
		"{\"model\":\"m\",\"created_at\":\"2025-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},"
		"\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":9,\"eval_count\":3}\n" },
	{ "ollama", "GET", "/api/tags", NULL, NULL,
		"{\"models\":[{\"name\":\"m:latest\",\"model\":\"m:latest\",\"modified_at\":\"2025-01-01T00:00:00Z\",\"size\":1,"
		"\"digest\":\"d\",\"details\":{\"family\":\"llama\",\"parameter_size\":\"8B\"}}]}" },
	{ "ollama", "POST", "/api/show", NULL, NULL,
		"{\"details\":{\"family\":\"llama\"},\"model_info\":{\"general.architecture\":\"llama\",\"llama.context_length\":8192},"
		"\"capabilities\":[\"completion\",\"tools\",\"vision\",\"thinking\"]}" },
	{ "ollama", "GET", "/api/ps", NULL, NULL, "{\"models\":[]}" },
	{ "ollama", "GET", "/api/version", NULL, NULL, "{\"version\":\"0.12.6\"}" },
};

static struct answer answer_of(const struct row *r)
{
	struct answer a = { .method = xstrdup(r->method), .path = xstrdup(r->path), .when = xstrdup(r->when), .status = 200,
		.type = xstrdup(r->type), .body = { xstrdup(r->body), strlen(r->body) }, .n_ends = 1 };
	a.ends = xcalloc(1, sizeof *a.ends);
	a.ends[0] = a.body.n;
	return a;
}

int answers_wire(struct answers *as, size_t i)
{
	const char *last = "";
	size_t wires = 0;

	*as = (struct answers){ .all = xcalloc(sizeof rows / sizeof *rows, sizeof *as->all) };
	for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
		wires += strcmp(rows[k].wire, last) != 0;
		last = rows[k].wire;
		if (wires != i + 1)
			continue;
		as->all[as->n++] = answer_of(&rows[k]);
		as->name = last;
	}
	if (!as->n) {
		answers_free(as);
		return -1;
	}
	as->text = xstrdup(TEXT);
	return 0;
}
