/* SPDX-License-Identifier: MIT */
/* wake: each signal's handler writes its number into a pipe. */
#include "wake.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int wake[2];

int wake_open(void)
{
	return pipe2(wake, O_CLOEXEC | O_NONBLOCK);
}

int wake_fd(void)
{
	return wake[0];
}

/* The handler; if the pipe is full, the reader wakes anyway. */
static void on_signal(int number)
{
	int saved = errno;
	unsigned char byte = (unsigned char)number;
	ssize_t n = write(wake[1], &byte, 1);

	(void)n;
	errno = saved;
}

void wake_catch(int number, struct sigaction *before)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	sigemptyset(&action.sa_mask);
	sigaction(number, NULL, before);
	if (number != SIGTSTP || before->sa_handler != SIG_IGN)
		sigaction(number, &action, NULL);
}

uint64_t wake_take(void)
{
	unsigned char numbers[64];
	uint64_t set = 0;

	for (ssize_t n; (n = read(wake[0], numbers, sizeof numbers)) > 0;)
		while (n-- > 0)
			set |= UINT64_C(1) << (numbers[n] & 63);
	return set;
}

/* The signals' own actions are already restored. */
void wake_close(void)
{
	close(wake[0]);
	close(wake[1]);
}
