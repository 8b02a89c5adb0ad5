/* SPDX-License-Identifier: MIT */
/* mention: files that a person names in a message. */
#include "shared/mention.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "util/ascii.h"

static int is_file(hn_str path)
{
	char name[PATH_MAX];
	struct stat st;

	if (path.n == 0 || path.n >= sizeof name || memchr(path.p, '\0', path.n))
		return 0;
	memcpy(name, path.p, path.n);
	name[path.n] = '\0';
	return stat(name, &st) == 0 && S_ISREG(st.st_mode);
}

/* The file that a word names: the whole word, or what stands before the marks that end a sentence. */
static hn_str file_of(hn_str word)
{
	while (word.n && !is_file(word)) {
		if (!strchr(",.;:!?)\"'", word.p[word.n - 1]))
			word.n = 0;
		else
			word.n--;
	}
	return word;
}

/* The next mention, whatever came before it. */
static int find(hn_str text, size_t *at, hn_str *path)
{
	for (size_t i = *at; i < text.n; i++) {
		size_t end = i + 1;

		if (text.p[i] != '@' || (i > 0 && !ascii_is_space(text.p[i - 1]) && text.p[i - 1] != '('))
			continue;
		while (end < text.n && !ascii_is_space(text.p[end]))
			end++;
		*path = file_of((hn_str){ text.p + i + 1, end - i - 1 });
		*at = end;
		if (path->n)
			return 1;
		i = end - 1;
	}
	return 0;
}

static int is_in(const struct mentions *m, hn_str path)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->paths[i].n == path.n && !memcmp(m->paths[i].p, path.p, path.n))
			return 1;
	return 0;
}

void mentions_find(struct mentions *m, hn_str text)
{
	size_t at = 0;
	hn_str path;

	m->n = 0;
	while (text.n <= MENTION_TEXT_MOST && m->n < MENTIONS_MOST && find(text, &at, &path))
		if (!is_in(m, path))
			m->paths[m->n++] = path;
}
