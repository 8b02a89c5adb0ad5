/* SPDX-License-Identifier: MIT */
/* sessions_files: `hobnob sessions export` and `import`: conversations to and from the user's
 * files. */
#include "cli/sessions_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/output.h"
#include "util/fenced.h"
#include "store/formats.h"
#include "store/journal.h"
#include "util/file.h"
#include "util/mem.h"

#define JOURNAL ".jsonl"

/* ---- export ---- */

/* What the journal's file holds. The exit status, after saying why it is not 0. */
static int copy_journal(struct runtime *rt, const char *id, struct buf *out)
{
	struct fault f = { 0 };
	return store_bytes(&rt->paths, id, out, &f) ? cli_fault(rt, &f) : 0;
}

/* Takes the code that --code asks for out of a conversation's last reply. The exit status, after saying why it is
 * not 0. */
static int take_code(struct runtime *rt, const struct cli *cli, const struct conversation *c, struct buf *out)
{
	size_t i = c->history.n_view, block;
	struct fault f = { 0 };
	int status = code_read(rt, cli, &block);
	if (status)
		return status;
	while (i > 0 && c->history.view[i - 1]->role != HN_ROLE_ASSISTANT)
		i--;
	const struct message *m = i > 0 ? c->history.view[i - 1] : NULL;
	if (!fenced_take(m ? (hn_str){ m->text, m->n } : str_of(""), block ? block : 1, out, &f))
		return 0;
	f.kind = HN_ERR_PROTOCOL;
	return cli_fault(rt, &f);
}

/* What a conversation is as a file of that name, and its id (allocated). The exit status, after
 * saying why it is not 0. */
static int make_text(
	struct runtime *rt, const struct cli *cli, const char *path, char **id, struct buf *out)
{
	const struct format *format = format_of(path);
	struct conversation c;
	int status = 0;
	if (!format && !cli->code) {
		*id = sessions_find(rt, cli->words[1], &status);
		return *id ? copy_journal(rt, *id, out) : status;
	}
	if (sessions_open(rt, cli->words[1], id, &c, &status) == 0) {
		if (cli->code)
			status = take_code(rt, cli, &c, out);
		else
			format->write(&c, out);
	}
	conversation_free(&c);
	return status;
}

static int print_text(struct runtime *rt, hn_str text)
{
	struct buf out = BUF(BUF_NO_CAP);
	output_add(&out, text);
	return output_write(rt, &out);
}

static int tell_export(struct runtime *rt, const struct cli *cli, const char *id)
{
	struct buf out = BUF(BUF_NO_CAP);
	if (cli->json) {
		struct json_object *o = json_new_object();
		json_add_text(o, "id", str_of(id));
		json_add_text(o, "file", str_of(cli->words[2]));
		return output_json(rt, o);
	}
	buf_addf(&out, "wrote %s\n", cli->words[2]);
	return output_write(rt, &out);
}

static int put_file(struct runtime *rt, const struct cli *cli, const char *id, hn_str text)
{
	const char *path = cli->words[2];
	if (file_create(path, text, 0600) == 0)
		return tell_export(rt, cli, id);
	if (errno == EEXIST)
		return cli_error(rt, HN_ERR_USAGE, NULL,
			"%s exists: remove it, or take another name", path);
	return cli_error(rt, HN_ERR_OUTPUT, NULL, "%s: %s", path, strerror(errno));
}

static int unknown_ending(struct runtime *rt, const char *path)
{
	struct buf names = BUF(BUF_NO_CAP);
	formats_list(&names);
	int status = cli_error(rt, HN_ERR_USAGE, NULL,
		"%s: name it %s, or " JOURNAL " (the journal itself)", path, names.p);
	buf_free(&names);
	return status;
}

