/* SPDX-License-Identifier: MIT */
/*
 * settings: THE table of settings, and their values from every source.
 *
 * Contents: the table - building one up - reading it - changing it - listing it.
 *
 * The table below is the only place that knows a setting: the config file, the environment, .env,
 * -o, /set, `config list`, --help, the man page, completion and the check of .env.example are all
 * made from it.
 */
#ifndef HOBNOB_CONFIG_SETTINGS_H
#define HOBNOB_CONFIG_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "config/dotenv.h"
#include "config/paths.h"
#include "config/value.h"
#include "config/yaml.h"
#include "util/buf.h"
#include "util/log.h"

/* ---- the table ---- */
/* X(ID, key, type, initial, flags, values, help), as in hn_option and config/value.h */
#define SETTINGS(X) \
	X(PROVIDER, "provider", SET_NAME, NULL, 0, NULL, "which provider instance answers") \
	X(MODEL, "model", HN_OPT_STRING, NULL, 0, NULL, "model, in the provider's own naming, or an alias") \
	X(FRONTEND, "frontend", SET_NAME, NULL, SET_USER_ONLY, NULL, "how to talk: readline, stdio or jsonl") \
	X(PROFILE, "profile", SET_NAME, NULL, 0, NULL, "a named set of settings from the config file") \
	X(SYSTEM, "system", HN_OPT_STRING, NULL, 0, NULL, "system prompt") \
	X(TEMPERATURE, "temperature", HN_OPT_NUMBER, NULL, 0, "0 2", "sampling temperature, from 0 to 2") \
	X(TOP_P, "top_p", HN_OPT_NUMBER, NULL, 0, "0 1", "nucleus sampling, from 0 to 1") \
	X(MAX_TOKENS, "max_tokens", HN_OPT_INT, NULL, 0, "0", "longest reply in tokens; unset: the model's; 0: no limit") \
	X(STOP, "stop", HN_OPT_LIST, NULL, 0, NULL, "texts at which the reply ends") \
	X(SEED, "seed", HN_OPT_INT, NULL, 0, NULL, "seed for servers that know one") \
	X(REASONING_EFFORT, "reasoning_effort", HN_OPT_STRING, NULL, 0, NULL, "how hard the model thinks: low, medium, high, ...") \
	X(STREAM, "stream", HN_OPT_BOOL, "true", 0, NULL, "show the reply as it is made") \
	X(CONTEXT_TOKENS, "context_tokens", HN_OPT_INT, NULL, 0, "1", "the window to plan for, in tokens; unset: the model's") \
	X(CONTEXT_MESSAGES, "context_messages", HN_OPT_INT, "0", 0, "0", "messages to send at most; 0: all") \
	X(MAX_COST, "max_cost", SET_MONEY, NULL, SET_LIMIT, NULL, "USD that a conversation may cost, beyond /clear as well") \
	X(MAX_COST_DAY, "max_cost_day", SET_MONEY, NULL, SET_LIMIT, NULL, "USD that all conversations of a day may cost") \
	X(MAX_TOKENS_SESSION, "max_tokens_session", HN_OPT_INT, NULL, SET_LIMIT, "1", "tokens that a conversation may use, both ways") \
	X(CONFIRM_COST, "confirm_cost", SET_MONEY, NULL, SET_LIMIT, NULL, "USD that a prompt may cost before hobnob asks you") \
	X(PRICE_INPUT, "price_input", SET_PRICE, NULL, SET_USER_ONLY | SET_NO_FILE, NULL, "USD per million input tokens") \
	X(PRICE_OUTPUT, "price_output", SET_PRICE, NULL, SET_USER_ONLY | SET_NO_FILE, NULL, "USD per million output tokens") \
	X(PRICE_CACHED, "price_cached", SET_PRICE, NULL, SET_USER_ONLY | SET_NO_FILE, NULL, "USD per million cached input tokens") \
	X(PRICE_TABLE, "price_table", HN_OPT_STRING, "auto", SET_USER_ONLY, NULL, "whose prices apply: auto, none, or a vendor") \
	X(RETRIES, "retries", HN_OPT_INT, "2", 0, "0 100", "attempts after the first") \
	X(RETRY_MAX_WAIT, "retry_max_wait", SET_TIME, "60s", 0, "0 24h", "longest wait that a server may ask for") \
	X(TIMEOUT_CONNECT, "timeout_connect", SET_TIME, "10s", 0, "1ms 24h", "time for a connection") \
	X(TIMEOUT_FIRST_TOKEN, "timeout_first_token", SET_TIME, "300s", 0, "1ms 24h", "time to the first token, and between two events") \
	X(TIMEOUT_IDLE, "timeout_idle", SET_TIME, "120s", 0, "1ms 24h", "silence after the first byte") \
	X(PROXY, "proxy", HN_OPT_STRING, NULL, SET_USER_ONLY, NULL, "proxy URL; empty: none") \
	X(CA_FILE, "ca_file", HN_OPT_PATH, NULL, SET_USER_ONLY, NULL, "certificates to trust, PEM") \
	X(ALLOW_HTTP, "allow_http", HN_OPT_BOOL, "false", SET_USER_ONLY, NULL, "let a secret travel over plain http to any host") \
	X(SHOW_REASONING, "show_reasoning", HN_OPT_BOOL, "false", 0, NULL, "show the model's reasoning") \
	X(COLOR, "color", HN_OPT_ENUM, "auto", 0, "auto always never", "colours on a terminal: auto, always or never") \
	X(PLAIN, "plain", HN_OPT_BOOL, "false", 0, NULL, "whole rows of text; true if ACCESSIBLE is set") \
	X(FOOTER, "footer", HN_OPT_STRING, "end", 0, NULL, "the line after a reply: end, off, or a format") \
	X(NOTIFY, "notify", HN_OPT_ENUM, "off", 0, "off bell osc9", "tell that a long reply has ended: off, bell or osc9") \
	X(NOTIFY_AFTER, "notify_after", SET_TIME, "10s", 0, "0 24h", "how long a reply takes before notify tells") \
	X(MARKDOWN, "markdown", HN_OPT_ENUM, "auto", 0, "auto always never", "render Markdown: auto, always or never") \
	X(WRAP, "wrap", SET_WRAP, "auto", 0, NULL, "columns of rendered rows: a number, auto or off") \
	X(LINKS, "links", HN_OPT_ENUM, "text", 0, "text osc8", "addresses in Markdown: text, or hyperlinks (osc8)") \
	X(THEME, "theme", HN_OPT_ENUM, "auto", 0, "auto dark light plain", "colours of Markdown: auto, dark, light or plain") \
	X(PAGER, "pager", HN_OPT_STRING, NULL, SET_USER_ONLY, NULL, "what /less runs, as a shell reads it; unset: PAGER") \
	X(RENDER_COMMAND, "render_command", HN_OPT_STRING, NULL, SET_USER_ONLY, NULL, "a program that shows finished replies, such as glow -") \
	X(JOURNAL, "journal", HN_OPT_BOOL, "true", 0, NULL, "keep a journal of each conversation")

