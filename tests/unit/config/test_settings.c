/* SPDX-License-Identifier: MIT */
/* test_settings: the table, every source and who wins, errors with their place, and what a found .env may not do. */
#include "../unit.h"

#include "../settings_world.h"
#include "util/url.h"

/* The winner's text. */
static void text_is(const struct world *w, enum setting id, const char *want)
{
	ck_assert_ptr_nonnull(setting(w->settings, id));
	ck_assert_str_eq(setting(w->settings, id)->text, want);
}

/* Settings that cannot be opened or finished, and the error. */
static void refuses(const char *config, const char *dotenv, char *const *env_list, const char *want)
{
	struct world w = { .config = config, .dotenv = dotenv, .environ = env_list };
	if (world_open(&w) == 0)
		ck_assert_int_eq(world_finish(&w), HN_ERR_CONFIG);
	world_fault_is(&w, want);
	free(world_close(&w));
}

/* Without any source there are the defaults. */
START_TEST(defaults)
{
	struct world w = { .config = NULL };
	world_ready(&w);
	ck_assert_int_eq(setting_bool(w.settings, S_STREAM), 1);
	ck_assert_int_eq(setting_bool(w.settings, S_SHOW_REASONING), 0);
	ck_assert_int_eq(setting_int(w.settings, S_RETRIES, -1), 2);
	ck_assert_int_eq(setting_int(w.settings, S_TIMEOUT_IDLE, -1), 120000);
	ck_assert_int_eq(setting_int(w.settings, S_MAX_TOKENS, -7), -7);
	ck_assert_ptr_null(setting(w.settings, S_PROVIDER));
	ck_assert_uint_eq(setting_text(w.settings, S_MODEL).n, 0);
	ck_assert_str_eq(setting(w.settings, S_COLOR)->where, "default");
	ck_assert_int_eq(setting(w.settings, S_COLOR)->source, FROM_DEFAULT);
	ck_assert_ptr_null(settings_config_name(w.settings));
	ck_assert_ptr_null(settings_dotenv_name(w.settings));
	ck_assert_str_eq(yaml_get(settings_shipped(w.settings), "offline")->text, "mock");
	world_end(&w);
}
END_TEST

/* The table's names. */
START_TEST(table)
{
	char env[64];
	for (int i = 0; i < S_COUNT; i++) {
		ck_assert_int_eq(setting_find(str_of(setting_table[i].key)), i);
		ck_assert_ptr_nonnull(setting_table[i].help);
		struct buf expects = BUF(BUF_NO_CAP);
		value_expects(&setting_table[i], &expects);
		ck_assert_uint_gt(expects.n, 0);
		ck_assert_str_ne(expects.p, "nothing");
		buf_free(&expects);
	}
	ck_assert_int_eq(setting_find(str_of("nothing")), -1);
	setting_env_name("max_tokens", env);
	ck_assert_str_eq(env, "HOBNOB_MAX_TOKENS");
	ck_assert_str_eq(source_name(FROM_CLI), "command line");
}
END_TEST

/* From the farthest to the nearest, each source wins over those before it. */
START_TEST(who_wins)
{
	char *const env_list[] = { (char *)(uintptr_t) "HOBNOB_SEED=6",
		(char *)(uintptr_t) "HOBNOB_PROFILE=e", (char *)(uintptr_t) "HOBNOB_RETRIES=6",
		NULL };
	struct world w = {
		.config = "profile: f\nseed: 2\nretries: 2\ntop_p: 0.2\ntemperature: "
			  "0.2\nmax_tokens: 2\n"
			  "profiles:\n"
			  "  f: {seed: 1, stop: [x]}\n  d: {seed: 3, temperature: 0.3}\n"
			  "  e: {seed: 5, retries: 5, max_tokens: 5, journal: false}\n"
			  "  c: {seed: 7, retries: 7, max_tokens: 7, top_p: 0.7, color: always}\n",
		.dotenv = "HOBNOB_PROFILE=d\nHOBNOB_SEED=4\nHOBNOB_MAX_TOKENS=4\n",
		.environ = env_list,
	};
	ck_assert_msg(world_open(&w) == 0, "%s", w.fault.message);
	ck_assert_int_eq(settings_cli(w.settings, "profile", "c", "-P", &w.fault), 0);
	ck_assert_int_eq(settings_cli(w.settings, "seed", "7", "-o", &w.fault), 0);
	ck_assert_int_eq(settings_cli(w.settings, "seed", "8", "-o", &w.fault), 0);
	ck_assert_msg(world_finish(&w) == 0, "%s", w.fault.message);
	for (int64_t seed = 1; seed <= 7; seed++)
		ck_assert_int_eq(setting_from(w.settings, S_SEED,
					 (enum source)(FROM_FILE_PROFILE + seed - 1))
					 ->i,
			seed == 7 ? 7 : seed);
	ck_assert_int_eq(setting_int(w.settings, S_SEED, 0), 8);
	ck_assert_int_eq(setting(w.settings, S_SEED)->source, FROM_CLI);
	ck_assert_int_eq(setting(w.settings, S_RETRIES)->source, FROM_CLI_PROFILE);
	ck_assert_int_eq(setting_from(w.settings, S_RETRIES, FROM_ENV)->i, 6);
	ck_assert_int_eq(setting(w.settings, S_JOURNAL)->source, FROM_ENV_PROFILE);
	ck_assert_int_eq(setting(w.settings, S_TEMPERATURE)->source, FROM_DOTENV_PROFILE);
	ck_assert_int_eq(setting(w.settings, S_TOP_P)->source, FROM_CLI_PROFILE);
	ck_assert_int_eq(setting(w.settings, S_STOP)->source, FROM_FILE_PROFILE);
	ck_assert_int_eq(settings_set(w.settings, "seed", "9", &w.fault), 0);
	ck_assert_int_eq(setting_int(w.settings, S_SEED, 0), 9);
	world_end(&w);
}
END_TEST

