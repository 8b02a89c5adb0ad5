/* SPDX-License-Identifier: MIT */
/* shell: what the completions of all shells share: which kind of word an argument is. */
#ifndef HOBNOB_PAGES_SHELL_H
#define HOBNOB_PAGES_SHELL_H

#include "cli/cli.h"
#include "cli/verb.h"

/* The kind of an option's value: "providers", "frontends", "profiles", "sessions", "options"
 * (KEY=VALUE), "files", "dirs", "system" (@FILE) or "text" (unknown); NULL if it takes no value. */
const char *shell_value_kind(const struct cli_switch *);
/* The kind of word n (from 0) after a verb: "plugins", "settings", "sessions", "files"; NULL:
 * unknown, or there is no such word. */
const char *shell_word_kind(const struct verb *, size_t n);
/* The words that a setting takes, separated by blanks; NULL if there is no fixed set of them. */
const char *shell_setting_words(enum setting);
/* The kind of a setting's value if hobnob can print all values: "providers" ...; or NULL. */
const char *shell_setting_names(enum setting);

/* Calls take() for every visible verb, with its sub-command. */
void shell_each_verb(struct buf *out, void (*take)(struct buf *out, const struct subcommand *, const struct verb *));

#endif
