/* SPDX-License-Identifier: MIT */
/* test_options: options of an instance from every source, the trust rules, secrets, and URLs. */
#include "../unit.h"

#include "config/options.h"
#include "util/url.h"
#include "../settings_world.h"

#define HOME_URL "https://api.example.com/v1"

static const hn_env key_names[] = { { "EX_API_KEY", NULL }, { "OTHER_API_KEY", "sk-ex-" } };
static const hn_env url_names[] = { { "EX_BASE_URL", NULL } };

/* An example plugin's options. */
static const hn_option decls[] = {
	{ .type = HN_OPT_STRING,
		.flags = HN_OPTION_SECRET | HN_OPTION_REQUIRED | HN_OPTION_AT_HOME,
		.n_env = 2,
		.key = "api_key",
		.help = "the key",
		.env = key_names,
		.forbid = "sk-or- api.example.com" },
	{ .type = HN_OPT_URL,
		.flags = HN_OPTION_ENDPOINT,
		.n_env = 1,
		.key = "base_url",
		.initial = HOME_URL,
		.help = "where",
		.env = url_names },
	{ .type = HN_OPT_STRING,
		.flags = HN_OPTION_AT_HOME,
		.key = "model",
		.initial = "ex-1",
		.help = "model" },
	{ .type = HN_OPT_MAP, .flags = HN_OPTION_STEERS, .key = "headers", .help = "headers" },
	{ .type = HN_OPT_JSON, .key = "extra_body", .help = "merged in" },
	{ .type = HN_OPT_LIST, .key = "models", .help = "fallbacks" },
	{ .type = HN_OPT_ENUM,
		.key = "mode",
		.initial = "auto",
		.values = "auto on off",
		.help = "mode" },
	{ .type = HN_OPT_INT, .key = "count", .help = "count" },
	{ .type = HN_OPT_NUMBER, .key = "factor", .help = "factor" },
	{ .type = HN_OPT_BOOL, .key = "flag", .help = "flag" },
	{ .type = HN_OPT_PATH, .key = "script", .help = "file" },
	{ .type = HN_OPT_URL, .key = "near_url", .initial = "http://127.0.0.1:9", .help = "a server nearby" },
};
#define N_DECLS (sizeof decls / sizeof *decls)

/* A world with options in it. */
struct stage {
	struct world w;
	struct secrets *secrets;
	struct options *o;
};

/* Resolves an instance of the example plugin; 0, or -1 with the error. */
static int resolve(struct stage *s, const char *instance)
{
	s->secrets = secrets_new();
	s->o = options_resolve(s->w.settings, s->secrets, "providers", instance, "ex", decls,
		N_DECLS, sizeof *decls, 0, &s->w.fault);
	return s->o ? 0 : -1;
}

/* Takes options and secrets down. */
static void end(struct stage *s)
{
	options_free(s->o);
	secrets_free(s->secrets);
	fault_free(&s->w.fault);
}

/* One whole resolution that goes wrong; the folder's name at the beginning is left out of the error. */
static void refuses(struct world w, const char *instance, const char *option, const char *want)
{
	struct stage s = { .w = w };
	world_ready(&s.w);
	char *key = option ? xmemdup0(option, strcspn(option, "=")) : NULL;
	if (option)
		ck_assert_int_eq(
			settings_cli(s.w.settings, key, option + strlen(key) + 1, "-o", &s.w.fault),
			0);
	free(key);
	ck_assert_int_eq(resolve(&s, instance), -1);
	world_fault_is(&s.w, want);
	end(&s);
	free(world_close(&s.w));
}

/* The text of an option. */
static const char *text_of(const struct stage *s, const char *key)
{
	return options_get(s->o, key)->text;
}

/* The secret's value. */
static void key_is(const struct stage *s, const char *want)
{
	hn_str value;
	hn_value v;
	struct fault fault = { 0 };
	ck_assert_int_eq(options_value(s->o, "api_key", &v), 0);
	ck_assert_uint_eq(v.is_set, 1);
	ck_assert_uint_eq(v.s.n, 0);
	ck_assert_ptr_eq(v.secret, options_get(s->o, "api_key")->secret);
	ck_assert_msg(secret_value(options_get(s->o, "api_key")->secret, NULL, &value, &fault) == 0,
		"%s", fault.message);
	ck_assert_int_eq(str_is(value, want), 1);
}

#define ENVIRON(...) ((char *const *)(uintptr_t)(const char *const[]){ __VA_ARGS__, NULL })

