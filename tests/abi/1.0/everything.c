/* SPDX-License-Identifier: MIT */
/*
 * everything: a provider that uses all of ABI 1.0, each struct of its at the end of what may be touched.
 *
 * The last message says what to do: one of the words in `acts`. It is built a second time as `blocks`, with
 * HN_PROVIDER_BLOCKS. Under a later header it also looks for what that brought, and must not find it in an older hobnob.
 */
#include <stdarg.h>
#include <stdio.h>

#include "guard.h"

struct instance {
	const hn_host *host;
	const hn_http *http;
	const hn_io *io;
	const hn_text *text;
	const hn_log *log;
	const hn_secret *key;
	char url[512];
	char options[1024];
};

/* ---- options ---- */

static const hn_env key_names[] = { { "EVERYTHING_API_KEY", NULL } };

static const hn_option options[] = {
	{ .type = HN_OPT_STRING,
		.flags = HN_OPTION_SECRET,
		.n_env = 1,
		.key = "api_key",
		.forbid = "sk-or- elsewhere.example",
		.help = "the key",
		.env = key_names },
	{ .type = HN_OPT_URL, .flags = HN_OPTION_ENDPOINT, .key = "base_url", .initial = "http://127.0.0.1:9", .help = "the server" },
	{ .type = HN_OPT_STRING, .key = "word", .initial = "w", .help = "a word" },
	{ .type = HN_OPT_INT, .key = "count", .initial = "7", .help = "a whole number" },
	{ .type = HN_OPT_NUMBER, .key = "factor", .initial = "0.5", .help = "a number" },
	{ .type = HN_OPT_BOOL, .key = "sure", .initial = "true", .help = "yes or no" },
	{ .type = HN_OPT_PATH, .key = "file", .initial = "/f", .help = "a file" },
	{ .type = HN_OPT_ENUM, .key = "mode", .initial = "on", .values = "auto on off", .help = "a mode" },
	{ .type = HN_OPT_LIST, .key = "names", .initial = "a,b", .help = "names" },
	{ .type = HN_OPT_MAP, .flags = HN_OPTION_STEERS, .key = "headers", .initial = "{\"X-A\":\"1\"}", .help = "headers" },
	{ .type = HN_OPT_JSON, .key = "body", .initial = "{\"k\":[1]}", .help = "JSON" },
};
#define N_OPTIONS (sizeof options / sizeof *options)

__attribute__((format(printf, 2, 3))) static void add(char out[1024], const char *format, ...)
{
	size_t n = strlen(out);
	va_list args;
	va_start(args, format);
	vsnprintf(out + n, 1024 - n, format, args);
	va_end(args);
}

/* Writes one value: what its type fills. */
static void add_value(char out[1024], const hn_value *v)
{
	if (!v->is_set)
		add(out, "-");
	else if (v->secret)
		add(out, "secret");
	else if (v->type == HN_OPT_INT || v->type == HN_OPT_BOOL)
		add(out, "%d", (int)v->i);
	else if (v->type == HN_OPT_NUMBER)
		add(out, "%d/1000", (int)(v->d * 1000));
	else
		add(out, "%.*s", (int)v->s.n, v->s.p);
	for (uint32_t i = 0; i < v->n * (v->type == HN_OPT_MAP ? 2 : 1); i++)
		add(out, "%c%.*s", i ? ',' : '=', (int)v->items[i].n, v->items[i].p);
}

static int32_t read_options(struct instance *self, hn_call *call)
{
	for (size_t i = 0; i < N_OPTIONS; i++) {
		hn_value *v = guard(NULL, sizeof *v);
		v->struct_size = sizeof *v;
		int32_t code = self->host->option(call, options[i].key, v);
		if (code)
			return code;
		add(self->options, "%s%s:", i ? " " : "", options[i].key);
		add_value(self->options, v);
		if (options[i].flags & HN_OPTION_SECRET)
			self->key = v->secret;
		if (options[i].flags & HN_OPTION_ENDPOINT)
			snprintf(self->url, sizeof self->url, "%.*s", (int)v->s.n, v->s.p);
		unguard(v, sizeof *v);
	}
	return 0;
}

/* ---- what it says ---- */

