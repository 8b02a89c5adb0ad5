/* SPDX-License-Identifier: MIT */
/*
 * eintr: system calls on files, retried when a signal interrupts them, as happens on network file
 * systems and FUSE. Each behaves like the call that it is named after.
 */
#ifndef HOBNOB_UTIL_EINTR_H
#define HOBNOB_UTIL_EINTR_H

#include <dirent.h>
#include <stddef.h>
#include <sys/types.h>

int eintr_open(const char *path, int flags, mode_t mode);
int eintr_openat(int dir, const char *path, int flags);
DIR *eintr_opendir(const char *path);
int eintr_flock(int fd, int operation);
/* Reads n bytes from a place on: fewer only where the file ends; -1 with errno. */
ssize_t eintr_pread(int fd, void *out, size_t n, off_t at);
/* Writes n bytes: how many it wrote, fewer only with errno. */
size_t eintr_write(int fd, const void *p, size_t n);
/* 1 if an errno of opening a path says that nothing is there. */
int is_absence(int error);

#endif
