/* SPDX-License-Identifier: MIT */
/* test_secret: where a key comes from, what goes wrong on the way, and that it is taken out. */
#include "config.h"

#include "../fault_is.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "config/secret.h"
#include "util/mem.h"
#include "../scratch.h"

/* A way to wait: truly, until the command has said something, then one answer at once. */
struct fake_wait {
	int32_t says;
	int calls;
	int64_t timeout;
};

static int32_t fake_wait(void *ud, int fd, int64_t timeout_ms)
{
	struct fake_wait *f = ud;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	f->timeout = timeout_ms;
	if (f->calls++)
		return f->says;
	ck_assert_int_eq(poll(&p, 1, 20000), 1);
	return HN_WAIT_READY;
}

/* A secret that a command prints. */
static struct hn_secret *command(struct secrets *all, const char *const *words)
{
	char *argv[8] = { NULL };
	for (size_t i = 0; words[i]; i++)
		argv[i] = strdup(words[i]);
	struct hn_secret *s = secret_new(all, SECRET_COMMAND, NULL, argv, "W");
	for (size_t i = 0; argv[i]; i++)
		free(argv[i]);
	return s;
}

/* Reads a secret and compares. */
static void value_is(struct hn_secret *s, const char *want)
{
	hn_str value;
	struct fault fault = { 0 };
	ck_assert_msg(secret_value(s, NULL, &value, &fault) == 0, "%s", fault.message);
	ck_assert_uint_eq(value.n, strlen(want));
	ck_assert_mem_eq(value.p, want, value.n);
}

/* Reads a secret that cannot be read and compares the error. */
static void value_fails(struct hn_secret *s, const char *want)
{
	hn_str value;
	struct fault fault = { 0 };
	ck_assert_int_eq(secret_value(s, NULL, &value, &fault), HN_ERR_CONFIG);
	fault_is(&fault, HN_ERR_CONFIG, want);
}

/* Redacts a text and compares. */
static void redacted(struct secrets *all, const char *text, const char *want)
{
	struct buf b = BUF(BUF_NO_CAP);
	buf_adds(&b, text);
	secrets_redact(all, &b);
	ck_assert_str_eq(b.p, want);
	buf_free(&b);
}

/* A value is itself, cannot be fetched anew, and knows where it is from. */
START_TEST(values)
{
	struct secrets *all = secrets_new();
	struct hn_secret *s = secret_new(all, SECRET_VALUE, "sk-1234", NULL, "OPENAI_API_KEY");
	value_is(s, "sk-1234");
	ck_assert_int_eq(secret_forget(s), 0);
	value_is(s, "sk-1234");
	ck_assert_str_eq(secret_where(s), "OPENAI_API_KEY");
	ck_assert_int_eq(secret_kind(s), SECRET_VALUE);
	ck_assert_ptr_null(secret_from(s));
	value_fails(secret_new(all, SECRET_VALUE, "", NULL, "X"), "X: the secret is empty");
	value_fails(secret_new(all, SECRET_VALUE, "a\r\nHost: b", NULL, "X"),
		"X: the secret holds a line break or another control character");
	secrets_free(all);
}
END_TEST

/* A file is read once, its line's end taken off, until it is forgotten. */
START_TEST(files)
{
	struct scratch d;
	struct secrets *all = secrets_new();
	char want[400];
	scratch_open(&d);
	scratch_write(&d, "key", "first\r\n");
	struct hn_secret *s = secret_new(
		all, SECRET_FILE, scratch_path(&d, "key"), NULL, "c.yaml:3: api_key_file");
	ck_assert_str_eq(secret_from(s), scratch_path(&d, "key"));
	value_is(s, "first");
	scratch_write(&d, "key", "second");
	value_is(s, "first");
	ck_assert_int_eq(secret_forget(s), 1);
	value_is(s, "second");
	redacted(all, "first second third", "[secret] [secret] third");
	s = secret_new(all, SECRET_FILE, scratch_path(&d, "none"), NULL, "c.yaml:3: api_key_file");
	snprintf(
		want, sizeof want, "c.yaml:3: api_key_file: %s: No such file or directory", d.path);
	value_fails(s, want);
	scratch_write(&d, "two", "a\nb\n");
	value_fails(secret_new(all, SECRET_FILE, scratch_path(&d, "two"), NULL, "W"),
		"W: the secret holds a line break or another control character");
	secrets_free(all);
	scratch_close(&d);
}
END_TEST

