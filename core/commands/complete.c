/* SPDX-License-Identifier: MIT */
/*
 * complete: what the word before the cursor may become: commands, and what their arguments are.
 *
 * This runs at a key press, so nothing here asks a server, loads a plugin or reads a file; a
 * directory is read when a file's name is wanted.
 *
 * An argument is the rest of the line, blanks included, and is matched as a whole; but a line
 * editor replaces a word, and words end at blanks. So each completion is handed out from the last
 * blank on: with "/write my fi" before the cursor the file "my file.txt" is the word "file.txt".
 */

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "commands/commands_private.h"
#include "config/paths.h"
#include "config/prompt.h"
#include "util/mem.h"
#include "util/text.h"

#define HELP_COLUMNS 60 /* of a message's text beside its number */

struct completion {
	const struct commands *commands;
	const struct chat *chat;
	hn_str line; /* up to the cursor */
	size_t word; /* where the word begins that is replaced */
	size_t from; /* where the text begins that a completion must begin with */
	int one_word; /* a name with blanks is of no use */
	int flagged; /* a flag stands before the argument */
	void (*put)(void *ud, hn_str word, hn_str help);
	void *ud;
	const char **given; /* what offer_once() has offered; borrowed */
	size_t n_given, cap_given;
};

/* 1 if a byte ends a word. */
static int is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* The first place from i on that is not blank. */
static size_t skip_blanks(hn_str line, size_t i)
{
	while (i < line.n && is_blank(line.p[i]))
		i++;
	return i;
}

/* ---- offering ---- */

/* What was typed of the argument. */
static hn_str typed(const struct completion *c)
{
	return (hn_str){ c->line.p + c->from, c->line.n - c->from };
}

/* 1 if what was typed begins it. */
static int fits(const struct completion *c, const char *whole)
{
	hn_str t = typed(c);

	return strlen(whole) >= t.n && !memcmp(whole, t.p, t.n);
}

/* Offers an argument, as the word that it makes of the one before the cursor. */
static void offer(const struct completion *c, const char *whole, const char *help)
{
	struct buf word = BUF(BUF_NO_CAP);

	if (!fits(c, whole))
		return;
	if (c->from > c->word)
		buf_add(&word, c->line.p + c->word, c->from - c->word);
	buf_adds(&word, whole + (c->word > c->from ? c->word - c->from : 0));
	c->put(c->ud, buf_str(&word), str_of(help));
	buf_free(&word);
}

/* The same for what several places may name; NULL and "" are passed over. */
static void offer_once(struct completion *c, const char *whole, const char *help)
{
	if (!whole || !*whole)
		return;
	for (size_t i = 0; i < c->n_given; i++)
		if (!strcmp(c->given[i], whole))
			return;
	c->given = xgrow(c->given, c->n_given, &c->cap_given, sizeof *c->given);
	c->given[c->n_given++] = whole;
	offer(c, whole, help);
}

/* One of a list that names each once, and may be long: compared with what offer_once() has offered alone. */
static void offer_listed(void *ud, const char *id)
{
	struct completion *c = ud;

	for (size_t i = 0; i < c->n_given; i++)
		if (!strcmp(c->given[i], id))
			return;
	offer(c, id, "in the provider's list");
}

/* Commands, the frontend's own included. */
static void offer_commands(struct completion *c)
{
	for (size_t i = 0; i < command_count; i++) {
		offer(c, command_table[i].name, command_table[i].help);
		if (command_table[i].alias)
			offer(c, command_table[i].alias, command_table[i].help);
	}
	for (size_t i = 0; i < c->commands->n_own; i++)
		offer(c, c->commands->own[i]->name, c->commands->own[i]->help);
}

/* What /help takes. */
static void offer_topics(struct completion *c)
{
	offer_commands(c);
	for (size_t i = 0; command_topic(i); i++)
		offer(c, command_topic(i), "");
}

/* ---- who answers ---- */

