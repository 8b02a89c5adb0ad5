/* SPDX-License-Identifier: MIT */
/*
 * day: what the turns of a day have cost, over all journals of a folder.
 *
 * A journal only ever grows, so of each file only the added complete lines are read. A last line
 * without a newline is read now, and again later; a reply counts once in any case.
 *
 * Damage may be all that is left of a reply, so it is never skipped: the sum is then unknown. But a
 * record of an earlier day after it shows that the damage is of an earlier day, too. The read
 * position stops at the first damage, so the next look finds it again, or finds it repaired.
 */
#include "store/day.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "conversation/conversation.h"
#include "store/day_record.h"
#include "store/formats.h"
#include "store/store_private.h"
#include "util/eintr.h"
#include "util/hash.h"
#include "util/json_walk.h"
#include "util/line_reader.h"
#include "util/mem.h"
#include "util/trust.h"

#define HOUR_MS 3600000
#define LONGEST_MS ((int64_t)25 * HOUR_MS) /* the longest day: clocks are set back in it */
#define FIRST_LINES 100 /* in which a file has to show that it is a journal */
#define TABLE_FIRST 64 /* places of the first table, a power of two */
#define NUMBERS 4 /* of a reply that make it this one */

/* ---- a table of what is known by a hash ---- */

struct place {
	uint64_t hash; /* never 0 where there is something */
	/* of a reply: its time and cost; of a file: its inode, and how far it was read, in bytes and lines */
	int64_t a, b, c;
	int is_journal; /* of a file: it showed that */
};

struct table {
	struct place *all;
	size_t n, cap;
};

/* The place of a hash, or the free one that it would get. */
static struct place *place_of(const struct table *t, uint64_t hash)
{
	size_t at = (size_t)(hash ^ hash >> 32) & (t->cap - 1);

	while (t->all[at].hash && t->all[at].hash != hash)
		at = (at + 1) & (t->cap - 1);
	return &t->all[at];
}

/* Makes room for one more; at most half of the places are taken. */
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

static void table_free(struct table *t)
{
	free(t->all);
	*t = (struct table){ NULL, 0, 0 };
}

/* ---- the day ---- */

