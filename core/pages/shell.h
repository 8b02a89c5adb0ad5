/* SPDX-License-Identifier: MIT */
/* shell: what the completions of all shells share: which kind of word an argument is. */
#ifndef HOBNOB_PAGES_SHELL_H
#define HOBNOB_PAGES_SHELL_H

#include "cli/cli.h"
#include "cli/verb.h"

/* Appends the kind of an option's value: "providers", "frontends", "profiles", "prompts", "sessions", "options"
 * (KEY=VALUE), "files", "dirs", "system" (@FILE), "words WORD..." (one of these) or "text" (unknown). Returns 0, and
 * appends nothing, if it takes no value. */
int shell_value_kind(const struct cli_switch *, struct buf *out);
/* The same of word n (from 0) after a verb: "plugins", "prompts", "settings", "sessions", "files", "dirs", "words WORD...". 0:
 * unknown, or there is no such word. */
int shell_word_kind(const struct verb *, size_t n, struct buf *out);
/* The words that a setting takes, separated by blanks; NULL if there is no fixed set of them. */
const char *shell_setting_words(enum setting);
/* The kind of a setting's value if hobnob can print all values: "providers" ...; or NULL. */
const char *shell_setting_names(enum setting);

/* Calls take() for every visible verb, with its sub-command. */
void shell_each_verb(struct buf *out, void (*take)(struct buf *out, const struct subcommand *, const struct verb *));

#endif
