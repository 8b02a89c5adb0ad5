/* SPDX-License-Identifier: MIT */
/* screen: a stream onto standard output that can always be ended. */
#include "screen.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

static struct {
	const struct services *services;
	hn_session *session;
	FILE *stream;
	int lost; /* nothing more can be written */
} screen;

/* Waits until the terminal accepts output. 0, or -1 if it never will. An interrupt is not for us:
 * *interrupted keeps it. */
static int wait_for_room(int *interrupted)
{
	hn_pollfd fd = { .fd = STDOUT_FILENO, .events = HN_POLL_OUT };

	for (;;) {
		int32_t waited = screen.services->session->wait_for(screen.session, &fd, 1, -1);
		if (waited >= 0)
			return 0;
		if (waited != HN_ERR_INTERRUPTED)
			return -1;
		*interrupted = 1;
	}
}

/* Writes bytes, or drops them once writing is impossible. Never fails: nobody could be told. */
static ssize_t put(void *cookie, const char *bytes, size_t n)
{
	size_t left = n;
	int interrupted = 0;

	(void)cookie;
	while (left && !screen.lost) {
		if (wait_for_room(&interrupted)) {
			screen.lost = 1;
			break;
		}
		ssize_t wrote = write(STDOUT_FILENO, bytes, left < PIPE_BUF ? left : PIPE_BUF);
		if (wrote > 0) {
			bytes += wrote;
			left -= (size_t)wrote;
		} else if (errno != EINTR && errno != EAGAIN) {
			screen.lost = 1;
		}
	}
	if (interrupted) /* the next to wait must still see it */
		screen.services->session->cancel(screen.session);
	return (ssize_t)n;
}

FILE *screen_open(const struct services *services, hn_session *session)
{
	const cookie_io_functions_t functions = { .write = put };

	screen.services = services;
	screen.session = session;
	screen.lost = 0;
	screen.stream = fopencookie(NULL, "w", functions);
	if (screen.stream)
		setvbuf(screen.stream, NULL, _IOLBF, BUFSIZ);
	return screen.stream;
}

void screen_close(void)
{
	if (screen.stream)
		fclose(screen.stream);
	screen.stream = NULL;
}
