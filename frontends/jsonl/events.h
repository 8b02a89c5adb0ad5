/* SPDX-License-Identifier: MIT */
/* events: a session's events as lines of JSON. */
#ifndef HOBNOB_FRONTENDS_JSONL_EVENTS_H
#define HOBNOB_FRONTENDS_JSONL_EVENTS_H

#include "shared/out.h"

#include "input.h"

/* Writes one event as one line, with the id of the input that it belongs to (NULL: none). An event
 * that programs have no use for is passed over. 0, or what out_write() returned. */
int32_t events_write(struct out *, const struct input *, const hn_session_event *);
/* Writes an error of our own. kind and code belong together. */
int32_t events_refuse(struct out *, const struct input *, int32_t code, const char *kind,
	const char *message);
/* 1 if the event ends its input: RESULT, DONE or ERROR. */
int events_closing(uint32_t type);

#endif
