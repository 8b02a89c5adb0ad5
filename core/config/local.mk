# SPDX-License-Identifier: MIT
libcore_la_SOURCES += \
	%D%/dotenv.c \
	%D%/dotenv.h \
	%D%/key_like.c \
	%D%/key_like.h \
	%D%/options.c \
	%D%/options.h \
	%D%/options_private.h \
	%D%/options_stray.c \
	%D%/paths.c \
	%D%/paths.h \
	%D%/said.c \
	%D%/said_private.h \
	%D%/secret.c \
	%D%/secret.h \
	%D%/secret_command.c \
	%D%/secret_command.h \
	%D%/settings.c \
	%D%/settings.h \
	%D%/settings_change.c \
	%D%/settings_config.c \
	%D%/settings_copy.c \
	%D%/settings_names.c \
	%D%/settings_open.c \
	%D%/settings_private.h \
	%D%/settings_profile.c \
	%D%/settings_table.c \
	%D%/typed.c \
	%D%/typed.h \
	%D%/value.c \
	%D%/value.h \
	%D%/value_private.h \
	%D%/yaml.c \
	%D%/yaml.h
