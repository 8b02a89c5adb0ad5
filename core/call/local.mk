# SPDX-License-Identifier: MIT
libcore_la_SOURCES += \
	%D%/call.c \
	%D%/call.h \
	%D%/cancel.c \
	%D%/children.c \
	%D%/children.h \
	%D%/clock.c \
	%D%/door.c \
	%D%/door.h \
	%D%/handle.c \
	%D%/handle.h \
	%D%/kind.c \
	%D%/kind.h \
	%D%/lent.c \
	%D%/lent.h \
	%D%/order.c \
	%D%/order.h \
	%D%/process.c \
	%D%/process.h \
	%D%/reveal.c \
	%D%/reveal.h \
	%D%/rules.c \
	%D%/rules.h \
	%D%/runtime.h \
	%D%/size.c \
	%D%/size.h \
	%D%/strict.c \
	%D%/strict.h \
	%D%/strict_lend.c \
	%D%/strict_private.h \
	%D%/strict_signals.c \
	%D%/task.c \
	%D%/task.h \
	%D%/traces.c \
	%D%/traces.h \
	%D%/wait.c
