/* SPDX-License-Identifier: MIT */
/*
 * bench/wires: what a piece of a streamed reply costs on each wire, as a ratio to openai in the same run.
 *
 * Each plugin is loaded as hobnob does it and gets a stream of its own API, as servers send it, in pieces of
 * 4 KiB. Measured is all that happens from the bytes to the text: framing, JSON, the wire's reading, the event.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/unit/fake_host.h"

#define PIECES 50000
#define ROUNDS 7
#define PIECE_MOST 512
#define MARK "\x01"

/* A stream: what comes before, one piece of text (MARK: its number), and what comes after. */
static const struct wire {
	const char *plugin, *before, *piece, *after;
} wires[] = {
	{ "openai", "",
		"data: {\"id\":\"chatcmpl-YhyuRuCVVxd9D86lx3lRsgi1\",\"object\":\"chat.completion.chunk\","
		"\"created\":1795402646,\"model\":\"tiny\",\"system_fingerprint\":\"fp_44709d6fcb\",\"choices\":[{\"index\":0,"
		"\"delta\":{\"content\":\" word " MARK "\"},\"logprobs\":null,\"finish_reason\":null}],\"obfuscation\":\"r4N7vQ2m\"}\n\n",
		"data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n" },
	{ "responses",
		"event: response.output_item.added\ndata: {\"type\":\"response.output_item.added\",\"sequence_number\":1,"
		"\"output_index\":0,\"item\":{\"id\":\"msg_1\",\"type\":\"message\",\"status\":\"in_progress\",\"content\":[],"
		"\"role\":\"assistant\"}}\n\n",
		"event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":" MARK ","
		"\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":\" word\",\"logprobs\":[],"
		"\"obfuscation\":\"r4N7vQ2m\"}\n\n",
		"event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\","
		"\"status\":\"completed\",\"output\":[],\"usage\":{\"input_tokens\":11,\"output_tokens\":4,\"total_tokens\":15}}}\n\n" },
	{ "anthropic",
		"event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\","
		"\"role\":\"assistant\",\"content\":[],\"model\":\"m\",\"stop_reason\":null,\"stop_sequence\":null,"
		"\"usage\":{\"input_tokens\":25,\"output_tokens\":1}}}\n\n"
		"event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":"
		"\"text\",\"text\":\"\"}}\n\n",
		"event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
		"\"text_delta\",\"text\":\" word " MARK "\"}}\n\n",
		"event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
		"event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\","
		"\"stop_sequence\":null},\"usage\":{\"output_tokens\":15}}\n\n"
		"event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n" },
	{ "gemini", "",
		"data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\" word " MARK "\"}],\"role\":\"model\"},\"index\":0}],"
		"\"usageMetadata\":{\"promptTokenCount\":9,\"candidatesTokenCount\":2,\"totalTokenCount\":41,"
		"\"thoughtsTokenCount\":30},\"modelVersion\":\"gemini-x\",\"responseId\":\"aB3\"}\n\n",
		"data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}],\"role\":\"model\"},\"finishReason\":\"STOP\","
		"\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":9,\"candidatesTokenCount\":4,\"totalTokenCount\":13}}\n\n" },
	{ "ollama", "",
		"{\"model\":\"m\",\"created_at\":\"2025-10-26T17:15:24.097767Z\",\"message\":{\"role\":\"assistant\",\"content\":"
		"\" word " MARK "\"},\"done\":false}\n",
		"{\"model\":\"m\",\"created_at\":\"2025-10-26T17:15:24.097767Z\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},"
		"\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":11,\"eval_count\":18}\n" },
};

/* Processor time, which other programs do not lengthen. */
static double now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Adds a piece with its number; gives the end. */
static char *add_piece(char *at, const char *piece, int number)
{
	size_t n = strcspn(piece, MARK);
	memcpy(at, piece, n);
	return stpcpy(at + n + snprintf(at + n, 16, "%d", number), piece + n + 1);
}

static hn_str stream_of(const struct wire *w)
{
	char *p = malloc(strlen(w->before) + strlen(w->after) + (size_t)PIECES * PIECE_MOST), *at = p;
	if (!p)
		abort();
	at = stpcpy(at, w->before);
	for (int i = 0; i < PIECES; i++)
		at = add_piece(at, w->piece, i);
	at = stpcpy(at, w->after);
	return (hn_str){ p, (size_t)(at - p) };
}

/* One reply, in ms; ends the program if it is not what was sent. */
static double reply(hn_call *call, const hn_provider *provider, void *self, const char *name)
{
	fake_again(call);
	double begin = now_ms();
	int32_t rc = fake_chat(call, provider, self, "hi", 1);
	double ms = now_ms() - begin;
	if (rc || call->pieces != PIECES || call->finish != HN_FINISH_STOP) {
		fprintf(stderr, "bench/wires: %s ended with %d after %u pieces: %s\n", name, (int)rc, call->pieces, call->message);
		exit(1);
	}
	return ms;
}

/* One wire that is measured. */
struct run {
	const struct wire *wire;
	const hn_provider *provider;
	void *self;
	hn_call call;
	double best; /* ms a reply */
};

/* Loads a plugin and makes an instance; 0: it is not there. */
static int begin(struct run *r, const struct wire *w)
{
	char path[256];
	snprintf(path, sizeof path, ".libs/%s.so", w->plugin);
	void *lib = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	const hn_plugin *(*entry)(void) = lib ? (const hn_plugin *(*)(void))(uintptr_t)dlsym(lib, "hobnob_plugin_v1") : NULL;
	if (!entry)
		return 0;
	*r = (struct run){ .wire = w, .provider = entry()->vtable, .best = 1e18 };
	fake_begin(&r->call);
	fake_string(&r->call, "base_url", "http://127.0.0.1:8080");
	r->call.body = stream_of(w);
	r->call.split = 4096;
	if (r->provider->create(&fake_host, &r->call, &r->self))
		exit(1);
	return 1;
}

static void end(struct run *r)
{
	r->provider->destroy(r->self);
	free((void *)(uintptr_t)r->call.body.p);
	fake_end(&r->call);
}

int main(void)
{
	static struct run runs[sizeof wires / sizeof *wires];
	size_t n = 0;
	for (size_t i = 0; i < sizeof wires / sizeof *wires; i++)
		n += (size_t)begin(&runs[n], &wires[i]);
	/* in turn, so that whatever else the machine does hits all of them */
	for (int round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < n; i++) {
			double ms = reply(&runs[i].call, runs[i].provider, runs[i].self, runs[i].wire->plugin);
			runs[i].best = ms < runs[i].best ? ms : runs[i].best;
		}
	}
	for (size_t i = 0; i < n; i++) {
		printf("%-10s %6.0f ns a piece of a reply, %.2f x %s\n", runs[i].wire->plugin,
			runs[i].best * 1e6 / PIECES, runs[i].best / runs[0].best, runs[0].wire->plugin);
		end(&runs[i]);
	}
	return 0;
}
