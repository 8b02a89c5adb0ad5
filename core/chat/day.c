/* SPDX-License-Identifier: MIT */
/*
 * day: what the turns of a day have cost, over all journals of a folder.
 *
 * A journal only ever grows, so of each file only what was added is read: as far as its lines are
 * ended. A last line without a newline is looked at, and looked at again; a reply counts once
 * anyway. Most of a journal is text, which is never looked into: role and time stand before it in
 * what hobnob writes, and a question or a turn of another day ends the look at its line. Where they
 * do not, the line is gone through to its end.
 */
#include "chat/day.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "chat/conversation.h"
#include "chat/formats.h"
#include "chat/store_private.h"
#include "util/eintr.h"
#include "util/json_walk.h"
#include "util/line_reader.h"
#include "util/mem.h"
#include "util/money.h"

#define HOUR_MS 3600000
#define LONGEST_MS ((int64_t)25 * HOUR_MS) /* the longest day: clocks are set back in it */
#define WORD_ROOM 64
#define TABLE_FIRST 64 /* places of the first table, a power of two */
#define NUMBERS 4 /* of a reply that make it this one */

/* ---- a table of what is known by a hash ---- */

struct place {
	uint64_t hash; /* never 0 where there is something */
	int64_t a,
		b; /* of a reply: its time and cost; of a file: its inode, and how far it was read */
};

struct table {
	struct place *all;
	size_t n, cap;
};

/* Goes on with a hash (FNV-1a). */
static uint64_t hash_more(uint64_t hash, const void *bytes, size_t n)
{
	for (const unsigned char *p = bytes; n > 0; p++, n--)
		hash = (hash ^ *p) * UINT64_C(0x100000001b3);
	return hash ? hash : 1;
}
#define HASH_BEGIN UINT64_C(0xcbf29ce484222325)

/* Where a hash has its place, or may have it. */
static struct place *place_of(const struct table *t, uint64_t hash)
{
	size_t at = (size_t)(hash ^ hash >> 32) & (t->cap - 1);

	while (t->all[at].hash && t->all[at].hash != hash)
		at = (at + 1) & (t->cap - 1);
	return &t->all[at];
}

/* Makes room for one more, at most half of the places being taken. */
static void table_grow(struct table *t)
{
	struct table more = { .cap = t->cap ? t->cap * 2 : TABLE_FIRST, .n = t->n };

	if (t->n * 2 < t->cap)
		return;
	more.all = xcalloc(more.cap, sizeof *more.all);
	for (size_t i = 0; i < t->cap; i++)
		if (t->all[i].hash)
			*place_of(&more, t->all[i].hash) = t->all[i];
	free(t->all);
	*t = more;
}

/* The place of a hash; a new one, with nothing in it, is made. */
static struct place *table_at(struct table *t, uint64_t hash)
{
	struct place *p;

	table_grow(t);
	p = place_of(t, hash);
	t->n += p->hash == 0;
	p->hash = hash;
	return p;
}

/* Forgets all. */
static void table_free(struct table *t)
{
	free(t->all);
	*t = (struct table){ NULL, 0, 0 };
}

/* ---- the day ---- */

struct day {
	char *dir; /* or NULL */
	int64_t from; /* ms; the sum is over the replies of that day */
	int64_t sum; /* pico-dollars */
	struct table replies, files;
	struct line_reader lines; /* its room serves each file */
};

/* Adds a reply's cost to the sum, which stops at INT64_MAX; unless it is of a later day: then a clock was
 * wrong, and what it made must not count on every day until that one. */
static void add_cost(struct day *d, int64_t time, int64_t cost)
{
	int64_t since;

	if (__builtin_sub_overflow(time, d->from, &since) || since < 0 || since >= LONGEST_MS)
		return;
	if (__builtin_add_overflow(d->sum, cost, &d->sum))
		d->sum = INT64_MAX;
}

/* Counts a reply, unless it was counted. key: its id, time, cost and how long it took. */
static void count(struct day *d, const int64_t key[NUMBERS], hn_str model)
{
	uint64_t hash = hash_more(HASH_BEGIN, key, NUMBERS * sizeof *key);
	size_t before = d->replies.n;
	struct place *p = table_at(&d->replies, hash_more(hash, model.p, model.n));

	if (d->replies.n == before)
		return;
	p->a = key[1];
	p->b = key[2];
	add_cost(d, p->a, p->b);
}

