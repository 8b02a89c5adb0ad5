/* SPDX-License-Identifier: MIT */
/*
 * paths: where things are. XDG directories (absolute values only, else the default below HOME), and
 * hobnob's own folders: those of the build tree if the program runs uninstalled from one, else the
 * installed ones.
 */
#ifndef HOBNOB_CONFIG_PATHS_H
#define HOBNOB_CONFIG_PATHS_H

#include <sys/types.h>

#include "util/buf.h"

struct paths {
	char *program;   /* absolute path of the running program */
	int in_build;    /* 1: uninstalled, from the build tree */
	char *config;    /* $XDG_CONFIG_HOME/hobnob/config.yaml; NULL without a HOME */
	char *state;     /* $XDG_STATE_HOME/hobnob; NULL without a HOME */
	char *cache;     /* $XDG_CACHE_HOME/hobnob; NULL without a HOME */
	/* pkgdatadir: defaults.yaml, profiles/; build tree: share/ beside the program */
	char *data;
	char *lib;       /* where http.so is: pkglibdir; build tree: core/net/.libs */
	char *plugins;   /* pkglibdir/plugins; build tree: .libs */
	int secure;      /* AT_SECURE: the environment names no path */
};

/* Fills all; never fails. */
void paths_find(struct paths *);
void paths_free(struct paths *);

/* 1 if nothing is at a path and a folder may be made there; 0 if a link that leads nowhere, or what is not
 * a folder, is there or on the way, or that cannot be told. errno is kept. */
int path_is_missing(const char *path);
/* Whether a file or directory may be trusted: it belongs to root, the user, or `owner` (a uid;
 * -1: nobody else), and is not writable by others: the world, or a group that is not the owner's
 * private one. NULL if so, else the reason (allocated). */
char *path_distrust(const char *path, long owner);
/* Whether the folders above what a path leads to may be trusted: who may write in one can put another
 * file in the place of all that stands in it. It has to belong to one of those that path_distrust trusts. A
 * sticky one of theirs is trusted, and so is each that holds the program, too (its absolute path, or NULL): who may write there could replace that. NULL if so, else
 * the reason and what to do (allocated). */
char *path_distrust_above(const char *path, long owner, const char *program);

#endif
