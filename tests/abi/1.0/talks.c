/* SPDX-License-Identifier: MIT */
/*
 * talks: a frontend that uses all of ABI 1.0, each struct of its at the end of what may be touched.
 *
 * The first message says what to do: one of the words in `acts`. It writes a line for each thing that it hears. Under a
 * later header it also looks for what that brought, and must not find it in an older hobnob.
 */
#include <stdio.h>

#include "guard.h"

struct instance {
	const hn_session_api *api;
	const hn_relay *relay;
	const hn_commands *commands;
	const hn_text *text;
	const hn_command *shout;
	uint32_t minor;
	int cancels; /* at the first text */
};

/* ---- what it hears ---- */

static void put_out(void *ud, hn_str piece)
{
	(void)ud;
	fwrite(piece.p, 1, piece.n, stdout);
}

static void write_text(const struct instance *self, const char *name, hn_str text)
{
	if (!text.n)
		return;
	printf(" %s=", name);
	self->text->safe(text, HN_TEXT_LINE, put_out, NULL);
}

/* Usage, unless hobnob estimated it. */
static void write_usage(const hn_usage *u)
{
	if (u->set & (HN_USAGE_ESTIMATED_PROMPT | HN_USAGE_ESTIMATED_COMPLETION))
		return;
	printf(" usage=%d/%d/%d/%d/%d/%d", (int)u->prompt, (int)u->completion, (int)u->cached, (int)u->cache_write, (int)u->reasoning,
		u->set & HN_USAGE_COST ? (int)u->cost : -1);
}

static void write_part(const struct instance *self, const hn_part *p)
{
	printf(" %u", p->type);
	write_text(self, "id", p->id);
	write_text(self, "name", p->name);
	write_text(self, "mime", p->mime);
	printf(" bytes=%zu", p->data.n);
}

static void write_numbers(const hn_session_event *e)
{
	const struct { const char *name; int64_t value; } all[] = { { "code", e->code }, { "status", e->status }, { "finish", e->finish },
		{ "attempt", e->attempt }, { "left_out", e->left_out }, { "sent", e->sent }, { "number", e->number } };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].value)
			printf(" %s=%d", all[i].name, (int)all[i].value);
	if (e->type == HN_ON_DONE)
		printf(" cost=%d", (int)e->cost);
}

/* Each event is a line; what differs from run to run is left out. */
static int32_t on_event(void *ud, const hn_session_event *e)
{
	static const char *const names[] = { "0", "start", "text", "reasoning", "usage", "retry", "trim", "tick", "notice", "result", "done",
		"error", "progress", "tool_piece", "part" };
	struct { struct instance *self; hn_session *session; } *to = ud;
	const struct instance *self = to->self;
	if (e->type == HN_ON_TICK || e->type >= sizeof names / sizeof *names)
		return 0;
	printf("%s", names[e->type]);
	write_numbers(e);
	const struct { const char *name; hn_str text; } texts[] = { { "text", e->text }, { "message", e->message }, { "hint", e->hint }, { "kind", e->kind },
		{ "provider", e->provider }, { "model", e->model }, { "upstream", e->upstream }, { "source", e->cost_source }, { "command", e->command },
		{ "data", e->data }, { "id", e->id } };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		write_text(self, texts[i].name, texts[i].text);
	if (e->usage)
		write_usage(e->usage);
	if (e->part)
		write_part(self, e->part);
	printf("\n");
	if (e->type == HN_ON_TEXT && self->cancels)
		self->api->cancel(to->session);
	return 0;
}

/* ---- what it does ---- */

static void submit(struct instance *self, hn_session *s, uint32_t type, const char *text, const hn_part *part)
{
	struct { struct instance *self; hn_session *session; } to = { self, s };
	const hn_input input = { .struct_size = sizeof input,
		.type = type,
		.flags = HN_SUBMIT_TICKS,
		.n_parts = part ? 1 : 0,
		.part_stride = sizeof *part,
		.text = guard_str(text),
		.parts = part ? guard(part, sizeof *part) : NULL };
	const hn_input *i = guard(&input, sizeof input);
	printf("submit %d\n", (int)self->api->submit(s, i, on_event, &to));
	unguard(i, sizeof *i);
	unguard_str(input.text);
	if (part)
		unguard(input.parts, sizeof *part);
}

