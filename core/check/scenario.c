/* SPDX-License-Identifier: MIT */
/* scenario: the table: which rule is tried how. */
#include "check/scenario.h"

#include "check/frontend.h"

#include <stddef.h>

#define ANSWER (NEEDS_INSTANCE | NEEDS_ANSWER)
#define WATCHED(id) { RULE_##id, NULL, NEEDS_INSTANCE | NEEDS_RETURN | BY_WATCHING, 0 }

static const struct scenario table[] = {
	{ RULE_DESCRIPTOR, try_descriptor, 0, 5 },
	{ RULE_OPTIONS, try_options, 0, 5 },
	{ RULE_ENTRY_SAME, try_entry_same, 0, 5 },
	{ RULE_ENTRY_PURE, NULL, BY_WATCHING, 5 }, /* as the file is loaded */
	{ RULE_OPTION_FLAGS, try_option_flags, 0, 5 },
	{ RULE_HELP_TEXTS, try_help_texts, 0, 5 },
	{ RULE_LICENSE, try_license, 0, 5 },
	{ RULE_HIDDEN_SYMBOLS, try_hidden_symbols, 0, 5 },
	{ RULE_CREATES, try_creates, 0, 5 },
	{ RULE_CREATE_FAILS, try_create_fails, NEEDS_DESCRIPTOR | ALONE, 10 },
	{ RULE_CREATE_DESTROY, try_create_destroy, NEEDS_INSTANCE, 10 },
	WATCHED(OPTIONS_DECLARED),
	{ RULE_OPTIONS_HOSTILE, try_options_hostile, NEEDS_DESCRIPTOR | NEEDS_RETURN | ALONE, 10 },
	{ RULE_OPTIONS_UNSET, try_options_unset, NEEDS_DESCRIPTOR | NEEDS_RETURN | ALONE, 10 },
	WATCHED(NO_EXIT),
	WATCHED(NO_FORK),
	WATCHED(NO_PRINT),
	WATCHED(SIGNALS),
	WATCHED(LOCALE),
	WATCHED(CWD),
	WATCHED(ENVIRONMENT),
	WATCHED(FDS),
	WATCHED(THREADS),
	WATCHED(STRUCT_SIZES),
	WATCHED(CALL_THREAD),
	WATCHED(CALL_ENDED),
	WATCHED(BORROWED),
	{ RULE_GROWTH_HOST, try_growth_host, ANSWER, 10 },
	{ RULE_GROWTH_PLUGIN, try_growth_plugin, NEEDS_INSTANCE | NEEDS_RETURN, 10 },
	{ RULE_UNKNOWN_SKIPPED, try_unknown, ANSWER, 10 },
	{ RULE_ANSWERS, try_answers, NEEDS_INSTANCE, 5 },
	{ RULE_ANSWER_TEXT, try_answer_text, ANSWER, 10 },
	WATCHED(FINISH_ONCE),
	WATCHED(NOTHING_AFTER_FINISH),
	WATCHED(EVENTS),
	WATCHED(USAGE_COUNTS),
	WATCHED(USAGE_UNPRICED),
	{ RULE_EMIT_RETURN, try_emit_return, ANSWER, 20 },
	{ RULE_SERVICE_RETURN, try_service_return, ANSWER, 20 },
	{ RULE_CANCEL_100MS, try_cancel, ANSWER, 20 },
	WATCHED(NO_SLEEP),
	{ RULE_NO_RETRY, try_no_retry, ANSWER, 20 },
	{ RULE_ADAPTED, try_adapted, ANSWER, 20 },
	{ RULE_DRY_RUN, try_dry_run, NEEDS_INSTANCE | NEEDS_RETURN, 10 },
	{ RULE_HEEDS_TRUE, try_heeds, ANSWER, 10 },
	{ RULE_ACCEPTS_TRUE, try_accepts, ANSWER, 10 },
	{ RULE_PARTS_ORDER, try_parts_order, ANSWER, 10 },
	{ RULE_OPAQUE_PARTS, try_opaque, ANSWER, 10 },
	WATCHED(HTTP_REQUEST),
	WATCHED(HTTP_ONE),
	WATCHED(SECRET_ORIGIN),
	WATCHED(RETURN_CODES),
	WATCHED(FAIL_SAYS_WHY),
	{ RULE_ERRORS_EACH_STATUS, try_each_status, ANSWER, 20 },
	{ RULE_ERROR_BODIES, try_error_bodies, ANSWER, 20 },
	{ RULE_BROKEN_ANSWERS, try_broken_answers, ANSWER, 20 },
	{ RULE_PIECES, try_pieces, ANSWER, 20 },
	WATCHED(MODELS),
	WATCHED(MODELS_UNPRICED),
	WATCHED(CREDIT),
	{ RULE_ANY_THREAD, try_any_thread, ANSWER, 10 },
	{ RULE_CALLS_AT_ONCE, try_at_once, ANSWER, 20 },
	{ RULE_INTERLEAVED, try_interleaved, ANSWER, 5 },
	{ RULE_STACK_256K, try_stack, ANSWER, 10 },
	{ RULE_CHAT_GROWTH, try_chat_growth, ANSWER, 20 },
	{ RULE_MALLOC_FAILS, try_malloc_fails, NEEDS_INSTANCE | NEEDS_RETURN | ALONE, 30 },
	{ RULE_RUNS, try_runs, NEEDS_INSTANCE, 10 },
	WATCHED(SUBMIT_NESTED),
	WATCHED(SESSION_THREAD),
	WATCHED(SESSION_ENDS),
	{ RULE_ENDING, try_ending, ANSWER, 20 },
	{ RULE_INTERRUPTED, try_interrupted, ANSWER, 20 },
	{ RULE_EVENTS_ANY, try_events_any, ANSWER, 30 },
	{ RULE_TERMINAL_SAFE, try_terminal_safe, ANSWER, 10 },
	{ RULE_OUTPUT_FAILS, try_output_fails, ANSWER, 10 },
};

/* What a rule of both types means to a frontend. */
static const struct { enum rule_id rule; void (*try)(const struct run *); } of_frontends[] = {
	{ RULE_GROWTH_HOST, frontend_growth_host },
	{ RULE_GROWTH_PLUGIN, frontend_growth_plugin },
	{ RULE_UNKNOWN_SKIPPED, frontend_unknown },
};

void (*scenario_try(const struct scenario *s, unsigned whose))(const struct run *)
{
	for (size_t i = 0; whose & RULE_OF_FRONTEND && i < sizeof of_frontends / sizeof *of_frontends; i++)
		if (of_frontends[i].rule == s->rule)
			return of_frontends[i].try;
	return s->try;
}

const struct scenario *scenario_of(enum rule_id rule)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].rule == rule)
			return &table[i];
	return NULL;
}
