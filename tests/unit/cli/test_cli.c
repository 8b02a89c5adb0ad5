/* SPDX-License-Identifier: MIT */
/* test_cli: the parser of the command line, its help, and the gathering of the first input. */
#include "cli/cli.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../unit.h"

#include "cli/output.h"
#include "util/mem.h"

#define ATTACH_HINT "  -a " ATTACH_TAKES "; what comes from a pipe goes to standard input\n"
#define EMPTY "hobnob: the prompt is empty\n  give a PROMPT, a file with -a, or pipe one in\n"

/* ---- parsing ---- */

static struct cli cli;
static struct attached images;
static struct fault fault;

/* Parses a command line that is given without its program's name; frees what the one before has made. */
static int parse(const char *const *words)
{
	static char *argv[32];
	int n = 1;
	cli_free(&cli);
	for (int i = 0; argv[i]; i++)
		free(argv[i]);
	argv[0] = xstrdup("hobnob");
	for (; words[n - 1]; n++)
		argv[n] = xstrdup(words[n - 1]);
	argv[n] = NULL;
	fault_free(&fault);
	return cli_parse(&cli, n, argv, &fault);
}

#define PARSE(...) parse((const char *const[]){ __VA_ARGS__, NULL })

/* The words, joined by "|" (static). */
static const char *words(void)
{
	static char out[256];
	size_t n = 0;
	out[0] = '\0';
	for (size_t i = 0; i < cli.n_words; i++)
		n += (size_t)snprintf(out + n, sizeof out - n, "%s%s", i ? "|" : "", cli.words[i]);
	return out;
}

/* One of the settings that the line sets. */
static void has_set(size_t i, const char *key, const char *value, const char *where)
{
	ck_assert_uint_lt(i, cli.n_sets);
	ck_assert_str_eq(cli.sets[i].key, key);
	ck_assert_str_eq(cli.sets[i].value, value);
	ck_assert_str_eq(cli.sets[i].where, where);
}

START_TEST(options_in_all_forms)
{
	ck_assert_int_eq(PARSE("-pmock", "-m", "gpt", "--system=be kind", "--profile", "p", "-o",
				 "a.b=c=d", "hello"),
		0);
	has_set(0, "provider", "mock", "-p");
	has_set(1, "model", "gpt", "-m");
	has_set(2, "system", "be kind", "-s");
	has_set(3, "profile", "p", "-P");
	has_set(4, "a.b", "c=d", "-o");
	ck_assert_uint_eq(cli.n_sets, 5);
	ck_assert_str_eq(words(), "hello");
	ck_assert_str_eq(cli.subcommand, "chat");
}
END_TEST

START_TEST(short_options_may_be_bundled)
{
	ck_assert_int_eq(PARSE("-invvpmock", "x"), 0);
	ck_assert_int_eq(cli.interactive, 1);
	ck_assert_int_eq(cli.no_stdin, 1);
	ck_assert_int_eq(cli.verbose, 2);
	has_set(0, "provider", "mock", "-p");
	ck_assert_int_eq(PARSE("-nx", "x"), 0);
	ck_assert_str_eq(cli.code, "");
	ck_assert_int_eq(PARSE("-nx12", "x"), 0);
	ck_assert_int_eq(cli.no_stdin, 1);
	ck_assert_str_eq(cli.code, "12");
}
END_TEST

START_TEST(options_come_after_words_too)
{
	ck_assert_int_eq(
		PARSE("one", "--json", "two", "-a", "f1", "-", "-a", "f2", "--", "-p", "--", "x"),
		0);
	ck_assert_str_eq(words(), "one|two|-|-p|--|x");
	ck_assert_int_eq(cli.json, 1);
	ck_assert_uint_eq(cli.n_attach, 2);
	ck_assert_str_eq(cli.attach[1], "f2");
}
END_TEST

START_TEST(a_sub_command_is_the_first_word_exactly)
{
	ck_assert_int_eq(PARSE("plugins", "info", "mock"), 0);
	ck_assert_str_eq(cli.subcommand, "plugins");
	ck_assert_str_eq(words(), "info|mock");
	ck_assert_int_eq(PARSE("-v", "config", "config"), 0);
	ck_assert_str_eq(cli.subcommand, "config");
	ck_assert_str_eq(words(), "config");
	ck_assert_int_eq(PARSE("--", "plugins"), 0);
	ck_assert_str_eq(cli.subcommand, "chat");
	ck_assert_str_eq(words(), "plugins");
	ck_assert_int_eq(PARSE("which", "plugins"), 0);
	ck_assert_str_eq(cli.subcommand, "chat");
	ck_assert_str_eq(words(), "which|plugins");
	ck_assert_int_eq(PARSE("Plugins", "for", "vim"), 0);
	ck_assert_str_eq(cli.subcommand, "chat");
}
END_TEST

