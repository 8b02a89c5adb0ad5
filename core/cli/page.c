/* SPDX-License-Identifier: MIT */
/* page: what a sub-command prints, in the user's pager. Ctrl-C is the pager's own while it runs. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "cli/output.h"
#include "util/fed.h"
#include "util/mem.h"

/* Runs it to its end, and puts the terminal in order. 0 with its *status, or an errno. */
static int run_pager(const char *pager, FILE *in, int *status)
{
	struct buf script = BUF(BUF_NO_CAP);
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	struct termios modes;
	int known = tcgetattr(STDOUT_FILENO, &modes) == 0;
	pid_t pid;

	fed_pager_script(&script, pager);
	sigaction(SIGINT, &ignore, &before); /* a second one would end us: nobody takes the first */
	int failed = fed_start(&pid, script.p, in, -1);
	while (!failed && waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
	sigaction(SIGINT, &before, NULL);
	if (!failed && known)
		tcsetattr(STDOUT_FILENO, TCSADRAIN, &modes);
	buf_free(&script);
	return failed;
}

/* Shows the text. 0, or why not (an errno). */
static int page(const char *pager, const struct buf *text)
{
	FILE *in = fed_file(buf_str(text));
	int status = 0, failed = in ? run_pager(pager, in, &status) : errno;

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
	int failed = page(pager, text);
	if (failed)
		cli_error(rt, HN_ERR_OUTPUT, "set PAGER, or pager in the config file", "the pager \"%s\" cannot be run: %s", pager, strerror(failed));
	free(setting);
	if (failed)
		return output_write(rt, text);
	buf_free(text);
	return 0;
}