/* Nothing said but the key: defaults, at home. */
START_TEST(defaults)
{
	struct stage s = { .w = { .environ = ENVIRON("EX_API_KEY=sk-1234") } };
	hn_value v;
	world_ready(&s.w);
	ck_assert_msg(resolve(&s, "ex") == 0, "%s", s.w.fault.message);
	key_is(&s, "sk-1234");
	ck_assert_str_eq(s.o->endpoint, HOME_URL);
	ck_assert_int_eq(s.o->at_home, 1);
	ck_assert_str_eq(text_of(&s, "model"), "ex-1");
	ck_assert_int_eq(options_get(s.o, "model")->source, FROM_DEFAULT);
	ck_assert_str_eq(options_get(s.o, "api_key")->where, "EX_API_KEY");
	ck_assert_ptr_null(text_of(&s, "api_key"));
	ck_assert_int_eq(options_value(s.o, "mode", &v), 0);
	ck_assert_int_eq(str_is(v.s, "auto"), 1);
	ck_assert_int_eq(options_value(s.o, "count", &v), 0);
	ck_assert_uint_eq(v.is_set, 0);
	ck_assert_uint_eq(v.struct_size, sizeof v);
	ck_assert_int_eq(options_value(s.o, "undeclared", &v), HN_ERR_PLUGIN);
	ck_assert_ptr_null(options_get(s.o, "undeclared"));
	end(&s);
	world_end(&s.w);
}
END_TEST

/* Every type from the config file. */
START_TEST(types_of_file)
{
	struct stage s = {
		.w = { .config = "providers:\n  ex:\n    api_key_command: [printf, 'sk-%s', abc]\n"
				 "    headers: {X-A: '1', X-B: two}\n    extra_body: {a: [1, {b: "
				 "true}], c: \"2\"}\n"
				 "    models: [m1, m2]\n    mode: on\n    count: -3\n    factor: "
				 "2.5\n    flag: yes\n"
				 "    script: /tmp/x\n    model:\n" }
	};
	hn_value v;
	world_ready(&s.w);
	ck_assert_msg(resolve(&s, "ex") == 0, "%s", s.w.fault.message);
	key_is(&s, "sk-abc");
	ck_assert_int_eq(options_value(s.o, "headers", &v), 0);
	ck_assert_uint_eq(v.n, 2);
	ck_assert_int_eq(str_is(v.items[0], "X-A"), 1);
	ck_assert_int_eq(str_is(v.items[3], "two"), 1);
	ck_assert_int_eq(str_is(v.s, "{\"X-A\":\"1\",\"X-B\":\"two\"}"), 1);
	ck_assert_str_eq(text_of(&s, "extra_body"), "{\"a\":[1,{\"b\":true}],\"c\":\"2\"}");
	ck_assert_int_eq(options_value(s.o, "models", &v), 0);
	ck_assert_uint_eq(v.n, 2);
	ck_assert_int_eq(str_is(v.items[1], "m2"), 1);
	ck_assert_int_eq(options_value(s.o, "count", &v), 0);
	ck_assert_int_eq(v.i, -3);
	ck_assert_int_eq(options_value(s.o, "factor", &v), 0);
	ck_assert_double_eq(v.d, 2.5);
	ck_assert_int_eq(options_value(s.o, "flag", &v), 0);
	ck_assert_int_eq(v.i, 1);
	ck_assert_str_eq(text_of(&s, "script"), "/tmp/x");
	ck_assert_str_eq(text_of(&s, "model"), "ex-1");
	ck_assert_int_eq(options_get(s.o, "mode")->source, FROM_FILE);
	end(&s);
	world_end(&s.w);
}
END_TEST

/* -o, the environment, .env, the file, the default: the nearest wins; texts are read by type. */
START_TEST(who_wins)
{
	struct stage s = { .w = { .config = "providers: {ex: {count: 1, factor: 1, models: [a], "
					    "mode: off, api_key: sk-file}}\n",
				   .dotenv = "HOBNOB_EX_COUNT=2\nHOBNOB_EX_FACTOR=2\nHOBNOB_EX_"
					     "MODELS=b, c\nEX_API_KEY=sk-dotenv\n",
				   .environ = ENVIRON("HOBNOB_EX_COUNT=3", "HOBNOB_EX_FACTOR=3",
					   "HOBNOB_EX_HEADERS={\"A\":\"b\"}") } };
	world_ready(&s.w);
	ck_assert_int_eq(settings_cli(s.w.settings, "ex.count", "4", "-o", &s.w.fault), 0);
	ck_assert_int_eq(settings_cli(s.w.settings, "other.count", "x", "-o", &s.w.fault), 0);
	ck_assert_msg(resolve(&s, "ex") == 0, "%s", s.w.fault.message);
	ck_assert_str_eq(text_of(&s, "count"), "4");
	ck_assert_str_eq(options_get(s.o, "count")->where, "-o ex.count");
	ck_assert_int_eq(options_get(s.o, "count")->source, FROM_CLI);
	ck_assert_str_eq(text_of(&s, "factor"), "3");
	ck_assert_str_eq(text_of(&s, "models"), "[\"b\",\"c\"]");
	ck_assert_str_eq(options_get(s.o, "models")->where, "HOBNOB_EX_MODELS in .env");
	ck_assert_str_eq(text_of(&s, "headers"), "{\"A\":\"b\"}");
	ck_assert_str_eq(text_of(&s, "mode"), "off");
	key_is(&s, "sk-dotenv");
	end(&s);
	world_end(&s.w);
}
END_TEST