/* Another day: only what is of then and later counts. What was read of the files has been counted,
 * unless the clock was set back. */
static void begin(struct day *d, int64_t from)
{
	struct table all = d->replies;

	if (from < d->from)
		table_free(&d->files);
	d->from = from;
	d->sum = 0;
	d->replies = (struct table){ NULL, 0, 0 };
	for (size_t i = 0; i < all.cap; i++) {
		if (!all.all[i].hash || all.all[i].a < from)
			continue;
		*table_at(&d->replies, all.all[i].hash) = all.all[i];
		add_cost(d, all.all[i].a, all.all[i].b);
	}
	table_free(&all);
}

/* ---- a record ---- */

enum { TYPE, ID, ROLE, TIME, MODEL, COST, TOTAL_MS, MEMBERS };
static const char *const names[MEMBERS] = { "type", "id", "role", "time", "model", "cost",
	"total_ms" };

/* A line that is looked at. */
struct record {
	const struct day *day;
	hn_str raw[MEMBERS];
};

/* What a value says, in room; empty if it is no text, or longer than any that is looked for. */
static hn_str word(hn_str raw, char room[WORD_ROOM])
{
	const char *why;
	int64_t n = raw.n > 0 && raw.n <= WORD_ROOM ? json_unquote(raw, room, &why) : -1;

	return (hn_str){ room, n > 0 ? (size_t)n : 0 };
}

/* 1 if a member tells that the record does not count. */
static int is_other(const struct record *r, int which)
{
	char room[WORD_ROOM];

	switch (which) {
	case TYPE:
		return !str_is(word(r->raw[TYPE], room), "message");
	case ROLE:
		return !str_is(word(r->raw[ROLE], room), "assistant");
	case TIME:
		return json_number(r->raw[TIME], INT64_MIN) < r->day->from;
	default:
		return 0;
	}
}

/* json_walk's callback: notes a member; 1 ends the walk. */
static int note(void *ud, hn_str name, hn_str raw)
{
	struct record *r = ud;

	for (int i = 0; i < MEMBERS; i++)
		if (str_is(name, names[i])) {
			r->raw[i] = raw;
			return is_other(r, i);
		}
	return 0;
}

/* One line of a journal. */
static void take_line(struct day *d, hn_str line)
{
	struct record r = { .day = d };
	char room[WORD_ROOM];
	const char *why;
	hn_str model;
	int64_t cost;

	if (json_walk(line, &why, note, &r) != 0 || !r.raw[TYPE].n || !r.raw[ROLE].n ||
		!r.raw[TIME].n || money_parse(word(r.raw[COST], room), &cost) != 0)
		return;
	int64_t key[NUMBERS] = { json_number(r.raw[ID], 0), json_number(r.raw[TIME], 0), cost,
		json_number(r.raw[TOTAL_MS], -1) };
	char *name = xmalloc(r.raw[MODEL].n + 1);
	int64_t n = r.raw[MODEL].n ? json_unquote(r.raw[MODEL], name, &why) : 0;

	model = (hn_str){ name, n > 0 ? (size_t)n : 0 };
	count(d, key, model);
	free(name);
}

/* ---- files ---- */

/* Reads what an open journal has after `*at`, which becomes where its last line that is ended ends. 0; or
 * -1 with errno: what could not be read is read the next time. */
static int read_behind(struct day *d, int fd, int64_t *at)
{
	struct line_reader *l = &d->lines;
	off_t from = (off_t)*at;
	hn_str line;
	int got;

	*l = (struct line_reader){ .fd = fd,
		.max = CONVERSATION_RECORD_MAX,
		.begin = '{',
		.p = l->room,
		.room = l->room,
		.cap = l->cap };
	if (lseek(fd, from, SEEK_SET) != from)
		return -1;
	while ((got = line_reader_next(l, &line)) > 0) {
		if (!l->too_long)
			take_line(d, line);
		if (l->ended)
			*at = from + (int64_t)l->end;
	}
	return got;
}

