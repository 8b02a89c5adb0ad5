/* SPDX-License-Identifier: MIT */
/* label: the escape sequences around a label. */
#include "shared/label.h"

#include <stdio.h>

const char *label_on(const struct services *services, hn_session *session, uint32_t flags, enum md_label who, char out[LABEL_ROOM])
{
	const char *sgr = "";

	if (flags & HN_START_COLOR)
		sgr = md_label_look(services_setting(services, session, "theme"), who);
	snprintf(out, LABEL_ROOM, *sgr ? "\033[%sm" : "%s", sgr);
	return out;
}

const char *label_off(const char *on)
{
	return *on ? "\033[0m" : "";
}
