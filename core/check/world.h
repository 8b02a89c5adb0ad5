/* SPDX-License-Identifier: MIT */
/*
 * world: the strict host that a plugin is checked in, and what becomes of each call.
 *
 * A world says how the host behaves: how long its structs are, which services it has, what the server answers, when emit() is
 * refused. A call records what the plugin did. The host reports breaches as they happen (findings.h).
 */
#ifndef HOBNOB_CHECK_WORLD_H
#define HOBNOB_CHECK_WORLD_H

#include <pthread.h>
#include <stdatomic.h>

#include "call/order.h"
#include "call/size.h"
#include "hobnob/plugin.h"
#include "check/answers.h"
#include "util/buf.h"

#define GROWN 2u /* pointers that each struct of a later hobnob is longer by */

/* The file that is checked. */
struct subject {
	const char *path;
	char *name;
	const hn_plugin *desc;
	const hn_provider *provider; /* one of the two */
	const hn_frontend *frontend;
	void *dl;
};

struct call;

struct world {
	const struct subject *subject;
	const struct answers *answers;
	unsigned grown;         /* 0 or GROWN */
	const char *absent;     /* the id of a service that this host lacks; NULL: none */
	int no_watch;           /* 1: do not compare the process before and after each function */
	size_t stack;           /* bytes of the stack of chat(); 0: the thread's own */
	/* options */
	int unset;              /* 1: no option has a value but those that are required */
	int hostile;            /* from 1: which hostile values each option has; 0: none */
	/* the server */
	const struct answer *only; /* what each request gets; NULL: the canned answers */
	size_t cut;             /* bytes that an answer comes in; 0: as its pieces are */
	size_t broken_after;    /* bytes of an answer after which request() fails by broken_with */
	int32_t broken_with;    /* 0: it does not */
	size_t ends_after;      /* bytes after which it ends as if it were whole; 0: it does not */
	int64_t retry_after_ms;
	int unknown;            /* 1: types of data and flags of a later hobnob */
	/* events */
	unsigned refuse_at;     /* the emit(), from 1, that returns refuse_with; 0: none */
	int32_t refuse_with;
	unsigned cancel_at;     /* the host function, from 1, in which the call is cancelled; 0: none */
	/* runs inside each host function of a call */
	void (*inside)(struct call *, const char *function);
	void *ud;
	/* made by world_host() */
	const hn_host *host;
	const void *services[8];
};

struct block {
	struct block *next;
	max_align_t bytes[];
};

/* Bytes that a provider emitted to get them back. */
struct opaque { char *name, *data; size_t n; };

struct call {
	hn_call *handle;
	struct world *world;
	const char *function;    /* "chat()" */
	struct order order;      /* what it says, one thing after another */
	int takes_events, takes_options, dry, over;
	pthread_t owner;
	atomic_int inside;       /* threads in host functions */
	unsigned hits, emits, requests, finishes, notices, asked_http;
	int32_t returned;
	int in_request, cancelled;
	int64_t cancelled_at, returned_at; /* us */
	/* what a host function returned to make the function unwind, and which one; NULL: none did */
	int32_t refused;
	const char *refused_by;
	int failed;              /* fail() was called */
	hn_error error;          /* its texts are below */
	char *message;
	struct buf text;         /* TEXT joined */
	struct buf trace;        /* all events, a line each; neighbouring pieces are joined */
	uint32_t last_type;
	struct buf sent;         /* requests, and what programs read */
	struct buf asked;        /* method and URL of each request */
	char *missing;           /* a request that no canned answer fits */
	struct opaque opaques[16];
	size_t n_opaques;
	struct block *memory;
	struct program *programs;
	void (*end_programs)(struct call *);
	int64_t now;             /* the clock, ms */
	const struct answer *fed_by; /* the longest answer that it got, or NULL */
};

/* Makes the host's tables; once for a world, freed with world_end(). */
void world_host(struct world *);
void world_end(struct world *);

/* Begins a call of a function: a literal, "chat()". */
struct call *call_new(struct world *, const char *function);
/* Its function has returned that: it is checked, and nobody may use the call from here on. */
void call_over(struct call *, int32_t returned);
void call_free(struct call *);

/* Around each host function. NULL: the handle names no call that runs; the function changes nothing. */
struct call *host_enter(hn_call *handle, const char *function);
void host_leave(struct call *);
/* 1 if a struct of the plugin's says a size that it can have; else a breach. */
int host_sized(const struct sized *, const void *theirs);
/* In one that waits or gives an event: counts, cancels, and runs what the world has for inside. */
void host_hit(struct call *, const char *function);
/* What a host function ("emit", "request") returns to make the plugin unwind. */
int32_t host_refuse(struct call *, const char *function, int32_t value);
/* fail() on the host's own account. */
int32_t host_fail(struct call *, int32_t code, const char *message);
int64_t host_us(void); /* monotonic */

/* Lends a struct of the host's, as long as this host has it. */
const void *world_lend(const struct world *, const void *owner, const char *what, const void *from, size_t n);

/* The services: http.c, services.c. */
extern const hn_http check_http;
extern const hn_io check_io;
extern const hn_text check_text;
extern const hn_log check_log;
extern const hn_process check_process;
#endif
