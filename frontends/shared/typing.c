/* SPDX-License-Identifier: MIT */
/* typing: the quiet terminal, what is typed into it, and the signals that must find it as it was. */
#include "shared/typing.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "util/mem.h"

#define CHUNK ((size_t)64 << 10)

/* The signals that stop the program, let it go on, or end it at once. SIGINT, SIGTERM and SIGHUP
 * end what runs, and then the terminal is put back in order. */
static const int stops[] = { SIGTSTP, SIGCONT };
static const int ends[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT, SIGSYS, SIGTRAP };
#define N_STOPS (sizeof stops / sizeof *stops)
#define N_ENDS (sizeof ends / sizeof *ends)

static struct {
	const struct services *services;
	hn_session *session;
	volatile sig_atomic_t open, quiet, marks;
	struct termios theirs, ours;
	struct sigaction stops[N_STOPS], ends[N_ENDS]; /* what those signals did before */
	char *p;
	size_t n, cap;
	struct queued queued; /* by what is in p, too */
} typing;

/* ---- the terminal's modes; async-signal-safe ---- */

/* Sets them, from the background as well. */
static void set_modes(const struct termios *modes)
{
	sigset_t set, before;

	sigemptyset(&set);
	sigaddset(&set, SIGTTOU);
	pthread_sigmask(SIG_BLOCK, &set, &before);
	tcsetattr(STDIN_FILENO, TCSANOW, modes);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* 1 if the terminal is ours to change: a program in the background leaves it alone. */
static int in_front(void)
{
	return tcgetpgrp(STDIN_FILENO) == getpgrp();
}

static void write_marks(int on)
{
	ssize_t n = write(STDOUT_FILENO, on ? "\033[?2004h" : "\033[?2004l", 8);

	(void)n;
}

static void put_back(void)
{
	if (!typing.quiet || !in_front())
		return;
	set_modes(&typing.theirs);
	if (typing.marks)
		write_marks(0);
}

static void take_again(void)
{
	if (!typing.quiet || !in_front())
		return;
	set_modes(&typing.ours);
	if (typing.marks)
		write_marks(1);
}

/* ---- signals ---- */

/* What a signal did before typing_open(). */
static const struct sigaction *action_before(int number)
{
	for (size_t i = 0; i < N_STOPS; i++)
		if (stops[i] == number)
			return &typing.stops[i];
	for (size_t i = 0; i < N_ENDS; i++)
		if (ends[i] == number)
			return &typing.ends[i];
	return NULL;
}

/* Lets a signal do that, now. */
static void pass_on(int number, const struct sigaction *action, struct sigaction *mine)
{
	sigset_t set, before;

	sigaction(number, action, mine);
	raise(number);
	sigemptyset(&set);
	sigaddset(&set, number);
	pthread_sigmask(SIG_UNBLOCK, &set, &before);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* Ctrl-Z, and what ends it. */
static void on_stop(int number)
{
	int saved = errno;
	struct sigaction mine;

	if (number == SIGTSTP) {
		put_back();
		pass_on(number, action_before(number), &mine);
		sigaction(number, &mine, NULL);
	}
	take_again();
	errno = saved;
}

/* 1 if somebody else sent it. */
static int is_sent(const siginfo_t *info)
{
	return info->si_code <= 0 && info->si_pid != getpid();
}

/* The end. A fault of the program's own comes again when the handler returns. What somebody else sent ends the program by
 * itself: raised again it would pass for an abort() of ours. */
static void on_end(int number, siginfo_t *info, void *context)
{
	static const struct sigaction usual = { .sa_handler = SIG_DFL };
	struct sigaction mine;

	(void)context;
	put_back();
	if (info->si_code > 0 && number != SIGQUIT && number != SIGABRT)
		sigaction(number, action_before(number), NULL);
	else
		pass_on(number, is_sent(info) ? &usual : action_before(number), &mine);
}

/* Catches one signal, unless it is ignored. */
static void catch(int number, const struct sigaction *action, struct sigaction *before)
{
	sigaction(number, NULL, before);
	if ((before->sa_flags & SA_SIGINFO) || before->sa_handler != SIG_IGN)
		sigaction(number, action, NULL);
}

static void catch_signals(void)
{
	struct sigaction stop = { .sa_handler = on_stop, .sa_flags = SA_RESTART };
	struct sigaction end = { .sa_sigaction = on_end, .sa_flags = SA_SIGINFO | SA_ONSTACK };

	sigemptyset(&stop.sa_mask);
	sigemptyset(&end.sa_mask);
	for (size_t i = 0; i < N_STOPS; i++)
		catch(stops[i], &stop, &typing.stops[i]);
	for (size_t i = 0; i < N_ENDS; i++)
		catch(ends[i], &end, &typing.ends[i]);
}

static void release_signals(void)
{
	for (size_t i = 0; i < N_STOPS; i++)
		sigaction(stops[i], &typing.stops[i], NULL);
	for (size_t i = 0; i < N_ENDS; i++)
		sigaction(ends[i], &typing.ends[i], NULL);
}

/* A plugin that calls exit() in the middle of a turn leaves no quiet terminal either. */
__attribute__((destructor)) static void at_exit(void)
{
	if (typing.open)
		put_back();
}

/* ---- what is typed ---- */

/* Makes room for one more chunk. 0, or -1 if there is enough, or no memory. */
static int make_room(void)
{
	if (typing.n >= TYPING_MAX)
		return -1;
	char *p = mem_room(typing.p, typing.n + CHUNK, &typing.cap);
	typing.p = p ? p : typing.p;
	return p ? 0 : -1;
}

/* Keeps what the terminal has. 0, or -1 if there is nothing to be had any more. */
static int keep(void)
{
	if (!in_front() || make_room())
		return -1;
	ssize_t n = read(STDIN_FILENO, typing.p + typing.n, CHUNK);
	if (n > 0) {
		queued_keys(&typing.queued, (hn_str){ typing.p + typing.n, (size_t)n });
		typing.n += (size_t)n;
	}
	return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN)) ? 0 : -1;
}

