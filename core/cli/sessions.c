/* SPDX-License-Identifier: MIT */
/*
 * sessions: `hobnob sessions list|show|search|export|import|rm`: the kept conversations.
 *
 * A word that names none, or several, is a slip of the user's (usage); one that is there and cannot
 * be read, written or removed is not (output).
 */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "cli/output.h"
#include "cli/sessions_private.h"
#include "cli/verb.h"
#include "store/store.h"
#include "util/mem.h"
#include "util/money.h"
#include "util/text.h"

#define TITLE_LEAST 16 /* columns that other columns give way for */

/* ---- output ---- */

/* Adds a cost as exact decimal text, or null. */
static void add_cost(struct json_object *o, int64_t cost)
{
	char money[32];
	json_add_text_or_null(o, "cost", cost < 0 ? NULL : money_text(cost, money));
}

static struct json_object *kept_json(const struct kept *kept)
{
	struct json_object *o = json_new_object();
	json_add_text(o, "id", str_of(kept->id));
	json_add_text(o, "title", str_of(kept->title));
	json_add_text_or_null(o, "provider", kept->provider);
	json_add_text_or_null(o, "model", kept->model);
	json_add_int(o, "created", kept->created);
	json_add_int(o, "used", kept->used);
	json_add_int(o, "messages", kept->messages);
	json_add_int(o, "turns", kept->turns);
	add_cost(o, kept->cost);
	json_add_int(o, "unpriced", kept->unpriced);
	json_add_int(o, "damaged", kept->damaged);
	json_add_int(o, "bytes", kept->bytes);
	return o;
}

/* ---- list ---- */

/* The columns, and in which order they give way to the title where a terminal is narrow. */
enum column {
	COLUMN_ID,
	COLUMN_USED,
	COLUMN_TURNS,
	COLUMN_COST,
	COLUMN_MODEL,
	COLUMN_TITLE,
	COLUMNS
};
static const char *const heads[COLUMNS] = { "ID", "USED", "TURNS", "COST", "MODEL", "TITLE" };
static const size_t giving_way[] = { COLUMN_MODEL, COLUMN_COST, COLUMN_TURNS, COLUMN_USED };

/* What stands in a column, in `room` or elsewhere. */
static const char *cell_text(const struct kept *kept, enum column column, struct buf *room)
{
	char text[40];
	buf_cut(room, 0);
	switch (column) {
	case COLUMN_ID:
		return kept->id;
	case COLUMN_USED:
		buf_adds(room, kept_time(kept->used, text));
		break;
	case COLUMN_TURNS:
		buf_addf(room, "%lld", (long long)kept->turns);
		break;
	case COLUMN_COST:
		buf_adds(room, sessions_cost(kept, text));
		break;
	case COLUMN_MODEL:
		return kept->model;
	default:
		buf_addf(room, "%s%s", kept->damaged ? "(damaged) " : "", kept->title);
	}
	return room->p ? room->p : "";
}

static void add_list(const struct kept_list *list, size_t width, struct buf *out)
{
	struct table t = {
		.columns = COLUMNS,
		.fit = width,
		.giving_way = giving_way,
		.n_giving_way = sizeof giving_way / sizeof *giving_way,
		.least = TITLE_LEAST,
	};
	struct buf room = BUF(BUF_NO_CAP);
	for (int c = 0; c < COLUMNS; c++)
		table_cell(&t, heads[c]);
	for (size_t i = 0; i < list->n; i++)
		for (int c = 0; c < COLUMNS; c++)
			table_cell(&t, cell_text(&list->all[i], (enum column)c, &room));
	table_print(&t, out);
	buf_free(&room);
}

static void tell_odd(struct runtime *rt, const struct buf *odd)
{
	for (const char *line = odd->n ? odd->p : ""; *line;) {
		size_t n = strcspn(line, "\n");
		log_warn(rt->log, "%s/sessions/%.*s", rt->paths.state, (int)n, line);
		line += n + (line[n] == '\n');
	}
}

/* Takes those out that nobody answered. How many that were. */
static size_t drop_unanswered(struct kept_list *list)
{
	size_t n = 0, all = list->n;
	for (size_t i = 0; i < all; i++)
		if (list->all[i].answered)
			list->all[n++] = list->all[i];
		else
			kept_free(&list->all[i]);
	list->n = n;
	return all - n;
}

/* Reports why there is no list. unread: files were skipped. */
static void add_nothing(struct buf *out, size_t unanswered, int unread)
{
	if (unread)
		buf_adds(out, "There are no conversations that can be read.\n");
	else if (unanswered)
		buf_adds(out, "Nobody has answered in a conversation yet; --all lists the others.\n");
	else
		buf_adds(out, "There are no conversations yet.\n");
}

static int print_list(struct runtime *rt, const struct cli *cli, struct kept_list *list, int unread)
{
	struct buf out = BUF(BUF_NO_CAP);
	size_t unanswered = cli->all ? 0 : drop_unanswered(list);
	struct json_object *array = cli->json ? json_new_array() : NULL;
	for (size_t i = 0; i < list->n && array; i++)
		json_append(array, kept_json(&list->all[i]));
	if (array)
		return output_json(rt, array);
	if (list->n)
		add_list(list, output_width(), &out);
	else
		add_nothing(&out, unanswered, unread);
	return output_write(rt, &out);
}

/* `hobnob sessions list`. */
static int run_list(struct runtime *rt, const struct cli *cli)
{
	struct kept_list list;
	struct buf odd = BUF(BUF_NO_CAP);
	struct fault f = { 0 };
	int status = store_list(&rt->paths, &list, &odd, &f)
			     ? cli_fault(rt, &f)
			     : print_list(rt, cli, &list, odd.n > 0);
	tell_odd(rt, &odd);
	buf_free(&odd);
	kept_list_free(&list);
	return status;
}

