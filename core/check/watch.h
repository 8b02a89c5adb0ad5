/* SPDX-License-Identifier: MIT */
/* watch: the state of the process that a plugin has to leave as it was. */
#ifndef HOBNOB_CHECK_WATCH_H
#define HOBNOB_CHECK_WATCH_H

#include <signal.h>
#include <sys/stat.h>

#define WATCH_SIGNALS 65

struct watch {
	struct sigaction acts[WATCH_SIGNALS];
	sigset_t mask;
	char locale[256];
	dev_t device;
	ino_t folder;
	mode_t umask;
	unsigned long environment; /* a hash */
	off_t printed[3];          /* bytes of 1 and 2, where they are files of ours */
};

/* Makes standard output and error files of ours, whose growth is seen; keeps the others open elsewhere. */
void watch_output(void);
void watch_take(struct watch *);
/* Reports what changed since, each by its rule. */
void watch_compare(const struct watch *before);

/* A bit for each of the first 1024 descriptors that is open. */
struct watch_fds { unsigned long bits[1024 / (8 * sizeof(unsigned long))]; };
void watch_fds(struct watch_fds *);
/* Reports one that is open now and was not, or the other way round. */
void watch_fds_compare(const struct watch_fds *before);
unsigned watch_threads(void); /* of the process */

#endif
