/* SPDX-License-Identifier: MIT */
/*
 * reply: reads an answer document by document and judges how it ends. A wire reads one document; what is not
 * one, what broke, and what refuses how it was asked, is the same on all wires.
 */
#ifndef HOBNOB_PLUGINS_REPLY_H
#define HOBNOB_PLUGINS_REPLY_H

#include "wire/wire.h"

/* ---- what came ---- */
/* Calls of tools, as far as they have come. */
struct wire_call {
	int64_t index;               /* -1: the server gave none */
	hn_str id, name;             /* copies that the reply owns */
	struct buf arguments;
	size_t last;                 /* where in them the last piece begins */
	uint32_t half;               /* as wire_reply.halves */
	struct json_object *extra;   /* what came beside it, or NULL */
	const char *extra_name;      /* of the opaque part that it becomes, directly after the call; static */
	int told;                    /* 1: it was emitted, or named as unfinished */
};
struct wire_calls {
	struct wire_call *list;
	size_t n, bytes;
	uint32_t told;               /* that were emitted */
};
/* One piece of a call, borrowed. */
struct wire_piece {
	int64_t index;               /* -1: none */
	hn_str id, name, arguments;
	struct json_object *extra;   /* to be kept beside it, or NULL */
	const char *extra_name;
	size_t first;                /* calls before this one are not from its document */
};
/* What is not text, named for a person. */
struct wire_beside {
	struct wire_message told;      /* whatever else came */
	struct wire_message unknown;   /* members that say nothing here: reported if there is no text */
	int unnamed_call;
};
/* What is not a reply. */
struct wire_stray {
	/* a document that held no reply, and that no text followed: the last one with words, else the
	 * first of all; or NULL */
	struct json_object *remark;
	int says;                    /* 1: it has words */
	int plain;                   /* 1: the whole answer is words, not JSON */
	hn_str noise;                /* the first thing that was not JSON, and that no text followed */
};
struct wire_came {
	unsigned documents;
	unsigned answers; /* documents that are of a reply */
	unsigned pieces;  /* of text, reasoning, calls, images */
};
/* Where a text stands between two pieces. */
struct wire_halves {
	uint32_t waiting[2]; /* halves of a surrogate pair: in the text, in the reasoning; or 0 */
	struct buf joined;   /* a text with joined halves */
};
/* What is handed back with the reply. */
struct wire_kept {
	size_t bytes;       /* of JSON */
	struct buf thought; /* reasoning as text, not emitted yet */
	size_t thought_n;   /* bytes of it in all */
};
/* Who answers, as last reported; copies that the reply owns. */
struct wire_by { hn_str model, upstream; };

struct wire_reply;
/* What a wire does. */
struct wire_reader {
	/* Reads one document: emits what it holds; sets word, done and ending of the reply; counts it in
	 * came.answers, if it is of one. event: its type as server-sent events give it, or empty. Returns
	 * 0, HN_ENOUGH, or what emit() and fail() returned. */
	int32_t (*document)(struct wire_reply *, const hn_http_response *, uint32_t kind, hn_str event,
		struct json_object *);
	/* Nothing more comes: emits what was held back. May be NULL. */
	int32_t (*rest)(struct wire_reply *, const hn_http_response *);
	/* The reply is complete: emits what is known only now; calls that were not emitted follow it. May
	 * be NULL. */
	int32_t (*complete)(struct wire_reply *);
	/* The bit of what was sent that the body of an error refuses, by what only this wire knows; 0: as the fields of the
	 * dialect say. document: a text, where the body is not JSON. May be NULL. */
	uint32_t (*refused)(struct wire_reply *, struct json_object *document, int32_t status);
};

/* A reply, as far as it has come. A wire's own struct begins with it. */
struct wire_reply {
	struct wire_host to;
	const struct wire_reader *reader;
	uint32_t refused;            /* the bit that the server refused: the call ends HN_ADAPTED */
	hn_str document;             /* the text of the one that is read */
	int32_t failed;              /* of an error body: what fail() returned */
	int done;                    /* an end mark came, or a whole reply: nothing that follows is read */
	int ending;                  /* the end was said, and little can follow: the wait for it is short */
	hn_str word;                 /* the server's for the end, empty until it came; a copy that the reply owns */
	struct wire_came came;
	struct wire_halves halves;
	struct wire_calls calls;
	struct wire_kept kept;
	struct wire_stray stray;
	struct wire_beside beside;
	struct wire_by by;
};