/* 1 if a plugin is known to be a frontend: the shipped choices or the user name it as one. */
static int is_frontend(const struct settings *settings, const char *plugin)
{
	const struct ynode *shipped = yaml_get(settings_shipped(settings), "frontend");

	for (size_t i = 0; shipped && i < shipped->n; i++)
		if (shipped->items[i].text && !strcmp(shipped->items[i].text, plugin))
			return 1;
	return settings_frontend(settings, plugin) != NULL ||
	       str_is(setting_text(settings, S_FRONTEND), plugin);
}

/* Instances of the config file, and plugins found that are no instance. What a plugin is would be
 * known for sure by loading it; but one that is broken could end the chat at a key press. */
static void offer_providers(struct completion *c)
{
	const struct settings *settings = c->chat->rt->settings;
	const struct instance_entry *entries;
	const struct found *found;
	size_t n = settings_instances(settings, &entries);

	for (size_t i = 0; i < n; i++)
		offer(c, entries[i].name, entries[i].plugin);
	n = registry_list(c->chat->rt->registry, &found);
	for (size_t i = 0; i < n; i++)
		if (!found[i].refused && found[i].shadowed_by < 0 &&
			!settings_instance(settings, found[i].name) &&
			!is_frontend(settings, found[i].name))
			offer(c, found[i].name, NULL);
}

/* The models that a section of the config file names. */
static void offer_section(struct completion *c, const char *key)
{
	const struct ynode *section = settings_section(c->chat->rt->settings, key);

	for (size_t i = 0; section && i < section->n; i++)
		offer_once(c, section->items[i].key, section->items[i].text);
}

/* Models: aliases, those in use, the provider's own default, what the config file knows of, and the provider's list
 * as it was kept: nobody is asked. */
static void offer_models(struct completion *c)
{
	const struct instance *provider = chat_provider(c->chat);
	const struct history *h = &c->chat->talk.history;
	const struct value *own =
		provider && provider->options ? options_get(provider->options, "model") : NULL;

	offer_section(c, "aliases");
	offer_once(c, chat_model(c->chat), "in use");
	for (size_t i = h->n; provider && i-- > 0;)
		if (h->all[i]->instance && !strcmp(h->all[i]->instance, provider->name))
			offer_once(c, h->all[i]->model, "used in this conversation");
	if (own)
		offer_once(c, own->text, "the provider's own");
	offer_section(c, "models");
	if (provider)
		catalog_each(&c->chat->rt->paths, provider->name, provider->endpoint.url, c->chat->rt->clock->wall(c->chat->rt->clock->ud),
			offer_listed, c);
}

/* Several of them, between blanks: the last one is completed. */
static void offer_each_model(struct completion *c)
{
	c->from = c->word > c->from ? c->word : c->from;
	offer_models(c);
}

/* ---- settings ---- */

/* The words of an ENUM. */
static void offer_words(const struct completion *c, const char *words)
{
	for (; *words; words += strspn(words, " ")) {
		size_t n = strcspn(words, " ");
		char *word = xmemdup0(words, n);

		offer(c, word, NULL);
		free(word);
		words += n;
	}
}

static void offer_files(struct completion *);

/* What a setting may be; nothing where a conversation cannot change it, or -u unsets it. */
static void offer_values(struct completion *c, int id)
{
	if (setting_is_fixed(id) || c->flagged)
		return;
	if (id == S_PROVIDER)
		offer_providers(c);
	else if (id == S_MODEL)
		offer_models(c);
	else if (setting_table[id].type == HN_OPT_BOOL)
		offer_words(c, "true false");
	else if (setting_table[id].type == HN_OPT_ENUM)
		offer_words(c, setting_table[id].values);
	else if (setting_table[id].type == HN_OPT_PATH)
		offer_files(c);
}