#define SETTING_ID(ID, ...) S_##ID,
enum setting { SETTINGS(SETTING_ID) S_COUNT };

extern const hn_option setting_table[S_COUNT];
int setting_find(hn_str key);             /* enum setting, or -1 */
void setting_env_name(const char *key, char out[64]); /* HOBNOB_MAX_TOKENS */
const char *source_name(enum source); /* "command line", "environment", ... */

struct settings;

/* ---- building one up ---- */
struct settings_sources {            /* what the command line says about sources */
	const char *config, *env_file;   /* --config, --env-file; NULL: the default places */
	int no_config, no_env_file;
	/* NAME=value, NULL-ended; borrowed for the life of the settings */
	char *const *environ;
	const char *cwd;                 /* where .env is looked for; NULL: "." */
};
/* Reads every source but the command line. NULL with a fault on the first bad file. Warnings go to the log. */
struct settings *settings_open(const struct paths *, const struct settings_sources *, struct log *, struct fault *);
/* -o KEY=VALUE and the options of their own; also INSTANCE.KEY=VALUE. 0, or HN_ERR_CONFIG with a fault. A
 * secret is refused, with the reason. */
int settings_cli(struct settings *, const char *key, const char *value, const char *where, struct fault *);
/* After all of the command line: applies profiles (-P, HOBNOB_PROFILE, .env's, the file's) and
 * checks what needs them. 0, or HN_ERR_CONFIG with a fault. */
int settings_finish(struct settings *, struct fault *);
void settings_free(struct settings *);

/* Settings that begin like others and change by themselves. The others live longer. */
struct settings *settings_copy(const struct settings *);
/* -o KEY=VALUE for a copy: it wins over all that the others say. 0, or HN_ERR_CONFIG with a fault. */
int settings_copy_cli(struct settings *, const char *key, const char *value, struct fault *);
/* After those: checks what spans settings. 0, or HN_ERR_CONFIG with a fault. */
int settings_copy_finish(struct settings *, struct fault *);

