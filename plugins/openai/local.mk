# SPDX-License-Identifier: MIT
# openai: answers by the Chat Completions API of OpenAI, or of any server that speaks it.

plugin_LTLIBRARIES += openai.la
openai_la_SOURCES = %D%/openai.c
openai_la_CPPFLAGS = $(CPPFLAGS_MODULE) -I$(top_srcdir)/plugins
openai_la_LIBADD = libchat_completions.la libwire.la $(JSON_LIBS)
openai_la_LDFLAGS = $(LDFLAGS_PLUGIN)