/* KEY, then VALUE or = VALUE. */
static void offer_settings(struct completion *c)
{
	hn_str t = typed(c);
	size_t key = 0;
	int id;

	while (key < t.n && !is_blank(t.p[key]) && t.p[key] != '=')
		key++;
	if (key == t.n) {
		for (int i = 0; i < S_COUNT; i++)
			offer(c, setting_table[i].key, setting_table[i].help);
		return;
	}
	id = setting_find((hn_str){ t.p, key });
	c->from = skip_blanks(c->line, c->from + key);
	if (c->from < c->line.n && c->line.p[c->from] == '=')
		c->from = skip_blanks(c->line, c->from + 1);
	if (id >= 0)
		offer_values(c, id);
}

/* ---- numbers ---- */

/* Offers a number and what a message says. */
static void offer_number(const struct completion *c, size_t number, const struct message *m)
{
	struct buf help = BUF(BUF_NO_CAP);
	char text[24];

	snprintf(text, sizeof text, "%zu", number);
	text_add_line(&help, (hn_str){ m->text, m->n }, HELP_COLUMNS);
	offer(c, text, help.p);
	buf_free(&help);
}

/* The user's messages, as /history numbers them. */
static void offer_messages(struct completion *c)
{
	const struct history *h = &c->chat->talk.history;

	for (size_t i = 0; i < h->n_view; i++)
		if (h->view[i]->role == HN_ROLE_USER)
			offer_number(c, i + 1, h->view[i]);
}

/* Replies with reasoning. */
static void offer_reasoning(struct completion *c)
{
	const struct history *h = &c->chat->talk.history;

	for (size_t i = 0; i < h->n_view; i++)
		if (h->view[i]->n_reasoning)
			offer_number(c, i + 1, h->view[i]);
}

/* Branches, as /branch numbers them. */
static void offer_branches(struct completion *c)
{
	size_t n;
	struct message **ends = history_ends(&c->chat->talk.history, &n);

	for (size_t i = 0; i < n; i++)
		offer_number(c, i + 1, ends[i]);
	free(ends);
}

/* ---- files ---- */

/* 1 if an entry is a directory, 0 if it is a file, -1 if commands take neither. */
static int is_directory(const char *path, const struct dirent *entry)
{
	struct stat st;

	if (entry->d_type == DT_DIR || entry->d_type == DT_REG)
		return entry->d_type == DT_DIR;
	if (stat(path, &st) || (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode)))
		return -1;
	return S_ISDIR(st.st_mode);
}

/* Offers one entry of the directory `dir` ("" or ending in a slash), unless its name cannot be an
 * argument: blanks at both ends are taken off those. */
static void offer_entry(const struct completion *c, const char *dir, const struct dirent *entry)
{
	char *path = xasprintf("%s%s", dir, entry->d_name), *there = path_of_user(path);
	int directory = fits(c, path) ? is_directory(there, entry) : -1;
	char *whole = xasprintf("%s%s", path, directory > 0 ? "/" : "");

	if (directory >= 0 && str_trim(str_of(whole)).n == strlen(whole) && !(c->one_word && strpbrk(whole, " \t")))
		offer(c, whole, NULL);
	free(whole);
	free(there);
	free(path);
}

/* scandir's order: by bytes, whatever the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Files and directories; hidden ones only after a dot. */
static void offer_files(struct completion *c)
{
	hn_str t = typed(c);
	const char *slash = t.n ? memrchr(t.p, '/', t.n) : NULL;
	size_t dir_n = slash ? (size_t)(slash - t.p) + 1 : 0;
	int hidden = dir_n < t.n && t.p[dir_n] == '.';
	char *dir = xmemdup0(t.p, dir_n), *there = path_of_user(dir);
	struct dirent **entries;
	int n = scandir(dir_n ? there : ".", &entries, NULL, by_name);

	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;

		if ((hidden || name[0] != '.') && strcmp(name, ".") && strcmp(name, ".."))
			offer_entry(c, dir, entries[i]);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	free(there);
	free(dir);
}

/* The prompt files that there are. */
static void offer_prompts(struct completion *c)
{
	struct prompt_names names;

	prompt_names(&c->chat->rt->paths, &names, NULL);
	for (size_t i = 0; i < names.n; i++)
		offer(c, names.all[i], NULL);
	prompt_names_free(&names);
}

/* ---- arguments ---- */

