# SPDX-License-Identifier: MIT
# stdio: lines in, text out: for pipes, and for terminals without readline.

plugin_LTLIBRARIES += stdio.la
stdio_la_SOURCES = %D%/stdio.c
stdio_la_CPPFLAGS = $(CPPFLAGS_MODULE) -I$(top_srcdir)/frontends
stdio_la_LIBADD = libfrontends.la
stdio_la_LDFLAGS = $(LDFLAGS_PLUGIN)
