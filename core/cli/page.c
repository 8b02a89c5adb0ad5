/* SPDX-License-Identifier: MIT */
/* page: what a sub-command prints, in the user's pager. Ctrl-C is the pager's own while it runs. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "call/call.h"
#include "cli/output.h"
#include "util/child.h"
#include "util/fed.h"
#include "util/mem.h"

#define LOOK_MS 50 /* between two looks whether it still runs */

/* Waits for its end, or ours. */
static void wait_for(struct runtime *rt, pid_t pid, int *status)
{
	hn_call call;

	call_init(&call, &rt->task->cancel, rt->clock, rt->log);
	while (child_look(pid, status) == CHILD_RUNS)
		if (call_wait(&call, NULL, 0, LOOK_MS) < 0) {
			child_end(pid);
			break;
		}
	call_end(&call);
}

/* Runs it to its end, and puts the terminal in order. 0 with its *status, or an errno. */
static int run_pager(struct runtime *rt, const char *pager, FILE *in, int *status)
{
	struct buf script = BUF(BUF_NO_CAP);
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	struct termios modes;
	int known = tcgetattr(STDOUT_FILENO, &modes) == 0;
	pid_t pid;

	fed_pager_script(&script, pager);
	sigaction(SIGINT, &ignore, &before); /* a second one would end us: nobody takes the first */
	int failed = fed_start(&pid, script.p, in, -1);
	if (!failed)
		wait_for(rt, pid, status);
	sigaction(SIGINT, &before, NULL);
	if (!failed && known)
		tcsetattr(STDOUT_FILENO, TCSADRAIN, &modes);
	buf_free(&script);
	return failed;
}

/* Shows the text. 0, or why not (an errno). */
static int page(struct runtime *rt, const char *pager, const struct buf *text)
{
	FILE *in = fed_file(buf_str(text));
	int status = 0, failed = in ? run_pager(rt, pager, in, &status) : errno;

	if (in)
		fclose(in);
	return failed ? failed : WIFEXITED(status) && WEXITSTATUS(status) == FED_NOT_FOUND ? ENOENT : 0;
}

int output_page(struct runtime *rt, struct buf *text)
{
	char *setting = str_dup(setting_text(rt->settings, S_PAGER));
	const char *pager = fed_pager(setting);

	if (rt->secrets)
		secrets_redact(rt->secrets, text);
	int failed = page(rt, pager, text);
	if (failed)
		cli_error(rt, HN_ERR_OUTPUT, "set PAGER, or pager in the config file", "the pager \"%s\" cannot be run: %s", pager, strerror(failed));
	free(setting);
	if (failed)
		return output_write(rt, text);
	buf_free(text);
	return 0;
}
