# SPDX-License-Identifier: MIT
# jsonl: a conversation as JSON, an object a line, for programs.

plugin_LTLIBRARIES += jsonl.la
jsonl_la_SOURCES = \
	%D%/events.c \
	%D%/events.h \
	%D%/input.c \
	%D%/input.h \
	%D%/jsonl.c
jsonl_la_CPPFLAGS = $(CPPFLAGS_MODULE) -I$(top_srcdir)/frontends
jsonl_la_LIBADD = libfrontends.la $(JSON_LIBS)
jsonl_la_LDFLAGS = $(LDFLAGS_PLUGIN)
