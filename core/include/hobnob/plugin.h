/* SPDX-License-Identifier: MIT */
/*
 * hobnob/plugin.h - the whole contract between hobnob and a plugin.
 *
 * A plugin is a shared object that exports one function, hobnob_plugin_v1(). It describes itself
 * with static const data: a provider (who answers) or a frontend (how a person or a program talks).
 *
 * Contents, in the order in which the author of a provider needs them: plain types - the
 * descriptor - options - providers - requests - events - errors - the host - hobnob.http/1 - other
 * services. Frontends only: sessions - hobnob.relay/1 - commands - frontends.
 * hobnob/easy.h has shortcuts for all of this; it is not a part of the contract.
 *
 * Ownership: each side frees what it allocated and never frees what the other side allocated.
 * Inputs are borrowed for the call; whoever keeps one copies it.
 *
 * Text: strings of the descriptor, the names in `key`, `kind`, `id` and `method` arguments are
 * NUL-terminated literals. All other text is a hn_str: UTF-8 with a length, which may contain NUL
 * bytes. Money is int64 in pico-dollars (10^-12 USD). Times are ms. Sizes are bytes.
 *
 * Sizes: whoever makes a struct writes its own sizeof into struct_size first, also into one that
 * the other side fills. The other side reads and writes no more than that. A struct_size smaller
 * than the struct had in 1.0 is an error of the maker's, and hobnob refuses it by name.
 *
 * Zero: a member that you leave zero says nothing. Where zero is also a value, a `set` word says
 * which members count: a usage with only `prompt` set reports no cost, not a cost of 0.
 *
 * Growth: structs grow at their end only and never end in padding; members are never reordered,
 * retyped or used for something else. A struct that ends in a pointer grows by a pointer or by two
 * uint32_t. Arrays carry a stride. hn_str, hn_env and hn_pollfd never grow. Check HN_HAS before
 * you read a member that came after 1.0.
 *
 * What is unknown: reserved members, `pad` members and undefined flags are 0. An event type that
 * the reader does not know is skipped; an unknown finish reads as HN_FINISH_UNKNOWN; a part is not
 * sent to a plugin that does not accept it; an unknown error code reads as HN_ERR_PLUGIN with its
 * message kept. A plugin that cannot do without a flag, type or code of a later minor version says
 * so in need_minor. Ids "hobnob.*" are hobnob's own; others begin with a domain of their author. A
 * service's number rises only when its table breaks.
 *
 * Threads: each function has a tag.
 *   [any]     any thread, at any time while the plugin is loaded
 *   [call]    the thread that the call came on, until the call returns. With
 *             HN_PROVIDER_BLOCKS: any thread, but one at a time, until the call returns
 *   [create]  inside create() only, on its thread
 *   [session] the session's thread, see hn_session_api
 *   [signal]  any thread, and signal handlers
 * While you are inside a host function, another call on your instance may begin or continue, even
 * on this very thread: hold no lock across one, and keep nothing in thread-local storage across
 * one. A call has a stack of at least 256 KiB.
 */
#ifndef HOBNOB_PLUGIN_H
#define HOBNOB_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- plain types ---- */

#define HN_ABI_MAJOR 1u /* must be equal on both sides */
/* of this header; a plugin states the minor version that it needs, not this one */
#define HN_ABI_MINOR 0u

#define HN_END_(T, m) (offsetof(T, m) + sizeof(((const T *)0)->m))
/* True if *p is long enough to have member m; the other side has set its struct_size. */
#define HN_HAS(p, T, m) ((p)->struct_size >= HN_END_(T, m))
/* The same, and the function pointer is set. */
#define HN_HAS_FN(p, T, m) (HN_HAS(p, T, m) && (p)->m)
/* The same for an element of an array with a stride. */
#define HN_HAS_AT(stride, T, m) ((stride) >= HN_END_(T, m))
/* Element i of an array with a stride. */
#define HN_AT(T, base, stride, i) ((const T *)((const char *)(base) + (size_t)(i) * (stride)))

/* bytes and their number; p may be NULL if n is 0 */
typedef struct hn_str { const char *p; size_t n; } hn_str;
/* one running call: a create(), an attempt at a reply, a listing */
typedef struct hn_call hn_call;
typedef struct hn_session hn_session; /* one conversation */
/* a handle for a secret; its value never crosses the boundary */
typedef struct hn_secret hn_secret;

/* ---- the descriptor ---- */

typedef struct hn_option hn_option;

#define HN_TYPE_PROVIDER 1u
#define HN_TYPE_FRONTEND 2u

typedef struct hn_plugin {
	uint32_t struct_size;
	uint32_t abi_major;  /* HN_ABI_MAJOR */
	uint32_t need_minor; /* the lowest minor version of the host that the plugin works with */
	uint32_t type;       /* HN_TYPE_* */
	uint32_t flags;      /* none in 1.0 */
	uint32_t n_options;
	uint32_t option_stride;
	uint32_t pad;
	const char *name;    /* the file name without .so: NAME.so */
	const char *version;
	const char *summary; /* one line */
	const char *license; /* SPDX */
	const hn_option *options;
	const void *vtable;  /* a const hn_provider or a const hn_frontend */
} hn_plugin;

#if defined(__GNUC__)
#define HN_EXPORT __attribute__((visibility("default")))
#else
#define HN_EXPORT
#endif

/* The one exported function. It has no side effects and returns the same static const data each
 * time. [any] */
HN_EXPORT const hn_plugin *hobnob_plugin_v1(void);

/* ---- options: declared, not read ---- */

#define HN_OPT_STRING 1u
#define HN_OPT_INT 2u
#define HN_OPT_NUMBER 3u
#define HN_OPT_BOOL 4u
/* hobnob removes slashes at its end. Where `initial` is a plain http URL, the user may write an address, as
 * in host:port: hobnob takes from it what is missing. */
