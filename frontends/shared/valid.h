/* SPDX-License-Identifier: MIT */
/* valid: makes bytes from outside the valid UTF-8 that all text across the plugin line has to
 * be. */
#ifndef HOBNOB_FRONTENDS_VALID_H
#define HOBNOB_FRONTENDS_VALID_H

#include "hobnob/plugin.h"

/* Returns `in` if it is valid, else a copy in *made (the caller frees it) with U+FFFD for each
 * maximal invalid piece. *made is NULL when nothing was copied; without memory the result is
 * empty. */
hn_str valid_text(hn_str in, char **made);

#endif
