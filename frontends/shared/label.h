/* SPDX-License-Identifier: MIT */
/* label: how "You:" and the names of those who answer look: bold, in a colour of the theme. */
#ifndef HOBNOB_FRONTENDS_LABEL_H
#define HOBNOB_FRONTENDS_LABEL_H

#include "markdown/md_terminal.h"
#include "shared/services.h"

#define LABEL_ROOM 24 /* bytes of an escape sequence */

/* What a label begins with, in out: an escape sequence, or "" where the flags (HN_START_*) or the theme have no colours. Returns out. */
const char *label_on(const struct services *, hn_session *, uint32_t flags, enum md_label who, char out[LABEL_ROOM]);
/* What ends it after that beginning. */
const char *label_off(const char *on);

#endif
