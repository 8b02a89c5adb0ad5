/* SPDX-License-Identifier: MIT */
/* crash: see the header. */
#include "check/crash.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include "check/findings.h"
#include "check/lend.h"
#include "check/where.h"
#include "util/signals.h"

#define STACK 65536

static const char *guard_page;
static size_t guard_size;

void crash_guard(const void *page, size_t n)
{
	guard_page = page;
	guard_size = n;
}

/* Where the program was: FILE+OFFSET, as addr2line and gdb take it; empty on machines that it does not know. */
static void name_place(const void *context, char *out, size_t n)
{
	const ucontext_t *at = context;
	const void *pc = NULL;
	Dl_info info;
#if defined(__x86_64__)
	pc = (const void *)at->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
	pc = (const void *)at->uc_mcontext.pc;
#else
	(void)at;
#endif
	out[0] = '\0';
	if (!pc || !dladdr(pc, &info) || !info.dli_fname)
		return;
	const char *slash = strrchr(info.dli_fname, '/');
	snprintf(out, n, " in %s+0x%zx", slash ? slash + 1 : info.dli_fname, (size_t)((const char *)pc - (const char *)info.dli_fbase));
}

/* Nothing here needs more than the shared memory: the process ends in breach_end(). */
static void on_crash(int number, siginfo_t *info, void *context)
{
	const char *at = info->si_addr, *name = signal_name(number);
	char says[200], place[160];
	where.host++;
	if (number == SIGABRT)
		breach_end(RULE_NO_EXIT, "it aborted: a failed assertion, an exception that nobody caught, or a heap that is broken");
	if (number == SIGSEGV || number == SIGBUS) {
		if (guard_page && at >= guard_page && at < guard_page + guard_size)
			breach_end(RULE_STACK_256K, "it needs more than 256 KiB of stack");
		enum rule_id rule = lend_blame(at, says, sizeof says);
		if (rule != RULES_N)
			breach_end(rule, "%s (%s)", says, name);
	}
	name_place(context, place, sizeof place);
	breach_end(findings->rule, "it crashed (%s at %p%s)", name, (const void *)at, place);
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
	struct sigaction act = { .sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
	crash_stack();
	for (size_t i = 0; i < CRASHES; i++)
		sigaction(crash_signals[i], &act, NULL);
}
