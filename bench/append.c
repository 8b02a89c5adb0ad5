/* SPDX-License-Identifier: MIT */
/*
 * bench/append: what it costs to append a message to a short journal and to a long one.
 *
 * Both are made in FOLDER (the working directory if none is named), gone on with, and removed. The
 * best of some passes counts, and they take turns.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "store/journal.h"
#include "util/mem.h"

#define APPENDS 2000
#define ROUNDS 7
#define CREATED INT64_C(1795408920456)

static const size_t sizes[] = { 10, 100000 }; /* messages */
#define SIZES (sizeof sizes / sizeof *sizes)

/* Monotonic time in us. */
static double now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Appends so many messages; ends the program if that fails. */
static void append(struct journal *j, size_t n, uint64_t *last)
{
	struct message *m = message_new();
	m->role = HN_ROLE_USER;
	m->text = xstrdup("some words that a conversation is made of, and others that it is not");
	m->n = strlen(m->text);
	for (size_t i = 0; i < n; i++) {
		m->parent = *last;
		m->id = ++*last;
		if (journal_message(j, m))
			exit(1);
	}
	message_free(m);
}

/* Makes a journal of so many messages. Its id. */
static char *make(const char *dir, size_t n, uint64_t *last, struct log *log)
{
	struct journal *j = journal_new(dir, CREATED, log);
	append(j, n, last);
	char *id = xstrdup(journal_id(j));
	journal_free(j);
	return id;
}

/* Goes on with a journal. us an append. */
static double pass(const char *dir, const char *id, uint64_t *last, struct log *log)
{
	struct conversation c;
	const char *copied;
	struct fault f = { 0 };
	struct journal *j = journal_resume(dir, id, CREATED, log, &c, &copied, &f);
	conversation_free(&c);
	if (!j) {
		fprintf(stderr, "append: %s\n", f.message);
		exit(1);
	}
	double start = now_us();
	append(j, APPENDS, last);
	double took = now_us() - start;
	journal_free(j);
	return took / APPENDS;
}

/* Prints a line a size, and the ratio. */
int main(int argc, char **argv)
{
	const char *dir = argc > 1 ? argv[1] : ".";
	struct log log = { .level = 0 };
	char *ids[SIZES];
	uint64_t last[SIZES] = { 0, 0 };
	double best[SIZES];
	for (size_t i = 0; i < SIZES; i++)
		ids[i] = make(dir, sizes[i], &last[i], &log);
	for (int round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < SIZES; i++) {
			double us = pass(dir, ids[i], &last[i], &log);
			best[i] = round == 0 || us < best[i] ? us : best[i];
		}
	for (size_t i = 0; i < SIZES; i++) {
		char *path = xasprintf("%s/%s.jsonl", dir, ids[i]);
		printf("behind %6zu messages: %.2f us an append\n", sizes[i], best[i]);
		unlink(path);
		free(path);
		free(ids[i]);
	}
	printf("ratio %.2f\n", best[1] / best[0]);
	return 0;
}
