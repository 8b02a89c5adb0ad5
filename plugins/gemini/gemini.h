/* SPDX-License-Identifier: MIT */
/*
 * gemini: Google's generateContent, as its files share it. In the order of a call: ask, read.
 *
 * A request holds turns of parts; a part is one thing: text, bytes, a call of a function, its response. Thoughts
 * are parts, too. A part may be signed. The signature comes back unmodified beside the part that it came with, or
 * the model forgets its thoughts: so each signed part becomes an opaque part of the message, which stands directly
 * after what it signs.
 */
#ifndef HOBNOB_PLUGINS_GEMINI_H
#define HOBNOB_PLUGINS_GEMINI_H

#include "wire/body.h"
#include "wire/reply.h"
#include "wire/wire.h"

/* ---- what a request held, and a server may refuse: bits beside those of wire.h ---- */
#define GEMINI_FORM WIRE_OWN            /* refused: thinking goes by its other form, a level or a budget */
#define GEMINI_THOUGHTS (WIRE_OWN << 1) /* refused: no thoughts are asked for */
#define GEMINI_UNSIGNED (WIRE_OWN << 2) /* a call without a signature; refused: a word that stands for one goes with it */
#define GEMINI_SIGNED (WIRE_OWN << 3)   /* refused: the same in the place of signatures */
#define GEMINI_LEAST (WIRE_OWN << 4)    /* the least level; refused: the next one */

/* How much a model thinks: a word or a number of tokens. */
struct gemini_thinking {
	hn_str level;   /* minimal, low, medium, high; empty: none */
	int64_t budget; /* tokens; 0: it does not think, -1: as it likes */
	int has_budget;
};

struct gemini_style { /* how to ask this server */
	struct gemini_thinking thinking;
	hn_str extra;     /* a JSON object, or empty */
	uint32_t refused; /* bits */
};

/* ---- request.c ---- */
/* The body, to be json_object_put; *sent are the bits of what it holds. */
struct json_object *gemini_body(const struct gemini_style *, const hn_request *, uint32_t *sent);
/* Reads a level or a budget; 0, or -1 if the text is neither. Borrows the text. */
int gemini_read_thinking(hn_str text, struct gemini_thinking *out);

/* ---- contents.c ---- */
/* The name of the opaque parts. Their data is JSON: a part with its signature, in which a text is its length in
 * bytes, and bytes are left out: both stand before it. What has no place among hobnob's parts is whole. */
#define GEMINI_PART "gemini.part"
/* The turns of a request. */
struct json_object *gemini_contents(const hn_request *, uint32_t refused, uint32_t *sent);
/* A text that belongs to no role: {"parts":[{"text":...}]}. */
struct json_object *gemini_text(hn_str text);

/* ---- reply.c ---- */
extern const struct wire_reader gemini_reader;

/* ---- path.c ---- */
/* What stands between a base and a path: "/v1beta", or nothing where the base ends with a version. */
const char *gemini_version(const char *base);
/* Appends the path to a model, whose name may begin with its kind, and what to do with it (":generateContent"). */
void gemini_model_path(struct buf *out, const char *base, hn_str model, const char *action);

/* ---- models.c ---- */
/* As hn_provider.models. */
int32_t gemini_models(const struct wire_client *, hn_call *, int32_t (*put)(void *ud, const hn_model *), void *ud);

#endif
