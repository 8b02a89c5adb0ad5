/* SPDX-License-Identifier: MIT */
/* parts: what the codec's files share; plugins use codec.h. In the order of a call: ask, read,
 * judge. */
#ifndef HOBNOB_PLUGINS_PARTS_H
#define HOBNOB_PLUGINS_PARTS_H

#include <json-c/json.h>
#include <stdint.h>

#include "hobnob/plugin.h"
#include "util/buf.h"
#include "util/json_new.h"
#include "wire/body.h"
#include "wire/reply.h"
#include "wire/think.h"
#include "wire/wire.h"

#define CC_DETAILS_CAP 1000000 /* of all reasoning_details of a reply */
#define CC_THOUGHT "reasoning_content" /* the name of the opaque parts that hold it */

/* ---- what a request held, and a server may refuse: bits beside those of wire.h ---- */
#define CC_STREAM_OPTIONS WIRE_OWN
#define CC_TOKENS (WIRE_OWN << 1)    /* refused: the other name of the limit is used, for a limit is always sent */
#define CC_DEVELOPER (WIRE_OWN << 2) /* refused: the role is system */
/* replies without their reasoning; refused: it goes back with them, as the member of that name */
#define CC_NO_REASONING_CONTENT (WIRE_OWN << 3)
#define CC_NO_REASONING (WIRE_OWN << 4)
#define CC_SEVERAL (WIRE_OWN << 5)   /* more than one answer, by extra_body; never refused */

/* ---- request.c: the body ---- */
struct cc_addition { const char *member; hn_str value; }; /* JSON */
struct cc_style {            /* how to ask this server */
	uint32_t refused;
	uint32_t completion_tokens; /* 1: the limit is called max_completion_tokens */
	uint32_t developer;         /* 1: the role of a system prompt is developer */
	uint32_t in_question; /* 1: the system prompt is put into the first question */
	uint32_t usage;             /* 1: stream_options.include_usage */
	uint32_t images; /* 1: a message of the model's may hold images */
	uint32_t n_sets;
	struct cc_addition *sets;
	hn_str extra, reasoning;    /* JSON objects, or empty */
};
/* The body, to be json_object_put; *sent are the bits of what it holds. */
struct json_object *cc_body(const struct cc_style *, const hn_request *, uint32_t *sent);

/* ---- content.c ---- */
#define CC_CALL_EXTRA "extra_content" /* a member of a call, and the opaque part after it */
/* The content of a message; system: the prompt that goes in front of it, or NULL. */
struct json_object *cc_content(const hn_message *system, const hn_message *);
/* Adds the calls of a message to it. */
void cc_add_calls(struct json_object *out, const hn_message *);
/* Appends the images and files of a message of the model's to a list of parts. */
void cc_add_images(struct json_object *list, const hn_message *);
/* Appends a message for each result of a tool; to `later`, a list of parts, what of them is not text. */
void cc_add_results(struct json_object *messages, const hn_message *, struct json_object *later);

/* ---- tools.c ---- */
/* Adds the tools of a request, and which of them may be called. */
void cc_add_tools(struct json_object *body, const hn_request *);
/* The response_format of a request's schema. */
struct json_object *cc_format(const hn_request *);

/* ---- demands.c: as the member of wire_reader ---- */
uint32_t cc_demands(struct wire_reply *, struct json_object *document, int32_t status);

