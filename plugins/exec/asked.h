/* SPDX-License-Identifier: MIT */
/* asked: a request as the program reads it (docs/exec.md). */
#ifndef HOBNOB_PLUGINS_EXEC_ASKED_H
#define HOBNOB_PLUGINS_EXEC_ASKED_H

#include "util/buf.h"

/* Appends one line of JSON. */
void asked_write(const hn_request *, struct buf *out);

#endif
