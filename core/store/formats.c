/* SPDX-License-Identifier: MIT */
/*
 * formats: a conversation as a file for the user.
 *
 * A table chooses the format to write by the file's ending; the format to read follows from the
 * contents, because people rename files. hobnob's own .json is read strictly, because it must come
 * back complete; from OpenAI's messages, which others wrote, hobnob takes the text, and rejects by
 * name what is not text rather than drop it.
 */
#include "store/formats.h"

#include <stdlib.h>
#include <string.h>

#include "conversation/message_json.h"
#include "store/journal_read.h"
#include "util/encoding.h"
#include "util/mem.h"
#include "util/names.h"

#define SAVE_VERSION 2 /* 1 had no parts but opaque ones */
#define UNKNOWN_KIND \
	"not a conversation that hobnob saved, nor a journal, nor a list of OpenAI's messages"
#define FIRST_LINE_MAX 4096 /* bytes; a journal's first line is far shorter */

/* ---- writing ---- */

struct json_object *format_json(const struct conversation *c)
{
	struct json_object *o = json_new_object(), *messages = json_new_array();

	json_add_text(o, "hobnob", str_of("conversation"));
	json_add_int(o, "version", SAVE_VERSION);
	if (c->system)
		json_add_text(o, "system", str_of(c->system));
	if (c->title)
		json_add_text(o, "title", str_of(c->title));
	json_add_int(o, "head", (int64_t)history_head(&c->history));
	for (size_t i = 0; i < c->history.n; i++)
		json_append(messages, message_to_json(c->history.all[i]));
	json_set(o, "messages", messages);
	return o;
}

static void write_json(const struct conversation *c, struct buf *out)
{
	struct json_object *o = format_json(c);

	json_write(o, out);
	buf_addc(out, '\n');
	json_object_put(o);
}

void format_readable(const struct conversation *c, void (*put)(void *ud, enum format_piece, hn_str), void *ud)
{
	struct buf line = BUF(BUF_NO_CAP);

	if (c->title) {
		buf_addf(&line, "# %s", c->title);
		put(ud, FORMAT_HEAD, buf_str(&line));
	}
	if (c->system) {
		put(ud, FORMAT_HEAD, str_of("## System"));
		put(ud, FORMAT_SYSTEM, str_of(c->system));
	}
	for (size_t i = 0; i < c->history.n_view; i++) {
		const struct message *m = c->history.view[i];
		int reply = m->role != HN_ROLE_USER && m->role != HN_ROLE_SYSTEM;

		put(ud, FORMAT_HEAD, str_of(reply ? "## Assistant" : m->role == HN_ROLE_USER ? "## You" : "## System"));
		if (m->n_reasoning)
			put(ud, FORMAT_REASONING, (hn_str){ m->reasoning, m->n_reasoning });
		if (m->n)
			put(ud, reply ? FORMAT_REPLY : FORMAT_WORDS, (hn_str){ m->text, m->n });
		buf_cut(&line, 0);
		if (message_describe(m, "\n", &line))
			put(ud, FORMAT_NOTE, buf_str(&line));
		buf_cut(&line, 0);
		buf_addf(&line, "*(%s)*", message_state_name(m->state));
		if (m->state != MESSAGE_COMPLETE)
			put(ud, FORMAT_HEAD, buf_str(&line));
	}
	buf_free(&line);
}

/* A piece and a blank line; ud is the struct buf. */
static void put_markdown(void *ud, enum format_piece kind, hn_str text)
{
	int ended = (kind == FORMAT_REPLY || kind == FORMAT_WORDS) && text.p[text.n - 1] == '\n';

	if (kind == FORMAT_REASONING)
		return;
	buf_addstr(ud, text);
	buf_adds(ud, ended ? "\n" : "\n\n");
}

/* ".md": the branch, for people. */
static void write_markdown(const struct conversation *c, struct buf *out)
{
	format_readable(c, put_markdown, out);
}

/* One message as OpenAI has it, a line of the array. */
static void write_line(struct buf *out, const char *role, hn_str text)
{
	struct json_object *o = json_new_object();

	json_add_text(o, "role", str_of(role));
	json_add_text(o, "content", text);
	buf_adds(out, out->n && out->p[out->n - 1] == '[' ? "\n  " : ",\n  ");
	json_write(o, out);
	json_object_put(o);
}

/* ".openai.json": the branch as it would be sent, but text alone. */
static void write_openai(const struct conversation *c, struct buf *out)
{
	buf_addc(out, '[');
	if (c->system)
		write_line(out, "system", str_of(c->system));
	for (size_t i = 0; i < c->history.n_view; i++) {
		const struct message *m = c->history.view[i];

		if (!history_skips(&c->history, i) && (m->n || !m->n_parts))
			write_line(out, role_name(m->role), (hn_str){ m->text, m->n });
	}
	buf_adds(out, "\n]\n");
}

