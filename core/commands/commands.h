/* SPDX-License-Identifier: MIT */
/*
 * commands: the slash commands: a table, one entry each. /help, completion and the man page are
 * made from it.
 */
#ifndef HOBNOB_COMMANDS_COMMANDS_H
#define HOBNOB_COMMANDS_COMMANDS_H

#include "chat/chat.h"
#include "util/attach.h"
#include "util/buf.h"
#include "util/fault.h"
#include "util/json.h"

/* Files that go with the next message, and how they were named. */
struct pending {
	struct buf text;             /* of the text files, each between fences */
	struct attached images;
	char **names;
	size_t n, cap;
};

/* The conversations that /sessions listed last. */
struct listed_ids { char **ids; size_t n, cap; };

struct commands {
	struct chat *chat;           /* borrowed */
	hn_session *session;         /* what the frontend's own commands are given */
	const hn_command **own;      /* the frontend's own, each borrowed */
	size_t n_own, cap_own;
	char **made;                 /* files that this conversation has written */
	size_t n_made, cap_made;
	struct pending pending;      /* what /attach read */
	struct listed_ids listed;
	char *resume;                /* the id of the conversation that /resume asks for (allocated), or NULL */
	int leaving;                 /* /exit was said */
};
void commands_free(struct commands *);
/* Adds a command of the frontend's own. 0, or HN_ERR_USAGE: there is one of that name. */
int commands_add(struct commands *, const hn_command *);

/* What a command gives back: text for people (no newline at its end) and data for programs. */
struct command_result {
	struct buf text;
	struct json_object *data;    /* object, or NULL for {} */
	struct fault fault;          /* why it failed; then neither text nor data counts */
	/* 1: the command began a turn (/retry): its DONE or ERROR is the closing event, and the
	 * fault has no more than its kind */
	int turn;
};

/* What commands are about, in the order of /help. */
enum topic { TOPIC_QUESTIONS, TOPIC_REPLIES, TOPIC_MODELS, TOPIC_CHATS, TOPIC_TOKENS, TOPIC_PROMPT, TOPICS };

struct command {
	const char *name, *alias;    /* "/exit", "/quit" or NULL */
	const char *args;            /* "[NAME]" or NULL */
	const char *help;
	/* what its argument is: "provider", "model", "models", "setting" (and its value), "message",
	 * "reasoning" (a reply that has some) and "branch" (a number), "file", "prompt", "command"; or NULL */
	const char *completes;
	void (*run)(struct commands *, hn_str args, struct command_result *);
	enum topic topic;
};

extern const struct command command_table[];
extern const size_t command_count;

/* 1 if the line's first word matches /[a-z?]+ : a command, known or not. */
int command_looks(hn_str line);
/* 1 if the line's first word is a command that there is, the frontend's own included. */
int command_is_known(const struct commands *, hn_str line);
/* Splits the line; finds and runs it. An unknown one is code HN_ERR_USAGE with the nearest. */
void command_run(struct commands *, hn_str line, struct command_result *);

/* ---- attach.c ---- */
/* Says a message, as chat_say() does, with what /attach read for it. */
int32_t commands_say(struct commands *, hn_str text, const hn_input *with);

/* ---- sessions.c ---- */
/* Appends the last question and the beginning of its reply, a line or more each, not made safe; nothing before
 * the first. */
void commands_exchange(const struct commands *, struct buf *out);

/* ---- complete.c ---- */
/* Words that a line may be completed with at the cursor (bytes), each with a help. */
void commands_complete(struct commands *, hn_str line, size_t cursor, void (*put)(void *ud, hn_str word, hn_str help), void *ud);

#endif
