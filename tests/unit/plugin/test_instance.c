/* SPDX-License-Identifier: MIT */
/* test_instance: which provider answers when none is named, and the making of an instance with its options. */
#include "chat/pick.h"
#include "plugin/instance.h"

#include <sys/stat.h>

#include "../fixtures.h"
#include "../scratch.h"

#include "host.h"
#include "util/mem.h"

/* Shipped choices of our own: two plugins that are there, one that is not. */
static const char shipped[] = "provider:\n"
			      "  - {use: missing, when: MISSING_KEY}\n"
			      "  - {use: echo, when: ECHO_KEY, prefix: ec-, unless: ECHO_URL}\n"
			      "  - {use: third, when: [ECHO_KEY, ECHO_URL]}\n"
			      "paste: |\n"
			      "  put ECHO_KEY=... into .env\n"
			      "  or not\n";

static struct runtime rt;
static struct tasks tasks;
static struct log test_log;
static struct scratch dir;
static char cwd[96];

/* A runtime over that environment, .env and config file; two of the plugins are there. */
static void begin(char *const *env, const char *dotenv, const char *config)
{
	static const char *const none[] = { NULL };
	struct fault fault = { 0 };
	scratch_open(&dir);
	snprintf(cwd, sizeof cwd, "%s/cwd", dir.dir);
	ck_assert_int_eq(mkdir(cwd, 0700), 0);
	scratch_write(&dir, "defaults.yaml", shipped);
	scratch_write(&dir, "config.yaml", config);
	if (dotenv)
		scratch_write(&dir, "cwd/.env", dotenv);
	fixture_copy(dir.dir, "echo", "echo");
	fixture_copy(dir.dir, "third", "third");
	fixture_copy(dir.dir, "quiet", "quiet");
	setenv("XDG_DATA_HOME", "/nonexistent", 1);
	rt = (struct runtime){
		.paths = { .data = dir.dir, .plugins = dir.dir },
		.secrets = secrets_new(),
		.host = &hobnob_host,
		.clock = &clock_real,
		.log = &test_log,
		.tasks = &tasks,
		.task = &tasks.own,
	};
	char *config_path = xasprintf("%s/config.yaml", dir.dir);
	const struct settings_sources sources = {
		.config = config_path,
		.environ = env ? env : (char *const *)(uintptr_t)none,
		.cwd = cwd,
	};
	rt.settings = settings_open(&rt.paths, &sources, rt.log, &fault);
	ck_assert_msg(rt.settings != NULL, "%s", fault.message);
	ck_assert_msg(!settings_finish(rt.settings, &fault), "%s", fault.message);
	rt.registry = registry_new(&rt.paths, NULL, NULL, rt.log);
	ck_assert_int_eq(tasks_open(&tasks), 0);
	free(config_path);
}

/* Frees everything. */
static void end(void)
{
	registry_free(rt.registry);
	secrets_free(rt.secrets);
	settings_free(rt.settings);
	tasks_close(&tasks);
	log_close(rt.log);
	scratch_close(&dir);
}

/* With that environment and .env, this instance must answer; NULL: none, with the lines to paste. */
static void chosen(char *const *env, const char *dotenv, const char *expected)
{
	struct fault f = { 0 };
	begin(env, dotenv, "");
	enum source by;
	char *name = pick_provider(&rt, &by, &f);
	if (expected)
		ck_assert_str_eq(name, expected);
	else
		ck_assert_str_eq(f.message, "no provider is chosen, and no key says which");
	if (!expected)
		ck_assert_str_eq(f.hint, "put ECHO_KEY=... into .env\nor not\n");
	free(name);
	fault_free(&f);
	end();
}

#define ENV(...) ((char *[]){ __VA_ARGS__, NULL })

START_TEST(the_first_rule_that_holds_names_it)
{
	static char ec[] = "ECHO_KEY=ec-1", other[] = "ECHO_KEY=other", url[] = "ECHO_URL=u",
		    no[] = "MISSING_KEY=m";
	static char empty[] = "ECHO_KEY=";
	chosen(ENV(ec), NULL, "echo");
	chosen(ENV(other), NULL, "third");
	chosen(ENV(ec, url), NULL, "third");
	chosen(ENV(url), NULL, "third");
	chosen(ENV(no, ec), NULL, "echo");
	chosen(ENV(no), NULL, NULL);
	chosen(ENV(empty), NULL, NULL);
	chosen(NULL, NULL, NULL);
}
END_TEST

