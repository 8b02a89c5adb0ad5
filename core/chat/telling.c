/* SPDX-License-Identifier: MIT */
/* telling: what a frontend hears, and that a frontend that cannot show it ends the turn. */
#include "chat/telling.h"

#include <stdarg.h>
#include <stdlib.h>

#include "call/guard.h"
#include "call/kind.h"
#include "call/strict.h"
#include "util/mem.h"
#include "util/utf8.h"

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

/* The members of an event that may hold text from outside: a server's words, file names, a
 * plugin's. */
static const size_t texts[] = {
	offsetof(hn_session_event, text),
	offsetof(hn_session_event, message),
	offsetof(hn_session_event, hint),
	offsetof(hn_session_event, model),
	offsetof(hn_session_event, upstream),
	offsetof(hn_session_event, command),
	offsetof(hn_session_event, id),
};
#define TEXTS (sizeof texts / sizeof *texts)

/* on_event took it, or returned what it may not: a code, as the header has it. */
static int32_t heed(struct chat *chat, const hn_session_event *event, int32_t code)
{
	struct listener *l = chat->listener;
	int is_odd = code < HN_ERR_INTERRUPTED;
	int32_t told = is_odd ? HN_ERR_PLUGIN : event->code;

	if (is_odd)
		log_warn(chat->rt->log, "the frontend %s: on_event() returned %d, which means nothing there",
			l->attend.plugin ? l->attend.plugin : "", (int)code);
	if (l->told && told < 0 && told >= HN_ERR_INTERRUPTED && (is_odd || (event->type == HN_ON_ERROR && code >= 0)))
		atomic_fetch_or(l->told, 1u << -told);
	return is_odd ? HN_ERR_PLUGIN : code > 0 ? 0 : code;
}

int32_t tell(struct chat *chat, const hn_session_event *event)
{
	struct listener *listener = chat->listener;
	hn_session_event clean = *event;
	const hn_session_event *lent_event;
	struct guard_frame frame;
	struct buf made[TEXTS];
	struct lent *lent;
	int32_t code;

	for (size_t i = 0; i < TEXTS; i++) {
		hn_str *text = (hn_str *)((char *)&clean + texts[i]);

		made[i] = BUF(BUF_NO_CAP);
		if (utf8_valid(text->p, text->n))
			continue;
		utf8_clean(*text, &made[i]);
		*text = buf_str(&made[i]);
	}
	lent_event = strict_event(listener->on_event ? listener->attend.plugin : NULL, &clean, &lent);
	guard_enter_inside(&frame, listener->attend.plugin, "on_event");
	code = listener->on_event ? listener->on_event(listener->ud, lent_event ? lent_event : &clean) : 0;
	guard_leave(&frame);
	strict_event_over(listener->attend.plugin, lent);
	for (size_t i = 0; i < TEXTS; i++)
		buf_free(&made[i]);
	return heed(chat, event, code);
}

int32_t tell_notice(struct chat *chat, const char *fmt, ...)
{
	hn_session_event event = event_of(HN_ON_NOTICE);
	va_list ap;
	char *text;
	int32_t code;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	event.text = str_of(text);
	code = tell(chat, &event);
	free(text);
	return code;
}

int32_t tell_error(struct chat *chat, int32_t code, hn_str message, hn_str hint)
{
	hn_session_event event = event_of(HN_ON_ERROR);

	event.code = code;
	event.kind = str_of(kind_name(code));
	event.message = message;
	event.hint = hint;
	tell(chat, &event);
	return code;
}
