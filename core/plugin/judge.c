/* SPDX-License-Identifier: MIT */
/*
 * judge: whether a plugin's descriptor may be used. A table of rules, checked in order, each with
 * its own message; the first violation ends the check. An earlier rule covers what a later one
 * reads: nothing after struct_size is read before struct_size was checked, and no function but the
 * entry is called before all rules hold.
 */
#include "plugin/judge.h"

#include <stdlib.h>
#include <string.h>

#include "call/size.h"
#include "config/options.h"
#include "util/buf.h"
#include "util/mem.h"

/* All HN_OPTION_* of this header. */
#define OPTION_FLAGS                                                                                           \
	(HN_OPTION_REQUIRED | HN_OPTION_SECRET | HN_OPTION_ENDPOINT | HN_OPTION_STEERS | HN_OPTION_AT_HOME | \
		HN_OPTION_OWN)

#define OPTIONS_MOST 1000u

struct subject {
	const hn_plugin *desc;
	const char *stem;
	uint32_t kind;
};

const char *plugin_kind_name(uint32_t kind)
{
	return kind == HN_TYPE_PROVIDER ? "provider" : kind == HN_TYPE_FRONTEND ? "frontend" : "unknown";
}

static int32_t rule_present(const struct subject *s, struct fault *f)
{
	return s->desc ? 0 : fault_set(f, HN_ERR_CONFIG, NULL, "hobnob_plugin_v1() returned NULL");
}

/* The major is ours. */
static int32_t rule_major(const struct subject *s, struct fault *f)
{
	const hn_plugin *d = s->desc;
	if (d->abi_major == HN_ABI_MAJOR)
		return 0;
	return fault_set(f, HN_ERR_CONFIG,
		d->abi_major > HN_ABI_MAJOR ? "update hobnob"
					    : "build it against this hobnob's plugin.h",
		"is for ABI %u.x, this hobnob has %u.%u", d->abi_major, HN_ABI_MAJOR, HN_ABI_MINOR);
}

/* The minor that it needs is not newer than ours. */
static int32_t rule_minor(const struct subject *s, struct fault *f)
{
#if HN_ABI_MINOR > 0
	if (s->desc->need_minor <= HN_ABI_MINOR)
		return 0;
#else
	if (!s->desc->need_minor)
		return 0;
#endif
	fault_set(f, HN_ERR_CONFIG, NULL, "needs ABI %u.%u, this hobnob has %u.%u", HN_ABI_MAJOR,
		s->desc->need_minor, HN_ABI_MAJOR, HN_ABI_MINOR);
	fault_hint(f, "update hobnob or use an older %s", s->stem);
	return HN_ERR_CONFIG;
}

/* The descriptor is as long as that of 1.0. */
static int32_t rule_size(const struct subject *s, struct fault *f)
{
	if (s->desc->struct_size >= sized_plugin.least)
		return 0;
	return fault_set(f, HN_ERR_CONFIG, NULL, "its descriptor says struct_size %u, at least %zu are needed",
		s->desc->struct_size, sized_plugin.least);
}

/* The type is one that we know, and the one that is asked for. */
static int32_t rule_kind(const struct subject *s, struct fault *f)
{
	uint32_t kind = s->desc->type;
	if (kind != HN_TYPE_PROVIDER && kind != HN_TYPE_FRONTEND)
		return fault_set(f, HN_ERR_CONFIG, NULL,
			"is of type %u, which this hobnob does not know (%u is a provider, %u a "
			"frontend)",
			kind, HN_TYPE_PROVIDER, HN_TYPE_FRONTEND);
	if (s->kind && kind != s->kind)
		return fault_set(f, HN_ERR_CONFIG, "`hobnob plugins` lists them",
			"is a %s, a %s is needed", plugin_kind_name(kind), plugin_kind_name(s->kind));
	return 0;
}

static int32_t rule_name(const struct subject *s, struct fault *f)
{
	const char *name = s->desc->name;
	if (!name)
		return fault_set(f, HN_ERR_CONFIG, NULL, "has no name");
	if (!strcmp(name, s->stem))
		return 0;
	fault_set(f, HN_ERR_CONFIG, NULL, "calls itself \"%.200s\"", name);
	fault_hint(f, "its file must be called %.200s.so", name);
	return HN_ERR_CONFIG;
}

