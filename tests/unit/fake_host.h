/* SPDX-License-Identifier: MIT */
/*
 * fake_host: a host for one provider at a time, to test it without an engine and without a network.
 *
 * Set options and the answer of the server, make an instance from the plugin's own descriptor,
 * and talk. What the plugin sent and emitted is in the call afterwards. Time is a number that
 * waits add to.
 */
#ifndef HOBNOB_TESTS_FAKE_HOST_H
#define HOBNOB_TESTS_FAKE_HOST_H

#include "hobnob/plugin.h"
#include "util/buf.h"

struct fake_option { const char *key; hn_value value; };

struct hn_call {
	/* what happens */
	struct fake_option options[16];
	size_t n_options;
	int32_t status;           /* of the answer; 0: 200 */
	int64_t retry_after_ms;   /* of the answer */
	const char *location;
	hn_str body;              /* of the answer */
	struct { int32_t status; const char *body; } then; /* the answers after the first one; NULL: as that */
	size_t split;             /* bytes that the reader of events gets at a time; 0: all */
	uint32_t seed;            /* not 0: 1 to `split` bytes at a time, by chance */
	int32_t end;              /* what the request ends with when on_data is content: 0, or an error */
	int32_t emit_fails_at;    /* the emit, from 1, that fails with HN_ERR_OUTPUT; 0: none */
	int64_t cancel_at;        /* time at which the call is cancelled; -1: never */
	int no_http;

	/* what the plugin did: requests */
	unsigned requests;
	char *method, *url, *sent, *headers; /* of the last one; headers as "Name: value\n", a secret as "<text>" */
	uint32_t framing;

	/* what it emitted */
	struct buf text, reasoning, opaque;
	struct buf events;        /* one letter each: t r u f m o x, n notice, p progress, c call, a piece of one, i part */
	struct buf calls;         /* lines: "number id name arguments"; of a part "number flags name mime text" */
	struct buf beside;        /* lines: notices; pieces of calls as calls */
	unsigned pieces;          /* text events */
	hn_usage usage;
	int finish, finishes;
	char *finish_word, *unshown, *model, *upstream;
	int nearly;               /* the last data was answered by HN_NEARLY */

	/* what it said */
	int32_t code, error_status;
	uint32_t error_flags;
	int64_t error_retry_after_ms, error_window, error_prompt, error_max_output;
	int64_t max_tokens;       /* that fake_chat asks for; 0: none */
	uint32_t again;           /* of the answer: HN_FAIL_* that x-should-retry stands for */
	char *message, *hint;
	struct buf log;
	int64_t now;

	void *memory;
	unsigned allocs;          /* pieces of it that were asked for */
	unsigned emits;
};

extern const hn_host fake_host;

void fake_begin(hn_call *);
void fake_end(hn_call *);
/* Forgets what the plugin did, for another call; options and the answer stay. */
void fake_again(hn_call *);

void fake_string(hn_call *, const char *key, const char *value);
void fake_int(hn_call *, const char *key, int64_t value);
void fake_secret(hn_call *, const char *key, const char *value);
/* n pairs, key and value in turn; borrowed. */
void fake_map(hn_call *, const char *key, const hn_str *pairs, uint32_t n);
void fake_body(hn_call *, const char *text);
/* The answer that stands in a file below tests/data: status, Retry-After, and body with its chunks
 * joined. */
void fake_capture(hn_call *, const char *name);

/* chat() with one message of the user, streamed or whole. */
int32_t fake_chat(hn_call *, const hn_provider *, void *self, const char *message, int stream);

#endif