/* ---- the table ---- */

const struct format format_table[] = {
	{ ".json", "lossless", write_json },
	{ ".md", "readable", write_markdown },
	{ ".openai.json", "OpenAI's messages", write_openai },
};
const size_t format_count = sizeof format_table / sizeof *format_table;

int format_ends(const char *path, const char *ending)
{
	size_t n = strlen(path), m = strlen(ending);

	return n > m && !strcmp(path + n - m, ending);
}

/* The longest ending that fits. */
const struct format *format_of(const char *path)
{
	const struct format *best = NULL;

	for (size_t i = 0; i < format_count; i++)
		if (format_ends(path, format_table[i].ending) &&
			(!best || strlen(format_table[i].ending) > strlen(best->ending)))
			best = &format_table[i];
	return best;
}

const struct format *format_named(const char *ending)
{
	const struct format *f = format_table;

	while (strcmp(f->ending, ending))
		f++;
	return f;
}

void formats_list(struct buf *out)
{
	for (size_t i = 0; i < format_count; i++)
		buf_addf(out, "%s%s (%s)", i ? ", " : "", format_table[i].ending,
			format_table[i].help);
}

/* ---- reading: what hobnob saved ---- */

/* Takes over one message of a .json. NULL, or why not (static). */
static const char *adopt(struct history *h, struct json_object *o)
{
	struct buf text = BUF(BUF_NO_CAP);
	const char *why = NULL;
	struct message *m;

	json_write(o, &text);
	m = message_read(buf_str(&text), &why);
	buf_free(&text);
	if (!m)
		return why;
	int is_next = m->id >= h->next_id;
	if (is_next && history_adopt(h, m) == 0)
		return NULL;
	message_free(m);
	return is_next ? "a message's parent is missing"
		      : "its messages are not in order of their ids";
}

/* Reads a .json. NULL, or why not (static). */
static const char *read_saved(struct json_object *o, struct conversation *out)
{
	struct json_object *messages = json_member(o, "messages");
	hn_str system = json_text(o, "system"), title = json_text(o, "title");
	const char *why = NULL;

	if (json_int(o, "version", 0) < 1 || json_int(o, "version", 0) > SAVE_VERSION)
		return "it is of a version that this hobnob does not know";
	if (!json_object_is_type(messages, json_type_array))
		return "it has no messages";
	for (size_t i = 0; !why && i < json_object_array_length(messages); i++)
		why = adopt(&out->history, json_object_array_get_idx(messages, i));
	if (!why && history_go(&out->history, (uint64_t)json_int(o, "head", 0)))
		why = "its head is not one of its messages";
	out->system = system.n ? str_dup(system) : NULL;
	out->title = title.n ? str_dup(title) : NULL;
	return why;
}

/* ---- reading: OpenAI's messages ---- */

/* The text of one part of a content. 0, or HN_ERR_USAGE. */
static int add_part(struct json_object *part, size_t number, struct buf *out, struct fault *f)
{
	hn_str type = json_text(part, "type");

	if (str_is(type, "text") &&
		json_object_is_type(json_member(part, "text"), json_type_string)) {
		buf_addstr(out, json_text(part, "text"));
		return 0;
	}
	return fault_set(f, HN_ERR_USAGE, NULL,
		"message %zu has a part of type \"%.*s\": only text can be taken", number,
		(int)(type.n < 64 ? type.n : 64), type.n ? type.p : "");
}

/* The text of a message: a text, or parts of one. 0, or HN_ERR_USAGE. */
static int add_content(struct json_object *message, size_t number, struct buf *out, struct fault *f)
{
	struct json_object *content = json_member(message, "content");

	if (json_member(message, "tool_calls"))
		return fault_set(f, HN_ERR_USAGE, NULL,
			"message %zu calls a tool: only text can be taken", number);
	if (json_object_is_type(content, json_type_string))
		return buf_addstr(out, json_text(message, "content"));
	if (!json_object_is_type(content, json_type_array))
		return fault_set(f, HN_ERR_USAGE, NULL, "message %zu has no content", number);
	for (size_t i = 0; i < json_object_array_length(content); i++)
		if (add_part(json_object_array_get_idx(content, i), number, out, f))
			return HN_ERR_USAGE;
	return 0;
}

/* One more paragraph of the system prompt. */
static void add_system(struct conversation *out, hn_str text)
{
	char *before = out->system;

	if (text.n)
		out->system = xasprintf("%s%s%.*s", before ? before : "", before ? "\n\n" : "",
			(int)text.n, text.p);
	if (out->system != before)
		free(before);
}

/* Adds a message, as a paragraph of the one before if both have the same role: hobnob does not send a
 * question again that no answer follows. */
