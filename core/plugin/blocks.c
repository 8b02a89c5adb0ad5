/* SPDX-License-Identifier: MIT */
/*
 * blocks: runs a provider that computes or waits by itself on its own thread, and passes its events
 * on.
 *
 * The frontend is only ever called on the session's thread, so the worker's events go through a
 * queue; the session's thread waits for them where every call waits, so that cancel, ticks and the
 * watched descriptor are served. Nothing can end a worker from outside: after a cancel hobnob waits
 * for it, and a second Ctrl-C ends the program.
 */
#include "plugin/blocks.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "call/guard.h"
#include "util/buf.h"
#include "util/mem.h"

/* Bytes that wait at most, in whole events: a provider that is faster than its frontend waits. */
#define QUEUE_MOST ((size_t)1 << 20)

struct queued {
	struct queued *next;
	size_t size;
	hn_event event;
	hn_usage usage;
	char *text, *name, *id, *mime;
};

/* All but `work` is written on both threads, by the lock. */
struct worker {
	pthread_mutex_t lock;
	pthread_cond_t taken;    /* the queue is empty again */
	struct queued *first, **last;
	size_t queued;           /* bytes */
	int ended;               /* the provider has returned */
	int32_t refused;         /* what the session's sink said, for later emits */
	int fds[2];              /* a byte for each event, and one for the end */
	handle_work work;
	void *ud;
	pthread_mutex_t turns;   /* of the plugin's threads */
	hn_call call;            /* the worker's own */
	struct talk *talk;
	int32_t code;
};

/* Tells the session's thread that there is something to see. */
static void wake(const struct worker *w)
{
	while (write(w->fds[1], "", 1) < 0 && errno == EINTR)
		;
}

/* A copy of a text of an event. */
static char *copy(hn_str *text)
{
	char *own = str_dup(*text);

	text->p = own;
	return own;
}

/* A copy of an event, which the call has taken whole, that outlives the emit. */
static struct queued *queued_new(const hn_event *event)
{
	struct queued *q = xcalloc(1, sizeof *q);

	q->event = *event;
	q->text = copy(&q->event.text);
	q->name = copy(&q->event.name);
	q->id = copy(&q->event.id);
	q->mime = copy(&q->event.mime);
	q->size = sizeof *q + event->text.n + event->name.n + event->id.n + event->mime.n;
	if (event->usage) {
		q->usage = *event->usage;
		q->event.usage = &q->usage;
	}
	return q;
}

static void queued_free(struct queued *q)
{
	free(q->text);
	free(q->name);
	free(q->id);
	free(q->mime);
	free(q);
}

/* Adds to the queue as soon as there is room. What the session's sink said to an earlier event. */
static int32_t enqueue(struct worker *w, struct queued *q)
{
	int32_t refused;

	pthread_mutex_lock(&w->lock);
	while (!w->refused && w->queued >= QUEUE_MOST)
		pthread_cond_wait(&w->taken, &w->lock);
	refused = w->refused;
	if (!refused) {
		*w->last = q;
		w->last = &q->next;
		w->queued += q->size;
	}
	pthread_mutex_unlock(&w->lock);
	return refused;
}

static int32_t worker_sink(void *ud, const hn_event *event)
{
	struct worker *w = ud;
	struct queued *q = queued_new(event);
	int32_t refused = enqueue(w, q);

	if (refused)
		queued_free(q);
	else
		wake(w);
	return refused;
}

static void *worker_main(void *ud)
{
	struct worker *w = ud;

	guard_set_talk(w->talk);
	w->code = handle_run(&w->call, w->work, w->ud);
	pthread_mutex_lock(&w->lock);
	w->ended = 1;
	pthread_mutex_unlock(&w->lock);
	wake(w);
	return NULL;
}

/* Takes the whole queue; *ended says whether more may come. */
static struct queued *take_queue(struct worker *w, int *ended)
{
	struct queued *all;
	char bytes[64];

