/* SPDX-License-Identifier: MIT */
/*
 * judge: whether a plugin's descriptor may be used. A table of rules, asked in order, each with a
 * message of its own; the first that is broken ends it. What a later rule reads is covered by an
 * earlier one: nothing behind struct_size is read before struct_size was judged, and no function
 * but the entry is called before all rules hold.
 */
#include "plugin/registry.h"

#include <string.h>

#include "util/mem.h"

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

/* The name of a kind, for messages. */
const char *plugin_kind_name(uint32_t kind)
{
	return kind == HN_PROVIDER ? "provider" : kind == HN_FRONTEND ? "frontend" : "unknown";
}

/* There is a descriptor. */
static char *rule_present(const struct subject *s)
{
	return s->desc ? NULL : xstrdup("hobnob_plugin_v1() returned NULL");
}

/* The major is ours. */
static char *rule_major(const struct subject *s)
{
	const hn_plugin *d = s->desc;
	if (d->abi_major == HN_ABI_MAJOR)
		return NULL;
	return xasprintf("is for ABI %u.x, this hobnob has %u.%u: %s", d->abi_major, HN_ABI_MAJOR,
		HN_ABI_MINOR,
		d->abi_major > HN_ABI_MAJOR ? "update hobnob"
					    : "build it against this hobnob's plugin.h");
}

/* The minor that it needs is not newer than ours. */
static char *rule_minor(const struct subject *s)
{
#if HN_ABI_MINOR > 0
	if (s->desc->need_minor <= HN_ABI_MINOR)
		return NULL;
#else
	if (!s->desc->need_minor)
		return NULL;
#endif
	return xasprintf("needs ABI %u.%u, this hobnob has %u.%u: update hobnob or use an older %s",
		HN_ABI_MAJOR, s->desc->need_minor, HN_ABI_MAJOR, HN_ABI_MINOR, s->stem);
}

/* The descriptor is as long as that of 1.0. */
static char *rule_size(const struct subject *s)
{
	if (s->desc->struct_size >= SIZE_PLUGIN)
		return NULL;
	return xasprintf("its descriptor says struct_size %u, at least %zu are needed",
		s->desc->struct_size, SIZE_PLUGIN);
}

/* The kind is one that we know, and the one that is asked for. */
static char *rule_kind(const struct subject *s)
{
	uint32_t kind = s->desc->kind;
	if (kind != HN_PROVIDER && kind != HN_FRONTEND)
		return xasprintf("is of kind %u, which this hobnob does not know (%u is a "
				 "provider, %u a frontend)",
			kind, HN_PROVIDER, HN_FRONTEND);
	if (s->kind && kind != s->kind)
		return xasprintf("is a %s, a %s is needed: `hobnob plugins` lists them",
			plugin_kind_name(kind), plugin_kind_name(s->kind));
	return NULL;
}

/* It bears the name of its file. */
static char *rule_name(const struct subject *s)
{
	const char *name = s->desc->name;
	if (!name)
		return xstrdup("has no name");
	if (!strcmp(name, s->stem))
		return NULL;
	return xasprintf("calls itself \"%s\": its file must be called %s.so", name, name);
}

/* It has functions at all. */
static char *rule_vtable(const struct subject *s)
{
	return s->desc->vtable ? NULL : xasprintf("has no functions: its vtable is NULL");
}

/* The table of functions is as long as that of 1.0. */
static char *rule_vtable_size(const struct subject *s)
{
	const uint32_t *have = s->desc->vtable; /* both kinds begin with struct_size */
	size_t need = s->desc->kind == HN_PROVIDER ? SIZE_PROVIDER : SIZE_FRONTEND;
	if (*have >= need)
		return NULL;
	return xasprintf("its hn_%s says struct_size %u, at least %zu are needed",
		plugin_kind_name(s->desc->kind), *have, need);
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
static char *rule_functions(const struct subject *s)
{
	const char *lacks = s->desc->kind == HN_PROVIDER ? provider_lacks(s->desc->vtable)
							 : frontend_lacks(s->desc->vtable);
	return lacks ? xasprintf("has no %s(), which every %s must have", lacks,
			       plugin_kind_name(s->desc->kind))
		     : NULL;
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
	if ((o->flags & HN_OPT_SECRET) && o->type != HN_OPT_STRING)
		return "a secret must be a string";
	if ((o->flags & HN_OPT_ENDPOINT) && o->type != HN_OPT_URL)
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
		if (other->flags & o->flags & HN_OPT_ENDPOINT)
			return "it is a second endpoint";
	}
	return NULL;
}

/* The options are whole, each by itself and all together. */
static char *rule_options(const struct subject *s)
{
	const hn_plugin *d = s->desc;
	if (!d->n_options)
		return NULL;
	if (!d->options)
		return xasprintf("declares %u options, and options is NULL", d->n_options);
	if (d->option_stride < SIZE_OPTION)
		return xasprintf("its options say option_stride %u, at least %zu are needed",
			d->option_stride, SIZE_OPTION);
	for (uint32_t i = 0; i < d->n_options; i++) {
		const hn_option *o = HN_AT(hn_option, d->options, d->option_stride, i);
		const char *fault = option_fault(o);
		if (!fault)
			fault = option_clash(d, i);
		if (fault)
			return xasprintf(
				"option %u (%s): %s", i + 1, o->key ? o->key : "NULL", fault);
	}
	return NULL;
}

static char *(*const rules[])(const struct subject *) = {
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

/* Asks the rules in order. */
char *plugin_judge(const hn_plugin *desc, const char *stem, uint32_t kind)
{
	const struct subject s = { desc, stem, kind };
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		char *why = rules[i](&s);
		if (why)
			return why;
	}
	return NULL;
}
