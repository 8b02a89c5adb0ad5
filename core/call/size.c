/* SPDX-License-Identifier: MIT */
/* size: copies structs of the ABI between the core and a plugin, in both directions. */
#include "call/size.h"

#include <string.h>

#include "util/encoding.h"

#define SIZED_DEFINE(T, last) const struct sized sized_##T = { "hn_" #T, HN_END_(hn_##T, last), sizeof(hn_##T) };
SIZED_STRUCTS(SIZED_DEFINE)
STRIDED_STRUCTS(SIZED_DEFINE)

/* The struct_size that its maker wrote; it is the first member of every sized struct. */
static uint32_t size_of(const void *theirs)
{
	uint32_t size;

	memcpy(&size, theirs, sizeof size);
	return size;
}

/* How much both sides know of a struct. A size that ends within a member ends before it. */
static size_t shared_size(const struct sized *s, const void *theirs)
{
	size_t size = size_of(theirs);

	return size < s->full ? size - (size - s->least) % sizeof(void *) : s->full;
}

int32_t size_check(const struct sized *s, const void *theirs, struct fault *f)
{
	if (!theirs)
		return fault_set(f, HN_ERR_PLUGIN, NULL, "%s is NULL", s->name);
	if (size_of(theirs) >= s->least)
		return 0;
	return fault_set(f, HN_ERR_PLUGIN, NULL, "%s says struct_size %u, at least %zu are needed", s->name,
		size_of(theirs), s->least);
}

int32_t size_in(const struct sized *s, void *to, const void *theirs, struct fault *f)
{
	uint32_t full = (uint32_t)s->full;
	int32_t code = size_check(s, theirs, f);

	memset(to, 0, s->full);
	if (code)
		return code;
	memcpy(to, theirs, shared_size(s, theirs));
	memcpy(to, &full, sizeof full);
	return 0;
}

int32_t size_out(const struct sized *s, void *theirs, const void *from, struct fault *f)
{
	size_t head = sizeof(uint32_t);
	int32_t code = size_check(s, theirs, f);

	if (!code)
		memcpy((char *)theirs + head, (const char *)from + head, shared_size(s, theirs) - head);
	return code;
}

int32_t size_array(const struct sized *s, const char *member, const void *base, uint32_t n, uint32_t stride, struct fault *f)
{
	if (!n)
		return 0;
	if (!base)
		return fault_set(f, HN_ERR_PLUGIN, NULL, "there are %u %s, and %s is NULL", n, member, member);
	if (stride >= s->least)
		return 0;
	return fault_set(f, HN_ERR_PLUGIN, NULL, "the stride of %s is %u, at least %zu are needed", member, stride,
		s->least);
}

int32_t size_text(const char *what, hn_str text, struct fault *f)
{
	if (text.n && !text.p)
		return fault_set(f, HN_ERR_PLUGIN, NULL, "%s is NULL and %zu bytes long", what, text.n);
	if (text.n <= TEXT_MOST)
		return 0;
	return fault_set(f, HN_ERR_PLUGIN, NULL, "%s is %zu bytes long, at most %zu are taken", what, text.n,
		TEXT_MOST);
}

int32_t size_utf8(const char *what, hn_str text, struct fault *f)
{
	const char *hint, *why;
	int32_t code = size_text(what, text, f);

	if (code)
		return code;
	why = text_fault(text, &hint);
	return why ? fault_set(f, HN_ERR_USAGE, hint, "%s: %s", what, why) : 0;
}
