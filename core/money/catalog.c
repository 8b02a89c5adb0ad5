/* SPDX-License-Identifier: MIT */
/*
 * catalog: a provider's own list of its models, cached on disk for a day.
 *
 * A first line with the version, the time and the address, then a line a model: its id, six numbers and
 * two words of bits, between tabs. Any other file is not a list.
 */
#include "money/catalog.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/ascii.h"
#include "util/buf.h"
#include "util/file.h"
#include "util/hash.h"
#include "util/mem.h"
#include "util/nearest.h"
#include "util/said.h"

#define CATALOG_CAP ((size_t)64 << 20) /* bytes of the largest list that is cached */
#define DAY_MS ((int64_t)24 * 3600 * 1000)
#define HEAD "hobnob models 2 "

struct catalog {
	struct buf lines;
};

/* ---- keeping ---- */

/* An empty list. */
struct catalog *catalog_new(void)
{
	struct catalog *c = xcalloc(1, sizeof *c);
	c->lines = BUF(CATALOG_CAP);
	return c;
}

/* Frees a list; accepts NULL. */
void catalog_free(struct catalog *c)
{
	if (c)
		buf_free(&c->lines);
	free(c);
}

/* 1 if an id can stand in a line. */
static int is_plain(hn_str id)
{
	for (size_t i = 0; i < id.n; i++)
		if ((unsigned char)id.p[i] < ' ')
			return 0;
	return id.n > 0;
}

/* No window has more tokens. */
#define TOKENS_MOST INT64_C(1000000000000)
/* Pico-dollars a token, a million dollars: no model costs more. (money_mul bounds what a reply costs.) */
#define PRICE_MOST INT64_C(1000000000000000000)

/* A number from 0 to most; -1, unknown, for any other. */
static int64_t known(int64_t v, int64_t most)
{
	return v < 0 || v > most ? -1 : v;
}

/* The bits that 1.0 has a meaning for: a list that denies nothing is known to be one. */
#define PARTS_KNOWN ((1u << (HN_PART_TOOL_RESULT + 1)) - 1)
#define SETTINGS_KNOWN ((HN_SET_EXTRA << 1) - 1)

/* What a list says of one model. */
struct listed listed_of(const hn_model *said)
{
	hn_model heard = *said, *m = &heard;

	model_hear(m);
	return (struct listed){
		.context = known(m->context, TOKENS_MOST),
		.max_output = known(m->max_output, TOKENS_MOST),
		.input = known(m->price_input, PRICE_MOST),
		.output = known(m->price_output, PRICE_MOST),
		.cached = known(m->price_cached, PRICE_MOST),
		.cache_write = known(m->price_cache_write, PRICE_MOST),
		.reasoning = -1,
		.accepts = m->set & HN_MODEL_ACCEPTS ? m->accepts & PARTS_KNOWN : UINT32_MAX,
		.heeds = m->set & HN_MODEL_HEEDS ? m->heeds & SETTINGS_KNOWN : UINT32_MAX,
	};
}

/* The numbers of a line, in its order. (No list says what reasoning costs.) */
#define NUMBERS(l)                                                                        \
	{                                                                                 \
		&(l)->context, &(l)->max_output, &(l)->input, &(l)->output, &(l)->cached, \
			&(l)->cache_write                                                 \
	}

/* Takes one model down. */
void catalog_put(struct catalog *c, const hn_model *m)
{
	struct listed l = listed_of(m);
	const int64_t *const numbers[] = NUMBERS(&l);
	if (!is_plain(m->id))
		return;
	buf_addstr(&c->lines, m->id);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		buf_addf(&c->lines, "\t%" PRId64, *numbers[i]);
	buf_addf(&c->lines, "\t%" PRIu32 "\t%" PRIu32 "\n", l.accepts, l.heeds);
}

/* The path of a cached list (allocated), or NULL without a cache. The hash separates addresses; the
 * file holds the address itself. */
static char *path_of(const struct paths *paths, const char *instance, const char *url)
{
	if (!paths->cache || !url)
		return NULL;
	return xasprintf("%s/models/%s-%016" PRIx64, paths->cache, instance,
		hash_more(HASH_BEGIN, url, strlen(url)));
}

/* Keeps a list. */
void catalog_keep(struct catalog *c, const struct paths *paths, const char *instance,
	const char *url, int64_t now_wall_ms)
{
	char *path = c->lines.n ? path_of(paths, instance, url) : NULL,
	     *dir = path ? xasprintf("%s/models", paths->cache) : NULL;
	struct buf text = BUF(BUF_NO_CAP);
	if (path && dir_make(dir) == 0) {
		buf_addf(&text, HEAD "%" PRId64 " %s\n", now_wall_ms, url);
		buf_addstr(&text, buf_str(&c->lines));
		file_replace(path, buf_str(&text), 0600, 0);
	}
	buf_free(&text);
	free(path);
	free(dir);
	catalog_free(c);
}

/* ---- looking up ---- */

/* 1 if a file's first line says that it is a list of that address, of less than a day ago. */
static int is_fresh(hn_str text, const char *url, int64_t now)
{
	char *end;
	if (!str_begins(text, HEAD))
		return 0;
	int64_t made = strtoll(text.p + sizeof HEAD - 1, &end, 10);
	size_t n = strlen(url), left = text.n - (size_t)(end - text.p);
	return left > n + 1 && end[0] == ' ' && !memcmp(end + 1, url, n) && end[n + 1] == '\n' &&
	       now - made < DAY_MS && made <= now;
}

