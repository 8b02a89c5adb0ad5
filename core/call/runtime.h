/* SPDX-License-Identifier: MIT */
/* runtime: what every session shares: made by main, passed down, owned by main. */
#ifndef HOBNOB_CALL_RUNTIME_H
#define HOBNOB_CALL_RUNTIME_H

#include "call/call.h"
#include "config/paths.h"
#include "config/secret.h"
#include "config/settings.h"
#include "util/log.h"

struct registry;

struct runtime {
	struct paths paths;
	struct log log;
	struct settings *settings;
	struct secrets *secrets;
	struct registry *registry;
	const hn_host *host;
	const struct clock *clock;
	struct cancel cancel;        /* of the main thread's calls; the signal handler sets it */
	atomic_int ending;           /* the signal that ends the program (SIGTERM, SIGHUP), or 0 */
	atomic_int interrupts;       /* SIGINTs that nobody has handled yet */
	/* Called when a provider's call begins (with its plugin's name) and ends (NULL): for a
	 * second Ctrl-C. */
	void (*calling)(const char *plugin);
};

#endif