/* Every type from a file, with its place. */
START_TEST(types)
{
	struct world w = {
		.config = "# c\ntemperature: 1.5\nseed: -5\nstream: off\ntimeout_connect: "
			  "500ms\ntimeout_idle: 2m\n"
			  "retry_max_wait: 1.5\nmax_cost: 0.05\nstop:\n- a,b\n- \"\\n\"\ncolor: "
			  "never\n"
			  "system: |\n  One.\n  Two.\nprovider: my-own_1\nproxy: \"\"\nmodel:\n"
	};
	size_t n;
	world_ready(&w);
	ck_assert_double_eq(setting_number(w.settings, S_TEMPERATURE, 0), 1.5);
	ck_assert_int_eq(setting_int(w.settings, S_SEED, 0), -5);
	ck_assert_int_eq(setting_bool(w.settings, S_STREAM), 0);
	ck_assert_int_eq(setting_int(w.settings, S_TIMEOUT_CONNECT, 0), 500);
	ck_assert_int_eq(setting_int(w.settings, S_TIMEOUT_IDLE, 0), 120000);
	ck_assert_int_eq(setting_int(w.settings, S_RETRY_MAX_WAIT, 0), 1500);
	ck_assert_int_eq(setting_int(w.settings, S_MAX_COST, 0), 50000000000);
	const hn_str *stop = setting_list(w.settings, S_STOP, &n);
	ck_assert_uint_eq(n, 2);
	ck_assert_int_eq(str_is(stop[0], "a,b"), 1);
	ck_assert_int_eq(str_is(stop[1], "\n"), 1);
	text_is(&w, S_STOP, "[\"a,b\",\"\\n\"]");
	text_is(&w, S_SYSTEM, "One.\nTwo.\n");
	text_is(&w, S_PROXY, "");
	ck_assert_ptr_null(setting(w.settings, S_MODEL));
	char *where = xasprintf("%s/config.yaml:2", w.scratch.dir);
	ck_assert_str_eq(setting(w.settings, S_TEMPERATURE)->where, where);
	free(where);
	setting_list(w.settings, S_MODEL, &n);
	ck_assert_uint_eq(n, 0);
	world_end(&w);
}
END_TEST

/* Lists on the command line: commas, or JSON. */
START_TEST(lists)
{
	struct world w = { .config = NULL };
	size_t n;
	world_ready(&w);
	ck_assert_int_eq(settings_cli(w.settings, "stop", "END, STOP ,", "-o", &w.fault), 0);
	text_is(&w, S_STOP, "[\"END\",\"STOP\",\"\"]");
	ck_assert_int_eq(settings_cli(w.settings, "stop", "[\"a,b\", 5]", "-o", &w.fault), 0);
	text_is(&w, S_STOP, "[\"a,b\",\"5\"]");
	ck_assert_int_eq(settings_cli(w.settings, "stop", "", "-o", &w.fault), 0);
	setting_list(w.settings, S_STOP, &n);
	ck_assert_uint_eq(n, 0);
	ck_assert_int_eq(settings_cli(w.settings, "stop", "[1", "-o", &w.fault), HN_ERR_CONFIG);
	fault_is(&w.fault, HN_ERR_CONFIG, "-o stop: expected a list, got \"[1\"");
	world_end(&w);
}
END_TEST

