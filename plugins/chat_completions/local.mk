# SPDX-License-Identifier: MIT
# chat_completions: the codec of the Chat Completions API, for the plugins that speak it and for its tests.

noinst_LTLIBRARIES += libchat_completions.la
libchat_completions_la_SOURCES = %D%/client.c %D%/client.h %D%/codec.h %D%/credit.c \
	%D%/decimal.c %D%/decimal.h %D%/details.c %D%/errors.c %D%/get.c %D%/json.c %D%/message.c \
	%D%/models.c %D%/parts.h %D%/reply.c %D%/request.c %D%/sizes.c %D%/upstream.c %D%/usage.c
libchat_completions_la_CPPFLAGS = $(CPPFLAGS_MODULE)
libchat_completions_la_LIBADD = libutil.la $(JSON_LIBS) $(SYSTEM_LIBS)
