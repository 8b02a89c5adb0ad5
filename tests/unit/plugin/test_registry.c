/* SPDX-License-Identifier: MIT */
/* test_registry: finding, judging and loading plugins, with the fixture plugins of tests/abi copied into directories. */
#include "plugin/registry.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../fixtures.h"
#include "../scratch.h"

#include "util/file.h"
#include "util/mem.h"

/* Two directories and a registry over them. */
struct place {
	struct scratch a, b;
	struct paths paths;
	struct log log;
	struct registry *r;
};

/* Makes the directories; the registry comes with look(). */
static struct place place_new(void)
{
	struct place p = { .r = NULL };
	scratch_open(&p.a);
	scratch_open(&p.b);
	setenv("XDG_DATA_HOME", "/nonexistent", 1);
	p.log.file = tmpfile();
	return p;
}

/* Removes everything. */
static void place_free(struct place *p)
{
	registry_free(p->r);
	log_close(&p->log);
	scratch_close(&p->a);
	scratch_close(&p->b);
}

/* Opens the registry: a on the command line's path, b as the program's own. */
static void look(struct place *p)
{
	p->paths.plugins = p->b.dir;
	p->r = registry_new(&p->paths, p->a.dir, NULL, &p->log);
}

/* Makes a file of these bytes in a directory. */
static void put_text(const char *dir, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", dir, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	fchmod(fd, 0644);
	close(fd);
	free(path);
}

/* Loading must fail with exactly "DIR/STEM.so: WHY". */
static void refused(
	struct place *p, const char *dir, const char *stem, uint32_t kind, const char *why)
{
	struct fault f = { 0 };
	char *expected = xasprintf("%s/%s.so: %s", dir, stem, why), *text;
	ck_assert_ptr_null(registry_load(p->r, stem, kind, &f));
	ck_assert_int_eq(f.kind, HN_ERR_CONFIG);
	text = fault_text(&f);
	ck_assert_str_eq(text, expected);
	fault_free(&f);
	free(text);
	free(expected);
}

/* One fixture, alone under its own name, must be refused for exactly that reason. */
static void one_refused(const char *fixture, const char *why)
{
	struct place p = place_new();
	fixture_copy(p.a.dir, fixture, fixture);
	look(&p);
	refused(&p, p.a.dir, fixture, HN_TYPE_PROVIDER, why);
	place_free(&p);
}

START_TEST(each_rule_has_its_own_message)
{
	one_refused("wrong_major", "is for ABI 2.x, this hobnob has 1.0\nupdate hobnob");
	one_refused("newer_minor",
		"needs ABI 1.7, this hobnob has 1.0\nupdate hobnob or use an older newer_minor");
	one_refused("unknown_kind",
		"is of type 9, which this hobnob does not know (1 is a provider, 2 a frontend)");
	one_refused("other_name",
		"calls itself \"somebody_else\"\nits file must be called somebody_else.so");
	one_refused("null_vtable", "has no functions: its vtable is NULL");
	one_refused("null_descriptor", "hobnob_plugin_v1() returned NULL");
	one_refused("no_symbol", "is not a hobnob plugin: it does not export hobnob_plugin_v1()");
	one_refused("no_chat", "has no chat(), which every provider must have");
	one_refused("bad_option", "option 2 (tone): its key was declared before");
	one_refused("quiet", "is a frontend, a provider is needed\n`hobnob plugins` lists them");
}
END_TEST

START_TEST(short_structs_tell_both_sizes)
{
	char why[128];
	snprintf(why, sizeof why, "its descriptor says struct_size %zu, at least %zu are needed",
		offsetof(hn_plugin, options), sizeof(hn_plugin));
	one_refused("short_struct", why);
	snprintf(why, sizeof why, "its hn_provider says struct_size %zu, at least %zu are needed",
		offsetof(hn_provider, chat), sizeof(hn_provider));
	one_refused("short_vtable", why);
}
END_TEST

START_TEST(a_good_plugin_is_loaded_once)
{
	struct place p = place_new();
	fixture_copy(p.a.dir, "echo", "echo");
	look(&p);
	const struct plugin *echo = registry_load(p.r, "echo", HN_TYPE_PROVIDER, NULL);
	ck_assert_ptr_nonnull(echo);
	ck_assert_str_eq(echo->name, "echo");
	ck_assert_str_eq(echo->desc->version, "0.1");
	ck_assert_ptr_nonnull(echo->provider);
	ck_assert_ptr_null(echo->frontend);
	ck_assert_ptr_eq(registry_load(p.r, "echo", 0, NULL), echo);
	refused(&p, p.a.dir, "echo", HN_TYPE_FRONTEND,
		"is a provider, a frontend is needed\n`hobnob plugins` lists them");
	place_free(&p);
}
END_TEST

