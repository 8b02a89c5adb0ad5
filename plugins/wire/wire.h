/* SPDX-License-Identifier: MIT */
/*
 * wire: what the wires of this tree share, whatever they speak: one server and the way to it, the JSON that
 * anybody may have sent, and what an error means. A wire writes the request and reads the reply.
 */
#ifndef HOBNOB_PLUGINS_WIRE_H
#define HOBNOB_PLUGINS_WIRE_H

#include <json-c/json.h>
#include <stdatomic.h>
#include <stdint.h>

#include "hobnob/plugin.h"
#include "util/buf.h"
#include "util/json_new.h"
#include "wire/words.h"

#define WIRE_LIGHT 65536        /* bytes that are parsed whatever they hold */
#define WIRE_COST_CAP 4000000   /* of one document, as wire_cost counts */
#define WIRE_TOKENS_CAP 1000000000 /* more tokens than this are a server's mistake */

/* ---- what a request held ---- */
/* fields that a server may refuse, as bits: of what was sent, and of what was refused */
#define WIRE_TEMPERATURE 1u
#define WIRE_TOP_P 2u
#define WIRE_STOP 4u
#define WIRE_SEED 8u
#define WIRE_EFFORT 16u
#define WIRE_STREAM 32u  /* refused: the reply is asked for whole */
#define WIRE_WHOLE 64u   /* the reply was asked for whole; refused: it is streamed */
#define WIRE_SYSTEM 128u /* the system prompt is a message of its own */
/* never left out, since the reply would be another one */
#define WIRE_SCHEMA 256u
#define WIRE_IMAGES 512u
#define WIRE_TOOLS 1024u
#define WIRE_OWN (1u << 24) /* this and those above are each wire's own */

/* those that the user sets */
#define WIRE_SETTINGS (WIRE_TEMPERATURE | WIRE_TOP_P | WIRE_STOP | WIRE_SEED | WIRE_EFFORT)

/* ---- the dialect: what of a wire is data ---- */
/* How the key is sent: { "Authorization", "Bearer " }. */
struct wire_key { const char *header, *prefix; };
/* A header with the value of an option, where it is set; a list ends with NULL. */
struct wire_header { const char *name, *option; };
#define WIRE_ALONE 1      /* the word says it all; 0: a word of refusal has to stand beside it */
#define WIRE_OTHER_NAME 2 /* as 0, but an error about a range is about the value, unless it holds all names of the bit */
/* A field that servers refuse, by a word that names it. Of two that exclude each other the last one is left
 * out. */
struct wire_field {
	uint32_t bit;
	const char *word;
	const char *path; /* of its member in a body (wire_path); NULL: the word */
	int how;
};
/* What people call a bit that no word of a field tells them, and how hobnob asks instead ("with it"). */
struct wire_way { uint32_t bit; const char *called, *instead; };
struct wire_dialect {
	struct wire_key key;
	const char *what;                /* "the answer is not a chat completion" */
	const char *version;             /* what a base ends with ("/v1"); NULL: it ends with its host */
	const struct wire_field *fields; /* ends with a row of zeros, as ways, which may be NULL */
	const struct wire_way *ways;
	const char *system_hint;         /* what to do where a server refuses the system prompt, or NULL */
	const char *fetch;               /* the command that gets a model that is missing ("x pull"), or NULL */
	uint32_t framing;                /* HN_FRAME_* of a stream */
	/* 1: a document without a reply is of this wire all the same, as one of usage alone; or NULL */
	int (*is_ours)(struct json_object *document);
};