static void write_status(struct instance *self, hn_session *s)
{
	hn_status *status = guard(NULL, sizeof *status);
	status->struct_size = sizeof *status;
	self->api->status(s, status);
	printf("status last_turn=%d messages=%u leaving=%u cost=%d", status->last_turn, status->n_messages, status->leaving, (int)status->cost);
	write_text(self, "provider", status->provider);
	write_text(self, "model", status->model);
	printf(" %s size=%d\n", status->session.n ? "kept" : "unkept", status->struct_size == sizeof *status);
	unguard(status, sizeof *status);
}

static void write_messages(struct instance *self, hn_session *s)
{
	uint32_t stride = 0;
	const hn_message *m;
	for (uint32_t i = 0; (m = self->api->message(s, i, &stride)); i++) {
		printf("message role=%u %s", m->role, m->id ? "with an id" : "without an id");
		write_text(self, "text", m->text);
		for (uint32_t k = 0; k < m->n_parts; k++)
			write_part(self, HN_AT(hn_part, m->parts, m->part_stride, k));
		printf(" stride=%d\n", HN_HAS_AT(stride, hn_message, pad));
	}
}

static int32_t shout(void *ud, hn_session *s, hn_str args, hn_str *text)
{
	static char loud[64];
	(void)ud;
	(void)s;
	int n = snprintf(loud, sizeof loud, "%.*s!", (int)args.n, args.p);
	*text = (hn_str){ loud, (size_t)n };
	return 0;
}

static void put_word(void *ud, hn_str word, hn_str help)
{
	(void)ud;
	printf("word %.*s: %.*s\n", (int)word.n, word.p, (int)help.n, help.p);
}

/* Slash commands, hobnob's and its own. */
static void act_commands(struct instance *self, hn_session *s)
{
	const hn_command command = { .struct_size = sizeof command,
		.name = "/shout",
		.args = "WORD",
		.help = "says it loudly",
		.run = shout,
		.ud = self };
	self->shout = guard(&command, sizeof command);
	printf("add %d\n", self->commands->add(s, self->shout));
	printf("again %d\n", self->commands->add(s, self->shout));
	submit(self, s, HN_INPUT_LINE, "/shout hey", NULL);
	submit(self, s, HN_INPUT_LINE, "/nonsense", NULL);
	hn_str line = guard_str("/shou");
	self->api->complete(s, line, line.n, put_word, NULL);
	unguard_str(line);
	hn_str key = guard_str("sk-or-v1-0123456789abcdef0123456789abcdef"), word = guard_str("a word");
	printf("secret %d %d\n", self->api->secret(s, key), self->api->secret(s, word));
	unguard_str(key);
	unguard_str(word);
	hn_str color = guard_str("color"), none = guard_str("no_such_setting"), value;
	int32_t known = self->api->setting(s, color, &value);
	printf("setting %d %.*s", known, (int)value.n, value.p);
	known = self->api->setting(s, none, &value);
	printf(" %d %d\n", known, (int)value.n);
	unguard_str(color);
	unguard_str(none);
}

/* A turn with all events, and one with a part of its own; what is then known of the conversation. */
static void act_turns(struct instance *self, hn_session *s)
{
	const hn_part dot = { .type = HN_PART_IMAGE,
		.name = guard_str("dot.png"),
		.mime = guard_str("image/png"),
		.data = guard_str("\x89PNG\r\n\x1a\nIHDR") };
	submit(self, s, HN_INPUT_MESSAGE, "events", NULL);
	submit(self, s, HN_INPUT_MESSAGE, "fail", &dot);
	unguard_str(dot.name);
	unguard_str(dot.mime);
	unguard_str(dot.data);
	write_status(self, s);
	write_messages(self, s);
}

