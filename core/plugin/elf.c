/* SPDX-License-Identifier: MIT */
/* elf: judges a shared object by reading its head, its segments and its table of symbols. */
#include "plugin/elf.h"

#ifdef __ELF__

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <string.h>

#include "hobnob/plugin.h"
#include "util/eintr.h"

#define SEGMENTS_MOST 128
#define TAGS_MOST 4096      /* of the dynamic section */
#define CHAIN_MOST 65536    /* symbols that are looked at */
#define ST_TYPE(info) ((info) & 15) /* the same for both classes */

/* The head of this program's own file, as it is in memory: what a plugin has to be for. */
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

/* A file, as far as it was read. */
struct object {
	int fd;
	off_t size;
	ElfW(Ehdr) head;
	ElfW(Phdr) segments[SEGMENTS_MOST];
	size_t n;
	/* addresses from the dynamic section; 0: not there */
	ElfW(Addr) symbols, strings, hash, gnu_hash;
};

static int32_t refuse(struct fault *f, const char *why)
{
	return fault_set(f, HN_ERR_CONFIG, NULL, "%s", why);
}

/* Reads n bytes at an offset; 0 if the file ends before. */
static int read_at(const struct object *o, uint64_t at, void *out, size_t n)
{
	if (at > (uint64_t)o->size || n > (uint64_t)o->size - at)
		return 0;
	return eintr_pread(o->fd, out, n, (off_t)at) == (ssize_t)n;
}

/* Reads n bytes at an address, which one of the segments holds. */
static int read_address(const struct object *o, ElfW(Addr) address, void *out, size_t n)
{
	for (size_t i = 0; i < o->n; i++) {
		const ElfW(Phdr) *s = &o->segments[i];
		if (s->p_type == PT_LOAD && address >= s->p_vaddr && address - s->p_vaddr < s->p_filesz)
			return read_at(o, s->p_offset + (address - s->p_vaddr), out, n);
	}
	return 0;
}

/* ---- the head and the segments ---- */

static const char *machine_name(uint16_t machine)
{
	static const struct { uint16_t machine; const char *name; } known[] = {
		{ EM_386, "x86 (32 bits)" }, { EM_X86_64, "x86-64" }, { EM_ARM, "ARM (32 bits)" }, { EM_AARCH64, "aarch64" },
		{ EM_RISCV, "RISC-V" }, { EM_PPC64, "PowerPC 64" }, { EM_S390, "s390" }, { EM_MIPS, "MIPS" },
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].machine == machine)
			return known[i].name;
	return "an unknown machine";
}

/* The class and the byte order, which say how to read the rest. */
static int32_t judge_ident(const unsigned char *ident, ssize_t n, struct fault *f)
{
	if (n < EI_NIDENT || memcmp(ident, ELFMAG, SELFMAG) != 0)
		return refuse(f, "is not a shared object: it does not begin as an ELF file");
	if (ident[EI_CLASS] != __ehdr_start.e_ident[EI_CLASS])
		return fault_set(f, HN_ERR_CONFIG, NULL, "is an ELF file for %d bits, this hobnob has %d",
			ident[EI_CLASS] == ELFCLASS64 ? 64 : 32, (int)sizeof(void *) * 8);
	if (ident[EI_DATA] != __ehdr_start.e_ident[EI_DATA])
		return refuse(f, "is for a machine of the other byte order");
	return 0;
}

static int32_t judge_head(struct object *o, struct fault *f)
{
	ssize_t n = eintr_pread(o->fd, &o->head, sizeof o->head, 0);
	if (n < 0)
		return fault_set(f, HN_ERR_CONFIG, NULL, "cannot be read: %s", strerror(errno));
	int32_t code = judge_ident(o->head.e_ident, n, f);
	if (code)
		return code;
	if (n < (ssize_t)sizeof o->head)
		return refuse(f, "is cut: its head is not whole");
	if (o->head.e_machine != __ehdr_start.e_machine)
		return fault_set(f, HN_ERR_CONFIG, "build it for this machine", "is for %s, this hobnob is for %s",
			machine_name(o->head.e_machine), machine_name(__ehdr_start.e_machine));
	if (o->head.e_type == ET_REL)
		return refuse(f, "is an object file: link it with -shared");
	return o->head.e_type == ET_DYN ? 0 : refuse(f, "is an ELF file, but not a shared object");
}

static int32_t cut(const struct object *o, uint64_t needs, struct fault *f)
{
	return fault_set(f, HN_ERR_CONFIG, "build or copy it again", "is cut: it has %lld bytes, and needs at least %llu",
		(long long)o->size, (unsigned long long)needs);
}

