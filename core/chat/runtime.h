/* SPDX-License-Identifier: MIT */
/* runtime: what every session shares: made by main, passed down, owned by main. */
#ifndef HOBNOB_CHAT_RUNTIME_H
#define HOBNOB_CHAT_RUNTIME_H

#include "call/call.h"
#include "config/paths.h"
#include "config/secret.h"
#include "config/settings.h"
#include "plugin/instance.h"
#include "plugin/registry.h"
#include "util/log.h"

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
	atomic_int interrupts;       /* SIGINTs that nobody has taken yet */
	/* Told when a provider's call begins (its plugin's name) and ends (NULL): for a second
	 * Ctrl-C. */
	void (*calling)(const char *plugin);
};

/* as the settings stand; strings borrowed from them */
struct http_settings runtime_http(const struct runtime *);
void runtime_maker(struct runtime *, struct instance_maker *out);

/* The flags of hn_start that settings decide, which a conversation may change: HN_START_COLOR,
 * HN_START_REASONING. */
#define RUNTIME_LOOKS (HN_START_COLOR | HN_START_REASONING)
uint32_t runtime_looks(const struct runtime *);

#endif
