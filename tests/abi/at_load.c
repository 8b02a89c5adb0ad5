/* SPDX-License-Identifier: MIT */
/*
 * at_load: misbehaves before anybody has asked it for anything, by the name of its file: "constructor_crash" in the
 * constructor, "entry_crash" in the entry, and so on: crash, abort, divide, exit, leave (_exit), hang. As any
 * other name it is a good frontend that does nothing.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"

/* The name of this file, without folder and ending. */
static const char *stem(void)
{
	static char name[256];
	Dl_info info;

	if (!dladdr((void *)(uintptr_t)stem, &info) || !info.dli_fname)
		return "";
	const char *slash = strrchr(info.dli_fname, '/');

	snprintf(name, sizeof name, "%s", slash ? slash + 1 : info.dli_fname);
	name[strcspn(name, ".")] = '\0';
	return name;
}

/* Does what the name says of that place. */
static void misbehave(const char *place)
{
	size_t n = strlen(place);
	const char *what = stem();

	if (strncmp(what, place, n) != 0)
		return;
	what += n;
	if (!strcmp(what, "_crash"))
		raise(SIGSEGV);
	if (!strcmp(what, "_abort"))
		abort();
	if (!strcmp(what, "_divide"))
		raise(SIGFPE);
	if (!strcmp(what, "_exit"))
		exit(7);
	if (!strcmp(what, "_leave"))
		_exit(0);
	while (!strcmp(what, "_hang"))
		pause();
}

__attribute__((constructor)) static void construct(void)
{
	misbehave("constructor");
}

static int32_t run(void *self, hn_session *session)
{
	(void)self;
	(void)session;
	return 0;
}

const hn_plugin *hobnob_plugin_v1(void)
{
	static const hn_frontend frontend = { .struct_size = sizeof frontend, .create = fixture_create, .destroy = fixture_destroy, .run = run };
	static hn_plugin plugin = {
		.struct_size = sizeof plugin,
		.abi_major = HN_ABI_MAJOR,
		.type = HN_TYPE_FRONTEND,
		.version = "0.1",
		.summary = "does nothing",
		.license = "MIT",
		.vtable = &frontend,
	};

	misbehave("entry");
	plugin.name = stem();
	return &plugin;
}
