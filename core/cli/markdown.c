/* SPDX-License-Identifier: MIT */
/* markdown: gives the renderer a terminal and the settings. */
#include "cli/markdown.h"

#include <unistd.h>

#include "markdown/md_terminal.h"
#include "session/session.h"
#include "util/text.h"

#define ASIDE_INDENT 2

/* Where a rendered text goes. */
struct sheet {
	struct buf *out;
	struct md_width width;
};

static unsigned sheet_columns(void *ud)
{
	const struct sheet *s = ud;
	return md_width_columns(&s->width);
}

static void sheet_write(void *ud, hn_str piece)
{
	const struct sheet *s = ud;
	buf_addstr(s->out, piece);
}

int markdown_wanted(const struct runtime *rt, int fd)
{
	return !setting_bool(rt->settings, S_PLAIN) && md_wanted(setting_text(rt->settings, S_MARKDOWN), isatty(fd), settings_dumb(rt->settings));
}

static void render(const struct runtime *rt, int fd, enum markdown_how how, hn_str safe, struct buf *out)
{
	struct sheet sheet = { out, md_width_of(fd, setting_text(rt->settings, S_WRAP)) };
	struct md_options options = { .columns = sheet_columns, .write = sheet_write, .ud = &sheet };
	if (how == MARKDOWN_ASIDE) {
		options.prose = MD_DIM;
		options.indent = ASIDE_INDENT;
	}
	md_look(&options, setting_text(rt->settings, S_THEME), (session_looks(rt) & HN_START_COLOR) != 0);
	md_link(&options, setting_text(rt->settings, S_LINKS));
	struct md *md = md_new(&options);
	md_feed(md, safe);
	md_finish(md);
	md_free(&md);
}

void markdown_add(const struct runtime *rt, int fd, enum markdown_how how, hn_str text, struct buf *out)
{
	struct buf source = BUF(BUF_NO_CAP), safe = BUF(BUF_NO_CAP);
	buf_addstr(&source, text);
	if (rt->secrets) /* a row may end within a key, where nothing would find it */
		secrets_redact(rt->secrets, &source);
	text_add_safe(&safe, buf_str(&source), 0);
	buf_addc(&safe, '\n');
	if (how != MARKDOWN_SOURCE)
		render(rt, fd, how, buf_str(&safe), out);
	else
		buf_addstr(out, buf_str(&safe));
	buf_free(&source);
	buf_free(&safe);
}
