# SPDX-License-Identifier: MIT
# exec: answers by a program that speaks JSON lines.

plugin_LTLIBRARIES += exec.la
exec_la_SOURCES = \
	%D%/asked.c \
	%D%/asked.h \
	%D%/exec.c \
	%D%/exec.h \
	%D%/failing.c \
	%D%/heard.c \
	%D%/heard.h \
	%D%/run.c \
	%D%/run.h
exec_la_CPPFLAGS = $(CPPFLAGS_MODULE) -I$(top_srcdir)/plugins
exec_la_LIBADD = libutil.la $(JSON_LIBS)
exec_la_LDFLAGS = $(LDFLAGS_PLUGIN)
