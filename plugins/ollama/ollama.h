/* SPDX-License-Identifier: MIT */
/*
 * ollama: Ollama's native API, one JSON document a line. In the order of a call: ask, read, list.
 *
 * An instance is a client and what its options say of each request; it holds nothing of a conversation.
 */
#ifndef HOBNOB_PLUGINS_OLLAMA_H
#define HOBNOB_PLUGINS_OLLAMA_H

#include "wire/body.h"
#include "wire/reply.h"
#include "wire/think.h"
#include "wire/wire.h"

#define OLLAMA_THOUGHT "ollama.thinking" /* the name of the opaque parts with what a model thought */

/* Room that is what hobnob estimates that a request needs; refused: twice as much is asked for. */
#define OLLAMA_ROOM WIRE_OWN

/* How to ask, by the options of the instance. */
struct ollama_style {
	hn_str think;      /* true, false or a level; empty: as the model does by itself */
	hn_str keep_alive; /* a time or a number; empty: as the server is set */
	hn_str options;    /* a JSON object that is merged into the request's options, or empty */
	hn_str extra;      /* the same for all of the request */
	int64_t num_ctx;   /* tokens; 0: by the plan */
};
struct ollama {
	struct wire_client client;
	struct ollama_style style;
};

/* ---- request.c ---- */
/* 0, or fail(): the request holds what this API has no place for. */
int32_t ollama_check(const struct wire_host *, const hn_request *);
/* The body, to be json_object_put; refused: fields that are left out; *sent: bits of what it holds. */
struct json_object *ollama_body(const struct ollama_style *, const hn_request *, uint32_t refused, uint32_t *sent);

/* ---- window.c ---- */
/* The num_ctx of a request where the user says none: tokens. */
int64_t ollama_window(const hn_request *, uint32_t refused);
/* The num_ctx that a body asks for, if it is a limit of the user's or the whole window; 0: no limit, or it is what
 * this request needs, so that another one may ask for more. */
int64_t ollama_limit(const struct ollama_style *, const hn_request *, uint32_t refused, struct json_object *body);
/* Tells the user where the counts of a reply show that num_ctx was full: what was cut off of the prompt, or
 * of the reply, the server does not say. num_ctx, prompt, reply: tokens, -1 unknown; finish: HN_FINISH_*. 0, or
 * what emit() returned. */
int32_t ollama_tell_full(struct wire_reply *, int64_t num_ctx, int64_t prompt, int64_t reply, int32_t finish);

/* ---- reply.c ---- */
struct ollama_reply {
	struct wire_reply w; /* the first member */
	int64_t num_ctx;     /* tokens that the server was asked to make room for; -1 unknown */
	struct wire_think think; /* which part of the content is a thought */
};
void ollama_reply_begin(struct ollama_reply *, const struct wire_host *, int64_t num_ctx);
void ollama_reply_free(struct ollama_reply *); /* what wire_reply_end() leaves */

/* ---- models.c ---- */
/* As the member of hn_provider; self is an instance. */
int32_t ollama_models(void *self, hn_call *, int32_t (*put)(void *ud, const hn_model *), void *ud);

#endif
