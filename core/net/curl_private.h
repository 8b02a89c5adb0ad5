/* SPDX-License-Identifier: MIT */
/*
 * curl_private: the inside of the http module: reply (what arrives, without curl), loop (curl's
 * sockets and timers), failure (what curl's errors mean). A set of connections runs one transfer at
 * a time.
 */
#ifndef HOBNOB_NET_CURL_PRIVATE_H
#define HOBNOB_NET_CURL_PRIVATE_H

#include <curl/curl.h>

#include "net/module.h"
#include "net/sse.h"
#include "util/buf.h"

/* ---- reply: head and body of an answer, as they arrive; pure ---- */
enum reply_form {
	REPLY_UNKNOWN, /* events or lines were requested, the first byte has not arrived */
	REPLY_EVENTS,
	REPLY_LINES,
	REPLY_WHOLE,   /* collected, given at the end */
	REPLY_ERROR    /* not 2xx: collected up to HTTP_ERROR_CAP, given at the end */
};

#define REPLY_ALLOWANCES 4
/* How much of the head has been read. */
struct head_reading {
	size_t bytes;             /* of all lines */
	int done;
	int request_id_rank;      /* of the header it came from; 0: none yet */
	int retry_in_ms;          /* retry-after-ms was there: it takes precedence over Retry-After */
	/* from x-ratelimit-remaining-* and -reset-*; -1: not given */
	struct allowance { char name[16]; int64_t left, reset_ms; } allowances[REPLY_ALLOWANCES];
	size_t n_allowances;
};

struct reply {
	const struct http_job *job;
	hn_http_response head;    /* its texts are in the buffers below */
	struct buf content_type, request_id, location;
	struct head_reading reading;
	enum reply_form form;
	/* bytes of a leading BOM matched; reading it ends with the first other byte */
	unsigned char bom;
	struct sse sse;
	struct buf body;          /* what is collected, or the unfinished line */
	uint64_t given;           /* number of calls of on_data */
	int nearly;               /* it last returned HN_NEARLY */
};

#define REPLY_TOO_LARGE (-1000)

void reply_init(struct reply *, const struct http_job *);
void reply_free(struct reply *);
/* One line of the head, with its line end. 0, or -1 if the whole head exceeds HTTP_HEADER_CAP. */
int reply_header(struct reply *, const char *p, size_t n);
/* Bytes of the body. 0; HN_ENOUGH: no more is needed; REPLY_TOO_LARGE; or on_data's value that
 * ended it. */
int32_t reply_body(struct reply *, const char *p, size_t n);
/* The body has ended. Returns as reply_body does. */
int32_t reply_end(struct reply *);
/* The wait that a header asks for, in ms; -1 if it is invalid, or in the past. */
int64_t reply_retry_ms(hn_str value, int64_t scale, int64_t wall_ms);

/* ---- loop: curl's side of waiting ---- */
/* The first bytes from a peer: those given to the TLS library, or those that arrived in place of a
 * head. greeted: our side began TLS. */
struct heard { int greeted; unsigned char p[5]; size_t n; };
void heard_bytes(struct heard *, const void *p, size_t n);
enum heard_what {
	HEARD_NOTHING,
	HEARD_SILENCE, /* no answer to a greeting */
	HEARD_HTTP,
	HEARD_TLS,
	HEARD_OTHER
};
enum heard_what heard_what(const struct heard *);

struct connections {
	CURLM *multi;
	hn_pollfd *fds;           /* the sockets that curl watches now */
	size_t n, cap;
	hn_pollfd *ready;         /* copy of the above for a wait; it holds ready_cap elements */
	size_t ready_cap;
	const struct http_job *job; /* the running job, or NULL */
	struct heard heard;       /* on the connection of that job */
	curl_socket_t kept;       /* of the connection that the last job left open; or CURL_SOCKET_BAD */
	int64_t timer_due;        /* when curl wants to be called; -1: never */
	struct buf content_type, request_id, location; /* of the last reply: they outlive the run */
};

struct connections *connections_open(void); /* NULL without memory */
void connections_close(struct connections *);
int connections_add(struct connections *, CURL *);    /* 0, or -1 */
void connections_drop(struct connections *, CURL *);  /* also cleans the handle up */
/* Waits until deadline at most (-1: no deadline) and lets curl work. Returns what wait() returned.
 * Sets *done and *result if the transfer ended. */
int32_t connections_step(struct connections *, int64_t deadline, int *done, CURLcode *result);

/* ---- transfer ---- */
/* One request, as http_module.run. */
int32_t transfer_run(struct connections *, const struct http_job *, hn_http_response *out);

/* ---- failure ---- */
enum transfer_phase {
	PHASE_CONNECT, /* nothing was sent */
	PHASE_SENT,    /* no byte of an answer has arrived */
	PHASE_ANSWER
};
/* Reports to the call why it fails; returns the kind. */
int32_t failure_of_curl(const struct http_job *, CURL *, CURLcode, enum transfer_phase, enum heard_what, const char *detail);
/* One of our own timeouts: since when (-1: not running), how long, what did not arrive, its
 * setting. */
struct timer { int64_t since, limit_ms; const char *what, *setting; };
int32_t failure_of_time(const struct http_job *, enum transfer_phase, enum heard_what, const struct timer *);
int32_t failure_of_size(const struct http_job *, const char *what, size_t cap);

#endif
