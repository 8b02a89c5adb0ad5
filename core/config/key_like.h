/* SPDX-License-Identifier: MIT */
/* key_like: recognises words that look like keys. */
#ifndef HOBNOB_CONFIG_KEY_LIKE_H
#define HOBNOB_CONFIG_KEY_LIKE_H

#include "hobnob/plugin.h"

/* 1 if text holds a word that begins as keys do ("sk-" and 16 more). */
int key_like(hn_str text);

#endif
