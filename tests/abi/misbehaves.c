/* SPDX-License-Identifier: MIT */
/*
 * misbehaves: breaks the rules of a plugin at run time, by the name of its file: PLACE_WHAT.
 *
 * A provider: construct (a constructor), entry, create, chat, blocks (chat() with HN_PROVIDER_BLOCKS), thread (one that chat() starts), models, credit, destroy,
 * end (a destructor), late (an exit handler). chat() says "partial " first. A frontend: fcreate, run, event, command,
 * readable, fdestroy. What: the table at the end. As "misbehaves" it is a provider that answers "fine".
 */
#include <dlfcn.h>
#include <err.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"
#include "hobnob/easy.h"

#define PLACES_OF_FRONTENDS "fcreate run event command readable fdestroy"

static const hn_host *host;
static hn_call *current; /* of chat() */

/* ---- what the name says ---- */

/* The name of this file, without folder and ending. */
static const char *stem(void)
{
	static char name[64];
	Dl_info info;

	if (*name || !dladdr((void *)(uintptr_t)stem, &info) || !info.dli_fname)
		return name;
	const char *slash = strrchr(info.dli_fname, '/');

	snprintf(name, sizeof name, "%s", slash ? slash + 1 : info.dli_fname);
	name[strcspn(name, ".")] = '\0';
	return name;
}

/* What is to be done there, or NULL. */
static const char *what_in(const char *place)
{
	size_t n = strlen(place);

	return !strncmp(stem(), place, n) && stem()[n] == '_' ? stem() + n + 1 : NULL;
}

static int is_frontend(void)
{
	char place[16], list[] = " " PLACES_OF_FRONTENDS " ";

	snprintf(place, sizeof place, " %.*s ", (int)strcspn(stem(), "_"), stem());
	return strstr(list, place) != NULL;
}

/* ---- what it does: its own result, which only some places return ---- */

static volatile int zero;

__attribute__((no_sanitize("undefined", "address"))) static int32_t crash(void)
{
	volatile int *volatile nowhere = NULL;

	return *nowhere = 1;
}

__attribute__((no_sanitize("undefined"))) static int32_t divide(void)
{
	return 100 / zero;
}

static int32_t illegal(void)
{
	return raise(SIGILL);
}

static int32_t bus(void)
{
	return raise(SIGBUS);
}

static int32_t system_call(void)
{
	return raise(SIGSYS);
}

static int32_t trap(void)
{
	return raise(SIGTRAP);
}

static int32_t do_abort(void)
{
	abort();
}

__attribute__((noinline, no_sanitize("address"))) static int32_t overflow(void)
{
	volatile char room[4096];

	room[zero] = 1;
	return zero ? 0 : overflow() + room[zero];
}

/* What the heap's next user finds is a program that ends. */
static int32_t corrupt(void)
{
	char *volatile p = malloc(100);
	char *volatile q = p;

	free(p);
	free(q);
	return 0;
}

static int32_t exits(void)
{
	exit(3);
}

static int32_t exits_well(void)
{
	exit(0);
}

static int32_t quits(void)
{
	quick_exit(3);
}

static int32_t leaves(void)
{
	_exit(0);
}

static int32_t leaves_too(void)
{
	_Exit(4);
}

/* libc calls its own exit(). */
static int32_t complains(void)
{
	errx(5, "no more");
}

static int32_t ends_thread(void)
{
	pthread_exit(NULL);
}

static int32_t spins(void)
{
	if (write(STDERR_FILENO, "spinning\n", 9) == 9)
		while (!zero)
			;
	return 0;
}

static int32_t changes_all(void)
{
	sigset_t set;
	int failed = chdir("/");

	umask(0);
	setlocale(LC_ALL, "POSIX");
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGSEGV, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	return failed ? -1 : 0;
}

/* Waits while it is deaf to Ctrl-C: hobnob is not. */
static int32_t waits_deaf(void)
{
	const hn_io *io = host->extension(HN_ID_IO);

	signal(SIGINT, SIG_IGN);
	return io->wait_for(current, NULL, 0, -1);
}

/* Both processes continue. */
static int32_t forks(void)
{
	return fork() < 0 ? -1 : 0;
}

