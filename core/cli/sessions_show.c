/* SPDX-License-Identifier: MIT */
/*
 * sessions_show: `hobnob sessions show ID`: facts about a conversation and its messages, which a terminal gets as rendered
 * Markdown, as wide as it is now.
 */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/markdown.h"
#include "cli/output.h"
#include "cli/sessions_private.h"
#include "store/formats.h"
#include "store/store.h"
#include "util/mem.h"
#include "util/money.h"
#include "util/text.h"

/* ---- the head ---- */

const char *sessions_cost(const struct kept *kept, char out[40])
{
	char money[32];
	if (kept->cost < 0)
		return kept->unpriced ? "unpriced" : "";
	snprintf(out, 40, "$%s%s", money_text(kept->cost, money), kept->unpriced ? "+" : "");
	return out;
}

/* When the journal was last written to, ms since 1970. */
static int64_t used_of(struct runtime *rt, const char *id)
{
	char *path = store_path(&rt->paths, id);
	struct stat st;
	int64_t used = stat(path, &st) ? 0 : store_used(&st);
	free(path);
	return used;
}

/* Adds a fact, if there is one; frees the value. */
static void add_fact(struct table *t, const char *name, char *value)
{
	if (value && *value) {
		table_cell(t, name);
		table_cell(t, value);
	}
	free(value);
}

/* "4, 2 more on other branches". */
static char *messages_text(const struct conversation *c)
{
	size_t n = c->history.n_view, others = c->history.n - n;
	return others ? xasprintf("%zu, %zu more on other branches", n, others)
		      : xasprintf("%zu", n);
}

/* The head: a fact a line. */
static void add_facts(const struct conversation *c, const struct kept *kept, struct buf *out)
{
	struct table t = { .columns = 2 };
	char text[40];
	add_fact(&t, "id", xstrdup(kept->id));
	add_fact(&t, "title", xstrdup(kept->title));
	add_fact(&t, "model",
		xasprintf("%s%s%s", kept->provider, *kept->model ? " " : "", kept->model));
	add_fact(&t, "created", kept->created ? xstrdup(kept_time(kept->created, text)) : NULL);
	add_fact(&t, "used", xstrdup(kept_time(kept->used, text)));
	add_fact(&t, "copy of", xstrdup(c->forked_from));
	add_fact(&t, "messages", messages_text(c));
	add_fact(&t, "turns", xasprintf("%lld", (long long)kept->turns));
	add_fact(&t, "cost", xstrdup(sessions_cost(kept, text)));
	table_print(&t, out);
}

static void add_faults(const struct conversation *c, struct buf *out)
{
	if (!c->reading.damaged)
		return;
	buf_addf(out, "\n%zu damaged line%s:\n", c->reading.damaged, c->reading.damaged == 1 ? "" : "s");
	text_add_safe(out, buf_str(&c->reading.faults), 0);
}

/* ---- the messages, rendered ---- */

/* Where pieces of a page go. */
struct page {
	struct runtime *rt;
	struct buf *out;
};

/* Replies and what hobnob says are rendered, reasoning is an aside; what the user wrote stands as it was written. */
static void page_put(void *ud, enum format_piece kind, hn_str text)
{
	static const enum markdown_how how[] = {
		[FORMAT_HEAD] = MARKDOWN_RENDERED,
		[FORMAT_REASONING] = MARKDOWN_ASIDE,
		[FORMAT_REPLY] = MARKDOWN_RENDERED,
	};
	const struct page *p = ud;
	if (kind == FORMAT_REASONING && !setting_bool(p->rt->settings, S_SHOW_REASONING))
		return;
	while (text.n && text.p[text.n - 1] == '\n')
		text.n--;
	markdown_add(p->rt, STDOUT_FILENO, how[kind], text, p->out);
	buf_addc(p->out, '\n');
}

/* ---- all of it ---- */

/* As the source: bytes into a pipe, made safe on a terminal. */
static void add_source(const struct conversation *c, struct buf *out)
{
	struct buf messages = BUF(BUF_NO_CAP);
	format_named(".md")->write(c, &messages);
	output_add(out, buf_str(&messages));
	buf_free(&messages);
}

static int show_text(struct runtime *rt, const struct cli *cli, const struct conversation *c, const struct kept *kept)
{
	struct buf out = BUF(BUF_NO_CAP);
	add_facts(c, kept, &out);
	add_faults(c, &out);
	buf_addc(&out, '\n');
	if (markdown_wanted(rt, STDOUT_FILENO))
		format_readable(c, page_put, &(struct page){ rt, &out });
	else
		add_source(c, &out);
	return cli->pager && isatty(STDOUT_FILENO) ? output_page(rt, &out) : output_write(rt, &out);
}

static int show_json(struct runtime *rt, const struct conversation *c, const char *id)
{
	struct json_object *o = format_json(c);
	json_add_text(o, "id", str_of(id));
	return output_json(rt, o);
}

int sessions_show(struct runtime *rt, const struct cli *cli)
{
	struct conversation c;
	struct kept kept;
	char *id;
	int status;
	if (sessions_open(rt, cli->words[1], &id, &c, &status) == 0) {
		kept_of(&c, id, &kept);
		kept.used = used_of(rt, id);
		status = cli->json ? show_json(rt, &c, id) : show_text(rt, cli, &c, &kept);
		kept_free(&kept);
	}
	conversation_free(&c);
	free(id);
	return status;
}
