/* SPDX-License-Identifier: MIT */
/* test_ambient: what a plugin's function changed of the process is as before, and told. */
#include "../scratch.h"

#include <locale.h>
#include <pthread.h>
#include <signal.h>

#include "call/ambient.h"

struct scene {
	struct scratch dir;
	struct log log;
	char cwd[4096];
};

static void handler(int sig)
{
	(void)sig;
}

static void another(int sig)
{
	(void)sig;
}

static void open_scene(struct scene *s)
{
	scratch_open(&s->dir);
	scratch_catch(&s->dir);
	s->log = (struct log){ .level = 0 };
	ck_assert_int_eq(log_open(&s->log, LOG_STEP, NULL), 0);
	ck_assert_ptr_nonnull(getcwd(s->cwd, sizeof s->cwd));
	signal(SIGINT, handler);
	umask(022);
	ambient_start(&s->log);
}

/* What was told. */
static void close_scene(struct scene *s, const char *told)
{
	char *err = scratch_caught(&s->dir);

	ck_assert_str_eq(err, told);
	free(err);
	ck_assert_int_eq(chdir(s->cwd), 0);
	log_close(&s->log);
	scratch_close(&s->dir);
}

static void is_at(const char *place)
{
	char now[4096];

	ck_assert_str_eq(getcwd(now, sizeof now), place);
}

static void (*handler_of(int sig))(int)
{
	struct sigaction now;

	sigaction(sig, NULL, &now);
	return now.sa_handler;
}

START_TEST(nothing_changed_is_nothing_told)
{
	struct scene s;
	struct ambient_call c;

	open_scene(&s);
	ambient_enter(&c, 0);
	ambient_leave(&c, "mumble", "chat");
	ambient_enter(&c, 1);
	ambient_leave(&c, "face", "run");
	close_scene(&s, "");
}
END_TEST

START_TEST(each_change_is_put_back)
{
	struct scene s;
	struct ambient_call c;
	sigset_t set, now;
	locale_t other = newlocale(LC_ALL_MASK, "C", (locale_t)0), own;

	open_scene(&s);
	setlocale(LC_ALL, "C.UTF-8");
	own = uselocale((locale_t)0);
	ambient_enter(&c, 0);
	ck_assert_int_eq(chdir("/"), 0);
	umask(0);
	setlocale(LC_NUMERIC, "POSIX");
	setlocale(LC_ALL, "POSIX");
	uselocale(other);
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, handler);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	ambient_leave(&c, "mumble", "its constructor");
	is_at(s.cwd);
	ck_assert_int_eq(umask(022), 022);
	ck_assert_str_eq(setlocale(LC_ALL, NULL), "C.UTF-8");
	ck_assert_ptr_eq(uselocale((locale_t)0), own);
	ck_assert(handler_of(SIGINT) == handler);
	ck_assert(handler_of(SIGPIPE) == SIG_DFL);
	pthread_sigmask(SIG_SETMASK, NULL, &now);
	ck_assert_int_eq(sigismember(&now, SIGTERM), 0);
	close_scene(&s, "hobnob: the plugin mumble changed the signal mask in its constructor; hobnob restored it\n"
		"hobnob: the plugin mumble changed the locale of its thread in its constructor; hobnob restored it\n"
		"hobnob: the plugin mumble changed what happens at SIGINT in its constructor; hobnob restored it\n"
		"hobnob: the plugin mumble changed what happens at SIGPIPE in its constructor; hobnob restored it\n"
		"hobnob: the plugin mumble changed the umask in its constructor; hobnob restored it\n"
		"hobnob: the plugin mumble changed the working directory in its constructor; hobnob restored it\n"
		"hobnob: the plugin mumble changed the locale in its constructor; hobnob restored it\n");
	freelocale(other);
}
END_TEST

