/* SPDX-License-Identifier: MIT */
/* settings_world: settings opened in a folder of a test's own, from texts. */
#ifndef HOBNOB_TESTS_SETTINGS_WORLD_H
#define HOBNOB_TESTS_SETTINGS_WORLD_H

#include "config/settings.h"
#include "fault_is.h"
#include "scratch.h"
#include "util/mem.h"

/* What there is to read; NULL: no such file. environ: NAME=value, NULL-ended. */
struct world {
	const char *config, *dotenv, *env_file;
	char *const *environ;
	struct scratch scratch;
	struct paths paths;
	struct log log;
	struct settings *settings;
	struct fault fault;
};

/* Makes folder and files, and opens the settings. 0 or -1, as settings_open. */
static inline int world_open(struct world *w)
{
	static char *const nothing[] = { NULL };
	scratch_open(&w->scratch);
	w->paths = (struct paths){
		.config = xasprintf("%s/config.yaml", w->scratch.dir),
		.data = xasprintf("%s/share", w->scratch.dir),
		.plugins = xasprintf("%s/plugins", w->scratch.dir),
	};
	mkdir(scratch_path(&w->scratch, "share"), 0700);
	mkdir(scratch_path(&w->scratch, "share/profiles"), 0700);
	mkdir(scratch_path(&w->scratch, "plugins"), 0700);
	scratch_write(&w->scratch, "plugins/mock.so", "");
	scratch_write(&w->scratch, "share/defaults.yaml", "offline: mock\n");
	scratch_write(&w->scratch, "share/profiles/draft.yaml", "system: Draft.\ntemperature: 0.5\n");
	if (w->config)
		scratch_write(&w->scratch, "config.yaml", w->config);
	if (w->dotenv)
		scratch_write(&w->scratch, ".env", w->dotenv);
	if (w->env_file)
		scratch_write(&w->scratch, "own.env", w->env_file);
	char *env_file = xasprintf("%s/own.env", w->scratch.dir);
	struct settings_sources from = {
		.environ = w->environ ? w->environ : nothing,
		.cwd = w->scratch.dir,
		.env_file = w->env_file ? env_file : NULL,
	};
	scratch_catch(&w->scratch);
	w->settings = settings_open(&w->paths, &from, &w->log, &w->fault);
	free(env_file);
	return w->settings ? 0 : -1;
}

/* Applies profiles and checks, as after the command line. */
static inline int world_finish(struct world *w)
{
	return settings_finish(w->settings, &w->fault);
}

/* Opens and finishes, or fails the test. */
static inline void world_ready(struct world *w)
{
	ck_assert_msg(world_open(w) == 0, "%s", w->fault.message);
	ck_assert_msg(world_finish(w) == 0, "%s", w->fault.message);
}

/* The fault must be of the configuration and say that ("config.yaml:3: ..."): the folder's name is left out. */
static inline void world_fault_is(struct world *w, const char *want)
{
	size_t n = strlen(w->scratch.dir);
	ck_assert_ptr_nonnull(w->fault.message);
	if (!strncmp(w->fault.message, w->scratch.dir, n))
		memmove(w->fault.message, w->fault.message + n + 1, strlen(w->fault.message + n));
	fault_is(&w->fault, HN_ERR_CONFIG, want);
}

/* Takes everything down; gives what was warned of, the caller frees. */
static inline char *world_close(struct world *w)
{
	char *err = scratch_caught(&w->scratch);
	settings_free(w->settings);
	log_close(&w->log);
	free(w->paths.config);
	free(w->paths.data);
	free(w->paths.plugins);
	fault_free(&w->fault);
	scratch_close(&w->scratch);
	return err;
}

/* The same, and nothing must have been warned of. */
static inline void world_end(struct world *w)
{
	char *err = world_close(w);
	ck_assert_str_eq(err, "");
	free(err);
}

#endif
