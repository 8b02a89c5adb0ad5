/* SPDX-License-Identifier: MIT */
/*
 * hobnob/plugin.h - the whole contract between hobnob and a plugin.
 *
 * A plugin is a shared object that exports one function, hobnob_plugin_v1(). It describes itself
 * with static const data: a provider (who answers) or a frontend (how a person or a program talks).
 *
 * Contents: versions - plain types - errors - options - messages - what a provider emits - the host
 * - providers - host services for providers - sessions and frontends - the descriptor.
 *
 * Ownership: each side frees what it allocated and never frees what the other side allocated.
 * Inputs are borrowed for the call; the core copies what it keeps.
 *
 * Growth: structs grow at their end only and never end in padding; members are never reordered,
 * retyped or reused. A struct that crosses the boundary carries its size, or its array carries a
 * stride; check HN_HAS before reading a member added after 1.0. All text is UTF-8 with a length; a
 * hn_str may contain NUL bytes. Money is int64 in pico-dollars (10^-12 USD), -1 if unknown. Times
 * are ms.
 */
#ifndef HOBNOB_PLUGIN_H
#define HOBNOB_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- versions ---------------------------------------------------------------------------- */

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

/* ---- plain types ------------------------------------------------------------------------- */

/* bytes and their number; p may be NULL if n is 0 */
typedef struct hn_str { const char *p; size_t n; } hn_str;
/* one running call: an attempt at a reply, a create, a listing */
typedef struct hn_call hn_call;
typedef struct hn_session hn_session; /* one conversation */
typedef struct hn_secret hn_secret;   /* a handle for a secret; its value never crosses the boundary */

/* ---- errors: 0, or the kind as a negative code --------------------------------------------- */

#define HN_OK 0
/* chat(): "I changed how I ask; call me again now". Once per field, three times per turn */
#define HN_ADAPTED 1
#define HN_ENOUGH 2  /* on_data(): no more of this body is needed; not an error */
/* on_data(): everything needed has arrived. hobnob waits at most 5 s for what may still follow, and
 * whatever ends that wait is not an error. A later 0 takes it back; repeating it does not extend
 * the wait. */
#define HN_NEARLY 3
#define HN_ERR_PLUGIN (-1)            /* the plugin broke a rule */
#define HN_ERR_USAGE (-2)             /* the user asked for something impossible */
#define HN_ERR_CONFIG (-3)            /* settings, files, keys, plugins */
#define HN_ERR_AUTH (-4)              /* 401 */
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
#define HN_ERR_PROTOCOL (-16)         /* the answer could not be understood */
#define HN_ERR_CONTENT_FILTER (-17)   /* the prompt was refused */
#define HN_ERR_OUTPUT (-18)           /* the output could not be written */
#define HN_ERR_INTERRUPTED (-19)      /* cancelled; unwind */

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
	int64_t retry_after_ms; /* the wait that the server asked for; -1 if it asked for none */
	hn_str message;         /* what and why */
	hn_str hint;            /* what to do; may be empty */
	/* tokens: the context window that the server named; 0 if it named none */
	int64_t window;
	/* tokens: the size of this request according to the server; 0 if not stated */
	int64_t prompt;
	int64_t max_output; /* tokens: the longest reply according to the server; 0 if not stated */
} hn_error;

/* ---- options: declared, not read ------------------------------------------------------------ */

#define HN_OPT_STRING 1u
#define HN_OPT_INT 2u
#define HN_OPT_NUMBER 3u
#define HN_OPT_BOOL 4u
#define HN_OPT_URL 5u
#define HN_OPT_PATH 6u
#define HN_OPT_ENUM 7u /* one of the words in `values` */
#define HN_OPT_LIST 8u
#define HN_OPT_MAP 9u
#define HN_OPT_JSON 10u /* any JSON value, or a mapping of the config file */

#define HN_OPT_REQUIRED 1u /* create() is not called without it */
#define HN_OPT_SECRET 2u   /* option() gives a handle; hobnob adds KEY_command and KEY_file by itself */
#define HN_OPT_ENDPOINT 4u /* the URL that secrets are bound to; one per plugin */
/* changes where or how a secret travels: the endpoint's trust rule applies to it */
#define HN_OPT_STEERS 8u
/* REQUIRED and the default apply only while the endpoint is the plugin's own default */
#define HN_OPT_AT_HOME 16u

