/* SPDX-License-Identifier: MIT */
/* events: a session's events as lines of JSON. */
#ifndef HOBNOB_FRONTENDS_JSONL_EVENTS_H
#define HOBNOB_FRONTENDS_JSONL_EVENTS_H

#include "hobnob/plugin.h"

#include "input.h"

/* Makes the line of one event, its newline included, with the id of the input that it belongs to
 * (NULL: none); session is the conversation's id, which a START reports (empty: it is not saved).
 * *line is allocated, *n its bytes; both stay as they were if programs have no use for the event. */
void events_line(
	const struct input *, const hn_session_event *, hn_str session, char **line, size_t *n);
/* An ERROR of our own. kind and code belong together; the texts are borrowed; hint may be NULL. */
hn_session_event events_refusal(
	int32_t code, const char *kind, const char *message, const char *hint);
/* 1 if the event ends its input: RESULT, DONE or ERROR. */
int events_closing(uint32_t type);

#endif
