# SPDX-License-Identifier: MIT
# openrouter: answers by OpenRouter, the router in front of many providers.

plugin_LTLIBRARIES += openrouter.la
openrouter_la_SOURCES = %D%/openrouter.c
openrouter_la_CPPFLAGS = $(CPPFLAGS_MODULE) -I$(top_srcdir)/plugins
openrouter_la_LIBADD = libchat_completions.la libwire.la $(JSON_LIBS)
openrouter_la_LDFLAGS = $(LDFLAGS_PLUGIN)
