/* SPDX-License-Identifier: MIT */
/* unknown: the error for an unknown command, with the name that was probably meant. */
#include "commands/commands_private.h"

#include <string.h>

#include "util/nearest.h"

/* 1 if one name begins with the other: "/exitcode" with "/exit", "/clear" with "/cl". */
static int same_stem(hn_str name, const char *known)
{
	hn_str k = str_of(known);

	return known && (str_begins(name, known) || (k.n > name.n && !memcmp(k.p, name.p, name.n)));
}

/* The command that a wrong name begins with, or that begins with it; NULL if no name matches. */
static const char *stem_of(const struct command_list *k, hn_str name)
{
	for (size_t i = 0; i < k->n; i++) {
		if (same_stem(name, k->table[i].name))
			return k->table[i].name;
		if (same_stem(name, k->table[i].alias))
			return k->table[i].alias;
	}
	for (size_t i = 0; i < k->commands->n_own; i++)
		if (same_stem(name, k->commands->own[i]->name))
			return k->commands->own[i]->name;
	return NULL;
}

void command_unknown(const struct command_list *k, hn_str name, struct command_result *r)
{
	const char *stem = stem_of(k, name);
	struct nearest near = NEAREST(stem ? str_of(stem) : name);
	struct buf guess = BUF(BUF_NO_CAP);

	for (size_t i = 0; i < k->n; i++) {
		nearest_offer(&near, k->table[i].name);
		if (k->table[i].alias)
			nearest_offer(&near, k->table[i].alias);
	}
	for (size_t i = 0; i < k->commands->n_own; i++)
		nearest_offer(&near, k->commands->own[i]->name);
	nearest_add(&near, "", &guess);
	fault_set(&r->fault, HN_ERR_USAGE, NULL, "unknown command %.*s%s", (int)name.n, name.p,
		guess.n ? guess.p : ": /help lists them");
	buf_free(&guess);
}
