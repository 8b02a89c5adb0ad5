# SPDX-License-Identifier: MIT
# anthropic: answers by the Messages API of Anthropic, or of any server that speaks it.

plugin_LTLIBRARIES += anthropic.la
anthropic_la_SOURCES = \
	%D%/anthropic.c \
	%D%/anthropic.h \
	%D%/content.c \
	%D%/models.c \
	%D%/reply.c \
	%D%/request.c
anthropic_la_CPPFLAGS = $(CPPFLAGS_MODULE) -I$(top_srcdir)/plugins
anthropic_la_LIBADD = libwire.la $(JSON_LIBS)
anthropic_la_LDFLAGS = $(LDFLAGS_PLUGIN)