static void act_cancel(struct instance *self, hn_session *s)
{
	self->cancels = 1;
	submit(self, s, HN_INPUT_MESSAGE, "events", NULL);
	write_status(self, s);
}

/* Opens a conversation with one setting of its own, or says why it cannot. */
static hn_session *open_one(struct instance *self, hn_session *s, const char *key, const char *value)
{
	hn_session *made = NULL;
	const hn_str pair[] = { guard_str(key), guard_str(value) };
	const hn_open open = { .struct_size = sizeof open, .flags = HN_OPEN_UNKEPT, .n_settings = 1, .settings = guard(pair, sizeof pair) };
	const hn_open *how = guard(&open, sizeof open);
	hn_error *why = guard(NULL, sizeof *why);
	why->struct_size = sizeof *why;
	printf("new %d", self->api->session_new(s, how, &made, why));
	if (!made) {
		write_text(self, "message", why->message);
		printf(" size=%d", why->struct_size == sizeof *why);
	}
	printf("\n");
	unguard(why, sizeof *why);
	unguard(how, sizeof *how);
	unguard(open.settings, sizeof pair);
	unguard_str(pair[0]);
	unguard_str(pair[1]);
	return made;
}

static void act_beside(struct instance *self, hn_session *s)
{
	hn_session *other = open_one(self, s, "temperature", "0.5");
	submit(self, other, HN_INPUT_MESSAGE, "request", NULL);
	submit(self, s, HN_INPUT_MESSAGE, "request", NULL);
	write_status(self, other);
	printf("end %d\n", self->api->session_end(other));
	printf("end of its own %d\n", self->api->session_end(s));
	open_one(self, s, "temperature", "hot");
}

static int32_t put_model(void *ud, const hn_model *m)
{
	(void)ud;
	printf("model %.*s context=%d set=%u size=%d\n", (int)m->id.n, m->id.p, (int)m->context, m->set, HN_HAS(m, hn_model, name));
	return 0;
}

/* Asks one request by the relay. */
static void relay(struct instance *self, hn_session *s, const char *text)
{
	struct { struct instance *self; hn_session *session; } to = { self, s };
	const hn_part part = { .type = HN_PART_TEXT, .data = guard_str(text) };
	const hn_message message = { .role = HN_ROLE_USER,
		.n_parts = 1,
		.part_stride = sizeof part,
		.id = 1,
		.text = part.data,
		.parts = guard(&part, sizeof part) };
	const hn_tool tool = { .name = guard_str("look"), .description = guard_str("looks"), .schema = guard_str("{}") };
	const hn_request request = { .struct_size = sizeof request,
		.set = HN_SET_SEED | HN_SET_TOOLS,
		.n_messages = 1,
		.message_stride = sizeof message,
		.n_tools = 1,
		.tool_stride = sizeof tool,
		.seed = 9,
		.messages = guard(&message, sizeof message),
		.tools = guard(&tool, sizeof tool) };
	const hn_request *r = guard(&request, sizeof request);
	printf("ask %d\n", self->relay->ask(s, (hn_str){ NULL, 0 }, r, on_event, &to));
	unguard(r, sizeof *r);
	unguard(request.messages, sizeof message);
	unguard(request.tools, sizeof tool);
	unguard_str(tool.name);
	unguard_str(tool.description);
	unguard_str(tool.schema);
	unguard(message.parts, sizeof part);
	unguard_str(part.data);
}

static void act_relay(struct instance *self, hn_session *s)
{
	relay(self, s, "request");
	relay(self, s, "tools");
	hn_error *why = guard(NULL, sizeof *why);
	why->struct_size = sizeof *why;
	printf("models %d\n", self->relay->models(s, (hn_str){ NULL, 0 }, put_model, NULL, why));
	printf("models of nobody %d", self->relay->models(s, (hn_str){ "nobody", 6 }, put_model, NULL, why));
	write_text(self, "message", why->message);
	printf("\n");
	unguard(why, sizeof *why);
	write_status(self, s);
}

static void on_readable(void *ud)
{
	*(int *)ud = 1;
}

