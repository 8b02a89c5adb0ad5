# SPDX-License-Identifier: MIT
libcore_la_SOURCES += \
	%D%/answerer.c \
	%D%/attempt.c \
	%D%/chat.c \
	%D%/chat.h \
	%D%/chat_private.h \
	%D%/code_only.c \
	%D%/confirm.c \
	%D%/ending.c \
	%D%/keeper.c \
	%D%/lend.c \
	%D%/limits.c \
	%D%/offers.c \
	%D%/offers.h \
	%D%/once.c \
	%D%/pick.c \
	%D%/pick.h \
	%D%/plan.c \
	%D%/plan.h \
	%D%/refuse.c \
	%D%/refuse.h \
	%D%/relay.c \
	%D%/relayed.c \
	%D%/relayed.h \
	%D%/remedy.c \
	%D%/retry.c \
	%D%/retry.h \
	%D%/schema.c \
	%D%/several.c \
	%D%/take.c \
	%D%/telling.c \
	%D%/telling.h \
	%D%/turn.c \
	%D%/usage.c
