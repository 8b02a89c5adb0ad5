/* SPDX-License-Identifier: MIT */
/* where: whether the code that runs on this thread is the plugin's or the checker's. */
#ifndef HOBNOB_CHECK_WHERE_H
#define HOBNOB_CHECK_WHERE_H

/* Of this thread. host: depth of functions of the host that the plugin is in. */
struct where { int ours; int plugin; int host; };
extern _Thread_local struct where where;

/* What the interposed functions report. */
struct watched {
	int pure;  /* opening anything, starting a thread: entry-pure */
	int dry;   /* opening for writing, sockets, programs: dry-run */
	int sleep; /* waiting on the thread of a call: no-sleep */
	long fail_at; /* the allocation of the plugin's, from 1, that fails; 0: none */
};
extern struct watched watched;

/* 1 if the plugin's code runs: called by us, or on a thread that we did not start. */
int in_plugin(void);
/* Marks the thread as one of the checker's. */
void where_ours(void);
/* Around each call of the plugin's code, also from within the host. */
struct where where_enter(void);
void where_leave(struct where before);

/* ---- memory: interpose_memory.c ---- */

/* Whether allocations are seen at all: not with sanitizers, and only with glibc. */
int memory_seen(void);
long memory_live(void);      /* allocations that were not freed */
long memory_plugin(void);    /* allocations of the plugin's so far */
/* The plugin is the file that has this function. What the libraries ask for that it links is not made to fail: how
 * they take that is not the plugin's doing. */
void memory_subject(void (*function)(void));

#endif