/* A plugin's own names serve its own name only; a name with a prefix passes over other values; KEY_env names one. */
START_TEST(names)
{
	struct stage s = { .w = { .config = "providers: {my-ex: {plugin: ex}, third: {plugin: ex, "
					    "api_key_env: THIRD}}\n",
				   .environ = ENVIRON("OTHER_API_KEY=sk-ex-1",
					   "HOBNOB_MY_EX_API_KEY=sk-mine", "THIRD=sk-third") } };
	world_ready(&s.w);
	ck_assert_msg(resolve(&s, "ex") == 0, "%s", s.w.fault.message);
	key_is(&s, "sk-ex-1");
	end(&s);
	ck_assert_msg(resolve(&s, "my-ex") == 0, "%s", s.w.fault.message);
	key_is(&s, "sk-mine");
	end(&s);
	ck_assert_msg(resolve(&s, "third") == 0, "%s", s.w.fault.message);
	key_is(&s, "sk-third");
	end(&s);
	world_end(&s.w);
	struct buf out = BUF(BUF_NO_CAP);
	options_env_names("ex", "ex", &decls[0], &out);
	ck_assert_str_eq(
		out.p, "HOBNOB_EX_API_KEY, EX_API_KEY, OTHER_API_KEY (if it begins with sk-ex-)");
	buf_cut(&out, 0);
	options_env_names("my-ex", "ex", &decls[0], &out);
	ck_assert_str_eq(out.p, "HOBNOB_MY_EX_API_KEY");
	buf_free(&out);
}
END_TEST

/* A secret that is missing: the lines to paste, by the names that would serve. */
START_TEST(missing)
{
	refuses((struct world){ .environ = ENVIRON("OTHER_API_KEY=sk-foreign") }, "ex", NULL,
		"ex: no api_key. Any of these gives it:\n"
		"  EX_API_KEY=...            a line in .env\n"
		"  export EX_API_KEY=...     in the shell\n"
		"  providers: {ex: {api_key_command: [pass, show, ex]}}  in config.yaml");
	refuses((struct world){ .environ = ENVIRON("EX_API_KEY=sk-1") }, "my-ex", NULL,
		"my-ex: no api_key. Any of these gives it:\n"
		"  HOBNOB_MY_EX_API_KEY=...            a line in .env\n"
		"  export HOBNOB_MY_EX_API_KEY=...     in the shell\n"
		"  providers: {my-ex: {api_key_command: [pass, show, my-ex]}}  in "
		"config.yaml");
	struct stage s = { .w = { .config = NULL } };
	world_ready(&s.w);
	s.secrets = secrets_new();
	s.o = options_resolve(s.w.settings, s.secrets, "providers", "ex", "ex", decls, N_DECLS,
		sizeof *decls, 1, &s.w.fault);
	ck_assert_ptr_nonnull(s.o);
	ck_assert_ptr_null(options_get(s.o, "api_key")->secret);
	end(&s);
	world_end(&s.w);
}
END_TEST

/* Away from home neither the key is required nor does the model's default hold. */
START_TEST(away_from_home)
{
	struct stage s = { .w = { .environ = ENVIRON("EX_BASE_URL=http://127.0.0.1:8080/v1") } };
	world_ready(&s.w);
	ck_assert_msg(resolve(&s, "ex") == 0, "%s", s.w.fault.message);
	ck_assert_int_eq(s.o->at_home, 0);
	ck_assert_str_eq(s.o->endpoint, "http://127.0.0.1:8080/v1");
	ck_assert_ptr_null(text_of(&s, "model"));
	ck_assert_ptr_null(options_get(s.o, "api_key")->secret);
	end(&s);
	world_end(&s.w);
	struct stage home = { .w = { .environ =
					      ENVIRON("EX_BASE_URL=https://API.example.com:443/v2",
						      "EX_API_KEY=sk-1234") } };
	world_ready(&home.w);
	ck_assert_msg(resolve(&home, "ex") == 0, "%s", home.w.fault.message);
	ck_assert_int_eq(home.o->at_home, 1);
	ck_assert_str_eq(text_of(&home, "model"), "ex-1");
	end(&home);
	world_end(&home.w);
}
END_TEST

