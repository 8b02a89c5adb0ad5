/* SPDX-License-Identifier: MIT */
/*
 * input: the first message: the words of PROMPT, then the attached texts, each with its name and
 * between fences, then stdin, with a blank line between each two. Attached images go beside the text.
 * All of that is what a prompt file (-t) has as its {{input}}.
 *
 * stdin is read only for one turn; a conversation reads stdin itself. Reading waits where every
 * call waits, so that Ctrl-C is noticed, and hobnob reports an open pipe that sends nothing for a
 * second: most likely somebody forgot it.
 */
#include "cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "call/kind.h"
#include "cli/output.h"
#include "util/attach.h"
#include "util/encoding.h"
#include "util/mem.h"
#include "util/text.h"

#define INPUT_CAP (64u << 20) /* bytes of the whole first input */
#define SILENCE_MS 1000

/* Appends the words, one space between each two. 0, or an exit status after saying that they are not text. */
static int add_words(struct runtime *rt, const struct cli *cli, struct buf *out)
{
	const char *hint;
	for (size_t i = 0; i < cli->n_words; i++) {
		buf_adds(out, i ? " " : "");
		buf_addstr(out, text_unmarked(str_of(cli->words[i])));
	}
	const char *why = text_fault(buf_str(out), &hint);
	return why ? cli_error(rt, HN_ERR_USAGE, hint, "the prompt: %s", why) : 0;
}

/* Attaches one file. 0, or an exit status after saying why not. */
static int add_file(struct runtime *rt, const char *path, struct buf *out, struct attached *images)
{
	struct fault f = { 0 };
	if (!attach_file(images, path, out, &f))
		return 0;
	if (!f.hint)
		fault_hint(&f, "-a " ATTACH_TAKES "; what comes from a pipe goes to standard input");
	return cli_fault(rt, &f);
}

/* Waits until stdin can be read, telling once that it is silent. 0, or call_wait()'s error. */
static int32_t wait_stdin(hn_call *call, int *quiet)
{
	hn_pollfd fd = { .fd = STDIN_FILENO, .events = HN_POLL_IN };
	int32_t got = call_wait(call, &fd, 1, *quiet ? -1 : SILENCE_MS);
	if (got == HN_WAIT_TIMEOUT) {
		*quiet = 1;
		output_stderr(str_of("hobnob: reading the prompt from standard input; end it with "
				     "Ctrl-D, or give -n\n"));
		got = call_wait(call, &fd, 1, -1);
	}
	return got < 0 ? got : 0;
}

/* Reads stdin to its end. 0, or HN_ERR_*, and with a fault unless it was interrupted. */
static int32_t read_stdin(hn_call *call, struct buf *text, struct fault *f)
{
	char piece[65536];
	int quiet = 0;
	for (;;) {
		int32_t code = wait_stdin(call, &quiet);
		if (code == HN_ERR_INTERRUPTED)
			return code;
		if (code)
			return fault_set(
				f, HN_ERR_USAGE, NULL, "standard input: %s", call->error.message);
		ssize_t n = read(STDIN_FILENO, piece, sizeof piece);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n == 0 || (n < 0 && errno == EBADF))
			return 0;
		if (n < 0)
			return fault_set(
				f, HN_ERR_USAGE, NULL, "standard input: %s", strerror(errno));
		if (buf_add(text, piece, (size_t)n))
			return fault_set(f, HN_ERR_USAGE, NULL, "standard input: more than %u MiB",
				INPUT_CAP >> 20);
		quiet = 1; /* data arrived: not a forgotten pipe */
	}
}

/* Takes one line's end off what was read, and its byte order mark. 0, or HN_ERR_USAGE: it is not text. */
static int32_t trim_stdin(struct buf *text, struct fault *f)
{
	if (text_take(text, f))
		fault_name(f, "standard input");
	buf_cut(text, text_chomped(buf_str(text)).n);
	return f->kind;
}

/* Appends stdin, one newline at its end taken off. 0, or an exit status after saying why not. */
static int add_stdin(struct runtime *rt, struct buf *out)
{
	struct buf text = BUF(INPUT_CAP);
	struct fault f = { 0 };
	hn_call call;
	call_init(&call, &rt->task->cancel, rt->clock, rt->log);
	int32_t code = read_stdin(&call, &text, &f);
	call_end(&call);
	if (code == 0)
		code = trim_stdin(&text, &f);
	if (code == 0 && text.n) {
		attach_separate(out);
		buf_addstr(out, buf_str(&text));
	}
	buf_free(&text);
	return f.kind ? cli_fault(rt, &f) : kind_exit(code);
}

int first_input(struct runtime *rt, const struct cli *cli, const struct prompt *prompt, int one_turn, struct buf *out,
	struct attached *images)
{
	*out = BUF(INPUT_CAP);
	int status = add_words(rt, cli, out);
	for (size_t i = 0; i < cli->n_attach && !status; i++)
		status = add_file(rt, cli->attach[i], out, images);
	if (!status && one_turn && !cli->no_stdin && !isatty(STDIN_FILENO))
		status = add_stdin(rt, out);
	if (!status && prompt && !buf_failed(out))
		status = template_fill(rt, cli, prompt, images->n > 0, out);
	if (!status && buf_failed(out))
		status = cli_error(rt, HN_ERR_USAGE, NULL, "the prompt has more than %u MiB",
			INPUT_CAP >> 20);
	else if (!status && str_blank(buf_str(out)) && !images->n)
		status = cli_error(rt, HN_ERR_USAGE, "give a PROMPT, a file with -a, or pipe one in",
			"the prompt is empty");
	return status;
}
