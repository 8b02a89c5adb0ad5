/* SPDX-License-Identifier: MIT */
/* signals: those of a crash, and the names of signals. */
#include "util/signals.h"

#include <signal.h>

const int crash_signals[CRASHES] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP };

static const struct { int number; const char *name; } table[] = {
	{ SIGSEGV, "SIGSEGV" }, { SIGBUS, "SIGBUS" }, { SIGFPE, "SIGFPE" }, { SIGILL, "SIGILL" },
	{ SIGABRT, "SIGABRT" }, { SIGSYS, "SIGSYS" }, { SIGTRAP, "SIGTRAP" }, { SIGKILL, "SIGKILL" },
	{ SIGALRM, "SIGALRM" }, { SIGINT, "SIGINT" }, { SIGQUIT, "SIGQUIT" }, { SIGTERM, "SIGTERM" },
	{ SIGHUP, "SIGHUP" }, { SIGPIPE, "SIGPIPE" }, { SIGCHLD, "SIGCHLD" }, { SIGTSTP, "SIGTSTP" },
	{ SIGXCPU, "SIGXCPU" }, { SIGXFSZ, "SIGXFSZ" },
};
#define SIGNALS (sizeof table / sizeof *table)

const char *signal_name(int number)
{
	for (size_t i = 0; i < SIGNALS; i++)
		if (table[i].number == number)
			return table[i].name;
	return NULL;
}

int signal_at(size_t i)
{
	return i < SIGNALS ? table[i].number : 0;
}
