/* SPDX-License-Identifier: MIT */
/* fuzz_dotenv: a .env is pairs that can be found again, or is refused with a reason. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "config/dotenv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dotenv env;
	char *error = NULL;
	int rc = dotenv_read((hn_str){ (const char *)data, size }, "f", &env, &error);
	MUST(rc ? error && !env.n : !error);
	for (size_t i = 0; i < env.n; i++)
		MUST(*env.pairs[i].name && dotenv_get(&env, env.pairs[i].name) == &env.pairs[i]);
	dotenv_free(&env);
	free(error);
	return 0;
}
