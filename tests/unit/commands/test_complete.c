/* SPDX-License-Identifier: MIT */
/* test_complete: what the word before the cursor may become: commands and each kind of argument. */
#include "../scratch.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "chat/chat.h"
#include "session/session.h"
#include "util/mem.h"

/* ---- a session that was talked to, in a folder of its own ---- */

struct world {
	struct scratch scratch;
	struct runtime rt;
	struct tasks tasks;
	struct log log;
	struct session_start start;
	struct plugin plugin;
	hn_session *s;
	struct chat *chat; /* the session's */
	struct instance *instance; /* the chat's */
	struct buf got; /* "word|word": what was offered last */
	struct buf helps;
};

static const char config[] = "aliases: {nano: openai/gpt-5-nano, big: gpt-5}\n"
			     "models: {gpt-5: {context: 1000}, my model: {context: 10}}\n"
			     "providers: {groq: {plugin: openai}, openai: {}}\n"
			     "frontends: {window: {}}\n";

/* Adds a message to the conversation. */
static void add_message(struct chat *chat, uint32_t role, const char *text, const char *model)
{
	struct message *m = history_append(&chat->talk.history, role, str_of(text), 0);

	m->instance = xstrdup(model ? "play" : NULL);
	m->model = xstrdup(model);
}

/* Makes the folder: config, shipped choices, plugins. It is the working directory. */
static void make_folder(struct scratch *scratch)
{
	static const char *const plugins[] = { "plugins/mock.so", "plugins/openai.so",
		"plugins/lines.so", "plugins/window.so", "plugins/other.so" };

	scratch_open(scratch);
	ck_assert_int_eq(chdir(scratch->dir), 0);
	mkdir("share", 0700);
	mkdir("plugins", 0700);
	scratch_write(scratch, "config.yaml", config);
	scratch_write(scratch, "share/defaults.yaml", "frontend: {terminal: lines}\n");
	for (size_t i = 0; i < sizeof plugins / sizeof *plugins; i++)
		scratch_write(scratch, plugins[i], "");
	chmod("plugins/other.so", 0666); /* anybody could write it: refused */
}

/* Ends an instance, which holds nothing. */
static void play_destroy(void *self)
{
	(void)self;
}

/* Opens settings, registry and session; "play" answers, and has done so. */
static void open_world(struct world *w)
{
	static char *const nothing[] = { NULL };
	static const hn_provider vtable = { .struct_size = sizeof vtable, .destroy = play_destroy };
	const struct settings_sources from = { .environ = nothing };
	struct fault fault = { 0 };

	*w = (struct world){ .got = BUF(BUF_NO_CAP), .helps = BUF(BUF_NO_CAP) };
	make_folder(&w->scratch);
	w->rt.paths = (struct paths){
		.config = xasprintf("%s/config.yaml", w->scratch.dir),
		.data = xasprintf("%s/share", w->scratch.dir),
		.plugins = xasprintf("%s/plugins", w->scratch.dir),
		.prompts = xasprintf("%s/prompts", w->scratch.dir),
	};
	w->rt.clock = &clock_real;
	w->rt.log = &w->log;
	w->rt.tasks = &w->tasks;
	w->rt.task = &w->tasks.own;
	ck_assert_int_eq(tasks_open(&w->tasks), 0);
	w->rt.settings = settings_open(&w->rt.paths, &from, w->rt.log, &fault);
	ck_assert_msg(w->rt.settings != NULL, "%s", fault.message);
	ck_assert_int_eq(settings_finish(w->rt.settings, &fault), 0);
	w->rt.paths.secure = 1; /* the one folder, whatever the environment says */
	w->rt.registry = registry_new(&w->rt.paths, NULL, NULL, w->rt.log);
	w->s = session_new(&w->rt, &w->start);
	w->plugin.provider = &vtable;
	w->chat = session_chat(w->s);
	w->instance = xcalloc(1, sizeof *w->instance);
	w->instance->name = xstrdup("play");
	w->instance->plugin = &w->plugin;
	chat_take_provider(w->chat, w->instance);
	chat_take_model(w->chat, "gpt-5-mini");
	add_message(w->chat, HN_ROLE_USER, "first\nquestion", NULL);
	add_message(w->chat, HN_ROLE_ASSISTANT, "answer", "gpt-4");
	add_message(w->chat, HN_ROLE_USER, "second", NULL);
}

