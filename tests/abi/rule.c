/* SPDX-License-Identifier: MIT */
/*
 * rule: a provider that breaks the rule that its file is named after, and keeps all others; as good.so it keeps all.
 *
 * The tests of the checker copy it to finish-once.so and the like; hangs.so, crashes.so and exits.so do just that. It asks a server of JSON lines: {"text": ...}, {"done": true}.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <hobnob/easy.h>

struct instance {
	const hn_host *host;
	const hn_http *http;
	const hn_io *io;
	const hn_process *process;
	const hn_secret *key;
	char url[512];
	atomic_int no_temperature, active, has_thread;
	pthread_t by; /* whose call is active */
};

/* One chat. */
struct asked {
	struct instance *self;
	hn_call *call;
	const hn_request *r;
	int texts, done;
	int32_t failed;   /* what fail() or emit() returned */
	hn_str error;     /* the body of an error */
	int32_t status;
	int64_t wait_ms;
	char kept[4096];
};

static char name[64]; /* of the file */
static void *volatile lost;

/* 1 if that rule is the one to break. */
static int breaks(const char *rule)
{
	return !strcmp(name, rule);
}

/* A member that the entry needs, and nobody else. */
#ifdef EXPORTS
__attribute__((visibility("default"))) int exported_too;
#endif

static int64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

static void spin(int64_t ms)
{
	for (int64_t until = now_ms() + ms; now_ms() < until;)
		sched_yield();
}

/* A crash that a sanitizer leaves to the processor. */
__attribute__((no_sanitize("address", "undefined"))) static void crash(void)
{
	static int *volatile nowhere;
	*nowhere = 0;
}

static void *sleep_for_ever(void *ud)
{
	(void)ud;
	for (;;)
		pause();
	return NULL;
}

/* ---- the request ---- */

static void add(char *out, size_t room, const char *text, size_t n)
{
	size_t at = strlen(out);
	for (size_t i = 0; i < n && at + 8 < room; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c >= 32 && c < 127 && c != '"' && c != '\\')
			out[at++] = (char)c;
		else
			at += (size_t)snprintf(out + at, 7, "\\u%04x", c);
	}
	out[at] = '\0';
}

static void addz(char *out, size_t room, const char *text)
{
	size_t at = strlen(out);
	snprintf(out + at, room - at, "%s", text);
}

#define ROOM 65536u

static void add_part(const struct asked *a, char *out, const hn_part *p)
{
	if (p->type == HN_PART_IMAGE && breaks("accepts-true"))
		return;
	if (p->type != HN_PART_TEXT && p->type != HN_PART_IMAGE)
		return;
	(void)a;
	addz(out, ROOM, "\"");
	add(out, ROOM, p->data.p, p->data.n);
	addz(out, ROOM, "\",");
}

static const hn_message *message_at(const hn_request *r, uint32_t i)
{
	if (breaks("growth-host"))
		return &r->messages[i];
	return hn_message_at(r, breaks("parts-order") ? r->n_messages - 1 - i : i);
}

static void add_settings(const struct asked *a, char *out)
{
	char number[64];
	if (a->r->set & HN_SET_TEMPERATURE && !a->self->no_temperature) {
		snprintf(number, sizeof number, "\"temperature\":%d,", (int)(a->r->temperature * 1000));
		addz(out, ROOM, number);
	}
	if (a->r->set & HN_SET_SEED && !breaks("heeds-true")) {
		snprintf(number, sizeof number, "\"seed\":%d,", (int)a->r->seed);
		addz(out, ROOM, number);
	}
}

/* The body, of the call's memory. */
static hn_str body_of(const struct asked *a)
{
	char *out = (char *)a->self->host->alloc(a->call, ROOM);
	addz(out, ROOM, "{");
	add_settings(a, out);
	addz(out, ROOM, "\"messages\":[");
	for (uint32_t i = 0; i < a->r->n_messages; i++) {
		const hn_message *m = message_at(a->r, i);
		for (uint32_t k = 0; k < m->n_parts; k++)
			add_part(a, out, hn_part_at(m, k));
	}
	addz(out, ROOM, "0]}\n");
	return hn_str_of(out);
}