struct day {
	pthread_mutex_t lock; /* for all below but the folder's name */
	char *dir; /* or NULL */
	int64_t from; /* ms; the sum is over the replies of that day */
	int64_t sum; /* pico-dollars */
	struct table replies, files;
	struct line_reader lines; /* its room serves each file */
	char *cut; /* FILE:LINE of a line that breaks off and may be a reply of the day; or NULL */
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

/* Begins another day: only its replies and later ones count. The parts of the files that were read have been
 * counted, unless the clock was set back. */
static void begin(struct day *d, int64_t from)
{
	struct table all = d->replies;

	if (from < d->from)
		table_free(&d->files);
	d->from = from;
	d->sum = 0;
	free(d->cut);
	d->cut = NULL;
	d->replies = (struct table){ NULL, 0, 0 };
	for (size_t i = 0; i < all.cap; i++) {
		if (!all.all[i].hash || all.all[i].a < from)
			continue;
		*table_at(&d->replies, all.all[i].hash) = all.all[i];
		add_cost(d, all.all[i].a, all.all[i].b);
	}
	table_free(&all);
}

static void count_record(struct day *d, const struct day_record *r)
{
	const int64_t key[NUMBERS] = { r->id, r->time, r->cost, r->total_ms };
	const char *why;
	char *name = xmalloc(r->model.n + 1);
	int64_t n = r->model.n ? json_unquote(r->model, name, &why) : 0;

	count(d, key, (hn_str){ name, n > 0 ? (size_t)n : 0 });
	free(name);
}

/* ---- files ---- */

/* A line that hides what the day cost, until what follows says otherwise. */
struct doubt {
	size_t line; /* 0: no such line */
	int64_t at; /* bytes before it */
	const char *why;
	int is_cut, may_be_reply; /* it breaks off; and may be a reply of the day */
};

/* A file that is read. */
struct reading {
	struct day *d;
	const char *name;
	struct place *p;
	struct doubt doubt; /* the first that is not settled */
	int is_newer; /* of an unknown version */
};

/* Remembers which line broke off, to report it. */
static void note_cut(const struct reading *r)
{
	if (!r->d->cut && r->doubt.may_be_reply)
		r->d->cut = xasprintf("%s/%s:%zu", r->d->dir, r->name, r->doubt.line);
}

/* What a line says about the one before: a crash tore it, as the program that continued after it
 * wrote; or it is older than the day. */
static void settle(struct reading *r, enum day_line kind, const struct day_record *record, hn_str line)
{
	int is_mark = kind == DAY_LINE_MARK ||
		      (kind == DAY_LINE_CUT && day_record_begins_mark(line));

	if (!r->doubt.line)
		return;
	if (record->time != DAY_TIME_UNKNOWN && record->time < r->d->from)
		r->doubt = (struct doubt){ .line = 0 };
	else if (r->doubt.is_cut && is_mark && r->doubt.line + 1 == r->d->lines.number + (size_t)r->p->c) {
		note_cut(r);
		r->doubt = (struct doubt){ .line = 0 };
	}
}

/* Takes one line, the bytes before which are `at`. */
static void take_line(struct reading *r, hn_str line, int64_t at)
{
	struct day *d = r->d;
	struct day_record record;
	enum day_line kind = day_record_read(line, &record);

	if (d->lines.too_long) {
		kind = DAY_LINE_DAMAGED;
		record.why = "too long to be a record";
	}
	r->p->is_journal |= kind == DAY_LINE_HEADER || kind == DAY_LINE_NEWER || record.is_message;
	r->is_newer |= kind == DAY_LINE_NEWER;
	settle(r, kind, &record, line);
	if (kind == DAY_LINE_REPLY)
		count_record(d, &record);
	if (r->doubt.line || (kind != DAY_LINE_CUT && kind != DAY_LINE_DAMAGED))
		return;
	if (record.time != DAY_TIME_UNKNOWN && record.time < d->from)
		return;
	r->doubt = (struct doubt){ .line = d->lines.number + (size_t)r->p->c,
		.at = at,
		.why = record.why ? record.why : "it breaks off",
		.is_cut = kind == DAY_LINE_CUT,
		.may_be_reply = record.may_be_reply };
}

/* Reads what an open journal has after what was read. 0; or -1 with errno: what could not be read is
 * read the next time. */
static int read_added(struct reading *r, int fd)
{
	struct line_reader *l = &r->d->lines;
	int64_t from = r->p->b, whole = from;
	size_t passed = (size_t)r->p->c;
	hn_str line;
	int got;

	*l = (struct line_reader){ .fd = fd,
		.max = CONVERSATION_RECORD_MAX,
		.begin = '{',
		.p = l->room,
		.room = l->room,
		.cap = l->cap };
	if (lseek(fd, (off_t)from, SEEK_SET) != (off_t)from)
		return -1;
	while ((got = line_reader_next(l, &line)) > 0) {
		take_line(r, line, whole);
		if (!l->ended)
			break;
		whole = from + (int64_t)l->end;
		if (!r->p->is_journal && passed + l->number == FIRST_LINES)
			return 0;
	}
	if (got < 0 || r->is_newer)
		return got < 0 ? -1 : 0;
	if (got > 0 && r->doubt.is_cut && r->doubt.at == whole) { /* nothing stands after it */
		note_cut(r);
		r->doubt = (struct doubt){ .line = 0 };
	}
	r->p->b = r->doubt.line ? r->doubt.at : whole;
	r->p->c = (int64_t)(r->doubt.line ? r->doubt.line - 1 : passed + l->number - (got > 0));
	return 0;
}

/* 1 if a name is one that hobnob gives: a time and four hexadecimal digits. */
static int is_own_name(const char *name)
{
	static const char pattern[] = "00000000T000000-ffff" STORE_ENDING;

	for (size_t i = 0; i < sizeof pattern; i++) {
		const char *digits = pattern[i] == '0' && i < 15 ? "0123456789"
				     : pattern[i] == 'f'         ? "0123456789abcdef"
								 : NULL;
		if (digits ? !name[i] || !strchr(digits, name[i]) : name[i] != pattern[i])
			return 0;
	}
	return 1;
}

/* Says why what was read does not tell the day's cost. 0: it does. */
static int32_t judge(const struct reading *r, struct fault *f)
{
	if (r->is_newer)
		return fault_set(f, HN_ERR_OUTPUT,
			"use a newer hobnob, or move the file elsewhere; or unset the limit (/set -u KEY)",
			"%s/%s: it is a journal that only a newer hobnob can read", r->d->dir, r->name);
	if (!r->doubt.line || (!r->p->is_journal && !is_own_name(r->name)))
		return 0;
	return fault_set(f, HN_ERR_OUTPUT,
		"mend or remove that line, or move the file elsewhere: what that says was spent then "
		"counts no more; or unset the limit (/set -u KEY)",
		"%s/%s:%zu: %s", r->d->dir, r->name, r->doubt.line, r->doubt.why);
}

/* Says that something cannot be read. name: of a file, or NULL: it is the folder. */
static int32_t unread(const struct day *d, const char *name, struct fault *f)
{
	return fault_set(f, HN_ERR_OUTPUT,
		"let hobnob read it (chmod u+rwX), or move it elsewhere; or unset the limit (/set -u KEY)",
		"%s%s%s: %s", d->dir, name ? "/" : "", name ? name : "", strerror(errno));
}

/* Where the reading of a file resumes: at its beginning if another file has that name now, or if it
 * was rewritten. */
static struct place *place_of_file(struct day *d, const char *name, const struct stat *st)
{
	struct place *p = table_at(&d->files, hash_more(HASH_BEGIN, name, strlen(name)));