/* The numbers after a model's id, or NULL if it has no line. */
static const char *line_of(hn_str text, hn_str id)
{
	struct buf sought = BUF(BUF_NO_CAP);
	buf_addf(&sought, "\n%.*s\t", (int)id.n, id.p);
	const char *at = memmem(text.p, text.n, sought.p, sought.n);
	at = at ? at + sought.n : NULL;
	buf_free(&sought);
	return at;
}

/* Reads a number and the tab after it; -1 without a number. */
static int64_t read_number(const char **at)
{
	char *end = (char *)(uintptr_t)*at;
	int64_t v = **at == '\n' ? -1 : strtoll(*at, &end, 10);
	if (end == *at)
		v = -1;
	*at = *end == '\t' ? end + 1 : end;
	return v;
}

/* Reads a word of bits; all ones without one. */
static uint32_t read_bits(const char **at)
{
	int64_t v = read_number(at);
	return v < 0 || v > UINT32_MAX ? UINT32_MAX : (uint32_t)v;
}

/* Reads the numbers of a line. */
static void read_numbers(const char *at, struct listed *out)
{
	int64_t *const numbers[] = NUMBERS(out);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		*numbers[i] = known(read_number(&at), i < 2 ? TOKENS_MOST : PRICE_MOST);
	out->accepts = read_bits(&at);
	out->heeds = read_bits(&at);
}

/* Reads the list of an instance at an address, if one of less than a day is cached. 1, or 0. */
static int read_list(const struct paths *paths, const char *instance, const char *url, int64_t now,
	struct buf *out)
{
	char *path = path_of(paths, instance, url);
	int fresh = path && file_read(path, CATALOG_CAP, out, NULL) == 0 &&
		    is_fresh(buf_str(out), url, now);
	free(path);
	return fresh;
}

hn_str catalog_bare(const char *model)
{
	hn_str name = str_of(model);
	size_t n = str_begins(name, "models/") ? strlen("models/") : 0;
	return (hn_str){ name.p + n, name.n - n };
}

/* The numbers after a model's id; ignores a variant after a colon if the variant has no line.
 * NULL without a line. */
static const char *line_of_model(hn_str text, const char *model)
{
	const char *at = line_of(text, str_of(model)), *variant = strrchr(model, ':');
	at = at ? at : line_of(text, catalog_bare(model));
	return at || !variant ? at : line_of(text, (hn_str){ model, (size_t)(variant - model) });
}

/* What is kept of a model. */
int catalog_find(const struct paths *paths, const char *instance, const char *url,
	const char *model, int64_t now_wall_ms, struct listed *out)
{
	struct buf text = BUF(CATALOG_CAP + 4096);
	const char *at = NULL;
	*out = LISTED_NONE;
	if (read_list(paths, instance, url, now_wall_ms, &text))
		at = line_of_model(buf_str(&text), model);
	if (at)
		read_numbers(at, out);
	buf_free(&text);
	return at ? 0 : -1;
}

/* 1 if a listed name is a model's with its vendor in front. */
static int is_vendors(const char *listed, const char *model)
{
	const char *slash = strrchr(listed, '/');
	return slash && !ascii_casecmp(slash + 1, model);
}

/* The id of the model after a place in the list, which is taken apart for that; *at moves to its numbers. NULL:
 * there are no more. */
static const char *next_id(char **at)
{
	char *line = strchr(*at, '\n'), *tab = line && line[1] ? strchr(line + 1, '\t') : NULL;
	if (!tab)
		return NULL;
	*tab = '\0';
	*at = tab + 1;
	return line + 1;
}

void catalog_each(const struct paths *paths, const char *instance, const char *url, int64_t now_wall_ms,
	void (*put)(void *ud, const char *id), void *ud)
{
	struct buf text = BUF(CATALOG_CAP + 4096);
	if (read_list(paths, instance, url, now_wall_ms, &text)) {
		char *at = text.p;
		for (const char *id; (id = next_id(&at));)
			put(ud, id);
	}
	buf_free(&text);
}

/* Appends the listed name that a model's may be meant for. The list is taken apart for that. */
static void add_nearest(struct buf *list, const char *model, struct buf *out)
{
	struct nearest near = NEAREST(str_of(model));
	char *at = list->p;
	for (const char *id; (id = next_id(&at));) {
		if (is_vendors(id, model)) {
			buf_addf(out, " (did you mean \"%s\"?)", id);
			return;
		}
		nearest_offer(&near, id);
	}
	nearest_add(&near, "", out);
}

/* Whether a kept list lacks a model. */
int catalog_lacks(const struct paths *paths, const char *instance, const char *url,
	const char *model, int64_t now_wall_ms, struct buf *out)
{
	struct buf text = BUF(CATALOG_CAP + 4096);
	int lacks = read_list(paths, instance, url, now_wall_ms, &text) &&
		    !line_of_model(buf_str(&text), model);
	if (lacks)
		add_nearest(&text, model, out);
	buf_free(&text);
	return lacks;
}