#define HN_OPT_URL 5u
#define HN_OPT_PATH 6u /* hobnob writes HOME for a ~ before its first slash */
#define HN_OPT_ENUM 7u /* one of the words in `values` */
#define HN_OPT_LIST 8u
#define HN_OPT_MAP 9u
#define HN_OPT_JSON 10u /* any JSON value, or a mapping of the config file */

#define HN_OPTION_REQUIRED 1u /* create() is not called without it */
/* option() gives a handle; hobnob adds KEY_command and KEY_file by itself */
#define HN_OPTION_SECRET 2u
#define HN_OPTION_ENDPOINT 4u /* the URL that secrets are bound to; one per plugin */
/* It changes where or how a secret travels, as a header or a proxy does. A .env file that hobnob
 * found in the working directory sets it only if that file also holds the secret. */
#define HN_OPTION_STEERS 8u
/* REQUIRED and the default apply only while the endpoint is the plugin's own default: a key is
 * required for the service itself, but not for a server of the user's own. */
#define HN_OPTION_AT_HOME 16u
/* It names a program, a file or a socket. Only the user's own sources set it, never a .env file
 * that hobnob found in the working directory. PATH implies it. */
#define HN_OPTION_OWN 32u

/* An environment variable that may supply an option; a value without the prefix is ignored. prefix
 * may be NULL: any value. */
typedef struct hn_env { const char *name; const char *prefix; } hn_env;

/* The key "model" is special: the general setting `model` and -m set it, too, and hobnob passes
 * the model that it chose in each request. Customary are also "api_key", "base_url" and "headers":
 * HN_API_KEY, HN_BASE_URL, HN_MODEL and HN_HEADERS of easy.h declare all four. */
struct hn_option {
	uint32_t type;  /* HN_OPT_* */
	uint32_t flags; /* HN_OPTION_* */
	uint32_t n_env; /* elements of env */
	uint32_t pad;
	const char *key;     /* lower case, [a-z0-9_]+ */
	const char *initial; /* the default as text, or NULL */
	const char *values;  /* ENUM: the words, separated by one space; else NULL */
	/* SECRET: "PREFIX HOST": a value that begins with PREFIX is never sent to HOST; or NULL */
	const char *forbid;
	const char *help;    /* one line */
	/* in order; they apply only to the instance named after the plugin */
	const hn_env *env;
};

/* The value of an option. Borrowed until create() returns, but the secret until destroy(). */
typedef struct hn_value {
	uint32_t struct_size;
	uint32_t type; /* HN_OPT_* */
	int64_t i;     /* INT; BOOL as 0 or 1 */
	double d;      /* NUMBER */
	/* STRING URL PATH ENUM; JSON as JSON text; LIST and MAP as JSON text too */
	hn_str s;
	const hn_secret *secret; /* SECRET; NULL: no value */
	const hn_str *items;     /* LIST: n values. MAP: n pairs, key and value alternating */
	uint32_t n;
	uint32_t is_set; /* 0: no value was given and there is no default */
} hn_value;

/* ---- providers ---- */

typedef struct hn_host hn_host;
typedef struct hn_request hn_request;
typedef struct hn_model hn_model;
typedef struct hn_credit hn_credit;

/* chat(), models() and credit() compute or wait by themselves: hobnob runs each on a thread of its
 * own. */
#define HN_PROVIDER_BLOCKS 1u

/* chat(): "I changed how I ask; call me again now", after a server refused a member of the request.
 * Once per member, at most three times per turn. It says what it left out by HN_EV_NOTICE. */
#define HN_ADAPTED 100

/* An instance keeps no conversation state and is safe for several calls at once. create, destroy
 * and chat are required. */
typedef struct hn_provider {
	uint32_t struct_size;
	uint32_t flags; /* HN_PROVIDER_* */
	/* bits 1 << HN_PART_*: the parts that chat() sends on. hobnob refuses a request with another
	 * part by name. OPAQUE needs no bit: it comes from the same plugin. 31 is the last type. */
	uint32_t accepts;
	/* HN_SET_*: what of a request chat() passes on. hobnob refuses the others by name, before
	 * it calls chat(). */
	uint32_t heeds;
	/* Makes an instance from its options. 0, or fail(); if it fails, destroy() is not called,
	 * even if *self is set. No network. Any thread, but never two at once in one plugin. */
	int32_t (*create)(const hn_host *, hn_call *, void **self);
	/* Frees an instance; no call is running. Any thread, as create(). */
	void (*destroy)(void *self);
	/* One attempt at one reply. 0 after HN_EV_FINISH was emitted, HN_ADAPTED, or fail(). A reply
	 * without FINISH is reported as truncated. A failure after FINISH is logged, and the reply
	 * stands, unless nothing of one was emitted. It never retries and never sleeps. Other
	 * positive values are reserved. Any thread, several at once. */
	int32_t (*chat)(void *self, hn_call *, const hn_request *);
	/* Optional: calls put() for each available model. 0, put()'s return value if that was not
	 * 0, or fail(). Any thread, several at once. */
	int32_t (*models)(void *self, hn_call *, int32_t (*put)(void *ud, const hn_model *), void *ud);
	/* Optional: asks what the account may still spend. 0, or fail(). Any thread. */
	int32_t (*credit)(void *self, hn_call *, hn_credit *out);
} hn_provider;

/* which members of a hn_model the list states */
#define HN_MODEL_CONTEXT 1u
#define HN_MODEL_MAX_OUTPUT 2u
#define HN_MODEL_PRICE_INPUT 4u
#define HN_MODEL_PRICE_OUTPUT 8u
#define HN_MODEL_PRICE_CACHED 16u
#define HN_MODEL_PRICE_CACHE_WRITE 32u
#define HN_MODEL_ACCEPTS 64u
#define HN_MODEL_HEEDS 128u

