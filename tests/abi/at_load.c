/* SPDX-License-Identifier: MIT */
/*
 * at_load: misbehaves before anybody has asked it for anything, by the name of its file: "constructor_crash" in the
 * constructor, "entry_crash" in the entry, and so on, by the table `deeds`; or its descriptor breaks one rule, by the table
 * `FAULTS`. As any other name it is a good frontend that shows nothing.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"
#include "hobnob/easy.h"

#define NOWHERE ((void *)8) /* a pointer to nothing */

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

/* ---- what it does ---- */

static void do_crash(void)
{
	raise(SIGSEGV);
}

static void do_divide(void)
{
	raise(SIGFPE);
}

static void do_bus(void)
{
	raise(SIGBUS);
}

static void do_ill(void)
{
	raise(SIGILL);
}

static void do_exit(void)
{
	exit(7);
}

static void do_leave(void)
{
	_exit(0);
}

static void do_hang(void)
{
	for (;;)
		pause();
}

static void do_loop(void)
{
	for (volatile int i = 0;; i = !i)
		;
}

static void do_print(void)
{
	puts("printed by a plugin");
	fflush(stdout);
	(void)!write(2, "printed by a plugin\n", 20);
}

/* Leaves a byte for each time that it is loaded. */
static void do_touch(void)
{
	const char *path = getenv("AT_LOAD_TOUCH");
	int fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;

	(void)!write(fd, "x", 1);
	close(fd);
}

/* Takes the process's things away. */
static void do_spoil(void)
{
	close(1);
	(void)!chdir("/");
	umask(0777);
	clearenv();
	signal(SIGINT, SIG_IGN);
}

static void do_closefrom(void)
{
	for (int fd = 0; fd < 256; fd++)
		close(fd);
}

static void do_babble(void)
{
	for (int fd = 3; fd < 64; fd++)
		(void)!write(fd, "babble", 6);
}

static void *run_for_ever(void *ud)
{
	for (volatile int i = 0;; i = !i)
		;
	return ud;
}

/* Leaves a thread that runs this file's code. */
static void do_thread(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, run_for_ever, NULL);
}

/* A process of its own lives on, and holds what it was given. */
static void do_fork(void)
{
	if (!fork())
		do_hang();
}

static const struct {
	const char *name;
	void (*deed)(void);
} deeds[] = {
	{ "crash", do_crash }, { "abort", abort }, { "divide", do_divide }, { "bus", do_bus }, { "ill", do_ill },
	{ "exit", do_exit }, { "leave", do_leave }, { "hang", do_hang }, { "loop", do_loop }, { "print", do_print },
	{ "spoil", do_spoil }, { "closefrom", do_closefrom }, { "babble", do_babble }, { "thread", do_thread }, { "fork", do_fork },
	{ "touch", do_touch },
};

/* Does what the name says of that place. */
static void misbehave(const char *place)
{
	size_t n = strlen(place);
	const char *what = stem();

	if (strncmp(what, place, n) != 0 || what[n] != '_')
		return;
	for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++)
		if (!strcmp(what + n + 1, deeds[i].name))
			deeds[i].deed();
}

__attribute__((constructor)) static void construct(void)
{
	misbehave("constructor");
}

/* ---- what it says of itself ---- */

static const hn_session_api *session_api;

static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	*self = NULL;
	session_api = host->extension(HN_ID_SESSION);
	return session_api ? 0 : hn_failf(host, call, HN_ERR_PLUGIN, "this hobnob has no sessions");
}

static int32_t on_event(void *ud, const hn_session_event *e)
{
	(void)ud;
	(void)e;
	return 0;
}

/* Asks what it was started with, and shows nothing of it. */
static int32_t run(void *self, hn_session *session)
{
	hn_start start = { .struct_size = sizeof start };
	hn_input input = { .struct_size = sizeof input, .type = HN_INPUT_MESSAGE };

	(void)self;
	session_api->start(session, &start);
	input.text = start.first;
	input.parts = start.parts;
	input.n_parts = start.n_parts;
	input.part_stride = start.part_stride;
	return start.first.n || start.n_parts ? session_api->submit(session, &input, on_event, NULL) : 0;
}

static hn_frontend frontend = { .struct_size = sizeof frontend, .create = create, .destroy = fixture_destroy, .run = run };
static hn_option option = { .type = HN_OPT_INT, .key = "thing", .initial = "1", .help = "a number" };
static hn_plugin plugin = {
	.struct_size = sizeof plugin,
	.abi_major = HN_ABI_MAJOR,
	.type = HN_TYPE_FRONTEND,
	.n_options = 1,
	.option_stride = sizeof option,
	.version = "0.1",
	.summary = "shows nothing",
	.license = "MIT",
	.options = &option,
	.vtable = &frontend,
};

static const char *long_text(void)
{
	size_t n = 2000000;
	char *text = malloc(n + 1);

	if (!text)
		return NULL;
	memset(text, 'v', n);
	text[n] = '\0';
	return text;
}

/* A member that is not as it should be. */
#define FAULTS(ROW)                                              \
	ROW("descriptor_size", plugin.struct_size = 0)           \
	ROW("descriptor_major", plugin.abi_major = 2)            \
	ROW("descriptor_minor", plugin.need_minor = 9)           \
	ROW("descriptor_type", plugin.type = 9)                  \
	ROW("name_null", plugin.name = NULL)                     \
	ROW("name_garbage", plugin.name = NOWHERE)               \
	ROW("name_long", plugin.name = long_text())              \
	ROW("vtable_null", plugin.vtable = NULL)                 \
	ROW("vtable_garbage", plugin.vtable = NOWHERE)           \
	ROW("vtable_size", frontend.struct_size = 0)             \
	ROW("vtable_run", frontend.run = NULL)                   \
	ROW("options_null", plugin.options = NULL)               \
	ROW("options_garbage", plugin.options = NOWHERE)         \
	ROW("options_many", plugin.n_options = UINT32_MAX)       \
	ROW("options_stride", plugin.option_stride = 1)          \
	ROW("option_key", option.key = NULL)                     \
	ROW("option_type", option.type = 99)                     \
	ROW("option_default", option.initial = "many")           \
	ROW("option_long", (option.type = HN_OPT_STRING, option.initial = long_text())) \
	ROW("option_open", (option.type = HN_OPT_STRING, option.initial = NULL, option.key = "api_key")) \
	ROW("option_help", option.help = long_text())            \
	ROW("version_long", plugin.version = long_text())        \
	ROW("version_escapes", plugin.version = "1\033[2J\n2")   \
	ROW("version_null", plugin.version = NULL)               \
	ROW("summary_garbage", plugin.summary = NOWHERE)

const hn_plugin *hobnob_plugin_v1(void)
{
	const char *what = stem();

	misbehave("entry");
	plugin.name = what;
	if (!strcmp(what, "descriptor_null") || !strcmp(what, "constructor_thread"))
		return NULL;
	if (!strcmp(what, "descriptor_garbage"))
		return NOWHERE;
#define SPOIL(word, change)        \
	if (!strcmp(what, word)) \
		(void)(change);
	FAULTS(SPOIL)
	return &plugin;
}