/* An environment variable that may supply an option; a value without the prefix is ignored. */
typedef struct hn_env { const char *name; const char *prefix; /* NULL: any value */ } hn_env;

/* The key "model" is special: it joins the general setting of that name, see the manual. */
typedef struct hn_option {
	uint32_t type;      /* HN_OPT_* type */
	uint32_t flags;     /* HN_OPT_* flags */
	uint32_t n_env;     /* elements of env */
	uint32_t reserved;
	const char *key;    /* lower case, [a-z0-9_]+ */
	const char *initial; /* the default as text, or NULL */
	const char *values; /* ENUM: the words, separated by one space; else NULL */
	/* SECRET: "PREFIX HOST": a value that begins with PREFIX is never sent to HOST; or NULL */
	const char *forbid;
	const char *help;   /* one line */
	/* in order; they apply only to the instance named after the plugin */
	const hn_env *env;
} hn_option;

/* The value of an option. Borrowed until create() returns, but the secret until destroy(). */
typedef struct hn_value {
	uint32_t struct_size;
	uint32_t type;
	int64_t i;              /* INT; BOOL as 0 or 1 */
	double d;               /* NUMBER */
	/* STRING URL PATH ENUM; JSON as JSON text; LIST and MAP as JSON text too */
	hn_str s;
	const hn_secret *secret; /* SECRET; NULL if there is none */
	const hn_str *items;    /* LIST: n values. MAP: n pairs, key and value alternating */
	uint32_t n;
	uint32_t is_set;        /* 0: no value was given and there is no default */
} hn_value;

/* ---- messages ------------------------------------------------------------------------------- */

#define HN_ROLE_SYSTEM 1u
#define HN_ROLE_USER 2u
#define HN_ROLE_ASSISTANT 3u
#define HN_ROLE_TOOL 4u /* reserved */

#define HN_PART_TEXT 1u
/* a provider's own bytes, returned with their message to the same instance and model */
#define HN_PART_OPAQUE 2u
#define HN_PART_IMAGE 3u /* reserved, like the next three */
#define HN_PART_FILE 4u
#define HN_PART_TOOL_CALL 5u
#define HN_PART_TOOL_RESULT 6u

typedef struct hn_part { uint32_t type; uint32_t flags; hn_str name; hn_str mime; hn_str data; } hn_part;

typedef struct hn_message {
	uint32_t role;
	uint32_t flags;       /* none in 1.0 */
	uint32_t n_parts;
	uint32_t part_stride;
	uint64_t id;          /* never 0; unique in its conversation */
	hn_str text;          /* all TEXT parts joined */
	const hn_part *parts;
	const void *reserved;
} hn_message;

#define HN_SET_MAX_TOKENS 1u /* which of the members below the user or the core has set */
#define HN_SET_TEMPERATURE 2u
#define HN_SET_TOP_P 4u
#define HN_SET_SEED 8u
#define HN_REQUEST_STREAM 1u /* flags: stream the reply */

/* What to ask. The system prompt is message 0 or absent; then user and assistant alternate. */
typedef struct hn_request {
	uint32_t struct_size;
	uint32_t flags;
	uint32_t set;            /* HN_SET_*; do not send what is not set */
	uint32_t n_messages;
	uint32_t message_stride;
	uint32_t n_stop;
	int64_t max_tokens;      /* the reply's limit, in tokens, including reasoning */
	int64_t seed;
	double temperature;
	double top_p;
	hn_str model;
	hn_str reasoning_effort; /* empty: not set */
	const hn_message *messages;
	const hn_str *stop;
} hn_request;

/* ---- what a provider emits
 * -------------------------------------------------------------------- */

/* text: a piece of the reply, which may split a UTF-8 character; the core joins the pieces */
#define HN_EV_TEXT 1u
#define HN_EV_REASONING 2u /* text: a piece of the reasoning */
#define HN_EV_USAGE 3u     /* usage: replaces what was reported before */
#define HN_EV_FINISH 4u    /* finish; text: the server's own word for it */
/* text: the model that actually answers; name: the upstream, may be empty */
#define HN_EV_MODEL 5u
#define HN_EV_OPAQUE 6u    /* text: bytes; name: what they are */
/* text: for a person, what else the reply contained that no event carries: "a call of the tool x" */
#define HN_EV_UNSHOWN 7u

