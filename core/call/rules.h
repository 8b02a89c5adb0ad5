/* SPDX-License-Identifier: MIT */
/* rules: the one table of the rules that a plugin keeps: name, level, whose, and what each says. */
#ifndef HOBNOB_CALL_RULES_H
#define HOBNOB_CALL_RULES_H

#include <stddef.h>

enum rule_level {
	RULE_MUST,   /* hobnob/plugin.h says so: a plugin that breaks it harms its users */
	RULE_SHOULD, /* it works, but not well */
	RULE_PICKY,  /* good form */
};

/* whose rule it is, bits */
#define RULE_OF_PROVIDER 1u
#define RULE_OF_FRONTEND 2u
#define RULE_OF_BOTH (RULE_OF_PROVIDER | RULE_OF_FRONTEND)

/* X(id, name, level, whose, sentence): the order is the order of a report. */
#define RULES(X)                                                                                                       \
	/* the file and its descriptor */                                                                              \
	X(DESCRIPTOR, "descriptor", MUST, BOTH,                                                                        \
		"The descriptor and its table state their true sizes, the ABI, and every required function; all else is 0.") \
	X(OPTIONS, "options", MUST, BOTH,                                                                              \
		"Each option has a known type and flags, a key of [a-z0-9_], and `initial`, `values` and `forbid` in form.") \
	X(ENTRY_SAME, "entry-same", MUST, BOTH,                                                                        \
		"hobnob_plugin_v1() returns the same pointer to the same bytes each time.")                            \
	X(ENTRY_PURE, "entry-pure", MUST, BOTH,                                                                        \
		"Loading the file and calling hobnob_plugin_v1() open no file, start no thread, print and change nothing.") \
	X(OPTION_FLAGS, "option-flags", SHOULD, BOTH,                                                                  \
		"Options for keys have SECRET; those for programs, files and sockets OWN or PATH; those for headers and proxies STEERS.") \
	X(HELP_TEXTS, "help-texts", PICKY, BOTH, "The summary and each option's help are one line, and say something.") \
	X(LICENSE, "license", PICKY, BOTH, "The license is an SPDX expression.")                                       \
	X(HIDDEN_SYMBOLS, "hidden-symbols", PICKY, BOTH, "The file exports hobnob_plugin_v1() and nothing else.")      \
	/* a life */                                                                                                   \
	X(CREATES, "creates", MUST, BOTH, "create() makes an instance of good options, and destroy() frees it.")       \
	X(CREATE_FAILS, "create-fails", MUST, BOTH,                                                                    \
		"A create() that fails says why by fail(), returns that code, and leaves nothing.")                    \
	X(CREATE_DESTROY, "create-destroy", SHOULD, BOTH,                                                              \
		"A hundred instances, made and destroyed, leave no memory, descriptor or thread.")                     \
	X(OPTIONS_DECLARED, "options-declared", MUST, BOTH, "It asks only for options that it declares, and inside create() only.") \
	X(OPTIONS_HOSTILE, "options-hostile", MUST, BOTH,                                                              \
		"Any text of an option's type is taken, or refused by fail(): long, empty, with NUL, quotes, line ends, escapes.") \
	X(OPTIONS_UNSET, "options-unset", MUST, BOTH,                                                                  \
		"Options without a value, the secret too, are lived without, or refused by fail().")                   \
	/* the process that it lives in */                                                                             \
	X(NO_EXIT, "no-exit", MUST, BOTH, "It never ends the process: no exit(), _exit(), abort(), no uncaught exception.") \
	X(NO_FORK, "no-fork", MUST, BOTH, "It starts no process by itself: hobnob.process/1 does.")                    \
	X(NO_PRINT, "no-print", MUST, BOTH,                                                                            \
		"It writes nothing to standard output and standard error; a frontend does in run() alone.")     \
	X(SIGNALS, "signals", MUST, BOTH, "Signal handlers and masks are as before after each function.")              \
	X(LOCALE, "locale", MUST, BOTH, "The locale is as before after each function.")                                \
	X(CWD, "cwd", MUST, BOTH, "The working directory and the umask are as before after each function.")            \
	X(ENVIRONMENT, "environment", MUST, BOTH, "The environment is as before after each function.")                 \
	X(FDS, "fds", MUST, BOTH, "After destroy() the open descriptors are those from before create(); 0, 1 and 2 stay open.") \
	X(THREADS, "threads", MUST, BOTH, "Threads that it starts have ended when destroy() returns.")                 \
	/* one call and the host */                                                                                    \
	X(STRUCT_SIZES, "struct-sizes", MUST, BOTH, "Each struct that it makes states its own sizeof in struct_size.") \
	X(CALL_THREAD, "call-thread", MUST, BOTH,                                                                      \
		"Host functions come on the call's own thread; with HN_PROVIDER_BLOCKS on any, but one at a time.")    \
	X(CALL_ENDED, "call-ended", MUST, BOTH, "Nobody uses a call after its function has returned.")                 \
	X(BORROWED, "borrowed", MUST, BOTH, "What hobnob lends for a call is not kept, and not written to.")           \
	X(GROWTH_HOST, "growth-host", MUST, BOTH,                                                                      \
		"It runs under a later hobnob, whose structs and tables are longer and whose arrays have wider strides.") \
	X(GROWTH_PLUGIN, "growth-plugin", MUST, BOTH,                                                                  \
		"It runs under the hobnob of its need_minor, where tables end sooner and optional services are absent.") \
	X(UNKNOWN_SKIPPED, "unknown-skipped", MUST, BOTH,                                                              \
		"It skips what it does not know: flags, parts, types of data and of events.")                          \
	/* a reply */                                                                                                  \
	X(ANSWERS, "answers", MUST, PROVIDER, "chat() answers a plain question: it returns 0 and emits text.")         \
	X(ANSWER_TEXT, "answer-text", MUST, PROVIDER, "The reply is exactly the text of the server's answer.")         \
	X(FINISH_ONCE, "finish-once", MUST, PROVIDER,                                                                  \
		"A chat() that returns 0 has emitted FINISH once, with a reason that a provider may give.")            \
	X(NOTHING_AFTER_FINISH, "nothing-after-finish", MUST, PROVIDER,                                                \
		"No TEXT, REASONING, TOOL_CALL, TOOL_PIECE or PART is emitted after FINISH, and a USAGE only directly after it.") \
	X(EVENTS, "events", MUST, PROVIDER,                                                                            \
		"Each event is of a type that exists, has what that needs, and 0 elsewhere.")    \
	X(USAGE_COUNTS, "usage-counts", MUST, PROVIDER,                                                                \
		"A usage sets only what was reported: known bits, no negative count, none larger than what includes it.") \
	X(USAGE_UNPRICED, "usage-unpriced", MUST, PROVIDER,                                                            \
		"A cost of 0 is set only where the server's answer names a cost; unknown is left unset.")              \
	X(EMIT_RETURN, "emit-return", MUST, PROVIDER,                                                                  \
		"When emit() or put() returns a value other than 0, the function unwinds and returns that value.")     \
	X(SERVICE_RETURN, "service-return", MUST, PROVIDER,                                                            \
		"When request() or wait_for() fails, chat() unwinds and returns that value.")                          \
	X(CANCEL_100MS, "cancel-100ms", MUST, PROVIDER, "A cancelled call returns within 100 ms, wherever it is.")     \
	X(NO_SLEEP, "no-sleep", MUST, PROVIDER,                                                                        \
		"It neither sleeps nor waits by itself, unless it has HN_PROVIDER_BLOCKS: hobnob.io/1 waits.")         \
	X(NO_RETRY, "no-retry", MUST, PROVIDER, "A request that failed is not sent again: hobnob retries.")            \
	X(ADAPTED, "adapted", MUST, PROVIDER,                                                                          \
		"HN_ADAPTED comes three times per turn at most, and a NOTICE says what is left out.")        \
	X(DRY_RUN, "dry-run", MUST, PROVIDER,                                                                          \
		"A dry run starts no process, opens no socket, writes no file, and returns 0 or what request() returned.") \
	X(HEEDS_TRUE, "heeds-true", MUST, PROVIDER, "Each setting in heeds changes what is sent.")                     \
	X(ACCEPTS_TRUE, "accepts-true", MUST, PROVIDER, "Each part in accepts reaches the server.")                    \
	X(PARTS_ORDER, "parts-order", MUST, PROVIDER, "Messages and their parts are sent in the order in which they stand.") \
	X(OPAQUE_PARTS, "opaque-parts", MUST, PROVIDER,                                                                \
		"OPAQUE parts, its own, foreign or alone in a message, never break a request.")                        \
	/* the server */                                                                                               \
	X(HTTP_REQUEST, "http-request", MUST, PROVIDER,                                                                \
		"A request has a method, an absolute URL, clean headers without Host and Content-Length, and on_data().") \
	X(HTTP_ONE, "http-one", MUST, PROVIDER, "A call sends one request at a time.")                                 \
	X(SECRET_ORIGIN, "secret-origin", MUST, PROVIDER,                                                              \
		"A secret goes to the origin of the ENDPOINT option, in a header, and nowhere else.")                  \
	X(RETURN_CODES, "return-codes", MUST, PROVIDER,                                                                \
		"chat(), models() and credit() return 0, HN_ADAPTED, what a host function returned, or the code that they gave fail().") \
	X(FAIL_SAYS_WHY, "fail-says-why", SHOULD, PROVIDER,                                                            \
		"Each failure has a message: one line of valid UTF-8 for a person.")                                   \
	X(ERRORS_EACH_STATUS, "errors-each-status", MUST, PROVIDER,                                                    \
		"Each HTTP status that is not 2xx fails the call with its kind, the status, and the wait that the server asked for.") \
	X(ERROR_BODIES, "error-bodies", MUST, PROVIDER,                                                                \
		"The body of an error may be anything: nothing, HTML, half a document, 1 MiB.")                        \
	X(BROKEN_ANSWERS, "broken-answers", MUST, PROVIDER,                                                            \
		"An answer that is empty, cut, no JSON or another document is a failure, never a whole reply.")        \
	X(PIECES, "pieces", MUST, PROVIDER, "The same answer in other pieces gives the same reply.")                   \
	X(MODELS, "models", MUST, PROVIDER,                                                                            \
		"Each model has an id of its own, and sets only members that exist, without negative numbers.")        \
	X(MODELS_UNPRICED, "models-unpriced", SHOULD, PROVIDER,                                                        \
		"A price of 0 is set only where the server's list names a price; unknown is left unset.")              \
	X(CREDIT, "credit", MUST, PROVIDER, "credit() fills only members that hobnob's struct has, and -1 or more.")   \
	/* several calls */                                                                                            \
	X(ANY_THREAD, "any-thread", MUST, PROVIDER, "create(), chat() and destroy() may each come on a thread of their own.") \
	X(CALLS_AT_ONCE, "calls-at-once", SHOULD, PROVIDER, "Eight calls at once on one instance each get their own reply.") \
	X(INTERLEAVED, "interleaved", MUST, PROVIDER,                                                                  \
		"Another call may begin inside each host function, on the same thread: no lock is held, nothing mixed.") \
	X(STACK_256K, "stack-256k", MUST, PROVIDER, "A call does with a stack of 256 KiB.")                            \
	X(CHAT_GROWTH, "chat-growth", SHOULD, PROVIDER, "Fifty calls, half of which fail, leave no memory.")           \
	X(MALLOC_FAILS, "malloc-fails", SHOULD, BOTH,                                                                  \
		"Where there is no memory it fails, or ends the program with a message; it never crashes.")            \
	/* frontends */                                                                                                \
	X(RUNS, "runs", MUST, FRONTEND, "run() talks until its input ends, and returns 0 or how the last turn ended.") \
	X(SUBMIT_NESTED, "submit-nested", MUST, FRONTEND,                                                              \
		"While on_event() runs it calls status(), wait_for(), watch(), message(), setting() and cancel() only.") \
	X(SESSION_THREAD, "session-thread", MUST, FRONTEND,                                                            \
		"A session is used on one thread at a time; only cancel() comes on any.")                              \
	X(SESSION_ENDS, "session-ends", MUST, FRONTEND, "It ends each session that it opened, once, and not its own.") \
	X(ENDING, "ending", MUST, FRONTEND, "After HN_WAIT_ENDING or /exit, run() returns within 100 ms.")             \
	X(INTERRUPTED, "interrupted", MUST, FRONTEND,                                                                  \
		"An interrupt while it waits does not crash it, and is not taken for the end of input.")               \
	X(EVENTS_ANY, "events-any", MUST, FRONTEND,                                                                    \
		"on_event() takes any event in any order: an ERROR first, a DONE of 64 MiB, all control characters.")  \
	X(TERMINAL_SAFE, "terminal-safe", SHOULD, FRONTEND,                                                            \
		"What came from a server reaches a terminal only through hobnob.text/1.")                              \
	X(OUTPUT_FAILS, "output-fails", MUST, FRONTEND,                                                                \
		"Where output cannot be written, on_event() returns HN_ERR_OUTPUT and run() ends.")

enum rule_id {
#define X(id, name, level, whose, says) RULE_##id,
	RULES(X)
#undef X
	RULES_N,
};

struct rule {
	const char *name; /* [a-z0-9-]+ */
	enum rule_level level;
	unsigned whose;   /* RULE_OF_* */
	const char *says; /* one sentence */
};

/* The rule of an id below RULES_N. */
const struct rule *rule_of(enum rule_id id);
/* The id of a name; RULES_N if no rule is called so. */
enum rule_id rule_find(const char *name);
/* "must", "should", "picky" */
const char *rule_level_name(enum rule_level level);

#endif
