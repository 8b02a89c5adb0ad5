/* SPDX-License-Identifier: MIT */
/*
 * elf: judges a file as the dynamic loader would read it, by reading alone. dlopen() dies of SIGBUS on a file that
 * was cut, calls a file for another machine missing, and runs constructors before anybody can ask for a symbol.
 */
#ifndef HOBNOB_PLUGIN_ELF_H
#define HOBNOB_PLUGIN_ELF_H

#include <stdint.h>
#include <sys/types.h>

#include "util/fault.h"

/* 0 if an open file of that size (bytes) is a whole shared object for this machine, and exports a function of
 * that name; else HN_ERR_CONFIG, the fault without the file's name. What it cannot tell, it leaves to the loader: 0. */
int32_t elf_judge(int fd, off_t size, const char *symbol, struct fault *);

#endif
