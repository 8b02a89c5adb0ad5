/* SPDX-License-Identifier: MIT */
/* lend: a table of mappings, each followed by a page that nobody may touch. */
#include "check/lend.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LENT_MOST 65536

static struct lent {
	char *base;       /* the mapping */
	size_t room;      /* its bytes without the guard page after them */
	const void *owner;
	const char *what;
	int back;         /* 1: it was taken back */
} table[LENT_MOST];
static size_t n_lent, oldest; /* what stands before `oldest` was taken back */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* Writes down a mapping; a full table begins again, and forgets what was taken back long ago. */
static void enter(const struct lent *entry)
{
	pthread_mutex_lock(&lock);
	if (n_lent == LENT_MOST) {
		size_t kept = 0;
		for (size_t i = 0; i < n_lent; i++)
			if (!table[i].back || i > LENT_MOST / 2)
				table[kept++] = table[i];
		n_lent = kept;
		oldest = 0;
	}
	table[n_lent++] = *entry;
	pthread_mutex_unlock(&lock);
}

static void *map(const void *owner, const char *what, const void *from, size_t n, int protection)
{
	size_t page = page_size(), room = (n + page - 1) / page * page;
	char *base = mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (base == MAP_FAILED)
		abort();
	if (from && n)
		memcpy(base + room - n, from, n);
	if (mprotect(base, room, protection) || mprotect(base + room, page, PROT_NONE))
		abort();
	enter(&(struct lent){ .base = base, .room = room, .owner = owner, .what = what });
	return base + room - n;
}

const void *lend(const void *owner, const char *what, const void *from, size_t n)
{
	return map(owner, what, from, n, PROT_READ);
}

void *lend_out(const void *owner, const char *what, const void *from, size_t n)
{
	return map(owner, what, from, n, PROT_READ | PROT_WRITE);
}

hn_str lend_str(const void *owner, const char *what, hn_str text)
{
	return text.n ? (hn_str){ lend(owner, what, text.p, text.n), text.n } : (hn_str){ NULL, 0 };
}

void lend_take_back(const void *owner)
{
	pthread_mutex_lock(&lock);
	for (size_t i = oldest; i < n_lent; i++) {
		if (table[i].owner != owner || table[i].back)
			continue;
		table[i].back = 1;
		/* the addresses stay ours, so that they mean nothing else later; the memory goes */
		if (mmap(table[i].base, table[i].room + page_size(), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
			abort();
	}
	while (oldest < n_lent && table[oldest].back)
		oldest++;
	pthread_mutex_unlock(&lock);
}

enum rule_id lend_blame(const void *address, char *says, size_t n)
{
	const char *at = address;
	for (size_t i = n_lent; i-- > 0;) {
		const struct lent *l = &table[i];
		if (at < l->base || at >= l->base + l->room + page_size())
			continue;
		if (l->back) {
			snprintf(says, n, "it used %s that it had borrowed, after that was taken back", l->what);
			return RULE_BORROWED;
		}
		if (at < l->base + l->room) {
			snprintf(says, n, "it wrote to %s that it had borrowed", l->what);
			return RULE_BORROWED;
		}
		snprintf(says, n, "it went beyond the end of %s, which is as long as it says", l->what);
		return RULE_GROWTH_PLUGIN;
	}
	return RULES_N;
}
