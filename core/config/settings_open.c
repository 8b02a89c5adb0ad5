/* SPDX-License-Identifier: MIT */
/* settings_open: reads the sources, in an order that lets one say where the next one is. */
#include "config/said_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/eintr.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/trust.h"

static char *const nothing[] = { NULL };

static struct ynode *empty_map(void)
{
	struct ynode *n = xmalloc(sizeof *n);
	*n = (struct ynode){ .kind = Y_MAP, .line = 1 };
	return n;
}

/* What a setting is where nothing is said. ACCESSIBLE is for all programs, and says less than hobnob's own settings. */
static const char *initial_of(const struct settings *s, int id)
{
	return id == S_PLAIN && settings_env(s, "ACCESSIBLE") ? "true" : setting_table[id].initial;
}

static void take_defaults(struct settings *s)
{
	for (int i = 0; i < S_COUNT; i++) {
		const struct said said = { .source = FROM_DEFAULT,
			.text = initial_of(s, i),
			.where = "default",
			.label = setting_table[i].key };
		if (said.text && setting_take(s, (enum setting)i, &said, NULL) < 0)
			abort(); /* the table contradicts itself */
	}
}

static int take_shipped(struct settings *s, struct fault *f)
{
	char *path = xasprintf("%s/defaults.yaml", s->paths->data ? s->paths->data : "");
	struct stat st;
	int rc = 0;
	if (stat(path, &st) == 0 || !is_absence(errno))
		rc = (s->shipped = yaml_file(path, f)) ? 0 : HN_ERR_CONFIG;
	else
		log_line(s->log, LOG_STEP, "%s: %s", path, strerror(errno));
	if (rc == 0 && !s->shipped)
		s->shipped = empty_map();
	free(path);
	return rc;
}