/* One entry of a provider's list of models; prices in pico-dollars per token. */
struct hn_model {
	uint32_t struct_size;
	uint32_t set;       /* HN_MODEL_*: which of the members below the list states */
	int64_t context;    /* tokens */
	int64_t max_output; /* tokens */
	int64_t price_input;
	int64_t price_output;
	int64_t price_cached;
	int64_t price_cache_write;
	uint32_t accepts; /* bits 1 << HN_PART_*, as in hn_provider, of this model */
	/* HN_SET_*, as in hn_provider, of this model. TEMPERATURE, TOP_P, SEED, STOP and EFFORT are
	 * sent nevertheless, with a notice: lists are often incomplete. */
	uint32_t heeds;
	hn_str id;        /* required */
	hn_str name;
};

#define HN_CREDIT_UNLIMITED 1u /* the key has no limit of its own */

/* What an account may still spend, in pico-dollars. hobnob fills it with -1, unknown, before the
 * call. */
struct hn_credit {
	uint32_t struct_size;
	uint32_t flags; /* HN_CREDIT_* */
	int64_t left;
	int64_t limit;  /* `left` is what remains of it */
	int64_t used;   /* spent so far with this key */
};

/* ---- requests ---- */

#define HN_ROLE_SYSTEM 1u
#define HN_ROLE_USER 2u
#define HN_ROLE_ASSISTANT 3u
#define HN_ROLE_TOOL 4u /* its parts are TOOL_RESULTs */

#define HN_PART_TEXT 1u
/* A provider's own bytes, with their name. They return with their message, and in their place
 * among its parts, to the same instance and model. */
#define HN_PART_OPAQUE 2u
#define HN_PART_IMAGE 3u       /* data: the bytes; mime: image/png and the like; name: may be empty */
#define HN_PART_FILE 4u        /* the same for another type; audio is a FILE */
#define HN_PART_TOOL_CALL 5u   /* id, name: of the tool; data: the arguments, JSON text */
#define HN_PART_TOOL_RESULT 6u /* id: of the call; name: of the tool; data: text, or as mime says */

#define HN_PARTFLAG_URL 1u   /* IMAGE, FILE: data is a URL instead of the bytes */
#define HN_PARTFLAG_ERROR 2u /* TOOL_RESULT: the tool failed; data says why */

typedef struct hn_part {
	uint32_t type;  /* HN_PART_* */
	uint32_t flags; /* HN_PARTFLAG_* */
	hn_str id;
	hn_str name;
	hn_str mime;
	hn_str data;
} hn_part;

/* The parts of a reply stand in the order in which they were emitted; text between two others is
 * one TEXT part. An OPAQUE part belongs to the place where it stands: a provider emits it directly
 * before or after what it is about, and gets it back there. */
typedef struct hn_message {
	uint32_t role;  /* HN_ROLE_* */
	uint32_t flags; /* none in 1.0 */
	uint32_t n_parts;
	uint32_t part_stride;
	uint64_t id;    /* never 0; unique in its conversation */
	hn_str text;    /* derived: all TEXT parts joined */
	const hn_part *parts;
	const void *pad;
} hn_message;

/* A tool that the model may call. */
typedef struct hn_tool {
	hn_str name;
	hn_str description;
	hn_str schema; /* of its arguments: JSON Schema as text; empty: none */
} hn_tool;

#define HN_CHOICE_AUTO 0u     /* the model decides whether to call a tool */
#define HN_CHOICE_NONE 1u     /* it calls none */
#define HN_CHOICE_REQUIRED 2u /* it calls one or more */
#define HN_CHOICE_NAMED 3u    /* it calls tool_name */

/* which members of a request the user or the core has set, and which settings a provider heeds */
#define HN_SET_MAX_TOKENS 1u
#define HN_SET_TEMPERATURE 2u
#define HN_SET_TOP_P 4u
#define HN_SET_SEED 8u
#define HN_SET_STOP 16u
#define HN_SET_EFFORT 32u
#define HN_SET_TOOLS 64u
#define HN_SET_TOOL_CHOICE 128u
#define HN_SET_SCHEMA 256u
#define HN_SET_EXTRA 512u

#define HN_REQUEST_STREAM 1u /* ask for a stream; without it, emitting pieces is still welcome */
/* Send nothing and start nothing. A provider that asks hobnob.http/1 continues as usual, and is
 * stopped there; any other returns 0 at once. */
#define HN_REQUEST_DRY 2u

/* What to ask. There is at least one message; the system prompt is message 0 or absent. Two
 * neighbours may have the same role: a provider whose API wants turns merges them. */
struct hn_request {
	uint32_t struct_size;
	uint32_t flags;       /* HN_REQUEST_* */
	uint32_t set;         /* HN_SET_*; do not send what is not set */
	uint32_t n_messages;
	uint32_t message_stride;
	uint32_t n_stop;
	uint32_t n_tools;
	uint32_t tool_stride;
	uint32_t tool_choice; /* HN_CHOICE_* */
	uint32_t pad;
	/* the reply's limit, in tokens, including reasoning. hobnob sets one where the user did not. */
	int64_t max_tokens;
	int64_t seed;
	double temperature;
	double top_p;
	int64_t window;       /* the model's context window, in tokens; 0: unknown */
	int64_t prompt;       /* tokens of this request, as hobnob estimates it; 0: unknown */
	hn_str model;
	hn_str conversation;  /* the same text for all turns of one conversation; may be empty */
	hn_str reasoning_effort;
	hn_str tool_name;     /* HN_CHOICE_NAMED */
	hn_str schema_name;   /* [A-Za-z0-9_-]+, never empty with HN_SET_SCHEMA */
	hn_str schema;        /* JSON Schema as text: the reply has to be JSON by it */
	hn_str extra;         /* a JSON object to merge into the request, where the API allows */
	const hn_message *messages;
	const hn_str *stop;
	const hn_tool *tools;
	const void *pad_p;
};

/* ---- events: what a provider emits ---- */

