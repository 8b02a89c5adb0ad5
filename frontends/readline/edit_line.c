/* SPDX-License-Identifier: MIT */
/*
 * edit_line: edit-line, a program: lets somebody edit the text of its argument on the terminal (descriptor 0, shown on 2), and writes it
 * to standard output. Status 0; 1: the user gave up. Ctrl-C ends it by the signal. hobnob -e runs it, which itself links no readline.
 */
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/readline.h>

#include "bounds.h"

static const char *preset;

/* The terminal may become narrower than readline can draw on, at any time. */
static void redisplay(void)
{
	bounds_keep();
	rl_redisplay();
}

/* Set earlier, a function that redraws would turn bracketed paste off. */
static int put_preset(void)
{
	rl_redisplay_function = redisplay;
	rl_insert_text(preset);
	return 0;
}

static int add_line(int count, int key)
{
	(void)count;
	(void)key;
	rl_insert_text("\n");
	return 0;
}

/* The locale's characters; UTF-8 in any case, as in hobnob itself. readline asks the environment for it. */
static void take_locale(void)
{
	setlocale(LC_CTYPE, "");
	if (!strcmp(nl_langinfo(CODESET), "UTF-8") || !setlocale(LC_CTYPE, "C.UTF-8"))
		return;
	setenv("LC_ALL", "C.UTF-8", 1);
}

int main(int argc, char **argv)
{
	if (argc != 3 || strcmp(argv[1], "--") != 0) {
		fputs("usage: edit-line -- TEXT\n", stderr);
		return 2;
	}
	take_locale();
	preset = argv[2];
	rl_readline_name = "hobnob";
	rl_instream = stdin;
	rl_outstream = stderr;
	rl_startup_hook = put_preset;
	rl_bind_keyseq("\\e\\C-m", add_line);
	rl_bind_keyseq("\\e\\C-j", add_line);
	char *line = readline("edit: ");
	if (!line)
		return 1;
	size_t n = strlen(line);
	int failed = fwrite(line, 1, n, stdout) != n || fflush(stdout);
	free(line);
	return failed ? 2 : 0;
}
