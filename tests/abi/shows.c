/* SPDX-License-Identifier: MIT */
/*
 * shows: a frontend of plain lines that keeps every rule, but the one that its option `breaks` names.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hobnob/easy.h"

#define LINE_MOST 65536

struct shows {
	const hn_session_api *api;
	const hn_text *text;
	hn_session *session;
	char *breaks;
	int32_t failed;     /* HN_ERR_OUTPUT once standard output failed */
	const char *kept;   /* a text that it had borrowed */
	size_t had;         /* bytes in `line` */
	char line[LINE_MOST];
};

static int breaks(const struct shows *s, const char *what)
{
	return !strcmp(s->breaks, what);
}

/* ---- output ---- */

static void put(void *ud, hn_str piece)
{
	struct shows *s = ud;

	while (piece.n && !s->failed) {
		ssize_t n = write(STDOUT_FILENO, piece.p, piece.n);
		if (n < 0 && errno != EINTR)
			s->failed = breaks(s, "output-fails") ? 0 : HN_ERR_OUTPUT;
		if (n <= 0)
			return;
		piece.p += n;
		piece.n -= (size_t)n;
	}
}

static void show(struct shows *s, hn_str text)
{
	if (breaks(s, "terminal-safe"))
		put(s, text);
	else
		s->text->safe(text, 0, put, s);
}

/* ---- events ---- */

static int32_t on_event(void *ud, const hn_session_event *e);

static void submit(struct shows *s, hn_str text)
{
	hn_input input = { .struct_size = sizeof input, .type = HN_INPUT_LINE, .text = text };

	if (breaks(s, "struct-sizes"))
		input.struct_size = 0;
	s->api->submit(s->session, &input, on_event, s);
	if (breaks(s, "borrowed") && s->kept)
		show(s, (hn_str){ s->kept, 1 });
	show(s, hn_str_of("\n"));
}

/* Another thread, while submit() runs here. */
static void *ask_status(void *ud)
{
	struct shows *s = ud;
	hn_status status = { .struct_size = sizeof status };

	if (breaks(s, "session-thread submit"))
		submit(s, hn_str_of("once more"));
	else
		s->api->status(s->session, &status);
	return NULL;
}

static void disturb(struct shows *s)
{
	pthread_t thread;

	if (!pthread_create(&thread, NULL, ask_status, s))
		pthread_join(thread, NULL);
}

static void overflow(hn_str text)
{
	volatile char small[4096];

	for (size_t i = 0; i < text.n; i++)
		small[i % (sizeof small * (text.n > sizeof small ? 1u << 20 : 1))] = text.p[i];
}

static int32_t on_event(void *ud, const hn_session_event *e)
{
	struct shows *s = ud;

	if (breaks(s, "submit-nested") && e->type == HN_ON_START)
		submit(s, hn_str_of("once more"));
	if ((breaks(s, "session-thread") || breaks(s, "session-thread submit")) && e->type == HN_ON_START)
		disturb(s);
	if (breaks(s, "growth-host") && e->struct_size != sizeof *e)
		show(s, hn_str_of("?"));
	if (breaks(s, "unknown-skipped") && e->type > HN_ON_PART)
		show(s, hn_str_of("?"));
	if (breaks(s, "events-any") && e->type == HN_ON_ERROR)
		return HN_ERR_PERMISSION;
	if (breaks(s, "events-any huge") && e->type == HN_ON_DONE)
		overflow(e->text);
	if (e->type == HN_ON_TEXT) {
		show(s, e->text);
		s->kept = e->text.p;
	}
	if (e->type == HN_ON_ERROR)
		show(s, e->message);
	return s->failed;
}

/* ---- input ---- */

/* What a wait means: 1 to go on, else what run() returns. */
static int32_t heed(struct shows *s, int32_t waited)
{
	if (waited == HN_WAIT_ENDING && breaks(s, "ending"))
		return 0;
	if (waited == HN_WAIT_ENDING && breaks(s, "ending slowly"))
		usleep(400000);
	if (waited == HN_ERR_INTERRUPTED && breaks(s, "interrupted"))
		return 0;
	return waited >= 0 ? 1 : HN_ERR_INTERRUPTED;
}

/* Reads more. 1, 0: there is no more, or negative. */
static int32_t read_more(struct shows *s)
{
	hn_pollfd fd = { .fd = STDIN_FILENO, .events = HN_POLL_IN };
	int32_t next = heed(s, s->api->wait_for(s->session, &fd, 1, -1));
	ssize_t n;

	if (next != 1)
		return next;
	n = read(STDIN_FILENO, s->line + s->had, sizeof s->line - s->had);
	s->had += n > 0 ? (size_t)n : 0;
	return n > 0;
}

