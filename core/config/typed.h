/* SPDX-License-Identifier: MIT */
/* typed: text to values, for settings and for the options of plugins alike. Pure. */
#ifndef HOBNOB_CONFIG_TYPED_H
#define HOBNOB_CONFIG_TYPED_H

#include <stdint.h>

#include "config/yaml.h"
#include "util/buf.h"

/* Each returns 0, or -1 if the text is invalid. */
int typed_bool(const char *text, int64_t *out);   /* true false yes no on off 1 0 */
int typed_int(const char *text, int64_t *out);    /* decimal digits, a sign */
int typed_number(const char *text, double *out);  /* decimal, with fraction and exponent; finite */
/* seconds, or with ms, s, m, h; decimals allowed */
int typed_time(const char *text, int64_t *ms);
/* columns, 20 to 1000; auto: 0; off: -1 */
int typed_wrap(const char *text, int64_t *out);
int typed_name(hn_str text);                      /* [a-z0-9][a-z0-9_-]* */
/* one of the words, which are separated by one space */
int typed_word(const char *text, const char *words);

/* A list, or a map as keys and values in turn. */
struct typed_items { hn_str *items; size_t n; };
/* From text: a JSON array or object of scalars; a list may also be written with commas, blanks
 * around items taken off. */
int typed_list(const char *text, struct typed_items *out);
int typed_map(const char *text, struct typed_items *out);
/* From a node: a list or a map of scalars; a scalar is a list of one. */
int typed_node_list(const struct ynode *, struct typed_items *out);
int typed_node_map(const struct ynode *, struct typed_items *out);
/* As JSON text: an array of strings, or an object. */
char *typed_items_json(const struct typed_items *, int is_map);
void typed_items_copy(struct typed_items *to, const struct typed_items *from); /* deep */
void typed_items_free(struct typed_items *);

#endif
