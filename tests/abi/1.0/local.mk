# SPDX-License-Identifier: MIT
# 1.0: plugins that use all of ABI 1.0, built against that header as it was. Every later hobnob has to run them.

CPPFLAGS_1_0 = -D_GNU_SOURCE -I$(top_srcdir)/%D%
BLOCKS_1_0 = -DNAME='"blocks"' -DFLAGS=HN_PROVIDER_BLOCKS

check_LTLIBRARIES += %D%/blocks.la
%C%_blocks_la_SOURCES = \
	%D%/everything.c \
	%D%/guard.h \
	%D%/hobnob/plugin.h
%C%_blocks_la_CPPFLAGS = $(CPPFLAGS_1_0) $(BLOCKS_1_0)
%C%_blocks_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/everything.la
%C%_everything_la_SOURCES = \
	%D%/everything.c \
	%D%/guard.h \
	%D%/hobnob/plugin.h
%C%_everything_la_CPPFLAGS = $(CPPFLAGS_1_0)
%C%_everything_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/talks.la
%C%_talks_la_SOURCES = \
	%D%/guard.h \
	%D%/hobnob/plugin.h \
	%D%/talks.c
%C%_talks_la_CPPFLAGS = $(CPPFLAGS_1_0)
%C%_talks_la_LDFLAGS = $(LDFLAGS_FIXTURE)