/* text: a piece of the reply, which may split a UTF-8 character; the core joins the pieces */
#define HN_EV_TEXT 1u
#define HN_EV_REASONING 2u /* text: a piece of the reasoning */
#define HN_EV_USAGE 3u     /* usage: replaces what was reported before */
/* finish; text: the server's own word for it. The first one counts. After it the core drops TEXT,
 * REASONING, TOOL_CALL, TOOL_PIECE and PART. */
#define HN_EV_FINISH 4u
/* text: the model that actually answers; name: the upstream, may be empty */
#define HN_EV_MODEL 5u
#define HN_EV_OPAQUE 6u /* text: bytes; name: what they are; id, mime: may be empty */
/* text: for a person, what else the reply contained that no event carries: "a piece of audio" */
#define HN_EV_UNSHOWN 7u
#define HN_EV_NOTICE 8u /* text: a remark for the user, one line; not a part of the reply */
/* text: what the provider waits for, one line; number: thousandths that are done, 0: unknown */
#define HN_EV_PROGRESS 9u
/* id, name: of the tool; text: all arguments, JSON text; number: which of several calls */
#define HN_EV_TOOL_CALL 10u
/* A piece of the arguments of a call that HN_EV_TOOL_CALL will carry whole; for show only. */
#define HN_EV_TOOL_PIECE 11u
/* number: HN_PART_IMAGE or HN_PART_FILE; text: the bytes, or a URL by flags; name, mime */
#define HN_EV_PART 12u

#define HN_FINISH_NONE 0 /* only in the events of a session: there is no reply */
#define HN_FINISH_STOP 1
#define HN_FINISH_LENGTH 2
#define HN_FINISH_CONTENT_FILTER 3
#define HN_FINISH_INTERRUPTED 4 /* set by the core; a provider never emits it */
#define HN_FINISH_UNKNOWN 5     /* the reply ended, but for an unknown reason */
#define HN_FINISH_TOOL_CALLS 6  /* the model waits for the results of its calls */

/* the core estimated the count, because the server did not report it; a provider never sets it */
#define HN_USAGE_ESTIMATED_PROMPT 1u
#define HN_USAGE_ESTIMATED_COMPLETION 2u /* the same for the other count */
#define HN_USAGE_PROMPT 4u
#define HN_USAGE_COMPLETION 8u
#define HN_USAGE_CACHED 16u
#define HN_USAGE_CACHE_WRITE 32u
#define HN_USAGE_REASONING 64u
#define HN_USAGE_COST 128u

/* Tokens as reported. prompt includes cached and cache_write, completion includes reasoning. In
 * the events of a session, a count that is not set is -1. */
typedef struct hn_usage {
	uint32_t struct_size;
	uint32_t set; /* HN_USAGE_*: which of the members below were reported */
	int64_t prompt;
	int64_t completion;
	int64_t cached;
	int64_t cache_write;
	int64_t reasoning;
	int64_t cost; /* pico-dollars, as the server counted them */
} hn_usage;

/* What emit() takes. The core copies all of it before emit() returns; an empty piece does nothing.
 * After TEXT, REASONING, OPAQUE, TOOL_CALL or PART hobnob does not repeat a failed attempt, since the
 * user has seen, or the account has paid, a part of the reply. */
typedef struct hn_event {
	uint32_t struct_size;
	uint32_t type;   /* HN_EV_* */
	int32_t finish;  /* HN_FINISH_* */
	uint32_t number; /* as the type says */
	uint32_t flags;  /* PART: HN_PARTFLAG_* */
	uint32_t pad;
	hn_str text;
	hn_str name;
	hn_str id;
	hn_str mime;
	const hn_usage *usage;
} hn_event;

/* ---- errors: 0, or the kind as a negative code ---- */

#define HN_OK 0
#define HN_ERR_PLUGIN (-1) /* the plugin broke a rule */
#define HN_ERR_USAGE (-2)  /* the user asked for something impossible */
#define HN_ERR_CONFIG (-3) /* settings, files, keys, plugins */
/* The key is not accepted, whatever the status. A key of a file or a command is fetched again
 * once. */
#define HN_ERR_AUTH (-4)
#define HN_ERR_PERMISSION (-5)        /* 403 */
#define HN_ERR_QUOTA (-6)             /* 402, or 429 when the money is used up */
#define HN_ERR_RATE_LIMITED (-7)      /* 429 */
#define HN_ERR_NETWORK (-8)           /* no connection, or the connection broke */
#define HN_ERR_TIMEOUT (-9)           /* one of hobnob's own timeouts */
#define HN_ERR_UNAVAILABLE (-10)      /* 408, 409, 5xx */
#define HN_ERR_BAD_REQUEST (-11)      /* other 4xx */
#define HN_ERR_NOT_FOUND (-12)        /* 404 */
#define HN_ERR_CONTEXT_TOO_LONG (-13) /* the prompt does not fit the window */
#define HN_ERR_OVER_LIMIT (-14)       /* one of the user's limits */
/* the reply ended with neither a finish reason nor its end mark */
#define HN_ERR_TRUNCATED (-15)
#define HN_ERR_PROTOCOL (-16)       /* the answer could not be understood */
#define HN_ERR_CONTENT_FILTER (-17) /* the prompt was refused */
#define HN_ERR_OUTPUT (-18)         /* the output could not be written */
#define HN_ERR_INTERRUPTED (-19)    /* cancelled; unwind */
/* -20 to -31 are HN_WAIT_*; later kinds come after them. */

#define HN_FAIL_RETRY 1u /* safe to retry, whatever the kind */
#define HN_FAIL_FINAL 2u /* retrying would not help, whatever the kind */
/* The server rejects the request's max_tokens, or counts it towards a request that is too long. The
 * core may retry with less or without it, if the core chose the value. */
#define HN_FAIL_REPLY_LIMIT 4u