START_TEST(what_is_no_plugin_never_reaches_the_loader)
{
	struct place p = place_new();
	char *fifo = xasprintf("%s/pipe.so", p.a.dir), *dir = xasprintf("%s/folder.so", p.a.dir);
	put_text(p.a.dir, "text.so", "this is a text, and a long enough one");
	put_text(p.a.dir, "empty.so", "");
	put_text(p.a.dir, "narrow.so", "\177ELF\001\001\001_________");
	put_text(p.a.dir, "torn.so", "\177ELF\002\001\001_________");
	ck_assert_int_eq(mkfifo(fifo, 0644), 0);
	ck_assert_int_eq(mkdir(dir, 0755), 0);
	look(&p);
	refused(&p, p.a.dir, "text", 0, "is not a shared object: it does not begin as an ELF file");
	refused(&p, p.a.dir, "empty", 0, "is empty");
	refused(&p, p.a.dir, "pipe", 0, "is not a regular file");
	refused(&p, p.a.dir, "folder", 0, "is not a regular file");
	if (sizeof(void *) == 8) {
		refused(&p, p.a.dir, "narrow", 0, "is an ELF file for 32 bits, this hobnob has 64");
		refused(&p, p.a.dir, "torn", 0, "is cut: its head is not whole");
	}
	free(fifo);
	free(dir);
	place_free(&p);
}
END_TEST

START_TEST(names_are_strict)
{
	struct place p = place_new();
	const struct found *found;
	put_text(p.a.dir, "Caps.so", "x");
	put_text(p.a.dir, "-dash.so", "x");
	put_text(p.a.dir, "a\033[2Jb.so", "x");
	put_text(p.a.dir, "readme.txt", "x");
	put_text(p.a.dir, ".hidden.so", "x");
	look(&p);
	ck_assert_uint_eq(registry_list(p.r, &found), 3);
	ck_assert_str_eq(found[0].name, "-dash");
	for (int i = 0; i < 3; i++)
		ck_assert_str_eq(found[i].refused, "its name must be [a-z0-9][a-z0-9_-]*.so");
	struct fault f = { 0 };
	char *safe = xasprintf("%s/a^[[2Jb.so: its name must be [a-z0-9][a-z0-9_-]*.so", p.a.dir);
	ck_assert_ptr_null(registry_load(p.r, "a\033[2Jb", 0, &f));
	ck_assert_str_eq(f.message, safe);
	fault_free(&f);
	free(safe);
	place_free(&p);
}
END_TEST

START_TEST(the_first_on_the_path_shadows_the_rest)
{
	struct place p = place_new();
	const struct found *found;
	fixture_copy(p.a.dir, "echo", "echo");
	fixture_copy(p.b.dir, "echo", "echo");
	fixture_copy(p.b.dir, "quiet", "quiet");
	look(&p);
	ck_assert_uint_eq(registry_list(p.r, &found), 3);
	ck_assert_int_eq(found[0].shadowed_by, -1);
	ck_assert_int_eq(found[1].shadowed_by, 0);
	ck_assert_str_eq(found[2].name, "quiet");
	ck_assert_int_eq(found[2].shadowed_by, -1);
	const struct plugin *echo = registry_load(p.r, "echo", HN_TYPE_PROVIDER, NULL);
	ck_assert_ptr_nonnull(echo);
	ck_assert_str_eq(echo->path, found[0].path);
	place_free(&p);
}
END_TEST

START_TEST(a_refused_one_in_front_is_told_not_replaced)
{
	struct place p = place_new();
	put_text(p.a.dir, "echo.so", "no plugin at all, but in front");
	fixture_copy(p.b.dir, "echo", "echo");
	look(&p);
	char *why = xasprintf("is not a shared object: it does not begin as an ELF file\n"
			      "it hides %s/echo.so, which would be tried if it were gone",
		p.b.dir);
	refused(&p, p.a.dir, "echo", 0, why);
	free(why);
	place_free(&p);
}
END_TEST