START_TEST(all_the_other_options)
{
	ck_assert_int_eq(PARSE("--config", "c", "--env-file=e", "--no-config", "--no-env-file",
				 "--plugin-path", "/a:/b", "--log-file", "l", "-c", "-r", "id",
				 "--no-journal", "--no-stream", "--usage", "--dry-run", "--version",
				 "--help", "-f", "stdio"),
		0);
	ck_assert_str_eq(cli.sources.config, "c");
	ck_assert_str_eq(cli.sources.env_file, "e");
	ck_assert_int_eq(cli.sources.no_config && cli.sources.no_env_file, 1);
	ck_assert_str_eq(cli.plugin_path, "/a:/b");
	ck_assert_str_eq(cli.log_file, "l");
	ck_assert_str_eq(cli.resume, "id");
	ck_assert_int_eq(cli.resume_last && cli.no_journal && cli.usage && cli.dry_run &&
				 cli.version && cli.help,
		1);
	has_set(0, "stream", "false", "--no-stream");
	has_set(1, "frontend", "stdio", "-f");
}
END_TEST

/* The line must be refused with exactly that message. */
static void refused(const char *expected, int rc)
{
	char *text = fault_text(&fault);
	ck_assert_int_eq(rc, HN_ERR_USAGE);
	ck_assert_str_eq(text, expected);
	free(text);
}

START_TEST(what_is_wrong_is_told)
{
	refused("unknown option \"--provder\" (did you mean \"--provider\"?)",
		PARSE("--provder", "x"));
	refused("unknown option \"--prov\": `hobnob --help` lists them", PARSE("--prov=x"));
	refused("unknown option \"-Z\": `hobnob --help` lists them", PARSE("-iZ"));
	refused("-p (--provider) needs NAME", PARSE("hi", "-p"));
	refused("-a (--attach) needs FILE", PARSE("--attach"));
	refused("--config needs FILE", PARSE("--config"));
	refused("--json takes no value", PARSE("--json=yes"));
	refused("-o needs KEY=VALUE, got \"temperature\"", PARSE("-o", "temperature"));
	refused("-o needs KEY=VALUE, got \"=1\"", PARSE("-o", "=1"));
}
END_TEST

START_TEST(a_slip_in_a_sub_command_is_no_question)
{
	refused("\"modles\" is not a sub-command (did you mean \"models\"?)\n"
		"`hobnob -- modles ...` asks the model",
		PARSE("modles", "gpt"));
	refused("\"list\" is not a sub-command (did you mean \"sessions list\"?)\n"
		"`hobnob -- list ...` asks the model",
		PARSE("-v", "list", "session"));
	refused("\"hlep\" is not a sub-command\n"
		"did you mean `hobnob --help`? `hobnob -- hlep` asks the model",
		PARSE("hlep"));
	refused("\"exit\" is not a sub-command: hobnob ends after one turn, and /exit leaves a "
		"conversation\n`hobnob -- exit` asks the model",
		PARSE("exit"));
	ck_assert_int_eq(PARSE("--", "hlep"), 0);
	ck_assert_int_eq(PARSE("-a", "file", "list"), 0);
	ck_assert_int_eq(PARSE("list", "models", "of", "cars"), 0);
	ck_assert_int_eq(PARSE("modes", "of", "failure"), 0);
	ck_assert_int_eq(PARSE("serve", "x"), 0);
	ck_assert_str_eq(cli.subcommand, "serve");
}
END_TEST

START_TEST(help_is_made_from_the_tables)
{
	struct buf out = BUF(BUF_NO_CAP);
	cli_help(&out);
	for (size_t i = 0; i < cli_switch_count; i++)
		ck_assert_ptr_nonnull(strstr(out.p, cli_switches[i].help));
	for (size_t i = 0; i < subcommand_count; i++)
		ck_assert_ptr_nonnull(strstr(out.p, subcommand_table[i].help));
	for (size_t i = 0; i < S_COUNT; i++)
		ck_assert_ptr_nonnull(strstr(out.p, setting_table[i].help));
	ck_assert_ptr_nonnull(strstr(out.p, "      list | info NAME | install FILE | check FILE\n"));
	ck_assert_ptr_nonnull(strstr(out.p, "  -p, --provider NAME "));
	ck_assert_ptr_nonnull(strstr(out.p, "      --json "));
	buf_free(&out);
	cli_version(&out);
	ck_assert_str_eq(out.p, "hobnob 0.1.0 (plugin ABI 1.0)\n");
	buf_free(&out);
}
END_TEST

/* ---- the first input ---- */

