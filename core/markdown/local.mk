# SPDX-License-Identifier: MIT
libmarkdown_la_SOURCES += \
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
	%D%/md_prose.c \
	%D%/md_queue.c \
	%D%/md_span.c \
	%D%/md_table.c \
	%D%/md_terminal.c \
	%D%/md_terminal.h \
	%D%/md_wrap.c