/* A command's output, without a shell: its words are its words. */
START_TEST(commands)
{
	struct secrets *all = secrets_new();
	const char *const echo[] = { "printf", "%s\\n", "a b;$HOME 'c'", NULL };
	value_is(command(all, echo), "a b;$HOME 'c'");
	const char *const fails[] = { "sh", "-c", "echo sk-out; exit 3", NULL };
	value_fails(command(all, fails), "W: the command \"sh\" ended with exit status 3");
	const char *const killed[] = { "sh", "-c", "kill -9 $$", NULL };
	value_fails(command(all, killed), "W: the command \"sh\" was ended by signal 9");
	const char *const none[] = { "/no/such/program", "secret-argument", NULL };
	value_fails(command(all, none),
		"W: the command \"/no/such/program\" cannot be run: No such file or directory");
	const char *const silent[] = { "true", NULL };
	value_fails(command(all, silent), "W: the secret is empty");
	const char *const endless[] = { "yes", NULL };
	value_fails(command(all, endless), "W: the command \"yes\" printed more than 64 KiB");
	secrets_free(all);
}
END_TEST

/* A command runs once for all secrets that name it, until one of them forgets the value. */
START_TEST(shared_command)
{
	struct scratch d;
	scratch_open(&d);
	struct secrets *all = secrets_new();
	char *count = xasprintf("echo >>%s/ran; wc -l <%s/ran", d.dir, d.dir);
	const char *const same[] = { "sh", "-c", count, NULL }, *const more[] = { "sh", "-c", count, "x", NULL };
	struct hn_secret *a = command(all, same), *b = command(all, same), *refusing = command(all, same);
	value_is(a, "1");
	value_is(b, "1");
	secret_refuse(refusing, "1", "is never sent to x");
	value_fails(refusing, "W: the secret is never sent to x");
	value_is(command(all, more), "2");
	ck_assert_int_eq(secret_forget(b), 1);
	value_is(a, "3");
	value_is(b, "3");
	secrets_free(all);
	free(count);
	scratch_close(&d);
}
END_TEST

/* A command's stderr is shown, its stdin is empty, and it starts with signals as they should be. */
START_TEST(command_surroundings)
{
	struct scratch d;
	struct secrets *all = secrets_new();
	scratch_open(&d);
	scratch_catch(&d);
	signal(SIGPIPE, SIG_IGN);
	const char *const says[] = { "sh", "-c",
		"echo unlock me >&2; cat; kill -PIPE $$; echo not reached", NULL };
	struct hn_secret *s = command(all, says);
	value_fails(s, "W: the command \"sh\" was ended by signal 13");
	char *err = scratch_caught(&d);
	ck_assert_str_eq(err, "unlock me\n");
	free(err);
	secrets_free(all);
	scratch_close(&d);
}
END_TEST

/* Runs a command that leaves its pid and falls silent, with a wait that answers `says`. */
static int32_t run_silent(struct scratch *d, int32_t says, struct fault *fault)
{
	struct secrets *all = secrets_new();
	struct fake_wait fake = { .says = says };
	struct secret_wait wait = { .wait = fake_wait, .ud = &fake };
	char script[400];
	snprintf(script, sizeof script, "echo $$ > %s; echo x; exec sleep 1000",
		scratch_path(d, "pid"));
	const char *const sleeps[] = { "sh", "-c", script, NULL };
	struct hn_secret *s = command(all, sleeps);
	hn_str value;
	int32_t rc = secret_value(s, &wait, &value, fault);
	ck_assert_int_eq(fake.calls, 2);
	ck_assert_int_le(fake.timeout, 30000);
	ck_assert_int_gt(fake.timeout, 20000);
	secrets_free(all);
	FILE *f = fopen(d->path, "r");
	char line[32] = "";
	ck_assert_ptr_nonnull(f);
	ck_assert_ptr_nonnull(fgets(line, sizeof line, f));
	fclose(f);
	ck_assert_int_eq(kill((pid_t)strtol(line, NULL, 10), 0), -1);
	ck_assert_int_eq(errno, ESRCH);
	return rc;
}

