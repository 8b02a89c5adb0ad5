/* SPDX-License-Identifier: MIT */
/*
 * fatal: a plugin that ends the process.
 *
 * All that is done at the end is async-signal-safe, since it is done in the handler of a crash. It is a list of steps: a crash in
 * one of them, for a plugin may have written anywhere, goes on with the next, and an alarm ends a step that hangs.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "call/fatal.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <ucontext.h>
#include <unistd.h>

#include "call/children.h"
#include "call/code.h"
#include "call/guard.h"
#include "call/lent.h"
#include "call/talk.h"
#include "call/traces.h"
#include "util/mem.h"
#include "util/quit.h"
#include "util/signals.h"

#define STATUS 1         /* of a program that a plugin ended */
#define STEP_SECONDS 2   /* for all of the end */
#define LINE_ROOM 512

/* Whom the end is blamed on. plugin NULL: it is not known. */
struct blame { const char *plugin, *function; };

static struct {
	pid_t pid;             /* of the process that this holds for; 0: of none */
	int is_prepared;
	struct sigaction former[CRASHES];
	int has_modes;
	struct termios modes;
	int has_status;        /* the status stands */
	int status;
	int is_over;           /* only destructors and exit handlers are to come */
	void (*former_terminate)(void);
	void *(*thrown)(void); /* the type of the exception that a thread throws, or NULL */
} all;

/* The end, once it has begun. */
static struct {
	_Atomic(const void *) by; /* the thread; NULL: it has not */
	atomic_int step;
	struct blame blame;
	char line[LINE_ROOM];
	size_t n;
} end;

static _Thread_local int is_thrown; /* an exception reached the end of this thread's stack */

/* 1 in the process that is looked after, and not in one that somebody forked. */
static int is_watched(void)
{
	return all.pid && all.pid == getpid();
}

/* ---- who it was ---- */

/* Whose function this thread runs. 0: hobnob's own. */
static int find_blame(struct blame *b, uintptr_t at, uintptr_t stack)
{
	const struct guard_now *now = guard_now();

	*b = (struct blame){ now->plugin, now->function };
	if (now->part == GUARD_RUNS)
		return 1;
	if ((guard_is_ours() && !all.is_over) || !code_is_any())
		return 0;
	*b = (struct blame){ code_owner(at, stack), guard_is_ours() ? "its destructors or exit handlers" : "a thread of its own" };
	return b->plugin || guard_is_ours();
}

/* ---- the line ---- */

static void add(const char *text)
{
	size_t n = strlen(text), room = sizeof end.line - 1 - end.n;

	n = n < room ? n : room;
	memcpy(end.line + end.n, text, n);
	end.n += n;
}

static void add_function(const char *function)
{
	add(function);
	add(guard_parens(function));
}

static void add_number(int number)
{
	char digits[16];
	size_t i = sizeof digits - 1;
	unsigned n = number < 0 ? 0u - (unsigned)number : (unsigned)number;

	digits[i] = '\0';
	do
		digits[--i] = (char)('0' + n % 10);
	while (n /= 10);
	if (number < 0)
		digits[--i] = '-';
	add(digits + i);
}

/* Begins with who it was; on a terminal on a line of its own. */
static void begin_line(const struct blame *b)
{
	struct termios modes;

	end.n = 0;
	add(talk_is_on() && !tcgetattr(STDERR_FILENO, &modes) ? "\nhobnob: " : "hobnob: ");
	add(b->plugin ? "the plugin " : "a plugin");
	add(b->plugin ? b->plugin : "");
}

static void write_line(void)
{
	const char *id = talk_id();

	add(id ? "; the conversation is kept: hobnob -r " : "");
	add(id ? id : "");
	end.line[end.n++] = '\n';
	while (write(STDERR_FILENO, end.line, end.n) < 0 && errno == EINTR)
		;
}

/* ---- the end ---- */

static int status_now(void)
{
	return all.has_status ? all.status : STATUS;
}

static void on_alarm(int sig)
{
	(void)sig;
	quit(status_now());
}

