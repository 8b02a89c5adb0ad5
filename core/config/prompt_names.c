/* SPDX-License-Identifier: MIT */
/* prompt_names: which prompt files there are. No file is opened here. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/prompt.h"
#include "hobnob/plugin.h"
#include "util/eintr.h"
#include "util/encoding.h"
#include "util/mem.h"

int prompt_name_fits(hn_str name)
{
	const char *hint;

	if (!name.n || name.n > 200 || name.p[0] == '.' || name.p[0] == '-' || text_fault(name, &hint))
		return 0;
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] == '/' || name.p[i] == 0x7f || (unsigned char)name.p[i] <= ' ')
			return 0;
	return 1;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Takes a file's name, if it is that of a prompt file. */
static void take(struct prompt_names *out, const char *file)
{
	size_t n = strlen(file), ending = strlen(PROMPT_ENDING);
	hn_str name = { file, n > ending ? n - ending : 0 };

	if (!name.n || strcmp(file + name.n, PROMPT_ENDING) != 0 || !prompt_name_fits(name))
		return;
	out->all = xgrow(out->all, out->n, &out->cap, sizeof *out->all);
	out->all[out->n++] = str_dup(name);
}

int32_t prompt_names(const struct paths *paths, struct prompt_names *out, struct fault *f)
{
	DIR *dir = paths->prompts ? eintr_opendir(paths->prompts) : NULL;
	struct dirent *entry;

	*out = (struct prompt_names){ .all = NULL };
	if (!dir)
		return !paths->prompts || is_absence(errno)
			       ? 0
			       : fault_set(f, HN_ERR_CONFIG, NULL, "%s: %s", paths->prompts, strerror(errno));
	while ((entry = readdir(dir)))
		take(out, entry->d_name);
	closedir(dir);
	if (out->n)
		qsort(out->all, out->n, sizeof *out->all, by_name);
	return 0;
}

void prompt_names_free(struct prompt_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->all[i]);
	free(names->all);
	*names = (struct prompt_names){ .all = NULL };
}