/* A found .env's endpoint gets no key but its own. */
START_TEST(trust)
{
	refuses((struct world){ .dotenv = "EX_BASE_URL=https://evil.example\n",
			.environ = ENVIRON("EX_API_KEY=sk-1") },
		"ex", NULL,
		"EX_BASE_URL in .env: set by a .env that was found, but the key is from "
		"EX_API_KEY\n"
		"such a file may be anybody's: it sends no other key than its own where it wants\n"
		"put the key into the same file, or name the file: --env-file .env");
	refuses((struct world){ .dotenv = "HOBNOB_EX_HEADERS={\"A\":\"b\"}\n",
			.environ = ENVIRON("EX_API_KEY_FILE=/k") },
		"ex", NULL,
		"HOBNOB_EX_HEADERS in .env: set by a .env that was found, but the key is from "
		"EX_API_KEY_FILE\n"
		"such a file may be anybody's: it sends no other key than its own where it wants\n"
		"put the key into the same file, or name the file: --env-file .env");
	refuses((struct world){ .dotenv = "EX_BASE_URL=https://evil.example\n" }, "ex", NULL,
		"EX_BASE_URL in .env: set by a .env that was found, but there is no key beside it\n"
		"such a file may be anybody's: it sends no other key than its own where it wants\n"
		"put the key into the same file, or name the file: --env-file .env");
	struct stage own = {
		.w = { .dotenv = "EX_BASE_URL=https://x.example\nEX_API_KEY=sk-1234\n" }
	};
	world_ready(&own.w);
	ck_assert_msg(resolve(&own, "ex") == 0, "%s", own.w.fault.message);
	key_is(&own, "sk-1234");
	end(&own);
	world_end(&own.w);
	struct stage named = { .w = { .env_file = "EX_BASE_URL=https://x.example\n",
				       .environ = ENVIRON("EX_API_KEY=sk-1234") } };
	world_ready(&named.w);
	ck_assert_msg(resolve(&named, "ex") == 0, "%s", named.w.fault.message);
	ck_assert_str_eq(named.o->endpoint, "https://x.example");
	end(&named);
	world_end(&named.w);
	struct stage key_only = {
		.w = { .dotenv = "EX_API_KEY=sk-1234\n",
			.config = "providers: {ex: {base_url: 'https://x.example'}}\n" }
	};
	world_ready(&key_only.w);
	ck_assert_msg(resolve(&key_only, "ex") == 0, "%s", key_only.w.fault.message);
	end(&key_only);
	world_end(&key_only.w);
}
END_TEST

/* Of several secrets each has to be that file's own: else the one beside it opens the way for the others. */
START_TEST(trust_of_each_secret)
{
	static const hn_option two[] = {
		{ .type = HN_OPT_STRING, .flags = HN_OPTION_SECRET, .key = "api_key", .help = "one" },
		{ .type = HN_OPT_STRING, .flags = HN_OPTION_SECRET, .key = "token", .help = "two" },
		{ .type = HN_OPT_URL,
			.flags = HN_OPTION_ENDPOINT,
			.key = "base_url",
			.help = "where" },
	};
	struct stage s = { .w = { .dotenv = "HOBNOB_EX_BASE_URL=https://evil.example\n"
					    "HOBNOB_EX_TOKEN=sk-bait\n",
				   .environ = ENVIRON("HOBNOB_EX_API_KEY=sk-mine") } };
	world_ready(&s.w);
	s.secrets = secrets_new();
	s.o = options_resolve(
		s.w.settings, s.secrets, "providers", "ex", "ex", two, 3, sizeof *two, 0, &s.w.fault);
	ck_assert_ptr_null(s.o);
	fault_is(&s.w.fault, HN_ERR_CONFIG,
		"HOBNOB_EX_BASE_URL in .env: set by a .env that was found, but the key is from "
		"HOBNOB_EX_API_KEY\n"
		"such a file may be anybody's: it sends no other key than its own where it wants\n"
		"put the key into the same file, or name the file: --env-file .env");
	end(&s);
	world_end(&s.w);
}
END_TEST

/* The warning of a name that a found .env may not say. */
#define IGNORED(name)                                                                \
	"hobnob: warning: .env: " name " is ignored: a .env that was found may not " \
	"set it (--env-file, the config file and the environment may)\n"

/* A found .env names no commands and no files. */
START_TEST(found_dotenv_commands)
{
	struct stage s = { .w = { .dotenv = "EX_API_KEY_COMMAND=[\"touch\",\"/tmp/"
					    "owned\"]\nHOBNOB_EX_API_KEY_FILE=/etc/passwd\n",
				   .environ = ENVIRON("EX_API_KEY_COMMAND=printf,sk-env") } };
	world_ready(&s.w);
	ck_assert_msg(resolve(&s, "ex") == 0, "%s", s.w.fault.message);
	key_is(&s, "sk-env");
	end(&s);
	world_end(&s.w);
	struct stage bad = { .w = { .dotenv = "EX_API_KEY_COMMAND=[\"touch\",\"/tmp/"
					      "owned\"]\nHOBNOB_EX_API_KEY_FILE=/etc/passwd\n" } };
	world_ready(&bad.w);
	ck_assert_int_eq(resolve(&bad, "ex"), -1);
	end(&bad);
	char *err = world_close(&bad.w);
	ck_assert_str_eq(err, IGNORED("HOBNOB_EX_API_KEY_FILE") IGNORED("EX_API_KEY_COMMAND"));
	free(err);
}
END_TEST

