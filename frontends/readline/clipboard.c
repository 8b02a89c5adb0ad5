/* SPDX-License-Identifier: MIT */
/*
 * clipboard: /copy.
 *
 * What a command complains about goes to a file that has no name, for its first line to be shown.
 */
#include "clipboard.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/base64.h"
#include "util/buf.h"
#include "util/child.h"
#include "util/fault.h"
#include "util/fed.h"
#include "util/fenced.h"
#include "wake.h"

#define PATIENCE_MS 5000 /* how long a command may take */

/* Which text: a reply, counted from the last one, or a block of the last one's code. */
struct wanted {
	uint32_t reply;
	size_t block; /* 0: the whole */
};

/* What the user hears; returns the code. */
__attribute__((format(printf, 3, 4))) static int32_t say(struct clipboard *c, int32_t code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(c->said, sizeof c->said, fmt, ap);
	va_end(ap);
	return code;
}

/* ---- what to copy ---- */

/* Reads a number of at least 1; 0 if the text is not one. */
static uint32_t number(hn_str text)
{
	char digits[10];
	size_t n = text.n < sizeof digits ? text.n : 0;

	memcpy(digits, text.n ? text.p : "", n);
	digits[n] = '\0';
	return n && strspn(digits, "0123456789") == n ? (uint32_t)strtoul(digits, NULL, 10) : 0;
}

static hn_str without(hn_str text, size_t n)
{
	text = (hn_str){ text.p + n, text.n - n };
	while (text.n && (*text.p == ' ' || *text.p == '\t'))
		text = (hn_str){ text.p + 1, text.n - 1 };
	return text;
}

/* "", "N", "code" or "code K". 1, or 0: another text. */
static int read_wanted(hn_str args, struct wanted *w)
{
	int code = args.n >= 4 && !memcmp(args.p, "code", 4) && (args.n == 4 || args.p[4] == ' ' || args.p[4] == '\t');
	hn_str rest = code ? without(args, 4) : args;
	uint32_t n = rest.n ? number(rest) : 1;

	*w = (struct wanted){ code ? 1 : n, code ? n : 0 };
	return n > 0;
}

/* The n-th reply with text from the end; empty if there are fewer: n is then as many as there are. */
static hn_str reply(const struct clipboard *c, uint32_t *n)
{
	const hn_session_api *api = c->show->services->session;
	hn_status now = { .struct_size = sizeof now };
	uint32_t stride, seen = 0;

	api->status(c->show->session, &now);
	for (uint32_t i = now.n_messages; i-- > 0;) {
		const hn_message *m = api->message(c->show->session, i, &stride);

		if (m && m->role == HN_ROLE_ASSISTANT && m->text.n && ++seen == *n)
			return m->text;
	}
	*n = seen;
	return (hn_str){ NULL, 0 };
}

/* Takes the text that is wanted. 0, or HN_ERR_USAGE after saying why not. */
static int32_t take(struct clipboard *c, const struct wanted *w, struct buf *out)
{
	uint32_t n = w->reply;
	hn_str text = reply(c, &n);
	struct fault f = { 0 };
	int32_t code = 0;

	if (!text.n && n == 0)
		return say(c, HN_ERR_USAGE, "there is no reply yet");
	if (!text.n)
		return say(c, HN_ERR_USAGE, n == 1 ? "there is %u reply, not %u" : "there are %u replies, not %u", (unsigned)n, (unsigned)w->reply);
	if (!w->block)
		buf_addstr(out, text);
	else if (fenced_take(text, w->block, out, &f))
		code = say(c, HN_ERR_USAGE, "%s", f.message);
	fault_free(&f);
	return code;
}

/* ---- by the terminal ---- */

/* The sequence ends in ST, which every terminal takes that takes BEL. */
static int32_t by_terminal(struct clipboard *c, hn_str text)
{
	struct buf out = BUF(BUF_NO_CAP);

	if (c->show->flags & HN_START_DUMB)
		return say(c, HN_ERR_USAGE, "this terminal has no way to the clipboard: set clipboard_command under frontends: readline:");
	if (text.n > CLIPBOARD_MOST)
		return say(c, HN_ERR_USAGE, "%zu bytes are more than a terminal takes (%zu): set clipboard_command under frontends: readline:",
			text.n, CLIPBOARD_MOST);
	buf_adds(&out, "\033]52;c;");
	base64_write(&out, text);
	buf_adds(&out, "\033\\");
	int32_t code = out_write(&c->show->out, buf_str(&out));
	buf_free(&out);
	return code;
}

