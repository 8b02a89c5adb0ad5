/* SPDX-License-Identifier: MIT */
/* crash: see the header. */
#include "check/crash.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "check/findings.h"
#include "check/lend.h"
#include "check/where.h"

#define STACK 65536

static const char *guard_page;
static size_t guard_size;

void crash_guard(const void *page, size_t n)
{
	guard_page = page;
	guard_size = n;
}

/* Nothing here needs more than the shared memory: the process ends in breach_end(). */
static void on_crash(int number, siginfo_t *info, void *context)
{
	const char *at = info->si_addr, *name = sigabbrev_np(number);
	char says[200];
	(void)context;
	where.host++;
	if (number == SIGABRT)
		breach_end(RULE_NO_EXIT, "it aborted: a failed assertion, an exception that nobody caught, or a heap that is broken");
	if (number == SIGSEGV || number == SIGBUS) {
		if (guard_page && at >= guard_page && at < guard_page + guard_size)
			breach_end(RULE_STACK_256K, "it needs more than 256 KiB of stack");
		enum rule_id rule = lend_blame(at, says, sizeof says);
		if (rule != RULES_N)
			breach_end(rule, "%s (SIG%s)", says, name);
	}
	breach_end(findings->rule, "it crashed (SIG%s at %p)", name ? name : "?", (const void *)at);
}

void crash_stack(void)
{
	stack_t stack = { .ss_sp = calloc(1, STACK), .ss_size = STACK };
	if (stack.ss_sp)
		sigaltstack(&stack, NULL);
}

void crash_unstack(void)
{
	stack_t stack, none = { .ss_flags = SS_DISABLE };
	if (!sigaltstack(&none, &stack) && !(stack.ss_flags & SS_DISABLE))
		free(stack.ss_sp);
}

void crash_catch(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP };
	struct sigaction act = { .sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
	crash_stack();
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &act, NULL);
}