/* Waits: for a descriptor, and for nothing. */
static void act_waits(struct instance *self, hn_session *s)
{
	int fds[2], seen = 0;
	if (pipe(fds) || write(fds[1], "x", 1) != 1)
		abort();
	hn_pollfd *fd = guard(NULL, sizeof *fd);
	*fd = (hn_pollfd){ .fd = fds[0], .events = HN_POLL_IN };
	printf("ready %d", self->api->wait_for(s, fd, 1, 1000));
	printf(" %u\n", fd->ready);
	unguard(fd, sizeof *fd);
	printf("slept %d\n", self->api->wait_for(s, NULL, 0, 1));
	self->api->watch(s, fds[0], on_readable, &seen);
	submit(self, s, HN_INPUT_MESSAGE, "services", NULL);
	self->api->watch(s, -1, NULL, NULL);
	printf("watched %d\n", seen);
	close(fds[0]);
	close(fds[1]);
}

/* What a later header brought: an older hobnob must say that it has none of it. */
static void act_later(struct instance *self, hn_session *s)
{
	submit(self, s, HN_INPUT_MESSAGE, "options", NULL);
	printf("minor %u", self->minor);
#if HN_ABI_MINOR > 0
	uint32_t stride = 0;
	self->api->message(s, 0, &stride);
	printf(" session %d commands %d message %d", HN_HAS(self->api, hn_session_api, grown_2), HN_HAS(self->commands, hn_commands, grown_2),
		HN_HAS_AT(stride, hn_message, grown_2));
#endif
	printf("\n");
}

static const struct act { const char *name; void (*run)(struct instance *, hn_session *); } acts[] = {
	{ "beside", act_beside },
	{ "cancel", act_cancel },
	{ "commands", act_commands },
	{ "later", act_later },
	{ "relay", act_relay },
	{ "turns", act_turns },
	{ "waits", act_waits },
};

/* ---- the frontend ---- */

static int32_t create(const hn_host *host, hn_call *call, void **out)
{
	struct instance *self = calloc(1, sizeof *self);
	(void)call;
	if (!self)
		abort();
	*self = (struct instance){ .api = host->extension(HN_ID_SESSION),
		.relay = host->extension(HN_ID_RELAY),
		.commands = host->extension(HN_ID_COMMANDS),
		.text = host->extension(HN_ID_TEXT),
		.minor = host->abi_minor };
	*out = self;
	return self->api && self->relay && self->commands && self->text ? 0 : HN_ERR_PLUGIN;
}

static void destroy(void *self)
{
	const struct instance *i = self;
	if (i->shout)
		unguard(i->shout, sizeof *i->shout);
	free(self);
}

static int32_t run(void *ud, hn_session *s)
{
	struct instance *self = ud;
	hn_start *start = guard(NULL, sizeof *start);
	start->struct_size = sizeof *start;
	self->api->start(s, start);
	printf("start first=%d parts=%u size=%d\n", (start->flags & HN_START_FIRST) != 0, start->n_parts, start->struct_size == sizeof *start);
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		if (start->first.n == strlen(acts[i].name) && !memcmp(start->first.p, acts[i].name, start->first.n))
			acts[i].run(self, s);
	unguard(start, sizeof *start);
	return fflush(stdout) ? HN_ERR_OUTPUT : 0;
}

/* The descriptor and all that it leads to are guarded as well. */
const hn_plugin *hobnob_plugin_v1(void)
{
	static const hn_frontend frontend = { .struct_size = sizeof frontend,
		.flags = HN_FRONTEND_CONVERSES,
		.create = create,
		.destroy = destroy,
		.run = run };
	static const hn_plugin *made;
	if (!made) {
		const hn_plugin plugin = { .struct_size = sizeof plugin,
			.abi_major = HN_ABI_MAJOR,
			.type = HN_TYPE_FRONTEND,
			.name = "talks",
			.version = "1.0",
			.summary = "uses all of ABI 1.0",
			.license = "MIT",
			.vtable = guard(&frontend, sizeof frontend) };
		made = guard(&plugin, sizeof plugin);
	}
	return made;
}
