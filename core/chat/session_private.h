/* SPDX-License-Identifier: MIT */
/*
 * session_private: what a session is made of, for the files that make it up.
 *
 * session.c the api - resume.c a kept conversation - events.c what a frontend is told - turn.c one turn - attempt.c one request of
 * it - blocks.c a provider on a thread of its own - budget.c windows, prices - limits.c refusals, warnings -
 * account.c what was used - commands*.c the slash commands - complete.c.
 */
#ifndef HOBNOB_CHAT_SESSION_PRIVATE_H
#define HOBNOB_CHAT_SESSION_PRIVATE_H

#include "chat/session.h"
#include "conversation/trim.h"
#include "money/account.h"
#include "money/facts.h"
#include "store/day.h"

#define REPLY_LEAST 64 /* tokens: a shorter reply is not worth its prompt */
#define REPLY_CAP (64u << 20) /* bytes of one reply, and of its reasoning */

/* The user's own limits, in the order in which they are looked at. */
enum limit { LIMIT_COST, LIMIT_DAY, LIMIT_TOKENS, LIMITS };

/* What was learnt of each instance and model that was talked to. */
struct calibrated {
	char *instance, *model;
	struct calibration calibration;  /* as if nothing was learnt, while the counts are not believed */
	struct trust trust;
	int64_t window;                  /* that an error of the server's named, tokens; 0: none */
	int64_t max_output; /* tokens: the most it took as a reply's limit; 0: not learnt */
	int unlimited; /* it takes no limit of a reply */
};

struct hn_session {
	struct runtime *rt;
	const struct session_start *start;
	struct conversation talk;
	struct message *aside;           /* sent behind the view, never kept (/continue); or NULL */
	struct journal *journal;
	uint64_t journalled_head;        /* the view's head as the journal knows it */
	char *journalled_system;         /* the system prompt as the journal knows it, or NULL */
	char *resumed_provider, *resumed_model; /* who answered last in a resumed one, or NULL */

	struct instance *provider;
	char *model;                     /* asked for; NULL until the provider's list has told */
	struct known known;              /* of that model, beyond the user's own word */
	char *priced_model, *priced_by;  /* the model that price_input and price_output are for, and its instance */
	struct http *http;

	struct calibrated *calibrated;
	size_t n_calibrated, cap_calibrated;
	struct account account;
	int told_trim, told_prices;
	struct day *day;                 /* what the turns of the day cost; NULL until first asked for */
	int64_t day_from;                /* ms since 1970: the day that told_* are for */
	int told_lowered[LIMITS];        /* that it lowered a reply's limit */
	int told_near[LIMITS];           /* that four fifths of it are used */
	int told_cut;                    /* that a line of the day's journals breaks off */

	hn_on_event on_event;            /* of the submit that runs */
	void *ud;
	struct attend attend;
	int64_t submit_began;            /* monotonic ms */
	int32_t last_turn;
	int leaving;

	const hn_command **own;          /* the frontend's own commands, borrowed */
	size_t n_own, cap_own;
	char **made;                     /* files that this conversation has written */
	size_t n_made, cap_made;
	struct buf lent;                 /* text lent to the frontend until its next call */
};

