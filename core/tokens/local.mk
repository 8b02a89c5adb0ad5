# SPDX-License-Identifier: MIT
libcore_la_SOURCES += \
	%D%/tokens.c \
	%D%/tokens.h \
	%D%/tokens_private.h \
	%D%/weights.c
