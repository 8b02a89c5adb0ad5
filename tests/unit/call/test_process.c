/* SPDX-License-Identifier: MIT */
/* test_process: programs that a call starts: what they get, how they end, and what is refused. */
#include "../unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "call/children.h"
#include "call/handle.h"
#include "call/process.h"
#include "config/secret.h"
#include "util/buf.h"
#include "util/child.h"

static struct cancel cancel;
static struct hn_call call;
static struct endpoint endpoint;
static hn_call *handle;
static hn_child child;
static const hn_process *const service = &process_service;

static void begin(void)
{
	ck_assert_int_eq(cancel_open(&cancel), 0);
	call_init(&call, &cancel, &clock_real, NULL);
	call.plugin = "thing";
	call.endpoint = &endpoint;
	handle = handle_new(&call);
	child = (hn_child){ .struct_size = sizeof child };
}

static void end(void)
{
	ck_assert_int_eq(handle_end(handle), 0);
	ck_assert_ptr_null(call.children);
	call_end(&call);
	cancel_close(&cancel);
}

/* Runs a line of the shell. */
static hn_program shell(const char *line, hn_str args[3])
{
	args[0] = str_of("/bin/sh");
	args[1] = str_of("-c");
	args[2] = str_of(line);
	return (hn_program){ .struct_size = sizeof(hn_program), .n_args = 3, .args = args };
}

static void start(const char *line)
{
	hn_str args[3];
	hn_program p = shell(line, args);
	ck_assert_int_eq(service->spawn(handle, &p, &child), 0);
}

/* All of its output, up to its end. */
static char *output(void)
{
	struct buf all = BUF(BUF_NO_CAP);
	char piece[512];
	ssize_t n = 1;
	while (n) {
		struct pollfd p = { .fd = child.output, .events = POLLIN };
		ck_assert_int_eq(poll(&p, 1, 20000), 1);
		n = read(child.output, piece, sizeof piece);
		if (n > 0)
			buf_add(&all, piece, (size_t)n);
	}
	return buf_take(&all);
}

/* Reads until it says "ready". */
static void ready(void)
{
	char word[6] = "";
	struct pollfd p = { .fd = child.output, .events = POLLIN };
	ck_assert_int_eq(poll(&p, 1, 20000), 1);
	ck_assert_int_eq(read(child.output, word, 6), 6);
	ck_assert_mem_eq(word, "ready\n", 6);
}

/* Nothing of its group is there, and no zombie. */
static void gone(int32_t id)
{
	ck_assert_int_eq(child_peek(id), CHILD_LOST);
	for (int i = 0; i < 2000 && kill(-id, 0) == 0; i++) /* init reaps what it killed */
		poll(NULL, 0, 5);
	ck_assert_int_eq(kill(-id, 0), -1);
	ck_assert_int_eq(errno, ESRCH);
}

START_TEST(it_reads_and_writes_and_ends)
{
	begin();
	start("read x; echo \"got $x\"; read y || echo end >&2; exit 7");
	ck_assert_int_gt(child.id, 0);
	ck_assert_int_eq(write(child.input, "one\n", 4), 4);
	ck_assert_int_eq(service->close_input(handle, &child), 0);
	ck_assert_int_eq(child.input, -1);
	char *said = output();
	ck_assert_str_eq(said, "got one\n");
	free(said);
	ck_assert_int_eq(service->finish(handle, &child, 20000, 0), 0);
	ck_assert_int_eq(child.status, 7);
	ck_assert_int_eq(child.killed_by, 0);
	ck_assert_uint_eq(child.flags, 0);
	ck_assert_int_eq(child.output, -1);
	gone(child.id);
	end();
}
END_TEST

START_TEST(it_gets_three_descriptors_and_a_group_of_its_own)
{
	begin();
	int stray = open("/dev/null", O_RDONLY); /* as our parent may have left one */
	ck_assert_int_gt(stray, 2);
	start("for fd in 0 1 2 3 4 5 6 7 8 9; do [ -e /dev/fd/$fd ] && printf $fd; done; true");
	char *said = output();
	char *fds = strndup(said, strspn(said, "0123456789"));
	ck_assert_str_eq(fds, "012");
	ck_assert_int_eq(getpgid(child.id), child.id);
	free(fds);
	free(said);
	close(stray);
	service->finish(handle, &child, 20000, 0);
	end();
}
END_TEST

