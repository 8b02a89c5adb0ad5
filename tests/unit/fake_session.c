/* SPDX-License-Identifier: MIT */
/* fake_session: plays a script to a frontend; see the header. */
#include "fake_session.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Aborts the test where the harness itself cannot go on. */
#define MUST(what)                     \
	do {                           \
		if (!(what)) {         \
			perror(#what); \
			abort();       \
		}                      \
	} while (0)

struct hn_session {
	struct fake fake; /* never used as a value: a session is a struct fake by another name */
};

/* One end of a pipe, and what goes through it on a thread of its own. */
struct channel {
	int fds[2];
	pthread_t thread;
	char *p; /* collected, or to be written */
	size_t n;
	int running;
	int ends; /* the pipe is closed when all is written */
};

struct fake_pipes {
	struct channel in, out, err;
	int saved[3];
};

/* The script behind a session. */
static struct fake *fake_of(hn_session *session)
{
	return &session->fake;
}

/* ---- pipes --------------------------------------------------------------------------------- */

/* Thread: collects what is written until the last writer is gone. */
static void *collect(void *ud)
{
	struct channel *c = ud;
	char chunk[4096];

	for (ssize_t n; (n = read(c->fds[0], chunk, sizeof chunk)) > 0;) {
		c->p = realloc(c->p, c->n + (size_t)n + 1);
		MUST(c->p);
		memcpy(c->p + c->n, chunk, (size_t)n);
		c->n += (size_t)n;
		c->p[c->n] = '\0';
	}
	return NULL;
}

/* Closes an end of a pipe, once. */
static void channel_shut(struct channel *c, int end)
{
	if (c->fds[end] >= 0)
		close(c->fds[end]);
	c->fds[end] = -1;
}

/* Thread: writes what is to be read. */
static void *supply(void *ud)
{
	struct channel *c = ud;

	for (size_t at = 0; at < c->n;) {
		ssize_t n = write(c->fds[1], c->p + at, c->n - at);
		if (n <= 0)
			break;
		at += (size_t)n;
	}
	if (c->ends)
		channel_shut(c, 1);
	return NULL;
}

/* Begins one channel, with `mine` as the frontend's descriptor `fd`. */
static void channel_open(struct channel *c, int fd, int end, int *saved)
{
	MUST(pipe2(c->fds, O_CLOEXEC) == 0);
	MUST((*saved = fcntl(fd, F_DUPFD_CLOEXEC, 10)) >= 0);
	MUST(dup2(c->fds[end], fd) == fd);
	close(c->fds[end]);
}

/* Fills standard output up, so that the frontend finds it full. */
static void fill(struct fake *f)
{
	char chunk[4096];

	memset(chunk, '#', sizeof chunk);
	MUST(fcntl(1, F_SETFL, fcntl(1, F_GETFL) | O_NONBLOCK) == 0);
	for (ssize_t n; (n = write(1, chunk, sizeof chunk)) > 0;)
		f->filler += (size_t)n;
	MUST(errno == EAGAIN);
}

/* Begins to collect what comes through a channel. */
static void channel_collect(struct channel *c)
{
	if (c->running || c->fds[0] < 0)
		return;
	c->running = 1;
	MUST(pthread_create(&c->thread, NULL, collect, c) == 0);
}

/* Waits for a channel's thread. */
static void channel_join(struct channel *c)
{
	if (c->running)
		pthread_join(c->thread, NULL);
	c->running = 0;
}

/* Standard output is a file, or has no reader. */
static void spoil_output(struct fake *f)
{
	struct channel *out = &f->pipes->out;
	int fd = f->out_file ? open(f->out_file, O_WRONLY | O_CLOEXEC) : -1;

	if (fd >= 0) {
		MUST(dup2(fd, 1) == 1);
		close(fd);
	}
	channel_shut(out, 0);
}

/* Puts pipes where the standard descriptors are. */
static void pipes_open(struct fake *f)
{
	struct fake_pipes *p = f->pipes = calloc(1, sizeof *p);
	MUST(p);

	fflush(NULL);
	signal(SIGPIPE, SIG_IGN);
	channel_open(&p->in, 0, 0, &p->saved[0]);
	channel_open(&p->out, 1, 1, &p->saved[1]);
	channel_open(&p->err, 2, 1, &p->saved[2]);
	channel_collect(&p->err);
	if (f->deaf || f->out_file)
		spoil_output(f);
	else if (f->full)
		fill(f);
	else
		channel_collect(&p->out);
}

/* The frontend's standard input ends once all is written. */
static void in_end(struct fake *f)
{
	struct channel *in = &f->pipes->in;

	channel_join(in);
	channel_shut(in, 1);
}

/* Begins to write standard input: short ones are there at once. */
static void in_begin(struct fake *f)
{
	struct channel *in = &f->pipes->in;
	const char *text = f->in ? f->in : "";

	in->n = f->in_n ? f->in_n : strlen(text);
	MUST((in->p = malloc(in->n + 1)));
	memcpy(in->p, text, in->n);
	in->ends = !f->keep_in;
	if (in->n < 60000) {
		supply(in);
		return;
	}
	in->running = 1;
	MUST(pthread_create(&in->thread, NULL, supply, in) == 0);
}

/* Puts the standard descriptors back; the collectors come to their ends. */
static void pipes_close(struct fake *f)
{
	struct fake_pipes *p = f->pipes;
	size_t filler = f->filler;

	channel_collect(&p->out);
	for (int i = 0; i < 3; i++) {
		MUST(dup2(p->saved[i], i) == i);
		close(p->saved[i]);
	}
	in_end(f);
	channel_join(&p->out);
	channel_join(&p->err);
	channel_shut(&p->out, 0);
	channel_shut(&p->err, 0);
	free(p->in.p);
	f->out_n = p->out.n - filler;
	f->out = calloc(1, f->out_n + 1);
	MUST(f->out);
	if (f->out_n)
		memcpy(f->out, p->out.p + filler, f->out_n);
	free(p->out.p);
	f->err = p->err.p ? p->err.p : calloc(1, 1);
	f->err_n = p->err.n;
	free(p);
	f->pipes = NULL;
}

/* ---- the session ------------------------------------------------------------------------- */

/* What the command line asked for. */
static void fake_start(hn_session *session, hn_start *out)
{
	struct fake *f = fake_of(session);

	out->flags = f->flags;
	if (f->first)
		out->first = (hn_str){ f->first, strlen(f->first) };
}

static int32_t fake_setting(hn_session *session, hn_str key, hn_str *value)
{
	struct fake *f = fake_of(session);

	*value = (hn_str){ NULL, 0 };
	for (size_t i = 0; f->settings[i]; i += 2)
		if (strlen(f->settings[i]) == key.n && !memcmp(f->settings[i], key.p, key.n)) {
			*value = (hn_str){ f->settings[i + 1], strlen(f->settings[i + 1]) };
			return 0;
		}
	return HN_ERR_USAGE;
}

/* Ends the turn at its next step; with none running, the next wait. */
static void fake_cancel(hn_session *session)
{
	struct fake *f = fake_of(session);

	f->cancels++;
	f->cancelled = 1;
}

/* The frontend's wait: the script's answers first, then poll(2), never for longer than ten
 * seconds. */
static int32_t fake_wait(hn_session *session, hn_pollfd *fds, uint32_t n, int64_t timeout_ms)
{
	struct fake *f = fake_of(session);
	struct pollfd p[4];

	if (n && fds[0].events & HN_POLL_OUT) {
		f->out_waits++;
		channel_collect(&f->pipes->out);
	}
	if (f->waits[f->wait]) {
		int32_t said = f->waits[f->wait++];
		if (said == HN_WAIT_FAILED)
			errno = ENOMEM;
		if (said != FAKE_POLL)
			return said;
	}
	if (f->cancelled && !f->running) {
		f->cancelled = 0;
		return HN_ERR_INTERRUPTED;
	}
	for (uint32_t i = 0; i < n; i++)
		p[i] = (struct pollfd){
			.fd = fds[i].fd,
			.events = fds[i].events & HN_POLL_OUT ? POLLOUT : POLLIN,
		};
	int ready = poll(p, n, timeout_ms < 0 ? 10000 : (int)timeout_ms);
	if (!ready && timeout_ms < 0)
		return HN_WAIT_ENDING; /* a test that hangs comes to an end */
	for (uint32_t i = 0; i < n; i++)
		fds[i].ready = p[i].revents ? fds[i].events : 0;
	return ready > 0 ? HN_WAIT_READY : HN_WAIT_TIMEOUT;
}

/* Notes what is to be watched. */
static void fake_watch(hn_session *session, int32_t fd, void (*on_readable)(void *ud), void *ud)
{
	struct fake *f = fake_of(session);

	f->watched = fd >= 0;
	f->on_readable = on_readable;
	f->readable_ud = ud;
}

/* Lets the frontend read once, as soon as there is something. */
static void let_read(struct fake *f)
{
	struct pollfd p = { .fd = 0, .events = POLLIN };

	if (f->watched && poll(&p, 1, 10000) > 0)
		f->on_readable(f->readable_ud);
}

/* A step that is no event. */
static void take_step(struct fake *f, const fake_step *step)
{
	switch (step->type) {
	case FAKE_WATCH:
		let_read(f);
		break;
	case FAKE_FEED:
		MUST(write(f->pipes->in.fds[1], step->text.p, step->text.n) ==
			(ssize_t)step->text.n);
		break;
	case FAKE_HUP:
		in_end(f);
		break;
	case FAKE_LEAVE:
		f->leaving = 1;
		break;
	default:
		break;
	}
}

/* Keeps what was submitted. */
static void keep(struct fake *f, const hn_input *input)
{
	if (f->n_inputs == sizeof f->inputs / sizeof *f->inputs)
		return;
	size_t i = f->n_inputs++;
	f->inputs[i].kind = input->type;
	f->inputs[i].flags = input->flags;
	f->inputs[i].n = input->text.n;
	MUST((f->inputs[i].text = calloc(1, input->text.n + 1)));
	if (input->text.n)
		memcpy(f->inputs[i].text, input->text.p, input->text.n);
}

/* The closing event of a turn that was cancelled, or had no script. */
static const hn_session_event *closing(int cancelled)
{
	static const hn_session_event cut = {
		.struct_size = sizeof cut,
		.type = HN_ON_DONE,
		.finish = HN_FINISH_INTERRUPTED,
		.ttft_ms = -1,
		.total_ms = 5,
		.cost = -1,
		.text = FAKE_STR("cut"),
	};
	static const hn_session_event done = {
		.struct_size = sizeof done,
		.type = HN_ON_DONE,
		.finish = HN_FINISH_STOP,
		.ttft_ms = -1,
		.total_ms = 5,
		.cost = -1,
	};

	return cancelled ? &cut : &done;
}

/* 1 if it ends an input. */
static int is_closing(uint32_t type)
{
	return type >= HN_ON_RESULT && type <= HN_ON_ERROR;
}

static int interrupted(const fake_step *step)
{
	return step->type == HN_ON_DONE && step->finish == HN_FINISH_INTERRUPTED;
}

/* Plays one turn up to its closing event. What submit() returns. */
static int32_t play(struct fake *f, const fake_step *step, hn_on_event on_event, void *ud)
{
	for (; step && step->type; step++) {
		if (f->cancelled)
			break;
		if (step->type >= FAKE_WATCH) {
			take_step(f, step);
			continue;
		}
		int32_t code = on_event(ud, step);
		if (is_closing(step->type))
			return step->type == HN_ON_ERROR ? step->code : interrupted(step) ? HN_ERR_INTERRUPTED : 0;
		if (code < 0)
			return code;
	}
	on_event(ud, closing(f->cancelled));
	return f->cancelled ? HN_ERR_INTERRUPTED : 0;
}

/* Works on one input by the script. */
static int32_t fake_submit(
	hn_session *session, const hn_input *input, hn_on_event on_event, void *ud)
{
	struct fake *f = fake_of(session);
	size_t n = sizeof f->turns / sizeof *f->turns;

	keep(f, input);
	f->running = 1;
	int32_t code = play(f, f->turn < n ? f->turns[f->turn] : NULL, on_event, ud);
	f->turn++;
	f->running = 0;
	f->cancelled = 0;
	if (input->type == HN_INPUT_MESSAGE || input->text.p[0] != '/')
		f->last_turn = code == HN_ERR_INTERRUPTED ? 0 : code;
	return code;
}

/* How things stand. */
static void fake_status(hn_session *session, hn_status *out)
{
	struct fake *f = fake_of(session);

	out->last_turn = f->last_turn;
	out->leaving = (uint32_t)f->leaving;
	if (f->session)
		out->session = (hn_str){ f->session, strlen(f->session) };
}

/* Two words that begin with "/s". */
static void fake_complete(hn_session *session, hn_str line, size_t cursor,
	void (*put)(void *ud, hn_str word, hn_str help), void *ud)
{
	(void)session;
	if (cursor < 2 || memcmp(line.p, "/s", 2))
		return;
	put(ud, (hn_str)FAKE_STR("/stats"), (hn_str)FAKE_STR("tokens and cost"));
	put(ud, (hn_str)FAKE_STR("/system"), (hn_str)FAKE_STR("the system prompt"));
}

/* ---- the host ---------------------------------------------------------------------------- */

/* Shows controls as ^X, newlines too where they may not stand. */
static void fake_safe(hn_str in, uint32_t flags, void (*put)(void *ud, hn_str piece), void *ud)
{
	for (size_t i = 0; i < in.n; i++) {
		char shown[2] = { '^', (char)(in.p[i] + '@') };
		int control =
			(unsigned char)in.p[i] < ' ' && (in.p[i] != '\n' || flags & HN_TEXT_LINE);
		put(ud, control ? (hn_str){ shown, 2 } : (hn_str){ in.p + i, 1 });
	}
}

static struct fake *current; /* the one that runs: a host's functions have no argument for it */

/* The services of this host. */
static const void *fake_extension(const char *id)
{
	static const hn_session_api session = {
		.setting = fake_setting,
		.struct_size = sizeof session,
		.start = fake_start,
		.submit = fake_submit,
		.cancel = fake_cancel,
		.wait_for = fake_wait,
		.watch = fake_watch,
		.status = fake_status,
		.complete = fake_complete,
	};
	static const hn_text text = { .struct_size = sizeof text, .safe = fake_safe };

	if (current->missing && !strcmp(id, current->missing))
		return NULL;
	return !strcmp(id, HN_ID_SESSION) ? (const void *)&session
	       : !strcmp(id, HN_ID_TEXT)  ? &text
				       : NULL;
}

/* Keeps what create() failed with. */
static int32_t fake_fail(hn_call *call, const hn_error *error)
{
	(void)call;
	snprintf(current->failed, sizeof current->failed, "%.*s", (int)error->message.n,
		error->message.p);
	return error->code;
}

/* Every option of a frontend is a number, and this is it. */
static int32_t fake_option(hn_call *call, const char *key, hn_value *out)
{
	(void)call;
	(void)key;
	out->type = HN_OPT_INT;
	out->i = 10;
	out->is_set = 1;
	return 0;
}

/* Makes, runs and destroys the frontend that this program is linked with. */
int32_t fake_run(struct fake *f)
{
	static const hn_host host = {
		.struct_size = sizeof host,
		.extension = fake_extension,
		.fail = fake_fail,
		.option = fake_option,
	};
	const hn_frontend *frontend = hobnob_plugin_v1()->vtable;
	void *self = NULL;

	current = f;
	int32_t code = frontend->create(&host, NULL, &self);
	if (code)
		return code;
	pipes_open(f);
	in_begin(f);
	code = frontend->run(self, (hn_session *)f);
	frontend->destroy(self);
	pipes_close(f);
	return code;
}

/* Frees what a run left. */
void fake_free(struct fake *f)
{
	for (size_t i = 0; i < f->n_inputs; i++)
		free(f->inputs[i].text);
	free(f->out);
	free(f->err);
	f->n_inputs = 0;
	f->out = f->err = NULL;
}
