/* SPDX-License-Identifier: MIT */
/* things: what of a step is not text: calls of tools, images, and what it refuses. */
#ifndef HOBNOB_PLUGINS_MOCK_THINGS_H
#define HOBNOB_PLUGINS_MOCK_THINGS_H

#include "hobnob/plugin.h"

struct json_object;

struct things {
	hn_part *parts; /* calls and images; their data is ours */
	uint32_t n;
	uint32_t calls; /* of n */
	uint32_t refused; /* bits of things_refused */
};

/* Each reads a member of a step: NULL, or why it is not one. */
const char *things_read_calls(struct things *, struct json_object *array);
const char *things_read_images(struct things *, struct json_object *array);
const char *things_read_refused(struct things *, struct json_object *array);
/* The word for what of a request is refused; NULL: nothing. */
const char *things_refused(const struct things *, const hn_request *);
void things_free(struct things *);

#endif
