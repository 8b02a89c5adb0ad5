# SPDX-License-Identifier: MIT
# responses: answers by OpenAI's Responses API, or by any server that speaks it.

plugin_LTLIBRARIES += responses.la
responses_la_SOURCES = \
	%D%/end.c \
	%D%/items.c \
	%D%/reply.c \
	%D%/request.c \
	%D%/responses.c \
	%D%/responses.h
responses_la_CPPFLAGS = $(CPPFLAGS_MODULE) -I$(top_srcdir)/plugins
responses_la_LIBADD = libwire.la $(JSON_LIBS)
responses_la_LDFLAGS = $(LDFLAGS_PLUGIN)
