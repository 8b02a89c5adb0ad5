/* SPDX-License-Identifier: MIT */
/* watch: see the header. */
#include "check/watch.h"

#include <dirent.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check/findings.h"

extern char **environ;

static int is_file_of_ours[3];

void watch_output(void)
{
	for (int fd = 1; fd <= 2; fd++) {
		int file = memfd_create("output", MFD_CLOEXEC);
		if (file < 0 || dup2(file, fd) < 0)
			continue;
		close(file);
		is_file_of_ours[fd] = 1;
	}
}

/* What was printed to 1 or 2 so far, bytes. */
static off_t printed(int fd)
{
	return is_file_of_ours[fd] ? lseek(fd, 0, SEEK_END) : 0;
}

static unsigned long hash_environment(void)
{
	unsigned long h = 5381;
	for (char **e = environ; e && *e; e++)
		for (const char *p = *e; *p; p++)
			h = h * 33 + (unsigned char)*p;
	return h;
}

void watch_take(struct watch *w)
{
	struct stat here = { 0 };
	memset(w, 0, sizeof *w);
	for (int i = 1; i < WATCH_SIGNALS; i++)
		sigaction(i, NULL, &w->acts[i]);
	pthread_sigmask(SIG_SETMASK, NULL, &w->mask);
	const char *locale = setlocale(LC_ALL, NULL);
	snprintf(w->locale, sizeof w->locale, "%s", locale ? locale : "");
	if (!stat(".", &here)) {
		w->device = here.st_dev;
		w->folder = here.st_ino;
	}
	umask(w->umask = umask(0));
	w->environment = hash_environment();
	fflush(stdout);
	for (int fd = 1; fd <= 2; fd++)
		w->printed[fd] = printed(fd);
}

static void compare_signals(const struct watch *before, const struct watch *now)
{
	for (int i = 1; i < WATCH_SIGNALS; i++) {
		if (before->acts[i].sa_handler != now->acts[i].sa_handler)
			breach(RULE_SIGNALS, "it changed the handler of signal %d (%s)", i, strsignal(i));
		if (sigismember(&before->mask, i) != sigismember(&now->mask, i))
			breach(RULE_SIGNALS, "it %s signal %d (%s)", sigismember(&now->mask, i) ? "blocked" : "unblocked", i, strsignal(i));
	}
}

/* The beginning of what was printed since. */
static void compare_output(const struct watch *before, const struct watch *now)
{
	for (int fd = 1; fd <= 2; fd++) {
		char text[80];
		if (now->printed[fd] <= before->printed[fd])
			continue;
		ssize_t n = pread(fd, text, sizeof text - 1, before->printed[fd]);
		text[n > 0 ? n : 0] = '\0';
		for (char *p = text; *p; p++)
			if ((unsigned char)*p < 32)
				*p = ' ';
		breach(RULE_NO_PRINT, "it wrote %lld bytes to standard %s: \"%s\"", (long long)(now->printed[fd] - before->printed[fd]),
			fd == 1 ? "output" : "error", text);
	}
}

void watch_compare(const struct watch *before)
{
	struct watch now;
	watch_take(&now);
	compare_signals(before, &now);
	if (strcmp(findings->now, "run()") != 0) /* a frontend prints there */
		compare_output(before, &now);
	if (strcmp(before->locale, now.locale) != 0)
		breach(RULE_LOCALE, "the locale was %s and is %s", before->locale, now.locale);
	if (before->device != now.device || before->folder != now.folder)
		breach(RULE_CWD, "the working directory is another one");
	if (before->umask != now.umask)
		breach(RULE_CWD, "the umask was %03o and is %03o", (unsigned)before->umask, (unsigned)now.umask);
	if (before->environment != now.environment)
		breach(RULE_ENVIRONMENT, "the environment has changed");
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			breach(RULE_FDS, "descriptor %d is closed", fd);
}

void watch_fds(struct watch_fds *w)
{
	const unsigned width = 8 * sizeof *w->bits;
	memset(w, 0, sizeof *w);
	for (unsigned fd = 0; fd < 1024; fd++)
		if (fcntl((int)fd, F_GETFD) >= 0)
			w->bits[fd / width] |= 1ul << fd % width;
}

void watch_fds_compare(const struct watch_fds *before)
{
	const unsigned width = 8 * sizeof *before->bits;
	struct watch_fds now;
	watch_fds(&now);
	for (unsigned fd = 0; fd < 1024; fd++) {
		int was = before->bits[fd / width] >> fd % width & 1, is = now.bits[fd / width] >> fd % width & 1;
		if (was != is)
			breach(RULE_FDS, is ? "descriptor %u is left open" : "descriptor %u of others is closed", fd);
	}
}

unsigned watch_threads(void)
{
	unsigned n = 0;
	DIR *d = opendir("/proc/self/task");
	for (struct dirent *e; d && (e = readdir(d));)
		n += e->d_name[0] != '.';
	if (d)
		closedir(d);
	return n;
}
