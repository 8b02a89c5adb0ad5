/* SPDX-License-Identifier: MIT */
/*
 * fake_session: a host and a session that play a script, to drive a frontend without an engine.
 *
 * Fill in a struct fake, then fake_run(): the frontend's standard descriptors are real pipes while
 * it runs. What it submitted, wrote and asked for is in the struct afterwards.
 */
#ifndef HOBNOB_TESTS_FAKE_SESSION_H
#define HOBNOB_TESTS_FAKE_SESSION_H

#include "hobnob/plugin.h"

/* Steps that are no events. */
#define FAKE_WATCH 100u /* let the watched descriptor be read once (the frontend must watch one) */
#define FAKE_FEED 101u  /* text is written to the frontend's standard input */
#define FAKE_HUP 102u   /* the frontend's standard input ends */
#define FAKE_LEAVE 103u /* the session is to be left from now on */

/* A turn's steps end where type is 0. A turn that is cancelled skips to a DONE with finish
 * interrupted. */
typedef hn_session_event fake_step;

#define FAKE_STR(s) { (s), sizeof(s) - 1 }
#define FAKE_TEXT(s) { .type = HN_ON_TEXT, .text = FAKE_STR(s) }
#define FAKE_END { .type = 0 }

struct fake {
	/* What happens. */
	uint32_t flags;                 /* of hn_start */
	const char *first;              /* of hn_start; or NULL */
	const char *in;                 /* standard input */
	size_t in_n;                    /* bytes of in; 0: up to its NUL */
	int keep_in;                    /* 1: standard input does not end by itself */
	const fake_step *turns[8];      /* one a submit(); with none left a DONE, empty */
	int32_t waits[8];               /* wait() returns these first; FAKE_POLL: the truth */
	int32_t last_turn;              /* of status, unless a turn failed */
	const char *session;            /* of status; or NULL */
	const char *settings[11];        /* key, value, ... NULL; any other key is unknown */
	const char *missing;            /* an extension that this host does not have */
	int full;                       /* 1: standard output is full until it is waited for */
	int deaf;                       /* 1: nobody reads standard output */
	const char *out_file;           /* standard output is this file, or NULL */

	/* What came of it. */
	struct { uint32_t kind, flags; char *text; size_t n; } inputs[64];
	size_t n_inputs;
	size_t cancels, out_waits;
	char *out, *err;                /* all that was written, NUL-terminated */
	size_t out_n, err_n;
	char failed[200];               /* the message of fail() */

	/* Its own. */
	struct fake_pipes *pipes;
	int cancelled, running, leaving, watched;
	size_t filler;
	size_t turn, wait;
	void (*on_readable)(void *ud);
	void *readable_ud;
};
#define FAKE_POLL 77

/* Makes the frontend, runs it, destroys it. What create() or run() returned. */
int32_t fake_run(struct fake *);
void fake_free(struct fake *);

#endif
