/* SPDX-License-Identifier: MIT */
/* complete: the session's completions, in readline's form. */
#ifndef HOBNOB_FRONTENDS_READLINE_COMPLETE_H
#define HOBNOB_FRONTENDS_READLINE_COMPLETE_H

#include "shared/services.h"

/* What readline's completer returns for the word that ends at the cursor: NULL, or an array that
 * readline frees: the common prefix, each word, NULL. Words that are not safe to show are left out. */
char **complete_words(const struct services *, hn_session *, hn_str line, size_t cursor);

#endif