/* Cancel and time-out end the command at once. */
START_TEST(command_is_ended)
{
	struct scratch d;
	struct fault fault = { 0 };
	scratch_open(&d);
	ck_assert_int_eq(run_silent(&d, HN_ERR_INTERRUPTED, &fault), HN_ERR_INTERRUPTED);
	ck_assert_int_eq(fault.kind, 0);
	ck_assert_int_eq(run_silent(&d, HN_WAIT_TIMEOUT, &fault), HN_ERR_CONFIG);
	fault_is(&fault, HN_ERR_CONFIG, "W: the command \"sh\" took longer than 30 s");
	scratch_close(&d);
}
END_TEST

/* A beginning that is refused, for values that are known late too. */
START_TEST(refused_beginnings)
{
	struct secrets *all = secrets_new();
	const char *const echo[] = { "echo", "sk-or-xyz", NULL };
	struct hn_secret *s = command(all, echo);
	secret_refuse(s, "sk-or-", "is never sent to x");
	value_fails(s, "W: the secret is never sent to x");
	secret_refuse(s, "sk-xx-", "is never sent to x");
	value_is(s, "sk-or-xyz");
	secrets_free(all);
}
END_TEST

/* Every form that a value takes is taken out, the longest first; short ones stay. */
START_TEST(holding)
{
	struct secrets *s = secrets_new();

	secret_new(s, SECRET_VALUE, "swordfish", NULL, "here");
	ck_assert_int_eq(secrets_hold(s, str_of("the swordfish swims")), 1);
	ck_assert_int_eq(secrets_hold(s, str_of("the sword fish swims")), 0);
	ck_assert_int_eq(secrets_hold(s, str_of("take sk-or-v1-0123456789abcdef01")), 1);
	ck_assert_int_eq(secrets_hold(s, str_of("sk-0123456789abcde")), 0);
	ck_assert_int_eq(secrets_hold(s, str_of("sk-0123456789abcdef")), 1);
	ck_assert_int_eq(secrets_hold(s, str_of("task-force-of-a-long-name-indeed")), 0);
	ck_assert_int_eq(secrets_hold(s, str_of("KEY=gsk_0123456789abcdef")), 1);
	ck_assert_int_eq(secrets_hold(s, str_of("it is github_pat_0123456789abcdef")), 1);
	ck_assert_int_eq(secrets_hold(s, str_of("AKIA0123456789ABCDEF")), 1);
	ck_assert_int_eq(secrets_hold(s, str_of("half_0123456789abcdef")), 0);
	ck_assert_int_eq(secrets_hold(s, str_of(NULL)), 0);
	secrets_free(s);
}
END_TEST

START_TEST(redaction)
{
	struct secrets *all = secrets_new();
	secret_new(all, SECRET_VALUE, "abcd", NULL, "W");
	secret_new(all, SECRET_VALUE, "abcdef", NULL, "W");
	secret_new(all, SECRET_VALUE, "k/\"\xC3\xB6+=", NULL, "W");
	secret_new(all, SECRET_VALUE, "xyz", NULL, "W");
	redacted(all, "abcdef abcd abc xyz", "[secret] [secret] abc xyz");
	redacted(all, "abcdabcd", "[secret][secret]");
	redacted(all, "raw k/\"\xC3\xB6+=!", "raw [secret]!");
	redacted(all, "json k/\\\"\xC3\xB6+=!", "json [secret]!");
	redacted(all, "json k\\/\\\"\xC3\xB6+=!", "json [secret]!");
	redacted(all, "url k%2F%22%C3%B6%2B%3D!", "url [secret]!");
	redacted(all, "url k%2f%22%c3%b6%2b%3d!", "url [secret]!");
	redacted(all, "nothing", "nothing");
	secret_new(all, SECRET_VALUE, "sk-0123456789/ghijkl", NULL, "W");
	redacted(all, "it ends in sk-0123456789/ghijk", "it ends in [secret]");
	redacted(all, "it ends in sk-0123456...", "it ends in [secret]...");
	redacted(all, "less than half of it: sk-012345", "less than half of it: sk-012345");
	redacted(all, "sk-0123456789/ghijkl.", "[secret].");
	redacted(all, "of it: 3456789/ghijkl, 789/ghijkl!", "of it: [secret], [secret]!");
	redacted(all, "789\\/ghijkl 789%2Fghijkl", "[secret] [secret]");
	redacted(all, "less than half of it: /ghijkl", "less than half of it: /ghijkl");
	redacted(all, "sk-01...56789/ghij...", "sk-01...[secret]...");
	redacted(all, "*56789/ghij*", "*[secret]*");
	redacted(all, "*6789/ghij*", "*6789/ghij*");
	secrets_learn(all, str_of("found elsewhere"));
	redacted(all, "as found elsewhere", "as [secret]");
	struct buf empty = BUF(BUF_NO_CAP);
	secrets_redact(all, &empty);
	ck_assert_ptr_null(empty.p);
	secrets_free(all);
	secrets_free(NULL);
}
END_TEST