/* The new process says something, and ends. */
static int32_t forks_and_says(void)
{
	pid_t pid = fork();

	if (pid)
		return 0;
	hn_say(host, current, hn_str_of("child "));
	exit(0);
}

static int32_t says_garbage(void)
{
	const hn_event event = { .struct_size = sizeof event, .type = HN_EV_TEXT, .text = { (const char *)8, 100 } };

	return host->emit(current, &event);
}

/* Prints where it is. */
static int32_t tells_place(void)
{
	char path[4096];

	return dprintf(STDOUT_FILENO, "[%s]", getcwd(path, sizeof path)) < 0 ? -1 : 0;
}

static int32_t says_nothing(void)
{
	return host->emit(current, NULL);
}

static int32_t says(const char *p, size_t n)
{
	return host->emit(current, &(hn_event){ .struct_size = sizeof(hn_event), .type = HN_EV_TEXT, .text = { p, n } });
}

static int32_t says_null(void)
{
	return says(NULL, 100);
}

static int32_t says_all(void)
{
	return says("x", SIZE_MAX);
}

static int32_t fails_with_nothing(void)
{
	return host->fail(current, NULL);
}

static int32_t closes_all(void)
{
	for (int fd = 3; fd < 256; fd++)
		close(fd);
	return 0;
}

static int32_t interrupted(void)
{
	return HN_ERR_INTERRUPTED;
}

static int32_t five(void)
{
	return 5;
}

static int32_t odd(void)
{
	return -999;
}

static int32_t no_output(void)
{
	return HN_ERR_OUTPUT;
}

static int32_t no_money(void)
{
	return HN_ERR_QUOTA;
}

static int32_t nothing(void)
{
	return 0;
}

static const struct { const char *name; int32_t (*act)(void); } table[] = {
	{ "crash", crash }, { "divide", divide }, { "illegal", illegal }, { "bus", bus }, { "syscall", system_call },
	{ "trap", trap }, { "abort", do_abort }, { "overflow", overflow }, { "corrupt", corrupt }, { "garbage", says_garbage },
	{ "exit", exits }, { "exit0", exits_well }, { "quit", quits }, { "leave", leaves }, { "leave4", leaves_too },
	{ "errx", complains }, { "endthread", ends_thread },
	{ "spin", spins }, { "change", changes_all }, { "deaf", waits_deaf }, { "place", tells_place }, { "fork", forks }, { "forksay", forks_and_says },
	{ "noevent", says_nothing }, { "nulltext", says_null }, { "huge", says_all }, { "nofault", fails_with_nothing },
	{ "close", closes_all }, { "interrupted", interrupted },
	{ "five", five }, { "odd", odd }, { "output", no_output }, { "quota", no_money }, { "nothing", nothing },
};

/* Does it; 1 if there is something to be done there, and *result what that gave. */
static int act_in(const char *place, int32_t *result)
{
	const char *what = what_in(place);

	for (size_t i = 0; what && i < sizeof table / sizeof *table; i++)
		if (!strcmp(table[i].name, what)) {
			*result = table[i].act();
			return 1;
		}
	return 0;
}

static int32_t act(const char *place)
{
	int32_t result = 0;

	act_in(place, &result);
	return result;
}

__attribute__((constructor)) static void construct(void)
{
	act("construct");
}

__attribute__((destructor)) static void end(void)
{
	act("end");
}

static void late(void)
{
	act("late");
}

/* ---- the provider ---- */

static int32_t create(const hn_host *h, hn_call *call, void **self)
{
	host = h;
	current = call;
	*self = NULL;
	if (what_in("late"))
		atexit(late);
	return act("create");
}

static void destroy(void *self)
{
	(void)self;
	act("destroy");
}

static void *thread(void *unused)
{
	(void)unused;
	act("thread");
	return NULL;
}

static int32_t chat(void *self, hn_call *call, const hn_request *request)
{
	pthread_t other;
	int32_t rc, result = 0;

	(void)self;
	(void)request;
	current = call;
	if (!what_in("chat") && !what_in("blocks") && !what_in("thread")) {
		rc = hn_say(host, call, hn_str_of("fine"));
		return rc ? rc : hn_finish(host, call, HN_FINISH_STOP);
	}
	rc = hn_say(host, call, hn_str_of("partial "));
	if (what_in("thread") && !pthread_create(&other, NULL, thread, NULL))
		pthread_join(other, NULL);
	if (!rc && (act_in("chat", &result) || act_in("blocks", &result)) && result)
		return result;
	if (!rc)
		rc = hn_say(host, call, hn_str_of("whole"));
	return rc ? rc : hn_finish(host, call, HN_FINISH_STOP);
}