START_TEST(its_environment_is_what_was_declared)
{
	struct secrets *secrets = secrets_new();
	hn_str args[3], names[2] = { str_of("WANTED"), str_of("ABSENT") };
	hn_program p = shell("echo $WANTED-$OTHER-$LC_THING-${HOME:+home}-$TOKEN", args);
	begin();
	setenv("WANTED", "w", 1);
	setenv("OTHER", "o", 1);
	setenv("LC_THING", "l", 1);
	setenv("HOME", "/h", 1);
	setenv("TOKEN", "not this one", 1);
	p.env = names;
	p.n_env = 2;
	p.secret = secret_new(secrets, SECRET_VALUE, "the-secret-value", NULL, "test");
	p.secret_name = str_of("TOKEN");
	ck_assert_int_eq(service->spawn(handle, &p, &child), 0);
	char *said = output();
	ck_assert_str_eq(said, "w--l-home-the-secret-value\n");
	free(said);
	service->finish(handle, &child, 20000, 0);
	end();
	secrets_free(secrets);
}
END_TEST

START_TEST(a_group_ends_by_term_and_one_that_ignores_it_by_kill)
{
	begin();
	start("sleep 1000 & echo ready; wait");
	ready();
	ck_assert_int_eq(service->finish(handle, &child, 0, 5000), 0);
	ck_assert_int_eq(child.killed_by, SIGTERM);
	ck_assert_int_eq(child.status, -1);
	ck_assert_uint_eq(child.flags, HN_CHILD_STOPPED);
	gone(child.id);
	child = (hn_child){ .struct_size = sizeof child };
	start("trap '' TERM; sleep 1000 & echo ready; wait");
	ready();
	cancel_set(&cancel); /* which cuts no grace short */
	ck_assert_int_eq(service->finish(handle, &child, 20000, 20), 0);
	ck_assert_int_eq(child.killed_by, SIGKILL);
	gone(child.id);
	cancel_clear(&cancel);
	end();
}
END_TEST

START_TEST(what_it_left_behind_ends_with_it)
{
	begin();
	start("trap '' TERM; sleep 1000 <&- >&- 2>&- & echo ready");
	ready();
	ck_assert_int_eq(service->finish(handle, &child, 20000, 20), 0);
	ck_assert_int_eq(child.status, 0);
	ck_assert_uint_eq(child.flags, 0);
	gone(child.id);
	end();
}
END_TEST

static int32_t leave_it(void *ud, hn_call *of)
{
	hn_str args[3];
	hn_program p = shell("sleep 1000", args);
	return service->spawn(of, &p, ud);
}

START_TEST(what_was_not_finished_ends_with_the_call)
{
	begin();
	ck_assert_int_eq(handle_run(&call, leave_it, &child), 0);
	ck_assert_int_gt(child.id, 0);
	gone(child.id);
	end();
}
END_TEST

static void cannot_run(const char *program, const char *message, const char *hint)
{
	hn_str arg = str_of(program);
	hn_program p = { .struct_size = sizeof p, .n_args = 1, .args = &arg };
	ck_assert_int_eq(service->spawn(handle, &p, &child), HN_ERR_CONFIG);
	ck_assert_str_eq(call.error.message, message);
	ck_assert_str_eq(call.error.hint, hint);
}

START_TEST(a_program_that_cannot_run_is_named)
{
	begin();
	cannot_run("no-such-program-here", "the program \"no-such-program-here\" was not found",
		"hobnob looks in PATH for this whole name; give its path, and list its arguments separately");
	cannot_run("/no/such", "the program \"/no/such\" was not found", "check the path");
	cannot_run("/dev/null", "the program \"/dev/null\" cannot be run: Permission denied",
		"make it executable with chmod +x, or run it by its interpreter: [python3, FILE]");
	end();
}
END_TEST