static int32_t rule_vtable(const struct subject *s, struct fault *f)
{
	return s->desc->vtable ? 0
			       : fault_set(f, HN_ERR_CONFIG, NULL, "has no functions: its vtable is NULL");
}

/* The table of functions is as long as that of 1.0. */
static int32_t rule_vtable_size(const struct subject *s, struct fault *f)
{
	const uint32_t *have = s->desc->vtable; /* both kinds begin with struct_size */
	size_t need = s->desc->type == HN_TYPE_PROVIDER ? sized_provider.least : sized_frontend.least;
	if (*have >= need)
		return 0;
	return fault_set(f, HN_ERR_CONFIG, NULL, "its hn_%s says struct_size %u, at least %zu are needed",
		plugin_kind_name(s->desc->type), *have, need);
}

/* The first function that a provider must have and has not, or NULL. */
static const char *provider_lacks(const hn_provider *p)
{
	return !p->create ? "create" : !p->destroy ? "destroy" : !p->chat ? "chat" : NULL;
}

/* The first function that a frontend must have and has not, or NULL. */
static const char *frontend_lacks(const hn_frontend *f)
{
	return !f->create ? "create" : !f->destroy ? "destroy" : !f->run ? "run" : NULL;
}

/* The functions that its kind must have are there. */
static int32_t rule_functions(const struct subject *s, struct fault *f)
{
	const char *lacks = s->desc->type == HN_TYPE_PROVIDER ? provider_lacks(s->desc->vtable)
							 : frontend_lacks(s->desc->vtable);
	return lacks ? fault_set(f, HN_ERR_CONFIG, NULL, "has no %s(), which every %s must have",
			       lacks, plugin_kind_name(s->desc->type))
		     : 0;
}

