/* SPDX-License-Identifier: MIT */
/* resume: reopens a saved conversation. */
#include "session/session_private.h"

#include <stdlib.h>
#include <string.h>

#include "store/store.h"
#include "util/mem.h"

char *session_dir(const struct runtime *rt, const struct session_start *start)
{
	if (!rt->paths.state || start->no_journal || start->dry_run ||
		!setting_bool(rt->settings, S_JOURNAL))
		return NULL;
	return store_dir(&rt->paths);
}

/* Reads it and continues in its file, or in a copy of it. NULL with a fault. */
static struct journal *read_journal(struct runtime *rt, const char *dir, const char *id,
	struct conversation *out, struct fault *f)
{
	const char *copied = NULL;
	struct journal *journal = journal_resume(
		dir, id, rt->clock->wall(rt->clock->ud), rt->log, out, &copied, f);

	if (journal && copied)
		log_warn(rt->log, "%s: %s; what follows is kept as a conversation of its own",
			id, copied);
	return journal;
}

/* Warns about what was damaged, a line each. */
static void tell_faults(struct runtime *rt, const char *id, hn_str faults)
{
	while (faults.n) {
		const char *newline = memchr(faults.p, '\n', faults.n);
		size_t n = newline ? (size_t)(newline - faults.p) : faults.n;

		log_warn(rt->log, "%s: %.*s", id, (int)n, faults.p);
		n += newline != NULL;
		faults = (hn_str){ faults.p + n, faults.n - n };
	}
}

void session_exchange(hn_session *s, struct buf *out)
{
	commands_exchange(&s->commands, out);
}

int32_t session_resume_said(hn_session *s, struct buf *text, struct fault *f)
{
	char *id = s->commands.resume;
	int32_t code = session_resume(s, id, f);

	s->commands.resume = NULL;
	if (!code) {
		buf_addf(text, "continuing %s\n", id);
		commands_exchange(&s->commands, text);
		buf_cut(text, text->n - 1);
	}
	free(id);
	return code;
}

int32_t session_resume(hn_session *s, const char *id, struct fault *f)
{
	struct runtime *rt = s->chat->rt;
	struct conversation was;
	struct journal *journal = NULL;
	char *dir = session_dir(rt, s->start);
	int failed;

	conversation_init(&was);
	if (dir)
		failed = !(journal = read_journal(rt, dir, id, &was, f));
	else
		failed = store_read(&rt->paths, id, &was, f); /* which continues in no file */
	free(dir);
	if (failed) {
		conversation_free(&was);
		return f->kind = HN_ERR_USAGE;
	}
	chat_resume(s->chat, id, &was, journal);
	tell_faults(rt, id, buf_str(&s->chat->talk.reading.faults));
	return 0;
}
