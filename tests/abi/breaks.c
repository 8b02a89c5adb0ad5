/* SPDX-License-Identifier: MIT */
/*
 * breaks: a provider that breaks the rule that it is asked to break, by the last message or, in create() and destroy(), by
 * its option `breaks`. Otherwise it says "kept". Built a second time with HN_PROVIDER_BLOCKS as breaks_blocks.
 */
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hobnob/easy.h"

#ifdef BLOCKS
#define NAME "breaks_blocks"
#define FLAGS HN_PROVIDER_BLOCKS
#else
#define NAME "breaks"
#define FLAGS 0u
#endif

static const hn_host *host; /* one instance is enough here */
static char *breaks;        /* the option */
static hn_str kept_option;
static const char *kept_data;
static hn_call *kept_call;
static const hn_request *kept_request;
static char base[200];
static volatile uint64_t seen; /* what was read where nothing may be read */

static int32_t emit(hn_call *call, hn_event e)
{
	e.struct_size = sizeof e;
	return host->emit(call, &e);
}

/* The whole reply. */
static int32_t answer(hn_call *call)
{
	int32_t code = hn_say(host, call, hn_str_of("kept"));

	return code ? code : hn_finish(host, call, HN_FINISH_STOP);
}

/* ---- events ---- */

static int32_t second_finish(hn_call *call, const hn_request *r)
{
	int32_t code = answer(call);

	(void)r;
	return code ? code : hn_finish(host, call, HN_FINISH_LENGTH);
}

static int32_t text_after(hn_call *call, const hn_request *r)
{
	int32_t code = answer(call);

	(void)r;
	return code ? code : hn_say(host, call, hn_str_of(" after"));
}

static int32_t late_usage(hn_call *call, const hn_request *r)
{
	int32_t code = answer(call);

	(void)r;
	if (!code)
		code = hn_notice(host, call, hn_str_of("between"));
	return code ? code : hn_report(host, call, hn_usage_of(1, 1));
}

static int32_t usage_after(hn_call *call, const hn_request *r)
{
	int32_t code = answer(call);

	(void)r;
	return code ? code : hn_report(host, call, hn_usage_of(1, 1));
}

static int32_t no_finish(hn_call *call, const hn_request *r)
{
	(void)r;
	return hn_say(host, call, hn_str_of("half"));
}

static int32_t odd_finish(hn_call *call, const hn_request *r)
{
	(void)r;
	return hn_finish(host, call, 77);
}

static int32_t unknown_event(hn_call *call, const hn_request *r)
{
	(void)r;
	return emit(call, (hn_event){ .type = 4711 });
}

static int32_t other_member(hn_call *call, const hn_request *r)
{
	(void)r;
	return emit(call, (hn_event){ .type = HN_EV_TEXT, .text = { "x", 1 }, .number = 3 });
}

static int32_t negative_usage(hn_call *call, const hn_request *r)
{
	int32_t code = hn_report(host, call, (hn_usage){ .struct_size = sizeof(hn_usage), .set = HN_USAGE_PROMPT, .prompt = -7 });

	(void)r;
	return code ? code : answer(call);
}

static int32_t no_size(hn_call *call, const hn_request *r)
{
	const hn_event e = { .type = HN_EV_TEXT, .text = { "x", 1 } };
	int32_t code = host->emit(call, &e);

	(void)r;
	return code ? code : answer(call);
}

/* ---- codes ---- */

static int32_t no_reason(hn_call *call, const hn_request *r)
{
	(void)call;
	(void)r;
	return HN_ERR_RATE_LIMITED;
}

static int32_t interrupted(hn_call *call, const hn_request *r)
{
	(void)call;
	(void)r;
	return HN_ERR_INTERRUPTED;
}

static int32_t positive(hn_call *call, const hn_request *r)
{
	(void)call;
	(void)r;
	return 5;
}

static int32_t on_data(void *ud, const hn_http_response *head, uint32_t type, hn_str event, hn_str data)
{
	(void)ud;
	(void)head;
	(void)type;
	(void)event;
	kept_data = data.p;
	return HN_OK;
}

static int32_t request(hn_call *call, const char *url)
{
	const hn_http *http = host->extension(HN_ID_HTTP);
	const hn_http_request ask = { .struct_size = sizeof ask, .method = "GET", .url = hn_str_of(url), .on_data = on_data };

	return http->request(call, &ask, NULL);
}