/* Takes it all down. */
static void close_world(struct world *w)
{
	session_free(w->s);
	registry_free(w->rt.registry);
	settings_free(w->rt.settings);
	free(w->rt.paths.config);
	free(w->rt.paths.data);
	free(w->rt.paths.plugins);
	free(w->rt.paths.prompts);
	tasks_close(&w->tasks);
	log_close(w->rt.log);
	buf_free(&w->got);
	buf_free(&w->helps);
	ck_assert_int_eq(chdir("/"), 0);
	scratch_close(&w->scratch);
}

/* Notes one completion. */
static void put(void *ud, hn_str word, hn_str help)
{
	struct world *w = ud;

	buf_adds(&w->got, w->got.n ? "|" : "");
	buf_addstr(&w->got, word);
	buf_adds(&w->helps, w->helps.n ? "|" : "");
	buf_addstr(&w->helps, help);
}

/* What is offered with the cursor behind n bytes. */
static const char *offered_at(struct world *w, const char *line, size_t n)
{
	buf_cut(&w->got, 0);
	buf_cut(&w->helps, 0);
	session_service.complete(w->s, str_of(line), n, put, w);
	return w->got.n ? w->got.p : "";
}

/* What is offered at the end of a line. */
static const char *offered(struct world *w, const char *line)
{
	return offered_at(w, line, strlen(line));
}

/* ---- commands ---- */

static int32_t run_nothing(void *ud, hn_session *s, hn_str args, hn_str *text)
{
	(void)ud;
	(void)s;
	(void)args;
	(void)text;
	return 0;
}

/* Commands, their aliases and the frontend's own, where a command may stand. */
START_TEST(test_commands)
{
	static const hn_command own = {
		.struct_size = sizeof own, .name = "/multiline", .help = "h", .run = run_nothing
	};
	struct world w;

	open_world(&w);
	commands_service.add(w.s, &own);
	ck_assert_str_eq(offered(&w, "/st"), "/stats");
	ck_assert_str_eq(w.helps.p, "tokens, cost and time; or what the account may spend");
	ck_assert_str_eq(offered(&w, "/qu"), "/quit");
	ck_assert_str_eq(offered(&w, "/mul"), "/multiline");
	ck_assert_str_eq(offered(&w, "  /st"), "/stats");
	ck_assert_str_eq(offered_at(&w, "/stxx yy", 3), "/stats");
	ck_assert_str_eq(offered_at(&w, "/st", 99), "/stats");
	ck_assert_str_eq(offered(&w, "/zz"), "");
	close_world(&w);
}
END_TEST

/* Where no command stands, nothing is offered. */
START_TEST(test_no_command)
{
	static const char *const lines[] = { "", " ", "st", "say /st", "//st", "/nope ", "/stats ",
		"/multiline a", "/system be", "/exit /", "/st ats" };
	struct world w;

	open_world(&w);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		ck_assert_msg(!*offered(&w, lines[i]), "\"%s\": %s", lines[i], w.got.p);
	session_service.complete(w.s, (hn_str){ NULL, 0 }, 0, put, &w);
	ck_assert_uint_eq(w.got.n, 0);
	close_world(&w);
}
END_TEST

/* ---- who answers ---- */

/* Instances and provider plugins, each once; known frontends and refused files are left out. */
START_TEST(test_providers)
{
	struct world w;

	open_world(&w);
	ck_assert_str_eq(offered(&w, "/provider "), "groq|openai|mock");
	ck_assert_str_eq(offered(&w, "/provider o"), "openai");
	ck_assert_str_eq(offered(&w, "/set provider g"), "groq");
	ck_assert_str_eq(offered(&w, "/provider mock x"), "");
	close_world(&w);
}
END_TEST

