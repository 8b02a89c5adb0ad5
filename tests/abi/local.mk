# SPDX-License-Identifier: MIT
# abi: tiny plugins that the tests load: good ones, and ones that break a single rule each. They are never installed, so
# -rpath /nowhere makes libtool build them as shared objects nevertheless.

include %D%/1.0/local.mk
include %D%/grown/local.mk

LDFLAGS_FIXTURE = $(AM_LDFLAGS) -module -avoid-version -shared -no-undefined -rpath /nowhere

check_LTLIBRARIES += %D%/at_load.la
%C%_at_load_la_SOURCES = \
	%D%/at_load.c \
	%D%/fixture.h
%C%_at_load_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_at_load_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/bad_option.la
%C%_bad_option_la_SOURCES = \
	%D%/bad_option.c \
	%D%/fixture.h
%C%_bad_option_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_bad_option_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/breaks.la
%C%_breaks_la_SOURCES = %D%/breaks.c
%C%_breaks_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_breaks_la_LDFLAGS = $(LDFLAGS_FIXTURE)
%C%_breaks_la_LIBADD = $(SYSTEM_LIBS)

check_LTLIBRARIES += %D%/breaks_blocks.la
%C%_breaks_blocks_la_SOURCES = %D%/breaks.c
%C%_breaks_blocks_la_CPPFLAGS = $(CPPFLAGS_PLUGIN) -DBLOCKS
%C%_breaks_blocks_la_LDFLAGS = $(LDFLAGS_FIXTURE)
%C%_breaks_blocks_la_LIBADD = $(SYSTEM_LIBS)

check_LTLIBRARIES += %D%/careless.la
%C%_careless_la_SOURCES = \
	%D%/careless.c \
	%D%/fixture.h
%C%_careless_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_careless_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/compatible.la
%C%_compatible_la_SOURCES = %D%/compatible.c
%C%_compatible_la_CPPFLAGS = $(CPPFLAGS_MODULE) -I$(top_srcdir)/plugins
%C%_compatible_la_LIBADD = libchat_completions.la libwire.la $(JSON_LIBS)
%C%_compatible_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/computes.la
%C%_computes_la_SOURCES = %D%/computes.c
%C%_computes_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_computes_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/data_symbol.la
%C%_data_symbol_la_SOURCES = %D%/data_symbol.c
%C%_data_symbol_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_data_symbol_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/echo.la
%C%_echo_la_SOURCES = %D%/echo.c
%C%_echo_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_echo_la_LDFLAGS = $(LDFLAGS_FIXTURE)
%C%_echo_la_CFLAGS = $(AM_CFLAGS) -std=c99

check_LTLIBRARIES += %D%/foreign_locale.la
%C%_foreign_locale_la_SOURCES = \
	%D%/fixture.h \
	%D%/foreign_locale.c
%C%_foreign_locale_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_foreign_locale_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/misbehaves.la
%C%_misbehaves_la_SOURCES = \
	%D%/fixture.h \
	%D%/misbehaves.c
%C%_misbehaves_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_misbehaves_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/never_polls.la
%C%_never_polls_la_SOURCES = \
	%D%/fixture.h \
	%D%/never_polls.c
%C%_never_polls_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_never_polls_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/newer_minor.la
%C%_newer_minor_la_SOURCES = \
	%D%/fixture.h \
	%D%/newer_minor.c
%C%_newer_minor_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_newer_minor_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/no_chat.la
%C%_no_chat_la_SOURCES = \
	%D%/fixture.h \
	%D%/no_chat.c
%C%_no_chat_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_no_chat_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/no_symbol.la
%C%_no_symbol_la_SOURCES = %D%/no_symbol.c
%C%_no_symbol_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_no_symbol_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/null_descriptor.la
%C%_null_descriptor_la_SOURCES = %D%/null_descriptor.c
%C%_null_descriptor_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_null_descriptor_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/null_vtable.la
%C%_null_vtable_la_SOURCES = %D%/null_vtable.c
%C%_null_vtable_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_null_vtable_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/other_name.la
%C%_other_name_la_SOURCES = \
	%D%/fixture.h \
	%D%/other_name.c
%C%_other_name_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_other_name_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/programs.la
%C%_programs_la_SOURCES = %D%/programs.c
%C%_programs_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_programs_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/parts.la
%C%_parts_la_SOURCES = \
	%D%/fixture.h \
	%D%/parts.c
%C%_parts_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_parts_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/quiet.la
%C%_quiet_la_SOURCES = \
	%D%/fixture.h \
	%D%/quiet.c
