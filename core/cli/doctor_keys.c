/* SPDX-License-Identifier: MIT */
/*
 * doctor_keys: the keys of every provider, by name and source.
 *
 * hobnob checks a key that is a value, and never shows it. It checks a file from outside, and looks
 * for a command: reading the file and running the command wait until a request needs them.
 */
#include "cli/doctor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/mem.h"

/* One key of one instance. */
struct key {
	const char *instance;
	const struct value *v;
	char *name; /* "openai.api_key" */
};

/* ---- a key that is a value ---- */

/* 1 if a value is what an example has in a key's place. */
static int is_placeholder(hn_str value)
{
	return value.n >= 3 && !memcmp(value.p + value.n - 3, "...", 3);
}

static int check_value(struct doctor *d, const struct key *key)
{
	hn_str value;
	struct fault f = { 0 };
	if (secret_value(key->v->secret, NULL, &value, &f)) {
		problem_fault(d, &f, "put the whole key there, on one line");
		return 0;
	}
	if (!is_placeholder(value))
		return 1;
	problem(d, HN_ERR_CONFIG, "put a key of your own there",
		"%s: the key ends in \"...\", as an example does", key->v->where);
	return 0;
}

/* 1 if others can read a file. */
static int is_open(const char *path)
{
	struct stat st;
	return !stat(path, &st) && (st.st_mode & (S_IRGRP | S_IROTH));
}

/* A file that holds a key is for its owner's eyes. */
static int check_mode(struct doctor *d, const char *path)
{
	if (!is_open(path))
		return 1;
	char *cure = xasprintf("chmod 600 %s", path);
	problem(d, HN_ERR_CONFIG, cure, "%s holds a key, and others can read it", path);
	free(cure);
	return 0;
}

/* ---- a key that is elsewhere ---- */

static int check_file(struct doctor *d, const struct key *key, const char *path)
{
	struct stat st;
	const char *why = NULL;
	if (stat(path, &st) || access(path, R_OK))
		why = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		why = "not a regular file";
	else if (!st.st_size)
		why = "it is empty";
	if (!why)
		return !is_open(path); /* which is reported when the options are read */
	problem(d, HN_ERR_CONFIG, "put the key into that file, or name another", "%s_file: %s: %s",
		key->name, path, why);
	return 0;
}

/* 1 if a program of that path may be run. */
static int is_program(const char *path)
{
	struct stat st;
	return !stat(path, &st) && S_ISREG(st.st_mode) && !access(path, X_OK);
}

/* 1 if a program is where a shell would find it. */
static int is_found(const char *program)
{
	const char *at = getenv("PATH");
	int yes = 0;
	if (strchr(program, '/'))
		return is_program(program);
	while (at && *at && !yes) {
		size_t n = strcspn(at, ":");
		char *path = xasprintf("%.*s/%s", n ? (int)n : 1, n ? at : ".", program);
		yes = is_program(path);
		free(path);
		at += n + (at[n] == ':');
	}
	return yes;
}

/* Looks for a command's program; does not run it. */
static int check_command(struct doctor *d, const struct key *key, const char *program)
{
	if (is_found(program))
		return 1;
	problem(d, HN_ERR_CONFIG, "install it, or correct the name",
		"%s_command: there is no program \"%s\"", key->name, program);
	return 0;
}

/* ---- the keys of an instance ---- */

/* The path of the file that a source is, or NULL. */
static const char *file_of(const struct doctor *d, enum source source)
{
	const struct settings *s = d->rt->settings;
	return source == FROM_DOTENV ? settings_dotenv_name(s) : NULL;
}

static void look_set(struct doctor *d, const struct key *key)
{
	const char *from = secret_from(key->v->secret), *file = file_of(d, key->v->source);
	enum secret_kind kind = secret_kind(key->v->secret);
	char *origin = from_text(key->v->source, key->v->where);
	int ok = kind == SECRET_VALUE  ? check_value(d, key)
		 : kind == SECRET_FILE ? check_file(d, key, from)
				       : check_command(d, key, from);
	if (file && kind == SECRET_VALUE)
		ok &= check_mode(d, file);
	if (from)
		found(d, ok, key->name, "%s %s, %s",
			kind == SECRET_FILE ? "the file" : "the program", from, origin);
	else
		found(d, ok, key->name, "%s", origin);
	free(origin);
}

static void look_unset(struct doctor *d, const struct key *key, const char *plugin)
{
	struct buf names = BUF(BUF_NO_CAP);
	options_env_names(key->instance, plugin, key->v->decl, &names);
	found(d, 1, key->name, "not set (%s)", names.p);
	buf_free(&names);
}

static void look_instance(struct doctor *d, const char *instance)
{
	struct fault f = { 0 };
	struct options *o = options_of(d->rt, instance, HN_TYPE_PROVIDER, &f);
	if (!o) {
		problem_fault(d, &f, "correct it, or take it out");
		return;
	}
	for (size_t i = 0; i < o->n; i++) {
		struct key key = { .instance = instance, .v = &o->values[i] };
		if (!(key.v->decl->flags & HN_OPTION_SECRET))
			continue;
		key.name = xasprintf("%s.%s", instance, key.v->decl->key);
		if (key.v->secret)
			look_set(d, &key);
		else
			look_unset(d, &key, o->plugin);
		free(key.name);
	}
	options_free(o);
}

/* 1 if a file on the path is a provider that can be used under its own name. */
static int is_own_instance(struct doctor *d, const struct found *f)
{
	if (f->shadowed_by >= 0 || settings_instance(d->rt->settings, f->name))
		return 0;
	return registry_describe(d->rt->registry, f->name, HN_TYPE_PROVIDER, NULL) != NULL;
}

/* The keys of the providers that are installed and of those that the config file makes. */
void doctor_keys(struct doctor *d)
{
	const struct found *all;
	const struct instance_entry *entries;
	size_t n = registry_list(d->rt->registry, &all), before = d->n_findings;
	for (size_t i = 0; i < n; i++)
		if (is_own_instance(d, &all[i]))
			look_instance(d, all[i].name);
	n = settings_instances(d->rt->settings, &entries);
	for (size_t i = 0; i < n; i++)
		look_instance(d, entries[i].name);
	if (d->n_findings == before)
		found(d, 1, "all", "no provider has a key");
}