static struct tasks tasks;
static struct log test_log;
static struct runtime rt = { .log = &test_log, .tasks = &tasks, .task = &tasks.own };
static int64_t now;
static int silences;

/* A clock that does not sleep: when nothing is ready, time jumps. */
static int64_t jump_now(void *ud)
{
	(void)ud;
	return now;
}

/* Polls without waiting; after a time-out of a second the writer of the test speaks. */
static int jump_wait(void *ud, void *fds, size_t n, int64_t timeout_ms)
{
	int got = clock_real.wait(NULL, fds, n, 0);
	if (got != 0)
		return got;
	now += timeout_ms < 0 ? 0 : timeout_ms;
	silences += timeout_ms == 1000;
	int *writer = ud;
	if (timeout_ms < 0 && *writer >= 0) {
		ck_assert_int_eq(write(*writer, "late\n", 5), 5);
		close(*writer);
		*writer = -1;
	}
	return 0;
}

static int writer = -1;
static struct clock jumping = {
	.now = jump_now, .wall = jump_now, .wait = jump_wait, .ud = &writer
};

/* A runtime with a cancel token and the clock that jumps, and stdin from a pipe holding `text`, ended unless kept open. */
static void begin(const char *text, size_t n, int keep_open)
{
	int fds[2];
	ck_assert_int_eq(tasks_open(&tasks), 0);
	rt.clock = &jumping;
	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(write(fds[1], text, n), (ssize_t)n);
	ck_assert_int_eq(dup2(fds[0], STDIN_FILENO), STDIN_FILENO);
	close(fds[0]);
	if (keep_open)
		writer = fds[1];
	else
		close(fds[1]);
}

/* stderr goes into a file from here on; said() reads it. */
static FILE *catch_stderr(void)
{
	FILE *f = tmpfile();
	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(dup2(fileno(f), STDERR_FILENO), STDERR_FILENO);
	return f;
}

/* What was written to stderr so far (static). */
static const char *said(FILE *f)
{
	static char out[1024];
	rewind(f);
	out[fread(out, 1, sizeof out - 1, f)] = '\0';
	return out;
}

/* The first input must be exactly that. */
static void input_is(int one_turn, const char *expected, size_t n)
{
	struct buf out = { 0 };
	ck_assert_int_eq(first_input(&rt, &cli, NULL, one_turn, &out, &images), 0);
	ck_assert_uint_eq(out.n, n);
	ck_assert_mem_eq(out.p, expected, n);
	buf_free(&out);
}

/* Makes a file of these bytes; the path is allocated. */
static char *file_of(const char *text, size_t n)
{
	char path[] = "/tmp/hobnob-cli-XXXXXX";
	int fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, n), (ssize_t)n);
	close(fd);
	return xstrdup(path);
}

START_TEST(words_and_stdin_are_joined_by_a_blank_line)
{
	begin("from\npipe\n\n", 11, 0);
	PARSE("two", "words");
	input_is(1, "two words\n\nfrom\npipe\n", 21);
}
END_TEST

START_TEST(stdin_alone_is_verbatim)
{
	begin("/help  a\tb \n", 12, 0);
	parse((const char *const[]){ NULL });
	input_is(1, "/help  a\tb ", 11);
}
END_TEST

START_TEST(an_empty_stdin_adds_nothing)
{
	begin("\n", 1, 0);
	PARSE("hi");
	input_is(1, "hi", 2);
}
END_TEST

START_TEST(a_closed_stdin_adds_nothing)
{
	begin("", 0, 0);
	close(STDIN_FILENO);
	PARSE("hi");
	input_is(1, "hi", 2);
}
END_TEST

START_TEST(stdin_is_left_alone_when_it_should_be)
{
	begin("not read\n", 9, 0);
	PARSE("-n", "hi");
	input_is(1, "hi", 2);
	PARSE("hi");
	input_is(0, "hi", 2);
	char left[16];
	ck_assert_int_eq(read(STDIN_FILENO, left, sizeof left), 9);
}
END_TEST

START_TEST(files_come_between_words_and_stdin)
{
	begin("pipe\n", 5, 0);
	char *one = file_of("first\n", 6), *two = file_of("second", 6);
	PARSE("look:", "-a", one, "-a", two);
	char *expected = xasprintf(
		"look:\n\n%s:\n```\nfirst\n```\n\n%s:\n```\nsecond\n```\n\npipe", one, two);
	input_is(1, expected, strlen(expected));
	free(expected);
	unlink(one);
	unlink(two);
	free(one);
	free(two);
}
END_TEST

