/* SPDX-License-Identifier: MIT */
/*
 * pages: the manual's pages and the shells' completions, made at build time: handwritten templates,
 * in which generated text from hobnob's own tables replaces each line @NAME@.
 */
#ifndef HOBNOB_PAGES_PAGES_H
#define HOBNOB_PAGES_PAGES_H

#include "util/buf.h"

/* ---- for the manual, mdoc(7) macros; man.c ---- */
void man_switches(struct buf *out);     /* the options of the command line */
void man_subcommands(struct buf *out);  /* with their verbs */
void man_commands(struct buf *out);     /* of a conversation */
void man_settings(struct buf *out);     /* with types, defaults and rules */
void man_names(struct buf *out);        /* the settings' environment names */
void man_exits(struct buf *out);        /* exit statuses, and the kinds of error with each */
void man_skeletons(struct buf *out);    /* the languages of plugins new, and what builds each */

/* ---- for the shells; shell_bash.c, shell_zsh.c, shell_fish.c ---- */
void bash_wants(struct buf *out);       /* case entries: an option, and the kind of its value */
void bash_switches(struct buf *out);    /* all options, as one line of words */
void bash_subcommands(struct buf *out); /* likewise */
void bash_settings(struct buf *out);    /* likewise, KEY= */
void bash_verbs(struct buf *out);       /* case entries: a sub-command, and its verbs */
void bash_arguments(struct buf *out);   /* case entries: a verb's n-th word, and its kind */
void bash_values(struct buf *out);      /* case entries: a setting's key, and its values */
void zsh_switches(struct buf *out);     /* specs for _arguments */
void zsh_subcommands(struct buf *out);  /* 'NAME:HELP' */
void zsh_settings(struct buf *out);     /* 'KEY:HELP' */
void zsh_values(struct buf *out);       /* case entries: a setting's key, and its values */
void zsh_verbs(struct buf *out);        /* case entries with 'NAME:HELP' */
void fish_valued(struct buf *out);      /* the options that take a value, as one line of words */
void fish_switches(struct buf *out);    /* complete commands */
void fish_subcommands(struct buf *out); /* likewise, verbs and their words included */
void fish_values(struct buf *out);      /* case entries: a setting's key, and its values */
void fish_settings(struct buf *out);    /* lines of KEY=, a tab, help */

#endif
