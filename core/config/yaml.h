/* SPDX-License-Identifier: MIT */
/*
 * yaml: a YAML file as a tree, by libyaml's events. Types are the table's business, so a scalar
 * stays text. Refused, with line and column: more than one document, duplicate keys, keys that are
 * not scalars, anchors, aliases and tags, depth beyond 16, more than 1 MiB, control characters,
 * invalid UTF-8.
 */
#ifndef HOBNOB_CONFIG_YAML_H
#define HOBNOB_CONFIG_YAML_H

#include <stddef.h>

#include "util/buf.h"
#include "util/fault.h"

enum ynode_kind { Y_SCALAR, Y_LIST, Y_MAP };

struct ynode {
	enum ynode_kind kind;
	int line;              /* from 1 */
	int plain;             /* scalar: unquoted (a plain null, ~ or nothing is "not set") */
	char *key;             /* in a map: the key, and its line; else NULL */
	int key_line;
	char *text;            /* scalar */
	struct ynode *items;   /* list, map: n children */
	size_t n;
};

/* Reads text; `name` is for messages. NULL and a fault ("NAME:LINE: what") if it is
 * refused. An empty document is an empty map. */
struct ynode *yaml_read(hn_str text, const char *name, struct fault *);
struct ynode *yaml_file(const char *path, struct fault *);
/* Not yaml_free: libyaml exports one of its own. */
void ynode_free(struct ynode *);
/* Child of a map by key, or NULL (also when m is NULL or not a map). */
const struct ynode *yaml_get(const struct ynode *m, const char *key);
/* 1 if the node is null: plain, and ~, null or nothing. */
int yaml_is_null(const struct ynode *);
/* A node as JSON text: scalars as true/false/null/number where YAML 1.2's core schema reads them
 * so when plain, else strings. */
char *yaml_json(const struct ynode *);

#endif
