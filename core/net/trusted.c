/* SPDX-License-Identifier: MIT */
/*
 * trusted: checks the certificates that the user names.
 *
 * The TLS library would wait for a FIFO where no signal reaches it, report a folder and a missing
 * file in the same words, and ignore a missing directory, so that the error would blame the server.
 */
#include "net/trusted.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/mem.h"

/* Why a file cannot be read, or NULL. */
static const char *file_fault(const char *path)
{
	struct stat st;
	if (stat(path, &st))
		return strerror(errno);
	if (S_ISDIR(st.st_mode))
		return "it is a directory";
	if (!S_ISREG(st.st_mode))
		return "it is not a regular file";
	return access(path, R_OK) ? strerror(errno) : NULL;
}

/* 1 if at least one of the directories, separated by colons, can be read. */
static int has_directory(const char *paths)
{
	struct stat st;
	int there = 0;
	for (const char *at = paths; !there; at++) {
		size_t n = strcspn(at, ":");
		char *one = xmemdup0(at, n);
		there = stat(one, &st) == 0 && S_ISDIR(st.st_mode) && access(one, R_OK | X_OK) == 0;
		free(one);
		at += n;
		if (!*at)
			break;
	}
	return there;
}

/* Looks at both. */
int32_t trusted_check(hn_call *call, const struct trusted *t)
{
	static const char correct[] = "correct or unset it; the setting ca_file goes before it";
	const char *why = t->file && *t->file ? file_fault(t->file) : NULL;
	if (why)
		return call_failf(call, HN_ERR_CONFIG,
			strcmp(t->file_by, "ca_file") ? correct
						      : "let it name a file of certificates in PEM",
			"%s: %s: %s", t->file_by, t->file, why);
	if (!t->dir || has_directory(t->dir))
		return 0;
	return call_failf(call, HN_ERR_CONFIG, correct, "%s: %s is not a directory that can be read",
		t->dir_by, t->dir);
}
