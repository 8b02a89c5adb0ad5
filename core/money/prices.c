/* SPDX-License-Identifier: MIT */
/*
 * prices: looks into the shipped table without reading it all.
 *
 * The file is text: a first line with the version and the date, then lines in the order of their
 * bytes (LC_ALL=C sort), of two kinds, with tabs between the fields:
 *
 *     @HOST  VENDOR
 *     VENDOR  MODEL  CONTEXT  MAX_OUTPUT  INPUT  OUTPUT  CACHED  CACHE_WRITE  REASONING
 *
 * Tokens, and USD per million of them in exact decimals; "-" is unknown. A line is found by
 * halving: a place in the middle is read, the next line's beginning there is compared with the key,
 * until what is left fits one read. It is read and not mapped: a mapped file that is cut meanwhile
 * is a SIGBUS, one that is read is merely short. A line without all its fields is none (nor is one
 * that a tab in a name was matched by). A file that is unsorted or damaged yields less; it is no
 * error.
 */
#include "money/prices.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/eintr.h"
#include "util/mem.h"
#include "util/money.h"

#define HEAD "hobnob prices 1 "
#define DATE_N ((size_t)10) /* bytes of a date */
#define FIELDS 7 /* of a model, behind its name */
#define LINE_MOST 512 /* bytes of a line, its newline included */
#define PIECE_MOST 4096 /* bytes that are read at once and looked through */

struct table {
	int fd;
	off_t from, end; /* of the lines behind the first */
	char date[DATE_N + 1];
};

/* 1 if a text looks like this: # is any digit, all else stands for itself. */
static int fits(const char *s, size_t n, const char *form)
{
	if (n != strlen(form))
		return 0;
	for (size_t i = 0; i < n; i++)
		if (form[i] == '#' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
			return 0;
	return 1;
}

/* ---- the file ---- */

/* Reads n bytes from a place on; fewer where the file ends, 0 where it cannot be read: then nothing has a
 * price, which a limit of money refuses. */
static size_t read_at(const struct table *t, off_t at, char *out, size_t n)
{
	ssize_t got = eintr_pread(t->fd, out, n, at);
	return got < 0 ? 0 : (size_t)got;
}

/* Reads the first line; -1 if it is not that of a table. */
static int read_head(struct table *t)
{
	char line[LINE_MOST];
	size_t n = read_at(t, 0, line, sizeof line), head = sizeof HEAD - 1;
	const char *end = memchr(line, '\n', n);
	if (!end || (size_t)(end - line) < head + DATE_N || memcmp(line, HEAD, head) ||
		!fits(line + head, DATE_N, "####-##-##"))
		return -1;
	memcpy(t->date, line + head, DATE_N);
	t->from = end + 1 - line;
	return 0;
}

/* Opens the shipped table; -1 if there is none. O_NONBLOCK, or a FIFO would keep us waiting. */
static int table_open(const struct paths *paths, struct table *t)
{
	char *path = xasprintf("%s/prices.tsv", paths->data ? paths->data : "");
	struct stat st;
	*t = (struct table){ .fd = eintr_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0) };
	free(path);
	if (t->fd < 0)
		return -1;
	if (fstat(t->fd, &st) == 0 && read_head(t) == 0) {
		t->end = st.st_size;
		return 0;
	}
	close(t->fd);
	return -1;
}

/* ---- a line ---- */

/* Halves a range of whole lines by the first that begins behind its middle; -1 if none does. */
static int halve(const struct table *t, hn_str key, off_t *from, off_t *end)
{
	char piece[2 * LINE_MOST];
	off_t middle = *from + (*end - *from) / 2;
	size_t n = read_at(t, middle, piece, sizeof piece);
	const char *before = n == sizeof piece ? memchr(piece, '\n', LINE_MOST) : NULL;
	if (!before)
		return -1;
	off_t line = middle + (before + 1 - piece);
	*(memcmp(before + 1, key.p, key.n) > 0 ? end : from) = line;
	return 0;
}

