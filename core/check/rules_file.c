/* SPDX-License-Identifier: MIT */
/* rules_file: what the file and its descriptor show by themselves. */
#include <elf.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

#include "check/scenario.h"
#include "plugin/judge.h"
#include "util/ascii.h"
#include "util/file.h"
#include "util/mem.h"

static const hn_option *option_at(const struct run *r, uint32_t i)
{
	return HN_AT(hn_option, r->subject->desc->options, r->subject->desc->option_stride, i);
}

/* Judges as hobnob does: *of_options says whether it is about the options. */
static char *judged(const struct run *r, int *of_options)
{
	struct fault f = { 0 };
	if (!plugin_judge(r->subject->desc, r->subject->name, 0, &f))
		return NULL;
	char *why = xstrdup(f.message);
	fault_free(&f);
	*of_options = !strncmp(why, "option ", 7) || strstr(why, "options") != NULL;
	return why;
}

void try_descriptor(const struct run *r)
{
	const hn_plugin *d = r->subject->desc;
	int of_options = 0;
	char *why = judged(r, &of_options), *flags;
	if (why && !of_options)
		breach(RULE_DESCRIPTOR, "%s", why);
	else if (!why && !d->need_minor && (flags = plugin_unknown_flags(d))) {
		breach(RULE_DESCRIPTOR, "%s, which ABI 1.%u does not have", flags, d->need_minor);
		free(flags);
	}
	if (!why && d->pad)
		breach(RULE_DESCRIPTOR, "hn_plugin.pad is %u", d->pad);
	if (!why && (!d->version || !*d->version))
		breach(RULE_DESCRIPTOR, "it has no version");
	free(why);
}

void try_options(const struct run *r)
{
	int of_options = 0;
	char *why = judged(r, &of_options);
	if (why && of_options)
		breach(RULE_OPTIONS, "%s", why);
	for (uint32_t i = 0; !why && i < r->subject->desc->n_options; i++)
		if (option_at(r, i)->pad)
			breach(RULE_OPTIONS, "option %u (%s): its pad is %u", i + 1, option_at(r, i)->key, option_at(r, i)->pad);
	free(why);
}

/* ---- the same each time ---- */

static void add_text(struct buf *out, const char *text)
{
	buf_adds(out, text ? text : "(null)");
	buf_addc(out, '\0');
}

/* All that a descriptor leads to, as bytes. */
static void flatten(const hn_plugin *d, struct buf *out)
{
	const uint32_t *vtable = d->vtable; /* begins with its size */
	buf_add(out, d, d->struct_size);
	buf_add(out, d->vtable, *vtable);
	add_text(out, d->name);
	add_text(out, d->version);
	add_text(out, d->summary);
	add_text(out, d->license);
	for (uint32_t i = 0; i < d->n_options; i++) {
		const hn_option *o = HN_AT(hn_option, d->options, d->option_stride, i);
		buf_add(out, o, sizeof *o);
		add_text(out, o->key);
		add_text(out, o->initial);
		add_text(out, o->values);
		add_text(out, o->help);
	}
}

void try_entry_same(const struct run *r)
{
	const hn_plugin *(*entry)(void);
	struct buf before = BUF(BUF_NO_CAP), after = BUF(BUF_NO_CAP);
	int of_options;
	char *why = judged(r, &of_options);
	if (why) {
		skip_rule("its descriptor cannot be used: %s", why);
		free(why);
		return;
	}
	*(void **)&entry = dlsym(r->subject->dl, "hobnob_plugin_v1");
	flatten(r->subject->desc, &before);
	const hn_plugin *again = entry();
	if (again != r->subject->desc) {
		breach(RULE_ENTRY_SAME, "the second call returned another pointer");
	} else {
		flatten(again, &after);
		if (before.n != after.n || memcmp(before.p, after.p, before.n) != 0)
			breach(RULE_ENTRY_SAME, "the second call changed what the pointer leads to");
	}
	buf_free(&before);
	buf_free(&after);
}

/* ---- good form ---- */

static int has_word(const char *key, const char *const *words)
{
	for (; *words; words++) {
		const char *at = strstr(key, *words);
		size_t n = strlen(*words);
		if (at && (at == key || at[-1] == '_') && (!at[n] || at[n] == '_'))
			return 1;
	}
	return 0;
}

