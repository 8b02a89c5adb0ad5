# SPDX-License-Identifier: MIT
# mock: answers offline, by a script or by repeating what was said.

plugin_LTLIBRARIES += mock.la
mock_la_SOURCES = \
	%D%/instance.c \
	%D%/instance.h \
	%D%/locate.c \
	%D%/locate.h \
	%D%/mock.c \
	%D%/pieces.c \
	%D%/pieces.h \
	%D%/said.c \
	%D%/said.h \
	%D%/script.c \
	%D%/script.h \
	%D%/steps.c \
	%D%/things.c \
	%D%/things.h
mock_la_CPPFLAGS = $(CPPFLAGS_MODULE) -I$(top_srcdir)/plugins
mock_la_LIBADD = libwire.la $(JSON_LIBS)
mock_la_LDFLAGS = $(LDFLAGS_PLUGIN)