/* ---- the reply ---- */

static _Thread_local int texts_here; /* what breaks interleaved */

static int32_t say(struct asked *a, hn_str text)
{
	const hn_host *host = a->self->host;
	if (breaks("interleaved") && texts_here++ >= 2)
		return 0;
	if (breaks("answer-text") && a->texts)
		text.n--;
	a->texts++;
	int32_t code = hn_say(host, a->call, text);
	if (code && breaks("cancel-100ms"))
		spin(150);
	return breaks("emit-return") ? 0 : code;
}

static int32_t report(struct asked *a)
{
	hn_usage u = hn_usage_of(9, 3);
	if (breaks("usage-counts"))
		hn_usage_set(&u, HN_USAGE_CACHED, 10);
	if (breaks("usage-unpriced"))
		hn_usage_set(&u, HN_USAGE_COST, 0);
	if (breaks("struct-sizes"))
		u.struct_size = 0;
	return hn_report(a->self->host, a->call, u);
}

static int32_t finish(struct asked *a)
{
	const hn_host *host = a->self->host;
	int32_t code = breaks("events") ? hn_notice(host, a->call, hn_str_of("")) : 0;
	a->done = 1;
	if (!code)
		code = report(a);
	if (!code)
		code = hn_finish(host, a->call, HN_FINISH_STOP);
	if (!code && breaks("finish-once"))
		code = hn_finish(host, a->call, HN_FINISH_STOP);
	if (!code && breaks("nothing-after-finish"))
		code = hn_say(host, a->call, hn_str_of("after"));
	return breaks("emit-return") ? 0 : code;
}

/* One line: {"text":"..."} without escapes, or {"done":true}. */
static int32_t take_line(struct asked *a, hn_str line)
{
	static const char text[] = "{\"text\":\"", done[] = "{\"done\":true}";
	if (line.n > sizeof text && !memcmp(line.p, text, sizeof text - 1) && line.p[line.n - 1] == '}')
		return say(a, (hn_str){ line.p + sizeof text - 1, line.n - sizeof text - 1 });
	if (line.n == sizeof done - 1 && !memcmp(line.p, done, line.n))
		return finish(a);
	return hn_failf(a->self->host, a->call, HN_ERR_PROTOCOL, "the server sent something else than a line of a reply");
}

static int32_t ask_inside(struct asked *a);

static int32_t on_data(void *ud, const hn_http_response *head, uint32_t type, hn_str event, hn_str data)
{
	struct asked *a = (struct asked *)ud;
	(void)event;
	a->status = head->status;
	a->wait_ms = head->retry_after_ms;
	if (type == HN_DATA_ERROR_BODY) {
		size_t n = data.n < sizeof a->kept - 1 ? data.n : sizeof a->kept - 1;
		memcpy(a->kept, data.p, n);
		if (breaks("error-bodies") && data.n == 4 && !memcmp(data.p, "null", 4))
			crash();
		return 0;
	}
	if (type != HN_DATA_EVENT && type != HN_DATA_TAIL && type != HN_DATA_WHOLE)
		return breaks("unknown-skipped") ? hn_failf(a->self->host, a->call, HN_ERR_PROTOCOL, "data of an unknown type") : 0;
	if (breaks("http-one") && !a->texts)
		(void)ask_inside(a);
	return a->failed = take_line(a, data);
}