static int32_t emit(struct instance *self, hn_call *call, const hn_event *event)
{
	const hn_event *e = guard(event, sizeof *event);
	int32_t code = self->host->emit(call, e);
	unguard(e, sizeof *e);
	return code;
}

/* An event of one type; each text may be NULL. */
static int32_t emit_texts(struct instance *self, hn_call *call, uint32_t type, const char *text,
	const char *name, const char *id, const char *mime)
{
	hn_event event = { .struct_size = sizeof event, .type = type };
	hn_str *places[] = { &event.text, &event.name, &event.id, &event.mime };
	const char *texts[] = { text, name, id, mime };
	for (int i = 0; i < 4; i++)
		if (texts[i])
			*places[i] = guard_str(texts[i]);
	if (type == HN_EV_PART)
		event.number = HN_PART_IMAGE;
	if (type == HN_EV_PROGRESS)
		event.number = 500;
	int32_t code = emit(self, call, &event);
	for (int i = 0; i < 4; i++)
		if (texts[i])
			unguard_str(*places[i]);
	return code;
}

static int32_t say(struct instance *self, hn_call *call, const char *text)
{
	return emit_texts(self, call, HN_EV_TEXT, text, NULL, NULL, NULL);
}

static int32_t finish(struct instance *self, hn_call *call, int32_t how)
{
	const hn_event event = { .struct_size = sizeof event,
		.type = HN_EV_FINISH,
		.finish = how,
		.text = { "its own word", 12 } };
	return emit(self, call, &event);
}

static int32_t report_usage(struct instance *self, hn_call *call)
{
	const hn_usage usage = { .struct_size = sizeof usage,
		.set = HN_USAGE_PROMPT | HN_USAGE_COMPLETION | HN_USAGE_CACHED | HN_USAGE_CACHE_WRITE |
		       HN_USAGE_REASONING | HN_USAGE_COST,
		.prompt = 20,
		.completion = 10,
		.cached = 5,
		.cache_write = 3,
		.reasoning = 2,
		.cost = 1500000 };
	const hn_event event = { .struct_size = sizeof event,
		.type = HN_EV_USAGE,
		.usage = guard(&usage, sizeof usage) };
	int32_t code = emit(self, call, &event);
	unguard(event.usage, sizeof usage);
	return code;
}

static int32_t fail(struct instance *self, hn_call *call, int32_t code, const char *why)
{
	const hn_error error = { .struct_size = sizeof error,
		.code = code,
		.status = 429,
		.flags = HN_FAIL_FINAL,
		.retry_after_ms = 1500,
		.message = guard_str(why),
		.hint = guard_str("wait"),
		.window = 1000,
		.prompt = 900,
		.max_output = 100 };
	const hn_error *e = guard(&error, sizeof error);
	code = self->host->fail(call, e);
	unguard(e, sizeof *e);
	unguard_str(error.message);
	unguard_str(error.hint);
	return code;
}

/* ---- what it can be asked for ---- */

/* All events that 1.0 has, and one that it has not. */
static int32_t act_events(struct instance *self, hn_call *call, const hn_request *request)
{
	static const struct { uint32_t type; const char *text, *name, *id, *mime; } all[] = {
		{ HN_EV_NOTICE, "a remark", NULL, NULL, NULL },
		{ HN_EV_PROGRESS, "warming up", NULL, NULL, NULL },
		{ HN_EV_MODEL, "every-1", "upstream", NULL, NULL },
		{ HN_EV_REASONING, "hm", NULL, NULL, NULL },
		{ HN_EV_OPAQUE, "\x01\x02", "sealed", "o1", "x/y" },
		{ HN_EV_TEXT, "one ", NULL, NULL, NULL },
		{ 4711, "unknown", "unknown", "unknown", "unknown" },
		{ HN_EV_PART, "\x89PNG\r\n\x1a\n", "dot", NULL, "image/png" },
		{ HN_EV_TEXT, "two", NULL, NULL, NULL },
		{ HN_EV_UNSHOWN, "a piece of audio", NULL, NULL, NULL },
	};
	int32_t code = 0;
	(void)request;
	for (size_t i = 0; !code && i < sizeof all / sizeof *all; i++)
		code = emit_texts(self, call, all[i].type, all[i].text, all[i].name, all[i].id, all[i].mime);
	if (!code)
		code = report_usage(self, call);
	return code ? code : finish(self, call, HN_FINISH_LENGTH);
}

