/* SPDX-License-Identifier: MIT */
/* beside: opens another conversation beside the run's own. */
#include "session/session_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "call/size.h"
#include "store/store.h"
#include "util/mem.h"

/* ---- what was asked for ---- */

static int32_t check(const hn_open *how, struct fault *f)
{
	int32_t code = size_utf8("hn_open.provider", how->provider, f);

	if (code == 0)
		code = size_utf8("hn_open.model", how->model, f);
	if (code == 0)
		code = size_utf8("hn_open.resume", how->resume, f);
	if (code == 0 && how->n_settings && !how->settings)
		code = fault_set(f, HN_ERR_USAGE, NULL, "hn_open.settings is NULL, but n_settings is %u",
			(unsigned)how->n_settings);
	for (uint32_t i = 0; code == 0 && i < how->n_settings; i++) {
		code = size_utf8("a key in hn_open.settings", how->settings[2 * i], f);
		if (code == 0)
			code = size_utf8("a value in hn_open.settings", how->settings[2 * i + 1], f);
	}
	return code;
}

/* ---- its settings ---- */

static int32_t take(struct settings *s, hn_str key, hn_str value, struct fault *f)
{
	char *k = str_dup(key), *v = str_dup(value);
	int32_t code = settings_copy_cli(s, k, v, f);

	free(k);
	free(v);
	return code;
}

/* Takes all that hn_open says, as the command line would be taken. 0, or the kind of a fault. */
static int32_t take_all(struct runtime *rt, const hn_open *how, struct fault *f)
{
	int32_t code = 0;
	int dotted = 0;

	for (uint32_t i = 0; code == 0 && i < how->n_settings; i++) {
		hn_str key = how->settings[2 * i];

		code = take(rt->settings, key, how->settings[2 * i + 1], f);
		dotted |= key.n && memchr(key.p, '.', key.n) != NULL;
	}
	if (code == 0 && how->provider.n)
		code = take(rt->settings, str_of("provider"), how->provider, f);
	if (code == 0 && how->model.n)
		code = take(rt->settings, str_of("model"), how->model, f);
	if (code == 0)
		code = settings_copy_finish(rt->settings, f);
	return code == 0 && dotted ? options_check(rt, f) : code;
}

/* ---- opening ---- */

/* Resumes what was asked for, and makes the provider. 0, or the kind of a fault. */
static int32_t make_ready(hn_session *s, hn_str resume, struct fault *f)
{
	char *said = resume.n ? str_dup(resume) : NULL, *id = said ? store_find(&s->rt.paths, said, STORE_LISTER, f) : NULL;
	int32_t code = 0;

	if (said)
		code = id ? session_resume(s, id, f) : HN_ERR_USAGE;
	free(said);
	free(id);
	if (code)
		return f->kind = code;
	task_begin(s->rt.task);
	code = session_ready(s, f);
	task_end(s->rt.task);
	return code;
}

hn_session *session_beside(hn_session *first, const hn_open *asked, struct fault *f)
{
	hn_open how = { .struct_size = sizeof how };
	struct runtime rt = first->rt;
	hn_session *s;

	if ((asked && size_in(&sized_open, &how, asked, f)) || check(&how, f))
		return NULL;
	rt.task = task_new(rt.tasks);
	if (!rt.task) {
		fault_set(f, HN_ERR_CONFIG, NULL, "no pipe for another conversation: %s", strerror(errno));
		return NULL;
	}
	rt.settings = settings_copy(first->rt.settings);
	if (take_all(&rt, &how, f)) {
		settings_free(rt.settings);
		task_free(rt.tasks, rt.task);
		return NULL;
	}
	s = session_shell(first->place.opened);
	s->own_start = (struct session_start){
		.frontend = first->start->frontend,
		.no_journal = first->start->no_journal || (how.flags & HN_OPEN_UNKEPT)
	};
	session_begin(s, &rt, &s->own_start);
	atomic_store(&s->place.is_open, 1);
	if (make_ready(s, how.resume, f) == 0)
		return s;
	session_leave(s);
	return NULL;
}
