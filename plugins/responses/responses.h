/* SPDX-License-Identifier: MIT */
/*
 * responses: what the files of this wire share. OpenAI's Responses API has no list of messages but one of items:
 * messages, calls, results, and reasoning that only the server can read and that it wants back in its place.
 *
 * In the order of a call: ask, read.
 */
#ifndef HOBNOB_PLUGINS_RESPONSES_H
#define HOBNOB_PLUGINS_RESPONSES_H

#include "wire/body.h"
#include "wire/reply.h"

/* ---- names of the opaque parts of a reply ---- */
/* An item as JSON, where it stood: reasoning, and what else is neither text nor a call. */
#define RESPONSES_ITEM "responses.item"
/* What a message has beside its text, as JSON: "phase", "refusal". Its text follows. */
#define RESPONSES_MESSAGE "responses.message"
#define RESPONSES_ID "responses.id" /* by which the server knows the response */
/* What stands between the texts of two messages, since a reader needs it. */
#define RESPONSES_GAP "\n\n"

/* ---- fields that a server may refuse, besides those of all wires ---- */
#define RESPONSES_SUMMARY (WIRE_OWN << 0)  /* summaries of the reasoning */
#define RESPONSES_INCLUDE (WIRE_OWN << 1)  /* reasoning to be handed back */
#define RESPONSES_ITEMS (WIRE_OWN << 2)    /* items that are handed back */
#define RESPONSES_PREVIOUS (WIRE_OWN << 3) /* the id of an earlier response */

/* ---- request.c: the body ---- */
struct responses_style { /* how to ask */
	uint32_t refused;
	int chain; /* 1: the server has what was said before, if it still knows its id */
	int store; /* 1: it keeps the response */
	hn_str extra; /* JSON object, or empty */
};
/* The body, to be json_object_put; *sent are the bits of what it holds. */
struct json_object *responses_body(const struct responses_style *, const hn_request *, uint32_t *sent);

/* ---- items.c ---- */
/* The message of the request with the newest id of a response that is followed by another message; *id is
 * its id. -1: not found. */
int64_t responses_previous(const hn_request *, hn_str *id);
/* The items of the messages from that one on, but for a system prompt. */
struct json_object *responses_items(const hn_request *, uint32_t from, uint32_t refused, uint32_t *sent);

/* ---- reply.c: what comes back ---- */
#define RESPONSES_BY_ENDS 1u /* its texts came whole, each at its end */
struct responses_item {  /* of a response, as far as it has come */
	int64_t index;   /* in its list; -1: the server did not say */
	hn_str id;       /* a copy */
	unsigned came;   /* 1u << HN_EV_*: pieces of it; RESPONSES_BY_ENDS */
	int ended;
};
struct responses_place { /* where in the reply the next text stands */
	int text_before;  /* 1: directly after the text of another message */
	int begins;       /* it is the first of a message */
	int refuses;      /* it is a refusal */
	hn_str phase;     /* of the message; a copy */
};
#define RESPONSES_OF_SUMMARY 1u /* reasoning may come as a summary, as its own text, or both */
#define RESPONSES_OF_CONTENT 2u
struct responses_thought {
	uint32_t from;    /* which of them is shown: RESPONSES_OF_*; 0: none came */
	int gap;          /* a new one begins */
};
struct responses_reply {
	struct wire_reply wire; /* first */
	hn_str previous;        /* the id that the request named, or empty; borrowed */
	int chain;              /* the id of the response is kept */
	hn_str id;              /* a copy */
	int continues;          /* the server says that it knows the earlier one */
	int refuses;            /* there was a refusal */
	struct responses_item *items;
	size_t n_items;
	struct responses_place place;
	struct responses_thought thought;
};
void responses_begin(struct responses_reply *, const struct wire_host *);
void responses_free(struct responses_reply *);

/* ---- end.c: the items of a reply, when they end ---- */
/* Emits a piece of the text, or of a refusal. */
int32_t responses_text(struct responses_reply *, hn_str piece, int refusal);
/* Emits a piece of the reasoning; from: RESPONSES_OF_*. */
int32_t responses_thought(struct responses_reply *, uint32_t from, hn_str piece);
/* Emits what of an item did not come in pieces, and keeps what is to be handed back. */
int32_t responses_item_end(struct responses_reply *, const hn_http_response *, struct responses_item *, struct json_object *);
/* Takes what an item says when it begins. */
int32_t responses_item_begin(struct responses_reply *, const hn_http_response *, struct responses_item *, struct json_object *);

#endif
