/* SPDX-License-Identifier: MIT */
/*
 * attach: files that wait for the next message: what /attach read, as it was then. The message takes them along,
 * texts after its own text and images beside it, as -a does.
 */
#include "commands/commands_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/paths.h"
#include "util/mem.h"
#include "util/money.h"
#include "util/text.h"

/* What files come to, for the model in use. */
struct size {
	int64_t tokens;
	int64_t pico;   /* -1: the price is unknown */
	int64_t window; /* tokens, -1 unknown */
};

void pending_free(struct pending *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->names[i]);
	free(p->names);
	buf_free(&p->text);
	attached_free(&p->images);
	*p = (struct pending){ .text = BUF(BUF_NO_CAP) };
}

/* ---- how much it is ---- */

/* Tokens of a text and images, as a message of their own; by the prior. */
static int64_t tokens_of(const char *model, hn_str text, const struct attached *images, size_t from)
{
	struct message *m = message_new();
	int64_t tokens;

	m->role = HN_ROLE_USER;
	m->text = str_dup(text);
	m->n = text.n;
	for (size_t i = from; i < images->n; i++)
		message_add_part(m, &images->parts[i], m->n);
	tokens = message_tokens(model, m);
	message_free(m);
	return tokens;
}

/* The size of a text, and of the images from a place on. */
static struct size size_of(struct commands *c, hn_str text, size_t images_from)
{
	struct plan plan = { .chat = c->chat, .is_preview = 1 };
	struct size out = { .pico = -1, .window = -1 };

	out.tokens = tokens_of(chat_model(c->chat), text, &c->pending.images, images_from);
	if (!chat_provider(c->chat))
		return out;
	plan_make(&plan);
	if (plan.price.input >= 0)
		out.pico = money_mul(plan.price.input, out.tokens);
	out.window = plan.window;
	plan_free(&plan);
	return out;
}

/* ", about 340 tokens, $0.00017" */
static void add_size(struct buf *out, const struct size *size)
{
	char money[32];

	buf_addf(out, "about %" PRId64 " tokens", size->tokens);
	if (size->pico >= 0)
		buf_addf(out, ", $%s", money_text(size->pico, money));
	if (size->window > 0 && size->tokens > size->window)
		buf_addf(out, ": more than the window of %" PRId64 " tokens", size->window);
}

/* ---- attaching ---- */

static int is_pending(const struct pending *p, const char *name)
{
	for (size_t i = 0; i < p->n; i++)
		if (!strcmp(p->names[i], name))
			return 1;
	return 0;
}

/* Reads a file: text, or one more image. 0, or HN_ERR_USAGE with a fault. */
static int32_t read_one(struct pending *p, const char *path, struct buf *text, struct fault *f)
{
	if (attach_file(&p->images, path, text, f)) {
		if (!f->hint)
			fault_hint(f, "/attach " ATTACH_TAKES);
		return f->kind;
	}
	if (p->text.n + text->n + 2 <= ATTACH_TEXT_CAP)
		return 0;
	return fault_set(f, HN_ERR_USAGE, "/attach - drops what is attached", "cannot attach %s: with it the texts have more than %zu MiB",
		path, ATTACH_TEXT_CAP >> 20);
}

/* Takes a file that was read among those that wait. */
static void add_one(struct pending *p, const char *path, hn_str text)
{
	if (text.n)
		attach_separate(&p->text);
	buf_addstr(&p->text, text);
	p->names = xgrow(p->names, p->n, &p->cap, sizeof *p->names);
	p->names[p->n++] = xstrdup(path);
}

/* Attaches a file, unless it waits already: a question that was refused may name it again. 1, or 0 with the result
 * failed; then nothing has changed. */
static int attach(struct commands *c, const char *path, struct command_result *r)
{
	struct buf text = BUF(BUF_NO_CAP);
	size_t images = c->pending.images.n;
	int again = is_pending(&c->pending, path), good = again || !read_one(&c->pending, path, &text, &r->fault);

	if (again) {
		buf_addf(&r->text, "%s%s is attached already; /attach - drops it", r->text.n ? "\n" : "", path);
	} else if (good) {
		struct size size = size_of(c, buf_str(&text), images);

		add_one(&c->pending, path, buf_str(&text));
		buf_addf(&r->text, "%s%s is attached: ", r->text.n ? "\n" : "", path);
		add_size(&r->text, &size);
	}
	buf_free(&text);
	return good;
}