/* A call of the first tool that was offered. */
static int32_t act_tools(struct instance *self, hn_call *call, const hn_request *request)
{
	const hn_tool *tool = request->n_tools ? HN_AT(hn_tool, request->tools, request->tool_stride, 0) : NULL;
	char name[64];
	snprintf(name, sizeof name, "%.*s", tool ? (int)tool->name.n : 4, tool ? tool->name.p : "none");
	int32_t code = emit_texts(self, call, HN_EV_TOOL_PIECE, "{\"a\"", name, "c1", NULL);
	if (!code)
		code = emit_texts(self, call, HN_EV_TOOL_CALL, "{\"a\":1}", name, "c1", NULL);
	return code ? code : finish(self, call, HN_FINISH_TOOL_CALLS);
}

static void add_parts(char out[1024], const hn_message *m)
{
	for (uint32_t i = 0; i < m->n_parts; i++) {
		const hn_part *p = HN_AT(hn_part, m->parts, m->part_stride, i);
		add(out, "%s%u", i ? "," : "", p->type);
		if (p->type != HN_PART_TEXT)
			add(out, "(%.*s;%.*s;%.*s;%zu)", (int)p->id.n, p->id.p, (int)p->name.n, p->name.p,
				(int)p->mime.n, p->mime.p, p->data.n);
	}
}

/* The request itself, as text. */
static int32_t act_request(struct instance *self, hn_call *call, const hn_request *r)
{
	char *out = self->host->alloc(call, 1024);
	for (uint32_t i = 0; i < r->n_messages; i++) {
		const hn_message *m = HN_AT(hn_message, r->messages, r->message_stride, i);
		add(out, "%u:%zu[", m->role, m->text.n);
		add_parts(out, m);
		add(out, "]%s ", m->id ? "" : "no id");
	}
	for (uint32_t i = 0; i < r->n_tools; i++) {
		const hn_tool *t = HN_AT(hn_tool, r->tools, r->tool_stride, i);
		add(out, "tool %.*s/%.*s/%.*s ", (int)t->name.n, t->name.p, (int)t->description.n, t->description.p,
			(int)t->schema.n, t->schema.p);
	}
	for (uint32_t i = 0; i < r->n_stop; i++)
		add(out, "stop %.*s ", (int)r->stop[i].n, r->stop[i].p);
	add(out, "set %u flags %u max %d seed %d temperature %d top_p %d", r->set, r->flags, (int)r->max_tokens,
		(int)r->seed, (int)(r->temperature * 1000), (int)(r->top_p * 1000));
	add(out, " window %d prompt %s model %.*s effort %.*s conversation %s", (int)r->window,
		r->prompt > 0 ? "known" : "unknown", (int)r->model.n, r->model.p, (int)r->reasoning_effort.n,
		r->reasoning_effort.p, r->conversation.n ? "named" : "unnamed");
	int32_t code = say(self, call, out);
	return code ? code : finish(self, call, HN_FINISH_STOP);
}

static int32_t act_options(struct instance *self, hn_call *call, const hn_request *request)
{
	(void)request;
	int32_t code = say(self, call, self->options);
	return code ? code : finish(self, call, HN_FINISH_STOP);
}

/* What came of a request. */
struct answer { struct instance *self; hn_call *call; char type[64]; uint32_t data; };

static int32_t on_data(void *ud, const hn_http_response *head, uint32_t type, hn_str event, hn_str data)
{
	struct answer *a = ud;
	hn_event text = { .struct_size = sizeof text, .type = HN_EV_TEXT, .text = data };
	(void)event;
	a->data = type;
	snprintf(a->type, sizeof a->type, "%.*s", (int)head->content_type.n, head->content_type.p);
	return emit(a->self, a->call, &text);
}