#define HN_FINISH_NONE 0
#define HN_FINISH_STOP 1
#define HN_FINISH_LENGTH 2
#define HN_FINISH_CONTENT_FILTER 3
#define HN_FINISH_INTERRUPTED 4 /* set by the core; a provider never emits it */
#define HN_FINISH_UNKNOWN 5     /* the reply ended, but for an unknown reason */

/* the core estimated that count because the server did not report it; a provider never sets this */
#define HN_USAGE_ESTIMATED_PROMPT 1u
#define HN_USAGE_ESTIMATED_COMPLETION 2u
#define HN_USAGE_ESTIMATED 3u /* either of them */

/* Tokens as reported; -1 where not reported. prompt includes cached, completion includes reasoning. */
typedef struct hn_usage {
	uint32_t struct_size;
	uint32_t flags; /* HN_USAGE_* */
	int64_t prompt;
	int64_t completion;
	int64_t cached;
	int64_t cache_write;
	int64_t reasoning;
	int64_t cost; /* pico-dollars as the server counted them; -1 if it did not */
} hn_usage;

typedef struct hn_event {
	uint32_t struct_size;
	uint32_t type;
	int32_t finish;
	uint32_t reserved;
	hn_str text;
	hn_str name;
	const hn_usage *usage;
} hn_event;

/* One entry of a provider's list of models; prices in pico-dollars per token. -1 means unknown. */
typedef struct hn_model {
	uint32_t struct_size;
	uint32_t flags;
	int64_t context;    /* tokens */
	int64_t max_output; /* tokens */
	int64_t price_input;
	int64_t price_output;
	int64_t price_cached;
	int64_t price_cache_write;
	hn_str id;
	hn_str name;
} hn_model;

/* What an account may still spend; pico-dollars, -1 unknown. */
typedef struct hn_credit {
	uint32_t struct_size;
	uint32_t flags;  /* HN_CREDIT_UNLIMITED */
	int64_t left;
	int64_t limit;   /* `left` is what remains of it */
	int64_t used;    /* spent so far with this key */
} hn_credit;
#define HN_CREDIT_UNLIMITED 1u /* the key has no limit of its own */

/* ---- the host
 * ----------------------------------------------------------------------------------- */

/* What every plugin gets at create(); it lives as long as the plugin. Use a function that takes a
 * call only on the thread that the call came on, and only until the call returns. */
typedef struct hn_host {
	uint32_t struct_size;
	uint32_t abi_minor;
	/* A service by its versioned id, "hobnob.http/1"; NULL if this host does not have it. Any
	 * thread. */
	const void *(*extension)(const char *id);
	/* Passes one event to the core. Negative: unwind now and return that value. */
	int32_t (*emit)(hn_call *, const hn_event *);
	/* Reports why the call fails; returns err->code, so that a plugin can `return fail(...)`. */
	int32_t (*fail)(hn_call *, const hn_error *);
	/* 1 if the call should unwind, else 0. */
	int32_t (*cancelled)(hn_call *);
	/* n zeroed bytes, aligned for any type, freed when the call ends. Never NULL. */
	void *(*alloc)(hn_call *, size_t n);
	/* In create() only: the value of a declared option. 0, or HN_ERR_PLUGIN if it was not
	 * declared. */
	int32_t (*option)(hn_call *, const char *key, hn_value *out);
	/* The code of an error kind by its name ("rate_limited"), or 0. Any thread. */
	int32_t (*kind)(const char *name);
} hn_host;

/* ---- providers
 * ------------------------------------------------------------------------------------ */

#define HN_BLOCKS 1u /* chat() computes or waits by itself: run it on its own thread */

/* An instance keeps no conversation state and is safe for several calls at once. */
typedef struct hn_provider {
	uint32_t struct_size;
	uint32_t flags;   /* HN_BLOCKS */
	/* bit 1 << HN_PART_*: which parts chat() accepts; the core rejects the others by name */
	uint32_t accepts;
	uint32_t reserved;
	/* Makes an instance from its options. 0, or fail(). Main thread; no network. */
	int32_t (*create)(const hn_host *, hn_call *, void **self);
	/* Frees an instance; no call is running. Main thread. */
	void (*destroy)(void *self);
	/* One attempt at one reply. 0 when it is complete, HN_ADAPTED, or fail(). It never retries
	 * or sleeps. */
	int32_t (*chat)(void *self, hn_call *, const hn_request *);
	/* Optional: calls put() for each available model. 0, put()'s return value if that was not
	 * 0, or fail(). */
	int32_t (*models)(void *self, hn_call *, int32_t (*put)(void *ud, const hn_model *), void *ud);
	/* Optional: asks what the account may still spend. 0, or fail(). */
	int32_t (*credit)(void *self, hn_call *, hn_credit *out);
} hn_provider;

