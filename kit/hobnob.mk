# SPDX-License-Identifier: MIT
# hobnob.mk: builds, checks and installs a plugin of hobnob, in C, C++ or Rust. A whole Makefile:
#
#	PLUGIN = mumble
#	PKGS = json-c
#	include $(shell pkg-config --variable=makefile hobnob)
#
# Set before the include line:
#   PLUGIN    the name; the plugin will be PLUGIN.so
#   SOURCES   its sources; without it, PLUGIN.c, PLUGIN.cc, PLUGIN.cpp or PLUGIN.rs
#   PKGS      what it needs, by pkg-config's names
#   CFLAGS, CXXFLAGS, CPPFLAGS, LDFLAGS, LDLIBS, RUSTFLAGS    as everywhere; they are yours alone
#   HOBNOB    the program; without it, the one that this file belongs to
#
# make               builds PLUGIN.so
# make check         checks it by hobnob's rules; add your own tests as prerequisites of `check`
# make install-user  checks it and installs it for you
# make install       installs it for all users; DESTDIR and hobnobplugindir (where to) as everywhere
# make clean         removes what was built
#
# A PLUGIN.rs is built by rustc, or by cargo where there is a Cargo.toml; cargo needs no network for a plugin without crates.

PKG_CONFIG ?= pkg-config
INSTALL ?= install
RUSTC ?= rustc
CARGO ?= cargo
HOBNOB ?= $(shell $(PKG_CONFIG) --variable=program hobnob)
export HOBNOB
CFLAGS ?= -O2 -g -Wall -Wextra
CXXFLAGS ?= -O2 -g -Wall -Wextra
RUSTFLAGS ?= -O

SOURCES ?= $(wildcard $(PLUGIN).c $(PLUGIN).cc $(PLUGIN).cpp $(PLUGIN).rs)
hobnobplugindir ?= $(shell $(PKG_CONFIG) --variable=plugindir hobnob)

ifeq ($(strip $(PLUGIN)),)
$(error PLUGIN is not set: it is the name of the plugin, as in `PLUGIN = mumble`)
endif
ifeq ($(strip $(SOURCES)),)
$(error there is no $(PLUGIN).c, $(PLUGIN).cc, $(PLUGIN).cpp or $(PLUGIN).rs, and SOURCES is not set)
endif

HOBNOB_CPPFLAGS := $(shell $(PKG_CONFIG) --cflags hobnob) $(shell $(PKG_CONFIG) --variable=plugin_cflags hobnob)
HOBNOB_LDFLAGS := -shared $(shell $(PKG_CONFIG) --variable=plugin_ldflags hobnob)
ifneq ($(strip $(PKGS)),)
HOBNOB_PKGS := $(shell $(PKG_CONFIG) --exists --print-errors $(PKGS) && echo found)
ifneq ($(HOBNOB_PKGS),found)
$(error pkg-config does not find $(PKGS), which PKGS asks for)
endif
HOBNOB_CPPFLAGS += $(shell $(PKG_CONFIG) --cflags $(PKGS))
HOBNOB_LDLIBS := $(shell $(PKG_CONFIG) --libs $(PKGS))
endif

HOBNOB_OBJECTS := $(patsubst %,%.o,$(basename $(filter %.c %.cc %.cpp,$(SOURCES))))
HOBNOB_LINK := $(if $(filter %.cc %.cpp,$(SOURCES)),$(CXX) $(CXXFLAGS),$(CC) $(CFLAGS))
HOBNOB_RUST := $(filter %.rs,$(SOURCES))

all: $(PLUGIN).so

ifneq ($(HOBNOB_RUST),)
ifneq ($(wildcard Cargo.toml),)
$(PLUGIN).so: $(wildcard *.rs) Cargo.toml
	$(CARGO) rustc --offline --release --lib -- --emit=link=$@
else
$(PLUGIN).so: $(wildcard *.rs)
	$(RUSTC) --edition 2021 --crate-type cdylib --crate-name plugin $(RUSTFLAGS) -o $@ $(firstword $(HOBNOB_RUST))
endif
else
$(PLUGIN).so: $(HOBNOB_OBJECTS)
	$(HOBNOB_LINK) $(LDFLAGS) $(HOBNOB_LDFLAGS) -o $@ $^ $(HOBNOB_LDLIBS) $(LDLIBS)
endif

# The author's flags come last. .d files say which headers an object is made of.
%.o: %.c
	$(CC) $(HOBNOB_CPPFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
%.o: %.cc
	$(CXX) $(HOBNOB_CPPFLAGS) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c -o $@ $<
%.o: %.cpp
	$(CXX) $(HOBNOB_CPPFLAGS) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c -o $@ $<
-include $(HOBNOB_OBJECTS:.o=.d)

check: check-plugin
check-plugin: $(PLUGIN).so
	$(HOBNOB) plugins check ./$(PLUGIN).so

install-user: $(PLUGIN).so
	$(HOBNOB) plugins install ./$(PLUGIN).so

# install, never cp: it makes a new file, and a program that has the old one loaded keeps it.
install: $(PLUGIN).so
	$(INSTALL) -d -m 755 '$(DESTDIR)$(hobnobplugindir)'
	$(INSTALL) -m 755 $(PLUGIN).so '$(DESTDIR)$(hobnobplugindir)'

clean:
	rm -f $(PLUGIN).so $(HOBNOB_OBJECTS) $(HOBNOB_OBJECTS:.o=.d)
	$(if $(HOBNOB_RUST),rm -rf target)

.PHONY: all check check-plugin clean install install-user
