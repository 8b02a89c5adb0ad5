/* SPDX-License-Identifier: MIT */
/* test_http_trouble: hobnob.http/1 where it must fail: broken connections, silence, cancel, secrets that may not travel. */
#include "config.h"

#include "../http_world.h"

#include <fcntl.h>

#include "config/secret.h"
#include "util/log.h"
#include "util/mem.h"

/* ---- what goes wrong ---- */

START_TEST(nobody_listens)
{
	int port;
	ONE({ "", .after = CLOSE });
	close(loopback_listen(1, &port));
	char url[64];
	snprintf(url, sizeof url, "http://127.0.0.1:%d/v1", port);
	ck_assert_int_eq(request_to(url, HN_FRAME_EVENTS, NULL, 0), HN_ERR_NETWORK);
	ck_assert_uint_eq(call.error.flags, HN_FAIL_RETRY);
	ck_assert_ptr_nonnull(strstr(call.error.message, "no connection (Connection refused)"));
	ck_assert_str_eq(call.error.hint,
		"is a server listening there? check base_url, and the proxy if there is one");
	teardown();
}
END_TEST

#define LABEL_64 "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"

/* A label of 64 letters is refused by the resolver itself: no packet leaves this machine. */
START_TEST(a_name_that_cannot_be)
{
	ONE({ "", .after = CLOSE });
	ck_assert_int_eq(request_to("http://" LABEL_64 ".invalid/", HN_FRAME_EVENTS, NULL, 0),
		HN_ERR_NETWORK);
	ck_assert_uint_eq(call.error.flags, HN_FAIL_FINAL);
	ck_assert_str_eq(call.error.message, LABEL_64 ".invalid: the name is not known");
	ck_assert_str_eq(call.error.hint, "check base_url, and that this machine is online");
	teardown();
}
END_TEST