/* Sends a request with a key, and says what was answered. */
static int32_t act_http(struct instance *self, hn_call *call, const hn_request *request)
{
	const hn_http_header headers[] = {
		{ .name = { "Authorization", 13 }, .value = { "Bearer ", 7 }, .secret = self->key },
		{ .name = { "X-A", 3 }, .value = { "1", 1 } },
	};
	struct answer a = { .self = self, .call = call };
	const hn_http_request asks = { .struct_size = sizeof asks,
		.framing = HN_FRAME_EVENTS,
		.n_headers = 2,
		.header_stride = sizeof *headers,
		.method = "POST",
		.url = guard_str(self->url),
		.body = guard_str("{\"hello\":1}"),
		.headers = guard(headers, sizeof headers),
		.on_data = on_data,
		.ud = &a };
	const hn_http_request *q = guard(&asks, sizeof asks);
	hn_http_response *out = guard(NULL, sizeof *out);
	out->struct_size = sizeof *out;
	(void)request;
	int32_t code = self->http->request(call, q, out);
	char *text = self->host->alloc(call, 1024);
	add(text, " %d %s %u %u", out->status, a.type, a.data, out->struct_size == sizeof *out);
	unguard(q, sizeof *q);
	unguard(out, sizeof *out);
	unguard(asks.headers, sizeof headers);
	unguard_str(asks.url);
	unguard_str(asks.body);
	if (!code)
		code = say(self, call, text);
	return code ? code : finish(self, call, HN_FINISH_STOP);
}

static void put_text(void *ud, hn_str piece)
{
	add(ud, "%.*s", (int)piece.n, piece.p);
}

/* Each of the other services, and the rest of the host. */
static int32_t act_services(struct instance *self, hn_call *call, const hn_request *request)
{
	char *out = self->host->alloc(call, 1024);
	hn_pollfd *fds = guard(NULL, sizeof *fds);
	int64_t before = self->io->now(call);
	(void)request;
	*fds = (hn_pollfd){ .fd = -1, .events = HN_POLL_IN };
	add(out, "wait %d ", self->io->wait_for(call, fds, 1, 1));
	unguard(fds, sizeof *fds);
	add(out, "clock %s ", self->io->now(call) >= before ? "goes on" : "goes back");
	hn_str odd = guard_str("a\x1b[2J\n");
	self->text->safe(odd, HN_TEXT_LINE, put_text, out);
	add(out, " columns %u ", self->text->columns(odd));
	self->log->line(call, 1, odd);
	unguard_str(odd);
	add(out, "cancelled %d kind %d status %d unknown %d", self->host->cancelled(call),
		self->host->code_of_kind("rate_limited"), self->http->code_of_status(402),
		self->host->extension("hobnob.nowhere/9") == NULL);
	int32_t code = say(self, call, out);
	return code ? code : finish(self, call, HN_FINISH_STOP);
}

static int32_t act_fail(struct instance *self, hn_call *call, const hn_request *request)
{
	(void)request;
	return fail(self, call, HN_ERR_RATE_LIMITED, "too much at once");
}

/* What a later header brought: an older hobnob must say that it has none of it. */
static int32_t act_later(struct instance *self, hn_call *call, const hn_request *request)
{
	char *out = self->host->alloc(call, 1024);
	add(out, "minor %u", self->host->abi_minor);
	(void)request;
#if HN_ABI_MINOR > 0
	const hn_message *first = request->messages;
	add(out, " host %d http %d io %d text %d log %d request %d message %d part %d", HN_HAS(self->host, hn_host, grown_2),
		HN_HAS(self->http, hn_http, grown_2), HN_HAS(self->io, hn_io, grown_2),
		HN_HAS(self->text, hn_text, grown_2), HN_HAS(self->log, hn_log, grown_2),
		HN_HAS(request, hn_request, grown_2), HN_HAS_AT(request->message_stride, hn_message, grown_2),
		HN_HAS_AT(first->part_stride, hn_part, grown_2));
#endif
	int32_t code = say(self, call, out);
	return code ? code : finish(self, call, HN_FINISH_STOP);
}

static const struct act {
	const char *name;
	int32_t (*run)(struct instance *, hn_call *, const hn_request *);
} acts[] = {
	{ "events", act_events },
	{ "fail", act_fail },
	{ "http", act_http },
	{ "later", act_later },
	{ "options", act_options },
	{ "request", act_request },
	{ "services", act_services },
	{ "tools", act_tools },
};

