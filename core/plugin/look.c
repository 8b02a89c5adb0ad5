/* SPDX-License-Identifier: MIT */
/* look: whether a file may be handed to the dynamic loader. */
#include "plugin/look.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "call/fatal.h"
#include "call/guard.h"
#include "plugin/elf.h"
#include "plugin/judge.h"
#include "util/eintr.h"
#include "util/mem.h"
#include "util/trust.h"

int look_name_ok(const char *stem)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	return *stem && strchr(first, *stem) &&
	       stem[strspn(stem, "abcdefghijklmnopqrstuvwxyz0123456789_-")] == '\0';
}

/* The reason not to trust what a link leads to: the file, the directory that it really
 * stands in, and those above. */
static char *distrust(const char *path, long owner, const char *program)
{
	char *real = realpath(path, NULL);
	if (!real)
		return xasprintf("%s", strerror(errno));
	char *why = path_distrust(real, owner);
	if (!why) {
		const char *slash = strrchr(real, '/');
		char *dir = xmemdup0(real, slash && slash > real ? (size_t)(slash - real) : 1);
		why = path_distrust(dir, owner);
		if (!why)
			why = path_distrust_above(dir, owner, program);
		free(dir);
	}
	free(real);
	return why;
}

char *look_trust(const char *path, const char *stem, long owner, const char *program)
{
	struct stat st;
	if (!look_name_ok(stem))
		return xstrdup("its name must be [a-z0-9][a-z0-9_-]*.so");
	if (lstat(path, &st))
		return xasprintf("%s", strerror(errno));
	int is_link = S_ISLNK(st.st_mode);
	if (is_link && stat(path, &st))
		return xasprintf("%s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return xstrdup("is not a regular file");
	char *why = is_link ? distrust(path, owner, program) : path_distrust(path, owner);
	char *full = why ? xasprintf("may not be trusted: %s", why) : NULL;
	free(why);
	return full;
}

/* Judges an open file by all that can be read of it before the loader gets it. */
static int32_t look_into(int fd, struct fault *f)
{
	struct stat st;
	if (fstat(fd, &st))
		return fault_set(f, HN_ERR_CONFIG, NULL, "%s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fault_set(f, HN_ERR_CONFIG, NULL, "is not a regular file");
	if (!st.st_size)
		return fault_set(f, HN_ERR_CONFIG, NULL, "is empty");
	return elf_judge(fd, st.st_size, PLUGIN_ENTRY, f);
}

/* The loader's own words, without the path that they mostly begin with. */
static const char *loader_says(const char *path)
{
	const char *says = dlerror();
	size_t n = strlen(path);
	if (!says)
		return "no reason given";
	if (!strncmp(says, path, n) && says[n] == ':')
		says += n + 1 + (says[n + 1] == ' ');
	return says;
}

/* Looks into the file, then opens it. NULL with a fault. */
static void *open_file(const char *path, const char *stem, struct fault *f)
{
	int fd = eintr_open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
	if (fd < 0) {
		fault_set(f, HN_ERR_CONFIG, NULL, "cannot be read: %s", strerror(errno));
		return NULL;
	}
	int32_t code = look_into(fd, f);
	close(fd);
	if (code)
		return NULL;
	struct guard_frame frame;
	fatal_prepare();
	guard_enter(&frame, stem, "its constructor");
	void *dl = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	guard_leave(&frame);
	if (dl)
		fatal_loaded(stem, dl);
	else
		fault_set(f, HN_ERR_CONFIG, NULL, "cannot be loaded: %s", loader_says(path));
	return dl;
}

static void reach(enum look_stage *stage, enum look_stage next, void (*at)(void *ud, enum look_stage), void *ud)
{
	*stage = next;
	if (at)
		at(ud, next);
}

const hn_plugin *look_load(const char *path, const char *stem, void (*at)(void *ud, enum look_stage), void *ud,
	enum look_stage *stage, struct fault *f)
{
	const hn_plugin *(*entry)(void);
	struct guard_frame frame;
	reach(stage, LOOK_OPENING, at, ud);
	void *dl = open_file(path, stem, f);
	if (!dl)
		return NULL;
	*(void **)&entry = dlsym(dl, PLUGIN_ENTRY); /* POSIX's own way round ISO C */
	if (!entry) {
		fault_set(f, HN_ERR_CONFIG, NULL, "is not a hobnob plugin: it does not export " PLUGIN_ENTRY "()");
		return NULL;
	}
	reach(stage, LOOK_ASKING, at, ud);
	guard_enter(&frame, stem, PLUGIN_ENTRY);
	const hn_plugin *desc = entry();
	guard_leave(&frame);
	reach(stage, LOOK_JUDGING, at, ud);
	guard_enter_inside(&frame, stem, "its descriptor");
	int32_t code = plugin_judge(desc, stem, 0, f);
	guard_leave(&frame);
	return code ? NULL : desc;
}
