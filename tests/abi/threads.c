/* SPDX-License-Identifier: MIT */
/*
 * threads: a frontend that holds many conversations at once. The first message says how:
 * "SESSIONS TURNS threads", each session on a thread of its own, or "SESSIONS TURNS sequence". Who
 * answers repeats what was said; a line says how many replies were right, and how long all took.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fixture.h"

static const hn_session_api *api;

struct talk {
	hn_session *session;
	pthread_t thread;
	int number, turns, right;
	char said[64];
};

static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	(void)call;
	*self = NULL;
	api = host->extension(HN_ID_SESSION);
	return 0;
}

static int32_t on_event(void *ud, const hn_session_event *e)
{
	struct talk *t = ud;

	if (e->type == HN_ON_ERROR)
		fprintf(stderr, "%.*s\n", (int)e->message.n, e->message.p);
	if (e->type == HN_ON_DONE)
		t->right += e->text.n == strlen(t->said) && !memcmp(e->text.p, t->said, e->text.n);
	return 0;
}

static void input(struct talk *t, uint32_t type, const char *text)
{
	const hn_input input = { .struct_size = sizeof input,
		.type = type,
		.flags = HN_SUBMIT_TICKS,
		.text = { text, strlen(text) } };

	api->submit(t->session, &input, on_event, t);
}

static void *talk(void *ud)
{
	struct talk *t = ud;

	for (int i = 0; i < t->turns; i++) {
		snprintf(t->said, sizeof t->said, "session %d says %d", t->number, i);
		input(t, HN_INPUT_MESSAGE, t->said);
		input(t, HN_INPUT_LINE, i % 2 ? "/set temperature 0.5" : "/set max_tokens 100");
	}
	return NULL;
}

/* Opens them; the odd ones keep no journal. 0, or the code of what failed. */
static int32_t open_all(hn_session *first, struct talk *all, int n, int turns)
{
	int32_t code = 0;

	for (int i = 0; i < n && code == 0; i++) {
		const hn_open how = { .struct_size = sizeof how, .flags = i % 2 ? HN_OPEN_UNKEPT : 0 };
		hn_error why = { .struct_size = sizeof why };

		all[i] = (struct talk){ .number = i, .turns = turns };
		code = api->session_new(first, &how, &all[i].session, &why);
		if (code)
			fprintf(stderr, "%.*s\n", (int)why.message.n, why.message.p);
	}
	return code;
}

static void run_all(struct talk *all, int n, int on_threads)
{
	for (int i = 0; i < n; i++)
		if (!on_threads)
			talk(&all[i]);
		else if (pthread_create(&all[i].thread, NULL, talk, &all[i]))
			abort();
	for (int i = 0; i < n && on_threads; i++)
		pthread_join(all[i].thread, NULL);
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int32_t run(void *self, hn_session *s)
{
	hn_start start = { .struct_size = sizeof start };
	char how[64], *end;
	int n, turns, right = 0;
	int64_t began;

	(void)self;
	api->start(s, &start);
	snprintf(how, sizeof how, "%.*s", (int)start.first.n, start.first.n ? start.first.p : "");
	n = (int)strtol(how, &end, 10);
	turns = (int)strtol(end, &end, 10);
	if (n < 1 || turns < 1)
		return HN_ERR_USAGE;
	struct talk *all = calloc((size_t)n, sizeof *all);
	if (!all || open_all(s, all, n, turns))
		return HN_ERR_CONFIG;
	began = now_ms();
	run_all(all, n, !strcmp(end, " threads"));
	began = now_ms() - began;
	for (int i = 0; i < n; i++) {
		right += all[i].right;
		if (api->session_end(all[i].session))
			right--;
	}
	free(all);
	printf("%d right of %d\n%lld ms\n", right, n * turns, (long long)began);
	return 0;
}

static const hn_frontend vtable = {
	.struct_size = sizeof vtable,
	.flags = HN_FRONTEND_CONVERSES,
	.create = create,
	.destroy = fixture_destroy,
	.run = run,
};

FIXTURE(sizeof(hn_plugin), HN_ABI_MAJOR, 0, HN_TYPE_FRONTEND, "threads", &vtable)