/* ---- prompt files ---- */
/* Checks the head of a prompt file (config/prompt.h), which may say less than a profile: neither where keys go nor
 * what may be spent. Takes its settings at that level; settings NULL with FROM_COUNT only checks. 0, or HN_ERR_CONFIG
 * with a fault and nothing taken. */
int settings_prompt(struct settings *, const struct ynode *head, const char *file, enum source level, struct fault *);
/* Forgets what was taken at FROM_TURN. */
void settings_turn_end(struct settings *);

/* ---- reading it ---- */
/* the winner, or NULL if it is unset and has no default */
const struct value *setting(const struct settings *, enum setting);
hn_str setting_text(const struct settings *, enum setting);         /* empty if unset */
int64_t setting_int(const struct settings *, enum setting, int64_t unset);
double setting_number(const struct settings *, enum setting, double unset);
int setting_bool(const struct settings *, enum setting);
/* The items of a T_LIST; *n of them; borrowed. */
const hn_str *setting_list(const struct settings *, enum setting, size_t *n);
/* The value that one source gives, profile or not; NULL if it says nothing. For precedence rules
 * that span two settings. */
const struct value *setting_from(const struct settings *, enum setting, enum source);
/* what `aliases` says, or NULL */
const char *setting_alias(const struct settings *, const char *name);
/* An environment variable; NULL if unset or empty. */
const char *settings_env(const struct settings *, const char *name);
/* 1 if a terminal gets no escapes: the setting `plain`, or TERM, which is "dumb" or unset. */
int settings_dumb(const struct settings *);
/* A variable of the .env, as a source sees it; NULL if unset, empty, or not a found .env's to set. */
const char *settings_dotenv(const struct settings *, const char *name);
/* 0, or HN_ERR_CONFIG with a fault: why a found .env's line that begins with that name was skipped. */
int32_t settings_dotenv_fault(const struct settings *, const char *name, struct fault *);
/* 1: .env was found, not named by --env-file: the trust rules hold */
int settings_dotenv_found(const struct settings *);
/* ".env:3: this line is skipped: why", of a .env that was found; NULL: all of it was read */
const char *settings_dotenv_skipped(const struct settings *);
/* ".env", or as --env-file names it; NULL: no .env */
const char *settings_dotenv_name(const struct settings *);

/* The certificates that are trusted besides the system's: a file in PEM and directories, divided by
 * colons; and the names that say so: the setting ca_file, or else names of the environment that other
 * programs obey (CURL_CA_BUNDLE before SSL_CERT_FILE and SSL_CERT_DIR). Each NULL where nothing does. */
struct trusted { const char *file, *file_by, *dir, *dir_by; };
void settings_trusted(const struct settings *, struct trusted *out);

/* A section of the config file that is not a setting ("aliases", "models"), or NULL. */
const struct ynode *settings_section(const struct settings *, const char *key);

/* What the config file says of a model under `models`, by its own name, else by an alias that stands
 * for it; 0, or -1 if nothing. Unset members are -1. Tokens; pico-dollars a token. */
struct model_says { int64_t context, max_output, price_input, price_output, price_cached; };
int settings_model(const struct settings *, const char *model, struct model_says *out);

/* Instances of the config file. plugin is the entry's `plugin`, else its own name. */
struct instance_entry { const char *name, *plugin; const struct ynode *node; };
size_t settings_instances(const struct settings *, const struct instance_entry **out);
/* or NULL */
const struct instance_entry *settings_instance(const struct settings *, const char *name);
/* frontends: NAME, or NULL */
const struct ynode *settings_frontend(const struct settings *, const char *name);
const char *const *settings_profiles(const struct settings *, size_t *n);
/* -o INSTANCE.KEY=VALUE pairs for one instance. */
struct cli_option { const char *instance, *key, *value; };
size_t settings_cli_options(const struct settings *, const struct cli_option **out);
/* The shipped choices (defaults.yaml), as a tree. */
const struct ynode *settings_shipped(const struct settings *);
/* path of the config file for messages; NULL: none was read */
const char *settings_config_name(const struct settings *);
struct log *settings_log(const struct settings *);                    /* where warnings go */

/* ---- changing it in a conversation ---- */
/* /set KEY VALUE; value NULL unsets it: the default counts, whatever a source says. 0, or HN_ERR_CONFIG
 * with a fault and nothing changed. */
int settings_set(struct settings *, const char *key, const char *value, struct fault *);

/* ---- listing it ---- */
/* The value as it would be shown, defaults included; "" if unset; out is appended to. Provider
 * options are config/options.h's business. */
void setting_show(const struct settings *, enum setting, struct buf *out);
#endif
