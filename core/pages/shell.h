/* SPDX-License-Identifier: MIT */
/* shell: what the completions of all shells share: which kind of word an argument is. */
#ifndef HOBNOB_PAGES_SHELL_H
#define HOBNOB_PAGES_SHELL_H

#include "cli/cli.h"
#include "cli/verb.h"

/* The kind of an option's value: "providers", "frontends", "profiles", "sessions", "options"
 * (KEY=VALUE), "files", "dirs", "system" (@FILE) or "text" (nothing is known of it); NULL if it takes
 * none. */
const char *shell_value_kind(const struct cli_switch *);
/* The kind of word n (from 0) behind a verb: "plugins", "settings", "sessions", "files"; NULL: nothing
 * is known of it, or there is none. */
const char *shell_word_kind(const struct verb *, size_t n);
/* The words that a setting takes, separated by blanks; NULL if they are not to be counted. */
const char *shell_setting_words(enum setting);
/* The kind of a setting's value if hobnob prints all that there are: "providers" ...; or NULL. */
const char *shell_setting_names(enum setting);

/* Calls take() for every verb that is shown, with its sub-command. */
void shell_each_verb(struct buf *out, void (*take)(struct buf *out, const struct subcommand *, const struct verb *));

#endif