static const struct {
	const char *config, *error;
} bad_configs[] = {
	{ "a: 1\ntemprature: 1\n", "config.yaml:1: unknown key \"a\"" },
	{ "model: x\n\ntemprature: 1\n",
		"config.yaml:3: unknown key \"temprature\" (did you mean \"temperature\"?)" },
	{ "providrs: {}\n",
		"config.yaml:1: unknown key \"providrs\" (did you mean \"providers\"?)" },
	{ "temperature: warm\n",
		"config.yaml:1: temperature: expected a number from 0 to 2, got \"warm\"" },
	{ "temperature: 2.01\n",
		"config.yaml:1: temperature: expected a number from 0 to 2, got \"2.01\"" },
	{ "temperature: [1]\n",
		"config.yaml:1: temperature: expected a number from 0 to 2, got a list" },
	{ "temperature: nan\n",
		"config.yaml:1: temperature: expected a number from 0 to 2, got \"nan\"" },
	{ "retries: -1\n",
		"config.yaml:1: retries: expected a whole number from 0 to 100, got \"-1\"" },
	{ "max_tokens: 1.5\n",
		"config.yaml:1: max_tokens: expected a whole number of at least 0, got \"1.5\"" },
	{ "seed: 99999999999999999999\n",
		"config.yaml:1: seed: expected a whole number, got \"99999999999999999999\"" },
	{ "stream: maybe\n", "config.yaml:1: stream: expected true or false, got \"maybe\"" },
	{ "timeout_idle: 0\n", "config.yaml:1: timeout_idle: expected a time from 1ms to 24h (such "
			       "as 500ms, 10s, 2m), got \"0\"" },
	{ "timeout_idle: 5 s\n", "config.yaml:1: timeout_idle: expected a time from 1ms to 24h "
				 "(such as 500ms, 10s, 2m), got \"5 s\"" },
	{ "max_cost: -1\n", "config.yaml:1: max_cost: expected an amount in USD, got \"-1\"" },
	{ "color: red\n", "config.yaml:1: color: expected auto, always or never, got \"red\"" },
	{ "color: auto always\n",
		"config.yaml:1: color: expected auto, always or never, got \"auto always\"" },
	{ "stream: true yes\n",
		"config.yaml:1: stream: expected true or false, got \"true yes\"" },
	{ "stream: 'no '\n", "config.yaml:1: stream: expected true or false, got \"no \"" },
	{ "provider: A\n",
		"config.yaml:1: provider: expected a name (a-z, 0-9, - and _), got \"A\"" },
	{ "model: {a: b}\n", "config.yaml:1: model: expected text, got a map" },
	{ "stop: {a: b}\n", "config.yaml:1: stop: expected a list, got a map" },
	{ "price_input: 1\n", "config.yaml:1: price_input: only on the command line, in the "
			      "environment or in a profile; "
			      "what a model costs stands under `models`" },
	{ "- a\n", "config.yaml:1: expected a map of settings" },
	{ "model: a\nmodel: b\n", "config.yaml:2: duplicate key \"model\" (first in line 1)" },
	{ "aliases: 5\n", "config.yaml:1: aliases: expected a map, got \"5\"" },
	{ "aliases:\n  A: b\n",
		"config.yaml:2: A: not a name (a-z, 0-9, - and _; the first a letter or a digit)" },
	{ "aliases:\n  a: [b]\n", "config.yaml:2: a: expected the name of a model, got a list" },
	{ "providers:\n  Groq: {}\n", "config.yaml:2: Groq: not a name (a-z, 0-9, - and _; the "
				      "first a letter or a digit)" },
	{ "providers:\n  groq: openai\n",
		"config.yaml:2: groq: expected a map of options, got \"openai\"" },
	{ "providers:\n  groq:\n    plugin: ../x\n",
		"config.yaml:3: plugin: expected the name of a plugin, got \"../x\"" },
	{ "providers:\n  a-b: {}\n  a_b: {}\n",
		"config.yaml:3: a_b: has the same environment names as \"a-b\" in line 2" },
	{ "frontends:\n  readline: 1\n",
		"config.yaml:2: readline: expected a map of options, got \"1\"" },
	{ "models:\n  m: {context: 0}\n",
		"config.yaml:2: context: expected a whole number of at least 1, got \"0\"" },
	{ "models:\n  m: {contxt: 1}\n",
		"config.yaml:2: m: unknown key \"contxt\" (did you mean \"context\"?)" },
	{ "models:\n  m: {price_input: 1}\n",
		"config.yaml:2: m: price_input and price_output come together" },
	{ "models:\n  m: {price_input: x}\n",
		"config.yaml:2: price_input: expected a price in USD per million tokens (at most 6 "
		"decimals), got \"x\"" },
	{ "profiles:\n  p:\n    modle: x\n",
		"config.yaml:3: unknown key \"modle\" (did you mean \"model\"?)" },
	{ "profiles:\n  p:\n    seed: x\n",
		"config.yaml:3: seed: expected a whole number, got \"x\"" },
	{ "profiles:\n  p: {profile: q}\n",
		"config.yaml:2: profile: a profile names no other profile" },
	{ "profiles:\n  p: x\n", "config.yaml:2: p: expected a map of settings, got \"x\"" },
	{ "profile: drft\n", "config.yaml:1: there is no profile \"drft\" (did you mean "
			     "\"draft\"?); there are: draft" },
	{ "max_cost: 1\nmax_tokens: 0\n", "config.yaml:2: max_tokens 0 sends no limit, so max_cost "
					  "could not hold: set one of the two" },
};