START_TEST(a_directory_for_all_to_write_is_not_trusted)
{
	struct place p = place_new();
	fixture_copy(p.a.dir, "echo", "echo");
	ck_assert_int_eq(chmod(p.a.dir, 0777), 0);
	look(&p);
	char *why = xasprintf("its directory may not be trusted: %s is writable by everybody", p.a.dir);
	ck_assert_int_eq(registry_has(p.r, "echo"), 0);
	refused(&p, p.a.dir, "echo", 0, why);
	free(why);
	place_free(&p);
}
END_TEST

/* Whether a plugin is found on that path, and if not, why. */
static void found_below(struct place *p, const char *dir, int has, const char *why)
{
	p->r = registry_new(&p->paths, dir, NULL, &p->log);
	ck_assert_int_eq(registry_has(p->r, "echo"), has);
	if (!has)
		refused(p, dir, "echo", 0, why);
	registry_free(p->r);
	p->r = NULL;
}

/* A folder above that belongs to another user is theirs to rename things in, sticky or not. */
START_TEST(a_directory_below_another_users_is_not_trusted)
{
	struct place p = place_new();
	char *deep = xasprintf("%s/x", p.a.dir), *why;
	ck_assert_int_eq(mkdir(deep, 0755), 0);
	fixture_copy(deep, "echo", "echo");
	if (geteuid() == 0) {
		ck_assert_int_eq(chown(p.a.dir, 54321, 0), 0);
		why = xasprintf("its directory may not be trusted: %s above it belongs to user 54321: use another place", p.a.dir);
		found_below(&p, deep, 0, why);
		ck_assert_int_eq(chmod(p.a.dir, 01777), 0);
		found_below(&p, deep, 0, why);
		ck_assert_int_eq(chown(p.a.dir, 0, 54321) | chmod(p.a.dir, 0775), 0);
		found_below(&p, deep, 1, NULL);
		free(why);
	}
	free(deep);
	place_free(&p);
}
END_TEST

/* A link to a good place, in a folder where everybody may put another link in its place. */
START_TEST(a_link_in_a_directory_for_all_to_write_is_not_trusted)
{
	struct place p = place_new();
	char *bad = xasprintf("%s/bad", p.a.dir), *link = xasprintf("%s/bad/link", p.a.dir), *good = xasprintf("%s/good", p.a.dir);
	char *below = xasprintf("%s/bad/link/x", p.a.dir), *deep = xasprintf("%s/good/x", p.a.dir), *why;
	ck_assert_int_eq(mkdir(bad, 0755) | mkdir(good, 0755) | mkdir(deep, 0755) | symlink(good, link), 0);
	ck_assert_int_eq(chmod(bad, 0777), 0);
	fixture_copy(good, "echo", "echo");
	fixture_copy(deep, "echo", "echo");
	why = xasprintf("its directory may not be trusted: %s above it is writable by everybody: "
			"`chmod go-w %s`, or use another place", bad, bad);
	found_below(&p, good, 1, NULL);
	found_below(&p, link, 0, why);
	found_below(&p, below, 0, why);
	ck_assert_int_eq(chmod(bad, 0755), 0);
	found_below(&p, below, 1, NULL);
	free(bad);
	free(link);
	free(good);
	free(below);
	free(deep);
	free(why);
	place_free(&p);
}
END_TEST

/* What lies in a folder below p.a.dir: refused where everybody may write in p.a.dir, but not where it is sticky or holds the program too. */
START_TEST(a_directory_below_one_for_all_to_write_is_not_trusted)
{
	struct place p = place_new();
	char *below = xasprintf("%s/x", p.a.dir), *deep = xasprintf("%s/x/y", p.a.dir);
	char *program = xasprintf("%s/bin/hobnob", p.a.dir);
	ck_assert_int_eq(mkdir(below, 0755) | mkdir(deep, 0755), 0);
	fixture_copy(deep, "echo", "echo");
	static const struct {
		mode_t mode;
		int with_program, has;
	} rows[] = { { 0755, 0, 1 }, { 0777, 0, 0 }, { 01777, 0, 1 }, { 0777, 1, 1 } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		ck_assert_int_eq(chmod(p.a.dir, rows[i].mode), 0);
		p.paths.program = rows[i].with_program ? program : NULL;
		p.r = registry_new(&p.paths, deep, NULL, &p.log);
		ck_assert_int_eq(registry_has(p.r, "echo"), rows[i].has);
		if (!rows[i].has) {
			char *why = xasprintf("its directory may not be trusted: %s above it is writable by everybody: "
					      "`chmod go-w %s`, or use another place", p.a.dir, p.a.dir);
			refused(&p, deep, "echo", 0, why);
			free(why);
		}
		registry_free(p.r);
		p.r = NULL;
	}
	free(below);
	free(deep);
	free(program);
	place_free(&p);
}
END_TEST

