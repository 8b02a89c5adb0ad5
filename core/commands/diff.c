/* SPDX-License-Identifier: MIT */
/*
 * diff: /diff [N [M]], what differs between two texts of the conversation, by words. What is gone stands in [-...-],
 * what came in its place in {+...+}: so a pipe, a terminal without colours and a screen reader have it.
 */
#include "commands/commands_private.h"

#include <stdlib.h>
#include <string.h>

#include "util/word_diff.h"

/* The two texts, the older one first. */
struct pair { const struct message *old, *now; };

/* ---- which texts ---- */

/* 1 if that reply only continues the other. */
static int continues(const struct history *h, const struct message *m, const struct message *begun)
{
	while (m && m->continues && m->continues != begun->id)
		m = history_find(h, m->continues);
	return m && m->continues;
}

/* 1 if both answer the same question, or another wording of it. */
static int are_siblings(const struct history *h, const struct message *a, const struct message *b)
{
	const struct message *asked_a = history_find(h, a->parent), *asked_b = history_find(h, b->parent);

	if (a->parent == b->parent)
		return 1;
	return asked_a && asked_b && asked_a->role == HN_ROLE_USER && asked_b->role == HN_ROLE_USER &&
	       asked_a->parent == asked_b->parent;
}

/* The sibling of a reply: the newest that is older, else the oldest that is newer; or NULL. */
static const struct message *sibling_of(const struct history *h, const struct message *m)
{
	const struct message *found = NULL;

	for (size_t i = 0; i < h->n; i++) {
		const struct message *other = h->all[i];

		if (other == m || other->role != HN_ROLE_ASSISTANT || !other->n || !are_siblings(h, m, other) ||
			continues(h, m, other) || continues(h, other, m))
			continue;
		if (other->id < m->id || !found)
			found = other;
	}
	return found;
}

/* The reply with a text before place i of the view; or NULL. */
static const struct message *reply_before(const struct history *h, size_t i)
{
	while (i-- > 0)
		if (h->view[i]->role == HN_ROLE_ASSISTANT && h->view[i]->n)
			return h->view[i];
	return NULL;
}

static size_t place_in_view(const struct history *h, const struct message *m)
{
	size_t i = 0;

	while (i < h->n_view && h->view[i] != m)
		i++;
	return i;
}

/* The last reply and its sibling, or the reply before it. */
static struct pair choose(const struct history *h, struct command_result *r)
{
	const struct message *last = reply_before(h, h->n_view), *other = last ? sibling_of(h, last) : NULL;

	if (last && !other)
		other = reply_before(h, place_in_view(h, last));
	if (!last)
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "there is no reply yet to compare");
	else if (!other)
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "there is only one reply: /retry or /ask makes another");
	if (!last || !other)
		return (struct pair){ NULL, NULL };
	return other->id < last->id ? (struct pair){ other, last } : (struct pair){ last, other };
}

/* Message n of /history. NULL with the result failed. */
static const struct message *message_at(const struct history *h, size_t n, struct command_result *r)
{
	if (n >= 1 && n <= h->n_view)
		return h->view[n - 1];
	fault_set(&r->fault, HN_ERR_USAGE, NULL, "there is no message %zu: /history numbers them", n);
	return NULL;
}

/* The end of branch n of /branch. NULL with the result failed. */
static const struct message *end_at(const struct history *h, size_t n, struct command_result *r)
{
	size_t count;
	struct message **ends = history_ends(h, &count);
	const struct message *m = n >= 1 && n <= count ? ends[n - 1] : NULL;

	free(ends);
	if (!m)
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "there is no branch %zu: /branch lists them", n);
	return m;
}

/* The text that the next argument names. NULL with the result failed. */
static const struct message *take_text(const struct history *h, hn_str *args, struct command_result *r)
{
	const struct message *m = NULL;
	int is_branch = args->n && args->p[0] == 'b';
	size_t n;

	*args = (hn_str){ args->p + is_branch, args->n - (size_t)is_branch };
	n = args_number(args);
	if (n == 0)
		fault_set(&r->fault, HN_ERR_USAGE, NULL,
			"/diff takes numbers: N as /history numbers messages, bN as /branch numbers branches");
	else
		m = is_branch ? end_at(h, n, r) : message_at(h, n, r);
	if (m && !m->n)
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "%s %zu has no text", is_branch ? "branch" : "message", n);
	return m && m->n ? m : NULL;
}

