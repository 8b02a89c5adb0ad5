/* SPDX-License-Identifier: MIT */
/* exec: an instance, and how it fails. */
#ifndef HOBNOB_PLUGINS_EXEC_EXEC_H
#define HOBNOB_PLUGINS_EXEC_EXEC_H

#include "hobnob/plugin.h"

struct exec {
	const hn_host *host;
	const hn_io *io;
	const hn_log *log;
	const hn_process *process;
	hn_str *command, *env; /* the strings are owned */
	uint32_t n_command, n_env;
	hn_str secret_name;
	const hn_secret *secret; /* or NULL */
	int64_t timeout_ms;
};

/* Fails the call; hint may be NULL. Returns the code. */
int32_t exec_fail(const struct exec *, hn_call *, int32_t code, const char *hint, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

#endif
