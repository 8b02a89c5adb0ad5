/* SPDX-License-Identifier: MIT */
/*
 * files: commands that keep something in a file, or take it from one.
 *
 * A file that exists (or a dangling link) and was not made by this conversation is overwritten
 * only with -f: the new one is written beside it and renamed, so that the old one stays whole
 * until then.
 */
#include "commands/commands_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/fenced.h"
#include "store/formats.h"
#include "util/file.h"
#include "util/mem.h"

/* The last reply that has text, or with `shown` at least an image or a file; NULL with the result failed. */
static const struct message *last_reply(struct chat *chat, int shown, struct command_result *r)
{
	for (size_t i = chat->talk.history.n_view; i-- > 0;) {
		const struct message *m = chat->talk.history.view[i];

		if (m->role == HN_ROLE_ASSISTANT && (shown ? message_shows(m) : m->n > 0))
			return m;
	}
	fault_set(&r->fault, HN_ERR_USAGE, NULL, "there is no reply yet");
	return NULL;
}

/* /preview: the last reply again. */
void command_preview(struct commands *c, hn_str args, struct command_result *r)
{
	struct chat *chat = c->chat;
	struct buf beside = BUF(BUF_NO_CAP);
	const struct message *m;

	if (!result_no_args(r, "/preview", args) || !(m = last_reply(chat, 1, r)))
		return;
	buf_add(&r->text, m->text, m->n);
	if (message_describe(m, "\n", &beside))
		buf_addf(&r->text, "%s%s", m->n ? "\n" : "", beside.p);
	buf_free(&beside);
	result_text(r, "text", (hn_str){ m->text, m->n });
}

/* ---- writing ---- */

/* Where a text goes, as "[-f] [-c [K]] FILE" says it. */
struct target {
	char *path;   /* allocated; NULL: the result failed */
	int force;    /* it may be overwritten */
	size_t block; /* of code; 0: the whole reply */
};

/* Takes a flag and the blanks after it off the arguments; 1 if it was there. */
static int take_flag(hn_str *args, const char *flag)
{
	size_t n = strlen(flag);

	if (!str_begins(*args, flag) || (args->n > n && !strchr(" \t", args->p[n])))
		return 0;
	*args = str_trim((hn_str){ args->p + n, args->n - n });
	return 1;
}

/* Takes "-c", "-c 2" or "-c2" off the arguments, and tells which block that is; 1 if it was there. */
static int take_block(hn_str *args, size_t *block)
{
	hn_str rest = *args;

	if (!take_flag(&rest, "-c")) {
		if (rest.n < 3 || !str_begins(rest, "-c") || !strchr("123456789", rest.p[2]))
			return 0;
		rest = (hn_str){ rest.p + 2, rest.n - 2 };
	}
	*block = args_number(&rest);
	*block += *block == 0;
	*args = rest;
	return 1;
}

/* Reads the arguments of a command; takes_code: it knows -c. */
static struct target target_of(const char *command, hn_str args, int takes_code, struct command_result *r)
{
	struct target t = { .path = NULL };

	for (int more = 1; more;) {
		more = take_flag(&args, "-f");
		t.force |= more;
		more |= takes_code && take_block(&args, &t.block);
	}
	if (args.n)
		t.path = path_said(args);
	else
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "which file? %s FILE", command);
	return t;
}

/* 1 if this conversation made that file. */
static int is_made(const struct commands *c, const char *path)
{
	for (size_t i = 0; i < c->n_made; i++)
		if (!strcmp(c->made[i], path))
			return 1;
	return 0;
}

/* Remembers that this conversation made a file. */
static void made(struct commands *c, const char *path)
{
	if (is_made(c, path))
		return;
	c->made = xgrow(c->made, c->n_made, &c->cap_made, sizeof *c->made);
	c->made[c->n_made++] = xstrdup(path);
}

/* The mode of a file that the user makes for themselves. */
static mode_t usual_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

