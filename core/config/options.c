/* SPDX-License-Identifier: MIT */
/*
 * options: the declared options of one instance, resolved.
 *
 * In two passes: what the sources say, then what it comes to, because defaults, what is required and which key may go where all hang on
 * the endpoint. The trust rules stand between the two.
 */
#include "config/options_private.h"
#include "config/paths.h"
#include "config/said_private.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/mem.h"
#include "util/url.h"

/* Everything of one resolution. */
struct work {
	struct asker asker;
	struct secrets *secrets;
	struct options *o;
	struct said *said; /* one for each option; where is NULL if it is not set */
	int lenient;
};

/* The index of the option with a flag; -1 if no option has it. */
static long with_flag(const struct options *o, uint32_t flag)
{
	for (size_t i = 0; i < o->n; i++)
		if (o->values[i].decl->flags & flag)
			return (long)i;
	return -1;
}

static int same_origin(const char *a, const char *b)
{
	char *x = url_origin(a), *y = url_origin(b);
	int same = x && y && !strcmp(x, y);
	free(x);
	free(y);
	return same;
}

static int read_default(struct value *v, const char *label, struct fault *f)
{
	const struct said said = {
		.source = FROM_DEFAULT, .text = v->decl->initial, .where = "default", .label = label
	};
	return value_read(v, &said, f);
}

int32_t option_check_default(const hn_option *decl, const char *label, struct fault *f)
{
	struct value v = { .decl = decl };
	int rc = decl->initial ? read_default(&v, label, f) : 0;
	value_free(&v);
	return rc ? HN_ERR_CONFIG : 0;
}

/* Resolves the endpoint first, since the rest hangs on it. */
static int find_endpoint(struct work *w)
{
	long i = with_flag(w->o, HN_OPTION_ENDPOINT);
	w->o->at_home = 1;
	if (i < 0)
		return 0;
	struct value *v = &w->o->values[i];
	const struct said *s = &w->said[i];
	const char *initial = v->decl->initial;
	int rc = s->where ? value_read(v, s, w->asker.fault) : initial ? read_default(v, v->decl->key, w->asker.fault) : 0;
	if (rc < 0 || !v->text)
		return rc;
	w->o->endpoint = xstrdup(v->text);
	w->o->at_home = initial && same_origin(v->text, initial);
	return 0;
}

/* Who gives a secret of the instance: one that is not from .env if there is any, else that; NULL if nobody does. */
static const struct said *secret_giver(const struct work *w)
{
	const struct said *giver = NULL;
	for (size_t i = 0; i < w->o->n; i++) {
		const struct said *s = &w->said[i];
		if (!(w->o->values[i].decl->flags & HN_OPTION_SECRET) || !s->where)
			continue;
		if (s->source != FROM_DOTENV)
			return s;
		giver = s;
	}
	return giver;
}

/* A .env that was merely found may steer where a secret goes only if the secret is its own. */
static int check_trust(const struct work *w)
{
	const struct said *giver = secret_giver(w);
	if (!settings_dotenv_found(w->asker.settings) || with_flag(w->o, HN_OPTION_SECRET) < 0 ||
		(giver && giver->source == FROM_DOTENV))
		return 0;
	for (size_t i = 0; i < w->o->n; i++) {
		const struct said *s = &w->said[i];
		if (!s->where || s->source != FROM_DOTENV ||
			!(w->o->values[i].decl->flags & (HN_OPTION_ENDPOINT | HN_OPTION_STEERS)))
			continue;
		const char *file = settings_dotenv_name(w->asker.settings);
		char *key = giver ? xasprintf("the key is from %s", giver->where)
				  : xstrdup("there is no key beside it");
		struct fault *f = w->asker.fault;
		fault_set(f, HN_ERR_CONFIG,
			"such a file may be anybody's: it sends no other key than its own where it "
			"wants",
			"%s: set by a %s that was found, but %s", s->label, file, key);
		fault_hint(f, "put the key into the same file, or name the file: --env-file %s", file);
		free(key);
		return HN_ERR_CONFIG;
	}
	return 0;
}

/* The endpoint that a .env which was merely found has set, or NULL. */
static const struct said *found_endpoint(const struct work *w)
{
	long i = with_flag(w->o, HN_OPTION_ENDPOINT);
	const struct said *s = i < 0 ? NULL : &w->said[i];
	return s && s->where && s->source == FROM_DOTENV && settings_dotenv_found(w->asker.settings)
		       ? s
		       : NULL;
}

/* What the user adds to requests may hold a key of theirs as well: it stays away from an endpoint that is not of their choosing. */
static void keep_back(const struct work *w)
{
	const struct said *endpoint = found_endpoint(w);
	for (size_t i = 0; endpoint && i < w->o->n; i++) {
		struct said *s = &w->said[i];
		if (!s->where || s->source == FROM_DOTENV ||
			!(w->o->values[i].decl->flags & HN_OPTION_STEERS))
			continue;
		log_warn_hint(settings_log(w->asker.settings), "(--env-file names one that you trust)",
			"%s: not sent, since the endpoint is set by %s, a .env that was found",
			s->label, endpoint->label);
		said_free(s);
	}
}