/* A group that is nobody's private one, and that a file of ours can be given; -1 if there is none. */
static long foreign_group(void)
{
	gid_t groups[64];
	int n = getgroups(64, groups);
	if (geteuid() == 0)
		return 54321;
	for (int i = 0; i < n; i++)
		if (groups[i] != getgid() && groups[i] != geteuid())
			return (long)groups[i];
	return -1;
}

START_TEST(a_file_for_a_group_to_write_is_not_trusted)
{
	struct place p = place_new();
	long group = foreign_group();
	fixture_copy(p.a.dir, "echo", "echo");
	char *file = xasprintf("%s/echo.so", p.a.dir);
	if (group >= 0) {
		ck_assert_int_eq(chown(file, (uid_t)-1, (gid_t)group), 0);
		ck_assert_int_eq(chmod(file, 0664), 0);
		look(&p);
		char *why = xasprintf(
			"may not be trusted: %s is writable by a group of others (gid %ld)", file,
			group);
		refused(&p, p.a.dir, "echo", 0, why);
		free(why);
	}
	free(file);
	place_free(&p);
}
END_TEST

START_TEST(a_link_is_judged_by_where_it_leads)
{
	struct place p = place_new();
	char *target = xasprintf("%s/echo.so", p.b.dir), *link_ = xasprintf("%s/echo.so", p.a.dir);
	fixture_copy(p.b.dir, "echo", "echo");
	ck_assert_int_eq(symlink(target, link_), 0);
	ck_assert_int_eq(chmod(p.b.dir, 0777), 0);
	look(&p);
	char *why = xasprintf("may not be trusted: %s is writable by everybody", p.b.dir);
	refused(&p, p.a.dir, "echo", 0, why);
	free(why);
	free(target);
	free(link_);
	place_free(&p);
}
END_TEST

START_TEST(an_unknown_name_tells_the_nearest_where_was_looked_and_what_lists_them)
{
	static const struct {
		uint32_t kind;
		const char *more;
	} cases[] = {
		{ 0, "" },
		{ HN_TYPE_PROVIDER, "\n`hobnob config providers` lists what there is" },
		{ HN_TYPE_FRONTEND, "\n`hobnob config frontends` lists what there is" },
	};
	struct place p = place_new();
	fixture_copy(p.a.dir, "echo", "echo");
	look(&p);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fault f = { 0 };
		char *text, *expected = xasprintf("no plugin is called \"ehco\" (did you mean \"echo\"?)\n"
					   "looked in %s, /nonexistent/hobnob/plugins, %s%s",
			p.a.dir, p.b.dir, cases[i].more);
		ck_assert_ptr_null(registry_load(p.r, "ehco", cases[i].kind, &f));
		text = fault_text(&f);
		ck_assert_str_eq(text, expected);
		free(text);
		fault_free(&f);
		free(expected);
	}
	place_free(&p);
}
END_TEST

/* What was written into the log so far (allocated). */
static char *logged(struct place *p)
{
	struct buf out = BUF(1u << 16);
	char piece[4096];
	size_t n;
	rewind(p->log.file);
	while ((n = fread(piece, 1, sizeof piece, p->log.file)) > 0)
		buf_add(&out, piece, n);
	return buf_take(&out);
}

/* Where a plugin of the registry comes from, or NULL. */
static const char *path_of(struct place *p, const char *name)
{
	const struct found *found;
	size_t n = registry_list(p->r, &found);
	for (size_t i = 0; i < n; i++)
		if (!strcmp(found[i].name, name))
			return found[i].path;
	return NULL;
}

/* The log must be these lines, each behind the time. */
static void log_is(struct place *p, const char *const *lines, size_t n)
{
	char *log = logged(p), *at = log;
	for (size_t i = 0; i < n; i++) {
		at = strchr(at, ' ');
		ck_assert_ptr_nonnull(at);
		ck_assert_msg(!strncmp(at + 1, lines[i], strlen(lines[i])), "%s", at);
		at += 1 + strlen(lines[i]);
		ck_assert_int_eq(*at, '\n');
	}
	ck_assert_str_eq(at + (n > 0), "");
	free(log);
}

