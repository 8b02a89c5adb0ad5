/* SPDX-License-Identifier: MIT */
/* exec: a provider that asks a program of the user's, which speaks JSON lines (docs/exec.md). */
#include "exec.h"

#include <stdlib.h>
#include <string.h>

#include "hobnob/easy.h"
#include "run.h"

#include "util/ascii.h"
#include "util/buf.h"
#include "util/mem.h"

static int32_t chat(void *self, hn_call *call, const hn_request *req)
{
	return req->flags & HN_REQUEST_DRY ? 0 : run_ask(self, call, req);
}

static void free_texts(hn_str *texts, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		free((char *)(uintptr_t)texts[i].p);
	free(texts);
}

static void destroy(void *self)
{
	struct exec *e = self;
	free_texts(e->command, e->n_command);
	free_texts(e->env, e->n_env);
	free((char *)(uintptr_t)e->secret_name.p);
	free(e);
}

/* ---- options ---- */

static hn_str *copy_texts(hn_value v)
{
	hn_str *texts = xcalloc((size_t)v.n + 1, sizeof *texts);
	for (uint32_t i = 0; i < v.n; i++)
		texts[i] = (hn_str){ str_dup(v.items[i]), v.items[i].n };
	return texts;
}

/* 1 if a text can be the name of a variable. */
static int is_name(hn_str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!ascii_is_alnum(text.p[i]) && text.p[i] != '_')
			return 0;
	return text.n && !(text.p[0] >= '0' && text.p[0] <= '9');
}

static int32_t check(const struct exec *e, hn_call *call)
{
	if (!e->n_command || !e->command[0].n)
		return exec_fail(e, call, HN_ERR_CONFIG, "command: [python3, /path/to/it.py]", "command names no program");
	if (!is_name(e->secret_name))
		return exec_fail(e, call, HN_ERR_CONFIG, "letters, digits and _", "secret_name is not a name of a variable");
	for (uint32_t i = 0; i < e->n_env; i++)
		if (!is_name(e->env[i]))
			return exec_fail(e, call, HN_ERR_CONFIG, "env is a list of names, without values",
				"env: \"%.*s\" is not a name of a variable", (int)e->env[i].n, e->env[i].p);
	return e->timeout_ms > 0 ? 0 : exec_fail(e, call, HN_ERR_CONFIG, NULL, "timeout_ms: expected ms, 1 or more");
}

static int32_t configure(struct exec *e, hn_call *call)
{
	hn_value command = hn_option_value(e->host, call, "command"), env = hn_option_value(e->host, call, "env");
	hn_str name = hn_option_text(e->host, call, "secret_name");
	e->command = copy_texts(command);
	e->n_command = command.n;
	e->env = copy_texts(env);
	e->n_env = env.n;
	e->secret_name = (hn_str){ str_dup(name), name.n };
	e->secret = hn_option_secret(e->host, call, "secret");
	e->timeout_ms = hn_option_int(e->host, call, "timeout_ms", 0);
	return check(e, call);
}

static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	struct exec *e = xcalloc(1, sizeof *e);
	e->host = host;
	e->io = host->extension(HN_ID_IO);
	e->log = host->extension(HN_ID_LOG);
	e->process = host->extension(HN_ID_PROCESS);
	int32_t rc = e->io && e->log && e->process
			     ? configure(e, call)
			     : exec_fail(e, call, HN_ERR_PLUGIN, NULL, "this host lacks io, log or process");
	if (rc) {
		destroy(e);
		return rc;
	}
	*self = e;
	return 0;
}

static const hn_option options[] = {
	{ .type = HN_OPT_LIST,
		.flags = HN_OPTION_REQUIRED | HN_OPTION_OWN,
		.key = "command",
		.help = "the program and its arguments, without a shell" },
	{ .type = HN_OPT_LIST,
		.flags = HN_OPTION_OWN,
		.key = "env",
		.help = "names of further variables that the program gets" },
	{ .type = HN_OPT_STRING,
		.flags = HN_OPTION_SECRET,
		.key = "secret",
		.help = "a key that the program gets as a variable" },
	{ .type = HN_OPT_STRING,
		.flags = HN_OPTION_OWN,
		.key = "secret_name",
		.initial = "SECRET",
		.help = "the name of that variable" },
	{ .type = HN_OPT_INT,
		.key = "timeout_ms",
		.initial = "300000",
		.help = "how long the program may print no line, in ms" },
	{ .type = HN_OPT_STRING, .key = "model", .initial = "exec", .help = "any name; the program gets it" },
};

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.accepts = 1u << HN_PART_TEXT | 1u << HN_PART_IMAGE | 1u << HN_PART_FILE | 1u << HN_PART_TOOL_CALL |
		   1u << HN_PART_TOOL_RESULT,
	/* the program gets all of it */
	.heeds = HN_SET_MAX_TOKENS | HN_SET_TEMPERATURE | HN_SET_TOP_P | HN_SET_SEED | HN_SET_STOP | HN_SET_EFFORT |
		 HN_SET_TOOLS | HN_SET_TOOL_CHOICE | HN_SET_SCHEMA | HN_SET_EXTRA,
	.create = create,
	.destroy = destroy,
	.chat = chat,
};

static const hn_plugin plugin = {
	.struct_size = sizeof plugin,
	.abi_major = HN_ABI_MAJOR,
	.type = HN_TYPE_PROVIDER,
	.n_options = sizeof options / sizeof *options,
	.option_stride = sizeof *options,
	.name = "exec",
	.version = PACKAGE_VERSION,
	.summary = "asks a program of yours, by JSON lines",
	.license = "MIT",
	.options = options,
	.vtable = &provider,
};

HN_EXPORT const hn_plugin *hobnob_plugin_v1(void)
{
	return &plugin;
}
