/* SPDX-License-Identifier: MIT */
/* md_langs: what the lexer of code knows of a family of languages. */
#ifndef HOBNOB_MARKDOWN_MD_LANGS_H
#define HOBNOB_MARKDOWN_MD_LANGS_H

#include <stddef.h>

#define MD_NAME 18 /* bytes of the longest keyword, and of the longest name of a language */

struct md_lang {
	const char *names;  /* after the fence */
	const char *words;  /* keywords */
	const char *quotes; /* what begins and ends a string */
	const char *line;   /* what begins a comment to the end of the line; NULL: nothing does */
	const char *first;  /* what may begin a keyword besides letters, or NULL */
	unsigned char block;    /* there are comments between slash-star and star-slash */
	unsigned char apart;    /* a comment begins a word */
	unsigned char triple;   /* three quotes begin a string of several lines */
	unsigned char spans;    /* any string may have several lines */
	unsigned char any_case; /* keywords may be in capitals */
	unsigned char diff;     /* the first character colours the line */
};

/* The family by the words after a fence, or NULL. */
const struct md_lang *md_lang_of(const char *name, size_t n);
/* 1 if it is a keyword. */
int md_lang_has(const struct md_lang *, const char *word, size_t n);

#endif
