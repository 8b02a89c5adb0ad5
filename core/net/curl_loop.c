/* SPDX-License-Identifier: MIT */
/*
 * curl_loop: lets libcurl work without ever waiting inside it.
 *
 * curl says which sockets to watch and when to call it; the call does the waiting, so cancel, the
 * frontend's descriptor and its ticks are served while curl resolves, connects, sends or receives.
 * No plugin or frontend code runs inside curl: SIGPIPE is blocked around each entry (OpenSSL writes
 * with write(2)), and must keep its meaning for a frontend whose reader went away.
 */
#include "net/curl_private.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "util/mem.h"

/* The state of SIGPIPE before curl was entered. */
struct quiet {
	sigset_t mask;
	int pending;
};

/* Blocks SIGPIPE. */
static void quiet_begin(struct quiet *q)
{
	sigset_t pipe, pending;
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	sigpending(&pending);
	q->pending = sigismember(&pending, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe, &q->mask);
}

/* Discards a SIGPIPE that arrived meanwhile, and unblocks it. */
static void quiet_end(const struct quiet *q)
{
	sigset_t pipe, pending;
	sigpending(&pending);
	if (!q->pending && sigismember(&pending, SIGPIPE)) {
		sigemptyset(&pipe);
		sigaddset(&pipe, SIGPIPE);
		sigtimedwait(&pipe, NULL, &(struct timespec){ 0 });
	}
	pthread_sigmask(SIG_SETMASK, &q->mask, NULL);
}

/* The index of a socket in the list of watched sockets; n if it is not there. */
static size_t find(const struct connections *c, curl_socket_t fd)
{
	size_t i = 0;
	while (i < c->n && c->fds[i].fd != fd)
		i++;
	return i;
}

/* curl: watch this socket for these events, or stop watching it. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *ud, void *socket_ud)
{
	struct connections *c = ud;
	size_t i = find(c, fd);
	(void)easy;
	(void)socket_ud;
	if (what == CURL_POLL_REMOVE) {
		if (i < c->n)
			c->fds[i] = c->fds[--c->n];
		return 0;
	}
	if (i == c->n) {
		c->fds = xgrow(c->fds, c->n, &c->cap, sizeof *c->fds);
		c->n++;
	}
	c->fds[i] = (hn_pollfd){
		.fd = fd,
		.events = (what & CURL_POLL_IN ? HN_POLL_IN : 0) |
			  (what & CURL_POLL_OUT ? HN_POLL_OUT : 0),
	};
	return 0;
}

/* curl: call me in this many ms (-1: not at all). Adds one ms, because curl counts in smaller units
 * and a call that comes too early does nothing. */
static int on_timer(CURLM *multi, long timeout_ms, void *ud)
{
	struct connections *c = ud;
	(void)multi;
	c->timer_due = -1;
	if (timeout_ms >= 0 && c->job)
		c->timer_due = c->job->services->now(c->job->call) + timeout_ms + (timeout_ms > 0);
	return 0;
}

