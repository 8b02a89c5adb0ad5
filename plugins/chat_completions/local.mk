# SPDX-License-Identifier: MIT
# chat_completions: the codec of the Chat Completions API, for the plugins that speak it and for its tests.

noinst_LTLIBRARIES += libchat_completions.la
libchat_completions_la_SOURCES = \
	%D%/beside.c \
	%D%/calls.c \
	%D%/choice.c \
	%D%/client.c \
	%D%/codec.h \
	%D%/content.c \
	%D%/demands.c \
	%D%/details.c \
	%D%/growth.c \
	%D%/parts.h \
	%D%/pictures.c \
	%D%/reading.c \
	%D%/reply.c \
	%D%/request.c \
	%D%/tally.c \
	%D%/thought.c \
	%D%/tools.c
libchat_completions_la_CPPFLAGS = $(CPPFLAGS_MODULE) -I$(top_srcdir)/plugins
