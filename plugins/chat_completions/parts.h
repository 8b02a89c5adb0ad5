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

#include "think.h"

#define CC_LIGHT 65536        /* bytes that are parsed whatever they hold */
#define CC_COST_CAP 4000000   /* of one document, as cc_cost counts */
#define CC_TOKENS_CAP 1000000000 /* more tokens than this are a server's mistake */
#define CC_DETAILS_CAP 1000000 /* of all reasoning_details of a reply */
#define CC_THOUGHT_CAP 1000000 /* bytes of reasoning that are kept to be handed back */
#define CC_THOUGHT "reasoning_content" /* the name of the opaque parts that hold it */

/* ---- what every part gets: the call and the services of its host ---- */
struct cc_host {
	const hn_host *host;
	hn_call *call;
	const hn_http *http;
	const char *base; /* base_url without slashes at its end and without its query */
	uint32_t sent; /* bits, as from cc_body; 0 where no chat is asked for */
	uint32_t set; /* as sent, with what extra_body added, and what was left out as refused */
	uint32_t streams; /* 1: the reply was asked for as a stream */
	size_t calls; /* of tools, that the request holds */
	int64_t limit; /* of the reply, as the request's own member has it; 0: none was sent */
};
/* a step, for -v */
void cc_log(const struct cc_host *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- json.c: reading what anybody may have sent; every one of these takes NULL ---- */
/* NULL: no object, no such member, or null */
struct json_object *cc_member(struct json_object *o, const char *key);
/* members, separated by dots */
struct json_object *cc_path(struct json_object *o, const char *path);
/* its first element, or NULL */
struct json_object *cc_first(struct json_object *array);
hn_str cc_text(struct json_object *o);                                 /* of a string, else empty */
/* a string's text, anything else as JSON; NULL empty */
hn_str cc_words(struct json_object *o);
/* a plausible number of tokens, else -1 */
int64_t cc_count(struct json_object *o);
int cc_is_true(struct json_object *o);                                /* the word true */
/* USD, number or string, in pico-dollars, else -1 */
int64_t cc_price(struct json_object *o);
/* white space, and a byte order mark in front */
hn_str cc_trim(hn_str s);
int cc_same(hn_str a, hn_str b);
/* The object or list that a text begins with, as servers write them; NULL if there is none, or it
 * is too heavy. To be json_object_put. */
struct json_object *cc_parse(hn_str text);
/* what it takes to parse a text, in some 75 bytes of memory; and whether that is too much */
size_t cc_cost(hn_str s);
int cc_too_heavy(hn_str s);
/* a copy in the place of an earlier one (both freed by being replaced) */
void cc_replace(hn_str *at, hn_str s);

/* ---- message.c: a sentence for a person: white space runs become one space, cut at a whole
 * character ---- */
struct cc_message { size_t n, max; char p[1024]; };
void cc_say(struct cc_message *, hn_str s);
void cc_says(struct cc_message *, const char *s);
void cc_say_number(struct cc_message *, const char *before, int64_t v, const char *after);
/* its title, else its text without the tags; at most 300 bytes */
void cc_say_page(struct cc_message *, hn_str html);
hn_str cc_said(struct cc_message *);

/* ---- request.c: the body ---- */
/* fields that a server may refuse, as bits: of what was sent, and of what was refused */
#define CC_STREAM_OPTIONS 1u
/* refused: the other name of the limit is used, for a limit is always sent */
#define CC_TOKENS 2u
#define CC_TEMPERATURE 4u
#define CC_TOP_P 8u
#define CC_STOP 16u
#define CC_SEED 32u
#define CC_EFFORT 64u
#define CC_DEVELOPER 128u    /* refused: the role is system */
#define CC_STREAM 256u  /* refused: the reply is asked for whole */
#define CC_WHOLE 512u   /* the reply was asked for whole; refused: it is streamed */
#define CC_SEVERAL 2048u /* more than one answer, by extra_body */
#define CC_SYSTEM 1024u /* the system prompt is a message of its own */
/* replies without their reasoning; refused: it goes back with them, as the member of that name */
#define CC_NO_REASONING_CONTENT 4096u
#define CC_NO_REASONING 8192u
/* never left out, since the reply would be another one */
#define CC_SCHEMA 16384u
#define CC_IMAGES 32768u
#define CC_TOOLS 65536u

/* those that the user sets */
#define CC_SETTINGS (CC_TEMPERATURE | CC_TOP_P | CC_STOP | CC_SEED | CC_EFFORT)

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
#define CC_BYTES (1u << HN_PART_IMAGE | 1u << HN_PART_FILE) /* parts that are neither text nor calls */
#define CC_CALL_EXTRA "extra_content" /* a member of a call, and the opaque part behind it */
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
/* 0, or fail(): a schema or `extra` is not a JSON object. */
int32_t cc_check_request(const struct cc_host *, const hn_request *);

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
/* beside.c: what is not text, named for a person */
struct cc_beside {
	struct cc_message told;      /* whatever else came */
	struct cc_message unknown;   /* members that say nothing here: reported if there is no text */
	int unnamed_call;
};
/* calls.c: the calls of tools, as far as they have come */
struct cc_call {
	int64_t index;               /* -1: the server gave none */
	hn_str id, name;             /* copies that the reply owns */
	struct buf arguments;
	size_t last;                 /* where in them the last piece begins */
	uint32_t half;               /* as cc_content.halves */
	struct json_object *extra;   /* what came beside it, or NULL */
};
struct cc_calls {
	struct cc_call *list;
	size_t n, bytes;
	uint32_t told;               /* that were emitted */
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
	int unreported;              /* some text came since the last one */
};
struct cc_came {
	unsigned documents, choices;
	unsigned pieces; /* of text, reasoning, calls, images */
	struct cc_pictures pictures;
};
/* as last reported; copies that the reply owns */
struct cc_by { hn_str model, upstream; };
/* Where a text stands between two pieces. */
struct cc_content {
	struct cc_growth growth;
	struct cc_think think;       /* which part of it is reasoning */
	uint32_t halves[2];          /* of a surrogate pair, waiting: in the text, the reasoning; or 0 */
	struct buf joined;           /* a text with joined halves */
};
struct cc_reasoning {
	/* which member the shown reasoning is from: CC_FROM_*; the other repeats it */
	int from;
	struct json_object *details; /* array: pieces of reasoning_details */
	size_t details_cost;         /* as cc_cost; past the cap no more are kept */
	struct buf thought;          /* what a server may want back, not emitted yet */
	size_t thought_n;            /* bytes of it in all; past the cap no more is kept */
};
/* What is not a reply. */
struct cc_stray {
	/* a document that held no reply, and that no text followed: the last one with words, else the
	 * first of all; or NULL */
	struct json_object *remark;
	int says;                    /* 1: it has words */
	int plain;                   /* 1: the whole answer is words, not JSON */
	hn_str noise;                /* the first thing that was not JSON, and that no text followed */
	struct cc_beside beside;
};
struct cc_finish {
	hn_str word;                 /* the server's; a copy that the reply owns */
	int goes_on;                 /* text came after it */
	int is_null;                 /* a choice came whose finish reason was null, or missing */
	int is_empty;                /* that of the last one was the empty text */
};
struct cc_reply {
	struct cc_host to;
	uint32_t sent;               /* bits, as from cc_body */
	uint32_t refused;            /* the bit that the server refused: the call ends HN_ADAPTED */
	hn_str document;             /* the text of the one that is read */
	int32_t failed;              /* of an error body: what fail() returned */
	int32_t done;                /* [DONE], or a whole reply */
	struct cc_came came;
	struct cc_choices shown;
	struct cc_content text;
	struct cc_reasoning reasoning;
	struct cc_calls calls;
	struct cc_stray stray;
	struct cc_finish finish;
	struct cc_tally tally;       /* what was reported so far */
	struct cc_by by;
};
void cc_reply_begin(struct cc_reply *, const struct cc_host *, uint32_t sent);
/* Emits a piece of the reply, HN_EV_TEXT or HN_EV_REASONING; nothing for an empty one. */
int32_t cc_emit_text(struct cc_reply *, uint32_t type, hn_str text);
/* Takes a piece of the content, in which reasoning may stand between tags. */
int32_t cc_read_text(struct cc_reply *, hn_str piece);
int32_t cc_put_content(void *reply, int reasoning, hn_str piece); /* as cc_think_put */
/* hn_http_request.on_data. */
int32_t cc_reply_data(void *reply, const hn_http_response *, uint32_t kind, hn_str event, hn_str data);
/* Nothing more comes: reads a choice that was held. */
int32_t cc_read_held(struct cc_reply *, const hn_http_response *);
/* What the call ends with, given what the request ended with. Frees what the reply holds. */
int32_t cc_reply_end(struct cc_reply *, int32_t rc, const hn_http_response *);

/* ---- finish.c ---- */
/* HN_FINISH_*: what a server's word for the end means. */
int32_t cc_finish_of(hn_str word);
int cc_is_unfinished(hn_str word); /* 1: it says that there is no end yet */
int cc_is_failure(hn_str word);    /* 1: it says that the server failed, and nothing else */

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

/* ---- surrogates.c ---- */
/* Joins the halves in a piece of text; one at its end waits in *waiting (0: none). Gives the text itself,
 * or out. */
hn_str cc_join_halves(uint32_t *waiting, hn_str text, struct buf *out);
void cc_end_halves(uint32_t *waiting, struct buf *out); /* appends U+FFFD for one that waits */

/* ---- calls.c ---- */
/* Takes the calls, or pieces of calls, of a delta. */
int32_t cc_read_calls(struct cc_reply *, const hn_http_response *, struct json_object *delta);
/* Emits the calls, in the order in which they began. cut: the reply was, so what is not complete is only
 * named. */
int32_t cc_emit_calls(struct cc_reply *, int cut);
void cc_calls_free(struct cc_calls *);

/* ---- pictures.c ---- */
int32_t cc_read_pictures(struct cc_reply *, struct json_object *delta);
/* The same of one part. */
int32_t cc_read_picture(struct cc_reply *, struct json_object *part);

/* ---- beside.c ---- */
void cc_beside_read(struct cc_beside *, struct json_object *delta);
void cc_beside_call(struct cc_beside *, hn_str name); /* of a tool, that is not passed on */
void cc_beside_image(struct cc_beside *);
/* "a call of the tool x"; empty if there was nothing. */
hn_str cc_beside_said(struct cc_beside *, int has_text);

/* ---- usage.c ---- */
/* 1 if the object says anything at all. */
int cc_usage(struct json_object *usage, hn_usage *out);
/* Makes of the reports of a reply what they say together: the last word, but zeros after a count say
 * nothing, and counts that do not grow although text came between them are added up. text: 1 if
 * some came since the report before. */
void cc_usage_add(struct cc_tally *, const hn_usage *report, int text, hn_usage *out);

/* ---- details.c ---- */
/* Joins the pieces that one reasoning block was streamed in; the new array is the caller's. */
struct json_object *cc_join_details(struct json_object *pieces);

/* ---- thought.c ---- */
/* Keeps a piece of reasoning to be handed back. */
void cc_keep_thought(struct cc_reply *, hn_str piece);
/* Emits what was kept since the last time. */
int32_t cc_emit_thought(struct cc_reply *);
/* Adds the reasoning that a message of the model's came with, as that member: empty if it is
 * unknown. */
void cc_add_thought(struct json_object *out, const hn_message *, const char *member);

/* ---- upstream.c ---- */
/* Adds to a message what a router's error says about the upstream server. */
void cc_say_upstream(struct cc_message *, struct json_object *error);
/* 1 if the error says that what was asked was flagged. */
int cc_is_flagged(struct json_object *error);

/* ---- sizes.c ---- */
/* Sets window and prompt by what an error about a prompt that is too long says of them. `error` may
 * be NULL; limit: of the reply, as it was sent (tokens, 0: none). */
void cc_sizes(struct json_object *error, const char *message, int64_t limit, hn_error *out);

/* The tokens that a message says were asked for, where it says that they are more than a rate or limit of
 * *limit lets through at once; else 0. */
int64_t cc_beyond_rate(const char *message, int64_t *limit);

/* ---- find.c ---- */
/* The error that a document holds, whatever its shape, or NULL. `failed`: an error is expected,
 * so any message is one. */
struct json_object *cc_find_error(struct json_object *document, int failed);
/* The words of an error that may be a mere string; empty if it holds none. */
hn_str cc_words_in(struct json_object *error);
/* The list of errors of which a document's error, with these words, is the first; NULL if it is
 * alone. */
struct json_object *cc_find_list(struct json_object *document, struct json_object *error, hn_str first);
/* The words of one object, by the name of the member that holds them, else its first sentence; a string's
 * own, if it is one; empty if there are none. */
hn_str cc_words_of(struct json_object *);
/* The outermost value of a document that holds words, or NULL. */
struct json_object *cc_find_words(struct json_object *document);
/* 1 if a document without choices, of an event of that type, says anything in words but success, or names
 * itself an error: it is one, if no more of the reply comes. */
int cc_says_something(struct json_object *document, hn_str event);
/* 1 if a word, such as an event's type, means that the connection is only kept alive. */
int cc_is_ping(hn_str word);
int cc_is_fault(hn_str word); /* the same of a failure */

/* ---- waits.c ---- */
/* ms that an error's body asks to wait, in a member at any depth or in its message; -1: nothing. */
int64_t cc_wait(struct json_object *document, hn_str message);

/* ---- address.c ---- */
/* Says which base is likelier than this one, and returns 1; 0 if it looks right. */
int cc_likelier_base(hn_str base, struct cc_message *out);

/* ---- scheme.c ---- */
/* 1 if a server that was asked over plain http says, with that status, that it speaks https. */
int cc_wants_https(const struct cc_host *, int32_t status, hn_str said);

/* ---- reply_limit.c ---- */
/* Where an error of the kind and status in *out refuses the reply's limit that was sent (tokens): sets
 * HN_FAIL_REPLY_LIMIT, and max_output or window and prompt as far as the server named them. */
void cc_reply_limit(struct json_object *error, const char *message, int64_t limit, hn_error *out);

/* ---- refused.c ---- */
/* The bit of `sent` that an error refuses, or 0. */
uint32_t cc_refused(struct json_object *document, int32_t status, uint32_t sent);
/* CC_STREAM or CC_WHOLE if an error refuses that, whatever its status; else 0. */
uint32_t cc_refused_stream(struct json_object *document, uint32_t sent);
/* As cc_refused, of an answer in plain words. */
uint32_t cc_refused_words(hn_str words, int32_t status, uint32_t sent);
const char *cc_field(uint32_t bit); /* what a bit stands for, in words */
/* The bits of the members of a body that settings stand for. */
uint32_t cc_bears(struct json_object *body);
/* The setting of those that are set whose value a message is about, or NULL. */
const char *cc_blamed(const char *message, uint32_t set);
/* What to do about a message that is about a schema, an image or tools that were sent; NULL if it is about
 * none. *denies: the server takes none of the kind, however often it is asked. */
const char *cc_advice(hn_str message, uint32_t sent, int *denies);
/* 1 if a message is about the role of the system prompt. */
int cc_refuses_system(hn_str message, int32_t kind);

/* ---- classify.c ---- */
/* The kind of an error; base: the kind of its HTTP status, 0 if there is none; flags: CC_NO_WAIT. */
int32_t cc_kind(struct json_object *error, int32_t base, unsigned flags);
/* The same for an error with that message; error may be NULL. */
int32_t cc_classify(int32_t base, struct json_object *error, hn_str message, unsigned flags);

/* ---- errors.c ---- */
/* Reports what an error says about itself, and what a router's upstream said. */
void cc_say_error(struct cc_message *, struct json_object *error);
/* fail() for an error found in a document; for a body that is not JSON; for an answer that breaks
 * the rules; for one that is plain text where a reply should be: base_url may be another server's. */
int32_t cc_fail_document(const struct cc_host *, const hn_http_response *, struct json_object *document);
int32_t cc_fail_text(const struct cc_host *, const hn_http_response *, hn_str body);
int32_t cc_fail_protocol(const struct cc_host *, const hn_http_response *, const char *what, hn_str about);
int32_t cc_fail_words(const struct cc_host *, const hn_http_response *, hn_str words);

#endif
