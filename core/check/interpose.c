/* SPDX-License-Identifier: MIT */
/*
 * interpose: functions of libc that the plugin's calls reach first. The program exports them, so the dynamic loader binds every
 * library to them. They do what libc's do, and write down what a plugin may not do.
 */
/* Its inline functions of the same names would be in the way. */
#undef _FORTIFY_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "check/findings.h"
#include "check/where.h"

#define EXPORTED __attribute__((visibility("default")))

_Thread_local struct where where;
struct watched watched;

int in_plugin(void)
{
	return where.host == 0 && (where.plugin > 0 || !where.ours);
}

void where_ours(void)
{
	where.ours = 1;
}

struct where where_enter(void)
{
	struct where before = where;
	where.plugin++;
	where.host = 0;
	return before;
}

void where_leave(struct where before)
{
	where = before;
}

/* libc's own, or that of whoever comes next. */
#define NEXT(type, name, args)                                      \
	static type(*real) args;                                    \
	if (!real)                                                  \
		*(void **)&real = dlsym(RTLD_NEXT, name)

/* ---- the end of the process ---- */

static void ended(const char *function, int status)
{
	if (in_plugin() && findings)
		breach_end(RULE_NO_EXIT, "it called %s(%d)", function, status);
}

EXPORTED void exit(int status)
{
	ended("exit", status);
	NEXT(void, "exit", (int));
	real(status);
	abort();
}

EXPORTED void _exit(int status)
{
	ended("_exit", status);
	syscall(SYS_exit_group, status);
	abort();
}

EXPORTED void _Exit(int status)
{
	ended("_Exit", status);
	syscall(SYS_exit_group, status);
	abort();
}

/* ---- programs: they are not started ---- */

static int starts(const char *function)
{
	if (!in_plugin() || !findings)
		return 0;
	breach(watched.dry ? RULE_DRY_RUN : RULE_NO_FORK, "it called %s()", function);
	errno = EPERM;
	return 1;
}

EXPORTED pid_t fork(void)
{
	NEXT(pid_t, "fork", (void));
	return starts("fork") ? -1 : real();
}

EXPORTED pid_t vfork(void)
{
	NEXT(pid_t, "fork", (void));
	return starts("vfork") ? -1 : real();
}

EXPORTED int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *files, const posix_spawnattr_t *how,
	char *const *argv, char *const *env)
{
	NEXT(int, "posix_spawn", (pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const *, char *const *));
	return starts("posix_spawn") ? EPERM : real(pid, path, files, how, argv, env);
}

EXPORTED int posix_spawnp(pid_t *pid, const char *path, const posix_spawn_file_actions_t *files, const posix_spawnattr_t *how,
	char *const *argv, char *const *env)
{
	NEXT(int, "posix_spawnp", (pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const *, char *const *));
	return starts("posix_spawnp") ? EPERM : real(pid, path, files, how, argv, env);
}

EXPORTED int system(const char *command)
{
	NEXT(int, "system", (const char *));
	return starts("system") ? -1 : real(command);
}

EXPORTED FILE *popen(const char *command, const char *mode)
{
	NEXT(FILE *, "popen", (const char *, const char *));
	return starts("popen") ? NULL : real(command, mode);
}

EXPORTED int execve(const char *path, char *const *argv, char *const *env)
{
	NEXT(int, "execve", (const char *, char *const *, char *const *));
	return starts("execve") ? -1 : real(path, argv, env);
}

/* ---- files, sockets, threads ---- */

static void opens(const char *function, const char *name, int writes)
{
	if (!findings || !in_plugin())
		return;
	if (watched.pure)
		breach(RULE_ENTRY_PURE, "it called %s(%s)", function, name);
	if (watched.dry && writes)
		breach(RULE_DRY_RUN, "it called %s(%s)", function, name);
}

static int writes(int flags)
{
	return (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT);
}

