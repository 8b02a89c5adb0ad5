/* SPDX-License-Identifier: MIT */
/* commands_private: what the files of the slash commands share; each command is one function
 * that the table names. */
#ifndef HOBNOB_COMMANDS_COMMANDS_PRIVATE_H
#define HOBNOB_COMMANDS_COMMANDS_PRIVATE_H

#include "chat/plan.h"
#include "commands/commands.h"

/* All commands that there are: hobnob's, and the frontend's own. */
struct command_list { const struct command *table; size_t n; const struct commands *commands; };

/* unknown.c */
/* The error for an unknown command; the fault is set. */
void command_unknown(const struct command_list *, hn_str name, struct command_result *);
/* help.c */
/* The word of topic i, then "all"; NULL: there are no more. */
const char *command_topic(size_t i);
/* /help. */
void help_run(const struct command_list *, hn_str args, struct command_result *);
/* talk.c */
void command_clear(struct commands *, hn_str args, struct command_result *);
void command_undo(struct commands *, hn_str args, struct command_result *);
void command_retry(struct commands *, hn_str args, struct command_result *);
void command_continue(struct commands *, hn_str args, struct command_result *);
void command_edit(struct commands *, hn_str args, struct command_result *);
void command_history(struct commands *, hn_str args, struct command_result *);
void command_stats(struct commands *, hn_str args, struct command_result *);
/* ask.c */
void command_ask(struct commands *, hn_str args, struct command_result *);
/* diff.c */
void command_diff(struct commands *, hn_str args, struct command_result *);
/* context.c */
void command_context(struct commands *, hn_str args, struct command_result *);
void command_pin(struct commands *, hn_str args, struct command_result *);
void command_unpin(struct commands *, hn_str args, struct command_result *);
/* reasoning.c */
void command_reasoning(struct commands *, hn_str args, struct command_result *);
/* branch.c */
void command_branch(struct commands *, hn_str args, struct command_result *);
void command_fork(struct commands *, hn_str args, struct command_result *);
/* attach.c */
void command_attach(struct commands *, hn_str args, struct command_result *);
void pending_free(struct pending *);
/* sessions.c */
void command_sessions(struct commands *, hn_str args, struct command_result *);
void command_resume(struct commands *, hn_str args, struct command_result *);
void command_title(struct commands *, hn_str args, struct command_result *);
void listed_free(struct listed_ids *);
/* template.c */
#define COMMAND_TEMPLATE "/t"
void command_t(struct commands *, hn_str args, struct command_result *);
/* files.c */
void command_preview(struct commands *, hn_str args, struct command_result *);
void command_write(struct commands *, hn_str args, struct command_result *);
void command_save(struct commands *, hn_str args, struct command_result *);
void command_load(struct commands *, hn_str args, struct command_result *);
/* models.c */
void command_models(struct commands *, hn_str args, struct command_result *);
/* set.c */
void command_model(struct commands *, hn_str args, struct command_result *);
void command_provider(struct commands *, hn_str args, struct command_result *);
void command_system(struct commands *, hn_str args, struct command_result *);
void command_set(struct commands *, hn_str args, struct command_result *);
/* 1 if a conversation cannot change that setting. */
int setting_is_fixed(int id);

/* A usage error unless args is empty; 1 if it was. */
int result_no_args(struct command_result *, const char *name, hn_str args);
/* The result's data, made when first needed; and a member of it. */
struct json_object *result_data(struct command_result *);
void result_text(struct command_result *, const char *key, hn_str text);
void result_int(struct command_result *, const char *key, int64_t v);
/* Bytes of the word that a text begins with. */
size_t word_length(hn_str);
/* The words of args, at most `most`: each is a piece of *all (allocated). Returns how many. */
size_t args_words(hn_str args, char **all, char **words, size_t most);
/* Takes a number and the blanks after it off the beginning of args; 0 without a number. */
size_t args_number(hn_str *args);
/* As much of a message's text as fits a line. */
void add_line(struct buf *out, const struct message *);
/* A file's name as the user says it, "~" for the home directory (allocated). */
char *path_said(hn_str);
/* Without white space at both ends. */
hn_str str_trim(hn_str);

#endif