/* A run of twelve bytes from anywhere in a long key, all but four of a short one; what is shorter is left. */
START_TEST(runs)
{
	struct secrets *all = secrets_new();
	const char *key = "gsk_Qm7vTz2LpXw9RkYd4NcJ8sHb5FgAeU3o";
	char text[80];
	secret_new(all, SECRET_VALUE, key, NULL, "W");
	secret_new(all, SECRET_VALUE, "password-of-me", NULL, "W");
	for (size_t i = 0; i + 12 <= strlen(key); i++) {
		snprintf(text, sizeof text, "bad key \"...%.12s...\"", key + i);
		redacted(all, text, "bad key \"...[secret]...\"");
		snprintf(text, sizeof text, "<%.11s>", key + i);
		redacted(all, text, text);
	}
	snprintf(text, sizeof text, "%.13s and %.14s%.12s", key, key + 20, key + 3);
	redacted(all, text, "[secret] and [secret][secret]");
	redacted(all, "password-of-you", "[secret]you");
	redacted(all, "password-of me", "[secret] me");
	redacted(all, "wrong password", "wrong password");
	redacted(all, "password-of-me", "[secret]");
	secret_new(all, SECRET_VALUE, "k3y/4bcdEF12", NULL, "W");
	secret_new(all, SECRET_VALUE, "elevenChars", NULL, "W");
	redacted(all, "k3y/4bcdEF12, y/4bcdEF and k3y/4bc", "[secret], [secret] and k3y/4bc");
	redacted(all, "elevenChar, elevenChars", "elevenChar, [secret]");
	secrets_free(all);
}
END_TEST

/* Once a key is known, the program leaves no core file; the limit may be raised again. */
START_TEST(no_core)
{
	struct rlimit core = { .rlim_cur = 0 };
	ck_assert_int_eq(getrlimit(RLIMIT_CORE, &core), 0);
	rlim_t most = core.rlim_max;
	core.rlim_cur = most;
	ck_assert_int_eq(setrlimit(RLIMIT_CORE, &core), 0);
	struct secrets *all = secrets_new();
	secret_new(all, SECRET_FILE, "/nowhere", NULL, "W");
	getrlimit(RLIMIT_CORE, &core);
	ck_assert(core.rlim_cur == most);
#ifdef __linux__
	ck_assert_int_eq(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 1);
#endif
	secret_new(all, SECRET_VALUE, "sk-0123456789", NULL, "W");
	getrlimit(RLIMIT_CORE, &core);
	ck_assert(core.rlim_cur == 0 && core.rlim_max == most);
#if defined __linux__ && !defined HOBNOB_SANITIZERS
	ck_assert_int_eq(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
#endif
	secrets_free(all);
}
END_TEST

/* A large text that holds nothing, and one that holds a gram of a key everywhere, take no long time. */
START_TEST(large_texts)
{
	struct secrets *all = secrets_new();
	secret_new(all, SECRET_VALUE, "sk-abcdefgh0123456789abcdefghzz", NULL, "W");
	struct buf text = BUF(BUF_NO_CAP), copy = BUF(BUF_NO_CAP);
	while (text.n < 4000000)
		buf_adds(&text, "an ordinary text; abcdefgh ");
	buf_addstr(&copy, buf_str(&text));
	secrets_redact(all, &copy);
	ck_assert_uint_eq(copy.n, text.n);
	ck_assert_int_eq(memcmp(copy.p, text.p, text.n), 0);
	buf_free(&text);
	buf_free(&copy);
	secrets_free(all);
}
END_TEST

UNIT_MAIN("secret", values, files, commands, shared_command, command_surroundings, command_is_ended,
	refused_beginnings, holding, redaction, runs, no_core, large_texts)
