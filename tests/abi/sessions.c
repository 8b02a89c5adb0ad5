/* SPDX-License-Identifier: MIT */
/*
 * sessions: a frontend that opens further conversations and breaks the rules of hobnob.session/1,
 * and prints a line for each thing that it tried.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"

#define S(text) ((hn_str){ (text), strlen(text) })

static const hn_session_api *api;
static const hn_commands *commands;

/* What came of one input. */
struct seen {
	int32_t finish, code, returns; /* returns: what on_event says to text */
	char text[256];
	hn_session *self, *cancels; /* cancels: whom on_event cancels at the first text */
	int inside; /* on_event tries what it may not */
};

static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	(void)call;
	*self = NULL;
	api = host->extension(HN_ID_SESSION);
	commands = host->extension(HN_ID_COMMANDS);
	return 0;
}

static void put(void *ud, hn_str word, hn_str help)
{
	(void)help;
	*(size_t *)ud += word.n;
}

static int32_t on_event(void *ud, const hn_session_event *e);

static int32_t say(hn_session *s, const char *text, struct seen *seen)
{
	hn_input input = { .struct_size = sizeof input, .type = HN_INPUT_LINE, .text = S(text) };

	seen->self = s;
	return api->submit(s, &input, on_event, seen);
}

/* All that a session does not take while it is at work. */
static void try_inside(hn_session *s)
{
	struct seen inner = { 0 };
	hn_session *made = NULL;
	hn_error why = { .struct_size = sizeof why };
	size_t offered = 0;
	int32_t code = say(s, "again", &inner);

	printf("inside, submit: %d\n", code);
	code = api->session_new(s, NULL, &made, &why);
	printf("inside, new: %d, %.*s\n", code, (int)why.message.n, why.message.p);
	api->complete(s, S("/he"), 3, put, &offered);
	printf("inside, completed: %zu\n", offered);
	printf("inside, end: %d\n", api->session_end(s));
}

static int32_t on_event(void *ud, const hn_session_event *e)
{
	struct seen *seen = ud;

	if (e->type == HN_ON_TEXT && seen->cancels)
		api->cancel(seen->cancels);
	if (e->type == HN_ON_TEXT && seen->inside--> 0)
		try_inside(seen->self);
	if (e->type == HN_ON_DONE || e->type == HN_ON_RESULT || e->type == HN_ON_ERROR) {
		hn_str text = e->type == HN_ON_ERROR ? e->message : e->text;

		seen->finish = e->finish;
		seen->code = e->code;
		snprintf(seen->text, sizeof seen->text, "%.*s", (int)text.n, text.p ? text.p : "");
	}
	return e->type == HN_ON_TEXT ? seen->returns : 0;
}

/* Says it, and prints what came of it. */
static void show(const char *what, hn_session *s, const char *text, struct seen seen)
{
	int32_t code = say(s, text, &seen);

	printf("%s: %d, finish %d, %s\n", what, code, seen.finish, seen.text);
}
#define SHOW(what, s, text, ...) show(what, s, text, (struct seen){ .code = 0, __VA_ARGS__ })

/* Opens one, and prints what came of it. */
static hn_session *open_with(const char *what, hn_session *s, hn_open how)
{
	hn_session *made = NULL;
	hn_error why = { .struct_size = sizeof why };
	int32_t code;

	how.struct_size = sizeof how;
	code = api->session_new(s, &how, &made, &why);
	printf("%s: %d%s%.*s%s%.*s\n", what, code, why.message.n ? ", " : "", (int)why.message.n,
		why.message.n ? why.message.p : "", why.hint.n ? "; " : "", (int)why.hint.n,
		why.hint.n ? why.hint.p : "");
	return made;
}

/* One setting, as -o has it. */
static hn_session *open_set(const char *what, hn_session *s, const char *key, const char *value)
{
	const hn_str pair[] = { S(key), S(value) };

	return open_with(what, s, (hn_open){ .flags = HN_OPEN_UNKEPT, .n_settings = 1, .settings = pair });
}

static int32_t run_nothing(void *ud, hn_session *s, hn_str args, hn_str *text)
{
	(void)ud;
	(void)s;
	(void)args;
	*text = S("");
	return 0;
}

