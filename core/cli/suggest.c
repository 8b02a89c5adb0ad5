/* SPDX-License-Identifier: MIT */
/*
 * suggest: -e.
 *
 * The turn is one like any other: the frontend of a pipe shows it, with its waiting, its errors and its cost, and the
 * core lets only the command through (chat/code_only.c). Where the command goes to a terminal, a row of choices
 * follows; what it offers depends on what the command is. To explain it is a further turn of the same conversation.
 *
 * To run it, hobnob becomes the user's shell: so the terminal, Ctrl-C, Ctrl-Z and the exit status are the command's own.
 */
#include "cli/suggest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "call/kind.h"
#include "chat/chat.h"
#include "cli/output.h"
#include "util/base64.h"
#include "util/child.h"
#include "util/command.h"
#include "util/eintr.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/text.h"

#define RELEASE_MOST ((size_t)64 << 10) /* bytes of os-release */
#define SHELL_OTHERWISE "/bin/sh"

/* ---- what the model is asked ---- */

static const char *shell_of(const struct runtime *rt)
{
	const char *shell = settings_env(rt->settings, "SHELL");
	return shell && *shell ? shell : SHELL_OTHERWISE;
}

/* Appends the name that a Linux system gives itself, "Debian GNU/Linux 12 (bookworm)". 0, or -1: it gives none. */
static int add_release(struct buf *out)
{
	static const char key[] = "\nPRETTY_NAME=\"";
	struct buf text = BUF(BUF_NO_CAP);
	struct fault f = { 0 };
	buf_adds(&text, "\n");
	int32_t code = file_read("/etc/os-release", RELEASE_MOST, &text, &f);
	const char *at = code ? NULL : strstr(text.p, key);
	if (at)
		buf_add(out, at + sizeof key - 1, strcspn(at + sizeof key - 1, "\"\n"));
	fault_free(&f);
	buf_free(&text);
	return at ? 0 : -1;
}

static void add_system(struct buf *out)
{
	struct utsname name;
	if (add_release(out))
		buf_adds(out, uname(&name) < 0 ? "a POSIX system" : name.sysname);
}

/* The system prompt; what -s or a prompt file says follows it. */
static void add_prompt(const struct runtime *rt, struct buf *out)
{
	const struct value *said = setting(rt->settings, S_SYSTEM);
	const char *shell = shell_of(rt), *slash = strrchr(shell, '/');
	buf_addf(out, "You turn a request into one command for the shell %s on ", slash ? slash + 1 : shell);
	add_system(out);
	buf_adds(out,
		".\nAnswer with the command alone: no Markdown, no code fence, no prompt sign, no explanation. Use several lines "
		"only where the command needs them. A message may bring a command to complete or to correct; what a file or a "
		"pipe brings is material for it.\n"
		"If no command does what is asked, answer with one line that begins with # and says why.\n"
		"If a later message asks for an explanation, answer that message in words: short, as Markdown, what each part of "
		"the command does, and what it changes or deletes.");
	if (said && (said->source == FROM_CLI || said->source == FROM_CLI_PROMPT) && said->text)
		buf_addf(out, "\n\n%s", said->text);
}

/* A setting for this run. 0, or an exit status after saying why not. */
static int set(struct runtime *rt, const char *key, const char *value)
{
	struct fault f = { 0 };
	return settings_cli(rt->settings, key, value, "-e", &f) ? cli_fault(rt, &f) : 0;
}

/* 0 if the options go together, or an exit status after saying what does not. */
static int check(struct runtime *rt, const struct cli *cli)
{
	const char *other = cli->interactive ? "-i" : cli->code ? "--code" : cli->schema ? "--schema" : NULL;
	for (size_t i = 0; i < cli->n_sets && !other; i++)
		other = strcmp(cli->sets[i].key, "frontend") ? NULL : "-f";
	return other ? cli_error(rt, HN_ERR_USAGE, NULL, "-e and %s: -e asks for one command, and shows it itself", other) : 0;
}

int suggest_begin(struct suggestion *s, struct runtime *rt, const struct cli *cli)
{
	struct buf prompt = BUF(BUF_NO_CAP);
	*s = (struct suggestion){ .rt = rt, .tty = -1, .command = BUF(BUF_NO_CAP) };
	int status = check(rt, cli);
	if (status)
		return status;
	if (isatty(STDOUT_FILENO) && !cli->json && !cli->dry_run)
		s->tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
	getrlimit(RLIMIT_CORE, &s->core);
	s->markdown = str_dup(setting_text(rt->settings, S_MARKDOWN));
	add_prompt(rt, &prompt);
	status = set(rt, "system", prompt.p);
	if (!status)
		status = replies_as_they_are(rt, "-e");
	buf_free(&prompt);
	return status;
}

void suggest_end(struct suggestion *s)
{
	if (s->tty >= 0)
		close(s->tty);
	s->tty = -1;
	free(s->markdown);
	buf_free(&s->command);
}

/* ---- the choices ---- */

