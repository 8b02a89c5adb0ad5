/* SPDX-License-Identifier: MIT */
/*
 * mock: a provider that needs no network and always gives the same answer: it repeats the last
 * message, makes JSON by a schema, says a fixed text, or plays a script. Options set a reply's cost and duration. A
 * whole-body request gets its text in one piece, and none at all when the script cuts the reply,
 * because half a document cannot be read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hobnob/easy.h"

#include "instance.h"
#include "pieces.h"
#include "said.h"
#include "script.h"

#include "util/buf.h"
#include "util/mem.h"
#include "util/said.h"

struct mock {
	const hn_host *host;
	const hn_io *io;
	struct script *script; /* or NULL */
	char *reply; /* or NULL */
	size_t reply_n;
	char *path; /* of the script */
	int64_t chunk, ttft_ms, delta_ms;
};

/* One reply in progress. */
struct play {
	const struct mock *mock;
	hn_call *call;
	const struct step *step;
	int stream;
	int begun; /* something was emitted */
	int64_t deltas, words;
	int inside_word; /* the last piece ended inside a word */
};

static const hn_option options[] = {
	{ .type = HN_OPT_STRING, .key = "model", .initial = "mock", .help = "any name will do" },
	{ .type = HN_OPT_STRING,
		.key = "reply",
		.help = "what is always answered; else the last message" },
	{ .type = HN_OPT_PATH,
		.key = "script",
		.help = "JSON file of steps to play; goes before reply" },
	{ .type = HN_OPT_STRING,
		.key = "chunk",
		.initial = "word",
		.help = "how a reply is streamed: word, char, or a number of bytes" },
	{ .type = HN_OPT_INT,
		.key = "ttft_ms",
		.initial = "0",
		.help = "ms before the first piece" },
	{ .type = HN_OPT_INT, .key = "delta_ms", .initial = "0", .help = "ms between two pieces" },
};

static int32_t fail(const hn_host *host, hn_call *call, int32_t code, hn_str message)
{
	hn_error e = {
		.struct_size = sizeof e, .code = code, .message = message
	};
	return host->fail(call, &e);
}

/* Fails with a fixed sentence after the name of an option or a file. */
static int32_t refuse(
	const hn_host *host, hn_call *call, int32_t code, const char *what, const char *why)
{
	size_t a = strlen(what), b = strlen(why);
	char *p = host->alloc(call, a + b + 1);
	memcpy(p, what, a);
	memcpy(p + a, why, b);
	return fail(host, call, code, (hn_str){ p, a + b });
}

/* Waits; negative when the call is cancelled. */
static int32_t wait_for(const struct play *p, int64_t ms)
{
	if (ms > 0)
		return p->mock->io->wait_for(p->call, NULL, 0, ms);
	return p->mock->host->cancelled(p->call) ? HN_ERR_INTERRUPTED : 0;
}

/* Emits text or reasoning, after the current pause. */
static int32_t emit(struct play *p, uint32_t type, hn_str text)
{
	hn_event e = { .struct_size = sizeof e, .type = type, .text = text };
	int64_t own = p->step ? p->step->delta_ms : -1;
	int32_t rc = p->begun && p->stream ? wait_for(p, own >= 0 ? own : p->mock->delta_ms) : 0;
	p->begun = 1;
	return rc ? rc : p->mock->host->emit(p->call, &e);
}

/* Emits one piece of the reply, unless the stream is cut before it. */
static int32_t emit_delta(struct play *p, hn_str piece)
{
	if (p->step && p->deltas == p->step->cut_after)
		return HN_ERR_TRUNCATED;
	p->deltas++;
	pieces_count(piece, &p->words, &p->inside_word);
	return emit(p, HN_EV_TEXT, piece);
}

static int32_t emit_text(struct play *p, hn_str text)
{
	int32_t rc = 0;
	while (!rc && text.n) {
		hn_str piece = p->stream ? pieces_first(text, p->mock->chunk) : text;
		rc = emit_delta(p, piece);
		text = (hn_str){ text.p + piece.n, text.n - piece.n };
	}
	return rc;
}

