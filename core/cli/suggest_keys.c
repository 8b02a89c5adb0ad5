/* SPDX-License-Identifier: MIT */
/*
 * suggest_keys: one key of the user's.
 *
 * What was typed before the choices were shown was typed without them, so the terminal drops it. And a key is a byte that
 * comes alone, with silence after it: a paste, or the sequence of an arrow, holds letters that nobody pressed. A paste comes
 * in as many pieces as the terminal and the network make of it, and any of them may be one byte.
 */
#include "cli/suggest.h"

#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "util/ascii.h"
#include "util/eintr.h"
#include "util/mem.h"

#define CTRL_D 4
#define ESCAPE 27
#define SILENCE_MS 40 /* between two pieces of a paste there is less, between two keys of a person more */

static const struct {
	char key;
	const char *word;
} keys[SUGGEST_KEYS] = {
	[SUGGEST_EDIT] = { 'e', "edit" },
	[SUGGEST_RUN] = { 'r', "run" },
	[SUGGEST_EXPLAIN] = { 'x', "explain" },
	[SUGGEST_COPY] = { 'c', "copy" },
	[SUGGEST_QUIT] = { 'q', "quit" },
};

static void show(const struct suggestion *s, const char *lead, unsigned mask)
{
	struct buf row = BUF(BUF_NO_CAP);
	const char *between = lead;
	for (size_t i = 0; i < SUGGEST_KEYS; i++) {
		if (!(mask & 1u << i))
			continue;
		buf_addf(&row, "%s%c %s", between, keys[i].key, keys[i].word);
		between = "  ";
	}
	buf_adds(&row, " > ");
	eintr_write(s->tty, row.p, row.n);
	buf_free(&row);
}

/* What a key means; SUGGEST_KEYS: nothing here. Enter is the harmless choice, not the one that runs. */
static enum suggest_key meaning(char c, unsigned mask)
{
	if (c == '\n' || c == '\r')
		return mask & 1u << SUGGEST_EDIT ? SUGGEST_EDIT : SUGGEST_KEYS;
	if (c == CTRL_D || c == ESCAPE)
		return SUGGEST_QUIT;
	for (size_t i = 0; i < SUGGEST_KEYS; i++)
		if (mask & 1u << i && keys[i].key == ascii_lower(c))
			return (enum suggest_key)i;
	return SUGGEST_KEYS;
}

/* Reads what comes, to the silence after it. Bytes, of which *key is the last; 0 or less: the terminal is gone, or the user. */
static ssize_t read_burst(const struct suggestion *s, hn_call *call, char *key)
{
	int64_t patience = -1;
	ssize_t all = 0;

	for (;;) {
		hn_pollfd fd = { .fd = s->tty, .events = HN_POLL_IN };
		char typed[64];
		int32_t waited = call_wait(call, &fd, 1, patience);
		if (waited == HN_WAIT_TIMEOUT)
			return all;
		ssize_t n = waited < 0 ? -1 : read(s->tty, typed, sizeof typed);
		if (n <= 0)
			return -1;
		*key = typed[n - 1];
		all += n;
		patience = SILENCE_MS;
	}
}

/* Waits for a key that means something. */
static enum suggest_key read_key(const struct suggestion *s, const struct termios *raw, unsigned mask)
{
	enum suggest_key key = SUGGEST_KEYS;
	hn_call call;
	call_init(&call, &s->rt->task->cancel, s->rt->clock, s->rt->log);
	while (key == SUGGEST_KEYS) {
		char typed = 0;
		tcsetattr(s->tty, TCSADRAIN, raw); /* a shell may have changed it while we were stopped */
		ssize_t n = read_burst(s, &call, &typed);
		if (n <= 0)
			key = SUGGEST_INTERRUPTED;
		else if (n == 1)
			key = meaning(typed, mask);
	}
	call_end(&call);
	return key;
}

enum suggest_key suggest_key(const struct suggestion *s, const char *lead, unsigned mask)
{
	struct termios before, raw;
	if (tcgetattr(s->tty, &before))
		return SUGGEST_INTERRUPTED;
	raw = before;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	raw.c_cc[VQUIT] = _POSIX_VDISABLE; /* the terminal would stay as it is */
	raw.c_cc[VSUSP] = _POSIX_VDISABLE; /* who comes back from a shell finds the row of choices far above */
	tcsetattr(s->tty, TCSAFLUSH, &raw);
	show(s, lead, mask);
	enum suggest_key key = read_key(s, &raw, mask);
	tcsetattr(s->tty, TCSADRAIN, &before);
	const char *word = key < SUGGEST_KEYS ? keys[key].word : "";
	eintr_write(s->tty, word, strlen(word));
	eintr_write(s->tty, "\n", 1);
	return key;
}
