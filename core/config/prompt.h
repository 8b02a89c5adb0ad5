/* SPDX-License-Identifier: MIT */
/*
 * prompt: prompt files: messages to be sent again and again, with variables and settings of their own.
 *
 * A prompt file is NAME.md in the user's folder for them. A head may come first, YAML between two lines of ---: a
 * description, and settings. All else is the message. {{name}} in it is a variable, {{name=default}} one that need not be
 * given, {{input}} what the user says beside it, and \{{ stands for {{. No value is looked at again.
 */
#ifndef HOBNOB_CONFIG_PROMPT_H
#define HOBNOB_CONFIG_PROMPT_H

#include "config/paths.h"
#include "config/yaml.h"
#include "util/buf.h"
#include "util/fault.h"

#define PROMPT_ENDING ".md"
#define PROMPT_INPUT "input" /* the variable that is what the user says beside it */
#define PROMPT_CAP ((size_t)1 << 20) /* bytes of a file */
#define PROMPT_VARS_MOST 100

struct prompt_var {
	char *name;
	hn_str fallback;         /* borrowed from the file */
	int has_fallback;        /* it need not be given */
	int line;                /* where it stands first */
};

/* A file that was read and checked; zero-initialise. */
struct prompt {
	char *name, *path;
	struct buf file;
	hn_str text;             /* the message, without blank lines around it; borrowed from the file */
	int text_line;           /* where it begins */
	struct ynode *head;      /* NULL: none */
	const char *description; /* of the head, or NULL */
	struct prompt_var *vars; /* each once, in their order */
	size_t n_vars, cap_vars;
};

/* Reads that prompt file. 0; HN_ERR_USAGE with a fault: there is no such file, or no file can have such a name;
 * HN_ERR_CONFIG: it cannot be used. */
int32_t prompt_open(const struct paths *, hn_str name, struct prompt *, struct fault *);
void prompt_free(struct prompt *);

/* What the user gave a variable. */
struct prompt_value { hn_str name, value; };
/* How values are given, for hints: lead, then for each variable `each`, NAME=VALUE. A text that begins with
 * NAME=VALUE needs `escape` before it; NULL: it cannot be mistaken. */
struct prompt_ways { const char *lead, *each, *escape; };
/* Appends the message with its values; of two for one variable the later counts. A blank input is left out; any other
 * follows the message where the file has no {{input}}. beside: something else goes with the message, so that {{input}} may be empty.
 * 0, or HN_ERR_USAGE with a fault: a variable is unknown or has no value, or out is full. */
int32_t prompt_fill(const struct prompt *, const struct prompt_value *, size_t n, hn_str input, int beside,
	const struct prompt_ways *, struct buf *out, struct fault *);

/* The names of the files that there are, by their bytes. */
struct prompt_names { char **all; size_t n, cap; };
/* 0, or HN_ERR_CONFIG with a fault: the folder cannot be read. One that does not exist is empty. */
int32_t prompt_names(const struct paths *, struct prompt_names *, struct fault *);
void prompt_names_free(struct prompt_names *);
/* 1 if a file can have that name: UTF-8 without / and blanks, which begins with neither a dot nor a dash. */
int prompt_name_fits(hn_str name);

#endif