/* Looks for the line with that beginning in a piece, and copies what is behind it. */
static int look_through(hn_str piece, hn_str key, char rest[LINE_MOST])
{
	const char *at = piece.p, *stop = piece.p + piece.n, *end;
	for (; (end = memchr(at, '\n', (size_t)(stop - at))); at = end + 1) {
		size_t n = (size_t)(end - at);
		if (n < key.n || n >= LINE_MOST || memcmp(at, key.p, key.n))
			continue;
		memcpy(rest, at + key.n, n - key.n);
		rest[n - key.n] = '\0';
		return 0;
	}
	return -1;
}

/* Finds the line with that beginning; -1 if there is none. */
static int find_line(const struct table *t, hn_str key, char rest[LINE_MOST])
{
	char piece[PIECE_MOST];
	off_t from = t->from, end = t->end;
	if (key.n >= LINE_MOST)
		return -1;
	while (end - from > PIECE_MOST)
		if (halve(t, key, &from, &end) < 0)
			return -1;
	size_t n = end > from ? read_at(t, from, piece, (size_t)(end - from)) : 0;
	return look_through((hn_str){ piece, n }, key, rest);
}

/* ---- its fields ---- */

/* The next field of a line; an empty one behind the last. */
static hn_str next_field(const char **at)
{
	hn_str field = { *at, strcspn(*at, "\t") };
	*at += field.n;
	*at += **at == '\t';
	return field;
}

/* The next field as tokens; -1 unless it is a whole number above 0. */
static int64_t next_count(const char **at)
{
	hn_str field = next_field(at);
	int64_t count = 0;
	for (size_t i = 0; i < field.n; i++) {
		int digit = field.p[i] - '0';
		if (digit < 0 || digit > 9 || count > INT64_MAX / 10 - 1)
			return -1;
		count = count * 10 + digit;
	}
	return count > 0 ? count : -1;
}

/* The next field as pico-dollars a token; -1 unless it is a price. */
static int64_t next_price(const char **at)
{
	int64_t price;
	return money_parse_price(next_field(at), &price) == 0 ? price : MONEY_UNKNOWN;
}

/* Reads what a line says behind its model; -1 if a field is missing, or there is one too many: then
 * none is where it should be. */
static int read_fields(const char *at, struct listed *out)
{
	int tabs = 0;
	for (const char *p = at; *p; p++)
		tabs += *p == '\t';
	if (tabs != FIELDS - 1)
		return -1;
	out->context = next_count(&at);
	out->max_output = next_count(&at);
	out->input = next_price(&at);
	out->output = next_price(&at);
	out->cached = next_price(&at);
	out->cache_write = next_price(&at);
	int none = str_is((hn_str){ at, strcspn(at, "\t") }, "-");
	out->reasoning = next_price(&at);
	if (!none && out->reasoning < 0)
		out->output =
			MONEY_UNKNOWN; /* a price of its own that cannot be read: no reply has one */
	return 0;
}

/* ---- models and hosts ---- */

/* Looks a vendor's model up; -1 if it has no line. */
static int find_model(const struct table *t, const char *vendor, hn_str model, struct listed *out)
{
	char rest[LINE_MOST];
	char *key = xasprintf("%s\t%.*s\t", vendor, (int)model.n, model.p);
	int rc = find_line(t, str_of(key), rest);
	if (rc == 0)
		rc = read_fields(rest, out);
	free(key);
	return rc;
}

/* The number that two digits stand for. */
static int two_digits(const char *s)
{
	return (s[0] - '0') * 10 + (s[1] - '0');
}

/* A model's name without the date that it ends in; empty if it ends in none. */
static hn_str undated(hn_str model)
{
	static const char *const forms[] = { "-20##-##-##", "-20######" };
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		size_t n = strlen(forms[i]);
		if (model.n <= n || !fits(model.p + model.n - n, n, forms[i]))
			continue;
		int day = two_digits(model.p + model.n - 2);
		int month = two_digits(model.p + model.n - (i ? 4 : 5));
		if (day >= 1 && day <= 31 && month >= 1 && month <= 12)
			return (hn_str){ model.p, model.n - n };
	}
	return (hn_str){ model.p, 0 };
}