/* The first input must be refused as a usage error that says so. */
static void input_refused(const char *expected)
{
	struct buf out = { 0 };
	FILE *err = catch_stderr();
	ck_assert_int_eq(first_input(&rt, &cli, NULL, 1, &out, &images), 2);
	ck_assert_str_eq(said(err), expected);
	buf_free(&out);
	fclose(err);
}

/* An attached file of these bytes must be refused for that reason, with the hint of that reason alone. */
static void file_refused(const char *bytes, size_t n, const char *why)
{
	char *file = file_of(bytes, n),
	     *expected = xasprintf("hobnob: cannot attach %s: %s\n", file, why);
	PARSE("hi", "-a", file);
	input_refused(expected);
	unlink(file);
	free(file);
	free(expected);
}

START_TEST(only_text_is_attached)
{
	begin("", 0, 0);
	file_refused("a\0b", 3, "it is not text: it holds a NUL byte\n  hobnob takes text in UTF-8");
	file_refused("caf\xe9", 4,
		"it is not text in UTF-8\n  if it is text in another encoding, convert it, as "
		"with: iconv -f LATIN1 -t UTF-8");
}
END_TEST

START_TEST(a_missing_file_is_named)
{
	begin("", 0, 0);
	PARSE("hi", "-a", "/nonexistent/file");
	input_refused(
		"hobnob: cannot attach /nonexistent/file: No such file or directory\n" ATTACH_HINT);
}
END_TEST

START_TEST(an_empty_prompt_is_a_usage_error)
{
	begin("", 0, 0);
	PARSE("");
	input_refused(EMPTY);
	PARSE("  \n");
	input_refused(EMPTY);
}
END_TEST

START_TEST(a_silent_pipe_is_told_once)
{
	begin("", 0, 1);
	FILE *err = catch_stderr();
	PARSE("hi");
	input_is(1, "hi\n\nlate", 8);
	ck_assert_int_eq(silences, 1);
	ck_assert_str_eq(said(err),
		"hobnob: reading the prompt from standard input; end it with Ctrl-D, or give -n\n");
	fclose(err);
}
END_TEST

START_TEST(an_interrupt_ends_the_reading)
{
	struct buf out = { 0 };
	begin("", 0, 1);
	PARSE("hi");
	tasks_interrupt(&tasks);
	ck_assert_int_eq(first_input(&rt, &cli, NULL, 1, &out, &images), 130);
	buf_free(&out);
}
END_TEST

/* ---- telling ---- */

START_TEST(errors_are_safe_and_indented)
{
	FILE *err = catch_stderr();
	ck_assert_int_eq(
		cli_error(&rt, HN_ERR_CONFIG, "put it there\n\nor here", "no %s", "\033[2J key"), 3);
	ck_assert_str_eq(said(err), "hobnob: no ^[[2J key\n  put it there\n  or here\n");
	fclose(err);
}
END_TEST

START_TEST(tables_are_aligned)
{
	struct table t = { .columns = 3 };
	struct buf out = BUF(BUF_NO_CAP);
	const char *const cells[] = { "NAME", "N", "WHAT", "wörld", NULL, "x", "a\nb", "12", NULL };
	for (size_t i = 0; i < 9; i++)
		table_cell(&t, cells[i]);
	table_print(&t, &out);
	ck_assert_str_eq(out.p, "NAME   N   WHAT\nwörld      x\na^Jb   12\n");
	buf_free(&out);
}
END_TEST

START_TEST(a_full_disk_is_told)
{
	struct buf out = BUF(BUF_NO_CAP);
	FILE *err = catch_stderr();
	int full = open("/dev/full", O_WRONLY);
	ck_assert_int_eq(dup2(full, STDOUT_FILENO), STDOUT_FILENO);
	buf_adds(&out, "x\n");
	ck_assert_int_eq(output_write(&rt, &out), 1);
	ck_assert_str_eq(said(err), "hobnob: standard output: No space left on device\n");
	fclose(err);
}
END_TEST

UNIT_MAIN("cli", options_in_all_forms, short_options_may_be_bundled, options_come_after_words_too,
	a_sub_command_is_the_first_word_exactly, all_the_other_options, what_is_wrong_is_told,
	a_slip_in_a_sub_command_is_no_question, help_is_made_from_the_tables, words_and_stdin_are_joined_by_a_blank_line,
	stdin_alone_is_verbatim, an_empty_stdin_adds_nothing, a_closed_stdin_adds_nothing,
	stdin_is_left_alone_when_it_should_be, files_come_between_words_and_stdin,
	only_text_is_attached, a_missing_file_is_named, an_empty_prompt_is_a_usage_error,
	a_silent_pipe_is_told_once, an_interrupt_ends_the_reading, errors_are_safe_and_indented,
	tables_are_aligned, a_full_disk_is_told)
