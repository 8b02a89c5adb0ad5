/* SPDX-License-Identifier: MIT */
/* doctor_provider: plugins, who would answer, and whether it does. */
#include "cli/doctor.h"

#include <stdlib.h>
#include <string.h>

#include "call/kind.h"
#include "chat/pick.h"
#include "util/mem.h"

/* ---- plugins ---- */

static void look_plugin(struct doctor *d, const struct found *all, size_t i)
{
	struct fault f = { 0 };
	if (all[i].shadowed_by >= 0) {
		found(d, 1, all[i].name, "%s: shadowed, %s comes first", all[i].path,
			all[all[i].shadowed_by].path);
		return;
	}
	const hn_plugin *p = registry_describe(d->rt->registry, all[i].name, 0, &f);
	if (!p) {
		found(d, 0, all[i].name, "%s: refused", all[i].path);
		problem_fault(d, &f, "replace that file, or take it away");
		return;
	}
	found(d, 1, all[i].name, "%s %s, ABI %u.%u, %s", plugin_kind_name(p->type),
		p->version ? p->version : "", p->abi_major, p->need_minor, all[i].path);
}

/* Every plugin on the path; then the options that the command line gives them. */
void doctor_plugins(struct doctor *d)
{
	const struct found *all;
	struct fault f = { 0 };
	if (cli_debug_plugins(d->rt, &f))
		problem_fault(d, &f, "correct it, or leave it out");
	cli_open_registry(d->rt, d->cli);
	if (registry_look(d->rt->registry, NULL, &d->rt->task->cancel))
		problem(d, HN_ERR_INTERRUPTED, "let it end", "interrupted: some plugins were not looked at");
	size_t n = registry_list(d->rt->registry, &all);
	for (size_t i = 0; i < n; i++)
		look_plugin(d, all, i);
	if (!n)
		problem(d, HN_ERR_CONFIG,
			"install hobnob whole, or name their place: --plugin-path",
			"there is no plugin in %s", d->rt->paths.plugins);
	if (options_check(d->rt, &f))
		problem_fault(d, &f, "correct it, or leave it out");
}

/* ---- who would answer ---- */

static void look_model(struct doctor *d, enum source chosen_by)
{
	enum source by;
	const char *said = pick_model_said(d->rt, d->provider, chosen_by, &by);
	const char *alias = said ? setting_alias(d->rt->settings, said) : NULL;
	if (!said)
		found(d, 1, "model", "none is said: it is the only one that the provider lists");
	else if (alias)
		found(d, 1, "model", "%s, for the alias %s (%s)", alias, said, source_name(by));
	else
		found(d, 1, "model", "%s (%s)", said, source_name(by));
}

/* Makes the instance, which checks that nothing is missing; that needs no network. */
static void look_chosen(struct doctor *d, const char *name, enum source by)
{
	struct fault f = { 0 };
	d->provider = instance_new(d->rt, name, HN_TYPE_PROVIDER, &f);
	found(d, d->provider != NULL, "provider", "%s (%s)", name,
		by == FROM_DEFAULT ? "a key or an address of its own is set" : source_name(by));
	if (!d->provider) {
		problem_fault(d, &f, "correct it, or choose another provider: -p NAME");
		return;
	}
	if (strcmp(d->provider->plugin->name, name) != 0)
		found(d, 1, "plugin", "%s", d->provider->plugin->name);
	if (d->provider->options->endpoint)
		found(d, 1, "address", "%s", d->provider->options->endpoint);
	look_model(d, by);
}

void doctor_provider(struct doctor *d)
{
	enum source by;
	struct fault f = { 0 };
	char *name = pick_provider(d->rt, &by, &f);
	if (name) {
		look_chosen(d, name, by);
		free(name);
		return;
	}
	found(d, 0, "provider", "none");
	problem_fault(d, &f, "name one: -p NAME");
}

/* ---- asking it ---- */

/* What to do about a failure that does not say so itself. */
static const struct {
	int32_t code;
	const char *cure;
} cures[] = {
	{ HN_ERR_CONFIG, "correct base_url, proxy or ca_file" },
	{ HN_ERR_AUTH, "replace the key: it is not one of this server's" },
	{ HN_ERR_PERMISSION, "use a key that may list models" },
	{ HN_ERR_QUOTA, "look at the account: it has no credit left" },
	{ HN_ERR_RATE_LIMITED, "wait, and try again" },
	{ HN_ERR_NETWORK,
		"is a server listening there? check base_url, the network and the proxy" },
	{ HN_ERR_TIMEOUT, "check base_url, the network and the proxy; timeout_connect bounds it" },
	{ HN_ERR_UNAVAILABLE, "the server is in trouble: try again later" },
	{ HN_ERR_NOT_FOUND, "check base_url: most end in /v1" },
	{ HN_ERR_PROTOCOL, "check base_url: what answers there is not a server of this kind" },
};

static const char *cure_of(int32_t code)
{
	for (size_t i = 0; i < sizeof cures / sizeof *cures; i++)
		if (cures[i].code == code)
			return cures[i].cure;
	return "-vv shows what was sent and what came";
}

static int32_t count(void *ud, const hn_model *m)
{
	size_t *n = ud;
	(void)m;
	++*n;
	return 0;
}

/* Asks the provider for its models, and how long that takes. */
void doctor_connect(struct doctor *d)
{
	const struct clock *clock = d->rt->clock;
	struct fault f = { 0 };
	size_t n = 0;
	if (!d->provider) {
		found(d, 1, "asked", "no: there is no provider to ask");
		return;
	}
	int64_t begun = clock->now(clock->ud);
	int32_t code = models_ask(d->rt, d->provider, count, &n, &f);
	long long ms = (long long)(clock->now(clock->ud) - begun);
	if (!code) {
		found(d, 1, "answered", "%zu model%s after %lld ms", n, n == 1 ? "" : "s", ms);
		return;
	}
	found(d, 0, "failed", "%s after %lld ms", kind_name(code), ms);
	if (!f.message)
		fault_set(&f, code, NULL, "interrupted");
	problem_fault(d, &f, cure_of(code));
}
