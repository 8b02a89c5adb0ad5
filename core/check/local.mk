# SPDX-License-Identifier: MIT
# check: plugin-check, which `hobnob plugins check` runs. It exports the functions of libc that it watches.

pkglibexec_PROGRAMS += plugin-check
plugin_check_SOURCES = \
	%D%/answers.c \
	%D%/answers.h \
	%D%/ask.c \
	%D%/ask.h \
	%D%/begin.c \
	%D%/child.c \
	%D%/child.h \
	%D%/crash.c \
	%D%/crash.h \
	%D%/everyday.c \
	%D%/feed.c \
	%D%/feed.h \
	%D%/findings.c \
	%D%/findings.h \
	%D%/frontend.c \
	%D%/frontend.h \
	%D%/frontend_ends.c \
	%D%/frontend_rules.c \
	%D%/frontend_session.c \
	%D%/host.c \
	%D%/http.c \
	%D%/interpose.c \
	%D%/interpose_memory.c \
	%D%/lend.c \
	%D%/lend.h \
	%D%/load.c \
	%D%/load.h \
	%D%/main.c \
	%D%/options.c \
	%D%/options.h \
	%D%/report.c \
	%D%/report.h \
	%D%/rules_file.c \
	%D%/rules_hosts.c \
	%D%/rules_life.c \
	%D%/rules_reply.c \
	%D%/rules_request.c \
	%D%/rules_server.c \
	%D%/scenario.c \
	%D%/scenario.h \
	%D%/services.c \
	%D%/watch.c \
	%D%/watch.h \
	%D%/where.h \
	%D%/wires.c \
	%D%/world.c \
	%D%/world.h
plugin_check_LDADD = libcore.la
plugin_check_LDFLAGS = $(AM_LDFLAGS) -export-dynamic
