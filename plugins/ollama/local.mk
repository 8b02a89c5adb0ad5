# SPDX-License-Identifier: MIT
# ollama: answers by Ollama's native API.

plugin_LTLIBRARIES += ollama.la
ollama_la_SOURCES = \
	%D%/models.c \
	%D%/ollama.c \
	%D%/ollama.h \
	%D%/reply.c \
	%D%/request.c \
	%D%/window.c
ollama_la_CPPFLAGS = $(CPPFLAGS_MODULE) -I$(top_srcdir)/plugins
ollama_la_LIBADD = libwire.la $(JSON_LIBS)
ollama_la_LDFLAGS = $(LDFLAGS_PLUGIN)