/* Joins a step's pieces, for a reply in one piece. */
static hn_str join(const struct play *p)
{
	size_t n = 0;
	for (size_t i = 0; i < p->step->n_chunks; i++)
		n += p->step->chunks[i].n;
	char *text = p->mock->host->alloc(p->call, n + 1);
	n = 0;
	for (size_t i = 0; i < p->step->n_chunks; i++) {
		memcpy(text + n, p->step->chunks[i].p, p->step->chunks[i].n);
		n += p->step->chunks[i].n;
	}
	return (hn_str){ text, n };
}

/* Emits a step's text; negative when it is cut before its end. */
static int32_t emit_step(struct play *p)
{
	const struct step *s = p->step;
	int32_t rc = s->reasoning.n ? emit(p, HN_EV_REASONING, s->reasoning) : 0;
	if (rc)
		return rc;
	if (!p->stream) {
		return s->cut_after >= 0 ? HN_ERR_TRUNCATED
					 : emit_text(p, s->has_chunks ? join(p) : s->text);
	}
	for (size_t i = 0; !rc && i < s->n_chunks; i++)
		rc = emit_delta(p, s->chunks[i]);
	rc = rc ? rc : emit_text(p, s->text);
	return !rc && p->deltas == s->cut_after ? HN_ERR_TRUNCATED : rc;
}

/* Counts the words of what tools gave. */
static void count_results(const hn_message *m, int64_t *words)
{
	for (uint32_t i = 0; i < m->n_parts; i++) {
		const hn_part *part = HN_AT(hn_part, m->parts, m->part_stride, i);
		int inside = 0;
		if (part->type == HN_PART_TOOL_RESULT)
			pieces_count(part->data, words, &inside);
	}
}

/* Counts tokens as words: those sent, those replied. */
static hn_usage count(const struct play *p, const hn_request *req)
{
	hn_usage u = {
		.struct_size = sizeof u, .completion = p->words, .cache_write = -1, .cost = -1
	};
	for (uint32_t i = 0; i < req->n_messages; i++) {
		const hn_message *m = HN_AT(hn_message, req->messages, req->message_stride, i);
		int inside = 0;
		pieces_count(m->text, &u.prompt, &inside);
		count_results(m, &u.prompt);
	}
	if (p->step) {
		int inside = 0;
		pieces_count(p->step->reasoning, &u.reasoning, &inside);
		u.completion += u.reasoning;
	}
	return u;
}

/* Emits a piece of the arguments of a call after the other. */
static int32_t emit_pieces(struct play *p, const hn_event *call)
{
	hn_event e = *call;
	hn_str rest = call->text;
	int64_t own = p->step ? p->step->delta_ms : -1;
	int32_t rc = 0;
	e.type = HN_EV_TOOL_PIECE;
	while (!rc && p->stream && rest.n) {
		e.text = pieces_first(rest, p->mock->chunk);
		rest = (hn_str){ rest.p + e.text.n, rest.n - e.text.n };
		rc = p->begun ? wait_for(p, own >= 0 ? own : p->mock->delta_ms) : 0;
		rc = rc ? rc : p->mock->host->emit(p->call, &e);
		p->begun = 1;
	}
	return rc;
}

/* Emits call number i of the reply. One without an id gets one that the conversation does not have yet. */
static int32_t emit_call(struct play *p, const hn_request *req, uint32_t i, const hn_part *part)
{
	char id[32];
	int n = snprintf(id, sizeof id, "call_%zu", said_parts(req, HN_PART_TOOL_CALL) + i);
	hn_event e = { .struct_size = sizeof e,
		.type = HN_EV_TOOL_CALL,
		.number = i,
		.text = part->data,
		.name = part->name,
		.id = part->id.n ? part->id : (hn_str){ id, (size_t)n } };
	int32_t rc = emit_pieces(p, &e);
	return rc ? rc : p->mock->host->emit(p->call, &e);
}

static int32_t emit_bytes(struct play *p, const hn_part *part)
{
	hn_event e = { .struct_size = sizeof e,
		.type = HN_EV_PART,
		.number = part->type,
		.flags = part->flags,
		.text = part->data,
		.name = part->name,
		.mime = part->mime };
	return p->mock->host->emit(p->call, &e);
}

