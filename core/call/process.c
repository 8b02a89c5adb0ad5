/* SPDX-License-Identifier: MIT */
/* process: hobnob.process/1; what of it a plugin may ask, and the secret that goes into the environment. */
#include "call/process.h"

#include <stdlib.h>
#include <string.h>

#include "call/children.h"
#include "call/guard.h"
#include "call/handle.h"
#include "call/reveal.h"
#include "call/size.h"
#include "call/strict.h"
#include "util/buf.h"
#include "util/mem.h"

#define TEXTS_MOST 4096u /* arguments, or names of variables */

/* ---- what a plugin says ---- */

/* A text that C can hold; a variable's name has no = either. */
static int32_t check_text(const char *what, hn_str text, int is_name, struct fault *f)
{
	int32_t rc = size_text(what, text, f);
	if (!rc && text.n && memchr(text.p, '\0', text.n))
		rc = fault_set(f, HN_ERR_PLUGIN, NULL, "%s holds a NUL byte", what);
	if (!rc && is_name && (!text.n || memchr(text.p, '=', text.n)))
		rc = fault_set(f, HN_ERR_PLUGIN, NULL, "%s cannot be the name of a variable", what);
	return rc;
}

static int32_t check_texts(const char *what, const hn_str *texts, uint32_t n, int are_names, struct fault *f)
{
	int32_t rc = 0;
	if (n > TEXTS_MOST)
		return fault_set(f, HN_ERR_PLUGIN, NULL, "%s has %u elements, at most %u are taken", what, n, TEXTS_MOST);
	if (n && !texts)
		return fault_set(f, HN_ERR_PLUGIN, NULL, "there are %u %s, and %s is NULL", n, what, what);
	for (uint32_t i = 0; i < n && !rc; i++)
		rc = check_text(what, texts[i], are_names, f);
	return rc;
}

/* A program gets a secret only of an instance without an endpoint: otherwise the secret belongs to the endpoint alone. */
static int32_t check_secret(const hn_call *call, const hn_program *p, struct fault *f)
{
	if (!p->secret)
		return 0;
	if (call->endpoint && call->endpoint->url)
		return fault_set(f, HN_ERR_PLUGIN, NULL,
			"the plugin gives a program the secret of an instance that has an endpoint");
	return check_text("hn_program.secret_name", p->secret_name, 1, f);
}

static int32_t check(const hn_call *call, const hn_program *p, struct fault *f)
{
	int32_t rc = check_texts("hn_program.args", p->args, p->n_args, 0, f);
	if (!rc)
		rc = check_texts("hn_program.env", p->env, p->n_env, 1, f);
	if (!rc && (!p->n_args || !p->args[0].n))
		rc = fault_set(f, HN_ERR_PLUGIN, NULL, "hn_program names no program");
	return rc ? rc : check_secret(call, p, f);
}

/* ---- the service ---- */

/* The texts as C has them, NULL-ended. */
static char **copy_texts(const hn_str *texts, uint32_t n)
{
	char **copy = xcalloc((size_t)n + 1, sizeof *copy);
	for (uint32_t i = 0; i < n; i++)
		copy[i] = str_dup(texts[i]);
	return copy;
}

static void free_texts(char **texts)
{
	for (char **t = texts; *t; t++)
		free(*t);
	free(texts);
}

/* "NAME=value", or NULL without a secret. */
static int32_t read_secret(hn_call *call, const hn_program *p, char **out)
{
	struct buf variable = BUF(BUF_NO_CAP);
	hn_str value = { NULL, 0 };
	*out = NULL;
	if (!p->secret)
		return 0;
	int32_t rc = call_reveal(call, p->secret, &value);
	if (rc)
		return rc;
	variable.p = xmalloc(variable.cap = p->secret_name.n + value.n + 2); /* no copy is left over */
	buf_addstr(&variable, p->secret_name);
	buf_addc(&variable, '=');
	buf_addstr(&variable, value);
	*out = buf_take(&variable);
	return 0;
}

static int32_t start(hn_call *call, const hn_program *p, hn_child *out)
{
	char *secret;
	int32_t rc = read_secret(call, p, &secret);
	if (rc)
		return rc;
	char **argv = copy_texts(p->args, p->n_args), **names = copy_texts(p->env, p->n_env);
	const struct child_run *run = children_start(call, argv, names, secret);
	free_texts(argv);
	free_texts(names);
	if (secret)
		explicit_bzero(secret, strlen(secret));
	free(secret);
	if (!run)
		return call->error.code;
	children_show(run, out);
	return 0;
}

static int32_t spawn(hn_call *call, const hn_program *said, hn_child *out)
{
	hn_program p;
	hn_child child = { .struct_size = sizeof child };
	struct fault f = { 0 };
	if (size_in(&sized_program, &p, said, &f) || size_check(&sized_child, out, &f) || check(call, &p, &f))
		return call_breach(call, RULE_STRUCT_SIZES, &f);
	int32_t rc = call_cancelled(call) ? HN_ERR_INTERRUPTED : start(call, &p, &child);
	if (!rc)
		size_out(&sized_child, out, &child, NULL);
	return rc;
}

/* The run that a plugin means; NULL after a breach. */
static struct child_run *run_of(hn_call *call, const hn_child *said, const char *function, hn_child *child)
{
	struct fault f = { 0 };
	struct child_run *run = NULL;
	if (!size_in(&sized_child, child, said, &f) && !(run = children_find(call, child->id)))
		fault_set(&f, HN_ERR_PLUGIN, NULL, "%s() was called for a process that the call does not have", function);
	if (f.kind)
		call_breach(call, RULE_STRUCT_SIZES, &f);
	return run;
}

static int32_t close_input(hn_call *call, hn_child *said)
{
	hn_child child;
	struct child_run *run = run_of(call, said, "close_input", &child);
	if (!run)
		return HN_ERR_PLUGIN;
	children_close_input(run);
	children_show(run, &child);
	size_out(&sized_child, said, &child, NULL);
	return 0;
}

static int32_t finish(hn_call *call, hn_child *said, int64_t wait_ms, int64_t grace_ms)
{
	hn_child child;
	struct child_run *run = run_of(call, said, "finish", &child);
	if (!run)
		return HN_ERR_PLUGIN;
	children_finish(call, run, wait_ms, grace_ms, &child);
	size_out(&sized_child, said, &child, NULL);
	return 0;
}

/* ---- by handle ---- */

static int32_t leave(hn_call *handle, hn_call *call, int32_t rc)
{
	strict_served(call, NULL, rc);
	handle_leave(handle);
	return rc;
}

static int32_t process_spawn(hn_call *handle, const hn_program *program, hn_child *out)
{
	hn_call *call = handle_enter(handle);
	if (!call)
		return HN_ERR_PLUGIN;
	return leave(handle, call, spawn(call, program, out));
}

static int32_t process_close_input(hn_call *handle, hn_child *child)
{
	hn_call *call = handle_enter(handle);
	if (!call)
		return HN_ERR_PLUGIN;
	return leave(handle, call, close_input(call, child));
}

static int32_t process_finish(hn_call *handle, hn_child *child, int64_t wait_ms, int64_t grace_ms)
{
	hn_call *call = handle_enter(handle);
	if (!call)
		return HN_ERR_PLUGIN;
	guard_before_wait();
	return leave(handle, call, finish(call, child, wait_ms, grace_ms));
}

const hn_process process_service = {
	.struct_size = sizeof(hn_process),
	.spawn = process_spawn,
	.close_input = process_close_input,
	.finish = process_finish,
};
