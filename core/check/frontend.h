/* SPDX-License-Identifier: MIT */
/*
 * frontend: the stage on which a frontend's run() plays: its input, its output, and a session that follows a script.
 *
 * What a user types comes on standard input: as lines, as JSON lines (docs/jsonl.md), or on a terminal; which of them the
 * frontend reads is its way. Each input that it submits leads to the events of the script.
 */
#ifndef HOBNOB_CHECK_FRONTEND_H
#define HOBNOB_CHECK_FRONTEND_H

#include "check/scenario.h"

#define STAGE_INPUTS 4 /* that a user types at most */

struct stage {
	struct world *world;
	int way;                 /* WAY_* */
	int one_turn;            /* the first message alone, "Hello" */
	uint32_t flags;          /* further HN_START_* */
	const char *inputs[STAGE_INPUTS]; /* texts, or /commands; NULL ends them */
	int output_full;         /* standard output cannot be written */
	int may_fail;            /* create() may fail, if it says why */
	unsigned interrupt_at, ending_at; /* the wait_for(), from 1, that returns so; 0: none */
	/* Tells what input n, from 0, leads to: what submit() returns. NULL: stage_reply(). */
	int32_t (*play)(struct stage *, unsigned n);
	/* what came of it */
	unsigned submits, waits, shown; /* shown: events that on_event() took */
	struct buf said;         /* each input that was submitted, and a line end */
	struct buf output;       /* standard output, and standard error */
	int32_t returned, last_turn;
	int refused;             /* on_event() returned HN_ERR_OUTPUT */
	int is_leaving;
	int64_t told_at, returned_at; /* us: when it was told to leave, and when run() returned; 0: never */
	/* of the script's own */
	int32_t (*on_event)(void *ud, const hn_session_event *);
	void *ud;
	int is_cancelled, is_working, in_event;
	size_t typed;            /* inputs that were typed on the terminal */
};

/* Makes an instance, runs it on the stage, and destroys it. 0, or -1: there is no instance. The stage is to be freed. */
int stage_play(const struct run *, struct stage *);
void stage_free(struct stage *);

/* ---- for scripts ---- */

/* One event: 0, or what on_event() returned: end the turn with that. Its struct_size is the host's. */
int32_t stage_tell(struct stage *, hn_session_event);
/* The events of a whole reply with that text. */
int32_t stage_reply(struct stage *, hn_str text);
/* An ERROR, with its code. */
int32_t stage_error(struct stage *, int32_t code, const char *message);
/* An event with what is unknown in it. */
hn_session_event stage_event(uint32_t type);

/* ---- the input and the output: frontend_ends.c ---- */

/* Puts them where 0, 1 and 2 are; and back, with what was printed in s->output. */
void ends_open(struct stage *);
void ends_close(struct stage *);
/* The frontend waits for input: types the next one, on a terminal. */
void ends_type(struct stage *);

extern const hn_session_api check_session;
extern const hn_relay check_relay;
extern const hn_commands check_commands;

/* The session that the command line opened on the stage; the one stage that there is plays until session_close(). */
hn_session *session_open(struct stage *);
void session_close(void);

/* ---- the rules: frontend_rules.c ---- */

void try_ways(const struct run *); /* findings->text is the way, as a digit; empty: none */
void try_runs(const struct run *);
void try_ending(const struct run *);
void try_interrupted(const struct run *);
void try_events_any(const struct run *);
void try_terminal_safe(const struct run *);
void try_output_fails(const struct run *);
/* What a rule of both types of plugins means to a frontend. */
void frontend_everyday(const struct run *);
void frontend_growth_host(const struct run *);
void frontend_growth_plugin(const struct run *);
void frontend_unknown(const struct run *);
void frontend_shortly(const struct run *); /* a short life */

#endif