START_TEST(relative_entries_count_from_the_working_directory)
{
	static const char *const ways[] = { "one", "./one", ".//one//", "one/one_only.so" };
	struct place p = place_new();
	char *one = xasprintf("%s/one", p.a.dir), *file = xasprintf("%s/one_only.so", one);
	mkdir(one, 0755);
	fixture_copy(one, "echo", "one_only");
	ck_assert_int_eq(chdir(p.a.dir), 0);
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		p.r = registry_new(&p.paths, ways[i], NULL, &p.log);
		ck_assert_msg(path_of(&p, "one_only") != NULL, "%s", ways[i]);
		ck_assert_ptr_nonnull(strstr(path_of(&p, "one_only"), "/one/one_only.so"));
		ck_assert_int_eq(registry_has(p.r, "one_only"), 1);
		registry_free(p.r);
	}
	ck_assert_int_eq(chdir("one"), 0);
	p.r = registry_new(&p.paths, ".", NULL, &p.log);
	ck_assert_str_eq(path_of(&p, "one_only"), file);
	ck_assert_int_eq(chdir("/"), 0);
	free(file);
	free(one);
	place_free(&p);
}
END_TEST

START_TEST(a_single_file_brings_no_other)
{
	struct place p = place_new();
	fixture_copy(p.a.dir, "echo", "first");
	fixture_copy(p.a.dir, "echo", "second");
	put_text(p.a.dir, "notes.txt", "no plugin");
	char *path = xasprintf("%s/second.so:%s/notes.txt:%s/second.so/", p.a.dir, p.a.dir, p.a.dir);
	const struct found *found;
	p.r = registry_new(&p.paths, path, NULL, &p.log);
	ck_assert_uint_eq(registry_list(p.r, &found), 1);
	ck_assert_str_eq(found[0].name, "second");
	ck_assert_ptr_null(found[0].refused);
	registry_free(p.r);
	char *both = xasprintf("%s/second.so:%s", p.a.dir, p.a.dir);
	p.r = registry_new(&p.paths, both, NULL, &p.log);
	ck_assert_uint_eq(registry_list(p.r, &found), 2);
	ck_assert_str_eq(found[0].name, "second");
	ck_assert_str_eq(found[1].name, "first");
	char *want = xasprintf(
		"warning: --plugin-path: %s/notes.txt is neither a folder nor a file NAME.so: skipped",
		p.a.dir);
	log_is(&p, (const char *const[]){ want }, 1);
	free(want);
	free(both);
	free(path);
	place_free(&p);
}
END_TEST

START_TEST(a_single_file_is_judged_as_any)
{
	struct place p = place_new();
	struct fault f = { 0 };
	fixture_copy(p.a.dir, "echo", "echo");
	char *path = xasprintf("%s/echo.so", p.a.dir);
	chmod(path, 0666);
	p.r = registry_new(&p.paths, path, NULL, &p.log);
	ck_assert_int_eq(registry_has(p.r, "echo"), 0);
	registry_free(p.r);
	chmod(path, 0644);
	chmod(p.a.dir, 0777);
	p.r = registry_new(&p.paths, path, NULL, &p.log);
	ck_assert_int_eq(registry_has(p.r, "echo"), 0);
	ck_assert_ptr_null(registry_load(p.r, "echp", 0, &f));
	ck_assert_ptr_nonnull(strstr(f.hint, path));
	fault_free(&f);
	chmod(p.a.dir, 0700);
	free(path);
	place_free(&p);
}
END_TEST

START_TEST(relative_entries_elsewhere_are_refused)
{
	struct place p = place_new();
	char *path = xasprintf("plugins::%s", p.a.dir);
	fixture_copy(p.a.dir, "echo", "echo");
	p.r = registry_new(&p.paths, ":", path, &p.log);
	log_is(&p,
		(const char *const[]){
			"warning: --plugin-path: \"\" is not an absolute path: skipped",
			"warning: HOBNOB_PLUGIN_PATH: \"plugins\" is not an absolute path: skipped",
			"warning: HOBNOB_PLUGIN_PATH: \"\" is not an absolute path: skipped",
		},
		3);
	ck_assert_int_eq(registry_has(p.r, "echo"), 1);
	free(path);
	place_free(&p);
}
END_TEST

