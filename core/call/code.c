/* SPDX-License-Identifier: MIT */
/* code: whose code is at an address. */
#include "call/code.h"

#include <dlfcn.h>
#include <link.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define PLUGINS_KNOWN 64
#define NAME_ROOM 64
#define WORDS_LOOKED_AT 1024
#define PAGE ((uintptr_t)4096)

/* The code of a plugin. */
struct code { char name[NAME_ROOM]; uintptr_t from, upto; };

static struct code codes[PLUGINS_KNOWN];
static atomic_size_t n_codes;

/* ---- loading ---- */

/* Takes the addresses of a loaded file. */
static int add_code(struct dl_phdr_info *info, size_t size, void *ud)
{
	struct code *c = ud;

	(void)size;
	if (info->dlpi_addr != c->from)
		return 0;
	c->upto = c->from;
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		uintptr_t upto = (uintptr_t)(info->dlpi_addr + p->p_vaddr + p->p_memsz);

		if (p->p_type == PT_LOAD && upto > c->upto)
			c->upto = upto;
	}
	return 1;
}

void code_add(const char *plugin, void *dl)
{
	struct link_map *map;
	size_t n = atomic_load(&n_codes);

	if (n == PLUGINS_KNOWN || dlinfo(dl, RTLD_DI_LINKMAP, &map))
		return;
	codes[n].from = (uintptr_t)map->l_addr;
	strncpy(codes[n].name, plugin, NAME_ROOM - 1);
	if (dl_iterate_phdr(add_code, &codes[n]))
		atomic_store(&n_codes, n + 1);
}

/* ---- looking ---- */

int code_is_any(void)
{
	return atomic_load(&n_codes) > 0;
}

static const struct code *code_at(uintptr_t at)
{
	for (size_t i = 0; i < atomic_load(&n_codes); i++)
		if (at >= codes[i].from && at < codes[i].upto)
			return &codes[i];
	return NULL;
}

/* Copies words from the stack, as far as there are pages. How many. */
static size_t read_stack(uintptr_t from, uintptr_t *words, size_t most)
{
	size_t done = 0;

	while (done < most * sizeof *words) {
		uintptr_t at = from + done, left = most * sizeof *words - done, page = PAGE - at % PAGE;
		struct iovec to = { (char *)words + done, left < page ? left : page };
		struct iovec place = { NULL, to.iov_len };

		memcpy(&place.iov_base, &at, sizeof at);
		if (process_vm_readv(getpid(), &to, 1, &place, 1, 0) != (ssize_t)to.iov_len)
			break;
		done += to.iov_len;
	}
	return done / sizeof *words;
}

const char *code_owner(uintptr_t at, uintptr_t stack)
{
	const struct code *code = code_at(at);
	uintptr_t words[WORDS_LOOKED_AT];
	size_t n = code ? 0 : read_stack(stack & ~(sizeof *words - 1), words, WORDS_LOOKED_AT);

	for (size_t i = 0; !code && i < n; i++)
		code = code_at(words[i]);
	return code ? code->name : NULL;
}
