/* SPDX-License-Identifier: MIT */
/* load: see the header. */
#include "check/load.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check/findings.h"
#include "check/watch.h"
#include "check/where.h"
#include "plugin/elf.h"
#include "plugin/look.h"
#include "util/eintr.h"
#include "util/file.h"
#include "util/mem.h"

char *subject_stem(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *stem = xstrdup(slash ? slash + 1 : path);
	size_t n = strlen(stem);
	if (n > 3 && !strcmp(stem + n - 3, ".so"))
		stem[n - 3] = '\0';
	return stem;
}

static int unloadable(const char *why)
{
	snprintf(findings->unloadable, sizeof findings->unloadable, "%s", why);
	return -1;
}

/* 0 if the loader may have the file: dlopen() dies of one that was cut. */
static int look_into(const char *path, struct fault *f)
{
	struct stat st;
	int fd = eintr_open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0), bad = 1;
	if (fd < 0 || fstat(fd, &st))
		fault_set(f, HN_ERR_CONFIG, NULL, "cannot be read: %s", strerror(errno));
	else if (!S_ISREG(st.st_mode))
		fault_set(f, HN_ERR_CONFIG, NULL, "is not a regular file");
	else
		bad = elf_judge(fd, st.st_size, PLUGIN_ENTRY, f);
	if (fd >= 0)
		close(fd);
	return bad;
}

/* Runs constructors as the plugin's code. A name without a slash is a file here, not one of the system's folders. */
static void *open_it(const char *path, struct fault *f)
{
	if (look_into(path, f))
		return NULL;
	char *full = xasprintf("%s%s", strchr(path, '/') ? "" : "./", path);
	snprintf(findings->now, sizeof findings->now, "a constructor");
	struct where before = where_enter();
	void *dl = dlopen(full, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	where_leave(before);
	findings->now[0] = '\0';
	if (!dl)
		fault_set(f, HN_ERR_CONFIG, NULL, "cannot be loaded: %s", dlerror());
	free(full);
	return dl;
}

static const hn_plugin *call_entry(void *dl)
{
	const hn_plugin *(*entry)(void);
	*(void **)&entry = dlsym(dl, PLUGIN_ENTRY);
	if (!entry)
		return NULL;
	memory_subject((void (*)(void))entry);
	snprintf(findings->now, sizeof findings->now, "hobnob_plugin_v1()");
	struct where before = where_enter();
	const hn_plugin *desc = entry();
	where_leave(before);
	findings->now[0] = '\0';
	return desc;
}

static void take_facts(const struct subject *s)
{
	findings->whose = s->provider ? RULE_OF_PROVIDER : RULE_OF_FRONTEND;
	snprintf(findings->name, sizeof findings->name, "%s", s->desc->name ? s->desc->name : "");
	snprintf(findings->version, sizeof findings->version, "%s", s->desc->version ? s->desc->version : "");
}

int subject_load(struct subject *s, const char *path)
{
	struct fault f = { 0 };
	*s = (struct subject){ .path = path, .name = subject_stem(path) };
	s->dl = open_it(path, &f);
	if (!s->dl) {
		unloadable(f.message ? f.message : "cannot be loaded");
		fault_free(&f);
		return -1;
	}
	s->desc = call_entry(s->dl);
	if (!s->desc)
		return unloadable("hobnob_plugin_v1() returned NULL, or does not exist");
	if (s->desc->struct_size < sized_plugin.least)
		return unloadable("its descriptor is shorter than in ABI 1.0");
	if (s->desc->type != HN_TYPE_PROVIDER && s->desc->type != HN_TYPE_FRONTEND)
		return unloadable("it is neither a provider nor a frontend");
	if (!s->desc->vtable)
		return unloadable("it has no functions: its vtable is NULL");
	if (s->desc->type == HN_TYPE_PROVIDER)
		s->provider = s->desc->vtable;
	else
		s->frontend = s->desc->vtable;
	take_facts(s);
	return 0;
}

/* The rules of what a process may not have done to it, which while loading are one rule. */
static void gather(void)
{
	static const enum rule_id all[] = { RULE_SIGNALS, RULE_LOCALE, RULE_CWD, RULE_ENVIRONMENT, RULE_FDS, RULE_THREADS, RULE_NO_PRINT,
		RULE_NO_FORK };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct finding *f = &findings->of[all[i]];
		if (f->found)
			breach(RULE_ENTRY_PURE, "while it was loaded: %s", f->what);
		*f = (struct finding){ 0 };
	}
}

int subject_is_go(const char *path)
{
	static const char mark[] = "\xff Go buildinf:";
	struct buf image = BUF(BUF_NO_CAP);
	int is = !file_read(path, 1u << 30, &image, NULL) && memmem(image.p, image.n, mark, sizeof mark - 1) != NULL;
	buf_free(&image);
	return is;
}

int subject_load_watched(struct subject *s, const char *path)
{
	struct watch before;
	watch_take(&before);
	unsigned threads = watch_threads();
	watched.pure = 1;
	int rc = subject_load(s, path);
	watched.pure = 0;
	watch_compare(&before);
	if (watch_threads() > threads)
		breach(RULE_THREADS, "it started %u threads", watch_threads() - threads);
	gather();
	if (breached(RULE_ENTRY_PURE) && subject_is_go(path)) {
		findings->of[RULE_ENTRY_PURE] = (struct finding){ 0 };
		skip_rule("the runtime of Go starts threads and takes signals as it is loaded");
	}
	return rc;
}
