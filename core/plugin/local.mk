# SPDX-License-Identifier: MIT
libcore_la_SOURCES += \
	%D%/blocks.c \
	%D%/blocks.h \
	%D%/cache.c \
	%D%/cache.h \
	%D%/elf.c \
	%D%/elf.h \
	%D%/instance.c \
	%D%/instance.h \
	%D%/judge.c \
	%D%/judge.h \
	%D%/look.c \
	%D%/look.h \
	%D%/looks.c \
	%D%/looks.h \
	%D%/pack.c \
	%D%/pack.h \
	%D%/probe.c \
	%D%/probe.h \
	%D%/provider.c \
	%D%/provider.h \
	%D%/registry.c \
	%D%/registry.h \
	%D%/row.c \
	%D%/row.h \
	%D%/search.c \
	%D%/search.h
