# SPDX-License-Identifier: MIT
# shared: what the frontends have in common; it stands on the public header, util/ and markdown/.

noinst_LTLIBRARIES += libfrontends.la
libfrontends_la_SOURCES = \
	%D%/costly.c \
	%D%/costly.h \
	%D%/diff_view.c \
	%D%/diff_view.h \
	%D%/footer.c \
	%D%/footer.h \
	%D%/handed.c \
	%D%/handed.h \
	%D%/label.c \
	%D%/label.h \
	%D%/lines.c \
	%D%/lines.h \
	%D%/mention.c \
	%D%/mention.h \
	%D%/notify.c \
	%D%/notify.h \
	%D%/out.c \
	%D%/out.h \
	%D%/queued.c \
	%D%/queued.h \
	%D%/regain.c \
	%D%/regain.h \
	%D%/rendered.c \
	%D%/rendered.h \
	%D%/rows.c \
	%D%/rows.h \
	%D%/services.c \
	%D%/services.h \
	%D%/show.c \
	%D%/show.h \
	%D%/show_collect.c \
	%D%/show_events.c \
	%D%/show_private.h \
	%D%/show_remark.c \
	%D%/show_thought.c \
	%D%/silence.c \
	%D%/silence.h \
	%D%/status.c \
	%D%/status.h \
	%D%/talk.c \
	%D%/talk.h \
	%D%/thought.c \
	%D%/thought.h \
	%D%/typing.c \
	%D%/typing.h \
	%D%/usage_line.c \
	%D%/usage_line.h
libfrontends_la_CPPFLAGS = $(CPPFLAGS_MODULE) -I$(top_srcdir)/frontends
libfrontends_la_LIBADD = libmarkdown.la libutil.la
