/* SPDX-License-Identifier: MIT */
/* loopback: a server on 127.0.0.1 that answers request after request with the exact bytes of a script, on a thread of its own. */
#ifndef HOBNOB_TESTS_LOOPBACK_H
#define HOBNOB_TESTS_LOOPBACK_H

#include <check.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/buf.h"

/* SILENT: open and still, until the client goes. RESET_WHEN_TOLD: once a byte was written to go[1], for a
 * reset takes what the client has not read yet with it. */
enum after { KEEP, CLOSE, RESET, RESET_WHEN_TOLD, SILENT };

struct step {
	const char *bytes;
	size_t n; /* 0: a C string */
	size_t piece; /* bytes a write; 0: all at once */
	enum after after;
};

struct loopback {
	int listener, stop[2], go[2];
	int port;
	const struct step *steps;
	size_t n_steps;
	unsigned connections, requests;
	struct buf last; /* the last request, whole */
	pthread_t thread;
	char url[64];
};

/* Waits until fd can be read; 0 if the test is over. */
static inline int loopback_wait(struct loopback *s, int fd)
{
	struct pollfd p[2] = { { .fd = fd, .events = POLLIN },
		{ .fd = s->stop[0], .events = POLLIN } };
	while (poll(p, 2, -1) < 0)
		;
	return !p[1].revents;
}

/* Reads one request into last; 0 at the end of the connection. */
static inline int loopback_read(struct loopback *s, int fd)
{
	size_t want = 0;
	char piece[65536];
	buf_cut(&s->last, 0);
	while (!want || s->last.n < want) {
		ssize_t n = loopback_wait(s, fd) ? read(fd, piece, sizeof piece) : 0;
		if (n <= 0)
			return 0;
		buf_add(&s->last, piece, (size_t)n);
		const char *end = strstr(s->last.p, "\r\n\r\n");
		const char *length = strcasestr(s->last.p, "\r\nContent-Length:");
		if (end)
			want = (size_t)(end + 4 - s->last.p) +
			       (length && length < end ? strtoul(length + 17, NULL, 10) : 0);
	}
	return 1;
}

/* Writes a step's bytes; 0 if the client has gone. */
static inline int loopback_write(int fd, const struct step *step)
{
	size_t n = step->n ? step->n : strlen(step->bytes);
	for (size_t at = 0; at < n;) {
		size_t piece = step->piece && step->piece < n - at ? step->piece : n - at;
		ssize_t done = send(fd, step->bytes + at, piece, MSG_NOSIGNAL);
		if (done <= 0)
			return 0;
		at += (size_t)done;
	}
	return 1;
}

/* Plays one connection from step *at on. */
static inline void loopback_play(struct loopback *s, int fd, size_t *at)
{
	int one = 1;
	struct linger linger = { 1, 0 };
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	while (*at < s->n_steps && loopback_read(s, fd)) {
		const struct step *step = &s->steps[(*at)++];
		s->requests++;
		if (!loopback_write(fd, step))
			return;
		if (step->after == SILENT) {
			char c;
			while (loopback_wait(s, fd) && read(fd, &c, 1) > 0)
				;
		}
		if (step->after == RESET_WHEN_TOLD)
			loopback_wait(s, s->go[0]);
		if (step->after == RESET || step->after == RESET_WHEN_TOLD)
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
		if (step->after != KEEP)
			return;
	}
}

/* Accepts until the script or the test is over. */
static inline void *loopback_run(void *ud)
{
	struct loopback *s = ud;
	size_t at = 0;
	while (at < s->n_steps && loopback_wait(s, s->listener)) {
		int fd = accept(s->listener, NULL, NULL);
		if (fd < 0)
			break;
		s->connections++;
		loopback_play(s, fd, &at);
		close(fd);
	}
	return NULL;
}

/* Opens a listening socket on a free port. */
static inline int loopback_listen(int backlog, int *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, size), 0);
	ck_assert_int_eq(listen(fd, backlog), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&a, &size), 0);
	*port = ntohs(a.sin_port);
	return fd;
}

/* Starts it; the steps are borrowed. */
static inline void loopback_start(struct loopback *s, const struct step *steps, size_t n)
{
	*s = (struct loopback){ .steps = steps, .n_steps = n, .last = BUF(BUF_NO_CAP) };
	s->listener = loopback_listen(16, &s->port);
	snprintf(s->url, sizeof s->url, "http://127.0.0.1:%d", s->port);
	ck_assert_int_eq(pipe(s->stop), 0);
	ck_assert_int_eq(pipe(s->go), 0);
	ck_assert_int_eq(pthread_create(&s->thread, NULL, loopback_run, s), 0);
}

/* Ends it; what it counted stays. */
static inline void loopback_stop(struct loopback *s)
{
	ck_assert_int_eq(write(s->stop[1], "x", 1), 1);
	pthread_join(s->thread, NULL);
	close(s->listener);
	close(s->stop[0]);
	close(s->stop[1]);
	close(s->go[0]);
	close(s->go[1]);
}

#endif
