# SPDX-License-Identifier: MIT
libcore_la_SOURCES += \
	%D%/answered.c \
	%D%/day.c \
	%D%/day.h \
	%D%/day_record.c \
	%D%/day_record.h \
	%D%/draft.c \
	%D%/draft.h \
	%D%/find.c \
	%D%/folder.c \
	%D%/formats.c \
	%D%/formats.h \
	%D%/index.c \
	%D%/journal.c \
	%D%/journal.h \
	%D%/journal_mend.c \
	%D%/journal_mend.h \
	%D%/journal_read.c \
	%D%/journal_read.h \
	%D%/kept.c \
	%D%/list.c \
	%D%/search.c \
	%D%/store.h \
	%D%/store_private.h
