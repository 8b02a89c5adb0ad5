/* SPDX-License-Identifier: MIT */
/* wires: canned answers of the APIs that many servers speak, a file each, tried on a plugin that brings none. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "check/answers.h"
#include "util/mem.h"

#define ENDING ".json"

static int is_answers(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return entry->d_name[0] != '.' && n > strlen(ENDING) && !strcmp(entry->d_name + n - strlen(ENDING), ENDING);
}

/* By bytes, whatever the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* The name of file i of a folder (allocated); NULL: it has fewer. */
static char *file_of(const char *folder, size_t i)
{
	struct dirent **files;
	int n = folder ? scandir(folder, &files, is_answers, by_name) : -1;
	char *name = n > 0 && i < (size_t)n ? xstrdup(files[i]->d_name) : NULL;

	for (int k = 0; k < n; k++)
		free(files[k]);
	if (n >= 0)
		free(files);
	return name;
}

int answers_wire(struct answers *as, const char *folder, size_t i, char **name, struct fault *f)
{
	char *file = file_of(folder, i), *path = file ? xasprintf("%s/%s", folder, file) : NULL;
	int found = !path ? 0 : answers_read(as, path, f) ? -1 : 1;

	if (found > 0)
		*name = xmemdup0(file, strlen(file) - strlen(ENDING));
	free(file);
	free(path);
	return found;
}