/* What was typed and is not there is most likely mistyped. HOBNOB_PLUGIN_PATH may name what is not there yet. */
START_TEST(a_typed_entry_that_is_not_there_is_told)
{
	struct place p = place_new();
	fixture_copy(p.a.dir, "echo", "echo");
	char *path = xasprintf("%s/none:%s", p.b.dir, p.a.dir);
	p.r = registry_new(&p.paths, path, "/nonexistent/too", &p.log);
	char *want = xasprintf("warning: --plugin-path: %s/none: No such file or directory: name a folder, or a file NAME.so", p.b.dir);
	log_is(&p, (const char *const[]){ want }, 1);
	ck_assert_int_eq(registry_has(p.r, "echo"), 1);
	free(want);
	free(path);
	place_free(&p);
}
END_TEST

START_TEST(a_privileged_program_ignores_the_environment)
{
	struct place p = place_new();
	fixture_copy(p.a.dir, "echo", "echo");
	struct registry *plain = registry_new(&p.paths, NULL, p.a.dir, &p.log);
	ck_assert_int_eq(registry_has(plain, "echo"), 1);
	p.paths.secure = 1;
	p.r = registry_new(&p.paths, NULL, p.a.dir, &p.log);
	ck_assert_int_eq(registry_has(p.r, "echo"), 0);
	registry_free(plain);
	place_free(&p);
}
END_TEST

START_TEST(the_users_own_plugins_are_found)
{
	struct place p = place_new();
	char *dir = xasprintf("%s/hobnob/plugins", p.a.dir);
	ck_assert_int_eq(dir_make(dir), 0);
	fixture_copy(dir, "echo", "echo");
	setenv("XDG_DATA_HOME", p.a.dir, 1);
	p.r = registry_new(&p.paths, NULL, NULL, &p.log);
	ck_assert_int_eq(registry_has(p.r, "echo"), 1);
	free(dir);
	place_free(&p);
}
END_TEST

START_TEST(the_machines_own_come_before_a_packages)
{
	struct place p = place_new();
	char *local = xasprintf("%s/echo.so", p.a.dir), *own = xasprintf("%s/echo.so", p.b.dir);
	fixture_copy(p.a.dir, "echo", "echo");
	fixture_copy(p.b.dir, "echo", "echo");
	p.paths.local_plugins = p.a.dir;
	p.paths.plugins = p.b.dir;
	for (int first = 0; first < 2; first++) {
		const struct found *found;
		p.paths.local_first = first;
		p.r = registry_new(&p.paths, NULL, NULL, &p.log);
		ck_assert_uint_eq(registry_list(p.r, &found), 2);
		ck_assert_str_eq(registry_path(p.r, "echo"), first ? local : own);
		ck_assert_int_eq(found[1].shadowed_by, 0);
		registry_free(p.r);
	}
	chmod(p.a.dir, 0777);
	p.r = registry_new(&p.paths, NULL, NULL, &p.log);
	ck_assert_int_eq(registry_has(p.r, "echo"), 0); /* judged as any other folder */
	chmod(p.a.dir, 0700);
	free(local);
	free(own);
	place_free(&p);
}
END_TEST

START_TEST(a_library_of_that_name_is_told)
{
	struct place p = place_new();
	struct fault f = { 0 };
	fixture_copy(p.a.dir, "echo", "libecho");
	look(&p);
	ck_assert_ptr_null(registry_load(p.r, "echo", HN_TYPE_PROVIDER, &f));
	char *want = xasprintf("no plugin is called \"echo\"; %s/libecho.so is there: its file must be called echo.so", p.a.dir);
	ck_assert_str_eq(f.message, want);
	fault_free(&f);
	free(want);
	place_free(&p);
}
END_TEST

START_TEST(one_directory_twice_is_looked_at_once)
{
	struct place p = place_new();
	const struct found *found;
	char *path = xasprintf("%s:%s/.", p.a.dir, p.a.dir);
	fixture_copy(p.a.dir, "echo", "echo");
	p.r = registry_new(&p.paths, path, p.a.dir, &p.log);
	ck_assert_uint_eq(registry_list(p.r, &found), 1);
	free(path);
	place_free(&p);
}
END_TEST

/* A descriptor and vtable that hold, for the pure judge. */
static const hn_provider *whole_provider(void)
{
	struct place p = place_new();
	fixture_copy(p.a.dir, "echo", "echo");
	look(&p);
	const hn_provider *provider = registry_load(p.r, "echo", 0, NULL)->provider;
	place_free(&p);
	return provider;
}

