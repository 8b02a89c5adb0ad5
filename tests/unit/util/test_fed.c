/* SPDX-License-Identifier: MIT */
/* test_fed: a command that gets a text as its input: what it reads, how it ends, and which pager there is. */
#include "../unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/fed.h"

/* What a command writes that gets the text; *status is its exit status. */
static const char *written(const char *script, const char *text, int *status)
{
	static char got[256];
	FILE *in = fed_file(str_of(text)), *out = tmpfile();
	pid_t pid;

	ck_assert(in && out);
	ck_assert_int_eq(fed_start(&pid, script, in, fileno(out)), 0);
	ck_assert_int_eq(waitpid(pid, status, 0), pid);
	*status = WEXITSTATUS(*status);
	rewind(out);
	got[fread(got, 1, sizeof got - 1, out)] = '\0';
	fclose(in);
	fclose(out);
	return got;
}

START_TEST(a_command_reads_the_text_from_its_beginning)
{
	int status;

	ck_assert_str_eq(written("cat; echo end >&2; exit 3", "one\ntwo\n", &status), "one\ntwo\nend\n");
	ck_assert_int_eq(status, 3);
	ck_assert_str_eq(written("cat", "", &status), "");
	ck_assert_str_eq(written("true", "nobody reads this", &status), "");
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(a_program_that_there_is_not_ends_a_script_quietly)
{
	static const struct {
		const char *command, *out;
		int status;
	} cases[] = {
		{ "cat", "text", 0 }, { "  cat -u", "text", 0 }, { "cat | tr t T", "TexT", 0 }, { "exec cat", "text", 0 },
		{ "no-such-program -x", "", FED_NOT_FOUND }, { "/no/such/program", "", FED_NOT_FOUND }, { "-x", "", FED_NOT_FOUND },
		{ "exit 4", "", 4 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf script = BUF(BUF_NO_CAP);
		int status;
		fed_command(&script, cases[i].command);
		ck_assert_str_eq(written(script.p, "text", &status), cases[i].out);
		ck_assert_int_eq(status, cases[i].status);
		buf_free(&script);
	}
}
END_TEST

START_TEST(the_pager_is_the_users)
{
	struct buf script = BUF(BUF_NO_CAP);
	int status;

	unsetenv("PAGER");
	ck_assert_str_eq(fed_pager(NULL), "less -R");
	setenv("PAGER", "", 1);
	ck_assert_str_eq(fed_pager(""), "less -R");
	setenv("PAGER", "more", 1);
	ck_assert_str_eq(fed_pager(""), "more");
	ck_assert_str_eq(fed_pager("most -s"), "most -s");
	fed_pager_script(&script, "echo $LESS");
	unsetenv("LESS");
	ck_assert_str_eq(written(script.p, "", &status), "FRX\n");
	setenv("LESS", "", 1);
	ck_assert_str_eq(written(script.p, "", &status), "\n");
	setenv("LESS", "R", 1);
	ck_assert_str_eq(written(script.p, "", &status), "R\n");
	buf_free(&script);
}
END_TEST

UNIT_MAIN("fed", a_command_reads_the_text_from_its_beginning, a_program_that_there_is_not_ends_a_script_quietly, the_pager_is_the_users)