/* ---- by a command ---- */

/* Waits for its end. 1 with *status, or 0: it was killed, for it took too long or somebody interrupted. */
static int wait_end(const struct clipboard *c, pid_t pid, int *status)
{
	const hn_session_api *api = c->show->services->session;
	hn_pollfd fd = { .fd = wake_fd(), .events = HN_POLL_IN };

	while (child_look(pid, status) == CHILD_RUNS) {
		if (api->wait_for(c->show->session, &fd, 1, PATIENCE_MS) != HN_WAIT_READY) {
			child_kill(pid);
			return 0;
		}
		wake_take();
	}
	return 1;
}

/* The first line of what it wrote. */
static void first_line(FILE *f, char *out, size_t size)
{
	size_t n = fseek(f, 0, SEEK_SET) ? 0 : fread(out, 1, size - 1, f);

	out[n] = '\0';
	out[strcspn(out, "\n")] = '\0';
}

static int32_t judge(struct clipboard *c, int status, FILE *errors)
{
	char line[200];

	if (status == 0)
		return 0;
	first_line(errors, line, sizeof line);
	if (WIFSIGNALED(status))
		return say(c, HN_ERR_OUTPUT, "\"%s\" was killed by a signal: %s", c->command, strsignal(WTERMSIG(status)));
	if (WEXITSTATUS(status) == FED_NOT_FOUND)
		return say(c, HN_ERR_OUTPUT,
			"the clipboard's command \"%s\" cannot be run%s%s; set clipboard_command under frontends: readline: in the config file",
			c->command, *line ? ": " : "", line);
	return say(c, HN_ERR_OUTPUT, "\"%s\" ended with status %d%s%s", c->command, WEXITSTATUS(status), *line ? ": " : "", line);
}

static int32_t run_command(struct clipboard *c, FILE *in, FILE *errors)
{
	struct sigaction before;
	pid_t pid;
	int status = 0, ended = 0;

	wake_catch(SIGCHLD, &before);
	int failed = fed_start(&pid, c->command, in, fileno(errors));
	if (!failed)
		ended = wait_end(c, pid, &status);
	sigaction(SIGCHLD, &before, NULL);
	if (failed)
		return say(c, HN_ERR_OUTPUT, "\"%s\" cannot be run: %s", c->command, strerror(failed));
	return ended ? judge(c, status, errors)
		     : say(c, HN_ERR_OUTPUT, "\"%s\" was stopped: it took longer than %d s, or you pressed Ctrl-C", c->command, PATIENCE_MS / 1000);
}

static int32_t by_command(struct clipboard *c, hn_str text)
{
	FILE *in = fed_file(text), *errors = in ? tmpfile() : NULL;
	int32_t code = errors ? run_command(c, in, errors) : say(c, HN_ERR_OUTPUT, "cannot make a temporary file: %s", strerror(errno));

	if (in)
		fclose(in);
	if (errors)
		fclose(errors);
	return code;
}

/* ---- the command ---- */

static int32_t copy(struct clipboard *c, const struct wanted *w)
{
	struct buf text = BUF(BUF_NO_CAP);
	int32_t code = take(c, w, &text);

	if (!code)
		code = *c->command ? by_command(c, buf_str(&text)) : by_terminal(c, buf_str(&text));
	if (!code)
		say(c, 0, "copied %zu bytes%s%s", text.n, *c->command ? " by " : ", if your terminal allows it (OSC 52)", c->command);
	buf_free(&text);
	return code;
}

static int32_t run(void *ud, hn_session *session, hn_str args, hn_str *text)
{
	struct clipboard *c = ud;
	struct wanted w;
	int32_t code;

	(void)session;
	c->said[0] = '\0';
	if (read_wanted(args, &w))
		code = copy(c, &w);
	else
		code = say(c, HN_ERR_USAGE, "expected /copy, /copy N, /copy code or /copy code K");
	*text = (hn_str){ c->said, strlen(c->said) };
	return code;
}

void clipboard_add(struct clipboard *c, const hn_commands *commands)
{
	c->entry = (hn_command){
		.struct_size = sizeof c->entry,
		.name = "/copy",
		.args = "[N | code [K]]",
		.help = "the last reply to the clipboard, or its code",
		.run = run,
		.ud = c,
	};
	commands->add(c->show->session, &c->entry);
}