/* The path of the .env that lies in the working directory, or NULL: none, or one that is passed over with a warning. */
static char *find_dotenv(const struct settings *s, const char *cwd)
{
	char *path = cwd ? xasprintf("%s/.env", cwd) : xstrdup(".env");
	struct stat st;
	char *why = NULL;
	int distrusted = 0;
	if (stat(path, &st) < 0) {
		if (!is_absence(errno))
			why = xasprintf("%s: %s", path, strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		why = xasprintf("%s is not a regular file", path);
	} else {
		why = path_distrust(path, -1);
		distrusted = why != NULL;
		if (!why)
			return path;
	}
	char *hint = xasprintf("(to use it anyway: --env-file %s)", path);
	if (why)
		(distrusted ? log_warn_hint : log_remark)(s->log, hint, "%s: passed over", why);
	free(hint);
	free(why);
	free(path);
	return NULL;
}

static int says_name(const struct ynode *node, const char *name)
{
	if (node && node->kind == Y_SCALAR)
		return !strcmp(node->text, name);
	for (size_t i = 0; node && node->kind == Y_LIST && i < node->n; i++)
		if (says_name(&node->items[i], name))
			return 1;
	return 0;
}

/* 1 if a line of .env with that name is surely meant for us: the name is a setting's or an instance's,
 * or one that the shipped choice of a provider goes by. */
static int is_ours(const struct settings *s, const char *name)
{
	const struct ynode *rules = yaml_get(s->shipped, "provider");
	if (str_begins(str_of(name), "HOBNOB_"))
		return 1;
	for (size_t i = 0; rules && i < rules->n; i++)
		if (says_name(yaml_get(&rules->items[i], "when"), name) ||
			says_name(yaml_get(&rules->items[i], "unless"), name))
			return 1;
	return 0;
}

/* Takes a .env that was found: what is not understood of it is skipped with one warning, for it may be
 * another program's; but for a line of ours. text NULL: it could not be read, because of the fault. */
static int take_found(struct settings *s, const struct buf *text, struct fault *f)
{
	char *skipped = NULL;
	int rc = 0;
	if (text) {
		dotenv_read_found(buf_str(text), s->dotenv.name, &s->dotenv.lines, &skipped);
	} else {
		skipped = xasprintf("%s: the file is skipped", f->message);
		fault_free(f);
	}
	for (size_t i = 0; i < s->dotenv.lines.n && !rc; i++)
		if (is_ours(s, s->dotenv.lines.pairs[i].name))
			rc = settings_dotenv_fault(s, s->dotenv.lines.pairs[i].name, f);
	if (!rc && skipped)
		log_remark(s->log, NULL, "%s; --no-env-file reads none of it", skipped);
	s->dotenv.skipped = skipped;
	return rc;
}

static int take_dotenv(struct settings *s, const struct settings_sources *from, struct fault *f)
{
	if (from->no_env_file)
		return 0;
	char *path = from->env_file ? xstrdup(from->env_file) : find_dotenv(s, from->cwd);
	if (!path)
		return 0;
	s->dotenv.found = !from->env_file;
	s->dotenv.name = s->dotenv.found ? xstrdup(".env") : xstrdup(path);
	struct buf text = BUF(CONFIG_MAX);
	int rc = file_read(path, CONFIG_MAX, &text, f);
	if (rc == 0 && !s->dotenv.found)
		rc = dotenv_read(buf_str(&text), s->dotenv.name, &s->dotenv.lines, f);
	else if (s->dotenv.found)
		rc = take_found(s, rc ? NULL : &text, f);
	if (text.p)
		explicit_bzero(text.p, text.n);
	buf_free(&text);
	free(path);
	return rc;
}

static void warn_places(const struct settings *s)
{
	for (size_t i = 0; s->dotenv.found && i < s->dotenv.lines.n; i++)
		if (name_is_users_own(s->dotenv.lines.pairs[i].name))
			log_warn_hint(s->log, "(--env-file may)",
				"%s:%d: %s is ignored: a .env that was found may not set it",
				s->dotenv.name, s->dotenv.lines.pairs[i].line,
				s->dotenv.lines.pairs[i].name);
}

/* The path of the config file; NULL: no config file is read. *must: the user named it, so it has to exist. */
static const char *config_path(
	const struct settings *s, const struct settings_sources *from, int *must)
{
	const char *path = NULL;
	*must = 1;
	if (from->no_config)
		return NULL;
	if (from->config)
		return from->config;
	if ((path = settings_env(s, "HOBNOB_CONFIG")) ||
		(path = settings_dotenv(s, "HOBNOB_CONFIG")))
		return path;
	*must = 0;
	return s->paths->config;
}

static int take_config(struct settings *s, const struct settings_sources *from, struct fault *f)
{
	int must;
	struct stat st;
	const char *path = config_path(s, from, &must);
	if (!path || (!must && stat(path, &st) < 0 && is_absence(errno))) {
		s->config.tree = empty_map();
		return 0;
	}
	s->config.name = xstrdup(path);
	log_line(s->log, LOG_STEP, "config file: %s", path);
	s->config.tree = yaml_file(path, f);
	return s->config.tree ? config_take(s, f) : HN_ERR_CONFIG;
}

static int take_names(struct settings *s, struct fault *f)
{
	const struct asker a = { .settings = s, .fault = f };
	int rc = 0;
	for (int i = 0; rc == 0 && i < S_COUNT; i++) {
		rc = setting_ask(s, &a, (enum setting)i, FROM_ENV);
		rc = rc ? rc : setting_ask(s, &a, (enum setting)i, FROM_DOTENV);
	}
	return rc;
}

struct settings *settings_open(const struct paths *paths, const struct settings_sources *from,
	struct log *log, struct fault *f)
{
	struct settings *s = xcalloc(1, sizeof *s);
	s->paths = paths;
	s->log = log;
	s->environ = from->environ && !paths->secure ? from->environ : nothing;
	take_defaults(s);
	int rc = take_shipped(s, f);
	if (rc == 0)
		rc = take_dotenv(s, from, f);
	if (rc == 0) {
		warn_places(s);
		rc = take_config(s, from, f);
	}
	if (rc == 0)
		rc = take_names(s, f);
	if (rc == 0) {
		profiles_list(s);
		return s;
	}
	settings_free(s);
	return NULL;
}