/* 1 if the key is [a-z0-9_]+ and not the one word that an instance's entry keeps for itself. */
static int key_ok(const char *key)
{
	return key && *key && key[strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0' &&
	       strcmp(key, "plugin") != 0;
}

/* 1 if text is words between which there is one space, with `n` of them; 0: any number. */
static int are_words(const char *text, size_t n)
{
	size_t words = 0;

	for (const char *at = text;; at++) {
		size_t k = strcspn(at, " ");

		words += k > 0;
		if (k == 0)
			return 0;
		at += k;
		if (!*at)
			return !n || words == n;
	}
}

/* What is wrong with the sources of an option that the environment gives, or NULL. */
static const char *env_fault(const hn_option *o)
{
	if (o->n_env && !o->env)
		return "n_env is set and env is NULL";
	for (uint32_t i = 0; i < o->n_env; i++)
		if (!o->env[i].name || !*o->env[i].name)
			return "an element of env has no name";
	return NULL;
}

/* What is wrong with one option by itself, or NULL. */
static const char *option_fault(const hn_option *o)
{
	if (!key_ok(o->key))
		return "its key must be [a-z0-9_]+ and not \"plugin\"";
	if (o->type < HN_OPT_STRING || o->type > HN_OPT_JSON)
		return "its type is unknown";
	if (o->type == HN_OPT_ENUM && !o->values)
		return "an enum needs values";
	if (o->type == HN_OPT_ENUM && !are_words(o->values, 0))
		return "its values must be words with one space between them";
	if (o->forbid && !(o->flags & HN_OPTION_SECRET))
		return "only a secret has a forbid";
	if (o->forbid && !are_words(o->forbid, 2))
		return "its forbid must be \"PREFIX HOST\"";
	if ((o->flags & HN_OPTION_SECRET) && o->type != HN_OPT_STRING)
		return "a secret must be a string";
	if ((o->flags & HN_OPTION_ENDPOINT) && o->type != HN_OPT_URL)
		return "an endpoint must be a URL";
	return env_fault(o);
}

/* What is wrong with option i beside those before it, or NULL. */
static const char *option_clash(const hn_plugin *d, uint32_t i)
{
	const hn_option *o = HN_AT(hn_option, d->options, d->option_stride, i);
	for (uint32_t k = 0; k < i; k++) {
		const hn_option *other = HN_AT(hn_option, d->options, d->option_stride, k);
		if (!strcmp(other->key, o->key))
			return "its key was declared before";
		if (other->flags & o->flags & HN_OPTION_ENDPOINT)
			return "it is a second endpoint";
	}
	return NULL;
}

/* Option i is whole, beside those before it. */
static int32_t judge_option(const hn_plugin *d, uint32_t i, struct fault *f)
{
	const hn_option *o = HN_AT(hn_option, d->options, d->option_stride, i);
	const char *why = option_fault(o);
	char *label;
	int32_t code;

	if (!why)
		why = option_clash(d, i);
	if (why)
		return fault_set(f, HN_ERR_CONFIG, NULL, "option %u (%.100s): %s", i + 1, o->key ? o->key : "NULL", why);
	label = xasprintf("option %u (%.100s): its default", i + 1, o->key);
	code = option_check_default(o, label, f);
	free(label);
	return code;
}

/* The options are whole, each by itself and all together. */
static int32_t rule_options(const struct subject *s, struct fault *f)
{
	const hn_plugin *d = s->desc;
	int32_t code = 0;

	if (!d->n_options)
		return 0;
	if (!d->options)
		return fault_set(f, HN_ERR_CONFIG, NULL,
			"declares %u options, and options is NULL", d->n_options);
	if (d->n_options > OPTIONS_MOST)
		return fault_set(f, HN_ERR_CONFIG, NULL, "declares %u options, at most %u may be", d->n_options, OPTIONS_MOST);
	if (d->option_stride < sized_option.least)
		return fault_set(f, HN_ERR_CONFIG, NULL, "its options say option_stride %u, at least %zu are needed",
			d->option_stride, sized_option.least);
	for (uint32_t i = 0; i < d->n_options && !code; i++)
		code = judge_option(d, i, f);
	return code;
}

static const struct {
	int32_t (*holds)(const struct subject *, struct fault *);
	int of_functions; /* it reads the vtable, which a copy does not have */
} rules[] = {
	{ rule_present, 0 },
	{ rule_major, 0 },
	{ rule_minor, 0 },
	{ rule_size, 0 },
	{ rule_kind, 0 },
	{ rule_name, 0 },
	{ rule_vtable, 1 },
	{ rule_vtable_size, 1 },
	{ rule_functions, 1 },
	{ rule_options, 0 },
};

static int32_t judge(const struct subject *s, int is_copy, struct fault *f)
{
	int32_t code = 0;

	for (size_t i = 0; i < sizeof rules / sizeof *rules && !code; i++)
		if (!is_copy || !rules[i].of_functions)
			code = rules[i].holds(s, f);
	return code;
}

int32_t plugin_judge(const hn_plugin *desc, const char *stem, uint32_t kind, struct fault *f)
{
	return judge(&(struct subject){ desc, stem, kind }, 0, f);
}

int32_t plugin_judge_copy(const hn_plugin *desc, const char *stem, uint32_t kind, struct fault *f)
{
	return judge(&(struct subject){ desc, stem, kind }, 1, f);
}

/* ---- what is passed over ---- */

/* Adds "MEMBER has 0x.." for the flags that this hobnob does not know. */
static void add_unknown(struct buf *out, const char *member, const char *key, uint32_t flags, uint32_t known)
{
	if (flags & ~known)
		buf_addf(out, "%s%s%s%s%s has 0x%x", out->n ? ", " : "", member, key ? " (" : "", key ? key : "",
			key ? ")" : "", flags & ~known);
}

char *plugin_unknown_flags(const hn_plugin *d)
{
	struct buf out = BUF(BUF_NO_CAP);
	const hn_provider *provider = d->type == HN_TYPE_PROVIDER ? d->vtable : NULL;
	const hn_frontend *frontend = d->type == HN_TYPE_FRONTEND ? d->vtable : NULL;

	add_unknown(&out, "hn_plugin.flags", NULL, d->flags, 0);
	if (provider)
		add_unknown(&out, "hn_provider.flags", NULL, provider->flags, HN_PROVIDER_BLOCKS);
	if (frontend)
		add_unknown(&out, "hn_frontend.flags", NULL, frontend->flags,
			HN_FRONTEND_CONVERSES | HN_FRONTEND_CLOSES_JSON);
	for (uint32_t i = 0; i < d->n_options; i++) {
		const hn_option *o = HN_AT(hn_option, d->options, d->option_stride, i);

		add_unknown(&out, "hn_option.flags", o->key, o->flags, OPTION_FLAGS);
	}
	return out.n ? buf_take(&out) : NULL;
}
