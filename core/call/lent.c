/* SPDX-License-Identifier: MIT */
/* lent: memory that a debugged plugin borrows, with an end that nobody may touch. */
#include "call/lent.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "util/hash.h"

enum { UNUSED, OUT, BACK };     /* who has it: nobody, the plugin, hobnob again */
enum { CALM, LATE, OVER, TOLD }; /* what was caught */

/* The pages of the memory, and one more. A signal handler reads it on any thread. */
struct lent {
	atomic_int state;
	atomic_int caught;
	_Atomic(char *) base;
	_Atomic size_t pages, page;
	size_t n;
	uint64_t sealed;
	const char *what, *plugin, *function;
};

static struct lent table[LENT_MOST];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static size_t next_place;

/* A place in the table that nobody has: an unused one, or the one that was given back the longest time ago. */
static struct lent *take_place(void)
{
	for (size_t i = 0; i < LENT_MOST; i++) {
		struct lent *l = &table[next_place];

		next_place = (next_place + 1) % LENT_MOST;
		if (atomic_load(&l->state) == OUT || atomic_load(&l->caught) == LATE || atomic_load(&l->caught) == OVER)
			continue;
		if (atomic_exchange(&l->state, UNUSED) == BACK)
			munmap(atomic_load(&l->base), atomic_load(&l->pages) * atomic_load(&l->page));
		return l;
	}
	return NULL;
}

/* The pages for n bytes and the one after them. NULL: the system has none. */
static char *map(size_t page, size_t pages)
{
	char *base = mmap(NULL, pages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (base == MAP_FAILED)
		return NULL;
	if (!mprotect(base + (pages - 1) * page, page, PROT_NONE))
		return base;
	munmap(base, pages * page);
	return NULL;
}

struct lent *lent_new(const char *what, const char *plugin, const char *function, size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), pages = (n + page - 1) / page + 1;
	struct lent *l;
	char *base;

	pthread_mutex_lock(&lock);
	l = take_place();
	base = l ? map(page, pages) : NULL;
	if (base) {
		l->n = n;
		l->what = what;
		l->plugin = plugin;
		l->function = function;
		atomic_store(&l->base, base);
		atomic_store(&l->page, page);
		atomic_store(&l->pages, pages);
		atomic_store(&l->caught, CALM);
		atomic_store(&l->state, OUT);
	}
	pthread_mutex_unlock(&lock);
	return base ? l : NULL;
}

void *lent_memory(const struct lent *l)
{
	return atomic_load(&l->base) + (atomic_load(&l->pages) - 1) * atomic_load(&l->page) - l->n;
}

const char *lent_what(const struct lent *l)
{
	return l->what;
}

void lent_seal(struct lent *l)
{
	l->sealed = hash_fast(lent_memory(l), l->n);
}

int lent_end(struct lent *l)
{
	int is_written;

	if (!l)
		return 0;
	is_written = hash_fast(lent_memory(l), l->n) != l->sealed;
	madvise(atomic_load(&l->base), atomic_load(&l->pages) * atomic_load(&l->page), MADV_DONTNEED);
	mprotect(atomic_load(&l->base), atomic_load(&l->pages) * atomic_load(&l->page), PROT_NONE);
	atomic_store(&l->state, BACK);
	return is_written;
}

/* ---- what is caught ---- */

int lent_forgive(const void *address)
{
	for (size_t i = 0; i < LENT_MOST; i++) {
		struct lent *l = &table[i];
		char *base = atomic_load(&l->base);
		size_t page = atomic_load(&l->page), size = atomic_load(&l->pages) * page;
		int state = atomic_load(&l->state), calm = CALM;

		if (state == UNUSED || (uintptr_t)address - (uintptr_t)base >= size)
			continue;
		atomic_compare_exchange_strong(&l->caught, &calm, state == OUT ? OVER : LATE);
		return !mprotect(base + ((uintptr_t)address - (uintptr_t)base) / page * page, page, PROT_READ | PROT_WRITE);
	}
	return 0;
}

int lent_caught(const char *plugin, struct lent_catch *out)
{
	int found = 0;

	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < LENT_MOST && !found; i++) {
		struct lent *l = &table[i];
		int caught = atomic_load(&l->caught);

		if ((caught != LATE && caught != OVER) || (plugin && strcmp(plugin, l->plugin) != 0))
			continue;
		*out = (struct lent_catch){ l->what, l->plugin, l->function, caught == OVER };
		atomic_store(&l->caught, TOLD);
		found = 1;
	}
	pthread_mutex_unlock(&lock);
	return found;
}