/* Emits what of a step is not text: images first, for calls end a reply. */
static int32_t emit_things(struct play *p, const hn_request *req)
{
	const struct things *t = &p->step->things;
	uint32_t calls = 0;
	int32_t rc = 0;
	for (uint32_t i = 0; !rc && i < t->n; i++)
		if (t->parts[i].type != HN_PART_TOOL_CALL)
			rc = emit_bytes(p, &t->parts[i]);
	for (uint32_t i = 0; !rc && i < t->n; i++)
		if (t->parts[i].type == HN_PART_TOOL_CALL)
			rc = emit_call(p, req, calls++, &t->parts[i]);
	return rc;
}

/* Emits usage and the end of a reply. */
static int32_t emit_end(struct play *p, const hn_request *req, int32_t end)
{
	const struct step *s = p->step;
	hn_usage usage = s && s->usage ? s->given : count(p, req);
	hn_event told = { .struct_size = sizeof told, .type = HN_EV_USAGE, .usage = &usage };
	hn_event finish = { .struct_size = sizeof finish,
		.type = HN_EV_FINISH,
		.finish = end };
	usage.cost = s ? s->cost : -1;
	usage_say(&usage);
	int silent = s && s->usage == 2 && s->cost < 0;
	int32_t rc = silent ? 0 : p->mock->host->emit(p->call, &told);
	return rc < 0 ? rc : p->mock->host->emit(p->call, &finish);
}

static int32_t fail_step(const struct play *p)
{
	const struct step *s = p->step;
	static const char silent[] = "an error of the script";
	hn_error e = { .struct_size = sizeof e,
		.code = s->error,
		.status = s->status,
		.retry_after_ms = s->retry_after_ms,
		.message = s->message.n ? s->message : (hn_str){ silent, sizeof silent - 1 } };
	return p->mock->host->fail(p->call, &e);
}

static int32_t play_step(struct play *p, const hn_request *req)
{
	const struct step *s = p->step;
	const char *refused = things_refused(&s->things, req);
	if (refused)
		return refuse(p->mock->host, p->call, HN_ERR_BAD_REQUEST, refused, ": not taken, as the script says");
	int32_t rc = wait_for(p, s->ttft_ms >= 0 ? s->ttft_ms : p->mock->ttft_ms);
	rc = rc ? rc : emit_step(p);
	if (rc == HN_ERR_TRUNCATED) {
		return refuse(
			p->mock->host, p->call, rc, "the reply broke off", ", as the script says");
	}
	if (rc == 0 && s->error)
		return fail_step(p);
	rc = rc ? rc : emit_things(p, req);
	return rc ? rc : emit_end(p, req, s->finish);
}

/* The tool that has to be called; NULL if none has to. */
static const hn_tool *tool_due(const hn_request *req)
{
	uint32_t choice = req->set & HN_SET_TOOLS && req->set & HN_SET_TOOL_CHOICE ? req->tool_choice : HN_CHOICE_AUTO;
	for (uint32_t i = 0; choice >= HN_CHOICE_REQUIRED && i < req->n_tools; i++) {
		const hn_tool *t = HN_AT(hn_tool, req->tools, req->tool_stride, i);
		int named = t->name.n == req->tool_name.n && memcmp(t->name.p, req->tool_name.p, t->name.n) == 0;
		if (choice == HN_CHOICE_REQUIRED || named)
			return t;
	}
	return NULL;
}

/* Calls a tool with arguments by its schema. */
static int32_t play_tool(struct play *p, const hn_request *req, const hn_tool *tool, hn_str said)
{
	hn_part call = { .type = HN_PART_TOOL_CALL,
		.name = tool->name,
		.data = instance_make(p->mock->host, p->call, tool->schema, said) };
	int32_t rc = emit_call(p, req, 0, &call);
	return rc ? rc : emit_end(p, req, HN_FINISH_TOOL_CALLS);
}

/* Plays the fixed reply, a call that the request demands, JSON by its schema, or the last message. */
static int32_t play_plain(struct play *p, const hn_request *req, hn_str said)
{
	const struct mock *m = p->mock;
	const hn_tool *tool = m->reply ? NULL : tool_due(req);
	int32_t rc = wait_for(p, m->ttft_ms);
	if (!rc && tool)
		return play_tool(p, req, tool, said);
	if (m->reply)
		said = (hn_str){ m->reply, m->reply_n };
	else if (req->set & HN_SET_SCHEMA)
		said = instance_make(m->host, p->call, req->schema, said);
	rc = rc ? rc : emit_text(p, said);
	return rc ? rc : emit_end(p, req, HN_FINISH_STOP);
}