/* A plugin that has no secret. */
static const hn_env tool_names[] = { { "EX_TOOL", NULL } };
static const hn_option keyless[] = {
	{ .type = HN_OPT_STRING, .flags = HN_OPTION_OWN, .n_env = 1, .key = "tool", .help = "a program", .env = tool_names },
	{ .type = HN_OPT_PATH, .key = "model_file", .help = "a file" },
	{ .type = HN_OPT_LIST, .key = "command", .help = "program and arguments" },
	{ .type = HN_OPT_MAP, .key = "variables", .help = "names and values" },
	{ .type = HN_OPT_JSON, .key = "body", .help = "anything" },
	{ .type = HN_OPT_STRING, .key = "tone", .help = "a word" },
};

/* How many of the keyless plugin's options, but for `tone`, an instance got. */
static int owned(struct stage *s, const char *instance)
{
	int n = 0;
	s->secrets = secrets_new();
	s->o = options_resolve(s->w.settings, s->secrets, "providers", instance, "ex", keyless, 6,
		sizeof *keyless, 0, &s->w.fault);
	ck_assert_msg(s->o != NULL, "%s", s->w.fault.message);
	ck_assert_str_eq(text_of(s, "tone"), "dry");
	for (size_t i = 0; i < 5; i++)
		n += s->o->values[i].text != NULL;
	return n;
}

#define OWN_LINES(instance)                                       \
	"HOBNOB_" instance "_TONE=dry\n"                          \
	"HOBNOB_" instance "_MODEL_FILE=/etc/passwd\n"            \
	"HOBNOB_" instance "_COMMAND=[\"touch\",\"/tmp/owned\"]\n" \
	"HOBNOB_" instance "_VARIABLES={\"LD_PRELOAD\":\"x\"}\n"  \
	"HOBNOB_" instance "_BODY=[1]\n"
#define OWN_IGNORED(instance)                                                           \
	IGNORED("HOBNOB_" instance "_MODEL_FILE") IGNORED("HOBNOB_" instance "_COMMAND") \
	IGNORED("HOBNOB_" instance "_VARIABLES") IGNORED("HOBNOB_" instance "_BODY")

/* Nor does it say what a plugin runs or opens, whatever the instance is called; a file that is named does. */
START_TEST(found_dotenv_programs)
{
	struct stage found = { .w = { .dotenv = "EX_TOOL=sh\n" OWN_LINES("EX") } };
	world_ready(&found.w);
	ck_assert_int_eq(owned(&found, "ex"), 0);
	end(&found);
	char *err = world_close(&found.w);
	ck_assert_str_eq(err, IGNORED("EX_TOOL") OWN_IGNORED("EX"));
	free(err);
	struct stage mine = { .w = { .dotenv = "HOBNOB_MY_OWN_TOOL=sh\n" OWN_LINES("MY_OWN"),
				      .config = "providers: {my-own: {plugin: ex}}\n" } };
	world_ready(&mine.w);
	ck_assert_int_eq(owned(&mine, "my-own"), 0);
	end(&mine);
	err = world_close(&mine.w);
	ck_assert_str_eq(err, IGNORED("HOBNOB_MY_OWN_TOOL") OWN_IGNORED("MY_OWN"));
	free(err);
	struct stage named = { .w = { .env_file = "EX_TOOL=sh\n" OWN_LINES("EX") } };
	world_ready(&named.w);
	ck_assert_int_eq(owned(&named, "ex"), 5);
	end(&named);
	world_end(&named.w);
	struct stage farther = { .w = { .dotenv = OWN_LINES("EX"),
					 .config = "providers: {ex: {command: [cat]}}\n" } };
	world_ready(&farther.w);
	ck_assert_int_eq(owned(&farther, "ex"), 1);
	ck_assert_str_eq(text_of(&farther, "command"), "[\"cat\"]");
	end(&farther);
	free(world_close(&farther.w));
}
END_TEST

/* With a secret, a list, a map and JSON are under the rules of STEERS; a path never comes from there. */
START_TEST(found_dotenv_lists)
{
	struct stage s = { .w = { .dotenv = "HOBNOB_EX_MODELS=a,b\nHOBNOB_EX_SCRIPT=/etc/passwd\n",
				   .environ = ENVIRON("EX_API_KEY=sk-1234") } };
	world_ready(&s.w);
	ck_assert_msg(resolve(&s, "ex") == 0, "%s", s.w.fault.message);
	ck_assert_str_eq(text_of(&s, "models"), "[\"a\",\"b\"]");
	ck_assert_ptr_null(text_of(&s, "script"));
	end(&s);
	char *err = world_close(&s.w);
	ck_assert_str_eq(err, IGNORED("HOBNOB_EX_SCRIPT"));
	free(err);
}
END_TEST

