# SPDX-License-Identifier: MIT
libcore_la_SOURCES += \
	%D%/blocks.c \
	%D%/blocks.h \
	%D%/elf.c \
	%D%/elf.h \
	%D%/instance.c \
	%D%/instance.h \
	%D%/judge.c \
	%D%/look.c \
	%D%/look.h \
	%D%/probe.c \
	%D%/probe.h \
	%D%/provider.c \
	%D%/provider.h \
	%D%/registry.c \
	%D%/registry.h
