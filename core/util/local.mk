# SPDX-License-Identifier: MIT
libutil_la_SOURCES += \
	%D%/ascii.c \
	%D%/ascii.h \
	%D%/buf.c \
	%D%/buf.h \
	%D%/child.c \
	%D%/child.h \
	%D%/eintr.c \
	%D%/eintr.h \
	%D%/encoding.c \
	%D%/encoding.h \
	%D%/json.c \
	%D%/json.h \
	%D%/json_new.c \
	%D%/json_new.h \
	%D%/json_read.c \
	%D%/json_walk.c \
	%D%/json_walk.h \
	%D%/line_reader.c \
	%D%/line_reader.h \
	%D%/log.c \
	%D%/log.h \
	%D%/mem.c \
	%D%/mem.h \
	%D%/money.c \
	%D%/money.h \
	%D%/nearest.c \
	%D%/nearest.h \
	%D%/number.c \
	%D%/number.h \
	%D%/text.c \
	%D%/text.h \
	%D%/utf8.c \
	%D%/utf8.h \
	%D%/utf8_columns.c