static int32_t chat(void *self, hn_call *call, const hn_request *req)
{
	struct mock *m = self;
	struct play p = { .mock = m, .call = call, .stream = !!(req->flags & HN_REQUEST_STREAM) };
	if (req->flags & HN_REQUEST_DRY)
		return 0;
	hn_str said = said_last(m->host, call, req);
	if (!m->script)
		return play_plain(&p, req, said);
	p.step = script_next(m->script, said.p);
	return p.step ? play_step(&p, req)
		      : refuse(m->host, call, HN_ERR_BAD_REQUEST, m->path,
				": no step is left that fits this message");
}

/* Lists the one model. It has no bound and no price, so window and prices are unknown. */
static int32_t models(void *self, hn_call *call, int32_t (*put)(void *, const hn_model *), void *ud)
{
	hn_model m = { .struct_size = sizeof m,
		.id = { "mock", 4 },
		.name = { "mock", 4 } };
	(void)self;
	(void)call;
	return put(ud, &m);
}

static void destroy(void *self)
{
	struct mock *m = self;
	if (m) {
		script_free(m->script);
		free(m->reply);
		free(m->path);
		free(m);
	}
}

/* Reads all options; 0, or fail(). */
static int32_t configure(struct mock *m, const hn_host *host, hn_call *call)
{
	hn_value reply = hn_option_value(host, call, "reply");
	hn_str script = hn_option_text(host, call, "script");
	if (!pieces_mode(hn_option_text(host, call, "chunk"), &m->chunk)) {
		return refuse(host, call, HN_ERR_CONFIG, "chunk",
			": expected word, char, or a number of bytes");
	}
	m->ttft_ms = hn_option_int(host, call, "ttft_ms", 0);
	m->delta_ms = hn_option_int(host, call, "delta_ms", 0);
	if (m->ttft_ms < 0 || m->delta_ms < 0) {
		return refuse(host, call, HN_ERR_CONFIG, m->ttft_ms < 0 ? "ttft_ms" : "delta_ms",
			": expected ms, 0 or more");
	}
	m->reply = reply.is_set ? str_dup(reply.s) : NULL;
	m->reply_n = reply.s.n;
	m->path = str_dup(script);
	return script.n ? script_load(host, call, script, &m->script) : 0;
}

/* Makes an instance; an invalid script is rejected here. */
static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	struct mock *m = xcalloc(1, sizeof *m);
	m->host = host;
	m->io = host->extension(HN_ID_IO);
	int32_t rc = m->io ? configure(m, host, call)
			   : refuse(host, call, HN_ERR_PLUGIN, "this host has no ", HN_ID_IO);
	if (rc) {
		destroy(m);
		return rc;
	}
	*self = m;
	return 0;
}

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.accepts = 1u << HN_PART_TEXT | 1u << HN_PART_IMAGE | 1u << HN_PART_FILE | 1u << HN_PART_TOOL_CALL |
		   1u << HN_PART_TOOL_RESULT,
	/* it takes what a server takes, so that a script can be tried with the settings of later */
	.heeds = HN_SET_MAX_TOKENS | HN_SET_TEMPERATURE | HN_SET_TOP_P | HN_SET_SEED | HN_SET_STOP | HN_SET_EFFORT |
		 HN_SET_TOOLS | HN_SET_TOOL_CHOICE | HN_SET_SCHEMA | HN_SET_EXTRA,
	.create = create,
	.destroy = destroy,
	.chat = chat,
	.models = models,
};

static const hn_plugin plugin = {
	.struct_size = sizeof plugin,
	.abi_major = HN_ABI_MAJOR,
	.need_minor = 0,
	.type = HN_TYPE_PROVIDER,
	.n_options = sizeof options / sizeof *options,
	.option_stride = sizeof *options,
	.name = "mock",
	.version = PACKAGE_VERSION,
	.summary = "answers without a network: an echo, a fixed reply, or a script",
	.license = "MIT",
	.options = options,
	.vtable = &provider,
};

const hn_plugin *hobnob_plugin_v1(void)
{
	return &plugin;
}