/* The judge must break one option's declaration with exactly that. */
static void option_judged(const hn_option *options, uint32_t n, const char *expected)
{
	const hn_plugin d = {
		.struct_size = sizeof d,
		.abi_major = HN_ABI_MAJOR,
		.type = HN_TYPE_PROVIDER,
		.n_options = n,
		.option_stride = sizeof *options,
		.name = "x",
		.options = options,
		.vtable = whole_provider(),
	};
	struct fault f = { 0 };
	ck_assert_int_eq(plugin_judge(&d, "x", HN_TYPE_PROVIDER, &f), expected ? HN_ERR_CONFIG : 0);
	if (expected)
		ck_assert_str_eq(f.message, expected);
	else
		ck_assert_ptr_null(f.message);
	fault_free(&f);
}

START_TEST(options_are_judged)
{
	const hn_option good[] = { { .type = HN_OPT_STRING, .key = "a_1" },
		{ .type = HN_OPT_URL, .flags = HN_OPTION_ENDPOINT, .key = "url" } };
	const hn_option caps[] = { { .type = HN_OPT_STRING, .key = "Key" } };
	const hn_option plugin[] = { { .type = HN_OPT_STRING, .key = "plugin" } };
	const hn_option type[] = { { .type = 11, .key = "a" } };
	const hn_option words[] = { { .type = HN_OPT_ENUM, .key = "a" } };
	const hn_option secret[] = { { .type = HN_OPT_INT, .flags = HN_OPTION_SECRET, .key = "a" } };
	const hn_option two[] = { { .type = HN_OPT_URL, .flags = HN_OPTION_ENDPOINT, .key = "a" },
		{ .type = HN_OPT_URL, .flags = HN_OPTION_ENDPOINT, .key = "b" } };
	option_judged(good, 2, NULL);
	option_judged(caps, 1, "option 1 (Key): its key must be [a-z0-9_]+ and not \"plugin\"");
	option_judged(
		plugin, 1, "option 1 (plugin): its key must be [a-z0-9_]+ and not \"plugin\"");
	option_judged(type, 1, "option 1 (a): its type is unknown");
	option_judged(words, 1, "option 1 (a): an enum needs values");
	option_judged(secret, 1, "option 1 (a): a secret must be a string");
	option_judged(two, 2, "option 2 (b): it is a second endpoint");
	option_judged(NULL, 1, "declares 1 options, and options is NULL");
}
END_TEST

/* What no user could mend is the plugin's fault at the look, not the user's at the first turn. */
START_TEST(defaults_and_words_are_judged)
{
	static const hn_env nameless[] = { { "A", NULL }, { NULL, NULL } };
	static const struct {
		hn_option option;
		const char *why;
	} cases[] = {
		{ { .type = HN_OPT_INT, .initial = "many" }, "its default: expected a whole number, got \"many\"" },
		{ { .type = HN_OPT_INT, .initial = "12" }, NULL },
		{ { .type = HN_OPT_NUMBER, .initial = "1,5" }, "its default: expected a number, got \"1,5\"" },
		{ { .type = HN_OPT_BOOL, .initial = "maybe" }, "its default: expected true or false, got \"maybe\"" },
		{ { .type = HN_OPT_URL, .initial = "there" },
			"its default: expected an http or https URL without user name or password, got \"there\"" },
		{ { .type = HN_OPT_JSON, .initial = "{" }, "its default: expected a JSON value or a map, got a text" },
		{ { .type = HN_OPT_MAP, .initial = "a" }, "its default: expected a map of texts, got a text" },
		{ { .type = HN_OPT_LIST, .initial = "[1, {}]" }, "its default: expected a list, got \"[1, {}]\"" },
		{ { .type = HN_OPT_STRING, .initial = "\xff" }, "its default: it is not text in UTF-8" },
		{ { .type = HN_OPT_ENUM, .values = "on off", .initial = "of" },
			"its default: expected on or off, got \"of\"" },
		{ { .type = HN_OPT_ENUM, .values = "on off", .initial = "off" }, NULL },
		{ { .type = HN_OPT_ENUM, .values = "on  off" }, "its values must be words with one space between them" },
		{ { .type = HN_OPT_ENUM, .values = " on" }, "its values must be words with one space between them" },
		{ { .type = HN_OPT_ENUM, .values = "on " }, "its values must be words with one space between them" },
		{ { .type = HN_OPT_ENUM, .values = "" }, "its values must be words with one space between them" },
		{ { .type = HN_OPT_STRING, .forbid = "sk- a.b" }, "only a secret has a forbid" },
		{ { .type = HN_OPT_STRING, .flags = HN_OPTION_SECRET, .forbid = "sk- a.b" }, NULL },
		{ { .type = HN_OPT_STRING, .flags = HN_OPTION_SECRET, .forbid = "sk-" },
			"its forbid must be \"PREFIX HOST\"" },
		{ { .type = HN_OPT_STRING, .flags = HN_OPTION_SECRET, .forbid = "sk- a b" },
			"its forbid must be \"PREFIX HOST\"" },
		{ { .type = HN_OPT_STRING, .flags = HN_OPTION_SECRET, .forbid = "sk-  a" },
			"its forbid must be \"PREFIX HOST\"" },
		{ { .type = HN_OPT_STRING, .n_env = 1 }, "n_env is set and env is NULL" },
		{ { .type = HN_OPT_STRING, .n_env = 2, .env = nameless }, "an element of env has no name" },
		{ { .type = HN_OPT_STRING, .n_env = 1, .env = nameless }, NULL },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		hn_option o = cases[i].option;
		char *wanted = cases[i].why ? xasprintf("option 1 (k): %s", cases[i].why)
					    : NULL;
		o.key = "k";
		option_judged(&o, 1, wanted);
		free(wanted);
	}
}
END_TEST