/* ---- what every part gets: the call and the services of its host ---- */
struct wire_host {
	const hn_host *host;
	const struct wire_dialect *dialect;
	hn_call *call;
	const hn_http *http;
	const char *base; /* base_url without slashes at its end and without its query */
	uint32_t sent; /* bits, of what the body holds; 0 where no chat is asked for */
	uint32_t set; /* as sent, with what extra_body added, and what was left out as refused */
	uint32_t streams; /* 1: the reply was asked for as a stream */
	uint32_t answers; /* 1: what came is of a reply, so the address is right */
	size_t calls; /* of tools, that the request holds */
	int64_t limit; /* of the reply, as the request's own member has it; 0: none was sent */
	int64_t window; /* tokens that the request asks the server to make room for; 0: it does not say */
	hn_str model; /* that is asked, where the dialect has a command for it */
};
/* a step, for -v */
void wire_log(const struct wire_host *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- client.c: one server, as an instance knows it ---- */
#define WIRE_MODELS 32 /* of which is known what they refuse */
struct wire_client {
	const hn_host *host;
	const struct wire_dialect *dialect;
	const hn_http *http;
	char *base;  /* base_url without slashes at its end and without its query */
	char *query; /* "?api-version=1", or empty */
	hn_http_header *headers; /* names and values are the client's */
	uint32_t n_headers;
	_Atomic uint64_t learnt[WIRE_MODELS]; /* fields that a model refuses; 0: free */
	_Atomic uint32_t told; /* refusals that the user was told of */
};
/* Reads the options api_key, base_url and headers, and those of more (or NULL), into a zeroed client. The
 * user's own header takes the place of the key's. 0, or fail(). */
int32_t wire_client_open(struct wire_client *, const hn_host *, hn_call *, const struct wire_dialect *,
	const struct wire_header *more);
void wire_client_close(struct wire_client *);
struct wire_host wire_host_of(const struct wire_client *, hn_call *);
/* Sets the URL and the headers of a request to a path below the base ("/models"). The URL lives as long as
 * the call; the headers are borrowed from the client. */
void wire_address(const struct wire_client *, hn_call *, hn_http_request *, const char *path);
/* 1 if a URL's host is one of a list that ends with NULL, or a host below one. */
int wire_host_in(hn_str url, const char *const *hosts);
/* Copies an option of JSON, which is empty if it is not set; object: nothing else is taken. 0, or fail(). */
int32_t wire_option_json(const hn_host *, hn_call *, const char *key, int object, hn_str *out);
/* The fields that this server refuses for a model, as far as it has said so. */
uint32_t wire_refused_by(const struct wire_client *, hn_str model);
/* Remembers a refusal, and tells the user once that a setting is left out. HN_ADAPTED, or what emit()
 * returned. */
int32_t wire_learn(struct wire_client *, const struct wire_host *, hn_str model, uint32_t bit);

/* ---- get.c ---- */
/* Reads a document that was asked for; NULL is never given. What it returns is what wire_get does. */
typedef int32_t (*wire_read)(
	void *ud, const struct wire_host *, const hn_http_response *, struct json_object *document);
/* GETs a path below the base and passes the document to read(), or fail()s: no answer, one that is
 * not JSON, and one that is an error by its status. */
int32_t wire_get(const struct wire_client *, hn_call *, const char *path, wire_read read, void *ud);
/* The same, POSTing a body. */
int32_t wire_post(const struct wire_client *, hn_call *, const char *path, struct json_object *body, wire_read read, void *ud);

/* ---- pages.c ---- */
/* A list that comes in pages, by the path of the first one, which has a query. */
struct wire_pages {
	const char *path, *name; /* name: of the parameter that says which page follows */
	struct buf *next;        /* its value, which read() sets for each page; empty: none follows */
	wire_read read;
	void *ud;                /* read's */
};
/* GETs a page after the other. As wire_get. */
int32_t wire_get_pages(const struct wire_client *, hn_call *, const struct wire_pages *);
/* Appends a text to a URL: all but letters, digits and -._~ percent-encoded. */
void wire_escape(struct buf *url, hn_str text);

/* ---- models.c ---- */
/* A model of which nothing is known but its id. */
hn_model wire_model(hn_str id);
/* A number of tokens at a path; -1: unknown, as one of 0 is. */
int64_t wire_size(struct json_object *model, const char *path);
/* 1 if a list holds that word. */
int wire_lists(struct json_object *array, const char *word);
/* 0, or fail(): a document reports an error, or holds no list. found: it does. */
int32_t wire_check_list(const struct wire_host *, const hn_http_response *, struct json_object *document, int found);
/* Puts the models of a list as OpenAI's GET /models has it. As hn_provider.models. */
int32_t wire_models(
	const struct wire_client *, hn_call *, int32_t (*put)(void *ud, const hn_model *), void *ud);

/* ---- json.c: reading what anybody may have sent; every one of these takes NULL ---- */
/* NULL: no object, no such member, or null */
struct json_object *wire_member(struct json_object *o, const char *key);
/* members, separated by dots */
struct json_object *wire_path(struct json_object *o, const char *path);
/* its first element, or NULL */
struct json_object *wire_first(struct json_object *array);
hn_str wire_text(struct json_object *o);                                 /* of a string, else empty */
/* a string's text, anything else as JSON; NULL empty */
hn_str wire_words(struct json_object *o);
/* a plausible number of tokens, else -1 */
int64_t wire_count(struct json_object *o);
int wire_is_true(struct json_object *o);                                /* the word true */
/* USD, number or string, in pico-dollars, else -1 */
int64_t wire_price(struct json_object *o);
/* white space, and a byte order mark in front */
hn_str wire_trim(hn_str s);
int wire_same(hn_str a, hn_str b);
/* The object or list that a text begins with, as servers write them; NULL if there is none, or it
 * is too heavy. To be json_object_put. */
struct json_object *wire_parse(hn_str text);
/* what it takes to parse a text, in some 75 bytes of memory; and whether that is too much */
size_t wire_cost(hn_str s);
int wire_too_heavy(hn_str s);
int wire_is_object(hn_str text); /* 1: a JSON object */
/* a copy in the place of an earlier one (both freed by being replaced) */
void wire_replace(hn_str *at, hn_str s);

/* ---- message.c: a sentence for a person: white space runs become one space, cut at a whole
 * character ---- */
struct wire_message { size_t n, max; char p[1024]; };
void wire_say(struct wire_message *, hn_str s);
void wire_says(struct wire_message *, const char *s);
void wire_say_number(struct wire_message *, const char *before, int64_t v, const char *after);
/* its title, else its text without the tags; at most 300 bytes */
void wire_say_page(struct wire_message *, hn_str html);
hn_str wire_said(struct wire_message *);

/* ---- finish.c ---- */
/* HN_FINISH_*: what a server's word for the end means. */
int32_t wire_finish_of(hn_str word);
int wire_is_unfinished(hn_str word); /* 1: it says that there is no end yet */
int wire_is_failure(hn_str word);    /* 1: it says that the server failed, and nothing else */

/* ---- usage.c ---- */
/* Reads an object of usage, by whatever names its counts go; those that it does not state are -1. 1 if it says
 * anything at all. */
int wire_usage(struct json_object *usage, hn_usage *out);

/* ---- surrogates.c ---- */
/* Joins the halves in a piece of text; one at its end waits in *waiting (0: none). Gives the text itself,
 * or out. */
hn_str wire_join_halves(uint32_t *waiting, hn_str text, struct buf *out);
void wire_end_halves(uint32_t *waiting, struct buf *out); /* appends U+FFFD for one that waits */

/* ---- upstream.c ---- */
/* Adds to a message what a router's error says about the upstream server. */
void wire_say_upstream(struct wire_message *, struct json_object *error);
/* 1 if the error says that what was asked was flagged. */
int wire_is_flagged(struct json_object *error);

/* ---- sizes.c ---- */
/* Sets window and prompt by what an error about a prompt that is too long says of them. `error` may
 * be NULL; limit: of the reply, as it was sent (tokens, 0: none). */
void wire_sizes(struct json_object *error, const char *message, int64_t limit, hn_error *out);

/* The tokens that a message says were asked for, where it says that they are more than a rate or limit of
 * *limit lets through at once; else 0. */
int64_t wire_beyond_rate(const char *message, int64_t *limit);

/* ---- find.c ---- */
/* The error that a document holds, whatever its shape, or NULL. `failed`: an error is expected,
 * so any message is one. */
struct json_object *wire_find_error(struct json_object *document, int failed);
/* The words of an error that may be a mere string; empty if it holds none. */
hn_str wire_words_in(struct json_object *error);
/* The list of errors of which a document's error, with these words, is the first; NULL if it is
 * alone. */
struct json_object *wire_find_list(struct json_object *document, struct json_object *error, hn_str first);
/* The words of one object, by the name of the member that holds them, else its first sentence; a string's
 * own, if it is one; empty if there are none. */
hn_str wire_words_of(struct json_object *);
/* The outermost value of a document that holds words, or NULL. */
struct json_object *wire_find_words(struct json_object *document);
/* 1 if a document without choices, of an event of that type, says anything in words but success, or names
 * itself an error: it is one, if no more of the reply comes. */
int wire_says_something(struct json_object *document, hn_str event);
/* 1 if a word, such as an event's type, means that the connection is only kept alive. */
int wire_is_ping(hn_str word);
int wire_is_fault(hn_str word); /* the same of a failure */

/* ---- waits.c ---- */
/* ms that an error's body asks to wait, in a member at any depth or in its message; -1: nothing. */
int64_t wire_wait(struct json_object *document, hn_str message);

/* ---- address.c ---- */
/* Says which base is likelier than this one, and returns 1; 0 if it looks right. */
int wire_likelier_base(const struct wire_host *, struct wire_message *out);

/* ---- scheme.c ---- */
/* 1 if a server that was asked over plain http says, with that status, that it speaks https. */
int wire_wants_https(const struct wire_host *, int32_t status, hn_str said);

/* ---- reply_limit.c ---- */
/* Where an error of the kind and status in *out refuses the reply's limit that was sent (tokens): sets
 * HN_FAIL_REPLY_LIMIT, and max_output or window and prompt as far as the server named them. */
void wire_reply_limit(struct json_object *error, const char *message, int64_t limit, hn_error *out);
/* The smallest limit of the reply that a message names, where the one that was sent is smaller; else 0. */
int64_t wire_reply_floor(const char *message, int64_t limit);

/* ---- refused.c ---- */
/* What an error says, as it is, ended by NUL, and as words. Starts as { 0 }. */
struct wire_said { struct wire_message text; struct wire_text words; };
/* Reads what an error says, and what else names a field. */
void wire_read_said(struct wire_said *, struct json_object *error);
int wire_holds_name(const char *text, const char *name); /* 1: standing alone */
int wire_may_refuse(struct json_object *error, int32_t status); /* 1: it is about what was sent */
/* The bit of what was sent that an error refuses, or 0. */
uint32_t wire_refused(const struct wire_host *, struct json_object *document, int32_t status);
/* WIRE_STREAM or WIRE_WHOLE if an error refuses that, whatever its status; else 0. */
uint32_t wire_refused_stream(const struct wire_host *, struct json_object *document);
/* As wire_refused, of an answer in plain words. */
uint32_t wire_refused_words(const struct wire_host *, hn_str words, int32_t status);
const char *wire_field(const struct wire_host *, uint32_t bit); /* what a bit stands for, in words */
const char *wire_way_round(const struct wire_host *, uint32_t bit); /* how hobnob asks instead: "without it" */
/* The bits of the members of a body that settings stand for. */
uint32_t wire_bears(const struct wire_host *, struct json_object *body);
/* The setting of those that are set whose value a message is about, or NULL. */
const char *wire_blamed(const struct wire_host *, const char *message);
/* What to do about a message that is about a schema, an image or tools that were sent; NULL if it is about
 * none. *denies: the server takes none of the kind, however often it is asked. */
const char *wire_advice(hn_str message, uint32_t sent, int *denies);
/* 1 if a message is about the role of the system prompt. */
int wire_refuses_system(hn_str message, int32_t kind);

/* ---- classify.c ---- */
/* The kind of an error; base: the kind of its HTTP status, 0 if there is none; flags: WIRE_NO_WAIT. */
int32_t wire_kind(struct json_object *error, int32_t base, unsigned flags);
/* The same for an error with that message; error may be NULL. */
int32_t wire_classify(int32_t base, struct json_object *error, hn_str message, unsigned flags);

/* ---- errors.c ---- */
/* Reports what an error says about itself, and what a router's upstream said. */
void wire_say_error(struct wire_message *, struct json_object *error);
/* fail() for an error found in a document; for a body that is not JSON; for an answer that breaks
 * the rules; for one that is plain text where a reply should be: base_url may be another server's. what: "the
 * answer is not a chat completion". */
int32_t wire_fail_document(const struct wire_host *, const hn_http_response *, struct json_object *document);
int32_t wire_fail_text(const struct wire_host *, const hn_http_response *, hn_str body);
int32_t wire_fail_protocol(const struct wire_host *, const hn_http_response *, const char *what, hn_str about);
int32_t wire_fail_words(const struct wire_host *, const hn_http_response *, const char *what, hn_str words);

#endif
