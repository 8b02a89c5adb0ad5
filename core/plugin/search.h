/* SPDX-License-Identifier: MIT */
/*
 * search: where plugins are looked for, and the files that are there.
 *
 * Path, first wins: --plugin-path, HOBNOB_PLUGIN_PATH, $XDG_DATA_HOME/hobnob/plugins, the machine's
 * (paths.local_plugins), the program's own (paths.plugins); these two in the order of paths.local_first. An entry is a folder or a single file NAME.so. A relative one counts
 * from the working directory on the command line; elsewhere it is refused, as an empty one is. A
 * plugin is NAME.so; its stem is its name. Each folder and file is judged by who may write there.
 */
#ifndef HOBNOB_PLUGIN_SEARCH_H
#define HOBNOB_PLUGIN_SEARCH_H

#include "config/paths.h"
#include "plugin/row.h"
#include "util/fault.h"
#include "util/log.h"

struct found {              /* a file on the path */
	char *name, *path;
	int shadowed_by;    /* index of the one that wins, or -1 */
	char *refused;      /* why its file or directory may not be loaded; NULL if it may be tried */
	const struct plugin_row *row; /* what a look at it has shown; NULL: there was none */
};

struct search;
/* cli_path, env_path: PATH[:PATH], or NULL. Warns about what is wrong with an entry. */
struct search *search_new(
	const struct paths *, const char *cli_path, const char *env_path, struct log *);
void search_free(struct search *);

/* All files, in order; looked up once. The rows stay the caller's. One thread at a time. */
size_t search_list(struct search *, struct found **out);
/* Index of the first file of that name in the list, or -1. */
int search_find(struct search *, const char *name);
/* Reports that no file bears that name: the nearest, a file that is called almost so, where was looked. */
void search_missed(struct search *, const char *name, struct fault *);

/* The folder of the user's own plugins, which may not be there (allocated); NULL: there is no HOME. */
char *search_user_folder(void);
/* Why nothing in a folder may be loaded (allocated), or NULL. */
char *search_distrust(const struct paths *, const char *folder);

#endif
