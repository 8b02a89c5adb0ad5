/* SPDX-License-Identifier: MIT */
/*
 * module: the boundary between the program and the http module (http.so), which contains libcurl
 * and is loaded when first needed. Both sides are built together: hobnob rejects a module with
 * another version number.
 */
#ifndef HOBNOB_NET_MODULE_H
#define HOBNOB_NET_MODULE_H

#include "hobnob/plugin.h"

#define HTTP_MODULE_VERSION 5u
#define HTTP_MODULE_SYMBOL "hobnob_http_v1"
#define HTTP_EVENT_CAP (64u << 20)  /* bytes of one event, or of a whole body */
#define HTTP_ERROR_CAP (1u << 20)   /* bytes kept of an error's body */
#define HTTP_HEADER_CAP (64u << 10) /* bytes of all headers */
#define HTTP_DRAIN_CAP (64u << 10)  /* bytes read after HN_ENOUGH, to keep the connection */
#define HTTP_DRAIN_MS 100
#define HTTP_GRACE_MS 5000 /* HN_NEARLY: how long to wait for what may still follow */

/* What the module gets from the call: it waits, reads the clock and logs through these only. */
struct http_services {
	/* as call_wait */
	int32_t (*wait)(hn_call *, hn_pollfd *fds, uint32_t n, int64_t timeout_ms);
	int64_t (*now)(hn_call *);
	/* ms since 1970, for Retry-After dates */
	int64_t (*wall)(hn_call *);
	void (*log)(hn_call *, uint32_t level, hn_str text);
	int (*log_on)(hn_call *, uint32_t level);
	int32_t (*fail)(hn_call *, const hn_error *);
	/* a cancel ended an optional wait: it ends nothing else */
	void (*cancel_taken)(hn_call *);
};

struct http_job {
	hn_call *call;
	const struct http_services *services;
	const char *method, *url;
	const char *const *headers;         /* "Name: value", secrets in place */
	size_t n_headers;
	hn_str body;
	uint32_t framing;
	/* proxy NULL: curl's own environment rules; "": no proxy. ca_file, ca_path NULL: the
	 * system's; ca_file_by: the name that set ca_file */
	const char *proxy, *ca_file, *ca_file_by, *ca_path;
	int64_t connect_ms, first_token_ms, idle_ms;
	int32_t (*on_data)(void *ud, const hn_http_response *, uint32_t kind, hn_str event, hn_str data);
	void *ud;
};

/* What libcurl is, as static texts; NULL where it does not say. */
struct http_about {
	const char *version;  /* "7.88.1" */
	const char *tls;      /* "OpenSSL/3.0.17" */
	/* the trusted certificates if ca_file names none: a file, a directory */
	const char *ca_file, *ca_path;
};

struct http_module {
	uint32_t version;
	uint32_t reserved;
	/* once, before the first open() and after the last close(): 0, or -1 if curl cannot start */
	int (*begin)(void);
	void (*end)(void);
	/* a set of connections, which serves one request at a time; NULL if there is no memory */
	void *(*open)(void);
	void (*close)(void *);
	/* the descriptor of the connection that the last request left open, or -1 */
	int (*kept)(const void *);
	/* Returns as hn_http.request; out's texts live until the next run on these connections. */
	int32_t (*run)(void *connections, const struct http_job *, hn_http_response *out);
	void (*about)(struct http_about *out);
};

/* The module's one entry point, found by the name HTTP_MODULE_SYMBOL. */
HN_EXPORT const struct http_module *hobnob_http_v1(void);
typedef const struct http_module *(*http_module_entry)(void);

#endif