static hn_http_request request_of(struct asked *a, const char *method, hn_str url, hn_str body, const hn_http_header *headers, uint32_t n)
{
	hn_http_request q;
	memset(&q, 0, sizeof q);
	q.struct_size = sizeof q;
	q.framing = body.n ? HN_FRAME_NDJSON : HN_FRAME_WHOLE;
	q.method = method;
	q.url = url;
	q.body = body;
	q.headers = headers;
	q.n_headers = n;
	q.header_stride = sizeof *headers;
	q.on_data = on_data;
	q.ud = a;
	return q;
}

static int32_t send_request(struct asked *a, hn_str body, hn_http_response *out)
{
	const hn_http_header headers[] = {
		{ HN_STR("Authorization"), HN_STR("Bearer "), a->self->key },
		{ HN_STR("Host"), HN_STR("elsewhere.example"), NULL },
	};
	hn_http_request q = request_of(a, "POST", hn_join_url(a->self->host, a->call, hn_str_of(a->self->url), "chat"), body, headers,
		breaks("http-request") ? 2 : 1);
	memset(out, 0, sizeof *out);
	out->struct_size = sizeof *out;
	return a->self->http->request(a->call, &q, out);
}

static int32_t ask_inside(struct asked *a)
{
	hn_http_response out;
	struct asked other = *a;
	return send_request(&other, hn_str_of("{}"), &out);
}

/* A status that is not 2xx. */
static int32_t refuse(struct asked *a)
{
	const hn_host *host = a->self->host;
	hn_error e = hn_error_of(a->self->http->code_of_status(a->status), hn_str_of("the server refuses"));
	e.status = a->status;
	e.retry_after_ms = a->wait_ms;
	if (a->status == 400 && strstr(a->kept, "temperature") && !a->self->no_temperature) {
		a->self->no_temperature = 1;
		if (!breaks("adapted"))
			(void)hn_notice(host, a->call, hn_str_of("the server takes no temperature"));
		return HN_ADAPTED;
	}
	if (a->status == 401 && breaks("no-exit"))
		exit(3);
	if (a->status == 401 && breaks("return-codes"))
		return HN_ERR_AUTH;
	if (a->status == 401 && breaks("fail-says-why"))
		e.message = hn_str_of("");
	if (a->status == 403 && breaks("errors-each-status"))
		e.code = HN_ERR_UNAVAILABLE;
	return host->fail(a->call, &e);
}

static int32_t ask_server(struct asked *a)
{
	hn_http_response out;
	hn_str body = body_of(a);
	int32_t code = send_request(a, body, &out);
	if (!code && out.status == 500 && breaks("no-retry"))
		code = send_request(a, body, &out);
	if (code && breaks("service-return") && !a->failed && code != HN_ERR_INTERRUPTED)
		return hn_failf(a->self->host, a->call, HN_ERR_PROTOCOL, "something failed");
	if (code)
		return code;
	a->status = out.status;
	a->wait_ms = out.retry_after_ms;
	if (out.status < 200 || out.status > 299)
		return refuse(a);
	if (!a->done && a->texts && breaks("broken-answers"))
		return finish(a);
	return a->done ? 0 : hn_failf(a->self->host, a->call, HN_ERR_TRUNCATED, "the reply has no end");
}

/* ---- a program instead, read as if each read() gave a whole line: breaks pieces ---- */

static int32_t ask_program(struct asked *a)
{
	static const hn_str args[] = { HN_STR("speaker") };
	hn_program program = { .struct_size = sizeof program, .n_args = 1, .args = args };
	hn_child child = { .struct_size = sizeof child };
	hn_str body = body_of(a);
	char line[4096];
	int32_t code = a->r->flags & HN_REQUEST_DRY ? 0 : a->self->process->spawn(a->call, &program, &child);
	if (code || a->r->flags & HN_REQUEST_DRY)
		return code;
	if (write(child.input, body.p, body.n) < 0 || a->self->process->close_input(a->call, &child))
		return hn_failf(a->self->host, a->call, HN_ERR_NETWORK, "the program does not read");
	while (!code && !a->done) {
		hn_pollfd fd = { .fd = child.output, .events = HN_POLL_IN };
		code = a->self->io->wait_for(a->call, &fd, 1, 1000);
		ssize_t n = code == HN_WAIT_READY ? read(child.output, line, sizeof line) : -1;
		if (code == HN_WAIT_READY && n <= 0)
			return hn_failf(a->self->host, a->call, HN_ERR_TRUNCATED, "the reply has no end");
		code = code < 0 ? code : n > 0 ? take_line(a, (hn_str){ line, (size_t)n - (line[n - 1] == '\n') }) : 0;
	}
	return code;
}

