/* SPDX-License-Identifier: MIT */
/*
 * suggest_edit: a command is edited in its place by edit-line, a program of its own: the core links no readline.
 *
 * The program has the terminal, gets the text as its argument, and writes what became of it to a pipe. Ctrl-C ends it, and the text
 * stays as it was; hobnob ignores it meanwhile. Ctrl-Z and Ctrl-\ are no keys here: they would stop or end hobnob first, and the shell would
 * have the terminal before the editor puts it back.
 */
#include "cli/suggest.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "call/kind.h"
#include "cli/output.h"
#include "util/child.h"
#include "util/command.h"
#include "util/eintr.h"
#include "util/mem.h"

static char *program_of(const struct suggestion *s)
{
	return xasprintf("%s/edit-line", s->rt->paths.libexec);
}

int suggest_can_edit(const struct suggestion *s)
{
	char *program = program_of(s);
	int there = !access(program, X_OK);
	free(program);
	return there;
}

/* Starts the editor; what it leaves comes from *from. 0, or an errno. */
static int start(const struct suggestion *s, char *program, const struct buf *text, pid_t *pid, int *from)
{
	char end[] = "--", *argv[] = { program, end, xmemdup0(text->p, text->n), NULL };
	posix_spawn_file_actions_t files;
	int ends[2];
	if (pipe2(ends, O_CLOEXEC)) {
		free(argv[2]);
		return errno;
	}
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, s->tty, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, s->tty, STDERR_FILENO);
	int error = child_start(pid, argv, &files);
	posix_spawn_file_actions_destroy(&files);
	free(argv[2]);
	close(ends[1]);
	if (error)
		close(ends[0]);
	*from = ends[0];
	return error;
}

/* Reads what it leaves, to its end. 0, or HN_ERR_INTERRUPTED: the program has to end. */
static int32_t receive(const struct suggestion *s, int from, struct buf *out)
{
	hn_call call;
	int32_t code = 0;
	ssize_t n = 1;
	call_init(&call, &s->rt->task->cancel, s->rt->clock, s->rt->log);
	while (!code && n > 0) {
		hn_pollfd fd = { .fd = from, .events = HN_POLL_IN };
		char piece[4096];
		int32_t waited = call_wait(&call, &fd, 1, -1);
		code = waited < 0 ? HN_ERR_INTERRUPTED : 0;
		n = code ? 0 : read(from, piece, sizeof piece);
		if (n > 0)
			buf_add(out, piece, (size_t)n);
	}
	call_end(&call);
	return code;
}

/* Takes what was left, unless the user gave up; then the cursor still stands in the text. */
static void take(const struct suggestion *s, int status, const struct buf *left, struct buf *edited)
{
	struct fault f = { 0 };
	if (status)
		eintr_write(s->tty, "\n", 1);
	else
		command_trim(buf_str(left), edited, &f);
	fault_free(&f);
}

/* Lets the editor work. 0, or an exit status. */
static int wait_for(const struct suggestion *s, pid_t pid, int from, struct buf *edited)
{
	struct buf left = BUF(2 * COMMAND_MOST);
	int status = 0;
	int32_t code = receive(s, from, &left);
	if (code) /* it puts the terminal back, and ends */
		child_signal(pid, SIGTERM, &status);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (!code)
		take(s, status, &left, edited);
	buf_free(&left);
	return kind_exit(code);
}

int suggest_edit(const struct suggestion *s, const struct buf *text, struct buf *edited)
{
	char *program = program_of(s);
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	struct termios modes, unstopped;
	pid_t pid;
	int from = -1, known = !tcgetattr(s->tty, &modes);
	if (known) {
		unstopped = modes;
		unstopped.c_cc[VSUSP] = unstopped.c_cc[VQUIT] = _POSIX_VDISABLE;
		tcsetattr(s->tty, TCSADRAIN, &unstopped);
	}
	sigaction(SIGINT, &ignore, &before);
	int error = start(s, program, text, &pid, &from);
	int status = error ? cli_error(s->rt, HN_ERR_CONFIG, NULL, "%s: %s", program, strerror(error)) : wait_for(s, pid, from, edited);
	if (!error)
		close(from);
	sigaction(SIGINT, &before, NULL);
	if (known)
		tcsetattr(s->tty, TCSADRAIN, &modes);
	free(program);
	return status;
}