/* Every row of the table above. */
START_TEST(bad_config)
{
	for (size_t i = 0; i < sizeof bad_configs / sizeof *bad_configs; i++)
		refuses(bad_configs[i].config, NULL, NULL, bad_configs[i].error);
}
END_TEST

/* Both bounds of a number or a time are within it. */
START_TEST(bounds)
{
	static const struct {
		enum setting id;
		const char *in[2], *out[2];
	} rows[] = {
		{ S_RETRIES, { "0", "100" }, { "-1", "101" } },
		{ S_TEMPERATURE, { "0", "2" }, { "-0.1", "2.01" } },
		{ S_TIMEOUT_IDLE, { "1ms", "24h" }, { "0", "86400001ms" } },
		{ S_RETRY_MAX_WAIT, { "0", "24h" }, { "-1", "25h" } },
		{ S_CONTEXT_TOKENS, { "1", "9223372036854775807" }, { "0", "9223372036854775808" } },
		{ S_SEED, { "-9223372036854775808", "9223372036854775807" },
			{ "-9223372036854775809", "9223372036854775808" } },
	};
	struct world w = { .config = NULL };
	world_ready(&w);
	for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
		const char *key = setting_table[rows[i / 2].id].key;
		const char *in = rows[i / 2].in[i % 2], *out = rows[i / 2].out[i % 2];
		ck_assert_int_eq(settings_set(w.settings, key, in, &w.fault), 0);
		text_is(&w, rows[i / 2].id, in);
		ck_assert_int_eq(settings_set(w.settings, key, out, &w.fault), HN_ERR_CONFIG);
		text_is(&w, rows[i / 2].id, in);
		fault_free(&w.fault);
	}
	world_end(&w);
}
END_TEST

/* The environment and .env are named in errors too. */
START_TEST(bad_names)
{
	char *const env_list[] = { (char *)(uintptr_t) "HOBNOB_TEMPERATURE=warm", NULL };
	refuses(NULL, NULL, env_list,
		"HOBNOB_TEMPERATURE: expected a number from 0 to 2, got \"warm\"");
	refuses(NULL, "A=1\nHOBNOB_RETRIES=x\n", NULL,
		".env:2: HOBNOB_RETRIES: expected a whole number from 0 to 100, got \"x\"");
	refuses(NULL, "A\nexport HOBNOB_RETRIES 2\n", NULL,
		".env:2: HOBNOB_RETRIES: expected NAME=value\ncorrect that line, or skip "
		"the whole file with --no-env-file");
	char *const price[] = { (char *)(uintptr_t) "HOBNOB_PRICE_INPUT=1", NULL };
	refuses(NULL, NULL, price, "HOBNOB_PRICE_INPUT: price_input needs price_output beside it");
	char *const output[] = { (char *)(uintptr_t) "HOBNOB_PRICE_OUTPUT=1", NULL };
	refuses(NULL, NULL, output,
		"HOBNOB_PRICE_OUTPUT: price_output needs price_input beside it");
	char *const cached[] = { (char *)(uintptr_t) "HOBNOB_PRICE_CACHED=1", NULL };
	refuses(NULL, NULL, cached,
		"HOBNOB_PRICE_CACHED: price_cached needs price_input and price_output beside it");
	char *const missing[] = { (char *)(uintptr_t) "HOBNOB_CONFIG=/no/such/config.yaml", NULL };
	refuses(NULL, NULL, missing, "/no/such/config.yaml: No such file or directory");
}
END_TEST