/* Models: aliases, in use, in the conversation, known to the config file; each once. */
START_TEST(test_models)
{
	struct world w;

	open_world(&w);
	ck_assert_str_eq(offered(&w, "/model "), "nano|big|gpt-5-mini|gpt-4|gpt-5|my model");
	ck_assert_str_eq(w.helps.p, "openai/gpt-5-nano|gpt-5|in use|used in this conversation||");
	ck_assert_str_eq(offered(&w, "/retry gpt-5"), "gpt-5-mini|gpt-5");
	ck_assert_str_eq(offered(&w, "/model my mo"), "model");
	chat_take_model(w.chat, "gpt-4");
	ck_assert_str_eq(offered(&w, "/set model gpt"), "gpt-4|gpt-5");
	w.chat->talk.history.all[1]->instance[0] = 'q'; /* another instance's model */
	chat_take_model(w.chat, NULL);
	ck_assert_str_eq(offered(&w, "/model gpt"), "gpt-5");
	close_world(&w);
}
END_TEST

/* The provider's own choice of model is offered, said or by default. */
START_TEST(test_own_model)
{
	static const hn_option decl = { .type = HN_OPT_STRING, .key = "model" };
	char house[] = "house";
	struct value value = { .decl = &decl, .text = house };
	struct options options = { .values = &value, .n = 1 };
	struct world w;

	open_world(&w);
	w.instance->options = &options;
	ck_assert_str_eq(offered(&w, "/model h"), "house");
	value.text = NULL;
	ck_assert_str_eq(offered(&w, "/model h"), "");
	w.instance->options = NULL; /* it would be freed */
	close_world(&w);
}
END_TEST

/* ---- settings ---- */

/* Keys, then values: of words, of names, of paths; however the two are put together. */
START_TEST(test_settings)
{
	struct world w;

	open_world(&w);
	ck_assert_str_eq(offered(&w, "/set max_"), "max_tokens|max_cost|max_cost_day|max_tokens_session");
	ck_assert_str_eq(offered(&w, "/set stream "), "true|false");
	ck_assert_str_eq(offered(&w, "/set   stream  t"), "true");
	ck_assert_str_eq(offered(&w, "/set color a"), "auto|always");
	ck_assert_str_eq(offered(&w, "/set color=a"), "color=auto|color=always");
	ck_assert_str_eq(offered(&w, "/set color = n"), "never");
	ck_assert_str_eq(offered(&w, "/set color =n"), "=never");
	ck_assert_str_eq(offered(&w, "/set ca_file conf"), "config.yaml");
	ck_assert_str_eq(offered(&w, "/set -"), "-u");
	ck_assert_str_eq(w.helps.p, "unset the setting");
	ck_assert_str_eq(offered(&w, "/set -u  max_c"), "max_cost|max_cost_day");
	close_world(&w);
}
END_TEST

/* No value where none can be said: numbers, unknown keys, what a conversation cannot change. */
START_TEST(test_no_values)
{
	static const char *const lines[] = { "/set temperature ", "/set nothing ", "/set journal ",
		"/set profile ", "/set frontend ", "/set stream x", "/set stream true f", "/set -u stream " };
	struct world w;

	open_world(&w);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		ck_assert_msg(!*offered(&w, lines[i]), "\"%s\": %s", lines[i], w.got.p);
	close_world(&w);
}
END_TEST

/* ---- numbers ---- */

/* The user's messages by their numbers, with what they say on one line; then branches. */
START_TEST(test_numbers)
{
	struct world w;

	open_world(&w);
	ck_assert_str_eq(offered(&w, "/edit "), "1|3");
	ck_assert_str_eq(w.helps.p, "first question|second");
	ck_assert_str_eq(offered(&w, "/edit 3"), "3");
	ck_assert_str_eq(offered(&w, "/edit 3 "), "");
	ck_assert_str_eq(offered(&w, "/branch "), "1");
	ck_assert_int_eq(history_go(&w.chat->talk.history, 1), 0);
	ck_assert_str_eq(offered(&w, "/edit "), "1");
	add_message(w.chat, HN_ROLE_USER, "else", NULL);
	ck_assert_str_eq(offered(&w, "/branch "), "1|2");
	close_world(&w);
}
END_TEST

