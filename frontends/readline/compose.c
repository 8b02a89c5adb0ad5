/* SPDX-License-Identifier: MIT */
/*
 * compose: writes the text to a file, runs the editor on it, reads it back.
 *
 * The editor setting is a piece of shell, as in git and crontab: if it is more than words, a shell
 * runs it with the file as its argument. The file gets a newline at its end, as editors
 * expect, and one is removed again. Editors save by writing a new file, so it is found by its name
 * afterwards.
 */
#include "compose.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lend.h"
#include "util/child.h"
#include "util/encoding.h"
#include "util/fed.h"

#define AT_ONCE_MS 500 /* an editor that ends sooner was not used by a person */
#define SHELL_NOT_RUN 126 /* the exit status of a shell for a program that cannot be run */

/* ---- the file ---- */

/* Writes the text and a newline. 0, or -1 with errno. */
static int write_text(int fd, const char *text)
{
	FILE *f = fdopen(fd, "w");

	if (!f) {
		close(fd);
		return -1;
	}
	if (*text)
		fprintf(f, "%s\n", text);
	int failed = ferror(f) || fchmod(fd, 0600); /* whatever the umask, the editor can read it */
	return fclose(f) || failed ? -1 : 0;
}

/* Makes the file. Its path, allocated, or NULL with errno. */
static char *make_file(const char *folder, const char *text)
{
	char *path = NULL;

	if (asprintf(&path, "%s/hobnob-XXXXXX.md", folder) < 0)
		return NULL;
	int fd = mkostemps(path, 3, O_CLOEXEC);
	if (fd >= 0 && write_text(fd, text) == 0)
		return path;
	int saved = errno;
	if (fd >= 0)
		unlink(path);
	free(path);
	errno = saved;
	return NULL;
}

/* Why an open file is not a text that hobnob accepts, or NULL. */
static const char *unfit(int fd, off_t *size)
{
	struct stat st;

	if (fstat(fd, &st))
		return strerror(errno);
	*size = st.st_size;
	if (!S_ISREG(st.st_mode))
		return "not a regular file";
	return st.st_size > (off_t)COMPOSE_MAX ? "it has more than 16 MiB" : NULL;
}

/* Reads an open file whole. Allocated, or NULL with *why. */
static char *read_whole(int fd, const char **why)
{
	off_t size = 0;
	size_t n = 0;

	*why = unfit(fd, &size);
	if (*why)
		return NULL;
	char *text = malloc((size_t)size + 1);
	if (!text) {
		*why = strerror(errno);
		return NULL;
	}
	for (ssize_t got = 1; n < (size_t)size && got > 0; n += got > 0 ? (size_t)got : 0)
		got = read(fd, text + n, (size_t)size - n);
	text[n] = '\0';
	const char *hint;
	*why = text_fault((hn_str){ text, n }, &hint);
	if (!*why)
		return text;
	free(text);
	return NULL;
}

/* What the editor left, without one newline at its end. Allocated, or NULL with *why. */
static char *read_file(const char *path, const char **why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0) {
		*why = strerror(errno);
		return NULL;
	}
	char *text = read_whole(fd, why);
	close(fd);
	if (text) {
		hn_str whole = { text, strlen(text) },
		       rest = text_chomped(text_unmarked(whole));
		memmove(text, rest.p, rest.n);
		text[rest.n] = '\0';
	}
	return text;
}

