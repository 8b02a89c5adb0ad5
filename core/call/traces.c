/* SPDX-License-Identifier: MIT */
/* traces: what a debugged plugin does to the process while it has the thread. */
#include "call/traces.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hobnob/plugin.h"
#include "util/eintr.h"
#include "util/hash.h"
#include "util/mem.h"

#define FDS 512          /* descriptors that are watched */
#define SHOWN 40         /* bytes of a print that a message shows */
#define PLUGINS 64       /* that are watched */
#define PATIENCE_MS 100  /* a thread that was joined may take that long to be gone */

struct fds {
	unsigned char open[FDS];
};

/* One stretch at a time is watched; the thread that has it is in `owner`. */
static struct {
	atomic_int taken;
	int is_watched;
	struct owner *owner;
	struct fds before;
	int threads;             /* of the process, when it began */
	uint64_t environment;
} stretch;
static _Thread_local int is_mine;

/* Where standard output and standard error go meanwhile, and what they are. -1: not open yet. */
static struct {
	int file, own[2];
	atomic_int is_on;
} cover = { .file = -1, .own = { -1, -1 } };

/* What a plugin has: instances, and threads that it started. */
static struct owner {
	const char *plugin;
	int instances, threads;
} owners[PLUGINS];

/* Descriptors that plugins opened. What a descriptor leads to tells it from a later one of the same number. */
static struct {
	const struct owner *owner;
	dev_t device;
	ino_t inode;
} opened[FDS];

/* ---- looking ---- */

static void look_fds(struct fds *out)
{
	struct pollfd fds[FDS];

	for (int i = 0; i < FDS; i++)
		fds[i] = (struct pollfd){ .fd = i };
	memset(out, 0, sizeof *out);
	if (poll(fds, FDS, 0) < 0)
		return;
	for (int i = 0; i < FDS; i++)
		out->open[i] = !(fds[i].revents & POLLNVAL);
}

/* Threads of the process; 0 if the system does not say. */
static int look_threads(void)
{
	struct stat st;

	return stat("/proc/self/task", &st) ? 0 : (int)st.st_nlink - 2;
}

static uint64_t look_environment(void)
{
	uint64_t hash = HASH_BEGIN;

	for (char *const *e = environ; e && *e; e++)
		hash = hash_more(hash, *e, strlen(*e) + 1);
	return hash;
}

/* ---- the cover ---- */

static void flush(void)
{
	fflush(stdout);
	fflush(stderr);
}

/* 0, or -1: the system does not let it. */
static int cover_open(void)
{
	if (cover.file < 0 && (cover.file = memfd_create("hobnob", MFD_CLOEXEC)) < 0)
		return -1;
	for (int i = 0; i < 2; i++)
		if (cover.own[i] < 0 && (cover.own[i] = fcntl(STDOUT_FILENO + i, F_DUPFD_CLOEXEC, FDS)) < 0)
			return -1;
	return 0;
}

/* What stdio holds back of hobnob's own is written first, so that what it holds later is the plugin's. */
static void cover_begin(void)
{
	flush();
	atomic_store(&cover.is_on, 1);
	for (int i = 0; i < 2; i++)
		dup2(cover.file, STDOUT_FILENO + i);
}

void traces_uncover(void)
{
	if (atomic_exchange(&cover.is_on, 0))
		for (int i = 0; i < 2; i++)
			dup2(cover.own[i], STDOUT_FILENO + i);
}