/* `hobnob sessions export ID FILE`; "-" is stdout. */
int sessions_export(struct runtime *rt, const struct cli *cli)
{
	const char *path = cli->words[2];
	int to_stdout = !strcmp(path, "-"), status;
	struct buf text = BUF(BUF_NO_CAP);
	char *id = NULL;
	if (to_stdout)
		path = cli->json ? "-.openai.json" : "-.md";
	if (!cli->code && !format_of(path) && !format_ends(path, JOURNAL))
		return unknown_ending(rt, path);
	status = make_text(rt, cli, path, &id, &text);
	if (status == 0 && to_stdout)
		status = print_text(rt, buf_str(&text));
	else if (status == 0)
		status = put_file(rt, cli, id, buf_str(&text));
	buf_free(&text);
	free(id);
	return status;
}

/* ---- import ---- */

/* Writes a conversation to a journal. 0, or -1 after telling why. */
static int write_journal(struct journal *j, const struct conversation *c)
{
	const struct history *h = &c->history;
	int failed = c->system ? journal_text(j, "system", str_of(c->system)) : 0;
	if (!failed && c->title)
		failed = journal_text(j, "title", str_of(c->title));
	for (size_t i = 0; i < h->n && !failed; i++)
		failed = journal_message(j, h->all[i]);
	if (!failed && history_head(h) != h->all[h->n - 1]->id)
		failed = journal_head(j, history_head(h));
	return failed;
}

static int tell_import(
	struct runtime *rt, const struct cli *cli, const struct conversation *c, const char *id)
{
	struct buf out = BUF(BUF_NO_CAP);
	if (c->reading.damaged)
		log_warn(rt->log, "%s: %zu damaged line%s passed over", cli->words[1], c->reading.damaged,
			c->reading.damaged == 1 ? " was" : "s were");
	if (cli->json) {
		struct json_object *o = json_new_object();
		json_add_text(o, "id", str_of(id));
		json_add_int(o, "messages", (int64_t)c->history.n_view);
		return output_json(rt, o);
	}
	buf_addf(&out, "%s\n", id);
	return output_write(rt, &out);
}

/* Saves a conversation in a new journal. The exit status. */
static int keep(struct runtime *rt, const struct cli *cli, struct conversation *c, int64_t now)
{
	char *dir = store_dir(&rt->paths);
	struct journal *j = journal_new(dir, now, rt->log);
	if (!conversation_has_room(c))
		history_number(&c->history, 1);
	int failed = write_journal(j, c), made = journal_is_made(j);
	char *id = xstrdup(journal_id(j));
	journal_free(j);
	if (failed && made)
		store_remove(&rt->paths, id, NULL);
	int status = failed ? cli_error(rt, HN_ERR_OUTPUT, NULL, "nothing was imported")
			    : tell_import(rt, cli, c, id);
	free(dir);
	free(id);
	return status;
}

/* `hobnob sessions import FILE`. */
int sessions_import(struct runtime *rt, const struct cli *cli)
{
	const char *path = cli->words[1];
	struct buf text = BUF(FORMAT_CAP);
	struct conversation c;
	struct fault f = { 0 };
	int64_t now = rt->clock->wall(rt->clock->ud);
	int status;
	conversation_init(&c);
	if (!rt->paths.state)
		status = cli_error(
			rt, HN_ERR_CONFIG, NULL, "there is no place for conversations: HOME is not set");
	else if (file_read(path, FORMAT_CAP, &text, &f))
		status = (f.kind = HN_ERR_USAGE, cli_fault(rt, &f));
	else if (format_read(buf_str(&text), now, &c, &f))
		status = (fault_name(&f, path), cli_fault(rt, &f));
	else if (!c.history.n && c.reading.damaged)
		status = cli_error(rt, HN_ERR_USAGE, NULL,
			"%s: it holds no message that can be read: %zu of its lines %s damaged", path,
			c.reading.damaged, c.reading.damaged == 1 ? "is" : "are");
	else if (!c.history.n)
		status = cli_error(rt, HN_ERR_USAGE, NULL, "%s: it holds no messages", path);
	else
		status = keep(rt, cli, &c, now);
	conversation_free(&c);
	buf_free(&text);
	return status;
}
