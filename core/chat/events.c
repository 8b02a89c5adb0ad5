/* SPDX-License-Identifier: MIT */
/* events: what a frontend is told, and that a frontend that cannot show it ends the turn. */
#include "chat/session_private.h"

#include <stdarg.h>
#include <stdlib.h>

#include "call/kind.h"
#include "util/mem.h"

/* An event of that type with every number unknown. */
hn_session_event event_of(uint32_t type)
{
	return (hn_session_event){
		.struct_size = sizeof(hn_session_event),
		.type = type,
		.ttft_ms = -1,
		.total_ms = -1,
		.cost = -1,
	};
}

/* Hands one event to the frontend. */
int32_t tell(struct hn_session *s, const hn_session_event *event)
{
	return s->on_event ? s->on_event(s->ud, event) : 0;
}

/* Tells a remark, formatted. */
int32_t tell_notice(struct hn_session *s, const char *fmt, ...)
{
	hn_session_event event = event_of(HN_ON_NOTICE);
	va_list ap;
	char *text;
	int32_t code;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	event.text = str_of(text);
	code = tell(s, &event);
	free(text);
	return code;
}

/* Tells an error that came from no attempt. */
int32_t tell_error(struct hn_session *s, int32_t code, hn_str message, hn_str hint)
{
	hn_session_event event = event_of(HN_ON_ERROR);

	event.code = code;
	event.kind = str_of(kind_name(code));
	event.message = message;
	event.hint = hint;
	tell(s, &event);
	return code;
}