/* A kind of key that never goes to a host: known at once, or when it is read. */
START_TEST(forbidden)
{
	refuses((struct world){ .environ = ENVIRON("EX_API_KEY=sk-or-1") }, "ex", NULL,
		"EX_API_KEY: the secret begins with \"sk-or-\" and is never sent to " HOME_URL);
	refuses((struct world){ .environ = ENVIRON("EX_API_KEY=sk-or-1",
					"EX_BASE_URL=https://api.EXAMPLE.com.:443/x") },
		"ex", NULL,
		"EX_API_KEY: the secret begins with \"sk-or-\" and is never sent to "
		"https://api.EXAMPLE.com.:443/x");
	struct stage s = {
		.w = { .config = "providers: {ex: {api_key_command: [echo, sk-or-1]}}\n" }
	};
	hn_str value;
	world_ready(&s.w);
	ck_assert_msg(resolve(&s, "ex") == 0, "%s", s.w.fault.message);
	ck_assert_int_eq(secret_value(options_get(s.o, "api_key")->secret, NULL, &value, &s.w.fault),
		HN_ERR_CONFIG);
	ck_assert_ptr_nonnull(
		strstr(s.w.fault.message, "config.yaml:1: ex: api_key_command: the secret begins with "
				"\"sk-or-\" and is never sent to " HOME_URL));
	end(&s);
	world_end(&s.w);
	struct stage elsewhere = { .w = { .environ = ENVIRON("EX_API_KEY=sk-or-1",
						  "EX_BASE_URL=https://or.example") } };
	world_ready(&elsewhere.w);
	ck_assert_msg(resolve(&elsewhere, "ex") == 0, "%s", elsewhere.w.fault.message);
	end(&elsewhere);
	world_end(&elsewhere.w);
}
END_TEST

#define KEY_SAID .environ = ENVIRON("EX_API_KEY=sk-1")

/* Wrong values and unknown keys, with their place. */
START_TEST(errors)
{
	refuses((struct world){ KEY_SAID, .config = "providers:\n  ex:\n    bas_url: x\n" }, "ex",
		NULL,
		"config.yaml:3: ex: unknown key \"bas_url\" for the plugin ex (did you mean "
		"\"base_url\"?)");
	refuses((struct world){ KEY_SAID, .config = "providers:\n  ex: {base_url: 'ftp://x'}\n" },
		"ex", NULL,
		"config.yaml:2: ex: base_url: expected an http or https URL without user name or "
		"password, got \"ftp://x\"");
	refuses((struct world){ KEY_SAID, .config = "providers:\n  ex: {headers: [a]}\n" }, "ex",
		NULL, "config.yaml:2: ex: headers: expected a map of texts, got a list");
	refuses((struct world){ KEY_SAID, .config = "providers:\n  ex: {model: {a: b}}\n" }, "ex",
		NULL, "config.yaml:2: ex: model: expected text, got a map");
	refuses((struct world){ KEY_SAID, .config = "providers:\n  ex: {mode: maybe}\n" }, "ex",
		NULL, "config.yaml:2: ex: mode: expected auto, on or off, got \"maybe\"");
	refuses((struct world){ KEY_SAID, .config = "providers:\n  ex: {mode: on off}\n" }, "ex",
		NULL, "config.yaml:2: ex: mode: expected auto, on or off, got \"on off\"");
	refuses((struct world){ KEY_SAID, .config = "providers:\n  ex: {flag: yes on}\n" }, "ex",
		NULL, "config.yaml:2: ex: flag: expected true or false, got \"yes on\"");
	refuses((struct world){ KEY_SAID, .config = "providers:\n  ex: {extra_body: 'no json'}\n" },
		"ex", NULL,
		"config.yaml:2: ex: extra_body: expected a JSON value or a map, got a text");
	refuses(
		(struct world){
			.config = "providers:\n  ex:\n    api_key: a\n    api_key_file: b\n" },
		"ex", NULL, "config.yaml:4: ex: only one of api_key and api_key_file may be there");
	refuses((struct world){ .config = "providers:\n  ex: {api_key_command: pass show ex}\n" },
		"ex", NULL,
		"config.yaml:2: ex: api_key_command: expected a list: a program and its arguments");
	refuses((struct world){ KEY_SAID }, "ex", "ex.count=x",
		"-o ex.count: expected a whole number, got \"x\"");
	refuses((struct world){ KEY_SAID }, "ex", "ex.cuont=1",
		"-o ex.cuont: unknown key \"cuont\" for the plugin ex (did you mean \"count\"?)");
	refuses((struct world){ KEY_SAID }, "ex", "ex.plugin=1",
		"-o ex.plugin: unknown key \"plugin\" for the plugin ex");
	refuses((struct world){ KEY_SAID }, "ex", "ex.api_key=sk-secret",
		"-o ex.api_key: a secret is never taken from the command line, where every user of "
		"this machine can read it; use "
		"HOBNOB_EX_API_KEY, EX_API_KEY, OTHER_API_KEY (if it begins with sk-ex-) in the "
		"environment or .env");
	refuses((struct world){ .environ = ENVIRON("EX_API_KEY=sk-1", "EX_BASE_URL=x") }, "ex",
		NULL,
		"EX_BASE_URL: expected an http or https URL without user name or password, got "
		"\"x\"");
}
END_TEST

