/* SPDX-License-Identifier: MIT */
/* set: commands that change who answers, and how. A failed switch changes nothing. */
#include "commands/commands_private.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

static void show_model(struct chat *chat, struct command_result *r)
{
	buf_addf(&r->text, "%s on %s", chat_model(chat) ? chat_model(chat) : "(the provider's only model)",
		chat_provider(chat) ? chat_provider(chat)->name : "no provider");
	result_text(r, "provider", str_of(chat_provider(chat) ? chat_provider(chat)->name : NULL));
	result_text(r, "model", str_of(chat_model(chat)));
}

/* /model: shows it, or takes another; aliases are resolved. */
void command_model(struct commands *c, hn_str args, struct command_result *r)
{
	struct chat *chat = c->chat;
	char *name = str_dup(args);
	const char *meant = setting_alias(chat->rt->settings, name);

	if (args.n)
		chat_take_model(chat, meant ? meant : name);
	show_model(chat, r);
	free(name);
}

/* /provider: shows it, or switches; the new one's own choice of model holds. */
void command_provider(struct commands *c, hn_str args, struct command_result *r)
{
	struct chat *chat = c->chat;
	char *name = str_dup(args);

	if (!args.n || !chat_switch(chat, name, FROM_SESSION, &r->fault))
		show_model(chat, r);
	free(name);
}

/* /system: shows the prompt, takes another, or with - none. */
void command_system(struct commands *c, hn_str args, struct command_result *r)
{
	struct chat *chat = c->chat;
	if (str_is(args, "-"))
		chat_system(chat, str_of(NULL));
	else if (args.n)
		chat_system(chat, args);
	buf_adds(&r->text, chat->talk.system ? chat->talk.system : "no system prompt");
	result_text(r, "system", str_of(chat->talk.system));
}

/* One setting as it stands; what the session itself holds comes from there. */
static void show_setting(struct chat *chat, int id, struct command_result *r)
{
	struct buf value = BUF(BUF_NO_CAP);

	if (id == S_PROVIDER)
		buf_adds(&value, chat_provider(chat) ? chat_provider(chat)->name : "");
	else if (id == S_MODEL)
		buf_adds(&value, chat_model(chat) ? chat_model(chat) : "");
	else if (id == S_SYSTEM)
		buf_adds(&value, chat->talk.system ? chat->talk.system : "");
	else
		setting_show(chat->rt->settings, (enum setting)id, &value);
	buf_addf(&r->text, "%s%s = ", r->text.n ? "\n" : "", setting_table[id].key);
	buf_addstr(&r->text, buf_str(&value));
	result_text(r, setting_table[id].key, buf_str(&value));
	buf_free(&value);
}

/* Settings that a conversation cannot change, for they shaped it. */
int setting_is_fixed(int id)
{
	return id == S_FRONTEND || id == S_PROFILE || id == S_JOURNAL ||
	       (setting_table[id].flags & SET_NO_FILE);
}

/* Refuses a setting, or an option of a plugin, that cannot change any more, and says where it can be set:
 * a price only together with the others. */
static void refuse_fixed(hn_str key, int id, struct command_result *r)
{
	static const enum setting prices[] = { S_PRICE_INPUT, S_PRICE_OUTPUT, S_PRICE_CACHED };
	int n = id == S_PRICE_INPUT || id == S_PRICE_OUTPUT ? 2 : id == S_PRICE_CACHED ? 3 : 0;
	struct buf sets = BUF(BUF_NO_CAP);

	for (int i = 0; i < n; i++)
		buf_addf(&sets, " -o %s=VALUE", setting_table[prices[i]].key);
	if (!n)
		buf_addf(&sets, " -o %.*s=VALUE", (int)key.n, key.p);
	fault_set(&r->fault, HN_ERR_USAGE, NULL,
		"%.*s is fixed once a conversation has begun: leave, and continue with hobnob -c%s",
		(int)key.n, key.p, sets.p);
	buf_free(&sets);
}

/* unsets: the value says nothing. */
static void change(struct commands *c, int id, int unsets, hn_str value, struct command_result *r)
{
	struct chat *chat = c->chat;
	const char *key = setting_table[id].key;
	char *text = unsets ? NULL : str_dup(value);

	if (unsets && (id == S_PROVIDER || id == S_MODEL)) {
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "%s cannot be unset: /%s NAME takes another", key, key);
	} else if (id == S_PROVIDER) {
		command_provider(c, value, r);
	} else if (id == S_MODEL) {
		command_model(c, value, r);
	} else if (id == S_SYSTEM) {
		command_system(c, unsets ? str_of("-") : value, r);
	} else if (setting_is_fixed(id)) {
		refuse_fixed(str_of(key), id, r);
	} else if (settings_set(chat->rt->settings, key, text, &r->fault)) {
		r->fault.kind = HN_ERR_USAGE;
	} else {
		chat_configure(chat, id);
		show_setting(chat, id, r);
	}
	free(text);
}

/* Takes -u off the beginning of args: 1 if it was there. */
static int take_unset(hn_str *args)
{
	if (!str_is(*args, "-u") && !str_begins(*args, "-u ") && !str_begins(*args, "-u\t"))
		return 0;
	*args = str_trim((hn_str){ args->p + 2, args->n - 2 });
	return 1;
}

/* /set: all settings, one, or a change. */
void command_set(struct commands *c, hn_str args, struct command_result *r)
{
	struct chat *chat = c->chat;
	size_t n = 0;
	hn_str value;
	int unsets = take_unset(&args);
	int id, said = 0; /* an "=" says that a value follows, be it empty */

	if (unsets && args.n == 0)
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "/set -u takes the name of a setting");
	for (int i = 0; args.n == 0 && !unsets && i < S_COUNT; i++)
		show_setting(chat, i, r);
	if (args.n == 0)
		return;
	while (n < args.n && !strchr(" \t=", args.p[n]))
		n++;
	value = str_trim((hn_str){ args.p + n, args.n - n });
	if (value.n && value.p[0] == '=') {
		said = 1;
		value = str_trim((hn_str){ value.p + 1, value.n - 1 });
	}
	id = setting_find((hn_str){ args.p, n });
	if (id < 0 && memchr(args.p, '.', n)) {
		refuse_fixed((hn_str){ args.p, n }, id, r);
	} else if (id < 0) {
		char *key = str_dup((hn_str){ args.p, n });

		settings_set(
			chat->rt->settings, key, NULL, &r->fault); /* knows how to name the nearest */
		r->fault.kind = HN_ERR_USAGE;
		free(key);
	} else if (unsets && (value.n || said)) {
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "/set -u takes no value");
	} else if (unsets || value.n || said) {
		change(c, id, unsets, value, r);
	} else {
		show_setting(chat, id, r);
	}
}