/* What is wrong on the command line. */
START_TEST(bad_cli)
{
	static const struct {
		const char *key, *value, *where, *error;
	} rows[] = {
		{ "temprature", "1", "-o",
			"-o: unknown setting \"temprature\" (did you mean \"temperature\"?)" },
		{ "zzzzzzzz", "1", "-o",
			"-o: unknown setting \"zzzzzzzz\"; an option of a plugin is written "
			"INSTANCE.KEY" },
		{ "temperature", "warm", "-o",
			"-o temperature: expected a number from 0 to 2, got \"warm\"" },
		{ "stream", "true yes", "-o",
			"-o stream: expected true or false, got \"true yes\"" },
		{ "color", "auto always", "-o",
			"-o color: expected auto, always or never, got \"auto always\"" },
		{ "provider", "A!", "-p", "-p: expected a name (a-z, 0-9, - and _), got \"A!\"" },
		{ ".key", "1", "-o", "-o .key: expected INSTANCE.KEY=VALUE" },
		{ "openai.", "1", "-o", "-o openai.: expected INSTANCE.KEY=VALUE" },
		{ "system", "@/no/such", "-s", "-s @/no/such: No such file or directory" },
	};
	struct world w = { .config = NULL };
	world_ready(&w);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		ck_assert_int_eq(settings_cli(w.settings, rows[i].key, rows[i].value, rows[i].where,
					 &w.fault),
			HN_ERR_CONFIG);
		fault_is(&w.fault, HN_ERR_CONFIG, rows[i].error);
	}
	ck_assert_int_eq(settings_cli(w.settings, "profile", "nope", "-P", &w.fault), 0);
	ck_assert_int_eq(world_finish(&w), HN_ERR_CONFIG);
	fault_is(&w.fault, HN_ERR_CONFIG, "-P: there is no profile \"nope\"; there are: draft");
	world_end(&w);
}
END_TEST

/* -s @FILE reads a file, one line's end taken off; -o system=@x is a text. */
START_TEST(system_file)
{
	struct world w = { .config = NULL };
	world_ready(&w);
	scratch_write(&w.scratch, "prompt", "Be brief.\n\n");
	char *at = xasprintf("@%s/prompt", w.scratch.dir);
	ck_assert_int_eq(settings_cli(w.settings, "system", at, "-s", &w.fault), 0);
	text_is(&w, S_SYSTEM, "Be brief.\n");
	ck_assert_str_eq(setting(w.settings, S_SYSTEM)->where, at);
	ck_assert_int_eq(settings_cli(w.settings, "system", at, "-o", &w.fault), 0);
	text_is(&w, S_SYSTEM, at);
	free(at);
	scratch_bytes(&w.scratch, "binary", "a\0b", 3, 0600);
	at = xasprintf("@%s/binary", w.scratch.dir);
	ck_assert_int_eq(settings_cli(w.settings, "system", at, "-s", &w.fault), HN_ERR_CONFIG);
	ck_assert_ptr_nonnull(strstr(w.fault.message, "binary: it is not text"));
	free(at);
	world_end(&w);
}
END_TEST

/* Profiles: shipped ones are found, the user's own go before, both are listed. */
START_TEST(profiles)
{
	struct world w = { .config = "profiles: {review: {model: m}}\n" };
	size_t n;
	ck_assert_int_eq(world_open(&w), 0);
	const char *const *names = settings_profiles(w.settings, &n);
	ck_assert_uint_eq(n, 2);
	ck_assert_str_eq(names[0], "draft");
	ck_assert_str_eq(names[1], "review");
	ck_assert_int_eq(settings_cli(w.settings, "profile", "draft", "-P", &w.fault), 0);
	ck_assert_int_eq(world_finish(&w), 0);
	text_is(&w, S_SYSTEM, "Draft.");
	ck_assert_int_eq(setting(w.settings, S_SYSTEM)->source, FROM_CLI_PROFILE);
	world_end(&w);
	struct world own = { .config = "profile: draft\nprofiles: {draft: {system: Mine., "
				       "price_input: 1, price_output: 2}}\n" };
	world_ready(&own);
	text_is(&own, S_SYSTEM, "Mine.");
	ck_assert_int_eq(setting_int(own.settings, S_PRICE_OUTPUT, 0), 2000000);
	ck_assert_ptr_null(setting(own.settings, S_TEMPERATURE));
	world_end(&own);
}
END_TEST

