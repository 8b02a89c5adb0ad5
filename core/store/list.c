/* SPDX-License-Identifier: MIT */
/*
 * store_list: what is told of each conversation.
 *
 * A file is read when the index does not know the state that it is in. One that was written to
 * within the last moments is not remembered: until the file system's clock has moved on, the next
 * write could leave all of its stamps as they are.
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

#define TITLE_CHARS 120 /* of a first question */
#define SETTLED_NS INT64_C(2000000000) /* the coarsest stamps of a file system */

/* ---- one conversation ---- */

/* Ends one. */
void kept_free(struct kept *kept)
{
	free(kept->id);
	free(kept->title);
	free(kept->provider);
	free(kept->model);
	*kept = (struct kept){ .id = NULL };
}

/* The first question of the branch, else of them all; or NULL. */
static const struct message *first_question(const struct history *h)
{
	for (size_t i = 0; i < h->n_view; i++)
		if (h->view[i]->role == HN_ROLE_USER)
			return h->view[i];
	for (size_t i = 0; i < h->n; i++)
		if (h->all[i]->role == HN_ROLE_USER)
			return h->all[i];
	return NULL;
}

/* The last reply that somebody gave, or NULL. */
static const struct message *last_answer(const struct history *h)
{
	for (size_t i = h->n; i-- > 0;)
		if (h->all[i]->role == HN_ROLE_ASSISTANT && h->all[i]->instance)
			return h->all[i];
	return NULL;
}

/* The first line that is not blank, cut (allocated). */
static char *title_of(const struct message *m)
{
	const char *p = m ? m->text : "", *end = p + (m ? m->n : 0);
	while (p < end && strchr(" \t\r\n", *p))
		p++;
	const char *newline = memchr(p, '\n', (size_t)(end - p)), *stop = p;
	if (newline)
		end = newline;
	for (size_t chars = 0; stop < end && chars < TITLE_CHARS; chars++) {
		uint32_t cp;
		size_t n = utf8_decode(stop, (size_t)(end - stop), &cp);
		stop = n ? stop + n : end;
	}
	int cut = stop < end;
	while (stop > p && strchr(" \t\r", stop[-1]))
		stop--;
	return xasprintf("%.*s%s", (int)(stop - p), p, cut ? "…" : "");
}

/* 1 if a reply failed before anything came: nothing can have been billed. */
static int is_free(const struct message *m)
{
	return !m->instance || (m->error && m->usage.prompt < 0 && m->usage.completion < 0);
}

/* Adds up one reply. */
static void add_turn(struct kept *kept, const struct message *m)
{
	kept->turns++;
	if (m->cost < 0)
		kept->unpriced += !is_free(m);
	else
		kept->cost = kept->cost < 0 ? m->cost : money_add(kept->cost, m->cost);
}

/* All that a conversation itself tells. */
void kept_of(const struct conversation *c, const char *id, struct kept *out)
{
	const struct message *last = last_answer(&c->history);
	*out = (struct kept){ .id = xstrdup(id),
		.title = title_of(first_question(&c->history)),
		.provider = xstrdup(last ? last->instance : ""),
		.model = xstrdup(last && last->model ? last->model : ""),
		.created = c->created,
		.messages = (int64_t)c->history.n_view,
		.damaged = (int64_t)c->reading.damaged,
		.answered = conversation_has_answer(c),
		.cost = MONEY_UNKNOWN };
	for (size_t i = 0; i < c->history.n; i++)
		if (c->history.all[i]->role == HN_ROLE_ASSISTANT)
			add_turn(out, c->history.all[i]);
}

/* ---- the folder ---- */

/* A listing in the making. */
struct listing {
	struct index before, now; /* what was remembered, less what was found as it was */
	size_t reused, settled; /* entries that were; and that were read and can be remembered */
	int64_t time; /* when it began, ns since 1970 */
	struct buf *odd; /* or NULL */
};

/* 1 if the next write to the file is bound to change its stamps. */
static int is_settled(const struct listing *l, const struct index_entry *e)
{
	return e->ctime < l->time - SETTLED_NS;
}

/* Names a file that is no conversation. */
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

/* Reads a journal; its stamps are those that it had before. 0, or -1 with *error. */
static int read_file(int dir, const char *name, const char *id, struct index_entry *e, char **error)
{
	struct conversation c;
	struct stat st;
	int fd = store_open(dir, name, &st, error);
	if (fd < 0)
		return -1;
	int failed = journal_read(fd, &c, error);
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
	char *error = NULL;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		if (S_ISREG(st.st_mode) && st.st_size == 0)
			return 0; /* just being made */
		index_entry_stamp(&e, &st);
	} else if (is_absence(errno)) {
		return 0; /* just removed */
	}
	if (!reuse(l, id, &e)) {
		if (read_file(dir, name, id, &e, &error)) {
			add_odd(l, name, error);
			free(error);
			return 0;
		}
		l->settled += is_settled(l, &e);
	}
	l->now.all = xgrow(l->now.all, l->now.n, &l->now.cap, sizeof *l->now.all);
	l->now.all[l->now.n++] = e;
	return 0;
}

/* Lists a file. */
static int put_file(void *ud, int dir, const char *name)
{
	struct listing *l = ud;
	char *id = store_id_of(name);
	int result = id ? put_journal(l, dir, name, id)
			: add_odd(l, name, "its name is none of a conversation");
	free(id);
	return result;
}

/* Remembers what may be, if that is not what was remembered before. */
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

/* All of them. */
int store_list(const struct paths *paths, struct kept_list *out, struct buf *odd, char **error)
{
	struct listing l = { .odd = odd };
	struct timespec now;
	*out = (struct kept_list){ NULL, 0 };
	clock_gettime(CLOCK_REALTIME, &now);
	l.time = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	index_read(paths, &l.before);
	int result = store_files(paths, put_file, &l, error);
	if (result == 0) {
		remember(paths, &l);
		give(&l.now, out);
	}
	index_free(&l.before);
	index_free(&l.now);
	return result;
}

/* Ends one. */
void kept_list_free(struct kept_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		kept_free(&list->all[i]);
	free(list->all);
	*list = (struct kept_list){ NULL, 0 };
}