/* What went wrong, for fail(). Only code is required; message is one sentence for a person. */
typedef struct hn_error {
	uint32_t struct_size;
	int32_t code;           /* HN_ERR_* */
	int32_t status;         /* HTTP status, 0 if none */
	uint32_t flags;         /* HN_FAIL_* */
	int64_t retry_after_ms; /* the wait that the server asked for; 0 or less: none */
	hn_str message;         /* what and why */
	hn_str hint;            /* what to do; may be empty */
	int64_t window;     /* tokens: the context window that the server named; 0: none */
	int64_t prompt;     /* tokens: the size of this request according to the server; 0: none */
	int64_t max_output; /* tokens: the longest reply according to the server; 0: none */
} hn_error;

/* ---- the host ---- */

/* What every plugin gets at create(); it lives as long as the plugin. */
struct hn_host {
	uint32_t struct_size;
	uint32_t abi_minor;
	/* A service by its versioned id, HN_ID_*; NULL if this host does not have it. [any] */
	const void *(*extension)(const char *id);
	/* Passes one event to the core. Negative: unwind now and return that value. [call] */
	int32_t (*emit)(hn_call *, const hn_event *);
	/* Reports why the call fails; returns err->code, so that a plugin can `return fail(...)`.
	 * The last one counts. [call] */
	int32_t (*fail)(hn_call *, const hn_error *);
	/* 1 if the call should unwind, else 0: Ctrl-C, or a frontend's cancel(). Any thread, until the
	 * call returns. */
	int32_t (*cancelled)(hn_call *);
	/* n zeroed bytes, aligned for any type. They live until the turn ends, through all of its
	 * attempts. Never NULL. [call] */
	void *(*alloc)(hn_call *, size_t n);
	/* The value of a declared option. 0, or HN_ERR_PLUGIN if it was not declared. [create] */
	int32_t (*option)(hn_call *, const char *key, hn_value *out);
	/* The code of an error kind by its name ("rate_limited"), or 0. [any] */
	int32_t (*code_of_kind)(const char *name);
};

/* ---- hobnob.http/1: HTTP for providers ---- */

#define HN_ID_HTTP "hobnob.http/1"

#define HN_FRAME_WHOLE 0u  /* the body in one piece */
/* Server-sent events. A body that begins like JSON or HTML, whatever its Content-Type, or holds no
 * event, comes as HN_DATA_WHOLE: a server without streams, or an error page. */
#define HN_FRAME_EVENTS 1u
/* One JSON document per line, whatever Content-Type says. A body that begins with [ or < comes as
 * HN_DATA_WHOLE. */
#define HN_FRAME_NDJSON 2u

#define HN_DATA_EVENT 1u /* one event's data, or one line */
/* a whole body; also when the request asked for events and the server sent something else */
#define HN_DATA_WHOLE 2u
#define HN_DATA_ERROR_BODY 3u /* the body of an answer that is not 2xx, capped at 1 MiB */
/* the last event, unterminated when the body ended; and what follows the last event and is not an
 * event */
#define HN_DATA_TAIL 4u

#define HN_ENOUGH 101 /* on_data(): no more of this body is needed; not an error */
/* on_data(): everything needed has arrived. hobnob waits at most 5 s for what may still follow, and
 * whatever ends that wait is not an error. A later 0 takes it back; repeating it does not extend
 * the wait. */
#define HN_NEARLY 102

/* A header. When hobnob sends it, it appends the value of the secret, if any, to `value`, and only
 * if the URL has the origin of the instance's endpoint. hobnob itself sends Host, Content-Length,
 * Accept, User-Agent and, with a body, Content-Type: application/json. The last three you may name
 * yourself; Host, Content-Length and Transfer-Encoding are refused. */
typedef struct hn_http_header { hn_str name; hn_str value; const hn_secret *secret; } hn_http_header;

typedef struct hn_http_response {
	uint32_t struct_size;
	int32_t status;         /* 0 until the head has arrived */
	int64_t retry_after_ms; /* from retry-after-ms or Retry-After; -1 if none */
	/* lower case, without parameters; borrowed until the request returns, as the next two */
	hn_str content_type;
	hn_str request_id; /* x-request-id and similar headers */
	hn_str location;   /* of a redirect; redirects are never followed */
	uint32_t again;    /* from x-should-retry: HN_FAIL_RETRY, HN_FAIL_FINAL, or 0 */
	uint32_t pad;
} hn_http_response;

typedef struct hn_http_request {
	uint32_t struct_size;
	uint32_t framing; /* HN_FRAME_*: how on_data() gets a 2xx body */
	uint32_t n_headers;
	uint32_t header_stride;
	const char *method;
	hn_str url;
	hn_str body; /* empty: no body */
	const hn_http_header *headers;
	/* Called as data arrives, on the thread of the call. type: HN_DATA_*; event: the name of the
	 * server-sent event, empty elsewhere. 0, HN_ENOUGH, HN_NEARLY, or negative to end the
	 * request with that value. */
	int32_t (*on_data)(void *ud, const hn_http_response *head, uint32_t type, hn_str event, hn_str data);
	void *ud;
} hn_http_request;

typedef struct hn_http {
	uint32_t struct_size;
	uint32_t pad;
	/* Sends the request and reads the answer. 0: a complete answer arrived, whatever its
	 * status, or on_data returned HN_ENOUGH or HN_NEARLY. Negative: no answer, or it broke off
	 * (fail() has been called); the call was cancelled; or on_data's own value. out may be
	 * NULL. A session sends one request at a time: another one that begins meanwhile, in
	 * on_data() or on another thread, fails with HN_ERR_PLUGIN. [call] */
	int32_t (*request)(hn_call *, const hn_http_request *, hn_http_response *out);
	/* The error code of an HTTP status when nothing else is known; 0 for 2xx, HN_ERR_PROTOCOL
	 * for what is not a status. For an error inside a 200 the plugin chooses by itself. [any] */
	int32_t (*code_of_status)(int32_t status);
} hn_http;

