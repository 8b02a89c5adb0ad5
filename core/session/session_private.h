/* SPDX-License-Identifier: MIT */
/* session_private: what a session is made of. */
#ifndef HOBNOB_SESSION_SESSION_PRIVATE_H
#define HOBNOB_SESSION_SESSION_PRIVATE_H

#include "chat/chat.h"
#include "commands/commands.h"
#include "session/session.h"
#include "util/fault.h"

/* The sessions of a run. One that ended is used again, so a pointer to it stays one to a session. */
struct opened {
	pthread_mutex_t lock;
	hn_session *all;      /* but the run's own */
	_Atomic uint32_t told; /* bits 1 << -code: of the ERROR events that on_event has taken */
	atomic_int was_asked;  /* an input or a request has begun */
};

struct place {
	struct opened *opened; /* shared by all */
	hn_session *next;      /* in opened->all */
	int is_free;           /* it has ended and may be used again; by the lock */
	atomic_int is_open;    /* session_new() opened it, and session_end() has not ended it */
};

/* An input that waits for the user's word. */
struct held {
	uint64_t mark; /* what tells it from others; 0: no input waits */
	int asks;      /* 1: it ends now, so an interrupt is the answer and is left for the next wait */
};

struct hn_session {
	struct runtime rt;    /* with the session's own task and settings */
	struct place place;
	atomic_int busy;      /* an input or a request is at work */
	_Atomic(const void *) worker; /* on which thread; see session_busy() */
	struct session_start own_start; /* of one that session_new() opened */
	struct fault why;     /* what session_new() said last */
	const struct session_start *start;
	struct chat *chat;
	struct commands commands;
	struct listener listener;
	int64_t submit_began; /* monotonic ms */
	struct held held;
	struct talk *outer_talk; /* what the thread was at before the input */
	hn_message lent;      /* what message() gave last */
	hn_part *lent_parts;  /* of that; owned */
};

/* Opens another conversation, as hn_open says (NULL: as the first). NULL with a fault. */
hn_session *session_beside(hn_session *, const hn_open *how, struct fault *);
/* Ends one that session_beside() opened. 0, or HN_ERR_USAGE: another one, or it is at work. */
int32_t session_leave(hn_session *);
/* Begins one, with the settings and the task of that runtime. */
void session_begin(hn_session *, const struct runtime *, const struct session_start *);
/* A session that ended, or a new one on the list: nothing has begun in it. */
hn_session *session_shell(struct opened *);

/* 0 if all that an input attaches can be a part of a message, else HN_ERR_* with a fault that names it. */
int32_t session_check_parts(const hn_input *, struct fault *);
/* Something begins that only one may do at a time, and that on_event hears of. 0, or HN_ERR_USAGE: something is
 * at work. */
int32_t session_enter(hn_session *, const char *function, hn_on_event, void *ud);
/* For that function of the api: 1, and it is at work; 0: it is already, so that the frontend broke a rule. */
int session_take(hn_session *, const char *function);
/* 1 if it is at work, so that the frontend broke a rule by calling that function. */
int session_busy(const hn_session *, const char *function);
void session_exit(hn_session *);
/* Fills a frontend's error (NULL is fine) with s->why. */
void session_say_why(const hn_session *, hn_error *);

/* Goes on with the conversation that /resume asked for, and says where it stands. 0, or HN_ERR_* with a fault. */
int32_t session_resume_said(hn_session *, struct buf *text, struct fault *);
/* The directory of the journals (allocated), or NULL if none is kept. */
char *session_dir(const struct runtime *, const struct session_start *);

#endif
