/* SPDX-License-Identifier: MIT */
/* locate: finds where something stands in a JSON text that is known to be valid, so that an error
 * message can name the line. */
#ifndef HOBNOB_PLUGINS_MOCK_LOCATE_H
#define HOBNOB_PLUGINS_MOCK_LOCATE_H

#include "hobnob/plugin.h"

/* All return offsets into text; `at` is where a value begins. A value that is missing gives `at`
 * itself. */
size_t locate_member(hn_str text, size_t at, const char *key); /* the key's own place */
size_t locate_value(hn_str text, size_t key);                  /* the value after a key's place */
size_t locate_element(hn_str text, size_t at);                 /* the first element of an array */
size_t locate_next(hn_str text, size_t at);                    /* the element after this one */
/* The line of an offset, from 1. */
unsigned locate_line(hn_str text, size_t at);

#endif
