# SPDX-License-Identifier: MIT
libcore_la_SOURCES += \
	%D%/calibration.c \
	%D%/estimator.c \
	%D%/estimator.h \
	%D%/part_tokens.c \
	%D%/tokens.c \
	%D%/tokens.h \
	%D%/tokens_private.h \
	%D%/weights.c