/* ---- events.c: each returns what the frontend's on_event returned ---- */
int32_t tell(struct hn_session *, const hn_session_event *);
hn_session_event event_of(uint32_t type);
int32_t tell_notice(struct hn_session *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* An ERROR event for a failure outside of a turn's attempts; message and hint as they are.
 * Returns code. */
int32_t tell_error(struct hn_session *, int32_t code, hn_str message, hn_str hint);

/* ---- session.c ---- */
/* switches; on failure keeps what was */
int32_t session_provider(struct hn_session *, const char *name, enum source by, char **error);
/* switches to an instance and that model, or with NULL the one that is picked for it */
int32_t session_take(struct hn_session *, const char *name, const char *model, enum source by, char **error);
/* takes a model; aliases resolved by the caller */
void session_model(struct hn_session *, const char *name);
/* asks the provider's list if none was said; fail()s */
int32_t session_need_model(struct hn_session *, hn_call *);
void session_system(struct hn_session *, hn_str text);                     /* empty: none */
/* after a setting changed */
void session_configure(struct hn_session *, int setting);
/* a call on the provider, with network */
void session_call(struct hn_session *, hn_call *);
/* the view moved: the journal is told */
void session_moved(struct hn_session *);
/* a message of the history that is whole: the journal gets it, after the system prompt if that
 * changed */
void session_keep(struct hn_session *, const struct message *);

/* ---- resume.c ---- */
/* the directory of the journals (allocated), or NULL if none is kept */
char *session_dir(const struct runtime *, const struct session_start *);
/* Switches to who answered before, unless the command line says otherwise. 1 if that is done. */
int resume_provider(struct hn_session *);

/* ---- turn.c ---- */
/* a new message of the user's, and its answer */
int32_t turn_say(struct hn_session *, hn_str text);
/* answers the view's last message, which is the user's */
int32_t turn_answer(struct hn_session *);
/* goes on with the view's last message, a reply that was cut: the whole takes its place */
int32_t turn_continue(struct hn_session *);

/* ---- attempt.c ---- */
struct turn {
	struct hn_session *s;
	struct trim_plan plan;           /* its tokens are by the prior alone */
	size_t *sends;                   /* places of what the plan sends: budget_message() */
	int is_preview;                  /* nothing is asked: the plan is that of the next turn, without its question */
	struct anchor anchor;            /* what the server has counted of this conversation */
	int64_t window;                  /* tokens, -1 unknown */
	int64_t prompt;                  /* tokens of the request, as far as is known */
	int64_t reply_limit;             /* tokens, 0: none is sent */
	const char *lowered;             /* the setting that lowered it (static), or NULL */
	int64_t most;                    /* tokens of the prompt, having been too long; 0: no limit */
	int refreshed, shortened;        /* remedies that were tried */
	int limited; /* times that the reply's limit was lowered or left out */
	int64_t max_output; /* tokens: what it was lowered to; 0: it was not */
	int unlimited; /* it is left out */
	struct price price;

	const struct message *begun;     /* the reply that is gone on with, or NULL */
	struct buf text, reasoning;      /* what came */
	struct utf8_stream *streams;     /* [2]: text, reasoning */
	struct message *opaque;          /* carries the opaque parts until the reply is made */
	hn_usage usage;
	int32_t finish;
	char *model, *upstream;          /* that really answers; NULL: not said */
	char *word;                      /* the server's own for the finish; NULL: none */
	char *unshown;                   /* what else the reply held, in words; NULL: nothing */
	int emitted;                     /* anything came, hidden or not: no retry */
	int asked;                       /* a request was sent that has not failed: it may be billed */
	int64_t began, first_ms;         /* monotonic; -1 before the first piece */
	size_t kept;                     /* bytes of text that the journal has as pieces */
	int64_t retries;
	int32_t shown;                   /* what on_event said, once it was negative */
};
/* One request: builds it from the plan, calls the provider, takes its events into the turn. 0,
 * HN_ADAPTED, or the call's error. */
int32_t attempt_run(struct turn *, hn_call *);
int32_t blocks_chat(const struct instance *, hn_call *, const hn_request *);

/* ---- ending.c ---- */
/* The notice about a reply that ended well: it is empty, holds more than text, or may not be whole. */
void ending_tell(struct turn *, const struct message *);

/* ---- remedy.c ---- */
/* What can be mended about a failed attempt: 1 if it was, and is to be asked again at once; 0 if
 * nothing can be done; negative if the turn is to end with that. */
int32_t remedy(struct turn *, hn_call *);
/* The server took the request: what remedies have found of its limits holds for the next turns. */
void remedy_keep(const struct turn *);

/* ---- budget.c ---- */
int64_t budget_window(const struct hn_session *);                          /* tokens, -1 unknown */
/* tokens, 0: send none */
int64_t budget_reply(const struct hn_session *, int64_t window, int64_t prompt);
struct price budget_price(struct hn_session *);
/* Fills plan, sends, anchor, prompt, window, reply_limit and price of a turn for the view as it stands. An
 * anchor that is there already stays. budget_free() afterwards. */
void budget_plan(struct turn *);
void budget_free(struct turn *);
/* for the present instance and model; made when first asked for */
struct calibrated *budget_learnt(struct hn_session *);
const struct calibration *budget_calibration(struct hn_session *);
/* The present model's server counted the request of that plan so; -1: it did not. */
void budget_learn(const struct turn *, int64_t counted);
/* Message i of those that a request may hold: the view's, and behind them the one aside. */
struct message *budget_message(const struct hn_session *, size_t i);
/* By the prior, frame included: a message, the system prompt (0: none). */
int64_t message_tokens(const struct hn_session *, struct message *);
int64_t budget_system(const struct hn_session *);
/* The same of all that a plan sends because it is pinned; *n: how many messages. */
int64_t budget_pinned(const struct turn *, size_t *n);
/* the same with what goes with a pinned message, its question or its answer */
int64_t budget_pinned_with(const struct turn *);
/* and of all that it leaves out */
int64_t budget_left_out(const struct turn *);
/* tokens of a text, without a frame, by what was learnt of the present model */
int64_t budget_tokens(struct hn_session *, hn_str text);
/* The same, or the prior's if that is less: what a count must not be much below. */
int64_t budget_least(struct hn_session *, hn_str text);

/* ---- limits.c ---- */
/* Refuses the turn by fail() if it does not fit a known window or a limit; lowers reply_limit to
 * what the money allows. */
int32_t limits_guard(struct turn *, hn_call *);
/* The limits alone: after a plan that was made anew, whatever the window. */
int32_t limits_hold_plan(struct turn *, hn_call *);
/* After a turn that used something: tells which limits it brought to 80 % or more, each once. */
void limits_warn(struct hn_session *, const struct account_turn *);
/* 1 if a limit of the user's own needs to know how long a reply may be. */
int limits_any(const struct hn_session *);
/* After a setting changed: of what hangs on it all is told again. */
void limits_changed(struct hn_session *, int setting);
/* The reply is in the history: it counts as one of the day's. risk: what it counts for if it is unpriced, or 0. */
void limits_count(struct hn_session *, const struct message *, int64_t risk);

/* ---- complete.c ---- */
void session_complete(hn_session *, hn_str line, size_t cursor, void (*put)(void *ud, hn_str word, hn_str help), void *ud);

#endif
