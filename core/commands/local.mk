# SPDX-License-Identifier: MIT
libcore_la_SOURCES += \
	%D%/ask.c \
	%D%/attach.c \
	%D%/branch.c \
	%D%/commands.h \
	%D%/commands_private.h \
	%D%/complete.c \
	%D%/context.c \
	%D%/diff.c \
	%D%/files.c \
	%D%/help.c \
	%D%/models.c \
	%D%/reasoning.c \
	%D%/result.c \
	%D%/sessions.c \
	%D%/set.c \
	%D%/table.c \
	%D%/talk.c \
	%D%/template.c \
	%D%/unknown.c
