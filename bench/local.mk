# SPDX-License-Identifier: MIT
# bench: built by name only (make bench/sse).

EXTRA_PROGRAMS += \
	%D%/append \
	%D%/markdown \
	%D%/prices \
	%D%/sse \
	%D%/wires
%C%_append_SOURCES = %D%/append.c
%C%_append_LDADD = libcore.la
%C%_markdown_SOURCES = %D%/markdown.c
%C%_markdown_CPPFLAGS = $(AM_CPPFLAGS) -DSRCDIR='"$(abs_top_srcdir)"'
%C%_markdown_LDADD = libmarkdown.la libutil.la
%C%_prices_SOURCES = %D%/prices.c
%C%_prices_LDADD = libcore.la
%C%_sse_SOURCES = %D%/sse.c
%C%_sse_LDADD = libcore.la
%C%_wires_SOURCES = \
	%D%/wires.c \
	tests/unit/fake_host.c
%C%_wires_CPPFLAGS = $(CPPFLAGS_TEST) -I$(top_srcdir)
%C%_wires_LDADD = libcore.la $(CHECK_LIBS) $(SYSTEM_LIBS)
CLEANFILES += \
	%D%/append \
	%D%/markdown \
	%D%/prices \
	%D%/sse \
	%D%/wires
EXTRA_DIST += \
	%D%/README.md \
	%D%/day \
	%D%/plugins \
	%D%/prompt \
	%D%/screen \
	%D%/sessions \
	%D%/startup \
	%D%/threads