/* ---- the provider ---- */

static int32_t create(const hn_host *host, hn_call *call, void **out)
{
	struct instance *self = calloc(1, sizeof *self);
	if (!self)
		abort();
	*self = (struct instance){ .host = host,
		.http = host->extension(HN_ID_HTTP),
		.io = host->extension(HN_ID_IO),
		.text = host->extension(HN_ID_TEXT),
		.log = host->extension(HN_ID_LOG) };
	int32_t code = self->http && self->io && self->text && self->log
			       ? read_options(self, call)
			       : fail(self, call, HN_ERR_PLUGIN, "a service is missing");
	if (code)
		free(self);
	else
		*out = self;
	return code;
}

static int32_t chat(void *self, hn_call *call, const hn_request *request)
{
	const hn_message *last = HN_AT(hn_message, request->messages, request->message_stride, request->n_messages - 1);
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		if (last->text.n == strlen(acts[i].name) && !memcmp(last->text.p, acts[i].name, last->text.n))
			return acts[i].run(self, call, request);
	return fail(self, call, HN_ERR_BAD_REQUEST, "it knows no such word");
}

static int32_t models(void *self, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	(void)self;
	(void)call;
	const hn_model model = { .struct_size = sizeof model,
		.set = HN_MODEL_CONTEXT | HN_MODEL_MAX_OUTPUT | HN_MODEL_PRICE_INPUT | HN_MODEL_PRICE_OUTPUT |
		       HN_MODEL_PRICE_CACHED | HN_MODEL_PRICE_CACHE_WRITE | HN_MODEL_ACCEPTS | HN_MODEL_HEEDS,
		.context = 50000,
		.max_output = 1000,
		.price_input = 1000000,
		.price_output = 2000000,
		.price_cached = 500000,
		.price_cache_write = 1500000,
		.accepts = ~0u,
		.heeds = ~0u,
		.id = guard_str("every-1"),
		.name = guard_str("Every One") };
	const hn_model *m = guard(&model, sizeof model);
	int32_t code = put(ud, m);
	unguard(m, sizeof *m);
	unguard_str(model.id);
	unguard_str(model.name);
	return code;
}

static int32_t credit(void *self, hn_call *call, hn_credit *out)
{
	(void)self;
	(void)call;
	if (!HN_HAS(out, hn_credit, used))
		return HN_ERR_PLUGIN;
	out->left = 3000000000000;
	out->limit = 5000000000000;
	out->used = 2000000000000;
	return 0;
}

#ifndef NAME
#define NAME "everything"
#define FLAGS 0
#endif

/* The descriptor and all that it leads to are guarded as well. */
const hn_plugin *hobnob_plugin_v1(void)
{
	static const hn_provider provider = { .struct_size = sizeof provider,
		.flags = FLAGS,
		.accepts = 1u << HN_PART_TEXT | 1u << HN_PART_IMAGE | 1u << HN_PART_FILE | 1u << HN_PART_TOOL_CALL |
			   1u << HN_PART_TOOL_RESULT,
		.heeds = HN_SET_MAX_TOKENS | HN_SET_TEMPERATURE | HN_SET_TOP_P | HN_SET_SEED | HN_SET_STOP |
			 HN_SET_EFFORT | HN_SET_TOOLS | HN_SET_TOOL_CHOICE | HN_SET_SCHEMA | HN_SET_EXTRA,
		.create = create,
		.destroy = free,
		.chat = chat,
		.models = models,
		.credit = credit };
	static const hn_plugin *made;
	if (!made) {
		const hn_plugin plugin = { .struct_size = sizeof plugin,
			.abi_major = HN_ABI_MAJOR,
			.type = HN_TYPE_PROVIDER,
			.n_options = N_OPTIONS,
			.option_stride = sizeof *options,
			.name = NAME,
			.version = "1.0",
			.summary = "uses all of ABI 1.0",
			.license = "MIT",
			.options = guard(options, sizeof options),
			.vtable = guard(&provider, sizeof provider) };
		made = guard(&plugin, sizeof plugin);
	}
	return made;
}