/* ---- host services for providers
 * ----------------------------------------------------------------- */

#define HN_HTTP "hobnob.http/1"
#define HN_FRAME_WHOLE 0u  /* the body in one piece */
#define HN_FRAME_EVENTS 1u /* server-sent events */
#define HN_FRAME_NDJSON 2u /* one JSON document per line */

#define HN_DATA_EVENT 1u      /* one event's data, or one line */
/* a whole body; also when the request asked for events and the server sent something else */
#define HN_DATA_WHOLE 2u
#define HN_DATA_ERROR_BODY 3u /* the body of an answer that is not 2xx, capped at 1 MiB */
/* the last event, unterminated when the body ended; and what follows the last event and is not an
 * event */
#define HN_DATA_TAIL 4u

/* A header. When hobnob sends it, it appends the value of the secret, if any, to `value`, and only
 * if the URL has the origin of the instance's endpoint. */
typedef struct hn_http_header { const char *name; hn_str value; const hn_secret *secret; } hn_http_header;

typedef struct hn_http_response {
	uint32_t struct_size;
	int32_t status;         /* 0 until the head has arrived */
	int64_t retry_after_ms; /* from retry-after-ms or Retry-After; -1 if none */
	/* lower case, without parameters; borrowed until the request returns */
	hn_str content_type;
	hn_str request_id;      /* x-request-id and similar headers */
	hn_str location;        /* of a redirect; redirects are never followed */
	uint32_t again; /* from x-should-retry: HN_FAIL_RETRY, HN_FAIL_FINAL, or 0 */
	uint32_t reserved;
} hn_http_response;

typedef struct hn_http_request {
	uint32_t struct_size;
	uint32_t framing;
	uint32_t n_headers;
	uint32_t header_stride;
	const char *method;
	hn_str url;
	hn_str body; /* empty: no body */
	const hn_http_header *headers;
	/* Called as data arrives, on the thread of the call. 0, HN_ENOUGH, HN_NEARLY, or negative
	 * to end the request with that value. */
	int32_t (*on_data)(void *ud, const hn_http_response *head, uint32_t kind, hn_str event, hn_str data);
	void *ud;
} hn_http_request;

typedef struct hn_http {
	uint32_t struct_size;
	uint32_t reserved;
	/* Sends the request and reads the answer. 0: a complete answer arrived, whatever its
	 * status, or on_data returned HN_ENOUGH or HN_NEARLY. Negative: no answer, or it broke off
	 * (fail() has been called); the call was cancelled; or on_data's own value. */
	int32_t (*request)(hn_call *, const hn_http_request *, hn_http_response *out);
	/* The error kind of an HTTP status when nothing else is known; 0 for 2xx. Any thread. */
	int32_t (*kind_of_status)(int32_t status);
} hn_http;

#define HN_IO "hobnob.io/1"
#define HN_POLL_IN 1u
#define HN_POLL_OUT 2u
#define HN_POLL_ERR 4u /* in ready only */
typedef struct hn_pollfd { int32_t fd; uint32_t events; uint32_t ready; uint32_t reserved; } hn_pollfd;
#define HN_WAIT_TIMEOUT 0
#define HN_WAIT_READY 1

typedef struct hn_io {
	uint32_t struct_size;
	uint32_t reserved;
	/* A provider's only way to wait: until a descriptor is ready (HN_WAIT_READY), timeout_ms
	 * have passed (HN_WAIT_TIMEOUT; -1: never), or the call is cancelled (HN_ERR_INTERRUPTED).
	 * n = 0 sleeps. */
	int32_t (*wait)(hn_call *, hn_pollfd *fds, uint32_t n, int64_t timeout_ms);
	/* Monotonic time, ms. */
	int64_t (*now)(hn_call *);
} hn_io;

