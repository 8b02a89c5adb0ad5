# SPDX-License-Identifier: MIT
libcore_la_SOURCES += \
	%D%/attempt.c \
	%D%/blocks.c \
	%D%/budget.c \
	%D%/commands.c \
	%D%/commands.h \
	%D%/commands_branch.c \
	%D%/commands_context.c \
	%D%/commands_files.c \
	%D%/commands_private.h \
	%D%/commands_set.c \
	%D%/commands_talk.c \
	%D%/complete.c \
	%D%/ending.c \
	%D%/events.c \
	%D%/limits.c \
	%D%/pick.c \
	%D%/pick.h \
	%D%/remedy.c \
	%D%/resume.c \
	%D%/retry.c \
	%D%/retry.h \
	%D%/session.c \
	%D%/session.h \
	%D%/session_private.h \
	%D%/turn.c
