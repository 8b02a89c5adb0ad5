/* SPDX-License-Identifier: MIT */
/* fuzz_yaml: a config file is a tree that can be said as JSON, or is refused with a reason. */
#include "fuzz.h"

#include <stdlib.h>

#include "config/yaml.h"
#include "util/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fault f = { 0 };
	struct ynode *root = yaml_read((hn_str){ (const char *)data, size }, "f", &f);
	MUST(!root == !!f.kind);
	if (root) {
		char *json = yaml_json(root);
		struct json_object *o = json_read(str_of(json), NULL);
		MUST(o || root->kind == Y_SCALAR ||
			root->n); /* null, or keys that JSON cannot say */
		json_object_put(o);
		free(json);
	}
	ynode_free(root);
	fault_free(&f);
	return 0;
}
