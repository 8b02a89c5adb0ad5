/* SPDX-License-Identifier: MIT */
/*
 * chat_private: the parts of a conversation, for the files of this room.
 *
 * answerer.c who answers - keeper.c what the journal knows - limits.c refusals and warnings - confirm.c the
 * question before a costly turn - once.c a turn with settings of its own -
 * turn.c one turn - attempt.c one request of it - lend.c what that sends - take.c what is saved and
 * shown of its answer - remedy.c fixes for a failed attempt -
 * usage.c what it used - ending.c the notice about a reply that ended well.
 */
#ifndef HOBNOB_CHAT_CHAT_PRIVATE_H
#define HOBNOB_CHAT_CHAT_PRIVATE_H

#include "chat/chat.h"
#include "chat/plan.h"
#include "chat/telling.h"
#include "net/http.h"
#include "store/day.h"
#include "util/utf8.h"

#define REPLY_LEAST 64 /* tokens: a shorter reply is not worth its prompt */

/* ---- answerer.c ---- */
struct answerer {
	struct instance *provider;
	char *model;                 /* requested model; NULL until the provider's list names it */
	struct known known;          /* of that model, beyond the user's settings */
	uint32_t doubted;            /* HN_SET_*: hobnob has said that its list leaves them out */
	struct http *http;
	struct answerer *next;       /* among the chat's others */
	char *resumed_provider, *resumed_model; /* who answered last in a resumed conversation, or NULL */
};
void answerer_free(struct answerer *);
/* Has who answered in the resumed conversation answer again, in place of who did until now. */
void answerer_follow(struct chat *);
/* Asks the provider's list for a model if none was said; fail()s. */
int32_t answerer_need_model(struct chat *, hn_call *);
/* 1 if the provider and the model pass on that setting, HN_SET_*. */
int answerer_heeds(const struct chat *, uint32_t setting);
/* The parts that both take, bits 1 << HN_PART_*. */
uint32_t answerer_accepts(const struct chat *);
/* Refuses a request with what they do not pass on: 0, or HN_ERR_USAGE after fail(). */
int32_t answerer_refuses(const struct chat *, hn_call *, const hn_request *);
/* Says, once for each setting and model, that the list of models leaves it out. */
void answerer_doubts(struct chat *, const hn_request *);
/* An instance beside the chat's own, made when it is first asked for, and kept. NULL with a fault. */
struct answerer *answerer_beside(struct chat *, const char *name, struct fault *);
/* A call on the provider, with network. */
void answerer_call(struct chat *, hn_call *);

/* ---- keeper.c ---- */
struct keeper {
	struct journal *journal;
	struct talk talk;            /* what remains of the conversation if the process is ended at once */
	uint64_t head;               /* the view's head as the journal knows it */
	char *system;                /* the system prompt as the journal knows it, or NULL */
	char *stray;                 /* the id of a conversation without a journal, made when first asked for */
};
struct keeper *keeper_new(const struct chat *, const char *dir); /* dir NULL: nothing is kept */
void keeper_free(struct keeper *);
/* The journal gets the system prompt, if it knows another one. */
void keeper_system(struct chat *);
/* What providers know the conversation by: the journal's id, else bits of its own. */
const char *chat_conversation(struct chat *);

/* ---- limits.c ---- */
struct outlay;
/* The user's limits, in the order in which they are checked. */
enum limit { LIMIT_COST, LIMIT_DAY, LIMIT_TOKENS, LIMITS };
struct limits {
	struct day *day;             /* what the turns of the day cost, if the runtime has none for all; NULL until first asked for */
	int64_t day_from;            /* ms since 1970: the day that told_* are for */
	int told_lowered[LIMITS];    /* that it lowered a reply's limit */
	int told_near[LIMITS];       /* that four fifths of it are used */
	int told_cut;                /* that a journal of the day breaks off */
	char *resumed;               /* the id of a journal that has not been judged yet, or NULL */
	char *unpriced;              /* the model of which hobnob said that confirm_cost cannot hold, or NULL */
	struct fault doubt;          /* why the resumed journal does not contain its full cost */
};
void limits_free(struct limits *);
/* The conversation has a journal: before hobnob applies a limit to it, hobnob checks whether the
 * journal contains the cost of all replies. */
void limits_resume(struct chat *, const char *id);
/* Refuses the turn by fail() if it does not fit a known window or a limit; lowers reply_limit to
 * what the money allows. */
int32_t limits_guard(struct plan *, hn_call *);
/* The limits alone: after a second plan, whatever the window. */
int32_t limits_hold_plan(struct plan *, hn_call *);
/* Refuses turns by fail() if all of them together cannot keep the limits. */
int32_t limits_hold_outlay(struct chat *, const struct outlay *, hn_call *);
/* After a turn that used something: reports which limits it brought to 80 % or more, each once. */
void limits_warn(struct chat *, const struct message *reply);
/* After a setting changed: its warnings come again. */
void limits_changed(struct chat *, int setting);
/* The reply is in the history: it counts as one of the day's. */
void limits_count(struct chat *, const struct message *);

/* ---- confirm.c ---- */
/* What turns send: the tokens of their prompts, pico-dollars for these, how many models; and the least that they
 * may use, with short replies, priced as limits do. unpriced: a model without a price, borrowed, or NULL. */
