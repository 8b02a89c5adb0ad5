/* SPDX-License-Identifier: MIT */
/* fuzz_dotenv: a .env is pairs that can be found again, or is refused with a reason; where it is found,
 * what was refused is skipped, and what was not reads the same. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "config/dotenv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dotenv env;
	struct fault f = { 0 };
	int rc = dotenv_read((hn_str){ (const char *)data, size }, "f", &env, &f);
	MUST(rc ? f.kind && !env.n : !f.kind);
	for (size_t i = 0; i < env.n; i++)
		MUST(*env.pairs[i].name && dotenv_get(&env, env.pairs[i].name) == &env.pairs[i]);
	struct dotenv found;
	char *skipped = NULL;
	dotenv_read_found((hn_str){ (const char *)data, size }, "f", &found, &skipped);
	for (size_t i = 0; i < found.n; i++) {
		const struct dotenv_pair *p = &found.pairs[i], *same = dotenv_get(&env, p->name);
		MUST(dotenv_get(&found, p->name) == p && (!p->fault || (skipped && !*p->value)));
		MUST(rc || (same && !p->fault && !strcmp(p->value, same->value)));
	}
	MUST(rc || (!skipped && found.n == env.n));
	dotenv_free(&found);
	free(skipped);
	dotenv_free(&env);
	fault_free(&f);
	return 0;
}
