/* SPDX-License-Identifier: MIT */
/* log: lines for -v and --log-file, warnings for people; redacted and terminal-safe. */
#include "util/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "util/eintr.h"
#include "util/mem.h"
#include "util/text.h"
#include "util/wrapped.h"

struct log_said {
	char *text;
	struct log_said *next;
};

/* 1 if a path is a link that another user made, who may lead it to any file of ours. */
int log_link_foreign(const char *file)
{
	struct stat st;
	return lstat(file, &st) == 0 && S_ISLNK(st.st_mode) && st.st_uid != 0 && st.st_uid != geteuid();
}

/* Opens the file, readable by the user alone. A FIFO that nobody reads would block us: it is
 * refused; later writes to one may block. A link is followed only after a check of its owner.
 * Returns a descriptor, or -1 with errno. */
static int open_file(const char *file)
{
	int how = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	int fd = eintr_open(file, how | O_NOFOLLOW, 0600);
	if (fd < 0 && errno == ELOOP && !log_link_foreign(file))
		fd = eintr_open(file, how, 0600);
	int flags = fd < 0 ? -1 : fcntl(fd, F_GETFL);
	if (flags >= 0)
		fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
	return fd;
}

/* Warns about an existing file that others may read or write. */
static void warn_open(struct log *log, const char *file)
{
	struct stat st;
	if (fstat(fileno(log->file), &st) == 0 && S_ISREG(st.st_mode) &&
		(st.st_mode & (S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH))) {
		char *cure = xasprintf("chmod 600 %s", file);
		log_warn_hint(log, cure, "%s: others can read or write this log", file);
		free(cure);
	}
}

/* Opens it. */
int log_open(struct log *log, int level, const char *file)
{
	log->level = level;
	if (!file)
		return 0;
	int fd = open_file(file);
	if (fd < 0)
		return -1;
	log->file = fdopen(fd, "a");
	if (log->file) {
		warn_open(log, file);
		return 0;
	}
	int saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

/* Closes the file and forgets past warnings. */
void log_close(struct log *log)
{
	if (log->file)
		fclose(log->file);
	log->file = NULL;
	struct log_said *next;
	for (struct log_said *s = atomic_exchange(&log->said, NULL); s; s = next) {
		next = s->next;
		free(s->text);
		free(s);
	}
}

/* 1 if lines of that level go anywhere. */
int log_on(const struct log *log, int level)
{
	return log && level <= log->level;
}

/* Appends the local time, to the ms. */
static void add_time(struct buf *out)
{
	struct timespec now;
	struct tm tm;
	char day[32];
	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &tm);
	buf_addf(out, "%s.%03ld ", day, now.tv_nsec / 1000000);
}

/* Writes one line in one go, in rows of so many columns (0: in one), so that lines of two threads do not mix. */
static void write_line(FILE *to, unsigned columns, int timed, const char *prefix, hn_str text)
{
	struct buf line = BUF(BUF_NO_CAP), rows = BUF(BUF_NO_CAP);
	if (timed)
		add_time(&line);
	buf_adds(&line, prefix);
	text_add_safe(&line, text, HN_TEXT_LINE);
	buf_addc(&line, '\n');
	wrapped_add(&rows, &(struct wrapped){ .columns = columns }, buf_str(&line));
	fwrite(rows.p, 1, rows.n, to);
	fflush(to);
	buf_free(&line);
	buf_free(&rows);
}

static void redact(const struct log *log, struct buf *text)
{
	if (log->redact)
		log->redact(log->ud, text);
}

/* One line, formatted. */
void log_line(struct log *log, int level, const char *fmt, ...)
{
	if (!log_on(log, level))
		return;
	va_list ap;
	va_start(ap, fmt);
	char *text = xvasprintf(fmt, ap);
	va_end(ap);
	log_text(log, level, str_of(text));
	free(text);
}

/* One line, as it is. */
void log_text(struct log *log, int level, hn_str text)
{
	if (!log_on(log, level))
		return;
	struct buf copy = BUF(BUF_NO_CAP);
	buf_addstr(&copy, text);
	redact(log, &copy);
	write_line(log->file ? log->file : stderr, 0, log->file != NULL,
		log->file ? "" : "hobnob: ", buf_str(&copy));
	buf_free(&copy);
}

/* 1 if a text is among those from `s` on, up to `end`. */
static int is_among(const struct log_said *s, const struct log_said *end, const char *text)
{
	while (s != end && strcmp(s->text, text) != 0)
		s = s->next;
	return s != end;
}

/* Remembers a text; 1 if it was known already. Of two threads that say the same, one finds it known. */
static int said_before(struct log *log, const char *text)
{
	struct log_said *head = atomic_load(&log->said), *seen = NULL, *mine = NULL;
	while (!is_among(head, seen, text)) {
		seen = head;
		if (!mine) {
			mine = xmalloc(sizeof *mine);
			mine->text = xstrdup(text);
		}
		mine->next = head;
		if (atomic_compare_exchange_strong(&log->said, &head, mine))
			return 0;
	}
	if (mine)
		free(mine->text);
	free(mine);
	return 1;
}

/* A warning, once. hint: what to do, or NULL. */
static void warn(struct log *log, int is_remark, const char *hint, const char *fmt, va_list ap)
{
	struct buf text = BUF(BUF_NO_CAP), cure = BUF(BUF_NO_CAP), line = BUF(BUF_NO_CAP);
	buf_vaddf(&text, fmt, ap);
	buf_adds(&cure, hint ? hint : "");
	redact(log, &text);
	redact(log, &cure);
	buf_addstr(&line, buf_str(&text));
	if (cure.n)
		buf_addf(&line, "%s%s", cure.p[0] == '(' ? " " : ": ", cure.p);
	if (line.n && !said_before(log, line.p)) {
		if (log->on_warning)
			log->on_warning(log->warning_ud, buf_str(&text), buf_str(&cure), is_remark);
		else
			write_line(stderr, wrapped_columns(STDERR_FILENO), 0, "hobnob: warning: ", buf_str(&line));
		if (log->file)
			write_line(log->file, 0, 1, "warning: ", buf_str(&line));
	}
	buf_free(&text);
	buf_free(&cure);
	buf_free(&line);
}

/* A warning about a mistake. */
void log_warn(struct log *log, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	warn(log, 0, NULL, fmt, ap);
	va_end(ap);
}

void log_warn_hint(struct log *log, const char *hint, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	warn(log, 0, hint, fmt, ap);
	va_end(ap);
}

/* A warning about what may be intended. */
void log_remark(struct log *log, const char *hint, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	warn(log, 1, hint, fmt, ap);
	va_end(ap);
}