	while (read(w->fds[0], bytes, sizeof bytes) > 0)
		;
	pthread_mutex_lock(&w->lock);
	all = w->first;
	w->first = NULL;
	w->last = &w->first;
	w->queued = 0;
	*ended = w->ended;
	pthread_cond_broadcast(&w->taken);
	pthread_mutex_unlock(&w->lock);
	return all;
}

/* Passes the queue on to the session's sink; later emits return the sink's refusal. 1 once the
 * worker has ended. */
static int pass_on(struct worker *w, hn_call *call)
{
	int ended;
	struct queued *next, *q = take_queue(w, &ended);
	int32_t code = 0;

	for (; q; q = next) {
		next = q->next;
		if (code >= 0)
			code = call_emit(call, &q->event);
		queued_free(q);
	}
	if (code < 0) {
		pthread_mutex_lock(&w->lock);
		w->refused = code;
		pthread_cond_broadcast(&w->taken);
		pthread_mutex_unlock(&w->lock);
	}
	return ended;
}

/* Serves the worker until it has ended. After a cancel this waits for its end only. */
static void serve(struct worker *w, hn_call *call)
{
	hn_pollfd fd = { .fd = w->fds[0], .events = HN_POLL_IN };
	struct pollfd plain = { .fd = w->fds[0], .events = POLLIN };

	while (!pass_on(w, call)) {
		if (call_cancelled(call))
			poll(&plain, 1, (int)call_serve_due(call));
		else
			call_wait(call, &fd, 1, -1);
	}
}

/* Moves the failure of the worker's call to the session's call. */
static void pass_error(struct worker *w, hn_call *call)
{
	const struct call_error *e = &w->call.error;
	hn_error error = {
		.struct_size = sizeof error,
		.code = e->code,
		.status = e->status,
		.flags = e->flags,
		.retry_after_ms = e->retry_after_ms,
		.message = str_of(e->message),
		.hint = str_of(e->hint),
		.window = e->window,
		.prompt = e->prompt,
		.max_output = e->max_output,
	};

	if (e->code && (!call->error.code || call_breached(&w->call)))
		call_fail(call, &error);
	free(call->breach.what);
	call->breach = w->call.breach;
	w->call.breach.what = NULL;
}

/* The worker's call does what the session's does, but for the frontend, which belongs to this thread. */
static void begin_call(struct worker *w, const hn_call *call)
{
	call_init(&w->call, call->cancel, call->clock, call->log);
	w->call.shared = &w->turns;
	w->call.plugin = call->plugin;
	w->call.whose = call->whose;
	w->call.is_provider = call->is_provider;
	w->call.function = call->function;
	w->call.http = call->http;
	w->call.endpoint = call->endpoint;
	w->call.sink = call->sink ? worker_sink : NULL;
	w->call.sink_ud = w;
}

/* Starts the thread, serves it, joins it. */
static int32_t run(struct worker *w, const char *who, hn_call *call)
{
	pthread_t thread;
	int32_t code;

	begin_call(w, call);
	code = pthread_create(&thread, NULL, worker_main, w);
	if (code)
		return call_failf(call, HN_ERR_PLUGIN, NULL, "no thread for %s: %s", who, strerror(code));
	serve(w, call);
	pthread_join(thread, NULL);
	pass_error(w, call);
	call_adopt(call, &w->call);
	call_end(&w->call);
	return w->code;
}

int32_t blocks_run(const char *who, hn_call *call, handle_work work, void *ud)
{
	struct worker w = { .work = work, .ud = ud, .last = &w.first, .talk = guard_talk() };
	int32_t code;

	if (pipe2(w.fds, O_CLOEXEC | O_NONBLOCK))
		return call_failf(call, HN_ERR_PLUGIN, NULL, "no pipe for %s: %s", who, strerror(errno));
	pthread_mutex_init(&w.lock, NULL);
	pthread_mutex_init(&w.turns, NULL);
	pthread_cond_init(&w.taken, NULL);
	code = run(&w, who, call);
	pthread_cond_destroy(&w.taken);
	pthread_mutex_destroy(&w.turns);
	pthread_mutex_destroy(&w.lock);
	close(w.fds[0]);
	close(w.fds[1]);
	return code;
}
