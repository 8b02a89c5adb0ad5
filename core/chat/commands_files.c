/* SPDX-License-Identifier: MIT */
/*
 * commands_files: commands that keep something in a file, or take it from one.
 *
 * A file is written beside its place and moved there, so that what was there stays whole until the
 * new one is. One that exists and was not made by this conversation is overwritten only with -f.
 */
#include "chat/commands_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chat/message_json.h"
#include "util/mem.h"

#define SAVE_VERSION 1
#define SAVE_CAP (256u << 20) /* bytes of a saved conversation that /load reads */

/* The last reply that has text, or NULL with the result failed. */
static const struct message *last_reply(struct hn_session *s, struct command_result *r)
{
	for (size_t i = s->talk.history.n_view; i-- > 0;)
		if (s->talk.history.view[i]->role == HN_ROLE_ASSISTANT && s->talk.history.view[i]->n)
			return s->talk.history.view[i];
	result_fail(r, HN_ERR_USAGE, "there is no reply yet");
	return NULL;
}

/* /preview: the last reply again. */
void command_preview(struct hn_session *s, hn_str args, struct command_result *r)
{
	const struct message *m;

	if (!result_no_args(r, "/preview", args) || !(m = last_reply(s, r)))
		return;
	buf_add(&r->text, m->text, m->n);
	result_text(r, "text", (hn_str){ m->text, m->n });
}

/* ---- writing ---- */

/* "[-f] FILE": the file's name (allocated) and whether it may be overwritten; NULL with the
 * result failed. */
static char *file_of(hn_str args, int *force, struct command_result *r)
{
	*force = str_is(args, "-f") || str_begins(args, "-f ");
	if (*force)
		args = str_trim((hn_str){ args.p + 2, args.n - 2 });
	if (args.n)
		return str_dup(args);
	result_fail(r, HN_ERR_USAGE, "which file?");
	return NULL;
}

/* 1 if this conversation made that file. */
static int is_made(const struct hn_session *s, const char *path)
{
	for (size_t i = 0; i < s->n_made; i++)
		if (!strcmp(s->made[i], path))
			return 1;
	return 0;
}

/* Remembers that this conversation made a file. */
static void made(struct hn_session *s, const char *path)
{
	if (is_made(s, path))
		return;
	s->made = xgrow(s->made, s->n_made, &s->cap_made, sizeof *s->made);
	s->made[s->n_made++] = xstrdup(path);
}

/* Writes all of a text to a new file and closes it. 0, or -1 with errno. */
static int write_all(int fd, hn_str text, mode_t mode)
{
	int failed = fchmod(fd, mode);

	while (text.n && !failed) {
		ssize_t n = write(fd, text.p, text.n);

		if (n < 0 && errno == EINTR)
			continue;
		failed = n < 0;
		text.p += n < 0 ? 0 : n;
		text.n -= n < 0 ? 0 : (size_t)n;
	}
	if (!failed)
		failed = fsync(fd);
	return close(fd) || failed ? -1 : 0;
}

/* Writes beside the file's place and moves it there. 0, or -1 with errno. */
static int replace_file(const char *path, hn_str text, mode_t mode)
{
	char *beside = xasprintf("%s.XXXXXX", path);
	int fd = mkstemp(beside), failed = fd < 0, error;

	if (!failed)
		failed = write_all(fd, text, mode) || rename(beside, path);
	error = errno;
	if (failed && fd >= 0)
		unlink(beside);
	free(beside);
	errno = error;
	return failed ? -1 : 0;
}

/* The mode of a file that the user makes for themselves. */
static mode_t usual_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

/* Puts a text into the file that the arguments name. */
static void put_file(struct hn_session *s, const char *path, int force, hn_str text, mode_t mode,
	struct command_result *r)
{
	struct stat st;
	int there = stat(path, &st) == 0;

	if (there && !S_ISREG(st.st_mode)) {
		result_fail(r, HN_ERR_USAGE, "%s is no regular file", path);
	} else if (there && !force && !is_made(s, path)) {
		result_fail(r, HN_ERR_USAGE, "%s exists: -f overwrites it", path);
	} else if (replace_file(path, text, there ? st.st_mode & 07777 : mode)) {
		result_fail(r, HN_ERR_OUTPUT, "%s: %s", path, strerror(errno));
	} else {
		made(s, path);
		buf_addf(&r->text, "wrote %s", path);
		result_text(r, "file", str_of(path));
	}
}

/* /write: the last reply's text. */
void command_write(struct hn_session *s, hn_str args, struct command_result *r)
{
	const struct message *m = last_reply(s, r);
	struct buf text = BUF(BUF_NO_CAP);
	int force;
	char *path = m ? file_of(args, &force, r) : NULL;

	if (path) {
		buf_add(&text, m->text, m->n);
		if (m->text[m->n - 1] != '\n')
			buf_addc(&text, '\n');
		put_file(s, path, force, buf_str(&text), usual_mode(), r);
	}
	buf_free(&text);
	free(path);
}

/* ---- /save ---- */

/* The whole conversation as JSON. */
static void conversation_json(const struct hn_session *s, struct buf *out)
{
	struct json_object *o = json_object_new_object(), *messages = json_object_new_array();

	json_add_text(o, "hobnob", str_of("conversation"));
	json_add_int(o, "version", SAVE_VERSION);
	if (s->talk.system)
		json_add_text(o, "system", str_of(s->talk.system));
	json_add_int(o, "head", (int64_t)history_head(&s->talk.history));
	for (size_t i = 0; i < s->talk.history.n; i++)
		json_object_array_add(messages, message_to_json(s->talk.history.all[i]));
	json_object_object_add(o, "messages", messages);
	json_write(o, out);
	buf_addc(out, '\n');
	json_object_put(o);
}

