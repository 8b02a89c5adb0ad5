/* SPDX-License-Identifier: MIT */
/*
 * runtime: what is passed down. main makes and owns all of it; a session has a copy with settings and
 * a task of its own, the rest is shared by all threads.
 */
#ifndef HOBNOB_CALL_RUNTIME_H
#define HOBNOB_CALL_RUNTIME_H

#include "call/task.h"
#include "config/paths.h"
#include "config/secret.h"
#include "config/settings.h"
#include "util/log.h"

struct registry;
struct pool;
struct day;

struct runtime {
	struct paths paths;
	struct log *log;
	struct settings *settings;
	struct secrets *secrets;
	struct registry *registry;
	struct day *day;             /* what the day's turns cost; NULL: each session counts its own */
	struct pool *pool;           /* of connections; NULL: each session has its own */
	const hn_host *host;
	const struct clock *clock;
	struct tasks *tasks;
	struct task *task;           /* of those, whose calls these are */
	int converses;               /* lines follow, so that a /set may: see call/place.h */
};

#endif
