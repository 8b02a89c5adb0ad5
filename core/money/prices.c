/* SPDX-License-Identifier: MIT */
/*
 * prices: looks into the shipped table.
 *
 * The file is text: a first line with the version and the date, then lines in the order of their
 * bytes (LC_ALL=C sort), of two kinds, with tabs between the fields:
 *
 *     @HOST  VENDOR
 *     VENDOR  MODEL  CONTEXT  MAX_OUTPUT  INPUT  OUTPUT  CACHED  CACHE_WRITE  REASONING
 *
 * Tokens, and USD per million of them in exact decimals; "-" is unknown. A line without all its fields
 * is not a line (nor is one that a tab in a name was matched by). A file that is unsorted or damaged
 * yields less; that is not an error.
 */
#include "money/prices.h"

#include <stdlib.h>
#include <string.h>

#include "util/file.h"
#include "util/mem.h"
#include "util/money.h"

#define HEAD "hobnob prices 1 "
#define DATE_N ((size_t)10) /* bytes of a date */
#define FIELDS 7 /* of a model, after its name */
#define TABLE_CAP (16u << 20)

/* The lines after the first, each with a NUL in place of its newline; one without a newline is cut off. */
struct table {
	struct buf text;
	char *lines, *end;
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

/* Reads the shipped table; -1 if it is missing or cannot be read: then nothing has a price, and a
 * limit of money refuses to run. Close it either way. */
static int table_open(const struct paths *paths, struct table *t)
{
	const size_t head = sizeof HEAD - 1;
	char *path = xasprintf("%s/prices.tsv", paths->data ? paths->data : "");
	*t = (struct table){ .text = BUF(TABLE_CAP) };
	int rc = file_read(path, TABLE_CAP, &t->text, NULL);
	free(path);
	hn_str text = buf_str(&t->text);
	if (rc != 0 || !str_begins(text, HEAD))
		return -1;
	for (char *at = t->text.p; (at = memchr(at, '\n', text.n - (size_t)(at - text.p))); at++) {
		*at = '\0';
		t->end = at + 1;
		if (!t->lines)
			t->lines = at + 1;
	}
	if (!t->lines || strlen(text.p) < head + DATE_N || !fits(text.p + head, DATE_N, "####-##-##"))
		return -1;
	memcpy(t->date, text.p + head, DATE_N);
	return 0;
}

static void table_close(struct table *t)
{
	buf_free(&t->text);
}

/* The rest of the line that begins so; NULL if no line does. */
static const char *find_line(const struct table *t, const char *key)
{
	const char *from = t->lines, *end = t->end;
	size_t n = strlen(key);
	while (from < end) {
		const char *line = from + (end - from) / 2;
		while (line > from && line[-1])
			line--;
		int order = strncmp(line, key, n);
		if (order == 0)
			return line + n;
		if (order > 0)
			end = line;
		else
			from = line + strlen(line) + 1;
	}
	return NULL;
}

/* ---- its fields ---- */

/* The next field of a line; empty after the last. */
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

/* Reads a line's fields after the model; -1 if a field is missing or extra, since the others
 * are then out of place. */
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
	char *key = xasprintf("%s\t%.*s\t", vendor, (int)model.n, model.p);
	const char *rest = find_line(t, key);
	free(key);
	return rest ? read_fields(rest, out) : -1;
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

int prices_knows(const struct paths *paths, const char *vendor)
{
	struct table t;
	char *key = xasprintf("%s\t", vendor);
	int knows = table_open(paths, &t) == 0 && find_line(&t, key);
	free(key);
	table_close(&t);
	return knows;
}

int prices_find(const struct paths *paths, const char *vendor, const char *model,
	struct listed *out, char date[16])
{
	struct table t;
	hn_str name = catalog_bare(model);
	*out = LISTED_NONE;
	int rc = -1, opened = table_open(paths, &t) == 0;
	memcpy(date, t.date, sizeof t.date);
	for (; opened && rc < 0 && name.n; name = undated(name))
		rc = find_model(&t, vendor, name, out);
	table_close(&t);
	return rc;
}

int prices_vendor(const struct paths *paths, const char *host, char vendor[PRICES_VENDOR_ROOM])
{
	struct table t;
	char *key = xasprintf("@%s\t", host);
	const char *found = table_open(paths, &t) == 0 ? find_line(&t, key) : NULL;
	size_t n = found ? strlen(found) : 0;
	int rc = found && n < PRICES_VENDOR_ROOM ? 0 : -1;
	memcpy(vendor, rc == 0 ? found : "", rc == 0 ? n + 1 : 1);
	free(key);
	table_close(&t);
	return rc;
}

/* The vendors are the first field of the lines, each once, for they stand together. */
void prices_vendors(const struct paths *paths, struct buf *out)
{
	struct table t;
	hn_str last = { "", 0 };
	int opened = table_open(paths, &t) == 0;
	for (const char *at = t.lines; opened && at < t.end; at += strlen(at) + 1) {
		hn_str vendor = { at, strcspn(at, "\t") };
		if (*at == '@' || (vendor.n == last.n && !memcmp(at, last.p, last.n)))
			continue;
		if (last.n)
			buf_adds(out, ", ");
		buf_addstr(out, vendor);
		last = vendor;
	}
	table_close(&t);
}

size_t prices_each(const struct paths *paths, const char *vendor, char date[16],
	void (*take)(void *ud, hn_str model, const struct listed *), void *ud)
{
	struct table t;
	char *key = xasprintf("%s\t", vendor);
	size_t n = 0, length = strlen(key);
	int opened = table_open(paths, &t) == 0;
	memcpy(date, t.date, sizeof t.date);
	for (const char *at = t.lines; opened && at < t.end; at += strlen(at) + 1) {
		struct listed listed = LISTED_NONE;
		const char *model = at + length, *tab;
		if (strncmp(at, key, length) || !(tab = strchr(model, '\t')) || read_fields(tab + 1, &listed) < 0)
			continue;
		take(ud, (hn_str){ model, (size_t)(tab - model) }, &listed);
		n++;
	}
	free(key);
	table_close(&t);
	return n;
}