/* Replies that have some, by their numbers, with what they say. */
START_TEST(test_reasoning)
{
	struct world w;

	open_world(&w);
	ck_assert_str_eq(offered(&w, "/reasoning "), "");
	message_add_reasoning(w.chat->talk.history.view[1], str_of("well"));
	ck_assert_str_eq(offered(&w, "/reasoning "), "2");
	ck_assert_str_eq(w.helps.p, w.chat->talk.history.view[1]->text);
	close_world(&w);
}
END_TEST

/* ---- files ---- */

/* Files and directories in order, the latter with a slash; hidden ones only after a dot. */
START_TEST(test_files)
{
	struct world w;

	open_world(&w);
	scratch_write(&w.scratch, ".hidden", "");
	scratch_write(&w.scratch, "share/a.md", "");
	scratch_write(&w.scratch, "share/.b", "");
	ck_assert_str_eq(offered(&w, "/write "), "config.yaml|plugins/|share/");
	ck_assert_str_eq(offered(&w, "/write ."), ".hidden");
	ck_assert_str_eq(offered(&w, "/write share/"), "share/a.md|share/defaults.yaml");
	ck_assert_str_eq(offered(&w, "/load share/."), "share/.b");
	ck_assert_str_eq(offered(&w, "/save ./sha"), "./share/");
	ck_assert_str_eq(offered(&w, "/save share/../con"), "share/../config.yaml");
	ck_assert_str_eq(offered(&w, "/load nowhere/"), "");
	ck_assert_str_eq(offered(&w, "/load config.yaml/"), "");
	setenv("HOME", w.scratch.dir, 1);
	ck_assert_str_eq(offered(&w, "/load ~/con"), "~/config.yaml");
	ck_assert_str_eq(offered(&w, "/load ~/share/d"), "~/share/defaults.yaml");
	ck_assert_str_eq(offered(&w, "/load ~"), "");
	unsetenv("HOME");
	ck_assert_str_eq(offered(&w, "/load ~/"), "");
	char line[80];
	snprintf(line, sizeof line, "/load %s/con", w.scratch.dir);
	snprintf(w.scratch.path, sizeof w.scratch.path, "%s/config.yaml", w.scratch.dir);
	ck_assert_str_eq(offered(&w, line), w.scratch.path);
	close_world(&w);
}
END_TEST

/* The prompt files, for the name alone; a text after it is nobody's to complete. */
START_TEST(test_prompts)
{
	struct world w;

	open_world(&w);
	ck_assert_str_eq(offered(&w, "/t "), "");
	mkdir("prompts", 0700);
	scratch_write(&w.scratch, "prompts/review.md", "");
	scratch_write(&w.scratch, "prompts/translate.md", "{{");
	scratch_write(&w.scratch, "prompts/notes.txt", "");
	ck_assert_str_eq(offered(&w, "/t "), "review|translate");
	ck_assert_str_eq(offered(&w, "/t tr"), "translate");
	ck_assert_str_eq(offered(&w, "/t translate "), "");
	ck_assert_str_eq(offered(&w, "/t"), "/t|/title");
	close_world(&w);
}
END_TEST

/* A name with blanks is one argument: it is matched whole, and handed out from the last blank. */
START_TEST(test_blanks)
{
	struct world w;

	open_world(&w);
	scratch_write(&w.scratch, "my first file", "");
	scratch_write(&w.scratch, "my fine file", "");
	scratch_write(&w.scratch, "fixed", "");
	mkdir("a dir", 0700);
	scratch_write(&w.scratch, "a dir/x", "");
	ck_assert_str_eq(offered(&w, "/write my"), "my fine file|my first file");
	ck_assert_str_eq(offered(&w, "/write my fi"), "fine file|first file");
	ck_assert_str_eq(offered(&w, "/write my first "), "file");
	ck_assert_str_eq(offered(&w, "/write  a d"), "dir/");
	ck_assert_str_eq(offered(&w, "/write a dir/"), "dir/x");
	close_world(&w);
}
END_TEST

