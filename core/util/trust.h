/* SPDX-License-Identifier: MIT */
/* trust: whether what is at a path may be trusted, by who may write there. */
#ifndef HOBNOB_UTIL_TRUST_H
#define HOBNOB_UTIL_TRUST_H

/* 1 if nothing is at a path and a folder may be made there; 0 if a dangling link or something that is not
 * a folder is there or on the way, or if that cannot be determined. errno is kept. */
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