/* ---- other services ---- */

#define HN_ID_IO "hobnob.io/1"

#define HN_POLL_IN 1u
#define HN_POLL_OUT 2u
#define HN_POLL_ERR 4u /* in ready only */
typedef struct hn_pollfd { int32_t fd; uint32_t events; uint32_t ready; uint32_t pad; } hn_pollfd;

#define HN_WAIT_TIMEOUT 0 /* wait_for(): timeout_ms have passed */
#define HN_WAIT_READY 1   /* wait_for(): a descriptor is ready, as its `ready` says */
/* frontends only: SIGTERM or SIGHUP: return from run() now, with HN_ERR_INTERRUPTED */
#define HN_WAIT_ENDING (-20)
/* the system could not wait; errno says why. Not an interrupt: report it, and treat the input as
 * unreadable */
#define HN_WAIT_FAILED (-21)

typedef struct hn_io {
	uint32_t struct_size;
	uint32_t pad;
	/* A provider's only way to wait: until a descriptor is ready (HN_WAIT_READY), timeout_ms
	 * have passed (HN_WAIT_TIMEOUT; -1: never), or the call is cancelled (HN_ERR_INTERRUPTED).
	 * n = 0 sleeps. [call] */
	int32_t (*wait_for)(hn_call *, hn_pollfd *fds, uint32_t n, int64_t timeout_ms);
	/* Monotonic time, ms. [call] */
	int64_t (*now)(hn_call *);
} hn_io;

#define HN_ID_TEXT "hobnob.text/1"
#define HN_TEXT_LINE 1u /* makes newlines visible too: for text that must stay on one line */

typedef struct hn_text {
	uint32_t struct_size;
	uint32_t pad;
	/* Passes `in` to put() in pieces that cannot act on a terminal: controls, escapes,
	 * bidirectional overrides and hidden text (tag characters) become visible, invalid UTF-8 becomes U+FFFD. [any] */
	void (*safe)(hn_str in, uint32_t flags, void (*put)(void *ud, hn_str piece), void *ud);
	/* Columns that `in` takes on a terminal, as safe() would show it. [any] */
	uint32_t (*columns)(hn_str in);
} hn_text;

#define HN_ID_LOG "hobnob.log/1"
typedef struct hn_log {
	uint32_t struct_size;
	uint32_t pad;
	/* One line for `-v` (level 1: steps) or `-vv` (level 2: wire detail); hobnob redacts
	 * secrets. [call] */
	void (*line)(hn_call *, uint32_t level, hn_str text);
} hn_log;

#define HN_ID_PROCESS "hobnob.process/1"

/* A program to start, without a shell. No text of it holds a NUL byte. */
typedef struct hn_program {
	uint32_t struct_size;
	uint32_t n_args; /* 1 or more */
	uint32_t n_env;
	uint32_t pad;
	/* the program, which is looked for in PATH if it has no slash, and its arguments */
	const hn_str *args;
	/* Names of variables that it gets, if hobnob has them, besides PATH, HOME, LANG, LC_*, TMPDIR,
	 * TERM and USER. */
	const hn_str *env;
	hn_str secret_name; /* the variable to which hobnob sets the value of the secret */
	/* NULL: none. Refused to an instance with an ENDPOINT: its secrets go there and nowhere else. */
	const hn_secret *secret;
} hn_program;

#define HN_CHILD_STOPPED 1u /* after finish(): it did not end by itself, so hobnob ended it */

/* A program that runs. hobnob closes the descriptors; each is non-blocking. */
typedef struct hn_child {
	uint32_t struct_size;
	uint32_t flags;    /* HN_CHILD_* */
	int32_t id;        /* of the process, and of the process group that it leads */
	int32_t input;     /* to write to; -1 once it is closed, as are the other two */
	int32_t output;    /* to read from */
	int32_t errors;
	int32_t status;    /* after finish(): its exit status; -1 if it has none */
	int32_t killed_by; /* after finish(): the signal that ended it, or 0 */
} hn_child;

typedef struct hn_process {
	uint32_t struct_size;
	uint32_t pad;
	/* Starts a program in a process group of its own, with no other descriptors than 0, 1 and 2.
	 * 0, or negative after fail(): HN_ERR_CONFIG with what to do if there is no such program. What
	 * still runs when chat() returns hobnob ends. [call] */
	int32_t (*spawn)(hn_call *, const hn_program *, hn_child *out);
	/* Lets it read the end of its input. [call] */
	int32_t (*close_input)(hn_call *, hn_child *);
	/* Closes the descriptors and waits wait_ms for its end, unless the call is cancelled. After
	 * that it sends SIGTERM to its group, and after grace_ms more, at most 5000, SIGKILL. When the
	 * program itself has ended, hobnob kills what is left of its group. 0: it is gone. [call] */
	int32_t (*finish)(hn_call *, hn_child *, int64_t wait_ms, int64_t grace_ms);
} hn_process;

/* ==== frontends only from here ==== */

/* ---- hobnob.session/1: conversations ---- */

#define HN_ID_SESSION "hobnob.session/1"

#define HN_START_TTY_STDIN 1u  /* standard input is a terminal */
#define HN_START_TTY_STDOUT 2u
#define HN_START_TTY_STDERR 4u
#define HN_START_ONE_TURN 8u   /* run `first`, show it, return */
#define HN_START_FIRST 16u     /* `first` holds a message; a conversation runs it at once */
#define HN_START_JSON 32u      /* one turn: show the closing event as JSON instead of the text */
/* one turn: a line of tokens, cost and time on stderr, which the frontend prints */
#define HN_START_USAGE 64u
#define HN_START_COLOR 128u    /* the frontend may use colours on terminals */
#define HN_START_REASONING 256u /* show reasoning */
#define HN_START_DUMB 512u     /* the terminals support no escape sequences (TERM=dumb, or the setting plain) */