/* A child as a newer header may have it keeps its size, and what hobnob does not know. */
START_TEST(a_newer_child_is_filled_as_far_as_it_is_known)
{
	static const char mark[] = "";
	struct { hn_child child; const void *more; } newer = { { .struct_size = sizeof newer }, mark };
	hn_str args[3];
	hn_program p = shell("read x", args);
	begin();
	ck_assert_int_eq(service->spawn(handle, &p, &newer.child), 0);
	ck_assert_int_gt(newer.child.id, 0);
	ck_assert_uint_eq(newer.child.struct_size, sizeof newer);
	ck_assert_int_eq(service->close_input(handle, &newer.child), 0);
	ck_assert_uint_eq(newer.child.struct_size, sizeof newer);
	ck_assert_int_eq(service->finish(handle, &newer.child, 20000, 0), 0);
	ck_assert_int_eq(newer.child.status, 1);
	ck_assert_uint_eq(newer.child.struct_size, sizeof newer);
	ck_assert_ptr_eq(newer.more, mark);
	end();
}
END_TEST

static void refused(const hn_program *p, const char *why)
{
	ck_assert_int_eq(service->spawn(handle, p, &child), HN_ERR_PLUGIN);
	ck_assert_str_eq(call.error.message, why);
}

START_TEST(what_a_plugin_may_not_ask_is_refused_by_name)
{
	struct secrets *secrets = secrets_new();
	hn_str args[3];
	hn_program p = shell("true", args);
	begin();
	p.secret = secret_new(secrets, SECRET_VALUE, "the-secret-value", NULL, "test");
	refused(&p, "thing: hn_program.secret_name cannot be the name of a variable");
	p.secret_name = str_of("TOKEN");
	endpoint.url = "https://example.org";
	refused(&p, "thing: the plugin gives a program the secret of an instance that has an endpoint");
	endpoint.url = NULL;
	p.secret = NULL;
	args[2] = (hn_str){ "a\0b", 3 };
	refused(&p, "thing: hn_program.args holds a NUL byte");
	p.n_args = 0;
	refused(&p, "thing: hn_program names no program");
	p.struct_size = 0;
	refused(&p, "thing: hn_program says struct_size 0, at least 56 are needed");
	child.id = 1;
	ck_assert_int_eq(service->finish(handle, &child, 0, 0), HN_ERR_PLUGIN);
	ck_assert_str_eq(call.error.message, "thing: finish() was called for a process that the call does not have");
	end();
	secrets_free(secrets);
}
END_TEST

/* What a program is given, each with what is wrong with it. */
START_TEST(programs_that_are_none_are_refused_by_name)
{
	static const hn_str sh = { "/bin/sh", 7 }, no_text = { NULL, 5 }, empty = { "", 0 }, nul = { "A\0B", 3 }, assigns = { "A=b", 3 };
	static const struct { hn_program program; const char *why; } rows[] = {
		{ { .n_args = 2 }, "thing: there are 2 hn_program.args, and hn_program.args is NULL" },
		{ { .n_args = 4097, .args = &sh }, "thing: hn_program.args has 4097 elements, at most 4096 are taken" },
		{ { .n_args = 1, .args = &no_text }, "thing: hn_program.args is NULL and 5 bytes long" },
		{ { .n_args = 1, .args = &empty }, "thing: hn_program names no program" },
		{ { .n_args = 1, .args = &sh, .n_env = 1 }, "thing: there are 1 hn_program.env, and hn_program.env is NULL" },
		{ { .n_args = 1, .args = &sh, .n_env = 1, .env = &no_text }, "thing: hn_program.env is NULL and 5 bytes long" },
		{ { .n_args = 1, .args = &sh, .n_env = 1, .env = &nul }, "thing: hn_program.env holds a NUL byte" },
		{ { .n_args = 1, .args = &sh, .n_env = 1, .env = &empty }, "thing: hn_program.env cannot be the name of a variable" },
		{ { .n_args = 1, .args = &sh, .n_env = 1, .env = &assigns }, "thing: hn_program.env cannot be the name of a variable" },
	};
	begin();
	refused(NULL, "thing: hn_program is NULL");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		hn_program p = rows[i].program;
		p.struct_size = sizeof p;
		refused(&p, rows[i].why);
	}
	ck_assert_ptr_null(call.children);
	end();
}
END_TEST

