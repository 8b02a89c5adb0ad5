/* SPDX-License-Identifier: MIT */
/*
 * strict: HOBNOB_DEBUG_PLUGINS: hobnob watches whether a plugin keeps the rules of rules.h while it works.
 *
 * The first breach ends the call with HN_ERR_PLUGIN and one message: plugin, function, rule, what happened. What can be
 * seen cheaply is seen: who uses a call (handle.c reports it), what is emitted and returned (order.h), what is borrowed
 * (lent.h), what changes in the process (traces.h). A breach outside of any call is told at the plugin's next call, or at
 * the end of the program.
 *
 * Off, which is the default, each of these does nothing and costs a test of a pointer.
 */
#ifndef HOBNOB_CALL_STRICT_H
#define HOBNOB_CALL_STRICT_H

#include "call/call.h"
#include "call/lent.h"

/* What is watched of one run of a plugin's function; it belongs to the call. */
struct strict;

/* Before the first plugin is loaded; it stays on. */
void strict_enable(void);
int strict_is_on(void);

/* ---- one run of a function; the call says plugin and function ---- */

/* It begins, on this thread. */
void strict_begin(hn_call *);
/* It has returned code, and nobody uses the call any more. Returns code, or HN_ERR_PLUGIN after a breach; then the call's
 * error is the breach. */
int32_t strict_end(hn_call *, int32_t code);
/* The function has returned; threads of the plugin's may still use the call. */
void strict_returned(hn_call *);

/* The plugin calls a host function with the call, and that returns. */
void strict_enter(hn_call *);
void strict_leave(hn_call *);

/* create() and destroy(): an instance was made; one is going to be destroyed, and is gone. */
void strict_made(const char *plugin);
void strict_destroying(const char *plugin);
void strict_destroyed(const char *plugin);

/* ---- what it says ---- */

/* Before and after emit(). Before: 0, or HN_ERR_PLUGIN after a breach. */
int32_t strict_emits(hn_call *, const hn_event *);
void strict_emitted(hn_call *, int32_t code);
void strict_failed(hn_call *, int32_t code); /* after fail() */
/* After a service that a call waits in ("request", "wait_for"), or any other host function (NULL). */
void strict_served(hn_call *, const char *service, int32_t code);
/* Around the put() of models(), on any thread. */
void strict_put_begins(void);
void strict_put_ends(int32_t code);

/* ---- what it borrows ---- */

/* A copy of the request, which the plugin loses when its function returns; NULL off: use the request itself. */
const hn_request *strict_request(const hn_request *);
/* The same of the value of an option: its texts are copied. */
void strict_value(hn_call *, hn_value *);
/* A struct of n bytes that the plugin fills; *out is where. Ends with strict_filled(), which copies it back. */
struct lent *strict_fills(const char *what, void *own, size_t n, void **out);
void strict_filled(struct lent *, void *own, size_t n);

/* A copy of an event of a session, which a frontend loses when its on_event() returns; NULL off, or where it is not a
 * plugin's: use the event itself. Ends with strict_event_over(). */
const hn_session_event *strict_event(const char *plugin, const hn_session_event *, struct lent **);
void strict_event_over(const char *plugin, struct lent *);

/* An on_data() that lends its arguments. */
struct strict_data {
	hn_call *call;
	int32_t (*on_data)(void *ud, const hn_http_response *, uint32_t type, hn_str event, hn_str data);
	void *ud;
	int32_t returned; /* the last value */
};
int32_t strict_on_data(void *strict_data, const hn_http_response *, uint32_t type, hn_str event, hn_str data);

/* ---- breaches without a call ---- */

/* A call was used after it had returned; plugin and function may be NULL: unknown. */
void strict_ended(const char *plugin, const char *function);
/* A frontend broke a rule of hobnob.session/1 in run(); plugin NULL: no plugin's frontend. */
void strict_misuse(const char *plugin, enum rule_id, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* At the end of the program: the next breach that nobody was told of, or 0. The fault has who, which rule and what. */
int strict_untold(struct fault *);

/* hobnob has put back what that function changed of the process (ambient.h): "the umask". */
void strict_changed(const char *plugin, const char *function, enum rule_id, const char *what, const char *more);

#endif