/* ---- what is broken in chat() by itself ---- */

static hn_call *kept_call;
static const hn_request *kept_request;

static void use_stack(void)
{
	volatile char large[300 * 1024];
	for (size_t i = 0; i < sizeof large; i += 1024)
		large[i] = 1;
}

static void *emit_elsewhere(void *ud)
{
	struct asked *a = (struct asked *)ud;
	a->failed = hn_notice(a->self->host, a->call, hn_str_of("from elsewhere"));
	return NULL;
}

static void on_thread(void *(*go)(void *), void *ud, int join)
{
	pthread_t thread;
	if (pthread_create(&thread, NULL, go, ud))
		return;
	if (join)
		pthread_join(thread, NULL);
	else
		pthread_detach(thread);
}

/* What a plugin may not do to the process. */
static void break_process(struct instance *self, int dry)
{
	if (breaks("no-fork") && !dry && fork() == 0)
		_exit(0);
	if (breaks("no-print"))
		puts("hello from the plugin");
	if (breaks("signals"))
		signal(SIGUSR1, SIG_IGN);
	if (breaks("locale"))
		setlocale(LC_ALL, "C.UTF-8");
	if (breaks("cwd") && chdir("/"))
		crash();
	if (breaks("environment"))
		setenv("RULE_BROKEN", "1", 1);
	if (breaks("fds") && open("/dev/null", O_RDONLY) < 0)
		crash();
	if (breaks("threads") && !atomic_exchange(&self->has_thread, 1))
		on_thread(sleep_for_ever, NULL, 0);
}

static void break_call(struct asked *a)
{
	if (breaks("call-thread"))
		on_thread(emit_elsewhere, a, 1);
	if (breaks("no-sleep"))
		usleep(1000);
	if (breaks("stack-256k"))
		use_stack();
	if (breaks("chat-growth"))
		lost = malloc(16);
	if (breaks("growth-plugin") && !a->self->io)
		crash();
	if (breaks("dry-run") && a->r->flags & HN_REQUEST_DRY) {
		FILE *f = fopen("/dev/null", "w");
		if (f)
			fclose(f);
	}
}

/* 1 if a part of a later call's stands in the request. */
static int has_opaque(const hn_request *r)
{
	for (uint32_t i = 0; i < r->n_messages; i++)
		for (uint32_t k = 0; k < hn_message_at(r, i)->n_parts; k++)
			if (hn_part_at(hn_message_at(r, i), k)->type == HN_PART_OPAQUE)
				return 1;
	return 0;
}

/* 1 if another thread has a call at work. */
static int enter(struct instance *self)
{
	int busy = atomic_fetch_add(&self->active, 1) > 0 && !pthread_equal(self->by, pthread_self());
	self->by = pthread_self();
	return busy;
}

static int32_t chat_of(struct asked *a)
{
	const hn_host *host = a->self->host;
	while (breaks("hangs"))
		sched_yield();
	if (breaks("answers") && !(a->r->flags & HN_REQUEST_DRY))
		return hn_failf(host, a->call, HN_ERR_UNAVAILABLE, "it never answers");
	if (breaks("opaque-parts") && has_opaque(a->r))
		return hn_failf(host, a->call, HN_ERR_BAD_REQUEST, "it does not know that part");
	break_call(a);
	if (a->failed)
		return a->failed;
	return breaks("pieces") && a->self->process && a->self->io ? ask_program(a) : ask_server(a);
}