/* Puts a text into the file that the arguments name. */
static void put_file(struct commands *c, const struct target *to, hn_str text, mode_t mode, struct command_result *r)
{
	const char *path = to->path;
	struct stat st;
	int there = stat(path, &st) == 0;
	int allowed = to->force || is_made(c, path);

	if (there && !S_ISREG(st.st_mode)) {
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "%s is not a regular file", path);
	} else if (allowed ? file_replace(path, text, there ? st.st_mode & 0777 : mode, 1)
			   : file_create(path, text, mode)) {
		if (errno == EEXIST)
			fault_set(&r->fault, HN_ERR_USAGE, NULL, "%s exists: -f overwrites it", path);
		else
			fault_set(&r->fault, HN_ERR_OUTPUT, NULL, "%s: %s", path, strerror(errno));
	} else {
		made(c, path);
		buf_addf(&r->text, "wrote %s", path);
		result_text(r, "file", str_of(path));
	}
}

/* What of a reply goes to a file. 1, or 0 with the result failed. */
static int add_reply(const struct message *m, size_t block, struct buf *out, struct command_result *r)
{
	if (block)
		return !fenced_take((hn_str){ m->text, m->n }, block, out, &r->fault);
	buf_add(out, m->text, m->n);
	if (m->text[m->n - 1] != '\n')
		buf_addc(out, '\n');
	return 1;
}

/* /write: the last reply's text, or a block of its code. */
void command_write(struct commands *c, hn_str args, struct command_result *r)
{
	struct chat *chat = c->chat;
	const struct message *m = last_reply(chat, 0, r);
	struct buf text = BUF(BUF_NO_CAP);
	struct target to = { .path = NULL };

	if (m)
		to = target_of("/write", args, 1, r);
	if (to.path && add_reply(m, to.block, &text, r))
		put_file(c, &to, buf_str(&text), usual_mode(), r);
	buf_free(&text);
	free(to.path);
}

/* ---- /save ---- */

/* /save: the conversation, by the name's ending. */
void command_save(struct commands *c, hn_str args, struct command_result *r)
{
	struct chat *chat = c->chat;
	struct buf text = BUF(BUF_NO_CAP), endings = BUF(BUF_NO_CAP);
	struct target to = target_of("/save", args, 0, r);
	const struct format *format = to.path ? format_of(to.path) : NULL;

	if (format) {
		format->write(&chat->talk, &text);
		put_file(c, &to, buf_str(&text), 0600, r);
	} else if (to.path) {
		formats_list(&endings);
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "%s: name it %s", to.path, endings.p);
	}
	buf_free(&endings);
	buf_free(&text);
	free(to.path);
}

/* ---- /load ---- */

/* The loaded history becomes the session's, as new branches, with ids after the existing ones. */
static void take_history(struct chat *chat, struct history *loaded)
{
	uint64_t head;

	history_number(loaded, chat->talk.history.next_id);
	head = history_head(loaded);
	for (size_t i = 0; i < loaded->n; i++) {
		struct message *m = loaded->all[i];

		if (history_adopt(&chat->talk.history, m))
			message_free(m);
		else
			chat_keep(chat, m);
	}
	loaded->n = 0;
	history_go(&chat->talk.history, head);
	chat_moved(chat);
}

/* Parses and takes over a conversation. */
static void load_text(struct chat *chat, const char *path, hn_str text, struct command_result *r)
{
	int64_t now = chat->rt->clock->wall(chat->rt->clock->ud);
	struct conversation loaded;

	if (format_read(text, now, &loaded, &r->fault)) {
		fault_name(&r->fault, "cannot load it");
		fault_name(&r->fault, path);
	} else {
		chat_system(chat, str_of(loaded.system));
		take_history(chat, &loaded.history);
		buf_addf(&r->text, "loaded %zu messages from %s", chat->talk.history.n_view, path);
		if (loaded.reading.damaged)
			buf_addf(&r->text, "; %zu damaged lines were passed over", loaded.reading.damaged);
		result_int(r, "messages", (int64_t)chat->talk.history.n_view);
	}
	conversation_free(&loaded);
}

/* /load: continue a saved conversation. */
void command_load(struct commands *c, hn_str args, struct command_result *r)
{
	struct chat *chat = c->chat;
	struct buf text = BUF(FORMAT_CAP);
	char *path = path_said(args);

	if (args.n == 0)
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "which file? /load FILE");
	else if (file_read(path, FORMAT_CAP, &text, &r->fault))
		r->fault.kind = HN_ERR_USAGE;
	else
		load_text(chat, path, buf_str(&text), r);
	buf_free(&text);
	free(path);
}
