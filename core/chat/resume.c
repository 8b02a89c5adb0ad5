/* SPDX-License-Identifier: MIT */
/* resume: a conversation that was kept is gone on with: its messages, its accounts, and who
 * answered in it. */
#include "chat/session_private.h"

#include <stdlib.h>
#include <string.h>

#include "store/store.h"
#include "util/mem.h"

/* The directory of the sessions' journals, or NULL if none is kept. */
char *session_dir(const struct runtime *rt, const struct session_start *start)
{
	if (!rt->paths.state || start->no_journal || start->dry_run ||
		!setting_bool(rt->settings, S_JOURNAL))
		return NULL;
	return store_dir(&rt->paths);
}

/* 1 if the command line, or a profile that it names, says that setting. */
static int said_now(const struct hn_session *s, enum setting which)
{
	const struct value *said = setting(s->rt->settings, which);

	return said && said->source >= FROM_CLI_PROFILE;
}

/* In a resumed conversation who answered goes on, with the model that did, unless the command line
 * says otherwise. 1 if that is so; 0 if the settings are to choose. */
int resume_provider(struct hn_session *s)
{
	const struct value *said = setting(s->rt->settings, S_PROVIDER);
	const char *name = s->resumed_provider;
	char *error = NULL;

	if (!name || (said_now(s, S_PROVIDER) && strcmp(said->text, name)))
		return 0;
	if (session_take(s, name, said_now(s, S_MODEL) ? NULL : s->resumed_model, FROM_CLI_PROFILE,
		    &error) == 0)
		return 1;
	log_warn(&s->rt->log, "%s answered in this conversation, and cannot now: %s", name, error);
	free(error);
	return 0;
}

/* Reads a kept conversation without going on in its file. */
static int read_only(struct hn_session *s, const char *id, struct conversation *out, char **error)
{
	int result = store_read(&s->rt->paths, id, out, error);

	journal_free(s->journal);
	s->journal = journal_new(NULL, 0, &s->rt->log);
	return result;
}

/* Reads it and goes on in its file, or in a copy of it. */
static int read_journal(struct hn_session *s, const char *dir, const char *id,
	struct conversation *out, char **error)
{
	const char *copied = NULL;
	struct journal *journal = journal_resume(
		dir, id, s->rt->clock->wall(s->rt->clock->ud), &s->rt->log, out, &copied, error);

	if (!journal)
		return -1;
	journal_free(s->journal);
	s->journal = journal;
	if (copied)
		log_warn(&s->rt->log, "%s: %s; what follows is kept as a conversation of its own",
			id, copied);
	return 0;
}

/* Tells what was damaged, a line each. */
static void tell_faults(struct hn_session *s, const char *id)
{
	hn_str faults = buf_str(&s->talk.reading.faults);

	while (faults.n) {
		const char *newline = memchr(faults.p, '\n', faults.n);
		size_t n = newline ? (size_t)(newline - faults.p) : faults.n;

		log_warn(&s->rt->log, "%s: %.*s", id, (int)n, faults.p);
		n += newline != NULL;
		faults = (hn_str){ faults.p + n, faults.n - n };
	}
}

/* The newest reply of a provider's, or NULL. */
static const struct message *newest_reply(struct message *const *all, size_t n)
{
	while (n-- > 0)
		if (all[n]->role == HN_ROLE_ASSISTANT && all[n]->instance)
			return all[n];
	return NULL;
}

/* Who answered last on the branch that is gone on with; after /clear, on whatever branch. */
static void resume_answerer(struct hn_session *s)
{
	const struct history *h = &s->talk.history;
	const struct message *m = newest_reply(h->view, h->n_view);

	if (!m)
		m = newest_reply(h->all, h->n);
	if (!m)
		return;
	s->resumed_provider = xstrdup(m->instance);
	s->resumed_model = xstrdup(m->model);
}

/* Goes on with a kept conversation. */
int32_t session_resume(hn_session *s, const char *id, char **error)
{
	struct conversation was;
	char *dir = session_dir(s->rt, s->start), *now = xstrdup(s->talk.system);
	int failed;

	conversation_init(&was);
	failed = dir ? read_journal(s, dir, id, &was, error) : read_only(s, id, &was, error);
	free(dir);
	if (failed) {
		conversation_free(&was);
		free(now);
		return HN_ERR_USAGE;
	}
	conversation_free(&s->talk);
	s->talk = was;
	s->journalled_head = history_head(&s->talk.history);
	s->journalled_system = xstrdup(s->talk.system);
	if (said_now(s, S_SYSTEM))
		session_system(s, str_of(now));
	free(now);
	account_resume(&s->account, &s->talk.history);
	resume_answerer(s);
	tell_faults(s, id);
	return 0;
}
