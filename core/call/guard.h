/* SPDX-License-Identifier: MIT */
/*
 * guard: who is at work on a thread: hobnob itself, or which plugin, and which of its functions.
 *
 * hobnob notes it around every call over the line between it and a plugin, so that a crash, an exit() or a function that
 * does not return has a name (fatal.h), and that what a plugin changed of the process is put back (ambient.h).
 */
#ifndef HOBNOB_CALL_GUARD_H
#define HOBNOB_CALL_GUARD_H

#include <stdatomic.h>

#include "call/ambient.h"

/* Whom a crash of this thread is blamed on. */
enum guard_part {
	GUARD_CORE,  /* hobnob: no plugin's function runs here */
	GUARD_RUNS,  /* that function */
	GUARD_WAITS, /* hobnob, at work for that function; it is the function's fault if that does not return */
};

struct guard_now {
	const char *plugin;   /* its name, which lives as long as the program; NULL: GUARD_CORE */
	const char *function; /* static: "chat", or words, with a blank: "its constructor" */
	enum guard_part part;
};

/* What a signal handler on another thread may know of it. Zero: hobnob itself. */
struct guard_seen {
	_Atomic(const char *) plugin;
	_Atomic(const char *) function;
};

/* One call, on the caller's stack. Frames nest; the last one entered leaves first, on the same thread. */
struct guard_frame {
	struct guard_now outer;
	struct ambient_call ambient;
	int is_whole;
};

/* A function of a plugin begins: both names live as long as the program. */
void guard_enter(struct guard_frame *, const char *plugin, const char *function);
/* The same of a function that is called while another one of the plugin's runs, such as on_event(): what it changed
 * of the process is looked for when that one returns. plugin NULL: as guard_enter_core(). */
void guard_enter_inside(struct guard_frame *, const char *plugin, const char *function);
/* The same of a frontend's run(), which handles signals as it likes while it runs. */
void guard_enter_run(struct guard_frame *, const char *plugin);
/* That function runs on another thread, which this one waits for. */
void guard_enter_elsewhere(struct guard_frame *, const char *plugin, const char *function);
/* A plugin called hobnob, which begins work of its own: a crash is not the plugin's. */
void guard_enter_core(struct guard_frame *);
/* The same, but the plugin is still to blame if its function does not return. */
void guard_enter_service(struct guard_frame *);
/* The function has returned. In a process that it forked, this ends that process. */
void guard_leave(struct guard_frame *);

/* The plugin that calls hobnob is going to be waited for: puts back what it has changed of the process so far. */
void guard_before_wait(void);
/* "()" for the name of a function, "" for words. Async-signal-safe. */
const char *guard_parens(const char *function);
/* Who is at work on this thread; async-signal-safe. */
const struct guard_now *guard_now(void);
/* 1 on a thread that has called a plugin, or runs main(); 0: a library made it, or a plugin. Async-signal-safe. */
int guard_is_ours(void);

/* Where this thread shows who is at work on it, from now on; NULL: nowhere. Returns the place before. */
struct guard_seen *guard_show(struct guard_seen *);

/* ---- forked processes ---- */

/* 1 in a process that a plugin forked: nothing that it says is heard. */
int guard_is_child(void);

/* ---- the conversation of a thread: talk.h ---- */
struct talk;
/* What this thread works on from now on, or NULL. Returns what it was. */
struct talk *guard_set_talk(struct talk *);
struct talk *guard_talk(void); /* async-signal-safe */

#endif