	if (p->a != (int64_t)st->st_ino || p->b > st->st_size) {
		p->b = p->c = 0;
		p->is_journal = 0;
	}
	p->a = (int64_t)st->st_ino;
	return p;
}

/* Reads on in a journal that was written to on that day. 0, or the kind of a fault. */
static int read_file(struct day *d, int dir, const char *name, const struct stat *st, struct fault *f)
{
	const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	struct reading r = { .d = d, .name = name, .p = place_of_file(d, name, st) };
	int fd, failed;

	if (r.p->b == st->st_size)
		return 0;
	fd = eintr_openat(dir, name, flags);
	if (fd < 0)
		return is_absence(errno) || errno == ELOOP ? 0 : unread(d, name, f);
	failed = read_added(&r, fd) != 0 ? unread(d, name, f) : judge(&r, f);
	close(fd);
	return failed;
}

struct taking { struct day *d; struct fault *f; };

/* Reads on in a file of the folder, if it is a journal of that day. 0, or the kind of a fault. */
static int take_file(void *ud, int dir, const char *name)
{
	struct day *d = ((struct taking *)ud)->d;
	struct fault *f = ((struct taking *)ud)->f;
	struct stat st;

	if (!format_ends(name, STORE_ENDING))
		return 0;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return is_absence(errno) ? 0 : unread(d, name, f);
	if (!S_ISREG(st.st_mode) || store_used(&st) < d->from)
		return 0;
	return read_file(d, dir, name, &st, f);
}

/* Reads what was added to all journals. 0, or the kind of a fault. */
static int take_files(struct day *d, struct fault *f)
{
	int code = 0, failed = d->dir ? store_walk(d->dir, take_file, &(struct taking){ d, f }, &code) : 0;

	errno = code;
	return code ? unread(d, NULL, f) : failed;
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

struct day *day_new(const char *dir)
{
	struct day *d = xcalloc(1, sizeof *d);

	d->dir = xstrdup(dir);
	d->from = INT64_MIN;
	pthread_mutex_init(&d->lock, NULL);
	return d;
}

void day_free(struct day *d)
{
	if (!d)
		return;
	pthread_mutex_destroy(&d->lock);
	line_reader_free(&d->lines);
	table_free(&d->replies);
	table_free(&d->files);
	free(d->cut);
	free(d->dir);
	free(d);
}

void day_add(struct day *d, const struct message *m)
{
	const int64_t key[NUMBERS] = { (int64_t)m->id, m->time_ms, m->cost, m->total_ms };

	if (m->role != HN_ROLE_ASSISTANT || m->cost < 0)
		return;
	pthread_mutex_lock(&d->lock);
	count(d, key, str_of(m->model));
	pthread_mutex_unlock(&d->lock);
}

int64_t day_spent(struct day *d, int64_t from_ms, struct fault *f)
{
	int64_t sum;

	pthread_mutex_lock(&d->lock);
	if (from_ms != d->from)
		begin(d, from_ms);
	sum = take_files(d, f) == 0 ? d->sum : -1;
	pthread_mutex_unlock(&d->lock);
	return sum;
}

int64_t day_counted(struct day *d)
{
	int64_t sum;

	pthread_mutex_lock(&d->lock);
	sum = d->sum;
	pthread_mutex_unlock(&d->lock);
	return sum;
}

char *day_cut(struct day *d)
{
	char *cut;

	pthread_mutex_lock(&d->lock);
	cut = xstrdup(d->cut);
	pthread_mutex_unlock(&d->lock);
	return cut;
}

/* Reads one journal whole: no reply in it is too old to count. */
int32_t day_doubt(const char *dir, const char *id, struct fault *f)
{
	struct day *d = day_new(dir);
	char *name = xasprintf("%s" STORE_ENDING, id);
	DIR *open = eintr_opendir(dir);
	int32_t code = 0;

	if (open) {
		code = take_file(&(struct taking){ d, f }, dirfd(open), name);
		closedir(open);
	}
	free(name);
	day_free(d);
	return code;
}