%C%_quiet_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_quiet_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/relay.la
%C%_relay_la_SOURCES = \
	%D%/fixture.h \
	%D%/relay.c
%C%_relay_la_CPPFLAGS = $(CPPFLAGS_PLUGIN) $(JSON_CFLAGS)
%C%_relay_la_LDFLAGS = $(LDFLAGS_FIXTURE)
%C%_relay_la_LIBADD = $(JSON_LIBS) $(SYSTEM_LIBS)

check_LTLIBRARIES += %D%/rule.la
%C%_rule_la_SOURCES = %D%/rule.c
%C%_rule_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_rule_la_LDFLAGS = $(LDFLAGS_FIXTURE)
%C%_rule_la_LIBADD = $(SYSTEM_LIBS)

check_LTLIBRARIES += %D%/rule_exports.la
%C%_rule_exports_la_SOURCES = %D%/rule.c
%C%_rule_exports_la_CPPFLAGS = $(CPPFLAGS_PLUGIN) -DEXPORTS
%C%_rule_exports_la_LDFLAGS = $(LDFLAGS_FIXTURE)
%C%_rule_exports_la_LIBADD = $(SYSTEM_LIBS)

check_LTLIBRARIES += %D%/sessions.la
%C%_sessions_la_SOURCES = \
	%D%/fixture.h \
	%D%/sessions.c
%C%_sessions_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_sessions_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/short_struct.la
%C%_short_struct_la_SOURCES = \
	%D%/fixture.h \
	%D%/short_struct.c
%C%_short_struct_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_short_struct_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/short_vtable.la
%C%_short_vtable_la_SOURCES = \
	%D%/fixture.h \
	%D%/short_vtable.c
%C%_short_vtable_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_short_vtable_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/shows.la
%C%_shows_la_SOURCES = %D%/shows.c
%C%_shows_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_shows_la_CFLAGS = $(AM_CFLAGS) -fvisibility=hidden
%C%_shows_la_LDFLAGS = $(LDFLAGS_FIXTURE)
%C%_shows_la_LIBADD = $(SYSTEM_LIBS)

check_LTLIBRARIES += %D%/third.la
%C%_third_la_SOURCES = %D%/third.c
%C%_third_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_third_la_LDFLAGS = $(LDFLAGS_FIXTURE)
%C%_third_la_LIBADD = $(JSON_LIBS)

check_LTLIBRARIES += %D%/threads.la
%C%_threads_la_SOURCES = \
	%D%/fixture.h \
	%D%/threads.c
%C%_threads_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_threads_la_LDFLAGS = $(LDFLAGS_FIXTURE)
%C%_threads_la_LIBADD = $(SYSTEM_LIBS)

check_LTLIBRARIES += %D%/unknown_kind.la
%C%_unknown_kind_la_SOURCES = \
	%D%/fixture.h \
	%D%/unknown_kind.c
%C%_unknown_kind_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_unknown_kind_la_LDFLAGS = $(LDFLAGS_FIXTURE)

check_LTLIBRARIES += %D%/where.la
%C%_where_la_SOURCES = %D%/where.c
%C%_where_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_where_la_LDFLAGS = $(LDFLAGS_FIXTURE)
%C%_where_la_LIBADD = $(SYSTEM_LIBS)

check_LTLIBRARIES += %D%/where_blocks.la
%C%_where_blocks_la_SOURCES = %D%/where.c
%C%_where_blocks_la_CPPFLAGS = $(CPPFLAGS_PLUGIN) -DBLOCKS
%C%_where_blocks_la_LDFLAGS = $(LDFLAGS_FIXTURE)
%C%_where_blocks_la_LIBADD = $(SYSTEM_LIBS)

check_LTLIBRARIES += %D%/wrong_major.la
%C%_wrong_major_la_SOURCES = \
	%D%/fixture.h \
	%D%/wrong_major.c
%C%_wrong_major_la_CPPFLAGS = $(CPPFLAGS_PLUGIN)
%C%_wrong_major_la_LDFLAGS = $(LDFLAGS_FIXTURE)

# Built by tests/e2e/test_languages.py, if there is a compiler; and what reads the header.
EXTRA_DIST += \
	%D%/1.0.layout \
	%D%/bindings.py \
	%D%/cxx.cc \
	%D%/go/go.mod \
	%D%/go/provider.go \
	%D%/header.py \
	%D%/hpp.cc \
	%D%/json.rs \
	%D%/rust.rs \
	%D%/throws.cc

mostlyclean-local:
	-rm -rf %D%/go-cache
