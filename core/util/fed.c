/* SPDX-License-Identifier: MIT */
/* fed: runs a shell on a text; see the header. */
#include "util/fed.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/child.h"

FILE *fed_file(hn_str text)
{
	FILE *f = tmpfile();

	if (f && ((text.n && fwrite(text.p, 1, text.n, f) != text.n) || fflush(f) || fseek(f, 0, SEEK_SET))) {
		int saved = errno;
		fclose(f);
		errno = saved;
		f = NULL;
	}
	return f;
}

int fed_start(pid_t *pid, const char *script, FILE *in, int out)
{
	char shell[] = "/bin/sh", flag[] = "-c", end[] = "--", *words = strdup(script);
	char *argv[] = { shell, flag, end, words, NULL };
	posix_spawn_file_actions_t files;

	if (!words || posix_spawn_file_actions_init(&files)) {
		free(words);
		return ENOMEM;
	}
	posix_spawn_file_actions_adddup2(&files, fileno(in), STDIN_FILENO);
	if (out >= 0) {
		posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
		posix_spawn_file_actions_adddup2(&files, out, STDERR_FILENO);
	}
	int rc = child_start(pid, argv, &files);
	posix_spawn_file_actions_destroy(&files);
	free(words);
	return rc;
}

int fed_is_plain(const char *command)
{
	return !command[strcspn(command, "|&;<>()$`\\\"'\n*?[]#~=%!{}^")];
}

void fed_command(struct buf *script, const char *command)
{
	const char *word = command + strspn(command, " \t");
	size_t n = strcspn(word, " \t");

	/* A program takes the shell's place, so that a signal for the child is one for the program. */
	if (fed_is_plain(command))
		buf_addf(script, "case $(command -v -- %.*s) in\n'') exit %d ;;\n*/*) exec %s ;;\nesac\n", (int)n, word, FED_NOT_FOUND, command);
	buf_adds(script, command);
	buf_addc(script, '\n');
}

const char *fed_pager(const char *setting)
{
	const char *env = getenv("PAGER");

	return setting && *setting ? setting : env && *env ? env : "less -R";
}

void fed_pager_script(struct buf *script, const char *pager)
{
	buf_adds(script, "LESS=${LESS-FRX}\nexport LESS\n");
	fed_command(script, pager);
}
