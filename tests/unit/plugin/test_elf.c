/* SPDX-License-Identifier: MIT */
/* Tests of core/plugin/elf: what is refused by reading alone, and that the loader can take the rest. */
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "../fixtures.h"
#include "plugin/elf.h"
#include "../scratch.h"

#define CUTS 52

static struct scratch at;
static unsigned char whole[1 << 20], bytes[1 << 20];
static size_t size;

static void read_fixture(const char *name)
{
	char path[4096];
	fixture_path(path, name);
	int fd = open(path, O_RDONLY);
	ck_assert_int_ge(fd, 0);
	ssize_t n = read(fd, whole, sizeof whole);
	close(fd);
	ck_assert(n > 0 && n < (ssize_t)sizeof whole);
	size = (size_t)n;
	memcpy(bytes, whole, size);
}

/* Judges the first n bytes; why: NULL where they are fine. */
static int judged(size_t n, const char *why)
{
	struct fault f = { 0 };
	scratch_bytes(&at, "it.so", bytes, n, 0644);
	int fd = open(at.path, O_RDONLY);
	int32_t code = elf_judge(fd, (off_t)n, "hobnob_plugin_v1", &f);
	close(fd);
	if (why)
		ck_assert_str_eq(f.message ? f.message : "fine", why);
	fault_free(&f);
	return code == 0;
}

/* 1 if the loader takes the file, in a process of its own. */
static int loads(void)
{
	int status = 0;
	pid_t pid = fork();
	if (!pid)
		_exit(dlopen(at.path, RTLD_NOW | RTLD_LOCAL) ? 0 : 1);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

static void begin(void)
{
	scratch_open(&at);
	read_fixture("echo");
}

static void end(void)
{
	scratch_close(&at);
}

START_TEST(a_whole_plugin_is_fine)
{
	begin();
	ck_assert_int_eq(judged(size, "fine"), 1);
	ck_assert_int_eq(loads(), 1);
	end();
}
END_TEST

START_TEST(what_is_cut_is_refused_or_can_be_loaded)
{
	begin();
	int refused = 0;
	for (size_t i = 1; i < CUTS; i++) {
		if (judged(size * i / CUTS, NULL))
			ck_assert_msg(loads(), "%zu bytes of %zu", size * i / CUTS, size);
		else
			refused++;
	}
	ck_assert_int_gt(refused, CUTS / 4);
	end();
}
END_TEST

START_TEST(each_rule_has_its_own_words)
{
	begin();
	ElfW(Ehdr) *head = (ElfW(Ehdr) *)(void *)bytes;
	head->e_machine = head->e_machine == EM_AARCH64 ? EM_X86_64 : EM_AARCH64;
	ck_assert_int_eq(judged(size, NULL), 0);
	memcpy(bytes, whole, size);
	head->e_ident[EI_CLASS] = 3 - head->e_ident[EI_CLASS];
	ck_assert_int_eq(judged(size, NULL), 0);
	memcpy(bytes, whole, size);
	head->e_ident[EI_DATA] = (unsigned char)(3 - head->e_ident[EI_DATA]);
	judged(size, "is for a machine of the other byte order");
	memcpy(bytes, whole, size);
	head->e_type = ET_REL;
	judged(size, "is an object file: link it with -shared");
	head->e_type = ET_EXEC;
	judged(size, "is an ELF file, but not a shared object");
	memcpy(bytes, whole, size);
	head->e_phnum = 60000;
	judged(size, "is damaged: its table of segments cannot be read");
	memcpy(bytes, whole, size);
	judged(4, "is not a shared object: it does not begin as an ELF file");
	judged(EI_NIDENT, "is cut: its head is not whole");
	end();
}
END_TEST

START_TEST(a_plugin_for_another_machine_is_named)
{
	begin();
	ElfW(Ehdr) *head = (ElfW(Ehdr) *)(void *)bytes;
	uint16_t ours = head->e_machine;
	head->e_machine = EM_AARCH64;
	judged(size, ours == EM_X86_64 ? "is for aarch64, this hobnob is for x86-64" : NULL);
	end();
}
END_TEST

START_TEST(the_symbol_is_a_function)
{
	begin();
	read_fixture("no_symbol");
	judged(size, "is not a hobnob plugin: it does not export hobnob_plugin_v1()");
	read_fixture("data_symbol");
	judged(size, "is not a hobnob plugin: its hobnob_plugin_v1 is data, not a function");
	end();
}
END_TEST

START_TEST(damage_is_refused_or_can_be_read)
{
	begin();
	srand(1);
	for (int i = 0; i < 3000; i++) {
		memcpy(bytes, whole, size);
		for (int k = 0; k < 4; k++)
			bytes[(size_t)rand() % (i % 2 ? size : 4096)] = (unsigned char)rand();
		judged(size, NULL);
	}
	end();
}
END_TEST

UNIT_MAIN("elf", a_whole_plugin_is_fine, what_is_cut_is_refused_or_can_be_loaded, each_rule_has_its_own_words,
	a_plugin_for_another_machine_is_named, the_symbol_is_a_function, damage_is_refused_or_can_be_read)
