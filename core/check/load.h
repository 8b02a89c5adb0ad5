/* SPDX-License-Identifier: MIT */
/* load: the file that is checked, loaded into this process. */
#ifndef HOBNOB_CHECK_LOAD_H
#define HOBNOB_CHECK_LOAD_H

#include "check/world.h"

/* 0; or -1, and findings->unloadable says why. */
int subject_load(struct subject *, const char *path);
/* The same for the first time: what it does meanwhile is a matter of entry-pure. */
int subject_load_watched(struct subject *, const char *path);
/* 1 if the file brings the runtime of Go, which starts threads and takes signals as it is loaded, and outlives no fork. */
int subject_is_go(const char *path);
/* The name that a file has to have: NAME of DIR/NAME.so (allocated). */
char *subject_stem(const char *path);

#endif