/* A name of the secret's that would set another variable, or end in the middle. */
START_TEST(names_of_a_secret_that_are_none)
{
	static const struct { hn_str name; const char *why; } rows[] = {
		{ { "A=b", 3 }, "thing: hn_program.secret_name cannot be the name of a variable" },
		{ { "A\0B", 3 }, "thing: hn_program.secret_name holds a NUL byte" },
		{ { NULL, 3 }, "thing: hn_program.secret_name is NULL and 3 bytes long" },
	};
	struct secrets *secrets = secrets_new();
	hn_str args[3];
	hn_program p = shell("true", args);
	begin();
	p.secret = secret_new(secrets, SECRET_VALUE, "the-secret-value", NULL, "test");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		p.secret_name = rows[i].name;
		refused(&p, rows[i].why);
	}
	end();
	secrets_free(secrets);
}
END_TEST

/* A variable of that name that hobnob has, and passes on by name, does not stand beside the secret. */
START_TEST(a_secret_is_set_once)
{
	struct secrets *secrets = secrets_new();
	hn_str arg = str_of("env"), name = str_of("TOKEN");
	hn_program p = { .struct_size = sizeof p, .n_args = 1, .args = &arg, .n_env = 1, .env = &name, .secret_name = name };
	begin();
	setenv("TOKEN", "not this one", 1);
	p.secret = secret_new(secrets, SECRET_VALUE, "the-secret-value", NULL, "test");
	ck_assert_int_eq(service->spawn(handle, &p, &child), 0);
	char *said = output(), *at = strstr(said, "TOKEN=");
	ck_assert_ptr_nonnull(at);
	ck_assert_int_eq(strncmp(at, "TOKEN=the-secret-value\n", 23), 0);
	ck_assert_ptr_null(strstr(at + 1, "TOKEN="));
	free(said);
	service->finish(handle, &child, 20000, 0);
	end();
	secrets_free(secrets);
}
END_TEST

/* A function failed for that reason. */
static void breach(int32_t code, const char *why)
{
	ck_assert_int_eq(code, HN_ERR_PLUGIN);
	ck_assert_str_eq(call.error.message, why);
	call_error_clear(&call);
}

/* Nothing is started for a child that could not be told. */
START_TEST(children_that_cannot_be_read)
{
	hn_str args[3];
	hn_program p = shell("true", args);
	hn_child small = { .struct_size = sizeof small - 1 };
	begin();
	breach(service->spawn(handle, &p, NULL), "thing: hn_child is NULL");
	breach(service->spawn(handle, &p, &small), "thing: hn_child says struct_size 31, at least 32 are needed");
	ck_assert_ptr_null(call.children);
	breach(service->close_input(handle, NULL), "thing: hn_child is NULL");
	breach(service->finish(handle, NULL, 0, 0), "thing: hn_child is NULL");
	breach(service->close_input(handle, &child), "thing: close_input() was called for a process that the call does not have");
	end();
}
END_TEST

