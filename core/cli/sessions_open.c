/* SPDX-License-Identifier: MIT */
/* sessions_open: the conversation that a word means, for all verbs of `hobnob sessions`. */
#include "call/kind.h"
#include "cli/output.h"
#include "cli/sessions_private.h"

char *sessions_find(struct runtime *rt, const char *said, int *status)
{
	struct fault f = { 0 };
	char *id = store_find(&rt->paths, said, STORE_LISTER, &f);
	if (!id)
		*status = cli_fault(rt, &f);
	return id;
}

int sessions_open(
	struct runtime *rt, const char *said, char **id, struct conversation *out, int *status)
{
	struct fault f = { 0 };
	conversation_init(out);
	*id = sessions_find(rt, said, status);
	if (!*id)
		return -1;
	if (store_read(&rt->paths, *id, out, &f) == 0)
		return 0;
	*status = cli_fault(rt, &f);
	return -1;
}
