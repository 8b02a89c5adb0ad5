/* SPDX-License-Identifier: MIT */
/* matches: what Tab offers, each with its word of help, as long as the screen has a row for each. */
#ifndef HOBNOB_FRONTENDS_READLINE_MATCHES_H
#define HOBNOB_FRONTENDS_READLINE_MATCHES_H

#include "shared/services.h"

/* Forgets what was offered before; and its memory, too. */
void matches_begin(void);
void matches_close(void);
/* What the word, which the caller's later list holds too, is about; made safe to show. Without memory it has no help. */
void matches_note(const hn_text *, const char *word, hn_str help);
/* Readline's rl_completion_display_matches_hook for them; NULL: readline shows them as it does, in columns of words alone. */
void (*matches_hook(void))(char **words, int n, int longest);

#endif
