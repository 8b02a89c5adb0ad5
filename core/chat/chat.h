/* SPDX-License-Identifier: MIT */
/*
 * chat: one conversation with whoever answers: what commands and the session see of it.
 *
 * A turn's message is in the history and in the journal before anything is sent, and whatever comes of
 * the turn, a reply is kept. All functions belong to the thread that the chat was made on.
 */
#ifndef HOBNOB_CHAT_CHAT_H
#define HOBNOB_CHAT_CHAT_H

#include "call/runtime.h"
#include "call/talk.h"
#include "conversation/conversation.h"
#include "money/account.h"
#include "money/facts.h"
#include "plugin/instance.h"
#include "store/journal.h"
#include "tokens/estimator.h"
#include "util/fault.h"

#define REPLY_CAP (64u << 20) /* bytes of one reply, and of its reasoning */
#define ADAPT_MOST 3          /* times a provider may change how it asks, in one turn */
#define NOTICES_MOST 16       /* in a turn; further ones are logged */

/* Who sees what happens, while an input is worked on. */
struct listener {
	hn_on_event on_event;        /* NULL: nobody */
	void *ud;
	_Atomic uint32_t *told;      /* bits 1 << -code: of the ERROR events that on_event has taken; NULL: nobody asks */
	struct attend attend;
};

/* What each reply has to be JSON by. */
struct schema { hn_str name, text; };
/* That only the code of each reply is shown, or the shell command that it suggests (util/command.h). */
struct code_wish {
	size_t block; /* which block, from 1; 0: the first, with a word about the others */
	int command;  /* the command; block does not count */
	int seen;     /* a command that hides something is refused: nobody looks at it before it is used */
};

/* One of several turns of one input: the input ends after all of them. */
struct among {
	const char *command;         /* of the input, such as "/ask" */
	struct fault why;            /* why the last of them failed; kind 0: it did not */
	int32_t unheard;             /* what on_event said, once it was negative */
};

struct answerer;
struct offers;
struct keeper;
struct limits;

struct chat {
	struct runtime *rt;          /* borrowed */
	struct listener *listener;   /* borrowed */
	struct buf *dry_run;         /* where requests are described instead of sent; NULL: they are sent */
	const struct schema *schema; /* borrowed, or NULL */
	const struct code_wish *code; /* borrowed, or NULL */
	struct conversation talk;
	struct message *aside;       /* sent after the view, never kept (/continue); or NULL */
	struct account account;
	int told_trim;               /* that messages are left out */
	int confirmed;               /* the user has confirmed what the present input costs */
	int held;                    /* 1: the present input is not sent, and nothing of it kept, before the user confirms it */
	int32_t last_turn;           /* how it ended: 0, or HN_ERR_* */
	struct among *among;         /* borrowed: what the present turn is one of; or NULL */
	const hn_request *relayed;   /* what is sent instead of the conversation; or NULL */
	struct answerer *answerer;
	struct answerer *others;     /* who answered relayed requests beside it */
	struct keeper *keeper;
	struct limits *limits;
	struct estimator estimator;
	struct user_price user_price;
};

/* dir: the journals' folder, NULL if none is kept. dry_run and the rest are borrowed. */
struct chat *chat_new(struct runtime *, struct listener *, const char *dir, struct buf *dry_run);
void chat_free(struct chat *); /* NULL is fine */
/* After a setting changed: what depends on it follows. */
void chat_configure(struct chat *, int setting);

/* ---- who answers ---- */
/* The instance, or NULL before one is made; the model's name, or NULL until one is chosen. */
const struct instance *chat_provider(const struct chat *);
const char *chat_model(const struct chat *);
/* Makes the provider that the conversation had, or that the settings choose. 0, or HN_ERR_* with a
 * fault. */
int32_t chat_ready(struct chat *, struct fault *);
/* Switches to an instance and the model that is picked for it. On failure all stays as it was. 0, or
 * HN_ERR_* with a fault. */