static const struct {
	const char *what; /* as `completes` says it */
	void (*offer)(struct completion *);
} kinds[] = {
	{ "setting", offer_settings },
	{ "provider", offer_providers },
	{ "model", offer_models },
	{ "models", offer_each_model },
	{ "message", offer_messages },
	{ "reasoning", offer_reasoning },
	{ "branch", offer_branches },
	{ "file", offer_files },
	{ "prompt", offer_prompts },
	{ "command", offer_topics },
};

/* Flags that may stand before an argument, as the table's `args` have them. */
static const struct { const char *args, *flag, *help; int numbered; } flags[] = {
	{ "[-f]", "-f", "overwrite a file that exists", 0 },
	{ "[-c [K]]", "-c", "a block of its code, the first or number K", 1 },
	{ "[-u]", "-u", "unset the setting", 0 },
};

/* Steps over a number that stands before the argument. */
static void skip_number(struct completion *c)
{
	hn_str rest = { c->line.p + c->from, c->line.n - c->from };
	size_t before = rest.n;

	if (args_number(&rest) && rest.p[-1] == ' ')
		c->from += before - rest.n;
}

/* Steps over a flag, or offers it. 1 if it stood there. */
static int take_flag(struct completion *c, size_t k)
{
	hn_str t = typed(c);

	if (t.n > 2 && str_begins(t, flags[k].flag) && is_blank(t.p[2])) {
		c->flagged = 1;
		c->from = skip_blanks(c->line, c->from + 2);
		if (flags[k].numbered)
			skip_number(c);
		return 1;
	}
	if (t.n && t.p[0] == '-')
		offer(c, flags[k].flag, flags[k].help);
	return 0;
}

/* Steps over the next flag of a command, whichever it is, or offers them all. 1 if one stood there. */
static int take_any_flag(struct completion *c, const char *args)
{
	for (size_t k = 0; args && k < sizeof flags / sizeof *flags; k++)
		if (strstr(args, flags[k].args) && take_flag(c, k))
			return 1;
	return 0;
}

/* A file that a message names: @src/main.c. */
static void offer_mentions(struct completion *c)
{
	c->from = c->word + 1;
	c->one_word = 1;
	offer_files(c);
}

/* 1 if the text of a command may name files so, as a message may. */
static int names_files(hn_str line, size_t begin, size_t end)
{
	return end < line.n && str_is((hn_str){ line.p + begin, end - begin }, COMMAND_TEMPLATE);
}

/* What the argument of a command may be. */
static void offer_arguments(struct completion *c, hn_str name)
{
	for (size_t i = 0; i < command_count; i++) {
		const struct command *command = &command_table[i];

		if (!str_is(name, command->name) || !command->completes)
			continue;
		while (take_any_flag(c, command->args))
			;
		for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
			if (!strcmp(kinds[k].what, command->completes))
				kinds[k].offer(c);
	}
}

/* Gives each completion of the word that ends at the cursor. */
void commands_complete(struct commands *commands, hn_str line, size_t cursor,
	void (*put)(void *ud, hn_str word, hn_str help), void *ud)
{
	struct completion c = { .commands = commands, .chat = commands->chat, .put = put, .ud = ud };
	size_t begin, end;

	c.line = (hn_str){ line.p, cursor < line.n ? cursor : line.n };
	begin = end = skip_blanks(c.line, 0);
	for (c.word = c.line.n; c.word > 0 && !is_blank(line.p[c.word - 1]);)
		c.word--;
	while (end < c.line.n && !is_blank(line.p[end]))
		end++;
	if (begin == end)
		return;
	c.from = end < c.line.n ? skip_blanks(c.line, end) : begin;
	if ((c.line.p[begin] != '/' || names_files(c.line, begin, end)) && c.word < c.line.n && c.line.p[c.word] == '@')
		offer_mentions(&c);
	else if (end == c.line.n)
		offer_commands(&c);
	else
		offer_arguments(&c, (hn_str){ line.p + begin, end - begin });
	free(c.given);
}
