# SPDX-License-Identifier: MIT
libcore_la_SOURCES += \
	%D%/attached.c \
	%D%/beside.c \
	%D%/life.c \
	%D%/relay.c \
	%D%/resume.c \
	%D%/session.c \
	%D%/session.h \
	%D%/session_private.h
