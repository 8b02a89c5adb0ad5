/* SPDX-License-Identifier: MIT */
/* frontend_ends: standard input and output of a frontend: a pipe with all that a user types, or a terminal on which it is typed. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "check/frontend.h"
#include "check/where.h"
#include "util/json.h"

static struct {
	int saved[3];
	off_t began[3];    /* how much the checker's own files held */
	int master;        /* the terminal's other side; -1: no terminal */
	pthread_t reader;
	struct buf shown;  /* what the terminal has shown */
} ends = { .master = -1 };

static _Noreturn void impossible(const char *what)
{
	skip_rule("%s: %s", what, strerror(errno));
	findings->done = 1;
	exit(0);
}

/* Puts fd in the place of a standard descriptor. */
static void put(int fd, int place)
{
	if (fd < 0 || dup2(fd, place) < 0)
		impossible("a descriptor cannot be made");
	close(fd);
}

/* ---- what is typed ---- */

/* An input as the way has it. A /command is one in both. */
static void add_input(const struct stage *s, const char *text, struct buf *out)
{
	if (s->way == WAY_JSON) {
		struct json_object *o = json_new_object();
		json_add_text(o, *text == '/' ? "command" : "say", str_of(text));
		json_write(o, out);
		json_object_put(o);
		buf_addc(out, '\n');
	} else {
		buf_addf(out, "%s%c", text, s->way == WAY_TERMINAL ? '\r' : '\n');
	}
}

static void write_all(int fd, hn_str text)
{
	where.host++;
	for (ssize_t n; text.n && (n = write(fd, text.p, text.n)) > 0; text.n -= (size_t)n)
		text.p += n;
	where.host--;
}

void ends_type(struct stage *s)
{
	struct buf line = BUF(BUF_NO_CAP);
	if (s->way != WAY_TERMINAL || ends.master < 0 || s->typed > STAGE_INPUTS)
		return;
	if (s->typed < STAGE_INPUTS && s->inputs[s->typed])
		add_input(s, s->inputs[s->typed++], &line);
	else
		buf_adds(&line, "\004");
	write_all(ends.master, buf_str(&line));
	buf_free(&line);
}

/* A pipe with all inputs and its end. */
static int open_pipe(const struct stage *s)
{
	struct buf text = BUF(BUF_NO_CAP);
	int fds[2];
	for (size_t i = 0; i < STAGE_INPUTS && s->inputs[i] && s->way != WAY_TERMINAL; i++)
		add_input(s, s->inputs[i], &text);
	if (pipe2(fds, O_CLOEXEC))
		impossible("pipe");
	write_all(fds[1], buf_str(&text));
	close(fds[1]);
	buf_free(&text);
	return fds[0];
}

/* ---- the terminal ---- */

static void *read_terminal(void *ud)
{
	char bytes[4096];
	(void)ud;
	where_ours();
	for (ssize_t n; (n = read(ends.master, bytes, sizeof bytes)) > 0 || (n < 0 && errno == EINTR);)
		buf_add(&ends.shown, bytes, n > 0 ? (size_t)n : 0);
	return NULL;
}

/* Standard input and output are a terminal that a thread reads. */
static void open_terminal(void)
{
	const struct winsize size = { .ws_row = 24, .ws_col = 80 };
	ends.master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (ends.master < 0 || grantpt(ends.master) || unlockpt(ends.master))
		impossible("there is no terminal");
	int slave = open(ptsname(ends.master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0 || ioctl(slave, TIOCSWINSZ, &size))
		impossible("there is no terminal");
	ends.shown = BUF(BUF_NO_CAP);
	put(dup(slave), STDIN_FILENO);
	put(slave, STDOUT_FILENO);
	if (pthread_create(&ends.reader, NULL, read_terminal, NULL))
		abort();
}

/* ---- both ---- */

void ends_open(struct stage *s)
{
	fflush(NULL);
	for (int fd = 0; fd < 3; fd++) {
		ends.saved[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 700);
		ends.began[fd] = lseek(fd, 0, SEEK_CUR);
	}
	s->output = BUF(BUF_NO_CAP);
	if (s->way == WAY_TERMINAL && !s->one_turn)
		open_terminal();
	else
		put(open_pipe(s), STDIN_FILENO);
	if (s->output_full)
		put(open("/dev/full", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
}

/* What a file of the checker's has got since. */
static void collect(struct stage *s, int fd)
{
	char bytes[4096];
	off_t at = ends.began[fd];
	for (ssize_t n; at >= 0 && (n = pread(fd, bytes, sizeof bytes, at)) > 0; at += n)
		buf_add(&s->output, bytes, (size_t)n);
}

void ends_close(struct stage *s)
{
	fflush(NULL);
	for (int fd = 0; fd < 3; fd++)
		put(ends.saved[fd], fd);
	if (ends.master >= 0) { /* the last of the other side is closed: its reader comes to the end */
		pthread_join(ends.reader, NULL);
		close(ends.master);
		ends.master = -1;
		buf_addstr(&s->output, buf_str(&ends.shown));
		buf_free(&ends.shown);
	}
	collect(s, 1);
	collect(s, 2);
}
