# SPDX-License-Identifier: MIT
# core: its helpers and the engine as libraries for the program and the tests, the program, and the http module.

# Stateless helpers, which the modules of this tree may link as well.
noinst_LTLIBRARIES += libutil.la
libutil_la_SOURCES =
include %D%/util/local.mk
libutil_la_LIBADD = $(JSON_LIBS) $(UTF8PROC_LIBS)

# Markdown on a terminal, for the program and the frontends; it stands on libutil.la.
noinst_LTLIBRARIES += libmarkdown.la
libmarkdown_la_SOURCES =
include %D%/markdown/local.mk

noinst_LTLIBRARIES += libcore.la
libcore_la_SOURCES =
include %D%/config/local.mk
include %D%/call/local.mk
include %D%/net/local.mk
include %D%/plugin/local.mk
include %D%/conversation/local.mk
include %D%/tokens/local.mk
include %D%/store/local.mk
include %D%/money/local.mk
include %D%/chat/local.mk
include %D%/commands/local.mk
include %D%/session/local.mk
include %D%/cli/local.mk
libcore_la_SOURCES += %D%/host.c %D%/host.h
libcore_la_CPPFLAGS = $(AM_CPPFLAGS) -DINSTALL_PREFIX='"$(prefix)"' -DBINDIR='"$(bindir)"' -DPKGLIBDIR='"$(pkglibdir)"' -DPLUGINDIR='"$(plugindir)"' \
	-DPKGDATADIR='"$(pkgdatadir)"' -DPKGLIBEXECDIR='"$(pkglibexecdir)"'
libcore_la_LIBADD = libmarkdown.la libutil.la $(JSON_LIBS) $(YAML_LIBS) $(SYSTEM_LIBS)

bin_PROGRAMS += hobnob
hobnob_SOURCES = %D%/exits.c %D%/main.c
hobnob_LDADD = libcore.la

include %D%/check/local.mk

pkginclude_HEADERS = \
	%D%/include/hobnob/easy.h \
	%D%/include/hobnob/easy_http.h \
	%D%/include/hobnob/plugin.h \
	%D%/include/hobnob/plugin.hpp \
	%D%/include/hobnob/shim.h

# Data, installed into pkgdatadir; an uninstalled program finds it as share/ beside itself.
dist_pkgdata_DATA = %D%/data/defaults.yaml %D%/data/prices.LICENSE %D%/data/prices.tsv
EXTRA_DIST += %D%/data/make-prices
profilesdir = $(pkgdatadir)/profiles
dist_profiles_DATA += %D%/data/profiles/draft.yaml

share/stamp: $(dist_pkgdata_DATA) $(dist_profiles_DATA) Makefile
	$(AM_V_GEN)rm -rf share && $(MKDIR_P) share/profiles && src=$$(cd $(srcdir) && pwd) && \
	for f in $(dist_pkgdata_DATA); do $(LN_S) "$$src/$$f" share/ || exit 1; done && \
	for f in $(dist_profiles_DATA); do $(LN_S) "$$src/$$f" share/profiles/ || exit 1; done && \
	for d in $(KIT_FOLDERS); do $(LN_S) "$$src/kit/$$d" share/ || exit 1; done && \
	touch $@

all-local: share/stamp

clean-local:
	-rm -rf share