/* A plugin of a later header may have flags that it can do without: they are told, and it is taken. */
START_TEST(unknown_flags_are_told)
{
	const hn_option options[] = { { .type = HN_OPT_PATH, .flags = HN_OPTION_OWN, .key = "a" },
		{ .type = HN_OPT_PATH, .flags = HN_OPTION_OWN | 64u, .key = "b" } };
	hn_provider provider = *whole_provider();
	const hn_frontend frontend = { .struct_size = sizeof frontend, .flags = HN_FRONTEND_CONVERSES | 8u };
	hn_plugin d = { .struct_size = sizeof d,
		.type = HN_TYPE_PROVIDER,
		.n_options = 2,
		.option_stride = sizeof *options,
		.options = options,
		.vtable = &provider };
	char *said;
	provider.flags = HN_PROVIDER_BLOCKS | 2u;
	d.flags = 0x10;
	said = plugin_unknown_flags(&d);
	ck_assert_str_eq(said, "hn_plugin.flags has 0x10, hn_provider.flags has 0x2, hn_option.flags (b) has 0x40");
	free(said);
	d = (hn_plugin){ .struct_size = sizeof d, .type = HN_TYPE_FRONTEND, .vtable = &frontend };
	said = plugin_unknown_flags(&d);
	ck_assert_str_eq(said, "hn_frontend.flags has 0x8");
	free(said);
	d = (hn_plugin){ .struct_size = sizeof d, .type = HN_TYPE_PROVIDER, .vtable = whole_provider() };
	ck_assert_ptr_null(plugin_unknown_flags(&d));
}
END_TEST

UNIT_MAIN("registry", each_rule_has_its_own_message, short_structs_tell_both_sizes,
	a_good_plugin_is_loaded_once, what_is_no_plugin_never_reaches_the_loader, names_are_strict,
	the_first_on_the_path_shadows_the_rest, a_refused_one_in_front_is_told_not_replaced,
	a_directory_for_all_to_write_is_not_trusted,
	a_directory_below_one_for_all_to_write_is_not_trusted,
	a_directory_below_another_users_is_not_trusted,
	a_link_in_a_directory_for_all_to_write_is_not_trusted, a_file_for_a_group_to_write_is_not_trusted,
	a_link_is_judged_by_where_it_leads,
	an_unknown_name_tells_the_nearest_where_was_looked_and_what_lists_them,
	relative_entries_count_from_the_working_directory, a_single_file_brings_no_other,
	a_single_file_is_judged_as_any, relative_entries_elsewhere_are_refused,
	a_typed_entry_that_is_not_there_is_told, a_privileged_program_ignores_the_environment,
	the_users_own_plugins_are_found, the_machines_own_come_before_a_packages,
	a_library_of_that_name_is_told, one_directory_twice_is_looked_at_once, options_are_judged,
	defaults_and_words_are_judged, unknown_flags_are_told)