static int is_leaving(const struct shows *s)
{
	hn_status status = { .struct_size = sizeof status };

	s->api->status(s->session, &status);
	return status.leaving && !breaks(s, "ending by command");
}

/* Submits the first line that is there. 0: there is none. */
static int take_line(struct shows *s)
{
	const char *end = memchr(s->line, '\n', s->had);
	char line[LINE_MOST];
	size_t n;

	if (!end)
		return 0;
	n = (size_t)(end - s->line);
	memcpy(line, s->line, n);
	s->had -= n + 1;
	memmove(s->line, end + 1, s->had);
	if (!(breaks(s, "runs lines") && !memcmp(line, "two", 3)))
		submit(s, (hn_str){ line, n });
	return 1;
}

static int32_t converse(struct shows *s)
{
	int32_t more = 1;

	while (!s->failed) {
		if (take_line(s)) {
			if (is_leaving(s))
				return 0;
			continue;
		}
		more = read_more(s);
		if (more != 1)
			return more;
	}
	return s->failed;
}

/* ---- what it does to the process ---- */

static void *stay(void *ud)
{
	for (;;)
		pause();
	return ud;
}

/* Opens another conversation, talks in it, and ends it. */
static void talk_beside(const struct shows *s)
{
	const hn_open how = { .struct_size = sizeof how, .flags = HN_OPEN_UNKEPT };
	struct shows beside = *s;
	hn_error why = { .struct_size = sizeof why };

	if (s->api->session_new(s->session, &how, &beside.session, &why))
		return;
	submit(&beside, hn_str_of("beside"));
	s->api->session_end(beside.session);
}

static void misbehave(const struct shows *s)
{
	pthread_t thread;
	hn_session *other;

	if (breaks(s, "signals"))
		signal(SIGINT, SIG_IGN);
	if (breaks(s, "locale"))
		setlocale(LC_ALL, "C.UTF-8");
	if (breaks(s, "cwd") && chdir("/"))
		return;
	if (breaks(s, "environment"))
		setenv("SHOWS", "1", 1);
	if (breaks(s, "fds") && open("/dev/null", O_RDONLY) < 0)
		return;
	if (breaks(s, "threads") && pthread_create(&thread, NULL, stay, NULL))
		return;
	if (breaks(s, "no-exit"))
		exit(0);
	if (breaks(s, "nothing"))
		talk_beside(s);
	if (breaks(s, "session-ends"))
		s->api->session_new(s->session, NULL, &other, NULL);
	if (breaks(s, "session-ends own"))
		s->api->session_end(s->session);
}

static int32_t run(void *self, hn_session *session)
{
	struct shows *s = self;
	hn_start start = { .struct_size = sizeof start };
	int32_t code;

	s->session = session;
	s->api->start(session, &start);
	misbehave(s);
	if (breaks(s, "runs code"))
		return 5;
	if (!(start.flags & HN_START_ONE_TURN))
		return converse(s);
	submit(s, start.first);
	if (breaks(s, "runs twice"))
		submit(s, start.first);
	hn_status status = { .struct_size = sizeof status };
	s->api->status(session, &status);
	code = status.last_turn;
	return s->failed ? s->failed : code;
}

/* ---- the plugin ---- */

static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	hn_str how = hn_option_text(host, call, "breaks");
	struct shows *s = calloc(1, sizeof *s);

	if (hn_same(how, "no-print"))
		printf("shows is here\n");
	if (hn_same(how, "malloc-fails")) {
		volatile char *unheeded = malloc(64);
		unheeded[0] = 0; /* NOLINT: that is the fault */
		free((void *)(uintptr_t)unheeded);
	}
	if (!s || !(s->breaks = hn_copy(how))) {
		free(s);
		return hn_failf(host, call, HN_ERR_PLUGIN, "out of memory");
	}
	s->api = host->extension(HN_ID_SESSION);
	s->text = host->extension(HN_ID_TEXT);
	if ((!s->api || !s->text) && !breaks(s, "growth-plugin")) {
		free(s->breaks);
		free(s);
		return hn_failf(host, call, HN_ERR_PLUGIN, "this host lacks a service");
	}
	*self = s;
	return 0;
}

static void destroy(void *self)
{
	struct shows *s = self;

	if (!breaks(s, "create-destroy"))
		free(s->breaks);
	free(s);
}

static const hn_frontend frontend = { .struct_size = sizeof frontend, .create = create, .destroy = destroy, .run = run };

static const hn_option options[] = {
	HN_OPTION(HN_OPT_STRING, 0, "breaks", "nothing", "the rule that it breaks"),
};

HN_PLUGIN(HN_TYPE_FRONTEND, frontend, options, "shows", "0.1", "shows lines", "MIT")
