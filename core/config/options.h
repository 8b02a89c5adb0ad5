/* SPDX-License-Identifier: MIT */
/*
 * options: the declared options of one instance of a plugin, resolved against all sources, under
 * the trust rules.
 *
 * Order for an option KEY of instance I of plugin P (nearest first): -o I.KEY; the environment
 * (HOBNOB_I_KEY; if I is P the declared names; for a secret of another the name that I's `KEY_env`
 * gives); .env likewise; `providers: {I: {KEY}}` (or `frontends:`); the default. For a secret each
 * source may instead give KEY_command or KEY_file. An unknown key is an error that names the
 * nearest.
 *
 * Trust: an ENDPOINT or STEERS option whose winner is a *found* .env is applied only if the
 * instance has a secret and all of its secrets come from that same file; else it is refused, naming
 * both. A found .env never gives KEY_command or KEY_file, an OWN option or a PATH, the LIST, MAP and
 * JSON options of a plugin without a SECRET, or any option of a frontend: it is ignored there, with a
 * warning. A `forbid` rule refuses a secret for that host. A SECRET with -o is refused.
 */
#ifndef HOBNOB_CONFIG_OPTIONS_H
#define HOBNOB_CONFIG_OPTIONS_H

#include "config/secret.h"
#include "config/settings.h"

struct options {
	char *instance, *plugin;
	struct value *values; /* one for each declared option, in order */
	size_t n;
	char *endpoint;              /* the ENDPOINT option's URL, or NULL */
	/* the endpoint is the plugin's own default, or missing */
	int at_home;
};

/* kind: "providers" or "frontends". NULL with a fault: the rule that was broken, file, line and
 * key. A REQUIRED option that is missing is an error with the lines to paste. lenient: report
 * nothing as missing (for listings). */
struct options *options_resolve(const struct settings *, struct secrets *, const char *kind, const char *instance,
	const char *plugin_name, const hn_option *decls, size_t n, size_t stride, int lenient, struct fault *);
void options_free(struct options *);
const struct value *options_get(const struct options *, const char *key);
/* Forgets the secrets that came from files and commands. 1 if there were any, else 0. */
int options_forget(const struct options *);
/* Whether the default is what the type takes: 0, or HN_ERR_CONFIG with "LABEL: expected ...". */
int32_t option_check_default(const hn_option *, const char *label, struct fault *);
/* hn_host.option: fills *out. 0 or HN_ERR_PLUGIN. */
int32_t options_value(const struct options *, const char *key, hn_value *out);
/* The environment names that serve KEY of an instance, in order; out appended to, separated by
 * ", ". */
void options_env_names(const char *instance, const char *plugin, const hn_option *decl, struct buf *out);

#endif