/* ---- reply.c: what comes back ---- */
#define CC_FROM_TEXT 1    /* reasoning, or reasoning_content */
#define CC_FROM_DETAILS 2 /* reasoning_details */
/* growth.c: deltas that hold all of the text so far */
struct cc_growth {
	int state;
	unsigned deltas, times;      /* that came; that held all before them */
	size_t given, repeated;      /* bytes */
	struct buf all, held;        /* the last delta; what waits for the decision */
};
/* pictures.c: hashes of the addresses that came */
#define CC_PICTURES 64
struct cc_pictures { uint64_t seen[CC_PICTURES]; size_t n; };
/* choice.c: which answer is shown */
enum cc_shown {
	CC_SHOWN_UNKNOWN, /* nothing has come but what is held */
	CC_SHOWN_FIRST,   /* the one with the index 0 */
	CC_SHOWN_ONE,     /* the one with another index */
	CC_SHOWN_ALL      /* the index means nothing */
};
struct cc_choices {
	enum cc_shown state;
	int others;                  /* text of another answer than that one came */
	int64_t index;               /* of the first choice that came, where it is not 0 */
	struct json_object *held;    /* that one, until the next says what its index means; or NULL */
};
struct cc_tally {                   /* zero-initialise */
	unsigned reports;
	int64_t pairs, level;        /* completions with text between them; those that did not grow */
	int64_t before;              /* sum of the completions before the last */
	hn_usage all;
	unsigned pieces;             /* that had come when the last one did */
};
/* Where a text stands between two pieces. */
struct cc_content {
	struct cc_growth growth;
	struct wire_think think;       /* which part of it is reasoning */
};
struct cc_reasoning {
	/* which member the shown reasoning is from: CC_FROM_*; the other repeats it */
	int from;
	struct json_object *details; /* array: pieces of reasoning_details */
	size_t details_cost;         /* as wire_cost; past the cap no more are kept */
};
struct cc_finish {
	int goes_on;                 /* text came after it */
	int is_null;                 /* a choice came whose finish reason was null, or missing */
	int is_empty;                /* that of the last one was the empty text */
};
struct cc_reply {
	struct wire_reply w;         /* the first member */
	struct cc_pictures pictures;
	struct cc_choices shown;
	struct cc_content text;
	struct cc_reasoning reasoning;
	struct cc_finish finish;
	struct cc_tally tally;       /* what was reported so far */
};
/* As the member of wire_reader. */
int32_t cc_read_document(struct wire_reply *, const hn_http_response *, uint32_t kind, hn_str event, struct json_object *);
/* Emits a piece of the reply, HN_EV_TEXT or HN_EV_REASONING; nothing for an empty one. */
int32_t cc_emit_text(struct cc_reply *, uint32_t type, hn_str text);
/* Takes a piece of the content, in which reasoning may stand between tags. */
int32_t cc_read_text(struct cc_reply *, hn_str piece);
int32_t cc_put_content(void *reply, int reasoning, hn_str piece); /* as wire_think_put */
/* Nothing more comes: reads a choice that was held. */
int32_t cc_read_held(struct cc_reply *, const hn_http_response *);

/* ---- reading.c ---- */
void cc_reply_begin(struct cc_reply *, const struct wire_host *);
void cc_reply_free(struct cc_reply *); /* what wire_reply_end() leaves */

/* ---- choice.c ---- */
/* The choice of a document that is shown, borrowed, or NULL. alone: no other document comes, so nothing is
 * held. *before: one that came earlier and is shown before it, the caller's to put; or NULL. */
struct json_object *cc_shown_choice(
	struct cc_choices *, struct json_object *document, int alone, struct json_object **before);
/* The choice that is held, now the caller's; or NULL. */
struct json_object *cc_held_choice(struct cc_choices *);
void cc_choices_free(struct cc_choices *);

/* ---- growth.c ---- */
/* What of a delta is new: a part of it, or with what was held back before. Borrowed until the next call,
 * and as long as the delta. */
hn_str cc_growth_feed(struct cc_growth *, hn_str delta);
hn_str cc_growth_end(struct cc_growth *); /* the text has ended: what was held back */
int cc_growth_is_cumulative(const struct cc_growth *);
void cc_growth_free(struct cc_growth *);

/* ---- calls.c ---- */
/* Takes the calls, or pieces of calls, of a delta. */
int32_t cc_read_calls(struct cc_reply *, const hn_http_response *, struct json_object *delta);
/* ---- pictures.c ---- */
int32_t cc_read_pictures(struct cc_reply *, struct json_object *delta);
/* The same of one part. */
int32_t cc_read_picture(struct cc_reply *, struct json_object *part);

/* ---- beside.c ---- */
void cc_beside_read(struct wire_beside *, struct json_object *delta);
void cc_beside_image(struct wire_beside *);

/* ---- tally.c ---- */
/* Makes of the reports of a reply what they say together: the last word, but zeros after a count say
 * nothing, and counts that do not grow although text came between them are added up. text: 1 if
 * some came since the report before. */
void cc_usage_add(struct cc_tally *, const hn_usage *report, int text, hn_usage *out);

/* ---- details.c ---- */
/* Joins the pieces that one reasoning block was streamed in; the new array is the caller's. */
struct json_object *cc_join_details(struct json_object *pieces);

/* ---- thought.c ---- */
/* Emits what was kept since the last time. */
int32_t cc_emit_thought(struct cc_reply *);
/* Adds the reasoning that a message of the model's came with, as that member: empty if it is
 * unknown. */
void cc_add_thought(struct json_object *out, const hn_message *, const char *member);

#endif