/* Sees to it that the end comes. */
static void set_alarm(void)
{
	struct sigaction act = { .sa_handler = on_alarm };
	sigset_t set;

	sigaction(SIGALRM, &act, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	alarm(STEP_SECONDS);
}

/* Where somebody changed the modes, a line was edited: pasted text may have been marked, too. */
void fatal_restore_terminal(void)
{
	static const char no_marks[] = "\033[?2004l";
	struct termios now;

	if (!all.has_modes || tcgetpgrp(STDIN_FILENO) != getpgrp() || tcgetattr(STDIN_FILENO, &now))
		return;
	if (now.c_lflag == all.modes.c_lflag && now.c_iflag == all.modes.c_iflag)
		return;
	tcsetattr(STDIN_FILENO, TCSANOW, &all.modes);
	if (!tcgetattr(STDOUT_FILENO, &now) && write(STDOUT_FILENO, no_marks, sizeof no_marks - 1) < 0)
		return;
}

static void (*const steps[])(void) = { fatal_restore_terminal, write_line, talk_freeze, talk_save, children_abandon };
#define STEPS (int)(sizeof steps / sizeof *steps)

/* Goes on with the next step. */
static void go_on(void)
{
	int i;

	while ((i = atomic_fetch_add(&end.step, 1)) < STEPS)
		steps[i]();
}

/* The end begins on this thread, if it has not on another one: then this one waits. */
static void begin_end(void)
{
	const void *nobody = NULL;

	if (!atomic_compare_exchange_strong(&end.by, &nobody, guard_now()))
		for (;;)
			pause();
	traces_uncover();
	set_alarm();
}

/* ---- crashes ---- */

static size_t crash_index(int sig)
{
	size_t i = 0;

	while (i + 1 < CRASHES && crash_signals[i] != sig)
		i++;
	return i;
}

/* Has the signal do what it did before, once the handler returns: the instruction that failed runs again. What somebody sent
 * does not come again by itself. */
static void pass_on(int sig, const siginfo_t *info)
{
	sigaction(sig, &all.former[crash_index(sig)], NULL);
	if (info->si_code <= 0)
		raise(sig);
}

/* Where the thread was. */
static void find_place(const ucontext_t *c, uintptr_t *at, uintptr_t *stack)
{
	*at = *stack = 0;
#if defined __x86_64__ && defined REG_RIP
	*at = (uintptr_t)c->uc_mcontext.gregs[REG_RIP];
	*stack = (uintptr_t)c->uc_mcontext.gregs[REG_RSP];
#elif defined __aarch64__
	*at = (uintptr_t)c->uc_mcontext.pc;
	*stack = (uintptr_t)c->uc_mcontext.sp;
#else
	(void)c;
#endif
}

static void add_crash(int sig)
{
	add(is_thrown ? " let a C++ exception out of " : " crashed in ");
	add_function(end.blame.function);
	if (is_thrown)
		return;
	add(" (");
	add(signal_name(sig));
	add(")");
}

/* 1 if somebody else sent it. */
static int is_sent(const siginfo_t *info)
{
	return info->si_code <= 0 && info->si_pid != getpid();
}

/* Names the culprit and ends; returns to a handler of somebody's, such as AddressSanitizer's, which ends. */
static void on_crash(int sig, siginfo_t *info, void *context)
{
	uintptr_t at, stack;
	struct blame blame = { NULL, NULL };

	if (atomic_load(&end.by) == (const void *)guard_now()) {
		go_on();
		quit(status_now());
	}
	if ((sig == SIGSEGV || sig == SIGBUS) && lent_forgive(info->si_addr))
		return;
	find_place(context, &at, &stack);
	if (!is_watched() || is_sent(info) || mem_is_out() || !find_blame(&blame, at, stack)) {
		pass_on(sig, info);
		return;
	}
	begin_end();
	end.blame = blame;
	begin_line(&blame);
	add_crash(sig);
	go_on();
	if (all.former[crash_index(sig)].sa_handler == SIG_DFL || all.former[crash_index(sig)].sa_handler == SIG_IGN)
		quit(status_now());
	pass_on(sig, info);
}

static void catch_crashes(void)
{
	struct sigaction act = { .sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };

	sigemptyset(&act.sa_mask);
	for (size_t i = 0; i < CRASHES; i++)
		sigaction(crash_signals[i], &act, &all.former[i]);
}

/* ---- exit() ---- */

/* In a plugin's function or thread this does not return. */
static void take_exit(const char *how, int has_status, int status)
{
	struct blame blame;

	if (!is_watched() || atomic_load(&end.by))
		return;
	if (!find_blame(&blame, 0, (uintptr_t)__builtin_frame_address(0)) || (!blame.plugin && !all.is_over))
		return;
	begin_end();
	begin_line(&blame);
	add(" called ");
	add(how);
	add("(");
	if (has_status)
		add_number(status);
	add(") in ");
	add_function(blame.function);
	go_on();
	quit(status_now());
}

void fatal_exits(const char *how, int status)
{
	take_exit(how, 1, status);
}

void fatal_thread_ends(void *unused)
{
	(void)unused;
	take_exit("pthread_exit", 0, 0);
}

#ifdef HAVE_ON_EXIT
/* The end that main() wants, or another one. */
static void at_exit(int status, void *ud)
{
	(void)ud;
	if (!all.is_over || status != all.status)
		take_exit("exit", 1, status);
}

static void catch_exit(void)
{
	on_exit(at_exit, NULL);
}
#else
static void at_exit(void)
{
	if (!all.is_over)
		take_exit("exit", 0, 0);
}

static void catch_exit(void)
{
	atexit(at_exit);
}
#endif

static void at_quick_exit_(void)
{
	take_exit("quick_exit", 0, 0);
}

/* ---- C++ ---- */

static void on_terminate(void)
{
	is_thrown = all.thrown && all.thrown();
	if (all.former_terminate)
		all.former_terminate();
	abort();
}

/* Where a C++ runtime is, std::terminate() says first what it ends for. */
static void catch_exceptions(void *dl)
{
	void (*(*set_terminate)(void (*)(void)))(void);
	void (*former)(void);
	void *symbol = dlsym(dl, "_ZSt13set_terminatePFvvE"), *type = dlsym(dl, "__cxa_current_exception_type");

	if (!symbol || !type)
		return;
	memcpy(&set_terminate, &symbol, sizeof symbol);
	memcpy(&all.thrown, &type, sizeof type);
	former = set_terminate(on_terminate);
	if (former != on_terminate)
		all.former_terminate = former;
}

/* ---- loading ---- */

void fatal_start(void)
{
	all.pid = getpid();
	all.has_modes = tcgetattr(STDIN_FILENO, &all.modes) == 0;
}

void fatal_stop(void)
{
	all.pid = 0;
}

void fatal_prepare(void)
{
	if (!all.pid || all.is_prepared)
		return;
	all.is_prepared = 1;
	catch_crashes();
	at_quick_exit(at_quick_exit_);
	catch_exit();
}

void fatal_loaded(const char *name, void *dl)
{
	if (!all.pid)
		return;
	catch_exceptions(dl);
	catch_exit(); /* again: what the plugin's constructors registered comes after this one */
	code_add(name, dl);
}

void fatal_status(int status)
{
	all.status = status;
	all.has_status = 1;
}

void fatal_over(int status)
{
	fatal_status(status);
	all.is_over = 1;
}

/* ---- a function that does not return ---- */

void fatal_stuck(const struct tasks *tasks)
{
	struct blame blame;

	traces_uncover();
	fatal_restore_terminal();
	talk_freeze();
	if (tasks_stuck(tasks, &blame.plugin, &blame.function)) {
		end.n = 0;
		add("\nhobnob: the plugin ");
		add(blame.plugin);
		add(" does not react to being interrupted in ");
		add_function(blame.function);
		write_line();
	}
	talk_save();
	children_abandon();
}
