# SPDX-License-Identifier: MIT
# shared: what the frontends have in common; it stands on the public header and util/.

noinst_LTLIBRARIES += libfrontends.la
libfrontends_la_SOURCES = \
	%D%/footer.c \
	%D%/footer.h \
	%D%/lines.c \
	%D%/lines.h \
	%D%/markdown.c \
	%D%/markdown.h \
	%D%/md_block.c \
	%D%/md_cell.c \
	%D%/md_code.c \
	%D%/md_fence.c \
	%D%/md_inline.c \
	%D%/md_langs.c \
	%D%/md_langs.h \
	%D%/md_line.c \
	%D%/md_looks.c \
	%D%/md_pen.c \
	%D%/md_private.h \
	%D%/md_queue.c \
	%D%/md_span.c \
	%D%/md_table.c \
	%D%/md_wrap.c \
	%D%/mention.c \
	%D%/mention.h \
	%D%/out.c \
	%D%/out.h \
	%D%/rendered.c \
	%D%/rendered.h \
	%D%/services.c \
	%D%/services.h \
	%D%/show.c \
	%D%/show.h \
	%D%/status.c \
	%D%/status.h \
	%D%/talk.c \
	%D%/talk.h \
	%D%/typing.c \
	%D%/typing.h \
	%D%/usage_line.c \
	%D%/usage_line.h
libfrontends_la_CPPFLAGS = $(CPPFLAGS_MODULE) -I$(top_srcdir)/frontends
libfrontends_la_LIBADD = libutil.la