/* ---- search ---- */

/* Where finds go: lines or an array. */
struct finds {
	struct buf text;
	size_t width;
	struct json_object *array; /* or NULL */
};

static struct json_object *find_json(const struct hit *hit)
{
	struct json_object *o = json_new_object();
	json_add_text(o, "id", str_of(hit->kept->id));
	json_add_text(o, "title", str_of(hit->kept->title));
	json_add_int(o, "used", hit->kept->used);
	if (hit->line)
		json_add_int(o, "message", (int64_t)hit->message);
	else
		json_add_null(o, "message");
	json_add_text(o, "text", str_of(hit->line ? hit->line : hit->kept->title));
	return o;
}

static void add_line(struct finds *f, const char *line)
{
	struct buf safe = BUF(BUF_NO_CAP);
	text_add_safe(&safe, str_of(line), HN_TEXT_LINE);
	table_cut(&f->text, safe.p ? safe.p : "", f->width ? f->width : (size_t)-1);
	buf_addc(&f->text, '\n');
	buf_free(&safe);
}

/* One find: which conversation, and below it the words' surroundings in a message. */
static int put_find(void *ud, const struct hit *hit)
{
	struct finds *f = ud;
	char used[32];
	if (f->array) {
		json_append(f->array, find_json(hit));
		return 0;
	}
	char *head = xasprintf(
		"%s  %s  %s", hit->kept->id, kept_time(hit->kept->used, used), hit->kept->title);
	char *line = hit->line ? xasprintf("    %s", hit->line) : NULL;
	add_line(f, head);
	if (line)
		add_line(f, line);
	free(head);
	free(line);
	return 0;
}

/* `hobnob sessions search WORDS...`. */
static int run_search(struct runtime *rt, const struct cli *cli)
{
	struct finds f = { .text = BUF(BUF_NO_CAP), .width = output_width() };
	struct buf odd = BUF(BUF_NO_CAP);
	struct fault fault = { 0 };
	for (size_t i = 1; i < cli->n_words; i++)
		if (str_blank(str_of(cli->words[i])))
			return cli_error(rt, HN_ERR_USAGE, NULL, "an empty word is in every message");
	f.array = cli->json ? json_new_array() : NULL;
	int failed = store_search(
		&rt->paths, cli->words + 1, cli->n_words - 1, put_find, &f, &odd, &fault);
	int unread = odd.n > 0;
	tell_odd(rt, &odd);
	buf_free(&odd);
	if (failed) {
		json_object_put(f.array);
		return cli_fault(rt, &fault);
	}
	if (f.array)
		return output_json(rt, f.array);
	if (!f.text.n)
		buf_addf(&f.text, "No message or title%s holds all of these words.\n",
			unread ? " that could be read" : "");
	return output_write(rt, &f.text);
}

/* ---- rm ---- */

/* Resolves all words, each id once. Returns their number; 0 with *status after naming the word that
 * matches no conversation. */
static size_t find_all(struct runtime *rt, const struct cli *cli, char **ids, int *status)
{
	size_t n = 0;
	for (size_t i = 1; i < cli->n_words; i++) {
		size_t k = 0;
		char *id = sessions_find(rt, cli->words[i], status);
		while (id && k < n && strcmp(ids[k], id))
			k++;
		if (id && k == n)
			ids[n++] = id;
		else
			free(id);
		if (id)
			continue;
		while (n)
			free(ids[--n]);
		return 0;
	}
	return n;
}

/* Removes each, as far as that is possible; frees the ids. */
static int remove_all(struct runtime *rt, const struct cli *cli, char **ids, size_t n)
{
	struct json_object *o = json_new_object(), *removed = json_new_array();
	struct buf out = BUF(BUF_NO_CAP);
	int status = 0, written;
	for (size_t i = 0; i < n; i++) {
		struct fault f = { 0 };
		if (store_remove(&rt->paths, ids[i], &f)) {
			status = cli_fault(rt, &f);
		} else {
			json_append(removed, json_of(str_of(ids[i])));
			buf_addf(&out, "removed %s\n", ids[i]);
		}
		free(ids[i]);
	}
	json_set(o, "removed", removed);
	if (cli->json) {
		buf_free(&out);
		written = output_json(rt, o);
	} else {
		json_object_put(o);
		written = output_write(rt, &out);
	}
	return status ? status : written;
}

/* `hobnob sessions rm ID...`. */
static int run_rm(struct runtime *rt, const struct cli *cli)
{
	char **ids = xcalloc(cli->n_words, sizeof *ids);
	int status = 0;
	size_t n = find_all(rt, cli, ids, &status);
	if (n)
		status = remove_all(rt, cli, ids, n);
	free(ids);
	return status;
}

/* clang-format off */
const struct verb sessions_verbs[] = {
	{ "list", 0, 0, NULL, "every answered conversation, the one used last first", run_list },
	{ "show", 1, 1, "ID", "a conversation; its id, or the beginning or end of one", sessions_show },
	{ "search", 1, VERB_ANY, "WORDS...", "conversations with a message or a title that holds the words", run_search },
	{ "export", 2, 2, "ID FILE", "a new file: .json, .md, .openai.json or .jsonl; -x: code alone; - is stdout", sessions_export },
	{ "import", 1, 1, "FILE", "a file that export or /save made, or OpenAI's messages", sessions_import },
	{ "rm", 1, VERB_ANY, "ID...", "remove conversations", run_rm },
};
/* clang-format on */
const size_t sessions_verb_count = sizeof sessions_verbs / sizeof *sessions_verbs;

int subcommand_sessions(struct runtime *rt, const struct cli *cli)
{
	return verb_run(rt, cli, sessions_verbs, sessions_verb_count);
}