START_TEST(a_handler_of_its_own_for_a_crash_stays)
{
	struct scene s;
	struct ambient_call c;

	open_scene(&s);
	signal(SIGSEGV, handler);
	signal(SIGBUS, handler);
	ambient_enter(&c, 0);
	signal(SIGSEGV, another);
	signal(SIGBUS, SIG_DFL);
	ambient_leave(&c, "mumble", "create");
	ck_assert(handler_of(SIGSEGV) == another);
	ck_assert(handler_of(SIGBUS) == handler);
	close_scene(&s, "hobnob: the plugin mumble changed what happens at SIGBUS in create(); hobnob restored it\n");
}
END_TEST

/* Another call, which begins while the first one is at work, and ends before it. */
static void *other_call(void *ud)
{
	struct ambient_call c;

	(void)ud;
	ambient_enter(&c, 0);
	ambient_leave(&c, "other", "chat");
	return NULL;
}

START_TEST(the_first_of_several_calls_knows_what_was_before)
{
	struct scene s;
	struct ambient_call c;
	pthread_t thread;

	open_scene(&s);
	ambient_enter(&c, 0);
	umask(077);
	pthread_create(&thread, NULL, other_call, NULL);
	pthread_join(thread, NULL);
	ck_assert_int_eq(umask(066), 022);
	ambient_leave(&c, "mumble", "chat");
	ck_assert_int_eq(umask(022), 022);
	close_scene(&s, "hobnob: the plugin other changed the umask in chat(); hobnob restored it\n"
		"hobnob: the plugin mumble changed the umask in chat(); hobnob restored it\n");
}
END_TEST

START_TEST(a_frontend_is_at_home_in_run)
{
	struct scene s;
	struct ambient_call run, chat;

	open_scene(&s);
	ambient_enter(&run, 1);
	ck_assert_int_eq(chdir("/"), 0);
	signal(SIGINT, SIG_DFL);
	ambient_enter(&chat, 0);
	ck_assert_int_eq(chdir("/tmp"), 0);
	ambient_leave(&chat, "mumble", "chat");
	is_at("/");
	ck_assert(handler_of(SIGINT) == SIG_DFL);
	signal(SIGINT, handler);
	ambient_leave(&run, "face", "run");
	is_at(s.cwd);
	ck_assert(handler_of(SIGINT) == handler);
	close_scene(&s, "hobnob: the plugin mumble changed the working directory in chat(); hobnob restored it\n"
		"hobnob: the plugin face changed the working directory in run(); hobnob restored it\n");
}
END_TEST

START_TEST(it_is_put_back_before_a_wait)
{
	struct scene s;
	struct ambient_call c;

	open_scene(&s);
	ambient_look("mumble", "chat");
	ambient_enter(&c, 0);
	signal(SIGINT, SIG_IGN);
	ambient_look("mumble", "chat");
	ck_assert(handler_of(SIGINT) == handler);
	ambient_leave(&c, "mumble", "chat");
	close_scene(&s, "hobnob: the plugin mumble changed what happens at SIGINT in chat(); hobnob restored it\n");
}
END_TEST

START_TEST(a_folder_that_is_gone_is_told)
{
	struct scene s;
	struct ambient_call c;
	char place[64];

	open_scene(&s);
	snprintf(place, sizeof place, "%s/place", s.dir.dir);
	ck_assert_int_eq(mkdir(place, 0700), 0);
	ck_assert_int_eq(chdir(place), 0);
	ambient_enter(&c, 0);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(rmdir(place), 0);
	ambient_leave(&c, "mumble", "chat");
	close_scene(&s, "hobnob: the plugin mumble changed the working directory in chat(); hobnob cannot restore it\n");
}
END_TEST

UNIT_MAIN("ambient", nothing_changed_is_nothing_told, each_change_is_put_back, a_handler_of_its_own_for_a_crash_stays,
	the_first_of_several_calls_knows_what_was_before, a_frontend_is_at_home_in_run, it_is_put_back_before_a_wait,
	a_folder_that_is_gone_is_told)
