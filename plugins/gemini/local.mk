# SPDX-License-Identifier: MIT
# gemini: answers by Google's generateContent.

plugin_LTLIBRARIES += gemini.la
gemini_la_SOURCES = \
	%D%/contents.c \
	%D%/gemini.c \
	%D%/gemini.h \
	%D%/models.c \
	%D%/path.c \
	%D%/reply.c \
	%D%/request.c
gemini_la_CPPFLAGS = $(CPPFLAGS_MODULE) -I$(top_srcdir)/plugins
gemini_la_LIBADD = libwire.la $(JSON_LIBS)
gemini_la_LDFLAGS = $(LDFLAGS_PLUGIN)