/* A config file that holds a key and can be read by others is told of; the instance's plugin is no option. */
START_TEST(readable_config)
{
	struct stage s = {
		.w = { .config = "providers: {mine: {plugin: ex, api_key: sk-1234}}\n" }
	};
	world_ready(&s.w);
	ck_assert_int_eq(chmod(scratch_path(&s.w.scratch, "config.yaml"), 0644), 0);
	ck_assert_msg(resolve(&s, "mine") == 0, "%s", s.w.fault.message);
	key_is(&s, "sk-1234");
	char *want = xasprintf("hobnob: warning: %s/config.yaml:1 holds a secret, and others can "
			       "read the file: chmod 600 %s/config.yaml\n",
		s.w.scratch.dir, s.w.scratch.dir);
	end(&s);
	char *err = world_close(&s.w);
	ck_assert_str_eq(err, want);
	free(err);
	free(want);
}
END_TEST

/* So is a key file that others can read. */
START_TEST(readable_key)
{
	struct stage s = { .w = { .config = "providers: {ex: {api_key_file: /etc/passwd}}\n" } };
	world_ready(&s.w);
	ck_assert_msg(resolve(&s, "ex") == 0, "%s", s.w.fault.message);
	end(&s);
	char *err = world_close(&s.w);
	ck_assert_str_eq(err, "hobnob: warning: /etc/passwd holds a secret, and others can read "
			      "the file: chmod 600 /etc/passwd\n");
	free(err);
}
END_TEST

/* A text without what the stage's secrets take out of it. */
static void shown_as(const struct stage *s, const char *text, const char *expected)
{
	struct buf b = BUF(BUF_NO_CAP);
	buf_adds(&b, text);
	secrets_redact(s->secrets, &b);
	ck_assert_str_eq(b.p, expected);
	buf_free(&b);
}

/* Keys in headers and in the endpoint's query are no secrets by declaration, and are not shown. */
START_TEST(strays)
{
	struct stage s = {
		.w = { .config = "providers: {ex: {api_key: k, headers: {X-Token: Bearer "
				 "abcdefgh-1, Cookie: short, "
				 "X-Mine: as-it-is-written, X-Other: sk-0123456789abcdef},\n"
				 "  base_url: "
				 "'https://h/v1?api-version=2024-10-21&sig=queried-1#k'}}\n" }
	};
	world_ready(&s.w);
	chmod(scratch_path(&s.w.scratch, "config.yaml"), 0600);
	ck_assert_msg(resolve(&s, "ex") == 0, "%s", s.w.fault.message);
	shown_as(&s, "Bearer abcdefgh-1, short, as-it-is-written, sk-0123456789abcdef",
		"Bearer [secret], short, as-it-is-written, [secret]");
	shown_as(&s, s.o->endpoint, "https://h/v1?api-version=2024-10-21&sig=[secret]#k");
	end(&s);
	world_end(&s.w);
}
END_TEST

/* What the user adds to requests stays away from a found .env's endpoint; --env-file's is trusted. */
START_TEST(kept_back)
{
	static const char dotenv[] = "EX_BASE_URL=https://evil.example\nEX_API_KEY=its-own\n";
	static const char config[] = "providers: {ex: {headers: {X: y}, model: m}}\n";
	struct stage s = { .w = { .config = config, .dotenv = dotenv } };
	world_ready(&s.w);
	ck_assert_msg(resolve(&s, "ex") == 0, "%s", s.w.fault.message);
	ck_assert_ptr_null(text_of(&s, "headers"));
	ck_assert_str_eq(text_of(&s, "model"), "m");
	end(&s);
	char *err = world_close(&s.w);
	ck_assert_ptr_nonnull(strstr(err, "headers: not sent, since the endpoint is set by "
					  "EX_BASE_URL in .env, a .env that was found"));
	free(err);
	struct stage own = { .w = { .config = config, .env_file = dotenv } };
	world_ready(&own.w);
	ck_assert_msg(resolve(&own, "ex") == 0, "%s", own.w.fault.message);
	ck_assert_str_eq(text_of(&own, "headers"), "{\"X\":\"y\"}");
	end(&own);
	world_end(&own.w);
}
END_TEST

