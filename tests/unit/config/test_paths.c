/* SPDX-License-Identifier: MIT */
/* test_paths: XDG places, reading files, and making folders. */
#include "../fault_is.h"

#include <errno.h>

#include "config/paths.h"
#include "util/file.h"
#include "../scratch.h"

/* Absolute XDG values win, others fall back to HOME, and without one there is nothing. */
START_TEST(xdg)
{
	struct paths p;
	setenv("HOME", "/home/ada", 1);
	setenv("XDG_CONFIG_HOME", "/cfg", 1);
	setenv("XDG_STATE_HOME", "relative", 1);
	unsetenv("XDG_CACHE_HOME");
	paths_find(&p);
	ck_assert_str_eq(p.config, "/cfg/hobnob/config.yaml");
	ck_assert_str_eq(p.prompts, "/cfg/hobnob/prompts");
	ck_assert_str_eq(p.state, "/home/ada/.local/state/hobnob");
	ck_assert_str_eq(p.cache, "/home/ada/.cache/hobnob");
	ck_assert_int_eq(p.secure, 0);
	ck_assert_int_eq(p.program[0], '/');
	ck_assert_ptr_nonnull(p.data);
	ck_assert_ptr_nonnull(p.lib);
	ck_assert_ptr_nonnull(p.plugins);
	paths_free(&p);
	ck_assert_ptr_null(p.config);
	unsetenv("HOME");
	paths_find(&p);
	ck_assert_ptr_null(p.state);
	ck_assert_str_eq(p.prompts, "/cfg/hobnob/prompts");
	ck_assert_ptr_null(p.cache);
	paths_free(&p);
	setenv("HOME", "relative", 1);
	paths_find(&p);
	ck_assert_ptr_null(p.cache);
	paths_free(&p);
}
END_TEST

/* Plugins of the whole machine have a folder of their own, unless that is this hobnob's. */
START_TEST(local_plugins)
{
	struct paths p;
	paths_find(&p);
	if (!strcmp(p.plugins, "/usr/local/lib/hobnob/plugins"))
		ck_assert_ptr_null(p.local_plugins);
	else
		ck_assert_str_eq(p.local_plugins, "/usr/local/lib/hobnob/plugins");
	ck_assert_int_eq(p.local_first, !strncmp(p.plugins, "/usr/", 5) && strncmp(p.plugins, "/usr/local/", 11));
	paths_free(&p);
	ck_assert_ptr_null(p.local_plugins);
}
END_TEST

/* A ~ is HOME only as the whole first name of a path, and only if there is a HOME. */
START_TEST(below_home)
{
	static const struct { const char *home, *said, *path; } rows[] = {
		{ "/home/ada", "~/key", "/home/ada/key" },
		{ "/home/ada", "~", "/home/ada" },
		{ "/home/ada", "~bob/key", "~bob/key" },
		{ "/home/ada", "./~/key", "./~/key" },
		{ "/home/ada", "", "" },
		{ "relative", "~/key", "~/key" },
		{ NULL, "~/key", "~/key" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (rows[i].home)
			setenv("HOME", rows[i].home, 1);
		else
			unsetenv("HOME");
		char *path = path_of_user(rows[i].said);
		ck_assert_str_eq(path, rows[i].path);
		free(path);
	}
}
END_TEST

/* Reads path and compares the error, the folder's name in it left out. */
static void read_fails(struct scratch *s, const char *name, size_t max, const char *why)
{
	struct buf out = BUF(BUF_NO_CAP);
	struct fault fault = { 0 };
	char want[512];
	snprintf(want, sizeof want, "%s: %s", scratch_path(s, name), why);
	ck_assert_int_eq(file_read(s->path, max, &out, &fault), HN_ERR_CONFIG);
	fault_is(&fault, HN_ERR_CONFIG, want);
	buf_free(&out);
}

/* Regular files up to a size, and nothing else. */
START_TEST(reads_files)
{
	struct scratch s;
	struct buf out = BUF(BUF_NO_CAP);
	struct fault fault = { 0 };
	scratch_open(&s);
	scratch_bytes(&s, "f", "a\0b", 3, 0600);
	ck_assert_int_eq(file_read(scratch_path(&s, "f"), 3, &out, &fault), 0);
	ck_assert_uint_eq(out.n, 3);
	ck_assert_mem_eq(out.p, "a\0b", 3);
	buf_free(&out);
	read_fails(&s, "f", 2, "larger than 2 bytes");
	read_fails(&s, "none", 2, "No such file or directory");
	ck_assert_int_eq(mkdir(scratch_path(&s, "d"), 0700), 0);
	read_fails(&s, "d", 2, "is a directory");
	ck_assert_int_eq(mkfifo(scratch_path(&s, "p"), 0600), 0);
	read_fails(&s, "p", 2, "not a regular file");
	scratch_close(&s);
}
END_TEST

/* A folder is made with its parents, for the user alone; twice is no error, a file in the way is. */
START_TEST(makes_folders)
{
	struct scratch s;
	struct stat st;
	scratch_open(&s);
	ck_assert_int_eq(dir_make(scratch_path(&s, "a/b/c")), 0);
	ck_assert_int_eq(stat(s.path, &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0700);
	ck_assert_int_eq(dir_make(s.path), 0);
	scratch_write(&s, "file", "");
	ck_assert_int_eq(dir_make(scratch_path(&s, "file")), -1);
	ck_assert_int_eq(errno, ENOTDIR);
	ck_assert_int_eq(dir_make(scratch_path(&s, "file/below")), -1);
	ck_assert_int_eq(errno, ENOTDIR);
	scratch_close(&s);
}
END_TEST

UNIT_MAIN("paths", local_plugins, xdg, below_home, reads_files, makes_folders)