/* What the command line asked for. */
typedef struct hn_start {
	uint32_t struct_size;
	uint32_t flags; /* HN_START_* */
	hn_str first;   /* the text of the first message */
	/* the folder where a frontend stores what it keeps between runs (an input history). It may
	 * not exist yet; it is empty if the frontend must keep nothing. */
	hn_str keep;
	uint32_t n_parts;     /* what -a attached to the first message, beside its text: pass it on */
	uint32_t part_stride; /* as hn_input.parts */
	const hn_part *parts;
	const void *pad;
} hn_start;

#define HN_INPUT_MESSAGE 0u /* verbatim, never a command */
#define HN_INPUT_LINE 1u    /* a message, or a /command */

#define HN_SUBMIT_TICKS 1u  /* send TICK events every 100 ms */

/* text is UTF-8 without NUL bytes, and empty only where there are parts. hobnob rejects any other text
 * with an ERROR event of HN_ERR_USAGE and sends nothing. It skips a byte order mark at the start of a
 * LINE. */
typedef struct hn_input {
	uint32_t struct_size;
	uint32_t type;  /* HN_INPUT_* */
	uint32_t flags; /* HN_SUBMIT_* */
	uint32_t n_parts;
	uint32_t part_stride;
	uint32_t pad;
	hn_str text;
	const hn_part *parts; /* of a MESSAGE, after its text: IMAGE and FILE */
	const void *pad_p;
} hn_input;

/* provider, model. command "/ask": one of several replies begins, and a RESULT or an ERROR ends the input after all of them */
#define HN_ON_START 1u
#define HN_ON_TEXT 2u      /* text: whole UTF-8 characters */
#define HN_ON_REASONING 3u /* text */
#define HN_ON_USAGE 4u     /* usage */
#define HN_ON_RETRY 5u     /* attempt, wait_ms, code, kind, status, message */
#define HN_ON_TRIM 6u      /* left_out, sent: messages */
#define HN_ON_TICK 7u      /* total_ms since the turn began */
#define HN_ON_NOTICE 8u    /* text: a warning or a remark, one line */
#define HN_ON_RESULT 9u    /* a command succeeded: command, text for people, data as JSON */
/* the turn's reply is complete or was interrupted: text, finish, usage, cost, times */
#define HN_ON_DONE 10u
/* code, kind, status, message, hint; text: the partial reply. command "confirm": nothing was sent, because
 * of what it costs; where standard input is a terminal, the same input again right afterwards confirms it */
#define HN_ON_ERROR 11u
#define HN_ON_PROGRESS 12u  /* text: what is waited for; number: thousandths done, 0: unknown */
#define HN_ON_TOOL_PIECE 13u /* id, command: the tool's name, number: which call; text: a piece */
/* part: a whole TOOL_CALL, IMAGE or FILE; through hobnob.relay/1 also an OPAQUE */
#define HN_ON_PART 14u

/* What happens while hobnob works on an input; each submit() ends in exactly one RESULT, DONE or
 * ERROR. All text is valid UTF-8. */
typedef struct hn_session_event {
	uint32_t struct_size;
	uint32_t type;  /* HN_ON_* */
	int32_t code;   /* HN_ERR_* */
	int32_t status; /* HTTP status, 0 if none */
	int32_t finish; /* HN_FINISH_* */
	uint32_t attempt;
	uint32_t left_out;
	uint32_t sent;
	uint32_t number;
	uint32_t pad;
	int64_t wait_ms;
	int64_t ttft_ms;  /* to the first piece of text or reasoning; -1 if none arrived */
	int64_t total_ms;
	int64_t cost;     /* pico-dollars, -1 if the price is unknown */
	hn_str text;
	hn_str message;
	hn_str hint;
	hn_str kind;        /* the kind's name */
	hn_str provider;    /* instance */
	hn_str model;       /* the one that actually answered, if known */
	hn_str upstream;
	hn_str cost_source; /* provider user models table estimate, or empty */
	hn_str command;
	hn_str data;        /* JSON object */
	hn_str id;
	const hn_usage *usage;
	const hn_part *part;
} hn_session_event;

/* Called on the thread of submit() or ask(). 0. Negative: the event could not be shown
 * (HN_ERR_OUTPUT); the turn ends. Positive values are reserved for events that will ask a question;
 * they read as 0. Return 0 for a type that you do not know. While it runs, the session takes
 * status(), wait_for(), watch(), message(), setting() and cancel(), nothing else. */
typedef int32_t (*hn_on_event)(void *ud, const hn_session_event *);

typedef struct hn_status {
	uint32_t struct_size;
	int32_t last_turn; /* how the last turn ended: 0 or HN_ERR_* */
	uint32_t n_messages;
	uint32_t leaving;  /* 1 after /exit: return from run() with 0 */
	int64_t cost;      /* of the session, pico-dollars; -1 while no reply has a price */
	hn_str provider;
	hn_str model;
	/* the conversation's id, for `hobnob -r`; empty if the conversation is not saved */
	hn_str session;
	int64_t window; /* the model's, in tokens; -1: unknown */
} hn_status;

#define HN_OPEN_UNKEPT 1u /* no journal */

/* How another conversation differs from the one that opens it. */
typedef struct hn_open {
	uint32_t struct_size;
	uint32_t flags;      /* HN_OPEN_* */
	uint32_t n_settings; /* pairs */
	uint32_t pad;
	hn_str provider;     /* the instance; empty: as the settings choose */
	hn_str model;
	hn_str resume;       /* the id of a saved conversation; empty: a new one */
	/* key and value alternating, as -o KEY=VALUE: for this conversation alone */
	const hn_str *settings;
	const void *pad_p;
} hn_open;

/* A session belongs to one thread at a time, different sessions to different threads at once. The
 * functions of this table are [session] but for cancel(). A session's settings are its own: what
 * /set changes in one, no other sees. Strings are borrowed until the next call on the session. */
