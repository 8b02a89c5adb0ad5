/* SPDX-License-Identifier: MIT */
/*
 * run: one run of the program.
 *
 * It is written to and read from in one loop: a program may answer before it has read everything, and neither side then
 * waits for the other.
 */
#include "run.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "asked.h"
#include "heard.h"

#include "util/buf.h"
#include "util/utf8.h"

#define LINE_MOST ((size_t)1 << 20)
#define TOTAL_MOST ((size_t)64 << 20)
#define ERRORS_KEPT 4096 /* the last bytes of its standard error */
#define LAST_MS 1000     /* for what may follow a finish, or the end of its output */
#define GRACE_MS 1000

struct run {
	const struct exec *exec;
	hn_call *call;
	hn_child child;
	struct buf request;
	size_t written;
	struct buf lines; /* what has come of the line that is incomplete */
	size_t total;
	struct buf errors;
	int64_t deadline;
	int output_ended, errors_ended, is_last;
	struct heard heard;
};

/* ---- what goes to it ---- */

/* Writes what fits. A program that closes its input wants no more of it. */
static int32_t write_some(struct run *r)
{
	ssize_t n = write(r->child.input, r->request.p + r->written, r->request.n - r->written);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	r->written = n < 0 ? r->request.n : r->written + (size_t)n;
	return r->written < r->request.n ? 0 : r->exec->process->close_input(r->call, &r->child);
}

/* ---- what comes of it ---- */

/* Bytes that are there; 0 at the end, -1 if there are none now. */
static ssize_t read_some(int fd, char *piece, size_t room)
{
	ssize_t n = read(fd, piece, room);

	return n < 0 && errno != EAGAIN && errno != EINTR ? 0 : n;
}

/* The time begins anew with each line; the last one does not. */
static void wait_from_now(struct run *r)
{
	int64_t now = r->exec->io->now(r->call);

	if (r->is_last)
		return;
	r->is_last = r->heard.finished || r->output_ended;
	r->deadline = now + (r->is_last ? LAST_MS : r->exec->timeout_ms);
}

static int32_t hear_lines(struct run *r)
{
	size_t from = 0;
	const char *end;
	int32_t rc = 0;

	while (!rc && (end = memchr(r->lines.p + from, '\n', r->lines.n - from))) {
		size_t n = (size_t)(end - r->lines.p) - from;

		rc = n > LINE_MOST ? heard_refuse(&r->heard, "line %zu is longer than 1 MiB", r->heard.line + 1)
				   : heard_line(&r->heard, (hn_str){ r->lines.p + from, n });
		from += n + 1;
		wait_from_now(r);
	}
	buf_eat(&r->lines, from);
	if (!rc && r->lines.n > LINE_MOST)
		rc = heard_refuse(&r->heard, "line %zu is longer than 1 MiB", r->heard.line + 1);
	return rc;
}

static int32_t read_output(struct run *r)
{
	char piece[65536];
	ssize_t n = read_some(r->child.output, piece, sizeof piece);

	if (n < 0)
		return 0;
	r->output_ended = n == 0;
	if (r->output_ended) {
		wait_from_now(r);
		return 0;
	}
	r->total += (size_t)n;
	if (r->total > TOTAL_MOST)
		return heard_refuse(&r->heard, "more than 64 MiB");
	buf_add(&r->lines, piece, (size_t)n);
	return hear_lines(r);
}

static void read_errors(struct run *r)
{
	char piece[ERRORS_KEPT];
	ssize_t n = read_some(r->child.errors, piece, sizeof piece);

	r->errors_ended |= n == 0;
	if (n <= 0)
		return;
	buf_add(&r->errors, piece, (size_t)n);
	if (r->errors.n > ERRORS_KEPT)
		buf_eat(&r->errors, r->errors.n - ERRORS_KEPT);
}

/* Nothing came for so long. */
static int32_t too_long(const struct run *r)
{
	const struct exec *e = r->exec;

	return exec_fail(e, r->call, HN_ERR_TIMEOUT, "raise timeout_ms of the instance, or let the program print progress",
		"the program \"%.*s\" printed no line for %lld ms", (int)e->command[0].n, e->command[0].p,
		(long long)e->timeout_ms);
}

/* Waits once, and serves what is ready. 1: all has come. */
static int32_t serve(struct run *r)
{
	int32_t rc;
	int64_t left = r->deadline - r->exec->io->now(r->call);
	hn_pollfd fds[] = {
		{ .fd = r->output_ended ? -1 : r->child.output, .events = HN_POLL_IN },
		{ .fd = r->errors_ended ? -1 : r->child.errors, .events = HN_POLL_IN },
		{ .fd = r->child.input, .events = HN_POLL_OUT },
	};

	rc = r->exec->io->wait_for(r->call, fds, 3, left > 0 ? left : 0);
	if (rc == HN_WAIT_TIMEOUT)
		return r->is_last ? 1 : too_long(r);
	if (rc < 0)
		return rc;
	if (fds[1].ready)
		read_errors(r);
	rc = fds[2].ready ? write_some(r) : 0;
	if (!rc && fds[0].ready)
		rc = read_output(r);
	return rc ? rc : r->output_ended && r->errors_ended;
}

/* A last line may lack its newline. What is only half there counts for nothing: its end says why. */
static int32_t hear_rest(struct run *r)
{
	const char *p = r->lines.p;
	size_t n = r->lines.n;

	while (n && (p[n - 1] == ' ' || p[n - 1] == '\r' || p[n - 1] == '\t'))
		n--;
	if (!n || p[n - 1] != '}')
		return 0;
	buf_addc(&r->lines, '\n');
	return hear_lines(r);
}

