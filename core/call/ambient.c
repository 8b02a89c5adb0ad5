/* SPDX-License-Identifier: MIT */
/* ambient: puts back what a plugin's function changed of the process. */
#include "call/ambient.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "call/strict.h"
#include "util/mem.h"
#include "util/signals.h"

/* The signals that hobnob heeds, beside those of a crash. */
static const int heeded[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD, SIGXFSZ };
#define HEEDED (sizeof heeded / sizeof *heeded)
#define SIGNALS (HEEDED + CRASHES)

/* The process as it was. */
struct state {
	struct sigaction actions[SIGNALS];
	mode_t mask;
	char *cwd;    /* NULL: there is no path to it */
	char *locale;
};

static struct {
	pthread_mutex_t lock;
	struct log *log;  /* NULL: nothing is looked at */
	struct state was;
	struct state outer; /* what was before run(), while it runs */
	int running;      /* calls, but run() */
	int in_run;
	int is_known;     /* the process is as it was: nobody has run since that hobnob did not look after */
} all = { .lock = PTHREAD_MUTEX_INITIALIZER };

void ambient_start(struct log *log)
{
	all.log = log;
}

static int heeded_at(size_t i)
{
	return i < HEEDED ? heeded[i] : crash_signals[i - HEEDED];
}

/* The state now. The umask can only be read by setting one: for that moment files are nobody else's. */
static void take(struct state *s)
{
	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(heeded_at(i), NULL, &s->actions[i]);
	s->mask = umask(077);
	umask(s->mask);
	free(s->cwd);
	free(s->locale);
	s->cwd = getcwd(NULL, 0);
	s->locale = xstrdup(setlocale(LC_ALL, NULL));
}

static void tell(const char *plugin, const char *function, enum rule_id rule, const char *what, const char *more, const char *end)
{
	strict_changed(plugin, function, rule, what, more);
	log_line(all.log, LOG_STEP, "the plugin %s changed %s%s in %s%s; hobnob %s", plugin, what, more, function,
		strchr(function, ' ') ? "" : "()", end);
}

static void restored(const char *plugin, const char *function, enum rule_id rule, const char *what, const char *more)
{
	tell(plugin, function, rule, what, more, "restored it");
}

/* A handler of its own for a crash stays: the runtime of a language needs it, and passes on what is not its own. */
static void put_back_signal(const struct state *s, size_t i, const char *plugin, const char *function)
{
	struct sigaction now;
	int is_own;

	if (sigaction(heeded_at(i), NULL, &now) || now.sa_handler == s->actions[i].sa_handler)
		return;
	is_own = now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN;
	if (i >= HEEDED && is_own)
		return;
	sigaction(heeded_at(i), &s->actions[i], NULL);
	restored(plugin, function, RULE_SIGNALS, "what happens at ", signal_name(heeded_at(i)));
}

static void put_back_cwd(const struct state *s, const char *plugin, const char *function)
{
	char *now = getcwd(NULL, 0);

	if (s->cwd && (!now || strcmp(now, s->cwd) != 0))
		tell(plugin, function, RULE_CWD, "the working directory", "", chdir(s->cwd) ? "cannot restore it" : "restored it");
	free(now);
}

static void put_back_locale(const struct state *s, const char *plugin, const char *function)
{
	const char *now = setlocale(LC_ALL, NULL);

	if (!s->locale || (now && !strcmp(now, s->locale)))
		return;
	setlocale(LC_ALL, s->locale);
	restored(plugin, function, RULE_LOCALE, "the locale", "");
}

/* What belongs to the process. */
static void put_back(const struct state *s, const char *plugin, const char *function)
{
	for (size_t i = 0; i < SIGNALS; i++)
		put_back_signal(s, i, plugin, function);
	if (umask(s->mask) != s->mask)
		restored(plugin, function, RULE_CWD, "the umask", "");
	put_back_cwd(s, plugin, function);
	put_back_locale(s, plugin, function);
}

/* What belongs to the thread. */
static void put_back_own(const struct ambient_call *c, const char *plugin, const char *function)
{
	sigset_t now;

	memset(&now, 0, sizeof now); /* the calls leave some of it as it is */
	pthread_sigmask(SIG_SETMASK, NULL, &now);
	if (memcmp(&now, &c->mask, sizeof now) != 0) {
		pthread_sigmask(SIG_SETMASK, &c->mask, NULL);
		restored(plugin, function, RULE_SIGNALS, "the signal mask", "");
	}
	if (uselocale((locale_t)0) != c->locale) {
		uselocale(c->locale);
		restored(plugin, function, RULE_LOCALE, "the locale of its thread", "");
	}
}

/* run() begins: what was before it holds again after it. */
static void begin_run(void)
{
	if (!all.is_known)
		take(&all.was);
	all.outer = all.was;
	all.was = (struct state){ .cwd = NULL };
	all.is_known = 0;
	all.in_run = 1;
}

static void end_run(const char *plugin, const char *function)
{
	free(all.was.cwd);
	free(all.was.locale);
	all.was = all.outer;
	all.outer = (struct state){ .cwd = NULL };
	all.in_run = 0;
	put_back(&all.was, plugin, function);
	all.is_known = 1;
}

void ambient_enter(struct ambient_call *c, int is_run)
{
	if (!all.log)
		return;
	pthread_mutex_lock(&all.lock);
	if (is_run)
		begin_run();
	else if (all.running++ == 0 && !all.is_known)
		take(&all.was);
	pthread_mutex_unlock(&all.lock);
	c->is_run = is_run;
	memset(&c->mask, 0, sizeof c->mask);
	pthread_sigmask(SIG_SETMASK, NULL, &c->mask);
	c->locale = uselocale((locale_t)0);
}

void ambient_leave(struct ambient_call *c, const char *plugin, const char *function)
{
	if (!all.log)
		return;
	put_back_own(c, plugin, function);
	pthread_mutex_lock(&all.lock);
	if (c->is_run) {
		end_run(plugin, function);
	} else {
		put_back(&all.was, plugin, function);
		all.is_known = --all.running == 0 && !all.in_run;
	}
	pthread_mutex_unlock(&all.lock);
}

void ambient_look(const char *plugin, const char *function)
{
	if (!all.log)
		return;
	pthread_mutex_lock(&all.lock);
	if (all.running)
		put_back(&all.was, plugin, function);
	pthread_mutex_unlock(&all.lock);
}