static int32_t other_code(hn_call *call, const hn_request *r)
{
	(void)r;
	request(call, "http://127.0.0.1:9/");
	return hn_failf(host, call, HN_ERR_AUTH, "something else");
}

/* ---- calls ---- */

static int32_t keep_call(hn_call *call, const hn_request *r)
{
	kept_call = call;
	kept_request = r;
	return answer(call);
}

static int32_t use_call(hn_call *call, const hn_request *r)
{
	(void)r;
	hn_say(host, kept_call, hn_str_of("late"));
	return answer(call);
}

static void *say_elsewhere(void *call)
{
	hn_say(host, call, hn_str_of("elsewhere"));
	return NULL;
}

static int32_t other_thread(hn_call *call, const hn_request *r)
{
	pthread_t thread;

	(void)r;
	if (pthread_create(&thread, NULL, say_elsewhere, call))
		return HN_ERR_PLUGIN;
	pthread_join(thread, NULL);
	return answer(call);
}

/* Looks whether the call is cancelled, which any thread may. */
static void *look(void *call)
{
	host->cancelled(call);
	return NULL;
}

static int32_t look_elsewhere(hn_call *call, const hn_request *r)
{
	pthread_t thread;

	(void)r;
	if (pthread_create(&thread, NULL, look, call))
		return HN_ERR_PLUGIN;
	pthread_join(thread, NULL);
	return answer(call);
}

struct waiting {
	hn_call *call;
	int fds[2];
};

/* Emits until the other thread waits, then ends its wait. */
static void *disturb(void *ud)
{
	const struct waiting *w = ud;

	for (int i = 0; i < 5000 && hn_progress(host, w->call, hn_str_of("at once"), 0) == HN_OK; i++)
		usleep(1000);
	if (write(w->fds[1], "", 1) < 0)
		return NULL;
	return NULL;
}

static int32_t at_once(hn_call *call, const hn_request *r)
{
	const hn_io *io = host->extension(HN_ID_IO);
	struct waiting w = { .call = call };
	hn_pollfd fd = { .events = HN_POLL_IN };
	pthread_t thread;
	int32_t code;

	(void)r;
	if (pipe(w.fds) || pthread_create(&thread, NULL, disturb, &w))
		return HN_ERR_PLUGIN;
	fd.fd = w.fds[0];
	code = io->wait_for(call, &fd, 1, -1);
	pthread_join(thread, NULL);
	close(w.fds[0]);
	close(w.fds[1]);
	return code < 0 ? code : answer(call);
}

/* ---- loans ---- */

static int32_t use_request(hn_call *call, const hn_request *r)
{
	(void)r;
	seen = kept_request->n_messages;
	return answer(call);
}

static int32_t write_request(hn_call *call, const hn_request *r)
{
	((hn_request *)(uintptr_t)r)->seed = 42;
	return answer(call);
}

static int32_t beyond_request(hn_call *call, const hn_request *r)
{
	seen = *(const uint64_t *)(const void *)((const char *)r + r->struct_size);
	return answer(call);
}

static int32_t use_option(hn_call *call, const hn_request *r)
{
	(void)r;
	seen = (uint64_t)kept_option.p[0];
	return answer(call);
}

static int32_t use_data(hn_call *call, const hn_request *r)
{
	int32_t code = request(call, base);

	(void)r;
	if (code)
		return code;
	seen = (uint64_t)kept_data[0];
	return answer(call);
}

/* ---- the process ---- */

static int32_t print(hn_call *call, const hn_request *r)
{
	(void)r;
	if (write(STDOUT_FILENO, "debug: here\n", 12) < 0)
		return HN_ERR_PLUGIN;
	return answer(call);
}

static int32_t print_buffered(hn_call *call, const hn_request *r)
{
	(void)r;
	printf("debug");
	return answer(call);
}

static int32_t print_error(hn_call *call, const hn_request *r)
{
	(void)r;
	fprintf(stderr, "debug: there\n");
	return answer(call);
}

static int32_t close_output(hn_call *call, const hn_request *r)
{
	(void)r;
	close(STDOUT_FILENO);
	return answer(call);
}

static int32_t set_variable(hn_call *call, const hn_request *r)
{
	(void)r;
	setenv("BREAKS", "1", 1);
	return answer(call);
}

static int32_t ignore_signal(hn_call *call, const hn_request *r)
{
	(void)r;
	signal(SIGINT, SIG_IGN);
	return answer(call);
}

static int32_t block_signal(hn_call *call, const hn_request *r)
{
	sigset_t set;

	(void)r;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	return answer(call);
}