static int32_t listen_to(struct run *r)
{
	int32_t rc = 0;

	wait_from_now(r);
	while (!rc)
		rc = serve(r);
	return rc < 0 ? rc : hear_rest(r);
}

/* ---- its end ---- */

/* The last line that says something; empty if none does. */
static hn_str last_line(hn_str text)
{
	size_t from;

	while (text.n && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r' || text.p[text.n - 1] == ' '))
		text.n--;
	from = text.n;
	while (from && text.p[from - 1] != '\n')
		from--;
	return (hn_str){ text.p ? text.p + from : NULL, text.n - from };
}

/* Shows its standard error with -v, line by line. */
static void log_errors(const struct run *r)
{
	hn_str rest = buf_str(&r->errors);

	while (rest.n) {
		const char *end = memchr(rest.p, '\n', rest.n);
		size_t n = end ? (size_t)(end - rest.p) : rest.n;
		r->exec->log->line(r->heard.call, 1, (hn_str){ rest.p, n });
		rest = end ? (hn_str){ end + 1, rest.n - n - 1 } : (hn_str){ 0 };
	}
}

/* How it ended, if not well: "ended with exit status 3". */
static void describe_end(const struct run *r, struct buf *out)
{
	if (r->child.flags & HN_CHILD_STOPPED)
		return;
	if (r->child.killed_by)
		buf_addf(out, "was ended by signal %d", (int)r->child.killed_by);
	else if (r->child.status > 0)
		buf_addf(out, "ended with exit status %d", (int)r->child.status);
}

/* It failed: in its own words, of which the last line is the reason. */
static int32_t fail_by_end(const struct run *r, hn_str how, hn_str errors)
{
	const struct exec *e = r->exec;
	hn_str why = last_line(errors);
	struct buf hint = BUF(BUF_NO_CAP);
	int32_t rc;

	if (why.n && why.p > errors.p) {
		buf_adds(&hint, "it wrote to standard error:\n");
		buf_add(&hint, errors.p, (size_t)(why.p - errors.p) + why.n);
	}
	if (!why.n)
		buf_adds(&hint, "it wrote nothing to standard error; run it by hand, with a request as `hobnob -vv` shows it");
	rc = exec_fail(e, r->call, HN_ERR_PLUGIN, hint.p, "the program \"%.*s\" %.*s%s%.*s", (int)e->command[0].n,
		e->command[0].p, (int)how.n, how.p, why.n ? ": " : "", (int)why.n, why.n ? why.p : "");
	buf_free(&hint);
	return rc;
}

/* A reply that is complete stands; how the program ended after it is a remark. */
static int32_t remark(const struct run *r, hn_str how)
{
	struct buf text = BUF(BUF_NO_CAP);
	hn_event e = { .struct_size = sizeof e, .type = HN_EV_NOTICE };
	int32_t rc;

	if (!how.n)
		return 0;
	buf_addf(&text, "the reply is complete, but the program %.*s", (int)how.n, how.p);
	e.text = buf_str(&text);
	rc = r->exec->host->emit(r->call, &e);
	buf_free(&text);
	return rc;
}

static int32_t truncated(const struct run *r)
{
	const struct exec *e = r->exec;
	const char *how = r->lines.n                           ? "ended in the middle of a line" :
			  r->child.flags & HN_CHILD_STOPPED ? "closed its output without the event finish" :
							      "ended without the event finish";

	return exec_fail(e, r->call, HN_ERR_TRUNCATED, NULL, "the program \"%.*s\" %s", (int)e->command[0].n,
		e->command[0].p, how);
}

static int32_t judge(const struct run *r)
{
	struct buf how = BUF(BUF_NO_CAP), errors = BUF(BUF_NO_CAP);
	int32_t rc;

	describe_end(r, &how);
	utf8_clean(buf_str(&r->errors), &errors);
	if (r->heard.finished)
		rc = remark(r, buf_str(&how));
	else if (how.n)
		rc = fail_by_end(r, buf_str(&how), buf_str(&errors));
	else
		rc = truncated(r);
	buf_free(&how);
	buf_free(&errors);
	return rc;
}

static int32_t start(struct run *r)
{
	const struct exec *e = r->exec;
	hn_program program = {
		.struct_size = sizeof program,
		.n_args = e->n_command,
		.n_env = e->n_env,
		.args = e->command,
		.env = e->env,
		.secret_name = e->secret_name,
		.secret = e->secret,
	};

	return e->process->spawn(r->call, &program, &r->child);
}

int32_t run_ask(const struct exec *e, hn_call *call, const hn_request *req)
{
	struct run r = {
		.exec = e,
		.call = call,
		.child = { .struct_size = sizeof r.child },
		.request = BUF(BUF_NO_CAP),
		.lines = BUF(BUF_NO_CAP),
		.errors = BUF(BUF_NO_CAP),
		.heard = { .exec = e, .call = call },
	};
	int32_t rc = start(&r);

	if (rc)
		return rc;
	asked_write(req, &r.request);
	e->log->line(call, 2, buf_str(&r.request));
	rc = listen_to(&r);
	e->process->finish(call, &r.child, rc ? 0 : LAST_MS, GRACE_MS);
	log_errors(&r);
	if (!rc)
		rc = judge(&r);
	buf_free(&r.request);
	buf_free(&r.lines);
	buf_free(&r.errors);
	return rc;
}