void try_option_flags(const struct run *r)
{
	static const char *const keys[] = { "key", "token", "password", "secret", NULL };
	static const char *const owned[] = { "command", "program", "path", "file", "listen", "socket", NULL };
	static const char *const steering[] = { "headers", "proxy", NULL };
	int has_secret = 0, has_endpoint = 0;
	for (uint32_t i = 0; i < r->subject->desc->n_options; i++) {
		const hn_option *o = option_at(r, i);
		has_secret |= (o->flags & HN_OPTION_SECRET) != 0;
		has_endpoint |= (o->flags & HN_OPTION_ENDPOINT) != 0;
		if (has_word(o->key, keys) && o->type == HN_OPT_STRING && !(o->flags & (HN_OPTION_SECRET | HN_OPTION_OWN)) && !strstr(o->key, "name"))
			breach(RULE_OPTION_FLAGS, "the option %s has no HN_OPTION_SECRET", o->key);
		if (has_word(o->key, owned) && o->type != HN_OPT_PATH && o->type != HN_OPT_INT && o->type != HN_OPT_BOOL && !(o->flags & HN_OPTION_OWN))
			breach(RULE_OPTION_FLAGS, "the option %s has no HN_OPTION_OWN, so a .env that was found may set it", o->key);
		if (has_word(o->key, steering) && r->subject->provider && !(o->flags & (HN_OPTION_STEERS | HN_OPTION_OWN)))
			breach(RULE_OPTION_FLAGS, "the option %s has no HN_OPTION_STEERS", o->key);
	}
	if (has_secret && !has_endpoint && findings->uses_http)
		breach(RULE_OPTION_FLAGS, "it has a SECRET and no ENDPOINT, so the secret can be sent nowhere");
}

static const char *line_fault(const char *text)
{
	if (!text || !*text)
		return "is missing";
	if (strpbrk(text, "\r\n\t"))
		return "has more than one line";
	return strlen(text) > 160 ? "is longer than 160 bytes" : strlen(text) < 3 ? "says nothing" : NULL;
}

void try_help_texts(const struct run *r)
{
	const char *why = line_fault(r->subject->desc->summary);
	if (why)
		breach(RULE_HELP_TEXTS, "the summary %s", why);
	for (uint32_t i = 0; i < r->subject->desc->n_options; i++) {
		const hn_option *o = option_at(r, i);
		if ((why = line_fault(o->help)))
			breach(RULE_HELP_TEXTS, "the help of the option %s %s", o->key, why);
		else if (!strcmp(o->help, o->key))
			breach(RULE_HELP_TEXTS, "the help of the option %s only repeats its name", o->key);
	}
}

/* 1 if text is ids with AND, OR or WITH between them; parentheses stand anywhere. */
static int is_spdx(const char *text)
{
	static const char id[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-+:";
	int want_id = 1, any = 0;
	while (*text) {
		size_t n = strspn(text, id);
		if (!n && *text != ' ' && *text != '(' && *text != ')')
			return 0;
		if (n) {
			int is_operator = (n == 3 && !strncmp(text, "AND", 3)) || (n == 2 && !strncmp(text, "OR", 2)) || (n == 4 && !strncmp(text, "WITH", 4));
			if (is_operator == want_id)
				return 0;
			want_id = is_operator;
			any = 1;
		}
		text += n ? n : 1;
	}
	return any && !want_id;
}

void try_license(const struct run *r)
{
	const char *license = r->subject->desc->license;
	static const char *const nothing[] = { "none", "unknown", "free", "proprietary", "license" };
	if (!license || !*license) {
		breach(RULE_LICENSE, "it states no license");
		return;
	}
	if (!is_spdx(license))
		breach(RULE_LICENSE, "\"%s\" is not an SPDX expression", license);
	for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
		if (strlen(license) == strlen(nothing[i]) && !ascii_ncasecmp(license, nothing[i], strlen(license)))
			breach(RULE_LICENSE, "\"%s\" is not an SPDX expression; LicenseRef-NAME is one", license);
}

/* ---- symbols ---- */

static const char *const always[] = { "hobnob_plugin_v1", "_init", "_fini", "_edata", "_end", "__bss_start" };

static int is_expected(const char *name)
{
	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		if (!strcmp(name, always[i]))
			return 1;
	return 0;
}

/* Looks at the table of dynamic symbols of an ELF file that was loaded, so its form is right. */
static void look_at(const char *image, size_t n)
{
	const ElfW(Ehdr) *head = (const void *)image;
	const ElfW(Shdr) *sections = (const void *)(image + head->e_shoff);
	if (!head->e_shoff || head->e_shoff + head->e_shnum * sizeof *sections > n)
		return;
	for (unsigned i = 0; i < head->e_shnum; i++) {
		const ElfW(Shdr) *s = &sections[i];
		if (s->sh_type != SHT_DYNSYM || s->sh_offset + s->sh_size > n || s->sh_link >= head->e_shnum)
			continue;
		const ElfW(Sym) *symbols = (const void *)(image + s->sh_offset);
		const char *names = image + sections[s->sh_link].sh_offset;
		for (size_t k = 1; k < s->sh_size / sizeof *symbols; k++)
			/* weak ones are inline functions and templates of C++ */
			if (symbols[k].st_shndx != SHN_UNDEF && symbols[k].st_info >> 4 == STB_GLOBAL &&
				(symbols[k].st_other & 3) == STV_DEFAULT && !is_expected(names + symbols[k].st_name))
				breach(RULE_HIDDEN_SYMBOLS, "it exports %s, too: -fvisibility=hidden hides it", names + symbols[k].st_name);
	}
}

void try_hidden_symbols(const struct run *r)
{
	struct buf image = BUF(BUF_NO_CAP);
	if (!file_read(r->subject->path, 1u << 30, &image, NULL) && image.n > sizeof(ElfW(Ehdr)))
		look_at(image.p, image.n);
	buf_free(&image);
}
