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

/* Reads a regular file of at most `max` bytes into out. 0, or -1 with *error (allocated: what
 * and why). */
int file_read(const char *path, size_t max, struct buf *out, char **error);
/* The same from where fd stands. NULL, or what is wrong (allocated), without a name. */
char *file_read_open(int fd, size_t max, struct buf *out);
/* Puts a text into a new file. 0, or -1 with errno (EEXIST: there is one), nothing left behind. */
int file_create(const char *path, hn_str text, mode_t mode);
/* The same in place of what is there: written beside it and moved, so that what was there stays
 * whole until then. durable: it reaches the disk first. 0, or -1 with errno. */
int file_replace(const char *path, hn_str text, mode_t mode, int durable);
/* Creates the directory and its parents, 0700. 0, or -1 with errno. */
int dir_make(const char *path);
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
