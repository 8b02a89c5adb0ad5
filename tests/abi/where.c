/* SPDX-License-Identifier: MIT */
/*
 * where: a provider that calls one function of hobnob's in one place, as its options say, and answers whether it worked.
 *
 * The place is the option `place`: create, chat, models, on_data, thread (beside chat), or destroy. The answer is one letter in
 * the file of the option `report`: y or n. In the place `failed` create() fails after it has set *self, and destroy(), which must
 * not come, answers. Compiled with BLOCKS it has HN_PROVIDER_BLOCKS.
 */
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "hobnob/easy.h"

#ifdef BLOCKS
#define NAME "where_blocks"
#define FLAGS HN_PROVIDER_BLOCKS
#else
#define NAME "where"
#define FLAGS 0
#endif

struct instance {
	const hn_host *host;
	const hn_http *http;
	const hn_io *io;
	const hn_log *log;
	const hn_process *process;
	const hn_text *text;
	char *place, *function, *report, *url;
	hn_call *ended; /* the last call */
};

/* ---- the functions ---- */

typedef int (*try_fn)(const struct instance *, hn_call *);

static int try_extension(const struct instance *in, hn_call *call)
{
	(void)call;
	return in->host->extension(HN_ID_IO) == in->io;
}

static int try_code_of_kind(const struct instance *in, hn_call *call)
{
	(void)call;
	return in->host->code_of_kind("quota") == HN_ERR_QUOTA;
}

static int try_code_of_status(const struct instance *in, hn_call *call)
{
	(void)call;
	return in->http->code_of_status(404) == HN_ERR_NOT_FOUND;
}

static void put_text(void *ud, hn_str piece)
{
	*(size_t *)ud += piece.n;
}

static int try_safe(const struct instance *in, hn_call *call)
{
	size_t n = 0;

	(void)call;
	in->text->safe(hn_str_of("abc"), 0, put_text, &n);
	return n == 3;
}

static int try_columns(const struct instance *in, hn_call *call)
{
	(void)call;
	return in->text->columns(hn_str_of("abc")) == 3;
}

static int try_option(const struct instance *in, hn_call *call)
{
	hn_value v = { .struct_size = sizeof v };

	return in->host->option(call, "place", &v) == HN_OK && v.is_set;
}

static int try_fail(const struct instance *in, hn_call *call)
{
	hn_error e = hn_error_of(HN_ERR_QUOTA, hn_str_of("no coins"));

	return in->host->fail(call, &e) == HN_ERR_QUOTA;
}

static int try_alloc(const struct instance *in, hn_call *call)
{
	return in->host->alloc(call, 8) != NULL;
}

static int try_line(const struct instance *in, hn_call *call)
{
	in->log->line(call, 1, hn_str_of("a line"));
	return 1;
}

static int try_now(const struct instance *in, hn_call *call)
{
	return in->io->now(call) > 0;
}

static int try_emit(const struct instance *in, hn_call *call)
{
	return hn_notice(in->host, call, hn_str_of("a notice")) == HN_OK;
}

static int try_cancelled(const struct instance *in, hn_call *call)
{
	return in->host->cancelled(call) == 0;
}

static int32_t on_data(void *ud, const hn_http_response *head, uint32_t type, hn_str event, hn_str data);

static int try_request(const struct instance *in, hn_call *call)
{
	hn_http_request r = { .struct_size = sizeof r, .method = "GET", .url = hn_str_of(in->url), .on_data = on_data };

	return in->http->request(call, &r, NULL) == HN_OK;
}

static int try_wait_for(const struct instance *in, hn_call *call)
{
	return in->io->wait_for(call, NULL, 0, 1) == HN_WAIT_TIMEOUT;
}

static int try_spawn(const struct instance *in, hn_call *call)
{
	const hn_str args[] = { HN_STR("true") };
	hn_program program = { .struct_size = sizeof program, .n_args = 1, .args = args };
	hn_child child = { .struct_size = sizeof child };

	return in->process->spawn(call, &program, &child) == HN_OK && in->process->close_input(call, &child) == HN_OK &&
	       in->process->finish(call, &child, 10000, 1000) == HN_OK;
}