#define OPEN(name)                                                              \
	EXPORTED int name(const char *path, int flags, ...)                     \
	{                                                                       \
		va_list ap;                                                     \
		va_start(ap, flags);                                            \
		mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0; \
		va_end(ap);                                                     \
		opens(#name, path, writes(flags));                              \
		NEXT(int, #name, (const char *, int, ...));                     \
		return real(path, flags, mode);                                 \
	}
#define OPENAT(name)                                                            \
	EXPORTED int name(int dir, const char *path, int flags, ...)            \
	{                                                                       \
		va_list ap;                                                     \
		va_start(ap, flags);                                            \
		mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0; \
		va_end(ap);                                                     \
		opens(#name, path, writes(flags));                              \
		NEXT(int, #name, (int, const char *, int, ...));                \
		return real(dir, path, flags, mode);                            \
	}
#define FOPEN(name)                                                             \
	EXPORTED FILE *name(const char *path, const char *mode)                 \
	{                                                                       \
		opens(#name, path, strpbrk(mode, "wa+") != NULL);               \
		NEXT(FILE *, #name, (const char *, const char *));              \
		return real(path, mode);                                        \
	}

#undef open
#undef openat
#undef fopen
OPEN(open)
OPENAT(openat)
FOPEN(fopen)
#if defined(__GLIBC__) && !defined(__USE_FILE_OFFSET64)
OPEN(open64)
OPENAT(openat64)
FOPEN(fopen64)
#endif

EXPORTED int socket(int domain, int type, int protocol)
{
	NEXT(int, "socket", (int, int, int));
	opens("socket", "", 1);
	return real(domain, type, protocol);
}

EXPORTED int pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*run)(void *), void *ud)
{
	NEXT(int, "pthread_create", (pthread_t *, const pthread_attr_t *, void *(*)(void *), void *));
	opens("pthread_create", "", 0);
	return real(thread, how, run, ud);
}

/* ---- waiting ---- */

static void waits(const char *function, int for_long)
{
	if (findings && watched.sleep && for_long && where.host == 0 && where.plugin > 0)
		breach(RULE_NO_SLEEP, "it called %s()", function);
}

EXPORTED int nanosleep(const struct timespec *t, struct timespec *left)
{
	NEXT(int, "nanosleep", (const struct timespec *, struct timespec *));
	waits("nanosleep", 1);
	return real(t, left);
}

EXPORTED int clock_nanosleep(clockid_t clock, int flags, const struct timespec *t, struct timespec *left)
{
	NEXT(int, "clock_nanosleep", (clockid_t, int, const struct timespec *, struct timespec *));
	waits("clock_nanosleep", 1);
	return real(clock, flags, t, left);
}

EXPORTED int usleep(useconds_t us)
{
	NEXT(int, "usleep", (useconds_t));
	waits("usleep", us > 0);
	return real(us);
}

EXPORTED unsigned sleep(unsigned s)
{
	NEXT(unsigned, "sleep", (unsigned));
	waits("sleep", s > 0);
	return real(s);
}

EXPORTED int poll(struct pollfd *fds, nfds_t n, int timeout)
{
	NEXT(int, "poll", (struct pollfd *, nfds_t, int));
	waits("poll", timeout != 0);
	return real(fds, n, timeout);
}

EXPORTED int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *t, const sigset_t *mask)
{
	NEXT(int, "ppoll", (struct pollfd *, nfds_t, const struct timespec *, const sigset_t *));
	waits("ppoll", !t || t->tv_sec || t->tv_nsec);
	return real(fds, n, t, mask);
}

EXPORTED int select(int n, fd_set *in, fd_set *out, fd_set *errors, struct timeval *t)
{
	NEXT(int, "select", (int, fd_set *, fd_set *, fd_set *, struct timeval *));
	waits("select", !t || t->tv_sec || t->tv_usec);
	return real(n, in, out, errors, t);
}

EXPORTED int epoll_wait(int fd, struct epoll_event *events, int n, int timeout)
{
	NEXT(int, "epoll_wait", (int, struct epoll_event *, int, int));
	waits("epoll_wait", timeout != 0);
	return real(fd, events, n, timeout);
}
