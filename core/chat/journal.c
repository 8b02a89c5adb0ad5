/* SPDX-License-Identifier: MIT */
/*
 * journal: the conversation on disk, written as it happens; docs/journal.md describes the file.
 *
 * A record is one write(2) to a file opened for appending, so that a crash tears at most the
 * last line, and two programs that go on with the same conversation do not mix their lines. When
 * a disk is full part of a record may arrive: that part is cut off again, so that what stands
 * there stays readable. The chat is worth more than its journal: the first failure is told, and
 * nothing more is written.
 */
#include "chat/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "chat/message_json.h"
#include "config/paths.h"
#include "util/mem.h"

#define ATTEMPTS 64 /* ids that are tried before giving up */
#define ID_SIZE 40

struct journal {
	char *dir;
	char *path; /* NULL until the file is made */
	char id[ID_SIZE];
	int64_t created;
	int fd; /* -1 until the file is made, and once it failed */
	int failed;
	struct log *log;
};

/* Random bits; where the kernel has none, the O_EXCL of the file still keeps ids apart. */
static uint32_t random_bits(void)
{
	uint32_t bits = 0;
	if (getrandom(&bits, sizeof bits, GRND_NONBLOCK) != (ssize_t)sizeof bits)
		bits = (uint32_t)getpid();
	return bits;
}

/* A new id: UTC time to the second, so that a listing sorts by time, and random digits. */
static void name_it(struct journal *j, uint32_t random)
{
	time_t seconds = (time_t)(j->created / 1000);
	struct tm utc;
	if (!gmtime_r(&seconds, &utc))
		utc = (struct tm){ .tm_mday = 1, .tm_year = 70 };
	char when[ID_SIZE - 8];
	if (strftime(when, sizeof when, "%Y%m%dT%H%M%S", &utc) == 0)
		when[0] = '\0';
	snprintf(j->id, sizeof j->id, "%s-%04x", when, (unsigned)(random & 0xFFFF));
}

/* Makes a journal that has no file yet. */
struct journal *journal_new(const char *dir, int64_t now_wall_ms, struct log *log)
{
	struct journal *j = xcalloc(1, sizeof *j);
	j->dir = xstrdup(dir);
	j->created = now_wall_ms;
	j->fd = -1;
	j->log = log;
	if (dir)
		name_it(j, random_bits());
	return j;
}

/* Closes a journal; NULL is one already closed. */
void journal_free(struct journal *j)
{
	if (!j)
		return;
	if (j->fd >= 0)
		close(j->fd);
	free(j->path);
	free(j->dir);
	free(j);
}

/* The conversation's id. */
const char *journal_id(const struct journal *j)
{
	return j->dir ? j->id : NULL;
}

/* Tells once what went wrong, and keeps the journal closed from now on. */
static int give_up(struct journal *j, const char *what)
{
	log_warn(j->log, "%s: %s; the conversation goes on without a journal",
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
	j->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
	if (j->fd < 0) {
		free(path);
		return -1;
	}
	j->path = path;
	/* A umask can only take away, and a journal that its owner cannot read is none. */
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
static void cut_tail(const struct journal *j, off_t size, ssize_t n)
{
	struct stat now;
	if (fstat(j->fd, &now) != 0 || now.st_size != size + (n > 0 ? n : 0))
		return;
	if (size == 0)
		unlink(j->path);
	else if (n > 0 && ftruncate(j->fd, size) != 0)
		log_line(j->log, LOG_STEP, "%s: its last line is torn: %s", j->path,
			strerror(errno));
}

/* Writes one record whole, or gives up. */
static int put(struct journal *j, hn_str record)
{
	struct stat before;
	ssize_t n;
	if (fstat(j->fd, &before) != 0)
		return give_up(j, strerror(errno));
	if (before.st_nlink == 0)
		return give_up(j, "it was removed");
	do
		n = write(j->fd, record.p, record.n);
	while (n < 0 && errno == EINTR);
	if (n == (ssize_t)record.n)
		return 0;
	int error = n < 0 ? errno : ENOSPC;
	cut_tail(j, before.st_size, n);
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
	struct json_object *o = json_object_new_object();
	json_add_text(o, "hobnob", str_of("journal"));
	json_add_int(o, "version", JOURNAL_VERSION);
	json_add_text(o, "id", str_of(j->id));
	json_add_int(o, "created", j->created);
	return o;
}

/* Writes an object as one record, the header before the first; ends the object. */
static int write_record(struct journal *j, struct json_object *o)
{
	struct buf out = BUF(BUF_NO_CAP);
	int result = -1;
	if (j->fd >= 0) {
		add_line(&out, o);
		result = put(j, buf_str(&out));
	} else if (open_file(j) == 0) {
		add_line(&out, header(j));
		add_line(&out, o);
		result = put(j, buf_str(&out));
	} else {
		json_object_put(o);
	}
	buf_free(&out);
	return result;
}

/* An object that bears its type as the first member. */
static struct json_object *record(const char *type)
{
	struct json_object *o = json_object_new_object();
	json_add_text(o, "type", str_of(type));
	return o;
}

/* 1 if a record is to be written at all; else *result is what the caller returns. */
static int is_kept(const struct journal *j, int *result)
{
	*result = j->failed ? -1 : 0;
	return j->dir && !j->failed;
}

/* Writes a message. */
int journal_message(struct journal *j, const struct message *m)
{
	int result;
	if (!is_kept(j, &result))
		return result;
	struct json_object *o = record("message");
	struct json_object *members = message_to_json(m);
	json_object_object_foreach(members, key, value)
	{
		json_object_object_add(o, key, json_object_get(value));
	}
	json_object_put(members);
	return write_record(j, o);
}

/* Writes that the conversation goes on behind that message. */
int journal_head(struct journal *j, uint64_t id)
{
	int result;
	if (!is_kept(j, &result))
		return result;
	struct json_object *o = record("head");
	json_add_int(o, "id", (int64_t)id);
	return write_record(j, o);
}