/* The texts that were named; the last reply instead of the second. Both NULL with the result failed. */
static struct pair take_pair(const struct history *h, hn_str args, struct command_result *r)
{
	struct pair pair = { .old = take_text(h, &args, r) };

	if (pair.old && args.n)
		pair.now = take_text(h, &args, r);
	else if (pair.old && !(pair.now = reply_before(h, h->n_view)))
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "there is no reply yet to compare");
	if (pair.now && args.n)
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "/diff takes two numbers at most");
	else if (pair.now && pair.now == pair.old)
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "this is one and the same text");
	return r->fault.kind ? (struct pair){ NULL, NULL } : pair;
}

/* ---- the output ---- */

/* "branch 2 (gpt-5)", "message 4 (gpt-5)": as it can be named again. */
static void add_name(const struct history *h, const struct message *m, struct buf *out)
{
	size_t branch = history_branch(h, m->id), at = place_in_view(h, m);

	if (at < h->n_view && !(branch && sibling_of(h, m)))
		buf_addf(out, "message %zu", at + 1);
	else if (branch)
		buf_addf(out, "branch %zu", branch);
	else
		buf_adds(out, "on another branch");
	if (m->model)
		buf_addf(out, " (%s)", m->model);
}

struct writer { struct buf *text; struct json_object *parts; };

static void add_text(void *ud, hn_str text)
{
	buf_addstr(ud, text);
}

static void add_piece(void *ud, enum word_piece what, hn_str text)
{
	struct writer *w = ud;
	struct json_object *o = json_new_object();

	word_marked(what, text, add_text, w->text);
	json_add_text(o, word_piece_key(what), text);
	json_append(w->parts, o);
}

/* The names of both, with their marks: what these mean. */
static void add_title(const struct history *h, const struct pair *pair, struct command_result *r)
{
	struct buf old = BUF(BUF_NO_CAP), now = BUF(BUF_NO_CAP);

	add_name(h, pair->old, &old);
	add_name(h, pair->now, &now);
	word_marked(WORD_GONE, buf_str(&old), add_text, &r->text);
	buf_addc(&r->text, ' ');
	word_marked(WORD_COME, buf_str(&now), add_text, &r->text);
	buf_addc(&r->text, '\n');
	result_text(r, "old", buf_str(&old));
	result_text(r, "new", buf_str(&now));
	buf_free(&old);
	buf_free(&now);
}

static void add_summary(const struct word_diff *d, int equal, struct buf *out)
{
	if (out->n && out->p[out->n - 1] != '\n')
		buf_addc(out, '\n');
	if (equal)
		buf_adds(out, "the texts are the same");
	else if (!d->gone && !d->come)
		buf_adds(out, "the words are the same; only white space differs");
	else
		buf_addf(out, "%zu word%s removed, %zu added, %zu the same", d->gone, d->gone == 1 ? "" : "s", d->come, d->same);
	if (d->by == WORD_BY_PARAGRAPHS)
		buf_adds(out, "; too different for a comparison by words, so by paragraphs");
	else if (d->by == WORD_BY_WHOLE)
		buf_adds(out, "; too different, or too long, for a comparison");
}

static void compare(const struct history *h, const struct pair *pair, struct command_result *r)
{
	hn_str old = { pair->old->text, pair->old->n }, now = { pair->now->text, pair->now->n };
	struct writer w = { &r->text, json_new_array() };
	struct word_diff d;

	add_title(h, pair, r);
	d = word_diff(old, now, add_piece, &w);
	add_summary(&d, old.n == now.n && !memcmp(old.p, now.p, now.n), &r->text);
	json_set(r->data, "parts", w.parts);
	result_text(r, "by", str_of(word_by_name(d.by)));
	result_int(r, "removed", (int64_t)d.gone);
	result_int(r, "added", (int64_t)d.come);
	result_int(r, "same", (int64_t)d.same);
}

/* /diff: the last reply and its sibling, or the texts that are named. */
void command_diff(struct commands *c, hn_str args, struct command_result *r)
{
	const struct history *h = &c->chat->talk.history;
	struct pair pair = args.n ? take_pair(h, args, r) : choose(h, r);

	if (pair.old)
		compare(h, &pair, r);
}
