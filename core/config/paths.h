/* SPDX-License-Identifier: MIT */
/*
 * paths: where things are. XDG directories (absolute values only, else the default below HOME), and
 * hobnob's own folders: those of the build tree if the program runs uninstalled from one, else the
 * installed ones. An installed tree may be moved as a whole: the program then finds its folders where
 * they stand to it as they did before.
 */
#ifndef HOBNOB_CONFIG_PATHS_H
#define HOBNOB_CONFIG_PATHS_H

#include <sys/types.h>

#include "util/buf.h"

struct paths {
	char *program;   /* absolute path of the running program */
	int in_build;    /* 1: uninstalled, from the build tree */
	char *config;    /* $XDG_CONFIG_HOME/hobnob/config.yaml; NULL without a HOME */
	char *prompts;   /* $XDG_CONFIG_HOME/hobnob/prompts; NULL without a HOME */
	char *state;     /* $XDG_STATE_HOME/hobnob; NULL without a HOME */
	char *cache;     /* $XDG_CACHE_HOME/hobnob; NULL without a HOME */
	/* pkgdatadir: defaults.yaml, profiles/; build tree: share/ beside the program */
	char *data;
	char *lib;       /* where http.so is: pkglibdir; build tree: core/net/.libs */
	char *libexec;   /* where plugin-check is: pkglibexecdir; build tree: beside the program */
	char *plugins;   /* pkglibdir/plugins; build tree: .libs */
	/* where whoever runs the machine puts plugins: /usr/local/lib/hobnob/plugins; NULL uninstalled, and where it is
	 * `plugins` */
	char *local_plugins;
	int local_first; /* 1: they come before `plugins`, as /usr/local does before /usr; 0: after */
	int secure;      /* AT_SECURE: the environment names no path */
};

/* Fills all; never fails. */
void paths_find(struct paths *);
void paths_free(struct paths *);

/* A path that the user said (allocated): with HOME for a ~ at its beginning, which no shell sees in a file. ~NAME is
 * no such form, and stays as it is. */
char *path_of_user(const char *said);

#endif