static int32_t chat(void *ud, hn_call *call, const hn_request *r)
{
	struct instance *self = (struct instance *)ud;
	struct asked a;
	memset(&a, 0, sizeof a);
	a.self = self;
	a.call = call;
	a.r = r;
	texts_here = 0;
	break_process(self, (r->flags & HN_REQUEST_DRY) != 0);
	if (breaks("calls-at-once")) {
		int busy = enter(self);
		int32_t code = busy ? hn_failf(self->host, call, HN_ERR_UNAVAILABLE, "one call at a time") : chat_of(&a);
		atomic_fetch_sub(&self->active, 1);
		return code;
	}
	kept_call = breaks("call-ended") ? call : NULL;
	kept_request = breaks("borrowed") ? r : NULL;
	return chat_of(&a);
}

/* ---- models, credit ---- */

static int32_t on_list(void *ud, const hn_http_response *head, uint32_t type, hn_str event, hn_str data)
{
	struct asked *a = (struct asked *)ud;
	(void)event;
	(void)data;
	(void)type;
	a->status = head->status;
	a->wait_ms = head->retry_after_ms;
	return 0;
}

static int32_t put_all(int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	static const char *const ids[] = { "small", "large" };
	int32_t code = 0;
	for (int i = 0; i < 2 && !code; i++) {
		hn_model m = hn_model_of(hn_str_of(ids[breaks("models") ? 0 : i]));
		if (breaks("models-unpriced"))
			hn_model_set(&m, HN_MODEL_PRICE_INPUT, 0);
		code = put(ud, &m);
	}
	return code;
}

static int32_t models(void *ud, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *put_ud)
{
	struct asked a;
	struct instance *self = (struct instance *)ud;
	memset(&a, 0, sizeof a);
	a.self = self;
	a.call = call;
	hn_str url = breaks("secret-origin") ? hn_str_of("http://127.0.0.2:9/models") : hn_join_url(self->host, call, hn_str_of(self->url), "models");
	const hn_http_header header = { HN_STR("Authorization"), HN_STR("Bearer "), self->key };
	hn_http_request q = request_of(&a, "GET", url, hn_str_of(NULL), &header, 1);
	hn_http_response out;
	memset(&out, 0, sizeof out);
	out.struct_size = sizeof out;
	q.on_data = on_list;
	int32_t code = self->http->request(call, &q, &out);
	if (code)
		return code;
	a.status = out.status;
	a.wait_ms = out.retry_after_ms;
	if (out.status != 200)
		return hn_failf(self->host, call, self->http->code_of_status(out.status), "the list of models is refused");
	return put_all(put, put_ud);
}

static int32_t credit(void *ud, hn_call *call, hn_credit *out)
{
	(void)ud;
	(void)call;
	out->left = breaks("credit") ? -5 : 1000;
	return 0;
}

/* ---- a life ---- */

/* NAME of DIR/NAME.so, where this code was loaded from. */
static void find_name(void)
{
	Dl_info info;
	if (!dladdr((void *)(uintptr_t)find_name, &info))
		return;
	const char *slash = strrchr(info.dli_fname, '/');
	snprintf(name, sizeof name, "%s", slash ? slash + 1 : info.dli_fname);
	if (strlen(name) > 3)
		name[strlen(name) - 3] = '\0';
}

/* A constructor: two more names of the file are not rules. */
__attribute__((constructor)) static void at_load(void)
{
	find_name();
	if (breaks("crashes"))
		crash();
	if (breaks("exits"))
		exit(0);
}

