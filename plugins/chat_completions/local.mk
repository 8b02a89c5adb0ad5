# SPDX-License-Identifier: MIT
# chat_completions: the codec of the Chat Completions API, for the plugins that speak it and for its tests.

noinst_LTLIBRARIES += libchat_completions.la
libchat_completions_la_SOURCES = \
	%D%/address.c \
	%D%/beside.c \
	%D%/calls.c \
	%D%/choice.c \
	%D%/classify.c \
	%D%/client.c \
	%D%/client.h \
	%D%/codec.h \
	%D%/content.c \
	%D%/details.c \
	%D%/errors.c \
	%D%/find.c \
	%D%/finish.c \
	%D%/get.c \
	%D%/growth.c \
	%D%/json.c \
	%D%/meaning.c \
	%D%/meaning.h \
	%D%/message.c \
	%D%/models.c \
	%D%/parts.h \
	%D%/pictures.c \
	%D%/refused.c \
	%D%/reply.c \
	%D%/reply_limit.c \
	%D%/request.c \
	%D%/said.c \
	%D%/scheme.c \
	%D%/sizes.c \
	%D%/surrogates.c \
	%D%/think.c \
	%D%/think.h \
	%D%/thought.c \
	%D%/tools.c \
	%D%/upstream.c \
	%D%/usage.c \
	%D%/verdict.c \
	%D%/waits.c \
	%D%/words.c \
	%D%/words.h
libchat_completions_la_CPPFLAGS = $(CPPFLAGS_MODULE)
libchat_completions_la_LIBADD = libutil.la $(JSON_LIBS) $(SYSTEM_LIBS)
