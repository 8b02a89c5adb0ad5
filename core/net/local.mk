# SPDX-License-Identifier: MIT
libcore_la_SOURCES += \
	%D%/http.c \
	%D%/http.h \
	%D%/module.h \
	%D%/pool.c \
	%D%/pool.h \
	%D%/prepared.c \
	%D%/prepared.h \
	%D%/sse.c \
	%D%/sse.h \
	%D%/trusted.c \
	%D%/trusted.h

# The http module is the one that links libcurl. It is loaded when first asked for and then stays (nodelete): a resolver
# thread that libcurl has left behind must find its code.
pkglib_LTLIBRARIES += %D%/http.la
%C%_http_la_SOURCES = \
	%D%/curl_failure.c \
	%D%/curl_loop.c \
	%D%/curl_module.c \
	%D%/curl_private.h \
	%D%/curl_reply.c \
	%D%/curl_transfer.c \
	%D%/module.h \
	%D%/sse.c \
	%D%/sse.h \
	core/util/ascii.c \
	core/util/buf.c \
	core/util/mem.c
%C%_http_la_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
%C%_http_la_LIBADD = $(CURL_LIBS) $(SYSTEM_LIBS)
%C%_http_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared -no-undefined \
	-export-symbols-regex '^hobnob_http_v1$$' $(MODULE_LDFLAGS) $(NODELETE_LDFLAGS)
