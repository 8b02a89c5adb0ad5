/* SPDX-License-Identifier: MIT */
/*
 * journal: the conversation on disk, written as it happens; docs/journal.md describes the file.
 *
 * A record is one write(2) to a file opened for appending, so that a crash tears at most the last
 * line. When a disk is full part of a record may arrive: that part is cut off again, so that the
 * file stays readable. The chat is worth more than its journal: hobnob reports the first failure,
 * and writes nothing more.
 *
 * One program writes to a file: it holds a lock on it, which the kernel releases however the
 * program ends. Another one that resumes the same conversation reads it and writes to a copy, which
 * is made with its first record: the lines read, byte for byte, after a new first line. Where there
 * are no locks (some network file systems) both append, a line each.
 */
#include "store/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "config/paths.h"
#include "conversation/message_json.h"
#include "store/draft.h"
#include "store/journal_read.h"
#include "store/store.h"
#include "util/eintr.h"
#include "util/file.h"
#include "util/hash.h"
#include "util/mem.h"

#define ATTEMPTS 64 /* ids that are tried before giving up */
#define TIME_SIZE 32
#define PIECE 65536 /* bytes that are copied at a time */

/* The lines of another journal, which a new one begins with. */
struct source {
	int fd; /* -1: none, or copied already */
	char *id;
	off_t from, upto;
};

struct journal {
	char *dir;
	char *path; /* NULL until the file is made */
	char *id;
	int64_t created;
	int fd; /* -1 until the file is made, and once it failed */
	int made;
	int failed;
	int torn; /* the file's last line has no newline */
	int is_old; /* its first line names an older version */
	off_t body; /* bytes before the first record */
	off_t whole; /* bytes up to a torn last line */
	struct source source;
	struct draft draft;
	struct log *log;
};

/* A new id: UTC time to the second, so that a listing sorts by time, and random digits; the O_EXCL of the
 * file keeps ids apart where those are alike. */
static void name_it(struct journal *j, uint32_t random)
{
	time_t seconds = (time_t)(j->created / 1000);
	struct tm utc;
	if (!gmtime_r(&seconds, &utc))
		utc = (struct tm){ .tm_mday = 1, .tm_year = 70 };
	char when[TIME_SIZE];
	if (strftime(when, sizeof when, "%Y%m%dT%H%M%S", &utc) == 0)
		when[0] = '\0';
	free(j->id);
	j->id = xasprintf("%s-%04x", when, (unsigned)(random & 0xFFFF));
}

struct journal *journal_new(const char *dir, int64_t now_wall_ms, struct log *log)
{
	struct journal *j = xcalloc(1, sizeof *j);
	j->dir = xstrdup(dir);
	j->created = now_wall_ms;
	j->fd = j->source.fd = -1;
	j->log = log;
	if (dir) {
		name_it(j, random_bits());
		store_warn_open(dir, log);
	}
	return j;
}

static void drop_source(struct journal *j)
{
	if (j->source.fd >= 0)
		close(j->source.fd);
	free(j->source.id);
	j->source = (struct source){ .fd = -1 };
}

/* NULL is a journal that is already closed. */
void journal_free(struct journal *j)
{
	if (!j)
		return;
	drop_source(j);
	if (j->fd >= 0)
		close(j->fd);
	draft_free(&j->draft);
	free(j->path);
	free(j->id);
	free(j->dir);
	free(j);
}

const char *journal_id(const struct journal *j)
{
	return j->dir ? j->id : NULL;
}

int journal_is_made(const struct journal *j)
{
	return j->made;
}

/* ---- resuming one ---- */

/* Opens a journal to write to it, or if that is impossible, to read it: then *copied says why. A
 * file descriptor, or -1 with errno. */
static int open_either(const char *path, const char **copied)
{
	const int flags = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	int fd = eintr_open(path, O_RDWR | O_APPEND | flags, 0);
	if (fd >= 0 || (errno != EACCES && errno != EPERM && errno != EROFS))
		return fd;
	*copied = "it cannot be written";
	return eintr_open(path, O_RDONLY | flags, 0);
}