/* 1 if a file of that name exists, which somebody may want back. */
static int is_file(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* ---- the editor ---- */

/* The words of a command and the path after them, NULL-ended; words is the memory they point into. */
static char **arguments(char *words, char *path)
{
	char **argv = calloc(strlen(words) / 2 + 3, sizeof *argv);
	size_t n = 0;

	for (char *at = words + strspn(words, " \t"); argv && *at; at += strspn(at, " \t")) {
		argv[n++] = at;
		at += strcspn(at, " \t");
		if (*at)
			*at++ = '\0';
	}
	if (argv)
		argv[n] = path;
	return argv;
}

/* Runs words that have no special meaning to a shell directly: a shell would stand between us and
 * the editor. 0, or an errno. */
static int start_words(pid_t *pid, const char *editor, char *path)
{
	char *words = strdup(editor), **argv = words ? arguments(words, path) : NULL;
	int rc = !argv ? ENOMEM : argv[0] == path ? ENOENT : child_start(pid, argv, NULL);

	free(argv);
	free(words);
	return rc;
}

/* Runs the editor by a shell, with the path as its one argument. 0, or an errno. */
static int start_shell(pid_t *pid, const char *editor, char *path)
{
	char shell[] = "/bin/sh", flag[] = "-c", end[] = "--", *script = NULL;
	size_t n = strlen(editor), word = strspn(editor, " \t");

	while (n && strchr(" \t\r\n", editor[n - 1])) /* a newline would end the command */
		n--;
	/* A word that the shell does not know either is ours to report. */
	int length = fed_is_plain(editor) ? asprintf(&script, "command -v -- %.*s >/dev/null || exit %d\n%.*s \"$@\"",
						    (int)strcspn(editor + word, " \t"), editor + word, FED_NOT_FOUND, (int)n, editor)
					  : asprintf(&script, "%.*s \"$@\"", (int)n, editor);
	if (length < 0)
		return ENOMEM;
	char *argv[] = { shell, flag, end, script, (char *)(uintptr_t)editor, path, NULL };
	int rc = child_start(pid, argv, NULL);
	free(script);
	return rc;
}

/* Starts the editor. A shell builtin (`exec vi`) is not a program, so a command that is not found
 * is tried in a shell. 0, or an errno. */
static int start(pid_t *pid, const char *editor, char *path)
{
	int plain = fed_is_plain(editor);
	int rc = plain ? start_words(pid, editor, path) : start_shell(pid, editor, path);

	if (plain && rc == ENOENT && editor[strspn(editor, " \t")])
		rc = start_shell(pid, editor, path);
	return rc;
}

static enum compose_what not_run(const struct composer *c, int error, char *why, size_t why_n)
{
	snprintf(why, why_n,
		"the editor \"%s\" cannot be run: %s; set VISUAL or EDITOR, or editor under "
		"frontends: readline: in the config file",
		c->editor, strerror(error));
	return COMPOSE_FAILED;
}

/* Reports why the result of an editor is not trusted. 1 if it was killed, 0 if it ended normally,
 * else -1. */
static int judge(const struct composer *c, int status, char *why, size_t why_n)
{
	if (lend_killer(status)) {
		snprintf(why, why_n, "the editor \"%s\" was killed by a signal: %s", c->editor,
			strsignal(lend_killer(status)));
		return 1;
	}
	if (WEXITSTATUS(status) == 0)
		return 0;
	if (WEXITSTATUS(status) == FED_NOT_FOUND || WEXITSTATUS(status) == SHELL_NOT_RUN) {
		not_run(c, WEXITSTATUS(status) == SHELL_NOT_RUN ? EACCES : ENOENT, why, why_n);
		return -1;
	}
	snprintf(why, why_n, "the editor \"%s\" ended with status %d: the text stays as it was",
		c->editor, WEXITSTATUS(status));
	return -1;
}

/* What lend() starts. */
struct job {
	const char *editor;
	char *path;
};

static int start_job(void *ud, pid_t *pid)
{
	const struct job *job = ud;

	return start(pid, job->editor, job->path);
}

/* Starts the editor and waits. COMPOSE_CHANGED if there is something to read, else as compose();
 * *killed: only what it had saved is left. */
static enum compose_what run_editor(
	const struct composer *c, char *path, int *killed, char *why, size_t why_n)
{
	const struct lender lender = { c->services, c->session, c->escapes };
	struct job job = { c->editor, path };
	int status = 0, failed = lend(&lender, start_job, &job, &status);

	if (failed == LEND_ENDING)
		return COMPOSE_ENDING;
	if (failed)
		return not_run(c, failed, why, why_n);
	int judged = judge(c, status, why, why_n);
	*killed = judged > 0;
	return judged < 0 ? COMPOSE_FAILED : COMPOSE_CHANGED;
}

/* The state of the text: unchanged, changed, or unreadable; in that case *keep says that the file
 * stays where it is. An empty text counts as unchanged; *untouched: it really is. */
static enum compose_what take_file(const char *path, const char *text, char **out, int *keep,
	int *untouched, char *why, size_t why_n)
{
	const char *trouble;

	*out = read_file(path, &trouble);
	if (!*out) {
		*keep = is_file(path);
		snprintf(why, why_n, "cannot read what the editor left in %s%s: %s", path,
			*keep ? ", where it stays" : "", trouble);
		return COMPOSE_FAILED;
	}
	*untouched = strcmp(*out, text) == 0;
	if (!*untouched && (*out)[strspn(*out, " \t\r\n")])
		return COMPOSE_CHANGED;
	free(*out);
	*out = NULL;
	return COMPOSE_SAME;
}

/* Monotonic ms. */
static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

enum compose_what compose(
	const struct composer *c, const char *text, char **out, char *why, size_t why_n)
{
	char *path = make_file(c->folder, text);
	int killed = 0, keep = 0, untouched = 0;

	*out = NULL;
	if (!path) {
		snprintf(why, why_n, "cannot make a file in %s for the editor: %s", c->folder,
			strerror(errno));
		return COMPOSE_FAILED;
	}
	int64_t began = now_ms();
	enum compose_what what = run_editor(c, path, &killed, why, why_n);
	int at_once = now_ms() - began < AT_ONCE_MS;
	if (what == COMPOSE_CHANGED)
		what = take_file(path, text, out, &keep, &untouched, why, why_n);
	if (untouched && at_once && !killed)
		snprintf(why, why_n,
			"the editor \"%s\" ended at once: if it has a window of its own, it may need "
			"--wait",
			c->editor);
	if (!keep)
		unlink(path);
	free(path);
	return killed ? COMPOSE_FAILED : what;
}
