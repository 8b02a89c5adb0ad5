/* SPDX-License-Identifier: MIT */
/* scenario: how each rule is tried. One file a theme has the functions; scenario.c the table. */
#ifndef HOBNOB_CHECK_SCENARIO_H
#define HOBNOB_CHECK_SCENARIO_H

#include "check/findings.h"
#include "check/world.h"

/* What it needs, else it is skipped; and how it counts. */
#define NEEDS_INSTANCE 1u /* create() works */
#define NEEDS_ANSWER 2u   /* chat() answers */
#define NEEDS_DESCRIPTOR 16u /* the descriptor and the options can be used */
#define NEEDS_RETURN 32u     /* chat() or run() returns, whatever it says */
#define ALONE 4u          /* breaches of other rules mean nothing in it */
#define BY_WATCHING 8u    /* the strict host finds it in the run that all such rules share */

/* How a frontend gets what a user types: lines on standard input, JSON lines there, a terminal. */
enum { WAY_NONE, WAY_LINES, WAY_JSON, WAY_TERMINAL, WAYS };

struct run {
	const struct subject *subject;
	const struct answers *answers; /* of a provider; NULL: there are none */
	int way;                       /* of a frontend: WAY_* */
};

struct scenario {
	enum rule_id rule;
	void (*try)(const struct run *);
	unsigned flags;
	int seconds; /* that it may take */
};

/* That of a rule; NULL: the rule is checked at run time only. */
const struct scenario *scenario_of(enum rule_id);
/* Its function for that type of plugins: RULE_OF_*. */
void (*scenario_try(const struct scenario *, unsigned whose))(const struct run *);

/* begin.c: a world as it is every day, its host made; to be ended. */
struct world *scenario_world(const struct run *);
void scenario_end(struct world *);
/* An instance in it; NULL after "creates" was broken: the run is over. */
void *scenario_instance(struct world *);

/* Both at once, and their end. */
void *scenario_begin(const struct run *, struct world **);
void scenario_close(struct world *, void *self);
int same_bytes(const struct buf *, const struct buf *);

/* everyday.c: what an ordinary life brings: calls that succeed, fail, and are cancelled. */
void try_everyday(const struct run *);
/* the run that looks for a wire: findings->text gets what chat() answers */
void try_wire(const struct run *);

/* the file: rules_file.c */
void try_descriptor(const struct run *);
void try_options(const struct run *);
void try_entry_same(const struct run *);
void try_option_flags(const struct run *);
void try_help_texts(const struct run *);
void try_license(const struct run *);
void try_hidden_symbols(const struct run *);
/* a life: rules_life.c */
void try_creates(const struct run *);
void try_create_fails(const struct run *);
void try_create_destroy(const struct run *);
void try_options_hostile(const struct run *);
void try_options_unset(const struct run *);
void try_chat_growth(const struct run *);
void try_malloc_fails(const struct run *);
/* a reply: rules_reply.c */
void try_answers(const struct run *);
void try_answer_text(const struct run *);
void try_emit_return(const struct run *);
void try_service_return(const struct run *);
void try_cancel(const struct run *);
void try_adapted(const struct run *);
void try_dry_run(const struct run *);
void try_pieces(const struct run *);
/* a request: rules_request.c */
void try_heeds(const struct run *);
void try_accepts(const struct run *);
void try_parts_order(const struct run *);
void try_opaque(const struct run *);
/* the server: rules_server.c */
void try_no_retry(const struct run *);
void try_each_status(const struct run *);
void try_error_bodies(const struct run *);
void try_broken_answers(const struct run *);
/* other hosts, threads: rules_hosts.c */
void try_growth_host(const struct run *);
void try_growth_plugin(const struct run *);
void try_unknown(const struct run *);
void try_any_thread(const struct run *);
void try_at_once(const struct run *);
void try_interleaved(const struct run *);
void try_stack(const struct run *);

#endif
