/* SPDX-License-Identifier: MIT */
/*
 * cli: the command line: options and sub-commands, each a table; the first input; exit statuses.
 */
#ifndef HOBNOB_CLI_CLI_H
#define HOBNOB_CLI_CLI_H

#include "call/runtime.h"
#include "config/prompt.h"
#include "plugin/instance.h"
#include "session/session.h"
#include "util/attach.h"

/* What argv said, checked and complete. Strings are borrowed from argv. */
struct cli {
	const char *subcommand;      /* "chat" if none was named */
	char **words;                /* PROMPT words, or the sub-command's arguments */
	size_t n_words;
	const char *plugin_path, *log_file, *resume, *schema;
	const char *only, *answers;      /* of `plugins check` */
	const char *lang, *wire, *build; /* of `plugins new`, each one of its words; NULL: the default */
	const char *template;        /* of -t: the name of a prompt file */
	struct prompt_value *defines; /* of -D */
	size_t n_defines;
	int dashes_first;            /* -- came before the words */
	const char *code;            /* of --code: its K, or "" without one */
	struct settings_sources sources;
	const char **attach;
	size_t n_attach;
	int interactive, shell, resume_last, no_journal, no_stdin, json, usage, dry_run, connect, all, pager, in_process, verbose, help,
		version;
	/* -p -m -f -s -o -P --no-stream, in order */
	struct cli_set { char *key; const char *value, *where; } *sets;
	size_t n_sets;
};

/* An option; the table is the only source for the parser and for --help. */
enum cli_kind { CLI_FLAG, CLI_COUNT, CLI_TEXT, CLI_WORD, CLI_OPTIONAL, CLI_SET, CLI_OPTION, CLI_ATTACH, CLI_DEFINE };
struct cli_switch {
	char letter;                 /* 0: none */
	const char *name, *arg;      /* "provider", "NAME" or NULL if it takes none */
	enum cli_kind kind;
	size_t at;                   /* FLAG, COUNT, TEXT, WORD, OPTIONAL: offset of the member of struct cli */
	/* SET: the setting, and its value where the option takes none. WORD: fixed has the words that it takes,
	 * separated by blanks. OPTIONAL: fixed shows the value, which only = joins */
	const char *key, *fixed;
	const char *help;
};
extern const struct cli_switch cli_switches[];
extern const size_t cli_switch_count;

/* 0, or HN_ERR_USAGE with a fault: what, and the nearest known option. *out is complete either way;
 * the caller frees it. */
int32_t cli_parse(struct cli *, int argc, char **argv, struct fault *);
void cli_free(struct cli *);
/* 0: the words of a prompt are a question; or HN_ERR_USAGE with a fault: why they are most likely a
 * sub-command that was mistyped, which as a question would be paid for. */
int32_t cli_mistyped(const struct cli *, struct fault *);
void cli_help(struct buf *out);      /* made from the tables */
struct subcommand;
/* The help of one sub-command; word: the verb that follows it, or NULL. */
void cli_help_of(const struct subcommand *, const char *word, struct buf *out);
void cli_version(struct buf *out);

/* A sub-command's table entry. */
#define SUBCOMMAND_PREPARES 1u /* reads the settings by itself, so that a bad one does not end it */
#define SUBCOMMAND_CONNECTS 2u /* knows --connect */
#define SUBCOMMAND_LISTS 4u    /* knows --all */
struct verb;
struct subcommand {
	const char *name;
	const char *args;            /* the words after it; NULL: none, or its verbs */
	const char *help;
	int (*run)(struct runtime *, const struct cli *); /* the exit status */
	const struct verb *verbs;    /* cli/verb.h; NULL: it has none */
	const size_t *n_verbs;
	unsigned flags;              /* SUBCOMMAND_* */
};
extern const struct subcommand subcommand_table[];
extern const size_t subcommand_count;
extern const struct subcommand subcommand_reserved; /* a name for later: in no list, and refused */
const struct subcommand *subcommand_find(const char *name);
/* Lets a frontend run, and says what is wrong that it has not said itself. The exit status. one_turn: it has a question to
 * ask. */
int frontend_run(struct runtime *, const struct instance *, hn_session *, int one_turn);
int subcommand_chat(struct runtime *, const struct cli *);
int subcommand_widget(struct runtime *, const struct cli *);
int subcommand_plugins(struct runtime *, const struct cli *);
int subcommand_models(struct runtime *, const struct cli *);
int subcommand_config(struct runtime *, const struct cli *);
int subcommand_prompts(struct runtime *, const struct cli *);
int subcommand_sessions(struct runtime *, const struct cli *);
int subcommand_doctor(struct runtime *, const struct cli *);

/* The first input from PROMPT, -a files and stdin (contract: PROMPT, blank line, stdin), and where -t names a prompt
 * file its message with that. 0, or an exit status after saying why on stderr. */
int first_input(struct runtime *, const struct cli *, const struct prompt *, int one_turn, struct buf *out, struct attached *images);

/* Reads the prompt file of -t, if it was given, and takes its settings. 0, or an exit status after saying why on
 * stderr. */
int template_open(struct runtime *, const struct cli *, struct prompt *);
/* The message that the prompt file makes of an input, in its place. beside: images go with it. Likewise. */
int template_fill(struct runtime *, const struct cli *, const struct prompt *, int beside, struct buf *input);

/* The schema of --schema, which is a file, or JSON, or words where no file has that name: its text, and the name that an API knows it
 * by. 0, or an exit status after saying why not on stderr. */
int schema_read(struct runtime *, const char *value, struct buf *text, struct buf *name);
/* Appends the JSON Schema of an object with these fields, all required: "NAME [str|int|float|bool][: DESCRIPTION]", with commas between
 * them, or one a line. 0, or HN_ERR_USAGE with a fault. */
int32_t schema_of_words(hn_str words, struct buf *out, struct fault *);

/* For this run replies are not Markdown, whatever the settings say; where: the option that says what they are. 0, or an exit status after
 * saying why not on stderr. */
int replies_as_they_are(struct runtime *, const char *where);

/* Which block --code asks for, from 1; 0 without a number. 0, or an exit status after saying why not on stderr. */
int code_read(struct runtime *, const struct cli *, size_t *block);

/* The steps before a sub-command runs, in this order. Each 0, or HN_ERR_* with a fault. */
int32_t cli_open_log(struct runtime *, const struct cli *, struct fault *);
/* The sources are the command line's, or fewer of them. Without an error rt->settings is set. */
int32_t cli_open_settings(struct runtime *, const struct settings_sources *, struct fault *);
int32_t cli_open_sets(struct runtime *, const struct cli *, struct fault *); /* -p, -o and the like */
/* HOBNOB_DEBUG_PLUGINS=1 turns the rules of call/strict.h on. */
int32_t cli_debug_plugins(struct runtime *, struct fault *);
void cli_open_registry(struct runtime *, const struct cli *);

/* All of these. */
int32_t cli_prepare(struct runtime *, const struct cli *, struct fault *);

/* Where a value came from: the source, and its place where that says more (allocated). */
char *from_text(enum source, const char *where);

/* Calls the provider's models() with a network. 0, or HN_ERR_* with a fault, which has no
 * message if it was interrupted. */
int32_t models_ask(struct runtime *, const struct instance *, int32_t (*put)(void *ud, const hn_model *), void *ud, struct fault *);

/* Runs it all: argv to exit status. main's own part is signals and the host. */
int cli_main(struct runtime *, const struct cli *);

#endif
