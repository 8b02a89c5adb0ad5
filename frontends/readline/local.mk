# SPDX-License-Identifier: MIT
# readline: a conversation on a terminal, and edit-line, the line editor of `hobnob -e`: the two that link GNU readline.

if WITH_READLINE
plugin_LTLIBRARIES += readline.la
readline_la_SOURCES = \
	%D%/ahead.c \
	%D%/bounds.c \
	%D%/bounds.h \
	%D%/chat.h \
	%D%/clipboard.c \
	%D%/clipboard.h \
	%D%/complete.c \
	%D%/complete.h \
	%D%/compose.c \
	%D%/compose.h \
	%D%/draw.c \
	%D%/edit.c \
	%D%/editor.c \
	%D%/editor.h \
	%D%/editor_private.h \
	%D%/gather.c \
	%D%/key_commands.c \
	%D%/key_commands.h \
	%D%/keys.c \
	%D%/lend.c \
	%D%/lend.h \
	%D%/less.c \
	%D%/less.h \
	%D%/locale_env.c \
	%D%/locale_env.h \
	%D%/matches.c \
	%D%/matches.h \
	%D%/past.c \
	%D%/past.h \
	%D%/paste.c \
	%D%/queue.c \
	%D%/queue.h \
	%D%/readline.c \
	%D%/recall.c \
	%D%/screen.c \
	%D%/screen.h \
	%D%/view.c \
	%D%/view.h \
	%D%/wake.c \
	%D%/wake.h
readline_la_CPPFLAGS = $(CPPFLAGS_MODULE) -I$(top_srcdir)/frontends
readline_la_CFLAGS = $(AM_CFLAGS) $(READLINE_CFLAGS)
readline_la_LIBADD = libfrontends.la $(READLINE_LIBS)
readline_la_LDFLAGS = $(LDFLAGS_PLUGIN)

pkglibexec_PROGRAMS += edit-line
edit_line_SOURCES = \
	%D%/bounds.c \
	%D%/bounds.h \
	%D%/edit_line.c
edit_line_CPPFLAGS = $(CPPFLAGS_MODULE)
edit_line_CFLAGS = $(AM_CFLAGS) $(READLINE_CFLAGS)
edit_line_LDADD = $(READLINE_LIBS)
endif