/* The sections that are no settings. */
START_TEST(sections)
{
	struct world w = { .config = "aliases: {nano: openai/gpt-5-nano}\nproviders:\n  groq: "
				     "{plugin: openai}\n  mock:\n"
				     "frontends: {readline: {history_size: 5}}\n"
				     "models:\n  org/m.1: {context: 100, max_output: 10, "
				     "price_input: 1, price_output: 2.5}\n" };
	const struct instance_entry *all;
	struct model_says says;
	world_ready(&w);
	ck_assert_str_eq(setting_alias(w.settings, "nano"), "openai/gpt-5-nano");
	ck_assert_ptr_null(setting_alias(w.settings, "mini"));
	ck_assert_uint_eq(settings_instances(w.settings, &all), 2);
	ck_assert_str_eq(all[0].name, "groq");
	ck_assert_str_eq(all[0].plugin, "openai");
	ck_assert_str_eq(settings_instance(w.settings, "mock")->plugin, "mock");
	ck_assert_ptr_null(settings_instance(w.settings, "other"));
	ck_assert_str_eq(
		yaml_get(settings_frontend(w.settings, "readline"), "history_size")->text, "5");
	ck_assert_ptr_null(settings_frontend(w.settings, "stdio"));
	ck_assert_int_eq(settings_model(w.settings, "org/m.1", &says), 0);
	ck_assert_int_eq(says.context, 100);
	ck_assert_int_eq(says.max_output, 10);
	ck_assert_int_eq(says.price_output, 2500000);
	ck_assert_int_eq(says.price_cached, -1);
	ck_assert_int_eq(settings_model(w.settings, "other", &says), -1);
	ck_assert_int_eq(says.context, -1);
	world_end(&w);
}
END_TEST

/* What a found .env may not say is left out, with a warning for each; limits may be lowered only. */
START_TEST(found_dotenv)
{
	char *const env_list[] = { (char *)(uintptr_t) "OTHER=x",
		(char *)(uintptr_t) "EMPTY=", NULL };
	struct world w = {
		.config = "max_cost: 1\nmax_tokens_session: 100\nprofiles: {p: {allow_http: true, "
			  "seed: 5, max_cost: 2}}\n",
		.dotenv = "HOBNOB_FRONTEND=jsonl\nHOBNOB_PROXY=http://"
			  "x\nHOBNOB_ALLOW_HTTP=true\nHOBNOB_MAX_COST=2\n"
			  "HOBNOB_MAX_TOKENS_SESSION=50\nHOBNOB_MODEL=m\nHOBNOB_CONFIG=/"
			  "x\nHOBNOB_PLUGIN_PATH=/x\nHOBNOB_PROFILE=p\n",
		.environ = env_list,
	};
	world_ready(&w);
	ck_assert_int_eq(settings_dotenv_found(w.settings), 1);
	ck_assert_str_eq(settings_dotenv_name(w.settings), ".env");
	ck_assert_ptr_null(setting(w.settings, S_FRONTEND));
	ck_assert_ptr_null(setting(w.settings, S_PROXY));
	ck_assert_int_eq(setting_bool(w.settings, S_ALLOW_HTTP), 0);
	ck_assert_int_eq(setting_int(w.settings, S_MAX_COST, 0), 1000000000000);
	ck_assert_int_eq(setting_int(w.settings, S_MAX_TOKENS_SESSION, 0), 50);
	ck_assert_int_eq(setting_int(w.settings, S_SEED, 0), 5);
	text_is(&w, S_MODEL, "m");
	ck_assert_str_eq(setting(w.settings, S_MODEL)->where, ".env:6");
	ck_assert_ptr_null(settings_dotenv(w.settings, "HOBNOB_PLUGIN_PATH"));
	ck_assert_str_eq(settings_dotenv(w.settings, "HOBNOB_MODEL"), "m");
	ck_assert_str_eq(settings_env(w.settings, "OTHER"), "x");
	ck_assert_ptr_null(settings_env(w.settings, "EMPTY"));
	ck_assert_ptr_null(settings_env(w.settings, "OTHE"));
	char *file = xasprintf("%s/config.yaml", w.scratch.dir);
	char *want = xasprintf("hobnob: warning: .env:7: HOBNOB_CONFIG is ignored: a .env that was "
			       "found may not set it (--env-file may)\n"
			       "hobnob: warning: .env:8: HOBNOB_PLUGIN_PATH is ignored: a .env "
			       "that was found may not set it (--env-file may)\n"
			       "hobnob: warning: .env:1: frontend is ignored: a .env that was "
			       "found may not set it (--env-file may)\n"
			       "hobnob: warning: .env:4: max_cost is ignored: a .env that was "
			       "found may not raise a limit (--env-file may)\n"
			       "hobnob: warning: .env:2: proxy is ignored: a .env that was found "
			       "may not set it (--env-file may)\n"
			       "hobnob: warning: .env:3: allow_http is ignored: a .env that was "
			       "found may not set it (--env-file may)\n"
			       "hobnob: warning: %s:3: max_cost is ignored: a .env that was found "
			       "may not raise a limit (--env-file may)\n"
			       "hobnob: warning: %s:3: allow_http is ignored: a .env that was "
			       "found may not set it (--env-file may)\n",
		file, file);
	char *err = world_close(&w);
	ck_assert_str_eq(err, want);
	free(err);
	free(want);
	free(file);
}
END_TEST