/* Takes the command of the reply that came last. 0, or an exit status after saying why it has no command. */
static int take(struct suggestion *s, hn_session *session)
{
	const struct history *h = &session_chat(session)->talk.history;
	const struct message *m = h->n_view ? h->view[h->n_view - 1] : NULL;
	struct fault f = { 0 };
	if (command_take(m ? (hn_str){ m->text, m->n } : str_of(""), &s->command, &f))
		return cli_fault(s->rt, &f);
	return 0;
}

/* What can be done with the command; a reason why it is not to be run goes to stderr, if nobody has heard of it. */
static unsigned choices(const struct suggestion *s, int *told)
{
	const char *term = settings_env(s->rt->settings, "TERM");
	unsigned mask = 1u << SUGGEST_EXPLAIN | 1u << SUGGEST_QUIT | (suggest_can_edit(s) ? 1u << SUGGEST_EDIT : 0);
	struct fault f = { 0 };
	if (!command_hides(buf_str(&s->command), &f))
		return mask | 1u << SUGGEST_RUN | (term && strcmp(term, "dumb") ? 1u << SUGGEST_COPY : 0);
	f.kind = HN_ERR_PROTOCOL;
	if (!*told)
		fault_hint(&f, "it cannot be run or copied as it is");
	if (!*told)
		cli_fault(s->rt, &f);
	fault_free(&f);
	*told = 1;
	return mask;
}

/* A further turn of the conversation, shown as any reply. */
static int explain(struct suggestion *s, const struct instance *frontend, hn_session *session, struct session_start *start)
{
	struct buf question = BUF(BUF_NO_CAP);
	buf_adds(&question, "Explain this command:\n\n");
	buf_addstr(&question, buf_str(&s->command));
	start->first = question.p;
	start->first_n = question.n;
	start->n_parts = 0;
	session_chat(session)->code = NULL;
	set(s->rt, "markdown", s->markdown);
	int status = frontend_run(s->rt, frontend, session, 1);
	start->first = NULL;
	start->first_n = 0;
	buf_free(&question);
	return status;
}

/* Gives the command to the terminal, for its clipboard. */
static void copy(const struct suggestion *s)
{
	struct buf out = BUF(BUF_NO_CAP);
	buf_adds(&out, "\033]52;c;");
	base64_write(&out, buf_str(&s->command));
	buf_adds(&out, "\033\\");
	buf_addf(&out, "copied %zu bytes, if your terminal allows it (OSC 52)\n", s->command.n);
	eintr_write(s->tty, out.p, out.n);
	buf_free(&out);
}

/* Edits the command; one that hides something in the form in which it shows. */
static int edit(struct suggestion *s)
{
	struct fault f = { 0 };
	struct buf text = BUF(BUF_NO_CAP), edited = BUF(BUF_NO_CAP);
	if (command_hides(buf_str(&s->command), &f))
		text_add_safe(&text, buf_str(&s->command), 0);
	else
		buf_addstr(&text, buf_str(&s->command));
	fault_free(&f);
	int status = suggest_edit(s, &text, &edited);
	buf_free(&text);
	if (!edited.n)
		return status;
	buf_free(&s->command);
	s->command = edited;
	return status;
}

/* Asks for one choice. */
static enum suggest_key ask(const struct suggestion *s, int *told)
{
	char lead[40] = "";
	size_t lines = command_lines(buf_str(&s->command));
	unsigned mask = choices(s, told);
	if (lines > 1)
		snprintf(lead, sizeof lead, "%zu lines: ", lines);
	return suggest_key(s, lead, mask);
}

int suggest_choose(struct suggestion *s, const struct instance *frontend, hn_session *session, struct session_start *start, int *run)
{
	int told = 0, status = take(s, session);
	enum suggest_key key = SUGGEST_EXPLAIN;
	while (!status && key != SUGGEST_RUN && key != SUGGEST_QUIT) {
		key = ask(s, &told);
		if (key == SUGGEST_EDIT) {
			told = 0;
			status = edit(s);
		} else if (key == SUGGEST_EXPLAIN) {
			int failed = explain(s, frontend, session, start); /* it has said why; the command is still there */
			task_took(s->rt->task);
			status = atomic_load(&s->rt->tasks->ending) ? failed : 0;
		} else if (key == SUGGEST_COPY) {
			copy(s);
		} else if (key == SUGGEST_INTERRUPTED) {
			status = kind_exit(HN_ERR_INTERRUPTED);
		}
	}
	*run = !status && key == SUGGEST_RUN;
	return status;
}

/* ---- running it ---- */

int suggest_run(const struct suggestion *s)
{
	const char *shell = shell_of(s->rt), *first = s->command.p;
	/* A shell would take these for an option of its own. */
	char *command = xasprintf("%s%s", *first == '-' || *first == '+' ? " " : "", first);
	char *argv[] = { xstrdup(shell), xstrdup("-c"), command, NULL };
	if (!isatty(STDIN_FILENO))
		dup2(s->tty, STDIN_FILENO); /* the pipe that the request came from is at its end */
	fflush(NULL);
	setrlimit(RLIMIT_CORE, &s->core);
	child_become(argv);
	int status = cli_error(s->rt, HN_ERR_CONFIG, "SHELL names the shell that runs it", "%s: %s", shell, strerror(errno));
	for (size_t i = 0; argv[i]; i++)
		free(argv[i]);
	return status;
}