/* ---- reply.c ---- */
void wire_reply_begin(struct wire_reply *, const struct wire_host *, const struct wire_reader *);
/* hn_http_request.on_data; ud is the reply. */
int32_t wire_reply_data(void *reply, const hn_http_response *, uint32_t kind, hn_str event, hn_str data);
/* Fails for an error that stands in a document, or remembers that it refuses how it was asked. What it
 * returns is for document() to return. */
int32_t wire_read_failure(struct wire_reply *, const hn_http_response *, struct json_object *document);
/* Keeps a document without a reply: it says why none comes, or no more of it. */
void wire_keep_remark(struct wire_reply *, hn_str event, struct json_object *document);
/* Forgets what was said without being a reply: the reply went on after it. */
void wire_forget_remarks(struct wire_reply *);
/* Sets the word for the end, unless it is empty or says that the end has not come. */
void wire_set_word(struct wire_reply *, hn_str word);

/* ---- emit.c: each emits one event, or returns what emit() returned ---- */
/* HN_EV_TEXT or HN_EV_REASONING; nothing for an empty one. Joins what one piece has half of. */
int32_t wire_emit_text(struct wire_reply *, uint32_t type, hn_str text);
/* The two steps of it. */
hn_str wire_join(struct wire_reply *, uint32_t type, hn_str text);
int32_t wire_emit_joined(struct wire_reply *, uint32_t type, hn_str text);
/* Emits a half that waits for the other one as U+FFFD. */
int32_t wire_emit_halves(struct wire_reply *);
/* What is to be handed back with this message, in its place among the parts. */
int32_t wire_emit_opaque(struct wire_reply *, const char *name, hn_str data);
/* Who answers, whenever that is news. */
int32_t wire_emit_model(struct wire_reply *, hn_str model, hn_str upstream);
/* Counts that are not said are -1. */
int32_t wire_emit_usage(struct wire_reply *, const hn_usage *);
int32_t wire_emit_notice(struct wire_reply *, hn_str text);
/* Bytes in base64 as an image or, by their media type, as a file; nothing for what cannot be read. */
int32_t wire_emit_bytes(struct wire_reply *, hn_str mime, hn_str base64);

/* ---- kept.c: what is handed back, as far as a cap allows ---- */
/* Emits JSON as an opaque part; id: of the call that it is about, or empty. */
int32_t wire_keep(struct wire_reply *, const char *name, struct json_object *, hn_str id);
/* The two steps of it: 1 if so many more bytes are kept, 0 if they are more than the cap; and the event. */
int wire_has_room(struct wire_reply *, size_t n);
int32_t wire_emit_opaque_json(struct wire_reply *, const char *name, struct json_object *, hn_str id);
/* Keeps a piece of reasoning as text, to be emitted before what it led to. */
void wire_keep_thought(struct wire_reply *, hn_str piece);
int32_t wire_emit_thought(struct wire_reply *, const char *name);
/* All of that name in a message, joined in out. */
hn_str wire_thought_of(const hn_message *, const char *name, struct buf *out);

/* ---- calls.c: a call is known by its index, its id, or its place ---- */
#define WIRE_NO_INDEX (-1)
/* Takes a piece, and emits it for show. */
int32_t wire_add_piece(struct wire_reply *, const hn_http_response *, const struct wire_piece *);
/* The last call with that index, or NULL. */
struct wire_call *wire_call_at(struct wire_calls *, int64_t index);
/* Emits a call, unless it was emitted, and what came beside it. cut: the reply was, so a call that is not complete is
 * only named. */
int32_t wire_emit_call(struct wire_reply *, struct wire_call *, int cut);
/* Emits those that were not emitted yet, in the order in which they began. */
int32_t wire_emit_calls(struct wire_reply *, int cut);
void wire_calls_free(struct wire_calls *);

/* ---- beside.c ---- */
/* Adds "before WORD after" to a list, once. */
void wire_beside_name(struct wire_message *list, const char *before, hn_str word, const char *after);
void wire_beside_call(struct wire_beside *, hn_str name); /* of a tool, that is not passed on */
/* "a call of the tool x"; empty if there was nothing. */
hn_str wire_beside_said(struct wire_beside *, int has_text);

/* ---- verdict.c ---- */
/* What the call ends with, given what the request ended with. Frees what the reply holds. */
int32_t wire_reply_end(struct wire_reply *, int32_t rc, const hn_http_response *);

/* ---- ask.c ---- */
/* POSTs a body to a path below the base and has the answer read: all of a chat. HN_ADAPTED: the server refuses
 * the bit `refused` of the reply. */
int32_t wire_exchange(struct wire_client *, struct wire_reply *, const char *path, struct json_object *body);
/* The same, and learns what the server refuses for a model. */
int32_t wire_converse(struct wire_client *, struct wire_reply *, hn_str model, const char *path, struct json_object *body);

#endif
