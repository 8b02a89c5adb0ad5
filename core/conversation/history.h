/* SPDX-License-Identifier: MIT */
/*
 * history: every message of a conversation, append-only, and a view: the branch that is being
 * talked on. A message is never changed once it is complete and never removed; /clear, /undo,
 * /retry only move the view's head.
 */
#ifndef HOBNOB_CONVERSATION_HISTORY_H
#define HOBNOB_CONVERSATION_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "conversation/parts.h"
#include "hobnob/plugin.h"

enum message_state { MESSAGE_COMPLETE, MESSAGE_INTERRUPTED, MESSAGE_FAILED };
const char *message_state_name(enum message_state); /* "complete", ... */
int message_state_find(hn_str name);                /* or -1 */

struct message {
	uint64_t id, parent;         /* parent 0: first of a branch */
	/* the reply that this one continues, and whose text it begins with; 0: none */
	uint64_t continues;
	uint32_t role;
	/* of a reply; of a user's message: FAILED if no reply came of it */
	enum message_state state;
	char *text;                  /* n bytes and a NUL */
	size_t n;
	char *reasoning;             /* of a reply, as it came: n_reasoning bytes and a NUL; NULL: none did */
	size_t n_reasoning;
	struct part *parts;          /* beside the text, in order; owned */
	size_t n_parts;
	int64_t time_ms;             /* since 1970 */
	char *instance, *model;      /* who was asked (assistant); NULL otherwise */
	/* the model that really answered, if another, and who served it; NULL: not reported */
	char *answered, *upstream;
	int32_t finish;
	int32_t error;               /* HN_ERR_* that ended it, or 0 */
	hn_usage usage;              /* all -1 if unknown */
	int64_t cost;                /* pico-dollars, -1 unpriced */
	const char *cost_source;     /* static text of cost.h; "" if none */
	int64_t risk;                /* pico-dollars: the most it can have cost, if it is unpriced although the price is known; else 0 */
	int64_t ttft_ms, total_ms;
	int64_t retries;             /* failed attempts before this one */
	int64_t tokens;              /* estimate of this message alone; -1: not made */
	int tokens_by;               /* 1 + the vocabulary of the estimate; 0: not made by this program */
	/* of a reply: messages sent for it, without the system prompt; 0: unknown */
	int64_t sent;
	int64_t sent_prior;          /* and the prior's estimate of them; -1: unknown */
	int pinned;
};

/*
 * A question and its answer, as places of the view: the question is in [from, answer), the answer in
 * [answer, upto); exchange_sends() says which messages are sent. question: the user's latest. Each
 * but the newest has an answer.
 */
struct exchange { size_t from, question, answer, upto; };

struct history {
	struct message **all;        /* in order of id; owned */
	size_t n, cap;
	struct message **view;       /* the branch, oldest first; borrowed from all */
	size_t n_view, cap_view;
	struct exchange *exchanges;  /* of the view, oldest first */
	size_t n_exchanges, cap_exchanges;
	size_t *pins;                /* places in the view of those that are pinned, ascending */
	size_t n_pins, cap_pins;
	uint64_t next_id;            /* from 1 */
};

void history_init(struct history *);
void history_free(struct history *);
/* Appends a message to the view; its parent is the view's last. Role, text, parts and time are set, id and
 * parent are not. Owned by the history. */
void history_add(struct history *, struct message *);
/* A message of text alone, whose parent is the view's last, appended to the view; text is copied. Owned by the
 * history. */
struct message *history_append(struct history *, uint32_t role, hn_str text, int64_t time_ms);
/* Takes over a message made elsewhere (journal, /load) and leaves the view alone. -1 if its id is
 * taken, 0 or not below INT64_MAX, or its parent is unknown or not below it: then the caller keeps
 * it. */
int history_adopt(struct history *, struct message *);
/* Renumbers all messages from `first` on without a gap, in their order: however large the ids of a
 * file are, there is room after them. */
void history_number(struct history *, uint64_t first);
struct message *history_find(const struct history *, uint64_t id);
/* the place of that message in `all`; n if it is missing */
size_t history_place(const struct history *, uint64_t id);
/* Moves the view to the branch that ends in id; 0 empties it. -1 if there is no such message. */
int history_go(struct history *, uint64_t id);
struct message *history_last(const struct history *, uint32_t role); /* of the view, or NULL */
/* id of the view's last, or 0 */
uint64_t history_head(const struct history *);
/* 1 if message i of the view is sent with its exchange: a reply that shows something, and what it answers. A
 * question without an answer is left out once another one follows, unless it is pinned: then both
 * are asked together. asks: the view ends in the question to answer now; 0: another one follows. */
int exchange_sends(const struct history *, const struct exchange *, size_t i, int asks);
/* 1 if it has an answer; only the newest may lack one. */
int exchange_is_answered(const struct exchange *);
/* The exchange of message i of the view; n_exchanges if it has none. */
size_t history_exchange(const struct history *, size_t i);
/* 1 if message i of the view belongs to a turn whose reply shows nothing: it is not sent again. */
int history_skips(const struct history *, size_t i);
/* Pins or unpins message i of the view. */
void history_pin(struct history *, size_t i, int on);
/* The messages that no other follows, oldest first: the ends of all branches (allocated). */
struct message **history_ends(const struct history *, size_t *n);
/* The number of the branch that ends in that message, in that order, from 1; 0: none does. */
size_t history_branch(const struct history *, uint64_t id);
/* zeroed, text NULL; usage, cost, times and tokens unknown (-1) */
struct message *message_new(void);
void message_free(struct message *);
/* 1 if a reply failed before any text came: nothing can have been billed. */
int message_is_free(const struct message *);
/* Keeps a copy of a part after the first `at` bytes of the text; `at` is not less than the last part's. */
void message_add_part(struct message *, const hn_part *, size_t at);
/* Adds to what was reasoned for it, after a blank line; empty: nothing is added. */
void message_add_reasoning(struct message *, hn_str reasoning);
/* 1 if a person would see something of it: text, an image or a file. */
int message_shows(const struct message *);
/* Appends what stands beside its text, as part_describe() has it, `between` two. How many there are. */
size_t message_describe(const struct message *, const char *between, struct buf *out);
/* The message as plugins see it; parts has room for parts_most(its parts). All is borrowed. */
hn_message message_lend(const struct message *, hn_part *parts);
void usage_clear(hn_usage *);        /* struct_size set, all -1 */

#endif