/* Each segment stands in the file as a whole: the loader maps it, and dies where there is nothing. */
static int32_t judge_segments(struct object *o, struct fault *f)
{
	if (o->head.e_phentsize != sizeof *o->segments || !o->head.e_phnum || o->head.e_phnum > SEGMENTS_MOST)
		return refuse(f, "is damaged: its table of segments cannot be read");
	o->n = o->head.e_phnum;
	if (!read_at(o, o->head.e_phoff, o->segments, o->n * sizeof *o->segments))
		return cut(o, o->head.e_phoff + o->n * sizeof *o->segments, f);
	for (size_t i = 0; i < o->n; i++) {
		const ElfW(Phdr) *s = &o->segments[i];
		uint64_t end;
		if (s->p_type != PT_LOAD)
			continue;
		if (__builtin_add_overflow((uint64_t)s->p_offset, (uint64_t)s->p_filesz, &end) || s->p_filesz > s->p_memsz)
			return refuse(f, "is damaged: a segment has no possible size");
		if (end > (uint64_t)o->size)
			return cut(o, end, f);
	}
	return 0;
}

/* ---- the symbol ---- */

/* Reads where the tables are; 0 if the file has none. */
static int read_dynamic(struct object *o)
{
	const ElfW(Phdr) *s = NULL;
	for (size_t i = 0; i < o->n; i++)
		s = o->segments[i].p_type == PT_DYNAMIC ? &o->segments[i] : s;
	for (size_t i = 0; s && i < s->p_filesz / sizeof(ElfW(Dyn)) && i < TAGS_MOST; i++) {
		ElfW(Dyn) d;
		if (!read_at(o, s->p_offset + i * sizeof d, &d, sizeof d) || d.d_tag == DT_NULL)
			break;
		o->symbols = d.d_tag == DT_SYMTAB ? d.d_un.d_ptr : o->symbols;
		o->strings = d.d_tag == DT_STRTAB ? d.d_un.d_ptr : o->strings;
		o->hash = d.d_tag == DT_HASH ? d.d_un.d_ptr : o->hash;
		o->gnu_hash = d.d_tag == DT_GNU_HASH ? d.d_un.d_ptr : o->gnu_hash;
	}
	return o->symbols && o->strings;
}

/* 1 if a symbol has that name and is defined here. */
static int is_symbol(const struct object *o, uint32_t i, const char *name, ElfW(Sym) *out)
{
	char have[64];
	size_t n = strlen(name) + 1;
	return n <= sizeof have && read_address(o, o->symbols + (ElfW(Addr))i * sizeof *out, out, sizeof *out) &&
	       out->st_shndx != SHN_UNDEF && read_address(o, o->strings + out->st_name, have, n) && !memcmp(have, name, n);
}

/* Looks a symbol up by the hash that today's linkers write; 1 if it is there. */
static int find_gnu(const struct object *o, const char *name, ElfW(Sym) *out)
{
	struct { uint32_t buckets, first, bloom, shift; } t;
	uint32_t h = 5381, i, chain;
	for (const unsigned char *p = (const unsigned char *)name; *p; p++)
		h = h * 33 + *p;
	if (!read_address(o, o->gnu_hash, &t, sizeof t) || !t.buckets)
		return 0;
	ElfW(Addr) buckets = o->gnu_hash + sizeof t + (ElfW(Addr))t.bloom * sizeof(ElfW(Addr));
	ElfW(Addr) chains = buckets + (ElfW(Addr))t.buckets * sizeof i;
	if (!read_address(o, buckets + (ElfW(Addr))(h % t.buckets) * sizeof i, &i, sizeof i) || i < t.first)
		return 0;
	for (int k = 0; k < CHAIN_MOST; k++, i++) {
		if (!read_address(o, chains + (ElfW(Addr))(i - t.first) * sizeof chain, &chain, sizeof chain))
			return 0;
		if ((chain | 1) == (h | 1) && is_symbol(o, i, name, out))
			return 1;
		if (chain & 1)
			return 0;
	}
	return 0;
}

/* The same by the old hash, whose table says how many symbols there are. */
static int find_old(const struct object *o, const char *name, ElfW(Sym) *out)
{
	uint32_t t[2]; /* buckets, symbols */
	if (!read_address(o, o->hash, t, sizeof t))
		return 0;
	for (uint32_t i = 1; i < t[1] && i < CHAIN_MOST; i++)
		if (is_symbol(o, i, name, out))
			return 1;
	return 0;
}

static int32_t judge_symbol(struct object *o, const char *name, struct fault *f)
{
	ElfW(Sym) symbol = { 0 };
	int tables = read_dynamic(o);
	if (tables && !o->gnu_hash && !o->hash)
		return 0;
	if (!tables || !(o->gnu_hash ? find_gnu(o, name, &symbol) : find_old(o, name, &symbol)))
		return fault_set(f, HN_ERR_CONFIG, NULL, "is not a hobnob plugin: it does not export %s()", name);
	int type = ST_TYPE(symbol.st_info);
	return type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_NOTYPE
		       ? 0
		       : fault_set(f, HN_ERR_CONFIG, NULL, "is not a hobnob plugin: its %s is data, not a function", name);
}

int32_t elf_judge(int fd, off_t size, const char *symbol, struct fault *f)
{
	struct object o = { .fd = fd, .size = size };
	int32_t code = judge_head(&o, f);
	code = code ? code : judge_segments(&o, f);
	return code ? code : judge_symbol(&o, symbol, f);
}

#else

int32_t elf_judge(int fd, off_t size, const char *symbol, struct fault *f)
{
	(void)fd;
	(void)size;
	(void)symbol;
	(void)f;
	return 0;
}

#endif
