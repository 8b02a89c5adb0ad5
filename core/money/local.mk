# SPDX-License-Identifier: MIT
libcore_la_SOURCES += \
	%D%/account.c \
	%D%/account.h \
	%D%/catalog.c \
	%D%/catalog.h \
	%D%/cost.c \
	%D%/cost.h \
	%D%/facts.c \
	%D%/facts.h \
	%D%/prices.c \
	%D%/prices.h
