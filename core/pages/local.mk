# SPDX-License-Identifier: MIT
# pages: the manual and the shells' completions, made by a program of the build from hobnob's own tables. When hobnob is built for
# another machine, that program cannot run here: they are left out, and configure says so.

EXTRA_DIST += \
	%D%/_hobnob.in \
	%D%/hobnob-plugin.7.in \
	%D%/hobnob.1.in \
	%D%/hobnob.bash.in \
	%D%/hobnob.fish.in \
	%D%/hobnob.yaml.5.in

if MAKE_PAGES
noinst_PROGRAMS += %D%/pages
%C%_pages_SOURCES = \
	%D%/header.c \
	%D%/header.h \
	%D%/man.c \
	%D%/pages.h \
	%D%/pages_main.c \
	%D%/plugin_page.c \
	%D%/plugin_page.h \
	%D%/roff.c \
	%D%/roff.h \
	%D%/shell.c \
	%D%/shell.h \
	%D%/shell_bash.c \
	%D%/shell_fish.c \
	%D%/shell_zsh.c
%C%_pages_CPPFLAGS = $(AM_CPPFLAGS) -DPLUGINDIR='"$(plugindir)"' -DPKGDATADIR='"$(pkgdatadir)"' -DDOCDIR='"$(docdir)"'
%C%_pages_LDADD = libcore.la

man_MANS = hobnob-plugin.7 hobnob.1 hobnob.yaml.5
bashcompletiondir = $(datadir)/bash-completion/completions
bashcompletion_DATA = completions/hobnob
zshcompletiondir = $(datadir)/zsh/site-functions
zshcompletion_DATA = completions/_hobnob
fishcompletiondir = $(datadir)/fish/vendor_completions.d
fishcompletion_DATA = completions/hobnob.fish
PAGES = $(man_MANS) $(bashcompletion_DATA) $(zshcompletion_DATA) $(fishcompletion_DATA)
CLEANFILES += $(PAGES)

FILL = $(AM_V_GEN)$(MKDIR_P) $(@D) && %D%/pages$(EXEEXT)
hobnob.1: %D%/hobnob.1.in %D%/pages$(EXEEXT)
	$(FILL) $(srcdir)/%D%/hobnob.1.in >$@.tmp && mv $@.tmp $@
hobnob-plugin.7: %D%/hobnob-plugin.7.in core/include/hobnob/plugin.h %D%/pages$(EXEEXT)
	$(FILL) $(srcdir)/%D%/hobnob-plugin.7.in $(srcdir)/core/include/hobnob/plugin.h >$@.tmp && mv $@.tmp $@
hobnob.yaml.5: %D%/hobnob.yaml.5.in %D%/pages$(EXEEXT)
	$(FILL) $(srcdir)/%D%/hobnob.yaml.5.in >$@.tmp && mv $@.tmp $@
completions/hobnob: %D%/hobnob.bash.in %D%/pages$(EXEEXT)
	$(FILL) $(srcdir)/%D%/hobnob.bash.in >$@.tmp && mv $@.tmp $@
completions/_hobnob: %D%/_hobnob.in %D%/pages$(EXEEXT)
	$(FILL) $(srcdir)/%D%/_hobnob.in >$@.tmp && mv $@.tmp $@
completions/hobnob.fish: %D%/hobnob.fish.in %D%/pages$(EXEEXT)
	$(FILL) $(srcdir)/%D%/hobnob.fish.in >$@.tmp && mv $@.tmp $@
endif