static int32_t read_options(struct instance *self, hn_call *call)
{
	hn_value word = hn_option_value(self->host, call, "word");
	hn_str url = hn_option_text(self->host, call, "base_url");
	self->key = hn_option_secret(self->host, call, "api_key");
	snprintf(self->url, sizeof self->url, "%.*s", (int)(url.n < 500 ? url.n : 500), url.p ? url.p : "");
	if (breaks("options-declared"))
		(void)hn_option_value(self->host, call, "other");
	if (breaks("options-hostile") && word.s.n > 1000)
		crash();
	if (breaks("options-unset") && !word.is_set)
		crash();
	return breaks("creates") ? hn_failf(self->host, call, HN_ERR_CONFIG, "it is never made") : 0;
}

static int32_t create(const hn_host *host, hn_call *call, void **out)
{
	const hn_http *http = (const hn_http *)host->extension(HN_ID_HTTP);
	if (!http)
		return breaks("create-fails") ? HN_ERR_CONFIG : hn_failf(host, call, HN_ERR_CONFIG, "there is no hobnob.http/1");
	if (breaks("any-thread") && gettid() != getpid())
		return hn_failf(host, call, HN_ERR_CONFIG, "this is not the main thread");
	struct instance *self = (struct instance *)calloc(1, sizeof *self);
	if (!self && !breaks("malloc-fails"))
		return hn_failf(host, call, HN_ERR_CONFIG, "there is no memory");
	self->host = host;
	self->http = http;
	self->io = (const hn_io *)host->extension(HN_ID_IO);
	self->process = (const hn_process *)host->extension(HN_ID_PROCESS);
	int32_t code = read_options(self, call);
	if (!code && breaks("create-destroy"))
		lost = malloc(16);
	if (code)
		free(self);
	else
		*out = self;
	return code;
}

static void destroy(void *ud)
{
	struct instance *self = (struct instance *)ud;
	if (kept_call)
		(void)hn_notice(self->host, kept_call, hn_str_of("too late"));
	if (kept_request && kept_request->n_messages > 99)
		crash();
	kept_call = NULL;
	free(self);
}

/* ---- the descriptor, by the name of the file ---- */

static hn_option options[] = {
	HN_OPTION(HN_OPT_STRING, HN_OPTION_SECRET, "api_key", NULL, "the key"),
	HN_OPTION(HN_OPT_URL, HN_OPTION_ENDPOINT, "base_url", "http://127.0.0.1:9", "the server"),
	HN_OPTION(HN_OPT_STRING, 0, "word", NULL, "a word"),
	HN_OPTION(HN_OPT_STRING, 0, "model", "small", "the model"),
	HN_OPTION(HN_OPT_MAP, HN_OPTION_STEERS, "headers", NULL, "more headers"),
};

static hn_provider provider = HN_PROVIDER(0, 1u << HN_PART_TEXT | 1u << HN_PART_IMAGE, HN_SET_TEMPERATURE | HN_SET_SEED, create, destroy, chat,
	models, credit);

static hn_plugin plugins[2];

static void fill(hn_plugin *p)
{
	*p = (hn_plugin){ .struct_size = sizeof *p, .abi_major = HN_ABI_MAJOR, .type = HN_TYPE_PROVIDER, .n_options = 5,
		.option_stride = sizeof *options, .name = name, .version = "1", .summary = "breaks a rule", .license = "MIT", .options = options,
		.vtable = &provider };
	if (breaks("descriptor"))
		p->flags = 128;
	if (breaks("license"))
		p->license = "GPL v2";
	if (breaks("options"))
		options[2].key = "Bad-Key";
	if (breaks("option-flags"))
		options[4].flags = 0;
	if (breaks("help-texts"))
		options[2].help = "";
}

HN_EXPORT const hn_plugin *hobnob_plugin_v1(void)
{
	static int times;
	if (!plugins[0].name) {
		fill(&plugins[0]);
		fill(&plugins[1]);
	}
	if (breaks("entry-pure"))
		close(open("/dev/null", O_RDONLY));
	return &plugins[breaks("entry-same") ? times++ % 2 : 0];
}
