/* SPDX-License-Identifier: MIT */
/* my-plugin: a frontend that takes a line at a time and writes what comes of it. The reply goes to standard output, all else to
 * standard error. */
#include <errno.h>
#include <hobnob/easy.h>
#include <unistd.h>

#define LINE_MOST ((size_t)1 << 20) /* bytes of the longest line that is taken */

struct instance {
	const hn_session_api *api;
	const hn_text *text;
	hn_session *session;
	uint32_t flags; /* HN_START_* */
	int mid_line;   /* standard output stands in the middle of a line */
	int failed;     /* it cannot be written */
	char *line;     /* what has been read and not taken */
	size_t n, cap;
	int ended;      /* the input has */
};

/* ---- the life of an instance ---- */

static void destroy(void *self)
{
	struct instance *in = self;

	free(in->line);
	free(in);
}

static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	struct instance *in = calloc(1, sizeof *in);

	if (!in)
		return hn_failf(host, call, HN_ERR_PLUGIN, "out of memory");
	in->api = host->extension(HN_ID_SESSION);
	in->text = host->extension(HN_ID_TEXT);
	if (!in->api || !in->text) {
		destroy(in);
		return hn_failf(host, call, HN_ERR_PLUGIN, "this hobnob has no " HN_ID_SESSION " or no " HN_ID_TEXT);
	}
	*self = in;
	return HN_OK;
}

/* ---- output ---- */

/* Writes all of it, at once: a person waits for it. */
static void put(struct instance *in, int fd, hn_str bytes)
{
	while (bytes.n && !(in->failed && fd == STDOUT_FILENO)) {
		ssize_t n = write(fd, bytes.p, bytes.n);
		if (n >= 0) {
			bytes.p += n;
			bytes.n -= (size_t)n;
		} else if (errno == EAGAIN) {
			hn_pollfd full = { .fd = fd, .events = HN_POLL_OUT };
			if (in->api->wait_for(in->session, &full, 1, -1) >= 0)
				continue;
			in->failed |= fd == STDOUT_FILENO;
			return;
		} else if (errno != EINTR) {
			in->failed |= fd == STDOUT_FILENO;
			return;
		}
	}
}

static void put_out(void *ud, hn_str piece)
{
	put(ud, STDOUT_FILENO, piece);
}

static void put_err(void *ud, hn_str piece)
{
	put(ud, STDERR_FILENO, piece);
}

/* A piece of the reply: as it is for a program, made safe for a terminal. */
static void say(struct instance *in, hn_str text)
{
	if (!text.n)
		return;
	if (in->flags & HN_START_TTY_STDOUT)
		in->text->safe(text, 0, put_out, in);
	else
		put_out(in, text);
	in->mid_line = text.p[text.n - 1] != '\n';
}

static void end_line(struct instance *in)
{
	if (in->mid_line)
		put_out(in, hn_str_of("\n"));
	in->mid_line = 0;
}

/* A remark on standard error, one line. */
static void remark(struct instance *in, const char *lead, hn_str text)
{
	if (!text.n)
		return;
	if (in->flags & HN_START_TTY_STDOUT)
		end_line(in);
	put_err(in, hn_str_of(lead));
	in->text->safe(text, HN_TEXT_LINE, put_err, in);
	put_err(in, hn_str_of("\n"));
}

/* ---- what happens during a turn ---- */

/* A type that is not here is skipped, as are those of a later hobnob. */
static int32_t on_event(void *ud, const hn_session_event *event)
{
	struct instance *in = ud;

	switch (event->type) {
	case HN_ON_TEXT:
		say(in, event->text);
		break;
	case HN_ON_NOTICE:
		remark(in, "note: ", event->text);
		break;
	case HN_ON_RETRY:
		remark(in, "trying again: ", event->message);
		break;
	case HN_ON_RESULT:
		say(in, event->text);
		end_line(in);
		break;
	case HN_ON_DONE:
		end_line(in);
		break;
	case HN_ON_ERROR:
		end_line(in);
		remark(in, "error: ", event->message);
		remark(in, "  ", event->hint);
		break;
	default:
		break;
	}
	return in->failed ? HN_ERR_OUTPUT : HN_OK;
}

