/* SPDX-License-Identifier: MIT */
/* commands_private: what the files of the slash commands share; each command is one function
 * that the table names. */
#ifndef HOBNOB_CHAT_COMMANDS_PRIVATE_H
#define HOBNOB_CHAT_COMMANDS_PRIVATE_H

#include "chat/commands.h"
#include "chat/session_private.h"

/* commands_talk.c */
void command_clear(struct hn_session *, hn_str args, struct command_result *);
void command_undo(struct hn_session *, hn_str args, struct command_result *);
void command_retry(struct hn_session *, hn_str args, struct command_result *);
void command_continue(struct hn_session *, hn_str args, struct command_result *);
void command_edit(struct hn_session *, hn_str args, struct command_result *);
void command_history(struct hn_session *, hn_str args, struct command_result *);
void command_stats(struct hn_session *, hn_str args, struct command_result *);
/* commands_context.c */
void command_context(struct hn_session *, hn_str args, struct command_result *);
void command_pin(struct hn_session *, hn_str args, struct command_result *);
void command_unpin(struct hn_session *, hn_str args, struct command_result *);
/* commands_branch.c */
void command_branch(struct hn_session *, hn_str args, struct command_result *);
void command_fork(struct hn_session *, hn_str args, struct command_result *);
/* The messages that no other follows, oldest first: the ends of all branches (allocated). */
struct message **branch_ends(const struct history *, size_t *n);
/* commands_files.c */
void command_preview(struct hn_session *, hn_str args, struct command_result *);
void command_write(struct hn_session *, hn_str args, struct command_result *);
void command_save(struct hn_session *, hn_str args, struct command_result *);
void command_load(struct hn_session *, hn_str args, struct command_result *);
/* commands_set.c */
void command_model(struct hn_session *, hn_str args, struct command_result *);
void command_provider(struct hn_session *, hn_str args, struct command_result *);
void command_system(struct hn_session *, hn_str args, struct command_result *);
void command_set(struct hn_session *, hn_str args, struct command_result *);
/* 1 if a conversation cannot change that setting. */
int setting_is_fixed(int id);

/* The command fails: code and the sentence that says why. */
void result_fail(struct command_result *, int32_t code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* A usage error unless args is empty; 1 if it was. */
int result_no_args(struct command_result *, const char *name, hn_str args);
/* The result's data, made when first needed; and a member of it. */
struct json_object *result_data(struct command_result *);
void result_text(struct command_result *, const char *key, hn_str text);
void result_int(struct command_result *, const char *key, int64_t v);
/* A number at the beginning of args, which is taken off with the blanks behind it; 0: there is
 * none. */
size_t args_number(hn_str *args);
/* As much of a message's text as fits a line. */
void add_line(struct buf *out, const struct message *);
/* Without white space at both ends. */
hn_str str_trim(hn_str);

#endif
