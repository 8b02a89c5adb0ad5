/* SPDX-License-Identifier: MIT */
/* find: which conversation is meant by an id, or by a piece of one. */
#include "store/store_private.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/nearest.h"

#define NEAR_MOST 3 /* that are offered for an id that is unknown */
#define AMBIGUOUS_MOST 10 /* that are listed */

/* The ids that fit so far. */
struct wanted {
	const char *said, *lister;
	size_t begins, ends; /* ids that do */
	char *exact, *first_begins, *first_ends;
};

static int begins(const char *id, const char *said)
{
	return strncmp(id, said, strlen(said)) == 0;
}

static int ends(const char *id, const char *said)
{
	size_t n = strlen(id), m = strlen(said);
	return n >= m && strcmp(id + n - m, said) == 0;
}

static int put_name(void *ud, int dir, const char *name)
{
	struct wanted *w = ud;
	char *id = store_id_of(name);
	(void)dir;
	if (!id)
		return 0;
	if (strcmp(id, w->said) == 0)
		w->exact = xstrdup(id);
	if (begins(id, w->said) && w->begins++ == 0)
		w->first_begins = xstrdup(id);
	if (ends(id, w->said) && w->ends++ == 0)
		w->first_ends = xstrdup(id);
	free(id);
	return 0;
}

/* A line of the hint that lists conversations. */
static void add_line(struct fault *f, const struct kept *kept)
{
	fault_hint(f, "%s  %s", kept->id, kept->title);
}

static void ambiguous(const struct paths *paths, const struct wanted *w, struct fault *f)
{
	int (*fits)(const char *, const char *) = w->begins ? begins : ends;
	struct kept_list list;
	size_t n = w->begins ? w->begins : w->ends, shown = 0;
	fault_set(f, HN_ERR_USAGE, NULL, "\"%s\" %s %zu conversations:", w->said,
		w->begins ? "is the beginning of" : "is the end of", n);
	store_list(paths, &list, NULL, NULL);
	for (size_t i = 0; i < list.n && shown < AMBIGUOUS_MOST; i++)
		if (fits(list.all[i].id, w->said) && ++shown)
			add_line(f, &list.all[i]);
	if (n > shown)
		fault_hint(f, "and %zu more: %s lists them", n - shown, w->lister);
	kept_list_free(&list);
}

/* The distance of an id, its beginning or its end from what was said; -1: not near. One digit in three may
 * differ: of many ids that end in four digits, nearly any two ends are two digits apart. */
static int distance(const char *id, const char *said)
{
	struct nearest near = NEAREST(str_of(said));
	size_t n = strlen(id), m = strlen(said);
	char *beginning = xmemdup0(id, m < n ? m : n);
	nearest_offer(&near, id);
	nearest_offer(&near, beginning);
	nearest_offer(&near, id + (m < n ? n - m : 0));
	int is_near = nearest_best(&near) && 3 * near.distance <= m + 1;
	free(beginning);
	return is_near ? (int)near.distance : -1;
}

/* The nearest ones, those used last first among equals; their number. */
static size_t nearest_kept(
	const struct kept_list *list, const char *said, const struct kept *near[NEAR_MOST])
{
	int distances[NEAR_MOST];
	size_t n = 0;
	for (size_t i = 0; i < list->n; i++) {
		int d = distance(list->all[i].id, said);
		size_t at = n;
		while (d >= 0 && at > 0 && distances[at - 1] > d)
			at--;
		if (d < 0 || at == NEAR_MOST)
			continue;
		n += n < NEAR_MOST;
		memmove(distances + at + 1, distances + at, (n - at - 1) * sizeof *distances);
		memmove(near + at + 1, near + at, (n - at - 1) * sizeof *near);
		distances[at] = d;
		near[at] = &list->all[i];
	}
	return n;
}

/* Reports that nothing matches, and which titles and ids are near. */
static void unknown(const struct paths *paths, const struct wanted *w, struct fault *f)
{
	const char *said = w->said;
	const struct kept *near[NEAR_MOST];
	struct kept_list list;
	store_list(paths, &list, NULL, NULL);
	size_t n = nearest_kept(&list, said, near);
	fault_set(f, HN_ERR_USAGE, NULL,
		"no conversation \"%s\"%s", said, n ? "; did you mean one of these?" : "");
	for (size_t i = 0; i < n; i++)
		add_line(f, near[i]);
	if (!n)
		fault_hint(f, "%s lists them", w->lister);
	kept_list_free(&list);
}

/* Frees all notes but the one that is returned. */
static char *choose(struct wanted *w, char *chosen)
{
	char *all[] = { w->exact, w->first_begins, w->first_ends };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i] != chosen)
			free(all[i]);
	return chosen;
}

/* 1 if there is a file of that whole id, be it in a folder that cannot be listed. */
static int is_there(const struct paths *paths, const char *id)
{
	char *path = store_path(paths, id);
	struct stat st;
	int there = path && lstat(path, &st) == 0;
	free(path);
	return there;
}

/* The whole id, else the only beginning, else the only end. */
char *store_find(const struct paths *paths, const char *said, const char *lister, struct fault *f)
{
	struct wanted w = { .said = said, .lister = lister };
	if (!store_is_id(said)) {
		fault_set(f, paths->state ? HN_ERR_USAGE : HN_ERR_CONFIG, NULL, "\"%s\" is not the id of a conversation", said);
		fault_hint(f, "%s lists them", lister);
		return NULL;
	}
	if (store_files(paths, put_name, &w, f)) {
		if (!w.exact && !is_there(paths, said)) {
			f->kind = paths->state ? HN_ERR_USAGE : f->kind;
			return choose(&w, NULL);
		}
		fault_free(f);
		return choose(&w, w.exact ? w.exact : xstrdup(said));
	}
	if (w.exact)
		return choose(&w, w.exact);
	if (w.begins == 1)
		return choose(&w, w.first_begins);
	if (w.begins == 0 && w.ends == 1)
		return choose(&w, w.first_ends);
	if (w.begins || w.ends)
		ambiguous(paths, &w, f);
	else
		unknown(paths, &w, f);
	return choose(&w, NULL);
}
