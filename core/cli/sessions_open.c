/* SPDX-License-Identifier: MIT */
/* sessions_open: the conversation that a word means, for all verbs of `hobnob sessions`. */
#include "call/kind.h"
#include "cli/output.h"
#include "cli/sessions_private.h"

/* Says what is wrong. */
int sessions_error(struct runtime *rt, int32_t code, char *error)
{
	return cli_error_take(rt, rt->paths.state ? code : HN_ERR_CONFIG, error);
}

/* The id that is meant. */
char *sessions_find(struct runtime *rt, const char *said, int *status)
{
	char *error = NULL, *id = store_find(&rt->paths, said, &error);
	if (!id)
		*status = sessions_error(rt, HN_ERR_USAGE, error);
	return id;
}

/* The conversation that is meant. */
int sessions_open(
	struct runtime *rt, const char *said, char **id, struct conversation *out, int *status)
{
	char *error = NULL;
	conversation_init(out);
	*id = sessions_find(rt, said, status);
	if (!*id)
		return -1;
	if (store_read(&rt->paths, *id, out, &error) == 0)
		return 0;
	*status = sessions_error(rt, HN_ERR_OUTPUT, error);
	return -1;
}