/* The next of several names between blanks (allocated); NULL: there are no more. */
static char *next_name(hn_str *args)
{
	size_t n = 0;
	char *path;

	*args = str_trim(*args);
	while (n < args->n && !strchr(" \t", args->p[n]))
		n++;
	path = n ? path_said((hn_str){ args->p, n }) : NULL;
	*args = (hn_str){ args->p + n, args->n - n };
	return path;
}

/* Several files: the first that cannot be attached ends it, and those before it stay. */
static void attach_each(struct commands *c, hn_str args, struct command_result *r)
{
	char *path;
	int good = 1;

	while (good && (path = next_name(&args))) {
		good = attach(c, path, r);
		free(path);
	}
}

/* ---- what is attached ---- */

static void list(struct commands *c, struct command_result *r)
{
	const struct pending *p = &c->pending;
	struct size size;

	if (!p->n) {
		buf_adds(&r->text, "nothing is attached: /attach FILE");
		return;
	}
	for (size_t i = 0; i < p->n; i++)
		buf_addf(&r->text, "%s\n", p->names[i]);
	size = size_of(c, buf_str(&p->text), 0);
	buf_addf(&r->text, "%zu file%s, ", p->n, p->n == 1 ? "" : "s");
	add_size(&r->text, &size);
	buf_adds(&r->text, "; /attach - drops what is attached");
}

static void drop(struct commands *c, struct command_result *r)
{
	size_t n = c->pending.n;

	pending_free(&c->pending);
	buf_addf(&r->text, "dropped %zu file%s", n, n == 1 ? "" : "s");
}

static void tell_pending(const struct commands *c, struct command_result *r)
{
	struct json_object *files = json_new_array();

	for (size_t i = 0; i < c->pending.n; i++)
		json_append(files, json_of(str_of(c->pending.names[i])));
	json_set(result_data(r), "files", files);
}

/* /attach: files go with the next message. A name may hold blanks, if it is the only one. */
void command_attach(struct commands *c, hn_str args, struct command_result *r)
{
	char *whole = path_said(args);

	if (args.n == 0)
		list(c, r);
	else if (str_is(args, "-"))
		drop(c, r);
	else if (access(whole, F_OK) == 0)
		attach(c, whole, r);
	else
		attach_each(c, args, r);
	tell_pending(c, r);
	free(whole);
}

/* ---- sending ---- */

/* The parts of an input and the images that waited, one after the other (allocated). */
static hn_part *join_parts(const hn_input *with, const struct attached *images)
{
	hn_part *all = xcalloc(with->n_parts + images->n + 1, sizeof *all);

	for (uint32_t i = 0; i < with->n_parts; i++)
		all[i] = *HN_AT(hn_part, with->parts, with->part_stride, i);
	for (size_t i = 0; i < images->n; i++)
		all[with->n_parts + i] = images->parts[i];
	return all;
}

int32_t commands_say(struct commands *c, hn_str text, const hn_input *with)
{
	struct pending sent = c->pending;
	struct buf whole = BUF(BUF_NO_CAP);
	hn_input both = *with;
	hn_part *parts;
	int32_t code;

	if (!sent.n)
		return chat_say(c->chat, text, with);
	c->pending = (struct pending){ .text = BUF(BUF_NO_CAP) };
	buf_addstr(&whole, text);
	if (sent.text.n) {
		attach_separate(&whole);
		buf_addstr(&whole, buf_str(&sent.text));
	}
	both.parts = parts = join_parts(with, &sent.images);
	both.n_parts = with->n_parts + (uint32_t)sent.images.n;
	both.part_stride = sizeof *parts;
	code = chat_say(c->chat, buf_str(&whole), &both);
	free(parts);
	buf_free(&whole);
	if (c->chat->held)
		c->pending = sent;
	else
		pending_free(&sent);
	return code;
}