/* What would be a crash. */
static void misuse(hn_session *a)
{
	const hn_input null_text = { .struct_size = sizeof null_text, .text = { NULL, 5 } };
	const hn_input no_size = { .type = HN_INPUT_MESSAGE, .text = S("hi") };
	const hn_command bad[] = { { .struct_size = sizeof(hn_command), .name = NULL, .run = run_nothing },
		{ .struct_size = sizeof(hn_command), .name = "/x", .run = NULL },
		{ .struct_size = sizeof(hn_command), .name = "/X", .run = run_nothing },
		{ .name = "/x", .run = run_nothing } };
	struct seen seen = { 0 };
	hn_status status = { .struct_size = 0 };

	api->start(a, NULL);
	api->status(a, NULL);
	api->status(a, &status);
	printf("status without a size: %zu\n", status.provider.n);
	printf("NULL: %d, %s\n", api->submit(a, NULL, on_event, &seen), seen.text);
	printf("text NULL: %d, %s\n", api->submit(a, &null_text, on_event, &seen), seen.text);
	printf("no size: %d, %s\n", api->submit(a, &no_size, on_event, &seen), seen.text);
	printf("ends NULL: %d\n", api->session_end(NULL));
	printf("ends the run's own: %d\n", api->session_end(a));
	printf("new: %d\n", api->session_new(a, NULL, NULL, NULL));
	printf("secret: %d\n", api->secret(a, (hn_str){ NULL, 5 }));
	printf("commands:");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		printf(" %d", commands->add(a, &bad[i]));
	printf(" %d\n", commands->add(a, NULL));
}

/* Openings that are refused, each by its name. */
static void refusals(hn_session *a)
{
	hn_str pair[] = { S("temperature"), { NULL, 3 } };

	open_set("unknown key", a, "temprature", "1");
	open_set("bad value", a, "temperature", "hot");
	open_set("unknown option", a, "mock.nosuch", "1");
	open_set("a secret", a, "openai.api_key", "sk-no");
	open_set("of the run", a, "profile", "work");
	open_set("half a price", a, "price_input", "1");
	open_with("unknown provider", a, (hn_open){ .provider = S("nobody") });
	open_with("unknown id", a, (hn_open){ .resume = S("20200101T000000-aaaa") });
	open_with("settings NULL", a, (hn_open){ .n_settings = 2 });
	open_with("value NULL", a, (hn_open){ .n_settings = 1, .settings = pair });
	printf("no size: %d\n", api->session_new(a, &(hn_open){ .flags = 0 }, &(hn_session *){ NULL }, NULL));
}

/* What one session does, and no other sees. */
static void independence(hn_session *a)
{
	hn_session *b = open_with("open", a, (hn_open){ .provider = S("mock"), .model = S("beta") });
	hn_session *c = open_set("open with a setting", a, "temperature", "0.3");
	hn_status status = { .struct_size = sizeof status };

	if (!b || !c)
		return;
	SHOW("set in a", a, "/set temperature 0.7");
	SHOW("a", a, "/set temperature");
	SHOW("b", b, "/set temperature");
	SHOW("c", c, "/set temperature");
	api->status(b, &status);
	printf("b: %.*s, kept %d\n", (int)status.model.n, status.model.p, status.session.n > 0);
	SHOW("b speaks", b, "one two three");
	api->status(a, &status);
	printf("a has %u messages\n", status.n_messages);
	api->status(c, &status);
	printf("c kept: %d\n", status.session.n > 0);
	SHOW("a cancels b", a, "one two three", .cancels = b);
	printf("b hears of it: %d\n", api->wait_for(b, NULL, 0, 0));
	printf("b hears no more: %d\n", api->wait_for(b, NULL, 0, 0));
	SHOW("a cancels a", a, "one two three", .cancels = a);
	SHOW("an answer to no question", a, "one two", .returns = 1);
	SHOW("an error of no kind", a, "one two", .returns = -999);
	SHOW("inside", b, "one", .inside = 1);
	printf("end b: %d\n", api->session_end(b));
	printf("end b again: %d\n", api->session_end(b));
	b = open_with("opened again", a, (hn_open){ .flags = HN_OPEN_UNKEPT });
	if (b)
		SHOW("b is new", b, "/set temperature");
}

static int32_t run(void *self, hn_session *s)
{
	(void)self;
	setvbuf(stdout, NULL, _IOLBF, 0);
	misuse(s);
	refusals(s);
	independence(s);
	return 0;
}

static const hn_frontend vtable = {
	.struct_size = sizeof vtable,
	.flags = HN_FRONTEND_CONVERSES,
	.create = create,
	.destroy = fixture_destroy,
	.run = run,
};

FIXTURE(sizeof(hn_plugin), HN_ABI_MAJOR, 0, HN_TYPE_FRONTEND, "sessions", &vtable)