START_TEST(dotenv_counts_and_the_environment_goes_before_it)
{
	static char other[] = "ECHO_KEY=other";
	chosen(NULL, "ECHO_KEY=ec-1\n", "echo");
	chosen(ENV(other), "ECHO_KEY=ec-1\n", "third");
}
END_TEST

START_TEST(what_the_config_file_has_is_told_when_none_is_chosen)
{
	struct fault f = { 0 };
	begin(NULL, NULL, "providers: {parrot: {plugin: echo}, third: {}}\n");
	enum source by;
	ck_assert_ptr_null(pick_provider(&rt, &by, &f));
	ck_assert_str_eq(f.message, "no provider is chosen, and no key says which");
	ck_assert_str_eq(f.hint, "The config file has: parrot, third\n"
				 "  Choose with -p NAME, or a line \"provider: NAME\" there.\n"
				 "put ECHO_KEY=... into .env\nor not\n");
	fault_free(&f);
	end();
}
END_TEST

START_TEST(an_instance_is_made_with_its_options)
{
	struct fault f = { 0 };
	begin(NULL, NULL, "providers: {parrot: {plugin: echo, prefix: \"> \"}}\n");
	ck_assert_str_eq(instance_plugin(rt.settings, "parrot"), "echo");
	ck_assert_str_eq(instance_plugin(rt.settings, "third"), "third");
	struct instance *i = instance_new(&rt, "parrot", HN_TYPE_PROVIDER, &f);
	ck_assert_msg(i != NULL, "%s", f.message);
	ck_assert_int_eq(f.kind, 0);
	ck_assert_str_eq(i->name, "parrot");
	ck_assert_str_eq(i->plugin->name, "echo");
	ck_assert_str_eq(options_get(i->options, "prefix")->text, "> ");
	instance_free(i);
	i = instance_new(&rt, "third", HN_TYPE_PROVIDER, &f);
	ck_assert_ptr_nonnull(i);
	ck_assert_str_eq(i->endpoint.url, "http://127.0.0.1:11434");
	ck_assert_str_eq(i->endpoint.instance, "third");
	instance_free(i);
	end();
}
END_TEST

START_TEST(a_frontend_is_no_provider)
{
	struct fault f = { 0 };
	begin(NULL, NULL, "");
	ck_assert_ptr_null(instance_new(&rt, "quiet", HN_TYPE_PROVIDER, &f));
	ck_assert_int_eq(f.kind, HN_ERR_CONFIG);
	ck_assert_ptr_nonnull(strstr(f.message, "/quiet.so: is a frontend, a provider is needed"));
	ck_assert_str_eq(f.hint, "`hobnob plugins` lists them");
	fault_free(&f);
	struct instance *i = instance_new(&rt, "quiet", HN_TYPE_FRONTEND, &f);
	ck_assert_ptr_nonnull(i);
	instance_free(i);
	end();
}
END_TEST

START_TEST(a_misspelt_instance_is_told_the_nearest)
{
	struct fault f = { 0 };
	begin(NULL, NULL, "providers: {parrot: {plugin: echo}}\n");
	ck_assert_ptr_null(instance_new(&rt, "parot", HN_TYPE_PROVIDER, &f));
	ck_assert_ptr_nonnull(strstr(f.message, "no plugin is called \"parot\""));
	ck_assert_ptr_nonnull(strstr(f.hint, "\nthe config file has a provider \"parrot\""));
	ck_assert_int_eq(f.kind, HN_ERR_CONFIG);
	fault_free(&f);
	end();
}
END_TEST

START_TEST(an_entry_without_its_plugin_is_told_so)
{
	struct fault f = { 0 };
	begin(NULL, NULL, "providers: {groq: {base_url: 'https://g.example/v1'}}\n");
	ck_assert_ptr_null(instance_new(&rt, "groq", HN_TYPE_PROVIDER, &f));
	ck_assert_ptr_nonnull(strstr(f.message, "no plugin is called \"groq\""));
	ck_assert_ptr_nonnull(strstr(f.hint,
		"\nits entry under `providers` needs a line `plugin: NAME`, such as openai"));
	ck_assert_int_eq(f.kind, HN_ERR_CONFIG);
	fault_free(&f);
	end();
}
END_TEST

UNIT_MAIN("instance", the_first_rule_that_holds_names_it,
	dotenv_counts_and_the_environment_goes_before_it,
	what_the_config_file_has_is_told_when_none_is_chosen, an_instance_is_made_with_its_options,
	a_frontend_is_no_provider, a_misspelt_instance_is_told_the_nearest,
	an_entry_without_its_plugin_is_told_so)
