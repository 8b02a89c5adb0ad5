# SPDX-License-Identifier: MIT
# kit: what the author of a plugin gets beside the headers: examples, skeletons for `hobnob plugins new`, and what make, pkg-config,
# CMake and autoconf need to know; and what `hobnob widget` prints for the shells. core/local.mk lets an uninstalled program find them.

include %D%/examples/local.mk

# Folders that an uninstalled program finds, too.
KIT_FOLDERS = answers new rust widget

# How a plugin is built, beyond `cc -shared`: it shows nothing but its one function and binds to its own symbols first; whatever it
# links statically stays its own; it stays loaded, since threads of it may run; and what is missing shows when it is linked.
CFLAGS_AUTHORS = -fPIC -fvisibility=hidden
LDFLAGS_AUTHORS = -Wl,-Bsymbolic -Wl,-z,nodelete -Wl,--exclude-libs,ALL -Wl,-z,defs

dist_pkgdata_DATA += %D%/hobnob.mk
m4dir = $(datadir)/aclocal
dist_m4_DATA = %D%/hobnob.m4
cmakedir = $(libdir)/cmake/hobnob
cmake_DATA = %D%/hobnobConfig.cmake %D%/hobnobConfigVersion.cmake
CLEANFILES += $(cmake_DATA)
EXTRA_DIST += %D%/hobnobConfig.cmake.in %D%/hobnobConfigVersion.cmake.in

%D%/hobnobConfig.cmake: %D%/hobnobConfig.cmake.in core/include/hobnob/plugin.h Makefile
	$(FILL_IN) $(srcdir)/%D%/hobnobConfig.cmake.in >$@.tmp && mv $@.tmp $@
%D%/hobnobConfigVersion.cmake: %D%/hobnobConfigVersion.cmake.in core/include/hobnob/plugin.h Makefile
	$(FILL_IN) $(srcdir)/%D%/hobnobConfigVersion.cmake.in >$@.tmp && mv $@.tmp $@

# new/: my-plugin, my_plugin and MY_PLUGIN stand for the name, in files and in their names. A line @WORD:... is for plugins alone
# that are called so: provider, frontend; ndjson, sse, none, http (the first two); c, c++, rust; make, cmake, meson, autotools,
# cargo. The sources are LANGUAGE/http.*, compute.* (of the wire "none") and frontend.*; what they say is the same in each
# language, since the folders http, compute and frontend hold its test.
#
# Installed into pkgdatadir as they stand here. core/cli/plugins_new.c says which of them make up a plugin.
KIT_FILES = \
	%D%/answers/chat-completions.json \
	%D%/answers/generate-content.json \
	%D%/answers/messages.json \
	%D%/answers/ollama-chat.json \
	%D%/answers/responses.json \
	%D%/go/bridge.c \
	%D%/go/bridge.h \
	%D%/go/call.go \
	%D%/go/errors.go \
	%D%/go/example/example.go \
	%D%/go/example/go.mod \
	%D%/go/go.mod \
	%D%/go/header.go \
	%D%/go/http.go \
	%D%/go/plugin.go \
	%D%/go/request.go \
	%D%/new/any/README.md \
	%D%/new/any/check.yml \
	%D%/new/any/gitignore \
	%D%/new/autotools/Makefile.am \
	%D%/new/autotools/configure.ac \
	%D%/new/c++/compute.cc \
	%D%/new/c++/frontend.cc \
	%D%/new/c++/http.cc \
	%D%/new/c/compute.c \
	%D%/new/c/frontend.c \
	%D%/new/c/http.c \
	%D%/new/cmake/CMakeLists.txt \
	%D%/new/compute/test.py \
	%D%/new/frontend/test.py \
	%D%/new/http/ndjson.json \
	%D%/new/http/server.py \
	%D%/new/http/sse.json \
	%D%/new/http/test.py \
	%D%/new/make/Makefile \
	%D%/new/meson/meson.build \
	%D%/new/rust/Cargo.toml \
	%D%/new/rust/compute.rs \
	%D%/new/rust/frontend.rs \
	%D%/new/rust/http.rs \
	%D%/rust/Cargo.toml \
	%D%/rust/hobnob.rs \
	%D%/widget/hobnob.bash \
	%D%/widget/hobnob.fish \
	%D%/widget/hobnob.zsh
EXTRA_DIST += $(KIT_FILES)

install-data-local:
	for f in $(KIT_FILES); do \
		to='$(DESTDIR)$(pkgdatadir)'/$${f#kit/}; \
		$(MKDIR_P) "$${to%/*}" && $(INSTALL_DATA) "$(srcdir)/$$f" "$$to" || exit 1; \
	done

uninstall-local:
	for f in $(KIT_FILES); do rm -f '$(DESTDIR)$(pkgdatadir)'/"$${f#kit/}"; done
	-cd '$(DESTDIR)$(pkgdatadir)' && find answers go new rust widget -depth -type d -empty -exec rmdir {} \; 2>/dev/null
