/* SPDX-License-Identifier: MIT */
/*
 * list: the entry of each conversation.
 *
 * A file is read when the index does not know its current state. One that was written to within the
 * last moments is not saved in the index: until the file system's clock has moved on, the next
 * write could leave all of its stamps unchanged.
 */
#include "store/store_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "store/journal_read.h"
#include "util/eintr.h"
#include "util/mem.h"
#include "util/money.h"
#include "util/utf8.h"

#define SETTLED_NS INT64_C(2000000000) /* the coarsest stamps of a file system */

/* A listing in the making. */
struct listing {
	struct index before, now; /* what was remembered, less what was found as it was */
	size_t reused, settled; /* entries that were; and that were read and can be remembered */
	int64_t time; /* when it began, ns since 1970 */
	struct buf *odd; /* or NULL */
};

/* 1 if the next write to the file must change its stamps. */
static int is_settled(const struct listing *l, const struct index_entry *e)
{
	return e->ctime < l->time - SETTLED_NS;
}

/* Names a file that is not a conversation. */
static int add_odd(struct listing *l, const char *name, const char *why)
{
	if (l->odd)
		buf_addf(l->odd, "%s: %s\n", name, why);
	return 0;
}

/* Takes over what is known of a file, if it is still in that state. */
static int reuse(struct listing *l, const char *id, struct index_entry *e)
{
	struct index_entry *known = index_find(&l->before, id);
	if (!known || known->is_taken || !index_entry_is_same(known, e))
		return 0;
	int64_t used = e->kept.used, bytes = e->kept.bytes;
	e->kept = known->kept;
	e->kept.used = used;
	e->kept.bytes = bytes;
	known->is_taken = 1;
	l->reused++;
	return 1;
}

/* Reads a journal; its stamps are those that it had before. 0, or -1 with a fault. */
static int read_file(int dir, const char *name, const char *id, struct index_entry *e, struct fault *f)
{
	struct conversation c;
	struct stat st;
	int fd = store_open(dir, name, &st, f);
	if (fd < 0)
		return -1;
	int failed = journal_read(fd, &c, f);
	if (!failed) {
		kept_of(&c, id, &e->kept);
		index_entry_stamp(e, &st);
	}
	conversation_free(&c);
	close(fd);
	return failed;
}

/* Lists a file that has the name of a journal. */
static int put_journal(struct listing *l, int dir, const char *name, const char *id)
{
	struct index_entry e = { .inode = -1 };
	struct stat st;
	struct fault f = { 0 };
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		if (S_ISREG(st.st_mode) && st.st_size == 0)
			return 0; /* just being made */
		index_entry_stamp(&e, &st);
	} else if (is_absence(errno)) {
		return 0; /* just removed */
	}
	if (!reuse(l, id, &e)) {
		if (read_file(dir, name, id, &e, &f)) {
			add_odd(l, name, f.message);
			fault_free(&f);
			return 0;
		}
		l->settled += is_settled(l, &e);
	}
	l->now.all = xgrow(l->now.all, l->now.n, &l->now.cap, sizeof *l->now.all);
	l->now.all[l->now.n++] = e;
	return 0;
}

static int put_file(void *ud, int dir, const char *name)
{
	struct listing *l = ud;
	char *id = store_id_of(name);
	int result = id ? put_journal(l, dir, name, id)
			: add_odd(l, name, "not a conversation file");
	free(id);
	return result;
}

/* Saves what may be remembered, if it differs from what was saved before. */
static void remember(const struct paths *paths, const struct listing *l)
{
	struct index settled = { NULL, 0, 0 };
	if (l->reused == l->before.n && !l->settled)
		return;
	settled.all = xcalloc(l->now.n + 1, sizeof *settled.all);
	for (size_t i = 0; i < l->now.n; i++)
		if (is_settled(l, &l->now.all[i]))
			settled.all[settled.n++] = l->now.all[i];
	index_write(paths, &settled);
	free(settled.all);
}

/* The one used later first, of equals the one that began later. */
static int compare_used(const void *a, const void *b)
{
	const struct index_entry *x = a, *y = b;
	if (x->mtime != y->mtime)
		return x->mtime < y->mtime ? 1 : -1;
	return strcmp(y->kept.id, x->kept.id);
}

/* Gives the entries away, in their order. */
static void give(struct index *from, struct kept_list *out)
{
	if (from->n)
		qsort(from->all, from->n, sizeof *from->all, compare_used);
	out->all = xcalloc(from->n + 1, sizeof *out->all);
	for (size_t i = 0; i < from->n; i++)
		out->all[out->n++] = from->all[i].kept;
	from->n = 0;
}

int store_list_at(const struct paths *paths, int64_t time, struct kept_list *out, struct buf *odd,
	struct fault *f)
{
	struct listing l = { .time = time, .odd = odd };
	*out = (struct kept_list){ NULL, 0 };
	index_read(paths, &l.before);
	int result = store_files(paths, put_file, &l, f);
	if (result == 0) {
		remember(paths, &l);
		give(&l.now, out);
	}
	index_free(&l.before);
	index_free(&l.now);
	return result;
}

int store_list(const struct paths *paths, struct kept_list *out, struct buf *odd, struct fault *f)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return store_list_at(paths, (int64_t)now.tv_sec * 1000000000 + now.tv_nsec, out, odd, f);
}

void kept_list_free(struct kept_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		kept_free(&list->all[i]);
	free(list->all);
	*list = (struct kept_list){ NULL, 0 };
}
