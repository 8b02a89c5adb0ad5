/* SPDX-License-Identifier: MIT */
/*
 * look: whether a file may be handed to the dynamic loader. dlopen() hangs on a FIFO, dies of
 * SIGBUS on a truncated file and runs constructors before anything can be asked, so all that can be
 * seen from outside is looked at first.
 */
#ifndef HOBNOB_PLUGIN_LOOK_H
#define HOBNOB_PLUGIN_LOOK_H

#include "hobnob/plugin.h"
#include "util/fault.h"

#define PLUGIN_ENTRY "hobnob_plugin_v1" /* what a plugin exports: a function that gives its descriptor */

/* 1 if a stem is a name that an instance may have: [a-z0-9][a-z0-9_-]*. */
int look_name_ok(const char *stem);
/* By name, type, owner and mode, the file not opened: NULL if it may be tried, else the reason
 * (allocated). A link is judged by what it leads to, and by the directories of that. owner: as
 * path_distrust; program: as path_distrust_above. */
char *look_trust(const char *path, const char *stem, long owner, const char *program);

/* The steps from a file to a descriptor that may be used. */
enum look_stage {
	LOOK_NONE,
	LOOK_OPENING, /* it is read, then the loader has it, and runs its constructors */
	LOOK_ASKING,  /* its entry is called */
	LOOK_JUDGING  /* its descriptor is read */
};
/* Looks into the file, opens it, asks it for its descriptor and judges that; at(), if it is not NULL, is told each
 * stage as it begins. The descriptor; NULL with a fault without the file's name, and *stage is where it failed. What was
 * opened is never unloaded: a thread of its may run, or an exit handler wait, even where the plugin is refused. */
const hn_plugin *look_load(const char *path, const char *stem, void (*at)(void *ud, enum look_stage), void *ud,
	enum look_stage *stage, struct fault *);

#endif
