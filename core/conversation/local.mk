# SPDX-License-Identifier: MIT
libcore_la_SOURCES += \
	%D%/conversation.c \
	%D%/conversation.h \
	%D%/history.c \
	%D%/history.h \
	%D%/message_json.c \
	%D%/message_json.h \
	%D%/parts.c \
	%D%/parts.h \
	%D%/parts_json.c \
	%D%/parts_json.h \
	%D%/trim.c \
	%D%/trim.h
