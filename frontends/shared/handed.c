/* SPDX-License-Identifier: MIT */
/* handed: runs the program on a text; see the header. */
#include "shared/handed.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/regain.h"
#include "shared/rendered.h"
#include "shared/typing.h"
#include "util/child.h"
#include "util/fed.h"

#define LOOK_MS 10 /* between two looks whether it still runs */
#define WAY_OUT "/set -u render_command shows replies without it"

int handed_wanted(const struct services *services, hn_session *session, uint32_t flags)
{
	if ((flags & (HN_START_TTY_STDOUT | HN_START_DUMB)) != HN_START_TTY_STDOUT)
		return 0;
	return rendered_wanted(services, session, flags) && services_setting(services, session, "render_command").n > 0;
}

static void append(void *out, hn_str piece)
{
	buf_addstr(out, piece);
}

/* The file that the program reads: the text, made safe; NULL with errno. */
static FILE *input_of(const struct services *services, hn_str text)
{
	struct buf safe = BUF(BUF_NO_CAP);

	services->text->safe(text, 0, append, &safe);
	if (safe.n && safe.p[safe.n - 1] != '\n')
		buf_addc(&safe, '\n');
	FILE *in = fed_file(buf_str(&safe));
	buf_free(&safe);
	return in;
}

/* Waits for its end. 0 with *status, or -1: somebody interrupted, and it was killed. */
static int wait_end(const struct services *services, hn_session *session, pid_t pid, int *status)
{
	while (child_look(pid, status) == CHILD_RUNS) {
		int32_t waited = services->session->wait_for(session, NULL, 0, LOOK_MS);

		if (waited == HN_ERR_INTERRUPTED || waited == HN_WAIT_ENDING) {
			child_kill(pid);
			return -1;
		}
	}
	return 0;
}

/* Reports how it ended. 0, or -1 with why; Ctrl-C, which it gets as well, needs no words. */
static int judge(const char *command, int status, char why[HANDED_ROOM])
{
	if (status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGINT))
		return status ? -1 : 0;
	if (WIFSIGNALED(status))
		snprintf(why, HANDED_ROOM, "render_command \"%s\" was killed by a signal: %s; " WAY_OUT, command, strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status) == FED_NOT_FOUND)
		snprintf(why, HANDED_ROOM, "render_command \"%s\" cannot be run: %s; " WAY_OUT, command, strerror(ENOENT));
	else
		snprintf(why, HANDED_ROOM, "render_command \"%s\" ended with status %d; " WAY_OUT, command, WEXITSTATUS(status));
	return -1;
}

/* Runs a script to its end. Returns as handed_show(). */
static int run(const struct services *services, hn_session *session, const char *command, const char *script, FILE *in, char *why)
{
	pid_t pid;
	struct regain terminal;
	int status = 0, ended, failed;

	regain_note(&terminal);
	typing_unwatch(); /* a program that asks the terminal something reads the answer itself */
	failed = fed_start(&pid, script, in, -1);
	ended = failed ? 0 : wait_end(services, session, pid, &status);
	typing_watch();
	regain(&terminal);
	if (ended || WIFSIGNALED(status))
		regain_plain();
	if (failed)
		snprintf(why, HANDED_ROOM, "render_command \"%s\" cannot be run: %s", command, strerror(failed));
	return failed || ended ? -1 : judge(command, status, why);
}

int handed_show(const struct services *services, hn_session *session, hn_str text, char why[HANDED_ROOM])
{
	struct md_width width = md_width_of(STDOUT_FILENO, services_setting(services, session, "wrap"));
	char *command = str_dup(services_setting(services, session, "render_command"));
	struct buf script = BUF(BUF_NO_CAP);
	FILE *in = input_of(services, text);
	int rc = -1;

	why[0] = '\0';
	if (md_width_columns(&width))
		buf_addf(&script, "COLUMNS=%u\nexport COLUMNS\n", md_width_columns(&width));
	fed_command(&script, command);
	if (in)
		rc = run(services, session, command, script.p, in, why);
	else
		snprintf(why, HANDED_ROOM, "cannot make a temporary file: %s", strerror(errno));
	if (in)
		fclose(in);
	buf_free(&script);
	free(command);
	return rc;
}