struct outlay {
	int64_t tokens, pico;
	size_t models;
	int64_t least_tokens, least_pico;
	const char *unpriced;
};
/* Adds a turn's. A price that is unknown adds nothing; for confirm_cost, says so once for each model. */
void outlay_add(struct outlay *, const struct plan *);
/* 1 if confirm_cost is set, and the user has not confirmed the present input. */
int confirm_wanted(const struct chat *);
/* 0, or HN_ERR_OVER_LIMIT after an ERROR event: the user has to confirm it, chat->held is 1. */
int32_t confirm_outlay(struct chat *, const struct outlay *);
/* The same for the turn that the view makes with the message aside, or with another one of the user's. A turn that
 * will be refused is not held: it says why itself. */
int32_t confirm_turn(struct chat *);
int32_t confirm_message(struct chat *, struct message *);

/* ---- turn.c ---- */
/* What has come beside a reply. */
struct remarks {
	struct buf notices;          /* that were told in this turn, each with a NUL after it */
	size_t n_notices;
	char *progress;              /* what was told last, or NULL */
	uint32_t done;               /* and how much of it */
	uint32_t call;               /* which call of a tool the last piece belonged to */
	int late;                    /* something came after the finish, and was dropped */
};

/* What the journal has of a reply, as pieces: bytes of text and parts; and the parts that the next one was prepared for. */
struct kept_pieces { size_t text, parts, drafted; };

/* What has come of a reply. */
struct incoming {
	struct buf text, reasoning;
	struct utf8_stream *streams; /* [3]: text, reasoning, pieces of a tool's arguments */
	struct message *beside;      /* carries the parts beside the text until the reply is made */
	size_t beside_size;          /* bytes of memory of these */
	hn_usage usage;
	int32_t finish;
	char *model, *upstream;      /* that really answers; NULL: not said */
	char *word;                  /* the server's own for the finish; NULL: none */
	char *unshown;               /* what else the reply held, in words; NULL: nothing */
	int emitted;                 /* anything came, hidden or not: no retry */
	int64_t first_ms;            /* monotonic; -1 before the first piece */
	struct kept_pieces kept;
};

struct turn {
	struct chat *chat;
	struct plan plan;
	struct incoming in;
	struct remarks remarks;
	const struct message *begun; /* the reply that is continued, or NULL */
	int asked;                   /* a request was sent that has not failed: it may be billed */
	int whole;                   /* the reply ended by itself: its usage is final */
	int refreshed, shortened;    /* remedies that were tried */
	int limited;                 /* times that the reply's limit was lowered or left out */
	int64_t began;               /* monotonic ms */
	int64_t retries;
	int32_t shown;               /* what on_event said, once it was negative */
};

/* Answers the view's last message, unasked; the journal knows where. 0, or HN_ERR_*. */
int32_t turn_answer(struct chat *);
/* What DONE and ERROR have in common; borrows from the reply. */
hn_session_event turn_closing(uint32_t type, const struct message *);

/* ---- attempt.c ---- */
/* Refuses what the provider or the model does not pass on: 0, or HN_ERR_USAGE after fail(). No attempt of the
 * turn sends anything else. */
int32_t attempt_check(struct turn *, hn_call *);
/* One request: builds it from the plan, calls the provider, takes its events into the turn. 0,
 * HN_ADAPTED, or the call's error. */
int32_t attempt_run(struct turn *, hn_call *);
/* ---- lend.c ---- */
/* All messages that the plan sends; neighbours of one side are joined. */
void lend_messages(struct turn *, hn_call *, hn_request *);
/* The settings that a request bears; what nobody set is not sent. A reply limit that the core chose by itself
 * goes only to a provider that heeds it, unless a limit of the user's needs it. */
void lend_settings(struct turn *, hn_request *);
/* The chat's relayed request instead of both, for its model and with the plan's limit of the reply. */
void lend_relayed(struct turn *, hn_request *);

/* ---- take.c ---- */
/* An attempt begins: what an earlier one said of a reply that did not come is forgotten. */
void take_begin(struct turn *);
/* One event of the provider; negative ends the attempt. Unknown types are skipped. */
int32_t take_event(struct turn *, hn_call *, const hn_event *);

/* ---- schema.c ---- */
/* 0, or HN_ERR_PROTOCOL after fail(): the reply has to be JSON, and is not. */
int32_t schema_check(struct turn *, hn_call *);

/* ---- code_only.c ---- */
/* Shows the code of a whole reply, where only that is wanted. 0; HN_ERR_PROTOCOL after fail(): it has no such
 * block; or what the frontend returned. */
int32_t code_show(struct turn *, hn_call *);

/* ---- usage.c ---- */
/* The usage that counts: as reported, if that is possible. Else, if anything may have been billed, an estimate
 * of what was sent and received. */
hn_usage usage_or_estimate(const struct turn *, int32_t code);

/* ---- ending.c ---- */
/* The notice about a reply that ended well: it is empty, holds more than text, or may not be whole. */
void ending_tell(struct turn *, const struct message *);

/* ---- remedy.c ---- */
/* What can be mended about a failed attempt: 1 if it was, and is to be asked again at once; 0 if
 * nothing can be done; negative if the turn is to end with that. */
int32_t remedy(struct turn *, hn_call *);
/* The server took the request: what remedies have found of its limits holds for the next turns. */
void remedy_keep(const struct turn *);

#endif
