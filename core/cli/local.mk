# SPDX-License-Identifier: MIT
libcore_la_SOURCES += \
	%D%/chat.c \
	%D%/cli.c \
	%D%/cli.h \
	%D%/config.c \
	%D%/doctor.c \
	%D%/doctor.h \
	%D%/doctor_files.c \
	%D%/doctor_keys.c \
	%D%/doctor_network.c \
	%D%/doctor_provider.c \
	%D%/doctor_report.c \
	%D%/doctor_settings.c \
	%D%/frontend.c \
	%D%/help.c \
	%D%/input.c \
	%D%/mistyped.c \
	%D%/models.c \
	%D%/output.c \
	%D%/output.h \
	%D%/plugins.c \
	%D%/plugins.h \
	%D%/plugins_check.c \
	%D%/plugins_info.c \
	%D%/plugins_install.c \
	%D%/plugins_new.c \
	%D%/plugins_new.h \
	%D%/prepare.c \
	%D%/run.c \
	%D%/schema.c \
	%D%/sessions.c \
	%D%/sessions_files.c \
	%D%/sessions_open.c \
	%D%/sessions_private.h \
	%D%/table.c \
	%D%/verb.c \
	%D%/verb.h