static void add_turn(struct history *h, uint32_t role, hn_str text, int64_t now_ms)
{
	struct message *last = h->n_view > 0 ? h->view[h->n_view - 1] : NULL;
	struct buf both = BUF(BUF_NO_CAP);

	if (!last || last->role != role) {
		history_append(h, role, text, now_ms);
		return;
	}
	buf_add(&both, last->text, last->n);
	buf_adds(&both, last->n && text.n ? "\n\n" : "");
	buf_addstr(&both, text);
	free(last->text);
	last->n = both.n;
	last->text = buf_take(&both);
	history_go(h, last->id);
}

/* Takes one of OpenAI's messages. 0, or HN_ERR_USAGE. */
static int add_message(struct json_object *o, size_t number, int64_t now_ms,
	struct conversation *out, struct fault *f)
{
	hn_str role = json_text(o, "role");
	int is_system = str_is(role, "system") || str_is(role, "developer");
	int is_known = is_system || str_is(role, "user") || str_is(role, "assistant");
	struct buf text = BUF(BUF_NO_CAP);

	if (!role.n)
		return fault_set(f, HN_ERR_USAGE, NULL, "message %zu has no role", number);
	if (!is_known)
		return fault_set(f, HN_ERR_USAGE, NULL,
			"message %zu is of the role \"%.*s\": only system, developer, user and "
			"assistant can be taken",
			number, (int)(role.n < 64 ? role.n : 64), role.p);
	if (add_content(o, number, &text, f)) {
		buf_free(&text);
		return HN_ERR_USAGE;
	}
	if (is_system)
		add_system(out, buf_str(&text));
	else
		add_turn(&out->history, role_find(role), buf_str(&text), now_ms);
	buf_free(&text);
	return 0;
}

/* Reads OpenAI's messages. 0, or HN_ERR_USAGE. */
static int read_openai(
	struct json_object *messages, int64_t now_ms, struct conversation *out, struct fault *f)
{
	for (size_t i = 0; i < json_object_array_length(messages); i++)
		if (add_message(json_object_array_get_idx(messages, i), i + 1, now_ms, out, f))
			return HN_ERR_USAGE;
	if (out->history.n)
		return 0;
	return fault_set(f, HN_ERR_USAGE, NULL, "it holds no messages");
}

/* ---- reading: whatever it is ---- */

/* By the first line alone: the lines after it may be damaged. */
int format_is_journal(hn_str text)
{
	const char *end = text.n ? memchr(text.p, '\n', text.n) : NULL;
	size_t n = end ? (size_t)(end - text.p) : text.n;
	struct json_object *o = NULL;

	if (n && n <= FIRST_LINE_MAX && text.p[0] == '{')
		o = json_read((hn_str){ text.p, n }, NULL);
	int is = str_is(json_text(o, "hobnob"), "journal");
	json_object_put(o);
	return is;
}

/* Reads a JSON document of whichever kind. 0, or HN_ERR_USAGE. */
static int read_document(
	struct json_object *o, int64_t now_ms, struct conversation *out, struct fault *f)
{
	struct json_object *messages =
		json_object_is_type(o, json_type_array) ? o : json_member(o, "messages");
	const char *why = NULL;

	if (str_is(json_text(o, "hobnob"), "conversation"))
		why = read_saved(o, out);
	else if (json_object_is_type(messages, json_type_array) && !json_member(o, "hobnob"))
		return read_openai(messages, now_ms, out, f);
	else
		why = UNKNOWN_KIND;
	return why ? fault_set(f, HN_ERR_USAGE, NULL, "%s", why) : 0;
}

/* Reads what is not a JSON document: a journal whose first line is damaged, or something unknown.
 * 0, or HN_ERR_USAGE; why, hint: why it is not a document, and how to fix that (or NULL). */
static int read_rest(hn_str text, const char *why, const char *hint, struct conversation *out,
	struct fault *f)
{
	if (journal_read_text(text, out, f) == 0)
		return 0;
	return fault_set(f, HN_ERR_USAGE, hint, UNKNOWN_KIND " (%s)", why);
}

int format_read(hn_str text, int64_t now_ms, struct conversation *out, struct fault *f)
{
	const char *why = NULL, *hint;
	struct json_object *o;
	int result;

	conversation_init(out);
	text = text_unmarked(text);
	if (format_is_journal(text)) {
		result = journal_read_text(text, out, f);
		if (result)
			f->kind = HN_ERR_USAGE;
		return result;
	}
	why = text_fault(text, &hint);
	o = why ? NULL : json_read(text, &why);
	result = o ? read_document(o, now_ms, out, f) : read_rest(text, why, hint, out, f);
	json_object_put(o);
	return result ? -1 : 0;
}