/* The beginning of what was printed, of n bytes; the file is empty again. */
static void take_printed(char *out, size_t n)
{
	ssize_t got = pread(cover.file, out, n - 1, 0);

	out[got > 0 ? got : 0] = '\0';
	for (char *c = out; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = ' ';
	if (ftruncate(cover.file, 0) || lseek(cover.file, 0, SEEK_SET))
		return;
}

/* ---- whose it is ---- */

/* The plugin's place; NULL: there are too many. */
static struct owner *owner_of(const char *plugin)
{
	for (size_t i = 0; i < PLUGINS; i++) {
		if (!owners[i].plugin)
			owners[i].plugin = plugin;
		if (!strcmp(owners[i].plugin, plugin))
			return &owners[i];
	}
	return NULL;
}

/* Threads that plugins have started and that may still run: no more than there are beside this one. */
static int foreign_threads(int all)
{
	int foreign = 0;

	for (size_t i = 0; i < PLUGINS; i++) {
		int most = all > 1 + foreign ? all - 1 - foreign : 0;

		if (owners[i].threads > most)
			owners[i].threads = most;
		foreign += owners[i].threads;
	}
	return foreign;
}

/* A descriptor that is new belongs to the plugin. */
static void own_fd(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return;
	opened[fd].owner = stretch.owner;
	opened[fd].device = st.st_dev;
	opened[fd].inode = st.st_ino;
}

/* 1 if what the plugin opened is still there. */
static int has_fd(const struct owner *o, int fd)
{
	struct stat st;

	return opened[fd].owner == o && !fstat(fd, &st) && st.st_dev == opened[fd].device && st.st_ino == opened[fd].inode;
}

/* ---- a stretch ---- */

void traces_begin(const char *plugin)
{
	int none = 0, can_cover;

	if (!atomic_compare_exchange_strong(&stretch.taken, &none, 1))
		return;
	is_mine = 1;
	stretch.owner = owner_of(plugin);
	stretch.threads = look_threads();
	stretch.is_watched = stretch.owner && stretch.threads > 0 && stretch.threads - foreign_threads(stretch.threads) == 1;
	if (!stretch.is_watched)
		return;
	can_cover = cover_open() == 0;
	look_fds(&stretch.before);
	stretch.environment = look_environment();
	if (can_cover)
		cover_begin();
}

#define BREAKS(rule, f, ...) (fault_set(f, HN_ERR_PLUGIN, NULL, __VA_ARGS__), (rule))

/* 0, 1 and 2 are there; and what else is new is remembered. */
static enum rule_id check_fds(struct fault *f)
{
	struct fds now;

	look_fds(&now);
	for (int i = 3; i < FDS; i++)
		if (now.open[i] && !stretch.before.open[i])
			own_fd(i);
	for (int i = 0; i <= 2; i++)
		if (stretch.before.open[i] && !now.open[i])
			return BREAKS(RULE_FDS, f, "it closes descriptor %d", i);
	return RULES_N;
}

static enum rule_id check_prints(struct fault *f)
{
	char printed[SHOWN + 1];
	off_t size = cover.file >= 0 ? lseek(cover.file, 0, SEEK_END) : 0;

	if (size <= 0)
		return RULES_N;
	take_printed(printed, sizeof printed);
	return BREAKS(RULE_NO_PRINT, f, "it prints \"%s\"%s", printed, size > SHOWN ? "..." : "");
}

static enum rule_id check_stretch(struct fault *f)
{
	enum rule_id fds = check_fds(f);
	int threads = look_threads();

	if (atomic_load(&cover.is_on))
		flush();
	traces_uncover();
	if (threads > stretch.threads)
		stretch.owner->threads += threads - stretch.threads;
	if (fds != RULES_N)
		return fds;
	if (look_environment() != stretch.environment)
		return BREAKS(RULE_ENVIRONMENT, f, "it changes the environment");
	return check_prints(f);
}

enum rule_id traces_end(struct fault *f)
{
	enum rule_id rule;

	if (!is_mine)
		return RULES_N;
	rule = stretch.is_watched ? check_stretch(f) : RULES_N;
	is_mine = 0;
	atomic_store(&stretch.taken, 0);
	return rule;
}

/* ---- what is left ---- */

void traces_made(const char *plugin)
{
	struct owner *o = owner_of(plugin);

	if (o)
		o->instances++;
}

/* "it leaves descriptor 7 open (/tmp/x)" */
static enum rule_id left_fd(int fd, struct fault *f)
{
	char link[32], to[200];
	ssize_t n;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, to, sizeof to);
	return BREAKS(RULE_FDS, f, "it leaves descriptor %d open (%.*s)", fd, n > 0 ? (int)n : 1, n > 0 ? to : "?");
}

/* 1 if a thread of the plugin's still runs after a while. */
static int has_thread(const struct owner *o)
{
	for (int i = 0; i < PATIENCE_MS; i++) {
		foreign_threads(look_threads());
		if (o->threads <= 0)
			return 0;
		poll(NULL, 0, 1);
	}
	return 1;
}

enum rule_id traces_gone(const char *plugin, struct fault *f)
{
	struct owner *o = owner_of(plugin);

	if (!o || --o->instances > 0)
		return RULES_N;
	for (int i = 3; i < FDS; i++)
		if (has_fd(o, i))
			return left_fd(i, f);
	return has_thread(o) ? BREAKS(RULE_THREADS, f, "it leaves a thread running") : RULES_N;
}