/* The branch that is talked on, as Markdown. */
static void conversation_markdown(const struct hn_session *s, struct buf *out)
{
	if (s->talk.system)
		buf_addf(out, "## System\n\n%s\n\n", s->talk.system);
	for (size_t i = 0; i < s->talk.history.n_view; i++) {
		const struct message *m = s->talk.history.view[i];

		buf_addf(out, "## %s\n\n", m->role == HN_ROLE_USER ? "You" : "Assistant");
		buf_add(out, m->text, m->n);
		buf_addf(out, "%s\n", m->n && m->text[m->n - 1] == '\n' ? "" : "\n");
		if (m->state != MESSAGE_COMPLETE)
			buf_addf(out, "*(%s)*\n\n", message_state_name(m->state));
	}
}

static const struct {
	const char *ending;
	void (*make)(const struct hn_session *, struct buf *);
} save_formats[] = {
	{ ".json", conversation_json },
	{ ".md", conversation_markdown },
};

/* 1 if a name ends so. */
static int ends(const char *name, const char *ending)
{
	size_t n = strlen(name), m = strlen(ending);

	return n > m && !strcmp(name + n - m, ending);
}

/* /save: the conversation, by the name's ending. */
void command_save(struct hn_session *s, hn_str args, struct command_result *r)
{
	struct buf text = BUF(BUF_NO_CAP);
	int force, known = 0;
	char *path = file_of(args, &force, r);

	for (size_t i = 0; path && i < sizeof save_formats / sizeof *save_formats; i++) {
		if (!ends(path, save_formats[i].ending))
			continue;
		known = 1;
		save_formats[i].make(s, &text);
		put_file(s, path, force, buf_str(&text), 0600, r);
	}
	if (path && !known)
		result_fail(
			r, HN_ERR_USAGE, "%s: name it .json (lossless) or .md (readable)", path);
	buf_free(&text);
	free(path);
}

/* ---- /load ---- */

/* Reads the messages of a saved conversation into a history of their own. NULL, or why not. */
static const char *read_messages(struct json_object *o, struct history *h)
{
	struct json_object *messages = json_member(o, "messages");
	const char *why = NULL;

	if (json_int(o, "version", 0) != SAVE_VERSION)
		return "it is of a version that this hobnob does not know";
	if (!json_object_is_type(messages, json_type_array))
		return "it has no messages";
	for (size_t i = 0; i < json_object_array_length(messages); i++) {
		struct message *m = message_from_json(json_object_array_get_idx(messages, i), &why);

		if (!m)
			return why;
		int behind = m->id >= h->next_id;
		if (!behind || history_adopt(h, m)) {
			message_free(m);
			return behind ? "a message's parent is missing"
				      : "its messages are not in order of their ids";
		}
	}
	if (history_go(h, (uint64_t)json_int(o, "head", 0)))
		return "its head is no message of it";
	return NULL;
}

/* Numbers messages anew, from `first` on without a gap: however large the ids of a file are, there
 * are more behind them. */
static void number_anew(struct history *h, uint64_t first)
{
	struct message **parents = xcalloc(h->n, sizeof(*parents));

	for (size_t i = 0; i < h->n; i++)
		parents[i] = history_find(h, h->all[i]->parent);
	for (size_t i = 0; i < h->n; i++) {
		h->all[i]->id = first + i;
		h->all[i]->parent = parents[i] ? parents[i]->id : 0;
	}
	free(parents);
}

/* The loaded history becomes the session's, as new branches with ids behind those that are there. */
static void take_history(struct hn_session *s, struct history *loaded)
{
	uint64_t head;

	number_anew(loaded, s->talk.history.next_id);
	head = history_head(loaded);
	for (size_t i = 0; i < loaded->n; i++) {
		struct message *m = loaded->all[i];

		if (history_adopt(&s->talk.history, m))
			message_free(m);
		else
			journal_message(s->journal, m);
	}
	loaded->n = 0;
	history_go(&s->talk.history, head);
	s->journalled_head = UINT64_MAX; /* whatever the journal holds, the view is elsewhere now */
	session_moved(s);
}

/* Parses and takes over a saved conversation. */
static void load_text(struct hn_session *s, const char *path, hn_str text, struct command_result *r)
{
	const char *why = NULL;
	struct json_object *o = json_read(text, &why);
	struct history loaded;

	history_init(&loaded);
	if (o && !str_is(json_text(o, "hobnob"), "conversation"))
		why = "it is no conversation that hobnob saved";
	else if (o)
		why = read_messages(o, &loaded);
	if (why) {
		result_fail(r, HN_ERR_USAGE, "%s: cannot load it: %s", path, why);
	} else {
		take_history(s, &loaded);
		session_system(s, json_text(o, "system"));
		buf_addf(&r->text, "loaded %zu messages from %s", s->talk.history.n_view, path);
		result_int(r, "messages", (int64_t)s->talk.history.n_view);
	}
	history_free(&loaded);
	json_object_put(o);
}

/* /load: go on with a saved conversation. */
void command_load(struct hn_session *s, hn_str args, struct command_result *r)
{
	struct buf text = BUF(SAVE_CAP);
	char *path = str_dup(args), *error = NULL;

	if (args.n == 0)
		result_fail(r, HN_ERR_USAGE, "which file?");
	else if (file_read(path, SAVE_CAP, &text, &error))
		result_fail(r, HN_ERR_USAGE, "%s", error);
	else
		load_text(s, path, buf_str(&text), r);
	buf_free(&text);
	free(error);
	free(path);
}