/* A message names a file after @, anywhere in it; a name with blanks would end at the first. */
START_TEST(test_mentions)
{
	struct world w;

	open_world(&w);
	scratch_write(&w.scratch, "my file", "");
	scratch_write(&w.scratch, "mine", "");
	ck_assert_str_eq(offered(&w, "look at @con"), "@config.yaml");
	ck_assert_str_eq(offered(&w, "@share/d"), "@share/defaults.yaml");
	ck_assert_str_eq(offered(&w, "compare @config.yaml and @m"), "@mine");
	ck_assert_str_eq(offered(&w, "me@con"), "");
	ck_assert_str_eq(offered(&w, "look at "), "");
	ck_assert_str_eq(offered(&w, "/stats @con"), "");
	ck_assert_str_eq(offered(&w, "/t review @con"), "@config.yaml");
	ck_assert_str_eq(offered(&w, "/title @con"), "");
	close_world(&w);
}
END_TEST

/* -f before a file is stepped over, and offered where a command takes it. */
START_TEST(test_flag)
{
	struct world w;

	open_world(&w);
	scratch_write(&w.scratch, "-file", "");
	ck_assert_str_eq(offered(&w, "/write -"), "-f|-c|-file");
	ck_assert_str_eq(offered(&w, "/save -"), "-f|-file");
	ck_assert_str_eq(offered(&w, "/write -c con"), "config.yaml");
	ck_assert_str_eq(offered(&w, "/write -c 2 -f con"), "config.yaml");
	ck_assert_str_eq(offered(&w, "/write -f -c 12 con"), "config.yaml");
	ck_assert_str_eq(offered(&w, "/write -f -"), "-f|-c|-file");
	ck_assert_str_eq(offered(&w, "/write -f"), "-f|-file");
	ck_assert_str_eq(offered(&w, "/write -fi"), "-file");
	ck_assert_str_eq(offered(&w, "/write -f con"), "config.yaml");
	ck_assert_str_eq(offered(&w, "/save -f   sha"), "share/");
	ck_assert_str_eq(offered(&w, "/load -"), "-file");
	ck_assert_str_eq(offered(&w, "/load -f con"), "");
	close_world(&w);
}
END_TEST

/* Hostile names come out as they are, for the frontend to judge; what no command can take does not. */
START_TEST(test_hostile_files)
{
	struct sockaddr_un socket_at = { .sun_family = AF_UNIX, .sun_path = "s-socket" };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct world w;

	open_world(&w);
	scratch_write(&w.scratch, "s-\033]0;x\007", "");
	scratch_write(&w.scratch, "s-\xff", "");
	scratch_write(&w.scratch, "s-\n\342\200\256", "");
	scratch_write(&w.scratch, "s-ends ", "");
	scratch_write(&w.scratch, " s-begins", "");
	ck_assert_int_eq(mkfifo("s-fifo", 0600), 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&socket_at, sizeof socket_at), 0);
	ck_assert_int_eq(symlink("share", "s-link"), 0);
	ck_assert_int_eq(symlink("config.yaml", "s-other"), 0);
	ck_assert_int_eq(symlink("nowhere", "s-dangling"), 0);
	ck_assert_int_eq(symlink("s-loop", "s-loop"), 0);
	ck_assert_str_eq(
		offered(&w, "/load s-"), "s-\n\342\200\256|s-\033]0;x\007|s-link/|s-other|s-\xff");
	close(fd);
	close_world(&w);
}
END_TEST

/* A NUL in a name ends nothing early: no file bears it. */
START_TEST(test_nul)
{
	static const char text[] = "/load con\0";
	struct world w;

	open_world(&w);
	session_service.complete(w.s, (hn_str){ text, sizeof text - 1 }, sizeof text - 1, put, &w);
	ck_assert_uint_eq(w.got.n, 0);
	close_world(&w);
}
END_TEST

UNIT_MAIN("complete", test_commands, test_no_command, test_providers, test_models, test_own_model,
	test_settings, test_no_values, test_numbers, test_reasoning, test_files, test_prompts, test_blanks, test_mentions, test_flag,
	test_hostile_files, test_nul)