/* A URL loses the slashes at its end, not those of a query. */
START_TEST(slashes)
{
	static const char *const rows[][2] = {
		{ "EX_BASE_URL=https://x.example/", "https://x.example" },
		{ "EX_BASE_URL=https://x.example/v1///", "https://x.example/v1" },
		{ "EX_BASE_URL=https://x.example/v1/?at=/", "https://x.example/v1/?at=/" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct stage s = { .w = { .environ = ENVIRON(rows[i][0]) } };
		world_ready(&s.w);
		ck_assert_msg(resolve(&s, "ex") == 0, "%s", s.w.fault.message);
		ck_assert_str_eq(text_of(&s, "base_url"), rows[i][1]);
		ck_assert_str_eq(s.o->endpoint, rows[i][1]);
		end(&s);
		world_end(&s.w);
	}
}
END_TEST

/* Where the default is a plain http server, an address will do; nowhere else. */
START_TEST(addresses)
{
	struct stage s = { .w = { .environ = ENVIRON("EX_API_KEY=sk-1", "HOBNOB_EX_NEAR_URL= 0.0.0.0/x/ ") } };
	world_ready(&s.w);
	ck_assert_msg(resolve(&s, "ex") == 0, "%s", s.w.fault.message);
	ck_assert_str_eq(text_of(&s, "near_url"), "http://127.0.0.1:9/x");
	end(&s);
	world_end(&s.w);
	refuses((struct world){ KEY_SAID, .config = "providers:\n  ex: {near_url: 'host:x'}\n" }, "ex", NULL,
		"config.yaml:2: ex: near_url: expected an http or https URL without user name or "
		"password, got \"host:x\"");
	refuses((struct world){ KEY_SAID, .config = "providers:\n  ex: {base_url: 'x.example:1'}\n" }, "ex", NULL,
		"config.yaml:2: ex: base_url: expected an http or https URL without user name or "
		"password, got \"x.example:1\"");
}
END_TEST

static const struct {
	const char *url, *origin, *host;
	int loopback;
} urls[] = {
	{ "https://api.openai.com/v1", "https://api.openai.com", "api.openai.com", 0 },
	{ "HTTPS://API.OpenAI.com:443", "https://api.openai.com", "api.openai.com", 0 },
	{ "https://api.openai.com.:8443/?x#y", "https://api.openai.com:8443", "api.openai.com", 0 },
	{ "http://localhost:80/", "http://localhost", "localhost", 1 },
	{ "http://127.0.0.1:8080/v1", "http://127.0.0.1:8080", "127.0.0.1", 1 },
	{ "http://127.9.9.9", "http://127.9.9.9", "127.9.9.9", 1 },
	{ "http://[::1]:8080/v1", "http://[::1]:8080", "::1", 1 },
	{ "http://[2001:DB8::1]", "http://[2001:db8::1]", "2001:db8::1", 0 },
	{ "http://128.0.0.1", "http://128.0.0.1", "128.0.0.1", 0 },
	{ "http://localhost.evil.example", "http://localhost.evil.example",
		"localhost.evil.example", 0 },
	{ "https://a?b@c", "https://a", "a", 0 },
	{ "ftp://x", NULL, NULL, 0 },
	{ "x", NULL, NULL, 0 },
	{ "", NULL, NULL, 0 },
	{ "https://", NULL, NULL, 0 },
	{ "https:///v1", NULL, NULL, 0 },
	{ "https://user@host", NULL, NULL, 0 },
	{ "https://user:pw@host/", NULL, NULL, 0 },
	{ "https://host:0", NULL, NULL, 0 },
	{ "https://host:65536", NULL, NULL, 0 },
	{ "https://host:", NULL, NULL, 0 },
	{ "https://host:8a", NULL, NULL, 0 },
	{ "https://ho st", NULL, NULL, 0 },
	{ "https://a\\@b", NULL, NULL, 0 },
	{ "https://a\r\nb", NULL, NULL, 0 },
	{ "https://[::1", NULL, NULL, 0 },
	{ "https://[::1]x", NULL, NULL, 0 },
	{ "https://b\xC3\xB6se", NULL, NULL, 0 },
	{ "https://.", NULL, NULL, 0 },
	{ "https://a%2eb", NULL, NULL, 0 },
};

/* Every row of the table above. */
START_TEST(origins)
{
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		char *origin = url_origin(urls[i].url), *host = url_host(urls[i].url);
		ck_assert_msg((origin == NULL) == (urls[i].origin == NULL), "%s: %s", urls[i].url,
			origin ? origin : "none");
		if (urls[i].origin)
			ck_assert_str_eq(origin, urls[i].origin);
		if (urls[i].host)
			ck_assert_str_eq(host, urls[i].host);
		ck_assert_int_eq(url_is_loopback(urls[i].url), urls[i].loopback);
		free(origin);
		free(host);
	}
}
END_TEST

UNIT_MAIN("options", defaults, types_of_file, who_wins, names, missing, away_from_home, trust,
	trust_of_each_secret, found_dotenv_commands, found_dotenv_programs, found_dotenv_lists, forbidden, errors, readable_config,
	readable_key, strays, kept_back, slashes, addresses, origins)
