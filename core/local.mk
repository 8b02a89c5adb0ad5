# SPDX-License-Identifier: MIT
# core: its helpers and the engine as libraries for the program and the tests, the program, and the http module.

# Stateless helpers, which the modules of this tree may link as well.
noinst_LTLIBRARIES += libutil.la
libutil_la_SOURCES = %D%/util/ascii.c %D%/util/ascii.h %D%/util/buf.c %D%/util/buf.h %D%/util/child.c %D%/util/child.h %D%/util/encoding.c %D%/util/encoding.h %D%/util/eintr.c %D%/util/eintr.h %D%/util/json.c %D%/util/json.h %D%/util/json_new.c %D%/util/json_new.h \
	%D%/util/json_walk.c %D%/util/json_walk.h %D%/util/line_reader.c %D%/util/line_reader.h \
	%D%/util/log.c %D%/util/log.h %D%/util/mem.c %D%/util/mem.h %D%/util/money.c \
	%D%/util/money.h %D%/util/nearest.c %D%/util/nearest.h %D%/util/number.c %D%/util/number.h %D%/util/text.c %D%/util/text.h \
	%D%/util/utf8.c %D%/util/utf8.h %D%/util/utf8_columns.c
libutil_la_LIBADD = $(JSON_LIBS)

noinst_LTLIBRARIES += libcore.la
libcore_la_SOURCES =
libcore_la_SOURCES += %D%/config/dotenv.c %D%/config/dotenv.h %D%/config/options.c \
	%D%/config/options.h %D%/config/options_find.c %D%/config/options_private.h \
	%D%/config/options_stray.c %D%/config/options_value.c %D%/config/paths.c %D%/config/paths.h %D%/config/secret.c \
	%D%/config/secret.h %D%/config/secret_command.c %D%/config/secret_command.h \
	%D%/config/settings.c %D%/config/settings.h %D%/config/settings_config.c \
	%D%/config/settings_names.c %D%/config/settings_open.c %D%/config/settings_private.h \
	%D%/config/settings_profile.c %D%/config/settings_table.c %D%/config/settings_value.c \
	%D%/config/typed.c %D%/config/typed.h %D%/config/url.c %D%/config/yaml.c %D%/config/yaml.h
libcore_la_SOURCES += %D%/call/call.c %D%/call/call.h %D%/call/cancel.c %D%/call/clock.c \
	%D%/call/kind.c %D%/call/kind.h %D%/call/wait.c
libcore_la_SOURCES += %D%/net/http.c %D%/net/http.h %D%/net/module.h %D%/net/sse.c %D%/net/sse.h
libcore_la_SOURCES += %D%/plugin/instance.c %D%/plugin/instance.h %D%/plugin/judge.c \
	%D%/plugin/look.c %D%/plugin/look.h %D%/plugin/registry.c %D%/plugin/registry.h
libcore_la_SOURCES += %D%/chat/account.c %D%/chat/answered.c %D%/chat/attempt.c %D%/chat/blocks.c %D%/chat/budget.c %D%/chat/catalog.c %D%/chat/catalog.h \
	%D%/chat/commands.c %D%/chat/commands.h %D%/chat/commands_branch.c %D%/chat/commands_files.c \
	%D%/chat/commands_context.c %D%/chat/commands_private.h %D%/chat/commands_set.c %D%/chat/commands_talk.c \
	%D%/chat/complete.c %D%/chat/conversation.c %D%/chat/conversation.h %D%/chat/cost.c %D%/chat/cost.h \
	%D%/chat/day.c %D%/chat/day.h %D%/chat/day_record.c %D%/chat/day_record.h %D%/chat/ending.c %D%/chat/events.c %D%/chat/formats.c %D%/chat/formats.h %D%/chat/history.c \
	%D%/chat/history.h %D%/chat/journal.c %D%/chat/journal.h %D%/chat/message_json.c \
	%D%/chat/known.c %D%/chat/known.h %D%/chat/limits.c %D%/chat/message_json.h %D%/chat/pick.c %D%/chat/pick.h %D%/chat/prices.c %D%/chat/prices.h %D%/chat/remedy.c %D%/chat/resume.c %D%/chat/retry.c %D%/chat/retry.h \
	%D%/chat/runtime.c %D%/chat/runtime.h %D%/chat/session.c %D%/chat/session.h \
	%D%/chat/session_private.h %D%/chat/store.c %D%/chat/store.h \
	%D%/chat/store_find.c %D%/chat/store_index.c %D%/chat/store_list.c %D%/chat/store_private.h \
	%D%/chat/store_search.c %D%/chat/tokens.c %D%/chat/tokens.h \
	%D%/chat/tokens_private.h %D%/chat/tokens_weights.c %D%/chat/trim.c \
	%D%/chat/trim.h %D%/chat/turn.c
