# SPDX-License-Identifier: MIT
libcore_la_SOURCES += \
	%D%/http.c \
	%D%/http.h \
	%D%/http_module.c \
	%D%/http_module.h \
	%D%/http_module_failure.c \
	%D%/http_module_loop.c \
	%D%/http_module_reply.c \
	%D%/module.h \
	%D%/sse.c \
	%D%/sse.h