/* Why a file that could be opened is not resumed; NULL if it is. */
static const char *not_ours(int fd, const struct stat *st)
{
	if (st->st_uid != geteuid())
		return "it belongs to another user";
	if (eintr_flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
		return "another hobnob is talking in it";
	return NULL;
}

/* Opens what should be a journal. A file descriptor, or -1 with *why (static). */
static int open_existing(const char *path, const char **copied, const char **why)
{
	struct stat st;
	int fd = open_either(path, copied);
	*why = NULL;
	if (fd < 0 || fstat(fd, &st) != 0)
		*why = errno == ELOOP ? "it is a symbolic link, and none is followed"
				      : strerror(errno);
	else if (!S_ISREG(st.st_mode))
		*why = "not a regular file";
	else if (!*copied)
		*copied = not_ours(fd, &st);
	if (!*why || fd < 0)
		return fd;
	close(fd);
	return -1;
}

/* Opens and reads a journal. A file descriptor, or -1 with a fault. */
static int read_existing(
	const char *path, struct conversation *out, const char **copied, struct fault *f)
{
	const char *why;
	int fd = open_existing(path, copied, &why);
	if (fd < 0) {
		fault_set(f, HN_ERR_OUTPUT, NULL, "%s: %s", path, why);
		return -1;
	}
	int unread = journal_read(fd, out, f);
	if (!unread && conversation_has_room(out))
		return fd;
	close(fd);
	if (!unread)
		fault_set(f, HN_ERR_OUTPUT,
			"`hobnob sessions export` to a .json and `import` renumber them",
			"the ids of its messages leave no room for more");
	fault_name(f, path);
	return -1;
}

struct journal *journal_resume(const char *dir, const char *id, int64_t now_wall_ms,
	struct log *log, struct conversation *out, const char **copied, struct fault *f)
{
	char *path = xasprintf("%s/%s.jsonl", dir, id);
	conversation_init(out);
	*copied = NULL;
	int fd = read_existing(path, out, copied, f);
	if (fd < 0) {
		free(path);
		return NULL;
	}
	struct journal *j = journal_new(dir, now_wall_ms, log);
	if (*copied) {
		j->source = (struct source){ fd, xstrdup(id), (off_t)out->reading.body, (off_t)out->reading.whole };
		free(path);
		return j;
	}
	/* Somebody's umask may have been another one; its contents are nobody else's business. */
	if (fchmod(fd, 0600) != 0)
		log_line(log, LOG_STEP, "%s: %s", path, strerror(errno));
	free(j->id);
	j->id = xstrdup(id);
	j->path = path;
	j->fd = fd;
	j->made = 1;
	j->torn = out->reading.torn;
	j->is_old = out->reading.version > 0 && out->reading.version < JOURNAL_VERSION;
	j->body = (off_t)out->reading.body;
	j->whole = (off_t)out->reading.whole;
	return j;
}

int journal_fork(struct journal *j, int64_t now_wall_ms)
{
	struct stat st;
	if (j->failed)
		return -1;
	if (j->source.fd >= 0)
		return 0; /* what is to come goes to a copy anyway */
	if (j->fd < 0 || fstat(j->fd, &st) != 0)
		return -1;
	flock(j->fd, LOCK_UN);
	j->source =
		(struct source){ j->fd, xstrdup(j->id), j->body, j->torn ? j->whole : st.st_size };
	j->fd = -1;
	j->made = j->torn = j->is_old = 0;
	j->created = now_wall_ms;
	free(j->path);
	j->path = NULL;
	name_it(j, random_bits());
	return 0;
}

/* ---- writing ---- */

/* Tells once what went wrong, and keeps the journal closed from now on. */
static int give_up(struct journal *j, const char *what)
{
	log_warn(j->log, "%s: %s; the conversation continues without a journal",
		j->path ? j->path : j->dir, what);
	if (j->fd >= 0)
		close(j->fd);
	j->fd = -1;
	j->failed = 1;
	return -1;
}

/* Makes the file under the present id. 0, or -1 with errno. */
static int make_file(struct journal *j)
{
	char *path = xasprintf("%s/%s.jsonl", j->dir, j->id);
	j->fd = eintr_open(path, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
	if (j->fd < 0) {
		free(path);
		return -1;
	}
	j->path = path;
	eintr_flock(j->fd, LOCK_EX | LOCK_NB);
	/* A umask can only remove bits, and its owner must be able to read a journal. */
	return fchmod(j->fd, 0600);
}

/* Makes the folder and the file, under another id while the id is taken. 0, or -1 after telling. */
static int open_file(struct journal *j)
{
	if (dir_make(j->dir) != 0)
		return give_up(j, strerror(errno));
	for (int i = 0; make_file(j) != 0; i++) {
		if (errno != EEXIST || i == ATTEMPTS)
			return give_up(j, strerror(errno));
		name_it(j, random_bits());
	}
	return 0;
}

/* Takes back the n bytes of a record that did not arrive whole, unless somebody else wrote
 * meanwhile. */
static void cut_tail(const struct journal *j, off_t size, size_t n)
{
	struct stat now;
	if (fstat(j->fd, &now) != 0 || now.st_size != size + (off_t)n)
		return;
	if (!j->made)
		unlink(j->path);
	else if (n > 0 && ftruncate(j->fd, size) != 0)
		log_line(j->log, LOG_STEP, "%s: its last line is torn: %s", j->path,
			strerror(errno));
}

/* Writes one record whole, or gives up. */
static int put(struct journal *j, hn_str record)
{
	struct stat before;
	if (fstat(j->fd, &before) != 0)
		return give_up(j, strerror(errno));
	if (before.st_nlink == 0)
		return give_up(j, "it was removed");
	size_t done = eintr_write(j->fd, record.p, record.n);
	if (done == record.n)
		return 0;
	int error = errno;
	cut_tail(j, before.st_size, done);
	return give_up(j, strerror(error));
}

/* Appends an object as a line, and ends the object. */
static void add_line(struct buf *out, struct json_object *o)
{
	json_write(o, out);
	buf_addc(out, '\n');
	json_object_put(o);
}

/* The file's first line. */
static struct json_object *header(const struct journal *j)
{
	struct json_object *o = json_new_object();
	json_add_text(o, "hobnob", str_of("journal"));
	json_add_int(o, "version", JOURNAL_VERSION);
	json_add_text(o, "id", str_of(j->id));
	json_add_int(o, "created", j->created);
	if (j->source.id)
		json_add_text(o, "forked_from", str_of(j->source.id));
	return o;
}

/* Copies the source's lines. 0, or -1 with errno. */
static int copy_lines(const struct journal *j)
{
	char piece[PIECE], last = '\n';
	const struct source *from = &j->source;
	for (off_t at = from->from; at < from->upto;) {
		off_t left = from->upto - at;
		ssize_t n = eintr_pread(from->fd, piece, left < PIECE ? (size_t)left : PIECE, at);
		if (n < 0 || eintr_write(j->fd, piece, (size_t)n) < (size_t)n)
			return -1;
		if (n == 0)
			break; /* it was cut meanwhile */
		last = piece[n - 1];
		at += n;
	}
	return last == '\n' || eintr_write(j->fd, "\n", 1) == 1 ? 0 : -1;
}

/* Makes the file, with all that the source's has. *out is what is still to be written before the
 * first record. 0, or -1 after telling. */
static int begin_file(struct journal *j, struct buf *out)
{
	if (open_file(j) != 0)
		return -1;
	add_line(out, header(j));
	j->body = (off_t)out->n;
	if (j->source.fd < 0)
		return 0;
	if (eintr_write(j->fd, out->p, out->n) < out->n || copy_lines(j) != 0) {
		int error = errno;
		unlink(j->path);
		return give_up(j, strerror(error));
	}
	buf_cut(out, 0);
	drop_source(j);
	return 0;
}

/* An object that bears its type as the first member. */
static struct json_object *record(const char *type)
{
	struct json_object *o = json_new_object();
	json_add_text(o, "type", str_of(type));
	return o;
}

/* A record to be written; NULL: none is written at all. */
static struct json_object *begin_record(const struct journal *j, const char *type)
{
	return j->dir && !j->failed ? record(type) : NULL;
}

/* Writes an object as one record, after what must come before it; frees the object. NULL: nothing is to be written. */
static int write_record(struct journal *j, struct json_object *o)
{
	struct buf out = BUF(BUF_NO_CAP);
	if (!o)
		return j->failed ? -1 : 0;
	int result = j->fd < 0 ? begin_file(j, &out) : 0;
	if (j->torn) {
		buf_addc(&out, '\n');
		add_line(&out, record("torn"));
	}
	add_line(&out, o);
	if (result == 0)
		result = put(j, buf_str(&out));
	if (result == 0) {
		j->made = 1;
		j->torn = 0;
	}
	buf_free(&out);
	return result;
}

/* A message with parts is not for a program that knows only version 1: it would lose them. So with the
 * first one the file's first line names this version, in the place of the other digit. */
static void raise_version(struct journal *j)
{
	static const char line[] = "{\"hobnob\":\"journal\",\"version\":1,";
	const size_t n = sizeof line - 1;
	char begins[sizeof line];
	int flags = fcntl(j->fd, F_GETFL);

	j->is_old = 0;
	if (eintr_pread(j->fd, begins, n, 0) != (ssize_t)n || memcmp(begins, line, n) != 0)
		return;
	/* What is open for appending writes at its end, whatever the offset. */
	if (fcntl(j->fd, F_SETFL, flags & ~O_APPEND) != 0 || pwrite(j->fd, "2", 1, (off_t)n - 2) != 1)
		log_line(j->log, LOG_STEP, "%s: its version: %s", j->path, strerror(errno));
	fcntl(j->fd, F_SETFL, flags);
}

/* Writes a message, or a piece of one, or prepares it. */
static int write_message(struct journal *j, const char *type, const struct message *m, struct draft *draft)
{
	struct buf line = BUF(BUF_NO_CAP);
	struct json_object *o = begin_record(j, type);
	if (!o)
		return write_record(j, NULL);
	if (j->is_old && m->n_parts && j->fd >= 0)
		raise_version(j);
	struct json_object *members = message_to_json(m);
	json_object_object_foreach(members, key, value)
	{
		json_set(o, key, json_object_get(value));
	}
	json_object_put(members);
	if (!draft)
		return write_record(j, o);
	add_line(&line, o);
	return draft_take(draft, &line);
}

int journal_message(struct journal *j, const struct message *m)
{
	return write_message(j, "message", m, NULL);
}

int journal_piece(struct journal *j, const struct message *m)
{
	return write_message(j, "piece", m, NULL);
}

int journal_draft(struct journal *j, const struct message *m)
{
	return write_message(j, "piece", m, &j->draft);
}

void journal_draft_write(const struct journal *j, hn_str more)
{
	if (j->fd >= 0)
		draft_write(&j->draft, j->fd, more);
}

int journal_head(struct journal *j, uint64_t id)
{
	struct json_object *o = begin_record(j, "head");
	if (o)
		json_add_int(o, "id", (int64_t)id);
	return write_record(j, o);
}

int journal_text(struct journal *j, const char *type, hn_str text)
{
	struct json_object *o = begin_record(j, type);
	if (o)
		json_add_text(o, "text", text);
	return write_record(j, o);
}

int journal_pin(struct journal *j, uint64_t id, int on)
{
	struct json_object *o = begin_record(j, "pin");
	if (o) {
		json_add_int(o, "id", (int64_t)id);
		json_set(o, "pinned", json_new_flag(on));
	}
	return write_record(j, o);
}
