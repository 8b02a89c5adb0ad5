/* SPDX-License-Identifier: MIT */
/* path: the paths of requests below the base. A model is a part of the path. */
#include "gemini.h"

#include <string.h>

#include "util/ascii.h"

const char *gemini_version(const char *base)
{
	const char *last = strrchr(base, '/');
	return last && last[1] == 'v' && ascii_is_digit(last[2]) ? "" : "/v1beta";
}

/* Takes a prefix off the front; 1 if it was there. */
static int take(hn_str *text, const char *prefix)
{
	size_t n = strlen(prefix);
	if (!str_begins(*text, prefix))
		return 0;
	*text = (hn_str){ text->p + n, text->n - n };
	return 1;
}

void gemini_model_path(struct buf *out, const char *base, hn_str model, const char *action)
{
	int tuned = take(&model, "tunedModels/");
	if (!tuned)
		take(&model, "models/");
	buf_adds(out, gemini_version(base));
	buf_adds(out, tuned ? "/tunedModels/" : "/models/");
	wire_escape(out, model);
	buf_adds(out, action);
}