libcore_la_SOURCES += %D%/cli/chat.c %D%/cli/cli.c %D%/cli/cli.h %D%/cli/config.c %D%/cli/doctor.c %D%/cli/doctor.h %D%/cli/doctor_files.c \
	%D%/cli/doctor_keys.c %D%/cli/doctor_network.c %D%/cli/doctor_provider.c %D%/cli/doctor_settings.c \
	%D%/cli/help.c %D%/cli/input.c %D%/cli/mistyped.c %D%/cli/models.c %D%/cli/output.c %D%/cli/output.h \
	%D%/cli/plugins.c %D%/cli/run.c %D%/cli/sessions.c %D%/cli/sessions_files.c %D%/cli/sessions_private.h %D%/cli/verb.c %D%/cli/verb.h
libcore_la_SOURCES += %D%/host.c %D%/host.h
libcore_la_CPPFLAGS = $(AM_CPPFLAGS) -DPKGLIBDIR='"$(pkglibdir)"' -DPLUGINDIR='"$(plugindir)"' \
	-DPKGDATADIR='"$(pkgdatadir)"'
libcore_la_LIBADD = libutil.la $(JSON_LIBS) $(YAML_LIBS) $(SYSTEM_LIBS)

bin_PROGRAMS += hobnob
hobnob_SOURCES = %D%/main.c
hobnob_LDADD = libcore.la

# The http module is the one that links libcurl. It is loaded when first asked for and then stays (nodelete): a resolver
# thread that libcurl has left behind must find its code.
pkglib_LTLIBRARIES += %D%/net/http.la
%C%_net_http_la_SOURCES = %D%/net/http_module.c %D%/net/http_module.h \
	%D%/net/http_module_failure.c %D%/net/http_module_loop.c %D%/net/http_module_reply.c \
	%D%/net/sse.c %D%/util/ascii.c %D%/util/buf.c %D%/util/mem.c
%C%_net_http_la_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
%C%_net_http_la_LIBADD = $(CURL_LIBS) $(SYSTEM_LIBS)
%C%_net_http_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared -no-undefined \
	-export-symbols-regex '^hobnob_http_v1$$' $(MODULE_LDFLAGS) $(NODELETE_LDFLAGS)

pkginclude_HEADERS = %D%/include/hobnob/plugin.h

# Data, installed into pkgdatadir; an uninstalled program finds it as share/ beside itself.
dist_pkgdata_DATA = %D%/data/defaults.yaml %D%/data/prices.LICENSE %D%/data/prices.tsv
EXTRA_DIST += %D%/data/make-prices
profilesdir = $(pkgdatadir)/profiles
dist_profiles_DATA += %D%/data/profiles/draft.yaml

share/stamp: $(dist_pkgdata_DATA) $(dist_profiles_DATA) Makefile
	$(AM_V_GEN)rm -rf share && $(MKDIR_P) share/profiles && src=$$(cd $(srcdir) && pwd) && \
	for f in $(dist_pkgdata_DATA); do $(LN_S) "$$src/$$f" share/ || exit 1; done && \
	for f in $(dist_profiles_DATA); do $(LN_S) "$$src/$$f" share/profiles/ || exit 1; done && \
	touch $@

all-local: share/stamp

clean-local:
	-rm -rf share