#define HN_TEXT "hobnob.text/1"
#define HN_TEXT_LINE 1u /* makes newlines visible too: for text that must stay on one line */

typedef struct hn_text {
	uint32_t struct_size;
	uint32_t reserved;
	/* Passes `in` to put() in pieces that cannot act on a terminal: controls, escapes and
	 * bidirectional overrides become visible, invalid UTF-8 becomes U+FFFD. Any thread. */
	void (*safe)(hn_str in, uint32_t flags, void (*put)(void *ud, hn_str piece), void *ud);
	/* Columns that `in` takes on a terminal, as safe() would show it. Any thread. */
	uint32_t (*columns)(hn_str in);
} hn_text;

#define HN_LOG "hobnob.log/1"
typedef struct hn_log {
	uint32_t struct_size;
	uint32_t reserved;
	/* One line for `-v` (level 1: steps) or `-vv` (level 2: wire detail); hobnob redacts
	 * secrets. */
	void (*line)(hn_call *, uint32_t level, hn_str text);
} hn_log;

/* ---- sessions: all that a frontend can do
 * ------------------------------------------------------- */

#define HN_SESSION "hobnob.session/1"

#define HN_TTY_STDIN 1u
#define HN_TTY_STDOUT 2u
#define HN_TTY_STDERR 4u
#define HN_START_ONE_TURN 8u  /* run `first`, show it, return */
#define HN_START_FIRST 16u    /* `first` holds a message; a conversation runs it at once */
#define HN_START_JSON 32u     /* one turn: show the closing event as JSON instead of the text */
#define HN_START_USAGE 64u    /* one turn: a line of tokens, cost and time on stderr */
#define HN_START_COLOR 128u   /* the frontend may use colours on terminals */
#define HN_START_REASONING 256u /* show reasoning */
#define HN_START_DUMB 512u    /* the terminals support no escape sequences (TERM=dumb) */

/* What the command line asked for. keep: the folder where a frontend stores what it keeps between
 * runs (an input history). It may not exist yet; it is empty if the frontend must keep nothing. */
typedef struct hn_start { uint32_t struct_size; uint32_t flags; hn_str first; hn_str keep; } hn_start;

#define HN_INPUT_MESSAGE 0u /* verbatim, never a command */
#define HN_INPUT_LINE 1u    /* may be a /command */
#define HN_INPUT_TICKS 1u   /* flags: send TICK events every 100 ms */
/* text is UTF-8; a LINE contains no NUL bytes. hobnob rejects any other text with an ERROR event of
 * HN_ERR_USAGE and sends nothing. It skips a byte order mark at the start of a LINE. */
typedef struct hn_input { uint32_t struct_size; uint32_t kind; uint32_t flags; uint32_t reserved; hn_str text; } hn_input;

#define HN_ON_START 1u     /* provider, model */
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
#define HN_ON_ERROR 11u    /* code, kind, status, message, hint; text: the partial reply */

/* What happens while hobnob works on an input; each submit() ends in exactly one RESULT, DONE or
 * ERROR. All text is valid UTF-8. */
typedef struct hn_session_event {
	uint32_t struct_size;
	uint32_t type;
	int32_t code;   /* HN_ERR_* */
	int32_t status; /* HTTP status, 0 if none */
	int32_t finish; /* HN_FINISH_* */
	uint32_t attempt;
	uint32_t left_out;
	uint32_t sent;
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
	const hn_usage *usage;
	const void *reserved;
} hn_session_event;

/* Negative: the event could not be shown (HN_ERR_OUTPUT); the turn ends. */
typedef int32_t (*hn_on_event)(void *ud, const hn_session_event *);

#define HN_WAIT_INTERRUPTED (-1) /* Ctrl-C, or cancel() while nothing was running */
/* SIGTERM or SIGHUP: return from run() now, with HN_ERR_INTERRUPTED */
#define HN_WAIT_ENDING (-2)
/* the system could not wait; errno says why. Not an interrupt: report it, and treat the input as
 * unreadable */
#define HN_WAIT_FAILED (-3)

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
} hn_status;

/* All on the thread of run(), except cancel(). Strings are borrowed until the next call on the
 * session. */
