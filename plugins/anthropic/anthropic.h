/* SPDX-License-Identifier: MIT */
/*
 * anthropic: the Messages API of Anthropic, and of servers that speak it.
 *
 * A message is a list of blocks: text, images, calls of tools, their results, and blocks that only the server can
 * read: the model's reasoning, and what tools of the server's own found. Those go back as they came and where they
 * stood.
 */
#ifndef HOBNOB_PLUGINS_ANTHROPIC_H
#define HOBNOB_PLUGINS_ANTHROPIC_H

#include "wire/body.h"
#include "wire/reply.h"
#include "wire/wire.h"

/* The opaque parts of a reply, each a block as JSON. */
#define AN_THOUGHT "anthropic.thinking" /* of the types thinking and redacted_thinking */
#define AN_BLOCK "anthropic.block"      /* of any other type that hobnob does not read */

#define AN_MOST_TOKENS 8192    /* the reply's limit where the request has none: the API demands one */
#define AN_LEAST_BUDGET 1024   /* tokens: the API takes no smaller budget for reasoning */

/* What of a request this API alone has, as bits beside WIRE_*: of what was sent, and of what was refused. */
#define AN_BUDGET WIRE_OWN          /* reasoning by a budget; refused: the model decides how much it thinks */
#define AN_ADAPTIVE (WIRE_OWN << 1) /* reasoning as the model decides */
#define AN_NO_THINKING (WIRE_OWN << 2)
#define AN_THOUGHTS (WIRE_OWN << 3) /* blocks of reasoning; refused: replies go back without them */
#define AN_CACHE (WIRE_OWN << 4)    /* marks of what is to be cached */

/* ---- how this server is asked ---- */
struct an_style {
	uint32_t refused;
	uint32_t cache;        /* 1: what is sent again and again is marked */
	uint32_t thinks;       /* 1: the option says how much the model thinks */
	uint32_t pad;
	int64_t thinking;      /* tokens; 0: the model shall not think */
	hn_str extra;          /* JSON object, or empty; the instance's */
};

/* ---- request.c ---- */
/* The body, to be json_object_put; *sent are the bits of what it holds. */
struct json_object *an_body(const struct an_style *, const hn_request *, uint32_t *sent);

/* ---- content.c ---- */
/* The messages, and the blocks of the system prompt (an empty array for no prompt). */
struct json_object *an_messages(const struct an_style *, const hn_request *, uint32_t *sent);
struct json_object *an_system(const hn_request *);
/* 1 if the model waits for results of tools, and the reply that called them holds no reasoning that goes back. */
int an_loops_thoughtless(const struct an_style *, const hn_request *);
/* 0, or fail(): a file, or what a tool gave, is of a type that no block takes. */
int32_t an_check_files(const struct wire_host *, const hn_request *);

/* ---- reply.c ---- */
/* The block that is being filled, where it is one that is kept. */
struct an_block {
	hn_str type;               /* a copy; empty: no block is open */
	struct json_object *start; /* as it began */
	struct buf text, signature, input;
};
struct an_reply {
	struct wire_reply w;       /* the first member */
	struct an_block open;
	struct json_object *usage; /* as reported so far */
	struct json_object *why;   /* stop_details, or NULL */
};
void an_reply_begin(struct an_reply *, const struct wire_host *);
void an_reply_free(struct an_reply *); /* what wire_reply_end() leaves */

/* ---- models.c: as the member of hn_provider ---- */
int32_t an_models(const struct wire_client *, hn_call *, int32_t (*put)(void *ud, const hn_model *), void *ud);

#endif
