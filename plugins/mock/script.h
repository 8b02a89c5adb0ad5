/* SPDX-License-Identifier: MIT */
/* script: the steps that the mock plays, read from a JSON file and checked completely before the
 * first one plays. */
#ifndef HOBNOB_PLUGINS_MOCK_SCRIPT_H
#define HOBNOB_PLUGINS_MOCK_SCRIPT_H

#include <regex.h>
#include <stdatomic.h>

#include "hobnob/plugin.h"
#include "things.h"

struct json_object;

struct step {
	int has_match;
	regex_t match;      /* matches the last user message */
	int64_t times;      /* 0: unlimited */
	_Atomic int64_t used;
	hn_str text;        /* strings are borrowed from the script's JSON */
	hn_str *chunks;     /* or its pieces, as they are emitted */
	size_t n_chunks;
	int has_chunks;
	hn_str reasoning;
	int32_t error;      /* HN_ERR_*, 0: none */
	int32_t status;
	int64_t retry_after_ms;
	hn_str message;
	int64_t cut_after;  /* deltas, -1: never */
	int64_t ttft_ms;    /* -1: as the options say */
	int64_t delta_ms;
	int32_t finish;
	int usage;          /* 0: counted, 1: as given, 2: none */
	hn_usage given;
	int64_t cost;       /* pico-dollars, -1 */
	struct things things;
};

struct script {
	struct json_object *json;
	struct step *steps;
	size_t n;
};

/* Reads a file. The script in *out, or fail() with "FILE:LINE: what is wrong". */
int32_t script_load(const hn_host *, hn_call *, hn_str path, struct script **out);
void script_free(struct script *); /* NULL is fine */
/* The first step that is not used up and matches the message (NUL-terminated); takes one use. NULL
 * if there is none. Any thread. */
struct step *script_next(struct script *, const char *message);

#endif
