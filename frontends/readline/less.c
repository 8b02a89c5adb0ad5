/* SPDX-License-Identifier: MIT */
/* less: runs a pager on a message; see the header. */
#include "less.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "editor.h"
#include "lend.h"
#include "shared/typing.h"
#include "util/buf.h"
#include "util/fed.h"

#define WAY_OUT "set PAGER, or /set pager less"

/* What the user hears; returns the code. */
__attribute__((format(printf, 3, 4))) static int32_t say(struct less *l, int32_t code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(l->said, sizeof l->said, fmt, ap);
	va_end(ap);
	return code;
}

/* ---- the message ---- */

/* The number that the arguments say, as /history has it; 0 without arguments, UINT32_MAX for anything else. */
static uint32_t number_of(hn_str args)
{
	uint64_t n = 0;

	for (size_t i = 0; i < args.n; i++) {
		if (args.p[i] < '0' || args.p[i] > '9' || i == 9)
			return UINT32_MAX;
		n = n * 10 + (uint64_t)(args.p[i] - '0');
	}
	return args.n && !n ? UINT32_MAX : (uint32_t)n;
}

/* Message n, or for 0 the last reply with text; NULL: there is no such message. */
static const hn_message *message_of(const struct less *l, uint32_t n)
{
	const hn_session_api *api = l->show->services->session;
	hn_status now = { .struct_size = sizeof now };
	uint32_t stride;

	api->status(l->show->session, &now);
	if (n)
		return n <= now.n_messages ? api->message(l->show->session, n - 1, &stride) : NULL;
	for (uint32_t i = now.n_messages; i-- > 0;) {
		const hn_message *m = api->message(l->show->session, i, &stride);

		if (m && m->role == HN_ROLE_ASSISTANT && m->text.n)
			return m;
	}
	return NULL;
}

static void append(void *out, hn_str piece)
{
	buf_addstr(out, piece);
}

/* What the pager gets. 0, or HN_ERR_USAGE after saying why there is nothing. */
static int32_t take(struct less *l, hn_str args, struct buf *out)
{
	uint32_t n = number_of(args);
	const hn_message *m = n == UINT32_MAX ? NULL : message_of(l, n);
	struct buf text = BUF(BUF_NO_CAP);

	if (!m)
		return n ? say(l, HN_ERR_USAGE, "there is no message %.*s: /history numbers them", (int)(args.n < 40 ? args.n : 40), args.p)
			 : say(l, HN_ERR_USAGE, "there is no reply yet");
	if (!m->text.n)
		return say(l, HN_ERR_USAGE, "message %u has no text", (unsigned)n);
	buf_addstr(&text, m->text);
	if (m->role == HN_ROLE_ASSISTANT)
		rendered_whole(l->show->services, l->show->session, l->show->flags, buf_str(&text), out);
	else
		l->show->services->text->safe(buf_str(&text), 0, append, out);
	if (out->n && out->p[out->n - 1] != '\n')
		buf_addc(out, '\n');
	buf_free(&text);
	return 0;
}

/* ---- the pager ---- */

struct job {
	const char *script;
	FILE *in;
};

static int start(void *ud, pid_t *pid)
{
	const struct job *job = ud;

	return fed_start(pid, job->script, job->in, -1);
}

/* Lends the terminal, whose typing is ours while a command runs. Returns as lend(). */
static int lend_quiet(const struct less *l, struct job *job, int *status)
{
	const struct lender lender = {
		.services = l->show->services,
		.session = l->show->session,
		.escapes = !(l->show->flags & HN_START_DUMB),
	};

	editor_listen(0);
	typing_unwatch();
	typing_pause();
	int rc = lend(&lender, start, job, status);
	typing_resume();
	typing_watch();
	editor_listen(1);
	return rc;
}

/* Reports how it ended. Ctrl-C is a way to leave some pagers. */
static int32_t judge(struct less *l, const char *pager, int failed, int status)
{
	int killer = failed ? 0 : lend_killer(status);

	if (failed == LEND_ENDING)
		return HN_ERR_INTERRUPTED;
	if (failed || WEXITSTATUS(status) == FED_NOT_FOUND)
		return say(l, HN_ERR_OUTPUT, "the pager \"%s\" cannot be run: %s; " WAY_OUT, pager, strerror(failed ? failed : ENOENT));
	if (killer && killer != SIGINT)
		return say(l, HN_ERR_OUTPUT, "the pager \"%s\" was killed by a signal: %s", pager, strsignal(killer));
	if (!killer && WEXITSTATUS(status))
		return say(l, HN_ERR_OUTPUT, "the pager \"%s\" ended with status %d; " WAY_OUT, pager, WEXITSTATUS(status));
	return 0;
}

static int32_t page(struct less *l, hn_str text)
{
	hn_str said = services_setting(l->show->services, l->show->session, "pager");
	char *setting = strndup(said.n ? said.p : "", said.n);
	const char *pager = fed_pager(setting);
	struct buf script = BUF(BUF_NO_CAP);
	int status = 0;
	int32_t code;

	fed_pager_script(&script, pager);
	struct job job = { script.p, fed_file(text) };
	if (job.in) {
		int failed = lend_quiet(l, &job, &status);
		code = judge(l, pager, failed, status);
		fclose(job.in);
	} else {
		code = say(l, HN_ERR_OUTPUT, "cannot make a temporary file: %s", strerror(errno));
	}
	buf_free(&script);
	free(setting);
	return code;
}

static int32_t run(void *ud, hn_session *session, hn_str args, hn_str *text)
{
	struct less *l = ud;
	struct buf message = BUF(BUF_NO_CAP);
	int32_t code;

	(void)session;
	l->said[0] = '\0';
	code = take(l, args, &message);
	if (!code)
		code = page(l, buf_str(&message));
	buf_free(&message);
	*text = (hn_str){ l->said, strlen(l->said) };
	return code;
}

void less_add(struct less *l, const hn_commands *commands)
{
	l->entry = (hn_command){
		.struct_size = sizeof l->entry,
		.name = "/less",
		.args = "[N]",
		.help = "the last reply, or message N, in your pager",
		.run = run,
		.ud = l,
	};
	commands->add(l->show->session, &l->entry);
}
