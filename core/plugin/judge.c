/* SPDX-License-Identifier: MIT */
/*
 * judge: whether a plugin's descriptor may be used. A table of rules, checked in order, each with
 * its own message; the first violation ends the check. An earlier rule covers what a later one
 * reads: nothing after struct_size is read before struct_size was checked, and no function but the
 * entry is called before all rules hold.
 */
#include "plugin/registry.h"

#include <string.h>

/* The last members that 1.0 had: what is shorter was built against no released header. */
#define SIZE_PLUGIN HN_END_(hn_plugin, vtable)
#define SIZE_PROVIDER HN_END_(hn_provider, models)
#define SIZE_FRONTEND HN_END_(hn_frontend, run)
#define SIZE_OPTION HN_END_(hn_option, env)

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
	if (s->desc->struct_size >= SIZE_PLUGIN)
		return 0;
	return fault_set(f, HN_ERR_CONFIG, NULL, "its descriptor says struct_size %u, at least %zu are needed",
		s->desc->struct_size, SIZE_PLUGIN);
}

/* The kind is one that we know, and the one that is asked for. */
static int32_t rule_kind(const struct subject *s, struct fault *f)
{
	uint32_t kind = s->desc->type;
	if (kind != HN_TYPE_PROVIDER && kind != HN_TYPE_FRONTEND)
		return fault_set(f, HN_ERR_CONFIG, NULL,
			"is of kind %u, which this hobnob does not know (%u is a provider, %u a "
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
	fault_set(f, HN_ERR_CONFIG, NULL, "calls itself \"%s\"", name);
	fault_hint(f, "its file must be called %s.so", name);
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
	size_t need = s->desc->type == HN_TYPE_PROVIDER ? SIZE_PROVIDER : SIZE_FRONTEND;
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

/* What is wrong with one option by itself, or NULL. */
static const char *option_fault(const hn_option *o)
{
	if (!key_ok(o->key))
		return "its key must be [a-z0-9_]+ and not \"plugin\"";
	if (o->type < HN_OPT_STRING || o->type > HN_OPT_JSON)
		return "its type is unknown";
	if (o->type == HN_OPT_ENUM && !o->values)
		return "an enum needs values";
	if (o->n_env && !o->env)
		return "n_env is set and env is NULL";
	if ((o->flags & HN_OPTION_SECRET) && o->type != HN_OPT_STRING)
		return "a secret must be a string";
	if ((o->flags & HN_OPTION_ENDPOINT) && o->type != HN_OPT_URL)
		return "an endpoint must be a URL";
	return NULL;
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

/* The options are whole, each by itself and all together. */
static int32_t rule_options(const struct subject *s, struct fault *f)
{
	const hn_plugin *d = s->desc;
	if (!d->n_options)
		return 0;
	if (!d->options)
		return fault_set(f, HN_ERR_CONFIG, NULL,
			"declares %u options, and options is NULL", d->n_options);
	if (d->option_stride < SIZE_OPTION)
		return fault_set(f, HN_ERR_CONFIG, NULL, "its options say option_stride %u, at least %zu are needed",
			d->option_stride, SIZE_OPTION);
	for (uint32_t i = 0; i < d->n_options; i++) {
		const hn_option *o = HN_AT(hn_option, d->options, d->option_stride, i);
		const char *why = option_fault(o);
		if (!why)
			why = option_clash(d, i);
		if (why)
			return fault_set(f, HN_ERR_CONFIG, NULL, "option %u (%s): %s", i + 1,
				o->key ? o->key : "NULL", why);
	}
	return 0;
}

static int32_t (*const rules[])(const struct subject *, struct fault *) = {
	rule_present,
	rule_major,
	rule_minor,
	rule_size,
	rule_kind,
	rule_name,
	rule_vtable,
	rule_vtable_size,
	rule_functions,
	rule_options,
};

int32_t plugin_judge(const hn_plugin *desc, const char *stem, uint32_t kind, struct fault *f)
{
	const struct subject s = { desc, stem, kind };
	int32_t code = 0;

	for (size_t i = 0; i < sizeof rules / sizeof *rules && !code; i++)
		code = rules[i](&s, f);
	return code;
}
