/* SPDX-License-Identifier: MIT */
/*
 * bench/prices: what a look into the shipped table of prices costs, cold and warm.
 *
 * Cold: the file is put out of the page cache before each look (as far as the system follows that
 * advice). The measure is a run of `sh -c :`, which says how fast the machine is. Medians, in us.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "money/prices.h"
#include "util/mem.h"

#define ROUNDS 101

extern char **environ;

/* Monotonic time in us. */
static double now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Runs sh -c : to its end. */
static void run_sh(const struct paths *p)
{
	char sh[] = "sh", c[] = "-c", colon[] = ":", *argv[] = { sh, c, colon, NULL };
	pid_t pid;
	(void)p;
	if (posix_spawnp(&pid, sh, NULL, NULL, argv, environ) || waitpid(pid, NULL, 0) != pid)
		exit(1);
}

/* One look, as a turn makes it: whose prices, and which. Ends the program if nothing is found. */
static void look(const struct paths *p)
{
	struct listed found;
	char vendor[PRICES_VENDOR_ROOM], date[16];
	if (prices_vendor(p, "openrouter.ai", vendor) ||
		prices_find(p, vendor, "openai/gpt-5-nano-2025-08-07", &found, date)) {
		fprintf(stderr, "prices: no table in %s, or a model is missing in it\n", p->data);
		exit(1);
	}
}

/* Puts the table out of the page cache. */
static void forget(const struct paths *p)
{
	char *path = xasprintf("%s/prices.tsv", p->data);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) || close(fd))
		exit(1);
	free(path);
}

/* Leaves the page cache alone. */
static void keep(const struct paths *p)
{
	(void)p;
}

/* Order of two times. */
static int by_time(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* The median time of an act, each time behind a preparation that does not count. */
static double median(void (*prepare)(const struct paths *), void (*act)(const struct paths *),
	const struct paths *p)
{
	double took[ROUNDS];
	for (int i = 0; i < ROUNDS; i++) {
		prepare(p);
		double start = now_us();
		act(p);
		took[i] = now_us() - start;
	}
	qsort(took, ROUNDS, sizeof *took, by_time);
	return took[ROUNDS / 2];
}

/* Prints a line each. */
int main(int argc, char **argv)
{
	char share[] = "share";
	struct paths p = { .data = argc > 1 ? argv[1] : share };
	double sh = median(keep, run_sh, &p), cold = median(forget, look, &p),
	       warm = median(keep, look, &p);
	printf("sh -c :  %8.1f us\n", sh);
	printf("cold     %8.1f us   %.4f x sh\n", cold, cold / sh);
	printf("warm     %8.1f us   %.4f x sh\n", warm, warm / sh);
	return 0;
}
