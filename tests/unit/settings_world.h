/* SPDX-License-Identifier: MIT */
/* settings_world: settings opened in a folder of a test's own, from texts. */
#ifndef HOBNOB_TESTS_SETTINGS_WORLD_H
#define HOBNOB_TESTS_SETTINGS_WORLD_H

#include "config/settings.h"
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
	char *error;
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
	w->settings = settings_open(&w->paths, &from, &w->log, &w->error);
	free(env_file);
	return w->settings ? 0 : -1;
}

/* Applies profiles and checks, as after the command line. */
static inline int world_finish(struct world *w)
{
	return settings_finish(w->settings, &w->error);
}

/* Opens and finishes, or fails the test. */
static inline void world_ready(struct world *w)
{
	ck_assert_msg(world_open(w) == 0, "%s", w->error);
	ck_assert_msg(world_finish(w) == 0, "%s", w->error);
}

/* The error without the folder's name ("config.yaml:3: ..."). */
static inline const char *world_error(const struct world *w)
{
	size_t n = strlen(w->scratch.dir);
	ck_assert_ptr_nonnull(w->error);
	return strncmp(w->error, w->scratch.dir, n) ? w->error : w->error + n + 1;
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
	free(w->error);
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