/* Whether the table has models of a vendor. */
int prices_knows(const struct paths *paths, const char *vendor)
{
	struct table t;
	char rest[LINE_MOST];
	if (table_open(paths, &t) < 0)
		return 0;
	char *key = xasprintf("%s\t", vendor);
	int rc = find_line(&t, str_of(key), rest);
	free(key);
	close(t.fd);
	return rc == 0;
}

/* What the table says of a vendor's model. */
int prices_find(const struct paths *paths, const char *vendor, const char *model,
	struct listed *out, char date[16])
{
	struct table t;
	hn_str name = str_of(model);
	*out = LISTED_NONE;
	date[0] = '\0';
	if (table_open(paths, &t) < 0)
		return -1;
	memcpy(date, t.date, sizeof t.date);
	int rc = -1;
	for (; rc < 0 && name.n; name = undated(name))
		rc = find_model(&t, vendor, name, out);
	close(t.fd);
	return rc;
}

/* Whose prices hold at a host. */
int prices_vendor(const struct paths *paths, const char *host, char vendor[PRICES_VENDOR_ROOM])
{
	struct table t;
	char rest[LINE_MOST], *key = xasprintf("@%s\t", host);
	vendor[0] = '\0';
	int rc = -1;
	if (table_open(paths, &t) == 0) {
		rc = find_line(&t, str_of(key), rest);
		close(t.fd);
	}
	free(key);
	if (rc < 0 || strlen(rest) >= PRICES_VENDOR_ROOM)
		return -1;
	memcpy(vendor, rest, strlen(rest) + 1);
	return 0;
}

/* All lines behind the first, as one text; the caller frees. */
static char *read_lines(const struct table *t)
{
	size_t size = t->end > t->from ? (size_t)(t->end - t->from) : 0;
	char *text = xcalloc(size + 1, 1);
	read_at(t, t->from, text, size);
	return text;
}

/* The vendors of the table: the first field of its lines, each once, for they stand together. */
void prices_vendors(const struct paths *paths, struct buf *out)
{
	struct table t;
	hn_str last = { "", 0 };
	if (table_open(paths, &t) < 0)
		return;
	char *text = read_lines(&t);
	for (char *at = text, *end; (end = strchr(at, '\n')); at = end + 1) {
		hn_str vendor = { at, strcspn(at, "\t\n") };
		if (*at == '@' || (vendor.n == last.n && !memcmp(at, last.p, last.n)))
			continue;
		if (last.n)
			buf_adds(out, ", ");
		buf_addstr(out, vendor);
		last = vendor;
	}
	free(text);
	close(t.fd);
}

/* Takes a line, if it is one of the vendor's models. */
static size_t take_line(char *line, hn_str key,
	void (*take)(void *ud, hn_str model, const struct listed *), void *ud)
{
	struct listed listed = LISTED_NONE;
	char *model = line + key.n, *tab;
	if (strncmp(line, key.p, key.n) || !(tab = strchr(model, '\t')))
		return 0;
	if (read_fields(tab + 1, &listed) < 0)
		return 0;
	take(ud, (hn_str){ model, (size_t)(tab - model) }, &listed);
	return 1;
}

/* Every model of a vendor. */
size_t prices_each(const struct paths *paths, const char *vendor, char date[16],
	void (*take)(void *ud, hn_str model, const struct listed *), void *ud)
{
	struct table t;
	size_t n = 0;
	date[0] = '\0';
	if (table_open(paths, &t) < 0)
		return 0;
	memcpy(date, t.date, sizeof t.date);
	char *text = read_lines(&t), *key = xasprintf("%s\t", vendor);
	for (char *at = text, *end; (end = strchr(at, '\n')); at = end + 1) {
		*end = '\0';
		n += take_line(at, str_of(key), take, ud);
	}
	free(key);
	free(text);
	close(t.fd);
	return n;
}