/* Reads on in a journal that was written to on that day. 0, or -1 with errno. */
static int read_file(struct day *d, int dir, const char *name, const struct stat *st)
{
	const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	struct place *p = table_at(&d->files, hash_more(HASH_BEGIN, name, strlen(name)));
	int fd, failed;

	if (p->a != (int64_t)st->st_ino || p->b > st->st_size)
		p->b = 0; /* another file by that name, or it was written anew */
	p->a = (int64_t)st->st_ino;
	if (p->b == st->st_size)
		return 0;
	fd = eintr_openat(dir, name, flags);
	if (fd < 0)
		return is_absence(errno) || errno == ELOOP ? 0 : -1;
	failed = read_behind(d, fd, &p->b);
	int error = errno;
	close(fd);
	errno = error;
	return failed;
}

/* Reads on in a file of the folder, if it is a journal of that day. 0, or -1 with errno. */
static int take_file(struct day *d, int dir, const char *name)
{
	struct stat st;

	if (name[0] == '.' || !format_ends(name, STORE_ENDING))
		return 0;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return is_absence(errno) ? 0 : -1;
	return S_ISREG(st.st_mode) && store_used(&st) >= d->from ? read_file(d, dir, name, &st) : 0;
}

/* Reads on in all journals of an open folder. 0, or -1 with *error. */
static int take_all(struct day *d, DIR *dir, char **error)
{
	struct dirent *entry;

	for (errno = 0; (entry = readdir(dir)); errno = 0)
		if (take_file(d, dirfd(dir), entry->d_name) != 0) {
			*error = xasprintf("%s/%s: %s", d->dir, entry->d_name, strerror(errno));
			return -1;
		}
	if (errno == 0)
		return 0;
	*error = xasprintf("%s: %s", d->dir, strerror(errno));
	return -1;
}

/* Reads on in all journals. 0, or -1 with *error. */
static int take_files(struct day *d, char **error)
{
	DIR *dir = d->dir ? eintr_opendir(d->dir) : NULL;
	int failed;

	if (!dir && (!d->dir || is_absence(errno)))
		return 0;
	if (!dir) {
		*error = xasprintf("%s: %s", d->dir, strerror(errno));
		return -1;
	}
	failed = take_all(d, dir, error);
	closedir(dir);
	return failed;
}

/* ---- what others call ---- */

/* The first moment of a local day. Where the clocks are set forward at midnight the day begins later
 * than that, and mktime() may answer with the day before. */
int64_t day_began(int64_t wall_ms)
{
	time_t now = (time_t)(wall_ms / 1000), began;
	struct tm day, got;

	if (!localtime_r(&now, &day))
		return wall_ms;
	got = day;
	got.tm_hour = got.tm_min = got.tm_sec = 0;
	got.tm_isdst = -1;
	began = mktime(&got);
	if (began == (time_t)-1 || !localtime_r(&began, &got))
		return wall_ms;
	return (int64_t)began * 1000 + (got.tm_mday == day.tm_mday ? 0 : HOUR_MS);
}

/* A day that has not been looked at. */
struct day *day_new(const char *dir)
{
	struct day *d = xcalloc(1, sizeof *d);

	d->dir = xstrdup(dir);
	d->from = INT64_MIN;
	return d;
}

/* Frees it. */
void day_free(struct day *d)
{
	if (!d)
		return;
	line_reader_free(&d->lines);
	table_free(&d->replies);
	table_free(&d->files);
	free(d->dir);
	free(d);
}

/* Counts a reply as its record would be. */
void day_add(struct day *d, const struct message *m)
{
	const int64_t key[NUMBERS] = { (int64_t)m->id, m->time_ms, m->cost, m->total_ms };

	if (m->role == HN_ROLE_ASSISTANT && m->cost >= 0)
		count(d, key, str_of(m->model));
}

/* What the replies since then cost. */
int64_t day_spent(struct day *d, int64_t from_ms, char **error)
{
	if (from_ms != d->from)
		begin(d, from_ms);
	return take_files(d, error) == 0 ? d->sum : -1;
}

/* What is known of it. */
int64_t day_counted(const struct day *d)
{
	return d->sum;
}