typedef struct hn_session_api {
	uint32_t struct_size;
	uint32_t reserved;
	/* What the command line asked for. HN_START_COLOR and _REASONING reflect the current
	 * settings: /set may have changed them since the last call. */
	void (*start)(hn_session *, hn_start *out);
	/* Works on one input until it is done. 0, or the kind of the ERROR event. */
	int32_t (*submit)(hn_session *, const hn_input *, hn_on_event, void *ud);
	/* Stops what submit() is doing within 100 ms. Any thread, and signal handlers. */
	void (*cancel)(hn_session *);
	/* A frontend's only way to block: HN_WAIT_*. n = 0 sleeps; timeout_ms -1: no timeout. */
	int32_t (*wait)(hn_session *, hn_pollfd *fds, uint32_t n, int64_t timeout_ms);
	/* While submit() runs, it calls on_readable when fd is readable; fd -1 stops that. One per
	 * session. */
	void (*watch)(hn_session *, int32_t fd, void (*on_readable)(void *ud), void *ud);
	void (*status)(hn_session *, hn_status *out);
	/* Passes put() each completion of the word that ends at cursor, as the whole word. A word
	 * begins after the last blank; a completion may contain blanks, as file names do. */
	void (*complete)(hn_session *, hn_str line, size_t cursor, void (*put)(void *ud, hn_str word, hn_str help), void *ud);
	/* Message i of the current conversation. 0, or HN_ERR_USAGE if there is none. */
	int32_t (*message)(hn_session *, uint32_t i, hn_message *out);
	/* Opens another conversation with the same settings; close() ends it. 0 or HN_ERR_*. */
	int32_t (*open)(hn_session *, hn_session **out);
	void (*close)(hn_session *);
	/* 1 if text contains a key, or something like one: do not save it in a file. */
	int32_t (*secret)(hn_session *, hn_str text);
} hn_session_api;

#define HN_COMMANDS "hobnob.commands/1"
/* A slash command that the frontend provides; hobnob adds it to /help and completion. */
typedef struct hn_command {
	uint32_t struct_size;
	uint32_t reserved;
	const char *name; /* "/multiline" */
	const char *args; /* "[FILE]", or NULL */
	const char *help;
	/* Runs it. The frontend owns the returned text and keeps it until the next call. 0 or
	 * HN_ERR_*. */
	int32_t (*run)(void *ud, hn_session *, hn_str args, hn_str *text);
	void *ud;
	const void *reserved_p;
} hn_command;
typedef struct hn_commands {
	uint32_t struct_size;
	uint32_t reserved;
	/* The command is borrowed for the life of the session. 0, or HN_ERR_USAGE if the name is
	 * taken. */
	int32_t (*add)(hn_session *, const hn_command *);
} hn_commands;

#define HN_CONVERSES 1u /* always a conversation, never one turn; it reads stdin itself */
#define HN_CLOSES_JSON 2u /* can show a single closing object for HN_START_JSON */

typedef struct hn_frontend {
	uint32_t struct_size;
	uint32_t flags;
	int32_t (*create)(const hn_host *, hn_call *, void **self);
	void (*destroy)(void *self);
	/* Talks until the conversation ends. 0, how the last turn ended if input ended, or
	 * HN_ERR_INTERRUPTED. */
	int32_t (*run)(void *self, hn_session *);
} hn_frontend;

/* ---- the descriptor
 * ------------------------------------------------------------------------------- */

#define HN_PROVIDER 1u
#define HN_FRONTEND 2u

typedef struct hn_plugin {
	uint32_t struct_size;
	uint32_t abi_major;
	uint32_t need_minor; /* the lowest minor version of the host that the plugin works with */
	uint32_t kind;
	uint32_t flags;      /* none in 1.0 */
	uint32_t n_options;
	uint32_t option_stride;
	uint32_t reserved;
	const char *name;    /* the file name without .so: NAME.so */
	const char *version;
	const char *summary; /* one line */
	const char *license; /* SPDX */
	const hn_option *options;
	const void *vtable;  /* const hn_provider *, const hn_frontend * */
} hn_plugin;

#if defined(__GNUC__)
#define HN_EXPORT __attribute__((visibility("default")))
#else
#define HN_EXPORT
#endif

/* The one exported function. No side effects; the same static const data each time. */
HN_EXPORT const hn_plugin *hobnob_plugin_v1(void);

#ifdef __cplusplus
}
#endif
#endif