/* A .env that was named is the user's own. */
START_TEST(named_dotenv)
{
	struct world w = { .config = "max_cost: 1\n",
		.env_file = "HOBNOB_FRONTEND=jsonl\nHOBNOB_MAX_COST=2\nHOBNOB_PLUGIN_PATH=/x\n" };
	world_ready(&w);
	ck_assert_int_eq(settings_dotenv_found(w.settings), 0);
	text_is(&w, S_FRONTEND, "jsonl");
	text_is(&w, S_MAX_COST, "2");
	ck_assert_str_eq(settings_dotenv(w.settings, "HOBNOB_PLUGIN_PATH"), "/x");
	world_end(&w);
}
END_TEST

/* A .env that others could have written is passed over with a warning. */
START_TEST(distrusted_dotenv)
{
	struct world w = { .config = NULL };
	scratch_open(&w.scratch);
	scratch_bytes(&w.scratch, ".env", "HOBNOB_MODEL=m\n", 15, 0666);
	struct settings_sources from = { .cwd = w.scratch.dir };
	scratch_catch(&w.scratch);
	w.settings = settings_open(&w.paths, &from, &w.log, &w.fault);
	ck_assert_ptr_nonnull(w.settings);
	ck_assert_ptr_null(setting(w.settings, S_MODEL));
	char *want = xasprintf("hobnob: warning: %s/.env is writable by everybody: passed over (to "
			       "use it anyway: --env-file %s/.env)\n",
		w.scratch.dir, w.scratch.dir);
	char *err = world_close(&w);
	ck_assert_str_eq(err, want);
	free(err);
	free(want);
}
END_TEST

/* --no-config and --no-env-file read nothing; under AT_SECURE the environment says nothing. */
START_TEST(no_sources)
{
	char *const env_list[] = { (char *)(uintptr_t) "HOBNOB_SEED=1", NULL };
	struct world w = {
		.config = "model: m\n", .dotenv = "HOBNOB_TOP_P=1\n", .environ = env_list
	};
	world_ready(&w);
	settings_free(w.settings);
	struct settings_sources from = {
		.no_config = 1, .no_env_file = 1, .environ = env_list, .cwd = w.scratch.dir
	};
	w.settings = settings_open(&w.paths, &from, &w.log, &w.fault);
	ck_assert_ptr_null(setting(w.settings, S_MODEL));
	ck_assert_ptr_null(setting(w.settings, S_TOP_P));
	ck_assert_int_eq(setting_int(w.settings, S_SEED, 0), 1);
	settings_free(w.settings);
	w.paths.secure = 1;
	w.settings = settings_open(&w.paths, &from, &w.log, &w.fault);
	ck_assert_ptr_null(setting(w.settings, S_SEED));
	ck_assert_ptr_null(settings_env(w.settings, "HOBNOB_SEED"));
	world_end(&w);
}
END_TEST

/* A slip of the pen in a HOBNOB_ name is told; names of instances and of other programs are not. */
START_TEST(unknown_names)
{
	char *const env_list[] = { (char *)(uintptr_t) "HOBNOB_TEMPRATURE=1",
		(char *)(uintptr_t) "HOBNOB_GROQ_API_KEY=k",
		(char *)(uintptr_t) "HOBNOB_MOCK_MODEL=k",
		(char *)(uintptr_t) "HOBNOB_TEST_SRCDIR=x", (char *)(uintptr_t) "HOBNOB_XY_SEED=x",
		(char *)(uintptr_t) "HOBNOB_PLUGIN_PATH=/x", (char *)(uintptr_t) "TEMPRATURE=1",
		NULL };
	struct world w = { .config = "providers: {groq: {plugin: openai}}\n",
		.dotenv = "HOBNOB_MODLE=x\nAPI_KEY=1\n",
		.environ = env_list };
	world_ready(&w);
	char *err = world_close(&w);
	ck_assert_str_eq(err, "hobnob: warning: unknown name HOBNOB_TEMPRATURE in the environment "
			      "(did you mean HOBNOB_TEMPERATURE?)\n"
			      "hobnob: warning: unknown name HOBNOB_MODLE in .env (did you mean "
			      "HOBNOB_MODEL?)\n");
	free(err);
}
END_TEST