/* Runs the first message, with what is attached to it. */
static int32_t submit_first(struct instance *in, const hn_start *start)
{
	hn_input input = {
		.struct_size = sizeof input,
		.type = HN_INPUT_MESSAGE,
		.n_parts = start->n_parts,
		.part_stride = start->part_stride,
		.text = start->first,
		.parts = start->parts,
	};

	return in->api->submit(in->session, &input, on_event, in);
}

/* Runs a line, which may be a /command; an empty one is nothing. */
static void submit_line(struct instance *in, hn_str line)
{
	hn_input input = { .struct_size = sizeof input, .type = HN_INPUT_LINE, .text = line };

	if (line.n)
		in->api->submit(in->session, &input, on_event, in);
}

/* ---- input ---- */

/* Adds what is there to the line; the input ends where it cannot be read, or a line is too long. */
static void read_more(struct instance *in)
{
	ssize_t n;

	if (in->n == in->cap) {
		size_t cap = in->cap ? in->cap * 2 : 4096;
		char *line = cap <= LINE_MOST ? realloc(in->line, cap) : NULL;
		if (!line) {
			remark(in, "error: ", hn_str_of("a line is too long"));
			in->ended = 1;
			return;
		}
		in->line = line;
		in->cap = cap;
	}
	n = read(STDIN_FILENO, in->line + in->n, in->cap - in->n);
	if (n > 0)
		in->n += (size_t)n;
	else
		in->ended = n == 0 || (errno != EINTR && errno != EAGAIN);
}

/* Works on the whole lines that are there, and on the rest when the input has ended. */
static void take_lines(struct instance *in)
{
	hn_status now = { .struct_size = sizeof now };

	while (in->n && !now.leaving && !in->failed) {
		char *end = memchr(in->line, '\n', in->n);
		hn_str line = { in->line, end ? (size_t)(end - in->line) : in->n };
		size_t taken = line.n + (end != NULL);
		if (!end && !in->ended)
			return;
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		submit_line(in, line);
		in->n -= taken;
		memmove(in->line, in->line + taken, in->n);
		in->api->status(in->session, &now);
	}
}

static void prompt(struct instance *in)
{
	if (in->flags & HN_START_TTY_STDIN && in->flags & HN_START_TTY_STDERR)
		put_err(in, hn_str_of("> "));
}

/* Talks until the input ends or the user leaves. What run() returns. */
static int32_t converse(struct instance *in)
{
	hn_pollfd input = { .fd = STDIN_FILENO, .events = HN_POLL_IN };
	hn_status now = { .struct_size = sizeof now };

	for (;;) {
		int32_t waited;
		take_lines(in);
		in->api->status(in->session, &now);
		if (in->failed)
			return HN_ERR_OUTPUT;
		if (now.leaving)
			return HN_OK;
		if (in->ended)
			return now.last_turn;
		prompt(in);
		waited = in->api->wait_for(in->session, &input, 1, -1);
		if (waited == HN_WAIT_READY)
			read_more(in);
		else if (waited == HN_WAIT_FAILED)
			in->ended = 1;
		else if (waited == HN_WAIT_ENDING || (waited == HN_ERR_INTERRUPTED && !(in->flags & HN_START_TTY_STDIN)))
			return HN_ERR_INTERRUPTED;
		else
			remark(in, "", hn_str_of("(/exit or Ctrl-D leaves)"));
	}
}

/* One turn, or a conversation. */
static int32_t run(void *self, hn_session *session)
{
	struct instance *in = self;
	hn_start start = { .struct_size = sizeof start };
	int32_t code;

	in->session = session;
	in->api->start(session, &start);
	in->flags = start.flags;
	if (start.flags & (HN_START_ONE_TURN | HN_START_FIRST)) {
		code = submit_first(in, &start);
		if (start.flags & HN_START_ONE_TURN)
			return in->failed ? HN_ERR_OUTPUT : code;
	}
	return converse(in);
}

/* ---- what hobnob reads before it calls anything ---- */

static const hn_frontend frontend = {
	.struct_size = sizeof frontend,
	.create = create,
	.destroy = destroy,
	.run = run,
};

HN_PLUGIN_N(HN_TYPE_FRONTEND, frontend, NULL, 0, "my-plugin", "0.1", "a line at a time", "MIT")