/* Splits "PREFIX HOST"; the caller frees the prefix. NULL if the rule does not concern the endpoint. */
static char *forbidden_prefix(const struct work *w, const hn_option *decl)
{
	const char *space = decl->forbid ? strchr(decl->forbid, ' ') : NULL;
	char *host = space && w->o->endpoint ? url_host(w->o->endpoint) : NULL;
	int concerns = host && !strcmp(host, space + 1);
	free(host);
	return concerns ? xmemdup0(decl->forbid, (size_t)(space - decl->forbid)) : NULL;
}

/* Refuses a secret that a rule forbids for this host; one not read yet gets the rule to check later. */
static int check_forbid(
	const struct work *w, const struct value *v, const struct said *s, const char *value)
{
	char *prefix = forbidden_prefix(w, v->decl);
	if (!prefix)
		return 0;
	char *because =
		xasprintf("begins with \"%s\" and is never sent to %s", prefix, w->o->endpoint);
	int rc = 0;
	if (value && str_begins(str_of(value), prefix))
		rc = fault_set(w->asker.fault, HN_ERR_CONFIG, NULL, "%s: the secret %s", s->label, because);
	else
		secret_refuse(v->secret, prefix, because);
	free(because);
	free(prefix);
	return rc;
}

/* Warns if others can read the file that a secret stands in: one of its own, or (NULL) the config file. */
static void warn_readable(const struct work *w, const struct said *s, const char *own)
{
	struct stat st;
	const char *file = own                      ? own
			   : s->source == FROM_FILE ? settings_config_name(w->asker.settings)
						    : NULL;
	if (!file || stat(file, &st) != 0 || !(st.st_mode & (S_IRGRP | S_IROTH)))
		return;
	char *cure = xasprintf("chmod 600 %s", file);
	log_warn_hint(settings_log(w->asker.settings), cure,
		"%s holds a secret, and others can read the file", own ? own : s->where);
	free(cure);
}

static int make_command(struct work *w, struct value *v, const struct said *s)
{
	struct typed_items list = { NULL, 0 };
	int rc = !s->node                  ? typed_list(s->text, &list)
		 : s->node->kind == Y_LIST ? typed_node_list(s->node, &list)
					   : -1;
	if (rc < 0 || !list.n || !list.items[0].n) {
		typed_items_free(&list);
		return fault_set(w->asker.fault, HN_ERR_CONFIG, NULL,
			"%s: expected a list: a program and its arguments", s->label);
	}
	char **argv = xcalloc(list.n + 1, sizeof *argv);
	for (size_t i = 0; i < list.n; i++)
		argv[i] = str_dup(list.items[i]);
	v->secret = secret_new(w->secrets, SECRET_COMMAND, NULL, argv, s->label);
	for (size_t i = 0; i < list.n; i++)
		free(argv[i]);
	free(argv);
	typed_items_free(&list);
	return 0;
}

/* A secret that stands in a file of its own. */
static void make_file(const struct work *w, struct value *v, const struct said *s, const char *text)
{
	char *path = path_of_user(text);
	v->secret = secret_new(w->secrets, SECRET_FILE, path, NULL, s->label);
	warn_readable(w, s, path);
	free(path);
}

static int make_secret(struct work *w, struct value *v, const struct said *s)
{
	const char *text = s->node && s->node->kind == Y_SCALAR ? s->node->text : s->text;
	if (s->how == HOW_COMMAND) {
		if (make_command(w, v, s) < 0)
			return -1;
	} else if (!text || !*text) {
		return fault_set(w->asker.fault, HN_ERR_CONFIG, NULL, "%s: expected %s", s->label,
			s->how == HOW_FILE ? "the path of a file" : "a text");
	} else if (s->how == HOW_FILE) {
		make_file(w, v, s, text);
	} else {
		v->secret = secret_new(w->secrets, SECRET_VALUE, text, NULL, s->label);
		warn_readable(w, s, NULL);
	}
	v->source = s->source;
	v->where = xstrdup(s->where);
	return check_forbid(w, v, s, s->how == HOW_PLAIN ? text : NULL);
}

static int refuse_missing_secret(const struct work *w, const hn_option *decl)
{
	struct fault *f = w->asker.fault;
	struct buf names = BUF(BUF_NO_CAP);
	options_env_names(w->asker.instance, w->asker.plugin, decl, &names);
	int own = !strcmp(w->asker.instance, w->asker.plugin) && decl->n_env;
	char *name = own ? xstrdup(decl->env[0].name) : xmemdup0(names.p, strcspn(names.p, ", "));
	fault_set(f, HN_ERR_CONFIG, NULL, "%s: no %s", w->asker.instance, decl->key);
	fault_aside(f, ". Any of these gives it:");
	fault_hint(f, "  %s=...            a line in .env", name);
	fault_hint(f, "  export %s=...     in the shell", name);
	fault_hint(f, "  %s: {%s: {%s_command: [pass, show, %s]}}  in config.yaml", w->asker.kind,
		w->asker.instance, decl->key, w->asker.instance);
	buf_free(&names);
	free(name);
	return HN_ERR_CONFIG;
}