/* A program belongs to the call that started it, until it is finished. */
START_TEST(a_process_of_nobody_or_of_another_call)
{
	static const char close_input[] = "thing: close_input() was called for a process that the call does not have";
	static const char finish[] = "thing: finish() was called for a process that the call does not have";
	hn_child theirs;
	begin();
	start("read x");
	struct hn_call other;
	call_init(&other, &cancel, &clock_real, NULL);
	other.plugin = "other";
	hn_call *others = handle_new(&other);
	theirs = child;
	ck_assert_int_eq(service->close_input(others, &theirs), HN_ERR_PLUGIN);
	ck_assert_int_eq(service->finish(others, &theirs, 0, 0), HN_ERR_PLUGIN);
	theirs.id = getpid();
	breach(service->finish(handle, &theirs, 0, 0), finish);
	ck_assert_str_eq(other.error.message, "other: finish() was called for a process that the call does not have");
	ck_assert_int_eq(handle_end(others), 0);
	call_end(&other);
	ck_assert_int_eq(child_peek(child.id), CHILD_RUNS);
	ck_assert_int_eq(service->close_input(handle, &child), 0);
	ck_assert_int_eq(service->close_input(handle, &child), 0); /* it is closed already */
	ck_assert_int_eq(service->finish(handle, &child, 20000, 0), 0);
	breach(service->finish(handle, &child, 0, 0), finish);
	breach(service->close_input(handle, &child), close_input);
	end();
	ck_assert_int_eq(service->close_input(handle, &child), HN_ERR_PLUGIN); /* the call is over */
}
END_TEST

START_TEST(nothing_starts_after_a_cancel)
{
	hn_str args[3];
	hn_program p = shell("true", args);
	begin();
	cancel_set(&cancel);
	ck_assert_int_eq(service->spawn(handle, &p, &child), HN_ERR_INTERRUPTED);
	ck_assert_ptr_null(call.children);
	cancel_clear(&cancel);
	end();
}
END_TEST

/* A clock that goes on by what is waited for. */
static int64_t fake_now;

static int64_t tell_now(void *ud)
{
	(void)ud;
	return fake_now;
}

static int jump(void *ud, void *fds, size_t n, int64_t timeout_ms)
{
	(void)ud;
	(void)fds;
	(void)n;
	fake_now += timeout_ms;
	return 0;
}

/* A plugin cannot have hobnob wait for ever, nor for less than nothing. */
START_TEST(times_are_bounded)
{
	static const struct { int64_t wait, grace, took; } rows[] = {
		{ 0, INT64_MAX, 5000 }, { -1, -1, 0 }, { INT64_MIN, 7, 7 }, { 11, INT64_MIN, 11 }
	};
	const struct clock clock = { .now = tell_now, .wall = tell_now, .wait = jump };
	begin();
	call.clock = &clock;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		start("trap '' TERM; echo ready; while read x; do :; done; exec sleep 1000");
		ready();
		fake_now = 1000;
		ck_assert_int_eq(service->finish(handle, &child, rows[i].wait, rows[i].grace), 0);
		ck_assert_int_eq(fake_now - 1000, rows[i].took);
		ck_assert_int_eq(child.killed_by, SIGKILL);
		child = (hn_child){ .struct_size = sizeof child };
	}
	end();
}
END_TEST

/* What a second Ctrl-C ends are the groups that run, however many have run before. */
START_TEST(ended_groups_are_forgotten)
{
	begin();
	for (int i = 0; i < 260; i++) {
		start(":");
		ck_assert_int_eq(service->finish(handle, &child, 20000, 0), 0);
		child = (hn_child){ .struct_size = sizeof child };
	}
	start("trap '' TERM; echo ready; read x");
	ready();
	children_abandon();
	ck_assert_int_eq(service->finish(handle, &child, 20000, 5000), 0);
	ck_assert_int_eq(child.killed_by, SIGKILL);
	ck_assert_uint_eq(child.flags, 0);
	end();
}
END_TEST

UNIT_MAIN("process", it_reads_and_writes_and_ends, it_gets_three_descriptors_and_a_group_of_its_own,
	its_environment_is_what_was_declared, a_group_ends_by_term_and_one_that_ignores_it_by_kill,
	what_it_left_behind_ends_with_it, what_was_not_finished_ends_with_the_call, a_program_that_cannot_run_is_named,
	a_newer_child_is_filled_as_far_as_it_is_known, what_a_plugin_may_not_ask_is_refused_by_name,
	programs_that_are_none_are_refused_by_name, names_of_a_secret_that_are_none, a_secret_is_set_once,
	children_that_cannot_be_read,
	a_process_of_nobody_or_of_another_call, nothing_starts_after_a_cancel, times_are_bounded, ended_groups_are_forgotten)