struct connections *connections_open(void)
{
	struct connections *c = xcalloc(1, sizeof *c);
	c->timer_due = -1;
	c->kept = CURL_SOCKET_BAD;
	c->content_type = c->request_id = c->location = BUF(HTTP_HEADER_CAP);
	c->multi = curl_multi_init();
	if (!c->multi) {
		free(c);
		return NULL;
	}
	curl_multi_setopt(c->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(c->multi, CURLMOPT_SOCKETDATA, c);
	curl_multi_setopt(c->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(c->multi, CURLMOPT_TIMERDATA, c);
	return c;
}

void connections_close(struct connections *c)
{
	struct quiet q;
	if (!c)
		return;
	quiet_begin(&q);
	curl_multi_cleanup(c->multi);
	quiet_end(&q);
	buf_free(&c->content_type);
	buf_free(&c->request_id);
	buf_free(&c->location);
	free(c->fds);
	free(c->ready);
	free(c);
}

int connections_add(struct connections *c, CURL *easy)
{
	struct quiet q;
	quiet_begin(&q);
	CURLMcode rc = curl_multi_add_handle(c->multi, easy);
	quiet_end(&q);
	return rc == CURLM_OK ? 0 : -1;
}

/* Ends a transfer, complete or not; a connection in the middle of an answer is closed with it. */
void connections_drop(struct connections *c, CURL *easy)
{
	struct quiet q;
	quiet_begin(&q);
	curl_multi_remove_handle(c->multi, easy);
	curl_easy_cleanup(easy);
	quiet_end(&q);
}

/* Copies the watched sockets: curl changes the list while it works. */
static uint32_t copy_fds(struct connections *c)
{
	if (c->ready_cap < c->n) {
		c->ready_cap = c->cap;
		c->ready = xrealloc(c->ready, c->ready_cap * sizeof *c->ready);
	}
	if (c->n)
		memcpy(c->ready, c->fds, c->n * sizeof *c->ready);
	return (uint32_t)c->n;
}

/* What a ready descriptor means to curl. */
static int curl_events(uint32_t ready)
{
	return (ready & HN_POLL_IN ? CURL_CSELECT_IN : 0) |
	       (ready & HN_POLL_OUT ? CURL_CSELECT_OUT : 0) |
	       (ready & HN_POLL_ERR ? CURL_CSELECT_ERR : 0);
}

/* Keeps the first bytes that a peer sends. */
void heard_bytes(struct heard *heard, const void *p, size_t n)
{
	if (heard->n || !n)
		return;
	heard->n = n < sizeof heard->p ? n : sizeof heard->p;
	memcpy(heard->p, p, heard->n);
}

/* The protocol, by the bytes received. A TLS record begins with its type and a 3. */
enum heard_what heard_what(const struct heard *heard)
{
	if (!heard->n)
		return heard->greeted ? HEARD_SILENCE : HEARD_NOTHING;
	if (!memcmp(heard->p, "HTTP/", heard->n))
		return HEARD_HTTP;
	return heard->p[0] >= 0x14 && heard->p[0] <= 0x18 && (heard->n < 2 || heard->p[1] == 3)
		       ? HEARD_TLS
		       : HEARD_OTHER;
}

/* Lets curl handle what is ready, and its timer when it is due. */
static void work(struct connections *c, uint32_t n)
{
	struct quiet q;
	int running;
	quiet_begin(&q);
	for (uint32_t i = 0; i < n; i++)
		if (c->ready[i].ready && find(c, c->ready[i].fd) < c->n)
			curl_multi_socket_action(
				c->multi, c->ready[i].fd, curl_events(c->ready[i].ready), &running);
	if (c->timer_due >= 0 && c->job->services->now(c->job->call) >= c->timer_due) {
		c->timer_due = -1;
		curl_multi_socket_action(c->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	}
	quiet_end(&q);
}

/* One round of waiting and working. */
int32_t connections_step(struct connections *c, int64_t deadline, int *done, CURLcode *result)
{
	const struct http_services *s = c->job->services;
	int64_t now = s->now(c->job->call), until = deadline;
	uint32_t n = copy_fds(c);
	int left;
	if (c->timer_due >= 0 && (until < 0 || c->timer_due < until))
		until = c->timer_due;
	int32_t rc = s->wait(c->job->call, c->ready, n,
		until < 0     ? -1
		: until > now ? until - now
			      : 0);
	if (rc < 0)
		return rc;
	work(c, n);
	for (CURLMsg *m; (m = curl_multi_info_read(c->multi, &left));)
		if (m->msg == CURLMSG_DONE) {
			*done = 1;
			*result = m->data.result;
			curl_easy_getinfo(m->easy_handle, CURLINFO_ACTIVESOCKET, &c->kept);
		}
	return rc;
}
