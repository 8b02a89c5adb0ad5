# SPDX-License-Identifier: MIT
# wire: what the wires of this tree share.

noinst_LTLIBRARIES += libwire.la
libwire_la_SOURCES = \
	%D%/address.c \
	%D%/ask.c \
	%D%/beside.c \
	%D%/body.c \
	%D%/body.h \
	%D%/calls.c \
	%D%/classify.c \
	%D%/client.c \
	%D%/emit.c \
	%D%/errors.c \
	%D%/find.c \
	%D%/finish.c \
	%D%/get.c \
	%D%/json.c \
	%D%/kept.c \
	%D%/meaning.c \
	%D%/meaning.h \
	%D%/message.c \
	%D%/models.c \
	%D%/options.h \
	%D%/pages.c \
	%D%/refused.c \
	%D%/reply.c \
	%D%/reply.h \
	%D%/reply_limit.c \
	%D%/said.c \
	%D%/scheme.c \
	%D%/sizes.c \
	%D%/surrogates.c \
	%D%/think.c \
	%D%/think.h \
	%D%/turns.c \
	%D%/upstream.c \
	%D%/usage.c \
	%D%/verdict.c \
	%D%/waits.c \
	%D%/wire.h \
	%D%/words.c \
	%D%/words.h
libwire_la_CPPFLAGS = $(CPPFLAGS_MODULE) -I$(top_srcdir)/plugins
libwire_la_LIBADD = libutil.la $(JSON_LIBS) $(SYSTEM_LIBS)