int32_t chat_switch(struct chat *, const char *name, enum source by, struct fault *);
/* Takes over an instance that was made, in place of the one it had. */
void chat_take_provider(struct chat *, struct instance *);
/* Takes a model; aliases are resolved by the caller. */
void chat_take_model(struct chat *, const char *name);
/* What the account may still spend, by the provider's word; what it cannot mean is -1. 0, or HN_ERR_*
 * with a fault. */
int32_t chat_credit(struct chat *, hn_credit *, struct fault *);
/* The models of the provider, or those that hold the words of *out; the provider is asked once. Where the shipped table
 * stands in for its list, a notice says so. 0, or HN_ERR_* with a fault. offers_free() frees them either way. */
int32_t chat_offers(struct chat *, struct offers *out, struct fault *);

/* ---- what is kept ---- */
/* The journal's id, or NULL where none is kept. */
const char *chat_id(const struct chat *);
/* What remains of it if the process is ended at once. */
struct talk *chat_talk(struct chat *);
void chat_system(struct chat *, hn_str text); /* the system prompt; empty: none */
void chat_title(struct chat *, hn_str text);  /* what the user calls it; empty: nothing any more */
/* The journal gets a message of the history that is whole, after the system prompt if that changed. */
void chat_keep(struct chat *, const struct message *);
/* The view moved to another head. */
void chat_moved(struct chat *);
/* Pins message i of the view, or takes that back. */
void chat_pin(struct chat *, size_t i, int on);
/* From here on writes to a new journal. 0, or -1 if there is nothing to fork. */
int chat_fork(struct chat *);
/* Takes over a kept conversation as it was read, with the journal that it continues in (NULL: none is
 * kept); id: of the journal that it was read from. The conversation's memory is the chat's afterwards. */
void chat_resume(struct chat *, const char *id, struct conversation *, struct journal *);

/* ---- turns: 0, or HN_ERR_* ---- */
/* The `command` of the ERROR event of a turn that costs more than confirm_cost: nothing of it is kept, held is 1. */
#define CONFIRM "confirm"
/* A new message of the user's, with the parts of an input, and its answer. */
int32_t chat_say(struct chat *, hn_str text, const hn_input *parts);
/* Answers the view's last message, which is the user's; model NULL: the chat's, else another one for this
 * turn alone. */
int32_t chat_answer(struct chat *, const char *model);
/* A model that is asked among others, and what came of it. */
struct asked {
	const char *model;
	const struct message *reply; /* whole, cut or failed; NULL: it was not asked */
	struct fault why;            /* why it failed; kind 0: it did not. The caller frees it */
};
/* Asks the view's last message, which is the user's, of each of n models, 1 or more. Each START event bears the
 * command. Afterwards the view ends anywhere, and the caller moves it. 0, and the caller ends the input;
 * HN_ERR_INTERRUPTED, too, and the rest was not asked; else a refusal, which has ended the input, or what
 * on_event said. */
int32_t chat_ask_each(struct chat *, const char *command, struct asked *, size_t n);
/* The DONE event of a reply that was interrupted; borrows from it. */
hn_session_event chat_interrupted(const struct message *);
/* Continues the view's last message, a reply that was cut: the whole takes its place. */
int32_t chat_continue(struct chat *);

/* ---- one turn with settings of its own ---- */
struct once;
/* From here on the settings count that the head of a prompt file says: who answers, the system prompt, and all others. The
 * journal gets another system prompt with the next message. NULL with a fault, and nothing has changed. */
struct once *chat_once(struct chat *, const struct ynode *head, const char *file, struct fault *);
/* All is as it was before that, in the journal, too; frees it. */
void chat_once_end(struct once *);

/* ---- requests of others, of which nothing is kept ---- */
/* Answers one by that instance (empty: the chat's own); ends in one DONE or ERROR event. 0, or the code of the
 * ERROR event. */
int32_t chat_relay(struct chat *, hn_str provider, const hn_request *);
/* The models of such an instance. 0, put()'s value, or HN_ERR_* with a fault. */
int32_t chat_models(struct chat *, hn_str provider, int32_t (*put)(void *ud, const hn_model *), void *ud, struct fault *);

#endif