START_TEST(connections_that_end_too_soon)
{
	static const struct {
		struct step step;
		int32_t code;
		uint32_t flags;
		const char *message, *got;
	} cases[] = {
		{ { "", .after = CLOSE }, HN_ERR_NETWORK, HN_FAIL_RETRY,
			"the connection was closed without an answer", "" },
		{ { "", .after = RESET }, HN_ERR_NETWORK, HN_FAIL_RETRY,
			"the connection broke before an answer came (Recv failure: Connection "
			"reset by peer)",
			"" },
		{ { OK_EVENTS CHUNKED "9\r\ndata: 1\n\n\r\n9\r\ndata", .after = CLOSE },
			HN_ERR_TRUNCATED, HN_FAIL_FINAL, "the answer broke off before its end",
			"E message|1\n" },
		{ { "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ndata: 1\n\ndata: [DONE]",
			  .after = CLOSE },
			HN_ERR_TRUNCATED, HN_FAIL_FINAL, "the answer broke off before its end",
			"E message|1\n" },
		{ { "SSH-2.0-OpenSSH_9\r\n", .after = CLOSE }, HN_ERR_PROTOCOL, 0,
			"what answers there does not speak HTTP", "" },
		{ { "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot "
		    "gzip!",
			  .after = KEEP },
			HN_ERR_PROTOCOL, 0, "the answer's compression is broken", "" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ONE(cases[i].step);
		failed(request(HN_FRAME_EVENTS), cases[i].code, cases[i].flags, cases[i].message);
		GOT(cases[i].got);
		teardown();
	}
}
END_TEST

static void reset_now(void)
{
	ck_assert_int_eq(write(server.go[1], "x", 1), 1);
}

START_TEST(a_reset_in_the_middle)
{
	ONE({ OK_EVENTS CHUNKED "9\r\ndata: 1\n\n\r\n", .after = RESET_WHEN_TOLD });
	during = reset_now;
	failed(request(HN_FRAME_EVENTS), HN_ERR_NETWORK, HN_FAIL_FINAL,
		"the connection broke in the middle of the answer (Recv failure: Connection reset "
		"by peer)");
	GOT("E message|1\n");
	teardown();
}
END_TEST

START_TEST(an_error_whose_body_breaks_off_is_that_error)
{
	const enum after ends[] = { CLOSE, RESET, SILENT };
	for (int i = 0; i < 3; i++) {
		ONE({ "HTTP/1.1 429 No\r\nContent-Length: 100\r\n\r\n{\"error\"",
			.after = ends[i] });
		may_jump = 1;
		ck_assert_int_eq(request(HN_FRAME_EVENTS), 0);
		ck_assert_int_eq(head.status, 429);
		ck_assert(str_begins(buf_str(&got), "B |"));
		ck_assert_int_eq(pieces, 1);
		teardown();
	}
}
END_TEST

/* ---- time ---- */

/* Listens and lets no connection through: its queue is full. */
static int deaf(int *port, int fill[8])
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = loopback_listen(0, port);
	a.sin_port = htons((uint16_t)*port);
	for (int i = 0; i < 8; i++) {
		fill[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		ck_assert(connect(fill[i], (struct sockaddr *)&a, sizeof a) <= 0);
	}
	return fd;
}

static void undeaf(int fd, int fill[8])
{
	for (int i = 0; i < 8; i++)
		close(fill[i]);
	close(fd);
}

START_TEST(no_connection_in_time)
{
	int port, fill[8];
	char url[64], expected[128];
	ONE({ "", .after = CLOSE });
	int fd = deaf(&port, fill);
	may_jump = 1;
	snprintf(url, sizeof url, "http://127.0.0.1:%d/v1", port);
	ck_assert_int_eq(request_to(url, HN_FRAME_EVENTS, NULL, 0), HN_ERR_TIMEOUT);
	snprintf(expected, sizeof expected,
		"127.0.0.1:%d: no connection within 10 s (timeout_connect)", port);
	ck_assert_str_eq(call.error.message, expected);
	ck_assert_uint_eq(call.error.flags, HN_FAIL_RETRY);
	undeaf(fd, fill);
	teardown();
}
END_TEST

START_TEST(silence_runs_out_of_time)
{
	static const struct {
		const char *bytes, *message;
		int64_t idle_ms, at_least;
	} cases[] = {
		{ "", "nothing of the reply came within 50 s (timeout_first_token)", 20000, 50000 },
		{ OK_EVENTS "\r\n", "nothing of the reply came within 50 s (timeout_first_token)",
			20000, 50000 },
		{ OK_EVENTS "\r\n: wait\n\n",
			"the reply fell silent: no byte within 20 s (timeout_idle)", 20000, 20000 },
		{ OK_EVENTS "\r\n: wait\n\n",
			"nothing of the reply came within 50 s (timeout_first_token)", 70000,
			50000 },
		{ OK_EVENTS "\r\ndata: 1\n\n",
			"the reply stalled within 50 s (timeout_first_token)", 70000, 50000 },
		{ OK_EVENTS "\r\ndata: 1\n\n",
			"the reply fell silent: no byte within 2500 ms (timeout_idle)", 2500,
			2500 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ONE({ cases[i].bytes, .after = SILENT });
		settings.first_token_ms = 50000;
		settings.idle_ms = cases[i].idle_ms;
		http_configure(http, &settings);
		may_jump = 1;
		int64_t before = jump_now(NULL);
		failed(request(HN_FRAME_EVENTS), HN_ERR_TIMEOUT, HN_FAIL_FINAL, cases[i].message);
		ck_assert_int_ge(jump_now(NULL) - before, cases[i].at_least);
		ck_assert_int_le(jump_now(NULL) - before, cases[i].at_least + 1900);
		teardown();
	}
}
END_TEST

START_TEST(a_closed_socket_is_watched_no_more)
{
	ONE({ "HTTP/1.0 200 OK\r\n\r\n{}", .after = CLOSE }, { "", .after = SILENT });
	ck_assert_int_eq(request(HN_FRAME_WHOLE), 0);
	/* Takes the socket's number, and is always ready: whoever still watches it never sees silence. */
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	may_jump = 1;
	settings.first_token_ms = 1000;
	http_configure(http, &settings);
	ck_assert_int_eq(request(HN_FRAME_WHOLE), HN_ERR_TIMEOUT);
	ck_assert_int_gt(jumped, 0);
	close(null);
	teardown();
}
END_TEST

static int64_t cancelled_at;

static void cancel_now(void)
{
	cancel_set(&cancel);
	cancelled_at = clock_real.now(NULL);
}

static void cancel_on_tick(void *ud)
{
	(void)ud;
	cancel_now();
}

START_TEST(cancel_ends_it_at_once)
{
	int port, fill[8];
	char deaf_url[64];
	int fd = deaf(&port, fill);
	snprintf(deaf_url, sizeof deaf_url, "http://127.0.0.1:%d", port);
	const struct {
		const char *url, *bytes;
	} cases[] = {
		{ deaf_url, "" }, /* connecting */
		{ NULL, "" }, /* silent */
		{ NULL, OK_EVENTS "\r\n" }, /* the head came */
		{ NULL, OK_EVENTS "\r\ndata: 1\n\n" }, /* in the middle */
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct attend attend = { .fd = -1, .on_tick = cancel_on_tick, .tick_ms = 30 };
		ONE({ cases[i].bytes, .after = SILENT });
		call.attend = &attend;
		call.clock = &clock_real;
		ck_assert_int_eq(request_to(cases[i].url ? cases[i].url : server.url,
					 HN_FRAME_EVENTS, NULL, 0),
			HN_ERR_INTERRUPTED);
		ck_assert_int_le(clock_real.now(NULL) - cancelled_at, 100);
		ck_assert_ptr_null(call.error.message);
		teardown();
	}
	undeaf(fd, fill);
}
END_TEST

START_TEST(cancel_within_on_data)
{
	ONE({ OK_EVENTS "\r\ndata: 1\n\n", .after = SILENT });
	during = cancel_now;
	ck_assert_int_eq(request(HN_FRAME_EVENTS), HN_ERR_INTERRUPTED);
	GOT("E message|1\n");
	teardown();
}
END_TEST

START_TEST(on_datas_own_word_ends_it)
{
	ONE({ OK_EVENTS "\r\ndata: 1\n\ndata: 2\n\n", .after = SILENT });
	stop_at = 1;
	stop_with = HN_ERR_OUTPUT;
	ck_assert_int_eq(request(HN_FRAME_EVENTS), HN_ERR_OUTPUT);
	GOT("E message|1\n");
	teardown();
}
END_TEST

/* ---- after HN_NEARLY ---- */

#define NEARLY "data: 1\n\ndata: 2\n\n"

/* What was wanted has come with the second piece; then more may follow. */
START_TEST(what_may_still_follow_is_waited_for)
{
	static const struct {
		const char *bytes;
		enum after after;
		const char *got;
		int waits; /* until the time is over */
	} t[] = {
		{ OK_EVENTS "\r\n" NEARLY, SILENT, "E message|1\nE message|2\n", 1 },
		{ OK_EVENTS "\r\n" NEARLY ": x\n\n", SILENT, "E message|1\nE message|2\n", 1 },
		{ OK_EVENTS "\r\n" NEARLY, CLOSE, "E message|1\nE message|2\n", 0 },
		{ OK_EVENTS "\r\n" NEARLY, RESET, "E message|1\nE message|2\n", 0 },
		{ OK_EVENTS "Content-Length: 99\r\n\r\n" NEARLY "data: 3", CLOSE,
			"E message|1\nE message|2\nT message|3\n", 0 },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		ONE({ t[i].bytes, .after = t[i].after });
		stop_at = 2;
		stop_with = HN_NEARLY;
		may_jump = 1;
		int64_t before = jump_now(NULL);
		ck_assert_int_eq(request(HN_FRAME_EVENTS), 0);
		ck_assert_str_eq(got.p, t[i].got);
		ck_assert_ptr_null(call.error.message);
		int64_t took = jump_now(NULL) - before;
		ck_assert_int_ge(took, t[i].waits ? 5000 : 0);
		ck_assert_int_lt(took, t[i].waits ? 7000 : 5000);
		teardown();
	}
}
END_TEST

/* A 0 takes it back: silence is a time-out again. */
START_TEST(nearly_can_be_taken_back)
{
	ONE({ OK_EVENTS "\r\n" NEARLY, .after = SILENT });
	stop_at = 1;
	stop_with = HN_NEARLY;
	may_jump = 1;
	ck_assert_int_eq(request(HN_FRAME_EVENTS), HN_ERR_TIMEOUT);
	teardown();
}
END_TEST

/* A cancel ends the wait, and is then used up. */
START_TEST(cancel_ends_what_is_optional)
{
	ONE({ OK_EVENTS "\r\ndata: 1\n\n", .after = SILENT });
	stop_at = 1;
	stop_with = HN_NEARLY;
	during = cancel_now;
	ck_assert_int_eq(request(HN_FRAME_EVENTS), 0);
	ck_assert_int_eq(cancel_is_set(&cancel), 0);
	teardown();
}
END_TEST

static void nest(void)
{
	during = NULL;
	ck_assert_int_eq(request(HN_FRAME_WHOLE), HN_ERR_PLUGIN);
	ck_assert_str_eq(call.error.message, "the plugin began an HTTP request before its last one returned, on the "
					     "same thread or another: a session sends one at a time");
}

START_TEST(one_request_at_a_time)
{
	ONE({ OK_EVENTS CHUNKED "9\r\ndata: 1\n\n\r\n0\r\n\r\n", .after = KEEP });
	during = nest;
	ck_assert_int_eq(request(HN_FRAME_EVENTS), 0);
	GOT("E message|1\n");
	teardown();
}
END_TEST

/* ---- secrets and dry runs ---- */

static struct secrets *secrets;

static const hn_secret *key(const char *value)
{
	secrets = secrets_new();
	return secret_new(secrets, SECRET_VALUE, value, NULL, "TEST_KEY");
}

START_TEST(a_secret_goes_to_its_endpoint)
{
	ONE({ "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", .after = KEEP });
	hn_http_header header = { str_of("Authorization"), str_of("Bearer "), key("sk-very-secret") };
	ck_assert_int_eq(request_to(server.url, HN_FRAME_WHOLE, &header, 1), 0);
	ck_assert_ptr_nonnull(
		strstr(server.last.p, "\r\nAuthorization: Bearer sk-very-secret\r\n"));
	teardown();
	secrets_free(secrets);
}
END_TEST

START_TEST(a_secret_goes_nowhere_else)
{
	static const struct {
		const char *endpoint, *url, *proxy, *message;
	} cases[] = {
		{ NULL, "http://127.0.0.1:1/", NULL,
			"the key is not sent: the request goes elsewhere than base_url" },
		{ "http://127.0.0.1:2/", "http://127.0.0.1:1/", NULL,
			"the key is not sent: the request goes elsewhere than base_url" },
		{ "https://127.0.0.1:1/", "http://127.0.0.1:1/", NULL,
			"the key is not sent: the request goes elsewhere than base_url" },
		{ "http://far.invalid/v1", "http://far.invalid/v1/x", NULL,
			"the key is not sent over plain http to http://far.invalid" },
		{ "http://127.0.0.1:1/", "http://127.0.0.1:1/", "http://far.invalid:3128",
			"the key is not sent over plain http to http://127.0.0.1:1" },
		{ "http://127.0.0.1:1/", "http://me:pw@127.0.0.1:1/", NULL,
			"the request's URL is not valid" },
		{ "ftp://x/", "ftp://x/", NULL, "the request's URL is not valid" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ONE({ "", .after = CLOSE });
		hn_http_header header = { str_of("Authorization"), str_of("Bearer "),
			key("sk-very-secret") };
		endpoint.url = cases[i].endpoint;
		settings.proxy = cases[i].proxy;
		http_configure(http, &settings);
		ck_assert_int_eq(
			request_to(cases[i].url, HN_FRAME_WHOLE, &header, 1), HN_ERR_CONFIG);
		ck_assert_str_eq(call.error.message, cases[i].message);
		ck_assert_uint_eq(server.connections, 0);
		teardown();
		secrets_free(secrets);
	}
}
END_TEST

START_TEST(what_could_smuggle_is_refused)
{
	static const struct {
		const char *name, *value, *secret;
		int32_t code;
	} cases[] = {
		{ "X-A", "a\r\nX-B: b", NULL, HN_ERR_PLUGIN },
		{ "X A", "a", NULL, HN_ERR_PLUGIN },
		{ "", "a", NULL, HN_ERR_PLUGIN },
		{ "X-A:", "a", NULL, HN_ERR_PLUGIN },
		{ "Authorization", "Bearer ", "sk-1234\nX-B: b", HN_ERR_CONFIG },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ONE({ "", .after = CLOSE });
		hn_http_header header = { str_of(cases[i].name), str_of(cases[i].value),
			cases[i].secret ? key(cases[i].secret) : NULL };
		ck_assert_int_eq(request_to(server.url, HN_FRAME_WHOLE, &header, 1), cases[i].code);
		ck_assert_uint_eq(server.connections, 0);
		ck_assert_ptr_null(strstr(call.error.message, "sk-1234"));
		teardown();
		if (cases[i].secret)
			secrets_free(secrets);
	}
}
END_TEST

START_TEST(a_dry_run_describes_and_sends_nothing)
{
	char *argv[] = { xstrdup("/bin/false"), NULL };
	struct buf out = BUF(BUF_NO_CAP);
	ONE({ "", .after = CLOSE });
	secrets = secrets_new();
	endpoint.url = "https://api.example/v1";
	settings.lib = "/nowhere"; /* not even the module is loaded */
	http_configure(http, &settings);
	http_dry_run(http, &out);
	hn_http_header headers[] = {
		{ str_of("Authorization"), str_of("Bearer "),
			secret_new(secrets, SECRET_COMMAND, NULL, argv, "TEST_KEY_command") },
		{ str_of("X-Title"), str_of("t"), NULL },
	};
	ck_assert_int_eq(request_to("https://api.example/v1/chat", HN_FRAME_EVENTS, headers, 2),
		HN_ERR_INTERRUPTED);
	ck_assert_str_eq(out.p,
		"{\"method\":\"POST\",\"url\":\"https://api.example/v1/chat\",\"headers\":"
		"{\"Authorization\":\"Bearer [secret]\",\"X-Title\":\"t\",\"User-Agent\":\"hobnob/" PACKAGE_VERSION "\",\"Content-Type\":\"application/json\"},\"body\":{\"q\":1}}");
	teardown();
	secrets_free(secrets);
	buf_free(&out);
	free(argv[0]);
}
END_TEST

START_TEST(the_wire_log_has_no_secret)
{
	struct log log = { .level = LOG_WIRE };
	char line[4096], all[65536] = "";
	ONE({ "HTTP/1.1 200 OK\r\nX-Echo: sk-very-secret\r\nContent-Length: 2\r\n\r\n{}",
		.after = KEEP });
	hn_http_header header = { str_of("Authorization"), str_of("Bearer "), key("sk-very-secret") };
	log.file = tmpfile();
	log.redact = secrets_redact;
	log.ud = secrets;
	call.log = &log;
	ck_assert_int_eq(request_to(server.url, HN_FRAME_WHOLE, &header, 1), 0);
	rewind(log.file);
	while (fgets(line, sizeof line, log.file))
		strncat(all, line, sizeof all - strlen(all) - 1);
	ck_assert_ptr_nonnull(strstr(all, "POST http://127.0.0.1:"));
	ck_assert_ptr_nonnull(strstr(all, "Authorization: Bearer [secret]"));
	ck_assert_ptr_nonnull(strstr(all, "X-Echo: [secret]"));
	ck_assert_ptr_nonnull(strstr(all, "HTTP/1.1 200 OK"));
	ck_assert_ptr_null(strstr(all, "sk-very-secret"));
	teardown();
	log_close(&log);
	secrets_free(secrets);
}
END_TEST

START_TEST(a_module_that_is_not_there)
{
	ONE({ "", .after = CLOSE });
	settings.lib = "/nowhere";
	http_configure(http, &settings);
	ck_assert_int_eq(request(HN_FRAME_WHOLE), HN_ERR_CONFIG);
	ck_assert_ptr_nonnull(
		strstr(call.error.message, "the http module cannot be loaded: /nowhere/http.so: "));
	teardown();
}
END_TEST

START_TEST(no_network_where_none_is_given)
{
	ONE({ "", .after = CLOSE });
	call.http = NULL;
	ck_assert_int_eq(request(HN_FRAME_WHOLE), HN_ERR_PLUGIN);
	ck_assert_str_eq(
		call.error.message, "the plugin's HTTP request was made where there is no network");
	teardown();
}
END_TEST

UNIT_MAIN("http_trouble", nobody_listens, a_name_that_cannot_be, connections_that_end_too_soon,
	a_reset_in_the_middle, an_error_whose_body_breaks_off_is_that_error, no_connection_in_time,
	silence_runs_out_of_time, a_closed_socket_is_watched_no_more, cancel_ends_it_at_once,
	cancel_within_on_data, on_datas_own_word_ends_it, what_may_still_follow_is_waited_for,
	nearly_can_be_taken_back, cancel_ends_what_is_optional, one_request_at_a_time,
	a_secret_goes_to_its_endpoint, a_secret_goes_nowhere_else, what_could_smuggle_is_refused,
	a_dry_run_describes_and_sends_nothing, the_wire_log_has_no_secret,
	a_module_that_is_not_there, no_network_where_none_is_given)
