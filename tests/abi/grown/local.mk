# SPDX-License-Identifier: MIT
# grown: the plugins of ABI 1.0, built against a header in which every struct has grown. This hobnob has to run them, too.

EXTRA_DIST += \
	tests/abi/cross \
	tests/abi/grow \
	tests/abi/header.py

if HAVE_PYTHON
CPPFLAGS_GROWN = -D_GNU_SOURCE -I%D%
CLEANFILES += %D%/hobnob/plugin.h
%D%/hobnob/plugin.h: core/include/hobnob/plugin.h tests/abi/grow tests/abi/header.py
	$(AM_V_GEN)$(MKDIR_P) %D%/hobnob && $(PYTHON) -B $(srcdir)/tests/abi/grow $(srcdir)/core/include/hobnob/plugin.h >$@.tmp && mv $@.tmp $@

check_LTLIBRARIES += %D%/blocks.la
%C%_blocks_la_SOURCES = \
	tests/abi/1.0/everything.c \
	tests/abi/1.0/guard.h
%C%_blocks_la_CPPFLAGS = $(CPPFLAGS_GROWN) $(BLOCKS_1_0)
%C%_blocks_la_LDFLAGS = $(LDFLAGS_FIXTURE)
$(%C%_blocks_la_OBJECTS): %D%/hobnob/plugin.h

check_LTLIBRARIES += %D%/everything.la
%C%_everything_la_SOURCES = \
	tests/abi/1.0/everything.c \
	tests/abi/1.0/guard.h
%C%_everything_la_CPPFLAGS = $(CPPFLAGS_GROWN)
%C%_everything_la_LDFLAGS = $(LDFLAGS_FIXTURE)
$(%C%_everything_la_OBJECTS): %D%/hobnob/plugin.h

check_LTLIBRARIES += %D%/talks.la
%C%_talks_la_SOURCES = \
	tests/abi/1.0/guard.h \
	tests/abi/1.0/talks.c
%C%_talks_la_CPPFLAGS = $(CPPFLAGS_GROWN)
%C%_talks_la_LDFLAGS = $(LDFLAGS_FIXTURE)
$(%C%_talks_la_OBJECTS): %D%/hobnob/plugin.h
endif

# All fixtures without the unit tests.
fixtures: $(check_LTLIBRARIES)
.PHONY: fixtures