static int32_t set_locale(hn_call *call, const hn_request *r)
{
	(void)r;
	setlocale(LC_TIME, "C.UTF-8");
	return answer(call);
}

static int32_t change_folder(hn_call *call, const hn_request *r)
{
	(void)r;
	return chdir("/") ? HN_ERR_PLUGIN : answer(call);
}

static int32_t set_umask(hn_call *call, const hn_request *r)
{
	(void)r;
	umask(0);
	return answer(call);
}

static int32_t crash(hn_call *call, const hn_request *r)
{
	(void)call;
	(void)r;
	raise(SIGSEGV);
	return HN_ERR_PLUGIN;
}

static int32_t end_all(hn_call *call, const hn_request *r)
{
	(void)call;
	(void)r;
	exit(7);
}

static int32_t open_file(hn_call *call, const hn_request *r)
{
	(void)r;
	return open("/dev/null", O_RDONLY) < 0 ? HN_ERR_PLUGIN : answer(call);
}

static void *stay(void *ud)
{
	for (;;)
		pause();
	return ud;
}

static int32_t start_thread(hn_call *call, const hn_request *r)
{
	pthread_t thread;

	(void)r;
	return pthread_create(&thread, NULL, stay, NULL) ? HN_ERR_PLUGIN : answer(call);
}

/* As the runtime of a language does. */
__attribute__((constructor)) static void at_load(void)
{
	if (getenv("BREAKS_AT_LOAD"))
		signal(SIGPIPE, SIG_IGN);
}

/* ---- the plugin ---- */

static const struct {
	const char *word;
	int32_t (*run)(hn_call *, const hn_request *);
} acts[] = { { "second finish", second_finish }, { "text after", text_after }, { "late usage", late_usage },
	{ "usage after", usage_after }, { "no finish", no_finish }, { "odd finish", odd_finish }, { "unknown event", unknown_event },
	{ "other member", other_member }, { "negative usage", negative_usage }, { "no size", no_size }, { "no reason", no_reason },
	{ "interrupted", interrupted }, { "positive", positive }, { "other code", other_code }, { "keep", keep_call },
	{ "use call", use_call }, { "other thread", other_thread }, { "look elsewhere", look_elsewhere }, { "at once", at_once },
	{ "use request", use_request }, { "write request", write_request }, { "beyond request", beyond_request },
	{ "use option", use_option }, { "use data", use_data }, { "print", print }, { "print buffered", print_buffered },
	{ "print error", print_error }, { "close", close_output }, { "environment", set_variable },
	{ "signal", ignore_signal }, { "mask", block_signal }, { "locale", set_locale }, { "folder", change_folder },
	{ "umask", set_umask }, { "crash", crash }, { "end all", end_all }, { "open", open_file },
	{ "thread", start_thread } };

static int32_t chat(void *self, hn_call *call, const hn_request *request)
{
	(void)self;
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		if (hn_same(hn_last(request)->text, acts[i].word))
			return acts[i].run(call, request);
	return answer(call);
}

static int32_t create(const hn_host *given, hn_call *call, void **self)
{
	hn_str how;

	host = given;
	how = hn_option_text(host, call, "breaks");
	kept_option = how;
	breaks = hn_copy(how);
	hn_str url = hn_option_text(host, call, "base_url");
	snprintf(base, sizeof base, "%.*s", (int)url.n, url.p);
	*self = NULL;
	if (hn_same(how, "undeclared"))
		hn_option_text(host, call, "nobody_knows");
	return hn_same(how, "no reason") ? HN_ERR_CONFIG : 0;
}

static void destroy(void *self)
{
	(void)self;
	free(breaks);
}

static int32_t models(void *self, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	hn_model nameless = { .struct_size = sizeof nameless };

	(void)self;
	(void)call;
	return put(ud, &nameless);
}

static const hn_option options[] = {
	HN_OPTION(HN_OPT_STRING, 0, "breaks", "nothing", "which rule to break in create()"),
	HN_OPTION(HN_OPT_URL, HN_OPTION_ENDPOINT, "base_url", "http://127.0.0.1:9", "a server to ask"),
};

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.flags = FLAGS,
	.accepts = 1u << HN_PART_TEXT,
	.heeds = HN_SET_MAX_TOKENS,
	.create = create,
	.destroy = destroy,
	.chat = chat,
	.models = models,
};

HN_PLUGIN(HN_TYPE_PROVIDER, provider, options, NAME, "0.1", "breaks rules", "MIT")