typedef struct hn_session_api {
	uint32_t struct_size;
	uint32_t pad;
	/* What the command line asked for. HN_START_COLOR, _REASONING and _DUMB reflect the
	 * current settings: /set may have changed them since the last call. */
	void (*start)(hn_session *, hn_start *out);
	/* Works on one input until it is done. Returns 0 after a RESULT or a DONE event;
	 * HN_ERR_INTERRUPTED after the DONE event of a cancelled turn (HN_FINISH_INTERRUPTED);
	 * its code after an ERROR event; HN_ERR_USAGE without an event, while another input is at
	 * work; on_event's value if it ended the turn, where a closing event may be missing. */
	int32_t (*submit)(hn_session *, const hn_input *, hn_on_event, void *ud);
	/* Stops what submit() or ask() is doing in this session within 100 ms. [signal] */
	void (*cancel)(hn_session *);
	/* A frontend's only way to block: HN_WAIT_*, or HN_ERR_INTERRUPTED after Ctrl-C or a
	 * cancel() while nothing was running. n = 0 sleeps; timeout_ms -1: no timeout. */
	int32_t (*wait_for)(hn_session *, hn_pollfd *fds, uint32_t n, int64_t timeout_ms);
	/* While submit() runs, it calls on_readable when fd is readable or at its end; fd -1 stops
	 * that. One per session. */
	void (*watch)(hn_session *, int32_t fd, void (*on_readable)(void *ud), void *ud);
	void (*status)(hn_session *, hn_status *out);
	/* Passes put() each completion of the word that ends at cursor, as the whole word. A word
	 * begins after the last blank; a completion may contain blanks, as file names do. */
	void (*complete)(hn_session *, hn_str line, size_t cursor, void (*put)(void *ud, hn_str word, hn_str help), void *ud);
	/* Message i of the current conversation, with its parts; NULL: there are fewer. *stride is
	 * its size. Borrowed until the next call on the session. */
	const hn_message *(*message)(hn_session *, uint32_t i, uint32_t *stride);
	/* Opens another conversation; how NULL: with the settings of this one. The new session may
	 * be used on another thread. 0, or HN_ERR_* with *why filled, which may be NULL; its texts are
	 * borrowed until the next call on this session. */
	int32_t (*session_new)(hn_session *, const hn_open *how, hn_session **out, hn_error *why);
	/* Ends a conversation that session_new() opened; NULL and others are refused. */
	int32_t (*session_end)(hn_session *);
	/* 1 if text contains a key, or something like one: do not save it in a file. */
	int32_t (*secret)(hn_session *, hn_str text);
	/* The value of a setting of hobnob's as `hobnob config get` prints it, such as "color"; empty if it
	 * is unset. /set may have changed it since the last call. 0, or HN_ERR_USAGE: this hobnob has no
	 * such setting, and *value is empty. */
	int32_t (*setting)(hn_session *, hn_str key, hn_str *value);
} hn_session_api;

/* ---- hobnob.relay/1: one request, of which nothing is kept ---- */

#define HN_ID_RELAY "hobnob.relay/1"

/* Limits, prices, retries, keys and redaction apply as ever. Nothing is added to the conversation
 * and nothing is trimmed: what does not fit is refused. */
typedef struct hn_relay {
	uint32_t struct_size;
	uint32_t pad;
	/* Asks an instance (empty: the session's own). The request's model may be empty, its
	 * max_tokens unset: then the session's apply. Ends in exactly one DONE or ERROR event, and
	 * returns as submit(). [session] */
	int32_t (*ask)(hn_session *, hn_str provider, const hn_request *, hn_on_event, void *ud);
	/* The models of an instance, as hn_provider.models. 0, put()'s value, or HN_ERR_* with *why
	 * filled as in session_new(). [session] */
	int32_t (*models)(hn_session *, hn_str provider, int32_t (*put)(void *ud, const hn_model *), void *ud, hn_error *why);
} hn_relay;

/* ---- hobnob.commands/1: commands of a frontend ---- */

#define HN_ID_COMMANDS "hobnob.commands/1"
/* A slash command that the frontend provides; hobnob adds it to /help and completion. */
typedef struct hn_command {
	uint32_t struct_size;
	uint32_t pad;
	const char *name; /* "/multiline" */
	const char *args; /* "[FILE]", or NULL */
	const char *help;
	/* Runs it. The frontend owns the returned text and keeps it until the next call. 0 or
	 * HN_ERR_*. [session] */
	int32_t (*run)(void *ud, hn_session *, hn_str args, hn_str *text);
	void *ud;
} hn_command;
typedef struct hn_commands {
	uint32_t struct_size;
	uint32_t pad;
	/* The command is borrowed for the life of the session. 0, or HN_ERR_USAGE if the name is
	 * taken or not "/[a-z]+". [session] */
	int32_t (*add)(hn_session *, const hn_command *);
} hn_commands;

/* ---- frontends ---- */

/* always a conversation, never one turn; it reads stdin itself */
#define HN_FRONTEND_CONVERSES 1u
#define HN_FRONTEND_CLOSES_JSON 2u /* can show a single closing object for HN_START_JSON */

/* All three functions are required, and come on one thread. */
typedef struct hn_frontend {
	uint32_t struct_size;
	uint32_t flags; /* HN_FRONTEND_* */
	int32_t (*create)(const hn_host *, hn_call *, void **self);
	void (*destroy)(void *self);
	/* Talks until the conversation ends. 0, how the last turn ended if input ended, or
	 * HN_ERR_INTERRUPTED. hobnob says why output failed, and what no event told; the frontend
	 * says what is wrong with its own input, with HN_ERR_USAGE. */
	int32_t (*run)(void *self, hn_session *);
} hn_frontend;

#ifdef __cplusplus
}
#endif
#endif
