/* SPDX-License-Identifier: MIT */
/* steps: which step of a script plays next; and what frees them all. */
#include "script.h"

#include <json-c/json.h>
#include <stdlib.h>

void script_free(struct script *script)
{
	if (!script)
		return;
	for (size_t i = 0; i < script->n; i++) {
		if (script->steps[i].has_match)
			regfree(&script->steps[i].match);
		free(script->steps[i].chunks);
		things_free(&script->steps[i].things);
	}
	free(script->steps);
	json_object_put(script->json);
	free(script);
}

/* Takes one use of a step; 0 if it is used up. */
static int take(struct step *s)
{
	int64_t used = atomic_load(&s->used);
	if (s->times == 0)
		return 1;
	while (used < s->times)
		if (atomic_compare_exchange_weak(&s->used, &used, used + 1))
			return 1;
	return 0;
}

struct step *script_next(struct script *script, const char *message)
{
	for (size_t i = 0; i < script->n; i++) {
		struct step *s = &script->steps[i];
		if ((!s->has_match || regexec(&s->match, message, 0, NULL, 0) == 0) && take(s))
			return s;
	}
	return NULL;
}
