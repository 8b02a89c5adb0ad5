/* SPDX-License-Identifier: MIT */
/*
 * call: what a running call is: cancel token, clock, error slot, per-call memory, and the one place
 * where a call waits.
 *
 * Everything that blocks in hobnob blocks in call_wait(): a provider through hobnob.io, the http
 * module through its services, a retry's pause. So it serves cancel, the frontend's watched
 * descriptor and ticks in every state.
 */
#ifndef HOBNOB_CALL_CALL_H
#define HOBNOB_CALL_CALL_H

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "call/rules.h"
#include "hobnob/plugin.h"
#include "util/fault.h"

struct log;

/* ---- cancel: an atomic and a self-pipe; set from any thread or a signal handler ---- */
struct cancel {
	atomic_int set;  /* 0: it is not */
	int fds[2];      /* a byte waits in fds[0] while set */
};
int cancel_open(struct cancel *);         /* 0, or -1 with errno */
void cancel_close(struct cancel *);
void cancel_set(struct cancel *);         /* async-signal-safe, as cancel_end */
void cancel_end(struct cancel *);         /* for good: cancel_clear leaves it */
int cancel_is_set(const struct cancel *);
void cancel_drain(struct cancel *);       /* takes the bytes out of the pipe; a cancel stays set */
void cancel_clear(struct cancel *);       /* drains the pipe too */

/* The longest wait that an error may ask for, ms; a longer one is cut to it, so that sums with any clock
 * stay far within int64. */
#define CALL_WAIT_MOST_MS (INT64_C(366) * 86400000)

/* ---- clock: real, or injected by tests ---- */
struct clock {
	int64_t (*now)(void *ud);             /* monotonic ms */
	int64_t (*wall)(void *ud);            /* ms since 1970 */
	/* poll(2) with a time-out in ms (-1: for ever); a test's clock may jump instead of
	 * sleeping. */
	int (*wait)(void *ud, void *pollfds, size_t n, int64_t timeout_ms);
	void *ud;
};
extern const struct clock clock_real;

/* ---- the frontend's side: what a waiting call serves ---- */
struct attend {
	const char *plugin;                   /* the frontend's name, which lives as long as the program; NULL: hobnob itself listens */
	int fd;                               /* watched descriptor, -1: none */
	void (*on_readable)(void *ud);
	void *readable_ud;
	void (*on_tick)(void *ud);            /* every tick_ms; NULL: none */
	void *tick_ud;
	int64_t tick_ms, next_tick;
	/* called once at the monotonic time `due`, in ms (0: never). It may set another. */
	void (*on_due)(void *ud);
	void *due_ud;
	int64_t due;
};

/* ---- the call ---- */
struct call_error {
	int32_t code, status;
	uint32_t flags;
	int64_t retry_after_ms;
	int64_t window, prompt, max_output; /* the limit in tokens that the server named; 0: none */
	char *message, *hint;                 /* owned; NULL: none */
};

/* Where an instance's secrets may go. url NULL: the plugin has no endpoint, so no request takes one along. */
struct endpoint { const char *url; const char *instance; };

/* The first rule that the plugin broke. what: allocated, NULL: it kept them. */
struct breach { int is_watched; enum rule_id rule; char *what; };

struct hn_call {
	struct cancel *cancel;                /* never NULL */
	const struct clock *clock;
	struct attend *attend;                /* or NULL */
	struct log *log;
	const char *plugin;                   /* the name of the one that was called; NULL: it is named elsewhere */
	/* The function that runs with it, for HOBNOB_DEBUG_PLUGINS: strict.h. whose NULL: no plugin's. */
	const char *whose;                    /* the plugin, whose name lives as long as the program */
	int is_provider;
	int function;                         /* ORDER_*: order.h */
	struct strict *strict;                /* NULL: it is not watched */
	struct breach breach;
	/* Any thread may use it, in turn, which this sees to; NULL: it belongs to one thread. */
	pthread_mutex_t *shared;
	/* Receives the events; NULL where none are expected (create, models): then emit()
	 * fails. */
	int32_t (*sink)(void *ud, const hn_event *);
	void *sink_ud;
	/* create() only: the options of the instance; else NULL. */
	const struct options *options;
	/* The called instance's endpoint and secrets, and the http of its session. */
	struct http *http;                    /* net/http.h; NULL: this call has no network */
	const struct endpoint *endpoint;
	struct call_error error;
	struct call_block *memory;
	struct child_run *children;           /* programs that the plugin has started: children.h */
	/* the error of a sink that failed, or HN_ERR_PLUGIN after a breach: later emits return it again */
	int32_t broken;
};

void call_init(struct hn_call *, struct cancel *, const struct clock *, struct log *);
/* Frees memory and error; the call can be initialised again. */
void call_end(struct hn_call *);

/* Takes over the memory of another call, which lives on to the end of this one. */
void call_adopt(struct hn_call *, struct hn_call *from);

/* What the functions of hn_host do with a call: door.h. */
int32_t call_emit(hn_call *, const hn_event *);
int32_t call_fail(hn_call *, const hn_error *);
int32_t call_cancelled(hn_call *);
void *call_alloc(hn_call *, size_t n);

/* fail() for the core's own use: message formatted, hint may be NULL. Returns code. */
int32_t call_failf(hn_call *, int32_t code, const char *hint, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* fail() for a rule that the plugin broke; empties the fault. Returns HN_ERR_PLUGIN. */
int32_t call_breach(struct hn_call *, enum rule_id, struct fault *);
/* The same, once more, for the first breach of a call that is watched: nothing that was said later counts. */
int32_t call_tell_breach(struct hn_call *);
/* 1 if a watched call has seen a breach. */
int call_breached(const struct hn_call *);
/* "chat() breaks the rule finish-once: WHAT", with the rule's sentence as the hint. function NULL: it is in WHAT. */
void breach_text(struct fault *, const char *function, enum rule_id, const char *what);
/* Forgets the error, before another attempt. */
void call_error_clear(struct hn_call *);

/* Waits for fds (may be NULL, 0): HN_WAIT_READY, HN_WAIT_TIMEOUT, or HN_ERR_INTERRUPTED; HN_ERR_PLUGIN,
 * with the reason in errno and the error slot, if the system cannot wait for these. Serves `attend` meanwhile. fds are struct hn_pollfd; ready is filled. */
int32_t call_wait(hn_call *, hn_pollfd *fds, uint32_t n, int64_t timeout_ms);
int64_t call_now(hn_call *);
/* For callers that wait elsewhere: serves what is due. Returns the ms until the next is due; -1: nothing. */
int64_t call_serve_due(hn_call *);

#endif