/* Called by the session when something was typed. What does not fit now stays in the terminal. */
static void on_readable(void *ud)
{
	(void)ud;
	if (keep())
		typing_unwatch();
}

void typing_watch(void)
{
	if (typing.open)
		typing.services->session->watch(typing.session, STDIN_FILENO, on_readable, NULL);
}

void typing_unwatch(void)
{
	if (typing.open)
		typing.services->session->watch(typing.session, -1, NULL, NULL);
}

void typing_expect(const struct queued *queued)
{
	typing.queued = *queued;
}

size_t typing_queued(void)
{
	return typing.open ? typing.queued.lines : 0;
}

/* 1 if a read gets something at once; 0 also if the terminal is gone. */
static int has_some(void)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&p, 1, 0) > 0 && p.revents == POLLIN;
}

/* Keeps all that the quiet terminal has. */
static void keep_all(void)
{
	while (typing.open && typing.quiet && has_some() && !keep())
		;
}

/* Keeps what was typed after keep_all() while the terminal was still quiet. Its keys are bytes in the
 * terminal's buffer by now: the terminal reads lines again, and would hand them on as text, in one read. A
 * read of nothing is a Ctrl-D that was typed since. */
static void keep_rest(void)
{
	if (!has_some() || !in_front() || !keep() || make_room())
		return;
	typing.p[typing.n++] = (char)typing.theirs.c_cc[VEOF];
}

/* Keeps what was typed while the terminal still read lines. A NUL stands for a Ctrl-D in its buffer. */
static void keep_lines(void)
{
	size_t i = typing.n;

	if (has_some())
		keep();
	for (; i < typing.n; i++)
		if (typing.p[i] == '\0')
			typing.p[i] = (char)typing.theirs.c_cc[VEOF];
}

/* What has been kept; it is kept no longer. */
static hn_str kept(void)
{
	hn_str taken = { typing.p, typing.n };

	typing.n = 0;
	typing.queued = (struct queued){ 0 };
	return taken;
}

hn_str typing_take(void)
{
	keep_all();
	return kept();
}

hn_str typing_finish(void)
{
	int quiet = typing.open && typing.quiet;

	keep_all();
	typing_pause();
	if (quiet)
		keep_rest();
	return kept();
}

/* ---- beginning and end ---- */

void typing_open(const struct services *services, hn_session *session)
{
	typing.services = services;
	typing.session = session;
	if (tcgetattr(STDIN_FILENO, &typing.theirs))
		return;
	typing.ours = typing.theirs;
	typing.ours.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHONL);
	typing.ours.c_lflag |= ISIG | NOFLSH;
	typing.ours.c_cc[VMIN] = 1;
	typing.ours.c_cc[VTIME] = 0;
	typing.open = 1;
	catch_signals();
	typing_resume();
}

void typing_pause(void)
{
	if (!typing.open || !typing.quiet)
		return;
	if (in_front())
		set_modes(&typing.theirs);
	typing.quiet = 0;
}

void typing_resume(void)
{
	if (!typing.open || typing.quiet)
		return;
	typing.quiet = 1;
	if (!in_front())
		return;
	set_modes(&typing.ours);
	keep_lines();
}

void typing_marks(int on)
{
	typing.marks = on;
}

void typing_close(void)
{
	if (!typing.open)
		return;
	typing_unwatch();
	typing_pause();
	release_signals();
	typing.open = 0;
	free(typing.p);
	typing.p = NULL;
	typing.n = typing.cap = 0;
}
