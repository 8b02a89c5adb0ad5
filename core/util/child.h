/* SPDX-License-Identifier: MIT */
/* child: programs that this one runs. They begin with signals as a shell gives them, whatever this
 * process or its parent ignores or blocks; and a process id is not signalled once it was reaped. */
#ifndef HOBNOB_UTIL_CHILD_H
#define HOBNOB_UTIL_CHILD_H

#include <spawn.h>
#include <sys/types.h>

/* Resets an ignored or blocked SIGCHLD that our parent left: it would lose our children. Call it once, at
 * the start. */
void child_prepare(void);
/* Runs argv[0], found by PATH; files may be NULL. 0, or an errno. */
int child_start(pid_t *pid, char *const *argv, const posix_spawn_file_actions_t *files);
/* The same, as the leader of a new process group, with that environment, and with fds as its descriptors 0, 1
 * and 2. It gets no others. Each of fds is above 2. */
int child_start_group(pid_t *pid, char *const *argv, char *const *env, const int fds[3]);

/* Becomes the program argv[0], found by PATH, with signals as a shell gives them. Returns only with errno. */
void child_become(char *const *argv);

enum child_state {
	CHILD_RUNS,
	CHILD_ENDED, /* *status as waitpid(2) gives it; it is reaped */
	CHILD_LOST   /* another part of the process has reaped it: its status is unknown */
};
/* Does not block. */
enum child_state child_look(pid_t pid, int *status);
/* The same, but it is not reaped, so that its id and its group's stay its own. */
enum child_state child_peek(pid_t pid);
/* Sends it a signal if it still runs. Returns what child_look() said before that. */
enum child_state child_signal(pid_t pid, int sig, int *status);
/* Kills it and waits for its end. */
void child_kill(pid_t pid);
/* Ends it, if it runs: by SIGTERM, stopped or not, and kills it after a second. Waits for its end. */
void child_end(pid_t pid);

#endif
