/* SPDX-License-Identifier: MIT */
/* fixture: what the tiny plugins of the tests share: a provider that can be made, and a descriptor in one line. */
#ifndef HOBNOB_TESTS_ABI_FIXTURE_H
#define HOBNOB_TESTS_ABI_FIXTURE_H

#include "hobnob/plugin.h"

/* create() of a plugin that keeps nothing. */
static inline int32_t fixture_create(const hn_host *host, hn_call *call, void **self)
{
	(void)host;
	(void)call;
	*self = NULL;
	return 0;
}

/* destroy() of a plugin that keeps nothing. */
static inline void fixture_destroy(void *self)
{
	(void)self;
}

/* chat() that answers nothing. */
static inline int32_t fixture_chat(void *self, hn_call *call, const hn_request *request)
{
	(void)self;
	(void)call;
	(void)request;
	return 0;
}

#define FIXTURE_PROVIDER(size, flags_, chat_)            \
	{                                                \
		.struct_size = (size),                   \
		.flags = (flags_),                       \
		.accepts = 1u << HN_PART_TEXT,           \
		.create = fixture_create,                \
		.destroy = fixture_destroy,              \
		.chat = (chat_),                         \
	}

/* The whole plugin, but for its vtable. */
#define FIXTURE(size, major, minor, type_, name_, vtable_)    \
	const hn_plugin *hobnob_plugin_v1(void)               \
	{                                                     \
		static const hn_plugin plugin = {             \
			.struct_size = (size),                \
			.abi_major = (major),                 \
			.need_minor = (minor),                \
			.type = (type_),                      \
			.name = (name_),                      \
			.version = "0.1",                     \
			.summary = "a plugin of the tests",   \
			.license = "MIT",                     \
			.vtable = (vtable_),                  \
		};                                            \
		return &plugin;                               \
	}

#endif
