/* SPDX-License-Identifier: MIT */
/*
 * pages_main: fills a template: `pages TEMPLATE [HEADER]` prints it with every @NAME@ replaced; with
 * HEADER, which is hobnob/plugin.h, also lines @NAME WORD@.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pages/pages.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/paths.h"
#include "pages/plugin_page.h"
#include "util/file.h"
#include "util/mem.h"

#define TEMPLATE_MAX ((size_t)1 << 20)

/* A whole line that tables replace. */
static const struct {
	const char *name;
	void (*make)(struct buf *out);
} blocks[] = {
	{ "@man_switches@", man_switches },
	{ "@man_subcommands@", man_subcommands },
	{ "@man_commands@", man_commands },
	{ "@man_settings@", man_settings },
	{ "@man_names@", man_names },
	{ "@man_exits@", man_exits },
	{ "@man_skeletons@", man_skeletons },
	{ "@bash_wants@", bash_wants },
	{ "@bash_switches@", bash_switches },
	{ "@bash_subcommands@", bash_subcommands },
	{ "@bash_settings@", bash_settings },
	{ "@bash_verbs@", bash_verbs },
	{ "@bash_arguments@", bash_arguments },
	{ "@bash_values@", bash_values },
	{ "@zsh_switches@", zsh_switches },
	{ "@zsh_subcommands@", zsh_subcommands },
	{ "@zsh_settings@", zsh_settings },
	{ "@zsh_values@", zsh_values },
	{ "@zsh_verbs@", zsh_verbs },
	{ "@fish_valued@", fish_valued },
	{ "@fish_switches@", fish_switches },
	{ "@fish_subcommands@", fish_subcommands },
	{ "@fish_values@", fish_values },
	{ "@fish_settings@", fish_settings },
};

/* A whole line of such a name and a word, which the header replaces. */
static const struct {
	const char *name;
	void (*make)(struct buf *out, const struct header *, const char *word);
} parts[] = {
	{ "@constants ", page_constants },
	{ "@struct ", page_struct },
	{ "@entry ", page_entry },
	{ "@where ", page_where },
	{ "@customary ", page_customary },
	{ "@limits ", page_limits },
};

/* A word within a line. */
static const struct {
	const char *name, *text;
} words[] = {
	{ "@VERSION@", PACKAGE_VERSION },
	{ "@PKGDATADIR@", PKGDATADIR },
	{ "@PLUGINDIR@", PLUGINDIR },
	{ "@DOCDIR@", DOCDIR },
};

/* 1 if a line stands for a block; then makes the block. */
static int add_block(struct buf *out, hn_str line)
{
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
		if (str_is(line, blocks[i].name)) {
			blocks[i].make(out);
			return 1;
		}
	return 0;
}

/* 1 if a line stands for a part of the header; then makes it. */
static int add_part(struct buf *out, const struct header *header, hn_str line)
{
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		size_t n = strlen(parts[i].name);
		if (!str_begins(line, parts[i].name))
			continue;
		char *word = xmemdup0(line.p + n, line.n - n - 1);
		parts[i].make(out, header, word);
		free(word);
		return 1;
	}
	return 0;
}

/* Adds a piece of a line up to the next word to be replaced, and its replacement; returns the bytes
 * used. */
static size_t add_piece(struct buf *out, hn_str line)
{
	for (size_t at = 0; at < line.n; at++)
		for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
			if (!str_begins((hn_str){ line.p + at, line.n - at }, words[i].name))
				continue;
			buf_add(out, line.p, at);
			buf_adds(out, words[i].text);
			return at + strlen(words[i].name);
		}
	buf_addstr(out, line);
	return line.n;
}

/* Adds a line of the template, filled. */
static void add_line(struct buf *out, const struct header *header, hn_str line)
{
	if (add_block(out, line) || (header->n && add_part(out, header, line)))
		return;
	while (line.n) {
		size_t n = add_piece(out, line);
		line = (hn_str){ line.p + n, line.n - n };
	}
	buf_addc(out, '\n');
}

/* Fills all of a template. */
static void fill(hn_str text, const struct header *header, struct buf *out)
{
	while (text.n) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end ? (size_t)(end - text.p) : text.n;
		add_line(out, header, (hn_str){ text.p, n });
		n += end != NULL;
		text = (hn_str){ text.p + n, text.n - n };
	}
}

int main(int argc, char **argv)
{
	struct buf in = BUF(TEMPLATE_MAX), declarations = BUF(TEMPLATE_MAX), out = BUF(BUF_NO_CAP);
	struct header header = { 0 };
	struct fault f = { 0 };
	int bad = argc < 2 || argc > 3 || file_read(argv[1], TEMPLATE_MAX, &in, &f) ||
		  (argc == 3 && file_read(argv[2], TEMPLATE_MAX, &declarations, &f));
	if (!bad) {
		header_read(&header, buf_str(&declarations));
		fill(buf_str(&in), &header, &out);
		bad = fwrite(out.p, 1, out.n, stdout) != out.n || fflush(stdout);
		fputs(bad ? strerror(errno) : "", stderr);
	} else {
		fprintf(stderr, "pages: %s\n", f.kind ? f.message : "usage: pages TEMPLATE [HEADER]");
	}
	fault_free(&f);
	header_free(&header);
	buf_free(&in);
	buf_free(&declarations);
	buf_free(&out);
	return bad ? EXIT_FAILURE : EXIT_SUCCESS;
}