/* An option that is not set: its default, or an error if required. Both may apply to the default endpoint only. */
static int take_default(struct work *w, struct value *v)
{
	const hn_option *decl = v->decl;
	int holds = w->o->at_home || !(decl->flags & HN_OPTION_AT_HOME);
	if (v->text) /* the endpoint: it was resolved before */
		return 0;
	if (decl->initial && holds && !(decl->flags & HN_OPTION_SECRET))
		return read_default(v, v->decl->key, w->asker.fault);
	if (!(decl->flags & HN_OPTION_REQUIRED) || !holds || w->lenient)
		return 0;
	if (decl->flags & HN_OPTION_SECRET)
		return refuse_missing_secret(w, decl);
	return fault_set(w->asker.fault, HN_ERR_CONFIG, NULL,
		"%s: no %s (%s): set it in the config file, or with -o %s.%s=...",
		w->asker.instance, decl->key, decl->help, w->asker.instance, decl->key);
}

/* Learns secrets in other options; -1 if one is on the command line. */
static int take_strays(const struct work *w, const struct said *s, const struct value *v)
{
	if (!strays_take(w->secrets, v) || s->source != FROM_CLI)
		return 0;
	return fault_set(w->asker.fault, HN_ERR_CONFIG, NULL,
		"%s: it holds a secret, which is never taken from the command line, where every "
		"user of this machine can read it; put it into the config file",
		s->label);
}

static int settle(struct work *w, size_t i)
{
	struct value *v = &w->o->values[i];
	struct said *s = &w->said[i];
	if (!s->where)
		return take_default(w, v);
	if (v->decl->flags & HN_OPTION_SECRET)
		return make_secret(w, v, s);
	if (!v->text && value_read(v, s, w->asker.fault) < 0)
		return -1;
	return take_strays(w, s, v);
}

static int resolve(struct work *w, const hn_option *decls, size_t stride)
{
	int rc = keys_check(&w->asker, decls, w->o->n, stride);
	for (size_t i = 0; rc >= 0 && i < w->o->n; i++)
		rc = said_nearest(&w->asker, w->o->values[i].decl, &w->said[i]);
	if (rc < 0 || check_trust(w) < 0 || find_endpoint(w) < 0)
		return -1;
	keep_back(w);
	for (size_t i = 0; i < w->o->n; i++)
		if (settle(w, i) < 0)
			return -1;
	return 0;
}

static const struct ynode *entry_of(
	const struct settings *s, const char *kind, const char *instance)
{
	const struct instance_entry *entry = settings_instance(s, instance);
	if (!strcmp(kind, "frontends"))
		return settings_frontend(s, instance);
	return entry ? entry->node : NULL;
}

struct options *options_resolve(const struct settings *settings, struct secrets *secrets,
	const char *kind, const char *instance, const char *plugin_name, const hn_option *decls,
	size_t n, size_t stride, int lenient, struct fault *f)
{
	struct options *o = xmalloc(sizeof *o);
	*o = (struct options){
		.instance = xstrdup(instance),
		.plugin = xstrdup(plugin_name),
		.values = xcalloc(n, sizeof *o->values),
		.n = n,
	};
	for (size_t i = 0; i < n; i++)
		o->values[i].decl = HN_AT(hn_option, decls, stride, i);
	struct work w = {
		.asker = { settings, kind, instance, plugin_name, with_flag(o, HN_OPTION_SECRET) >= 0,
			entry_of(settings, kind, instance), settings_config_name(settings), f },
		.secrets = secrets,
		.o = o,
		.said = xcalloc(n, sizeof *w.said),
		.lenient = lenient,
	};
	int rc = resolve(&w, decls, stride);
	for (size_t i = 0; i < n; i++)
		said_free(&w.said[i]);
	free(w.said);
	if (rc == 0)
		return o;
	options_free(o);
	return NULL;
}

int options_forget(const struct options *o)
{
	int any = 0;
	for (size_t i = 0; i < o->n; i++)
		if (o->values[i].secret && secret_forget(o->values[i].secret))
			any = 1;
	return any;
}

void options_free(struct options *o)
{
	if (!o)
		return;
	for (size_t i = 0; i < o->n; i++)
		value_free(&o->values[i]);
	free(o->values);
	free(o->instance);
	free(o->plugin);
	free(o->endpoint);
	free(o);
}

const struct value *options_get(const struct options *o, const char *key)
{
	for (size_t i = 0; i < o->n; i++)
		if (!strcmp(o->values[i].decl->key, key))
			return &o->values[i];
	return NULL;
}

int32_t options_value(const struct options *o, const char *key, hn_value *out)
{
	const struct value *v = options_get(o, key);
	*out = (hn_value){ .struct_size = sizeof *out };
	if (!v)
		return HN_ERR_PLUGIN;
	out->type = v->decl->type;
	out->i = v->i;
	out->d = v->d;
	out->s = str_of(v->text);
	out->secret = v->secret;
	out->items = v->items.items;
	out->n = (uint32_t)(out->type == HN_OPT_MAP ? v->items.n / 2 : v->items.n);
	out->is_set = v->text || v->secret;
	return 0;
}
