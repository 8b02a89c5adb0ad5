/* SPDX-License-Identifier: MIT */
/* frontend: lets a frontend run, and says what it has not said. */
#include "cli/cli.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "call/guard.h"
#include "call/kind.h"
#include "cli/output.h"

/* 1 if nobody reads standard output any more: who went away wants to hear nothing. */
static int reader_is_gone(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO };
	return poll(&out, 1, 0) > 0 && (out.revents & POLLERR);
}

/* 1 if that is why a write fails, and not something that errno was left with. */
static int is_of_write(int error)
{
	static const int errors[] = { EPIPE, ENOSPC, EDQUOT, EFBIG, EIO, EBADF, ENXIO, EROFS };
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (errors[i] == error)
			return 1;
	return 0;
}

/* It could not show what it had to: that leaves no event of its own. error: errno as it left it, or 0. */
static int tell_output(struct runtime *rt, const char *name, int error)
{
	if (error == EPIPE || reader_is_gone())
		return kind_exit(HN_ERR_OUTPUT);
	if (is_of_write(error))
		return cli_error(rt, HN_ERR_OUTPUT, NULL, "cannot write the output: %s", strerror(error));
	return cli_error(rt, HN_ERR_OUTPUT, NULL, "the frontend %s cannot write its output", name);
}

/* What its code comes to. HN_ERR_USAGE is about the user's input, which nobody but the frontend reads. */
static int judge(struct runtime *rt, const char *name, hn_session *session, int32_t code, int error)
{
	if (code > 0 || code < HN_ERR_INTERRUPTED)
		return cli_error(rt, HN_ERR_PLUGIN, NULL, "the frontend %s: run() returned %d, which means nothing there",
			name, (int)code);
	if (code == HN_ERR_INTERRUPTED && !atomic_load(&rt->tasks->was_cancelled))
		return cli_error(rt, HN_ERR_PLUGIN, NULL, "the frontend %s says that it was interrupted, and nobody did that", name);
	if (code == HN_OK || code == HN_ERR_INTERRUPTED || code == HN_ERR_USAGE || session_told(session, code))
		return kind_exit(code);
	if (code == HN_ERR_OUTPUT)
		return tell_output(rt, name, error);
	return cli_error(rt, code, NULL, "the frontend %s ended with an error (%s)", name, kind_name(code));
}

int frontend_run(struct runtime *rt, const struct instance *frontend, hn_session *session, int one_turn)
{
	const char *name = frontend->plugin->name;
	struct guard_frame frame;
	errno = 0;
	guard_enter_run(&frame, name);
	int32_t code = frontend->plugin->frontend->run(frontend->self, session);
	int error = errno;
	guard_leave(&frame);
	if (code == HN_OK && one_turn && !session_was_asked(session))
		return cli_error(rt, HN_ERR_PLUGIN, NULL, "the frontend %s returned without asking the question", name);
	return judge(rt, name, session, code, error);
}