static const struct { const char *name; try_fn run; } tries[] = {
	{ "extension", try_extension }, { "code_of_kind", try_code_of_kind }, { "code_of_status", try_code_of_status },
	{ "safe", try_safe }, { "columns", try_columns }, { "option", try_option }, { "fail", try_fail }, { "alloc", try_alloc },
	{ "line", try_line }, { "now", try_now }, { "emit", try_emit }, { "cancelled", try_cancelled }, { "request", try_request },
	{ "wait_for", try_wait_for }, { "spawn", try_spawn },
};

/* Tries the function, if this is the place, and reports. */
static void at(const struct instance *in, hn_call *call, const char *place)
{
	int fd;

	if (strcmp(in->place, place) != 0)
		return;
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
		if (strcmp(in->function, tries[i].name) == 0) {
			const char *letter = tries[i].run(in, call) ? "y" : "n";
			fd = open(in->report, O_WRONLY | O_CREAT | O_TRUNC, 0600);
			if (fd < 0 || write(fd, letter, 1) != 1)
				abort();
			close(fd);
		}
}

/* ---- the places ---- */

struct beside { const struct instance *in; hn_call *call; };

static int32_t on_data(void *ud, const hn_http_response *head, uint32_t type, hn_str event, hn_str data)
{
	const struct beside *b = ud;

	(void)head;
	(void)type;
	(void)event;
	(void)data;
	if (b)
		at(b->in, b->call, "on_data");
	return HN_OK;
}

static void *beside(void *ud)
{
	const struct beside *b = ud;

	at(b->in, b->call, "thread");
	return NULL;
}

static struct instance *volatile failed; /* stays: a destroy() that came after all would read it */

static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	struct instance *in = calloc(1, sizeof *in);

	if (!in)
		return HN_ERR_PLUGIN;
	in->host = host;
	in->http = host->extension(HN_ID_HTTP);
	in->io = host->extension(HN_ID_IO);
	in->log = host->extension(HN_ID_LOG);
	in->process = host->extension(HN_ID_PROCESS);
	in->text = host->extension(HN_ID_TEXT);
	in->place = hn_copy(hn_option_text(host, call, "place"));
	in->function = hn_copy(hn_option_text(host, call, "function"));
	in->report = hn_copy(hn_option_text(host, call, "report"));
	in->url = hn_copy(hn_option_text(host, call, "base_url"));
	at(in, call, "create");
	*self = in;
	if (strcmp(in->place, "failed") != 0)
		return HN_OK;
	failed = in;
	return hn_failf(host, call, HN_ERR_CONFIG, "it does not want to live");
}

static void destroy(void *self)
{
	struct instance *in = self;

	at(in, in->ended, "destroy");
	at(in, NULL, "failed");
	free(in->place);
	free(in->function);
	free(in->report);
	free(in->url);
	free(in);
}

static int32_t chat(void *self, hn_call *call, const hn_request *req)
{
	struct instance *in = self;
	struct beside b = { in, call };
	pthread_t thread;
	hn_http_request r = { .struct_size = sizeof r, .method = "GET", .url = hn_str_of(in->url), .on_data = on_data, .ud = &b };
	int32_t code = HN_OK;

	(void)req;
	in->ended = call;
	at(in, call, "chat");
	if (strcmp(in->place, "on_data") == 0)
		code = in->http->request(call, &r, NULL);
	if (strcmp(in->place, "thread") == 0 && pthread_create(&thread, NULL, beside, &b) == 0)
		pthread_join(thread, NULL);
	if (code == HN_OK)
		code = hn_say(in->host, call, hn_str_of("said"));
	return code == HN_OK ? hn_finish(in->host, call, HN_FINISH_STOP) : code;
}

static int32_t models(void *self, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	struct instance *in = self;
	hn_model model = hn_model_of(hn_str_of("only"));

	at(in, call, "models");
	return put(ud, &model);
}

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.flags = FLAGS,
	.accepts = 1u << HN_PART_TEXT,
	.create = create,
	.destroy = destroy,
	.chat = chat,
	.models = models,
};

static const hn_option options[] = {
	HN_OPTION(HN_OPT_STRING, 0, "place", "none", "where to call"),
	HN_OPTION(HN_OPT_STRING, 0, "function", "none", "what to call"),
	HN_OPTION(HN_OPT_PATH, 0, "report", "/dev/null", "where to report"),
	HN_BASE_URL("http://127.0.0.1:9/"),
	HN_MODEL("only"),
};

HN_PLUGIN(HN_TYPE_PROVIDER, provider, options, NAME, "0.1", "tries what may be called from where", "MIT")
