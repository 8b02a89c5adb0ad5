/* SPDX-License-Identifier: MIT */
/* diff_view: what /diff found, on a terminal. The marks stay, so the looks are only added. */
#include "shared/diff_view.h"

#include <string.h>

#include "util/json.h"
#include "util/word_diff.h"

struct view {
	struct rendered rendered;
	const hn_text *text;
};

/* By colours, and without them by what is left. */
static const unsigned styles[WORD_PIECES] = {
	[WORD_SAME] = MD_PLAIN,
	[WORD_GONE] = MD_REMOVED | MD_STRIKE,
	[WORD_COME] = MD_ADDED | MD_BOLD,
	[WORD_GAP] = MD_PLAIN,
};

static void put(void *ud, hn_str text)
{
	struct view *v = ud;

	rendered_text(&v->rendered, v->text, text);
}

static void show_piece(struct view *v, enum word_piece piece, hn_str text)
{
	rendered_style(&v->rendered, styles[piece]);
	word_marked(piece, text, put, v);
	rendered_style(&v->rendered, MD_PLAIN);
}

static void show_parts(struct view *v, struct json_object *parts)
{
	for (size_t i = 0; i < json_object_array_length(parts); i++) {
		struct json_object *part = json_object_array_get_idx(parts, i);

		for (int piece = 0; piece < WORD_PIECES; piece++)
			show_piece(v, (enum word_piece)piece, json_text(part, word_piece_key((enum word_piece)piece)));
	}
}

/* The last line of the text: how much differs. */
static hn_str summary_of(hn_str text)
{
	const char *newline = text.n ? memrchr(text.p, '\n', text.n) : NULL;
	size_t from = newline ? (size_t)(newline - text.p) + 1 : 0;

	return (hn_str){ text.p + from, text.n - from };
}

static void show(struct view *v, struct json_object *data, hn_str text)
{
	show_piece(v, WORD_GONE, json_text(data, "old"));
	put(v, str_of(" "));
	show_piece(v, WORD_COME, json_text(data, "new"));
	put(v, str_of("\n"));
	show_parts(v, json_member(data, "parts"));
	rendered_row(&v->rendered);
	put(v, summary_of(text));
}

int diff_view(struct out *out, const struct services *services, uint32_t flags, const hn_session_event *ev)
{
	struct json_object *data;
	struct view view = { .text = services->text };
	int good;

	if (!str_is(ev->command, "/diff") || !(flags & HN_START_TTY_STDOUT) || flags & HN_START_DUMB)
		return 0;
	data = json_read(ev->data, NULL);
	good = json_object_is_type(json_member(data, "parts"), json_type_array);
	if (good) {
		rendered_prose(&view.rendered, out, services, flags);
		show(&view, data, ev->text);
		rendered_end(&view.rendered);
	}
	json_object_put(data);
	return good;
}
