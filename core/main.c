/* SPDX-License-Identifier: MIT */
/*
 * main: signals, and what lives as long as the program.
 *
 * A signal cancels what works (call/task.h), and everything that waits unwinds from there. A provider's call that
 * never asks whether it is cancelled cannot be ended so: a second signal, at least GRACE_MS after one that it has not
 * taken, ends the process, naming the plugin. So does a plugin that crashes or exits (call/fatal.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "call/ambient.h"
#include "call/fatal.h"
#include "call/kind.h"
#include "call/strict.h"
#include "cli/cli.h"
#include "cli/output.h"
#include "host.h"
#include "net/pool.h"
#include "store/day.h"
#include "store/store.h"
#include "util/child.h"
#include "util/quit.h"

#define GRACE_MS 300

/* What the signal handler needs. */
static struct {
	struct tasks *tasks;
	_Atomic int_least64_t first; /* when the first signal came that nobody has taken, ms */
	atomic_int piped; /* a reader of ours went away */
} on_signal;

/* Monotonic ms; async-signal-safe. */
static int_least64_t now_ms(void)
{
	struct timespec t = { 0 };
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int_least64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Ends the process by the signal itself; async-signal-safe. */
static void die_of(int sig)
{
	sigset_t set;
	signal(sig, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(sig);
	quit(128 + sig);
}

/* A signal that comes while an earlier one was not taken for long: what runs is stuck, so the process ends. */
static void again(int sig)
{
	if (now_ms() - atomic_load(&on_signal.first) < GRACE_MS)
		return;
	fatal_stuck(on_signal.tasks);
	die_of(sig);
}

/* The handler of SIGINT, SIGTERM and SIGHUP. */
static void handle(int sig)
{
	int saved = errno;
	struct tasks *tasks = on_signal.tasks;
	int pending = sig == SIGINT ? tasks_interrupt(tasks) : tasks_end(tasks, sig);
	if (pending)
		again(sig);
	else
		atomic_store(&on_signal.first, now_ms());
	errno = saved;
}

/* The handler of SIGPIPE: the write that it came from fails, and what came of a reply is kept before
 * the program dies of it. Unlike an ignored signal it is the default again for a program that we run. */
static void handle_pipe(int sig)
{
	(void)sig;
	atomic_store(&on_signal.piped, 1);
}

/* Handles the signals that were not ignored from outside, as nohup and background jobs have it. */
static void catch_signals(struct tasks *tasks)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction act = { .sa_handler = handle, .sa_flags = SA_RESTART }, old;
	on_signal.tasks = tasks;
	child_prepare();
	signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is an error of write(2), not the end of the chat */
	sigemptyset(&act.sa_mask);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaddset(&act.sa_mask, signals[i]);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		if (!sigaction(signals[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &act, NULL);
	act.sa_handler = handle_pipe;
	if (!sigaction(SIGPIPE, NULL, &old) && old.sa_handler != SIG_IGN)
		sigaction(SIGPIPE, &act, NULL);
}

/* 1 if the reader of standard output went away while we wrote. */
static int reader_is_gone(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };
	return atomic_load(&on_signal.piped) && poll(&out, 1, 0) > 0 && out.revents & POLLERR;
}

/* From here on signals end the process by themselves. */
static void release_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		struct sigaction old;
		if (!sigaction(signals[i], NULL, &old) && old.sa_handler == handle)
			signal(signals[i], SIG_DFL);
	}
}

/* Opens whichever of the three standard descriptors is closed, or the next file opened would take
 * its place: an empty input, and outputs that cannot be written. */
static void open_standard(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", O_RDONLY) < 0)
			return;
}

/* Makes what needs no settings. 0, or an exit status after saying why not. */
static int runtime_begin(struct runtime *rt)
{
	paths_find(&rt->paths);
	rt->secrets = secrets_new();
	rt->pool = pool_new();
	char *dir = store_dir(&rt->paths);
	rt->day = day_new(dir);
	free(dir);
	rt->log->redact = secrets_redact;
	rt->log->ud = rt->secrets;
	if (!tasks_open(rt->tasks))
		return 0;
	return cli_error(rt, HN_ERR_CONFIG, NULL, "%s", strerror(errno));
}

/* Frees all; instances and sessions are gone. */
static void runtime_end(struct runtime *rt)
{
	day_free(rt->day);
	pool_free(rt->pool);
	registry_free(rt->registry);
	settings_free(rt->settings);
	log_close(rt->log);
	secrets_free(rt->secrets);
	paths_free(&rt->paths);
}

/* Reads the command line and runs it. The exit status. */
static int run(struct runtime *rt, int argc, char **argv)
{
	struct cli cli;
	struct fault f = { 0 };
	int status = cli_parse(&cli, argc, argv, &f) ? cli_fault(rt, &f) : cli_main(rt, &cli);
	cli_free(&cli);
	return status;
}

/* What plugins broke outside of any call, with HOBNOB_DEBUG_PLUGINS: nobody has told it yet. The exit status. */
static int tell_untold(struct runtime *rt, int status)
{
	struct fault f = { 0 };
	while (strict_untold(&f)) {
		int told = cli_fault(rt, &f);
		status = status ? status : told;
	}
	return status;
}

/* Takes the user's locale for characters; where that is not UTF-8 (a container's is C, mostly), C's
 * with UTF-8: it is what we write in any case, so that is how a line editor must count. It becomes this thread's own,
 * or a plugin that calls setlocale() would change it. */
static void take_locale(void)
{
	setlocale(LC_CTYPE, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
	uselocale(duplocale(LC_GLOBAL_LOCALE));
}

int main(int argc, char **argv)
{
	struct log log = { .level = 0 };
	struct tasks tasks;
	struct runtime rt = {
		.log = &log,
		.host = &hobnob_host,
		.clock = &clock_real,
		.tasks = &tasks,
		.task = &tasks.own,
	};
	open_standard();
	take_locale();
	int status = runtime_begin(&rt);
	if (!status) {
		catch_signals(&tasks);
		fatal_start();
		ambient_start(&log);
		status = tell_untold(&rt, run(&rt, argc, argv));
	}
	int ending = atomic_load(&tasks.ending);
	fatal_over(status);
	release_signals();
	runtime_end(&rt);
	tasks_close(&tasks);
	if (ending)
		die_of(ending);
	if (status == kind_exit(HN_ERR_INTERRUPTED))
		die_of(SIGINT);
	if (status == kind_exit(HN_ERR_OUTPUT) && reader_is_gone())
		die_of(SIGPIPE);
	return status;
}
