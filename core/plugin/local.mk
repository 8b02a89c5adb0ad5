# SPDX-License-Identifier: MIT
libcore_la_SOURCES += \
	%D%/instance.c \
	%D%/instance.h \
	%D%/judge.c \
	%D%/look.c \
	%D%/look.h \
	%D%/registry.c \
	%D%/registry.h
