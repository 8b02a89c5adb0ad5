/* SPDX-License-Identifier: MIT */
/*
 * cancel: an atomic flag, and a pipe that wakes the waiting thread.
 *
 * The atomic is the truth, the pipe only an alarm. Whoever sets the atomic from 0 to 1 writes a byte, so the
 * pipe never fills. Clearing resets the atomic before it drains the pipe: a cancel in
 * between survives, at worst without its byte, and call_wait() reads the atomic before it sleeps.
 */
#include "call/call.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define SET 1
#define FOR_GOOD 2

/* Opens the pipe: never blocking, never inherited. */
int cancel_open(struct cancel *c)
{
	atomic_init(&c->set, 0);
	return pipe2(c->fds, O_NONBLOCK | O_CLOEXEC);
}

/* Closes the pipe. */
void cancel_close(struct cancel *c)
{
	for (int i = 0; i < 2; i++) {
		if (c->fds[i] >= 0)
			close(c->fds[i]);
		c->fds[i] = -1;
	}
}

/* Preserves errno, as a signal handler must. */
static void raise_alarm(struct cancel *c, int bits)
{
	int saved = errno;
	if (!atomic_fetch_or(&c->set, bits))
		while (write(c->fds[1], "!", 1) < 0 && errno == EINTR)
			;
	errno = saved;
}

void cancel_set(struct cancel *c)
{
	raise_alarm(c, SET);
}

void cancel_end(struct cancel *c)
{
	raise_alarm(c, SET | FOR_GOOD);
}

int cancel_is_set(const struct cancel *c)
{
	return atomic_load(&c->set) != 0;
}

void cancel_drain(struct cancel *c)
{
	char bytes[16];
	ssize_t n;
	do
		n = read(c->fds[0], bytes, sizeof bytes);
	while (n > 0 || (n < 0 && errno == EINTR));
}

/* Forgets a cancel. */
void cancel_clear(struct cancel *c)
{
	if (!(atomic_fetch_and(&c->set, ~SET) & FOR_GOOD))
		cancel_drain(c);
}