static int32_t models(void *self, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	const hn_model model = { .struct_size = sizeof model, .id = hn_str_of("one") };

	(void)self;
	current = call;
	act("models");
	return put(ud, &model);
}

static int32_t credit(void *self, hn_call *call, hn_credit *out)
{
	(void)self;
	current = call;
	out->left = 1;
	return act("credit");
}

/* ---- the frontend ---- */

static const hn_session_api *api;

static int32_t fcreate(const hn_host *h, hn_call *call, void **self)
{
	(void)call;
	host = h;
	api = host->extension(HN_ID_SESSION);
	*self = NULL;
	return act("fcreate");
}

static void fdestroy(void *self)
{
	(void)self;
	act("fdestroy");
}

static int32_t on_event(void *ud, const hn_session_event *event)
{
	int32_t result = 0;

	(void)ud;
	if (event->type == HN_ON_ERROR)
		dprintf(STDERR_FILENO, "error: %.*s\n", (int)event->message.n, event->message.p);
	if (event->type != HN_ON_TEXT)
		return 0;
	if (write(STDOUT_FILENO, event->text.p, event->text.n) < 0)
		return HN_ERR_OUTPUT;
	act_in("event", &result);
	if (!strcmp(stem(), "run_change"))
		tells_place();
	return result;
}

static int32_t run_command(void *ud, hn_session *session, hn_str args, hn_str *text)
{
	(void)ud;
	(void)session;
	(void)args;
	*text = hn_str_of("done");
	return act("command");
}

static void on_readable(void *ud)
{
	char byte;

	if (read(*(int *)ud, &byte, 1) == 1)
		act("readable");
}

/* Something to read comes at once. */
static void watch(hn_session *session, int fds[2])
{
	if (pipe(fds) || write(fds[1], "x", 1) != 1)
		return;
	api->watch(session, fds[0], on_readable, fds);
}

/* Runs the command, then asks what was asked for, and shows the answer. */
static int32_t run(void *self, hn_session *session)
{
	const hn_commands *commands = host->extension(HN_ID_COMMANDS);
	static const hn_command command = { .struct_size = sizeof command, .name = "/misbehave", .help = "misbehaves", .run = run_command };
	hn_start start = { .struct_size = sizeof start };
	int fds[2];
	int32_t result = 0;

	(void)self;
	if (act_in("run", &result) && strcmp(stem(), "run_change") != 0)
		return result;
	commands->add(session, &command);
	api->start(session, &start);
	if (what_in("command"))
		result = api->submit(session, &(hn_input){ .struct_size = sizeof(hn_input), .type = HN_INPUT_LINE,
			.text = hn_str_of("/misbehave") }, on_event, NULL);
	if (what_in("readable"))
		watch(session, fds);
	return result ? result : api->submit(session, &(hn_input){ .struct_size = sizeof(hn_input), .text = start.first }, on_event, NULL);
}

/* ---- the plugin ---- */

const hn_plugin *hobnob_plugin_v1(void)
{
	static hn_provider provider = { .struct_size = sizeof provider, .accepts = 1u << HN_PART_TEXT, .create = create,
		.destroy = destroy, .chat = chat, .models = models, .credit = credit };
	static const hn_frontend frontend = { .struct_size = sizeof frontend, .create = fcreate, .destroy = fdestroy, .run = run };
	static hn_plugin plugin = { .struct_size = sizeof plugin, .abi_major = HN_ABI_MAJOR, .version = "0.1",
		.summary = "misbehaves", .license = "MIT" };

	act("entry");
	if (what_in("blocks"))
		provider.flags = HN_PROVIDER_BLOCKS;
	plugin.name = stem();
	plugin.type = is_frontend() ? HN_TYPE_FRONTEND : HN_TYPE_PROVIDER;
	plugin.vtable = is_frontend() ? (const void *)&frontend : (const void *)&provider;
	return &plugin;
}
