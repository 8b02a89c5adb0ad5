/* SPDX-License-Identifier: MIT */
/* test_process: programs that a call starts: what they get, how they end, and what is refused. */
#include "../unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

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

UNIT_MAIN("process", it_reads_and_writes_and_ends, it_gets_three_descriptors_and_a_group_of_its_own,
	its_environment_is_what_was_declared, a_group_ends_by_term_and_one_that_ignores_it_by_kill,
	what_it_left_behind_ends_with_it, what_was_not_finished_ends_with_the_call, a_program_that_cannot_run_is_named,
	a_newer_child_is_filled_as_far_as_it_is_known, what_a_plugin_may_not_ask_is_refused_by_name)