/* /set keeps what was if the new value is refused. */
START_TEST(set)
{
	struct world w = { .config = "max_cost: 1\n" };
	static const struct {
		const char *key, *value, *error;
	} rows[] = {
		{ "temperature", "9", "temperature: expected a number from 0 to 2, got \"9\"" },
		{ "temprature", "1",
			"unknown setting \"temprature\" (did you mean \"temperature\"?)" },
		{ "zzzzzzzz", "1", "unknown setting \"zzzzzzzz\": /set lists them" },
		{ "profile", "draft", "profile: can only be chosen at the start (-P NAME)" },
		{ "max_tokens", "0",
			"/set: max_tokens 0 sends no limit, so max_cost could not hold: set one of "
			"the two" },
	};
	world_ready(&w);
	ck_assert_int_eq(settings_set(w.settings, "temperature", "1", &w.fault), 0);
	ck_assert_int_eq(settings_set(w.settings, "max_tokens", "5", &w.fault), 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		ck_assert_int_eq(
			settings_set(w.settings, rows[i].key, rows[i].value, &w.fault), HN_ERR_CONFIG);
		fault_is(&w.fault, HN_ERR_CONFIG, rows[i].error);
	}
	text_is(&w, S_TEMPERATURE, "1");
	text_is(&w, S_MAX_TOKENS, "5");
	world_end(&w);
}
END_TEST

/* Unset, a setting has its default, whatever the sources say; in a copy as well. */
START_TEST(unset)
{
	struct world w = { .config = "seed: 3\nstop: [x]\nproxy: ''\nretries: 5\nmax_cost: 1\n" };
	static const enum setting empty[] = { S_SEED, S_STOP, S_PROXY };
	struct settings *copy;

	world_ready(&w);
	ck_assert_int_eq(settings_cli(w.settings, "seed", "8", "-o", &w.fault), 0);
	ck_assert_int_eq(settings_set(w.settings, "seed", "9", &w.fault), 0);
	for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
		ck_assert_ptr_nonnull(setting(w.settings, empty[i]));
		ck_assert_int_eq(settings_set(w.settings, setting_table[empty[i]].key, NULL, &w.fault), 0);
		ck_assert_ptr_null(setting(w.settings, empty[i]));
	}
	ck_assert_int_eq(settings_set(w.settings, "retries", NULL, &w.fault), 0);
	ck_assert_int_eq(setting_int(w.settings, S_RETRIES, 0), 2);
	ck_assert_int_eq(settings_set(w.settings, "max_cost", NULL, &w.fault), 0);
	ck_assert_int_eq(settings_set(w.settings, "max_tokens", "0", &w.fault), 0); /* no limit forbids it */
	ck_assert_int_eq(settings_set(w.settings, "max_cost", "1", &w.fault), HN_ERR_CONFIG);
	ck_assert_ptr_null(setting(w.settings, S_MAX_COST)); /* still */
	copy = settings_copy(w.settings);
	ck_assert_ptr_null(setting(copy, S_SEED));
	ck_assert_int_eq(settings_copy_cli(copy, "seed", "4", &w.fault), 0);
	ck_assert_int_eq(setting_int(copy, S_SEED, 0), 4);
	settings_free(copy);
	ck_assert_int_eq(settings_set(w.settings, "seed", "9", &w.fault), 0);
	ck_assert_int_eq(setting_int(w.settings, S_SEED, 0), 9);
	fault_free(&w.fault);
	world_end(&w);
}
END_TEST

/* What is shown: the text, but a proxy's password. */
START_TEST(shows)
{
	struct world w = { .config = "proxy: http://me:pass@host:1\nsystem: mail me@home\n" };
	struct buf out = BUF(BUF_NO_CAP);
	world_ready(&w);
	setting_show(w.settings, S_PROXY, &out);
	buf_addc(&out, '|');
	setting_show(w.settings, S_SYSTEM, &out);
	buf_addc(&out, '|');
	setting_show(w.settings, S_TIMEOUT_IDLE, &out);
	buf_addc(&out, '|');
	setting_show(w.settings, S_MODEL, &out);
	ck_assert_str_eq(out.p, "http://***@host:1|mail me@home|120s|");
	buf_free(&out);
	world_end(&w);
}
END_TEST

/* A URL for people: what stands before its last "@" is not shown. */
START_TEST(urls)
{
	static const char *const cases[][2] = {
		{ "http://host:1", "http://host:1" },
		{ "http://me:pass@host:1", "http://***@host:1" },
		{ "http://me:p@ss@host", "http://***@host" },
		{ "me:pass@host", "***@host" },
		{ "me:a://b@host", "***@host" },
		{ "@host", "***@host" },
		{ "", "" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = BUF(BUF_NO_CAP);
		url_show(str_of(cases[i][0]), &out);
		ck_assert_str_eq(out.p ? out.p : "", cases[i][1]);
		buf_free(&out);
	}
}
END_TEST

UNIT_MAIN("settings", defaults, table, who_wins, types, lists, bad_config, bounds, bad_names, bad_cli,
	system_file, profiles, sections, found_dotenv, named_dotenv, distrusted_dotenv, no_sources,
	unknown_names, set, unset, shows, urls)
