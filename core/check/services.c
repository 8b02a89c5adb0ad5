/* SPDX-License-Identifier: MIT */
/*
 * services: hobnob.io/1 with a clock that jumps over what is waited for, text/1 and log/1, and process/1 with programs in a can:
 * none is started, and what they print comes piece by piece.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check/findings.h"
#include "check/world.h"
#include "util/mem.h"
#include "util/text.h"

#define WAIT_MOST_MS 1000 /* for a descriptor that is not ours */

/* ---- programs ---- */

struct program {
	struct program *next;
	const struct answer *answer;
	int32_t id;
	int input, output, errors; /* the plugin's ends; -1: closed */
	int reads, prints;         /* ours */
	size_t printed;            /* bytes */
};

/* Takes what the plugin wrote. */
static void hear(struct call *c, struct program *p)
{
	char bytes[4096];
	ssize_t n;
	while (p->reads >= 0 && (n = read(p->reads, bytes, sizeof bytes)) > 0)
		buf_add(&c->sent, bytes, (size_t)n);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Prints the next piece; with none left, its output ends. */
static void print(const struct world *w, struct program *p)
{
	const struct answer *a = p->answer;
	size_t to = a->body.n;
	for (size_t i = 0; i < a->n_ends && !w->cut; i++)
		if (a->ends[i] > p->printed) {
			to = a->ends[i];
			break;
		}
	if (w->cut && p->printed + w->cut < to)
		to = p->printed + w->cut;
	if (w->ends_after && to > w->ends_after)
		to = w->ends_after;
	if (p->prints >= 0 && p->printed < to) {
		ssize_t n = write(p->prints, a->body.p + p->printed, to - p->printed);
		p->printed += n > 0 ? (size_t)n : 0;
	} else if (p->printed >= to) {
		close_fd(&p->prints);
	}
}

static void show(const struct program *p, hn_child *out)
{
	out->id = p->id;
	out->input = p->input;
	out->output = p->output;
	out->errors = p->errors;
}

static void close_all(struct program *p)
{
	close_fd(&p->input);
	close_fd(&p->output);
	close_fd(&p->errors);
	close_fd(&p->reads);
	close_fd(&p->prints);
}

static void end_all(struct call *c)
{
	for (struct program *p = c->programs, *next; p; p = next) {
		next = p->next;
		hear(c, p);
		close_all(p);
		free(p);
	}
	c->programs = NULL;
}

static int connect_program(struct program *p)
{
	int in[2], out[2];
	if (pipe2(in, O_CLOEXEC | O_NONBLOCK) || pipe2(out, O_CLOEXEC | O_NONBLOCK))
		return -1;
	p->reads = in[0];
	p->input = in[1];
	p->output = out[0];
	p->prints = out[1];
	p->errors = open("/dev/null", O_RDONLY | O_CLOEXEC);
	return 0;
}

static int32_t spawn_for(struct call *c, const hn_program *said, hn_child *out)
{
	if (!host_sized(&sized_program, said) || !host_sized(&sized_child, out) || !said->n_args || !said->args)
		return host_refuse(c, "spawn", host_fail(c, HN_ERR_PLUGIN, "the program is not valid"));
	if (c->dry)
		breach(RULE_DRY_RUN, "it called spawn()");
	for (uint32_t i = 0; i < said->n_args; i++)
		buf_addf(&c->sent, "%.*s%c", (int)said->args[i].n, said->args[i].p, i + 1 < said->n_args ? ' ' : '\n');
	host_hit(c, "spawn()");
	if (c->cancelled)
		return host_refuse(c, "spawn", HN_ERR_INTERRUPTED);
	const struct answer *a = c->world->only ? c->world->only : answers_program(c->world->answers, said->args[0]);
	struct program *p = xcalloc(1, sizeof *p);
	if (!a || connect_program(p)) {
		free(p);
		if (!c->missing)
			c->missing = xasprintf("the program %.*s", (int)said->args[0].n, said->args[0].p);
		return host_refuse(c, "spawn", host_fail(c, HN_ERR_CONFIG, "the checker has no canned answer for this program"));
	}
	static atomic_int last = 100000;
	p->id = atomic_fetch_add(&last, 1);
	p->answer = a;
	p->next = c->programs;
	c->programs = p;
	c->end_programs = end_all;
	show(p, out);
	return 0;
}

static struct program *program_of(struct call *c, const hn_child *child)
{
	struct program *p = c->programs;
	while (p && (!child || p->id != child->id))
		p = p->next;
	if (!p)
		breach(RULE_RETURN_CODES, "it named a program that the call did not start");
	return p;
}

static int32_t check_spawn(hn_call *handle, const hn_program *said, hn_child *out)
{
	struct call *c = host_enter(handle, "spawn()");
	if (!c)
		return HN_ERR_PLUGIN;
	int32_t code = spawn_for(c, said, out);
	host_leave(c);
	return code;
}

static int32_t check_close_input(hn_call *handle, hn_child *child)
{
	struct call *c = host_enter(handle, "close_input()");
	if (!c)
		return HN_ERR_PLUGIN;
	struct program *p = program_of(c, child);
	if (p) {
		hear(c, p);
		close_fd(&p->input);
		child->input = -1;
	}
	host_leave(c);
	return p ? 0 : HN_ERR_PLUGIN;
}

static int32_t check_finish(hn_call *handle, hn_child *child, int64_t wait_ms, int64_t grace_ms)
{
	struct call *c = host_enter(handle, "finish()");
	(void)grace_ms;
	if (!c)
		return HN_ERR_PLUGIN;
	struct program *p = program_of(c, child);
	if (p) {
		hear(c, p);
		int stopped = p->prints >= 0 && p->printed < p->answer->body.n && !wait_ms;
		close_all(p);
		show(p, child);
		child->status = stopped ? -1 : p->answer->status;
		child->killed_by = stopped ? 15 : 0;
		child->flags = stopped ? HN_CHILD_STOPPED : 0;
	}
	host_leave(c);
	return p ? 0 : HN_ERR_PLUGIN;
}

const hn_process check_process = { .struct_size = sizeof(hn_process), .spawn = check_spawn, .close_input = check_close_input,
	.finish = check_finish };

/* ---- waiting ---- */

static int poll_once(hn_pollfd *fds, uint32_t n, int ms)
{
	struct pollfd *p = xcalloc(n + 1u, sizeof *p);
	for (uint32_t i = 0; i < n; i++)
		p[i] = (struct pollfd){ .fd = fds[i].fd,
			.events = (short)((fds[i].events & HN_POLL_IN ? POLLIN : 0) | (fds[i].events & HN_POLL_OUT ? POLLOUT : 0)) };
	int ready = poll(p, n, ms);
	for (uint32_t i = 0; i < n; i++)
		fds[i].ready = (p[i].revents & (POLLIN | POLLHUP) ? HN_POLL_IN : 0) | (p[i].revents & POLLOUT ? HN_POLL_OUT : 0) |
			       (p[i].revents & (POLLERR | POLLNVAL) ? HN_POLL_ERR : 0);
	free(p);
	return ready;
}

/* Our programs read and print; then descriptors are looked at, those of others for a while. */
static int32_t wait_ready(struct call *c, hn_pollfd *fds, uint32_t n, int64_t timeout_ms)
{
	for (struct program *p = c->programs; p; p = p->next) {
		hear(c, p);
		print(c->world, p);
	}
	if (n && poll_once(fds, n, 0) > 0)
		return HN_WAIT_READY;
	int64_t most = c->programs || !n ? 0 : WAIT_MOST_MS;
	if (n && poll_once(fds, n, (int)(timeout_ms >= 0 && timeout_ms < most ? timeout_ms : most)) > 0)
		return HN_WAIT_READY;
	if (timeout_ms < 0) /* nothing will ever be ready */
		return host_refuse(c, "wait_for", host_fail(c, HN_ERR_TIMEOUT, "it waited for ever"));
	c->now += timeout_ms;
	return HN_WAIT_TIMEOUT;
}

static int32_t check_wait(hn_call *handle, hn_pollfd *fds, uint32_t n, int64_t timeout_ms)
{
	struct call *c = host_enter(handle, "wait_for()");
	if (!c)
		return HN_ERR_INTERRUPTED;
	host_hit(c, "wait_for()");
	int32_t code = c->cancelled ? host_refuse(c, "wait_for", HN_ERR_INTERRUPTED) : wait_ready(c, fds, n, timeout_ms);
	host_leave(c);
	return code;
}

static int64_t check_now(hn_call *handle)
{
	struct call *c = host_enter(handle, "now()");
	if (!c)
		return 0;
	int64_t now = c->now;
	host_leave(c);
	return now;
}

const hn_io check_io = { .struct_size = sizeof(hn_io), .wait_for = check_wait, .now = check_now };

/* ---- text and log ---- */

static void check_safe(hn_str in, uint32_t flags, void (*put)(void *ud, hn_str piece), void *ud)
{
	text_safe(in, flags, put, ud);
}

const hn_text check_text = { .struct_size = sizeof(hn_text), .safe = check_safe, .columns = text_columns };

static void check_line(hn_call *handle, uint32_t level, hn_str text)
{
	struct call *c = host_enter(handle, "line()");
	(void)level;
	if (!c)
		return;
	if (text.n && !text.p)
		breach(RULE_EVENTS, "a line of the log is NULL and has a length");
	host_leave(c);
}

const hn_log check_log = { .struct_size = sizeof(hn_log), .line = check_line };
